#include "base/civil.h"
#include "scan/entry_parts.h"

#define TOUCHED_US                                                                                 \
    (60 * SECOND_US)                /* a file that changed so long after its transfer was edited   \
                                     */
#define HABIT_US (3600 * SECOND_US) /* who came in so long before belongs there */

/* The way in that a service is; false: it is none, such as IMAP. */
static bool
way_of(struct str service, enum entry_way *ret_way)
{
    static const struct {
        const char *service;
        enum entry_way way;
    } rows[] = {
        {"ssh", WAY_LOGIN_SSH},      {"sftp", WAY_LOGIN_SSH},     {"ftp", WAY_LOGIN_FTP},
        {"cpanel", WAY_LOGIN_PANEL}, {"whm", WAY_LOGIN_PANEL},    {"plesk", WAY_LOGIN_PANEL},
        {"panel", WAY_LOGIN_PANEL},  {"webmin", WAY_LOGIN_PANEL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(service, str_from_cstr(rows[i].service))) {
            *ret_way = rows[i].way;
            return true;
        }
    }
    return false;
}

/* --- logins --- */

static double
closeness(int64_t login_us, int64_t moment_us)
{
    int64_t apart_us = moment_us - login_us;

    if (apart_us < -ENTRY_SLACK_US || apart_us > ENTRY_LOGIN_US)
        return 0;
    return apart_us <= 10 * SECOND_US     ? 1
           : apart_us <= 60 * SECOND_US   ? 0.9
           : apart_us <= 600 * SECOND_US  ? 0.7
           : apart_us <= 3600 * SECOND_US ? 0.5
                                          : 0.3;
}

/* The client was let in as that user; what is known of it, this login included. */
static void
weigh(struct entry_search *search, const struct entry_record *record, enum entry_way way,
      uint32_t user, uint32_t client, const struct entry_visitor *visitor)
{
    bool has_guessed = visitor->failures >= ENTRY_GUESSES_MIN;
    bool is_own = !has_guessed && record->time_us - visitor->first_us >= HABIT_US;

    for (uint32_t i = entry_moment_from(search, record->time_us - ENTRY_SLACK_US);
         i < search->moment_count && search->moments[i].time_us <= record->time_us + ENTRY_LOGIN_US;
         i++) {
        const struct entry_moment *moment = &search->moments[i];
        double certainty = 0.6 * closeness(record->time_us, moment->time_us);

        if (search->states[moment->suspect].owner != user)
            continue;
        certainty *= (is_own ? 0.5 : 1) * (moment->is_mtime ? 0.8 : 1);
        entry_keep(search, moment->suspect,
                   (struct entry_candidate){
                       .time_us = record->time_us,
                       .certainty = certainty + (has_guessed ? 0.2 : 0),
                       .place = record->place,
                       .client = client,
                       .user = user,
                       .failures = visitor->failures,
                       .way = (uint8_t)way,
                       .is_by_mtime = moment->is_mtime,
                   });
    }
}

/* SFTP names user and client once, when its session begins. */
static void
note_session(struct entry_search *search, const struct entry_record *record, uint32_t user,
             uint32_t client)
{
    struct session *session =
        sessions_add(search->sessions, SESSION_SFTP,
                     table_add(search->names, str_first(record->event->host, 255)), record->event);

    session->slot.time_us = record->time_us;
    session->login = user;
    session->client = client;
}

void
entry_login(struct entry_search *search, const struct entry_record *record)
{
    const struct event_login *login = &record->event->login;
    struct entry_visitor *visitor;
    enum entry_way way;
    uint32_t user, client;

    if (!way_of(login->service, &way))
        return;
    search->logs[record->log].has_logins = true;
    user = table_add(search->names, str_first(login->user, 255));
    client = table_add(search->names, str_first(login->client, 64));
    if (!user)
        return;
    if (login->is_success && str_eq(login->service, STR("sftp")))
        note_session(search, record, user, client);
    visitor = entry_visitor(search, user, client);
    visitor->slot.time_us = record->time_us;
    if (!login->is_success) {
        if (visitor->first_us == 0)
            visitor->failures += login->attempts;
        return;
    }
    if (visitor->first_us == 0)
        visitor->first_us = record->time_us;
    visitor->last_us = record->time_us;
    weigh(search, record, way, user, client, visitor);
}

/* --- transfers --- */

/* How surely a transfer of `path` is one of the file; 0: it is not. */
static double
name_certainty(const struct entry_suspect *file, struct str path, bool is_owner)
{
    uint32_t parts;

    if (str_eq(file->path, path))
        return 0.97;
    parts = entry_common_parts(path, file->path);
    if (parts == 0)
        return 0;
    if (parts >= 2)
        return is_owner ? 0.97 : 0.85;
    return is_owner ? 0.85 : 0;
}

static double
time_factor(const struct entry_suspect *file, int64_t time_us)
{
    if (time_us > file->ctime_us + ENTRY_SLACK_US)
        return 0; /* nothing that came after its last change brought it */
    if (file->ctime_us - time_us <= TOUCHED_US)
        return 1;
    /* Its content is as old as the transfer, or the client set the time, and a mode was changed. */
    return file->mtime_us <= time_us + TOUCHED_US ? 0.95 : 0.5;
}

void
entry_upload(struct entry_search *search, const struct entry_record *record)
{
    const struct event_upload *upload = &record->event->upload;
    bool is_sftp = str_eq(upload->service, STR("sftp"));
    uint32_t user = table_add(search->names, str_first(upload->user, 255));
    uint32_t client = table_add(search->names, str_first(upload->client, 64));
    uint64_t hash = entry_name_hash(upload->path);
    const struct entry_visitor *visitor;

    search->logs[record->log].has_logins = true;
    if (is_sftp && !user) {
        const struct session *session = sessions_find(
            search->sessions, SESSION_SFTP,
            table_add(search->names, str_first(record->event->host, 255)), record->event);

        user = session ? session->login : 0;
        client = session ? session->client : client;
    }
    visitor = entry_visitor(search, user, client);
    for (uint32_t i = entry_first_named(search, hash);
         i < search->suspect_count && search->by_name[i].hash == hash; i++) {
        uint32_t suspect = search->by_name[i].suspect;
        const struct entry_suspect *file = &search->suspects[suspect];
        double certainty =
            name_certainty(file, upload->path, user && user == search->states[suspect].owner) *
            time_factor(file, record->time_us);

        if (certainty > 0)
            entry_keep(search, suspect,
                       (struct entry_candidate){
                           .time_us = record->time_us,
                           .certainty = certainty,
                           .place = record->place,
                           .client = client,
                           .user = user,
                           .failures = visitor->failures,
                           .way = is_sftp ? WAY_SFTP : WAY_FTP,
                       });
    }
}
