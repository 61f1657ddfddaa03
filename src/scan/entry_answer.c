#include "base/buf.h"
#include "base/civil.h"
#include "scan/entry_parts.h"

#define INFERRED_MAX 0.89 /* what is inferred accuses nobody */
#define SECOND_LEAST 0.4  /* a second answer must be that sure */
#define BURST_US (10 * SECOND_US)
#define FORGED_US (60 * SECOND_US)
#define WORDS_BYTES_MAX 1200

/* What each way is called, and what to do. */
static const struct {
    const char *rule, *advice;
} ways[] = {
    [WAY_PUT] = {"entry-upload", "Let the web server take no PUT, or only with a password that is "
                                 "new, and look for what else that client brought."},
    [WAY_FTP] = {"entry-ftp", "Give the FTP account a new password, look for what else it "
                              "uploaded, and search the computers that know the password."},
    [WAY_SFTP] = {"entry-ssh", "Give the account a new password, check its authorized_keys, and "
                               "look for what else it uploaded."},
    [WAY_PANEL] = {"entry-panel", "Give the panel account a new password and a second factor, and "
                                  "look for what else it did then."},
    [WAY_SHELL] = {"entry-shell", "Take both files away; that other one came first: see how it "
                                  "came."},
    [WAY_UPLOADER] = {"entry-upload", "Update or remove what takes the upload, change the "
                                      "passwords of the site's administrators, and let no PHP run "
                                      "in folders for uploads."},
    [WAY_REQUEST] = {"entry-request", "Look at the script that was asked, and update or remove it: "
                                      "it may let visitors write files."},
    [WAY_LOGIN_FTP] = {"entry-ftp", "Ask the owner of the account; if it was not theirs, give it a "
                                    "new password and look for what else changed then."},
    [WAY_LOGIN_SSH] = {"entry-ssh", "Ask the owner of the account; if it was not theirs, give it a "
                                    "new password, check authorized_keys and cron, and look for "
                                    "what else changed then."},
    [WAY_LOGIN_PANEL] = {"entry-panel", "Ask the owner of the account; if it was not theirs, give "
                                        "it a new password and look for what else changed then."},
};

static const char advice_unknown[] =
    "Look in older logs and backups of logs (weir scan --logs FOLDER); keep logs for longer than a "
    "break-in takes to be noticed.";

struct answers {
    struct entry_search *search;
    struct arena *arena;
    struct entry_answer *list;
    uint32_t count;
};

/* --- which one it was --- */

static bool
is_by_name(enum entry_way way)
{
    return way == WAY_PUT || way == WAY_FTP || way == WAY_SFTP;
}

static bool
uses_file(const struct entry_state *state, uint32_t client)
{
    for (uint32_t i = 0; client && i < state->user_count; i++) {
        if (state->users[i] == client)
            return true;
    }
    return false;
}

/* Whoever drives the file afterwards is likelier to have brought it. */
static double
final_certainty(const struct entry_state *state, const struct entry_candidate *candidate)
{
    double certainty = candidate->certainty;

    if (is_by_name(candidate->way))
        return certainty;
    if (uses_file(state, candidate->client))
        certainty += candidate->way >= WAY_LOGIN_FTP ? 0.25 : 0.35;
    return certainty < INFERRED_MAX ? certainty : INFERRED_MAX;
}

/* What two candidates that are as sure differ by: the nearer to the change, the first line. */
static bool
is_better(const struct entry_state *state, const struct entry_candidate *a,
          const struct entry_candidate *b)
{
    double x = final_certainty(state, a), y = final_certainty(state, b);

    if (x < y || x > y)
        return x > y;
    if (a->time_us != b->time_us)
        return a->time_us > b->time_us;
    return a->place.input != b->place.input ? a->place.input < b->place.input
                                            : a->place.line < b->place.line;
}

/* The surest candidate whose rule is not `except`; NULL when there is none. */
static const struct entry_candidate *
best_candidate(const struct entry_state *state, const char *except)
{
    const struct entry_candidate *best = NULL;

    for (uint32_t i = 0; i < state->candidate_count; i++) {
        const struct entry_candidate *candidate = &state->candidates[i];

        if (except && strcmp(ways[candidate->way].rule, except) == 0)
            continue;
        if (!best || is_better(state, candidate, best))
            best = candidate;
    }
    return best;
}

/* --- in words --- */

static struct str
time_text(struct arena *arena, int64_t time_us)
{
    char text[32];

    civil_write_utc(time_us / SECOND_US, text);
    return arena_str(arena, str_from_cstr(text));
}

static struct str
duration_text(struct arena *arena, int64_t span_us)
{
    int64_t seconds = span_us / SECOND_US;

    if (seconds >= 2 * DAY_S)
        return arena_printf(arena, "%lld days", (long long)(seconds / DAY_S));
    if (seconds >= 7200)
        return arena_printf(arena, "%lld hours", (long long)(seconds / 3600));
    if (seconds >= 120)
        return arena_printf(arena, "%lld minutes", (long long)(seconds / 60));
    return arena_printf(arena, "%lld seconds", (long long)seconds);
}

static struct str
place_text(const struct answers *answers, struct place place)
{
    return arena_printf(answers->arena, STR_FMT ":%u",
                        STR_ARG(answers->search->logs[place.input].path), place.line);
}

static struct str
someone(const struct answers *answers, uint32_t id, const char *unknown)
{
    struct str name = table_name(answers->search->names, id);

    return name.len ? name : str_from_cstr(unknown);
}

/* What the line shows. */
static struct str
say_way(const struct answers *answers, const struct entry_candidate *candidate)
{
    struct str client = someone(answers, candidate->client, "an unknown address");
    struct str user = someone(answers, candidate->user, "an unknown account");
    struct arena *arena = answers->arena;

    switch ((enum entry_way)candidate->way) {
    case WAY_PUT:
        return arena_printf(arena, STR_FMT " put the file there by HTTP (WebDAV).",
                            STR_ARG(client));
    case WAY_FTP:
        return arena_printf(arena, STR_FMT " uploaded the file by FTP from " STR_FMT ".",
                            STR_ARG(user), STR_ARG(client));
    case WAY_SFTP:
        return arena_printf(arena, STR_FMT " uploaded the file by SFTP from " STR_FMT ".",
                            STR_ARG(user), STR_ARG(client));
    case WAY_PANEL:
        return arena_printf(arena,
                            "The file changed while " STR_FMT
                            " used the panel's file manager from " STR_FMT ".",
                            STR_ARG(user), STR_ARG(client));
    case WAY_SHELL:
        return arena_printf(
            arena, "The file changed when " STR_FMT " used another malicious file, " STR_FMT ".",
            STR_ARG(client), STR_ARG(answers->search->suspects[candidate->other].path));
    case WAY_UPLOADER:
        return arena_printf(
            arena, "The file changed when " STR_FMT " posted to a script that takes files.",
            STR_ARG(client));
    case WAY_REQUEST:
        return arena_printf(arena,
                            "The file changed when " STR_FMT " posted to a script of the site.",
                            STR_ARG(client));
    case WAY_LOGIN_FTP:
    case WAY_LOGIN_SSH:
    case WAY_LOGIN_PANEL:
        break;
    }
    return arena_printf(arena,
                        "Its owner, " STR_FMT ", logged in from " STR_FMT " before it changed.",
                        STR_ARG(user), STR_ARG(client));
}

static void
say_when(const struct answers *answers, uint32_t suspect, const struct entry_candidate *candidate,
         struct buf *words)
{
    const struct entry_suspect *file = &answers->search->suspects[suspect];
    int64_t moment_us = candidate->is_by_mtime ? file->mtime_us : file->ctime_us;
    int64_t before_us = moment_us - candidate->time_us;
    struct str when = time_text(answers->arena, moment_us);
    struct str span = duration_text(answers->arena, before_us < 0 ? -before_us : before_us);

    buf_printf(words, " It %s " STR_FMT,
               candidate->is_by_mtime ? "says that it was written at" : "changed at",
               STR_ARG(when));
    if (before_us > ENTRY_SLACK_US)
        buf_printf(words, ", " STR_FMT " later", STR_ARG(span));
    buf_add_char(words, '.');
}

static void
say_client(const struct answers *answers, const struct entry_candidate *candidate,
           const struct entry_state *state, struct buf *words)
{
    struct str place;

    if (candidate->failures >= ENTRY_GUESSES_MIN)
        buf_printf(words, " That client had %u failed logins before: it guessed the password.",
                   candidate->failures);
    if (candidate->before.line) {
        place = place_text(answers, candidate->before);
        buf_printf(words, " It had logged in to the site: " STR_FMT ".", STR_ARG(place));
    }
    if (uses_file(state, candidate->client))
        buf_add(words, STR(" The same client used the file afterwards."));
    if (candidate->is_other_site)
        buf_add(words, STR(" Which site that log belongs to is not known."));
}

static void
say_first_use(const struct answers *answers, const struct entry_state *state, struct buf *words)
{
    struct str when, place;

    if (state->first_use_us == 0)
        return;
    when = time_text(answers->arena, state->first_use_us);
    place = place_text(answers, state->first_use);
    buf_printf(words, " First used at " STR_FMT " (" STR_FMT ").", STR_ARG(when), STR_ARG(place));
}

/* A ctime is the kernel's own; a mtime is what anybody set. */
static void
say_stamp(const struct answers *answers, const struct entry_suspect *file, struct buf *words)
{
    int64_t apart_us = file->ctime_us - file->mtime_us;
    struct str span = duration_text(answers->arena, apart_us < 0 ? -apart_us : apart_us);

    if (file->mtime_us <= 0)
        return;
    if (apart_us < -ENTRY_SLACK_US)
        buf_printf(words, " Its time stamp lies " STR_FMT " after its last change: it is forged.",
                   STR_ARG(span));
    else if (apart_us > FORGED_US)
        buf_printf(words,
                   " Its time stamp is " STR_FMT " older than its last change: it was set back, or "
                   "the file was unpacked, moved or given another mode or owner.",
                   STR_ARG(span));
}

/* --- files that changed together --- */

/* The surest candidate of all members, and whose it is. */
static const struct entry_candidate *
adopt(const struct entry_search *search, const uint32_t *members, uint32_t count,
      uint32_t *ret_from)
{
    const struct entry_candidate *best = NULL;
    double best_certainty = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct entry_state *state = &search->states[members[i]];
        const struct entry_candidate *candidate = best_candidate(state, NULL);
        double certainty = candidate ? final_certainty(state, candidate) : 0;

        if (candidate && certainty > best_certainty) {
            best = candidate;
            best_certainty = certainty;
            *ret_from = members[i];
        }
    }
    return best;
}

/* --- nothing --- */

/* What the logs of one sort cover. */
struct span {
    int64_t first_us, last_us;
    uint32_t count;
    bool covers;
};

static struct span
span_of(const struct entry_search *search, bool is_web, int64_t moment_us)
{
    struct span span = {0, 0, 0, false};

    for (uint32_t i = 0; i < search->log_count; i++) {
        const struct entry_log_state *log = &search->logs[i];

        if (log->first_us == 0 || (is_web ? log->use != RECORD_WEB : !log->has_logins))
            continue;
        if (span.count == 0 || log->first_us < span.first_us)
            span.first_us = log->first_us;
        if (log->last_us > span.last_us)
            span.last_us = log->last_us;
        span.count++;
        span.covers |= moment_us >= log->first_us - ENTRY_SLACK_US &&
                       moment_us <= log->last_us + ENTRY_SLACK_US;
    }
    return span;
}

static void
say_span(const struct answers *answers, const char *what, const struct span *span,
         struct buf *words)
{
    struct str first, last;

    if (span->count == 0) {
        buf_printf(words, " There is no log of %s.", what);
        return;
    }
    first = time_text(answers->arena, span->first_us);
    last = time_text(answers->arena, span->last_us);
    buf_printf(words, " Those of %s cover " STR_FMT " to " STR_FMT "%s.", what, STR_ARG(first),
               STR_ARG(last),
               span->covers ? ", and show nothing that brought it" : ", not that moment");
}

static void
say_nothing(const struct answers *answers, uint32_t suspect, struct buf *words)
{
    const struct entry_suspect *file = &answers->search->suspects[suspect];
    struct span web = span_of(answers->search, true, file->ctime_us);
    struct span logins = span_of(answers->search, false, file->ctime_us);
    struct str when = time_text(answers->arena, file->ctime_us);

    buf_printf(words, "How it came is not in these logs. It changed at " STR_FMT ".",
               STR_ARG(when));
    say_span(answers, "web requests", &web, words);
    say_span(answers, "logins and transfers", &logins, words);
}

/* --- all of it --- */

static void
add(struct answers *answers, uint32_t suspect, const struct entry_candidate *candidate,
    double certainty, struct str beside)
{
    const struct entry_suspect *file = &answers->search->suspects[suspect];
    const struct entry_state *state = &answers->search->states[suspect];
    struct entry_answer *answer = &answers->list[answers->count++];
    struct buf words;

    buf_init(&words, WORDS_BYTES_MAX);
    *answer = (struct entry_answer){.suspect = suspect, .rule = "entry-unknown"};
    answer->line.ref.input = UINT32_MAX;
    if (candidate) {
        answer->rule = ways[candidate->way].rule;
        answer->confidence = certainty < file->confidence ? certainty : file->confidence;
        answer->line.ref = place_ref(candidate->place);
        answer->advice = str_from_cstr(ways[candidate->way].advice);
        if (beside.len)
            buf_printf(&words,
                       "It changed in one burst with " STR_FMT ", of which: ", STR_ARG(beside));
        buf_add(&words, say_way(answers, candidate));
        say_when(answers, suspect, candidate, &words);
        say_client(answers, candidate, state, &words);
    } else {
        answer->advice = str_from_cstr(advice_unknown);
        say_nothing(answers, suspect, &words);
    }
    say_first_use(answers, state, &words);
    say_stamp(answers, file, &words);
    answer->why = arena_str(answers->arena, buf_str(&words));
    buf_done(&words);
}

/* The file's own best, what brought its burst where that is surer, and a second of another kind. */
static void
answer_suspect(struct answers *answers, uint32_t suspect, const struct entry_candidate *adopted,
               uint32_t from)
{
    struct entry_search *search = answers->search;
    const struct entry_state *state = &search->states[suspect];
    const struct entry_candidate *best = best_candidate(state, NULL), *second;
    double certainty = best ? final_certainty(state, best) : 0;

    if (adopted && from != suspect) {
        double shared = final_certainty(&search->states[from], adopted) *
                        (is_by_name(adopted->way) ? 0.6 : 0.95);

        /* Another malicious file that is this one brought nothing by itself. */
        if (shared > certainty && !(adopted->way == WAY_SHELL && adopted->other == suspect)) {
            add(answers, suspect, adopted, shared, search->suspects[from].path);
            return;
        }
    }
    add(answers, suspect, best, certainty, STR_EMPTY);
    if (!best || certainty >= FINDING_ACCUSES)
        return;
    second = best_candidate(state, ways[best->way].rule);
    if (second && final_certainty(state, second) >= SECOND_LEAST)
        add(answers, suspect, second, final_certainty(state, second), STR_EMPTY);
}

static bool
is_together(const struct entry_search *search, uint32_t a, uint32_t b)
{
    return search->states[a].owner == search->states[b].owner &&
           str_eq(search->suspects[a].vhost, search->suspects[b].vhost);
}

/*
 * The bursts: suspects of one owner and site whose changes follow one another. `ret_from` gets, for
 * each suspect, the one of its burst whose candidate is the surest.
 */
static bool
find_bursts(const struct entry_search *search, struct arena *arena,
            const struct entry_candidate ***ret_adopted, uint32_t **ret_from)
{
    uint32_t count = search->suspect_count, *members;
    bool *is_done;

    *ret_adopted = arena_array(arena, count + 1, sizeof(**ret_adopted));
    *ret_from = arena_array(arena, count + 1, sizeof(**ret_from));
    members = arena_array(arena, count + 1, sizeof(*members));
    is_done = arena_array(arena, search->moment_count + 1, sizeof(*is_done));
    if (!*ret_adopted || !*ret_from || !members || !is_done)
        return false;
    for (uint32_t i = 0; i < search->moment_count; i++) {
        int64_t last_us = search->moments[i].time_us;
        uint32_t member_count = 0;
        const struct entry_candidate *adopted;
        uint32_t from = 0;

        if (is_done[i] || search->moments[i].is_mtime)
            continue;
        for (uint32_t k = i;
             k < search->moment_count && search->moments[k].time_us <= last_us + BURST_US; k++) {
            const struct entry_moment *moment = &search->moments[k];

            if (is_done[k] || moment->is_mtime ||
                !is_together(search, moment->suspect, search->moments[i].suspect))
                continue;
            is_done[k] = true;
            members[member_count++] = moment->suspect;
            last_us = moment->time_us;
        }
        adopted = member_count > 1 ? adopt(search, members, member_count, &from) : NULL;
        for (uint32_t k = 0; adopted && k < member_count; k++) {
            (*ret_adopted)[members[k]] = adopted;
            (*ret_from)[members[k]] = from;
        }
    }
    return true;
}

bool
entry_search_finish(struct entry_search *search, struct arena *arena,
                    struct entry_answer **ret_answers, uint32_t *ret_count, struct err *err)
{
    struct answers answers = {.search = search, .arena = arena};
    const struct entry_candidate **adopted;
    uint32_t *from;

    answers.list = arena_array(arena, (size_t)search->suspect_count * ENTRY_ANSWERS_MAX + 1,
                               sizeof(*answers.list));
    if (!answers.list || !find_bursts(search, arena, &adopted, &from))
        return err_set(err, ERR_LIMIT, "too many malicious files to look for their entry");
    for (uint32_t i = 0; i < search->suspect_count; i++)
        answer_suspect(&answers, i, adopted[i], from[i]);
    *ret_answers = answers.list;
    *ret_count = answers.count;
    return true;
}

struct finding
entry_finding(const struct entry_suspect *suspect, const struct entry_answer *answer,
              struct arena *arena)
{
    struct str text = STR_EMPTY;

    if (answer->line.ref.input != UINT32_MAX)
        text = arena_printf(arena, STR_FMT ":%u: " STR_FMT, STR_ARG(answer->line.path),
                            answer->line.ref.line, STR_ARG(answer->line.text));
    return (struct finding){
        .kind = FINDING_ENTRY,
        .rule = answer->rule,
        .confidence = answer->confidence,
        .path = suspect->path,
        .line = 0,
        .text = str_first(text, FINDING_TEXT_MAX),
        .why = answer->why,
        .advice = answer->advice,
    };
}
