#include "record/login.h"

#include "record/field.h"
#include "record/stamp.h"

/* --- small pieces --- */

static void
set_login(struct event *event, struct str service, struct str user, struct str client,
          bool is_success)
{
    event->login = (struct event_login){
        .service = service,
        .user = user,
        .client = field_address(client),
        .is_success = is_success,
        .attempts = 1,
    };
    event->kind = EVENT_LOGIN;
}

static void
set_upload(struct event *event, struct str service, struct str user, struct str client,
           struct str path)
{
    event->upload = (struct event_upload){
        .service = service, .user = user, .client = field_address(client), .path = path};
    event->kind = path.len ? EVENT_UPLOAD : EVENT_NONE;
}

bool
login_pam_read(struct str message, struct event *event)
{
    static const struct str words = {"authentication failure; logname=", 32};
    static const struct str rhost = {" rhost=", 7}, ruser = {" ruser=", 7};
    struct str rest = message, client, user;
    size_t at = str_find(str_first(message, 96), words);

    if (at >= message.len || !str_starts(str_from(message, at), words))
        return false;
    rest = str_from(message, at);
    at = field_find_last(rest, rhost);
    if (at >= rest.len)
        return false;
    client = str_from(rest, at + rhost.len);
    user = str_first(rest, at);
    rest = str_from(client, str_index(client, ' '));
    client = str_first(client, client.len - rest.len);
    user = str_from(user, str_find(user, ruser) + ruser.len);
    rest = str_trim(rest);
    if (str_skip(&rest, STR("user=")))
        user = rest;
    set_login(event, STR("auth"), user, client, false);
    return true;
}

/* --- sshd --- */

/*
 * "anna from 192.0.2.7 port 50022 ssh2: ...": the name is the client's own, so that
 * the last " from " in front of an address and a port counts.
 */
static bool
cut_from(struct str rest, struct str *ret_user, struct str *ret_client)
{
    size_t at = field_find_last(rest, STR(" from "));
    struct str client = str_from(rest, at + 6), after;

    if (at >= rest.len)
        return false;
    after = client;
    client = str_cut(&after, ' ');
    if (after.len && !str_starts(after, STR("port ")))
        return false;
    *ret_user = str_first(rest, at);
    *ret_client = client;
    return true;
}

/* "password for anna from ...", "publickey for anna from ...", "none for anna from ..." */
static void
read_attempt(struct str rest, bool is_success, struct event *event)
{
    struct str method = str_cut(&rest, ' '), user, client;

    if (!str_skip(&rest, STR("for ")) || str_eq(method, STR("none")) ||
        str_eq(method, STR("hostbased")))
        return;
    if (!is_success)
        (void)(str_skip(&rest, STR("invalid user ")) || str_skip(&rest, STR("illegal user ")));
    if (!cut_from(rest, &user, &client))
        return;
    set_login(event, STR("ssh"), user, client, is_success);
}

/* "open "/srv/x.php" flags WRITE,CREATE,TRUNCATE mode 0666" */
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
        set_upload(event, STR("sftp"), STR_EMPTY, STR_EMPTY, str_first(rest, at));
}

static void
read_ssh(struct str message, struct event *event)
{
    struct str user, client;

    event->kind = EVENT_NONE;
    if (str_skip(&message, STR("Accepted ")))
        read_attempt(message, true, event);
    else if (str_skip(&message, STR("Failed ")))
        read_attempt(message, false, event);
    else if (str_skip(&message, STR("Invalid user ")) && cut_from(message, &user, &client))
        set_login(event, STR("ssh"), user, client, false);
    else if (str_skip(&message, STR("open \"")))
        read_sftp_open(message, event);
}

/* --- pure-ftpd --- */

/* "(anna@192.0.2.7) [NOTICE] /srv/x.php uploaded  (9 bytes, 1.00KB/sec)" */
static void
read_pure_ftpd(struct str message, struct event *event)
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
        set_login(event, STR("ftp"), rest, client, true);
    } else if (str_skip(&rest, STR("WARNING] Authentication failed for user ["))) {
        rest.len -= str_ends(rest, STR("]")) ? 1 : 0;
        set_login(event, STR("ftp"), rest, client, false);
    } else if (str_skip(&rest, STR("NOTICE] "))) {
        at = field_find_last(rest, STR(" uploaded  ("));
        if (at < rest.len)
            set_upload(event, STR("ftp"), user, client, str_first(rest, at));
    }
}

/* --- vsftpd --- */

/* "192.0.2.7", with what follows left in `rest`. */
static struct str
cut_quoted(struct str *rest)
{
    struct str value = str_cut(rest, '"');

    return value;
}

/*
 * "[anna] OK UPLOAD: Client "192.0.2.7", "/srv/x.php", 9 bytes, 1.00Kbyte/sec". The name in
 * front of LOGIN is whatever was typed; only lines about files end in a speed.
 */
static bool
read_vsftpd_line(struct str rest, struct event *event)
{
    static const struct str logins[] = {{"] OK LOGIN: Client \"", 20},
                                        {"] FAIL LOGIN: Client \"", 22}};
    static const struct str upload = {"] OK UPLOAD: Client \"", 21};
    struct str user, client;
    size_t at, best = rest.len, which = 0;

    if (str_skip(&rest, STR("CONNECT: Client \"")))
        return true;
    if (!str_skip(&rest, STR("[")))
        return false;
    event->kind = EVENT_NONE;
    if (str_ends(rest, STR("Kbyte/sec"))) {
        user = str_cut_at(&rest, upload);
        client = cut_quoted(&rest);
        if (!str_skip(&rest, STR(", \"")))
            return true;
        at = field_find_last(rest, STR("\", "));
        set_upload(event, STR("ftp"), user, client, str_first(rest, at));
        return true;
    }
    for (size_t i = 0; i < 2; i++) {
        at = field_find_last(rest, logins[i]);
        if (at < rest.len && (best >= rest.len || at > best)) {
            best = at;
            which = i;
        }
    }
    if (best >= rest.len)
        return str_has(rest, STR(": Client \""));
    user = str_first(rest, best);
    rest = str_from(rest, best + logins[which].len);
    client = cut_quoted(&rest);
    set_login(event, STR("ftp"), user, client, which == 0);
    return true;
}

static void
read_vsftpd(struct str message, struct event *event)
{
    event->kind = EVENT_NONE;
    if (login_pam_read(message, event))
        event->login.service = STR("ftp");
    else
        (void)read_vsftpd_line(message, event);
}

/* "Mon Nov 23 15:21:22 2026 [pid 77] " at the front: drops it. */
static bool
skip_vsftpd_front(struct str *rest, struct event *event)
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
    return skip_vsftpd_front(&record, &event) ? 2 : 0;
}

void
vsftpd_read(struct str record, struct event *event)
{
    struct str rest = record;

    event->program = STR("vsftpd");
    if (!skip_vsftpd_front(&rest, event))
        return;
    event->kind = EVENT_NONE;
    (void)read_vsftpd_line(rest, event);
}

/* --- proftpd --- */

/* "web7 (host[192.0.2.7]) - " at the front: drops it. */
static bool
cut_session(struct str *rest, struct str *ret_client)
{
    struct str s = *rest, client;

    (void)str_cut_at(&s, STR(" ("));
    client = str_cut_at(&s, STR("])"));
    client = str_from(client, str_index(client, '[') + 1);
    if (!str_skip(&s, STR(" - ")) && !str_skip(&s, STR(": ")))
        return false;
    *ret_client = client;
    *rest = s;
    return field_is_address(field_address(client));
}

/* "USER anna: Login successful.", "USER anna (Login failed): ..", "USER x: no such user found" */
static void
read_proftpd_user(struct str rest, struct str client, struct event *event)
{
    static const struct str ok = {": Login successful.", 19};
    static const struct str bad[] = {{" (Login failed): ", 17}, {": no such user found from ", 26}};

    if (str_ends(rest, ok)) {
        rest.len -= ok.len;
        set_login(event, STR("ftp"), rest, client, true);
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        size_t at = field_find_last(rest, bad[i]);

        if (at < rest.len) {
            set_login(event, STR("ftp"), str_first(rest, at), client, false);
            return;
        }
    }
}

static void
read_proftpd(struct str message, struct event *event)
{
    struct str client;

    event->kind = EVENT_NONE;
    if (!cut_session(&message, &client)) {
        if (login_pam_read(message, event))
            event->login.service = STR("ftp");
    } else if (str_skip(&message, STR("USER ")) || str_skip(&message, STR("ANON "))) {
        read_proftpd_user(message, client, event);
    } else if (str_starts_nocase(message, STR("SECURITY VIOLATION: root login attempted"))) {
        set_login(event, STR("ftp"), STR("root"), client, false);
    }
}

/* "2026-11-23 15:21:22,123 web7 proftpd[77] " at the front: drops it. */
static bool
skip_proftpd_front(struct str *rest, struct event *event)
{
    struct str s = *rest, host;
    int64_t pid;

    if (!stamp_read_iso(&s, event) || !str_skip(&s, STR(" ")))
        return false;
    host = str_cut(&s, ' ');
    if (!str_skip(&s, STR("proftpd[")))
        return false;
    pid = field_cut_number(&s);
    if (!str_skip(&s, STR("] ")) && !str_skip(&s, STR("]: ")))
        return false;
    event->host = host;
    event->pid = pid;
    *rest = s;
    return true;
}

struct command {
    struct str client, user, verb, argument;
    int64_t status;
};

/* FTP's commands that HTTP does not have. */
static bool
is_ftp_verb(struct str verb)
{
    static const char *const verbs[] = {"STOR", "STOU", "APPE", "RETR", "USER", "PASS", "QUIT",
                                        "DELE", "CWD",  "LIST", "MKD",  "RMD",  "RNFR", "RNTO",
                                        "PASV", "EPSV", "PORT", "TYPE", "NLST", "MLSD", "SITE",
                                        "FEAT", "SYST", "PWD",  "AUTH", "PBSZ", "PROT", "SIZE",
                                        "MDTM", "NOOP", "XCWD", "CDUP", "OPTS", "CHMOD"};

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (str_eq(verb, str_from_cstr(verbs[i])))
            return true;
    }
    return false;
}

/* "192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] "STOR x.php" 226 1234" */
static bool
read_extended(struct str record, struct command *command, struct event *event)
{
    struct str rest = record, line;
    size_t end;

    command->client = str_cut(&rest, ' ');
    (void)str_cut(&rest, ' '); /* ident */
    end = str_find(rest, STR(" ["));
    command->user = str_first(rest, end);
    rest = str_from(rest, end + 1);
    if (!stamp_read_access(&rest, event) || !str_skip(&rest, STR(" \"")))
        return false;
    end = field_find_last(rest, STR("\" "));
    line = str_first(rest, end);
    rest = str_from(rest, end + 2);
    command->status = field_cut_number(&rest);
    command->verb = str_cut(&line, ' ');
    command->argument = line;
    return is_ftp_verb(command->verb);
}

static void
read_command(const struct command *command, struct event *event)
{
    struct str user = command->user;

    event->kind = EVENT_NONE;
    if (str_eq(user, STR("-")) || str_eq(user, STR("UNKNOWN")))
        user = STR_EMPTY;
    if (str_eq(command->verb, STR("PASS"))) {
        if (command->status == 230 || command->status == 530)
            set_login(event, STR("ftp"), user, command->client, command->status == 230);
    } else if (str_eq(command->verb, STR("STOR")) || str_eq(command->verb, STR("STOU")) ||
               str_eq(command->verb, STR("APPE"))) {
        if (command->status == 226 || command->status == 250)
            set_upload(event, STR("ftp"), user, command->client, command->argument);
    }
}

int
proftpd_probe(struct str record)
{
    struct event event;
    struct command command;
    struct str rest = record;

    event_init(&event);
    if (skip_proftpd_front(&rest, &event))
        return 2;
    event_init(&event);
    return read_extended(record, &command, &event) ? 2 : 0;
}

void
proftpd_read(struct str record, struct event *event)
{
    struct command command;
    struct str rest = record;

    event->program = STR("proftpd");
    if (skip_proftpd_front(&rest, event))
        read_proftpd(rest, event);
    else if (read_extended(record, &command, event))
        read_command(&command, event);
}

/* --- by program --- */

void
login_read(struct str message, struct event *event)
{
    if (str_ends(event->program, STR("pure-ftpd")))
        read_pure_ftpd(message, event);
    else if (str_ends(event->program, STR("vsftpd")))
        read_vsftpd(message, event);
    else if (str_ends(event->program, STR("proftpd")))
        read_proftpd(message, event);
    else
        read_ssh(message, event);
}
