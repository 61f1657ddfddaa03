/* What strangers wrote must reach neither a terminal nor a page as anything but text. */

#include "report/escape.h"
#include "tap.h"

static struct str
terminal(struct buf *buf, const char *text, size_t len, size_t columns)
{
    buf_reset(buf);
    (void)escape_terminal(buf, (struct str){text, len}, columns);
    return buf_str(buf);
}

static void
terminal_shows_what_a_byte_is(void)
{
    static const struct {
        const char *text;
        size_t len;
        const char *shown;
    } rows[] = {
        {"plain", 5, "plain"},
        {"\x1b[2J\x1b]0;x\x07", 10, "\\x1b[2J\\x1b]0;x\\x07"},
        {"a\0b", 3, "a\\x00b"},
        {"a\r\nb", 4, "a\\x0d\\x0ab"},
        {"\x9b"
         "31m",
         4, "\\x9b31m"}, /* a C1 control as a byte */
        {"\xc2\x9b"
         "31m",
         5, "\\x9b31m"}, /* and as UTF-8 */
        {"gr\xc3\xbc\xc3\x9f", 6, "gr\xc3\xbc\xc3\x9f"},
        {"\xe2\x80\xae"
         "gpj.exe",
         10, "\\u202egpj.exe"},              /* right-to-left override */
        {"x\xe2\x80\x8by", 5, "x\\u200by"},  /* zero width space */
        {"\xc0\xaf", 2, "\\xc0\\xaf"},       /* overlong */
        {"\xf3\xa0\x81\x81", 4, "\\ue0041"}, /* a tag character */
        {"\x7f", 1, "\\x7f"},
    };
    struct buf buf;

    buf_init(&buf, 4096);
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(
            i, str_eq(terminal(&buf, rows[i].text, rows[i].len, 0), str_from_cstr(rows[i].shown)));
    buf_done(&buf);
}

static void
terminal_cuts_at_the_edge(void)
{
    struct buf buf;

    buf_init(&buf, 4096);
    CHECK_STR(terminal(&buf, "abcdef", 6, 6), "abcdef");
    CHECK_STR(terminal(&buf, "abcdef", 6, 5), "abcd…");
    CHECK_STR(terminal(&buf, "ab\x1b", 3, 5), "ab…");
    CHECK_STR(terminal(&buf, "\xc3\xbc\xc3\xbc\xc3\xbc", 6, 2), "\xc3\xbc…");
    buf_done(&buf);
}

static void
page_holds_no_markup(void)
{
    struct buf buf;

    buf_init(&buf, 4096);
    escape_html(&buf, STR("<script>\"x\" & 'y'</script>\x1b"));
    CHECK_STR(buf_str(&buf), "&#60;script&#62;&#34;x&#34; &#38; &#39;y&#39;&#60;/script&#62;\\x1b");
    buf_done(&buf);
}

static void
plain_is_what_shows_as_itself(void)
{
    CHECK(escape_is_plain(STR("/srv/blog/x y.php")));
    CHECK(escape_is_plain(STR("gr\xc3\xbc\xc3\x9f")));
    CHECK(!escape_is_plain(STR("a\nb")));
    CHECK(!escape_is_plain(STR("a\xe2\x80\xae"
                               "b")));
    CHECK(!escape_is_plain(STR("\xff")));
}

/* A shell reads exactly this word, or there is no command. */
static void
a_word_of_a_command(void)
{
    static const struct {
        const char *text, *shown; /* NULL: none */
    } rows[] = {
        {"/srv/x.php", "/srv/x.php"}, {"a b", "'a b'"},   {"it's", "'it'\\''s'"},
        {"$(x);`y`", "'$(x);`y`'"},   {"-rf", "'-rf'"},   {"", "''"},
        {"~root", "'~root'"},         {"a\nb", NULL},     {"\x1b[2J", NULL},
        {"\xe2\x80\xaegpj", NULL},    {"\xff.php", NULL},
    };
    struct buf buf;

    buf_init(&buf, 256);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool is_shown;

        buf_reset(&buf);
        is_shown = escape_shell(&buf, str_from_cstr(rows[i].text));
        CHECK_ROW(i, is_shown == (rows[i].shown != NULL));
        CHECK_ROW(i, str_eq(buf_str(&buf), str_from_cstr(rows[i].shown ? rows[i].shown : "")));
    }
    buf_done(&buf);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"terminal shows what a byte is", terminal_shows_what_a_byte_is},
        {"terminal cuts at the edge", terminal_cuts_at_the_edge},
        {"page holds no markup", page_holds_no_markup},
        {"plain is what shows as itself", plain_is_what_shows_as_itself},
        {"a word of a command", a_word_of_a_command},
    };

    return tap_main(cases, COUNT(cases));
}
