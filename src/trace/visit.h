#ifndef TRACE_VISIT_H
#define TRACE_VISIT_H

/*
 * visit - web requests become facts of sites and endpoints.
 *
 *     "POST /wp-login.php?action=register HTTP/1.1" 302
 *     -> site shop.example, endpoint "/wp-login.php?action=register", one POST
 *
 * An endpoint is a path, with the query only where it selects what the script
 * does. Requests for what runs no code are not kept.
 */

#include "record/event.h"
#include "trace/ledger.h"

#define VISIT_ENDPOINTS_MAX 65536U /* of a site; further paths share one endpoint */

struct visit_window {
    int64_t from_s, until_s; /* requests outside are counted, not kept one by one */
};

/* Whether the request can have made a mail: decided before anything is looked up. */
bool visit_matters(const struct event *event);

/* The site of an access log that names no vhost, by the log's own name or configuration. */
uint32_t visit_site(struct ledger *ledger, struct str name, bool is_vhost);

/* `default_site` serves records that name no vhost. */
void visit_event(struct ledger *ledger, const struct event *event, int64_t time_us,
                 struct place place, uint32_t default_site, struct visit_window window);

/* "blog.example" for "access/blog.example-access.log.2.gz": what a log's name says of its site. */
struct str visit_log_name(struct str path);

#endif
