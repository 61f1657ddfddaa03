#include <zlib.h>

#include "php/fold_parts.h"

/* The state of zlib lives in the arena until the end of the pass. */
static voidpf
zlib_room(voidpf arena, uInt count, uInt size)
{
    return arena_array(arena, count, size);
}

static void
zlib_forget(voidpf arena, voidpf memory)
{
    (void)arena;
    (void)memory;
}

/* Room for what is only counted. */
#define WINDOW_SIZE 16384

enum outcome {
    OUTCOME_DONE,
    OUTCOME_FALSE,   /* PHP gives false */
    OUTCOME_UNKNOWN, /* too large, or no memory */
};

static enum outcome
inflate_all(z_stream *stream, char *into, size_t *len)
{
    char window[WINDOW_SIZE];
    size_t have = 0;

    for (;;) {
        int status;
        size_t room = into ? *len - have : sizeof(window);

        stream->next_out = (Bytef *)(into ? into + have : window);
        stream->avail_out = (uInt)room;
        status = inflate(stream, Z_NO_FLUSH);
        have += room - stream->avail_out;
        if (have > FOLD_BYTES_MAX)
            return OUTCOME_UNKNOWN;
        if (status == Z_STREAM_END || (into && have == *len))
            break;
        if (status == Z_MEM_ERROR)
            return OUTCOME_UNKNOWN;
        if (status != Z_OK || (stream->avail_in == 0 && stream->avail_out > 0))
            return OUTCOME_FALSE;
    }
    *len = have;
    return OUTCOME_DONE;
}

/* One pass: without `into` it only measures. The memory that zlib took is given back. */
static enum outcome
pass(const struct fold_call *call, struct str text, int window_bits, char *into, size_t *len)
{
    struct arena_mark mark = arena_mark(call->arena);
    z_stream stream = {
        .zalloc = zlib_room,
        .zfree = zlib_forget,
        .opaque = call->arena,
        .next_in = (Bytef *)(uintptr_t)text.data,
        .avail_in = (uInt)text.len,
    };
    enum outcome outcome = OUTCOME_UNKNOWN;

    if (inflateInit2(&stream, window_bits) == Z_OK) {
        outcome = inflate_all(&stream, into, len);
        (void)inflateEnd(&stream);
    }
    arena_release(call->arena, mark);
    return outcome;
}

/* Raw deflate, zlib or gzip: zlib_decode looks at the beginning, as PHP does. */
static int
bits_of(uint8_t variant, struct str text)
{
    if (variant == 'r')
        return -MAX_WBITS;
    if (variant == 'z')
        return MAX_WBITS;
    if (variant == 'g')
        return MAX_WBITS + 16;
    if (text.len >= 2 && fold_byte(text, 0) == 0x1f && fold_byte(text, 1) == 0x8b)
        return MAX_WBITS + 16;
    if (text.len >= 2 && (fold_byte(text, 0) & 15) == Z_DEFLATED &&
        (fold_byte(text, 0) << 8 | fold_byte(text, 1)) % 31 == 0)
        return MAX_WBITS;
    return -MAX_WBITS;
}

/* gzinflate 'r', gzuncompress 'z', gzdecode 'g', zlib_decode 'a'. */
bool
fold_inflate(const struct fold_call *call, struct value *ret_value)
{
    struct str text;
    int64_t limit;
    size_t len = 0;
    enum outcome outcome;
    char *all;

    if (!fold_text_at(call, 0, &text) || !fold_number_or(call, 1, 0, &limit) || limit < 0 ||
        text.len > 4 * FOLD_BYTES_MAX || !fold_spend(call, text.len))
        return false;
    outcome = pass(call, text, bits_of(call->variant, text), NULL, &len);
    if (outcome == OUTCOME_UNKNOWN)
        return false;
    if (outcome == OUTCOME_FALSE || (limit > 0 && len > (size_t)limit)) {
        *ret_value = value_bool(false);
        return true;
    }
    all = fold_room(call, len);
    if (!all || pass(call, text, bits_of(call->variant, text), all, &len) != OUTCOME_DONE)
        return false;
    *ret_value = value_string((struct str){all, len});
    return true;
}
