#include "record/xferlog.h"

#include "record/field.h"
#include "record/login.h"
#include "record/stamp.h"

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
        login_set_upload(event, STR("ftp"), user, client, rest);
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
