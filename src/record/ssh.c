#include "record/ssh.h"

#include "record/field.h"
#include "record/login.h"

#define FROM_MAX 16 /* how many " from " of a line are tried */

/* --- sshd --- */

/* " port 50022 ssh2: RSA SHA256:.." and what of it old and new servers leave out. */
static bool
is_behind_client(struct str s)
{
    if (str_skip(&s, STR(" via ")))
        return true;
    if (str_skip(&s, STR(" port ")) && field_cut_number(&s) < 0)
        return false;
    if (str_skip(&s, STR(" ssh")))
        (void)field_cut_number(&s);
    return s.len == 0 || str_starts(s, STR(": ")) || str_starts(s, STR(" ["));
}

/*
 * "anna from 192.0.2.7 port 50022 ssh2: ...": the name is the client's own, and the
 * id of a certificate behind is free text: the last " from " counts that has in
 * front of it a name, and behind it what sshd writes.
 */
static bool
cut_from(struct str rest, struct str *ret_user, struct str *ret_client)
{
    static const struct str from = {" from ", 6};
    size_t end = rest.len;

    for (int i = 0; i < FROM_MAX; i++) {
        size_t at = field_find_last(str_first(rest, end), from);
        struct str client = str_from(rest, at + from.len), after;

        if (at >= end)
            return false;
        after = str_from(client, str_index(client, ' '));
        client = str_first(client, client.len - after.len);
        if (client.len && is_behind_client(after)) {
            *ret_user = str_first(rest, at);
            *ret_client = client;
            return true;
        }
        end = at;
    }
    return false;
}

static void
skip_invalid(struct str *rest)
{
    (void)(str_skip(rest, STR("invalid user ")) || str_skip(rest, STR("illegal user ")));
}

static void
read_names(struct str rest, bool is_success, struct event *event)
{
    struct str user, client;

    while (rest.len && rest.data[rest.len - 1] == ' ')
        rest.len--;
    if (cut_from(rest, &user, &client))
        login_set(event, STR("ssh"), user, client, is_success);
}

/*
 * "password for anna from ...", "publickey for anna from ...". A client offers every
 * key it has, so that a refused one is no guess; what PAM refuses has been told by
 * "error: PAM: ..." before.
 */
static void
read_attempt(struct str rest, bool is_success, struct event *event)
{
    static const char *const no_guesses[] = {"none", "publickey", "hostbased",
                                             "keyboard-interactive/pam"};
    struct str method = str_cut(&rest, ' ');

    for (size_t i = 0; i < sizeof(no_guesses) / sizeof(no_guesses[0]) && !is_success; i++) {
        if (str_eq(method, str_from_cstr(no_guesses[i])))
            return;
    }
    if (!str_skip(&rest, STR("for ")))
        return;
    if (!is_success)
        skip_invalid(&rest);
    read_names(rest, is_success, event);
}

/* --- sftp-server and internal-sftp, which name the user once a session --- */

/* "web_blog from [192.0.2.7]" */
static void
read_sftp_session(struct str rest, struct event *event)
{
    static const struct str from = {" from [", 7};
    size_t at = field_find_last(rest, from);
    struct str client = str_from(rest, at + from.len);

    if (at >= rest.len || !str_ends(client, STR("]")))
        return;
    client.len--;
    login_set(event, STR("sftp"), str_first(rest, at), client, true);
}

/* "/srv/x.php" flags WRITE,CREATE,TRUNCATE mode 0666 */
static void
read_sftp_open(struct str rest, struct event *event)
{
    static const struct str middle = {"\" flags ", 8};
    size_t at = field_find_last(rest, middle);
    struct str flags = str_from(rest, at + middle.len);

    if (at >= rest.len)
        return;
    flags = str_first(flags, str_index(flags, ' '));
    if (str_has(flags, STR("WRITE")) && str_has(flags, STR("CREATE")))
        login_set_upload(event, STR("sftp"), STR_EMPTY, STR_EMPTY, str_first(rest, at));
}

/* "/srv/x.php.part" new "/srv/x.php": clients upload under another name first. */
static void
read_sftp_rename(struct str rest, struct event *event)
{
    static const struct str middle = {"\" new \"", 7};
    size_t at = field_find_last(rest, middle);
    struct str path = str_from(rest, at + middle.len);

    if (at >= rest.len || !str_ends(path, STR("\"")))
        return;
    path.len--;
    login_set_upload(event, STR("sftp"), STR_EMPTY, STR_EMPTY, path);
}

void
ssh_message_read(struct str message, struct event *event)
{
    event->kind = EVENT_NONE;
    /* In a chroot, sshd's monitor writes the lines of its child. */
    if (str_ends(message, STR(" [postauth]")))
        message.len -= 11;
    if (str_skip(&message, STR("Accepted "))) {
        read_attempt(message, true, event);
    } else if (str_skip(&message, STR("Failed "))) {
        read_attempt(message, false, event);
    } else if (str_skip(&message, STR("Invalid user "))) {
        read_names(message, false, event);
    } else if (str_skip(&message, STR("error: PAM: "))) {
        (void)str_cut_at(&message, STR(" for "));
        skip_invalid(&message);
        read_names(message, false, event);
    } else if (str_skip(&message, STR("session opened for local user "))) {
        read_sftp_session(message, event);
    } else if (str_skip(&message, STR("open \""))) {
        read_sftp_open(message, event);
    } else if (str_skip(&message, STR("rename old \"")) ||
               str_skip(&message, STR("posix-rename old \""))) {
        read_sftp_rename(message, event);
    }
}
