#ifndef AUDIT_LOGIN_WATCH_H
#define AUDIT_LOGIN_WATCH_H

/*
 * login_watch - what logs tell of logins: in the clear, and by guessing.
 *
 * Events come in the order of each log. A client guesses that failed with LOGIN_NAMES_LEAST
 * different names before it ever got in: an office whose people mistype is none. Memory is of a
 * fixed size; names and clients beyond it are not watched, and counted.
 *
 * Pure but for the memory of its _new.
 */

#include "audit/finding.h"
#include "record/event.h"

#define LOGIN_WATCHED_MAX 65536U
#define LOGIN_NAMES_LEAST 3U
#define LOGIN_FAILURES_LEAST 10U
#define LOGIN_CLIENTS_LEAST 10U /* that fail with one name: it is guessed at by a herd */

struct login_watch;

struct login_watch *login_watch_new(void);
void login_watch_free(struct login_watch *watch); /* NULL is fine */

/* Takes EVENT_LOGIN, and EVENT_ACCEPT with a login; others are passed over. */
void login_watch_take(struct login_watch *watch, const struct event *event);

void login_watch_findings(const struct login_watch *watch, struct audit *audit);

#endif
