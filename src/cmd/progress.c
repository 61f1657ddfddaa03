#include "cmd/progress.h"

#include <stdio.h>
#include <time.h>

#include "report/figure.h"

#define EVERY_S 0.2
#define QUIET_S 0.5 /* what is read sooner needs no line */

double
progress_clock_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
progress_start(struct progress *progress, bool is_on, uint64_t total)
{
    *progress = (struct progress){.is_on = is_on, .total = total};
    progress->started_s = progress_clock_s();
}

bool
progress_is_due(struct progress *progress, double *ret_elapsed_s)
{
    double now_s;

    if (!progress->is_on)
        return false;
    now_s = progress_clock_s();
    if (now_s - progress->started_s < QUIET_S || now_s - progress->shown_s < EVERY_S)
        return false;
    progress->shown_s = now_s;
    *ret_elapsed_s = now_s - progress->started_s;
    return true;
}

void
progress_line(struct progress *progress, struct str line)
{
    if (!progress->is_on)
        return;
    (void)fprintf(stderr, "\r\x1b[K" STR_FMT, STR_ARG(line));
    (void)fflush(stderr);
}

void
progress_add_speed(struct buf *buf, uint64_t bytes, double elapsed_s)
{
    buf_add_cstr(buf, ", ");
    figure_bytes(buf, bytes);
    buf_add_cstr(buf, ", ");
    figure_bytes(buf, (uint64_t)((double)bytes / elapsed_s));
    buf_add_cstr(buf, "/s");
}

void
progress_add_left(struct buf *buf, double share, double elapsed_s)
{
    if (share <= 0.02 || share >= 1)
        return;
    buf_add_cstr(buf, ", ");
    figure_span(buf, (int64_t)(elapsed_s / share * (1 - share) + 0.5));
    buf_add_cstr(buf, " left");
}

static void
print(struct progress *progress, double elapsed_s)
{
    uint64_t seen = progress->done + progress->now;
    double share = progress->total ? (double)seen / (double)progress->total : 0;
    struct buf line;

    buf_init(&line, 1024);
    buf_printf(&line, "Reading logs: %.0f %%", share * 100);
    progress_add_speed(&line, progress->read, elapsed_s);
    progress_add_left(&line, share, elapsed_s);
    progress_line(progress, buf_str(&line));
    buf_done(&line);
}

void
progress_show(struct progress *progress, uint64_t bytes, uint64_t size)
{
    uint64_t before = progress->read;
    double elapsed_s;

    if (!progress_is_due(progress, &elapsed_s))
        return;
    progress->now = bytes < size ? bytes : size;
    progress->read += bytes;
    print(progress, elapsed_s);
    progress->read = before;
}

void
progress_next(struct progress *progress, uint64_t bytes, uint64_t size)
{
    progress->done += size;
    progress->now = 0;
    progress->read += bytes;
}

void
progress_end(struct progress *progress)
{
    if (progress->is_on && progress->shown_s > 0) {
        (void)fputs("\r\x1b[K", stderr);
        (void)fflush(stderr);
    }
    progress->is_on = false;
}
