#ifndef AUDIT_USE_H
#define AUDIT_USE_H

/*
 * use - how a mail was sent: the domains that DMARC compares, out of its header.
 *
 *     Return-Path: <b+7@bounces.example.net>
 *     DKIM-Signature: … d=example.com; s=mail; …
 *     From: Anna <anna@example.com>
 *
 * Pure. Slices point into the message or live in the arena.
 */

#include "audit/domain.h"

/*
 * False: the mail has no From with a domain. Of several signatures the one that fits From best is
 * taken. `place`: the file's name.
 */
bool use_read(struct str message, struct str place, struct arena *arena,
              struct domain_use *ret_use);

#endif
