#include "feedback/aggregate_repair.h"

struct out {
    char *data;
    size_t len;
};

static void
put(struct out *out, struct str s)
{
    memcpy(out->data + out->len, s.data, s.len);
    out->len += s.len;
}

/* Printable ASCII and blanks, without "&": nearly all of a report. */
static bool
is_plain(char c)
{
    return (c >= ' ' && c < 0x7f && c != '&') || c == '\n' || c == '\r' || c == '\t';
}

static uint32_t
sequence_len(unsigned char lead)
{
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef)
        return 3;
    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

static bool
is_character(uint32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0xd800) ||
           (code >= 0xe000 && code < 0xfffe) || (code >= 0x10000 && code <= 0x10ffff);
}

/* The code point of a sequence whose bytes are of the right kind; 0: overlong. */
static uint32_t
code_of(const char *bytes, uint32_t len)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = (unsigned char)bytes[0] & (0xffU >> (len + 1));

    for (uint32_t i = 1; i < len; i++)
        code = code << 6 | ((unsigned char)bytes[i] & 0x3f);
    return code < least[len] ? 0 : code;
}

static void
hold(struct repair *repair, char c)
{
    repair->held[repair->held_len++] = c;
}

static void
put_wrong(struct repair *repair, struct out *out)
{
    put(out, STR("?"));
    repair->encoding++;
}

/* "amp", "#38", "#x26" */
static bool
is_entity(struct str name)
{
    static const char *const known[] = {"amp", "lt", "gt", "quot", "apos"};
    uint32_t code = 0;
    bool is_hex;

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq(name, str_from_cstr(known[i])))
            return true;
    }
    if (!str_skip(&name, STR("#")))
        return false;
    is_hex = str_skip(&name, STR("x"));
    if (name.len == 0 || name.len > 7)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (str_is_digit(c))
            code = code * (is_hex ? 16 : 10) + (uint32_t)(c - '0');
        else if (is_hex && (c | 32) >= 'a' && (c | 32) <= 'f')
            code = code * 16 + (uint32_t)((c | 32) - 'a' + 10);
        else
            return false;
    }
    return is_character(code);
}

/* What is held turned out to be no entity: its "&" stands for itself. */
static void
put_ampersand(struct repair *repair, struct out *out)
{
    put(out, STR("&amp;"));
    put(out, (struct str){repair->held + 1, repair->held_len - 1});
    repair->ampersand++;
    repair->held_len = 0;
}

static bool
is_entity_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '#';
}

static void take(struct repair *repair, char c, struct out *out);

static void
take_entity(struct repair *repair, char c, struct out *out)
{
    if (c == ';' && is_entity((struct str){repair->held + 1, repair->held_len - 1})) {
        hold(repair, c);
        put(out, (struct str){repair->held, repair->held_len});
        repair->held_len = 0;
    } else if (is_entity_byte(c) && repair->held_len < 10) {
        hold(repair, c);
    } else {
        put_ampersand(repair, out);
        take(repair, c, out);
    }
}

static void
take_sequence(struct repair *repair, char c, struct out *out)
{
    if (((unsigned char)c & 0xc0) != 0x80) {
        put_wrong(repair, out);
        repair->held_len = 0;
        take(repair, c, out);
        return;
    }
    hold(repair, c);
    if (repair->held_len < repair->wanted)
        return;
    if (is_character(code_of(repair->held, repair->wanted)))
        put(out, (struct str){repair->held, repair->held_len});
    else
        put_wrong(repair, out);
    repair->held_len = 0;
}

static void
take(struct repair *repair, char c, struct out *out)
{
    if (repair->held_len && repair->wanted) {
        take_sequence(repair, c, out);
    } else if (repair->held_len) {
        take_entity(repair, c, out);
    } else if (is_plain(c)) {
        put(out, (struct str){&c, 1});
    } else if (c == '&') {
        repair->wanted = 0;
        hold(repair, c);
    } else if ((repair->wanted = sequence_len((unsigned char)c)) > 0) {
        hold(repair, c);
    } else {
        put_wrong(repair, out);
    }
}

/* Before the document: the marks of UTF-8 and UTF-16, blanks, whatever else. */
static void
take_before(struct repair *repair, char c, struct out *out)
{
    static const char blanks[] = " \t\r\n\xef\xbb\xbf";
    char mark[2] = {repair->mark, c};

    if (repair->mark && ((unsigned char)mark[0] ^ (unsigned char)c) == 1) {
        repair->is_begun = repair->is_raw = true;
        put(out, (struct str){mark, 2});
        return;
    }
    repair->mark = (unsigned char)c >= 0xfe && !repair->before ? c : 0;
    if (c == '<') {
        repair->is_begun = true;
        put(out, (struct str){&c, 1});
    } else if (!memchr(blanks, c, sizeof(blanks) - 1) && !repair->mark) {
        repair->before++;
    }
}

size_t
repair_feed(struct repair *repair, struct str in, char *out_data, size_t room, size_t *ret_len)
{
    struct out out = {out_data, 0};
    size_t at = 0;

    while (at < in.len && out.len + REPAIR_BYTE_MAX <= room) {
        char c = in.data[at++];

        if (!repair->is_begun)
            take_before(repair, c, &out);
        else if (repair->is_raw || (repair->held_len == 0 && is_plain(c)))
            out.data[out.len++] = c;
        else
            take(repair, c, &out);
    }
    *ret_len = out.len;
    return at;
}

size_t
repair_finish(struct repair *repair, char *out_data)
{
    struct out out = {out_data, 0};

    if (repair->held_len && repair->wanted)
        put_wrong(repair, &out);
    else if (repair->held_len)
        put_ampersand(repair, &out);
    repair->held_len = 0;
    return out.len;
}
