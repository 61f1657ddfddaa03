#ifndef SCAN_MALICIOUS_PARTS_H
#define SCAN_MALICIOUS_PARTS_H

/* malicious_parts - what the parts of malicious share; for src/scan/malicious*.c alone. */

#include "scan/malicious.h"

/* Ways to make text that hide it; one that joins pieces is not among them. */
#define MADE_HIDING                                                                                \
    (MADE_CHR | MADE_REVERSE | MADE_REPLACE | MADE_XOR | MADE_BASE64 | MADE_INFLATE | MADE_ROT13 | \
     MADE_HEX | MADE_PICK | MADE_URL | MADE_STEP | MADE_LOOP)

void malicious_add(struct malicious *malicious, const struct flow_event *event, const char *rule,
                   double weight, const char *why);

/* A visitor's text that can still be anything. */
static inline bool
malicious_is_visitor(struct value value)
{
    return (value.taint & TAINT_VISITOR) && !(value.clean & (CLEAN_NUMBER | CLEAN_LISTED));
}

/* The visitor's only by way of functions of other files: this one reads nothing of the request. */
bool malicious_is_borrowed(const struct malicious *malicious, const struct flow_event *event);

/* What a browser sends along by itself: a host's name, a language. */
static inline bool
malicious_is_header_only(struct value value)
{
    return (value.taint & TAINT_VISITOR) == TAINT_HEADER;
}

/* In a method, where values come from callers that nobody sees, a sign says less. */
static inline bool
malicious_is_in_method(const struct flow_event *event)
{
    return str_has(event->inside, STR("::"));
}

/* Code by itself, that no framework calls and no login page stands before. */
bool malicious_is_alone(const struct malicious *malicious);

/* The same of all that stands before it, at the top of a file: nothing has checked anything yet. */
bool malicious_is_first(const struct malicious *malicious, const struct flow_event *event);

/* An encoder that is sold wraps honest programs: it reads its own file and unpacks that. */
bool malicious_is_sold_encoder(const struct malicious *malicious);

/* Nothing before sets it: where register_globals is on, or another file runs this one with what
 * the request holds, it is the visitor's. */
static inline bool
malicious_is_unset(struct value value)
{
    return (value.taint & TAINT_UNSET) && !(value.clean & (CLEAN_NUMBER | CLEAN_LISTED));
}

/* How much it says that something runs what nothing sets: `most` in a file by itself. */
double malicious_unset_weight(const struct malicious *malicious, double most);

/* A function of no class, in a small file by itself, that is handed what it runs. */
bool malicious_is_bare_runner(const struct malicious *malicious, const struct flow_event *event);

/* __destruct and the like, which unserialize() sets off. */
bool malicious_is_in_magic(const struct flow_event *event);

void malicious_unserialize(struct malicious *malicious, const struct flow_event *event);
void malicious_code(struct malicious *malicious, const struct flow_event *event);
void malicious_pattern(struct malicious *malicious, const struct flow_event *event);
void malicious_command(struct malicious *malicious, const struct flow_event *event);
void malicious_include(struct malicious *malicious, const struct flow_event *event);
void malicious_callee(struct malicious *malicious, const struct flow_event *event);
void malicious_callee_argument(struct malicious *malicious, const struct flow_event *event);
void malicious_path(struct malicious *malicious, const struct flow_event *event);
void malicious_content(struct malicious *malicious, const struct flow_event *event);
void malicious_host(struct malicious *malicious, const struct flow_event *event);
void malicious_upload(struct malicious *malicious, const struct flow_event *event);
void malicious_output(struct malicious *malicious, const struct flow_event *event);
void malicious_recipient(struct malicious *malicious, const struct flow_event *event);

#endif
