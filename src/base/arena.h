#ifndef BASE_ARENA_H
#define BASE_ARENA_H

/*
 * arena - memory that is freed all at once.
 *
 * One arena per unit of work: a message, a scanned file, a web request, a
 * trace run. A function that takes an arena returns memory owned by that
 * arena; nothing in it is ever freed alone.
 */

#include <stddef.h>

#include "base/str.h"

struct arena;

/* An arena that refuses to grow beyond `limit` bytes. Aborts when malloc fails. */
struct arena *arena_new(size_t limit);
void arena_free(struct arena *arena); /* NULL is fine */

/* Forgets every allocation and keeps a few blocks for the next message. */
void arena_reset(struct arena *arena);

/*
 * A place to go back to: what is allocated after the mark is forgotten at its
 * release, in the reverse order of marks. For what a function needs only itself.
 */
struct arena_mark {
    void *block;
    size_t block_used, used;
};

struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

/* Bytes handed out since the start or the last reset. */
size_t arena_used(const struct arena *arena);

/* Zeroed and aligned for any type. NULL for one reason only: the limit. */
void *arena_alloc(struct arena *arena, size_t size)
    __attribute__((malloc, warn_unused_result, alloc_size(2)));

/* `count` zeroed elements of `size` bytes; NULL at the limit or when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size)
    __attribute__((malloc, warn_unused_result, alloc_size(2, 3)));

/* Copies of text. At the limit they are empty: text is never what a decision hangs on. */
struct str arena_str(struct arena *arena, struct str s);
struct str arena_join(struct arena *arena, const struct str *parts, size_t count);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))

#endif
