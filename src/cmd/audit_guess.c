#include "cmd/audit_guess.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/mailbox_guessing.h"

#define THREADS_MAX 16
#define UNITS_TAKEN 64U /* at once, where a unit takes microseconds */

/* What the threads share: the next unit of the round, and whether anything is left or time up. */
struct crew {
    struct mailbox_guessing *guessing;
    uint32_t units, round, step;
    double end_s;
    atomic_uint next;
    atomic_bool is_more, is_over;
};

static double
cpu_s(void)
{
    struct timespec time = {0, 0};

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool
is_over(void *context)
{
    struct crew *crew = context;

    if (atomic_load(&crew->is_over))
        return true;
    if (cpu_s() < crew->end_s)
        return false;
    atomic_store(&crew->is_over, true);
    return true;
}

static void *
work(void *context)
{
    struct crew *crew = context;
    struct password_workspace *workspace = calloc(1, sizeof(*workspace));
    bool is_more = false;

    if (!workspace)
        abort();
    while (!atomic_load(&crew->is_over)) {
        uint32_t from = atomic_fetch_add(&crew->next, crew->step);

        if (from >= crew->units)
            break;
        for (uint32_t i = from; i < crew->units && i - from < crew->step; i++)
            is_more =
                mailbox_guessing_unit(crew->guessing, i, crew->round, workspace, is_over, crew) ||
                is_more;
    }
    if (is_more)
        atomic_store(&crew->is_more, true);
    password_check_wipe(workspace);
    free(workspace);
    return NULL;
}

static unsigned
thread_count(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (unsigned)processors;
}

/* One round, this thread working along. A thread that cannot be had is done without. */
static void
run_round(struct crew *crew)
{
    pthread_t threads[THREADS_MAX];
    unsigned wanted = thread_count() - 1, count = 0;

    atomic_store(&crew->next, 0);
    atomic_store(&crew->is_more, false);
    while (count < wanted && pthread_create(&threads[count], NULL, work, crew) == 0)
        count++;
    (void)work(crew);
    while (count)
        (void)pthread_join(threads[--count], NULL);
}

bool
audit_guess(struct mailbox_store *store, int year, uint64_t seconds)
{
    struct password_workspace *workspace = calloc(1, sizeof(*workspace));
    struct crew crew = {.round = 0};
    bool is_whole;

    if (!workspace)
        abort();
    crew.guessing = mailbox_guessing_new(store, year);
    crew.units = mailbox_guessing_units(crew.guessing);
    crew.end_s = cpu_s() + (double)seconds;
    crew.step = crew.units > 10000 ? UNITS_TAKEN : 1;
    mailbox_guessing_common(crew.guessing, workspace, is_over, &crew);
    do {
        run_round(&crew);
        crew.round++;
    } while (atomic_load(&crew.is_more) && !atomic_load(&crew.is_over));
    is_whole = !atomic_load(&crew.is_over);
    mailbox_guessing_finish(crew.guessing);
    mailbox_guessing_free(crew.guessing);
    password_check_wipe(workspace);
    free(workspace);
    return is_whole;
}
