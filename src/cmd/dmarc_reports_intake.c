#include "cmd/dmarc_reports_intake.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/dmarc_reports_parts.h"
#include "report/figure.h"

#define MAIL_ARENA_BYTES_MAX ((size_t)192 * 1024 * 1024)

struct intake *
intake_new(struct reports *reports, struct arena *arena, struct feedback_result *result)
{
    struct intake *intake = calloc(1, sizeof(*intake));

    if (!intake)
        abort();
    intake->reports = reports;
    intake->arena = arena;
    intake->result = result;
    intake->mail_arena = arena_new(MAIL_ARENA_BYTES_MAX);
    intake->recipient = STR_EMPTY;
    progress_start(&intake->progress, isatty(STDERR_FILENO), 0);
    result->problems = arena_array(arena, FEEDBACK_PROBLEMS_MAX, sizeof(struct str));
    return intake;
}

void
intake_free(struct intake *intake)
{
    if (!intake)
        return;
    arena_free(intake->mail_arena);
    free(intake);
}

void
intake_problem(struct intake *intake, struct str member, const struct err *err)
{
    struct feedback_result *result = intake->result;

    if (result->problem_count < FEEDBACK_PROBLEMS_MAX && result->problems) {
        struct str *problem = &result->problems[result->problem_count];

        if (member.len)
            *problem = arena_printf(intake->arena, "%s (" STR_FMT "): %s", intake->path,
                                    STR_ARG(member), err->text);
        else
            *problem = arena_printf(intake->arena, "%s: %s", intake->path, err->text);
    }
    result->problem_count++;
}

bool
intake_fail(struct intake *intake, const struct err *err)
{
    if (!intake->has_failed)
        intake->err = *err;
    intake->has_failed = true;
    return false;
}

/* --- files --- */

/* "12,345 files, 3,456 reports, 58 MB, 96 MB/s", where somebody looks. */
static void
show_progress(struct intake *intake)
{
    const struct feedback_result *result = intake->result;
    double elapsed_s;
    struct buf line;

    if (!progress_is_due(&intake->progress, &elapsed_s))
        return;
    buf_init(&line, 256);
    figure_counted(&line, result->file_count, "file", "files");
    buf_add_cstr(&line, ", ");
    figure_counted(&line, result->aggregate_count + result->tls_count + result->complaint_count,
                   "report", "reports");
    progress_add_speed(&line, result->byte_count, elapsed_s);
    progress_line(&intake->progress, buf_str(&line));
    buf_done(&line);
}

struct open_file {
    int fd;
    struct intake *intake;
};

static bool
read_file(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    struct open_file *file = context;
    ssize_t got;

    do
        got = read(file->fd, buffer, capacity);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, ERR_SYSTEM, "it could not be read: %s", strerror(errno));
    *ret_len = (size_t)got;
    file->intake->result->byte_count += (uint64_t)got;
    show_progress(file->intake);
    return true;
}

/* A pipe is read when it was named; in a folder it may wait for ever. */
static int
open_path(const char *path, bool is_named, struct err *err)
{
    int fd = strcmp(path, "-") == 0
                 ? dup(STDIN_FILENO)
                 : open(path, O_RDONLY | O_CLOEXEC | (is_named ? 0 : O_NONBLOCK));

    if (fd < 0)
        (void)err_set(err, ERR_SYSTEM, "it could not be opened: %s", strerror(errno));
    return fd;
}

static void
take_file(struct intake *intake, const char *path, bool is_named)
{
    struct feedback_result *result = intake->result;
    uint64_t problems = result->problem_count;
    struct open_file file = {.intake = intake};
    struct err err;

    intake->path = path;
    intake->found = 0;
    file.fd = open_path(path, is_named, &err);
    if (file.fd < 0) {
        intake_problem(intake, STR_EMPTY, &err);
        return;
    }
    result->file_count++;
    unpack_run(read_file, &file, intake_sink(intake));
    close(file.fd);
    if (is_named && intake->found == 0 && result->problem_count == problems &&
        !intake->has_failed) {
        (void)err_set(&err, ERR_SYNTAX,
                      "there is no report in it: neither DMARC, TLS report nor complaint");
        intake_problem(intake, STR_EMPTY, &err);
    }
}

/* --- folders --- */

static int
by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* A Maildir's folders begin with a dot, its files do not; what is in tmp is not there yet. */
static int
is_taken(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static bool
is_hidden_file(const char *name, const struct stat *status)
{
    return name[0] == '.' && !S_ISDIR(status->st_mode);
}

static void take_folder(struct intake *intake, const char *path, uint32_t depth);

static void
take_entry(struct intake *intake, const char *folder, const char *name, uint32_t depth)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = malloc(room);
    struct stat status;

    if (!path)
        abort();
    (void)snprintf(path, room, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
                   name);
    /* A link may lead round in a circle, or out of what was named: it is not followed. */
    if (lstat(path, &status) < 0 || is_hidden_file(name, &status))
        (void)0;
    else if (S_ISDIR(status.st_mode) && depth < INTAKE_DEPTH_MAX && strcmp(name, "tmp") != 0)
        take_folder(intake, path, depth + 1);
    else if (S_ISREG(status.st_mode))
        take_file(intake, path, false);
    free(path);
}

static void
take_folder(struct intake *intake, const char *path, uint32_t depth)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_taken, by_name);
    struct err err;

    if (count < 0) {
        intake->path = path;
        (void)err_set(&err, ERR_SYSTEM, "the folder could not be read: %s", strerror(errno));
        intake_problem(intake, STR_EMPTY, &err);
        return;
    }
    for (int i = 0; i < count; i++) {
        if (!intake->has_failed)
            take_entry(intake, path, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
}

bool
intake_take(struct intake *intake, const char *path, struct err *err)
{
    struct stat status;

    if (strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        take_folder(intake, path, 0);
    else
        take_file(intake, path, true);
    if (intake->has_failed)
        *err = intake->err;
    return !intake->has_failed;
}

void
intake_finish(struct intake *intake)
{
    struct feedback_result *result = intake->result;

    progress_end(&intake->progress);
    result->deviations =
        arena_array(intake->arena, AGGREGATE_DEVIATION_COUNT + TLSRPT_DEVIATION_COUNT,
                    sizeof(struct feedback_deviation));
    if (!result->deviations)
        return;
    for (enum aggregate_deviation i = 0; i < AGGREGATE_DEVIATION_COUNT; i++) {
        if (intake->deviations[i])
            result->deviations[result->deviation_count++] =
                (struct feedback_deviation){aggregate_deviation_words(i), intake->deviations[i]};
    }
    for (enum tlsrpt_deviation i = 0; i < TLSRPT_DEVIATION_COUNT; i++) {
        if (intake->tls_deviations[i])
            result->deviations[result->deviation_count++] =
                (struct feedback_deviation){tlsrpt_deviation_words(i), intake->tls_deviations[i]};
    }
}
