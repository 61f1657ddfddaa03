#include "net/unbound.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unbound.h>
#include <unistd.h>

#include "dns/rdata.h"

#define DNS_CLASS_IN 1
#define RCODE_OK 0
#define RCODE_NO_NAME 3
#define PROBE_BYTES_MAX ((size_t)1024 * 1024)

struct unbound {
    struct ub_ctx *context;
    struct unbound_settings settings;
    bool validates; /* there is a trust anchor */
    bool is_probed; /* whether the server hands on what validation needs is known */
};

/* One question and whether its answer came. */
struct question {
    struct ub_result *result;
    int error;
    bool is_over;
};

/* Debian's, unbound's own, and where systemd looks. */
static const char *const anchor_paths[] = {
    "/usr/share/dns/root.key",
    "/var/lib/unbound/root.key",
    "/etc/unbound/root.key",
    "/etc/trusted-key.key",
};

static bool
set_anchor(struct unbound *unbound, struct err *err)
{
    const char *path = unbound->settings.trust_anchor;

    for (size_t i = 0; !path && i < sizeof(anchor_paths) / sizeof(anchor_paths[0]); i++) {
        if (access(anchor_paths[i], R_OK) == 0)
            path = anchor_paths[i];
    }
    if (!path)
        return true;
    if (access(path, R_OK) != 0)
        return err_set(err, ERR_SYSTEM, "the trust anchor '%s' cannot be read: %s", path,
                       strerror(errno));
    if (ub_ctx_add_ta_file(unbound->context, path) != 0)
        return err_set(err, ERR_SYNTAX, "'%s' is no file of trust anchors", path);
    unbound->validates = true;
    return true;
}

static bool
set_options(struct unbound *unbound, const struct unbound_settings *settings, struct err *err)
{
    static const char *const options[][2] = {
        /* A name server on loopback is what tests and many hosts have. */
        {"do-not-query-localhost:", "no"},
        /* Names of private addresses are the asked server's matter: there they may well exist. */
        {"unblock-lan-zones:", "yes"},
        {"insecure-lan-zones:", "yes"},
        {"use-syslog:", "no"},
        {"prefetch:", "no"},
        {"val-log-level:", "0"},
        /* A server that was slow once is asked again: each question has its own time. */
        {"infra-keep-probing:", "yes"},
    };
    struct ub_ctx *context = unbound->context;

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
        ub_ctx_set_option(context, options[i][0], options[i][1]);
    ub_ctx_debuglevel(context, 0);
    ub_ctx_debugout(context, NULL);
    if (settings->forward) {
        if (ub_ctx_set_fwd(context, settings->forward) != 0)
            return err_set(err, ERR_SYNTAX,
                           "'%s' is no name server: give its address, and @PORT where it is not 53",
                           settings->forward);
    } else if (!settings->is_recursive && ub_ctx_resolvconf(context, NULL) != 0) {
        return err_set(err, ERR_SYSTEM,
                       "/etc/resolv.conf names no server that can be asked; use --resolver");
    }
    return true;
}

static bool
open_context(struct unbound *unbound, struct err *err)
{
    unbound->context = ub_ctx_create();
    if (!unbound->context)
        return err_set(err, ERR_SYSTEM, "libunbound could not start");
    /* A thread asks, so that this one can stop waiting. */
    ub_ctx_async(unbound->context, 1);
    return set_options(unbound, &unbound->settings, err);
}

bool
unbound_open(const struct unbound_settings *settings, struct unbound **ret_unbound, struct err *err)
{
    struct unbound *unbound = calloc(1, sizeof(*unbound));

    if (!unbound)
        abort();
    unbound->settings = *settings;
    if (!unbound->settings.timeout_ms)
        unbound->settings.timeout_ms = UNBOUND_TIMEOUT_MS;
    if (!open_context(unbound, err) || !set_anchor(unbound, err)) {
        unbound_close(unbound);
        return false;
    }
    *ret_unbound = unbound;
    return true;
}

void
unbound_close(struct unbound *unbound)
{
    if (!unbound)
        return;
    if (unbound->context)
        ub_ctx_delete(unbound->context);
    free(unbound);
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
take_answer(void *context, int error, struct ub_result *result)
{
    struct question *question = context;

    question->error = error;
    question->result = result;
    question->is_over = true;
}

/* Waits for the answer; a question that is not answered in time is taken back. */
static void
wait_for(struct unbound *unbound, struct question *question, int id)
{
    int64_t end_ms = now_ms() + unbound->settings.timeout_ms;

    while (!question->is_over) {
        int64_t left_ms = end_ms - now_ms();
        struct pollfd waiting = {.fd = ub_fd(unbound->context), .events = POLLIN};

        if (left_ms <= 0 || (poll(&waiting, 1, (int)left_ms) < 0 && errno != EINTR))
            break;
        if (waiting.revents)
            ub_process(unbound->context);
    }
    if (!question->is_over)
        ub_cancel(unbound->context, id);
}

static void
read_records(const struct ub_result *result, enum dns_type type, struct arena *arena,
             struct dns_answer *answer)
{
    uint32_t count = 0;

    while (result->data[count] && count < DNS_RECORDS_MAX)
        count++;
    answer->is_cut = result->data[count] != NULL;
    answer->records = arena_array(arena, count ? count : 1, sizeof(*answer->records));
    if (!answer->records) {
        answer->reason = STR("out of room");
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct str wire = {result->data[i], (size_t)result->len[i]};

        if (rdata_read(wire, type, arena, &answer->records[answer->count]))
            answer->count++;
    }
    if (answer->count)
        answer->status = DNS_FOUND;
    else
        answer->reason = STR("the answer's records are broken");
}

static void
read_result(const struct ub_result *result, enum dns_type type, struct arena *arena,
            struct dns_answer *answer)
{
    answer->is_secure = result->secure;
    answer->ttl_s = (uint32_t)(result->ttl > 0 ? result->ttl : 0);
    if (result->canonname && strcmp(result->canonname, result->qname) != 0)
        answer->canonical = arena_str(arena, str_from_cstr(result->canonname));
    if (result->bogus) {
        answer->status = DNS_BOGUS;
        answer->reason =
            result->why_bogus ? arena_str(arena, str_from_cstr(result->why_bogus)) : STR_EMPTY;
    } else if (result->havedata) {
        read_records(result, type, arena, answer);
    } else if (result->rcode == RCODE_NO_NAME) {
        answer->status = DNS_NO_NAME;
    } else if (result->rcode == RCODE_OK) {
        answer->status = DNS_NO_DATA;
    } else {
        answer->reason = arena_printf(arena, "the server answered with code %d%s", result->rcode,
                                      result->rcode == 2   ? " (SERVFAIL)"
                                      : result->rcode == 5 ? " (REFUSED)"
                                                           : "");
    }
}

/*
 * A name as libunbound reads it: bytes that are no letter, digit, dot, hyphen or underscore as
 * \\DDD, so that none is taken for an escape or a comment. NULL at the arena's limit.
 */
static const char *
write_name(struct str name, struct arena *arena)
{
    char *text = arena_alloc(arena, name.len * 4 + 1);
    size_t len = 0;

    if (!text)
        return NULL;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.data[i];

        if ((byte >= 'a' && byte <= 'z') || str_is_digit((char)byte) || byte == '.' ||
            byte == '-' || byte == '_') {
            text[len++] = (char)byte;
            continue;
        }
        text[len++] = '\\';
        text[len++] = (char)('0' + byte / 100);
        text[len++] = (char)('0' + byte / 10 % 10);
        text[len++] = (char)('0' + byte % 10);
    }
    return text;
}

static void
ask_once(struct unbound *unbound, const char *name, enum dns_type type, struct arena *arena,
         struct dns_answer *answer)
{
    struct question question = {0};
    int id = 0, error;

    *answer = (struct dns_answer){.status = DNS_FAILED};
    error = ub_resolve_async(unbound->context, name, (int)type, DNS_CLASS_IN, &question,
                             take_answer, &id);
    if (error) {
        answer->reason = str_from_cstr(ub_strerror(error));
        return;
    }
    wait_for(unbound, &question, id);
    if (!question.is_over)
        answer->status = DNS_TIMED_OUT;
    else if (question.error)
        answer->reason = str_from_cstr(ub_strerror(question.error));
    else
        read_result(question.result, type, arena, answer);
    ub_resolve_free(question.result);
}

/*
 * Many forwarders take the signatures off: with the root's key at hand every answer of theirs
 * would be bogus. Such a one cannot show the root's own keys, either; then nothing is validated.
 * Where the administrator named the trust anchor, it holds.
 */
static void
probe(struct unbound *unbound)
{
    struct arena *arena = arena_new(PROBE_BYTES_MAX);
    struct dns_answer answer;
    struct err err;

    unbound->is_probed = true;
    ask_once(unbound, ".", DNS_DNSKEY, arena, &answer);
    arena_free(arena);
    if (answer.status == DNS_FOUND && answer.is_secure)
        return;
    ub_ctx_delete(unbound->context);
    unbound->validates = false;
    /* The settings were good a moment ago; without a context every question fails. */
    if (!open_context(unbound, &err) && unbound->context) {
        ub_ctx_delete(unbound->context);
        unbound->context = NULL;
    }
}

static bool
wants_probe(const struct unbound *unbound)
{
    return unbound->validates && !unbound->is_probed && !unbound->settings.trust_anchor;
}

static void
ask_unbound(void *context, struct str name, enum dns_type type, struct arena *arena,
            struct dns_answer *answer)
{
    struct unbound *unbound = context;
    const char *text = write_name(name, arena);

    *answer = (struct dns_answer){.status = DNS_FAILED};
    if (!text || !unbound->context) {
        answer->reason = text ? STR("libunbound could not start") : STR("out of room");
        return;
    }
    ask_once(unbound, text, type, arena, answer);
    if (answer->status != DNS_BOGUS || !wants_probe(unbound))
        return;
    probe(unbound);
    if (!unbound->validates && unbound->context)
        ask_once(unbound, text, type, arena, answer);
}

struct resolver
unbound_resolver(struct unbound *unbound)
{
    return (struct resolver){.ask = ask_unbound, .context = unbound};
}

bool
unbound_validates(struct unbound *unbound)
{
    if (wants_probe(unbound))
        probe(unbound);
    return unbound->validates;
}
