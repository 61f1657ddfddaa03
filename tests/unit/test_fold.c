/*
 * fold against what PHP gives. The rows of fold_rows.h are asked of PHP itself by
 * tests/suites/fold_oracle.py; the tables here hold what PHP cannot be asked: where
 * fold differs, what it leaves open, and what a result carries.
 */

#include <zlib.h>

#include "fold_reader.h"
#include "tap.h"

#define ARENA_MAX (64u << 20)

static void
check_expression(const char *expression, const char *expected)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct buf shown;
    bool is_wrong;

    buf_init(&shown, 1 << 20);
    fold_show(fold_read(expression, arena, &is_wrong), &shown);
    if (is_wrong || !str_eq(buf_str(&shown), str_from_cstr(expected)))
        printf("# %s%s\n", is_wrong ? "unreadable row: " : "", expression);
    CHECK(!is_wrong);
    CHECK_STR(buf_str(&shown), expected);
    buf_done(&shown);
    arena_free(arena);
}

static void
gives_what_php_gives(void)
{
#define ROW(expression, expected) {expression, expected},
    static const struct {
        const char *expression, *expected;
    } rows[] = {
#include "fold_rows.h"
    };

    CHECK(COUNT(rows) > 300);
    for (size_t i = 0; i < COUNT(rows); i++)
        check_expression(rows[i].expression, rows[i].expected);
}

/* What fold gives on purpose where PHP 8 gives something else. */
static void
differs_where_it_says_so(void)
{
    static const struct {
        const char *expression, *expected;
    } rows[] = {
        /* PHP 7 gives these and goes on, PHP 8 throws. */
        {"1 / 0", "'INF'"},
        {"-1 / 0", "'-INF'"},
        {"((0 / 0) . '')[0]", "'N'"},
        {"'abc' + 1", "1"},
        {"'' + 1", "1"},
        {"+''", "0"},
        {"-'abc'", "0"},
        {"'abc' * 2", "0"},
        {"'a' ^ 3", "3"},
        {"'mail'['x']", "'m'"},
        {"'mail'['1.5']", "'a'"},
        {"[1] + 1", "?"},
        {"[1] ^ 1", "?"},
        {"'mail'[[1]]", "?"},
        /* Floats are rounded to what PHP would print. */
        {"(int)(('0.1' + '0.7') * 10)", "8"},
        {"floor('7.9') === 7", "true"},
        /* Entities by other names. */
        {"html_entity_decode('&nbsp;')", "?"},
        {"html_entity_decode('&AMP;')", "?"},
        {"htmlspecialchars(\"\\xc3\\xa9\")", "?"},
        {"htmlspecialchars('a', 2)", "?"},
        {"array_keys([1, 2], 2)", "?"},
        {"sprintf('%e', 1)", "?"},
        /* Not known here, or of effect, or never the same twice. */
        {"file_get_contents('a')", "?"},
        {"function_exists('mail')", "?"},
        {"rand(1, 2)", "?"},
        {"uniqid()", "?"},
        {"array_map('system', ['id'])", "?"},
        {"call_user_func('mail', 'a')", "?"},
        {"array_filter(['id'], 'passthru')", "?"},
        {"call_user_func('call_user_func', 'call_user_func', 'strrev', 'ab')", "'ba'"},
        {"call_user_func('call_user_func', 'call_user_func', 'call_user_func', "
         "'call_user_func', 'call_user_func', 'strrev', 'ab')",
         "?"},
        {"str_replace('a', 'b', 'c', 'd')", "?"},
        {"strrev()", "?"},
        {"strrev('a', 'b')", "?"},
        {"strrev(file('x'))", "?"},
        {"rand() . 'a'", "?"},
        {"[rand()]", "[0=>?]"},
        {"implode('', [rand()])", "?"},
        {"null ?? rand()", "?"},
        {"'a' ?? rand()", "'a'"},
        {"false && rand()", "false"},
        {"true && rand()", "?"},
        {"'a' || rand()", "true"},
        {"rand() || true", "?"},
        {"(int)'12' . rand()", "?"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_expression(rows[i].expression, rows[i].expected);
}

static void
marks_what_was_done(void)
{
    static const struct {
        const char *expression;
        unsigned made, taint;
    } rows[] = {
        {"'a'", 0, 0},
        {"base64_decode('bWFpbA==')", MADE_BASE64, TAINT_DECODED},
        {"base64_encode('mail')", 0, 0},
        {"str_rot13('znvy')", MADE_ROT13, TAINT_DECODED},
        {"hex2bin('6d')", MADE_HEX, TAINT_DECODED},
        {"pack('H*', '6d')", MADE_HEX, TAINT_DECODED},
        {"urldecode('%6d')", MADE_URL, TAINT_DECODED},
        {"chr(109)", MADE_CHR, TAINT_BUILT},
        {"chr(10)", 0, 0},
        {"chr(32)", 0, 0},
        {"chr(239)", 0, 0},
        {"strrev('liam')", MADE_REVERSE, TAINT_BUILT},
        {"str_replace('x', '', 'mxail')", MADE_REPLACE, TAINT_BUILT},
        {"strtr('mbil', 'b', 'a')", MADE_REPLACE, TAINT_BUILT},
        {"substr('mailing', 0, 4)", MADE_REPLACE, TAINT_BUILT},
        {"substr('mail', 0)", 0, 0},
        {"str_replace('x', '', 'mail')", 0, 0},
        {"urldecode('mail')", 0, 0},
        {"'abc' ^ '   '", MADE_XOR, TAINT_BUILT | TAINT_DECODED},
        {"~\"\\x9e\"", MADE_XOR, TAINT_BUILT | TAINT_DECODED},
        {"5 ^ 3", 0, 0},
        {"'ma' . 'il'", MADE_CONCAT, 0},
        {"implode('', ['ma', 'il'])", MADE_JOIN, 0},
        {"'alphabet'[3]", MADE_PICK, TAINT_BUILT},
        {"['a', 'b'][1]", MADE_PICK, TAINT_BUILT},
        {"['ab', 'cd'][1]", 0, 0},
        {"[base64_decode('bWFpbA=='), 'x1'][1]", 0, 0},
        {"step_up('a')", MADE_STEP, TAINT_BUILT},
        {"step_up(1)", 0, 0},
        {"strtolower('MaIl')", MADE_CASE, 0},
        {"strtolower('mail')", 0, 0},
        {"strrev(base64_decode('bGlhbQ=='))", MADE_REVERSE | MADE_BASE64,
         TAINT_BUILT | TAINT_DECODED},
        {"implode('', array_map('chr', [109, 97]))", MADE_JOIN | MADE_CHR, TAINT_BUILT},
        {"strlen(strrev('ab'))", MADE_REVERSE, TAINT_BUILT},
        {"(string)strrev('ab')", MADE_REVERSE, TAINT_BUILT},
        {"in_array('a', [strrev('ab')])", MADE_REVERSE, TAINT_BUILT},
        {"unpack('C*', hex2bin('6d'))", MADE_HEX, TAINT_DECODED},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        bool is_wrong;
        struct value value = fold_read(rows[i].expression, arena, &is_wrong);

        CHECK_ROW(i, !is_wrong && value_is_known(value));
        CHECK_ROW(i, value.made == rows[i].made);
        CHECK_ROW(i, value.taint == rows[i].taint);
        arena_free(arena);
    }
}

/* What arguments carry is carried on: taint and parameters, of items of arrays too. */
static void
carries_what_arguments_carry(void)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct value text = value_string(STR("liam")), result, other = value_string(STR("x"));
    struct item item = {.value = &text};
    struct items items = {.count = 1, .list = &item};
    struct value array = {.kind = VALUE_ARRAY, .items = &items};

    text.taint = TAINT_FILE;
    text.parameters = 2;
    text.made = MADE_LOOP;
    CHECK(fold_call(STR("strrev"), &text, 1, arena, &result));
    CHECK_STR(result.text, "mail");
    CHECK(result.taint == (TAINT_FILE | TAINT_BUILT) && result.parameters == 2);
    CHECK(result.made == (MADE_LOOP | MADE_REVERSE));
    CHECK(fold_call(STR("implode"), &array, 1, arena, &result));
    CHECK(result.taint == TAINT_FILE && result.parameters == 2);
    CHECK(fold_binary('.', other, text, arena, &result));
    CHECK_STR(result.text, "xliam");
    CHECK(result.taint == TAINT_FILE && result.parameters == 2);
    CHECK(fold_index(array, value_integer(0), arena, &result));
    CHECK(result.taint == TAINT_FILE && result.parameters == 2);
    CHECK(fold_unary('!', text, arena, &result));
    CHECK(result.taint == TAINT_FILE);
    CHECK(fold_cast(CAST_ARRAY, text, arena, &result));
    CHECK(result.taint == TAINT_FILE && result.items->count == 1);
    arena_free(arena);
}

static void
concatenates_many_at_once(void)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct value parts[] = {value_string(STR("m")), value_integer(4), value_bool(true),
                            value_string(STR("x")), VALUE_NOTHING};
    struct value result;

    parts[3].taint = TAINT_FILE;
    CHECK(fold_concat(parts, 4, arena, &result));
    CHECK_STR(result.text, "m41x");
    CHECK(result.taint == TAINT_FILE && result.made == MADE_CONCAT);
    CHECK(!fold_concat(parts, 5, arena, &result));
    CHECK(fold_concat(parts, 0, arena, &result) && result.text.len == 0);
    arena_free(arena);
}

static struct value
text_of(struct arena *arena, char byte, size_t len)
{
    char *text = arena_alloc(arena, len + 1);

    memset(text, byte, len);
    return value_string((struct str){text, len});
}

/* What would be too large or cost too much is unknown, in bounded memory. */
static void
stops_at_its_ceilings(void)
{
    static const char *const rows[] = {
        "str_repeat('a', 2097153)",
        "str_repeat('abc', 9223372036854775807)",
        "str_pad('a', 2097153)",
        "sprintf('%2097153s', 'a')",
        "sprintf('%99999999999999999999s', 'a')",
        "sprintf('%1500000s%1500000s', 'a', 'b')",
        "str_replace('a', str_repeat('b', 5000), str_repeat('a', 5000))",
        "str_replace(['a', 'b'], ['bbbbbbbb', 'cccccccc'], str_repeat('a', 100000))",
        "strtr(str_repeat('a', 5000), ['a' => str_repeat('b', 5000)])",
        "str_split(str_repeat('a', 5000))",
        "explode('a', str_repeat('a', 5000))",
        "range(1, 5000)",
        "range(-9223372036854775807, 9223372036854775807)",
        "array_fill(0, 5000, 'a')",
        "array_pad([], 5000, 'a')",
        "array_pad([], -9223372036854775807, 'a')",
        "implode('', array_fill(0, 4000, str_repeat('a', 4000)))",
        "implode(str_repeat('a', 4000), array_fill(0, 4000, ''))",
        "array_map('str_repeat', array_fill(0, 4000, 'a'), array_fill(0, 4000, 10000))",
        "array_map('range', array_fill(0, 4000, 1), array_fill(0, 4000, 4000))",
        "array_map('sha1', array_fill(0, 4000, str_repeat('a', 100000)))",
        "array_merge(array_fill(0, 4000, 1), array_fill(0, 4000, 1))",
        "chunk_split(str_repeat('a', 1000000), 1, 'bb')",
        "nl2br(str_repeat(\"\\n\", 1000000))",
        "addslashes(str_repeat('\\'', 1500000))",
        "urlencode(str_repeat('&', 1000000))",
        "bin2hex(str_repeat('a', 1500000))",
        "base64_encode(str_repeat('a', 2000000))",
        "pack('a3000000', 'a')",
        "pack('x3000000')",
        "pack('a2000000a2000000', 'a', 'b')",
        "str_repeat('a', 2000000) . str_repeat('b', 2000000)",
        "substr_replace(str_repeat('a', 2000000), str_repeat('a', 2000000), 0, 0)",
        "strrpos(str_repeat('a', 2000000), str_repeat('a', 100000) . 'b')",
        "unpack('C*', str_repeat('a', 5000))",
        "array_map('intval', array_fill(0, 4000, str_repeat(' ', 2000000)))",
        "array_sum(array_fill(0, 4000, str_repeat(' ', 2000000)))",
        "array_flip(array_fill(0, 4000, str_repeat('a', 2000000)))",
        "array_unique(array_fill(0, 4000, str_repeat('a', 2000000)))",
        "in_array(str_repeat('a', 2000000), array_fill(0, 4000, str_repeat('a', 1999999)))",
        "array_map('strlen', array_fill(0, 4000, str_repeat('a', 2000000)))",
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        bool is_wrong;
        struct value value = fold_read(rows[i], arena, &is_wrong);

        CHECK_ROW(i, !is_wrong && !value_is_known(value));
        CHECK_ROW(i, arena_used(arena) < 40u << 20);
        arena_free(arena);
    }
}

/* Right below the ceilings there is an answer. */
static void
reaches_its_ceilings(void)
{
    static const struct {
        const char *expression, *expected;
    } rows[] = {
        {"strlen(str_repeat('a', 2097152))", "2097152"},
        {"strlen(str_replace('a', 'bc', str_repeat('a', 1000000)))", "2000000"},
        {"count(range(1, 4096))", "4096"},
        {"count(str_split(str_repeat('a', 4095)))", "4095"},
        {"strlen(implode('', array_fill(0, 4096, 'abc')))", "12288"},
        {"strlen(base64_decode(str_repeat('bWFp', 500000)))", "1500000"},
        {"stripos(str_repeat('a', 1000000), 'b')", "false"},
        {"strpos(str_repeat('a', 1000000), str_repeat('a', 500000) . 'b')", "false"},
        {"md5(str_repeat('a', 1000000))", "'7707d6ae4e027c70eea2a935c2296f21'"},
        {"sha1(str_repeat('a', 1000000))", "'34aa973cd4c4daa4f61eeb2bdbad27316534016f'"},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        check_expression(rows[i].expression, rows[i].expected);
}

/* A megabyte of zeros in a kilobyte is an answer, four gigabytes in a megabyte are not. */
static void
stops_a_bomb(void)
{
    static const struct {
        size_t size;
        bool is_known;
    } rows[] = {
        {1u << 20, true}, {FOLD_BYTES_MAX, true}, {FOLD_BYTES_MAX + 1, false}, {16u << 20, false}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct value plain = text_of(arena, '\0', rows[i].size), packed, result;
        uLongf len = compressBound((uLong)rows[i].size);
        char *bytes = arena_alloc(arena, len);

        CHECK_ROW(i, compress((Bytef *)bytes, &len, (const Bytef *)plain.text.data,
                              (uLong)rows[i].size) == Z_OK);
        packed = value_string((struct str){bytes, len});
        CHECK_ROW(i,
                  fold_call(STR("gzuncompress"), &packed, 1, arena, &result) == rows[i].is_known);
        if (rows[i].is_known) {
            CHECK_ROW(i, str_eq(result.text, plain.text));
            CHECK_ROW(i, result.made == MADE_INFLATE && result.taint == TAINT_DECODED);
        }
        arena_free(arena);
    }
}

/* Where the arena ends, so does the answer, and nothing else happens. */
static void
is_unknown_at_the_limit_of_the_arena(void)
{
    static const char *const names[] = {"strrev", "base64_decode", "str_rot13",  "bin2hex",
                                        "md5",    "str_split",     "strtoupper", "gzinflate"};
    struct arena *source = arena_new(1 << 20);
    struct value text = text_of(source, 'a', 1000), result = value_integer(7);

    for (size_t i = 0; i < COUNT(names); i++) {
        struct arena *arena = arena_new(16);

        CHECK_ROW(i, !fold_call(str_from_cstr(names[i]), &text, 1, arena, &result));
        CHECK_ROW(i, result.kind == VALUE_INTEGER && result.number == 7);
        arena_free(arena);
    }
    arena_free(source);
}

static void
knows_functions_by_name(void)
{
    static const struct {
        const char *name;
        bool is_known;
        unsigned decoder;
    } rows[] = {
        {"base64_decode", true, MADE_BASE64},
        {"gzinflate", true, MADE_INFLATE},
        {"gzuncompress", true, MADE_INFLATE},
        {"gzdecode", true, MADE_INFLATE},
        {"str_rot13", true, MADE_ROT13},
        {"hex2bin", true, MADE_HEX},
        {"pack", true, MADE_HEX},
        {"rawurldecode", true, MADE_URL},
        {"convert_uudecode", true, MADE_BASE64},
        {"strrev", true, 0},
        {"abs", true, 0},
        {"zlib_decode", true, MADE_INFLATE},
        {"vsprintf", true, 0},
        {"array_map", false, 0},
        {"array_filter", false, 0},
        {"call_user_func", false, 0},
        {"call_user_func_array", false, 0},
        {"mail", false, 0},
        {"system", false, 0},
        {"", false, 0},
        {"STRREV", false, 0},
        {"function_exists", false, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_ROW(i, fold_knows(str_from_cstr(rows[i].name)) == rows[i].is_known);
        CHECK_ROW(i, fold_decoder(str_from_cstr(rows[i].name)) == rows[i].decoder);
    }
}

static void
knows_constants(void)
{
    static const struct {
        const char *name, *expected;
    } rows[] = {
        {"PHP_EOL", "'\\x0a'"},
        {"\\PHP_EOL", "'\\x0a'"},
        {"DIRECTORY_SEPARATOR", "'/'"},
        {"TRUE", "true"},
        {"false", "false"},
        {"Null", "null"},
        {"E_ALL", "32767"},
        {"M_PI", "'3.1415926535898'"},
        {"PHP_OS", "'Linux'"},
        {"ENT_QUOTES", "3"},
        {"PHP_INT_MAX", "9223372036854775807"},
        {"php_eol", "?"},
        {"DB_PASSWORD", "?"},
        {"", "?"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct value value = VALUE_NOTHING;
        struct buf shown;

        buf_init(&shown, 100);
        (void)fold_constant(str_from_cstr(rows[i].name), &value);
        fold_show(value, &shown);
        CHECK_STR(buf_str(&shown), rows[i].expected);
        buf_done(&shown);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"gives what PHP gives", gives_what_php_gives},
        {"differs where it says so", differs_where_it_says_so},
        {"marks what was done", marks_what_was_done},
        {"carries what arguments carry", carries_what_arguments_carry},
        {"concatenates many at once", concatenates_many_at_once},
        {"stops at its ceilings", stops_at_its_ceilings},
        {"reaches its ceilings", reaches_its_ceilings},
        {"stops a bomb", stops_a_bomb},
        {"is unknown at the limit of the arena", is_unknown_at_the_limit_of_the_arena},
        {"knows functions by name", knows_functions_by_name},
        {"knows constants", knows_constants},
    };

    return tap_main(cases, COUNT(cases));
}
