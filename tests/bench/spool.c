#include "spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spool_line {
    int64_t at_us;
    uint64_t order;
    char *text;
    uint32_t len;
};

/* A binary heap, the earliest line first. */
struct spool {
    const char *path;
    FILE *file;
    struct spool_line *lines;
    size_t count, capacity;
    uint64_t order, bytes_written, lines_written;
};

static void *
require(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

struct spool *
spool_open(const char *path)
{
    struct spool *spool = require(calloc(1, sizeof(*spool)));

    spool->path = path;
    spool->file = fopen(path, "we");
    if (!spool->file) {
        fprintf(stderr, "generate: %s: %s\n", path, strerror(errno));
        exit(2);
    }
    (void)setvbuf(spool->file, NULL, _IOFBF, 1 << 20);
    return spool;
}

static int
is_before(const struct spool_line *a, const struct spool_line *b)
{
    return a->at_us < b->at_us || (a->at_us == b->at_us && a->order < b->order);
}

void
spool_add(struct spool *spool, int64_t at_us, const char *line, int len)
{
    struct spool_line added = {at_us, spool->order++, NULL, (uint32_t)len + 1};
    size_t i = spool->count;

    if (spool->count == spool->capacity) {
        spool->capacity = spool->capacity ? spool->capacity * 2 : 4096;
        spool->lines = require(realloc(spool->lines, spool->capacity * sizeof(*spool->lines)));
    }
    added.text = require(malloc(added.len));
    memcpy(added.text, line, (size_t)len);
    added.text[len] = '\n';
    spool->count++;
    while (i > 0 && is_before(&added, &spool->lines[(i - 1) / 2])) {
        spool->lines[i] = spool->lines[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    spool->lines[i] = added;
}

static struct spool_line
take_first(struct spool *spool)
{
    struct spool_line first = spool->lines[0], last = spool->lines[--spool->count];
    size_t i = 0;

    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= spool->count)
            break;
        if (child + 1 < spool->count && is_before(&spool->lines[child + 1], &spool->lines[child]))
            child++;
        if (!is_before(&spool->lines[child], &last))
            break;
        spool->lines[i] = spool->lines[child];
        i = child;
    }
    spool->lines[i] = last;
    return first;
}

void
spool_write(struct spool *spool, int64_t until_us)
{
    while (spool->count && spool->lines[0].at_us <= until_us) {
        struct spool_line line = take_first(spool);

        (void)fwrite(line.text, 1, line.len, spool->file);
        spool->bytes_written += line.len;
        spool->lines_written++;
        free(line.text);
    }
}

void
spool_close(struct spool *spool)
{
    if (ferror(spool->file) || fclose(spool->file) != 0) {
        fprintf(stderr, "generate: %s: %s\n", spool->path, strerror(errno));
        exit(2);
    }
    while (spool->count)
        free(spool->lines[--spool->count].text);
    free(spool->lines);
    free(spool);
}

uint64_t
spool_bytes(const struct spool *spool)
{
    return spool->bytes_written;
}

uint64_t
spool_lines(const struct spool *spool)
{
    return spool->lines_written;
}
