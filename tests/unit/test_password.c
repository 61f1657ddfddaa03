/*
 * The texts are of harmless words, made by doveadm pw, openssl passwd, or are vectors that
 * everybody prints; those of crypt(3) are made here.
 */

#include <stdlib.h>

#include "audit/password_check.h"
#include "tap.h"

#define STRONG PASSWORD_STRENGTH_STRONG
#define FINE PASSWORD_STRENGTH_ACCEPTABLE
#define WEAK PASSWORD_STRENGTH_WEAK
#define BROKEN PASSWORD_STRENGTH_BROKEN
#define PLAIN PASSWORD_STRENGTH_PLAIN
#define UNKNOWN PASSWORD_STRENGTH_UNKNOWN

static struct password_workspace *work;

/* The password of each of these is "harmless", of anna@shop.example where a name counts. */
static const struct {
    const char *text, *name;
    enum password_strength strength;
} known[] = {
    {"{PLAIN}harmless", "PLAIN", PLAIN},
    {"{cleartext}harmless", "CLEARTEXT", PLAIN},
    {"{PLAIN-TRUNC}harmless", "PLAIN-TRUNC", PLAIN},
    {"harmless", "PLAIN", PLAIN},
    {"{CRAM-MD5}5dce36b595f63a721a20c7be049eff9c6f46a4f09e71cfb12afabbabaf2161bd", "CRAM-MD5",
     WEAK},
    {"{CRAM-MD5.B64}Xc42tZX2OnIaIMe+BJ7/nG9GpPCecc+xKvq7q68hYb0=", "CRAM-MD5", WEAK},
    {"{HMAC-MD5}5dce36b595f63a721a20c7be049eff9c6f46a4f09e71cfb12afabbabaf2161bd", "HMAC-MD5",
     WEAK},
    {"{DIGEST-MD5}6f695d590ddb1b537b82a937850c7826", "DIGEST-MD5", WEAK},
    {"{LDAP-MD5}2OztOwaXLfTR3X2DX8Pt0w==", "LDAP-MD5", WEAK},
    {"2OztOwaXLfTR3X2DX8Pt0w==", "LDAP-MD5", WEAK},
    {"{MD5}2OztOwaXLfTR3X2DX8Pt0w==", "MD5", WEAK},
    {"{PLAIN-MD5}d8eced3b06972df4d1dd7d835fc3edd3", "PLAIN-MD5", WEAK},
    {"{PLAIN-MD5.b64}2OztOwaXLfTR3X2DX8Pt0w==", "PLAIN-MD5", WEAK},
    {"d8eced3b06972df4d1dd7d835fc3edd3", "PLAIN-MD5", WEAK},
    {"D8ECED3B06972DF4D1DD7D835FC3EDD3", "PLAIN-MD5", WEAK},
    {"{PLAIN-MD4}90a5d7de94124adf767c73006d0a7b43", "PLAIN-MD4", BROKEN},
    {"{SMD5}/q8Vk0ZfXypI54zsKqc/o9X12zA=", "SMD5", WEAK},
    {"{SHA}b+I08keQlzNEKqLQVDdJiq+DoB4=", "SHA", WEAK},
    {"{SHA1}b+I08keQlzNEKqLQVDdJiq+DoB4=", "SHA1", WEAK},
    {"b+I08keQlzNEKqLQVDdJiq+DoB4=", "SHA", WEAK},
    {"{SSHA}AWnZWxgmtlPmR59bfBMqtfUcB/5ohD6j", "SSHA", WEAK},
    {"AWnZWxgmtlPmR59bfBMqtfUcB/5ohD6j", "SSHA", WEAK},
    {"{SHA256}mPxSEez1S8m9V/AEXg0O5IjFRyyU7iLMFYCwgdBMxKw=", "SHA256", WEAK},
    {"{SSHA256}SBfhcWGmtaoGrHh9sIU4H8JMdBU/aBD7WZwW0mrItjwrAWAI", "SSHA256", WEAK},
    {"{SHA512}zMhYNtjkJBUPvyg4gemgBKUuXlY+rOq08Qr/Kz/9MUfubXQrtSdgfxa4tcn8tJ4pGpEhKqUL63BFL5OF3V"
     "KVGQ==",
     "SHA512", WEAK},
    {"{SSHA512}xs9t9jfjgS9APiumjGsiNV9Ik3Q3lqD6hhFLOypZWliT9ZrVT70dUlJmEPFysTJSH8m95J+Vm7sOfFfeaD"
     "DCy/KP6mA=",
     "SSHA512", WEAK},
    {"{DES-CRYPT}etSh1a8Pm5uoo", "DES-CRYPT", BROKEN},
    {"etSh1a8Pm5uoo", "DES-CRYPT", BROKEN},
    {"{MD5-CRYPT}$1$SbEUsvEd$7ytnIux5YkJFVzh2n94mS.", "MD5-CRYPT", WEAK},
    {"{MD5}$1$uZbpy0fv$hEH2TVbuAVQPAfl4F1dX8/", "MD5-CRYPT", WEAK},
    {"$apr1$abcdefgh$n.2TmkSuu15eSOaq60C1d/", "APR1", WEAK},
    {"{SHA256-CRYPT}$5$e5ne3vp8ZJgNT6sd$jJ.b6wf.ViqNBUY1QTskLGWVTGxS/9jXCYPN4JUF0V6",
     "SHA256-CRYPT", FINE},
    {"$6$FyDauMrpnGFOLsYr$kqr.3WKjqfJrQO5Jf1HOx5UtQmFurruv2gPOHK46jlmD8i/"
     "3wfpm0Ox5Nh.kxtrZ77Obc7DzzfECzhD0DxesO.",
     "SHA512-CRYPT", FINE},
    {"{BLF-CRYPT}$2y$05$zE8Nu/5VF/8O7WQFE7QD/OsdDd.KUVGY31EWj4BLyUELbUstSCQL.", "BLF-CRYPT", FINE},
    {"{CRYPT}$2y$05$GjuoYGEQUyCqz6HfscLRx.npSVrEwqze8A.3ALio8RBf2I4tqciLu", "BLF-CRYPT", FINE},
    {"{PBKDF2}$1$D4shtHHgKLWqOOOv$5000$c4bdd6c0d738ef397e54628d12128c191d9e11c6", "PBKDF2", FINE},
    {"{SCRAM-SHA-1}4096,jW4Wl1vWSaVgXId77PSWkA==,gkAnP4Oz56gC72NloKqkhMzjsbc=,LwNsn+5YF/"
     "FJr2ZOjro4OdQIGHs=",
     "SCRAM-SHA-1", FINE},
    {"{SCRAM-SHA-256}4096,Yo0d09KLBJ5bM7zivTx4Ug==,Y8s6x0XcTLdYbjb3Nm+TTXfcJcMjuiFarhhEvDRf5Es=,p"
     "+QPe+cjycMorhQSUS/og9MetGTReS25K96EJI+DmD0=",
     "SCRAM-SHA-256", FINE},
    {"SCRAM-SHA-256$4096:Yo0d09KLBJ5bM7zivTx4Ug==$Y8s6x0XcTLdYbjb3Nm+TTXfcJcMjuiFarhhEvDRf5Es=:p+"
     "QPe+cjycMorhQSUS/og9MetGTReS25K96EJI+DmD0=",
     "SCRAM-SHA-256", FINE},
};

static void
knows_and_checks(void)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        struct password_scheme scheme =
            password_scheme_read(str_from_cstr(known[i].text), STR_EMPTY, PASSWORD_IN_MAIL_STORE);

        CHECK_ROW(i, strcmp(scheme.name, known[i].name) == 0);
        CHECK_ROW(i, scheme.strength == known[i].strength);
        CHECK_ROW(i, scheme.state == PASSWORD_SET);
        CHECK_ROW(i, password_check(&scheme, STR("anna@shop.example"), STR("harmless"), work));
        CHECK_ROW(i, !password_check(&scheme, STR("anna@shop.example"), STR("harmful"), work));
        CHECK_ROW(i, !password_check(&scheme, STR("anna@shop.example"), STR_EMPTY, work));
    }
}

/* Vectors that are printed everywhere: of the word "password", of user postgres. */
static void
checks_those_of_servers(void)
{
    static const struct {
        const char *text, *name, *user, *guess;
    } rows[] = {
        {"*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", "MYSQL", "x", "password"},
        {"5d2e19393cc5ef67", "MYSQL-OLD", "x", "password"},
        {"{NTLM}8846f7eaee8fb117ad06bdd830b7586c", "NTLM", "x", "password"},
        {"$3$$8846f7eaee8fb117ad06bdd830b7586c", "NTLM", "x", "password"},
        {"{LANMAN}e52cac67419a9a224a3b108f3fa6cb6d", "LANMAN", "x", "Password"},
        {"md532e12f215ba27cb750c9e093ce4b5127", "POSTGRES-MD5", "postgres", "password"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct password_scheme scheme =
            password_scheme_read(str_from_cstr(rows[i].text), STR_EMPTY, PASSWORD_IN_MAIL_STORE);
        struct str user = str_from_cstr(rows[i].user), guess = str_from_cstr(rows[i].guess);

        CHECK_ROW(i, strcmp(scheme.name, rows[i].name) == 0);
        CHECK_ROW(i, password_check(&scheme, user, guess, work));
        CHECK_ROW(i, !password_check(&scheme, user, STR("passwort"), work));
    }
}

static void
knows_strengths_and_states(void)
{
    static const struct {
        const char *text, *usual;
        enum password_place place;
        const char *name;
        enum password_strength strength;
        enum password_state state;
        bool has_few_rounds;
    } rows[] = {
        {"$2y$12$a", "", 0, "BLF-CRYPT", STRONG, PASSWORD_SET, false},
        {"$2y$04$a", "", 0, "BLF-CRYPT", WEAK, PASSWORD_SET, true},
        {"$6$rounds=1000$a$b", "", 0, "SHA512-CRYPT", WEAK, PASSWORD_SET, true},
        {"$6$rounds=656000$a$b", "", 0, "SHA512-CRYPT", STRONG, PASSWORD_SET, false},
        {"{CRYPT}$y$j9T$a$b", "", 0, "YESCRYPT", STRONG, PASSWORD_SET, false},
        {"{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$a$b", "", 0, "ARGON2ID", STRONG, PASSWORD_SET,
         false},
        {"$argon2i$v=19$m=32768,t=4,p=1$a$b", "", 0, "ARGON2I", STRONG, PASSWORD_SET, false},
        {"{PBKDF2}$1$salt$100$c4bdd6c0d738ef397e54628d12128c191d9e11c6", "", 0, "PBKDF2", WEAK,
         PASSWORD_SET, true},
        {"$P$Babcdefghijklmnop", "", 0, "PHPASS", WEAK, PASSWORD_SET, false},
        {"$AES-128-CBC$abc$def", "", 0, "AES", PLAIN, PASSWORD_SET, false},
        {"{OTP}sha1 1024 e38a654af0d2e636 565c8deb4f248470", "", 0, "OTP", WEAK, PASSWORD_SET,
         false},
        {"{NEW-SCHEME}abc", "", 0, "unknown", UNKNOWN, PASSWORD_SET, false},
        {"{CRYPT}not of crypt", "", 0, "unknown", UNKNOWN, PASSWORD_SET, false},
        {"", "", 0, "unknown", UNKNOWN, PASSWORD_EMPTY, false},
        {"{PLAIN}", "", 0, "PLAIN", PLAIN, PASSWORD_EMPTY, false},
        {"{SSHA}", "", 0, "SSHA", WEAK, PASSWORD_EMPTY, false},
        {"!", "", 0, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"*", "", 0, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"{CRYPT}!$6$a$b", "", 0, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"!harmless", "", 0, "PLAIN", PLAIN, PASSWORD_SET, false},
        {"x", "", 0, "unknown", UNKNOWN, PASSWORD_ELSEWHERE, false},
        {"!harmless", "", PASSWORD_IN_SHADOW, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"!!", "", PASSWORD_IN_SHADOW, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"harmless", "", PASSWORD_IN_SHADOW, "unknown", UNKNOWN, PASSWORD_LOCKED, false},
        {"", "", PASSWORD_IN_SHADOW, "unknown", UNKNOWN, PASSWORD_EMPTY, false},
        /* without a word the setting of the store says what it is */
        {"2OztOwaXLfTR3X2DX8Pt0w==", "PLAIN", 0, "PLAIN", PLAIN, PASSWORD_SET, false},
        {"AWnZWxgmtlPmR59bfBMqtfUcB/5ohD6j", "SSHA", 0, "SSHA", WEAK, PASSWORD_SET, false},
        {"$6$a$b", "SSHA512", 0, "SHA512-CRYPT", FINE, PASSWORD_SET, false},
        {"{}", "", 0, "PLAIN", PLAIN, PASSWORD_SET, false},
        {"{two words}a", "", 0, "PLAIN", PLAIN, PASSWORD_SET, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct password_scheme scheme = password_scheme_read(
            str_from_cstr(rows[i].text), str_from_cstr(rows[i].usual), rows[i].place);

        CHECK_ROW(i, strcmp(scheme.name, rows[i].name) == 0);
        CHECK_ROW(i, scheme.strength == rows[i].strength);
        CHECK_ROW(i, scheme.state == rows[i].state);
        CHECK_ROW(i, scheme.has_few_rounds == rows[i].has_few_rounds);
    }
}

/* What libcrypt makes here is known again, and its settings are what they share. */
static void
checks_what_crypt_makes(void)
{
    static const struct {
        const char *prefix, *name;
        unsigned long rounds;
    } rows[] = {{"$1$", "MD5-CRYPT", 0},       {"$5$", "SHA256-CRYPT", 1000},
                {"$6$", "SHA512-CRYPT", 1000}, {"$2b$", "BLF-CRYPT", 4},
                {"$y$", "YESCRYPT", 1},        {"$7$", "SCRYPT", 6},
                {"", "DES-CRYPT", 0},          {"_", "DES-CRYPT", 725}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        char setting[CRYPT_GENSALT_OUTPUT_SIZE], text[CRYPT_OUTPUT_SIZE];
        struct crypt_data *crypt = calloc(1, sizeof(*crypt));
        struct password_scheme scheme;
        const char *made;

        if (!crypt_gensalt_rn(rows[i].prefix, rows[i].rounds, NULL, 0, setting, sizeof(setting)) ||
            !crypt) {
            CHECK_ROW(i, false);
            continue;
        }
        made = crypt_r("harmless", setting, crypt);
        (void)snprintf(text, sizeof(text), "%s", made);
        scheme = password_scheme_read(str_from_cstr(text), STR_EMPTY, PASSWORD_IN_SHADOW);
        CHECK_ROW(i, strcmp(scheme.name, rows[i].name) == 0);
        CHECK_ROW(i, password_check(&scheme, STR("x"), STR("harmless"), work));
        CHECK_ROW(i, !password_check(&scheme, STR("x"), STR("Harmless"), work));
        CHECK_ROW(i, str_starts(str_from_cstr(text), password_scheme_setting(&scheme)));
        CHECK_ROW(i, password_scheme_setting(&scheme).len < strlen(text));
        free(crypt);
    }
}

static void
wipes(void)
{
    static const struct password_workspace zero;
    struct password_scheme scheme =
        password_scheme_read(STR("{PLAIN}harmless"), STR_EMPTY, PASSWORD_IN_MAIL_STORE);

    CHECK(password_check(&scheme, STR("x"), STR("harmless"), work));
    CHECK(memcmp(work, &zero, sizeof(zero)) != 0);
    password_check_wipe(work);
    CHECK(memcmp(work, &zero, sizeof(zero)) == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"every scheme of Dovecot is known, and its password too", knows_and_checks},
        {"those of database servers and Windows likewise", checks_those_of_servers},
        {"strength, rounds, empty and locked ones are told apart", knows_strengths_and_states},
        {"what libcrypt makes is checked by it", checks_what_crypt_makes},
        {"a workspace is wiped", wipes},
    };
    int code;

    work = calloc(1, sizeof(*work));
    if (!work)
        return 1;
    code = tap_main(cases, COUNT(cases));
    free(work);
    return code;
}
