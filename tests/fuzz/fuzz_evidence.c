#include "mail/evidence.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One line is the host's own, what stands above is later, what stands below could be forged. */
static void
require_judged(const struct mail_evidence *evidence)
{
    require(evidence->hop_count <= MAIL_HOPS_MAX && evidence->claim_count <= MAIL_CLAIMS_MAX);
    require(evidence->own_hop >= -1 && evidence->own_hop < (int32_t)evidence->hop_count);
    for (uint32_t i = 0; i < evidence->hop_count; i++) {
        int32_t at = (int32_t)i;
        enum hop_trust want = evidence->own_hop < 0     ? HOP_FORGEABLE
                              : at == evidence->own_hop ? HOP_OWN
                              : at < evidence->own_hop  ? HOP_ABOVE
                                                        : HOP_FORGEABLE;

        require(evidence->hops[i].trust == want && evidence->hops[i].says.len > 0);
    }
    for (uint32_t i = 0; i < evidence->claim_count; i++) {
        const struct mail_claim *claim = &evidence->claims[i];

        require(claim->says.len > 0 && claim->uid >= -1 && claim->uid <= UINT32_MAX);
        require(!claim->is_trusted || (evidence->own_hop >= 0 && !claim->is_dismissed));
        require(!claim->is_contested || claim->is_trusted || claim->is_dismissed);
    }
    require(!(evidence->is_complaint && evidence->is_bounce));
}

static void
require_equal(const struct mail_check *check, const struct mail_evidence *a,
              const struct mail_evidence *b)
{
    require(a->hop_count == b->hop_count && a->claim_count == b->claim_count);
    require(a->own_hop == b->own_hop && a->date_s == b->date_s);
    require_same(check, a->host, b->host);
    require_same(check, a->queue_id, b->queue_id);
    require_same(check, a->message_id, b->message_id);
    require_same(check, a->from, b->from);
    require_same(check, a->to, b->to);
    require_same(check, a->subject, b->subject);
    for (uint32_t i = 0; i < a->hop_count; i++) {
        require_same(check, a->hops[i].by, b->hops[i].by);
        require_same(check, a->hops[i].says, b->hops[i].says);
    }
    for (uint32_t i = 0; i < a->claim_count; i++) {
        require_same(check, a->claims[i].script, b->claims[i].script);
        require_same(check, a->claims[i].says, b->claims[i].says);
    }
}

/* A first byte "!" asks about a host: the rule without one is the more usual. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool is_asked = size > 0 && data[0] == '!';
    struct mail_options options = {is_asked ? STR("web7.example") : STR_EMPTY};
    struct mail_check check = mail_check_new(data + is_asked, size - is_asked);
    struct mail_evidence evidence, other;
    struct err err;
    bool is_read = mail_evidence_read(check.text, options, check.arena, &evidence, &err);

    require(is_read == mail_evidence_read(check.copy, options, check.other, &other, &err));
    require(!is_read || mail_is_message(check.text));
    if (is_read) {
        require_judged(&evidence);
        require_equal(&check, &evidence, &other);
    }
    mail_check_done(&check);
    return 0;
}
