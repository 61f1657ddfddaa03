#include "audit/password_check.h"

#define APACHE_ROUNDS 1000
#define APACHE_SALT_BYTES_MAX 8U
#define ROUNDS_CHECKED_MAX 10000000U /* more, and one guess takes seconds */

static struct str
outcome_of(struct password_workspace *work, size_t len)
{
    return (struct str){(const char *)work->outcome, len};
}

/* --- one function a method --- */

static struct str
compute_crypt(const struct password_scheme *scheme, struct str guess,
              struct password_workspace *work)
{
    const char *made;
    size_t len;

    if (scheme->stored.len > PASSWORD_STORED_BYTES_MAX ||
        memchr(scheme->stored.data, '\0', scheme->stored.len))
        return STR_EMPTY;
    memcpy(work->guess, guess.data, guess.len);
    work->guess[guess.len] = '\0';
    memcpy(work->setting, scheme->stored.data, scheme->stored.len);
    work->setting[scheme->stored.len] = '\0';
    made = crypt_r(work->guess, work->setting, &work->crypt);
    if (!made || made[0] == '*')
        return STR_EMPTY;
    len = strlen(made);
    if (len > sizeof(work->outcome))
        return STR_EMPTY;
    memcpy(work->outcome, made, len);
    return outcome_of(work, len);
}

static struct str
compute_digest(const struct password_scheme *scheme, struct str guess,
               struct password_workspace *work)
{
    const struct str pieces[2] = {guess, {(const char *)scheme->salt, scheme->salt_len}};

    return outcome_of(work, password_digest_of(scheme->digest, pieces, 2, work->outcome));
}

/* RFC 2831: "user:realm:password"; the realm is what follows the '@'. */
static struct str
compute_realm(struct str user, struct str guess, struct password_workspace *work)
{
    struct str realm = user, local = str_cut(&realm, '@');
    const struct str pieces[5] = {local, STR(":"), realm, STR(":"), guess};

    return outcome_of(work, password_digest_of(PASSWORD_MD5, pieces, 5, work->outcome));
}

static struct str
compute_scram(const struct password_scheme *scheme, struct str guess,
              struct password_workspace *work)
{
    unsigned char salted[PASSWORD_DIGEST_BYTES_MAX], key[PASSWORD_DIGEST_BYTES_MAX];
    struct str salt = {(const char *)scheme->salt, scheme->salt_len}, piece;
    size_t len = password_digest_stretch(scheme->digest, guess, salt, scheme->rounds, salted);

    if (len == 0)
        return STR_EMPTY;
    len = password_digest_hmac(scheme->digest, (struct str){(const char *)salted, len},
                               STR("Client Key"), key);
    piece = (struct str){(const char *)key, len};
    return outcome_of(work, password_digest_of(scheme->digest, &piece, 1, work->outcome));
}

/* Of UTF-16; letters beyond Latin-1 are not guessed. */
static struct str
compute_ntlm(struct str guess, struct password_workspace *work)
{
    char wide[2 * PASSWORD_GUESS_BYTES_MAX];
    struct str piece = {wide, 2 * guess.len};
    size_t len;

    for (size_t i = 0; i < guess.len; i++) {
        wide[2 * i] = guess.data[i];
        wide[2 * i + 1] = '\0';
    }
    len = password_digest_of(PASSWORD_MD4, &piece, 1, work->outcome);
    explicit_bzero(wide, sizeof(wide));
    return outcome_of(work, len);
}

static struct str
compute_lanman(struct str guess, struct password_workspace *work)
{
    unsigned char key[14] = {0};

    for (size_t i = 0; i < guess.len && i < sizeof(key); i++) {
        char c = guess.data[i];

        key[i] = (unsigned char)(c >= 'a' && c <= 'z' ? c - 32 : c);
    }
    password_digest_lanman(key, work->outcome);
    explicit_bzero(key, sizeof(key));
    return outcome_of(work, 16);
}

static struct str
compute_mysql(struct str guess, struct password_workspace *work)
{
    unsigned char once[PASSWORD_DIGEST_BYTES_MAX];
    size_t len = password_digest_of(PASSWORD_SHA1, &guess, 1, once);
    struct str piece = {(const char *)once, len};

    return outcome_of(work, password_digest_of(PASSWORD_SHA1, &piece, 1, work->outcome));
}

/* PASSWORD() before MySQL 4.1: two sums of 31 bits; blanks and tabs do not count. */
static struct str
compute_mysql_old(struct str guess, struct password_workspace *work)
{
    uint32_t first = 1345345333, second = 0x12345671, add = 7;

    for (size_t i = 0; i < guess.len; i++) {
        uint32_t c = (unsigned char)guess.data[i];

        if (c == ' ' || c == '\t')
            continue;
        first ^= ((first & 63) + add) * c + (first << 8);
        second += (second << 8) ^ first;
        add += c;
    }
    first &= 0x7fffffff;
    second &= 0x7fffffff;
    for (unsigned i = 0; i < 4; i++) {
        work->outcome[i] = (unsigned char)(first >> (24 - 8 * i));
        work->outcome[4 + i] = (unsigned char)(second >> (24 - 8 * i));
    }
    return outcome_of(work, 8);
}

/* --- $apr1$: the MD5 of crypt(5) under another name --- */

static void
apache_first(struct str guess, struct str salt, unsigned char ret_sum[16])
{
    unsigned char inner[16];
    struct str pieces[80];
    size_t count = 0;

    pieces[0] = guess;
    pieces[1] = salt;
    pieces[2] = guess;
    (void)password_digest_of(PASSWORD_MD5, pieces, 3, inner);
    pieces[count++] = guess;
    pieces[count++] = STR("$apr1$");
    pieces[count++] = salt;
    for (size_t left = guess.len; left;) {
        size_t take = left < 16 ? left : 16;

        pieces[count++] = (struct str){(const char *)inner, take};
        left -= take;
    }
    for (size_t bits = guess.len; bits; bits >>= 1)
        pieces[count++] = bits & 1 ? (struct str){"", 1} : str_first(guess, 1);
    (void)password_digest_of(PASSWORD_MD5, pieces, count, ret_sum);
}

static void
apache_round(unsigned round, struct str guess, struct str salt, unsigned char sum[16])
{
    struct str last = {(const char *)sum, 16}, pieces[4];
    size_t count = 0;

    pieces[count++] = round & 1 ? guess : last;
    if (round % 3)
        pieces[count++] = salt;
    if (round % 7)
        pieces[count++] = guess;
    pieces[count++] = round & 1 ? last : guess;
    {
        unsigned char next[16];

        (void)password_digest_of(PASSWORD_MD5, pieces, count, next);
        memcpy(sum, next, sizeof(next));
    }
}

/* 22 letters of crypt(3)'s own base 64. */
static void
apache_write(const unsigned char sum[16], unsigned char *ret_text)
{
    static const char letters[] =
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    static const unsigned char order[5][3] = {
        {0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};
    uint32_t bits;

    for (size_t i = 0; i < 5; i++) {
        bits =
            (uint32_t)sum[order[i][0]] << 16 | (uint32_t)sum[order[i][1]] << 8 | sum[order[i][2]];
        for (unsigned j = 0; j < 4; j++)
            *ret_text++ = (unsigned char)letters[bits >> (6 * j) & 63];
    }
    bits = sum[11];
    *ret_text++ = (unsigned char)letters[bits & 63];
    *ret_text = (unsigned char)letters[bits >> 6 & 63];
}

static struct str
apache_salt(const struct password_scheme *scheme)
{
    struct str rest = str_from(scheme->stored, 6);

    return str_first(str_cut(&rest, '$'), APACHE_SALT_BYTES_MAX);
}

static struct str
compute_apache(const struct password_scheme *scheme, struct str guess,
               struct password_workspace *work)
{
    struct str salt = apache_salt(scheme);
    unsigned char sum[16];

    apache_first(guess, salt, sum);
    for (unsigned i = 0; i < APACHE_ROUNDS; i++)
        apache_round(i, guess, salt, sum);
    apache_write(sum, work->outcome);
    return outcome_of(work, 22);
}

/* --- */

struct str
password_check_compute(const struct password_scheme *scheme, struct str user, struct str guess,
                       struct password_workspace *work)
{
    struct str salt = {(const char *)scheme->salt, scheme->salt_len};

    if (guess.len > PASSWORD_GUESS_BYTES_MAX || scheme->rounds > ROUNDS_CHECKED_MAX)
        return STR_EMPTY;
    switch (scheme->method) {
    case PASSWORD_UNCHECKED:
        break;
    case PASSWORD_PLAIN:
        memcpy(work->outcome, guess.data, guess.len);
        return outcome_of(work, guess.len);
    case PASSWORD_CRYPT:
        return compute_crypt(scheme, guess, work);
    case PASSWORD_DIGEST:
        return compute_digest(scheme, guess, work);
    case PASSWORD_CONTEXTS:
        password_digest_contexts(guess, work->outcome);
        return outcome_of(work, 32);
    case PASSWORD_REALM:
        return compute_realm(user, guess, work);
    case PASSWORD_STRETCH:
        return outcome_of(work, password_digest_stretch(scheme->digest, guess, salt, scheme->rounds,
                                                        work->outcome));
    case PASSWORD_SCRAM:
        return compute_scram(scheme, guess, work);
    case PASSWORD_NTLM:
        return compute_ntlm(guess, work);
    case PASSWORD_LANMAN:
        return compute_lanman(guess, work);
    case PASSWORD_MYSQL:
        return compute_mysql(guess, work);
    case PASSWORD_MYSQL_OLD:
        return compute_mysql_old(guess, work);
    case PASSWORD_POSTGRES: {
        const struct str pieces[2] = {guess, user};

        return outcome_of(work, password_digest_of(PASSWORD_MD5, pieces, 2, work->outcome));
    }
    case PASSWORD_APACHE:
        return compute_apache(scheme, guess, work);
    }
    return STR_EMPTY;
}

struct str
password_check_target(const struct password_scheme *scheme)
{
    const char *last;

    switch (scheme->method) {
    case PASSWORD_PLAIN:
    case PASSWORD_CRYPT:
        return scheme->stored;
    case PASSWORD_APACHE:
        last = memrchr(scheme->stored.data, '$', scheme->stored.len);
        return str_from(scheme->stored, (size_t)(last - scheme->stored.data) + 1);
    case PASSWORD_UNCHECKED:
    case PASSWORD_DIGEST:
    case PASSWORD_CONTEXTS:
    case PASSWORD_REALM:
    case PASSWORD_STRETCH:
    case PASSWORD_SCRAM:
    case PASSWORD_NTLM:
    case PASSWORD_LANMAN:
    case PASSWORD_MYSQL:
    case PASSWORD_MYSQL_OLD:
    case PASSWORD_POSTGRES:
        break;
    }
    return (struct str){(const char *)scheme->target, scheme->target_len};
}

bool
password_check(const struct password_scheme *scheme, struct str user, struct str guess,
               struct password_workspace *work)
{
    struct str outcome;

    if (scheme->state != PASSWORD_SET || scheme->method == PASSWORD_UNCHECKED)
        return false;
    outcome = password_check_compute(scheme, user, guess, work);
    return outcome.len && str_eq(outcome, password_check_target(scheme));
}

bool
password_check_needs_user(const struct password_scheme *scheme)
{
    return scheme->method == PASSWORD_REALM || scheme->method == PASSWORD_POSTGRES;
}

/* Measured on one core of a server of 2020; bcrypt doubles with each step. */
uint64_t
password_check_cost_ns(const struct password_scheme *scheme)
{
    switch (scheme->method) {
    case PASSWORD_UNCHECKED:
        return UINT64_MAX;
    case PASSWORD_PLAIN:
        return 50;
    case PASSWORD_STRETCH:
        return 500 * scheme->rounds;
    case PASSWORD_SCRAM:
        return 500 * scheme->rounds;
    case PASSWORD_APACHE:
        return 400000;
    case PASSWORD_CRYPT:
        if (strcmp(scheme->name, "BLF-CRYPT") == 0)
            return 45000ULL << (scheme->rounds < 31 ? scheme->rounds : 31);
        if (scheme->rounds)
            return 700 * scheme->rounds;
        if (strcmp(scheme->name, "MD5-CRYPT") == 0)
            return 300000;
        if (strcmp(scheme->name, "DES-CRYPT") == 0)
            return 10000;
        return strcmp(scheme->name, "NTLM") == 0 ? 1000 : 20000000;
    case PASSWORD_DIGEST:
    case PASSWORD_CONTEXTS:
    case PASSWORD_REALM:
    case PASSWORD_NTLM:
    case PASSWORD_LANMAN:
    case PASSWORD_MYSQL:
    case PASSWORD_MYSQL_OLD:
    case PASSWORD_POSTGRES:
        break;
    }
    return 400;
}

void
password_check_wipe(struct password_workspace *work)
{
    explicit_bzero(work, sizeof(*work));
}
