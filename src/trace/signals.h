#ifndef TRACE_SIGNALS_H
#define TRACE_SIGNALS_H

/*
 * signals - what speaks for or against an origin, added up.
 *
 * Each signal adds its weight, a log-odds, to the doubt that every origin
 * starts with. Signals of one family look at the same thing; an incident needs
 * two families. The names are stable: weir-trace(1) documents each.
 *
 * Pure.
 */

#include "base/arena.h"
#include "trace/result.h"

/* name, family, what it says */
#define SIGNALS(X)                                                                                 \
    X(BURST, "burst", VOLUME)                                                                      \
    X(UNKNOWN_RECIPIENTS, "unknown-recipients", RECIPIENTS)                                        \
    X(REJECTED_AS_SPAM, "rejected-as-spam", REPUTATION)                                            \
    X(COMPLAINT, "complaint", REPUTATION)                                                          \
    X(MANY_CLIENTS, "many-clients", CLIENTS)                                                       \
    X(NEW_CLIENT, "new-client", CLIENTS)                                                           \
    X(PASSWORD_GUESSING, "password-guessing", LOGIN)                                               \
    X(SENDER_ROTATION, "sender-rotation", SENDER)                                                  \
    X(FOREIGN_SENDER, "foreign-sender", SENDER)                                                    \
    X(SAME_SUBJECT, "same-subject", CONTENT)                                                       \
    X(UPLOAD_FOLDER, "upload-folder", PLACE)                                                       \
    X(HIDDEN_FILE, "hidden-file", PLACE)                                                           \
    X(EVALUATED_CODE, "evaluated-code", PLACE)                                                     \
    X(NEVER_BROWSED, "never-browsed", BROWSING)                                                    \
    X(NO_PAGE_VIEW, "no-page-view", BROWSING)                                                      \
    X(FEW_CLIENTS, "few-clients", CLIENTS)                                                         \
    X(REQUEST_RATE, "request-rate", REQUESTS)                                                      \
    X(ATTACK_REQUESTS, "attack-requests", REQUESTS)                                                \
    X(ONE_RECIPIENT, "one-recipient", RECIPIENTS)                                                  \
    X(REGISTRATION, "registration", PLACE)                                                         \
    X(RELAYED, "relayed", RELAY)                                                                   \
    X(NO_WEB_REQUEST, "no-web-request", BROWSING)                                                  \
    X(BOUNCES_WITHOUT_MAIL, "bounces-without-mail", RECIPIENTS)                                    \
    X(PAST_THE_SERVER, "past-the-server", RELAY)                                                   \
    X(MANY_SERVERS, "many-servers", RECIPIENTS)

enum signal_kind {
#define X(kind, name, family) SIGNAL_##kind,
    SIGNALS(X)
#undef X
    SIGNAL_COUNT
};

enum signal_family {
    FAMILY_VOLUME,
    FAMILY_RECIPIENTS,
    FAMILY_REPUTATION,
    FAMILY_CLIENTS,
    FAMILY_LOGIN,
    FAMILY_SENDER,
    FAMILY_CONTENT,
    FAMILY_PLACE,
    FAMILY_BROWSING,
    FAMILY_REQUESTS,
    FAMILY_RELAY,
};

#define SIGNALS_START -5.0 /* the log-odds before anything is known */

struct signals {
    double log_odds;
    uint32_t families; /* bits */
    struct signal list[SIGNAL_COUNT];
    uint32_t count;
};

void signals_init(struct signals *signals);

/* Adds a signal; a weight that is not positive adds nothing. */
void signals_add(struct signals *signals, enum signal_kind kind, double weight, double value,
                 struct str text);

/* How many families speak. */
uint32_t signals_families(const struct signals *signals);

/* The log-odds as a probability. */
double signals_probability(const struct signals *signals);

#endif
