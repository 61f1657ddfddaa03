#ifndef MAIL_ARF_H
#define MAIL_ARF_H

/*
 * arf - read a complaint in the Abuse Reporting Format (RFC 5965, RFC 6591).
 *
 *     Content-Type: message/feedback-report
 *
 *     Feedback-Type: abuse
 *     Source-IP: 192.0.2.1
 *     Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
 *
 * Also read: reports whose feedback part is text/plain, and Outlook's form,
 * which only names the address in its subject and attaches the mail.
 *
 * Pure. Slices point into the message or the arena; at the arena's limit a field
 * is empty. Values are unfolded. Fields beyond ARF_LIST_MAX of one name are left out.
 */

#include "base/arena.h"
#include "base/str.h"

#define ARF_LIST_MAX 16

struct arf_list {
    struct str items[ARF_LIST_MAX];
    uint32_t count;
};

/* The fields of RFC 5965 section 3, RFC 6591 section 3.2; empty: not stated. */
struct arf {
    struct str feedback_type; /* "abuse", "auth-failure", as stated */
    struct str user_agent, version;
    struct str source_ip; /* the address alone */
    struct str source_port;
    struct str original_mail_from, original_envelope_id;
    struct str reporting_mta; /* without "dns;" */
    struct str incidents;
    struct str auth_failure, delivery_result, identity_alignment;
    struct str dkim_domain, dkim_identity, dkim_selector, dkim_adsp_dns, dkim_selector_dns, spf_dns;
    struct str dkim_canonicalized_header, dkim_canonicalized_body;
    struct arf_list original_rcpt_to, reported_domain, reported_uri, authentication_results;
    int64_t arrival_s;   /* Arrival-Date or Received-Date; 0: not stated or no date */
    struct str original; /* the mail complained about, or its headers; empty: not enclosed */
};

/* False: the message is no complaint. */
bool arf_read(struct str message, struct arena *arena, struct arf *ret_arf);

#endif
