#include "trace/visit.h"

#include "base/civil.h"
#include "trace/known.h"

#define PATH_BYTES_MAX 512
#define SELECTORS_MAX 2
#define SELECTOR_BYTES_MAX 64

bool
visit_matters(const struct event *event)
{
    const struct event_request *request = &event->request;

    if (request->method == METHOD_POST || request->method == METHOD_PUT)
        return true;
    return !known_static_path(request->target);
}

uint32_t
visit_site(struct ledger *ledger, struct str name, bool is_vhost)
{
    uint32_t id = table_add(ledger->names, str_first(name, 255));
    uint32_t index = ledger_pair(ledger, 's', id, 0);
    struct site *site;

    if (index)
        return index - 1;
    index = ledger->sites.count;
    site = vec_add(&ledger->sites);
    if (!site)
        return 0;
    *site = (struct site){.name = id, .is_vhost = is_vhost, .uid = -1};
    ledger_set_pair(ledger, 's', id, 0, index + 1);
    return index;
}

/* The part of a log's name that carries no site: "access", "log", "ssl", numbers. */
static bool
is_filler(struct str word)
{
    static const char *const filler[] = {"access",
                                         "log",
                                         "ssl",
                                         "gz",
                                         "xz",
                                         "bz2",
                                         "zst",
                                         "old",
                                         "https",
                                         "http",
                                         "access_log",
                                         "combined",
                                         "other_vhosts_access"};
    uint64_t number;

    for (size_t i = 0; i < sizeof(filler) / sizeof(filler[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(filler[i])))
            return true;
    }
    return word.len == 0 || str_u64(word, &number);
}

struct str
visit_log_name(struct str path)
{
    struct str name = path;

    for (size_t i = path.len; i > 0; i--) {
        if (path.data[i - 1] == '/') {
            name = str_from(path, i);
            break;
        }
    }
    for (;;) {
        size_t at = name.len;

        while (at > 0 && !memchr(".-_", name.data[at - 1], 3))
            at--;
        if (at == 0 || !is_filler(str_from(name, at)))
            break;
        name = str_first(name, at - 1);
    }
    return is_filler(name) ? STR_EMPTY : name;
}

static struct str
target_path(struct str target)
{
    if (target.len && target.data[0] != '/') {
        size_t at = str_find(target, STR("://"));

        if (at < target.len) {
            target = str_from(target, at + 3);
            target = str_from(target, str_index(target, '/'));
        }
    }
    return str_first(target, str_index(target, '#'));
}

static bool
is_plain_value(struct str value)
{
    if (value.len == 0 || value.len > SELECTOR_BYTES_MAX)
        return false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-' || c == '.' || c == '/'))
            return false;
    }
    return true;
}

/* Writes path and selecting parameters into `text`; true when a parameter selects. */
static bool
endpoint_path(struct str target, char *text, size_t size, struct str *ret_path)
{
    struct str query = target_path(target), path = str_cut(&query, '?');
    size_t len = path.len < size ? path.len : size;
    int selectors = 0;

    memcpy(text, path.data, len);
    while (query.len && selectors < SELECTORS_MAX) {
        struct str value = str_cut(&query, '&'), whole = value, name = str_cut(&value, '=');

        if (!known_selecting_parameter(name) || !is_plain_value(value) ||
            len + whole.len + 1 > size)
            continue;
        text[len++] = selectors++ ? '&' : '?';
        memcpy(text + len, whole.data, whole.len);
        len += whole.len;
    }
    *ret_path = (struct str){text, len};
    return selectors > 0;
}

static bool
runs_code(struct str path)
{
    struct str file = str_first(path, str_index(path, '?'));

    if (known_script_path(file))
        return true;
    for (size_t i = file.len; i > 0 && file.data[i - 1] != '/'; i--) {
        if (file.data[i - 1] == '.')
            return false;
    }
    return true;
}

static uint32_t
find_endpoint(struct ledger *ledger, uint32_t site_index, struct str target)
{
    char text[PATH_BYTES_MAX];
    struct str path;
    bool has_query = endpoint_path(target, text, sizeof(text), &path);
    struct site *site = ledger_site(ledger, site_index);
    uint32_t name, index;
    struct endpoint *endpoint;

    if (site->endpoints >= VISIT_ENDPOINTS_MAX && !table_find(ledger->names, path))
        path = STR("(other paths)");
    name = table_add(ledger->names, path);
    index = ledger_pair(ledger, 'e', site_index, name);
    if (index)
        return index - 1;
    index = ledger->endpoints.count;
    endpoint = vec_add(&ledger->endpoints);
    if (!endpoint)
        return 0;
    *endpoint = (struct endpoint){.site = site_index, .path = name, .has_query = has_query};
    endpoint->is_script = runs_code(path);
    ledger_set_pair(ledger, 'e', site_index, name, index + 1);
    site->endpoints++;
    return index;
}

void
visit_event(struct ledger *ledger, const struct event *event, int64_t time_us, struct place place,
            uint32_t default_site, struct visit_window window)
{
    const struct event_request *what = &event->request;
    int64_t time_s = time_us / SECOND_US;
    uint32_t site = what->vhost.len ? visit_site(ledger, what->vhost, true) : default_site;
    uint32_t index = find_endpoint(ledger, site, what->target);
    struct endpoint *endpoint;
    struct request *request;
    bool is_attack;

    if (ledger->endpoints.count == 0)
        return;
    endpoint = ledger_endpoint(ledger, index);
    is_attack = known_attack_target(what->target);
    endpoint->requests++;
    endpoint->posts += what->method == METHOD_POST;
    endpoint->refused += is_attack || (what->status >= 400 && what->status < 500);
    if (endpoint->first_s == 0 || time_s < endpoint->first_s)
        endpoint->first_s = time_s;
    if (time_s > endpoint->last_s)
        endpoint->last_s = time_s;
    if (time_s < window.from_s || time_s > window.until_s)
        return;
    request = vec_add(&ledger->requests);
    if (!request)
        return;
    request->time_s = time_s;
    request->place = place;
    request->endpoint = index;
    request->client = table_add(ledger->names, str_first(what->client, 64));
    request->status = what->status;
    request->method = (uint8_t)what->method;
    request->is_attack = is_attack;
    request->is_robot = known_robot(what->agent);
    request->duration_ms =
        what->duration_us < 0 ? -1 : (int32_t)(what->duration_us / 1000 % 100000000);
}
