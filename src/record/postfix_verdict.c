/* postfix_verdict - what daemons, milters and header_checks decided about a message. */

#include "record/field.h"
#include "record/postfix_parts.h"

#define WORD(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* "header NAME: value from host[ip]; from=<> to=<> proto= helo=<>: ..." */
static void
read_header(struct str rest, struct event *event)
{
    struct event_header *header = &event->header;
    static const char *const marks[] = {" from local;", "]; from=<"};
    struct str name = str_cut(&rest, ':');
    size_t end = rest.len;

    if (!str_skip(&rest, STR(" ")))
        (void)str_skip(&rest, STR("\t"));
    end = str_find(rest, str_from_cstr(marks[0]));
    if (end >= rest.len) {
        size_t at = str_find(rest, str_from_cstr(marks[1]));

        end = at < rest.len ? at : rest.len;
        while (at < rest.len && end > 5 && memcmp(rest.data + end - 6, " from ", 6) != 0)
            end--;
        end = at < rest.len && end > 5 ? end - 6 : rest.len;
    }
    *header = (struct event_header){name, str_first(rest, end)};
    event->kind = EVENT_HEADER;
}

/* What a client sent is quoted in the reply: "Relay access denied" counts at its end alone. */
static bool
is_relay_denied(struct str text)
{
    return str_ends(text, STR("Relay access denied")) || str_ends(text, STR("relay not permitted"));
}

/*
 * "header Subject: x from host[ip]; from=<a> ...": the text of a header may itself
 * read like what follows it. Only where it does not is the client known.
 */
static void
read_content_origin(struct str content, struct event_refused *refused)
{
    size_t at = field_find_last(content, STR(" from "));
    struct str peer = str_from(content, at + 6);
    uint16_t port;

    refused->text = str_first(content, at);
    if (postfix_cut_peer(&peer, &refused->client_host, &refused->client_address, &port) &&
        peer.len == 0)
        return;
    refused->client_host = refused->client_address = STR_EMPTY;
}

/* "; from=<a> to=<b> proto=ESMTP helo=<c>"; postscreen puts commas, VRFY has no sender. */
static void
read_envelope(struct str rest, struct event_refused *refused)
{
    if (str_skip(&rest, STR("; from="))) {
        if (!field_cut_angled(&rest, STR(">"), &refused->sender))
            return;
        (void)str_skip(&rest, STR(","));
    } else {
        (void)str_skip(&rest, STR(";"));
    }
    if (str_skip(&rest, STR(" to=")))
        (void)field_cut_angled(&rest, STR(">"), &refused->recipient);
}

/* What comes after "reject: ", "milter-reject: ", "discard: " and the like. */
static void
read_refused(struct str rest, struct event *event)
{
    static const char *const marks[] = {"; from=<", "; to=<", "; proto="};
    struct event_refused *refused = &event->refused;
    bool has_stage = postfix_cut_stage(&rest);
    struct str peer = rest;
    uint16_t port;
    size_t end = rest.len;

    *refused = (struct event_refused){.is_relay_denied = false};
    if (has_stage && str_skip(&peer, STR(" from ")) &&
        postfix_cut_peer(&peer, &refused->client_host, &refused->client_address, &port))
        rest = peer;
    (void)str_skip(&rest, STR(": "));
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(rest, str_from_cstr(marks[i]));

        if (at < end)
            end = at;
    }
    refused->text = str_first(rest, end);
    refused->is_relay_denied = has_stage && is_relay_denied(refused->text);
    if (!has_stage && field_find_last(rest, STR("; from=<")) == end)
        read_content_origin(refused->text, refused);
    read_envelope(str_from(rest, end), refused);
    event->kind = EVENT_REFUSED;
}

/* The words of a no; "reject_warning: " is none. */
static bool
skip_refusal(struct str *rest)
{
    static const struct str words[] = {
        WORD("reject: "),         WORD("milter-reject: "),         WORD("discard: "),
        WORD("milter-discard: "), WORD("proxy-reject: "),          WORD("milter-header-reject: "),
        WORD("proxy-discard: "),  WORD("milter-header-discard: "),
    };
    char first = rest->len ? rest->data[0] : '\0';

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (words[i].data[0] == first && str_skip(rest, words[i]))
            return true;
    }
    return false;
}

static void
read_notice(struct str rest, struct event *event)
{
    size_t at = str_find(rest, STR("notification: "));
    struct str child = str_from(rest, at + 14);

    event->kind = EVENT_UNKNOWN;
    if (at >= rest.len || !postfix_is_queue_id(child))
        return;
    event->notice = (struct event_notice){child};
    event->kind = EVENT_NOTICE;
}

bool
postfix_refusal_read(struct str rest, struct event *event)
{
    if (!skip_refusal(&rest))
        return false;
    read_refused(rest, event);
    return true;
}

/* header_checks that let a header pass, and say so: "info: header Subject: ..." */
static bool
skip_header_check(struct str *rest)
{
    static const char *const words[] = {
        "info: header ",    "warning: header ",  "prepend: header ", "filter: header ",
        "replace: header ", "redirect: header ", "strip: header ",   "bcc: header ",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_skip(rest, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

static bool
is_hold(struct str rest)
{
    return str_starts(rest, STR("hold: ")) || str_starts(rest, STR("milter-hold: ")) ||
           str_starts(rest, STR("milter-header-hold: ")) || str_eq(rest, STR("placed on hold"));
}

/* What a milter or header_checks decided, and what postsuper did. */
void
postfix_verdict_read(struct str rest, struct event *event)
{
    event->kind = EVENT_NONE;
    if (skip_header_check(&rest))
        read_header(rest, event);
    else if (is_hold(rest))
        event->kind = EVENT_HOLD;
    else if (!postfix_refusal_read(rest, event) &&
             str_has(str_first(rest, 48), STR("notification: ")))
        read_notice(rest, event);
}
