#ifndef DISK_CREW_H
#define DISK_CREW_H

/*
 * crew - threads that do jobs out of one bounded queue.
 *
 * The caller hands in jobs and waits at the end; a full queue makes it wait. Each
 * thread has an object of its own, made and freed by the caller's functions.
 */

#include "base/err.h"

struct crew;

struct crew_options {
    unsigned threads;
    void *(*open)(void *context, struct err *err); /* a thread's own object; NULL: failed */
    void (*work)(void *own, void *job);            /* owns the job from here on */
    void (*close)(void *own);
    void *context;
};

bool crew_new(const struct crew_options *options, struct crew **ret_crew, struct err *err)
    __attribute__((warn_unused_result));

void crew_give(struct crew *crew, void *job);

/* Waits until all jobs are done, and ends the threads. */
void crew_end(struct crew *crew);

#endif
