#include "scan/process.h"

#include <stdlib.h>

#include "base/buf.h"
#include "scan/process_parts.h"

/* Below this nothing is said: a host has many programs that are a little unusual. */
#define CONFIDENCE_SHOWN 0.3

/* Pids listed of processes alike. */
#define ALIKE_SHOWN 10

struct verdict {
    const struct process *process;
    struct process_start start;
    sign_set signs;
    double confidence;
    uint32_t alike; /* how many more processes this stands for */
    int32_t alike_pids[ALIKE_SHOWN];
};

/* As many as there can be findings, and as many again to choose the gravest from. */
#define VERDICTS_MAX (2 * FINDINGS_MAX)

struct verdicts {
    struct verdict *list;
    uint32_t count, lost;
};

static bool
is_alike(const struct verdict *a, const struct verdict *b)
{
    return a->signs == b->signs && a->start.kind == b->start.kind &&
           a->process->uid == b->process->uid && str_eq(a->process->exe, b->process->exe) &&
           str_eq(a->process->script, b->process->script) && str_eq(a->start.unit, b->start.unit);
}

/* Takes the place of the least grave, so that many small things do not hide a great one. */
static void
displace(struct verdicts *verdicts, const struct verdict *verdict)
{
    struct verdict *least = &verdicts->list[0];

    for (uint32_t i = 1; i < verdicts->count; i++) {
        if (verdicts->list[i].confidence < least->confidence)
            least = &verdicts->list[i];
    }
    if (least->confidence < verdict->confidence)
        *least = *verdict;
    verdicts->lost++;
}

static void
add_verdict(struct verdicts *verdicts, const struct verdict *verdict)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        struct verdict *known = &verdicts->list[i];

        if (!is_alike(known, verdict))
            continue;
        if (known->alike < ALIKE_SHOWN)
            known->alike_pids[known->alike] = verdict->process->pid;
        known->alike++;
        return;
    }
    if (verdicts->count < VERDICTS_MAX)
        verdicts->list[verdicts->count++] = *verdict;
    else
        displace(verdicts, verdict);
}

/* Which pids are alike, as text in the arena. */
static struct str
write_alike(const struct verdict *verdict, struct arena *arena)
{
    uint32_t shown = verdict->alike < ALIKE_SHOWN ? verdict->alike : ALIKE_SHOWN;
    struct buf buf;
    struct str text;

    buf_init(&buf, 256);
    for (uint32_t i = 0; i < shown; i++)
        buf_printf(&buf, "%s%d", i ? ", " : "processes ", verdict->alike_pids[i]);
    if (verdict->alike > shown)
        buf_printf(&buf, " and %u more", verdict->alike - shown);
    text = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return text;
}

/* The gravest first, so that a ceiling loses the least; by pid where they are even. */
static int
by_confidence(const void *a, const void *b)
{
    const struct verdict *first = a, *second = b;

    if (first->confidence > second->confidence)
        return -1;
    if (first->confidence < second->confidence)
        return 1;
    return (first->process->pid > second->process->pid) -
           (first->process->pid < second->process->pid);
}

static void
judge_one(const struct process_snapshot *snapshot, const struct process *process,
          struct verdicts *verdicts)
{
    struct verdict verdict = {.process = process};

    if (process->is_kernel)
        return;
    verdict.start = process_start_find(snapshot, process);
    verdict.signs = process_signs(snapshot, process, &verdict.start);
    if (!verdict.signs)
        return;
    verdict.confidence = sign_confidence(verdict.signs);
    if (verdict.confidence >= CONFIDENCE_SHOWN)
        add_verdict(verdicts, &verdict);
}

void
process_judge(const struct process_snapshot *snapshot, struct findings *findings)
{
    struct verdicts verdicts = {arena_array(findings->arena, VERDICTS_MAX, sizeof(struct verdict)),
                                0, 0};

    if (!verdicts.list) {
        findings->lost++;
        return;
    }
    for (uint32_t i = 0; i < snapshot->process_count; i++)
        judge_one(snapshot, &snapshot->processes[i], &verdicts);
    if (verdicts.count)
        qsort(verdicts.list, verdicts.count, sizeof(*verdicts.list), by_confidence);
    for (uint32_t i = 0; i < verdicts.count; i++) {
        const struct verdict *verdict = &verdicts.list[i];
        struct process_words words = {verdict->process, &verdict->start, verdict->signs,
                                      verdict->confidence, write_alike(verdict, findings->arena)};

        process_words_add(snapshot, &words, findings);
    }
    findings->lost += verdicts.lost;
}
