#ifndef REPORT_JSON_H
#define REPORT_JSON_H

/*
 * json - a result as JSON, version 1: see weir-trace(1), section JSON.
 *
 * Members are only ever added within a version.
 */

#include "base/buf.h"
#include "trace/result.h"

struct report_json_options {
    bool queue_ids; /* list each incident's messages */
};

/* One object and a newline. */
void report_json(const struct result *result, struct report_json_options options, struct buf *buf);

#endif
