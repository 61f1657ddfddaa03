#include "mail/header.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line that stays as it is when it is unfolded again. */
static void
require_unfolded(struct str value, struct arena *arena)
{
    struct str line = header_unfold(value, arena);

    require(line.len <= value.len);
    require(str_index(line, '\n') == line.len && str_index(line, '\r') == line.len);
    require(str_eq(header_unfold(line, arena), line));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct header_reader reader, again;
    struct header_field field, other;
    const char *end = check.text.data;
    uint32_t count = 0;

    header_init(&reader, check.text);
    header_init(&again, check.copy);
    while (header_next(&reader, &field)) {
        require(header_next(&again, &other));
        require_same(&check, field.name, other.name);
        require_same(&check, field.value, other.value);
        require(field.name.len > 0 && field.name.len <= HEADER_BYTES_MAX);
        require(is_inside(check.text, field.name) && is_inside(check.text, field.value));
        require(field.name.data >= end);
        end = field.value.data + field.value.len;
        require((size_t)(end - reader.start) <= HEADER_BYTES_MAX);
        require(header_find(check.text, field.name).data <= field.value.data);
        require_unfolded(field.value, check.arena);
        count++;
    }
    require(!header_next(&again, &other) && count == reader.field_count);
    require(count <= HEADER_FIELDS_MAX);
    require(reader.rest.data + reader.rest.len == check.text.data + size);
    require(str_eq(header_body(check.text), reader.rest));
    mail_check_done(&check);
    return 0;
}
