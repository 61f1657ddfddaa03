#include "report/dmarc_reports_words.h"

#include "mail/address.h"
#include "report/escape.h"
#include "report/figure.h"

static void
add_part(struct buf *buf, const char *words, struct str text)
{
    if (text.len)
        buf_printf(buf, "%s" STR_FMT, words, STR_ARG(text));
}

void
dmarc_words_complaint(struct buf *buf, const struct complaint *complaint)
{
    if (complaint->arrival_s) {
        dmarc_words_day(buf, complaint->arrival_s);
        buf_add_cstr(buf, "  ");
    }
    if (complaint_is_failure(complaint))
        add_part(buf, "failed ",
                 complaint->auth_failure.len ? complaint->auth_failure : STR("authentication"));
    else
        buf_add(buf, complaint->kind);
    add_part(buf, ", from ", complaint->source_ip);
    add_part(buf, ", sent as ", complaint->from.len ? complaint->from : complaint->mail_from);
    add_part(buf, " to ", complaint->recipient);
    if (complaint->count > 1) {
        buf_add_cstr(buf, ", ");
        figure_count(buf, complaint->count);
        buf_add_cstr(buf, " times");
    }
}

/* The value that is told apart by; empty: it is not known. */
static struct str
group_of(const struct complaint *complaint, enum dmarc_group group)
{
    struct str list;

    switch (group) {
    case DMARC_BY_SOURCE:
        return complaint->source_ip;
    case DMARC_BY_SENDER:
        list = complaint->from;
        return list.len ? address_first(list) : complaint->mail_from;
    case DMARC_BY_LIST:
        return complaint->unsubscribe;
    }
    return STR_EMPTY;
}

/* How many complaints have the same value as this one; 0 where an earlier one has it. */
static uint64_t
count_group(const struct feedback_result *result, uint32_t at, enum dmarc_group group)
{
    struct str value = group_of(&result->complaints[at].about, group);
    uint64_t count = 0;

    for (uint32_t i = 0; value.len && i < result->complaint_shown; i++) {
        if (!str_eq(group_of(&result->complaints[i].about, group), value))
            continue;
        if (i < at)
            return 0;
        count += result->complaints[i].about.count;
    }
    return count;
}

/* Adds the largest group smaller than the last one added, or equal and behind it. */
static bool
add_next_group(struct buf *buf, const struct feedback_result *result, enum dmarc_group group,
               uint64_t *last, uint32_t *last_at)
{
    uint64_t most = 0;
    uint32_t at = 0;

    for (uint32_t i = 0; i < result->complaint_shown; i++) {
        uint64_t count = count_group(result, i, group);
        bool is_next = count < *last || (count == *last && i > *last_at);

        if (is_next && count > most) {
            most = count;
            at = i;
        }
    }
    if (most < 2)
        return false;
    if (buf->len)
        buf_add_cstr(buf, ", ");
    buf_add(buf, group_of(&result->complaints[at].about, group));
    buf_add_cstr(buf, " (");
    figure_count(buf, most);
    buf_add_char(buf, ')');
    *last = most;
    *last_at = at;
    return true;
}

void
dmarc_words_groups(struct buf *buf, const struct feedback_result *result, enum dmarc_group group)
{
    uint64_t last = UINT64_MAX;
    uint32_t last_at = 0;

    for (int i = 0; i < DMARC_GROUPS_SHOWN; i++) {
        if (!add_next_group(buf, result, group, &last, &last_at))
            break;
    }
}

const char *
dmarc_words_group(enum dmarc_group group)
{
    static const char *const words[] = {
        [DMARC_BY_SOURCE] = "By source: ",
        [DMARC_BY_SENDER] = "By sender: ",
        [DMARC_BY_LIST] = "By list: ",
    };

    return words[group];
}

void
dmarc_words_command(struct buf *buf, const struct complaint *complaint)
{
    size_t start = buf->len;

    buf_add_cstr(buf, "weir trace ");
    if (complaint->path.len == 0 || str_eq(complaint->path, STR("-")) ||
        !escape_shell(buf, complaint->path))
        buf->len = start;
}
