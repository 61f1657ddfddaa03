#include "audit/domain.h"
#include "audit/suggest.h"
#include "dns/zone.h"
#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)256 << 20)

/* The MTA-STS policy is what stands behind the first NUL. */
static void
fetch(void *context, struct str url, struct arena *arena, struct domain_fetched *ret)
{
    (void)url;
    (void)arena;
    *ret =
        (struct domain_fetched){.is_fetched = true, .status = 200, .body = *(struct str *)context};
}

static void
probe(void *context, struct str host, struct str recipient, struct arena *arena,
      struct domain_probed *ret)
{
    (void)arena;
    require(host.len > 0 && recipient.len > 0);
    *ret = (struct domain_probed){host.len % 2 ? DOMAIN_TAKEN : DOMAIN_REFUSED,
                                  *(struct str *)context};
}

static struct str
certificate(void *context, struct str host, struct arena *arena)
{
    (void)host;
    (void)arena;
    return *(struct str *)context;
}

/* What is pasted into a zone must not break out of it: no record has a bare line end. */
static void
check_suggestions(const struct domain_input *input, const struct resolver *resolver,
                  struct arena *arena)
{
    struct suggest_host host = {.name = STR("mail.example.com")};
    struct buf out;
    struct str text;

    buf_init(&out, 1u << 20);
    suggest_zone(input, &host, 1, resolver, arena, &out);
    text = buf_str(&out);
    while (text.len) {
        struct str line = str_cut(&text, '\n');

        require(!line.len || line.data[0] == ';' || str_has(line, STR(". IN ")));
        for (size_t i = 0; i < line.len; i++)
            require(line.data[i] >= ' ' && line.data[i] <= '~');
    }
    buf_done(&out);
}

/*
 * A domain whose zone is any text: the audit ends, asks a bounded number of questions, and each
 * finding says what it must.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, zone_text = str_cut(&text, '\0');
    struct str sender = STR("192.0.2.25"), selector = STR("mail");
    struct arena *arena = arena_new(ARENA_BYTES);
    struct domain_input input = {.domain = STR("example.com"),
                                 .token = STR("weir-q7x2k9"),
                                 .senders = &sender,
                                 .sender_count = size % 2,
                                 .selectors = &selector,
                                 .selector_count = size % 3 == 0,
                                 .asks_blocklists = true,
                                 .validates = size % 5 != 0,
                                 .fetch = fetch,
                                 .probe = probe,
                                 .probes_own = true,
                                 .certificate = certificate,
                                 .edge = &text};
    struct zone *zone;
    struct err err;

    if (zone_read(zone_text, arena, &zone, &err)) {
        struct resolver resolver = zone_resolver(zone);
        struct audit audit;

        audit_init(&audit, arena);
        domain_audit(&input, &resolver, &audit);
        require(zone_asked(zone) < 3000);
        require(audit.count > 0 && audit.count < 600);
        for (uint32_t i = 0; i < audit.count; i++) {
            const struct audit_finding *finding = &audit.list[i];

            require(finding->title.len > 0 && finding->subject.len > 0);
            require(finding->outcome == AUDIT_FINE || finding->why.len > 0);
            require(finding->seen.len <= AUDIT_SEEN_MAX + 3);
        }
        check_suggestions(&input, &resolver, arena);
    }
    arena_free(arena);
    return 0;
}
