#ifndef MAIL_EVIDENCE_H
#define MAIL_EVIDENCE_H

/*
 * evidence - what the headers of one mail say about where it came from.
 *
 * Anybody can write a header. What a host on the way wrote can be told from
 * what was in the mail before: it stands above, newest first. `hops` are the
 * Received lines from the top, each with a verdict and the reason for it.
 *
 * Pure. All memory comes from the arena; slices point into the message or the
 * arena.
 */

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define MAIL_HOPS_MAX 64
#define MAIL_CLAIMS_MAX 32

enum hop_trust {
    HOP_OWN,       /* written by the host in question: the topmost hop that names it */
    HOP_ABOVE,     /* later than ours: written by those who received it from us */
    HOP_FORGEABLE, /* below ours: could have been in the mail when it arrived */
};

struct hop {
    enum hop_trust trust;
    struct str by, from_helo, from_host, from_address;
    struct str protocol; /* ESMTPA, local, ... */
    struct str queue_id;
    struct str login;     /* "(Authenticated sender: x)" and Exim esmtpa's A= form */
    struct str user;      /* local account: Exim "from USER by host with local" */
    struct str recipient; /* "for <bob@example.net>": written where there was one alone */
    int64_t uid;          /* Postfix "from userid N", qmail "invoked by uid N"; -1: not stated */
    int64_t time_s;       /* UTC; 0: not readable */
    struct str says;      /* why it is trusted or not, a clause */
};

/* One header that claims an origin: X-PHP-Originating-Script and its kin. */
struct mail_claim {
    const char *header;
    struct str script, directory, user, login, client, url, process, queue_id;
    int64_t uid;       /* -1: not stated */
    bool is_eval;      /* the script's call stood in evaluated code */
    bool is_trusted;   /* stands above the host's own Received line or is written by the MTA */
    bool is_contested; /* two headers of this name disagree: one is forged */
    bool is_dismissed; /* not even a lead: contested, or it came in from the network */
    struct str says;   /* why it is trusted or not, a clause */
};

struct mail_evidence {
    struct hop *hops;
    uint32_t hop_count;
    struct mail_claim *claims;
    uint32_t claim_count;
    int32_t own_hop;              /* index of the HOP_OWN hop, -1: none */
    struct str host;              /* by= of the own hop */
    struct str queue_id;          /* of the own hop */
    struct str message_id;        /* without <> */
    bool is_id_confirmed;         /* the Message-ID, "E<exim-id>@host", holds the queue id */
    struct str from, to, subject; /* decoded (RFC 2047), for people */
    struct str recipient; /* one of those it was for: by a report, a Received line, or To: */
    struct str return_path;
    int64_t date_s;              /* of the own hop, else Date:; 0: unknown */
    bool is_complaint;           /* came wrapped in an ARF report (RFC 5965) */
    bool is_bounce;              /* came quoted in a DSN (RFC 3464) or a bounce of another form */
    struct str complaint_source; /* ARF Source-IP */
    struct str bounced_recipient;
};

struct mail_options {
    struct str host; /* --host: the host in question; empty: found by rule (see evidence.c) */
};

/*
 * Reads one message (headers, maybe a body), unwrapping an ARF report or a
 * bounce down to the mail that it is about. False: not a mail message at all, or
 * beyond the limits; `err` says which.
 */
bool mail_evidence_read(struct str message, struct mail_options options, struct arena *arena,
                        struct mail_evidence *ret_evidence, struct err *err)
    __attribute__((warn_unused_result));

/*
 * Whether `text` looks like a mail message (headers first), or an mbox.
 * For telling mails from logs by content.
 */
bool mail_is_message(struct str text);
bool mail_is_mbox(struct str text);

/*
 * Cuts the next message out of an mbox (RFC 4155, mboxrd and mboxo quoting
 * left as it is). False at the end.
 */
bool mail_mbox_next(struct str *mbox, struct str *ret_message);

#endif
