#include "mail/dsn.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require_plausible(const struct dsn_recipient *recipient)
{
    require(recipient->reply_code == 0 ||
            (recipient->reply_code >= 400 && recipient->reply_code <= 599));
    require(recipient->status.len == 0 || recipient->status.data[0] == '4' ||
            recipient->status.data[0] == '5');
    require(recipient->is_permanent || !recipient->is_hard);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct dsn dsn, other;
    bool is_read = dsn_read(check.text, check.arena, &dsn);

    require(is_read == dsn_read(check.copy, check.other, &other));
    if (is_read) {
        require(dsn.recipient_count > 0 && dsn.recipient_count <= DSN_RECIPIENTS_MAX);
        require(dsn.recipient_count == other.recipient_count);
        for (uint32_t i = 0; i < dsn.recipient_count; i++) {
            require_same(&check, dsn.recipients[i].address, other.recipients[i].address);
            require_same(&check, dsn.recipients[i].status, other.recipients[i].status);
            require_same(&check, dsn.recipients[i].diagnostic, other.recipients[i].diagnostic);
            require_plausible(&dsn.recipients[i]);
        }
        require_same(&check, dsn.reporting_mta, other.reporting_mta);
        require_same(&check, dsn.queue_id, other.queue_id);
        require_same(&check, dsn.message_id, other.message_id);
        require_same(&check, dsn.original, other.original);
    }
    mail_check_done(&check);
    return 0;
}
