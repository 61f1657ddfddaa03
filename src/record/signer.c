#include "record/signer.h"

/* A selector and a domain are what the DNS can hold; anything else is not what it seems. */
static bool
is_name(struct str s)
{
    if (s.len == 0 || s.len > 253)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '-' && c != '_' &&
            c != '.')
            return false;
    }
    return true;
}

static void
set(struct event *event, struct str domain, struct str selector)
{
    if (!is_name(domain) || !is_name(selector))
        return;
    event->kind = EVENT_SIGNATURE;
    event->signature = (struct event_signature){.domain = domain, .selector = selector};
}

void
opendkim_message_read(struct str message, struct event *event)
{
    static const struct str added = {"DKIM-Signature field added (s=", 30};
    struct str rest = message, id = str_cut_at(&rest, STR(": ")), selector;

    event->kind = EVENT_NONE;
    if (!str_skip(&rest, added))
        return;
    selector = str_cut_at(&rest, STR(", d="));
    event->queue_id = id;
    set(event, str_cut(&rest, ')'), selector);
}

/* Only the filter itself writes before the first bracket that a sender fills: the last one counts.
 */
void
amavis_message_read(struct str message, struct event *event)
{
    static const struct str mark = {", dkim_new=", 11};
    struct str rest = message, selector;

    event->kind = EVENT_NONE;
    (void)str_cut_at(&rest, mark);
    if (!rest.len || !str_has(message, STR(") Passed ")))
        return;
    selector = str_cut(&rest, ':');
    set(event, str_first(rest, str_index_any(rest, STR(", "))), selector);
}

void
rspamd_message_read(struct str message, struct event *event)
{
    static const struct str mark = {"DKIM_SIGNED(", 12};
    struct str rest = message, domain;

    event->kind = EVENT_NONE;
    (void)str_cut_at(&rest, mark);
    (void)str_cut(&rest, '{');
    if (!rest.len)
        return;
    domain = str_cut_at(&rest, STR(":s="));
    set(event, domain, str_first(rest, str_index_any(rest, STR(";}"))));
}
