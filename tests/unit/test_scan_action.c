/* What was done with accused files, for programs and for people. */

#include "report/scan_news.h"
#include "tap.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const struct scan_action list[] = {
    {SCAN_ACTION_QUARANTINED, TEXT("/srv/a\x1b.php"), TEXT("3f0c9a1be2d84471"), TEXT("")},
    {SCAN_ACTION_QUARANTINED, TEXT("/srv/b.php"), TEXT("3f0c9a1be2d84472"), TEXT("")},
    {SCAN_ACTION_CLEANED, TEXT("/srv/index.php"), TEXT("3f0c9a1be2d84473"), TEXT("")},
    {SCAN_ACTION_LEFT, TEXT("/srv/c.php"), TEXT(""), TEXT("use --clean")},
    {SCAN_ACTION_REFUSED, TEXT("/srv/d.php"), TEXT(""), TEXT("'/srv/d.php' is not taken: \x1b")},
};

static void
tells_people(void)
{
    static const char *const lines[] = {
        "quarantined  /srv/a\\x1b.php -> 3f0c9a1be2d84471",
        "quarantined  /srv/b.php -> 3f0c9a1be2d84472",
        "cleaned      /srv/index.php -> 3f0c9a1be2d84473",
        "left         /srv/c.php: use --clean",
        "'/srv/d.php' is not taken: \\x1b",
    };
    struct buf buf;

    buf_init(&buf, 1 << 16);
    for (size_t i = 0; i < COUNT(lines); i++) {
        buf_reset(&buf);
        scan_action_text(&list[i], &buf);
        CHECK_STR(buf_str(&buf), lines[i]);
    }
    buf_done(&buf);
}

static void
sums_up(void)
{
    static const struct {
        size_t from, count;
        const char *store, *text;
    } rows[] = {
        {0, 0, "", ""},
        {0, 5, "",
         "2 quarantined, 1 cleaned, 1 left, 1 refused. To undo all of it: weir quarantine restore "
         "--scan run-7\n"},
        {2, 1, "/srv/s\x1b",
         "1 cleaned. To undo all of it: weir quarantine restore --store /srv/s\\x1b --scan "
         "run-7\n"},
        {3, 2, "", "1 left, 1 refused.\n"},
    };
    struct buf buf;

    buf_init(&buf, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scan_actions actions = {
            .list = list + rows[i].from,
            .count = rows[i].count,
            .scan = STR("run-7"),
            .store = str_from_cstr(rows[i].store),
        };

        buf_reset(&buf);
        scan_actions_summary(&actions, &buf);
        CHECK_STR(buf_str(&buf), rows[i].text);
    }
    buf_done(&buf);
}

static void
tells_programs(void)
{
    struct scan_actions actions = {.list = list + 1, .count = 3, .scan = STR("run-7")};
    struct scan_report report = {.files = 3, .actions = &actions};
    struct buf buf;
    struct str text;

    buf_init(&buf, 1 << 16);
    scan_report_json(&report, &buf);
    text = buf_str(&buf);
    CHECK(str_has(text, STR("\"scan\":\"run-7\",\"actions\":[{\"path\":\"/srv/b.php\",\"action\":"
                            "\"quarantined\",\"id\":\"3f0c9a1be2d84472\",\"refused\":null},")));
    CHECK(str_has(text, STR("{\"path\":\"/srv/c.php\",\"action\":\"left\",\"id\":null,\"refused\":"
                            "\"use --clean\"}]}")));
    buf_reset(&buf);
    report.actions = NULL;
    scan_report_json(&report, &buf);
    CHECK(!str_has(buf_str(&buf), STR("\"actions\"")) && !str_has(buf_str(&buf), STR("\"scan\"")));
    buf_done(&buf);
}

static void
tells_news(void)
{
    struct finding finding = {
        .kind = FINDING_MALICIOUS,
        .rule = "eval-request",
        .confidence = 0.98,
        .path = STR("/srv/b.php"),
        .line = 2,
        .text = STR("eval(\x1b);"),
        .why = STR("It runs."),
        .advice = STR("Look."),
    };
    struct scan_news news = {.finding = &finding, .action = &list[1], .seen_s = 1772359200};
    struct scan_news_totals totals = {.files = 7, .bytes = 100, .accused = 2, .quarantined = 1};
    struct buf buf;
    struct paper paper = {.buf = &buf, .width = PAPER_WIDTH_PLAIN};

    buf_init(&buf, 1 << 16);
    scan_news_text(&news, &paper);
    CHECK_STR(buf_str(&buf), "2026-03-01T10:00:00Z  /srv/b.php:2  eval-request, 98 % sure\n"
                             "    eval(\\x1b);\n"
                             "    It runs.\n"
                             "    quarantined  /srv/b.php -> 3f0c9a1be2d84472\n");
    buf_reset(&buf);
    scan_news_json(&news, &buf);
    CHECK_STR(buf_str(&buf),
              "{\"version\":1,\"seen_s\":1772359200,\"path\":\"/srv/b.php\",\"line\":2,\"kind\":"
              "\"malicious\",\"rule\":\"eval-request\",\"confidence\":0.98,\"text\":"
              "\"eval(\\u001b);\",\"why\":\"It runs.\",\"advice\":\"Look.\",\"action\":"
              "\"quarantined\",\"id\":\"3f0c9a1be2d84472\",\"refused\":null}\n");
    buf_reset(&buf);
    scan_news_totals_text(&totals, &buf);
    totals.scan = STR("run-7");
    scan_news_totals_text(&totals, &buf);
    scan_news_totals_json(&totals, &buf);
    CHECK_STR(buf_str(&buf),
              "7 files were written and looked at, 2 are malicious.\n"
              "7 files were written and looked at, 2 are malicious; 1 quarantined, 0 cleaned, by "
              "scan run-7.\n"
              "{\"version\":1,\"ended\":true,\"files\":7,\"bytes\":100,\"unread\":0,\"accused\":2,"
              "\"quarantined\":1,\"cleaned\":0,\"scan\":\"run-7\"}\n");
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"tells people each action", tells_people},
        {"sums up, and says how all is undone", sums_up},
        {"tells programs", tells_programs},
        {"tells one finding at once, and the totals at the end", tells_news},
    };

    return tap_main(cases, COUNT(cases));
}
