#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define BLOCK_BYTES_MIN ((size_t)64 * 1024)
#define ALIGNMENT 16

struct block {
    struct block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char data[];
};

struct arena {
    struct block *first, *current;
    size_t used, limit;
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

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->first);
    free(arena);
}

void
arena_reset(struct arena *arena)
{
    arena->used = 0;
    if (!arena->first)
        return;
    free_blocks(arena->first->next);
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
    free_blocks(block->next);
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
add_block(struct arena *arena, size_t size)
{
    size_t block_size = size > BLOCK_BYTES_MIN ? size : BLOCK_BYTES_MIN;
    struct block *block = malloc(sizeof(*block) + block_size);

    if (!block)
        abort();
    block->next = NULL;
    block->used = 0;
    block->size = block_size;
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
