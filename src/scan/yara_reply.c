#include "scan/yara_reply.h"

struct reply_head {
    uint64_t number;
    uint32_t status, lost, count, text_len;
};

struct match_head {
    uint64_t offset;
    uint32_t file, percent, name_len, why_len;
};

static void
add_bytes(struct buf *buf, const void *data, size_t len)
{
    buf_add(buf, (struct str){data, len});
}

static void
write_match(const struct yara_match *match, struct buf *buf)
{
    struct str name = str_first(match->name, YARA_NAME_MAX);
    struct str why = str_first(match->why, YARA_WHY_MAX);
    struct match_head head = {
        .offset = match->offset,
        .file = match->file,
        .percent = match->percent,
        .name_len = (uint32_t)name.len,
        .why_len = (uint32_t)why.len,
    };

    add_bytes(buf, &head, sizeof(head));
    buf_add(buf, name);
    buf_add(buf, why);
}

void
yara_reply_write(const struct yara_reply *reply, struct buf *buf)
{
    struct str text = str_first(reply->text, YARA_TEXT_MAX);
    struct reply_head head = {
        .number = reply->number,
        .status = (uint32_t)reply->status,
        .lost = reply->lost,
        .count = reply->count < YARA_MATCHES_MAX ? reply->count : YARA_MATCHES_MAX,
        .text_len = (uint32_t)text.len,
    };

    add_bytes(buf, &head, sizeof(head));
    buf_add(buf, text);
    for (uint32_t i = 0; i < head.count; i++)
        write_match(&reply->matches[i], buf);
}

/* Copies what is at the front of `bytes`, which need not be aligned, and drops it. */
static bool
take(struct str *bytes, void *into, size_t len)
{
    if (bytes->len < len)
        return false;
    memcpy(into, bytes->data, len);
    *bytes = str_from(*bytes, len);
    return true;
}

static bool
take_text(struct str *bytes, size_t len, size_t len_max, struct str *ret_text)
{
    if (len > len_max || len > bytes->len)
        return false;
    *ret_text = str_first(*bytes, len);
    *bytes = str_from(*bytes, len);
    return true;
}

static bool
is_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || str_is_digit(c)))
            return false;
    }
    return name.len > 0;
}

static bool
read_match(struct str *bytes, uint64_t size, uint32_t file_count, struct yara_match *match)
{
    struct match_head head;

    if (!take(bytes, &head, sizeof(head)) || head.file >= file_count || head.percent > 100 ||
        (head.offset >= size && head.offset != YARA_NO_OFFSET) ||
        !take_text(bytes, head.name_len, YARA_NAME_MAX, &match->name) ||
        !take_text(bytes, head.why_len, YARA_WHY_MAX, &match->why))
        return false;
    match->offset = head.offset;
    match->file = head.file;
    match->percent = head.percent;
    return is_name(match->name);
}

bool
yara_reply_read(struct str bytes, uint64_t size, uint32_t file_count, struct yara_reply *ret_reply)
{
    struct reply_head head;
    struct yara_reply reply = {0};

    if (bytes.len > YARA_REPLY_BYTES_MAX || !take(&bytes, &head, sizeof(head)) ||
        head.status >= YARA_STATUS_COUNT || head.count > YARA_MATCHES_MAX ||
        !take_text(&bytes, head.text_len, YARA_TEXT_MAX, &reply.text))
        return false;
    reply.number = head.number;
    reply.status = (enum yara_status)head.status;
    reply.lost = head.lost;
    for (; reply.count < head.count; reply.count++) {
        if (!read_match(&bytes, size, file_count, &reply.matches[reply.count]))
            return false;
    }
    if (bytes.len)
        return false;
    *ret_reply = reply;
    return true;
}
