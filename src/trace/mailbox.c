#include "trace/suspect.h"

#include <stdlib.h>

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
#define LOCAL_PART_BYTES_MAX 64 /* RFC 5321, 4.5.3.1.1 */

struct users {
    struct user *list;
    uint32_t count, room;
};

static struct user *
find_user(struct users *users, uint32_t client, struct ledger *ledger, uint32_t group_index)
{
    uint32_t index = ledger_pair(ledger, 'm', group_index, client);

    if (index)
        return &users->list[index - 1];
    if (users->count == users->room)
        return NULL;
    users->list[users->count++] = (struct user){.client = client};
    ledger_set_pair(ledger, 'm', group_index, client, users->count);
    return &users->list[users->count - 1];
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

/* What same_user compares, as a number: names that are the same user's have the same one. */
static uint64_t
user_hash(struct str name)
{
    char text[LOCAL_PART_BYTES_MAX];
    struct str local = str_first(str_first(name, str_index(name, '@')), sizeof(text));

    for (size_t i = 0; i < local.len; i++)
        text[i] = local.data[i] >= 'A' && local.data[i] <= 'Z' ? (char)(local.data[i] | 32)
                                                               : local.data[i];
    return str_hash((struct str){text, local.len});
}

static int
by_user(const void *a, const void *b)
{
    const struct guess *x = a, *y = b;

    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    return (x->login > y->login) - (x->login < y->login);
}

bool
mailbox_index_guesses(struct inquiry *inquiry)
{
    const struct ledger *ledger = inquiry->ledger;
    uint32_t count = 0;

    for (uint32_t i = 0; i < ledger->logins.count; i++)
        count += !ledger_login(ledger, i)->is_success;
    inquiry->guesses = arena_array(inquiry->arena, count + 1, sizeof(*inquiry->guesses));
    if (!inquiry->guesses)
        return false;
    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (!login->is_success)
            inquiry->guesses[inquiry->guess_count++] =
                (struct guess){user_hash(ledger_name(ledger, login->user)), i};
    }
    qsort(inquiry->guesses, count, sizeof(*inquiry->guesses), by_user);
    return true;
}

/* Where the guesses at this user begin. */
static uint32_t
first_guess(const struct inquiry *inquiry, uint64_t user)
{
    uint32_t low = 0, high = inquiry->guess_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (inquiry->guesses[middle].user < user)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
count_guesses(const struct inquiry *inquiry, struct suspect *suspect, struct users *users)
{
    struct ledger *ledger = inquiry->ledger;
    uint32_t identity = suspect->group->identity;
    struct str name = ledger_name(ledger, ledger_identity(ledger, identity)->name);
    uint64_t hash = user_hash(name);

    for (uint32_t i = first_guess(inquiry, hash);
         i < inquiry->guess_count && inquiry->guesses[i].user == hash; i++) {
        const struct login *login = ledger_login(ledger, inquiry->guesses[i].login);
        struct user *user;

        if (!same_user(ledger_name(ledger, login->user), name))
            continue;
        suspect->guesses += login->attempts;
        user = find_user(users, login->client, ledger, suspect->group_index);
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

/* Room for every client of the mailbox, those that only guessed included. */
static bool
make_room(const struct inquiry *inquiry, const struct group *group, struct users *ret_users)
{
    struct str name =
        ledger_name(inquiry->ledger, ledger_identity(inquiry->ledger, group->identity)->name);
    uint64_t hash = user_hash(name), most = group->count;

    for (uint32_t i = first_guess(inquiry, hash);
         i < inquiry->guess_count && inquiry->guesses[i].user == hash; i++)
        most++;
    *ret_users = (struct users){.room = most < USERS_MAX ? (uint32_t)most : USERS_MAX};
    ret_users->list = arena_array(inquiry->arena, ret_users->room + 1, sizeof(*ret_users->list));
    return ret_users->list != NULL;
}

/* Decides who is an intruder; they are the suspect's clients. False at the arena's limit. */
static bool
choose_intruders(const struct inquiry *inquiry, struct users *users, struct suspect *suspect)
{
    const struct ledger *ledger = inquiry->ledger;
    uint32_t intruders = 0;

    for (uint32_t i = 0; i < users->count; i++) {
        struct user *user = &users->list[i];

        user->is_intruder = is_intruder(user) ||
                            (user->inside && known_loopback(ledger_name(ledger, user->client)));
        intruders += user->is_intruder;
    }
    suspect->clients = arena_array(inquiry->arena, users->count + 1, sizeof(uint32_t));
    if (!suspect->clients)
        return false;
    /* An intruder on a client of the owner's: then the outbreak is all there is to go by. */
    for (uint32_t i = 0; intruders == 0 && i < users->count; i++)
        users->list[i].is_intruder = users->list[i].inside > 0;
    for (uint32_t i = 0; i < users->count; i++) {
        if (users->list[i].is_intruder)
            suspect->clients[suspect->client_count++] = users->list[i].client;
    }
    return true;
}

bool
mailbox_narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    const struct group *group = suspect->group;
    struct ledger *ledger = inquiry->ledger;
    struct users users;
    uint32_t kept = 0, first = suspect->burst.first, last = suspect->burst.last;

    if (!make_room(inquiry, group, &users))
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);
        struct user *user = find_user(&users, mail->client, ledger, suspect->group_index);

        if (user)
            count_user(user, mail, i >= first && i <= last);
    }
    count_guesses(inquiry, suspect, &users);
    if (!choose_intruders(inquiry, &users, suspect))
        return false;
    for (uint32_t i = 0; i < suspect->count; i++) {
        const struct mail *mail = ledger_mail(ledger, suspect->mails[i]);
        struct user *user = find_user(&users, mail->client, ledger, suspect->group_index);

        if (!user || user->is_intruder)
            suspect->mails[kept++] = suspect->mails[i];
    }
    suspect->count = kept;
    return true;
}
