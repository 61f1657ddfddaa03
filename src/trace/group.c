#include "trace/group.h"

#include <stdlib.h>

#include "trace/known.h"

#define INFER_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define ORDER_BYTES_MAX ((size_t)LEDGER_MAILS_MAX * 2 * sizeof(struct keyed))
#define MAILS_TO_INFER_MIN 3
#define FOLDERS_MAX 64
#define FOLDER_SHARE 0.9

struct builder {
    struct ledger *ledger;
    const struct webindex *index;
    struct group_options options;
    struct groups groups;
    struct group *slots; /* growing */
    uint32_t capacity;
    struct arena *arena;
};

static uint32_t
find_group(struct builder *builder, struct group key)
{
    uint32_t a = key.kind == GROUP_SCRIPT ? key.script : key.identity, found;
    uint32_t b = key.address ? (uint32_t)key.address : key.endpoint;
    char kind = (char)('A' + (int)key.kind);

    found = ledger_pair(builder->ledger, kind, a, b);
    if (found)
        return found - 1;
    if (builder->groups.count == builder->capacity) {
        uint32_t capacity = builder->capacity ? builder->capacity * 2 : 256;
        struct group *grown = arena_array(builder->arena, capacity, sizeof(*grown));

        if (!grown)
            return UINT32_MAX;
        if (builder->groups.count)
            memcpy(grown, builder->slots, builder->groups.count * sizeof(*grown));
        builder->slots = grown;
        builder->capacity = capacity;
    }
    builder->slots[builder->groups.count++] = key;
    ledger_set_pair(builder->ledger, kind, a, b, builder->groups.count);
    return builder->groups.count - 1;
}

static bool
may_relay(const struct builder *builder, struct str client)
{
    struct cidr address;

    if (known_private_address(client) || known_loopback(client))
        return true;
    if (!cidr_parse(client, &address))
        return false;
    for (uint32_t i = 0; i < builder->options.relay_client_count; i++) {
        if (cidr_contains(&builder->options.relay_clients[i], &address))
            return true;
    }
    return false;
}

static struct group
client_key(const struct builder *builder, const struct mail *mail)
{
    struct group key = {.kind = GROUP_NONE, .endpoint = INFER_NONE};

    if (mail->flags & MAIL_NULL_SENDER) {
        if (mail->recipient && !(mail->flags & MAIL_OUTGOING)) {
            key.kind = GROUP_BACKSCATTER;
            key.address = mail->recipient;
        }
        return key;
    }
    if ((mail->flags & MAIL_OUTGOING) && !(mail->flags & (MAIL_ALIASED | MAIL_LOCAL)) &&
        !ledger_is_local_domain(builder->ledger, mail->recipient_domain) &&
        !may_relay(builder, ledger_name(builder->ledger, mail->client)))
        key.kind = GROUP_RELAY;
    return key;
}

/* The group of a mail that a local program handed in. */
static struct group
local_key(const struct builder *builder, const struct mail *mail, struct infer_answer answer)
{
    struct str script = ledger_name(builder->ledger, mail->script);
    bool is_file = mail->script && !(mail->flags & MAIL_SCRIPT_IS_FOLDER);
    struct group key = {.identity = mail->identity, .endpoint = INFER_NONE};

    if (is_file && known_webmail(script)) {
        key.kind = GROUP_MAILBOX;
        key.address = mail->sender;
        key.script = mail->script;
    } else if (is_file && !ledger_is_library(builder->ledger, script)) {
        key.kind = GROUP_SCRIPT;
        key.script = mail->script;
        if (answer.endpoint != INFER_NONE &&
            ledger_endpoint(builder->ledger, answer.endpoint)->has_query)
            key.endpoint = answer.endpoint;
    } else if (answer.endpoint != INFER_NONE) {
        key.kind = GROUP_ENDPOINT;
        key.endpoint = answer.endpoint;
        key.script = mail->script;
    } else {
        key.kind = GROUP_PROCESS;
        key.script = mail->script;
    }
    return key;
}

static struct group
mail_key(const struct builder *builder, const struct mail *mail, struct infer_answer answer)
{
    struct group key = {.kind = GROUP_NONE, .endpoint = INFER_NONE};

    if (mail->flags & MAIL_FORWARD) {
        key.kind = GROUP_FORWARD;
        key.identity = mail->identity;
        return key;
    }
    switch (ledger_identity(builder->ledger, mail->identity)->kind) {
    case IDENTITY_LOGIN:
        key.kind = GROUP_MAILBOX;
        key.identity = mail->identity;
        return key;
    case IDENTITY_CLIENT:
        return client_key(builder, mail);
    case IDENTITY_USER:
    case IDENTITY_LOOPBACK:
        return local_key(builder, mail, answer);
    case IDENTITY_UNKNOWN:
    case IDENTITY_MTA:
        break;
    }
    return key;
}

struct keyed {
    int64_t time_us;
    uint32_t mail;
};

static int
by_time(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->time_us != y->time_us)
        return x->time_us < y->time_us ? -1 : 1;
    return (x->mail > y->mail) - (x->mail < y->mail);
}

static bool
is_local_identity(const struct ledger *ledger, uint32_t identity)
{
    enum identity_kind kind = ledger_identity(ledger, identity)->kind;

    return kind == IDENTITY_USER || kind == IDENTITY_LOOPBACK;
}

/*
 * The local mails of each identity, by time: those of identity i stand in
 * (*ret_mails)[first[i]] up to first[i + 1].
 */
static bool
sort_by_identity(struct builder *builder, const struct keyed *order, uint32_t count,
                 uint32_t **ret_first, uint32_t **ret_mails)
{
    const struct ledger *ledger = builder->ledger;
    uint32_t identities = ledger->identities.count;
    uint32_t *first = arena_array(builder->arena, identities + 2, sizeof(*first));
    uint32_t *mails = arena_array(builder->arena, count + 1, sizeof(*mails));

    if (!first || !mails)
        return false;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            const struct mail *mail = ledger_mail(ledger, order[i].mail);

            if ((mail->flags & (MAIL_DUPLICATE | MAIL_FORWARD)) ||
                !is_local_identity(ledger, mail->identity))
                continue;
            if (pass == 0)
                first[mail->identity + 2]++;
            else
                mails[first[mail->identity + 1]++] = order[i].mail;
        }
        for (uint32_t i = 0; pass == 0 && i < identities; i++)
            first[i + 2] += first[i + 1];
    }
    *ret_first = first;
    *ret_mails = mails;
    return true;
}

/* How the mails of one stated folder are explained. */
struct folder {
    uint32_t script, mails, unexplained;
};

static struct folder *
find_folder(struct folder *folders, uint32_t *count, uint32_t script)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (folders[i].script == script)
            return &folders[i];
    }
    if (*count == FOLDERS_MAX)
        return NULL;
    folders[*count] = (struct folder){.script = script};
    return &folders[(*count)++];
}

/*
 * Exim states the folder that a mail was sent from. Where no request explains
 * nearly all mails of a folder, the few that fell beside one are no exception.
 */
static void
settle_folders(struct builder *builder, const uint32_t *mails, uint32_t count)
{
    struct folder folders[FOLDERS_MAX];
    uint32_t folder_count = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < count; i++) {
            const struct mail *mail = ledger_mail(builder->ledger, mails[i]);
            struct infer_answer *answer = &builder->groups.answers[mails[i]];
            struct folder *folder = mail->flags & MAIL_SCRIPT_IS_FOLDER
                                        ? find_folder(folders, &folder_count, mail->script)
                                        : NULL;

            if (!folder)
                continue;
            if (pass == 0) {
                folder->mails++;
                folder->unexplained += answer->endpoint == INFER_NONE;
            } else if (folder->unexplained > folder->mails * FOLDER_SHARE &&
                       answer->endpoint != INFER_NONE) {
                *answer = (struct infer_answer){INFER_NONE, 1 - answer->probability,
                                                answer->endpoint, answer->probability};
            }
        }
    }
}

/* The mails of one identity, those of one stated script side by side; each part in order of time.
 */
static int
by_script(const void *a, const void *b, void *context)
{
    const struct ledger *ledger = context;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct mail *m = ledger_mail(ledger, x), *n = ledger_mail(ledger, y);

    if (m->script != n->script)
        return m->script < n->script ? -1 : 1;
    if (m->time_us != n->time_us)
        return m->time_us < n->time_us ? -1 : 1;
    return (x > y) - (x < y);
}

/*
 * Asks which endpoints explain the mails of one identity. Where the host states what some
 * of them come from, each stated script is asked for alone, and so is the rest.
 */
static bool
infer_identity(struct builder *builder, uint32_t identity, uint32_t *mails, uint32_t count,
               struct arena *scratch)
{
    struct infer infer;

    qsort_r(mails, count, sizeof(*mails), by_script, builder->ledger);
    for (uint32_t from = 0, until; from < count; from = until) {
        uint32_t script = ledger_mail(builder->ledger, mails[from])->script;

        until = from + 1;
        while (until < count && ledger_mail(builder->ledger, mails[until])->script == script)
            until++;
        if (until - from < MAILS_TO_INFER_MIN)
            continue;
        arena_reset(scratch);
        if (!infer_run(builder->ledger, builder->index, identity, mails + from, until - from,
                       scratch, &infer))
            return false;
        for (uint32_t i = from; i < until; i++)
            builder->groups.answers[mails[i]] = infer.answers[i - from];
    }
    settle_folders(builder, mails, count);
    return true;
}

static bool
infer_all(struct builder *builder, const struct keyed *order, uint32_t count)
{
    struct arena *scratch;
    uint32_t *first, *mails;
    bool is_done = true;

    if (builder->ledger->requests.count == 0)
        return true;
    if (!sort_by_identity(builder, order, count, &first, &mails))
        return false;
    scratch = arena_new(INFER_BYTES_MAX);
    for (uint32_t i = 1; is_done && i < builder->ledger->identities.count; i++)
        is_done = infer_identity(builder, i, mails + first[i], first[i + 1] - first[i], scratch);
    arena_free(scratch);
    return is_done;
}

static bool
assign(struct builder *builder, const struct keyed *order, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct mail *mail = ledger_mail(builder->ledger, order[i].mail);
        uint32_t group;

        if (mail->flags & MAIL_DUPLICATE)
            continue;
        group =
            find_group(builder, mail_key(builder, mail, builder->groups.answers[order[i].mail]));
        if (group == UINT32_MAX)
            return false;
        builder->groups.of_mail[order[i].mail] = group;
        builder->slots[group].count++;
    }
    return true;
}

static bool
fill(struct builder *builder, const struct keyed *order, uint32_t count)
{
    for (uint32_t g = 0; g < builder->groups.count; g++) {
        struct group *group = &builder->slots[g];

        group->mails = arena_array(builder->arena, group->count + 1, sizeof(uint32_t));
        if (!group->mails)
            return false;
        group->count = 0;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t g = builder->groups.of_mail[order[i].mail];

        if (g != UINT32_MAX)
            builder->slots[g].mails[builder->slots[g].count++] = order[i].mail;
    }
    return true;
}

/* All mails by time; logs are nearly in order already. */
static void
sort_mails(const struct ledger *ledger, struct keyed *order, uint32_t count)
{
    bool is_sorted = true;

    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct keyed){ledger_mail(ledger, i)->time_us, i};
        is_sorted = is_sorted && (i == 0 || order[i - 1].time_us <= order[i].time_us);
    }
    if (!is_sorted)
        qsort(order, count, sizeof(*order), by_time);
}

static bool
build(struct builder *builder, struct keyed *order)
{
    uint32_t count = builder->ledger->mails.count;

    builder->groups.of_mail = arena_array(builder->arena, count + 1, sizeof(uint32_t));
    builder->groups.answers = arena_array(builder->arena, count + 1, sizeof(struct infer_answer));
    if (!order || !builder->groups.of_mail || !builder->groups.answers)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        builder->groups.of_mail[i] = UINT32_MAX;
        builder->groups.answers[i] = (struct infer_answer){INFER_NONE, 0, INFER_NONE, 0};
    }
    sort_mails(builder->ledger, order, count);
    return infer_all(builder, order, count) && assign(builder, order, count) &&
           fill(builder, order, count);
}

bool
groups_build(struct ledger *ledger, const struct webindex *index, struct group_options options,
             struct arena *arena, struct groups *ret_groups)
{
    struct builder builder = {.ledger = ledger, .index = index, .options = options, .arena = arena};
    struct arena *scratch = arena_new(ORDER_BYTES_MAX);
    bool is_built = build(
        &builder, arena_array(scratch, (size_t)ledger->mails.count + 1, sizeof(struct keyed)));

    arena_free(scratch);
    if (!is_built)
        return false;
    builder.groups.list = builder.slots;
    *ret_groups = builder.groups;
    return true;
}
