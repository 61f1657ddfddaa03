#ifndef CMD_DKIM_PARTS_H
#define CMD_DKIM_PARTS_H

/*
 * dkim_parts - the actions of `weir dkim`.
 *
 *     dkim.c         verify, and the command itself
 *     dkim_sign.c    sign
 *     dkim_keygen.c  keygen
 */

#include "cmd/dkim_options.h"

/* Each returns the exit code. */
int dkim_sign(const struct dkim_arguments *arguments);
int dkim_keygen(const struct dkim_arguments *arguments);

/* Reads the key that --key names, or says on stderr why not. */
bool dkim_read_key(const char *path, struct crypto_private **ret_key);

#endif
