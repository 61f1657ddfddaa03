#include "cmd/scan_progress.h"

#include <time.h>

#include "report/figure.h"

#define TICK_NS 100000000L

static void *
count(void *given)
{
    struct scan_progress *progress = given;
    bool is_counted = true;

    for (int i = 0; i < progress->path_count && is_counted; i++)
        is_counted = scanner_count(progress->scanner, &progress->count, progress->paths[i]);
    progress->is_counted = is_counted;
    return NULL;
}

/* By bytes, but where most files are as they were: those cost a look at their names only. */
static double
share_of(const struct scan_progress *progress, const struct scanner_totals *totals)
{
    double files, bytes;

    if (!progress->is_counted || !progress->count.files)
        return 0;
    files = (double)totals->files / (double)progress->count.files;
    bytes = progress->count.bytes ? (double)totals->bytes / (double)progress->count.bytes : files;
    return totals->unchanged * 2 > totals->files || files < bytes ? files : bytes;
}

static void
write_line(struct scan_progress *progress, double elapsed_s)
{
    struct scanner_totals totals = scanner_totals(progress->scanner);
    struct buf line;

    buf_init(&line, 1024);
    if (progress->is_counted && totals.files >= progress->count.files) {
        buf_add_cstr(&line, "Following calls from file to file: ");
        figure_counted(&line, totals.looked_at, "file looked at", "files looked at");
    } else {
        buf_add_cstr(&line, "Looking: ");
        figure_counted(&line, totals.files, "file", "files");
        progress_add_speed(&line, totals.bytes, elapsed_s);
        progress_add_left(&line, share_of(progress, &totals), elapsed_s);
    }
    progress_line(&progress->progress, buf_str(&line));
    buf_done(&line);
}

static void *
show(void *given)
{
    struct scan_progress *progress = given;
    struct timespec until;
    double elapsed_s;

    pthread_mutex_lock(&progress->lock);
    while (!progress->is_over) {
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_NS;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        (void)pthread_cond_timedwait(&progress->wake, &progress->lock, &until);
        if (!progress->is_over && progress_is_due(&progress->progress, &elapsed_s))
            write_line(progress, elapsed_s);
    }
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

void
scan_progress_start(struct scan_progress *progress, bool is_on, const struct scanner *scanner,
                    const char *const *paths, int path_count)
{
    *progress =
        (struct scan_progress){.scanner = scanner, .paths = paths, .path_count = path_count};
    progress_start(&progress->progress, is_on, 0);
    if (!is_on)
        return;
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->wake, NULL);
    progress->has_counter = pthread_create(&progress->counter, NULL, count, progress) == 0;
    progress->has_writer = pthread_create(&progress->writer, NULL, show, progress) == 0;
}

void
scan_progress_wipe(struct scan_progress *progress)
{
    if (!progress->progress.is_on)
        return;
    pthread_mutex_lock(&progress->lock);
    progress_line(&progress->progress, STR_EMPTY);
    pthread_mutex_unlock(&progress->lock);
}

void
scan_progress_end(struct scan_progress *progress)
{
    if (!progress->progress.is_on)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->is_over = true;
    pthread_cond_signal(&progress->wake);
    pthread_mutex_unlock(&progress->lock);
    progress->count.is_stopped = true;
    if (progress->has_counter)
        (void)pthread_join(progress->counter, NULL);
    if (progress->has_writer)
        (void)pthread_join(progress->writer, NULL);
    pthread_cond_destroy(&progress->wake);
    pthread_mutex_destroy(&progress->lock);
    progress_end(&progress->progress);
}
