#include "source/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"

#define NAME_BYTES_MAX 64
#define CACHE_SLOTS 64

/* Where the tz database lies on Linux; a name that is no file there is no zone. */
#define DATABASE "/usr/share/zoneinfo/"

struct cached {
    char name[NAME_BYTES_MAX];
    int64_t hour;
    int offset_s;
    bool is_used, is_known;
};

static struct cached cache[CACHE_SLOTS];

static bool
is_plain_name(struct str name)
{
    if (name.len >= NAME_BYTES_MAX || str_has(name, STR("..")) || str_starts(name, STR("/")))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || c == '+' || c == '/'))
            return false;
    }
    return true;
}

static bool
is_zone(const char *name)
{
    char path[sizeof(DATABASE) + NAME_BYTES_MAX];

    (void)snprintf(path, sizeof(path), DATABASE "%s", name);
    return access(path, R_OK) == 0;
}

/* Asks libc, which knows one zone at a time: TZ is set and put back. */
static int
ask(const char *name, int64_t local_s)
{
    const char *old = getenv("TZ");
    char *kept = old ? strdup(old) : NULL;
    struct civil c = civil_from_seconds(local_s);
    struct tm tm = {.tm_year = c.year - 1900,
                    .tm_mon = c.month - 1,
                    .tm_mday = c.day,
                    .tm_hour = c.hour,
                    .tm_min = c.minute,
                    .tm_sec = c.second,
                    .tm_isdst = -1};
    time_t utc_s;

    if (*name)
        (void)setenv("TZ", name, 1);
    tzset();
    utc_s = mktime(&tm);
    if (*name) {
        if (kept)
            (void)setenv("TZ", kept, 1);
        else
            (void)unsetenv("TZ");
        tzset();
    }
    free(kept);
    return (int)(local_s - (int64_t)utc_s);
}

bool
zone_offset(void *context, struct str name, int64_t local_s, int *ret_offset_s)
{
    struct cached *slot;
    int64_t hour = local_s / 3600;

    (void)context;
    if (!is_plain_name(name))
        return false;
    slot = &cache[(str_hash(name) ^ (uint64_t)hour) % CACHE_SLOTS];
    if (!slot->is_used || slot->hour != hour || !str_eq(str_from_cstr(slot->name), name)) {
        memset(slot->name, 0, sizeof(slot->name));
        memcpy(slot->name, name.data, name.len);
        slot->hour = hour;
        slot->is_used = true;
        slot->is_known = name.len == 0 || is_zone(slot->name);
        slot->offset_s = slot->is_known ? ask(slot->name, local_s) : 0;
    }
    if (slot->is_known)
        *ret_offset_s = slot->offset_s;
    return slot->is_known;
}

bool
zone_offset_at(struct str name, int64_t utc_s, int *ret_offset_s)
{
    int offset_s, again_s;

    /* The local time differs by the very offset that is looked for: ask once more with it. */
    if (!zone_offset(NULL, name, utc_s, &offset_s) ||
        !zone_offset(NULL, name, utc_s + offset_s, &again_s))
        return false;
    *ret_offset_s = again_s;
    return true;
}
