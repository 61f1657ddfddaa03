#include "cmd/scan_act.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "disk/place.h"
#include "disk/quarantine.h"
#include "scan/examine.h"
#include "scan/mend.h"
#include "scan/persistence.h"

#define ACTIONS_ARENA_BYTES ((size_t)64 << 20)

struct scan_act {
    bool is_quarantine, is_clean, has_failed;
    char *const *roots; /* what was to be scanned */
    int root_count;
    struct quarantine *quarantine;
    struct digester *digester;
    struct arena *texts;            /* of the actions */
    struct arena *mended, *scratch; /* of one file */
    char scan[QUARANTINE_SCAN_MAX]; /* the id of this run */
    char allow[PATH_MAX];
    struct scan_action *list;
    size_t capacity;
    struct scan_actions actions;
};

/* ---- the allow-list ---- */

/* As weir quarantine has it: beside a store of its own. */
static bool
allow_path(const char *store, char ret_path[PATH_MAX], struct err *err)
{
    int len = store ? snprintf(ret_path, PATH_MAX, "%s/allow", store)
                    : snprintf(ret_path, PATH_MAX, "%s", QUARANTINE_ALLOW);

    if (len < 0 || len >= PATH_MAX)
        return err_set(err, ERR_LIMIT, "'%s' is too long a path", store);
    return true;
}

bool
scan_act_allow(const struct scan_arguments *arguments, struct allow **ret_allow, struct err *err)
{
    char path[PATH_MAX];
    struct allow *allow;

    if (!allow_path(arguments->store, path, err) || !allow_open(path, &allow, err))
        return false;
    for (int i = 0; i < arguments->allows.count; i++) {
        if (!allow_read_also(allow, arguments->allows.list[i], err)) {
            allow_free(allow);
            return false;
        }
    }
    *ret_allow = allow;
    return true;
}

/* ---- opening ---- */

/* "20260301-101500-3f0c": when, and what two runs of one second do not share. */
static void
name_scan(char ret_scan[QUARANTINE_SCAN_MAX])
{
    time_t now = time(NULL);
    struct tm moment;
    uint16_t number = 0;
    size_t len;

    (void)!getrandom(&number, sizeof(number), 0);
    (void)gmtime_r(&now, &moment);
    len = strftime(ret_scan, QUARANTINE_SCAN_MAX, "%Y%m%d-%H%M%S", &moment);
    (void)snprintf(ret_scan + len, QUARANTINE_SCAN_MAX - len, "-%04x", number);
}

bool
scan_act_open(const struct scan_arguments *arguments, struct scan_act **ret_act, struct err *err)
{
    struct scan_act *act;
    struct quarantine_options options = {.folder = arguments->store};

    if (geteuid() != 0)
        return err_set(err, ERR_SYSTEM, "%s needs root: without it, scan and report only",
                       arguments->is_quarantine ? "--quarantine" : "--clean");
    act = calloc(1, sizeof(*act));
    if (!act)
        abort();
    if (!allow_path(arguments->store, act->allow, err)) {
        free(act);
        return false;
    }
    options.allow = act->allow;
    if (!quarantine_open(&options, &act->quarantine, err)) {
        free(act);
        return false;
    }
    act->is_quarantine = arguments->is_quarantine;
    act->is_clean = arguments->is_clean;
    act->roots = arguments->paths;
    act->root_count = arguments->path_count;
    act->digester = digester_new();
    act->texts = arena_new(ACTIONS_ARENA_BYTES);
    act->mended = arena_new(MEND_ARENA_BYTES + MEND_BYTES_MAX);
    act->scratch = arena_new(EXAMINE_ARENA_BYTES_MAX);
    name_scan(act->scan);
    act->actions.scan = str_from_cstr(act->scan);
    act->actions.store = arguments->store ? str_from_cstr(arguments->store) : STR_EMPTY;
    *ret_act = act;
    return true;
}

void
scan_act_roots(struct scan_act *act, char *const *roots, int count)
{
    act->roots = roots;
    act->root_count = count;
}

void
scan_act_close(struct scan_act *act)
{
    if (!act)
        return;
    quarantine_close(act->quarantine);
    digester_free(act->digester);
    arena_free(act->texts);
    arena_free(act->mended);
    arena_free(act->scratch);
    free(act->list);
    free(act);
}

/* ---- what is done with one file ---- */

/* All that is said against one file. */
struct accused {
    const struct finding_file *file;
    struct str path;
    struct str rules[QUARANTINE_RULES_MAX];
    uint32_t rule_count;
    double confidence;
    struct place place;
    int fd; /* -1: not open */
};

static void
note(struct scan_act *act, enum scan_action_kind kind, struct str path, const char *id,
     const char *reason)
{
    if (act->actions.count == act->capacity) {
        act->capacity = act->capacity ? 2 * act->capacity : 64;
        act->list = reallocarray(act->list, act->capacity, sizeof(*act->list));
        if (!act->list)
            abort();
        act->actions.list = act->list;
    }
    act->list[act->actions.count++] = (struct scan_action){
        .kind = kind,
        .path = arena_str(act->texts, path),
        .id = id ? arena_str(act->texts, str_from_cstr(id)) : STR_EMPTY,
        .reason = reason ? arena_str(act->texts, str_from_cstr(reason)) : STR_EMPTY,
    };
    act->has_failed |= kind == SCAN_ACTION_REFUSED;
}

/* What a package put there comes back from the package, and something may need it to boot. */
static bool
is_system(const char *path)
{
    static const char *const folders[] = {"/bin/",    "/sbin/", "/lib/",  "/lib32/", "/lib64/",
                                          "/libx32/", "/usr/",  "/boot/", "/etc/"};

    if (str_starts(str_from_cstr(path), STR("/usr/local/")))
        return false;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (str_starts(str_from_cstr(path), str_from_cstr(folders[i])))
            return true;
    }
    return false;
}

/* Why no program should touch this file; NULL: it may. */
static const char *
reason_to_leave(const struct accused *accused)
{
    if (!accused->file || !accused->file->is_whole || !accused->file->has_digest)
        return "its scan did not read all of it, which is no verdict: look at it yourself";
    if (persistence_of(str_from_cstr(accused->place.path)) != PERSISTENCE_NONE)
        return "other lines in it may be yours: remove the one that is named by hand";
    if (is_system(accused->place.path))
        return "it belongs to the system: compare it with its package (dpkg -V, rpm -V), then weir "
               "quarantine add";
    return NULL;
}

/* Where the path begins below what was to be scanned: as the walk has it. */
static size_t
inside_at(const struct scan_act *act, struct str path)
{
    size_t longest = 0;

    for (int i = 0; i < act->root_count; i++) {
        struct str root = str_from_cstr(act->roots[i]);

        if (path.len > root.len && root.len > longest && str_starts(path, root))
            longest = root.len;
    }
    return longest;
}

static bool
read_source(int fd, struct arena *arena, struct str *ret_source)
{
    char *bytes = arena_alloc(arena, MEND_BYTES_MAX + 1);
    size_t len = 0;

    while (bytes && len <= MEND_BYTES_MAX) {
        ssize_t got = pread(fd, bytes + len, MEND_BYTES_MAX + 1 - len, (off_t)len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_source = (struct str){bytes, len};
    return bytes != NULL;
}

/* What the file is without its injection: of the very bytes that were judged. */
static enum mend_verdict
mend(struct scan_act *act, const struct accused *accused, struct str *ret_rest)
{
    const struct finding_file *file = accused->file;
    struct subject subject = {
        .size_bytes = file->size_bytes,
        .mtime_s = file->mtime_s,
        .ctime_s = file->ctime_s,
        .uid = file->uid,
        .mode = file->mode,
        .is_in_site = file->site.len > 0,
    };
    struct digest digest;

    arena_reset(act->mended);
    if (file->size_bytes > MEND_BYTES_MAX ||
        !read_source(accused->fd, act->mended, &subject.source))
        return MEND_LIMIT;
    digest = digest_of(act->digester, subject.source);
    /* Changed meanwhile: quarantine says so. */
    if (memcmp(digest.bytes, file->digest, sizeof(digest.bytes)) != 0)
        return MEND_UNSEEN;
    subject_set_path(&subject, accused->path, inside_at(act, accused->path));
    return mend_file(&subject, act->mended, act->scratch, ret_rest);
}

static void
settle(struct scan_act *act, struct accused *accused)
{
    struct quarantine_verdict verdict = {
        .is_whole = accused->file->is_whole,
        .rules = accused->rules,
        .rule_count = accused->rule_count,
        .confidence = accused->confidence,
        .scan = act->actions.scan,
    };
    char id[QUARANTINE_ID_TEXT];
    struct str rest = STR_EMPTY;
    enum mend_verdict mended = mend(act, accused, &rest);
    const char *path = accused->place.path;
    struct err err;

    memcpy(verdict.digest.bytes, accused->file->digest, sizeof(verdict.digest.bytes));
    if (mended == MEND_DONE && !act->is_clean) {
        note(act, SCAN_ACTION_LEFT, accused->path, NULL,
             "the site needs it, and something was injected into it: use --clean");
    } else if (mended == MEND_DONE) {
        if (quarantine_clean(act->quarantine, path, &verdict, rest, id, &err))
            note(act, SCAN_ACTION_CLEANED, accused->path, id, NULL);
        else
            note(act, SCAN_ACTION_REFUSED, accused->path, NULL, err.text);
    } else if (mended == MEND_NEEDED) {
        note(act, SCAN_ACTION_LEFT, accused->path, NULL, mend_verdict_text(mended));
    } else if (!act->is_quarantine) {
        char reason[256];

        (void)snprintf(reason, sizeof(reason), "%s: use --quarantine", mend_verdict_text(mended));
        note(act, SCAN_ACTION_LEFT, accused->path, NULL, reason);
    } else if (quarantine_take(act->quarantine, path, &verdict, id, &err)) {
        note(act, SCAN_ACTION_QUARANTINED, accused->path, id, NULL);
    } else {
        note(act, SCAN_ACTION_REFUSED, accused->path, NULL, err.text);
    }
}

static void
act_on_file(struct scan_act *act, struct accused *accused)
{
    char path[PATH_MAX];
    const char *reason;
    struct stat status;
    struct err err;

    (void)snprintf(path, sizeof(path), STR_FMT, STR_ARG(accused->path));
    if (lstat(path, &status) != 0 && errno == ENOENT) {
        note(act, SCAN_ACTION_LEFT, accused->path, NULL, "it is not there any more");
        return;
    }
    if (!place_open(path, &accused->place, &err) ||
        !place_open_file(&accused->place, &accused->fd, &err)) {
        err_wrap(&err, "'%s' is not taken", path);
        note(act, SCAN_ACTION_REFUSED, accused->path, NULL, err.text);
        return;
    }
    reason = reason_to_leave(accused);
    if (reason)
        note(act, SCAN_ACTION_LEFT, accused->path, NULL, reason);
    else
        settle(act, accused);
}

/* ---- all of them ---- */

static bool
is_accusation(const struct finding *finding)
{
    return finding->kind == FINDING_MALICIOUS && finding->confidence >= FINDING_ACCUSES;
}

/* The findings of one path from `from` on; what they accuse it of. */
static size_t
gather(const struct finding *findings, size_t from, size_t count, struct accused *accused)
{
    size_t at = from;

    *accused = (struct accused){.path = findings[from].path, .place = PLACE_EMPTY, .fd = -1};
    for (; at < count && str_eq(findings[at].path, accused->path); at++) {
        if (!is_accusation(&findings[at]))
            continue;
        accused->file = findings[at].file;
        if (findings[at].confidence > accused->confidence)
            accused->confidence = findings[at].confidence;
        if (accused->rule_count < QUARANTINE_RULES_MAX)
            accused->rules[accused->rule_count++] = str_from_cstr(findings[at].rule);
    }
    return at;
}

void
scan_act_on(struct scan_act *act, const struct finding *findings, size_t count)
{
    struct accused *accused = calloc(1, sizeof(*accused));

    if (!accused)
        abort();
    for (size_t at = 0; at < count;) {
        at = gather(findings, at, count, accused);
        if (accused->rule_count)
            act_on_file(act, accused);
        if (accused->fd >= 0)
            close(accused->fd);
        place_done(&accused->place);
    }
    free(accused);
}

const struct scan_actions *
scan_act_actions(const struct scan_act *act)
{
    return &act->actions;
}

void
scan_act_forget(struct scan_act *act)
{
    act->actions.count = 0;
    arena_reset(act->texts);
}

void
scan_act_print(const struct scan_act *act, struct buf *buf)
{
    for (size_t i = 0; i < act->actions.count; i++) {
        if (act->actions.list[i].reason.len)
            continue;
        scan_action_text(&act->actions.list[i], buf);
        buf_add_char(buf, '\n');
    }
    scan_actions_summary(&act->actions, buf);
}

void
scan_act_complain(const struct scan_act *act)
{
    struct buf line;

    buf_init(&line, 1 << 16);
    for (size_t i = 0; i < act->actions.count; i++) {
        if (!act->actions.list[i].reason.len)
            continue;
        buf_reset(&line);
        scan_action_text(&act->actions.list[i], &line);
        fprintf(stderr, "weir scan: " STR_FMT "\n", STR_ARG(buf_str(&line)));
    }
    buf_done(&line);
    if (quarantine_remark(act->quarantine)[0])
        terminal_complain("scan", str_from_cstr(quarantine_remark(act->quarantine)));
}

bool
scan_act_has_failed(const struct scan_act *act)
{
    return act->has_failed || quarantine_remark(act->quarantine)[0];
}
