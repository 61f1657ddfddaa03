#include "scan/php_file.h"

#include <stdlib.h>

/*
 * Any bytes as a PHP file, judged twice: what it says of its functions is known the second
 * time, as in a site. Findings name the file, a line in it, a rule, a confidence that is one, and
 * quote what stands in the file.
 */

#define ARENA_BYTES ((size_t)48 << 20)

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static uint32_t
lines_of(struct str source)
{
    uint32_t lines = 1;

    for (size_t i = 0; i < source.len; i++)
        lines += source.data[i] == '\n';
    return lines;
}

static void
check_findings(const struct findings *findings, const struct subject *subject)
{
    uint32_t lines = lines_of(subject->source);

    require(findings->count <= FINDINGS_MAX);
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        require(finding->rule && finding->rule[0]);
        require(finding->confidence > 0 && finding->confidence <= 1);
        require(finding->line <= lines);
        require(finding->text.len <= FINDING_TEXT_MAX);
        require(str_eq(finding->path, subject->path));
        require(finding->why.len > 0 && finding->advice.len > 0);
    }
}

static void
judge(struct str source, const struct summaries *known, struct summaries *found,
      struct arena *arena, struct findings *findings)
{
    struct subject subject = {
        .path = STR("/srv/www/page.php"),
        .inside = STR("/page.php"),
        .source = source,
        .size_bytes = source.len,
        .known = known,
        .found = found,
    };

    (void)php_file_look(&subject, arena, findings);
    check_findings(findings, &subject);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct findings first, second;
    static struct arena *arena, *texts;
    struct str source = {(const char *)data, size};
    struct summaries *known;

    if (!arena) {
        arena = arena_new(ARENA_BYTES);
        texts = arena_new((size_t)4 << 20);
    }
    first.arena = second.arena = texts;
    first.count = first.lost = second.count = second.lost = 0;
    known = summaries_new(arena);
    judge(source, NULL, known, arena, &first);
    judge(source, known, summaries_new(arena), arena, &second);
    arena_reset(arena);
    arena_reset(texts);
    return 0;
}
