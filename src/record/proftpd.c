#include "record/proftpd.h"

#include "record/field.h"
#include "record/login.h"
#include "record/stamp.h"

/* --- its messages --- */

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
read_user(struct str rest, struct str client, struct event *event)
{
    static const struct str ok = {": Login successful.", 19};
    static const struct str bad[] = {{" (Login failed): ", 17}, {": no such user found from ", 26}};
    size_t end = rest.len;

    if (str_ends(rest, ok)) {
        rest.len -= ok.len;
        login_set(event, STR("ftp"), rest, client, true);
        return;
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t at = field_find_last(rest, bad[i]);

        if (at < rest.len && (end == rest.len || at > end))
            end = at;
    }
    if (end < rest.len)
        login_set(event, STR("ftp"), str_first(rest, end), client, false);
}

void
proftpd_message_read(struct str message, struct event *event)
{
    struct str client;

    event->kind = EVENT_NONE;
    if (login_pam_read(message, event))
        return;
    if (!cut_session(&message, &client))
        return;
    if (str_skip(&message, STR("USER ")) || str_skip(&message, STR("ANON "))) {
        read_user(message, client, event);
    } else if (str_starts_nocase(message, STR("SECURITY VIOLATION: root login attempted"))) {
        login_set(event, STR("ftp"), STR("root"), client, false);
    }
}

/* --- its own log --- */

/* "2026-11-23 15:21:22,123 web7 proftpd[77] " at the front: drops it. */
static bool
skip_front(struct str *rest, struct event *event)
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

/* --- its ExtendedLog --- */

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
            login_set(event, STR("ftp"), user, command->client, command->status == 230);
    } else if (str_eq(command->verb, STR("STOR")) || str_eq(command->verb, STR("STOU")) ||
               str_eq(command->verb, STR("APPE")) || str_eq(command->verb, STR("RNTO"))) {
        if (command->status == 226 || command->status == 250)
            login_set_upload(event, STR("ftp"), user, command->client, command->argument);
    }
}

/* --- both --- */

int
proftpd_probe(struct str record)
{
    struct event event;
    struct command command;
    struct str rest = record;

    event_init(&event);
    if (skip_front(&rest, &event))
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
    if (skip_front(&rest, event))
        proftpd_message_read(rest, event);
    else if (read_extended(record, &command, event))
        read_command(&command, event);
}
