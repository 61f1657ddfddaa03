#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/scanner_parts.h"
#include "scan/mentions.h"

struct looker {
    struct scanner *scanner;
    struct prefilter_scratch *scratch;
    struct arena *arena;
    struct findings findings;
    struct form_notes notes;
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
    subject->path = str_from_cstr(job->seen.path);
    subject->inside = str_from(subject->path, job->seen.inside_at);
    subject->size_bytes = job->size_bytes;
    subject->mtime_s = job->mtime_s;
    subject->ctime_s = job->ctime_s;
    subject->uid = job->uid;
    subject->mode = job->mode;
    subject->places = subject_places(subject->inside);
    return is_read;
}

/* What this file's functions do becomes known to the site, for the next round. */
static void
give_sums(struct scanner *scanner, struct site *site, const struct summaries *found)
{
    if (!site || !found || !summaries_count(found))
        return;
    pthread_mutex_lock(&scanner->lock);
    if (!site->arena) {
        site->arena = arena_new(SCANNER_SITE_ARENA_BYTES_MAX);
        site->coming = summaries_new(site->arena);
    }
    for (uint32_t i = 0; site->coming && i < summaries_count(found); i++)
        site->is_changed |= summaries_add(site->coming, summaries_at(found, i));
    pthread_mutex_unlock(&scanner->lock);
}

static bool
has_mail_finding(const struct findings *findings)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->list[i].kind == FINDING_VULNERABLE_MAIL)
            return true;
    }
    return false;
}

static void
examine_subject(struct looker *looker, struct subject *subject, struct site *site)
{
    struct scanner *scanner = looker->scanner;

    scanner->looked_at++;
    if (site) {
        subject->known = site->sums;
        subject->found = summaries_new(looker->arena);
    }
    subject->notes = &looker->notes;
    if (examine(subject, looker->arena, &looker->findings).is_cut)
        scanner->cut++;
    give_sums(scanner, site, subject->found);
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

static bool
may_hold_php_or_form(const struct subject *subject)
{
    return subject_is_php_name(subject->path) || form_is_page_name(subject->path) ||
           memmem(subject->source.data, subject->source.len, "<?", 2) != NULL;
}

void
scanner_look(void *own, void *given)
{
    struct looker *looker = own;
    struct job *job = given;
    struct scanner *scanner = looker->scanner;
    struct subject subject = {0};
    struct seen *seen = NULL;
    uint32_t groups;

    scanner->files++;
    if (!read_subject(looker, job, &subject)) {
        scanner->unread++;
    } else {
        scanner->bytes += subject.source.len;
        if (may_hold_php_or_form(&subject)) {
            groups = prefilter_search(scanner->prefilter, looker->scratch, subject.source);
            if (job->seen.site && (groups & GATE_PHP))
                seen = remember(scanner, job, groups);
            subject.is_form_only = !gate_wants_parse(groups, subject.places);
            if (!subject.is_form_only || gate_wants_forms(groups, subject.places))
                examine_subject(looker, &subject, job->seen.site);
            if (seen)
                seen->has_mail_finding = has_mail_finding(&looker->findings);
            if (looker->findings.count)
                scanner_keep(scanner, &looker->findings, seen);
            if (looker->notes.count)
                scanner_keep_notes(scanner, &looker->notes, seen);
        }
    }
    forget(looker);
    scanner_job_free(job);
}

/* Does the file call what became known in the round before? */
static bool
is_concerned(const struct seen *seen, struct str source)
{
    bool has_sinks =
        seen->has_mail_finding || (seen->groups & (GATE_MAIL | GATE_CODE | GATE_COMMAND));

    return mentions_any(source, seen->site->sums, !has_sinks);
}

void
scanner_look_again(void *own, void *given)
{
    struct looker *looker = own;
    struct seen *seen = given;
    struct scanner *scanner = looker->scanner;
    struct job job = {.seen = *seen};
    struct subject subject = {0};

    if (read_subject(looker, &job, &subject) && is_concerned(seen, subject.source)) {
        examine_subject(looker, &subject, seen->site);
        seen->has_mail_finding = has_mail_finding(&looker->findings);
        scanner_keep(scanner, &looker->findings, seen);
        scanner_keep_notes(scanner, &looker->notes, seen);
    }
    forget(looker);
}
