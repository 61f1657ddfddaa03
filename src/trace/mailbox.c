#include "trace/suspect.h"

#include <math.h>
#include <stdlib.h>

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
    uint32_t told[3];     /* guesses at this mailbox, as each kind of line counts them */
    uint32_t failures;    /* the largest of these */
    uint32_t first_guess; /* index of a login, where there are any */
    int64_t let_in_us;    /* first success; 0: never */
    bool is_intruder;
    bool is_always; /* it is, whenever it sends */
};

#define USERS_MAX 20000U
#define LOCAL_PART_BYTES_MAX 64 /* RFC 5321, 4.5.3.1.1 */

/* By client, in a table with linear probing that is never full. */
struct users {
    struct user *list;
    uint32_t count, most;
    uint32_t *slots; /* index in `list` and 1; 0: free */
    uint32_t slot_count;
};

/* NULL when there are too many. */
static struct user *
find_user(struct users *users, uint32_t client)
{
    uint32_t mask = users->slot_count - 1, at = client * 0x9E3779B1U & mask;

    for (; users->slots[at]; at = (at + 1) & mask) {
        if (users->list[users->slots[at] - 1].client == client)
            return &users->list[users->slots[at] - 1];
    }
    if (users->count == users->most)
        return NULL;
    users->list[users->count++] = (struct user){.client = client};
    users->slots[at] = users->count;
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
bool
mailbox_is_of(struct str login, struct str mailbox)
{
    if (str_eq_nocase(login, mailbox))
        return true;
    if (login.len == 0 ||
        (str_index(login, '@') < login.len && str_index(mailbox, '@') < mailbox.len))
        return false;
    return str_eq_nocase(str_first(login, str_index(login, '@')),
                         str_first(mailbox, str_index(mailbox, '@')));
}

static void
add_success(struct user *user, int64_t time_us)
{
    if (user->let_in_us == 0 || time_us < user->let_in_us)
        user->let_in_us = time_us;
}

/*
 * A failure is a guess where the client was not let in before. One guess may be told
 * thrice: by the server, by the password database, and in the sum when the session ends.
 */
static void
add_failure(struct ledger *ledger, struct user *user, uint32_t index)
{
    const struct login *login = ledger_login(ledger, index);
    bool is_by_auth = str_eq(ledger_name(ledger, login->service), STR("auth"));
    uint32_t *told = &user->told[login->is_summary ? 2 : is_by_auth ? 1 : 0];

    if (user->let_in_us && user->let_in_us < login->time_us)
        return;
    if (user->failures == 0 || login->time_us < ledger_login(ledger, user->first_guess)->time_us)
        user->first_guess = index;
    *told += login->attempts;
    if (*told > user->failures)
        user->failures = *told;
}

/* --- logins by who tried --- */

/* What mailbox_is_of compares, as a number: names that may be one user's have the same one. */
static uint64_t
name_key(struct str name)
{
    char text[LOCAL_PART_BYTES_MAX];
    struct str local = str_first(str_first(name, str_index(name, '@')), sizeof(text));

    str_fold(local, text);
    return str_hash((struct str){text, local.len});
}

/* Postfix logs failures without a name: they are found by client. */
static uint64_t
client_key(uint32_t client)
{
    return str_hash((struct str){(const char *)&client, sizeof(client)});
}

static int
by_key(const void *a, const void *b)
{
    const struct try *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->login > y->login) - (x->login < y->login);
}

bool
mailbox_index_logins(struct inquiry *inquiry)
{
    const struct ledger *ledger = inquiry->ledger;

    inquiry->tries =
        arena_array(inquiry->arena, (size_t)ledger->logins.count + 1, sizeof(*inquiry->tries));
    if (!inquiry->tries)
        return false;
    for (uint32_t i = 0; i < ledger->logins.count; i++) {
        const struct login *login = ledger_login(ledger, i);

        if (!login->is_upload)
            inquiry->tries[inquiry->try_count++] = (struct try){
                login->user ? name_key(ledger_name(ledger, login->user))
                            : client_key(login->client),
                i,
                login->user & TRY_USERS_MAX,
                login->is_success,
            };
    }
    qsort(inquiry->tries, inquiry->try_count, sizeof(*inquiry->tries), by_key);
    return true;
}

/* Where the logins with this key begin. */
static uint32_t
first_try(const struct inquiry *inquiry, uint64_t key)
{
    uint32_t low = 0, high = inquiry->try_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (inquiry->tries[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The logins under the mailbox's own name. */
static void
count_named(const struct inquiry *inquiry, const struct suspect *suspect, struct users *users,
            int64_t until_us, bool is_success)
{
    struct ledger *ledger = inquiry->ledger;
    struct str name = ledger_name(ledger, ledger_identity(ledger, suspect->group->identity)->name);
    uint64_t key = name_key(name);
    uint32_t last_user = 0;
    bool is_of = false;

    for (uint32_t i = first_try(inquiry, key);
         i < inquiry->try_count && inquiry->tries[i].key == key; i++) {
        const struct try *try = &inquiry->tries[i];
        uint32_t index = try->login;
        const struct login *login;
        struct user *user;

        if (try->is_success != is_success)
            continue;
        if (try->user != last_user) {
            last_user = try->user;
            is_of = mailbox_is_of(ledger_name(ledger, last_user), name);
        }
        login = ledger_login(ledger, index);
        if (!is_of || login->time_us > until_us)
            continue;
        user = find_user(users, login->client);
        if (user && is_success)
            add_success(user, login->time_us);
        else if (user)
            add_failure(ledger, user, index);
    }
}

/* Failures without a name are guesses at the mailbox where the client uses it later. */
static void
count_nameless(const struct inquiry *inquiry, struct users *users, int64_t until_us)
{
    struct ledger *ledger = inquiry->ledger;

    for (uint32_t u = 0; u < users->count; u++) {
        struct user *user = &users->list[u];
        uint64_t key = client_key(user->client);

        if (known_loopback(ledger_name(ledger, user->client)))
            continue;
        for (uint32_t i = first_try(inquiry, key);
             i < inquiry->try_count && inquiry->tries[i].key == key; i++) {
            uint32_t index = inquiry->tries[i].login;
            const struct login *login = ledger_login(ledger, index);

            if (!login->is_success && !login->user && login->client == user->client &&
                login->time_us <= until_us)
                add_failure(ledger, user, index);
        }
    }
}

/* The owner may mistype: the failures of clients that are the owner's do not count. */
static void
sum_guesses(struct ledger *ledger, struct suspect *suspect, const struct users *users)
{
    suspect->guesses = 0;
    for (uint32_t i = 0; i < users->count; i++) {
        const struct user *user = &users->list[i];

        if (user->failures == 0 || (user->outside && !user->is_intruder))
            continue;
        if (suspect->guesses == 0 || ledger_login(ledger, user->first_guess)->time_us <
                                         ledger_login(ledger, suspect->first_guess)->time_us)
            suspect->first_guess = user->first_guess;
        suspect->guesses += user->failures;
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

/* As many as can turn up, so that a mailbox of one client costs little. */
static bool
make_users(const struct inquiry *inquiry, const struct suspect *suspect, struct users *ret_users)
{
    const struct ledger *ledger = inquiry->ledger;
    uint64_t key =
        name_key(ledger_name(ledger, ledger_identity(ledger, suspect->group->identity)->name));
    uint64_t most = suspect->group->count;

    for (uint32_t i = first_try(inquiry, key);
         i < inquiry->try_count && inquiry->tries[i].key == key; i++)
        most++;
    ret_users->count = 0;
    ret_users->most = most < USERS_MAX ? (uint32_t)most : USERS_MAX;
    ret_users->slot_count = 16;
    while (ret_users->slot_count < ret_users->most * 2)
        ret_users->slot_count *= 2;
    ret_users->list = arena_array(inquiry->arena, ret_users->most + 1, sizeof(struct user));
    ret_users->slots = arena_array(inquiry->arena, ret_users->slot_count, sizeof(uint32_t));
    return ret_users->list && ret_users->slots;
}

static void
choose_intruders(struct ledger *ledger, struct users *users)
{
    struct crowd crowd = look_at_crowd(users->list, users->count);
    uint32_t intruders = 0;

    for (uint32_t i = 0; i < users->count; i++) {
        struct user *user = &users->list[i];

        judge_user(user, &crowd);
        /* The one client of a webmail is everybody's: only the time tells. */
        if (known_loopback(ledger_name(ledger, user->client))) {
            user->is_intruder = user->inside > 0;
            user->is_always = false;
        }
        intruders += user->is_intruder;
    }
    /* An intruder on a client of the owner's: then the outbreak is all there is to go by. */
    for (uint32_t i = 0; intruders == 0 && i < users->count; i++)
        users->list[i].is_intruder = users->list[i].inside > 0;
}

static void
keep_intruders_mails(struct ledger *ledger, struct suspect *suspect, struct users *users)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < suspect->group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, suspect->group->mails[i]);
        const struct user *user = find_user(users, mail->client);

        if (suspect->is_inside[i] ? !user || user->is_intruder : user && user->is_always)
            suspect->mails[kept++] = suspect->group->mails[i];
    }
    suspect->count = kept;
}

/* What each client of the mailbox did, and who of them is an intruder. */
static bool
examine_users(const struct inquiry *inquiry, struct suspect *suspect, struct users *ret_users)
{
    const struct group *group = suspect->group;
    struct ledger *ledger = inquiry->ledger;
    int64_t until_us = ledger_mail(ledger, suspect->mails[suspect->count - 1])->time_us;

    if (!make_users(inquiry, suspect, ret_users))
        return false;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct mail *mail = ledger_mail(ledger, group->mails[i]);
        struct user *user = find_user(ret_users, mail->client);

        if (user) {
            count_user(user, mail, suspect->is_inside[i]);
            add_success(user, mail->time_us);
        }
    }
    count_named(inquiry, suspect, ret_users, until_us, true);
    count_named(inquiry, suspect, ret_users, until_us, false);
    count_nameless(inquiry, ret_users, until_us);
    choose_intruders(ledger, ret_users);
    return true;
}

bool
mailbox_narrow(const struct inquiry *inquiry, struct suspect *suspect)
{
    struct ledger *ledger = inquiry->ledger;
    struct arena_mark mark;
    struct users users;

    if (suspect->count == 0)
        return true;
    /* No more than its mails come from; the users themselves are needed here only. */
    suspect->clients = arena_array(inquiry->arena, suspect->count + 1, sizeof(uint32_t));
    mark = arena_mark(inquiry->arena);
    if (!suspect->clients || !examine_users(inquiry, suspect, &users))
        return false;
    sum_guesses(ledger, suspect, &users);
    for (uint32_t i = 0; i < users.count && suspect->client_count < suspect->count; i++) {
        if (users.list[i].is_intruder)
            suspect->clients[suspect->client_count++] = users.list[i].client;
    }
    keep_intruders_mails(ledger, suspect, &users);
    arena_release(inquiry->arena, mark);
    return true;
}
