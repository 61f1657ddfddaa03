#include "report/dmarc_reports_words.h"

#include "base/civil.h"
#include "report/figure.h"

static void
add_addresses(struct buf *buf, const struct dmarc_sender *sender)
{
    uint64_t more = sender->address_count > 1 ? sender->address_count - 1 : 0;

    buf_add(buf, sender->address_kept && sender->addresses[0].len ? sender->addresses[0]
                                                                  : STR("no address"));
    if (more) {
        buf_add_cstr(buf, " and ");
        figure_count(buf, more);
        buf_add_cstr(buf, " more");
    }
}

static bool
has_name(const struct dmarc_sender *sender)
{
    return sender->faults[FAULT_SPF_OTHER] > 0 && sender->spf_domain.len > 0;
}

void
dmarc_words_sender(struct buf *buf, const struct dmarc_sender *sender)
{
    if (sender->is_rest) {
        figure_counted(buf, sender->address_count, "other address", "other addresses");
        return;
    }
    if (sender->service) {
        buf_add_cstr(buf, sender->service->name);
        buf_add_cstr(buf, ", ");
    } else if (sender->verdict == SENDER_FORWARDER && sender->spf_domain.len) {
        buf_add(buf, sender->spf_domain);
        buf_add_cstr(buf, ", ");
    } else if (sender->verdict == SENDER_STRANGER && has_name(sender)) {
        buf_add(buf, sender->spf_domain);
        buf_add_cstr(buf, ", ");
    }
    add_addresses(buf, sender);
}

static void
add_clause(struct buf *buf, size_t start, const char *words)
{
    if (buf->len > start)
        buf_add_cstr(buf, "; ");
    buf_add_cstr(buf, words);
}

static void
add_count_of(struct buf *buf, uint64_t part, uint64_t whole)
{
    if (part >= whole)
        return;
    buf_add_cstr(buf, " (");
    figure_count(buf, part);
    buf_add_cstr(buf, ")");
}

static void
add_key(struct buf *buf, const struct dmarc_sender *sender)
{
    buf_add(buf, sender->dkim_domain);
    if (sender->dkim_selector.len) {
        buf_add_char(buf, '/');
        buf_add(buf, sender->dkim_selector);
    }
}

static void
add_passes(struct buf *buf, const struct dmarc_sender *sender)
{
    if (sender->dkim_passed && sender->dkim_domain.len) {
        buf_add_cstr(buf, "DKIM ");
        add_key(buf, sender);
        add_count_of(buf, sender->dkim_passed, sender->messages);
        buf_add_cstr(buf, sender->spf_passed ? " and " : " passes");
    }
    if (sender->spf_passed) {
        buf_add_cstr(buf, "SPF");
        add_count_of(buf, sender->spf_passed, sender->messages);
        buf_add_cstr(buf,
                     sender->dkim_passed && sender->dkim_domain.len ? " pass" : " passes, no DKIM");
    } else if (sender->dkim_passed) {
        buf_add_cstr(buf, ", SPF does not");
    }
}

static void
add_faults(struct buf *buf, const struct dmarc_sender *sender, size_t start)
{
    static const char *const words[FAULT_COUNT] = {
        [FAULT_NO_SIGNATURE] = "no signature",  [FAULT_BROKEN_SIGNATURE] = "signature broken",
        [FAULT_OTHER_SIGNATURE] = "signed as ", [FAULT_SPF_FAIL] = "SPF fails",
        [FAULT_SPF_OTHER] = "SPF passes for ",
    };
    uint64_t failing = move_failing(sender);

    for (int i = 0; i < FAULT_COUNT; i++) {
        if (sender->faults[i] == 0)
            continue;
        add_clause(buf, start, words[i]);
        if (i == FAULT_OTHER_SIGNATURE)
            buf_add(buf, sender->dkim_domain.len ? sender->dkim_domain : STR("another domain"));
        else if (i == FAULT_SPF_OTHER)
            buf_add(buf, sender->spf_domain.len ? sender->spf_domain : STR("another domain"));
        add_count_of(buf, sender->faults[i], failing);
    }
}

void
dmarc_words_facts(struct buf *buf, const struct dmarc_sender *sender)
{
    size_t start = buf->len;

    if (sender->verdict == SENDER_RIGHT ||
        (sender->verdict == SENDER_FORWARDER && move_failing(sender) == 0)) {
        add_passes(buf, sender);
        return;
    }
    if (sender->passed) {
        figure_count(buf, move_failing(sender));
        buf_add_cstr(buf, " of ");
        figure_count(buf, sender->messages);
        buf_add_cstr(buf, " fail: ");
        start = buf->len;
    }
    add_faults(buf, sender, start);
}

/* --- the question --- */

static void
say_not_yet(struct buf *buf, const struct move *move)
{
    buf_add_cstr(buf, "Not yet: ");
    figure_counted(buf, move->lost, "message", "messages");
    buf_add_cstr(buf, " of yours would be lost, from ");
    for (uint32_t i = 0; i < move->blocker_count && i < 3; i++) {
        if (i)
            buf_add_cstr(buf, i + 1 == move->blocker_count ? " and " : ", ");
        dmarc_words_sender(buf, move->blockers[i]);
    }
    if (move->blocker_count > 3)
        buf_printf(buf, " and %u senders more", move->blocker_count - 3);
    buf_add_char(buf, '.');
}

static void
say_ask(struct buf *buf, const struct move *move)
{
    buf_add_cstr(buf, "Yes, unless ");
    for (uint32_t i = 0; i < move->blocker_count && i < 3; i++) {
        if (i)
            buf_add_cstr(buf, i + 1 == move->blocker_count ? " or " : ", ");
        buf_add_cstr(buf, move->blockers[i]->service ? move->blockers[i]->service->name
                                                     : "another service");
    }
    buf_add_cstr(buf, move->blocker_count > 1 ? " send for you: " : " sends for you: ");
    figure_counted(buf, move->lost, "message", "messages");
    buf_add_cstr(buf, " from there would be lost. Your own mail is right.");
}

static void
say_too_little(struct buf *buf, const struct feedback_domain *domain)
{
    uint64_t own = domain->sums.by_verdict[SENDER_RIGHT] + domain->sums.by_verdict[SENDER_PARTLY];

    buf_add_cstr(buf, "Too little is known: ");
    figure_counted(buf, own, "message", "messages");
    buf_printf(buf, " of yours in %lld %s. ", (long long)domain->move.days,
               domain->move.days == 1 ? "day" : "days");
    if (own == 0)
        buf_add_cstr(buf,
                     "Nothing of it passes SPF or DKIM for the domain: if it sends at all, say "
                     "from where with --own. ");
    buf_printf(buf, "Collect at least %d days and %u messages of yours.", MOVE_DAYS_MIN,
               MOVE_MESSAGES_MIN);
}

static void
say_done(struct buf *buf, const struct feedback_domain *domain)
{
    const struct move *move = &domain->move;

    if (move->answer == MOVE_DONE_LOSES) {
        buf_add_cstr(buf, "It is at p=reject, and loses mail of yours: ");
        figure_counted(buf, move->lost, "message", "messages");
        buf_add_cstr(buf, " from ");
        dmarc_words_sender(buf, move->blockers[0]);
        if (move->blocker_count > 1)
            buf_add_cstr(buf, " and others");
        buf_add_cstr(buf, " failed.");
        return;
    }
    buf_add_cstr(buf, "It is there already, and your own mail passes.");
    if (move->blocker_count) {
        buf_add_cstr(buf, " Do you use ");
        buf_add_cstr(buf, move->blockers[0]->service ? move->blockers[0]->service->name
                                                     : "another service");
        buf_add_cstr(buf, "? Its ");
        figure_counted(buf, move->lost, "message fails.", "messages fail.");
    }
}

void
dmarc_words_move(struct buf *buf, const struct feedback_domain *domain)
{
    const struct move *move = &domain->move;

    switch (move->answer) {
    case MOVE_DONE:
    case MOVE_DONE_LOSES:
        say_done(buf, domain);
        break;
    case MOVE_YES:
        buf_add_cstr(buf, "Yes: all that is yours passes.");
        break;
    case MOVE_NOT_YET:
        say_not_yet(buf, move);
        break;
    case MOVE_ASK:
        say_ask(buf, move);
        break;
    case MOVE_TOO_LITTLE:
        say_too_little(buf, domain);
        break;
    }
    if (move->tolerated) {
        buf_add_char(buf, ' ');
        figure_counted(buf, move->tolerated, "message", "messages");
        buf_add_cstr(buf, " of yours failed, too few to hold you up.");
    }
    if (move->forwarded && move->answer != MOVE_TOO_LITTLE) {
        buf_add_char(buf, ' ');
        figure_counted(buf, move->forwarded, "message", "messages");
        buf_add_cstr(buf, " that forwarders and lists changed fail as well.");
    }
}

void
dmarc_words_after(struct buf *buf, const struct feedback_domain *domain)
{
    const struct move *move = &domain->move;

    if (move->record.len == 0)
        return;
    if (str_has(move->record, STR("; t=y")))
        buf_add_cstr(buf,
                     "t=y asks receivers to go one step less far while you watch; those who do "
                     "not know it yet put into the junk folder what fails. After two quiet "
                     "weeks leave it out, then publish p=reject.");
    else if (str_has(move->record, STR("p=quarantine")))
        buf_add_cstr(buf, "After two quiet weeks publish p=reject.");
    else
        buf_add_cstr(buf, "That is the last step: keep reading the reports.");
    buf_add_cstr(buf, move->has_recipient
                          ? " rua= is where most of these reports were mailed to: see that it is "
                            "yours."
                          : " Keep the rua= that you have.");
}

/* --- figures and names --- */

void
dmarc_words_share(struct buf *buf, uint64_t part, uint64_t whole)
{
    double share = whole ? 100.0 * (double)part / (double)whole : 0;

    if (whole == 0)
        buf_add_char(buf, '-');
    else if (part == whole || part == 0)
        buf_add_cstr(buf, part ? "100 %" : "0 %");
    else /* never 100 where something is missing */
        buf_printf(buf, "%.1f %%", share > 99.9 ? 99.9 : share);
}

void
dmarc_words_day(struct buf *buf, int64_t utc_s)
{
    struct civil c = civil_from_seconds(utc_s);

    buf_printf(buf, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void
dmarc_words_period(struct buf *buf, const char *before, int64_t first_s, int64_t last_s)
{
    if (first_s == 0 || last_s < first_s)
        return;
    buf_add_cstr(buf, before);
    dmarc_words_day(buf, first_s);
    if (last_s - first_s < DAY_S)
        return;
    buf_add_cstr(buf, " to ");
    dmarc_words_day(buf, last_s);
}

const char *
dmarc_words_heading(enum sender_verdict verdict)
{
    static const char *const words[] = {
        [SENDER_RIGHT] = "Yours, and right",
        [SENDER_PARTLY] = "Yours, but some mails fail",
        [SENDER_UNALIGNED] = "Sends under its own name: yours, if you use it",
        [SENDER_FORWARDER] = "Forwards your mail",
        [SENDER_STRANGER] = "Strangers",
    };

    return words[verdict];
}

const char *
dmarc_words_meaning(enum sender_verdict verdict)
{
    static const char *const words[] = {
        [SENDER_RIGHT] = "",
        [SENDER_PARTLY] = "With p=reject these mails are lost.",
        [SENDER_UNALIGNED] = "With p=reject these mails are lost.",
        [SENDER_FORWARDER] = "SPF cannot survive forwarding, DKIM can.",
        [SENDER_STRANGER] = "Nothing of them is yours; p=reject is what stops them.",
    };

    return words[verdict];
}

void
dmarc_words_policy(struct buf *buf, const struct move_policy *policy)
{
    if (policy->p.len == 0) {
        buf_add_cstr(buf, "no policy in the reports");
        return;
    }
    buf_printf(buf, "p=" STR_FMT, STR_ARG(policy->p));
    if (policy->sp.len && !str_eq(policy->sp, policy->p))
        buf_printf(buf, "; sp=" STR_FMT, STR_ARG(policy->sp));
    if (str_eq(policy->testing, STR("y")))
        buf_add_cstr(buf, "; t=y");
}
