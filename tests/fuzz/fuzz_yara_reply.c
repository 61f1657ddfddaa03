#include <stdlib.h>

#include "scan/yara_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_SIZE 100000u
#define RULE_FILES 3u

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
require_inside(struct str bytes, struct str s, size_t len_max)
{
    require(s.len <= len_max);
    require(!s.len || (s.data >= bytes.data && s.data + s.len <= bytes.data + bytes.len));
}

/* A reply that is believed is inside its ceilings, and says what its bytes say, no more. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};
    struct yara_reply reply;
    struct buf buf;

    if (!yara_reply_read(bytes, FILE_SIZE, RULE_FILES, &reply))
        return 0;
    require(reply.count <= YARA_MATCHES_MAX);
    require_inside(bytes, reply.text, YARA_TEXT_MAX);
    for (uint32_t i = 0; i < reply.count; i++) {
        const struct yara_match *match = &reply.matches[i];

        require_inside(bytes, match->name, YARA_NAME_MAX);
        require_inside(bytes, match->why, YARA_WHY_MAX);
        require(match->name.len && match->file < RULE_FILES && match->percent <= 100);
        require(match->offset < FILE_SIZE || match->offset == YARA_NO_OFFSET);
    }
    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(&reply, &buf);
    require(!buf.is_over && str_eq(buf_str(&buf), bytes));
    buf_done(&buf);
    return 0;
}
