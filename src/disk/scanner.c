#include "disk/scanner_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct scanner *
scanner_new(struct scanner_options options)
{
    struct scanner *scanner = calloc(1, sizeof(*scanner));

    if (!scanner)
        abort();
    scanner->options = options;
    if (!scanner->options.threads) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);

        scanner->options.threads = processors > 1 ? (unsigned)processors / 2 : 1;
    }
    if (scanner->options.threads > SCANNER_THREADS_MAX)
        scanner->options.threads = SCANNER_THREADS_MAX;
    pthread_mutex_init(&scanner->lock, NULL);
    scanner->arena = arena_new(SCANNER_ARENA_BYTES_MAX);
    return scanner;
}

void
scanner_free(struct scanner *scanner)
{
    if (!scanner)
        return;
    for (struct site *site = scanner->sites; site; site = site->next)
        arena_free(site->arena);
    prefilter_free(scanner->prefilter);
    pthread_mutex_destroy(&scanner->lock);
    arena_free(scanner->arena);
    free(scanner->kept);
    free(scanner->findings);
    free(scanner);
}

struct job *
scanner_job(const char *path)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job)
        abort();
    job->seen.path = strdup(path);
    if (!job->seen.path)
        abort();
    return job;
}

void
scanner_job_free(struct job *job)
{
    union {
        const char *given;
        char *owned;
    } path = {job->seen.path};

    free(path.owned);
    free(job);
}

static void
keep_one(struct scanner *scanner, struct finding finding, const struct seen *seen)
{
    if (scanner->kept_count == SCANNER_FINDINGS_MAX) {
        scanner->lost++;
        return;
    }
    if (scanner->kept_count == scanner->kept_capacity) {
        scanner->kept_capacity = scanner->kept_capacity ? scanner->kept_capacity * 2 : 64;
        scanner->kept = reallocarray(scanner->kept, scanner->kept_capacity, sizeof(*scanner->kept));
        if (!scanner->kept)
            abort();
    }
    finding.path = arena_str(scanner->arena, finding.path);
    finding.text = arena_str(scanner->arena, finding.text);
    finding.why = arena_str(scanner->arena, finding.why);
    finding.advice = arena_str(scanner->arena, finding.advice);
    scanner->kept[scanner->kept_count++] = (struct kept){.finding = finding, .seen = seen};
}

void
scanner_keep(struct scanner *scanner, const struct findings *findings, const struct seen *seen)
{
    pthread_mutex_lock(&scanner->lock);
    for (size_t i = 0; seen && scanner->round > 0 && i < scanner->kept_count; i++) {
        if (scanner->kept[i].seen == seen)
            scanner->kept[i].is_dropped = true;
    }
    for (uint32_t i = 0; i < findings->count; i++)
        keep_one(scanner, findings->list[i], seen);
    scanner->lost += findings->lost;
    pthread_mutex_unlock(&scanner->lock);
}

bool
scanner_run(struct scanner *scanner, const char *path, struct err *err)
{
    struct crew_options options = {
        .threads = scanner->options.threads,
        .open = scanner_look_open,
        .work = scanner_look,
        .close = scanner_look_close,
        .context = scanner,
    };
    struct crew *crew;
    struct stat status;
    bool is_done;

    if (lstat(path, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    if (!scanner->prefilter && !prefilter_new(&scanner->prefilter, err))
        return false;
    scanner->round = 0;
    if (!crew_new(&options, &crew, err))
        return false;
    is_done = scanner_walk(scanner, crew, path, err);
    crew_end(crew);
    if (!is_done || !scanner_rounds(scanner, err))
        return false;
    scanner_forms(scanner);
    return true;
}

struct scanner_totals
scanner_totals(const struct scanner *scanner)
{
    return (struct scanner_totals){.files = scanner->files,
                                   .bytes = scanner->bytes,
                                   .unread = scanner->unread,
                                   .looked_at = scanner->looked_at,
                                   .cut = scanner->cut,
                                   .lost = scanner->lost};
}

static int
in_order(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = str_compare(x->path, y->path);

    if (order)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->rule, y->rule);
}

const struct finding *
scanner_findings(struct scanner *scanner, size_t *ret_count)
{
    size_t count = 0;

    free(scanner->findings);
    scanner->findings = calloc(scanner->kept_count + 1, sizeof(*scanner->findings));
    if (!scanner->findings)
        abort();
    for (size_t i = 0; i < scanner->kept_count; i++) {
        if (!scanner->kept[i].is_dropped)
            scanner->findings[count++] = scanner->kept[i].finding;
    }
    qsort(scanner->findings, count, sizeof(*scanner->findings), in_order);
    *ret_count = count;
    return scanner->findings;
}
