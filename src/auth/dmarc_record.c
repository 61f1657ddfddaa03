#include "auth/dmarc_record.h"

#include "auth/dmarc_uri.h"
#include "auth/tags.h"
#include "base/buf.h"

#define QUOTE_MAX 80         /* bytes of the record within a remark */
#define RESEMBLING_BYTES 200 /* of a text: who means DMARC says so early */

static const char *const policy_names[] = {"none", "quarantine", "reject"};

const char *
dmarc_policy_name(enum dmarc_policy policy)
{
    return policy_names[policy];
}

/* ---- is it one? ---- */

bool
dmarc_record_is(struct str text)
{
    struct str value = str_cut(&text, ';'), name = str_cut(&value, '=');

    /* Blanks may surround the "="; what stands in front makes receivers discard the text. */
    if (!str_starts(name, STR("v")))
        return false;
    return str_eq(str_trim(name), STR("v")) && str_eq(str_trim(value), STR("DMARC1"));
}

bool
dmarc_record_resembles(struct str text)
{
    struct str front = str_first(text, RESEMBLING_BYTES);

    return str_find_nocase(front, STR("dmarc1")) < front.len && str_index(front, '=') < front.len &&
           !dmarc_record_is(text);
}

/* ---- reading ---- */

struct reader {
    struct tags tags;
    struct arena *arena;
    struct dmarc_record *record;
    bool has_bad_policy;
};

static void
remark(struct reader *reader, enum dmarc_weight weight, struct str text)
{
    struct dmarc_record *record = reader->record;

    if (record->remark_count < DMARC_REMARKS_MAX)
        record->remarks[record->remark_count++] = (struct dmarc_remark){weight, text};
}

#define REMARK(reader, weight, ...)                                                                \
    remark((reader), (weight), arena_printf((reader)->arena, __VA_ARGS__))

/* Finds a tag whose value must be one of `words`. False: there is none, or it is something else. */
static bool
read_word(struct reader *reader, const char *name, const char *const *words, uint32_t word_count,
          uint32_t *ret_index)
{
    struct str value;

    if (!tags_find(&reader->tags, str_from_cstr(name), &value))
        return false;
    for (uint32_t i = 0; i < word_count; i++) {
        if (str_eq_nocase(value, str_from_cstr(words[i]))) {
            *ret_index = i;
            return true;
        }
    }
    REMARK(reader, DMARC_FAULT, "%s=" STR_FMT " is none of %s, %s%s%s: it is ignored", name,
           STR_ARG(str_first(value, QUOTE_MAX)), words[0], words[1], word_count > 2 ? ", " : "",
           word_count > 2 ? words[2] : "");
    return false;
}

static bool
read_policy(struct reader *reader, const char *name, enum dmarc_policy *ret_policy)
{
    struct str value;
    uint32_t index;

    if (read_word(reader, name, policy_names, 3, &index)) {
        *ret_policy = (enum dmarc_policy)index;
        return true;
    }
    if (tags_find(&reader->tags, str_from_cstr(name), &value))
        reader->has_bad_policy = true;
    return false;
}

/* Of two words the second; false where there is neither. */
static bool
read_flag(struct reader *reader, const char *name, const char *no, const char *yes)
{
    const char *const words[] = {no, yes};
    uint32_t index;

    return read_word(reader, name, words, 2, &index) && index == 1;
}

static enum dmarc_psd
read_psd(struct reader *reader)
{
    static const char *const words[] = {"u", "n", "y"};
    uint32_t index;

    return read_word(reader, "psd", words, 3, &index) ? (enum dmarc_psd)index : DMARC_PSD_UNSAID;
}

static void
read_failure(struct reader *reader)
{
    static const char letters[] = "01ds"; /* in the order of the options' bits */
    struct str list, item;
    unsigned options = 0;

    reader->record->failure = DMARC_FAILURE_ALL;
    if (!tags_find(&reader->tags, STR("fo"), &list))
        return;
    while (tags_item(&list, ':', &item)) {
        const char *at = item.len == 1 ? strchr(letters, item.data[0] | 0x20) : NULL;

        if (at && *at)
            options |= 1u << (at - letters);
        else
            REMARK(reader, DMARC_FAULT, "fo: \"" STR_FMT "\" is none of 0, 1, d, s: it is ignored",
                   STR_ARG(str_first(item, QUOTE_MAX)));
    }
    if ((options & DMARC_FAILURE_ALL) && (options & DMARC_FAILURE_ANY)) {
        REMARK(reader, DMARC_NOTE, "fo has both 0 and 1, which exclude each other: 1 holds");
        options &= ~(unsigned)DMARC_FAILURE_ALL;
    }
    if (reader->record->ruf_count == 0)
        REMARK(reader, DMARC_NOTE, "fo has no effect without ruf");
    if (options)
        reader->record->failure = options;
}

static uint32_t
read_uris(struct reader *reader, const char *name, struct dmarc_uri *uris)
{
    struct str list, item;
    uint32_t count = 0;

    if (!tags_find(&reader->tags, str_from_cstr(name), &list))
        return 0;
    while (tags_item(&list, ',', &item)) {
        bool has_size = false;
        const char *fault;

        if (count == DMARC_URIS_MAX) {
            REMARK(reader, DMARC_FAULT, "%s names more than %d addresses: the rest is not read",
                   name, DMARC_URIS_MAX);
            break;
        }
        fault = dmarc_uri_read(item, reader->arena, &uris[count], &has_size);
        if (fault) {
            REMARK(reader, DMARC_FAULT, "%s: \"" STR_FMT "\" %s: nothing is sent there", name,
                   STR_ARG(str_first(item, QUOTE_MAX)), fault);
            continue;
        }
        if (has_size)
            REMARK(reader, DMARC_NOTE, "%s: the size behind \"!\" is obsolete and ignored", name);
        if (uris[count].mailbox.len == 0)
            REMARK(reader, DMARC_NOTE, "%s: " STR_FMT " is no mailto: most reporters ignore it",
                   name, STR_ARG(str_first(uris[count].text, QUOTE_MAX)));
        count++;
    }
    return count;
}

static const struct {
    const char *name, *advice;
} gone_tags[] = {
    {"pct", "receivers of RFC 9989 apply the policy to all mail; t=y is what asks for testing"},
    {"rf", "there is one format of failure reports"},
    {"ri", "aggregate reports come once a day"},
};

static const char *const known_tags[] = {"v",   "p",   "sp",    "np",   "psd", "t",
                                         "rua", "ruf", "adkim", "aspf", "fo"};

static bool
is_known(struct str name)
{
    for (size_t i = 0; i < sizeof(known_tags) / sizeof(known_tags[0]); i++) {
        if (str_eq(name, str_from_cstr(known_tags[i])))
            return true;
    }
    return false;
}

static const char *
gone_advice(struct str name)
{
    for (size_t i = 0; i < sizeof(gone_tags) / sizeof(gone_tags[0]); i++) {
        if (str_eq(name, str_from_cstr(gone_tags[i].name)))
            return gone_tags[i].advice;
    }
    return NULL;
}

static void
remark_on_tags(struct reader *reader)
{
    const struct tags *tags = &reader->tags;

    if (tags->fault != TAGS_FINE)
        REMARK(reader, DMARC_FAULT, "\"" STR_FMT "\": %s",
               STR_ARG(str_first(tags->fault_at, QUOTE_MAX)), tags_fault_text(tags->fault));
    for (uint32_t i = 0; i < tags->count; i++) {
        struct str name = tags->list[i].name;
        const char *advice = gone_advice(name);

        if (advice)
            REMARK(reader, DMARC_NOTE, STR_FMT "=" STR_FMT " is removed in RFC 9989: %s",
                   STR_ARG(name), STR_ARG(str_first(tags->list[i].value, QUOTE_MAX)), advice);
        else if (!is_known(name))
            REMARK(reader, DMARC_NOTE, "the tag \"" STR_FMT "\" is unknown and ignored",
                   STR_ARG(str_first(name, QUOTE_MAX)));
        if (i != 1 && str_eq(name, STR("p")))
            REMARK(reader, DMARC_NOTE,
                   "p does not follow v at once: readers of RFC 7489 may refuse the record");
    }
}

/* RFC 9989 section 4.10.1: what is not valid makes all of it p=none, or nothing. */
static void
settle_policy(struct reader *reader)
{
    struct dmarc_record *record = reader->record;

    if (record->has_p && !reader->has_bad_policy) {
        record->sp = record->has_sp ? record->sp : record->p;
        record->np = record->has_np ? record->np : record->sp;
        return;
    }
    record->p = record->sp = record->np = DMARC_POLICY_NONE;
    record->is_forced = record->rua_count > 0;
    record->is_void = record->rua_count == 0;
    REMARK(reader, DMARC_FAULT, "%s: %s",
           record->has_p ? "sp or np is not valid" : "there is no valid p",
           record->is_forced ? "receivers act as if it were p=none"
                             : "without rua receivers ignore the record");
}

bool
dmarc_record_read(struct str text, struct arena *arena, struct dmarc_record *ret_record)
{
    struct dmarc_record record = {0};
    struct reader reader = {.arena = arena, .record = &record};

    if (!dmarc_record_is(text))
        return false;
    (void)tags_read(text, &reader.tags);
    remark_on_tags(&reader);
    record.has_p = read_policy(&reader, "p", &record.p);
    record.has_sp = read_policy(&reader, "sp", &record.sp);
    record.has_np = read_policy(&reader, "np", &record.np);
    record.psd = read_psd(&reader);
    record.is_test = read_flag(&reader, "t", "n", "y");
    record.is_dkim_strict = read_flag(&reader, "adkim", "r", "s");
    record.is_spf_strict = read_flag(&reader, "aspf", "r", "s");
    record.rua_count = read_uris(&reader, "rua", record.rua);
    record.ruf_count = read_uris(&reader, "ruf", record.ruf);
    read_failure(&reader);
    settle_policy(&reader);
    *ret_record = record;
    return true;
}

/* ---- writing ---- */

/* The most that is written: all URIs of a record whose text is DNS_TEXT_MAX long, and the words. */
#define WRITE_MAX ((size_t)66 * 1024)

static void
write_uris(struct buf *buf, const char *name, const struct dmarc_uri *uris, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        buf_printf(buf, "%s%s", i ? "," : "; ", i ? "" : name);
        buf_add(buf, uris[i].text);
    }
}

static void
write_failure(struct buf *buf, unsigned options)
{
    static const char letters[] = "01ds";
    bool is_first = true;

    if (options == DMARC_FAILURE_ALL)
        return;
    for (unsigned i = 0; i < 4; i++) {
        if (options & 1u << i) {
            buf_printf(buf, "%s%c", is_first ? "; fo=" : ":", letters[i]);
            is_first = false;
        }
    }
}

struct str
dmarc_record_write(const struct dmarc_record *record, struct arena *arena)
{
    struct buf buf;
    struct str text;

    buf_init(&buf, WRITE_MAX);
    buf_printf(&buf, "v=DMARC1; p=%s", policy_names[record->p]);
    if (record->sp != record->p)
        buf_printf(&buf, "; sp=%s", policy_names[record->sp]);
    if (record->np != record->sp)
        buf_printf(&buf, "; np=%s", policy_names[record->np]);
    if (record->psd != DMARC_PSD_UNSAID)
        buf_printf(&buf, "; psd=%s", record->psd == DMARC_PSD_YES ? "y" : "n");
    buf_add_cstr(&buf, record->is_test ? "; t=y" : "");
    buf_add_cstr(&buf, record->is_dkim_strict ? "; adkim=s" : "");
    buf_add_cstr(&buf, record->is_spf_strict ? "; aspf=s" : "");
    write_uris(&buf, "rua=", record->rua, record->rua_count);
    write_uris(&buf, "ruf=", record->ruf, record->ruf_count);
    if (record->ruf_count)
        write_failure(&buf, record->failure);
    text = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return text;
}
