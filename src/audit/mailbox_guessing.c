#include "audit/mailbox_guessing.h"

#include <stdlib.h>

#define TRIES_FIRST 16U   /* of a mailbox in the first round; twice as many in each that follows */
#define TRIES_MAX 2048U   /* in one round */
#define COSTLY_NS 200000U /* from here on the clock is asked before every guess */
#define TRIES_BETWEEN_ASKING 256U
#define POOLS 128U

struct unit {
    uint64_t cost_ns;
    uint32_t mailbox;
};

struct mailbox_guessing {
    struct mailbox_store *store;
    int year;
    uint32_t common_count;
    struct unit *units;
    uint32_t unit_count;
    uint32_t *slots; /* of those without salt: mailbox + 1, by fingerprint */
    size_t slot_count;
    uint32_t pools[POOLS]; /* one mailbox of each scheme without salt, + 1 */
};

/* --- setting up --- */

/* Those of one scheme without salt, name or rounds have all of a guess in common. */
static bool
is_pooled(const struct password_scheme *scheme, uint32_t *ret_pool)
{
    bool is_plain_digest = scheme->method == PASSWORD_PLAIN ||
                           scheme->method == PASSWORD_CONTEXTS || scheme->method == PASSWORD_NTLM ||
                           scheme->method == PASSWORD_LANMAN || scheme->method == PASSWORD_MYSQL ||
                           scheme->method == PASSWORD_MYSQL_OLD ||
                           (scheme->method == PASSWORD_DIGEST && scheme->salt_len == 0);

    *ret_pool = ((uint32_t)scheme->method * 8 + (uint32_t)scheme->digest) % POOLS;
    return is_plain_digest;
}

static void
add_to_pool(struct mailbox_guessing *guessing, uint32_t index, uint32_t pool)
{
    size_t mask = guessing->slot_count - 1;
    size_t at = guessing->store->mailboxes[index].fingerprint & mask;

    while (guessing->slots[at])
        at = (at + 1) & mask;
    guessing->slots[at] = index + 1;
    guessing->pools[pool] = index + 1;
}

static int
by_cost(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;

    if (x->cost_ns != y->cost_ns)
        return x->cost_ns < y->cost_ns ? -1 : 1;
    return (x->mailbox > y->mailbox) - (x->mailbox < y->mailbox);
}

struct mailbox_guessing *
mailbox_guessing_new(struct mailbox_store *store, int year)
{
    struct mailbox_guessing *guessing = calloc(1, sizeof(*guessing));

    if (!guessing)
        abort();
    guessing->store = store;
    guessing->year = year;
    guessing->common_count = password_guess_common_count();
    guessing->slot_count = 16;
    while (guessing->slot_count < 2 * (size_t)store->count)
        guessing->slot_count *= 2;
    guessing->slots = calloc(guessing->slot_count, sizeof(*guessing->slots));
    guessing->units = calloc((size_t)store->count + 1, sizeof(*guessing->units));
    if (!guessing->slots || !guessing->units)
        abort();
    for (uint32_t i = 0; i < store->count; i++) {
        struct mailbox *mailbox = &store->mailboxes[i];
        struct password_scheme scheme = mailbox_store_scheme(store, mailbox);
        uint32_t pool;

        if (scheme.state != PASSWORD_SET || scheme.method == PASSWORD_UNCHECKED ||
            mailbox->is_inactive || mailbox->needs_no_password)
            continue;
        if (is_pooled(&scheme, &pool)) {
            mailbox->common_tries = guessing->common_count;
            if (mailbox->twin == i)
                add_to_pool(guessing, i, pool);
        } else if (mailbox->twin != i) {
            mailbox->common_tries = guessing->common_count; /* its twin tries those */
        }
        guessing->units[guessing->unit_count++] = (struct unit){password_check_cost_ns(&scheme), i};
    }
    qsort(guessing->units, guessing->unit_count, sizeof(*guessing->units), by_cost);
    return guessing;
}

void
mailbox_guessing_free(struct mailbox_guessing *guessing)
{
    if (!guessing)
        return;
    free(guessing->slots);
    free(guessing->units);
    free(guessing);
}

/* --- what anybody may have, where there is no salt --- */

static void
found(struct mailbox *mailbox, struct str guess, enum password_source source)
{
    mailbox->is_guessed = true;
    mailbox->guessed_from = source;
    mailbox->fingerprint = str_hash(guess);
}

/* The fingerprint of those without salt is the hash of what must come out. */
static void
look_up(struct mailbox_guessing *guessing, struct str outcome, struct str guess, uint32_t number,
        struct password_workspace *spare)
{
    uint64_t hash = str_hash(outcome);
    size_t mask = guessing->slot_count - 1;

    for (size_t at = hash & mask; guessing->slots[at]; at = (at + 1) & mask) {
        struct mailbox *mailbox = &guessing->store->mailboxes[guessing->slots[at] - 1];
        struct password_scheme scheme;

        /* One that was found has another fingerprint since, and its slot stays where it was. */
        if (mailbox->is_guessed || mailbox->fingerprint != hash)
            continue;
        scheme = mailbox_store_scheme(guessing->store, mailbox);
        if (!password_check(&scheme, mailbox->name, guess, spare))
            continue;
        mailbox->common_tries = number + 1;
        found(mailbox, guess, PASSWORD_FROM_COMMON);
    }
}

void
mailbox_guessing_common(struct mailbox_guessing *guessing, struct password_workspace *work,
                        mailbox_guessing_is_over *is_over, void *context)
{
    struct password_workspace *spare = calloc(1, sizeof(*spare));
    char guess[PASSWORD_GUESS_MAX];

    if (!spare)
        abort();
    for (uint32_t pool = 0; pool < POOLS; pool++) {
        struct password_scheme scheme;

        if (!guessing->pools[pool])
            continue;
        scheme = mailbox_store_scheme(guessing->store,
                                      &guessing->store->mailboxes[guessing->pools[pool] - 1]);
        for (uint32_t i = 0; i < guessing->common_count; i++) {
            size_t len = password_guess_common(i, guessing->year, guess);
            struct str text = {guess, len};

            if (i % TRIES_BETWEEN_ASKING == 0 && is_over(context))
                break;
            if (len)
                look_up(guessing, password_check_compute(&scheme, STR_EMPTY, text, work), text, i,
                        spare);
        }
    }
    explicit_bzero(guess, sizeof(guess));
    password_check_wipe(spare);
    free(spare);
}

/* --- rounds --- */

uint32_t
mailbox_guessing_units(const struct mailbox_guessing *guessing)
{
    return guessing->unit_count;
}

struct trial {
    struct mailbox_guessing *guessing;
    struct mailbox *mailbox;
    struct password_scheme scheme;
    struct password_bases bases;
    struct password_workspace *work;
    mailbox_guessing_is_over *is_over;
    void *context;
    uint32_t between_asking, asked;
    char guess[PASSWORD_GUESS_MAX];
};

static bool
is_time_up(struct trial *trial)
{
    return trial->asked++ % trial->between_asking == 0 && trial->is_over(trial->context);
}

static bool
try_guess(struct trial *trial, size_t len, enum password_source source)
{
    struct str guess = {trial->guess, len};

    if (len == 0 || !password_check(&trial->scheme, trial->mailbox->name, guess, trial->work))
        return false;
    found(trial->mailbox, guess, source);
    return true;
}

/* The next `tries` of the guesses that come from the mailbox; true: enough. */
static bool
try_own(struct trial *trial, uint32_t tries)
{
    struct mailbox *mailbox = trial->mailbox;
    uint32_t count = password_guess_own_count(&trial->bases);

    for (uint32_t i = 0; i < tries && mailbox->own_tries < count; i++) {
        enum password_source source = PASSWORD_FROM_NAME;
        size_t len;

        if (is_time_up(trial))
            return true;
        len = password_guess_own(&trial->bases, mailbox->own_tries++, trial->guessing->year,
                                 trial->guess, &source);
        if (try_guess(trial, len, source))
            return true;
    }
    return false;
}

static bool
try_common(struct trial *trial, uint32_t tries)
{
    struct mailbox *mailbox = trial->mailbox;
    uint32_t count = trial->guessing->common_count;

    for (uint32_t i = 0; i < tries && mailbox->common_tries < count; i++) {
        size_t len;

        if (is_time_up(trial))
            return true;
        len = password_guess_common(mailbox->common_tries++, trial->guessing->year, trial->guess);
        if (try_guess(trial, len, PASSWORD_FROM_COMMON))
            return true;
    }
    return false;
}

bool
mailbox_guessing_unit(struct mailbox_guessing *guessing, uint32_t unit, uint32_t round,
                      struct password_workspace *work, mailbox_guessing_is_over *is_over,
                      void *context)
{
    const struct unit *which = &guessing->units[unit];
    struct mailbox *mailbox = &guessing->store->mailboxes[which->mailbox];
    struct trial trial = {.guessing = guessing, .mailbox = mailbox, .work = work};
    uint32_t tries = round < 8 ? TRIES_FIRST << round : TRIES_MAX;
    bool is_done;

    if (mailbox->is_guessed)
        return false;
    trial.bases = password_guess_bases(mailbox->name, mailbox->person);
    if (mailbox->own_tries >= password_guess_own_count(&trial.bases) &&
        mailbox->common_tries >= guessing->common_count)
        return false;
    trial.scheme = mailbox_store_scheme(guessing->store, mailbox);
    trial.is_over = is_over;
    trial.context = context;
    trial.between_asking = which->cost_ns > COSTLY_NS ? 1 : TRIES_BETWEEN_ASKING;
    is_done = try_own(&trial, tries) || try_common(&trial, tries);
    explicit_bzero(trial.guess, sizeof(trial.guess));
    return !is_done;
}

void
mailbox_guessing_finish(struct mailbox_guessing *guessing)
{
    struct mailbox_store *store = guessing->store;

    for (uint32_t i = 0; i < store->count; i++) {
        struct mailbox *mailbox = &store->mailboxes[i], *first = &store->mailboxes[mailbox->twin];

        if (mailbox->is_guessed && !first->is_guessed && first != mailbox) {
            /* Twins of one salt: what is the password of one is that of the other. */
            first->is_guessed = true;
            first->guessed_from = mailbox->guessed_from;
            first->own_tries = mailbox->own_tries;
            first->common_tries = mailbox->common_tries;
            first->fingerprint = mailbox->fingerprint;
        }
    }
    for (uint32_t i = 0; i < store->count; i++) {
        struct mailbox *mailbox = &store->mailboxes[i];
        const struct mailbox *first = &store->mailboxes[mailbox->twin];

        if (first == mailbox || mailbox->is_guessed || !first->is_guessed)
            continue;
        mailbox->is_guessed = true;
        mailbox->guessed_from = first->guessed_from;
        mailbox->own_tries = first->own_tries;
        mailbox->common_tries = first->common_tries;
        mailbox->fingerprint = first->fingerprint;
    }
}
