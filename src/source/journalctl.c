#include "source/journalctl.h"

#include <errno.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool
journalctl_exists(void)
{
    /* The folders alone are no journal: packages make them, and containers keep them empty. */
    static const char *const patterns[] = {"/var/log/journal/*/*.journal",
                                           "/run/log/journal/*/*.journal"};
    bool exists = false;

    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]) && !exists; i++) {
        glob_t found;

        exists = glob(patterns[i], GLOB_NOSORT, NULL, &found) == 0;
        globfree(&found);
    }
    return exists;
}

bool
journalctl_write(int fd, int64_t since_s, struct err *err)
{
    char since[40], program[] = "journalctl", quiet[] = "--quiet", form[] = "--output=export",
                    facilities[] = "--facility=mail,auth,authpriv";
    char *arguments[] = {program, quiet, form, facilities, since_s ? since : NULL, NULL};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int error, status;

    (void)snprintf(since, sizeof(since), "--since=@%lld", (long long)since_s);
    error = posix_spawn_file_actions_init(&actions);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
    if (error == 0)
        error = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    if (error)
        return err_set(err, ERR_SYSTEM, "journalctl could not be run: %s", strerror(error));
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return err_set(err, ERR_SYSTEM, "journalctl was lost: %s", strerror(errno));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(err, ERR_SYSTEM, "journalctl failed; may this user read the journal?");
    return true;
}
