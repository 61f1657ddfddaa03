#ifndef CMD_DKIM_OPTIONS_H
#define CMD_DKIM_OPTIONS_H

/*
 * dkim_options - the arguments of `weir dkim` and `weir arc`, which share most of them.
 */

#include "auth/canonical.h"
#include "auth/crypto.h"
#include "base/err.h"
#include "cmd/resolver_option.h"

struct dkim_arguments {
    struct resolver_option resolver;
    bool json, allow_old;
    int64_t time_s; /* of the check or the signature: now, or --time */
    /* sign, seal */
    const char *domain, *selector, *key, *identity, *headers, *server;
    enum canonical_form header_form, body_form;
    int64_t lifetime_s;
    /* keygen */
    const char *out;
    enum crypto_type type;
    uint32_t bits;
    bool has_bits;
    char **names; /* messages; keygen: the domain */
    int count;
};

/* An action of a command, and the options that it takes. */
struct dkim_action {
    const char *name;
    int (*run)(const struct dkim_arguments *arguments);
    const char *options; /* names with a blank before and behind each */
    int least, most;
};

/*
 * Runs the action that argv[1] names with the arguments behind it, or says what is wrong; the exit
 * code. `help` is the command's.
 */
int dkim_options_run(int argc, char **argv, const char *help, const struct dkim_action *actions,
                     size_t action_count);

#endif
