#include "record/postfix_parts.h"

/* "host[address]" or "host[address]:port" at the front. */
bool
postfix_cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address,
                 uint16_t *ret_port)
{
    size_t open = str_index(*rest, '['), close;
    uint32_t port = 0;

    if (open >= rest->len)
        return false;
    close = str_index(str_from(*rest, open), ']');
    if (open + close >= rest->len)
        return false;
    *ret_host = str_first(*rest, open);
    *ret_address = (struct str){rest->data + open + 1, close - 1};
    *rest = str_from(*rest, open + close + 1);
    /* In "host[address]: text" the colon belongs to the text. */
    if (rest->len >= 2 && rest->data[0] == ':' && rest->data[1] >= '0' && rest->data[1] <= '9') {
        *rest = str_from(*rest, 1);
        while (rest->len && rest->data[0] >= '0' && rest->data[0] <= '9' && port < 65536) {
            port = port * 10 + (uint32_t)(rest->data[0] - '0');
            *rest = str_from(*rest, 1);
        }
    }
    *ret_port = port < 65536 ? (uint16_t)port : 0;
    return true;
}

/* "RCPT from host[ip]: 554 ...", "END-OF-MESSAGE: 554 ...": where the server was when it refused.
 */
bool
postfix_cut_stage(struct str *rest)
{
    size_t len = 0;

    while (len < rest->len &&
           ((rest->data[len] >= 'A' && rest->data[len] <= 'Z') || rest->data[len] == '-'))
        len++;
    if (len == 0 || len >= rest->len || (rest->data[len] != ' ' && rest->data[len] != ':'))
        return false;
    *rest = str_from(*rest, len);
    return true;
}
