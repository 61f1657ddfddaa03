#ifndef SCAN_COMMAND_H
#define SCAN_COMMAND_H

/*
 * command - one command that is started by cron, at boot, at login or by a key.
 *
 *     nohup /dev/shm/.x/httpd >/dev/null 2>&1 &     runs-hidden
 *
 * What is in it (script.h), and where the program lies that it starts. Pure.
 */

#include "scan/script.h"

/* Longer commands are looked at up to here. */
#define COMMAND_BYTES_MAX 8192

struct command {
    struct str text;
    uint32_t line; /* in its file, from 1 */
};

/* False: it was too long. */
bool command_signs(const struct command *command, struct arena *arena, struct signs *signs);

/* The same without what is in it: for lines of a script that is looked at as a whole. */
void command_program(const struct command *command, struct signs *signs);

#endif
