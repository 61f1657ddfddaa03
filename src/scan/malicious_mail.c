#include "scan/malicious_parts.h"

void
malicious_recipient(struct malicious *malicious, const struct flow_event *event)
{
    if (event->is_in_loop && (event->value.taint & TAINT_LIST) &&
        (event->value.taint & TAINT_REQUEST))
        malicious_add(malicious, event, "mail-bomb", 0.95,
                      "It mails every address of a list that the visitor sends.");
}
