#ifndef CMD_SPF_OUTPUT_H
#define CMD_SPF_OUTPUT_H

/* spf_output - what `weir spf` prints: for people, and as JSON (weir-spf(1)). */

#include "auth/spf.h"
#include "base/buf.h"

void spf_output_text(struct buf *out, const struct spf_request *request,
                     const struct spf_verdict *verdict, const struct spf_trace *trace);
void spf_output_json(struct buf *out, const struct spf_request *request,
                     const struct spf_verdict *verdict, const struct spf_trace *trace);

#endif
