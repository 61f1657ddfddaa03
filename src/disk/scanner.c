#include "disk/scanner.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "disk/prefilter.h"
#include "scan/examine.h"
#include "scan/gate.h"

#define QUEUE_MAX 512u
#define FINDINGS_ARENA_BYTES_MAX ((size_t)64 << 20)
#define SITE_ARENA_BYTES_MAX ((size_t)24 << 20)

struct job {
    char *path;
    struct stat status;
};

struct scanner {
    struct scanner_options options;
    struct prefilter *prefilter;
    pthread_mutex_t lock;
    pthread_cond_t can_take, can_put;
    struct job queue[QUEUE_MAX];
    unsigned queue_first, queue_count;
    bool is_over;
    struct arena *arena; /* of all findings; under the lock */
    struct finding *findings;
    size_t finding_count, finding_capacity;
    _Atomic uint64_t files, bytes, unread, looked_at, cut;
    const char *root;
};

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
    pthread_mutex_init(&scanner->lock, NULL);
    pthread_cond_init(&scanner->can_take, NULL);
    pthread_cond_init(&scanner->can_put, NULL);
    scanner->arena = arena_new(FINDINGS_ARENA_BYTES_MAX);
    return scanner;
}

void
scanner_free(struct scanner *scanner)
{
    if (!scanner)
        return;
    prefilter_free(scanner->prefilter);
    pthread_mutex_destroy(&scanner->lock);
    pthread_cond_destroy(&scanner->can_take);
    pthread_cond_destroy(&scanner->can_put);
    arena_free(scanner->arena);
    free(scanner->findings);
    free(scanner);
}

static void
put_job(struct scanner *scanner, const char *path, const struct stat *status)
{
    struct job job = {.path = strdup(path), .status = *status};

    if (!job.path)
        abort();
    pthread_mutex_lock(&scanner->lock);
    while (scanner->queue_count == QUEUE_MAX)
        pthread_cond_wait(&scanner->can_put, &scanner->lock);
    scanner->queue[(scanner->queue_first + scanner->queue_count++) % QUEUE_MAX] = job;
    pthread_cond_signal(&scanner->can_take);
    pthread_mutex_unlock(&scanner->lock);
}

static bool
take_job(struct scanner *scanner, struct job *ret_job)
{
    bool is_there;

    pthread_mutex_lock(&scanner->lock);
    while (!scanner->queue_count && !scanner->is_over)
        pthread_cond_wait(&scanner->can_take, &scanner->lock);
    is_there = scanner->queue_count > 0;
    if (is_there) {
        *ret_job = scanner->queue[scanner->queue_first];
        scanner->queue_first = (scanner->queue_first + 1) % QUEUE_MAX;
        scanner->queue_count--;
        pthread_cond_signal(&scanner->can_put);
    }
    pthread_mutex_unlock(&scanner->lock);
    return is_there;
}

static void
keep_findings(struct scanner *scanner, const struct findings *findings)
{
    pthread_mutex_lock(&scanner->lock);
    for (uint32_t i = 0; i < findings->count && scanner->finding_count < SCANNER_FINDINGS_MAX;
         i++) {
        struct finding finding = findings->list[i];

        if (scanner->finding_count == scanner->finding_capacity) {
            scanner->finding_capacity =
                scanner->finding_capacity ? scanner->finding_capacity * 2 : 64;
            scanner->findings = reallocarray(scanner->findings, scanner->finding_capacity,
                                             sizeof(*scanner->findings));
            if (!scanner->findings)
                abort();
        }
        finding.path = arena_str(scanner->arena, finding.path);
        finding.text = arena_str(scanner->arena, finding.text);
        finding.why = arena_str(scanner->arena, finding.why);
        finding.advice = arena_str(scanner->arena, finding.advice);
        scanner->findings[scanner->finding_count++] = finding;
    }
    pthread_mutex_unlock(&scanner->lock);
}

struct worker {
    struct scanner *scanner;
    struct prefilter_scratch *scratch;
    struct arena *arena;
    struct findings findings;
    char *buffer;
    pthread_t thread;
};

/* The first and the last part of what is larger than the buffer. */
static bool
read_file(int fd, uint64_t size, char *buffer, struct str *ret_text, bool *ret_is_partial)
{
    size_t len = 0, want = SCANNER_FILE_BYTES_MAX;
    size_t half = SCANNER_FILE_BYTES_MAX / 2;

    *ret_is_partial = size > SCANNER_FILE_BYTES_MAX;
    while (len < want) {
        size_t room = *ret_is_partial && len < half ? half - len : want - len;
        ssize_t got = read(fd, buffer + len, room);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        len += (size_t)got;
        if (*ret_is_partial && len == half && lseek(fd, (off_t)(size - half), SEEK_SET) < 0)
            return false;
    }
    *ret_text = (struct str){buffer, len};
    return true;
}

static bool
is_worth_examining(const struct worker *worker, const struct subject *subject)
{
    uint32_t groups;

    if (!subject_is_php_name(subject->path) &&
        memmem(subject->source.data, subject->source.len, "<?", 2) == NULL)
        return false;
    groups = prefilter_search(worker->scanner->prefilter, worker->scratch, subject->source);
    return gate_wants_parse(groups, subject->places);
}

static void
look_at(struct worker *worker, const struct job *job)
{
    struct scanner *scanner = worker->scanner;
    struct subject subject = {
        .path = str_from_cstr(job->path),
        .mtime_s = job->status.st_mtim.tv_sec,
        .ctime_s = job->status.st_ctim.tv_sec,
        .uid = job->status.st_uid,
        .mode = job->status.st_mode,
    };
    int fd = open(job->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    bool is_read;

    subject.size_bytes = (uint64_t)job->status.st_size;
    is_read = fd >= 0 && read_file(fd, subject.size_bytes, worker->buffer, &subject.source,
                                   &subject.is_partial);
    if (fd >= 0)
        close(fd);
    scanner->files++;
    if (!is_read) {
        scanner->unread++;
        return;
    }
    scanner->bytes += subject.source.len;
    subject.inside = str_from(subject.path, strlen(scanner->root));
    subject.places = subject_places(subject.inside);
    if (!is_worth_examining(worker, &subject))
        return;
    scanner->looked_at++;
    worker->findings.count = 0;
    if (examine(&subject, worker->arena, &worker->findings).is_cut)
        scanner->cut++;
    if (worker->findings.count)
        keep_findings(scanner, &worker->findings);
    arena_reset(worker->arena);
    arena_reset(worker->findings.arena);
}

static void *
work(void *context)
{
    struct worker *worker = context;
    struct job job;

    while (take_job(worker->scanner, &job)) {
        look_at(worker, &job);
        free(job.path);
    }
    return NULL;
}

static bool
worker_start(struct worker *worker, struct scanner *scanner, struct err *err)
{
    pthread_attr_t attributes;
    int code;

    worker->scanner = scanner;
    if (!prefilter_scratch_new(scanner->prefilter, &worker->scratch, err))
        return false;
    worker->arena = arena_new(EXAMINE_ARENA_BYTES_MAX);
    worker->findings.arena = arena_new((size_t)1 << 20);
    worker->buffer = malloc(SCANNER_FILE_BYTES_MAX);
    if (!worker->buffer)
        abort();
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)16 << 20);
    code = pthread_create(&worker->thread, &attributes, work, worker);
    pthread_attr_destroy(&attributes);
    if (code != 0)
        return err_set(err, ERR_SYSTEM, "no thread for reading: %s", strerror(code));
    return true;
}

static void
worker_end(struct worker *worker)
{
    prefilter_scratch_free(worker->scratch);
    arena_free(worker->arena);
    arena_free(worker->findings.arena);
    free(worker->buffer);
}

static bool
walk(struct scanner *scanner, const char *path, struct err *err)
{
    char *paths[2] = {strdup(path), NULL};
    FTS *tree = paths[0] ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *entry;

    if (!tree) {
        free(paths[0]);
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    }
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_F)
            put_job(scanner, entry->fts_path, entry->fts_statp);
        else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
                 entry->fts_info == FTS_NS)
            scanner->unread++;
    }
    fts_close(tree);
    free(paths[0]);
    return true;
}

bool
scanner_run(struct scanner *scanner, const char *path, struct err *err)
{
    struct worker *workers = calloc(scanner->options.threads, sizeof(*workers));
    unsigned started = 0;
    bool is_done = true;
    struct stat status;

    if (!workers)
        abort();
    if (lstat(path, &status) != 0) {
        free(workers);
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    }
    if (!scanner->prefilter && !prefilter_new(&scanner->prefilter, err)) {
        free(workers);
        return false;
    }
    scanner->root = path;
    scanner->is_over = false;
    while (is_done && started < scanner->options.threads) {
        is_done = worker_start(&workers[started], scanner, err);
        started += is_done;
    }
    if (is_done)
        is_done = walk(scanner, path, err);
    pthread_mutex_lock(&scanner->lock);
    scanner->is_over = true;
    pthread_cond_broadcast(&scanner->can_take);
    pthread_mutex_unlock(&scanner->lock);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        worker_end(&workers[i]);
    }
    free(workers);
    return is_done;
}

struct scanner_totals
scanner_totals(const struct scanner *scanner)
{
    return (struct scanner_totals){scanner->files, scanner->bytes, scanner->unread,
                                   scanner->looked_at, scanner->cut};
}

static int
in_order(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = str_compare(x->path, y->path);

    if (order)
        return order;
    return x->line < y->line ? -1 : x->line > y->line;
}

const struct finding *
scanner_findings(const struct scanner *scanner, size_t *ret_count)
{
    if (scanner->finding_count)
        qsort(scanner->findings, scanner->finding_count, sizeof(*scanner->findings), in_order);
    *ret_count = scanner->finding_count;
    return scanner->findings;
}
