#ifndef SCAN_MALICIOUS_H
#define SCAN_MALICIOUS_H

/*
 * malicious - flows that only attackers write, as signs.
 *
 * Rates of each rule on public corpora: docs/SCAN-QUALITY.md. Pure.
 */

#include "php/flow.h"
#include "scan/signs.h"

struct malicious {
    const struct subject *subject;
    struct signs *signs;
};

/* One event of flow.h. */
void malicious_event(struct malicious *malicious, const struct flow_event *event);

/* Code that was built as a string; `value` says how. */
void malicious_layer(struct malicious *malicious, struct str code, uint32_t line,
                     struct value value);

#endif
