#include "mail/address.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str whole = {(const char *)data, size}, list = whole;
    struct address address;
    size_t left = list.len + 1;
    struct str first = address_first(whole), plain = address_unbracket(whole);

    while (address_next(&list, &address)) {
        require(list.len < left); /* each call moves forward */
        left = list.len;
        require(is_inside(whole, address.display) && is_inside(whole, address.mailbox));
        require(address.display.len || address.mailbox.len);
        require(str_eq(str_trim(address.mailbox), address.mailbox));
        if (first.len && address.mailbox.len) {
            require(first.data == address.mailbox.data && first.len == address.mailbox.len);
            first = STR_EMPTY;
        }
    }
    require(list.len == 0 && first.len == 0);
    require(is_inside(whole, plain) && plain.len <= size);
    if (address_is_mailbox(whole))
        require(str_index(whole, '@') < whole.len && str_index(whole, ' ') == whole.len);
    return 0;
}
