#include "auth/tags.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Slices lie inside, names are found where they were read, pieces come in order. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    const char *end = check.text.data;
    struct tags tags, other;

    require(tags_read(check.text, &tags) == tags_read(check.copy, &other));
    require(tags.count == other.count && tags.count <= TAGS_MAX);
    require(is_inside(check.text, tags.fault_at));
    for (uint32_t i = 0; i < tags.count; i++) {
        const struct tag *tag = &tags.list[i];
        struct str value, list = tag->value, item;
        uint64_t number;

        require_same(&check, tag->name, other.list[i].name);
        require_same(&check, tag->value, other.list[i].value);
        require(tag->name.len && tag->name.data >= end);
        end = tag->name.data + tag->name.len;
        require(tags_find(&tags, tag->name, &value) && value.data == tag->value.data);
        require(str_index(tag->value, ';') == tag->value.len);
        require(!tags_number(tag->value, &number) || number <= 999999999999);
        while (tags_item(&list, ':', &item))
            require(is_inside(tag->value, item) && tags_has_item(tag->value, ':', item));
    }
    mail_check_done(&check);
    return 0;
}
