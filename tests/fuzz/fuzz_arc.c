#include "auth/arc.h"
#include "auth/arc_seal.h"
#include "auth_check.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUTPUT_BYTES_MAX ((size_t)1024 * 1024)

static struct crypto *crypto;
static struct crypto_private *key;

static struct arc_check *
check_mail(struct str mail, bool is_to_be_sealed, const struct resolver *resolver,
           struct arena *arena)
{
    struct arc_check *check;
    const struct arc_result *result;

    require(arc_check_new(crypto, mail, is_to_be_sealed, arena, &check));
    arc_check_body(check, arc_check_rest(check));
    arc_check_end(check);
    require(arc_check_look(check, resolver));
    result = arc_check_result(check);
    require(result->set_count <= ARC_SETS_MAX);
    require(result->status == ARC_NONE || result->status == ARC_PASS || result->status == ARC_FAIL);
    require((result->status == ARC_FAIL) == (result->reason.len > 0));
    for (uint32_t i = 0; i < result->set_count; i++) {
        const struct arc_set *set = arc_check_set(check, i);

        require(is_inside(mail, set->results));
        require(result->status != ARC_PASS ||
                (set->results_field && set->message_field && set->seal_field));
    }
    arc_check_done(check);
    return check;
}

/* What is sealed says what was found: a chain that held or was none passes, another is over. */
static void
check_sealing(struct str mail, const struct resolver *resolver, struct arena *arena)
{
    struct arc_seal_options options = {
        .domain = STR("example.org"),
        .selector = STR("s"),
        .server = STR("mx.example.org"),
        .time_s = 1700000000,
    };
    struct arc_check *check = check_mail(mail, true, resolver, arena);
    enum arc_status before = arc_check_result(check)->status;
    bool is_over;
    struct buf out;
    struct err err;

    buf_init(&out, OUTPUT_BYTES_MAX);
    if (!arc_seal_write(crypto, key, &options, check, arena, &out, &is_over, &err)) {
        require(arc_check_fields(check)->count == 0);
        buf_done(&out);
        return;
    }
    require(is_over == (out.len == 0));
    if (!is_over && !str_starts(mail, STR("From ")) && !arc_check_fields(check)->is_over) {
        const struct arc_result *result;

        buf_add(&out, mail);
        check = check_mail(buf_str(&out), false, resolver, arena);
        result = arc_check_result(check);
        /* A header at its ceiling has no room for three fields more. */
        require(arc_check_fields(check)->is_over ||
                result->status == (before == ARC_FAIL ? ARC_FAIL : ARC_PASS));
    }
    buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str mail = {(const char *)data, size}, record = STR(AUTH_CHECK_RECORD);
    struct resolver resolver = {.ask = auth_check_ask, .context = &record};
    struct arena *arena = arena_new(MAIL_CHECK_ARENA_BYTES);

    if (!crypto) {
        crypto = crypto_new();
        key = auth_check_key();
    }
    (void)check_mail(mail, false, &resolver, arena);
    check_sealing(mail, &resolver, arena);
    arena_free(arena);
    return 0;
}
