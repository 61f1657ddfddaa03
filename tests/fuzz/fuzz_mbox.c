#include "mail/mbox.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The messages are the mbox cut in pieces, and each but the first begins with a "From " line. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str mbox = {(const char *)data, size}, message, line;
    const char *at = mbox.data;
    bool is_mbox = mail_is_mbox(mbox);

    while (mail_mbox_next(&mbox, &message)) {
        require(message.len > 0 && message.data == at);
        if (at != (const char *)data) {
            line = str_first(message, str_index(message, '\n'));
            require(str_starts(line, STR("From ")) && at[-1] == '\n');
        }
        at = message.data + message.len;
    }
    require(at == (const char *)data + size && mbox.len == 0);
    require(!is_mbox || mail_is_message((struct str){(const char *)data, size}));
    return 0;
}
