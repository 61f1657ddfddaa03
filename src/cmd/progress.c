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

static void
print(const struct progress *progress, double elapsed_s)
{
    uint64_t seen = progress->done + progress->now;
    double share = progress->total ? (double)seen / (double)progress->total : 0;
    struct buf line;

    buf_init(&line, 1024);
    buf_printf(&line, "\r\x1b[KReading logs: %.0f %%, ", share * 100);
    figure_bytes(&line, progress->read);
    buf_add_cstr(&line, ", ");
    figure_bytes(&line, (uint64_t)((double)progress->read / elapsed_s));
    buf_add_cstr(&line, "/s");
    if (share > 0.02 && share < 1) {
        buf_add_cstr(&line, ", ");
        figure_span(&line, (int64_t)(elapsed_s / share * (1 - share) + 0.5));
        buf_add_cstr(&line, " left");
    }
    (void)fwrite(line.data, 1, line.len, stderr);
    (void)fflush(stderr);
    buf_done(&line);
}

void
progress_show(struct progress *progress, uint64_t bytes, uint64_t size)
{
    double now_s;
    uint64_t before = progress->read;

    if (!progress->is_on)
        return;
    now_s = progress_clock_s();
    if (now_s - progress->started_s < QUIET_S || now_s - progress->shown_s < EVERY_S)
        return;
    progress->now = bytes < size ? bytes : size;
    progress->read += bytes;
    print(progress, now_s - progress->started_s);
    progress->read = before;
    progress->shown_s = now_s;
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
