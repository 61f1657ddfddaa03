#include <stdlib.h>

#include "auth/dmarc_review.h"
#include "auth/idna.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)8 << 20)
#define QUESTIONS_MAX (DMARC_WALK_MAX + 1)

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* Answers out of the input: each question takes the next line, whose first byte is what it says. */
struct oracle {
    struct str rest;
    uint32_t asked;
};

static void
answer(void *context, struct str name, enum dns_type type, struct arena *arena,
       struct dns_answer *ret_answer)
{
    static const enum dns_status statuses[] = {DNS_NO_DATA,   DNS_NO_NAME, DNS_FAILED,
                                               DNS_TIMED_OUT, DNS_BOGUS,   DNS_PENDING};
    struct oracle *oracle = context;
    struct str line = str_cut(&oracle->rest, '\n');
    unsigned kind = line.len ? (unsigned char)line.data[0] : 1;

    (void)name;
    (void)type;
    oracle->asked++;
    *ret_answer = (struct dns_answer){.status = DNS_FOUND};
    if (kind < 16) {
        ret_answer->status = statuses[kind % 6];
        return;
    }
    ret_answer->records = arena_array(arena, 3, sizeof(struct dns_record));
    while (ret_answer->records && line.len && ret_answer->count < 3)
        ret_answer->records[ret_answer->count++].data = str_cut(&line, '\t');
}

/* What is written is read as the same, and written as the same. */
static void
check_record(struct str text, struct arena *arena)
{
    struct dmarc_record record, again;
    struct str written;

    if (!dmarc_record_read(text, arena, &record)) {
        require(!dmarc_record_is(text));
        return;
    }
    require(record.remark_count <= DMARC_REMARKS_MAX && record.rua_count <= DMARC_URIS_MAX);
    require(!(record.is_void && record.is_forced));
    written = dmarc_record_write(&record, arena);
    require(dmarc_record_read(written, arena, &again));
    require(str_eq(dmarc_record_write(&again, arena), written));
    require(again.p == record.p && again.sp == record.sp && again.np == record.np);
    require(again.psd == record.psd && again.is_test == record.is_test);
    require(again.rua_count == record.rua_count && again.ruf_count == record.ruf_count);
}

static void
check_walk(struct str domain, struct str answers, struct arena *arena)
{
    struct oracle oracle = {.rest = answers};
    struct resolver resolver = {answer, &oracle};
    struct dmarc_walk walk;
    const struct dmarc_step *policy;

    dmarc_tree_walk(&resolver, domain, arena, &walk);
    policy = dmarc_walk_policy(&walk);
    require(oracle.asked <= DMARC_WALK_MAX && walk.step_count <= DMARC_WALK_MAX);
    require(walk.step_count > 0 && str_eq(walk.steps[0].domain, domain));
    require(!policy || (policy->record && dmarc_is_within(domain, policy->domain)));
    if (walk.status == DMARC_WALK_DONE)
        require(dmarc_is_within(domain, walk.organizational));
}

static void
check_evaluation(struct str domain, struct str other, struct str answers, struct arena *arena)
{
    struct oracle oracle = {.rest = answers};
    struct resolver resolver = {answer, &oracle};
    struct dmarc_identifier signature = {DMARC_CHECK_PASS, other};
    struct dmarc_mail mail = {domain, {DMARC_CHECK_FAIL, domain}, &signature, 1};
    struct dmarc_evaluation evaluation;

    dmarc_evaluate(&resolver, &mail, arena, &evaluation);
    require(oracle.asked <= 2 * QUESTIONS_MAX);
    require(!evaluation.is_spf_aligned);
    require(evaluation.result != DMARC_PASS || evaluation.is_dkim_aligned);
    require(evaluation.disposition <= evaluation.policy);
    require(evaluation.result == DMARC_FAIL || evaluation.disposition == DMARC_POLICY_NONE);
}

/* The first line is a record and a domain, the second another domain; then come answers. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct str rest = {(const char *)data, size}, first = str_cut(&rest, '\n');
    struct str second = str_cut(&rest, '\n'), domain, other;

    check_record(first, arena);
    if (idna_name(first, arena, &domain)) {
        struct oracle oracle = {.rest = rest};
        struct resolver resolver = {answer, &oracle};

        require(idna_name(domain, arena, &other) && str_eq(domain, other));
        check_walk(domain, rest, arena);
        check_evaluation(domain, second, rest, arena);
        (void)dmarc_review(&resolver, (struct suffixes){NULL}, domain, arena);
    }
    arena_free(arena);
    return 0;
}
