/*
 * Any text is of some scheme: what is told lies inside the text, sizes are within their bounds,
 * and checking a guess ends.
 */

#include <assert.h>
#include <stdlib.h>

#include "audit/password_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_inside(struct str part, struct str whole)
{
    return part.len == 0 ||
           (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

/* Costly ones are left to the unit tests. */
static bool
is_quick(const struct password_scheme *scheme)
{
    return scheme->method != PASSWORD_CRYPT && password_check_cost_ns(scheme) < 10000000;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct password_workspace work;
    struct str text = {(const char *)data, size};

    for (int place = PASSWORD_IN_MAIL_STORE; place <= PASSWORD_IN_SHADOW; place++) {
        struct password_scheme scheme =
            password_scheme_read(text, STR_EMPTY, (enum password_place)place);

        assert(scheme.name && scheme.name[0]);
        assert(is_inside(scheme.stored, text));
        assert(scheme.stored.len <= PASSWORD_STORED_BYTES_MAX);
        assert(scheme.target_len <= sizeof(scheme.target));
        assert(scheme.salt_len <= sizeof(scheme.salt));
        (void)password_scheme_setting(&scheme);
        if (scheme.state == PASSWORD_SET && is_quick(&scheme)) {
            (void)password_check(&scheme, STR("anna@shop.example"), STR("harmless"), &work);
            assert(password_check_target(&scheme).len <= PASSWORD_STORED_BYTES_MAX);
        }
        if (scheme.method == PASSWORD_PLAIN && scheme.stored.len <= PASSWORD_GUESS_BYTES_MAX &&
            scheme.state == PASSWORD_SET)
            assert(password_check(&scheme, STR_EMPTY, scheme.stored, &work));
    }
    return 0;
}
