#include "feedback/move.h"

#include "base/buf.h"
#include "feedback/row_facts.h"

#define RECORD_BYTES_MAX 2000
#define FIX_BYTES_MAX 4000
#define FEW 10U         /* failing mails that hold up nothing ... */
#define FEW_OF_ALL 200U /* ... and are less than one in so many */

const char *
move_answer_name(enum move_answer answer)
{
    static const char *const names[] = {
        [MOVE_DONE] = "done", [MOVE_DONE_LOSES] = "done-but-loses",
        [MOVE_YES] = "yes",   [MOVE_NOT_YET] = "not-yet",
        [MOVE_ASK] = "ask",   [MOVE_TOO_LITTLE] = "too-little-data",
    };

    return names[answer];
}

uint64_t
move_failing(const struct dmarc_sender *sender)
{
    return sender->messages - sender->passed;
}

static uint64_t
own_messages(const struct sender_domain *domain)
{
    return domain->by_verdict[SENDER_RIGHT] + domain->by_verdict[SENDER_PARTLY];
}

static bool
is_few(const struct sender_domain *domain, uint64_t failing)
{
    return failing < FEW && failing * FEW_OF_ALL < own_messages(domain);
}

static bool
is_certain(const struct dmarc_sender *sender)
{
    return sender->verdict == SENDER_PARTLY || sender->is_certain;
}

static void
add_blockers(const struct sender_domain *domain, struct move *move, bool wants_certain)
{
    for (uint32_t i = 0; i < domain->sender_count; i++) {
        const struct dmarc_sender *sender = &domain->senders[i];
        uint64_t failing = move_failing(sender);

        if ((sender->verdict != SENDER_PARTLY && sender->verdict != SENDER_UNALIGNED) ||
            is_certain(sender) != wants_certain || failing == 0)
            continue;
        if (is_few(domain, failing)) {
            move->tolerated += failing;
            continue;
        }
        move->lost += failing;
        if (move->blocker_count < MOVE_BLOCKERS_MAX)
            move->blockers[move->blocker_count++] = sender;
    }
}

static bool
is_rejecting(const struct move_policy *policy)
{
    return str_eq(policy->p, STR("reject")) && !str_eq(policy->testing, STR("y"));
}

static enum move_answer
answer_of(const struct sender_domain *domain, const struct move_policy *policy,
          const struct move *move, bool has_certain)
{
    if (is_rejecting(policy))
        return has_certain ? MOVE_DONE_LOSES : MOVE_DONE;
    if (has_certain)
        return MOVE_NOT_YET;
    if (move->days < MOVE_DAYS_MIN || own_messages(domain) < MOVE_MESSAGES_MIN)
        return MOVE_TOO_LITTLE;
    return move->blocker_count ? MOVE_ASK : MOVE_YES;
}

/* --- the record --- */

/* The next step from what is published, where the data allows it and where it does not. */
static const struct step {
    const char *p, *testing;
    const char *next_p, *next_testing;
} steps[] = {
    {"quarantine", "y", "quarantine", ""},
    {"quarantine", "", "reject", ""},
    {"reject", "y", "reject", ""},
    {"", "", "quarantine", "y"}, /* none, or nothing that is known */
};

static const struct step *
step_from(const struct move_policy *policy)
{
    const char *testing = str_eq(policy->testing, STR("y")) ? "y" : "";
    size_t count = sizeof(steps) / sizeof(steps[0]);

    for (size_t i = 0; i + 1 < count; i++) {
        if (str_eq(policy->p, str_from_cstr(steps[i].p)) && strcmp(testing, steps[i].testing) == 0)
            return &steps[i];
    }
    return &steps[count - 1];
}

/* A tag as published; `usual` is what it means when absent, and left out. */
static void
add_tag(struct buf *buf, const char *tag, struct str value, const char *usual)
{
    bool is_plain = value.len > 0 && value.len <= 20;

    for (size_t i = 0; i < value.len; i++)
        is_plain &= (value.data[i] >= 'a' && value.data[i] <= 'z') || value.data[i] == ':' ||
                    str_is_digit(value.data[i]);
    if (is_plain && !str_eq(value, str_from_cstr(usual)))
        buf_printf(buf, "; %s=" STR_FMT, tag, STR_ARG(value));
}

/* Whether an address can stand in a record as it is. */
static bool
is_plain_address(struct str address)
{
    if (address.len == 0 || address.len > 200 || str_index(address, '@') == address.len)
        return false;
    for (size_t i = 0; i < address.len; i++) {
        char c = address.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && !strchr("@.-_+", c))
            return false;
    }
    return true;
}

static void
write_record(const struct sender_domain *domain, const struct move_policy *policy,
             struct arena *arena, struct move *move)
{
    const struct step *step = step_from(policy);
    struct buf buf;

    move->has_recipient = is_plain_address(policy->recipient);
    buf_init(&buf, RECORD_BYTES_MAX);
    buf_printf(&buf, "v=DMARC1; p=%s", step->next_p);
    add_tag(&buf, "sp", policy->sp, step->next_p);
    add_tag(&buf, "np", policy->np, "");
    if (step->next_testing[0])
        buf_printf(&buf, "; t=%s", step->next_testing);
    add_tag(&buf, "adkim", policy->adkim, "r");
    add_tag(&buf, "aspf", policy->aspf, "r");
    add_tag(&buf, "fo", policy->fo, "0");
    if (move->has_recipient)
        buf_printf(&buf, "; rua=mailto:" STR_FMT, STR_ARG(policy->recipient));
    else
        buf_printf(&buf, "; rua=mailto:dmarc@" STR_FMT, STR_ARG(str_first(domain->name, 255)));
    move->record = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
}

struct move
move_of(const struct sender_domain *domain, const struct move_policy *policy, int64_t days,
        struct arena *arena)
{
    struct move move = {.record = STR_EMPTY, .days = days};
    bool has_certain;

    add_blockers(domain, &move, true);
    has_certain = move.blocker_count > 0;
    if (!has_certain)
        add_blockers(domain, &move, false);
    for (uint32_t i = 0; i < domain->sender_count; i++) {
        if (domain->senders[i].verdict == SENDER_FORWARDER)
            move.forwarded += move_failing(&domain->senders[i]);
    }
    move.answer = answer_of(domain, policy, &move, has_certain);
    if (move.answer == MOVE_YES)
        write_record(domain, policy, arena, &move);
    return move;
}

/* --- what to do about a sender --- */

static void
add_words(struct buf *buf, const char *words)
{
    if (buf->len)
        buf_add_char(buf, ' ');
    buf_add_cstr(buf, words);
}

static void
fix_own(const struct sender_domain *domain, const struct dmarc_sender *sender, struct buf *buf)
{
    uint64_t failing = move_failing(sender);

    if (sender->faults[FAULT_NO_SIGNATURE] * 2 >= failing && failing) {
        add_words(buf, "Sign everything that leaves it:");
        buf_printf(buf, " weir dkim keygen " STR_FMT " makes the key and says where it goes.",
                   STR_ARG(domain->name));
    }
    if (sender->faults[FAULT_BROKEN_SIGNATURE] * 2 >= failing && failing) {
        add_words(buf, "Its signature does not verify: see that the published key");
        buf_printf(buf,
                   " " STR_FMT "._domainkey." STR_FMT " is the one it signs with, and that "
                   "nothing changes mails after signing.",
                   STR_ARG(sender->dkim_selector), STR_ARG(sender->dkim_domain));
    }
    if (sender->faults[FAULT_OTHER_SIGNATURE] * 2 >= failing && failing) {
        add_words(buf, "It signs as");
        buf_printf(buf, " " STR_FMT ": let it sign as d=" STR_FMT " as well.",
                   STR_ARG(sender->dkim_domain), STR_ARG(domain->name));
    }
    if (sender->faults[FAULT_SPF_OTHER] * 2 >= failing && failing) {
        add_words(buf, "Its envelope sender is at");
        buf_printf(buf, " " STR_FMT ": use an address at " STR_FMT " there, or rely on DKIM.",
                   STR_ARG(sender->spf_domain), STR_ARG(domain->name));
    } else if (sender->faults[FAULT_SPF_FAIL] * 2 >= failing && failing && !sender->spf_passed &&
               sender->address_kept) {
        bool is_ipv6 = str_index(sender->addresses[0], ':') < sender->addresses[0].len;

        add_words(buf, "Add");
        buf_printf(buf, " %s:" STR_FMT " to the SPF record of " STR_FMT ".",
                   is_ipv6 ? "ip6" : "ip4", STR_ARG(sender->addresses[0]), STR_ARG(domain->name));
    }
}

static void
fix_right(const struct sender_domain *domain, const struct dmarc_sender *sender, struct buf *buf)
{
    if (sender->dkim_passed == 0 && sender->messages) {
        add_words(buf, "Only SPF vouches for it, and that ends where a mail is forwarded: sign, "
                       "too.");
        if (sender->service) {
            add_words(buf, sender->service->fix);
            return;
        }
        buf_printf(buf, " weir dkim keygen " STR_FMT " makes the key.", STR_ARG(domain->name));
    }
}

struct str
move_fix(const struct sender_domain *domain, const struct dmarc_sender *sender, struct arena *arena)
{
    struct str fix;
    struct buf buf;

    buf_init(&buf, FIX_BYTES_MAX);
    switch (sender->verdict) {
    case SENDER_RIGHT:
        fix_right(domain, sender, &buf);
        break;
    case SENDER_PARTLY:
        if (sender->service && move_failing(sender))
            add_words(&buf, sender->service->fix);
        else
            fix_own(domain, sender, &buf);
        break;
    case SENDER_UNALIGNED:
        if (!sender->is_certain)
            add_words(&buf, "If you use it:");
        add_words(&buf, sender->service ? sender->service->fix : "let it sign as this domain.");
        break;
    case SENDER_FORWARDER:
        if (move_failing(sender))
            add_words(&buf, "Nothing that you can set: it changes mails, which breaks their "
                            "signature. A list should rewrite From, or seal with ARC.");
        break;
    case SENDER_STRANGER:
    case SENDER_VERDICT_COUNT:
        break;
    }
    fix = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return fix;
}
