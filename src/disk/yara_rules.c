#include "disk/yara_rules.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk/yara_child.h"
#include "disk/yara_process.h"
#include "scan/yara_reply.h"

#define NAME_ARENA_BYTES_MAX ((size_t)4 << 20)
#define NAME_SLOTS 1024u
#define NAMES_MAX 16384u /* a child that was taken over may make names up */
#define NAME_OTHER "yara:other"

/* A name of a rule as findings have it, kept as long as the rules. */
struct rule_name {
    const char *text;
    struct rule_name *next;
};

/* A child and the memory in which it is shown files; only the parent writes there. */
struct yara_worker {
    struct yara_process process;
    int memory_fd;
    char *memory;
    uint64_t number;
    struct yara_worker *next;
    char buffer[YARA_REPLY_BYTES_MAX];
};

struct yara_rules {
    int compiled_fd;
    uint64_t fingerprint;
    uint32_t file_count;
    char **files;
    pthread_mutex_t lock; /* of all below */
    struct yara_worker *idle;
    uint32_t losses; /* in a row */
    bool is_given_up;
    struct arena *arena;
    struct rule_name *names[NAME_SLOTS];
    uint32_t name_count;
};

/* Memory of which the child can neither change a byte nor the size, by whatever means. */
static bool
worker_memory(struct yara_worker *worker, struct err *err)
{
    void *memory;

    worker->memory_fd = memfd_create("yara-file", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (worker->memory_fd < 0 || ftruncate(worker->memory_fd, YARA_FILE_BYTES_MAX) != 0)
        return err_set(err, ERR_SYSTEM, "memory for files: %s", strerror(errno));
    memory =
        mmap(NULL, YARA_FILE_BYTES_MAX, PROT_READ | PROT_WRITE, MAP_SHARED, worker->memory_fd, 0);
    if (memory == MAP_FAILED)
        return err_set(err, ERR_SYSTEM, "memory for files: %s", strerror(errno));
    worker->memory = memory;
    if (fcntl(worker->memory_fd, F_ADD_SEALS,
              F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) != 0)
        return err_set(err, ERR_SYSTEM, "memory for files cannot be sealed: %s", strerror(errno));
    return true;
}

static void
worker_free(struct yara_worker *worker)
{
    yara_process_end(&worker->process);
    if (worker->memory)
        munmap(worker->memory, YARA_FILE_BYTES_MAX);
    if (worker->memory_fd >= 0)
        close(worker->memory_fd);
    free(worker);
}

static struct yara_worker *
worker_new(struct err *err)
{
    struct yara_worker *worker = calloc(1, sizeof(*worker));

    if (!worker)
        abort();
    if (worker_memory(worker, err))
        return worker;
    worker_free(worker);
    return NULL;
}

/* One that is idle, or a new one. */
static struct yara_worker *
borrow(struct yara_rules *rules, bool *ret_is_given_up, struct err *err)
{
    struct yara_worker *worker;

    pthread_mutex_lock(&rules->lock);
    *ret_is_given_up = rules->is_given_up;
    worker = rules->is_given_up ? NULL : rules->idle;
    if (worker)
        rules->idle = worker->next;
    pthread_mutex_unlock(&rules->lock);
    return worker || *ret_is_given_up ? worker : worker_new(err);
}

static void
give_back(struct yara_rules *rules, struct yara_worker *worker)
{
    if (yara_process_cpu_s(&worker->process) > YARA_CHILD_CPU_S)
        yara_process_end(&worker->process);
    pthread_mutex_lock(&rules->lock);
    worker->next = rules->idle;
    rules->idle = worker;
    pthread_mutex_unlock(&rules->lock);
}

static bool
compile(struct yara_rules *rules, int bundle_fd, struct err *err)
{
    static const struct yara_limits limits = {.cpu_s = YARA_COMPILE_CPU_S,
                                              .silence_s = YARA_SILENCE_S};
    struct yara_process process;
    struct yara_reply reply;
    char buffer[YARA_REPLY_BYTES_MAX], death[64];
    size_t len = 0;
    enum yara_outcome outcome;

    rules->compiled_fd = memfd_create("yara-compiled", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (rules->compiled_fd < 0)
        return err_set(err, ERR_SYSTEM, "memory for rules: %s", strerror(errno));
    if (!yara_process_start(&process, YARA_CHILD_COMPILE, bundle_fd, rules->compiled_fd, err))
        return false;
    outcome = yara_process_ask(&process, STR_EMPTY, &limits, buffer, sizeof(buffer), &len);
    yara_process_end(&process);
    if (outcome == YARA_OUTCOME_DEATH)
        return err_set(err, ERR_LIMIT,
                       "the child that compiles them was %s; it may use %d MiB and %d s",
                       yara_process_death(&process, death, sizeof(death)),
                       (int)(YARA_COMPILE_MEMORY_BYTES_MAX >> 20), YARA_COMPILE_CPU_S);
    if (outcome == YARA_OUTCOME_SILENCE)
        return err_set(err, ERR_LIMIT, "the child that compiles them did nothing for %d s",
                       YARA_SILENCE_S);
    if (outcome != YARA_OUTCOME_ANSWER)
        return err_set(err, ERR_LIMIT, "they take more than %d s to compile", YARA_COMPILE_CPU_S);
    if (!yara_reply_read((struct str){buffer, len}, 0, rules->file_count, &reply))
        return err_set(err, ERR_SYSTEM, "the child that compiles them answers nonsense");
    if (reply.status != YARA_STATUS_DONE)
        return err_set(err, ERR_SYNTAX, STR_FMT, STR_ARG(reply.text));
    /* The child is dead: from here on nobody can change what it wrote. */
    if (fcntl(rules->compiled_fd, F_ADD_SEALS,
              F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
        return err_set(err, ERR_SYSTEM, "memory for rules: %s", strerror(errno));
    return true;
}

static void
keep_files(struct yara_rules *rules, const char *const *files, uint32_t count)
{
    rules->files = calloc(count + 1, sizeof(*rules->files));
    if (!rules->files)
        abort();
    for (; rules->file_count < count; rules->file_count++) {
        rules->files[rules->file_count] = strdup(files[rules->file_count]);
        if (!rules->files[rules->file_count])
            abort();
    }
}

/* Inherited so from some who start weir, it would let children vanish unseen, and pids be reused.
 */
static void
heed_children(void)
{
    struct sigaction action;

    if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        (void)signal(SIGCHLD, SIG_DFL);
}

bool
yara_rules_open(const char *const *files, uint32_t count, struct yara_rules **ret_rules,
                struct err *err)
{
    struct yara_rules *rules;
    uint64_t size, fingerprint;
    bool is_compiled;
    int bundle_fd;

    if (!yara_bundle_open(files, count, &bundle_fd, &size, &fingerprint, err))
        return err_wrap(err, "YARA rules");
    rules = calloc(1, sizeof(*rules));
    if (!rules)
        abort();
    rules->compiled_fd = -1;
    rules->fingerprint = fingerprint;
    pthread_mutex_init(&rules->lock, NULL);
    rules->arena = arena_new(NAME_ARENA_BYTES_MAX);
    keep_files(rules, files, count);
    heed_children();
    is_compiled = compile(rules, bundle_fd, err);
    close(bundle_fd);
    if (!is_compiled) {
        yara_rules_close(rules);
        return err_wrap(err, "YARA rules");
    }
    *ret_rules = rules;
    return true;
}

void
yara_rules_close(struct yara_rules *rules)
{
    if (!rules)
        return;
    while (rules->idle) {
        struct yara_worker *worker = rules->idle;

        rules->idle = worker->next;
        worker_free(worker);
    }
    if (rules->compiled_fd >= 0)
        close(rules->compiled_fd);
    for (uint32_t i = 0; i < rules->file_count; i++)
        free(rules->files[i]);
    free(rules->files);
    pthread_mutex_destroy(&rules->lock);
    arena_free(rules->arena);
    free(rules);
}

uint64_t
yara_rules_fingerprint(const struct yara_rules *rules)
{
    return rules->fingerprint;
}

static const char *
add_name(struct yara_rules *rules, struct rule_name **slot, struct str name)
{
    struct rule_name *entry;

    if (rules->name_count == NAMES_MAX || !(entry = ARENA_NEW(rules->arena, struct rule_name)))
        return NAME_OTHER;
    entry->text = arena_printf(rules->arena, "yara:" STR_FMT "%c", STR_ARG(name), '\0').data;
    if (!entry->text[0])
        return NAME_OTHER;
    entry->next = *slot;
    *slot = entry;
    rules->name_count++;
    return entry->text;
}

/* "yara:NAME", the same pointer for the same name. */
static const char *
rule_name(struct yara_rules *rules, struct str name)
{
    static const size_t prefix = sizeof("yara:") - 1;
    const char *text = NULL;
    struct rule_name **slot;

    pthread_mutex_lock(&rules->lock);
    slot = &rules->names[str_hash(name) % NAME_SLOTS];
    for (const struct rule_name *entry = *slot; entry && !text; entry = entry->next) {
        if (str_eq(str_from_cstr(entry->text + prefix), name))
            text = entry->text;
    }
    if (!text)
        text = add_name(rules, slot, name);
    pthread_mutex_unlock(&rules->lock);
    return text;
}

/* Where in the bytes at hand an offset in the file is; false: between them, or nowhere. */
static bool
place_of(const struct yara_subject *subject, uint64_t offset, size_t *ret_at)
{
    uint64_t tail = subject->bytes.len - subject->head_bytes;

    if (offset < subject->head_bytes) {
        *ret_at = (size_t)offset;
        return true;
    }
    if (offset == YARA_NO_OFFSET || offset < subject->size_bytes - tail)
        return false;
    *ret_at = subject->head_bytes + (size_t)(offset - (subject->size_bytes - tail));
    return *ret_at < subject->bytes.len;
}

/* Two files may have included the same rule. */
static bool
is_told(const struct findings *findings, uint32_t from, const struct finding *finding)
{
    for (uint32_t i = from; i < findings->count; i++) {
        const struct finding *told = &findings->list[i];

        if (told->rule == finding->rule && told->line == finding->line &&
            str_eq(told->why, finding->why))
            return true;
    }
    return false;
}

static void
tell(struct yara_rules *rules, const struct yara_subject *subject, const struct yara_match *match,
     uint32_t from, struct findings *findings)
{
    const char *file = rules->files[match->file];
    size_t at;
    struct finding finding = {
        .kind = FINDING_MALICIOUS,
        .rule = rule_name(rules, match->name),
        .confidence = match->percent / 100.0,
        .path = str_from_cstr(subject->path),
        .why = match->why,
        .advice = arena_printf(findings->arena,
                               "Your rule " STR_FMT " of %s says so. Look at the file; if it is "
                               "not yours: weir quarantine add FILE, then find how it came.",
                               STR_ARG(match->name), file),
    };

    if (!finding.why.len)
        finding.why = arena_printf(findings->arena, "It matches your rule " STR_FMT " of %s.",
                                   STR_ARG(match->name), file);
    if (place_of(subject, match->offset, &at)) {
        finding.text = finding_quote(subject->bytes, at);
        /* How many lines lie between the beginning and the end of a large file is not known. */
        if (at < subject->head_bytes)
            finding.line = finding_line_at(subject->bytes, at);
    }
    if (!is_told(findings, from, &finding))
        findings_add(findings, finding);
}

static void
tell_all(struct yara_rules *rules, const struct yara_subject *subject,
         const struct yara_reply *reply, struct findings *findings)
{
    uint32_t from = findings->count;

    for (uint32_t i = 0; i < reply->count; i++)
        tell(rules, subject, &reply->matches[i], from, findings);
    findings->lost += reply->lost;
}

static enum yara_outcome
ask_once(struct yara_rules *rules, struct yara_worker *worker, const struct yara_subject *subject,
         struct yara_reply *reply)
{
    static const struct yara_limits limits = {.cpu_s = YARA_FILE_CPU_S,
                                              .silence_s = YARA_SILENCE_S};
    struct yara_request request = {
        .number = ++worker->number,
        .head_bytes = subject->head_bytes,
        .tail_bytes = subject->bytes.len - subject->head_bytes,
        .size_bytes = subject->size_bytes,
    };
    size_t path_len = strnlen(subject->path, sizeof(request.path) - 1), len = 0;
    struct str bytes = {(const char *)&request, offsetof(struct yara_request, path) + path_len + 1};
    enum yara_outcome outcome;

    memcpy(request.path, subject->path, path_len);
    if (subject->bytes.len)
        memcpy(worker->memory, subject->bytes.data, subject->bytes.len);
    outcome = yara_process_ask(&worker->process, bytes, &limits, worker->buffer,
                               sizeof(worker->buffer), &len);
    if (outcome != YARA_OUTCOME_ANSWER)
        return outcome;
    /* Number 0: it could not even begin. */
    if (yara_reply_read((struct str){worker->buffer, len}, subject->size_bytes, rules->file_count,
                        reply) &&
        (reply->number == worker->number || (!reply->number && reply->status)))
        return YARA_OUTCOME_ANSWER;
    yara_process_end(&worker->process);
    return YARA_OUTCOME_DEATH;
}

/* True: the child answered, perhaps that it cannot. */
static bool
ask(struct yara_rules *rules, struct yara_worker *worker, const struct yara_subject *subject,
    struct yara_reply *reply, struct err *err)
{
    enum yara_outcome outcome = YARA_OUTCOME_DEATH;
    char death[64];

    for (int i = 0; i < 2 && outcome == YARA_OUTCOME_DEATH; i++) {
        if (!worker->process.pid && !yara_process_start(&worker->process, YARA_CHILD_SCAN,
                                                        rules->compiled_fd, worker->memory_fd, err))
            return false;
        outcome = ask_once(rules, worker, subject, reply);
    }
    switch (outcome) {
    case YARA_OUTCOME_ANSWER:
        break;
    case YARA_OUTCOME_DEATH:
        return err_set(err, ERR_SYSTEM, "the child that runs the YARA rules died of it twice, %s",
                       yara_process_death(&worker->process, death, sizeof(death)));
    case YARA_OUTCOME_CPU:
        return err_set(err, ERR_LIMIT,
                       "the YARA rules need more than %d s of processor time for it",
                       YARA_FILE_CPU_S);
    case YARA_OUTCOME_SILENCE:
        return err_set(err, ERR_LIMIT,
                       "the child that runs the YARA rules did nothing about it for %d s",
                       YARA_SILENCE_S);
    }
    if (reply->status != YARA_STATUS_MEMORY && reply->number)
        return true;
    /* What is left of its memory may be too little for the next file. */
    yara_process_end(&worker->process);
    if (reply->status != YARA_STATUS_MEMORY)
        return err_set(err, ERR_SYSTEM, "the child that runs the YARA rules: " STR_FMT,
                       STR_ARG(reply->text));
    return err_set(err, ERR_LIMIT, "the YARA rules need more than %d MiB of memory for it",
                   (int)(YARA_MEMORY_BYTES_MAX >> 20));
}

/* A file that cost a child; the last one that is let do so says that the rules are given up. */
static enum yara_verdict
count_loss(struct yara_rules *rules, struct err *err)
{
    bool is_last;

    pthread_mutex_lock(&rules->lock);
    is_last = ++rules->losses >= YARA_LOSSES_MAX && !rules->is_given_up;
    rules->is_given_up |= is_last;
    pthread_mutex_unlock(&rules->lock);
    if (is_last) {
        struct err before = *err;

        (void)err_set(err, before.kind,
                      "%.300s; it is the %uth file in a row that cost a child: the rules are asked "
                      "no more",
                      before.text, YARA_LOSSES_MAX);
    }
    return YARA_UNREAD;
}

static void
count_success(struct yara_rules *rules)
{
    pthread_mutex_lock(&rules->lock);
    rules->losses = 0;
    pthread_mutex_unlock(&rules->lock);
}

enum yara_verdict
yara_rules_ask(struct yara_rules *rules, const struct yara_subject *subject,
               struct findings *findings, struct err *err)
{
    bool is_given_up;
    struct yara_worker *worker = borrow(rules, &is_given_up, err);
    struct yara_reply reply;
    enum yara_verdict verdict = YARA_READ;

    if (is_given_up)
        return YARA_GIVEN_UP;
    if (!worker)
        return count_loss(rules, err);
    if (!ask(rules, worker, subject, &reply, err)) {
        verdict = count_loss(rules, err);
    } else {
        count_success(rules);
        if (reply.status == YARA_STATUS_DONE) {
            tell_all(rules, subject, &reply, findings);
        } else {
            (void)err_set(err, ERR_LIMIT, "the YARA rules: " STR_FMT, STR_ARG(reply.text));
            verdict = YARA_UNREAD;
        }
    }
    give_back(rules, worker);
    return verdict;
}
