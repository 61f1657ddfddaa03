/*
 * Each row is what a server sends, and what is read out of it.
 */

#include "mail/smtp_reply.h"

#include "tap.h"

static void
reads_replies(void)
{
    static const struct {
        const char *bytes;
        enum smtp_reply_step step;
        uint32_t code, lines;
        size_t len;
    } rows[] = {
        {"250 ok\r\n", SMTP_REPLY_WHOLE, 250, 1, 8},
        {"250 ok\n", SMTP_REPLY_WHOLE, 250, 1, 7},
        {"250\r\n", SMTP_REPLY_WHOLE, 250, 1, 5},
        {"250-a\r\n250-b\r\n250 c\r\n", SMTP_REPLY_WHOLE, 250, 3, 21},
        {"220-two\r\n220 lines\r\n250 unasked\r\n", SMTP_REPLY_WHOLE, 220, 2, 20},
        {"550-5.7.1 no\r\n550\r\n", SMTP_REPLY_WHOLE, 550, 2, 19},
        {"", SMTP_REPLY_MORE, 0, 0, 0},
        {"2", SMTP_REPLY_MORE, 0, 0, 0},
        {"250", SMTP_REPLY_MORE, 0, 0, 0},
        {"250 ok\r", SMTP_REPLY_MORE, 0, 0, 0},
        {"250-a\r\n", SMTP_REPLY_MORE, 0, 0, 0},
        {"250-a\r\n250", SMTP_REPLY_MORE, 0, 0, 0},
        /* what is no reply is known by its first bytes */
        {"SSH-2.0-OpenSSH", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"25\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"2500 ok\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"150 ok\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"600 ok\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"25x", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {" 250 ok\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"250\tok\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        /* lines of two replies are not one */
        {"250-a\r\n550 b\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
        {"250-a\r\n\r\n250 b\r\n", SMTP_REPLY_NOT_SMTP, 0, 0, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply reply = {STR_EMPTY, 0, 0};

        CHECK_ROW(i, smtp_reply_read(str_from_cstr(rows[i].bytes), &reply) == rows[i].step);
        CHECK_ROW(i, reply.code == rows[i].code);
        CHECK_ROW(i, reply.line_count == rows[i].lines);
        CHECK_ROW(i, reply.bytes.len == rows[i].len);
    }
}

/* `count` times the line. */
static struct str
repeat(struct arena *arena, const char *line, size_t count, const char *end)
{
    struct str *parts = arena_array(arena, count + 1, sizeof(*parts));

    for (size_t i = 0; i < count; i++)
        parts[i] = str_from_cstr(line);
    parts[count] = str_from_cstr(end);
    return arena_join(arena, parts, count + 1);
}

static void
ends_what_has_no_end(void)
{
    struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
    static const struct {
        const char *line;
        size_t count;
        const char *end;
        enum smtp_reply_step step;
    } rows[] = {
        {"250-a\r\n", SMTP_REPLY_LINES_MAX - 1, "250 b\r\n", SMTP_REPLY_WHOLE},
        {"250-a\r\n", SMTP_REPLY_LINES_MAX, "250 b\r\n", SMTP_REPLY_TOO_LONG},
        {"250-a\r\n", 100000, "", SMTP_REPLY_TOO_LONG},
        {"250 ", 500, "\r\n", SMTP_REPLY_WHOLE},
        {"250 ", 500, "", SMTP_REPLY_MORE},
        {"250 ", 600, "", SMTP_REPLY_TOO_LONG},
        {"250 ", 600, "\r\n", SMTP_REPLY_TOO_LONG},
        {"250 ", 2500000, "\r\n", SMTP_REPLY_TOO_LONG},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply reply;
        struct str bytes = repeat(arena, rows[i].line, rows[i].count, rows[i].end);

        CHECK_ROW(i, smtp_reply_read(bytes, &reply) == rows[i].step);
    }
    arena_free(arena);
}

static void
ends_many_long_lines(void)
{
    struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
    struct str line = repeat(arena, "250-", 250, "\r\n"); /* 1002 bytes */
    struct smtp_reply reply;

    CHECK(smtp_reply_read(repeat(arena, line.data, 31, "250 b\r\n"), &reply) == SMTP_REPLY_WHOLE);
    CHECK(smtp_reply_read(repeat(arena, line.data, 33, "250 b\r\n"), &reply) ==
          SMTP_REPLY_TOO_LONG);
    CHECK(smtp_reply_read(repeat(arena, line.data, 40, ""), &reply) == SMTP_REPLY_TOO_LONG);
    arena_free(arena);
}

static void
quotes_in_one_line(void)
{
    static const struct {
        const char *bytes, *quote, *status, *name;
    } rows[] = {
        {"554 5.7.1 <a@example.com>: Relay access denied\r\n",
         "554 5.7.1 <a@example.com>: Relay access denied", "5.7.1", "5.7.1"},
        {"550-5.1.1 no\r\n550-5.1.1 \r\n550 5.1.1 such user\r\n",
         "550 5.1.1 no 5.1.1 5.1.1 such user", "5.1.1", "5.1.1"},
        {"220 mx.example.com ESMTP Postfix\r\n", "220 mx.example.com ESMTP Postfix", "",
         "mx.example.com"},
        {"220 [192.0.2.1] hi\r\n", "220 [192.0.2.1] hi", "", "[192.0.2.1]"},
        {"220 <script> hi\r\n", "220 <script> hi", "", ""},
        {"220 \r\n", "220", "", ""},
        {"220\r\n", "220", "", ""},
        {"250 5.1.1.1 x\r\n", "250 5.1.1.1 x", "", "5.1.1.1"},
        {"250 5.1.1234\r\n", "250 5.1.1234", "", "5.1.1234"},
        {"250 2.1.5\r\n", "250 2.1.5", "2.1.5", "2.1.5"},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply reply = {STR_EMPTY, 0, 0};

        CHECK_ROW(i, smtp_reply_read(str_from_cstr(rows[i].bytes), &reply) == SMTP_REPLY_WHOLE);
        CHECK_STR(smtp_reply_quote(&reply, arena), rows[i].quote);
        CHECK_STR(smtp_reply_status(&reply), rows[i].status);
        CHECK_STR(smtp_reply_name(&reply), rows[i].name);
    }
    arena_free(arena);
}

static void
reads_features(void)
{
    static const struct {
        const char *bytes, *name, *auth;
        uint32_t extensions;
        uint64_t size_max;
    } rows[] = {
        {"250-mx.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-VRFY\r\n250-ETRN\r\n"
         "250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
         "250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n",
         "mx.example.com", "PLAIN LOGIN",
         SMTP_PIPELINING | SMTP_SIZE | SMTP_VRFY | SMTP_ETRN | SMTP_STARTTLS | SMTP_AUTH |
             SMTP_ENHANCED_STATUS | SMTP_8BITMIME | SMTP_DSN | SMTP_SMTPUTF8 | SMTP_CHUNKING,
         10240000},
        {"250-mx greets\r\n250-auth=LOGIN\r\n250 auth LOGIN CRAM-MD5\r\n", "mx", "LOGIN CRAM-MD5",
         SMTP_AUTH, 0},
        {"250-mx\r\n250-AUTH=LOGIN PLAIN\r\n250 SIZE\r\n", "mx", "LOGIN PLAIN",
         SMTP_AUTH | SMTP_SIZE, 0},
        {"250-mx\r\n250-XAUTH PLAIN\r\n250-STARTTLSX\r\n250 EXPN\r\n", "mx", "", SMTP_EXPN, 0},
        {"250-mx\r\n250-SIZE 99999999999999999999\r\n250 REQUIRETLS\r\n", "mx", "",
         SMTP_SIZE | SMTP_REQUIRETLS, 0},
        /* the first line is a greeting, whatever it says */
        {"250-STARTTLS\r\n250 AUTH\r\n", "STARTTLS", "", SMTP_AUTH, 0},
        {"250 mx\r\n", "mx", "", 0, 0},
        {"550-mx\r\n550 STARTTLS\r\n", "", "", 0, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply reply = {STR_EMPTY, 0, 0};
        struct smtp_features features;

        CHECK_ROW(i, smtp_reply_read(str_from_cstr(rows[i].bytes), &reply) == SMTP_REPLY_WHOLE);
        features = smtp_features_read(&reply);
        CHECK_STR(features.name, rows[i].name);
        CHECK_STR(features.auth, rows[i].auth);
        CHECK_ROW(i, features.extensions == rows[i].extensions);
        CHECK_ROW(i, features.size_max == rows[i].size_max);
    }
}

static void
finds_mechanisms(void)
{
    struct smtp_features features = {STR_EMPTY, STR("PLAIN  login\tCRAM-MD5"), 0, 0};

    CHECK(smtp_features_has_mechanism(&features, STR("plain")));
    CHECK(!smtp_features_has_mechanism(&features, STR("LOG")));
    CHECK(!smtp_features_has_mechanism(&features, STR("SCRAM-SHA-1")));
    features.auth = STR("GSSAPI LOGIN");
    CHECK(smtp_features_has_mechanism(&features, STR("LOGIN")));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"replies are read, one at a time", reads_replies},
        {"a reply without end is cut off", ends_what_has_no_end},
        {"many long lines are cut off", ends_many_long_lines},
        {"a reply is quoted in one line", quotes_in_one_line},
        {"features are read", reads_features},
        {"mechanisms are found", finds_mechanisms},
    };

    return tap_main(cases, COUNT(cases));
}
