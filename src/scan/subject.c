#include "scan/subject.h"

static const struct {
    const char *folder;
    uint32_t places;
} folders[] = {
    {"uploads", PLACE_UPLOADS},      {"upload", PLACE_UPLOADS},      {"images", PLACE_UPLOADS},
    {"img", PLACE_UPLOADS},          {"media", PLACE_UPLOADS},       {"files", PLACE_UPLOADS},
    {"attachments", PLACE_UPLOADS},  {"avatars", PLACE_UPLOADS},     {"pictures", PLACE_UPLOADS},
    {"cache", PLACE_CACHE},          {"caches", PLACE_CACHE},        {"tmp", PLACE_CACHE},
    {"temp", PLACE_CACHE},           {"session", PLACE_CACHE},       {"sessions", PLACE_CACHE},
    {"templates_c", PLACE_CACHE},    {"logs", PLACE_CACHE},          {"vendor", PLACE_LIBRARY},
    {"node_modules", PLACE_LIBRARY}, {"wp-includes", PLACE_LIBRARY}, {"wp-admin", PLACE_LIBRARY},
    {"core", PLACE_LIBRARY},         {"libraries", PLACE_LIBRARY},   {"tests", PLACE_TESTS},
    {"test", PLACE_TESTS},           {"examples", PLACE_TESTS},      {"docs", PLACE_TESTS},
    {"cron.d", PLACE_CRON},          {"crontabs", PLACE_CRON},
};

static uint32_t
folder_places(struct str name)
{
    uint32_t places = name.len > 1 && name.data[0] == '.' ? PLACE_HIDDEN : 0;

    if (str_eq(name, STR("..")))
        places = 0;
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (name.len && (name.data[0] | 0x20) == folders[i].folder[0] &&
            str_eq_nocase(name, str_from_cstr(folders[i].folder)))
            places |= folders[i].places;
    }
    return places;
}

uint32_t
subject_places(struct str path)
{
    uint32_t places = 0;
    struct str rest = path;

    if (str_starts(path, STR("/tmp/")) || str_starts(path, STR("/var/tmp/")) ||
        str_starts(path, STR("/dev/shm/")))
        places |= PLACE_TEMPORARY;
    while (str_index(rest, '/') < rest.len)
        places |= folder_places(str_cut(&rest, '/'));
    if (rest.len > 1 && rest.data[0] == '.')
        places |= PLACE_HIDDEN;
    return places;
}

bool
subject_is_temporary(struct str path, size_t inside_at)
{
    static const char *const places[] = {"/tmp/", "/var/tmp/", "/dev/shm/"};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (str_starts(path, str_from_cstr(places[i])) && inside_at <= strlen(places[i]))
            return true;
    }
    return false;
}

void
subject_set_path(struct subject *subject, struct str path, size_t inside_at)
{
    subject->path = path;
    subject->inside = str_from(path, inside_at);
    subject->places = subject_places(subject->inside);
    if (subject_is_temporary(path, inside_at))
        subject->places |= PLACE_TEMPORARY;
}

static bool
ends_with_any(struct str path, const char *const *endings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(endings[i]);

        if (path.len > len &&
            str_eq_nocase(str_from(path, path.len - len), str_from_cstr(endings[i])))
            return true;
    }
    return false;
}

bool
subject_is_archive_name(struct str path)
{
    static const char *const endings[] = {".zip", ".tar", ".gz",  ".tgz", ".bz2",  ".xz",    ".zst",
                                          ".7z",  ".rar", ".jar", ".jpa", ".phar", ".wpress"};

    return ends_with_any(path, endings, sizeof(endings) / sizeof(endings[0]));
}

bool
subject_is_php_name(struct str path)
{
    static const char *const endings[] = {
        ".php", ".phtml", ".php3",   ".php4",    ".php5",  ".php7",   ".php8", ".pht",    ".phar",
        ".inc", ".phps",  ".module", ".install", ".theme", ".engine", ".ctp",  ".tpl.php"};

    return ends_with_any(path, endings, sizeof(endings) / sizeof(endings[0]));
}
