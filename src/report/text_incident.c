#include "base/civil.h"
#include "report/escape.h"
#include "report/excerpt.h"
#include "report/text.h"

#define SPARK_COLUMNS 24
#define CLIENTS_SHOWN 4
#define SIGNALS_SHOWN 5
#define PLACE_SHARE 4 /* of the page's width, at most, for the column of places */
#define QUOTE_COLUMNS_MAX 4000

static void
write_title(const struct incident *incident, struct paper *paper)
{
    struct buf left, right;
    const struct origin *origin = &incident->origin;

    buf_init(&left, 4096);
    buf_init(&right, 256);
    buf_printf(&left, "● %s", route_title(incident->route));
    if (origin->vhost.len && incident->route != ROUTE_MAILBOX)
        buf_printf(&left, " on " STR_FMT, STR_ARG(origin->vhost));
    figure_certainty(&right, incident->confidence);
    paper_ink(paper, INK_ALARM);
    paper_ends(paper, 0, buf_str(&left), buf_str(&right));
    paper_ink(paper, INK_PLAIN);
    buf_done(&left);
    buf_done(&right);
}

static void
add_user(struct buf *line, const struct origin *origin)
{
    if (origin->user.len)
        buf_printf(line, ", run as " STR_FMT, STR_ARG(origin->user));
    else if (origin->uid >= 0)
        buf_printf(line, ", run as uid %lld", (long long)origin->uid);
}

static void
write_place(const struct incident *incident, struct paper *paper)
{
    const struct origin *origin = &incident->origin;
    struct buf line;

    buf_init(&line, 16384);
    buf_add(&line, incident->culprit);
    if (origin->script.len && origin->url.len && !str_eq(incident->culprit, origin->url) &&
        !str_ends(incident->culprit, origin->url))
        buf_printf(&line, ", asked for as " STR_FMT, STR_ARG(origin->url));
    if (origin->script.len || origin->url.len)
        add_user(&line, origin);
    if (origin->process.len)
        buf_printf(&line, ", started in " STR_FMT, STR_ARG(origin->process));
    if (incident->route == ROUTE_NOTICE_FLOOD && origin->recipient.len)
        buf_printf(&line, ", mails " STR_FMT, STR_ARG(origin->recipient));
    paper_wrap(paper, 2, INK_BOLD, buf_str(&line));
    buf_done(&line);
}

/* "2026-03-01 02:13 to 02:55", "… to 2026-03-02 04:10" */
static void
add_when(struct buf *line, const struct incident *incident, const struct paper *paper)
{
    int64_t first_s = paper_local(paper, incident->first_us / SECOND_US);
    int64_t last_s = paper_local(paper, incident->last_us / SECOND_US);
    bool is_short = last_s - first_s < 600;
    struct civil end = civil_from_seconds(last_s);

    figure_moment(line, first_s, is_short);
    if (last_s == first_s)
        return;
    buf_add_cstr(line, " to ");
    if (first_s / DAY_S != last_s / DAY_S) {
        figure_moment(line, last_s, is_short);
        return;
    }
    buf_printf(line, "%02d:%02d", end.hour, end.minute);
    if (is_short)
        buf_printf(line, ":%02d", end.second);
}

static void
write_size(const struct incident *incident, struct paper *paper)
{
    struct buf line;

    buf_init(&line, 4096);
    figure_size(&line, incident);
    if (incident->recipients) {
        buf_add_cstr(&line, " to ");
        figure_counted(&line, incident->recipients, "recipient", "recipients");
    }
    buf_add_cstr(&line, ", ");
    add_when(&line, incident, paper);
    if (incident->usual_per_day >= 0) {
        buf_add_cstr(&line, "; usual: ");
        figure_real(&line, incident->usual_per_day);
        buf_add_cstr(&line, " a day");
    }
    if (incident->bounced) {
        buf_add_cstr(&line, "; ");
        figure_count(&line, incident->bounced);
        buf_add_cstr(&line, " refused for good");
    }
    if (incident->queued) {
        buf_add_cstr(&line, "; ");
        figure_count(&line, incident->queued);
        buf_add_cstr(&line, " still in the queue");
    }
    paper_wrap(paper, 2, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
add_clock(struct buf *line, const struct paper *paper, int64_t utc_s, int64_t span_s)
{
    struct civil c = civil_from_seconds(paper_local(paper, utc_s));

    if (span_s > DAY_S)
        buf_printf(line, "%02d-%02d ", c.month, c.day);
    buf_printf(line, "%02d:%02d", c.hour, c.minute);
    if (span_s < 600)
        buf_printf(line, ":%02d", c.second);
}

static void
add_spark(struct buf *line, const struct timeline *timeline)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const int merged = TIMELINE_BUCKETS / SPARK_COLUMNS;
    uint32_t sums[SPARK_COLUMNS] = {0}, most = 1;

    for (int i = 0; i < SPARK_COLUMNS * merged; i++)
        sums[i / merged] += timeline->count[i] + timeline->usual[i];
    for (int i = 0; i < SPARK_COLUMNS; i++)
        most = sums[i] > most ? sums[i] : most;
    for (int i = 0; i < SPARK_COLUMNS; i++)
        buf_add_cstr(line, bars[sums[i] == 0 ? 0 : 1 + (uint64_t)sums[i] * 6 / most]);
}

static void
add_drivers(struct buf *line, const struct incident *incident)
{
    const struct origin *origin = &incident->origin;

    if (incident->route == ROUTE_BACKSCATTER) {
        buf_add_cstr(line, "from ");
        figure_counted(line, origin->client_total, "server", "servers");
    } else {
        buf_add_cstr(line, "driven by ");
        figure_counted(line, origin->client_total, "client", "clients");
    }
    if (origin->client_count)
        buf_printf(line, origin->client_total > 1 ? ", " STR_FMT " first" : ", " STR_FMT,
                   STR_ARG(origin->clients[0]));
}

/* "02:00 ▁▁▁▂███▆▁▁ 03:00   driven by 4 clients, 203.0.113.9 first" */
static void
write_spark(const struct incident *incident, struct paper *paper)
{
    const struct timeline *timeline = &incident->timeline;
    int64_t end_s = timeline->start_s + timeline->bucket_s * TIMELINE_BUCKETS;
    int64_t span_s = end_s - timeline->start_s;
    struct buf line;

    buf_init(&line, 4096);
    if (incident->messages + incident->connections > 1) { /* one mail draws no curve */
        add_clock(&line, paper, timeline->start_s, span_s);
        buf_add_char(&line, ' ');
        add_spark(&line, timeline);
        buf_add_char(&line, ' ');
        add_clock(&line, paper, end_s, span_s);
        buf_add_cstr(&line, incident->origin.client_total ? "   " : "");
    }
    if (incident->origin.client_total)
        add_drivers(&line, incident);
    if (line.len)
        paper_line(paper, 2, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static struct str
short_path(struct str path, struct str prefix)
{
    return path.len > prefix.len && str_starts(path, prefix) ? str_from(path, prefix.len) : path;
}

static size_t
place_width(const struct evidence *list, uint32_t count, struct str prefix,
            const struct paper *paper)
{
    size_t widest = 0;

    for (uint32_t i = 0; i < count; i++) {
        size_t digits = 1, wide;

        for (uint32_t line = list[i].ref.line; line >= 10; line /= 10)
            digits++;
        wide = short_path(list[i].path, prefix).len + 1 + digits;
        widest = wide > widest ? wide : widest;
    }
    return widest > paper->width / PLACE_SHARE ? paper->width / PLACE_SHARE : widest;
}

/* "    mail.log:2208   "; returns the columns that it took. */
static size_t
write_line_place(const struct evidence *evidence, size_t indent, size_t width, struct str prefix,
                 struct paper *paper)
{
    struct buf place;
    size_t used;

    buf_init(&place, 8192);
    buf_printf(&place, STR_FMT ":%u", STR_ARG(short_path(evidence->path, prefix)),
               evidence->ref.line);
    paper_blanks(paper, indent);
    paper_ink(paper, INK_DIM);
    used = escape_terminal(paper->buf, buf_str(&place), 0);
    paper_ink(paper, INK_PLAIN);
    buf_done(&place);
    paper_blanks(paper, (used < width ? width - used : 0) + 2);
    return indent + (used < width ? width : used) + 2;
}

static void
write_excerpt(const struct evidence *evidence, size_t column, struct paper *paper)
{
    struct buf excerpt;
    size_t room = paper->width > column + 20 ? paper->width - column : 20;

    buf_init(&excerpt, 1 << 17);
    excerpt_write(&excerpt, evidence->text);
    (void)escape_terminal(paper->buf, buf_str(&excerpt), room);
    buf_add_char(paper->buf, '\n');
    buf_done(&excerpt);
}

static void
write_whole(const struct evidence *evidence, struct paper *paper)
{
    (void)escape_terminal(paper->buf, evidence->text, QUOTE_COLUMNS_MAX);
    buf_add_char(paper->buf, '\n');
}

void
report_text_lines(const struct evidence *list, uint32_t count, enum quote quote, struct str prefix,
                  struct paper *paper)
{
    size_t width = place_width(list, count, prefix, paper);

    for (uint32_t i = 0; i < count; i++) {
        bool is_told = quote != QUOTE_SHORT && list[i].says.len;
        size_t column;

        if (is_told)
            paper_wrap(paper, 4, INK_PLAIN, list[i].says);
        column = write_line_place(&list[i], is_told ? 6 : 4, width, prefix, paper);
        if (quote == QUOTE_WHOLE)
            write_whole(&list[i], paper);
        else
            write_excerpt(&list[i], column, paper);
    }
}

static void
write_signals(const struct incident *incident, bool verbose, struct paper *paper)
{
    uint32_t count = incident->signal_count;
    struct buf line;

    if (count == 0)
        return;
    if (!verbose && count > SIGNALS_SHOWN)
        count = SIGNALS_SHOWN;
    buf_init(&line, 65536);
    buf_add_cstr(&line, "It stands out: ");
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            buf_add_cstr(&line, "; ");
        buf_add(&line, incident->signals[i].text);
    }
    buf_add_char(&line, '.');
    paper_wrap(paper, 4, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

static void
write_alternatives(const struct incident *incident, struct paper *paper)
{
    for (uint32_t i = 0; i < incident->alternative_count; i++) {
        const struct alternative *alternative = &incident->alternatives[i];
        struct buf line;

        if (alternative->probability < 0.01)
            continue;
        buf_init(&line, 8192);
        buf_printf(&line, "It could also be: %s, " STR_FMT " (%.0f %%).",
                   route_title(alternative->route), STR_ARG(alternative->origin),
                   alternative->probability * 100);
        paper_wrap(paper, 4, INK_PLAIN, buf_str(&line));
        buf_done(&line);
    }
}

static void
write_actions(const struct incident *incident, enum action_kind kind, const char *heading,
              struct paper *paper)
{
    bool is_first = true;

    for (uint32_t i = 0; i < incident->action_count; i++) {
        const struct action *action = &incident->actions[i];

        if (action->kind != kind)
            continue;
        if (is_first) {
            buf_add_char(paper->buf, '\n');
            paper_line(paper, 2, INK_BOLD, str_from_cstr(heading));
        }
        is_first = false;
        paper_wrap(paper, 4, INK_PLAIN, action->text);
        for (struct str rest = action->command; rest.len;) {
            paper_blanks(paper, 6);
            paper_ink(paper, INK_BOLD);
            (void)escape_terminal(paper->buf, str_cut(&rest, '\n'), 0);
            paper_ink(paper, INK_PLAIN);
            buf_add_char(paper->buf, '\n');
        }
    }
}

static void
write_clients(const struct incident *incident, bool verbose, struct paper *paper)
{
    const struct origin *origin = &incident->origin;
    uint32_t shown = verbose ? origin->client_count : CLIENTS_SHOWN;
    struct buf line;

    if (origin->client_count < 2)
        return;
    shown = shown < origin->client_count ? shown : origin->client_count;
    buf_init(&line, 1 << 20);
    buf_add_cstr(&line, "Clients:");
    for (uint32_t i = 0; i < shown; i++)
        buf_printf(&line, " " STR_FMT, STR_ARG(origin->clients[i]));
    if (shown < origin->client_total)
        buf_printf(&line, " and %u more", origin->client_total - shown);
    paper_wrap(paper, 4, INK_PLAIN, buf_str(&line));
    buf_done(&line);
}

void
report_text_incident(const struct incident *incident, struct report_text_options options,
                     struct str prefix, struct paper *paper)
{
    write_title(incident, paper);
    write_place(incident, paper);
    write_size(incident, paper);
    write_spark(incident, paper);
    buf_add_char(paper->buf, '\n');
    paper_line(paper, 2, INK_BOLD, STR("How weir knows"));
    report_text_lines(incident->evidence, incident->evidence_count,
                      options.verbose ? QUOTE_WHOLE : QUOTE_SHORT, prefix, paper);
    if (incident->summary.len)
        paper_wrap(paper, 4, INK_PLAIN, incident->summary);
    write_signals(incident, options.verbose, paper);
    write_clients(incident, options.verbose, paper);
    write_alternatives(incident, paper);
    if (incident->entry_count) {
        buf_add_char(paper->buf, '\n');
        paper_line(paper, 2, INK_BOLD, STR("How they got in"));
        report_text_lines(incident->entry, incident->entry_count,
                          options.verbose ? QUOTE_WHOLE : QUOTE_EXPLAINED, prefix, paper);
    }
    write_actions(incident, ACTION_CONTAIN, "Stop it now", paper);
    write_actions(incident, ACTION_PREVENT, "Keep it from coming back", paper);
}
