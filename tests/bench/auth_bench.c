/*
 * auth_bench - evaluations of SPF a second of CPU, with answers that are in memory.
 *
 *     auth_bench [SECONDS]    →  spf 412345 evaluations/s of CPU (6 senders, 2 s)
 *     auth_bench --show       →  the answers (dns/zone.h), an empty line, the senders: for others
 * to evaluate
 *
 * The senders are what mail is like: one record alone, includes of two floors, addresses and MX, a
 * redirect with macros, and a fail with its explanation.
 */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/spf.h"
#include "dns/zone.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define BATCH 1000

static const char zone_text[] =
    "one.example TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all\"\n"
    "big.example TXT \"v=spf1 include:_spf.big.example ~all\"\n"
    "_spf.big.example TXT \"v=spf1 include:_a.big.example include:_b.big.example ~all\"\n"
    "_a.big.example TXT \"v=spf1 ip4:198.51.100.0/25 ip4:203.0.113.0/26 ip4:203.0.113.64/27 "
    "~all\"\n"
    "_b.big.example TXT \"v=spf1 ip4:198.51.100.128/25 ip4:192.0.2.0/28 ~all\"\n"
    "own.example TXT \"v=spf1 a mx -all\"\n"
    "own.example A 192.0.2.77\n"
    "own.example MX 10 mx1.own.example\n"
    "own.example MX 20 mx2.own.example\n"
    "mx1.own.example A 192.0.2.78\n"
    "mx2.own.example A 192.0.2.1\n"
    "macro.example TXT \"v=spf1 redirect=%{ir}.%{v}._s.%{d2}\"\n"
    "1.2.0.192.in-addr._s.macro.example TXT \"v=spf1 exists:%{l1r-}.%{o}.x.example -all\"\n"
    "anna.macro.example.x.example A 127.0.0.2\n"
    "fail.example TXT \"v=spf1 ip4:198.51.100.1 -all exp=why.fail.example\"\n"
    "why.fail.example TXT \"%{c} is not one of %{d}'s servers\"\n"
    "soft.example TXT \"v=spf1 ip4:198.51.100.1 include:one.example ~all\"\n";

static const struct {
    const char *sender;
    enum spf_result result;
} senders[] = {
    {"anna@one.example", SPF_PASS},  {"anna@big.example", SPF_PASS},
    {"anna@own.example", SPF_PASS},  {"anna@macro.example", SPF_PASS},
    {"anna@fail.example", SPF_FAIL}, {"anna@soft.example", SPF_PASS},
};
#define SENDER_COUNT (sizeof(senders) / sizeof(senders[0]))

static double
cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
check_all(const struct resolver *resolver, struct arena *arena)
{
    for (size_t i = 0; i < SENDER_COUNT; i++) {
        struct spf_request request = {
            .ip = STR("192.0.2.1"),
            .helo = STR("mail.example"),
            .mail_from = str_from_cstr(senders[i].sender),
        };

        if (spf_check(&request, resolver, arena, NULL).result != senders[i].result) {
            fprintf(stderr, "auth_bench: %s has another result than expected\n", senders[i].sender);
            exit(1);
        }
        arena_reset(arena);
    }
}

static int
show(void)
{
    printf("%s\n", zone_text);
    for (size_t i = 0; i < SENDER_COUNT; i++)
        printf("%s %s\n", senders[i].sender, spf_result_name(senders[i].result));
    return 0;
}

int
main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 2, start, used;
    struct arena *answers = arena_new(ARENA_BYTES), *arena = arena_new(ARENA_BYTES);
    struct resolver resolver;
    struct zone *zone;
    uint64_t count = 0;
    struct err err;

    if (argc > 1 && strcmp(argv[1], "--show") == 0) {
        arena_free(arena);
        arena_free(answers);
        return show();
    }
    if (!zone_read(str_from_cstr(zone_text), answers, &zone, &err)) {
        fprintf(stderr, "auth_bench: %s\n", err.text);
        return 1;
    }
    resolver = zone_resolver(zone);
    start = cpu_s();
    do {
        for (int i = 0; i < BATCH; i++)
            check_all(&resolver, arena);
        count += BATCH * SENDER_COUNT;
        used = cpu_s() - start;
    } while (used < seconds);
    printf("spf %.0f evaluations/s of CPU (%zu senders, %.1f s)\n", (double)count / used,
           SENDER_COUNT, used);
    arena_free(arena);
    arena_free(answers);
    return 0;
}
