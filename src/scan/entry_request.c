#include "base/civil.h"
#include "scan/entry_parts.h"
#include "trace/known.h"

#define CMS_LOGIN_US (3600 * SECOND_US) /* how long a login before is told of */

/* A request on its way: what it asks for. */
struct visit {
    struct str target, path, name; /* name: of the site, as far as the record or its log says */
    struct str log_name, log_path;
    uint32_t client;
    bool is_post;
};

/* Endpoints that take files from a client, or write what it sends. Lower case. */
static const struct uploader {
    const char *word;
    double certainty;
} uploaders[] = {
    {"update.php?action=upload-", 0.85}, /* WordPress: plugin, theme */
    {"async-upload.php", 0.8},
    {"media-new.php", 0.8},
    {"/theme-editor.php", 0.8},
    {"/plugin-editor.php", 0.8},
    {"/wp-json/wp/v2/media", 0.8},
    {"rest_route=/wp/v2/media", 0.8},
    {"action=edit-theme-plugin-file", 0.85},
    {"/admin-ajax.php", 0.55},
    {"/admin-post.php", 0.55},
    {"/xmlrpc.php", 0.55},
    {"option=com_media", 0.8}, /* Joomla */
    {"option=com_installer", 0.85},
    {"option=com_templates", 0.8},
    {"option=com_jce", 0.8},
    {"option=com_k2", 0.7},
    {"/elfinder", 0.8}, /* file managers and editors */
    {"connector.minimal.php", 0.8},
    {"/connectors/", 0.75},
    {"/connector.php", 0.75},
    {"filemanager", 0.75},
    {"file-manager", 0.75},
    {"kcfinder", 0.75},
    {"ckfinder", 0.75},
    {"fckeditor", 0.75},
    {"tinymce", 0.65},
    {"plupload", 0.75},
    {"uploadify", 0.8},
    {"fileupload", 0.75},
    {"file_upload", 0.75},
    {"phpthumb", 0.7}, /* image scripts that fetch or run what they are given */
    {"timthumb", 0.7},
    {"revslider", 0.75},
    {"eval-stdin.php", 0.85},
    {"html5_upload", 0.75}, /* Bitrix */
    {"/bitrix/tools/", 0.6},
};

/* File managers of panels, whose requests name the account that is logged in. */
static const char *const panel_managers[] = {
    "/fileman/",          "/execute/fileman",    "cpanel_jsonapi_module=fileman",
    "/smb/file-manager/", "/filemanager/upload",
};

static struct str
file_name(struct str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.data[i - 1] == '/')
            return str_from(path, i);
    }
    return path;
}

/* Path and query, without scheme and host. */
static struct str
target_of(struct str target)
{
    if (target.len && target.data[0] != '/') {
        size_t at = str_find(target, STR("://"));

        if (at < target.len) {
            target = str_from(target, at + 3);
            target = str_from(target, str_index(target, '/'));
        }
    }
    return target;
}

static double
uploader_certainty(struct str target, struct str path)
{
    for (size_t i = 0; i < sizeof(uploaders) / sizeof(uploaders[0]); i++) {
        if (str_find_nocase(target, str_from_cstr(uploaders[i].word)) < target.len)
            return uploaders[i].certainty;
    }
    /* The folder "uploads" is no uploader, the script "upload.php" is. */
    path = file_name(path);
    return str_find_nocase(path, STR("upload")) < path.len ? 0.75 : 0;
}

static bool
is_panel_manager(struct str target)
{
    for (size_t i = 0; i < sizeof(panel_managers) / sizeof(panel_managers[0]); i++) {
        if (str_find_nocase(target, str_from_cstr(panel_managers[i])) < target.len)
            return true;
    }
    return false;
}

/* --- who logs in to a CMS --- */

/* Pages that take a password and nothing else. */
static const char *const login_pages[] = {
    "/wp-login.php", "/user/login", "mode=login", "route=common/login", "/login", "do=login",
};

static bool
is_cms_login(const struct visit *visit)
{
    if (!visit->is_post || str_has(visit->target, STR("action=")))
        return false;
    /* Joomla's administrator is one script; its login names no component. */
    if (str_ends(visit->target, STR("/administrator/index.php")))
        return true;
    for (size_t i = 0; i < sizeof(login_pages) / sizeof(login_pages[0]); i++) {
        if (str_find_nocase(visit->target, str_from_cstr(login_pages[i])) < visit->target.len)
            return true;
    }
    return false;
}

/* A CMS sends on whom it lets in; a wrong password shows the form again. */
static void
note_cms_login(struct entry_search *search, const struct entry_record *record,
               const struct visit *visit)
{
    struct entry_visitor *visitor;

    if (!is_cms_login(visit))
        return;
    visitor = entry_visitor(search, 0, visit->client);
    visitor->slot.time_us = record->time_us;
    if (record->event->request.status / 100 != 3) {
        visitor->failures++;
        return;
    }
    if (visitor->first_us == 0)
        visitor->first_us = record->time_us;
    visitor->last_us = record->time_us;
    visitor->place = record->place;
}

static void
add_cms_login(struct entry_search *search, struct entry_candidate *candidate)
{
    const struct entry_visitor *visitor = entry_visitor(search, 0, candidate->client);

    if (visitor->last_us == 0 || visitor->last_us > candidate->time_us + SECOND_US ||
        visitor->last_us < candidate->time_us - CMS_LOGIN_US)
        return;
    candidate->before = visitor->place;
    candidate->failures = visitor->failures;
    candidate->certainty += visitor->failures >= ENTRY_GUESSES_MIN ? 0.15 : 0.05;
}

/* --- the file itself --- */

static void
note_use(struct entry_search *search, const struct entry_record *record, const struct visit *visit,
         uint32_t suspect)
{
    struct entry_state *state = &search->states[suspect];

    if (state->first_use_us == 0 || record->time_us < state->first_use_us) {
        state->first_use_us = record->time_us;
        state->first_use = record->place;
    }
    for (uint32_t i = 0; i < state->user_count; i++) {
        if (state->users[i] == visit->client)
            return;
    }
    if (state->user_count < ENTRY_USERS_MAX)
        state->users[state->user_count++] = visit->client;
}

static void
note_put(struct entry_search *search, const struct entry_record *record, const struct visit *visit,
         uint32_t suspect, enum entry_site site)
{
    entry_keep(search, suspect,
               (struct entry_candidate){
                   .time_us = record->time_us,
                   .certainty = site == SITE_SAME ? 0.97 : 0.8,
                   .place = record->place,
                   .client = visit->client,
                   .user = table_add(search->names, record->event->request.user),
                   .way = WAY_PUT,
               });
}

/* Which suspect the request asks for; suspect_count: none. */
static uint32_t
asked_suspect(struct entry_search *search, const struct entry_record *record,
              const struct visit *visit)
{
    uint64_t hash = entry_name_hash(visit->path);
    uint32_t asked = search->suspect_count;

    for (uint32_t i = entry_first_named(search, hash);
         i < search->suspect_count && search->by_name[i].hash == hash; i++) {
        uint32_t suspect = search->by_name[i].suspect;
        const struct entry_suspect *file = &search->suspects[suspect];
        enum entry_site site =
            entry_match_site(file, record->event->request.vhost, visit->log_name, visit->log_path);

        if (!entry_match_url(file, visit->path, visit->name, site))
            continue;
        asked = suspect;
        if (record->event->request.method == METHOD_PUT) {
            if (record->time_us <= file->ctime_us + ENTRY_SLACK_US)
                note_put(search, record, visit, suspect, site);
        } else if (record->time_us >= file->ctime_us - ENTRY_SLACK_US) {
            note_use(search, record, visit, suspect);
        }
    }
    return asked;
}

/* --- what may have brought others --- */

/*
 * How well the time of a request fits a moment, 0 to 1. A file comes while its request
 * runs: Apache's stamp is when that began, nginx's when it ended.
 */
static double
closeness(const struct entry_record *record, int64_t moment_us)
{
    const struct event_request *request = &record->event->request;
    int64_t duration_us = request->duration_us, apart_us;
    int64_t begin_us = record->time_us, end_us = record->time_us;

    if (request->is_stamped_at_end)
        begin_us -= duration_us >= 0 ? duration_us : ENTRY_REQUEST_US;
    else
        end_us += duration_us >= 0 ? duration_us : ENTRY_REQUEST_US;
    if (moment_us < begin_us - ENTRY_SLACK_US || moment_us > end_us + ENTRY_SLACK_US)
        return 0;
    apart_us = duration_us >= 0             ? 0
               : request->is_stamped_at_end ? record->time_us - moment_us
                                            : moment_us - record->time_us;
    if (apart_us <= ENTRY_SLACK_US)
        return 1;
    return apart_us <= 10 * SECOND_US ? 0.85 : apart_us <= 30 * SECOND_US ? 0.7 : 0.5;
}

/* Sets way and certainty; false: this request brings no file. */
static bool
judge(struct entry_search *search, const struct visit *visit, uint32_t user, uint32_t asked,
      const struct entry_moment *moment, struct entry_candidate *candidate)
{
    double certainty;

    if (asked == moment->suspect)
        return false;
    if (asked < search->suspect_count) {
        candidate->way = WAY_SHELL;
        candidate->other = asked;
        candidate->certainty = visit->is_post ? 0.85 : 0.6;
        return true;
    }
    if (!visit->is_post)
        return false;
    if (user && user == search->states[moment->suspect].owner && is_panel_manager(visit->target)) {
        candidate->way = WAY_PANEL;
        candidate->certainty = 0.85;
        return true;
    }
    certainty = uploader_certainty(visit->target, visit->path);
    candidate->way = certainty > 0 ? WAY_UPLOADER : WAY_REQUEST;
    /* The pages of a CMS for everybody write no files, unless they are broken into. */
    candidate->certainty = certainty > 0 ? certainty : known_entry(visit->path) ? 0.2 : 0.4;
    if (known_attack_target(visit->target))
        candidate->certainty += 0.1;
    return true;
}

static void
weigh(struct entry_search *search, const struct entry_record *record, const struct visit *visit,
      uint32_t asked, const struct entry_moment *moment)
{
    const struct event_request *request = &record->event->request;
    uint32_t user = table_add(search->names, str_first(request->user, 255));
    struct entry_candidate candidate = {.time_us = record->time_us,
                                        .place = record->place,
                                        .client = visit->client,
                                        .user = user,
                                        .is_by_mtime = moment->is_mtime};
    double close = closeness(record, moment->time_us);
    enum entry_site site;

    if (close <= 0 || !judge(search, visit, user, asked, moment, &candidate))
        return;
    site = entry_match_site(&search->suspects[moment->suspect], request->vhost, visit->log_name,
                            visit->log_path);
    if (candidate.way != WAY_PANEL && candidate.way != WAY_SHELL) {
        if (site == SITE_OTHER ||
            (site == SITE_UNKNOWN && search->states[moment->suspect].has_own_log))
            return;
        candidate.is_other_site = site == SITE_UNKNOWN;
        candidate.certainty *= site == SITE_UNKNOWN ? 0.6 : 1;
    }
    candidate.certainty *= close * (moment->is_mtime ? 0.8 : 1);
    add_cms_login(search, &candidate);
    entry_keep(search, moment->suspect, candidate);
}

void
entry_request(struct entry_search *search, const struct entry_record *record)
{
    const struct event_request *request = &record->event->request;
    const struct entry_log_state *log = &search->logs[record->log];
    struct visit visit = {.target = target_of(request->target),
                          .log_name = log->name,
                          .log_path = log->path,
                          .is_post =
                              request->method == METHOD_POST || request->method == METHOD_PUT};
    uint32_t asked;

    if (request->status >= 400)
        return;
    visit.path = str_first(visit.target, str_index(visit.target, '?'));
    visit.name = request->vhost.len ? request->vhost : log->name;
    visit.client = table_add(search->names, str_first(request->client, 64));
    note_cms_login(search, record, &visit);
    asked = asked_suspect(search, record, &visit);
    if (!visit.is_post && asked == search->suspect_count)
        return;
    for (uint32_t i =
             entry_moment_from(search, record->time_us - ENTRY_REQUEST_US - ENTRY_SLACK_US);
         i < search->moment_count &&
         search->moments[i].time_us <= record->time_us + ENTRY_REQUEST_US + ENTRY_SLACK_US;
         i++)
        weigh(search, record, &visit, asked, &search->moments[i]);
}
