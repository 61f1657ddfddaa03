#include "mail/mime.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct mime_walk walk, again;
    struct mime_part part, other;
    const char *end = check.text.data;
    uint32_t count = 0;

    mime_init(&walk, check.text);
    mime_init(&again, check.copy);
    while (mime_next(&walk, &part)) {
        require(mime_next(&again, &other));
        require(part.depth == other.depth && part.depth <= MIME_DEPTH_MAX);
        require(++count <= MIME_PARTS_MAX && walk.part_count == count);
        require_same(&check, part.type, other.type);
        require_same(&check, part.parameters, other.parameters);
        require_same(&check, part.encoding, other.encoding);
        require_same(&check, part.description, other.description);
        require_same(&check, part.body, other.body);
        require(is_inside(check.text, part.body) && is_inside(check.text, part.headers));
        if (part.body.len) { /* parts do not overlap, and come in order */
            require(part.body.data >= end);
            end = part.body.data + part.body.len;
        }
        require(mime_text(&part, check.arena).len <= part.body.len);
        require(is_inside(part.parameters, mime_parameter(part.parameters, STR("charset"))));
    }
    require(!mime_next(&again, &other));
    require(walk.is_over == again.is_over);
    mail_check_done(&check);
    return 0;
}
