#ifndef SOURCE_DKIM_KEYS_H
#define SOURCE_DKIM_KEYS_H

/*
 * dkim_keys - the DKIM keys that lie in this machine's usual places.
 *
 *     /etc/opendkim/keys/example.com/mail.private    →  example.com, mail
 *     /var/lib/rspamd/dkim/example.com.mail.key      →  example.com, mail
 *
 * EDGE: reads private keys, and hands out their public halves alone.
 */

#include "audit/suggest.h"

/* Below `root`, "" is the machine itself. How many were found; what cannot be read is passed over.
 */
uint32_t dkim_keys_find(const char *root, struct arena *arena,
                        struct suggest_key ret_keys[SUGGEST_KEYS_MAX]);

#endif
