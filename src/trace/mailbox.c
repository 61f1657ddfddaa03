#include "trace/suspect.h"

#include "base/civil.h"
#include "trace/known.h"

/*
 * Who of a mailbox's clients is the intruder? A client that used the mailbox
 * outside the outbreak is its owner's, unless it guessed the password first.
 * All others that send during the outbreak are the intruder's. A mailbox that
 * is used through a webmail shows one client only; then all mails of the
 * outbreak are taken.
 */

struct user {
    uint32_t client;
    uint32_t inside, outside; /* mails in the outbreak, before and after it */
    uint32_t tried, unknown, spam;
    uint32_t failures; /* guesses at this mailbox */
    bool is_intruder;
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

static bool
is_intruder(const struct user *user)
{
    bool is_bad = user->tried >= 3 && (user->unknown * 5 >= user->tried || user->spam > 0);

    if (user->inside == 0)
        return false;
    if (user->outside == 0)
        return true;
    if (user->failures >= 1 || is_bad)
        return user->inside > user->outside * 2;
    return false;
}

bool
mailbox_narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct group *group = suspect->group;
    struct ledger *ledger = inquiry->ledger;
    struct user *users = arena_array(inquiry->arena, USERS_MAX, sizeof(*users));
    uint32_t count = 0, kept = 0, intruders = 0;
    uint32_t first = suspect->burst.first, last = suspect->burst.last;

    if (!users)
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);
        struct user *user = find_user(users, &count, mail->client, ledger, suspect->group_index);

        if (user)
            count_user(user, mail, i >= first && i <= last);
    }
    count_guesses(inquiry, suspect, users, &count);
    for (uint32_t i = 0; i < count; i++) {
        users[i].is_intruder =
            is_intruder(&users[i]) ||
            (users[i].inside && known_loopback(ledger_name(ledger, users[i].client)));
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
    for (uint32_t i = 0; i < suspect->count; i++) {
        const struct mail *mail = ledger_mail(ledger, suspect->mails[i]);
        struct user *user = find_user(users, &count, mail->client, ledger, suspect->group_index);

        if (!user || user->is_intruder)
            suspect->mails[kept++] = suspect->mails[i];
    }
    suspect->count = kept;
    return true;
}
