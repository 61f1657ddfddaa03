#ifndef DISK_DIGEST_H
#define DISK_DIGEST_H

/*
 * digest - the SHA-256 (FIPS 180-4) of bytes and of open files.
 *
 *     ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
 *
 * A `struct digester` holds OpenSSL's context and a block to read into: one a
 * thread, used again for every file. Running out of memory aborts.
 */

#include "base/err.h"
#include "base/str.h"

#define DIGEST_BYTES 32
#define DIGEST_TEXT 65 /* in lower-case hexadecimal, with its NUL */

struct digest {
    unsigned char bytes[DIGEST_BYTES];
};

struct digester;

struct digester *digester_new(void);
void digester_free(struct digester *digester); /* NULL is fine */

struct digest digest_of(struct digester *digester, struct str bytes);

/* All of an open regular file, from its first byte on, wherever its offset is. */
bool digest_file(struct digester *digester, int fd, struct digest *ret_digest, struct err *err)
    __attribute__((warn_unused_result));

bool digest_eq(struct digest a, struct digest b);
void digest_write(struct digest digest, char ret_text[DIGEST_TEXT]);

/* 64 hexadecimal digits of either case and nothing else. */
bool digest_read(struct str text, struct digest *ret_digest);

#endif
