#ifndef NET_CERTIFICATE_H
#define NET_CERTIFICATE_H

/*
 * certificate - what the other side of a TLS connection showed, as plain data.
 */

#include <openssl/ssl.h>

#include "base/arena.h"
#include "mail/smtp_peer.h"

/* After the handshake; `name` is the host's name or address that the certificate must be for. */
void certificate_read_peer(SSL *tls, const char *name, struct arena *arena,
                           struct smtp_peer *ret_peer);

#endif
