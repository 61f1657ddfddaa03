#include "auth/prvs.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>

#include "base/civil.h"

#define DAY_MODULUS 1000
#define TAG_LEN 10 /* "0789a1b2c3" */
#define HASH_LEN 6 /* digits of it that are kept */

/* A tagged address in its pieces. */
struct tagged {
    struct str local, domain;
    struct str tag; /* TAG_LEN bytes */
};

const char *
prvs_result_name(enum prvs_result result)
{
    static const char *const names[] = {"untagged", "valid", "expired", "forged", "no key"};

    return names[result];
}

/* ---- keys ---- */

static bool
read_key(struct str line, struct prvs_key *ret_key)
{
    if (line.len < 3 || !str_is_digit(line.data[0]) ||
        (line.data[1] != ' ' && line.data[1] != '\t'))
        return false;
    ret_key->number = (unsigned)(line.data[0] - '0');
    ret_key->secret = str_from(line, 2);
    return ret_key->secret.len <= PRVS_SECRET_MAX;
}

bool
prvs_keys_read(struct str text, struct prvs_keys *ret_keys, struct err *err)
{
    struct prvs_keys keys = {0};

    for (unsigned number = 1; text.len; number++) {
        struct str line = str_cut(&text, '\n');

        if (line.len && line.data[line.len - 1] == '\r')
            line.len--;
        if (str_trim(line).len == 0 || line.data[0] == '#')
            continue;
        if (keys.count == PRVS_KEYS_MAX)
            return err_set(err, ERR_LIMIT, "line %u: more than %d keys", number, PRVS_KEYS_MAX);
        if (!read_key(line, &keys.list[keys.count]))
            return err_set(err, ERR_SYNTAX,
                           "line %u is not a digit, a blank, and a secret of at most %d bytes",
                           number, PRVS_SECRET_MAX);
        keys.count++;
    }
    if (keys.count == 0)
        return err_set(err, ERR_SYNTAX, "no key in it");
    *ret_keys = keys;
    return true;
}

const struct prvs_key *
prvs_keys_find(const struct prvs_keys *keys, unsigned number)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        if (keys->list[i].number == number)
            return &keys->list[i];
    }
    return NULL;
}

/* ---- pieces ---- */

static bool
is_hex(char c)
{
    return str_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool
is_tag(struct str s)
{
    if (s.len != TAG_LEN)
        return false;
    for (size_t i = 0; i < TAG_LEN; i++) {
        if (i < TAG_LEN - HASH_LEN ? !str_is_digit(s.data[i]) : !is_hex(s.data[i]))
            return false;
    }
    return true;
}

/* The domain is what follows the last "@". */
static bool
split_address(struct str address, struct str *ret_local, struct str *ret_domain)
{
    size_t at = address.len;

    if (address.len > PRVS_ADDRESS_MAX || address.len == 0)
        return false;
    for (size_t i = 0; i < address.len; i++) {
        if (address.data[i] == '@')
            at = i;
    }
    if (at == 0 || at + 1 >= address.len)
        return false;
    *ret_local = str_first(address, at);
    *ret_domain = str_from(address, at + 1);
    return true;
}

/* "prvs=TAG=local", and as older drafts had it "prvs=local=TAG" or "prvs=local/TAG". */
static bool
split_tagged(struct str address, struct tagged *ret_tagged)
{
    struct tagged tagged;
    struct str rest;

    if (!split_address(address, &rest, &tagged.domain) || !str_starts_nocase(rest, STR("prvs=")))
        return false;
    rest = str_from(rest, 5);
    if (rest.len < TAG_LEN + 2)
        return false;
    tagged.tag = str_first(rest, TAG_LEN);
    tagged.local = str_from(rest, TAG_LEN + 1);
    if (!is_tag(tagged.tag) || rest.data[TAG_LEN] != '=') {
        char separator = rest.data[rest.len - TAG_LEN - 1];

        tagged.tag = str_from(rest, rest.len - TAG_LEN);
        tagged.local = str_first(rest, rest.len - TAG_LEN - 1);
        if (!is_tag(tagged.tag) || (separator != '=' && separator != '/'))
            return false;
    }
    *ret_tagged = tagged;
    return true;
}

bool
prvs_is_tagged(struct str address)
{
    struct tagged tagged;

    return split_tagged(address, &tagged);
}

/* ---- the hash ---- */

/*
 * Six digits over number and day, the first four bytes of a tag, and the address. False: libcrypto
 * could not, so that nothing is signed, and nothing holds.
 */
static bool
make_hash(const char *front, struct str address, const struct prvs_key *key,
          char ret_hash[HASH_LEN])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char source[TAG_LEN - HASH_LEN + PRVS_ADDRESS_MAX], digest[EVP_MAX_MD_SIZE] = {0};
    unsigned digest_len = 0;

    memcpy(source, front, TAG_LEN - HASH_LEN);
    memcpy(source + TAG_LEN - HASH_LEN, address.data, address.len);
    if (!HMAC(EVP_sha1(), key->secret.data, (int)key->secret.len, source,
              TAG_LEN - HASH_LEN + address.len, digest, &digest_len))
        return false;
    for (size_t i = 0; i < HASH_LEN / 2; i++) {
        ret_hash[2 * i] = hex[digest[i] >> 4];
        ret_hash[2 * i + 1] = hex[digest[i] & 15];
    }
    return true;
}

static unsigned
day_of(int64_t now_s)
{
    return (unsigned)(now_s / DAY_S % DAY_MODULUS);
}

bool
prvs_sign(struct str address, const struct prvs_key *key, int64_t now_s, struct arena *arena,
          struct str *ret_tagged)
{
    unsigned day = (day_of(now_s) + PRVS_DAYS) % DAY_MODULUS;
    struct str parts[] = {STR("prvs="), STR_EMPTY, STR_EMPTY, STR("="), address};
    struct str local, domain;
    char front[16], hash[HASH_LEN];

    if (address.len > PRVS_ADDRESS_MAX - TAG_LEN - 6 || !split_address(address, &local, &domain) ||
        prvs_is_tagged(address))
        return false;
    (void)snprintf(front, sizeof(front), "%u%03u", key->number % 10, day);
    if (!make_hash(front, address, key, hash))
        return false;
    parts[1] = (struct str){front, TAG_LEN - HASH_LEN};
    parts[2] = (struct str){hash, HASH_LEN};
    *ret_tagged = arena_join(arena, parts, 5);
    return ret_tagged->len > 0;
}

static bool
is_hash_of(const struct tagged *tagged, struct str address, const struct prvs_key *key)
{
    char want[HASH_LEN], got[HASH_LEN];

    if (!make_hash(tagged->tag.data, address, key, want))
        return false;
    str_fold(str_first(str_from(tagged->tag, TAG_LEN - HASH_LEN), HASH_LEN), got);
    return CRYPTO_memcmp(want, got, HASH_LEN) == 0;
}

/* As it came; with the domain in lower case; all of it in lower case. */
static bool
is_made_by(const struct tagged *tagged, struct str address, const struct prvs_key *key)
{
    char folded[PRVS_ADDRESS_MAX + 1];
    struct str variant = {folded, address.len};

    if (is_hash_of(tagged, address, key))
        return true;
    memcpy(folded, address.data, address.len);
    str_fold(tagged->domain, folded + tagged->local.len + 1);
    if (is_hash_of(tagged, variant, key))
        return true;
    str_fold(address, folded);
    return is_hash_of(tagged, variant, key);
}

static bool
is_current(unsigned day, int64_t now_s)
{
    return (day + DAY_MODULUS - day_of(now_s)) % DAY_MODULUS <= PRVS_DAYS + PRVS_DAYS_SKEW;
}

struct prvs_check
prvs_check(struct str address, const struct prvs_keys *keys, int64_t now_s, struct arena *arena)
{
    struct prvs_check check = {.result = PRVS_UNTAGGED, .address = address};
    struct tagged tagged;

    if (!split_tagged(address, &tagged))
        return check;
    check.address = arena_join(arena, (struct str[]){tagged.local, STR("@"), tagged.domain}, 3);
    check.key_number = (unsigned)(tagged.tag.data[0] - '0');
    for (size_t i = 1; i < TAG_LEN - HASH_LEN; i++)
        check.day = check.day * 10 + (unsigned)(tagged.tag.data[i] - '0');
    check.result = PRVS_NO_KEY;
    /* Out of room is not a proof. */
    for (uint32_t i = 0; i < keys->count && check.address.len; i++) {
        if (keys->list[i].number != check.key_number)
            continue;
        check.result = PRVS_FORGED;
        if (is_made_by(&tagged, check.address, &keys->list[i])) {
            check.result = is_current(check.day, now_s) ? PRVS_VALID : PRVS_EXPIRED;
            break;
        }
    }
    return check;
}
