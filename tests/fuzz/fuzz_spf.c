#include <stdlib.h>

#include "../unit/late_resolver.h"
#include "auth/spf.h"
#include "auth/spf_macro.h"
#include "auth/spf_survey.h"

/*
 * The first three lines are the client's address, HELO and MAIL FROM; the fourth is the sender's
 * record, and all lines are what other names have as text. Addresses, hosts and failures are made
 * of a hash of the name. Whatever the input: the limits hold, what is asked is a name, the verdict
 * is the same again and with answers that come late, and an explanation is printable ASCII.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINES_MAX 64
#define ARENA_BYTES ((size_t)256 << 20)
#define ROUNDS_MAX 200

struct world {
    struct str lines[LINES_MAX];
    uint32_t line_count, asked;
    struct str domain; /* of the sender, in lower case; empty: not known yet */
    unsigned char ip[16];
};

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
add_names(struct dns_answer *answer, uint64_t hash, struct arena *arena)
{
    for (uint32_t i = 0; i < answer->count; i++)
        answer->records[i] = (struct dns_record){
            .data = arena_printf(arena, "h%u.n%u.example", i, (unsigned)(hash >> 8) % 32),
            .preference = (uint16_t)(hash >> i),
        };
}

static void
add_addresses(const struct world *world, struct dns_answer *answer, uint64_t hash, size_t len)
{
    static const char other[16] = {1, 2, 3, 4};

    for (uint32_t i = 0; i < answer->count; i++)
        answer->records[i].data =
            (struct str){hash >> (20 + i) & 1 ? (const char *)world->ip : other, len};
}

static void
ask_world(void *context, struct str name, enum dns_type type, struct arena *arena,
          struct dns_answer *answer)
{
    static const enum dns_status failures[] = {DNS_NO_DATA, DNS_NO_NAME, DNS_FAILED, DNS_TIMED_OUT,
                                               DNS_BOGUS,   DNS_NO_NAME, DNS_NO_NAME};
    struct world *world = context;
    uint64_t hash = str_fingerprint(name) * 7 + (uint64_t)type * 31;

    world->asked++;
    require(dns_name_is_valid(name));
    for (size_t i = 0; i < name.len; i++)
        require(name.data[i] < 'A' || name.data[i] > 'Z');
    *answer = (struct dns_answer){.status = DNS_FOUND};
    if (type == DNS_TXT && str_eq(name, world->domain))
        hash = 100;
    if (hash % 16 < sizeof(failures) / sizeof(failures[0]) && hash != 100) {
        answer->status = failures[hash % 16];
        return;
    }
    answer->count = type == DNS_TXT ? 1 : 1 + (uint32_t)(hash >> 4) % 12;
    answer->records = arena_array(arena, answer->count, sizeof(*answer->records));
    if (!answer->records) {
        *answer = (struct dns_answer){.status = DNS_FAILED};
        return;
    }
    if (type == DNS_TXT)
        answer->records[0].data = world->lines[hash == 100 ? 0 : hash % world->line_count];
    else if (type == DNS_A || type == DNS_AAAA)
        add_addresses(world, answer, hash, type == DNS_A ? 4 : 16);
    else
        add_names(answer, hash, arena);
}

static void
require_same(const struct spf_verdict *a, const struct spf_verdict *b)
{
    require(a->result == b->result && a->lookups == b->lookups && a->voids == b->voids);
    require(str_eq(a->explanation, b->explanation) && a->is_default == b->is_default);
    require(str_eq(a->problem, b->problem) && str_eq(a->sender, b->sender));
}

static void
require_verdict(const struct spf_verdict *verdict, const struct spf_trace *trace)
{
    require(verdict->result != SPF_PENDING);
    require(verdict->lookups <= SPF_LOOKUPS_MAX + (verdict->result == SPF_PERMERROR));
    require(verdict->voids <= SPF_VOIDS_MAX + (verdict->result == SPF_PERMERROR));
    require((verdict->explanation.len > 0 || !verdict->is_default) &&
            verdict->explanation.len <= SPF_EXPLANATION_MAX);
    require(verdict->result == SPF_FAIL || !verdict->explanation.len);
    for (size_t i = 0; i < verdict->explanation.len; i++)
        require(verdict->explanation.data[i] >= ' ' && verdict->explanation.data[i] <= '~');
    require(trace->visit_count <= SPF_VISITS_MAX && trace->question_count < SPF_QUESTIONS_MAX);
    for (uint32_t i = 0; i < trace->question_count; i++)
        require(trace->questions[i].visit == SPF_NO_VISIT ||
                trace->questions[i].visit < trace->visit_count || trace->lost);
}

static void
check_late(const struct spf_request *request, struct world *world, const struct resolver *resolver,
           const struct spf_verdict *wanted)
{
    struct late *late = calloc(1, sizeof(*late));
    struct arena *arena = arena_new(ARENA_BYTES);
    struct resolver slow;
    struct spf_verdict verdict;
    int rounds = 0;

    require(late != NULL);
    slow = late_resolver(late, *resolver);
    do {
        verdict = spf_check(request, &slow, arena, NULL);
        require(++rounds < ROUNDS_MAX);
    } while (verdict.result == SPF_PENDING);
    require_same(&verdict, wanted);
    require(world->asked > 0 || rounds == 1);
    free(late);
    arena_free(arena);
}

/* What the check counted cannot be more than the worst that the survey found. */
static void
check_survey(struct world *world, const struct resolver *resolver, struct arena *arena,
             const struct spf_verdict *verdict)
{
    struct spf_survey *survey = calloc(1, sizeof(*survey));
    bool is_whole;

    require(survey != NULL);
    world->asked = 0;
    spf_survey(verdict->domain, resolver, arena, survey);
    require(!survey->is_pending && world->asked <= SPF_SURVEY_QUESTIONS_MAX);
    require(survey->issue_count <= SPF_SURVEY_ISSUES_MAX);
    is_whole = !survey->is_cut && !spf_survey_find(survey, SPF_ISSUE_LOOP);
    for (uint32_t i = 0; i < survey->target_count; i++)
        is_whole =
            is_whole && str_index(survey->targets[i].name, '%') == survey->targets[i].name.len;
    require(!is_whole || verdict->lookups <= survey->lookups);
    free(survey);
}

static void
check_macros(struct str text)
{
    struct spf_macro_values values = {
        .local = STR("a-b"), .domain = text, .helo = STR("\xff h"), .ip_len = 16};
    char name[SPF_NAME_BYTES], words[SPF_EXPLANATION_MAX];
    struct str explanation;

    if (!spf_domain_spec_error(text)) {
        struct str got = spf_macro_name(text, &values, name);

        require(got.len <= 253 &&
                (!got.len || (got.data >= name && got.data + got.len <= name + SPF_NAME_BYTES)));
    }
    if (!spf_macro_error(text, SPF_MACRO_EXPLANATION) &&
        spf_macro_explanation(text, &values, words, &explanation)) {
        require(explanation.len <= SPF_EXPLANATION_MAX);
        for (size_t i = 0; i < explanation.len; i++)
            require(explanation.data[i] >= ' ' && explanation.data[i] <= '~');
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world world = {.ip = {192, 0, 2, 1}};
    struct str rest = {(const char *)data, size};
    struct spf_request request = {.time_s = 1700000000};
    struct resolver resolver = {.ask = ask_world, .context = &world};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_trace *trace = calloc(1, sizeof(*trace));
    struct spf_verdict verdict, again;
    char *folded;

    require(trace != NULL);
    request.ip = str_cut(&rest, '\n');
    request.helo = str_cut(&rest, '\n');
    request.mail_from = str_cut(&rest, '\n');
    while (rest.len && world.line_count < LINES_MAX) {
        world.lines[world.line_count++] = str_cut(&rest, '\n');
        check_macros(world.lines[world.line_count - 1]);
    }
    if (!world.line_count)
        world.lines[world.line_count++] = STR("v=spf1 ?all");
    verdict = spf_check(&request, &resolver, arena, NULL);
    folded = arena_alloc(arena, verdict.domain.len + 1);
    require(folded != NULL);
    str_fold(verdict.domain, folded);
    world.domain = (struct str){folded, verdict.domain.len};
    world.asked = 0;
    verdict = spf_check(&request, &resolver, arena, trace);
    require(world.asked <= SPF_QUESTIONS_MAX);
    require_verdict(&verdict, trace);
    again = spf_check(&request, &resolver, arena, NULL);
    require_same(&again, &verdict);
    check_late(&request, &world, &resolver, &verdict);
    if (verdict.domain.len)
        check_survey(&world, &resolver, arena, &verdict);
    free(trace);
    arena_free(arena);
    return 0;
}
