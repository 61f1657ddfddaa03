#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES_MIN ((size_t)64 * 1024)
#define ALIGNMENT 16
/* Blocks are kept for what comes next, as long as they are small: a block that is freed and taken
 * again costs the kernel its pages twice. */
#define SPARE_BYTES_MAX ((size_t)1024 * 1024)

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *first, *current, *spare;
    size_t used, limit, spare_bytes;
};

struct arena *
arena_new(size_t limit)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (!arena)
        abort();
    arena->limit = limit;
    return arena;
}

static void
free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
}

/* Of the smallest size they are all alike. */
static void
put_aside(struct arena *arena, struct block *block)
{
    while (block) {
        struct block *next = block->next;

        if (block->size == BLOCK_BYTES_MIN && arena->spare_bytes + block->size <= SPARE_BYTES_MAX) {
            block->next = arena->spare;
            arena->spare = block;
            arena->spare_bytes += block->size;
        } else {
            free(block);
        }
        block = next;
    }
}

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->spare);
    free_blocks(arena->first);
    free(arena);
}

void
arena_reset(struct arena *arena)
{
    arena->used = 0;
    if (!arena->first)
        return;
    put_aside(arena, arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
}

struct arena_mark
arena_mark(const struct arena *arena)
{
    struct block *block = arena->current;

    return (struct arena_mark){block, block ? block->used : 0, arena->used};
}

void
arena_release(struct arena *arena, struct arena_mark mark)
{
    struct block *block = mark.block;

    if (!block) {
        arena_reset(arena);
        return;
    }
    put_aside(arena, block->next);
    block->next = NULL;
    block->used = mark.block_used;
    arena->current = block;
    arena->used = mark.used;
}

size_t
arena_used(const struct arena *arena)
{
    return arena->used;
}

static struct block *
new_block(struct arena *arena, size_t size)
{
    size_t block_size = size > BLOCK_BYTES_MIN ? size : BLOCK_BYTES_MIN;
    struct block *block = arena->spare;

    if (block && block_size == BLOCK_BYTES_MIN) {
        arena->spare = block->next;
        arena->spare_bytes -= block->size;
        return block;
    }
    block = malloc(sizeof(*block) + block_size);
    if (!block)
        abort();
    block->size = block_size;
    return block;
}

static struct block *
add_block(struct arena *arena, size_t size)
{
    struct block *block = new_block(arena, size);

    block->next = NULL;
    block->used = 0;
    if (arena->current)
        arena->current->next = block;
    else
        arena->first = block;
    arena->current = block;
    return block;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    struct block *block = arena->current;
    void *memory;

    if (size > arena->limit || arena->used > arena->limit - size)
        return NULL;
    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!block || block->size - block->used < size)
        block = add_block(arena, size);
    memory = block->data + block->used;
    block->used += size;
    arena->used += size;
    return memset(memory, 0, size);
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return arena_alloc(arena, bytes);
}

struct str
arena_str(struct arena *arena, struct str s)
{
    char *copy = arena_alloc(arena, s.len + 1);

    if (!copy)
        return STR_EMPTY;
    if (s.len)
        memcpy(copy, s.data, s.len);
    return (struct str){copy, s.len};
}

struct str
arena_join(struct arena *arena, const struct str *parts, size_t count)
{
    size_t len = 0, at = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        len += parts[i].len;
    text = arena_alloc(arena, len + 1);
    if (!text)
        return STR_EMPTY;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len)
            memcpy(text + at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    return (struct str){text, len};
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    char *text;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        return STR_EMPTY;
    text = arena_alloc(arena, (size_t)len + 1);
    if (!text)
        return STR_EMPTY;
    va_start(args, format);
    (void)vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct str){text, (size_t)len};
}
