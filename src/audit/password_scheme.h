#ifndef AUDIT_PASSWORD_SCHEME_H
#define AUDIT_PASSWORD_SCHEME_H

/*
 * password_scheme - how a password is kept, told from the text in its store.
 *
 *     {SSHA512}xs9t9jfjgS9A...      Dovecot: scheme, and maybe {SSHA512.HEX}
 *     $6$rounds=5000$salt$hash      crypt(5), also behind {CRYPT}
 *     5f4dcc3b5aa765d61d8327deb882cf99, *2470C0C06DEE..., md5..., $apr1$...   without a word
 *
 * What is told is the scheme and how well it keeps; never the password. A text that looks like
 * nothing known is plain text. Two readings may fit (13 characters are DES or plain): the one
 * named first in the table of password_scheme.c counts, and both are bad.
 *
 * Pure: no allocation; `stored` points into the text.
 */

#include "audit/password_digest.h"

/* How a guess is checked, see password_check.h. */
enum password_method {
    PASSWORD_UNCHECKED, /* a guess cannot be checked here */
    PASSWORD_PLAIN,
    PASSWORD_CRYPT,    /* crypt(3) knows it */
    PASSWORD_DIGEST,   /* digest(password salt) */
    PASSWORD_CONTEXTS, /* CRAM-MD5 */
    PASSWORD_REALM,    /* DIGEST-MD5: MD5(user:realm:password) */
    PASSWORD_STRETCH,  /* PBKDF2 */
    PASSWORD_SCRAM,    /* RFC 5802: H(HMAC(PBKDF2, "Client Key")) */
    PASSWORD_NTLM,     /* MD4 of UTF-16 */
    PASSWORD_LANMAN,
    PASSWORD_MYSQL,     /* SHA1(SHA1(password)) */
    PASSWORD_MYSQL_OLD, /* before 4.1 */
    PASSWORD_POSTGRES,  /* MD5(password user) */
    PASSWORD_APACHE,    /* $apr1$ */
};

enum password_strength {
    PASSWORD_STRENGTH_UNKNOWN,
    PASSWORD_STRENGTH_PLAIN,      /* readable as it is, or with a key on the same host */
    PASSWORD_STRENGTH_BROKEN,     /* all of a length that people use are found within days */
    PASSWORD_STRENGTH_WEAK,       /* without salt, or made to be fast: a billion guesses a second */
    PASSWORD_STRENGTH_ACCEPTABLE, /* made to be slow, by the measure of its time */
    PASSWORD_STRENGTH_STRONG,
};

enum password_state {
    PASSWORD_SET,
    PASSWORD_EMPTY,    /* a login without a password */
    PASSWORD_LOCKED,   /* no password fits: "!", "*", "!$6$..." */
    PASSWORD_ELSEWHERE /* "x": in the shadow file */
};

/* Where the text stands decides what one without a scheme means. */
enum password_place {
    PASSWORD_IN_MAIL_STORE,
    PASSWORD_IN_SHADOW, /* shadow(5): what crypt(3) cannot read locks the account */
};

#define PASSWORD_STORED_BYTES_MAX 1024U /* longer ones are PASSWORD_STRENGTH_UNKNOWN */
#define PASSWORD_SALT_BYTES_MAX 128U

struct password_scheme {
    const char *name; /* "SSHA512", as Dovecot calls it where it has a name */
    enum password_method method;
    enum password_digest digest;
    enum password_strength strength;
    enum password_state state;
    bool is_salted;
    bool has_few_rounds; /* a slow scheme made fast */
    uint64_t rounds;     /* of slow ones; bcrypt: two to this power; 0: not stated */
    struct str stored;   /* behind the scheme's name */
    unsigned char target[PASSWORD_DIGEST_BYTES_MAX]; /* decoded, of those that are no text */
    size_t target_len;
    unsigned char salt[PASSWORD_SALT_BYTES_MAX];
    size_t salt_len;
};

/*
 * Reads the text of a store; `usual` is the scheme of texts that name none ("SSHA512"), empty:
 * told from the text. Cannot fail.
 */
struct password_scheme password_scheme_read(struct str text, struct str usual,
                                            enum password_place place);

/* The text that two passwords with the same salt share, for computing a guess once. */
struct str password_scheme_setting(const struct password_scheme *scheme);

#endif
