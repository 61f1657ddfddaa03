#ifndef TRACE_COMPOSE_PARTS_H
#define TRACE_COMPOSE_PARTS_H

/*
 * compose_parts - what the files of compose share; see compose.h.
 *
 *     compose.c         an incident: its numbers and words
 *     compose_name.c    what an origin is called
 *     compose_origin.c  the origin of an incident, and its clients
 *     compose_sender.c  a row of the senders' table
 *
 * Pure. Memory from the arena; an empty slice stands for what is not known.
 */

#include "trace/compose.h"

/* The uid that belongs to the identity, from passwd where only the name is known; -1: none. */
int64_t compose_uid(const struct compose *compose, uint32_t identity_index);

/* The path and the site of an endpoint, or of INFER_NONE. */
struct str compose_path(const struct compose *compose, uint32_t endpoint);
struct str compose_vhost(const struct compose *compose, uint32_t endpoint);

/* The file that sent; where that is a mail library, the one that the URL called. */
struct str compose_script(const struct compose *compose, const struct suspect *suspect);

/* Exim states the folder that its caller stood in, no file. */
bool compose_knows_folder(const struct compose *compose, const struct suspect *suspect);

struct str compose_mailbox(const struct compose *compose, const struct suspect *suspect);

/* Fills origin and domain of the incident, whose route is set. False at the arena's limit. */
bool compose_origin(const struct compose *compose, const struct suspect *suspect,
                    struct incident *incident) __attribute__((warn_unused_result));

#endif
