#include "audit/sts.h"

#include "auth/tags.h"

#define ID_MAX 32

static const char *const mode_names[] = {
    [STS_MODE_NONE] = "none",
    [STS_MODE_TESTING] = "testing",
    [STS_MODE_ENFORCE] = "enforce",
};

const char *
sts_mode_name(enum sts_mode mode)
{
    return mode_names[mode];
}

static bool
is_version(struct str text, struct str version)
{
    if (!str_skip(&text, version))
        return false;
    text = str_trim(text);
    return text.len == 0 || text.data[0] == ';';
}

bool
sts_record_is(struct str text)
{
    return is_version(text, STR("v=STSv1"));
}

bool
sts_report_is(struct str text)
{
    return is_version(text, STR("v=TLSRPTv1"));
}

static bool
is_id(struct str id)
{
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z'))
            return false;
    }
    return id.len > 0 && id.len <= ID_MAX;
}

const char *
sts_record_error(struct str text, struct str *ret_id)
{
    struct tags tags;

    *ret_id = STR_EMPTY;
    if (tags_read(text, &tags) != TAGS_FINE)
        return tags_fault_text(tags.fault);
    if (!tags_find(&tags, STR("id"), ret_id))
        return "the tag id is missing";
    if (!is_id(*ret_id))
        return "id must be 1 to 32 letters and digits";
    return NULL;
}

const char *
sts_report_error(struct str text, struct str *ret_uris)
{
    struct tags tags;
    struct str list, uri;
    uint32_t count = 0;

    *ret_uris = STR_EMPTY;
    if (tags_read(text, &tags) != TAGS_FINE)
        return tags_fault_text(tags.fault);
    if (!tags_find(&tags, STR("rua"), ret_uris))
        return "the tag rua is missing";
    list = *ret_uris;
    while (tags_item(&list, ',', &uri)) {
        struct str rest = uri;

        count++;
        if (str_starts_nocase(uri, STR("mailto:"))) {
            rest = str_from(uri, STR("mailto:").len);
            if (str_index(rest, '@') == 0 || str_index(rest, '@') + 1 >= rest.len)
                return "rua has a mailto: without an address";
        } else if (!str_starts_nocase(uri, STR("https://"))) {
            return "rua takes mailto: and https: only";
        }
    }
    return count ? NULL : "rua is empty";
}

static bool
is_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '-' && c != '.' &&
            c != '_')
            return false;
    }
    return text.len > 0 && text.data[0] != '.' && text.data[text.len - 1] != '.';
}

static const char *
read_mx(struct str value, struct sts_policy *policy)
{
    struct str name = value;

    (void)str_skip(&name, STR("*."));
    if (!is_name(name))
        return "an mx is no name and no \"*.\" before a name";
    if (policy->mx_count == STS_MX_MAX)
        policy->is_cut = true;
    else
        policy->mx[policy->mx_count++] = value;
    return NULL;
}

static const char *
read_mode(struct str value, struct sts_policy *policy)
{
    for (size_t i = 0; i < sizeof(mode_names) / sizeof(mode_names[0]); i++) {
        if (str_eq(value, str_from_cstr(mode_names[i]))) {
            policy->mode = (enum sts_mode)i;
            return NULL;
        }
    }
    return "mode must be enforce, testing or none";
}

/* Which of the keys that must stand once were read. */
struct seen {
    bool version, mode, max_age;
};

/* Of a key that stands twice the first counts: RFC 8461 section 3.2. */
static const char *
read_line(struct str line, struct sts_policy *policy, struct seen *seen)
{
    struct str key = str_trim(str_cut(&line, ':'));
    struct str value = str_trim(line);

    if (str_eq(key, STR("mx")))
        return read_mx(value, policy);
    if (str_eq(key, STR("version")) && !seen->version) {
        seen->version = true;
        return str_eq(value, STR("STSv1")) ? NULL : "version must be STSv1";
    }
    if (str_eq(key, STR("mode")) && !seen->mode) {
        seen->mode = true;
        return read_mode(value, policy);
    }
    if (str_eq(key, STR("max_age")) && !seen->max_age) {
        seen->max_age = true;
        if (!str_u64(value, &policy->max_age_s) || policy->max_age_s > STS_MAX_AGE_MAX)
            return "max_age must be a number of seconds, at most 31557600";
    }
    return NULL;
}

const char *
sts_policy_read(struct str text, struct sts_policy *ret_policy)
{
    struct seen seen = {0};

    *ret_policy = (struct sts_policy){0};
    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n'));
        const char *error = line.len ? read_line(line, ret_policy, &seen) : NULL;

        if (error)
            return error;
    }
    if (!seen.version)
        return "version is missing";
    if (!seen.mode)
        return "mode is missing";
    if (!seen.max_age)
        return "max_age is missing";
    if (ret_policy->mx_count == 0 && ret_policy->mode != STS_MODE_NONE)
        return "mx is missing";
    return NULL;
}

bool
sts_matches(struct str pattern, struct str host)
{
    if (str_skip(&pattern, STR("*."))) {
        struct str rest = host;

        return str_cut(&rest, '.').len > 0 && rest.len > 0 && str_eq_nocase(rest, pattern);
    }
    return str_eq_nocase(pattern, host);
}
