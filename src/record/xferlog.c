#include "record/xferlog.h"

#include "record/field.h"
#include "record/stamp.h"

static void
set_upload(struct event *event, struct str user, struct str client, struct str path)
{
    event->upload = (struct event_upload){
        .service = STR("ftp"), .user = user, .client = field_address(client), .path = path};
    event->kind = path.len ? EVENT_UPLOAD : EVENT_NONE;
}

/* --- xferlog(5) --- */

/* What stands behind the last blank, which `s` loses. */
static struct str
cut_last(struct str *s)
{
    const char *blank = s->len ? memrchr(s->data, ' ', s->len) : NULL;
    struct str word;

    if (!blank) {
        word = *s;
        *s = STR_EMPTY;
        return word;
    }
    word = str_from(*s, (size_t)(blank - s->data) + 1);
    *s = str_first(*s, (size_t)(blank - s->data));
    return word;
}

static bool
is_one_of(struct str word, const char *letters)
{
    return word.len == 1 && strchr(letters, word.data[0]);
}

/*
 * Behind the stamp: "1 192.0.2.7 9 /srv/x.php b _ i r anna ftp 0 * c". From the
 * right: completion, the user by ident, whether ident was asked, service, user,
 * access mode, direction, action, type; what is left is the name.
 */
static bool
read_transfer(struct str rest, struct event *event)
{
    struct str client, status, authentication, user, mode, direction, type;

    if (!str_skip(&rest, STR(" ")))
        return false;
    while (str_skip(&rest, STR(" ")))
        continue;
    if (field_cut_number(&rest) < 0 || !str_skip(&rest, STR(" ")))
        return false;
    client = str_cut(&rest, ' ');
    if (client.len == 0 || field_cut_number(&rest) < 0 || !str_skip(&rest, STR(" ")))
        return false;
    status = cut_last(&rest);
    if (!is_one_of(status,
                   "ci")) /* ProFTPD since 1.3.7 may be told to end in more; not by default */
        return false;
    (void)cut_last(&rest);
    authentication = cut_last(&rest);
    (void)cut_last(&rest);
    user = cut_last(&rest);
    mode = cut_last(&rest);
    direction = cut_last(&rest);
    (void)cut_last(&rest);
    type = cut_last(&rest);
    if (!is_one_of(authentication, "012") || !is_one_of(mode, "agru") ||
        !is_one_of(direction, "iod") || !is_one_of(type, "ab"))
        return false;
    event->kind = EVENT_NONE;
    if (direction.data[0] == 'i' && status.data[0] == 'c')
        set_upload(event, user, client, rest);
    return true;
}

int
xferlog_probe(struct str record)
{
    struct event event;

    event_init(&event);
    return stamp_read_ctime(&record, &event) && read_transfer(record, &event) ? 2 : 0;
}

void
xferlog_read(struct str record, struct event *event)
{
    event->program = STR("xferlog");
    if (!stamp_read_ctime(&record, event) || !read_transfer(record, event))
        event->kind = EVENT_UNKNOWN;
}

/* --- pure-ftpd --- */

/* 192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] "PUT /srv/x.php" 200 9 */
static bool
read_clf_form(struct str rest, struct event *event)
{
    struct str client = str_cut(&rest, ' '), user, path;
    size_t at;
    bool is_upload;

    if (!str_skip(&rest, STR("- ")))
        return false;
    at = str_find(rest, STR(" ["));
    user = str_first(rest, at);
    rest = str_from(rest, at + 1);
    /* A web server logs "-" where nobody logged in; FTP always has a name. */
    if (user.len == 0 || str_eq(user, STR("-")) || !stamp_read_access(&rest, event))
        return false;
    is_upload = str_skip(&rest, STR(" \"PUT "));
    if (!is_upload && !str_skip(&rest, STR(" \"GET ")))
        return false;
    at = field_find_last(rest, STR("\" 200 "));
    path = str_first(rest, at);
    rest = str_from(rest, at + 6);
    if (path.len == 0 || path.data[0] != '/' || field_cut_number(&rest) < 0 || rest.len ||
        field_find_last(path, STR(" HTTP/")) < path.len)
        return false;
    event->kind = EVENT_NONE;
    if (is_upload)
        set_upload(event, user, client, path);
    return true;
}

/* 1763911282 5f2a.1b anna 192.0.2.7 U 9 0 /srv/x.php */
static bool
read_stats_form(struct str rest, struct event *event)
{
    struct str user, client, direction;

    if (!stamp_read_epoch(&rest, event) || !str_skip(&rest, STR(" ")))
        return false;
    (void)str_cut(&rest, ' '); /* session */
    user = str_cut(&rest, ' ');
    client = str_cut(&rest, ' ');
    direction = str_cut(&rest, ' ');
    if (!is_one_of(direction, "UD") || field_cut_number(&rest) < 0 || !str_skip(&rest, STR(" ")) ||
        field_cut_number(&rest) < 0 || !str_skip(&rest, STR(" ")) || !str_starts(rest, STR("/")))
        return false;
    event->kind = EVENT_NONE;
    if (direction.data[0] == 'U')
        set_upload(event, user, client, rest);
    return true;
}

int
pureftpd_probe(struct str record)
{
    struct event event;

    event_init(&event);
    if (read_clf_form(record, &event))
        return 2;
    event_init(&event);
    return read_stats_form(record, &event) ? 2 : 0;
}

void
pureftpd_read(struct str record, struct event *event)
{
    event->program = STR("pure-ftpd");
    if (!read_clf_form(record, event) && !read_stats_form(record, event))
        event->kind = EVENT_UNKNOWN;
}
