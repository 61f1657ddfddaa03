#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "disk/scanner_parts.h"

struct looker {
    struct scanner *scanner;
    struct prefilter_scratch *scratch;
    struct arena *arena;
    struct findings findings;
    struct form_notes notes;
    struct digester *digester;
    char *buffer;
};

void *
scanner_look_open(void *context, struct err *err)
{
    struct looker *looker = calloc(1, sizeof(*looker));

    if (!looker)
        abort();
    looker->scanner = context;
    if (!prefilter_scratch_new(looker->scanner->prefilter, &looker->scratch, err)) {
        free(looker);
        return NULL;
    }
    looker->arena = arena_new(EXAMINE_ARENA_BYTES_MAX);
    looker->findings.arena = arena_new((size_t)1 << 20);
    looker->digester = digester_new();
    looker->buffer = malloc(SCANNER_FILE_BYTES_MAX);
    if (!looker->buffer)
        abort();
    return looker;
}

void
scanner_look_close(void *own)
{
    struct looker *looker = own;

    prefilter_scratch_free(looker->scratch);
    arena_free(looker->arena);
    arena_free(looker->findings.arena);
    digester_free(looker->digester);
    free(looker->buffer);
    free(looker);
}

/* The first and the last part of what is larger than the buffer. */
static bool
read_bytes(int fd, uint64_t size, char *buffer, struct str *ret_text, bool *ret_is_partial)
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
read_subject(struct looker *looker, const struct job *job, struct subject *subject)
{
    int fd = open(job->seen.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    bool is_read = false;

    if (fd < 0)
        return false;
    /* It may have become a pipe since it was listed. */
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        is_read = read_bytes(fd, (uint64_t)status.st_size, looker->buffer, &subject->source,
                             &subject->is_partial);
    close(fd);
    subject_set_path(subject, str_from_cstr(job->seen.path), job->seen.inside_at);
    subject->size_bytes = job->file.size_bytes;
    subject->mtime_s = job->file.mtime_s;
    subject->ctime_s = job->file.ctime_s;
    subject->uid = job->file.uid;
    subject->mode = job->file.mode;
    subject->is_in_site = job->seen.site != NULL;
    subject->is_foreign_owner = job->seen.is_foreign_owner;
    subject->is_recent_alone = job->seen.is_recent_alone;
    subject->is_stranger = job->seen.is_stranger;
    return is_read;
}

/* What this round's findings say of the file. */
static void
note_mail(struct seen *seen, const struct findings *findings)
{
    seen->has_finding = findings->count > 0;
    seen->is_accused = false;
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        seen->is_accused |=
            finding->kind == FINDING_VULNERABLE_MAIL && finding->confidence >= FINDING_ACCUSES;
    }
}

static bool
examine_subject(struct looker *looker, struct subject *subject, struct site *site,
                struct names *asked)
{
    struct scanner *scanner = looker->scanner;
    bool is_cut;

    scanner->looked_at++;
    if (site) {
        subject->known = site->sums;
        subject->found = summaries_new(looker->arena);
        subject->asked = asked;
    }
    subject->notes = &looker->notes;
    is_cut = examine(subject, looker->arena, &looker->findings).is_cut;
    if (is_cut)
        scanner->cut++;
    scanner_give_sums(scanner, site, subject->found);
    return !is_cut && !subject->is_partial;
}

/* An administrator vouches for these bytes: nothing in them is malicious. */
static void
drop_malicious(struct findings *findings)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->list[i].kind != FINDING_MALICIOUS)
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
}

static bool
has_malicious(const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->list[i].kind == FINDING_MALICIOUS)
            return true;
    }
    return false;
}

/* Of what is accused, the hash of the very bytes that were judged. */
static void
keep_findings(struct looker *looker, struct job *job, const struct subject *subject,
              struct seen *seen)
{
    struct scanner *scanner = looker->scanner;

    if (has_malicious(&looker->findings)) {
        struct digest digest = digest_of(looker->digester, subject->source);

        memcpy(job->file.digest, digest.bytes, sizeof(job->file.digest));
        job->file.has_digest = !subject->is_partial;
        if (scanner->options.allow && allow_has(scanner->options.allow, digest)) {
            drop_malicious(&looker->findings);
            scanner->allowed += !job->is_allowed;
            job->is_allowed = true;
        }
    }
    if (seen)
        note_mail(seen, &looker->findings);
    if (looker->findings.count || scanner->round)
        scanner_keep(scanner, &looker->findings, &job->file, seen);
    if (looker->notes.count || scanner->round)
        scanner_keep_notes(scanner, &looker->notes, seen);
}

static struct seen *
remember(struct scanner *scanner, const struct job *job, uint32_t groups)
{
    struct seen *seen;

    pthread_mutex_lock(&scanner->lock);
    seen = ARENA_NEW(scanner->arena, struct seen);
    if (seen) {
        *seen = job->seen;
        seen->path = arena_printf(scanner->arena, "%s%c", job->seen.path, '\0').data;
        seen->groups = groups;
        seen->file = job->file;
        seen->next = scanner->seen;
        scanner->seen = seen;
    }
    pthread_mutex_unlock(&scanner->lock);
    return seen;
}

static void
forget(struct looker *looker)
{
    arena_reset(looker->arena);
    arena_reset(looker->findings.arena);
    looker->findings.count = looker->findings.lost = 0;
    looker->notes.count = 0;
}

/* "<?": pages are full of "<", hardly of "?". */
static bool
opens_php(struct str source)
{
    for (size_t at = 0; at < source.len; at++) {
        at += str_index(str_from(source, at), '?');
        if (at > 0 && at < source.len && source.data[at - 1] == '<')
            return true;
    }
    return false;
}

/* The quick test for what the gate shall see. */
static bool
may_hold_php(const struct subject *subject)
{
    return subject_is_php_name(subject->path) || opens_php(subject->source);
}

/* The key of a file with PHP in a site, which hangs together with the others there. */
static struct cache_key
key_in_site(struct cache_key key)
{
    key.words[1] ^= 1;
    return key;
}

/* Nothing is to be read; of a file in a site, unless something there has changed. */
static bool
pass_by(struct scanner *scanner, struct job *job)
{
    bool is_apart = scanner->cache && cache_has(scanner->cache, job->seen.key);

    if (!scanner->cache ||
        (!is_apart && !(job->seen.site && cache_has(scanner->cache, key_in_site(job->seen.key)))))
        return false;
    job->seen.is_cached = job->seen.is_quiet = true;
    if (!is_apart && !remember(scanner, job, 0))
        return false;
    scanner->unchanged++;
    if (is_apart) {
        pthread_mutex_lock(&scanner->lock);
        cache_add(scanner->cache, job->seen.key);
        pthread_mutex_unlock(&scanner->lock);
    }
    return true;
}

/* At the end, as what others do may still tell something of it. */
void
scanner_remember(struct scanner *scanner)
{
    for (const struct seen *seen = scanner->seen; seen; seen = seen->next) {
        if (seen->is_quiet)
            cache_add(scanner->cache, key_in_site(seen->key));
    }
}

/*
 * The administrator's rules see every file, whether or not weir wants it. What they say
 * stays as it is in later rounds, which know nothing of it. True: they say nothing.
 */
static bool
look_by_rules(struct looker *looker, struct job *job, const struct subject *subject)
{
    looker->findings.count = looker->findings.lost = 0;
    looker->notes.count = 0;
    if (!scanner_ask_rules(looker->scanner, subject, &looker->findings))
        return false;
    if (!looker->findings.count)
        return true;
    job->file.is_whole = !subject->is_partial;
    keep_findings(looker, job, subject, NULL);
    return false;
}

static void
note_quiet(struct scanner *scanner, const struct job *job, struct seen *seen, bool is_quiet)
{
    if (seen) {
        seen->is_quiet = is_quiet;
    } else if (is_quiet && scanner->cache) {
        pthread_mutex_lock(&scanner->lock);
        cache_add(scanner->cache, job->seen.key);
        pthread_mutex_unlock(&scanner->lock);
    }
}

static bool
says_nothing(const struct looker *looker, const struct subject *subject)
{
    return !looker->findings.count && !looker->findings.lost && !looker->notes.count &&
           !(subject->found && summaries_count(subject->found));
}

/* Written so lately that another write could leave it with the same times. */
#define RECENT_S 2

static bool
is_recent(const struct job *job)
{
    return job->file.ctime_s + RECENT_S >= (int64_t)time(NULL);
}

static void
look_inside(struct looker *looker, struct job *job, struct subject *subject, struct seen *seen)
{
    struct scanner *scanner = looker->scanner;
    struct names asked = names_new(looker->arena);
    bool is_quiet = !subject->is_partial && !is_recent(job), is_wanted = false, has_forms = false;
    uint32_t groups = 0;

    if (may_hold_php(subject)) {
        groups = prefilter_search(scanner->prefilter, looker->scratch, subject->source) |
                 gate_groups_beyond(subject->source);
        if (seen)
            seen->groups = groups;
        else if (job->seen.site && (groups & GATE_PHP))
            seen = remember(scanner, job, groups);
        is_wanted = gate_wants_parse(groups, subject->places);
        has_forms = gate_wants_forms(groups, subject->places);
    } else {
        has_forms = form_may_be_in(subject->path, subject->source);
    }
    is_wanted |= examine_wants(subject);
    subject->is_form_only = has_forms && !is_wanted;
    subject->has_no_form = !has_forms;
    if (is_wanted || has_forms) {
        is_quiet &= examine_subject(looker, subject, job->seen.site, &asked);
        if (seen)
            seen->is_examined = is_wanted;
        is_quiet &= says_nothing(looker, subject);
        job->file.is_whole = !subject->is_partial;
        keep_findings(looker, job, subject, seen);
    }
    if (seen && !is_wanted)
        names_add_mentioned(&asked, subject->source);
    if (seen)
        scanner_keep_asked(scanner, seen, &asked);
    if (scanner->options.database && (groups || product_wants(subject->path)))
        is_quiet &= !scanner_read_products(scanner, subject->path, subject->source, looker->arena);
    if (scanner->options.rules)
        is_quiet &= look_by_rules(looker, job, subject);
    note_quiet(scanner, job, seen, is_quiet);
}

static void
look_first(struct looker *looker, struct job *job, struct seen *seen)
{
    struct subject subject = {0};

    if (!read_subject(looker, job, &subject)) {
        scanner_complain(looker->scanner, job->seen.path, errno);
        return;
    }
    looker->scanner->bytes += subject.source.len;
    look_inside(looker, job, &subject, seen);
}

void
scanner_look(void *own, void *given)
{
    struct looker *looker = own;
    struct job *job = given;
    struct scanner *scanner = looker->scanner;

    scanner->files++;
    if (!pass_by(scanner, job))
        look_first(looker, job, NULL);
    forget(looker);
    scanner_job_free(job);
}

void
scanner_look_cached(void *own, void *given)
{
    struct looker *looker = own;
    struct seen *seen = given;
    struct job job = {.seen = *seen, .file = seen->file};

    looker->scanner->unchanged--;
    seen->is_cached = seen->is_quiet = false;
    look_first(looker, &job, seen);
    forget(looker);
}

void
scanner_look_again(void *own, void *given)
{
    struct looker *looker = own;
    struct seen *seen = given;
    struct job job = {.seen = *seen};
    struct subject subject = {0};
    struct names asked = names_new(looker->arena);

    job.file = seen->file;
    if (read_subject(looker, &job, &subject)) {
        subject.has_no_form = !gate_wants_forms(seen->groups, subject.places);
        seen->is_quiet &= examine_subject(looker, &subject, seen->site, &asked);
        seen->is_quiet &= says_nothing(looker, &subject);
        seen->is_examined = true;
        job.file.is_whole = !subject.is_partial;
        scanner_keep_asked(looker->scanner, seen, &asked);
        keep_findings(looker, &job, &subject, seen);
    }
    forget(looker);
}

/* Longer files than this hold a library. */
#define SUMS_BYTES_MAX 200000

void
scanner_look_for_sums(void *own, void *given)
{
    struct looker *looker = own;
    struct seen *seen = given;
    struct job job = {.seen = *seen};
    struct subject subject = {0};
    struct names asked = names_new(looker->arena);

    if (read_subject(looker, &job, &subject) && subject.source.len < SUMS_BYTES_MAX &&
        str_find_nocase(subject.source, STR("function")) < subject.source.len) {
        examine_subject(looker, &subject, seen->site, &asked);
        scanner_keep_asked(looker->scanner, seen, &asked);
        seen->is_quiet &= !(subject.found && summaries_count(subject.found));
        seen->is_examined = true;
    }
    forget(looker);
}
