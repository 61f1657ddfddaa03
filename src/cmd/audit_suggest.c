#include "cmd/audit_suggest.h"

#include <netdb.h>

#include "source/dkim_keys.h"
#include "source/whole.h"

#define MAIN_CF_BYTES_MAX ((size_t)1024 * 1024)
#define SUGGESTIONS_BYTES_MAX ((size_t)4 * 1024 * 1024)

/* What Postfix was told to call itself; empty: nothing. */
static struct str
postfix_name(struct audit_run *run)
{
    const char *root = run->options->root ? run->options->root : "";
    struct str path = arena_printf(run->arena, "%s/etc/postfix/main.cf%c", root, '\0');
    struct str text, name = STR_EMPTY;
    struct err err;

    if (!path.len || !whole_read(path.data, MAIN_CF_BYTES_MAX, run->arena, &text, &err))
        return STR_EMPTY;
    while (text.len) {
        struct str line = str_cut(&text, '\n');

        if (str_eq(str_trim(str_cut(&line, '=')), STR("myhostname")) && line.len)
            name = str_trim(line); /* of several the last one counts */
    }
    return suggest_is_plain_name(name) ? name : STR_EMPTY;
}

/* A name with a dot is whole; of another the system may know the rest. */
static struct str
mail_name(struct audit_run *run)
{
    struct addrinfo wanted = {.ai_flags = AI_CANONNAME, .ai_socktype = SOCK_STREAM}, *found = NULL;
    struct str name = run->is_host ? postfix_name(run) : STR_EMPTY;

    if (!name.len)
        name = run->host;
    if (str_index(name, '.') < name.len || run->options->resolver.zone)
        return name;
    if (getaddrinfo(name.data, NULL, &wanted, &found) != 0)
        return name;
    if (found && found->ai_canonname)
        name = arena_str(run->arena, str_from_cstr(found->ai_canonname));
    freeaddrinfo(found);
    return name;
}

struct audit_suggest *
audit_suggest_begin(struct audit_run *run, bool has_smarthost)
{
    const char *root = run->options->root ? run->options->root : "";
    struct audit_suggest *suggest;

    if (!run->options->suggest)
        return NULL;
    suggest = ARENA_NEW(run->arena, struct audit_suggest);
    if (!suggest)
        return NULL;
    buf_init(&suggest->out, SUGGESTIONS_BYTES_MAX);
    suggest->host.name = mail_name(run);
    suggest->host.keys = suggest->keys;
    suggest->host.key_count = dkim_keys_find(root, run->arena, suggest->keys);
    suggest->host.has_smarthost = has_smarthost;
    return suggest;
}

static uint32_t
messages_of(struct audit_run *run, struct str domain)
{
    uint32_t count;
    const struct seen_domain *seen = seen_domains(run->seen, &count);

    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(seen[i].name, domain))
            return seen[i].messages;
    }
    return 0;
}

void
audit_suggest_domain(struct audit_suggest *suggest, struct audit_run *run,
                     const struct domain_input *input, const struct resolver *resolver)
{
    if (!suggest)
        return;
    suggest->domains[suggest->domain_count++] = input->domain;
    suggest_zone(input, &suggest->host, messages_of(run, input->domain), resolver, run->arena,
                 &suggest->out);
}

void
audit_suggest_end(struct audit_suggest *suggest, struct audit_run *run)
{
    if (!suggest)
        return;
    suggest_rules(suggest->host.name, suggest->domains, suggest->domain_count, &suggest->out);
    run->suggestions = arena_printf(run->arena, "\n" STR_FMT, STR_ARG(buf_str(&suggest->out)));
    buf_done(&suggest->out);
}
