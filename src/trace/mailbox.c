#include "trace/suspect.h"

#include <math.h>

#include "base/civil.h"
#include "trace/known.h"

/*
 * Who of a mailbox's clients is the intruder? A client that used the mailbox
 * outside the outbreak is its owner's, unless it guessed the password first. Of
 * the others those are the intruder's that send like him: to addresses that do
 * not exist, in turn with many other clients. A mailbox that is used through a
 * webmail shows one client only; then all mails of the outbreak are taken.
 */

/* Log-odds that a client is the intruder's. */
#define ODDS_NEW 1.5      /* it sends during the outbreak and at no other time */
#define ODDS_KNOWN -3.0   /* it sent at other times as well */
#define ODDS_GUESSED 2.5  /* it guessed the password */
#define ODDS_SPAM 2.0     /* a mail of it was refused as spam */
#define ODDS_ALWAYS 3.0   /* its recipients alone give it away, outbreak or not */
#define OWNER_CLIENTS 3.0 /* that an owner uses: desk, phone, home */
#define OWNER_UNKNOWN 0.01
#define INTRUDER_UNKNOWN_MIN 0.04 /* less than that, and recipients tell nothing */

struct user {
    uint32_t client;
    uint32_t inside, outside; /* mails in the outbreak, before and after it */
    uint32_t tried, unknown, spam;
    uint32_t failures; /* guesses at this mailbox */
    bool is_intruder;
    bool is_always; /* it is, whenever it sends */
};

#define USERS_MAX 20000U

static struct user *
find_user(struct user *users, uint32_t *count, uint32_t client, struct ledger *ledger,
          uint32_t group_index)
{
    uint32_t index = ledger_pair(ledger, 'm', group_index, client);

    if (index)
        return &users[index - 1];
    if (*count == USERS_MAX)
        return NULL;
    users[*count] = (struct user){.client = client};
    ++*count;
    ledger_set_pair(ledger, 'm', group_index, client, *count);
    return &users[*count - 1];
}

static void
count_user(struct user *user, const struct mail *mail, bool is_inside)
{
    if (is_inside)
        user->inside++;
    else
        user->outside++;
    if (mail->flags & MAIL_OUTGOING) {
        user->tried += (uint32_t)mail->sent + mail->bounced + mail->deferred;
        user->unknown += mail->unknown;
        user->spam += (mail->flags & MAIL_SPAM_REJECTED) != 0;
    }
}

/* The local part: Dovecot may log the bare user where SASL logged the address. */
static bool
same_user(struct str a, struct str b)
{
    if (str_eq_nocase(a, b))
        return true;
    if (str_index(a, '@') < a.len && str_index(b, '@') < b.len)
        return false;
    return str_eq_nocase(str_first(a, str_index(a, '@')), str_first(b, str_index(b, '@')));
}

static void
count_guesses(const struct inquiry *inquiry, struct suspect *suspect, struct user *users,
              uint32_t *count)
{
    struct ledger *ledger = inquiry->ledger;
    uint32_t identity = suspect->group->identity;
    struct str name = ledger_name(ledger, ledger_identity(ledger, identity)->name);

    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);
        struct user *user;

        if (login->is_success || !same_user(ledger_name(ledger, login->user), name))
            continue;
        suspect->guesses += login->attempts;
        user = find_user(users, count, login->client, ledger, suspect->group_index);
        if (user)
            user->failures += login->attempts;
    }
}

/* What the clients of the outbreak have in common. */
struct crowd {
    uint32_t clients;
    double unknown; /* the share of recipients that do not exist */
    bool is_all;    /* the outbreak is all that the logs hold of the mailbox */
};

static struct crowd
look_at_crowd(const struct user *users, uint32_t count)
{
    struct crowd crowd = {.is_all = true};
    double tried = 0, unknown = 0;

    for (uint32_t i = 0; i < count; i++) {
        crowd.is_all = crowd.is_all && users[i].outside == 0;
        crowd.clients += users[i].inside > 0;
        /* The share is that of the intruder's clients: those that show one at all. */
        if (users[i].unknown) {
            tried += users[i].tried;
            unknown += users[i].unknown;
        }
    }
    crowd.unknown = tried > 0 ? fmin(unknown / tried, 0.5) : 0;
    return crowd;
}

/* What the recipients of a client's mails say of it. */
static double
recipient_odds(const struct user *user, const struct crowd *crowd)
{
    if (crowd->unknown < INTRUDER_UNKNOWN_MIN)
        return 0;
    return user->unknown * log(crowd->unknown / OWNER_UNKNOWN) +
           ((double)user->tried - user->unknown) * log((1 - crowd->unknown) / (1 - OWNER_UNKNOWN));
}

static void
judge_user(struct user *user, const struct crowd *crowd)
{
    double recipients = recipient_odds(user, crowd);
    double odds = crowd->is_all ? 0 : user->outside ? ODDS_KNOWN : ODDS_NEW;

    odds += user->failures ? ODDS_GUESSED : 0;
    odds += user->spam ? ODDS_SPAM : 0;
    odds += log(fmax(crowd->clients / OWNER_CLIENTS, 1)) + recipients;
    user->is_always = odds > 0 && recipients > ODDS_ALWAYS;
    user->is_intruder =
        user->is_always || (odds > 0 && user->inside > 0 && user->inside > user->outside * 2);
}

bool
mailbox_narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct group *group = suspect->group;
    struct ledger *ledger = inquiry->ledger;
    struct user *users = arena_array(inquiry->arena, USERS_MAX, sizeof(*users));
    uint32_t count = 0, kept = 0, intruders = 0;
    struct crowd crowd;

    if (!users)
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);
        struct user *user = find_user(users, &count, mail->client, ledger, suspect->group_index);

        if (user)
            count_user(user, mail, suspect->is_inside[i]);
    }
    count_guesses(inquiry, suspect, users, &count);
    crowd = look_at_crowd(users, count);
    for (uint32_t i = 0; i < count; i++) {
        judge_user(&users[i], &crowd);
        /* The one client of a webmail is everybody's: only the time tells. */
        if (known_loopback(ledger_name(ledger, users[i].client))) {
            users[i].is_intruder = users[i].inside > 0;
            users[i].is_always = false;
        }
        intruders += users[i].is_intruder;
    }
    suspect->clients = arena_array(inquiry->arena, count + 1, sizeof(uint32_t));
    if (!suspect->clients)
        return false;
    /* An intruder on a client of the owner's: then the outbreak is all there is to go by. */
    for (uint32_t i = 0; intruders == 0 && i < count; i++)
        users[i].is_intruder = users[i].inside > 0;
    for (uint32_t i = 0; i < count; i++) {
        if (users[i].is_intruder)
            suspect->clients[suspect->client_count++] = users[i].client;
    }
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);
        const struct user *user =
            find_user(users, &count, mail->client, ledger, suspect->group_index);

        if (suspect->is_inside[i] ? !user || user->is_intruder : user && user->is_always)
            suspect->mails[kept++] = group->mails[i];
    }
    suspect->count = kept;
    return true;
}
