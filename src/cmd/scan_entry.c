#include "cmd/scan_entry.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/terminal.h"
#include "disk/entry_logs.h"

#define ENTRY_ARENA_BYTES_MAX ((size_t)256 << 20)

#define PROBLEMS_SHOWN 5

/* The accused files. */
struct search {
    struct arena *arena;
    struct entry_suspect *suspects;
    struct str *given; /* their paths as they were scanned */
    uint32_t count;
};

static bool
is_suspect(const struct finding *finding)
{
    return finding->kind == FINDING_MALICIOUS && finding->confidence >= FINDING_ACCUSES &&
           finding->file != NULL;
}

/* Logs name files by where they really are. */
static struct str
real_path(struct str path, struct arena *arena)
{
    struct str given = arena_printf(arena, STR_FMT "%c", STR_ARG(path), '\0');
    char *real = given.len ? realpath(given.data, NULL) : NULL;
    struct str copy = real ? arena_str(arena, str_from_cstr(real)) : path;

    free(real);
    return copy;
}

/* Each accused file once: findings are in the order of their paths. */
static void
list_suspects(struct search *search, const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count && search->count < ENTRY_SUSPECTS_MAX; i++) {
        const struct finding *finding = &findings[i];

        if (!is_suspect(finding))
            continue;
        if (search->count && str_eq(search->given[search->count - 1], finding->path)) {
            struct entry_suspect *last = &search->suspects[search->count - 1];

            if (finding->confidence > last->confidence)
                last->confidence = finding->confidence;
            continue;
        }
        search->given[search->count] = finding->path;
        search->suspects[search->count++] = (struct entry_suspect){
            .path = real_path(finding->path, search->arena),
            .uid = finding->file->uid,
            .confidence = finding->confidence,
            .mtime_us = finding->file->mtime_s * 1000000,
            .ctime_us = finding->file->ctime_s * 1000000,
        };
    }
}

/* What was told of the suspects, in their order, under the paths as they were scanned. */
static void
add_all(struct scanner *scanner, const struct search *search, const struct entry_report *report)
{
    uint32_t suspect = 0;
    struct findings *batch = calloc(1, sizeof(*batch));
    struct arena *arena = arena_new((size_t)4 << 20);

    if (!batch)
        abort();
    batch->arena = arena;
    for (uint32_t i = 0; i < report->finding_count; i++) {
        struct finding finding = report->findings[i];

        while (suspect + 1 < search->count && !str_eq(search->suspects[suspect].path, finding.path))
            suspect++;
        finding.path = search->given[suspect];
        findings_add(batch, finding);
        if (batch->count < FINDINGS_MAX && i + 1 < report->finding_count)
            continue;
        scanner_add(scanner, batch);
        arena_reset(arena);
        batch->count = batch->lost = 0;
    }
    arena_free(arena);
    free(batch);
}

/* Whoever is not root reads hardly any log: a few sentences say it as well as hundreds. */
static void
complain(const struct entry_report *report)
{
    char line[128];

    for (uint32_t i = 0; i < report->problem_count && i < PROBLEMS_SHOWN; i++)
        terminal_complain("scan", report->problems[i]);
    if (report->problem_count <= PROBLEMS_SHOWN)
        return;
    (void)snprintf(line, sizeof(line), "%u more logs could not be read",
                   report->problem_count - PROBLEMS_SHOWN);
    terminal_complain("scan", str_from_cstr(line));
}

bool
scan_entry(struct scanner *scanner, struct scan_entry_options options, uint32_t *ret_unread_logs,
           struct err *err)
{
    size_t count;
    const struct finding *findings = scanner_findings(scanner, &count);
    struct search search = {.arena = arena_new(ENTRY_ARENA_BYTES_MAX)};
    struct entry_sources sources = {
        .logs = options.logs,
        .log_count = options.log_count,
        .zone = options.zone ? str_from_cstr(options.zone) : STR_EMPTY,
    };
    struct entry_report report;
    bool is_done = true;

    search.suspects = calloc(count + 1, sizeof(*search.suspects));
    search.given = calloc(count + 1, sizeof(*search.given));
    if (!search.suspects || !search.given)
        abort();
    *ret_unread_logs = 0;
    list_suspects(&search, findings, count);
    if (search.count > 0) {
        is_done = entry_find(search.suspects, search.count, &sources, search.arena, &report, err);
        if (is_done) {
            *ret_unread_logs = report.problem_count;
            complain(&report);
            add_all(scanner, &search, &report);
        }
    }
    free(search.suspects);
    free(search.given);
    arena_free(search.arena);
    return is_done;
}
