#include "mail/arf.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require_same_list(const struct mail_check *check, const struct arf_list *a,
                  const struct arf_list *b)
{
    require(a->count == b->count && a->count <= ARF_LIST_MAX);
    for (uint32_t i = 0; i < a->count; i++)
        require_same(check, a->items[i], b->items[i]);
}

static void
require_address(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        require((s.data[i] >= '0' && s.data[i] <= ':') || s.data[i] == '.' ||
                ((s.data[i] | 0x20) >= 'a' && (s.data[i] | 0x20) <= 'f'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct arf arf, other;
    bool is_read = arf_read(check.text, check.arena, &arf);

    require(is_read == arf_read(check.copy, check.other, &other));
    if (is_read) {
        require_same(&check, arf.feedback_type, other.feedback_type);
        require_same(&check, arf.source_ip, other.source_ip);
        require_same(&check, arf.original_mail_from, other.original_mail_from);
        require_same(&check, arf.reporting_mta, other.reporting_mta);
        require_same(&check, arf.original, other.original);
        require_same_list(&check, &arf.original_rcpt_to, &other.original_rcpt_to);
        require_same_list(&check, &arf.reported_domain, &other.reported_domain);
        require_same_list(&check, &arf.reported_uri, &other.reported_uri);
        require_same_list(&check, &arf.authentication_results, &other.authentication_results);
        require(arf.arrival_s == other.arrival_s);
        require_address(arf.source_ip);
    }
    mail_check_done(&check);
    return 0;
}
