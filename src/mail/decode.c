#include "mail/decode.h"

/* Where bytes are written: a fixed room that was measured before. */
struct writer {
    char *data;
    size_t len, room;
};

static void
write_byte(struct writer *out, unsigned byte)
{
    if (out->len < out->room)
        out->data[out->len++] = (char)(unsigned char)byte;
}

static void
write_all(struct writer *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        write_byte(out, (unsigned char)s.data[i]);
}

/* Latin code points need at most three bytes. */
static void
write_utf8(struct writer *out, unsigned code)
{
    if (code < 0x80) {
        write_byte(out, code);
    } else if (code < 0x800) {
        write_byte(out, 0xc0 | code >> 6);
        write_byte(out, 0x80 | (code & 0x3f));
    } else {
        write_byte(out, 0xe0 | code >> 12);
        write_byte(out, 0x80 | (code >> 6 & 0x3f));
        write_byte(out, 0x80 | (code & 0x3f));
    }
}

static int
base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

static int
hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void
base64_into(struct writer *out, struct str text)
{
    unsigned bits = 0, have = 0;

    for (size_t i = 0; i < text.len; i++) {
        int digit = base64_digit(text.data[i]);

        if (text.data[i] == '=')
            have = 0;
        if (digit < 0)
            continue;
        bits = (bits << 6 | (unsigned)digit) & 0xffffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            write_byte(out, bits >> have & 0xff);
        }
    }
}

/* The two hexadecimal digits behind the "=" at `at`; -1: none. */
static int
escape_at(struct str text, size_t at)
{
    int high, low;

    if (text.len - at < 3)
        return -1;
    high = hex_digit(text.data[at + 1]);
    low = hex_digit(text.data[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static struct writer
writer_new(struct arena *arena, size_t room)
{
    struct writer out = {arena_array(arena, room ? room : 1, 1), 0, room};

    if (!out.data)
        out.room = 0;
    return out;
}

static struct str
writer_str(struct writer out)
{
    return out.len ? (struct str){out.data, out.len} : STR_EMPTY;
}

struct str
decode_base64(struct str text, struct arena *arena)
{
    struct writer out = writer_new(arena, text.len / 4 * 3 + 3);

    base64_into(&out, text);
    return writer_str(out);
}

/* The blanks and the line end behind a soft "="; 0: it is no soft line break. */
static size_t
soft_break_len(struct str text, size_t at)
{
    size_t i = at + 1;

    while (i < text.len && (text.data[i] == ' ' || text.data[i] == '\t' || text.data[i] == '\r'))
        i++;
    if (i >= text.len)
        return i - at;
    return text.data[i] == '\n' ? i + 1 - at : 0;
}

struct str
decode_quoted_printable(struct str text, struct arena *arena)
{
    struct writer out = writer_new(arena, text.len);

    for (size_t i = 0; i < text.len; i++) {
        int byte = text.data[i] == '=' ? escape_at(text, i) : -1;

        if (byte >= 0) {
            write_byte(&out, (unsigned)byte);
            i += 2;
        } else if (text.data[i] == '=' && soft_break_len(text, i)) {
            i += soft_break_len(text, i) - 1;
        } else {
            write_byte(&out, (unsigned char)text.data[i]);
        }
    }
    return writer_str(out);
}

struct str
decode_transfer(struct str text, struct str encoding, struct arena *arena)
{
    encoding = str_trim(encoding);
    encoding = str_first(encoding, str_index(encoding, ';'));
    if (str_eq_nocase(encoding, STR("base64")))
        return decode_base64(text, arena);
    if (str_eq_nocase(encoding, STR("quoted-printable")))
        return decode_quoted_printable(text, arena);
    return text;
}

enum charset {
    CHARSET_OTHER,
    CHARSET_UTF8,
    CHARSET_LATIN1,
    CHARSET_LATIN9,
    CHARSET_WINDOWS,
};

static enum charset
charset_of(struct str name)
{
    static const struct {
        struct str name;
        enum charset charset;
    } names[] = {
        {{"utf-8", 5}, CHARSET_UTF8},          {{"utf8", 4}, CHARSET_UTF8},
        {{"us-ascii", 8}, CHARSET_UTF8},       {{"ascii", 5}, CHARSET_UTF8},
        {{"iso-8859-1", 10}, CHARSET_LATIN1},  {{"latin1", 6}, CHARSET_LATIN1},
        {{"iso-8859-15", 11}, CHARSET_LATIN9}, {{"windows-1252", 12}, CHARSET_WINDOWS},
        {{"cp1252", 6}, CHARSET_WINDOWS},
    };

    name = str_first(name, str_index(name, '*')); /* RFC 2231: "utf-8*en" */
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, names[i].name))
            return names[i].charset;
    }
    return CHARSET_OTHER;
}

/* 0x80 to 0x9f of windows-1252; 0 stands for a place that is not assigned. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

static unsigned
latin9_code(unsigned byte)
{
    static const uint8_t bytes[] = {0xa4, 0xa6, 0xa8, 0xb4, 0xb8, 0xbc, 0xbd, 0xbe};
    static const uint16_t codes[] = {0x20ac, 0x160, 0x161, 0x17d, 0x17e, 0x152, 0x153, 0x178};

    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (byte == bytes[i])
            return codes[i];
    }
    return byte;
}

static void
write_charset(struct writer *out, enum charset charset, struct str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned byte = (unsigned char)bytes.data[i];

        switch (charset) {
        case CHARSET_OTHER:
        case CHARSET_UTF8:
            write_byte(out, byte);
            break;
        case CHARSET_LATIN1: /* as HTML has it: what says latin1 is windows-1252 */
        case CHARSET_WINDOWS:
            if (byte >= 0x80 && byte < 0xa0 && windows_1252[byte - 0x80])
                byte = windows_1252[byte - 0x80];
            write_utf8(out, byte);
            break;
        case CHARSET_LATIN9:
            write_utf8(out, latin9_code(byte));
            break;
        }
    }
}

struct word {
    enum charset charset;
    bool is_base64;
    struct str text;
    size_t len; /* all of "=?...?=" */
};

/* Whether an encoded word of a charset that we know stands at the front of `s`. */
static bool
read_word(struct str s, struct word *ret_word)
{
    struct str rest = str_from(s, 2), charset, encoding;
    size_t end;

    charset = str_first(rest, str_index(str_first(rest, 64), '?'));
    rest = str_from(rest, charset.len + 1);
    encoding = str_first(rest, str_index(str_first(rest, 2), '?'));
    rest = str_from(rest, encoding.len + 1);
    if (encoding.len != 1)
        return false;
    end = str_index(rest, '?');
    if (end + 1 >= rest.len || rest.data[end + 1] != '=')
        return false;
    ret_word->charset = charset_of(charset);
    ret_word->is_base64 = (encoding.data[0] | 0x20) == 'b';
    ret_word->text = str_first(rest, end);
    ret_word->len = (size_t)(rest.data + end + 2 - s.data);
    return ret_word->charset != CHARSET_OTHER &&
           (ret_word->is_base64 || (encoding.data[0] | 0x20) == 'q');
}

static void
write_word(struct writer *out, const struct word *word, struct writer *scratch)
{
    scratch->len = 0;
    if (word->is_base64) {
        base64_into(scratch, word->text);
    } else {
        for (size_t i = 0; i < word->text.len; i++) {
            int byte = word->text.data[i] == '=' ? escape_at(word->text, i) : -1;

            if (byte >= 0) {
                write_byte(scratch, (unsigned)byte);
                i += 2;
            } else {
                write_byte(scratch, word->text.data[i] == '_' ? (unsigned)' '
                                                              : (unsigned char)word->text.data[i]);
            }
        }
    }
    write_charset(out, word->charset, (struct str){scratch->data, scratch->len});
}

static size_t
blank_len(struct str s)
{
    size_t len = 0;

    while (len < s.len && (s.data[len] == ' ' || s.data[len] == '\t' || s.data[len] == '\r' ||
                           s.data[len] == '\n'))
        len++;
    return len;
}

struct str
decode_words(struct str text, struct arena *arena)
{
    struct writer out, scratch;
    bool is_after_word = false;

    if (str_find(text, STR("=?")) == text.len)
        return text;
    out = writer_new(arena, text.len * 3);
    scratch = writer_new(arena, text.len);
    while (text.len) {
        struct str blanks = str_first(text, blank_len(text));
        struct str rest = str_from(text, blanks.len);
        struct word word;

        if (str_starts(rest, STR("=?")) && read_word(rest, &word)) {
            if (!is_after_word) /* blanks between two encoded words are not text */
                write_all(&out, blanks);
            write_word(&out, &word, &scratch);
            text = str_from(rest, word.len);
            is_after_word = true;
            continue;
        }
        is_after_word = false;
        write_all(&out, blanks);
        if (rest.len)
            write_byte(&out, (unsigned char)rest.data[0]);
        text = str_from(rest, 1);
    }
    return writer_str(out);
}
