/*
 * What a child says of a file is believed in nothing: each row is a reply that is one
 * byte or number away from a good one.
 */

#include "scan/yara_reply.h"
#include "tap.h"

#define SIZE 1000u
#define FILES 2u

static struct yara_reply
sample(void)
{
    struct yara_reply reply = {
        .number = 7, .status = YARA_STATUS_DONE, .text = STR("a text"), .lost = 3, .count = 2};

    reply.matches[0] = (struct yara_match){
        .name = STR("Mailer_1"), .why = STR("sends \xff"), .file = 1, .percent = 95, .offset = 999};
    reply.matches[1] =
        (struct yara_match){.name = STR("_small"), .percent = 0, .offset = YARA_NO_OFFSET};
    return reply;
}

static void
reads_what_was_written(void)
{
    struct yara_reply reply = sample(), back;
    struct buf buf;

    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(&reply, &buf);
    CHECK(!buf.is_over);
    CHECK(yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
    CHECK(back.number == 7 && back.status == YARA_STATUS_DONE);
    CHECK(back.lost == 3 && back.count == 2);
    CHECK_STR(back.text, "a text");
    CHECK_STR(back.matches[0].name, "Mailer_1");
    CHECK_STR(back.matches[0].why, "sends \xff");
    CHECK(back.matches[0].file == 1 && back.matches[0].percent == 95);
    CHECK(back.matches[0].offset == 999);
    CHECK_STR(back.matches[1].name, "_small");
    CHECK(back.matches[1].why.len == 0 && back.matches[1].offset == YARA_NO_OFFSET);
    buf_done(&buf);
}

static void
the_largest_reply_fits(void)
{
    static char text[YARA_TEXT_MAX + 50];
    struct yara_reply reply = {.count = YARA_MATCHES_MAX, .text = {text, sizeof(text)}}, back;
    struct buf buf;

    memset(text, 'x', sizeof(text));
    for (uint32_t i = 0; i < YARA_MATCHES_MAX; i++)
        reply.matches[i] = (struct yara_match){
            .name = {text, sizeof(text)}, .why = {text, sizeof(text)}, .percent = 100};
    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(&reply, &buf);
    CHECK(!buf.is_over);
    CHECK(yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
    CHECK(back.count == YARA_MATCHES_MAX && back.text.len == YARA_TEXT_MAX);
    CHECK(back.matches[31].name.len == YARA_NAME_MAX && back.matches[31].why.len == YARA_WHY_MAX);
    buf_done(&buf);
}

static bool
is_believed(struct yara_reply reply)
{
    struct yara_reply back = {.number = 99};
    struct buf buf;
    bool is_read;

    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(&reply, &buf);
    is_read = yara_reply_read(buf_str(&buf), SIZE, FILES, &back);
    /* A failure leaves the result as it was. */
    CHECK(is_read || (back.number == 99 && back.count == 0));
    buf_done(&buf);
    return is_read;
}

static void
believes_no_number_out_of_range(void)
{
    static const struct {
        uint64_t offset;
        uint32_t file, percent;
        const char *name;
        bool is_believed;
    } rows[] = {
        {0, 0, 0, "a", true},
        {SIZE - 1, 1, 100, "A_9", true},
        {YARA_NO_OFFSET, 0, 90, "rule", true},
        {SIZE, 0, 90, "rule", false},
        {YARA_NO_OFFSET - 1, 0, 90, "rule", false},
        {0, FILES, 90, "rule", false},
        {0, UINT32_MAX, 90, "rule", false},
        {0, 0, 101, "rule", false},
        {0, 0, UINT32_MAX, "rule", false},
        {0, 0, 90, "", false},
        {0, 0, 90, "two words", false},
        {0, 0, 90, "yara:rule", false},
        {0, 0, 90, "\x1b[31m", false},
        {0, 0, 90, "caf\xc3\xa9", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct yara_reply reply = {.count = 1};

        reply.matches[0] = (struct yara_match){.name = str_from_cstr(rows[i].name),
                                               .file = rows[i].file,
                                               .percent = rows[i].percent,
                                               .offset = rows[i].offset};
        CHECK_ROW(i, is_believed(reply) == rows[i].is_believed);
    }
}

/* Where the numbers of the head stand, and of the first match behind the text. */
static void
believes_no_length_or_count(void)
{
    static const struct {
        size_t at;
        uint32_t number;
    } rows[] = {
        {8, YARA_STATUS_COUNT},
        {8, UINT32_MAX},
        {16, 1},
        {16, 3},
        {16, YARA_MATCHES_MAX + 1},
        {16, UINT32_MAX},
        {20, 5},
        {20, YARA_TEXT_MAX + 1},
        {20, UINT32_MAX},
        {24 + 6 + 16, 200},
        {24 + 6 + 16, UINT32_MAX},
        {24 + 6 + 20, 9},
        {24 + 6 + 20, UINT32_MAX},
    };
    struct yara_reply reply = sample(), back;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf buf;

        buf_init(&buf, YARA_REPLY_BYTES_MAX);
        yara_reply_write(&reply, &buf);
        memcpy(buf.data + rows[i].at, &rows[i].number, sizeof(rows[i].number));
        CHECK_ROW(i, !yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
        buf_done(&buf);
    }
}

static void
believes_no_part_of_a_reply(void)
{
    struct yara_reply reply = sample(), back;
    struct buf buf;

    buf_init(&buf, (size_t)2 * YARA_REPLY_BYTES_MAX);
    yara_reply_write(&reply, &buf);
    for (size_t len = 0; len < buf.len; len++)
        CHECK_ROW(len, !yara_reply_read((struct str){buf.data, len}, SIZE, FILES, &back));
    CHECK(yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
    buf_add_char(&buf, 'x');
    CHECK(!yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
    while (buf.len <= YARA_REPLY_BYTES_MAX)
        buf_add_char(&buf, 'x');
    CHECK(!yara_reply_read(buf_str(&buf), SIZE, FILES, &back));
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what was written", reads_what_was_written},
        {"the largest reply fits into a datagram", the_largest_reply_fits},
        {"believes no number out of range, and no name that is none",
         believes_no_number_out_of_range},
        {"believes no length and no count", believes_no_length_or_count},
        {"believes no part of a reply, and none with more behind it", believes_no_part_of_a_reply},
    };

    return tap_main(cases, COUNT(cases));
}
