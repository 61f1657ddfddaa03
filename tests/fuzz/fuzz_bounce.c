#include "mail/address.h"
#include "mail/bounce.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct str sender = STR("anna@example.org");
    static struct bounce bounce, other;

    bounce_read(check.text, sender, &bounce);
    bounce_read(check.copy, sender, &other);
    require(bounce.count == other.count && bounce.count <= BOUNCE_RECIPIENTS_MAX);
    require_same(&check, bounce.notice, other.notice);
    require_same(&check, bounce.original, other.original);
    require(bounce.notice.len <= BOUNCE_TEXT_MAX);
    require(bounce.original.len == 0 ||
            bounce.notice.data + bounce.notice.len <= bounce.original.data);
    for (uint32_t i = 0; i < bounce.count; i++) {
        struct str reason = bounce_reason(&bounce, bounce.recipients[i].address);

        require_same(&check, bounce.recipients[i].address, other.recipients[i].address);
        require_same(&check, bounce.recipients[i].reason, other.recipients[i].reason);
        require(address_is_mailbox(bounce.recipients[i].address));
        require(is_inside(bounce.notice, bounce.recipients[i].address));
        require(is_inside(bounce.notice, bounce.recipients[i].reason));
        require(is_inside(bounce.notice, reason));
        for (uint32_t k = 0; k < i; k++)
            require(!str_eq(bounce.recipients[k].address, bounce.recipients[i].address));
    }
    mail_check_done(&check);
    return 0;
}
