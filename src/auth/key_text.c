#include "auth/key_text.h"

#include "auth/base64.h"

void
key_text_record(struct buf *out, enum crypto_type type, struct str public_bytes)
{
    buf_add_cstr(out, "v=DKIM1; k=");
    buf_add(out, crypto_type_name(type));
    buf_add_cstr(out, "; p=");
    base64_write(public_bytes, out);
}

void
key_text_strings(struct buf *out, struct str record, struct str between)
{
    for (size_t at = 0; at < record.len || at == 0; at += KEY_TEXT_STRING_MAX) {
        if (at)
            buf_add(out, between);
        buf_add_char(out, '"');
        buf_add(out, str_first(str_from(record, at), KEY_TEXT_STRING_MAX));
        buf_add_char(out, '"');
    }
}

void
key_text_zone(struct buf *out, struct str name, struct str record)
{
    bool is_long = record.len > KEY_TEXT_STRING_MAX;

    buf_add(out, name);
    buf_add_cstr(out, is_long ? ". IN TXT ( " : ". IN TXT ");
    key_text_strings(out, record, STR("\n    "));
    buf_add_cstr(out, is_long ? " )\n" : "\n");
}
