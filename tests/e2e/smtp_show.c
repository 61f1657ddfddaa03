/*
 * smtp_show.c - what weir's SMTP client makes of a server, one "key value" a line; for smtp.py.
 *
 *     smtp-show takes|relay|talk ADDRESS PORT READ_MS TOTAL_MS [TLS-NAME TRUST]
 *
 * TLS-NAME "-" is the address; with port 465's ways (TLS before the banner) as "+NAME".
 */

#include <stdio.h>
#include <stdlib.h>

#include "net/relay_probe.h"

#define ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)

static void
show(const char *key, struct str value)
{
    printf("%s " STR_FMT "\n", key, STR_ARG(value));
}

static void
show_peer(const struct smtp_peer *peer, struct arena *arena)
{
    if (!peer)
        return;
    show("protocol", peer->protocol);
    printf("authorities %d\ntrusted %d\nmatching %d\nself_signed %d\nchain %u\n",
           peer->has_authorities, peer->is_trusted, peer->is_matching, peer->is_self_signed,
           peer->chain_count);
    show("distrust", peer->distrust);
    for (uint32_t i = 0; i < peer->name_count; i++)
        show("name", peer->names[i]);
    if (peer->chain_count) {
        show("subject", peer->chain[0].subject);
        show("until", arena_printf(arena, "%lld", (long long)peer->chain[0].not_after_s));
    }
}

static void
show_takes(const struct smtp_target *target, const struct smtp_settings *settings,
           struct arena *arena)
{
    static const char *const words[] = {"yes", "no", "later", "unknown"};
    struct smtp_answer answer =
        smtp_takes(target, settings, STR("anna@example.org"), STR("boris@example.com"), arena);

    show("takes", str_from_cstr(words[answer.takes]));
    show("fault", str_from_cstr(smtp_fault_name(answer.fault)));
    show("seen", answer.seen);
    show("auth", answer.features.auth);
    show_peer(answer.peer, arena);
}

static void
show_relay(const struct smtp_target *target, const struct smtp_settings *settings,
           struct arena *arena)
{
    struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
    struct relay_request request = {.target = *target,
                                    .settings = *settings,
                                    .nonce = STR("0123456789abcdef"),
                                    .client = STR("test"),
                                    .total_ms = 3 * settings->total_ms};

    if (!facts)
        abort();
    show("fault", str_from_cstr(smtp_fault_name(relay_probe(&request, arena, facts))));
    printf("stop %d\n", (int)facts->stop);
    show("stop_seen", facts->stop_seen);
    show("tls_fault", facts->tls_fault);
    for (uint32_t i = 0; i < facts->probe_count; i++)
        printf("%s %s\n", facts->probes[i].form->name, relay_answer_name(facts->probes[i].answer));
}

/* The transcript of a hello, and of a command that is two. */
static void
show_talk(const struct smtp_target *target, const struct smtp_settings *settings,
          struct arena *arena)
{
    struct smtp *smtp = smtp_open(target, settings, arena);
    struct smtp_features features;
    struct str rest;

    smtp_hello(smtp, &features);
    smtp_command(smtp, STR("NOOP\r\nDATA"));
    show("fault", str_from_cstr(smtp_fault_name(smtp_fault(smtp))));
    rest = smtp_transcript(smtp);
    printf("transcript_bytes %zu\n", rest.len);
    for (int i = 1; i <= 5 && rest.len; i++) {
        struct str line = str_cut(&rest, '\n');

        printf("line%d " STR_FMT "\n", i, STR_ARG(line));
    }
    smtp_close(smtp);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new(ARENA_BYTES_MAX);
    struct smtp_settings settings = {.helo = "client.example", .connect_ms = 2000};
    struct smtp_target target;

    if (argc < 6)
        return 2;
    target = (struct smtp_target){.address = str_from_cstr(argv[2]),
                                  .host = str_from_cstr(argv[2]),
                                  .port = (uint16_t)atoi(argv[3])};
    settings.read_ms = (uint32_t)atoi(argv[4]);
    settings.total_ms = (uint32_t)atoi(argv[5]);
    if (argc > 7) {
        target.is_implicit_tls = argv[6][0] == '+';
        target.host = str_from_cstr(argv[6] + target.is_implicit_tls);
        settings.trust = argv[7];
    }
    if (strcmp(argv[1], "takes") == 0)
        show_takes(&target, &settings, arena);
    else if (strcmp(argv[1], "talk") == 0)
        show_talk(&target, &settings, arena);
    else
        show_relay(&target, &settings, arena);
    arena_free(arena);
    return 0;
}
