#include "mail/smtp_reply.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define CODE_LEN 3

struct line {
    struct str text; /* behind the code and its sign */
    size_t len;      /* with its end */
    uint32_t code;
    bool is_last;
};

/* A code stands at the start as far as there are bytes: "2", "25", "250-". */
static bool
is_code_so_far(struct str bytes)
{
    static const struct str first = {"2345", 4}, second = {"0123456789", 10};

    for (size_t i = 0; i < bytes.len && i < CODE_LEN; i++) {
        if (str_index(i == 0 ? first : second, bytes.data[i]) == (i == 0 ? first : second).len)
            return false;
    }
    return bytes.len <= CODE_LEN || str_index(STR(" -\r\n"), bytes.data[CODE_LEN]) < 4;
}

static enum smtp_reply_step
read_line(struct str bytes, struct line *ret_line)
{
    struct str window = str_first(bytes, SMTP_REPLY_LINE_MAX + 2);
    size_t end = str_index(window, '\n');
    struct str body;

    if (!is_code_so_far(str_first(bytes, end)))
        return SMTP_REPLY_NOT_SMTP;
    if (end == window.len)
        return bytes.len > SMTP_REPLY_LINE_MAX ? SMTP_REPLY_TOO_LONG : SMTP_REPLY_MORE;
    body = str_first(bytes, end);
    if (body.len && body.data[body.len - 1] == '\r')
        body.len--;
    if (body.len < CODE_LEN)
        return SMTP_REPLY_NOT_SMTP;
    *ret_line = (struct line){
        .text = str_from(body, CODE_LEN + 1),
        .len = end + 1,
        .code = (uint32_t)((body.data[0] - '0') * 100 + (body.data[1] - '0') * 10 +
                           (body.data[2] - '0')),
        .is_last = body.len == CODE_LEN || body.data[CODE_LEN] != '-',
    };
    return SMTP_REPLY_WHOLE;
}

enum smtp_reply_step
smtp_reply_read(struct str bytes, struct smtp_reply *ret_reply)
{
    size_t at = 0;
    uint32_t code = 0;

    for (uint32_t count = 1; count <= SMTP_REPLY_LINES_MAX; count++) {
        struct line line;
        enum smtp_reply_step step = read_line(str_from(bytes, at), &line);

        if (step == SMTP_REPLY_MORE && bytes.len > SMTP_REPLY_BYTES_MAX)
            return SMTP_REPLY_TOO_LONG;
        if (step != SMTP_REPLY_WHOLE)
            return step;
        if (code && line.code != code)
            return SMTP_REPLY_NOT_SMTP;
        code = line.code;
        at += line.len;
        if (at > SMTP_REPLY_BYTES_MAX)
            return SMTP_REPLY_TOO_LONG;
        if (line.is_last) {
            *ret_reply = (struct smtp_reply){str_first(bytes, at), code, count};
            return SMTP_REPLY_WHOLE;
        }
    }
    return SMTP_REPLY_TOO_LONG;
}

bool
smtp_reply_line(struct str *rest, struct str *ret_text)
{
    struct line line;

    if (read_line(*rest, &line) != SMTP_REPLY_WHOLE)
        return false;
    *ret_text = line.text;
    *rest = str_from(*rest, line.len);
    return true;
}

/* The length of "5.7.1" at the start of the text; 0: none. */
static size_t
status_len(struct str text)
{
    size_t at = 0;

    for (int part = 0; part < 3; part++) {
        size_t digits = 0;

        while (at + digits < text.len && str_is_digit(text.data[at + digits]))
            digits++;
        if (digits == 0 || digits > 3)
            return 0;
        at += digits;
        if (part < 2 && (at >= text.len || text.data[at++] != '.'))
            return 0;
    }
    return at == text.len || text.data[at] == ' ' ? at : 0;
}

struct str
smtp_reply_status(const struct smtp_reply *reply)
{
    struct str rest = reply->bytes, text;

    if (!smtp_reply_line(&rest, &text))
        return STR_EMPTY;
    return str_first(text, status_len(text));
}

struct str
smtp_reply_quote(const struct smtp_reply *reply, struct arena *arena)
{
    struct str parts[2 * SMTP_REPLY_LINES_MAX + 1], rest = reply->bytes, text;
    size_t count = 0;

    if (!reply->code)
        return STR_EMPTY;
    parts[count++] = str_first(reply->bytes, CODE_LEN);
    while (count + 2 <= COUNT_OF(parts) && smtp_reply_line(&rest, &text)) {
        text = str_trim(text);
        if (text.len == 0)
            continue;
        parts[count++] = STR(" ");
        parts[count++] = text;
    }
    return arena_join(arena, parts, count);
}

static bool
is_name_char(char c)
{
    return str_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '-' ||
           c == '_' || c == '[' || c == ']' || c == ':';
}

struct str
smtp_reply_name(const struct smtp_reply *reply)
{
    struct str rest = reply->bytes, text, word;

    if (!smtp_reply_line(&rest, &text))
        return STR_EMPTY;
    word = str_cut(&text, ' ');
    for (size_t i = 0; i < word.len; i++) {
        if (!is_name_char(word.data[i]))
            return STR_EMPTY;
    }
    return word.len <= 255 ? word : STR_EMPTY;
}

static uint32_t
extension_of(struct str word)
{
    static const struct {
        struct str word;
        uint32_t extension;
    } rows[] = {
        {{"STARTTLS", 8}, SMTP_STARTTLS},
        {{"AUTH", 4}, SMTP_AUTH},
        {{"PIPELINING", 10}, SMTP_PIPELINING},
        {{"8BITMIME", 8}, SMTP_8BITMIME},
        {{"SMTPUTF8", 8}, SMTP_SMTPUTF8},
        {{"DSN", 3}, SMTP_DSN},
        {{"CHUNKING", 8}, SMTP_CHUNKING},
        {{"VRFY", 4}, SMTP_VRFY},
        {{"EXPN", 4}, SMTP_EXPN},
        {{"ETRN", 4}, SMTP_ETRN},
        {{"SIZE", 4}, SMTP_SIZE},
        {{"REQUIRETLS", 10}, SMTP_REQUIRETLS},
        {{"ENHANCEDSTATUSCODES", 19}, SMTP_ENHANCED_STATUS},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_eq_nocase(word, rows[i].word))
            return rows[i].extension;
    }
    return 0;
}

/* The word before a blank or "="; `text` is what follows. */
static struct str
cut_word(struct str *text)
{
    size_t at = str_index_any(*text, STR(" ="));
    struct str word = str_first(*text, at);

    *text = str_trim(str_from(*text, at < text->len ? at + 1 : at));
    return word;
}

struct smtp_features
smtp_features_read(const struct smtp_reply *reply)
{
    struct smtp_features features = {STR_EMPTY, STR_EMPTY, 0, 0};
    struct str rest = reply->bytes, text;

    if (reply->code != 250 || !smtp_reply_line(&rest, &text))
        return features;
    features.name = smtp_reply_name(reply);
    while (smtp_reply_line(&rest, &text)) {
        uint32_t extension = extension_of(cut_word(&text));

        features.extensions |= extension;
        if (extension == SMTP_AUTH && text.len > features.auth.len)
            features.auth = text;
        if (extension == SMTP_SIZE && !str_u64(text, &features.size_max))
            features.size_max = 0;
    }
    return features;
}

bool
smtp_features_has_mechanism(const struct smtp_features *features, struct str mechanism)
{
    struct str rest = features->auth;

    while (rest.len) {
        if (str_eq_nocase(str_trim(str_cut(&rest, ' ')), mechanism))
            return true;
    }
    return false;
}
