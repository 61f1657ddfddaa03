#include <time.h>

#include "audit/relay_message.h"
#include "cmd/audit_relay.h"
#include "cmd/progress.h"
#include "source/delivered.h"

#define LOOK_EVERY_MS 500
#define CLOCK_SLACK_S 120 /* file times of another machine's disk */

struct search {
    struct relay_facts *const *facts;
    uint32_t count;
};

static void
note(struct relay_facts *facts, struct str form, enum relay_mail mail)
{
    for (uint32_t i = 0; i < facts->probe_count; i++) {
        struct relay_probe *probe = &facts->probes[i];

        if (!str_eq(form, str_from_cstr(probe->form->name)))
            continue;
        if (mail == RELAY_MAIL_ARRIVED)
            probe->answer = RELAY_PROVEN;
        else if (probe->answer == RELAY_TAKEN)
            probe->answer = RELAY_RETURNED;
    }
}

static void
visit(void *context, struct str mail)
{
    const struct search *search = context;
    struct str form;

    for (uint32_t i = 0; i < search->count; i++) {
        enum relay_mail kind = relay_message_read(mail, search->facts[i]->nonce, &form);

        if (kind != RELAY_MAIL_OTHER)
            note(search->facts[i], form, kind);
    }
}

/* Messages that were taken, and of which nothing is known yet. */
static uint32_t
count_open(const struct search *search)
{
    uint32_t open = 0;

    for (uint32_t i = 0; i < search->count; i++) {
        for (uint32_t k = 0; k < search->facts[i]->probe_count; k++)
            open += search->facts[i]->probes[k].answer == RELAY_TAKEN;
    }
    return open;
}

bool
relay_await_proof(const struct audit_options *options, int64_t since_s,
                  struct relay_facts *const *facts, uint32_t count, struct arena *arena,
                  struct err *err)
{
    struct search search = {facts, count};
    struct timespec pause = {0, LOOK_EVERY_MS * 1000000L};
    double started_s = progress_clock_s(), news_s = started_s;
    double waited_s = 0;
    uint32_t taken = count_open(&search), open = taken;

    while (options->delivered_in && count_open(&search)) {
        if (!delivered_look(options->delivered_in, since_s - CLOCK_SLACK_S, visit, &search, err))
            return err_wrap(err, "looking for delivered mail in '%s'", options->delivered_in);
        waited_s = progress_clock_s() - started_s;
        if (count_open(&search) < open)
            news_s = progress_clock_s();
        open = count_open(&search);
        if (waited_s >= AUDIT_RELAY_WAIT_S ||
            (open < taken && progress_clock_s() - news_s >= AUDIT_RELAY_QUIET_S))
            break;
        nanosleep(&pause, NULL);
    }
    for (uint32_t i = 0; options->delivered_in && i < count; i++) {
        facts[i]->delivered_in = arena_str(arena, str_from_cstr(options->delivered_in));
        facts[i]->waited_s = (uint32_t)waited_s;
    }
    return true;
}
