#include "mail/received.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OWN_WORD_LEN_MAX 5 /* "local", "qmail", "SMTP" are the reader's own */

static void
require_slices(const struct mail_check *check, const struct hop *hop, const struct hop *other)
{
    const struct str first[] = {hop->by,           hop->from_helo, hop->from_host,
                                hop->from_address, hop->protocol,  hop->queue_id,
                                hop->login,        hop->user,      hop->recipient};
    const struct str second[] = {other->by,           other->from_helo, other->from_host,
                                 other->from_address, other->protocol,  other->queue_id,
                                 other->login,        other->user,      other->recipient};

    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        require_same(check, first[i], second[i]);
        require(is_inside(check->text, first[i]) || first[i].len <= OWN_WORD_LEN_MAX);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct hop hop = received_read(check.text), other = received_read(check.copy);

    require(hop.trust == HOP_FORGEABLE && hop.says.len == 0);
    require(hop.uid >= -1 && hop.uid <= UINT32_MAX && hop.uid == other.uid);
    require(hop.time_s == other.time_s);
    require_slices(&check, &hop, &other);
    require(received_is_local(&hop) == received_is_local(&other));
    require(received_is_authenticated(&hop) == received_is_authenticated(&other));
    mail_check_done(&check);
    return 0;
}
