#ifndef TRACE_COMMANDS_H
#define TRACE_COMMANDS_H

/*
 * commands - Exim's "cwd=/srv/shop 3 args: ...", waiting for the mail that it hands in.
 *
 * The mail's "<=" follows within COMMANDS_AGE_US; on a busy host lines of others
 * come between. Pure: the newest COMMANDS_MAX are kept, in a ring.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"

#define COMMANDS_MAX 64U
#define COMMANDS_AGE_US (5 * SECOND_US)

struct command {
    int64_t time_us, pid;
    uint32_t folder; /* name; 0: not known */
    bool is_waiting;
};

struct commands {
    struct command ring[COMMANDS_MAX];
    uint32_t count;
};

/* `pid` is -1 where the log states no processes. */
void commands_add(struct commands *commands, int64_t pid, uint32_t folder, int64_t time_us);

/*
 * The folder of the command that handed a mail in, which waits no longer: the one of
 * its process, where the log states processes. Else the last one, and of others that
 * wait nobody can tell. 0: no command, or one without a folder.
 */
uint32_t commands_take(struct commands *commands, int64_t pid, int64_t time_us);

#endif
