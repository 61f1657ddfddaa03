#include "record/login.h"

#include "record/field.h"
#include "record/stamp.h"

#define ATTEMPTS_MAX 1000 /* that one line may stand for */
#define FROM_MAX 16       /* how many " from " of a line are tried */

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

/*
 * Behind "pam_unix(vsftpd:auth): " or nothing; "PAM 2 more " with the tries that PAM
 * kept for the end. False where other words stand in front, which a stranger chose.
 */
static bool
skip_pam_words(struct str *rest, uint32_t *ret_attempts)
{
    static const struct str word = {"authentication failure", 22};
    struct str s = *rest;
    int64_t more = 1;

    if (str_skip(&s, STR("PAM "))) {
        more = field_cut_number(&s);
        if (more < 1 || !str_skip(&s, STR(" more ")))
            return false;
    } else if (str_starts(s, STR("pam_")) || str_starts(s, STR("(pam_"))) {
        size_t at = str_find(str_first(s, 96), word);

        if (at > s.len || str_index(str_first(s, at), '=') < at)
            return false;
        s = str_from(s, at);
    }
    if (!str_skip(&s, word))
        return false;
    (void)str_skip(&s, STR("s"));
    if (!str_skip(&s, STR("; logname=")))
        return false;
    *ret_attempts = more > ATTEMPTS_MAX ? ATTEMPTS_MAX : (uint32_t)more;
    *rest = s;
    return true;
}

/*
 * The name behind ruser= is typed by a stranger, so that the last " rhost=" counts;
 * behind user= stands one that exists.
 */
bool
login_pam_read(struct str message, struct event *event)
{
    static const struct str rhost = {" rhost=", 7}, ruser = {" ruser=", 7};
    struct str rest = message, client, user;
    uint32_t attempts;
    size_t at;

    if (!skip_pam_words(&rest, &attempts))
        return false;
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
    event->login.attempts = attempts;
    return true;
}

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
        set_login(event, STR("ssh"), user, client, is_success);
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
    set_login(event, STR("sftp"), str_first(rest, at), client, true);
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
        set_upload(event, STR("sftp"), STR_EMPTY, STR_EMPTY, str_first(rest, at));
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
    set_upload(event, STR("sftp"), STR_EMPTY, STR_EMPTY, path);
}

static void
read_ssh(struct str message, struct event *event)
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
    } else if (str_skip(&rest, STR("NOTICE] File successfully renamed or moved: ["))) {
        rest.len -= str_ends(rest, STR("]")) ? 1 : 0;
        at = field_find_last(rest, STR("]->["));
        set_upload(event, STR("ftp"), user, client, str_from(rest, at + 4));
    } else if (str_skip(&rest, STR("NOTICE] "))) {
        /* a file that is downloaded may be called "x uploaded  (" */
        rest = str_first(rest, field_find_last(rest, STR("  (")));
        if (str_ends(rest, STR(" uploaded")))
            set_upload(event, STR("ftp"), user, client, str_first(rest, rest.len - 9));
    }
}

/* --- vsftpd --- */

struct vsftpd_line {
    struct str user, client;
    struct str file; /* what stands behind the client, from its quote on */
    struct str verb; /* "LOGIN", "UPLOAD" */
    bool is_ok;
};

/* "OK UPLOAD: Client "192.0.2.7", "/srv/x.php", 9 bytes, 1.00Kbyte/sec" */
static bool
read_vsftpd_verb(struct str rest, struct vsftpd_line *line)
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
cut_vsftpd(struct str rest, struct vsftpd_line *line)
{
    size_t last = field_find_last(rest, failed_login), first = str_find(rest, STR("] "));
    bool is_read = read_vsftpd_verb(str_from(rest, first + 2), line);

    if (last < rest.len && (!is_read || str_eq(line->verb, STR("LOGIN")))) {
        line->user = str_first(rest, last);
        return read_vsftpd_verb(str_from(rest, last + 2), line);
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
read_vsftpd_line(struct str rest, struct event *event)
{
    struct vsftpd_line line;

    if (str_skip(&rest, STR("CONNECT: Client \"")))
        return true;
    if (!str_skip(&rest, STR("[")) || !cut_vsftpd(rest, &line))
        return false;
    event->kind = EVENT_NONE;
    if (str_eq(line.verb, STR("LOGIN")))
        set_login(event, STR("ftp"), line.user, line.client, line.is_ok);
    else if (line.is_ok && str_eq(line.verb, STR("UPLOAD")) &&
             str_ends(line.file, STR("Kbyte/sec")))
        set_upload(event, STR("ftp"), line.user, line.client,
                   str_first(line.file, field_find_last(line.file, STR("\", "))));
    else if (line.is_ok && str_eq(line.verb, STR("RENAME")) && !str_has(line.file, failed_login))
        set_upload(event, STR("ftp"), line.user, line.client, renamed_to(line.file));
    return true;
}

static void
read_vsftpd(struct str message, struct event *event)
{
    event->kind = EVENT_NONE;
    if (!login_pam_read(message, event))
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
    size_t end = rest.len;

    if (str_ends(rest, ok)) {
        rest.len -= ok.len;
        set_login(event, STR("ftp"), rest, client, true);
        return;
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t at = field_find_last(rest, bad[i]);

        if (at < rest.len && (end == rest.len || at > end))
            end = at;
    }
    if (end < rest.len)
        set_login(event, STR("ftp"), str_first(rest, end), client, false);
}

static void
read_proftpd(struct str message, struct event *event)
{
    struct str client;

    event->kind = EVENT_NONE;
    if (login_pam_read(message, event))
        return;
    if (!cut_session(&message, &client))
        return;
    if (str_skip(&message, STR("USER ")) || str_skip(&message, STR("ANON "))) {
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
               str_eq(command->verb, STR("APPE")) || str_eq(command->verb, STR("RNTO"))) {
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
