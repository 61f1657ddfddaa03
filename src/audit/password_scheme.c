#include "audit/password_scheme.h"

#include "audit/password_text.h"

#define NAME_BYTES_MAX 32U
#define ROUNDS_SHA_CRYPT 5000U /* crypt(5): when not stated */
#define BCRYPT_SETTING_BYTES 29U

enum encoding {
    ENCODING_NONE,
    ENCODING_HEX,
    ENCODING_BASE64,
};

/* One row a name; `bytes` of a text without a name tell it, see read_bare. */
static const struct row {
    const char *name;
    enum password_method method;
    enum password_digest digest;
    enum password_strength strength;
    enum encoding encoding;
    bool is_salted;
} rows[] = {
#define PLAIN PASSWORD_STRENGTH_PLAIN
#define BROKEN PASSWORD_STRENGTH_BROKEN
#define WEAK PASSWORD_STRENGTH_WEAK
#define FINE PASSWORD_STRENGTH_ACCEPTABLE
    {"PLAIN", PASSWORD_PLAIN, PASSWORD_MD5, PLAIN, ENCODING_NONE, false},
    {"CLEARTEXT", PASSWORD_PLAIN, PASSWORD_MD5, PLAIN, ENCODING_NONE, false},
    {"CLEAR", PASSWORD_PLAIN, PASSWORD_MD5, PLAIN, ENCODING_NONE, false},
    {"PLAIN-TRUNC", PASSWORD_PLAIN, PASSWORD_MD5, PLAIN, ENCODING_NONE, false},
    {"OTP", PASSWORD_UNCHECKED, PASSWORD_MD5, WEAK, ENCODING_NONE, true},
    {"SKEY", PASSWORD_UNCHECKED, PASSWORD_MD5, WEAK, ENCODING_NONE, true},
    {"RPA", PASSWORD_UNCHECKED, PASSWORD_MD5, WEAK, ENCODING_NONE, false},
    {"NTLM", PASSWORD_NTLM, PASSWORD_MD4, BROKEN, ENCODING_HEX, false},
    {"LANMAN", PASSWORD_LANMAN, PASSWORD_MD4, BROKEN, ENCODING_HEX, false},
    {"PLAIN-MD4", PASSWORD_DIGEST, PASSWORD_MD4, BROKEN, ENCODING_HEX, false},
    {"PLAIN-MD5", PASSWORD_DIGEST, PASSWORD_MD5, WEAK, ENCODING_HEX, false},
    {"LDAP-MD5", PASSWORD_DIGEST, PASSWORD_MD5, WEAK, ENCODING_BASE64, false},
    {"MD5", PASSWORD_DIGEST, PASSWORD_MD5, WEAK, ENCODING_BASE64, false},
    {"SHA", PASSWORD_DIGEST, PASSWORD_SHA1, WEAK, ENCODING_BASE64, false},
    {"SHA1", PASSWORD_DIGEST, PASSWORD_SHA1, WEAK, ENCODING_BASE64, false},
    {"SHA256", PASSWORD_DIGEST, PASSWORD_SHA256, WEAK, ENCODING_BASE64, false},
    {"SHA512", PASSWORD_DIGEST, PASSWORD_SHA512, WEAK, ENCODING_BASE64, false},
    {"SMD5", PASSWORD_DIGEST, PASSWORD_MD5, WEAK, ENCODING_BASE64, true},
    {"SSHA", PASSWORD_DIGEST, PASSWORD_SHA1, WEAK, ENCODING_BASE64, true},
    {"SSHA256", PASSWORD_DIGEST, PASSWORD_SHA256, WEAK, ENCODING_BASE64, true},
    {"SSHA512", PASSWORD_DIGEST, PASSWORD_SHA512, WEAK, ENCODING_BASE64, true},
    {"CRAM-MD5", PASSWORD_CONTEXTS, PASSWORD_MD5, WEAK, ENCODING_HEX, false},
    {"HMAC-MD5", PASSWORD_CONTEXTS, PASSWORD_MD5, WEAK, ENCODING_HEX, false},
    {"DIGEST-MD5", PASSWORD_REALM, PASSWORD_MD5, WEAK, ENCODING_HEX, false},
    {"PBKDF2", PASSWORD_STRETCH, PASSWORD_SHA1, FINE, ENCODING_NONE, true},
    {"SCRAM-SHA-1", PASSWORD_SCRAM, PASSWORD_SHA1, FINE, ENCODING_NONE, true},
    {"SCRAM-SHA-256", PASSWORD_SCRAM, PASSWORD_SHA256, FINE, ENCODING_NONE, true},
    {"MYSQL", PASSWORD_MYSQL, PASSWORD_SHA1, WEAK, ENCODING_HEX, false},
    {"MYSQL-OLD", PASSWORD_MYSQL_OLD, PASSWORD_MD5, BROKEN, ENCODING_HEX, false},
    {"POSTGRES-MD5", PASSWORD_POSTGRES, PASSWORD_MD5, WEAK, ENCODING_HEX, false},
    {"PHPASS", PASSWORD_UNCHECKED, PASSWORD_MD5, WEAK, ENCODING_NONE, true},
    {"AES", PASSWORD_UNCHECKED, PASSWORD_MD5, PLAIN, ENCODING_NONE, true},
#undef PLAIN
#undef BROKEN
#undef WEAK
#undef FINE
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* How texts begin that name their scheme themselves, as crypt(3) and its heirs do. */
static const struct beginning {
    const char *begin, *name;
    enum password_method method;
    enum password_strength strength;
} beginnings[] = {
    {"$1$", "MD5-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_WEAK},
    {"$5$", "SHA256-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$6$", "SHA512-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$2a$", "BLF-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$2b$", "BLF-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$2x$", "BLF-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_WEAK},
    {"$2y$", "BLF-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$y$", "YESCRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_STRONG},
    {"$gy$", "GOST-YESCRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_STRONG},
    {"$7$", "SCRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_STRONG},
    {"$3$", "NTLM", PASSWORD_CRYPT, PASSWORD_STRENGTH_BROKEN},
    {"$sha1$", "SHA1-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_ACCEPTABLE},
    {"$md5", "SUNMD5-CRYPT", PASSWORD_CRYPT, PASSWORD_STRENGTH_WEAK},
    {"$argon2i$", "ARGON2I", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_STRONG},
    {"$argon2id$", "ARGON2ID", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_STRONG},
    {"$argon2d$", "ARGON2D", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_STRONG},
    {"$apr1$", "APR1", PASSWORD_APACHE, PASSWORD_STRENGTH_WEAK},
    {"$P$", "PHPASS", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_WEAK},
    {"$H$", "PHPASS", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_WEAK},
    {"$AES-", "AES", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_PLAIN},
    {"$pbkdf2", "PBKDF2", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_ACCEPTABLE},
    {"pbkdf2_", "PBKDF2", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_ACCEPTABLE},
    {"pbkdf2:", "PBKDF2", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_ACCEPTABLE},
    {"scrypt:", "SCRYPT", PASSWORD_UNCHECKED, PASSWORD_STRENGTH_STRONG},
};

#define BEGINNING_COUNT (sizeof(beginnings) / sizeof(beginnings[0]))

/* --- schemes --- */

static const struct row *
find_row(struct str name)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (str_eq_nocase(name, str_from_cstr(rows[i].name)))
            return &rows[i];
    }
    return NULL;
}

static struct password_scheme
unknown(struct str stored)
{
    return (struct password_scheme){.name = "unknown", .stored = stored};
}

static struct password_scheme
from_row(const struct row *row, struct str stored)
{
    return (struct password_scheme){
        .name = row->name,
        .method = row->method,
        .digest = row->digest,
        .strength = row->strength,
        .is_salted = row->is_salted,
        .stored = stored,
    };
}

/* Digest and salt out of the text; a text that is not built so can be no target. */
static void
read_target(struct password_scheme *scheme, enum encoding encoding)
{
    unsigned char bytes[PASSWORD_DIGEST_BYTES_MAX + PASSWORD_SALT_BYTES_MAX];
    size_t len = 0, want = password_digest_bytes(scheme->digest);

    if (scheme->method == PASSWORD_CONTEXTS)
        want = 32;
    if (scheme->method == PASSWORD_MYSQL_OLD)
        want = 8;
    /* As Dovecot does: a text of twice the bytes is hexadecimal, whatever the scheme's habit. */
    if (!scheme->is_salted && scheme->stored.len == 2 * want &&
        password_text_is_hex(scheme->stored))
        encoding = ENCODING_HEX;
    if (!(encoding == ENCODING_HEX ? password_text_hex : password_text_base64)(
            scheme->stored, bytes, sizeof(bytes), &len) ||
        len < want || (!scheme->is_salted && len != want)) {
        scheme->method = PASSWORD_UNCHECKED;
        return;
    }
    memcpy(scheme->target, bytes, want);
    scheme->target_len = want;
    scheme->salt_len = len - want < PASSWORD_SALT_BYTES_MAX ? len - want : PASSWORD_SALT_BYTES_MAX;
    memcpy(scheme->salt, bytes + want, scheme->salt_len);
}

static void
set_rounds(struct password_scheme *scheme, uint64_t rounds, uint64_t least, uint64_t strong)
{
    scheme->rounds = rounds;
    scheme->has_few_rounds = rounds < least;
    if (scheme->has_few_rounds)
        scheme->strength = PASSWORD_STRENGTH_WEAK;
    else if (rounds >= strong)
        scheme->strength = PASSWORD_STRENGTH_STRONG;
}

/* Dovecot's PBKDF2: "$1$salt$rounds$hex". */
static void
read_stretch(struct password_scheme *scheme)
{
    struct str rest = scheme->stored, salt, rounds_text;
    uint64_t rounds;

    if (!str_skip(&rest, STR("$1$"))) {
        scheme->method = PASSWORD_UNCHECKED;
        return;
    }
    salt = str_cut(&rest, '$');
    rounds_text = str_cut(&rest, '$');
    if (!str_u64(rounds_text, &rounds) || salt.len > PASSWORD_SALT_BYTES_MAX ||
        !password_text_hex(rest, scheme->target, sizeof(scheme->target), &scheme->target_len) ||
        scheme->target_len != password_digest_bytes(scheme->digest)) {
        scheme->method = PASSWORD_UNCHECKED;
        return;
    }
    memcpy(scheme->salt, salt.data, salt.len);
    scheme->salt_len = salt.len;
    set_rounds(scheme, rounds, 5000, 600000);
}

/* "4096,salt,StoredKey,ServerKey", and PostgreSQL's "4096:salt$StoredKey:ServerKey". */
static void
read_scram(struct password_scheme *scheme)
{
    struct str rest = scheme->stored, salt, rounds_text, key;
    bool is_postgres = str_index(rest, ',') >= rest.len;
    uint64_t rounds;

    rounds_text = str_cut(&rest, is_postgres ? ':' : ',');
    salt = str_cut(&rest, is_postgres ? '$' : ',');
    key = str_cut(&rest, is_postgres ? ':' : ',');
    if (!str_u64(rounds_text, &rounds) ||
        !password_text_base64(salt, scheme->salt, sizeof(scheme->salt), &scheme->salt_len) ||
        !password_text_base64(key, scheme->target, sizeof(scheme->target), &scheme->target_len) ||
        scheme->target_len != password_digest_bytes(scheme->digest)) {
        scheme->method = PASSWORD_UNCHECKED;
        return;
    }
    set_rounds(scheme, rounds, 4096, 600000);
}

static struct password_scheme
read_row(const struct row *row, struct str stored, enum encoding encoding)
{
    struct password_scheme scheme = from_row(row, stored);

    if (stored.len == 0) {
        scheme.state = PASSWORD_EMPTY;
        return scheme;
    }
    switch (scheme.method) {
    case PASSWORD_STRETCH:
        read_stretch(&scheme);
        break;
    case PASSWORD_SCRAM:
        read_scram(&scheme);
        break;
    case PASSWORD_UNCHECKED:
    case PASSWORD_PLAIN:
    case PASSWORD_CRYPT:
    case PASSWORD_APACHE:
        break;
    case PASSWORD_DIGEST:
    case PASSWORD_CONTEXTS:
    case PASSWORD_REALM:
    case PASSWORD_NTLM:
    case PASSWORD_LANMAN:
    case PASSWORD_MYSQL:
    case PASSWORD_MYSQL_OLD:
    case PASSWORD_POSTGRES:
        read_target(&scheme, encoding == ENCODING_NONE ? row->encoding : encoding);
        break;
    }
    return scheme;
}

/* --- texts that name their scheme themselves --- */

/* "$6$rounds=1000$...", "$2y$05$..." */
static void
read_crypt_rounds(struct password_scheme *scheme)
{
    struct str rest = scheme->stored;
    uint64_t rounds = ROUNDS_SHA_CRYPT;

    if (str_starts(rest, STR("$5$")) || str_starts(rest, STR("$6$"))) {
        rest = str_from(rest, 3);
        if (str_skip(&rest, STR("rounds=")) && !str_u64(str_cut(&rest, '$'), &rounds))
            return;
        set_rounds(scheme, rounds, ROUNDS_SHA_CRYPT, 600000);
    } else if (str_starts(rest, STR("$2")) && str_u64(str_first(str_from(rest, 4), 2), &rounds)) {
        bool is_faulty = scheme->strength == PASSWORD_STRENGTH_WEAK; /* $2x$ */

        set_rounds(scheme, rounds, 5, 10);
        if (is_faulty)
            scheme->strength = PASSWORD_STRENGTH_WEAK;
    }
}

static bool
read_beginning(struct str text, struct password_scheme *ret_scheme)
{
    for (size_t i = 0; i < BEGINNING_COUNT; i++) {
        const struct beginning *b = &beginnings[i];

        if (!str_starts(text, str_from_cstr(b->begin)))
            continue;
        *ret_scheme = (struct password_scheme){
            .name = b->name,
            .method = b->method,
            .digest = PASSWORD_MD5,
            .strength = b->strength,
            .is_salted = strcmp(b->begin, "$3$") != 0,
            .stored = text,
        };
        read_crypt_rounds(ret_scheme);
        return true;
    }
    return false;
}

static struct password_scheme
des_crypt(struct str text)
{
    return (struct password_scheme){
        .name = "DES-CRYPT",
        .method = PASSWORD_CRYPT,
        .strength = PASSWORD_STRENGTH_BROKEN,
        .is_salted = true,
        .stored = text,
    };
}

static bool
read_des(struct str text, struct password_scheme *ret_scheme)
{
    bool is_extended = text.len == 20 && text.data[0] == '_';

    if (!(text.len == 13 && password_text_is_crypt(text)) &&
        !(is_extended && password_text_is_crypt(str_from(text, 1))))
        return false;
    *ret_scheme = des_crypt(text);
    return true;
}

/* --- texts that are told by what they look like --- */

/* Digests by the number of their bytes: a name each, hexadecimal and not. */
static const struct {
    size_t bytes;
    const char *hex, *base64;
} lengths[] = {
    {8, "MYSQL-OLD", NULL},   {16, "PLAIN-MD5", "LDAP-MD5"}, {20, "SHA", "SHA"},
    {24, NULL, "SSHA"},       {32, "SHA256", "SHA256"},      {36, NULL, "SSHA256"},
    {64, "SHA512", "SHA512"}, {68, NULL, "SSHA512"},
};

static bool
read_digest(struct str text, struct password_scheme *ret_scheme)
{
    unsigned char bytes[PASSWORD_DIGEST_BYTES_MAX + 8];
    bool is_hexadecimal = password_text_is_hex(text);
    size_t len;

    if (!(is_hexadecimal ? password_text_hex : password_text_base64)(text, bytes, sizeof(bytes),
                                                                     &len) ||
        (!is_hexadecimal && text.len % 4 != 0))
        return false;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const char *name = is_hexadecimal ? lengths[i].hex : lengths[i].base64;

        if (lengths[i].bytes != len || !name)
            continue;
        *ret_scheme = read_row(find_row(str_from_cstr(name)), text,
                               is_hexadecimal ? ENCODING_HEX : ENCODING_BASE64);
        return true;
    }
    return false;
}

/* "*2470C0...", "md5a3556...", "SCRAM-SHA-256$4096:..." of database servers. */
static bool
read_server(struct str text, struct password_scheme *ret_scheme)
{
    struct str rest = text;

    if (text.len == 41 && str_skip(&rest, STR("*")) && password_text_is_hex(rest)) {
        *ret_scheme = read_row(find_row(STR("MYSQL")), rest, ENCODING_HEX);
        return true;
    }
    rest = text;
    if (text.len == 35 && str_skip(&rest, STR("md5")) && password_text_is_hex(rest)) {
        *ret_scheme = read_row(find_row(STR("POSTGRES-MD5")), rest, ENCODING_HEX);
        return true;
    }
    if (str_skip(&rest, STR("SCRAM-SHA-256$"))) {
        *ret_scheme = read_row(find_row(STR("SCRAM-SHA-256")), rest, ENCODING_NONE);
        return true;
    }
    return false;
}

static bool
is_locked(struct str text, enum password_place place)
{
    struct str rest = text;

    if (text.len == 0 || (text.data[0] != '!' && text.data[0] != '*'))
        return false;
    if (place == PASSWORD_IN_SHADOW)
        return true;
    while (str_skip(&rest, STR("!")) || str_skip(&rest, STR("*"))) {
    }
    return rest.len == 0 || rest.data[0] == '$' || str_eq(rest, STR("LK*"));
}

static struct password_scheme
read_bare(struct str text, enum password_place place)
{
    struct password_scheme scheme;

    if (read_beginning(text, &scheme) || read_server(text, &scheme))
        return scheme;
    if (is_locked(text, place) || str_eq(text, STR("x"))) {
        scheme = unknown(text);
        scheme.state = text.data[0] == 'x' ? PASSWORD_ELSEWHERE : PASSWORD_LOCKED;
        return scheme;
    }
    if (read_des(text, &scheme))
        return scheme;
    if (place == PASSWORD_IN_SHADOW) {
        scheme = unknown(text);
        scheme.state = text.len ? PASSWORD_LOCKED : PASSWORD_EMPTY;
        return scheme;
    }
    if (read_digest(text, &scheme))
        return scheme;
    return read_row(find_row(STR("PLAIN")), text, ENCODING_NONE);
}

/* --- schemes with a name --- */

/* {CRYPT} and its kin hold what crypt(3) reads. */
static bool
is_crypt_name(struct str name)
{
    return str_eq_nocase(name, STR("CRYPT")) ||
           (name.len > 6 && str_eq_nocase(str_from(name, name.len - 6), STR("-CRYPT")));
}

static struct password_scheme
read_named(struct str name, struct str stored, enum password_place place)
{
    enum encoding encoding = ENCODING_NONE;
    struct password_scheme scheme;
    const struct row *row;
    struct str suffix = name, base = str_cut(&suffix, '.');

    if (str_eq_nocase(suffix, STR("HEX")))
        encoding = ENCODING_HEX;
    else if (str_eq_nocase(suffix, STR("B64")) || str_eq_nocase(suffix, STR("BASE64")))
        encoding = ENCODING_BASE64;
    if (stored.len && is_locked(stored, place))
        return read_bare(stored, place);
    if (is_crypt_name(base) && stored.len) {
        if (read_beginning(stored, &scheme) || read_des(stored, &scheme))
            return scheme;
        return unknown(stored);
    }
    if (read_beginning(stored, &scheme) && !str_eq_nocase(base, STR("PBKDF2")) &&
        !str_starts_nocase(base, STR("PLAIN")) && !str_starts_nocase(base, STR("CLEAR")))
        return scheme;
    row = find_row(base);
    if (row)
        return read_row(row, stored, encoding);
    scheme = unknown(stored);
    if (stored.len == 0)
        scheme.state = PASSWORD_EMPTY;
    return scheme;
}

/* "{NAME}": drops it. */
static bool
cut_name(struct str *text, struct str *ret_name)
{
    size_t end = str_index(str_first(*text, NAME_BYTES_MAX), '}');

    if (text->len < 3 || text->data[0] != '{' || end >= text->len || text->data[end] != '}' ||
        end < 2)
        return false;
    for (size_t i = 1; i < end; i++) {
        char c = text->data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '-' && c != '.' &&
            c != '_')
            return false;
    }
    *ret_name = (struct str){text->data + 1, end - 1};
    *text = str_from(*text, end + 1);
    return true;
}

struct password_scheme
password_scheme_read(struct str text, struct str usual, enum password_place place)
{
    struct str name;

    if (text.len > PASSWORD_STORED_BYTES_MAX)
        return unknown(str_first(text, PASSWORD_STORED_BYTES_MAX));
    if (cut_name(&text, &name))
        return read_named(name, text, place);
    if (text.len == 0) {
        struct password_scheme scheme = unknown(text);

        scheme.state = PASSWORD_EMPTY;
        return scheme;
    }
    if (usual.len && place == PASSWORD_IN_MAIL_STORE && !str_eq_nocase(usual, STR("CRYPT")))
        return read_named(usual, text, place);
    return read_bare(text, place);
}

struct str
password_scheme_setting(const struct password_scheme *scheme)
{
    struct str s = scheme->stored;
    const char *last;

    if (scheme->method != PASSWORD_CRYPT && scheme->method != PASSWORD_APACHE)
        return (struct str){(const char *)scheme->salt, scheme->salt_len};
    if (str_starts(s, STR("$2")))
        return str_first(s, BCRYPT_SETTING_BYTES);
    if (s.len && s.data[0] == '_')
        return str_first(s, 9);
    last = s.len ? memrchr(s.data, '$', s.len) : NULL;
    return last ? str_first(s, (size_t)(last - s.data)) : str_first(s, 2);
}
