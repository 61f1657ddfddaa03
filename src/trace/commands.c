#include "trace/commands.h"

#include <stddef.h>

void
commands_add(struct commands *commands, int64_t pid, uint32_t folder, int64_t time_us)
{
    commands->ring[commands->count++ % COMMANDS_MAX] = (struct command){
        .time_us = time_us,
        .pid = pid,
        .folder = folder,
        .is_waiting = true,
    };
}

static struct command *
find(struct commands *commands, int64_t pid, int64_t time_us)
{
    for (uint32_t i = 1; i <= COMMANDS_MAX; i++) {
        struct command *command = &commands->ring[(commands->count - i) % COMMANDS_MAX];

        if (command->time_us > time_us || time_us - command->time_us > COMMANDS_AGE_US)
            return NULL;
        if (command->is_waiting && (command->pid < 0 || pid < 0 || command->pid == pid))
            return command;
    }
    return NULL;
}

uint32_t
commands_take(struct commands *commands, int64_t pid, int64_t time_us)
{
    struct command *command = find(commands, pid, time_us);

    if (!command)
        return 0;
    command->is_waiting = false;
    return command->folder;
}
