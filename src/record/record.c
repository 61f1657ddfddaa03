#include "record/record.h"

#include "record/access.h"
#include "record/access_json.h"
#include "record/dovecot.h"
#include "record/exim.h"
#include "record/journal.h"
#include "record/panel.h"
#include "record/php.h"
#include "record/proftpd.h"
#include "record/pureftpd.h"
#include "record/qmail.h"
#include "record/syslog.h"
#include "record/vsftpd.h"
#include "record/xferlog.h"

/* One row a frame. */
#define LINES(frame, kind, reader)                                                                 \
    {                                                                                              \
        .name = frame, .use = kind, .probe = reader##_probe, .read = reader##_read                 \
    }
#define DECODED_LINES(frame, kind, reader)                                                         \
    {                                                                                              \
        .name = frame, .use = kind, .probe = reader##_probe, .read = reader##_read,                \
        .decodes = true                                                                            \
    }
#define BLOCKS(frame, kind, reader)                                                                \
    {                                                                                              \
        .name = frame, .use = kind, .probe = reader##_probe, .read = reader##_read,                \
        .split = reader##_split                                                                    \
    }

/* Where two frames fit a log equally well, the one that stands first is taken. */
static const struct frame frames[] = {
    LINES("syslog", RECORD_MAIL, syslog),
    LINES("pure-ftpd", RECORD_LOGIN, pureftpd), /* before "combined", which they look like */
    LINES("proftpd", RECORD_LOGIN, proftpd),
    LINES("combined", RECORD_WEB, access),
    LINES("php", RECORD_PHP, php),
    LINES("exim", RECORD_MAIL, exim),
    LINES("qmail", RECORD_MAIL, qmail),
    LINES("dovecot", RECORD_MAIL, dovecot),
    DECODED_LINES("access-json", RECORD_WEB, access_json),
    DECODED_LINES("journal-json", RECORD_MAIL, journal_json),
    BLOCKS("journal-export", RECORD_MAIL, journal_export),
    LINES("xferlog", RECORD_LOGIN, xferlog),
    LINES("vsftpd", RECORD_LOGIN, vsftpd),
    LINES("panel", RECORD_LOGIN, panel),
};
#define FRAME_COUNT (sizeof(frames) / sizeof(frames[0]))

#define PROBES_MAX 50

/*
 * A log with copytruncate may begin with the hole that the writer's old offset
 * left: NULs. A byte order mark comes from editors.
 */
static struct str
skip_rubbish(struct str s)
{
    size_t at = 0;

    while (at < s.len && s.data[at] == '\0')
        at++;
    s = str_from(s, at);
    (void)str_skip(&s, STR("\xef\xbb\xbf"));
    return s;
}

static struct str
without_line_end(struct str record)
{
    while (record.len &&
           (record.data[record.len - 1] == '\n' || record.data[record.len - 1] == '\r'))
        record.len--;
    return record;
}

/* The first record of `text`: drops it. False when `text` holds no whole one. */
static bool
next_record(const struct frame *frame, struct str *text, struct str *ret_record)
{
    size_t len = 0;

    if (text->len == 0)
        return false;
    if (frame->split)
        len = frame->split(*text);
    else
        len = str_index(*text, '\n') + 1;
    if (len == 0)
        return false;
    *ret_record = str_first(*text, len);
    *text = str_from(*text, len);
    return true;
}

/*
 * How well a frame fits, in points of 100 a record that is surely its own. A
 * frame must know at least a quarter of the first records, so that one stray
 * line does not make a log of an error log; continuation lines of folded
 * records are few.
 */
static unsigned
score(const struct frame *frame, struct str head)
{
    unsigned points = 0, records = 0;
    struct str record;

    while (records < PROBES_MAX && next_record(frame, &head, &record)) {
        record = without_line_end(record);
        if (record.len == 0)
            continue;
        records++;
        points += (unsigned)frame->probe(record) * 50;
    }
    return records && points >= records * 25 ? points / records : 0;
}

#define HEAD_BYTES_MAX (64 * 1024)

const struct frame *
record_detect(struct str head)
{
    const struct frame *best = NULL;
    unsigned best_score = 0;

    head = skip_rubbish(str_first(head, HEAD_BYTES_MAX));
    for (size_t i = 0; i < FRAME_COUNT; i++) {
        unsigned points = score(&frames[i], head);

        if (points > best_score) {
            best_score = points;
            best = &frames[i];
        }
    }
    return best;
}

const struct frame *
record_frame(struct str name)
{
    for (size_t i = 0; i < FRAME_COUNT; i++) {
        if (str_eq(name, str_from_cstr(frames[i].name)))
            return &frames[i];
    }
    return NULL;
}

void
record_read(const struct frame *frame, struct str record, struct event *ret_event)
{
    event_init(ret_event);
    if (!frame->split)
        record = without_line_end(record);
    if (record.len && (record.data[0] == '\0' || record.data[0] == '\xef'))
        record = skip_rubbish(record);
    if (record.len == 0)
        ret_event->kind = EVENT_NONE;
    else
        frame->read(record, ret_event);
    if (ret_event->kind != EVENT_NONE)
        ret_event->key = event_key(ret_event);
}
