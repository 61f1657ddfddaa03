#ifndef DISK_YARA_PROCESS_H
#define DISK_YARA_PROCESS_H

/*
 * yara_process - a child that runs libyara, seen from the parent: started, asked, ended.
 *
 * It is started by posix_spawn of /proc/self/exe, never by fork alone, so that any
 * thread may start one. PR_SET_PDEATHSIG is not used: it speaks when the starting thread
 * ends, and children outlive threads. A child whose parent is gone reads the end of its
 * socket, or is ended by its own alarm in the middle of a file.
 *
 * The parent itself measures what the child has used, and kills it. On a busy host a child
 * of idle priority may wait long for a processor: only time in which it wants none counts
 * as silence. One thread at a time.
 */

#include <sys/types.h>
#include <time.h>

#include "base/err.h"
#include "base/str.h"

struct yara_process {
    pid_t pid; /* 0: none */
    int socket;
    clockid_t clock; /* its processor time */
    int status;      /* of the last one that died, as waitpid has it */
};

struct yara_limits {
    unsigned cpu_s, silence_s;
};

enum yara_outcome {
    YARA_OUTCOME_ANSWER,
    YARA_OUTCOME_DEATH, /* by itself, or by somebody's signal */
    YARA_OUTCOME_CPU,   /* killed at a limit */
    YARA_OUTCOME_SILENCE,
};

/* `mode` is a word of yara_child.h; the descriptors stay the caller's. */
bool yara_process_start(struct yara_process *process, const char *mode, int input_fd, int memory_fd,
                        struct err *err) __attribute__((warn_unused_result));

/* Kills it, however busy. None is fine. */
void yara_process_end(struct yara_process *process);

/* Sends a request, which may be empty for nothing, and waits for a datagram of at most `room`. */
enum yara_outcome yara_process_ask(struct yara_process *process, struct str request,
                                   const struct yara_limits *limits, char *buffer, size_t room,
                                   size_t *ret_len);

/* What it has used of the processor since it began. */
double yara_process_cpu_s(const struct yara_process *process);

/* "killed by signal 9", "ended with code 1". */
const char *yara_process_death(const struct yara_process *process, char *text, size_t room);

#endif
