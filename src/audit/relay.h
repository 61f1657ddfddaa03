#ifndef AUDIT_RELAY_H
#define AUDIT_RELAY_H

/*
 * relay - what a mail server does for strangers, judged from what it replied.
 *
 * Pure. The edge (net/relay_probe.h) gathers the facts of one server at one port; each check adds
 * its findings. A yes to RCPT is never called proof: only a message that arrived is. What
 * was not asked, or not answered, is said to be unknown.
 *
 * Not looked at: whether the server takes a bare LF for the end of a line (SMTP smuggling). It
 * cannot be tried without sending a second message through it that nobody asked for.
 */

#include "audit/finding.h"
#include "audit/relay_answer.h"
#include "audit/relay_form.h"
#include "mail/smtp_peer.h"

#define RELAY_SLOW_MS 8000   /* a reply that takes longer was held back */
#define RELAY_EXPIRY_DAYS 21 /* a certificate with less left should have been renewed */
#define RELAY_PTR_MAX 8
#define RELAY_LATER_MAX 3 /* so many "later" in a row, and no more is asked */

enum relay_role {
    RELAY_ROLE_MX,         /* 25: mail from other servers */
    RELAY_ROLE_SUBMISSION, /* 587 */
    RELAY_ROLE_SUBMISSIONS /* 465: TLS from the start */
};

/* Why the probing ended before its last form. */
enum relay_stop {
    RELAY_STOP_NONE,
    RELAY_STOP_ASKED,  /* 421, or a banner of 4xx or 5xx */
    RELAY_STOP_LATER,  /* RELAY_LATER_MAX times 4xx */
    RELAY_STOP_BROKEN, /* closed, too slow, or not SMTP */
};

struct relay_probe {
    const struct relay_form *form;
    struct str sender, recipient;
    struct smtp_reply mail, rcpt, data; /* code 0: not asked */
    enum relay_answer answer;
};

/* One way of a name: what the DNS says of the names of a server. */
enum relay_name_state {
    RELAY_NAME_UNASKED,
    RELAY_NAME_FINE, /* leads to the address */
    RELAY_NAME_NONE, /* does not exist */
    RELAY_NAME_ELSEWHERE,
    RELAY_NAME_UNKNOWN, /* the DNS did not answer */
};

struct relay_facts {
    struct str subject;               /* "mx.example.net:25" */
    struct str host, address, client; /* as named; numeric; from where it was seen */
    uint16_t port;
    enum relay_role role;
    bool is_own_machine; /* the server runs where weir runs */

    struct str fault; /* why there was no dialogue at all; empty: there was one */
    struct smtp_reply banner;
    struct smtp_features clear, secured; /* before and after TLS */
    struct smtp_reply tls_reply;         /* to STARTTLS; code 0: not asked */
    struct str tls_fault;                /* empty: none */
    const struct smtp_peer *peer;        /* NULL: no TLS came about */

    struct relay_probe probes[RELAY_FORMS_MAX];
    uint32_t probe_count;
    uint32_t form_total; /* that were to be tried */
    enum relay_stop stop;
    struct str stop_seen; /* the reply or fault */
    uint32_t slowest_ms;

    struct str deliver_to, nonce; /* empty: no proof was wanted */
    struct str delivered_in;      /* where was looked for it; empty: nowhere */
    uint32_t waited_s;
    bool is_deliver_to_local; /* the server is the one that takes mail for deliver_to */

    struct smtp_reply vrfy_postmaster, vrfy_made_up, expn_postmaster, expn_made_up;

    struct str pointers[RELAY_PTR_MAX]; /* names of the address */
    uint32_t pointer_count;
    enum relay_name_state pointer_state, banner_state;
};

/* Adds the findings of every check. */
void relay_judge(const struct relay_facts *facts, int64_t now_s, struct audit *audit);

#endif
