#ifndef TESTS_EXAMINE_CHECK_H
#define TESTS_EXAMINE_CHECK_H

/*
 * examine_check - what holds of every file that is examined, whatever is in it.
 *
 * Findings are of its path, in a line that it has, with a confidence between 0 and 1
 * and texts within their ceilings; another copy of the bytes gives the same.
 */

#include <stdlib.h>

#include "scan/examine.h"

static inline void
examine_require(bool holds)
{
    if (!holds)
        abort();
}

static inline uint32_t
examine_lines(struct str source)
{
    uint32_t lines = 1;

    for (size_t i = 0; i < source.len; i++)
        lines += source.data[i] == '\n';
    return lines;
}

static inline void
examine_once(struct subject *subject, struct findings *findings, struct arena *arena)
{
    arena_reset(arena);
    arena_reset(findings->arena);
    findings->count = findings->lost = 0;
    (void)examine(subject, arena, findings);
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        examine_require(str_eq(finding->path, subject->path));
        examine_require(finding->line <= examine_lines(subject->source));
        examine_require(finding->confidence >= 0 && finding->confidence <= 1);
        examine_require(finding->text.len <= FINDING_TEXT_MAX && finding->rule && finding->why.len);
    }
}

static inline void
examine_check(const char *path, const uint8_t *data, size_t size)
{
    static struct findings first, second;
    static struct arena *arena;
    struct subject subject = {.path = str_from_cstr(path),
                              .inside = str_from_cstr(path),
                              .source = {(const char *)data, size},
                              .mode = 0755,
                              .places = subject_places(str_from_cstr(path))};
    char *copy = malloc(size + 1);

    if (!copy)
        return;
    if (!arena) {
        arena = arena_new(EXAMINE_ARENA_BYTES_MAX);
        first.arena = arena_new((size_t)1 << 20);
        second.arena = arena_new((size_t)1 << 20);
    }
    examine_once(&subject, &first, arena);
    memcpy(copy, data, size);
    subject.source = (struct str){copy, size};
    examine_once(&subject, &second, arena);
    examine_require(first.count == second.count);
    for (uint32_t i = 0; i < first.count; i++) {
        examine_require(first.list[i].line == second.list[i].line);
        examine_require(strcmp(first.list[i].rule, second.list[i].rule) == 0);
        examine_require(str_eq(first.list[i].text, second.list[i].text));
    }
    free(copy);
}

#endif
