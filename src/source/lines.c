#include "source/lines.h"

#include <stdlib.h>

#define BLOCK_BYTES ((size_t)1024 * 1024)

static int
by_place(const void *a, const void *b)
{
    const struct evidence *const *x = a, *const *y = b;

    if ((*x)->ref.input != (*y)->ref.input)
        return (*x)->ref.input < (*y)->ref.input ? -1 : 1;
    if ((*x)->ref.offset != (*y)->ref.offset)
        return (*x)->ref.offset < (*y)->ref.offset ? -1 : 1;
    return 0;
}

static struct str
first_line(struct str text)
{
    struct str line = str_cut(&text, '\n');

    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* Reads and drops bytes until `offset`; false at the end or on an error. */
static bool
skip_to(struct file *file, uint64_t *at, uint64_t offset, char *block)
{
    while (*at < offset) {
        uint64_t left = offset - *at;
        size_t want = left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, got;
        struct err ignored;

        if (!file_read(file, block, want, &got, &ignored) || got == 0)
            return false;
        *at += got;
    }
    return true;
}

static size_t
read_up_to(struct file *file, char *buffer, size_t capacity)
{
    size_t len = 0, got = 1;
    struct err ignored;

    while (len < capacity && got > 0) {
        if (!file_read(file, buffer + len, capacity - len, &got, &ignored))
            break;
        len += got;
    }
    return len;
}

/* The lines of one packed input, in one pass: `evidence` is sorted by offset. */
static void
quote_packed(struct file *file, struct evidence **evidence, uint32_t count, struct arena *arena)
{
    char *block = malloc(BLOCK_BYTES), line[LINES_QUOTE_BYTES_MAX];
    uint64_t at = 0;
    size_t held = 0;
    uint64_t held_at = 0;

    if (!block)
        abort();
    for (uint32_t i = 0; i < count; i++) {
        uint64_t offset = evidence[i]->ref.offset;

        if (offset >= held_at && offset < held_at + held) {
            /* It begins inside the line that was read last. */
            size_t from = (size_t)(offset - held_at);

            memmove(line, line + from, held - from);
            held -= from;
        } else {
            if (!skip_to(file, &at, offset, block))
                break;
            held = 0;
        }
        held_at = offset;
        held += read_up_to(file, line + held, sizeof(line) - held);
        at = held_at + held;
        evidence[i]->text = arena_str(arena, first_line((struct str){line, held}));
    }
    free(block);
}

static void
quote_plain(struct file *file, struct evidence **evidence, uint32_t count, struct arena *arena)
{
    char line[LINES_QUOTE_BYTES_MAX];

    for (uint32_t i = 0; i < count; i++) {
        struct err ignored;
        size_t len;

        if (file_read_at(file, evidence[i]->ref.offset, line, sizeof(line), &len, &ignored))
            evidence[i]->text = arena_str(arena, first_line((struct str){line, len}));
    }
}

void
lines_quote(const struct input_file *const *files, uint32_t file_count, struct evidence **evidence,
            uint32_t count, struct arena *arena)
{
    qsort(evidence, count, sizeof(*evidence), by_place);
    for (uint32_t i = 0, run; i < count; i += run) {
        uint32_t input = evidence[i]->ref.input;
        struct file *file;
        struct err ignored;

        for (run = 1; i + run < count && evidence[i + run]->ref.input == input; run++)
            ;
        if (input >= file_count || !files[input])
            continue;
        for (uint32_t k = i; k < i + run; k++)
            evidence[k]->path = files[input]->path;
        if (!inputs_open(files[input], &file, &ignored))
            continue;
        if (files[input]->is_compressed)
            quote_packed(file, evidence + i, run, arena);
        else
            quote_plain(file, evidence + i, run, arena);
        inputs_close(files[input], file);
    }
}

static bool
is_word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-';
}

static bool
holds_word(struct str line, struct str word)
{
    struct str rest = line;

    while (rest.len >= word.len) {
        size_t at = str_find(rest, word);
        const char *found = rest.data + at;

        if (at >= rest.len)
            return false;
        if ((found == line.data || !is_word_char(found[-1])) &&
            (found + word.len == line.data + line.len || !is_word_char(found[word.len])))
            return true;
        rest = str_from(rest, at + 1);
    }
    return false;
}

struct finder {
    struct str word;
    struct arena *arena;
    struct evidence *found;
    uint32_t count;
};

/* The lines of one block; the unfinished last one is left over. */
static size_t
find_in_block(struct finder *finder, struct str block, bool is_last, uint32_t input,
              struct str path, uint32_t *line, uint64_t offset)
{
    struct str rest = block;

    while (rest.len && finder->count < LINES_FOUND_MAX) {
        size_t end = str_index(rest, '\n');
        struct str text = str_first(rest, end);

        if (end == rest.len && !is_last)
            break;
        ++*line;
        if (holds_word(text, finder->word))
            finder->found[finder->count++] = (struct evidence){
                .ref = {input, *line, offset + (uint64_t)(text.data - block.data)},
                .path = path,
                .text =
                    arena_str(finder->arena, first_line(str_first(text, LINES_QUOTE_BYTES_MAX))),
            };
        rest = str_from(rest, end + 1);
    }
    return rest.len;
}

static void
find_in_file(struct finder *finder, struct file *file, uint32_t input, struct str path)
{
    char *block = malloc(BLOCK_BYTES);
    size_t kept = 0, got = 1;
    uint64_t offset = 0;
    uint32_t line = 0;
    struct err ignored;

    if (!block)
        abort();
    while (got > 0 && finder->count < LINES_FOUND_MAX) {
        size_t len, left;

        if (!file_read(file, block + kept, BLOCK_BYTES - kept, &got, &ignored))
            break;
        len = kept + got;
        left =
            find_in_block(finder, (struct str){block, len}, got == 0, input, path, &line, offset);
        if (left == BLOCK_BYTES)
            left = 0; /* a line longer than a block: passed over */
        memmove(block, block + len - left, left);
        offset += len - left;
        kept = left;
    }
    free(block);
}

uint32_t
lines_find(const struct input_file *const *files, uint32_t file_count, struct str word,
           struct arena *arena, struct evidence **ret_found)
{
    struct finder finder = {.word = word, .arena = arena};

    finder.found = arena_array(arena, LINES_FOUND_MAX, sizeof(*finder.found));
    if (!finder.found)
        return 0;
    for (uint32_t i = 0; i < file_count; i++) {
        struct file *file;
        struct err ignored;

        if (!files[i] || !files[i]->frame || !inputs_open(files[i], &file, &ignored))
            continue;
        find_in_file(&finder, file, i, files[i]->path);
        inputs_close(files[i], file);
    }
    *ret_found = finder.found;
    return finder.count;
}
