#ifndef TRACE_KNOWN_H
#define TRACE_KNOWN_H

/*
 * known - what an experienced administrator knows by heart, as tables.
 *
 * Pure. Each question has one table in known.c; a new fact is a new row.
 */

#include "base/str.h"

/* A delivery reply that calls the mail spam, or its sender listed. */
bool known_spam_reply(struct str reply);

/* A reply or DSN code that says that the recipient does not exist. */
bool known_unknown_recipient(struct str dsn, struct str reply);

/* The target of a request that runs no code: images, style sheets, fonts. Query ignored. */
bool known_static_path(struct str path);

/* A path that surely runs code: .php, .cgi, .asp... */
bool known_script_path(struct str path);

/* A query parameter whose value selects what a script does: "action", "task", "route"... */
bool known_selecting_parameter(struct str name);

/* A request that looks like an attack: probes, injections, traversal. */
bool known_attack_target(struct str target);

/* The path (with its selecting query) where a well-known CMS registers users. */
bool known_registration(struct str path);

/* A mail's subject as registrations send it. */
bool known_registration_subject(struct str subject);

/* A script that comes with a well-known CMS or forum: nobody dropped it there. */
bool known_entry(struct str path);

/* A path where people log in: what password guessers post to. */
bool known_login_path(struct str path);

/* A PHP file that is a mail library: it names the site, not the script that called it. */
bool known_mail_library(struct str script);

/* A script of a webmail: mail through it belongs to a mailbox. */
bool known_webmail(struct str script);

/* A site (vhost, or the name of its log) on which people read their mail. */
bool known_webmail_site(struct str name);

/* A file in an upload, cache or temporary folder: scripts have no business there. */
bool known_upload_folder(struct str path);

/* A file or folder whose name begins with a dot, /.well-known/ excepted. */
bool known_hidden(struct str path);

/* A user under which a mail server delivers to others, root among them. */
bool known_mail_user(struct str user);

/* The number of a web server's user that a distribution fixed once and for all: www-data, apache.
 */
bool known_web_uid(int64_t uid);

/* 127.0.0.0/8, ::1, and "localhost". */
bool known_loopback(struct str address);

/* An address of a private network (RFC 1918, RFC 4193, link local). */
bool known_private_address(struct str address);

/* A user agent of a search robot. */
bool known_robot(struct str agent);

#endif
