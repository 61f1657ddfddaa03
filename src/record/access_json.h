#ifndef RECORD_ACCESS_JSON_H
#define RECORD_ACCESS_JSON_H

/*
 * access_json - access logs written as JSON, one object a line.
 *
 *     {"time_iso8601":"2026-11-23T15:21:22+00:00","remote_addr":"192.0.2.7",
 *      "request":"POST /x.php HTTP/1.1","status":200,"request_time":0.012,...}   nginx
 *     {"ts":1763911282.48,"request":{"remote_ip":"192.0.2.7","method":"GET",
 *      "uri":"/","headers":{"User-Agent":["curl"]}},"status":200,...}             Caddy
 *     {"ClientHost":"192.0.2.7","RequestMethod":"GET","RequestPath":"/",
 *      "StartUTC":"2026-11-23T15:21:22.1Z","Duration":1834000,...}                Traefik
 *
 * nginx's names are the administrator's to choose: the usual ones are known. The
 * stamp is when the request ended, but for Traefik's StartUTC.
 *
 * Pure, but for one buffer of RECORD_BYTES_MAX bytes a thread: text with JSON
 * escapes is decoded into it, so that slices of an event may point into the
 * buffer and die with the next read on the same thread.
 */

#include "record/event.h"

int access_json_probe(struct str record);

/* EVENT_REQUEST, or EVENT_UNKNOWN for an object without stamp, request or status. */
void access_json_read(struct str record, struct event *event);

/* The buffer that decoded slices point into. */
struct str access_json_scratch(void);

#endif
