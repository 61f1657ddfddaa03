#include "php/token.h"
#include "tap.h"

/* One letter a kind: what the rows below expect. Blanks are left out. */
static const char letters[] = {
    [TOKEN_END] = '.',
    [TOKEN_HTML] = 'H',
    [TOKEN_OPEN_TAG] = 'O',
    [TOKEN_OPEN_ECHO] = 'E',
    [TOKEN_CLOSE_TAG] = 'C',
    [TOKEN_BLANK] = '_',
    [TOKEN_COMMENT] = '#',
    [TOKEN_VARIABLE] = 'v',
    [TOKEN_NAME] = 'n',
    [TOKEN_INTEGER] = 'i',
    [TOKEN_FLOAT] = 'f',
    [TOKEN_STRING] = 's',
    [TOKEN_TEMPLATE_BEGIN] = '(',
    [TOKEN_TEMPLATE_PART] = 't',
    [TOKEN_TEMPLATE_END] = ')',
    [TOKEN_PUNCTUATION] = 'p',
    [TOKEN_CAST] = 'c',
    [TOKEN_BAD] = '!',
};

/* The tokens of `source`, each its letter and its text, with "|" between them. */
static struct str
dump(struct str source, bool is_code)
{
    static char text[4096];
    static struct token_reader reader;
    size_t len = 0, covered = 0;

    if (is_code)
        token_reader_init_code(&reader, source);
    else
        token_reader_init(&reader, source);
    for (;;) {
        struct token token = token_next(&reader);

        if (token.kind == TOKEN_END)
            break;
        CHECK(token.text.data == source.data + covered && token.text.len > 0);
        covered += token.text.len;
        if (token.kind == TOKEN_BLANK || len + token.text.len + 2 > sizeof(text))
            continue;
        if (len)
            text[len++] = '|';
        text[len++] = letters[token.kind];
        memcpy(text + len, token.text.data, token.text.len);
        len += token.text.len;
    }
    CHECK(covered == source.len);
    return (struct str){text, len};
}

/* STR for tables. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

struct row {
    struct str source;
    const char *want;
};

static void
check_rows(const struct row *rows, size_t count, bool is_code)
{
    for (size_t i = 0; i < count; i++)
        CHECK_STR(dump(rows[i].source, is_code), rows[i].want);
}

static void
test_tags(void)
{
    static const struct row rows[] = {
        {TEXT(""), ""},
        {TEXT("plain"), "Hplain"},
        {TEXT("a<?php b ?>c"), "Ha|O<?php |nb|C?>|Hc"},
        {TEXT("<?PHP\r\nb"), "O<?PHP\r\n|nb"},
        {TEXT("<?php"), "O<?php"},
        {TEXT("<?phpx"), "O<?|nphpx"},
        {TEXT("<? b ?>\n\nc"), "O<?|nb|C?>\n|H\nc"},
        {TEXT("<?=b?>"), "E<?=|nb|C?>"},
        {TEXT("<?xml version='1'?><?php ;"), "H<?xml version='1'?>|O<?php |p;"},
        {TEXT("<?xmlb ;"), "O<?|nxmlb|p;"},
        /* As PHP before 7 had it: whoever writes so today means to be overlooked. */
        {TEXT("<script language=\"php\">b</script><% c %>"),
         "O<script language=\"php\">|nb|C</script>|H<% c %>"},
        {TEXT("<SCRIPT  language = 'PHP' >b</script >c"),
         "O<SCRIPT  language = 'PHP' >|nb|C</script >|Hc"},
        {TEXT("<script language=\"javascript\">b</script>"),
         "H<script language=\"javascript\">b</script>"},
        {TEXT("<script language=\"phpx\">b</script>"), "H<script language=\"phpx\">b</script>"},
        {TEXT("a < b <"), "Ha < b <"},
        {TEXT("<?php // a ?>b<?php # c\r;"), "O<?php |#// a |C?>|Hb|O<?php |## c|p;"},
        {TEXT("<?php __halt_compiler(); <?php b"), "O<?php |n__halt_compiler|p(|p)|p;|H <?php b"},
        {TEXT("<?php __HALT_compiler /**/ ( ) ?>\n<?php b"),
         "O<?php |n__HALT_compiler|#/**/|p(|p)|C?>\n|H<?php b"},
        {TEXT("<?php $a->__halt_compiler(); b"), "O<?php |v$a|p->|n__halt_compiler|p(|p)|p;|nb"},
        {TEXT("<?php __halt_compiler; ();b"), "O<?php |n__halt_compiler|p;|p(|p)|p;|nb"},
    };

    check_rows(rows, COUNT(rows), false);
}

static void
test_code(void)
{
    static const struct row rows[] = {
        {TEXT("$a=$$b;"), "v$a|p=|p$|v$b|p;"},
        {TEXT("\\Foo\\Bar\\ namespace\\x a\\{b"), "n\\Foo\\Bar|p\\|nnamespace\\x|na|p\\|p{|nb"},
        {TEXT("a===b!==c<=>d**=e...f<<=g>>=h?"
              "?=i?->j"),
         "na|p===|nb|p!==|nc|p<=>|nd|p**=|ne|p...|nf|p<<=|ng|p>>=|nh|p?"
         "?=|ni|p?->|nj"},
        {TEXT("a??b**c|>d::e=>f.=g"), "na|p??|nb|p**|nc|p|>|nd|p::|ne|p=>|nf|p.=|ng"},
        {TEXT("#[A] # b\n/* c\n*/d//e"), "p#[|nA|p]|## b|#/* c\n*/|nd|#//e"},
        {TEXT("(int)( STRING )(int x)(foo)( \n int)"),
         "c(int)|c( STRING )|p(|nint|nx|p)|p(|nfoo|p)|p(|nint|p)"},
        {TEXT("1 0x1F 0b10 0o17 017 1_000 1_ 0xg 0b2"),
         "i1|i0x1F|i0b10|i0o17|i017|i1_000|i1|n_|i0|nxg|i0|nb2"},
        {TEXT("1.5 .5 1. 1e3 1.5E-3 1e 1..2 1...2"),
         "f1.5|f.5|f1.|f1e3|f1.5E-3|i1|ne|f1.|f.2|f1.|p.|f.2"},
        {TEXT("'a\\'b' \"c\\\"d\" b'e' B\"f\" ''"), "s'a\\'b'|s\"c\\\"d\"|sb'e'|sB\"f\"|s''"},
        {TEXT("'open"), "s'open"},
        {TEXT("\"open"), "s\"open"},
        {TEXT("/* open"), "#/* open"},
        {TEXT("a\x01\xc3\xa4 b"), "na|!\x01|n\xc3\xa4|nb"},
        {TEXT("{}}{"), "p{|p}|p}|p{"},
    };

    check_rows(rows, COUNT(rows), true);
}

static void
test_templates(void)
{
    static const struct row rows[] = {
        {TEXT("\"a$b c\""), "(\"|ta|v$b|t c|)\""},
        {TEXT("\"$a[0]$b[x]$c[-1]$d[$e]\""),
         "(\"|v$a|p[|i0|p]|v$b|p[|nx|p]|v$c|p[|p-|i1|p]|v$d|p[|v$e|p]|)\""},
        {TEXT("\"$a[ b\""), "(\"|v$a|p[|t b|)\""},
        {TEXT("\"$a[\"b\"];\""), "(\"|v$a|p[|p\"|nb|p\"|p]|t;|)\""},
        {TEXT("\"$a['b']\""), "(\"|v$a|p[|t'b']|)\""},
        {TEXT("\"$a->b->c$d?->e $f->\""), "(\"|v$a|p->|nb|t->c|v$d|p?->|ne|t |v$f|t->|)\""},
        {TEXT("\"{$a->b['c']}{ $d }\""), "(\"|p{|v$a|p->|nb|p[|s'c'|p]|p}|t{ |v$d|t }|)\""},
        {TEXT("\"${a}${b[1]}\""), "(\"|p${|na|p}|p${|nb|p[|i1|p]|p}|)\""},
        {TEXT("\"{$a{\"$b\"}}\""), "(\"|p{|v$a|p{|(\"|v$b|)\"|p}|p}|)\""},
        {TEXT("\"$ \\$a {\\$b}\""), "s\"$ \\$a {\\$b}\""},
        {TEXT("`a $b`"), "(`|ta |v$b|)`"},
        {TEXT("`a\\`b`"), "(`|ta\\`b|)`"},
        {TEXT("\"$a open"), "(\"|v$a|t open"},
        {TEXT("b\"$a\""), "(b\"|v$a|)\""},
        {TEXT("\"{$a"), "(\"|p{|v$a"},
    };

    check_rows(rows, COUNT(rows), true);
}

static void
test_heredocs(void)
{
    static const struct row rows[] = {
        {TEXT("<<<X\na\nX;"), "s<<<X\na\nX|p;"},
        {TEXT("<<<X\nX;"), "s<<<X\nX|p;"},
        {TEXT("<<<'X'\n$a\n  X.b"), "s<<<'X'\n$a\n  X|p.|nb"},
        {TEXT("<<< \"X\"\r\na $b\r\n\tX\r\n;"), "(<<< \"X\"\r\n|ta |v$b|)\r\n\tX|p;"},
        {TEXT("<<<X\nXa\n X_\n$b Xc\nX"), "(<<<X\n|tXa\n X_\n|v$b|t Xc|)\nX"},
        {TEXT("<<<X\n\\\nX"), "s<<<X\n\\\nX"},
        {TEXT("<<<X\n{$a[<<<Y\n$b\nY]}\nX"), "(<<<X\n|p{|v$a|p[|(<<<Y\n|v$b|)\nY|p]|p}|)\nX"},
        {TEXT("<<<X a"), "p<<|p<|nX|na"},
        {TEXT("<<<'X\n"), "p<<|p<|s'X\n"},
        {TEXT("<<<X\nopen"), "s<<<X\nopen"},
        {TEXT("<<<X\n$a open"), "(<<<X\n|v$a|t open"},
        {TEXT("b<<<X\na\nX"), "sb<<<X\na\nX"},
    };

    check_rows(rows, COUNT(rows), true);
}

/* Line numbers go on over everything that holds line ends. */
static void
test_lines(void)
{
    static const struct str rows[] = {
        TEXT("\n<?php\nL"),           TEXT("a\r\n<?php // b\n L"), TEXT("<?php /*\n*/\rL"),
        TEXT("<?php '\n'.\"\n\"; L"), TEXT("<?php \"$a\n\n\";L"),  TEXT("<?php <<<X\n$b\nX.L"),
        TEXT("<?php ?>\n<?= \nL"),
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        static struct token_reader reader;
        struct token token;

        token_reader_init(&reader, rows[i]);
        do {
            token = token_next(&reader);
        } while (token.kind != TOKEN_END && !str_eq(token.text, STR("L")));
        CHECK_ROW(i, token.kind == TOKEN_NAME);
        CHECK_ROW(i, token.line == 3);
    }
}

/* Beyond the ceiling a template is read as a string, and the file goes on behind it. */
static void
test_depth(void)
{
    static char source[16 * 1024];
    static struct token_reader reader;
    uint32_t begins = 0, strings = 0;
    size_t len = 0;
    struct token token;

    for (size_t i = 0; i < 200; i++, len += 4)
        memcpy(source + len, "\"{$a", 4);
    memcpy(source + len, "\";b", 3);
    token_reader_init_code(&reader, (struct str){source, len + 3});
    do {
        token = token_next(&reader);
        begins += token.kind == TOKEN_TEMPLATE_BEGIN;
        strings += token.kind == TOKEN_STRING;
    } while (token.kind != TOKEN_END);
    CHECK(begins > 25 && begins < TOKEN_DEPTH_MAX);
    CHECK(strings > 50);
}

static const struct tap_case cases[] = {
    {"where PHP begins and ends", test_tags},
    {"code", test_code},
    {"strings with variables", test_templates},
    {"heredocs", test_heredocs},
    {"line numbers", test_lines},
    {"the ceiling of templates", test_depth},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
