#include "trace/join_parts.h"
#include "trace/known.h"

void
join_session(struct join *join, const struct event *event, int64_t time_us)
{
    struct session *session =
        sessions_add(join->sessions, SESSION_SMTP, join_host(join, event->host), event);

    session->slot.time_us = time_us;
    session->client = table_add(join->ledger->names, event->session_start.client_address);
    session->login = 0;
    session->is_local = event->session_start.is_local;
}

/* Files the tries that the event tells of. */
static void
add_login(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_login *what = &event->login;
    struct login *login = ledger_add_login(join->ledger, what, event->key);

    if (!login)
        return;
    if (login->attempts == 0 || time_us < login->time_us) {
        login->time_us = time_us;
        login->place = place;
    }
    if (time_us > login->last_us)
        login->last_us = time_us;
    login->attempts += what->attempts * event->repeats;
}

/* OpenSMTPD and Sendmail log the login apart from the mail, SFTP apart from the files. */
static void
remember_login(struct join *join, const struct event *event, enum session_kind kind,
               int64_t time_us)
{
    const struct event_login *what = &event->login;
    struct session *session =
        sessions_add(join->sessions, kind, join_host(join, event->host), event);

    session->slot.time_us = time_us;
    session->login = table_add(join->ledger->names, str_first(what->user, 255));
    if (what->client.len || kind == SESSION_SFTP)
        session->client = table_add(join->ledger->names, str_first(what->client, 255));
}

/* Whether a line that tells of a mail may name the session, or the process, of this login. */
static bool
tells_of_mails(const struct event *event)
{
    enum mta mta = join_mta(event->program);

    return mta == MTA_SENDMAIL || (mta == MTA_OPENSMTPD && event->session.len);
}

void
join_login(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    add_login(join, event, time_us, place);
    if (!event->login.is_success)
        return;
    if (str_eq(event->login.service, STR("sftp")))
        remember_login(join, event, SESSION_SFTP, time_us);
    else if (tells_of_mails(event))
        remember_login(join, event, SESSION_SMTP, time_us);
}

void
join_upload(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    struct login *login = vec_add(&join->ledger->logins);
    const struct session *session =
        sessions_find(join->sessions, SESSION_SFTP, join_host(join, event->host), event);

    if (!login)
        return;
    login->time_us = login->last_us = time_us;
    login->place = place;
    login->user = table_add(join->ledger->names, str_first(event->upload.user, 255));
    login->client = table_add(join->ledger->names, str_first(event->upload.client, 255));
    login->service = table_add(join->ledger->names, event->upload.service);
    login->path = table_add(join->ledger->names, str_first(event->upload.path, 4096));
    login->attempts = 1;
    login->is_success = true;
    login->is_upload = true;
    if (event->upload.user.len == 0 && session) {
        login->user = session->login;
        login->client = session->client;
    }
}

/* One that goes to this very host is no way out. */
void
join_connect(struct join *join, const struct event *event, int64_t time_us, struct place place)
{
    const struct event_connect *what = &event->connect;
    struct connect *connect;

    if (known_loopback(what->destination) || str_eq(what->destination, what->source))
        return;
    connect = vec_add(&join->ledger->connects);
    if (!connect)
        return;
    connect->time_us = time_us;
    connect->place = place;
    connect->uid = what->uid;
    connect->server = table_add(join->ledger->names, what->destination);
    connect->port = what->source_port;
}
