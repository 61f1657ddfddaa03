/*
 * The child that runs YARA rules may have been taken over by a file: each row is a child
 * that lies in one way, played by this program itself. What an honest child does is tested
 * end to end, in tests/e2e/scan_yara.py.
 */

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "disk/scanner.h"
#include "disk/yara_child.h"
#include "disk/yara_rules.h"
#include "room.h"
#include "scan/yara_reply.h"

#define LIE "WEIR_TEST_LIE" /* names the row that the child plays */
#define RULE "rule Word { strings: $a = \"kumquat\" condition: $a }\n"

static void
say(const void *data, size_t len)
{
    if (send(YARA_CHILD_SOCKET, data, len, MSG_NOSIGNAL) < 0)
        _exit(1);
}

static void
say_reply(const struct yara_reply *reply)
{
    struct buf buf;

    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(reply, &buf);
    say(buf.data, buf.len);
    buf_done(&buf);
}

static struct yara_reply
one_match(const struct yara_request *request, struct str name)
{
    struct yara_reply reply = {.number = request->number, .count = 1};

    reply.matches[0] = (struct yara_match){.name = name, .percent = 90};
    return reply;
}

static void
lie_end(const struct yara_request *request)
{
    (void)request;
    _exit(7);
}

static void
lie_garbage(const struct yara_request *request)
{
    char bytes[500];

    (void)request;
    memset(bytes, 0xff, sizeof(bytes));
    say(bytes, sizeof(bytes));
}

static void
lie_large(const struct yara_request *request)
{
    static char bytes[YARA_REPLY_BYTES_MAX * 2];

    memcpy(bytes, &request->number, sizeof(request->number));
    say(bytes, sizeof(bytes));
}

static void
lie_empty(const struct yara_request *request)
{
    (void)request;
    say("", 0);
}

static void
lie_number(const struct yara_request *request)
{
    say_reply(&(struct yara_reply){.number = request->number + 1});
}

static void
lie_nothing_yet(const struct yara_request *request)
{
    (void)request;
    say_reply(&(struct yara_reply){.number = 0});
}

static void
lie_offset(const struct yara_request *request)
{
    struct yara_reply reply = one_match(request, STR("Word"));

    reply.matches[0].offset = request->size_bytes;
    say_reply(&reply);
}

static void
lie_file(const struct yara_request *request)
{
    struct yara_reply reply = one_match(request, STR("Word"));

    reply.matches[0].file = 1;
    say_reply(&reply);
}

static void
lie_name(const struct yara_request *request)
{
    struct yara_reply reply = one_match(request, STR("\x1b[31m"));

    say_reply(&reply);
}

/* Whatever it tries, the memory stays as the parent wrote it. */
static void
lie_write(const struct yara_request *request)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, YARA_CHILD_MEMORY, 0);
    bool has_written =
        memory != MAP_FAILED || pwrite(YARA_CHILD_MEMORY, "x", 1, 0) == 1 ||
        ftruncate(YARA_CHILD_MEMORY, 0) == 0 || ftruncate(YARA_CHILD_MEMORY, 1 << 30) == 0 ||
        pwrite(YARA_CHILD_INPUT, "x", 1, 0) == 1 || ftruncate(YARA_CHILD_INPUT, 0) == 0;
    struct yara_reply reply = {.number = request->number};

    if (has_written)
        reply = one_match(request, STR("wrote"));
    say_reply(&reply);
}

/* Descriptors that nobody asked for. */
static void
lie_descriptors(const struct yara_request *request)
{
    char bytes[64 + CMSG_SPACE(sizeof(int))] = {0};
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec vector = {.iov_base = bytes, .iov_len = 24};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof(control.room)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    int fd = 0;

    memcpy(bytes, &request->number, sizeof(request->number));
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(head), &fd, sizeof(fd));
    if (sendmsg(YARA_CHILD_SOCKET, &message, MSG_NOSIGNAL) < 0)
        _exit(1);
}

/* Names of rules without end. */
static void
lie_names(const struct yara_request *request)
{
    static char names[YARA_MATCHES_MAX][32];
    struct yara_reply reply = {.number = request->number, .count = YARA_MATCHES_MAX};

    for (uint32_t i = 0; i < YARA_MATCHES_MAX; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "R_%llu_%u", (unsigned long long)request->number,
                       i);
        reply.matches[i] = (struct yara_match){.name = str_from_cstr(names[i])};
    }
    say_reply(&reply);
}

static const struct {
    const char *name;
    void (*lie)(const struct yara_request *request);
    const char *said; /* of the file; NULL: it is read, and nothing is found */
} lies[] = {
    {"end", lie_end, "died of it twice, ended with code 7"},
    {"garbage", lie_garbage, "died of it twice"},
    {"large", lie_large, "died of it twice"},
    {"empty", lie_empty, "died of it twice"},
    {"number", lie_number, "died of it twice"},
    {"nothing-yet", lie_nothing_yet, "died of it twice"},
    {"offset", lie_offset, "died of it twice"},
    {"file", lie_file, "died of it twice"},
    {"name", lie_name, "died of it twice"},
    {"write", lie_write, NULL},
    {"descriptors", lie_descriptors, NULL},
    {"names", lie_names, NULL}, /* told apart in a case of its own */
};

static int
play(const char *name)
{
    struct yara_request request;

    while (recv(YARA_CHILD_SOCKET, &request, sizeof(request), 0) > 0) {
        for (size_t i = 0; i < COUNT(lies); i++) {
            if (strcmp(lies[i].name, name) == 0)
                lies[i].lie(&request);
        }
    }
    return 0;
}

static struct yara_rules *
open_rules(const char *text)
{
    struct yara_rules *rules = NULL;
    const char *path = room_file("rules.yar");
    struct err err = {.text = ""};

    room_write(path, text);
    CHECK(yara_rules_open(&path, 1, &rules, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    return rules;
}

static enum yara_verdict
ask(struct yara_rules *rules, const char *text, struct findings *findings, struct err *err)
{
    struct yara_subject subject = {.path = "site/a.txt", .bytes = str_from_cstr(text)};

    subject.head_bytes = subject.bytes.len;
    subject.size_bytes = subject.bytes.len;
    findings->count = 0;
    *err = (struct err){.text = ""};
    return yara_rules_ask(rules, &subject, findings, err);
}

static unsigned
count_descriptors(void)
{
    DIR *dir = opendir("/proc/self/fd");
    unsigned count = 0;

    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

static void
believes_no_liar(void)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    unsigned descriptors;

    findings->arena = arena_new(1 << 20);
    room_renew();
    descriptors = count_descriptors();
    for (size_t i = 0; i + 1 < COUNT(lies); i++) {
        struct yara_rules *rules;
        struct err err;
        enum yara_verdict verdict;

        CHECK(setenv(LIE, lies[i].name, 1) == 0);
        rules = open_rules(RULE);
        verdict = ask(rules, "a kumquat", findings, &err);
        CHECK_ROW(i, verdict == (lies[i].said ? YARA_UNREAD : YARA_READ));
        CHECK_ROW(i, findings->count == 0);
        CHECK_ROW(i, !lies[i].said || str_has(str_from_cstr(err.text), tap_str(lies[i].said)));
        yara_rules_close(rules);
        CHECK_ROW(i, count_descriptors() == descriptors);
    }
    CHECK(unsetenv(LIE) == 0);
    arena_free(findings->arena);
    free(findings);
}

static void
keeps_no_names_without_end(void)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    struct yara_rules *rules;
    uint32_t unread = 0, other = 0;

    room_renew();
    CHECK(setenv(LIE, "names", 1) == 0);
    rules = open_rules(RULE);
    for (uint32_t i = 0; i < 600; i++) {
        struct err err;

        findings->arena = arena_new(1 << 20);
        unread += ask(rules, "text", findings, &err) != YARA_READ;
        for (uint32_t k = 0; k < findings->count; k++)
            other += strcmp(findings->list[k].rule, "yara:other") == 0;
        arena_free(findings->arena);
    }
    CHECK(unread == 0);
    CHECK(other > 0);
    CHECK(unsetenv(LIE) == 0);
    yara_rules_close(rules);
    free(findings);
}

/* An honest child: what is in the same file twice, and what comes back after a loss. */
static void
hears_an_honest_child(void)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    struct yara_rules *rules;
    struct err err;

    findings->arena = arena_new(1 << 20);
    room_renew();
    rules = open_rules(RULE "rule Empty { condition: filesize == 0 }");
    CHECK(ask(rules, "one\na kumquat", findings, &err) == YARA_READ);
    CHECK(findings->count == 1);
    CHECK_STR(str_from_cstr(findings->list[0].rule), "yara:Word");
    CHECK_STR(findings->list[0].text, "a kumquat");
    CHECK(findings->list[0].line == 2 && findings->list[0].confidence >= FINDING_ACCUSES);
    CHECK(ask(rules, "nothing", findings, &err) == YARA_READ && findings->count == 0);
    CHECK(ask(rules, "", findings, &err) == YARA_READ && findings->count == 1);
    CHECK_STR(str_from_cstr(findings->list[0].rule), "yara:Empty");
    yara_rules_close(rules);
    arena_free(findings->arena);
    free(findings);
}

static struct scanner_totals
scan(struct yara_rules *rules, size_t *ret_count)
{
    struct scanner_options options = {.threads = 1, .cache = room_file("cache"), .rules = rules};
    struct scanner *scanner = scanner_new(options);
    struct scanner_totals totals;
    struct err err = {.text = ""};

    CHECK(scanner_run(scanner, room_file("site"), &err));
    CHECK(scanner_finish(scanner, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    (void)scanner_findings(scanner, ret_count);
    totals = scanner_totals(scanner);
    scanner_free(scanner);
    return totals;
}

/* What one set of rules found harmless, another has not seen. */
static void
the_cache_knows_the_rules(void)
{
    static const struct {
        const char *text;
        uint64_t unchanged;
        size_t findings;
    } rows[] = {
        {NULL, 0, 0},
        {NULL, 2, 0},
        {"rule Other { strings: $a = \"quince\" condition: $a }", 0, 0},
        {"rule Other { strings: $a = \"quince\" condition: $a }", 2, 0},
        {RULE, 0, 1},
        {RULE, 1, 1},
    };

    room_renew();
    CHECK(mkdir(room_file("site"), 0755) == 0);
    room_write(room_file("site/a.txt"), "a kumquat\n");
    room_write(room_file("site/b.txt"), "nothing\n");
    /* A file is not remembered while a second write could leave it with the same times. */
    (void)sleep(4);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct yara_rules *rules = rows[i].text ? open_rules(rows[i].text) : NULL;
        size_t count;
        struct scanner_totals totals = scan(rules, &count);

        CHECK_ROW(i, totals.files == 2 && totals.unread == 0);
        CHECK_ROW(i, totals.unchanged == rows[i].unchanged);
        CHECK_ROW(i, count == rows[i].findings);
        yara_rules_close(rules);
    }
}

static void
includes_lead_nowhere_else(void)
{
    static const struct {
        const char *from, *name, *path;
    } rows[] = {
        {"/etc/weir/a.yar", "b.yar", "/etc/weir/b.yar"},
        {"a.yar", "b.yar", "b.yar"},
        {"rules/a.yar", "below/b.yar", "rules/below/b.yar"},
        {"rules/a.yar", "..b.yar", "rules/..b.yar"},
        {"rules/a.yar", "", NULL},
        {"rules/a.yar", "/etc/shadow", NULL},
        {"rules/a.yar", "../b.yar", NULL},
        {"rules/a.yar", "below/../../b.yar", NULL},
        {"rules/a.yar", "..", NULL},
        {"rules/a.yar", "below//b.yar", NULL},
    };
    char path[64];

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool is_beside = yara_bundle_beside(str_from_cstr(rows[i].from),
                                            str_from_cstr(rows[i].name), path, sizeof(path));

        CHECK_ROW(i, is_beside == (rows[i].path != NULL));
        CHECK_ROW(i, !is_beside || strcmp(path, rows[i].path) == 0);
    }
    CHECK(!yara_bundle_beside(STR("rules/a.yar"), STR("long.yar"), path, 10));
}

int
main(int argc, char **argv)
{
    static const struct tap_case cases[] = {
        {"hears an honest child", hears_an_honest_child},
        {"believes no liar, and none can change what it was given", believes_no_liar},
        {"keeps no names without end", keeps_no_names_without_end},
        {"the cache knows by which rules a file was harmless", the_cache_knows_the_rules},
        {"includes lead nowhere else", includes_lead_nowhere_else},
    };
    const char *lie = getenv(LIE);
    int code;

    if (argc == 3 && strcmp(argv[1], YARA_CHILD_COMMAND) == 0)
        return lie && strcmp(argv[2], YARA_CHILD_SCAN) == 0 ? play(lie)
                                                            : yara_child_main(argc - 1, argv + 1);
    code = tap_main(cases, COUNT(cases));
    room_done();
    return code;
}
