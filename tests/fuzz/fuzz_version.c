#include <stdlib.h>

#include "scan/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static int
sign(int order)
{
    return order < 0 ? -1 : order > 0;
}

/* "version \n other \n range": orders turn around, equal to itself, and ranges agree with them. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1); /* as long as the text, so that ASan sees a byte beyond it */
    struct str text = {copy, size}, a, b;
    char term[2 * VERSION_LEN_MAX];

    if (size)
        memcpy(copy, data, size);
    a = str_cut(&text, '\n');
    b = str_cut(&text, '\n');
    (void)version_compare(a, b); /* PHP's order is none where one ends in a dot */
    require(sign(version_order(a, b)) == -sign(version_order(b, a)));
    require(version_order(a, a) == 0);
    require(version_in(a, STR("*")));
    if (version_is_number(b) && b.len < VERSION_LEN_MAX &&
        str_index_any(b, STR(" ,|*xX@\t\r\v\f")) == b.len) {
        term[0] = '>';
        term[1] = '=';
        memcpy(term + 2, b.data, b.len);
        require(version_in(a, (struct str){term, b.len + 2}) ==
                (version_is_number(a) && version_order(a, b) >= 0));
        term[0] = '<';
        require(version_in(a, (struct str){term, b.len + 2}) ==
                (version_is_number(a) && version_order(a, b) <= 0));
    }
    (void)version_in(a, text);
    free(copy);
    return 0;
}
