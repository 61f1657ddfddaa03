#ifndef SCAN_UNIT_H
#define SCAN_UNIT_H

/*
 * unit - what systemd, xinetd or a desktop starts: files of NAME = value.
 *
 *     ExecStart=-/bin/sh -c "/var/tmp/.x/run"
 *     server = /dev/shm/x
 *
 * Pure.
 */

#include "scan/persistence.h"

#define UNIT_LINES_MAX 5000

/* The command that a line gives; empty: none. */
struct str unit_command(struct str line);

bool unit_wants(const struct subject *subject);

bool unit_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
