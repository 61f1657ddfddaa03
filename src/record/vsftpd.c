#include "record/vsftpd.h"

#include "record/field.h"
#include "record/login.h"
#include "record/stamp.h"

struct line_parts {
    struct str user, client;
    struct str file; /* what stands behind the client, from its quote on */
    struct str verb; /* "LOGIN", "UPLOAD" */
    bool is_ok;
};

/* "OK UPLOAD: Client "192.0.2.7", "/srv/x.php", 9 bytes, 1.00Kbyte/sec" */
static bool
read_verb(struct str rest, struct line_parts *line)
{
    line->is_ok = str_skip(&rest, STR("OK "));
    if (!line->is_ok && !str_skip(&rest, STR("FAIL ")))
        return false;
    line->verb = str_cut_at(&rest, STR(": Client \""));
    if (rest.len == 0 || str_index(line->verb, ' ') < line->verb.len)
        return false;
    line->client = str_cut(&rest, '"');
    (void)str_skip(&rest, STR(", \""));
    line->file = rest;
    return field_is_address(field_address(line->client));
}

static const struct str failed_login = {"] FAIL LOGIN: Client \"", 22};

/*
 * "[anna] OK LOGIN: Client "192.0.2.7"". Who fails to log in has typed any name,
 * "x] OK LOGIN: .." included, so that the last failure counts; who does anything
 * else has a name that exists, and the name of a file may be anything.
 */
static bool
cut_line(struct str rest, struct line_parts *line)
{
    size_t last = field_find_last(rest, failed_login), first = str_find(rest, STR("] "));
    bool is_read = read_verb(str_from(rest, first + 2), line);

    if (last < rest.len && (!is_read || str_eq(line->verb, STR("LOGIN")))) {
        line->user = str_first(rest, last);
        return read_verb(str_from(rest, last + 2), line);
    }
    line->user = str_first(rest, first);
    return is_read;
}

/* "/x.php.part /x.php" */
static struct str
renamed_to(struct str file)
{
    file = str_first(file, field_find_last(file, STR("\"")));
    return str_from(file, field_find_last(file, STR(" /")) + 1);
}

static bool
read_line(struct str rest, struct event *event)
{
    struct line_parts line;

    if (str_skip(&rest, STR("CONNECT: Client \"")))
        return true;
    if (!str_skip(&rest, STR("[")) || !cut_line(rest, &line))
        return false;
    event->kind = EVENT_NONE;
    if (str_eq(line.verb, STR("LOGIN")))
        login_set(event, STR("ftp"), line.user, line.client, line.is_ok);
    else if (line.is_ok && str_eq(line.verb, STR("UPLOAD")) &&
             str_ends(line.file, STR("Kbyte/sec")))
        login_set_upload(event, STR("ftp"), line.user, line.client,
                         str_first(line.file, field_find_last(line.file, STR("\", "))));
    else if (line.is_ok && str_eq(line.verb, STR("RENAME")) && !str_has(line.file, failed_login))
        login_set_upload(event, STR("ftp"), line.user, line.client, renamed_to(line.file));
    return true;
}

void
vsftpd_message_read(struct str message, struct event *event)
{
    event->kind = EVENT_NONE;
    if (!login_pam_read(message, event))
        (void)read_line(message, event);
}

/* "Mon Nov 23 15:21:22 2026 [pid 77] " at the front: drops it. */
static bool
skip_front(struct str *rest, struct event *event)
{
    struct str s = *rest;
    int64_t pid;

    if (!stamp_read_ctime(&s, event) || !str_skip(&s, STR(" [pid ")))
        return false;
    pid = field_cut_number(&s);
    if (!str_skip(&s, STR("] ")))
        return false;
    event->pid = pid;
    *rest = s;
    return true;
}

int
vsftpd_probe(struct str record)
{
    struct event event;

    event_init(&event);
    return skip_front(&record, &event) ? 2 : 0;
}

void
vsftpd_read(struct str record, struct event *event)
{
    struct str rest = record;

    event->program = STR("vsftpd");
    if (!skip_front(&rest, event))
        return;
    event->kind = EVENT_NONE;
    (void)read_line(rest, event);
}
