#include "record/pureftpd.h"

#include "record/field.h"
#include "record/login.h"
#include "record/stamp.h"

/* --- its messages --- */

/* "(anna@192.0.2.7) [NOTICE] /srv/x.php uploaded  (9 bytes, 1.00KB/sec)" */
void
pureftpd_message_read(struct str message, struct event *event)
{
    struct str rest = message, who, user, client;
    size_t at;

    event->kind = EVENT_NONE;
    if (!str_skip(&rest, STR("(")))
        return;
    who = str_cut_at(&rest, STR(") ["));
    at = field_find_last(who, STR("@"));
    if (at >= who.len)
        return;
    user = str_first(who, at);
    client = str_from(who, at + 1);
    if (str_skip(&rest, STR("INFO] ")) && str_ends(rest, STR(" is now logged in"))) {
        rest.len -= 17;
        login_set(event, STR("ftp"), rest, client, true);
    } else if (str_skip(&rest, STR("WARNING] Authentication failed for user ["))) {
        rest.len -= str_ends(rest, STR("]")) ? 1 : 0;
        login_set(event, STR("ftp"), rest, client, false);
    } else if (str_skip(&rest, STR("NOTICE] File successfully renamed or moved: ["))) {
        rest.len -= str_ends(rest, STR("]")) ? 1 : 0;
        at = field_find_last(rest, STR("]->["));
        login_set_upload(event, STR("ftp"), user, client, str_from(rest, at + 4));
    } else if (str_skip(&rest, STR("NOTICE] "))) {
        /* a file that is downloaded may be called "x uploaded  (" */
        rest = str_first(rest, field_find_last(rest, STR("  (")));
        if (str_ends(rest, STR(" uploaded")))
            login_set_upload(event, STR("ftp"), user, client, str_first(rest, rest.len - 9));
    }
}

/* --- its own logs --- */

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
        login_set_upload(event, STR("ftp"), user, client, path);
    return true;
}

/* 1763911282 5f2a.1b anna 192.0.2.7 U 9 0 /srv/x.php */
static bool
read_stats_form(struct str rest, struct event *event)
{
    struct str user, client, direction;
    bool is_upload;

    if (!stamp_read_epoch(&rest, event) || !str_skip(&rest, STR(" ")))
        return false;
    (void)str_cut(&rest, ' '); /* session */
    user = str_cut(&rest, ' ');
    client = str_cut(&rest, ' ');
    direction = str_cut(&rest, ' ');
    is_upload = str_eq(direction, STR("U"));
    if ((!is_upload && !str_eq(direction, STR("D"))) || field_cut_number(&rest) < 0 ||
        !str_skip(&rest, STR(" ")) || field_cut_number(&rest) < 0 || !str_skip(&rest, STR(" ")) ||
        !str_starts(rest, STR("/")))
        return false;
    event->kind = EVENT_NONE;
    if (is_upload)
        login_set_upload(event, STR("ftp"), user, client, rest);
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
