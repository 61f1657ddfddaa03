#include "disk/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MAX 512u
#define STACK_BYTES ((size_t)16 << 20) /* trees are walked by recursion */

struct member {
    struct crew *crew;
    void *own;
    pthread_t thread;
};

struct crew {
    struct crew_options options;
    pthread_mutex_t lock;
    pthread_cond_t can_take, can_give;
    unsigned idle;         /* members that wait */
    bool is_giver_waiting; /* until half of the queue is done: a switch a job costs too much */
    void *queue[QUEUE_MAX];
    unsigned first, count;
    bool is_over;
    unsigned member_count;
    struct member *members;
};

static void *
take(struct crew *crew)
{
    void *job = NULL;

    pthread_mutex_lock(&crew->lock);
    crew->idle++;
    while (!crew->count && !crew->is_over)
        pthread_cond_wait(&crew->can_take, &crew->lock);
    crew->idle--;
    if (crew->count) {
        job = crew->queue[crew->first];
        crew->first = (crew->first + 1) % QUEUE_MAX;
        crew->count--;
        if (crew->is_giver_waiting && crew->count <= QUEUE_MAX / 2)
            pthread_cond_signal(&crew->can_give);
    }
    pthread_mutex_unlock(&crew->lock);
    return job;
}

static void *
work(void *context)
{
    struct member *member = context;
    void *job;

    while ((job = take(member->crew)) != NULL)
        member->crew->options.work(member->own, job);
    return NULL;
}

static bool
start(struct crew *crew, struct member *member, struct err *err)
{
    pthread_attr_t attributes;
    int code;

    member->crew = crew;
    member->own = crew->options.open(crew->options.context, err);
    if (!member->own)
        return false;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    code = pthread_create(&member->thread, &attributes, work, member);
    pthread_attr_destroy(&attributes);
    if (code == 0)
        return true;
    crew->options.close(member->own);
    return err_set(err, ERR_SYSTEM, "cannot start a thread: %s", strerror(code));
}

bool
crew_new(const struct crew_options *options, struct crew **ret_crew, struct err *err)
{
    struct crew *crew = calloc(1, sizeof(*crew));

    if (!crew)
        abort();
    crew->options = *options;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->can_take, NULL);
    pthread_cond_init(&crew->can_give, NULL);
    crew->members = calloc(options->threads, sizeof(*crew->members));
    if (!crew->members)
        abort();
    for (; crew->member_count < options->threads; crew->member_count++) {
        if (!start(crew, &crew->members[crew->member_count], err)) {
            crew_end(crew);
            return false;
        }
    }
    *ret_crew = crew;
    return true;
}

void
crew_give(struct crew *crew, void *job)
{
    pthread_mutex_lock(&crew->lock);
    if (crew->count == QUEUE_MAX) {
        crew->is_giver_waiting = true;
        while (crew->count > QUEUE_MAX / 2)
            pthread_cond_wait(&crew->can_give, &crew->lock);
        crew->is_giver_waiting = false;
    }
    crew->queue[(crew->first + crew->count++) % QUEUE_MAX] = job;
    if (crew->idle)
        pthread_cond_signal(&crew->can_take);
    pthread_mutex_unlock(&crew->lock);
}

void
crew_end(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    crew->is_over = true;
    pthread_cond_broadcast(&crew->can_take);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->member_count; i++) {
        pthread_join(crew->members[i].thread, NULL);
        crew->options.close(crew->members[i].own);
    }
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->can_take);
    pthread_cond_destroy(&crew->can_give);
    free(crew->members);
    free(crew);
}
