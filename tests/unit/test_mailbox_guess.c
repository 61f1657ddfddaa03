/* Guesses, a store of mailboxes, and what is found in it. Passwords here are harmless words. */

#include <stdlib.h>

#include "audit/mailbox_findings.h"
#include "audit/mailbox_guessing.h"
#include "audit/password_make.h"
#include "tap.h"

#define YEAR 2026

static bool
never(void *context)
{
    (void)context;
    return false;
}

/* Runs out after so many questions. */
static bool
after(void *context)
{
    int *left = context;

    return (*left)-- <= 0;
}

static bool
is_own(const char *name, const char *person, const char *wanted, enum password_source *ret_source)
{
    struct password_bases bases = password_guess_bases(str_from_cstr(name), str_from_cstr(person));
    char guess[PASSWORD_GUESS_MAX];

    for (uint32_t i = 0; i < password_guess_own_count(&bases); i++) {
        size_t len = password_guess_own(&bases, i, YEAR, guess, ret_source);

        if (str_eq((struct str){guess, len}, str_from_cstr(wanted)))
            return true;
    }
    return false;
}

static void
guesses_from_names(void)
{
    static const struct {
        const char *name, *person, *guess;
        bool is_guessed;
        enum password_source source;
    } rows[] = {
        {"anna@shop.example", "", "anna", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "Anna2024!", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "anna@shop.example", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "annaanna", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "1anna", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "Anna1990", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "anna87", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "Shop123!", true, PASSWORD_FROM_DOMAIN},
        {"anna@shop.example", "", "shop.example", true, PASSWORD_FROM_DOMAIN},
        {"a.ast@blue-shop.example", "", "Ast2025", true, PASSWORD_FROM_NAME},
        {"info@blue-shop.example", "", "blue1", true, PASSWORD_FROM_DOMAIN},
        {"info@shop.example", "Anna Ast", "Ast!", true, PASSWORD_FROM_PERSON},
        {"anna7@shop.example", "", "Anna1", true, PASSWORD_FROM_NAME},
        {"anita@shop.example", "", "an1t@", false, PASSWORD_FROM_NAME},
        {"anita@shop.example", "", "an17@", true, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "Anna1989", false, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "Anna2027", false, PASSWORD_FROM_NAME},
        {"anna@shop.example", "", "bert", false, PASSWORD_FROM_NAME},
        {"", "", "a", false, PASSWORD_FROM_NAME},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum password_source source = PASSWORD_FROM_COMMON;

        CHECK_ROW(i, is_own(rows[i].name, rows[i].person, rows[i].guess, &source) ==
                         rows[i].is_guessed);
        CHECK_ROW(i, !rows[i].is_guessed || source == rows[i].source);
    }
}

/* The likely ones come soon; every number gives a guess that fits. */
static void
guesses_common_ones(void)
{
    static const struct {
        const char *guess;
        uint32_t within;
    } rows[] = {{"123456", 10},        {"password", 10},     {"qwertz", 40},
                {"Welcome", 1000},     {"Sommer2026", 1000}, {"winter2025", 2000},
                {"Summer2024!", 5000}, {"Admin123!", 6000},  {"P@ssw0rd", 200},
                {"Geheim1", 6000}};
    uint32_t count = password_guess_common_count();
    char guess[PASSWORD_GUESS_MAX];

    CHECK(count > 2000 && count < 20000);
    for (size_t r = 0; r < COUNT(rows); r++) {
        uint32_t i = 0;

        for (; i < count; i++) {
            size_t len = password_guess_common(i, YEAR, guess);

            CHECK(len > 0 && len <= PASSWORD_GUESS_MAX);
            if (str_eq((struct str){guess, len}, str_from_cstr(rows[r].guess)))
                break;
        }
        CHECK_ROW(r, i < rows[r].within);
    }
    CHECK(password_guess_common(count, YEAR, guess) == 0);
    CHECK(password_guess_has(STR("anna@shop.example"), STR("Anna1!"), YEAR));
    CHECK(password_guess_has(STR_EMPTY, STR("qwertz"), YEAR));
    CHECK(!password_guess_has(STR("bert@shop.example"), STR("Anna1!x"), YEAR));
}

/* --- stores --- */

static void
add(struct mailbox_store *store, const char *name, const char *password)
{
    struct mailbox_entry entry = {.name = str_from_cstr(name),
                                  .person = STR_EMPTY,
                                  .password = str_from_cstr(password),
                                  .line = store->count + 1};

    mailbox_store_take(store, &entry);
}

static void
guess(struct mailbox_store *store, mailbox_guessing_is_over *is_over, void *context)
{
    struct password_workspace *work = calloc(1, sizeof(*work));
    struct mailbox_guessing *guessing;
    bool is_more = true;

    if (!work)
        abort();
    mailbox_store_pair(store);
    guessing = mailbox_guessing_new(store, YEAR);
    mailbox_guessing_common(guessing, work, is_over, context);
    for (uint32_t round = 0; is_more && round < 20; round++) {
        is_more = false;
        for (uint32_t i = 0; i < mailbox_guessing_units(guessing); i++)
            is_more = mailbox_guessing_unit(guessing, i, round, work, is_over, context) || is_more;
    }
    CHECK(!is_more);
    mailbox_guessing_finish(guessing);
    mailbox_guessing_free(guessing);
    free(work);
}

static const struct {
    const char *name, *password;
    bool is_guessed;
} kept[] = {
    {"anna@shop.example", "{PLAIN}anna", true},
    {"bert@shop.example", "{PLAIN}kq7-unlikely-zzv", false},
    /* MD5 of "password" twice, of "unlikely-zzv-1" once */
    {"carl@shop.example", "5f4dcc3b5aa765d61d8327deb882cf99", true},
    {"dora@shop.example", "5f4dcc3b5aa765d61d8327deb882cf99", true},
    {"emil@shop.example", "{PLAIN}password", true},
    {"fred@shop.example", "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", true},
    {"gina@shop.example", "{SSHA}AWnZWxgmtlPmR59bfBMqtfUcB/5ohD6j", false},
    {"harmless@shop.example", "{SSHA}AWnZWxgmtlPmR59bfBMqtfUcB/5ohD6j", true},
    {"harmless@b.example", "{DIGEST-MD5}6f695d590ddb1b537b82a937850c7826", false},
    {"ida@shop.example", "!", false},
    {"jan@shop.example", "", false},
};

static void
fill(struct mailbox_store *store)
{
    mailbox_store_init(store);
    CHECK(mailbox_store_begin(store, STR("users"), STR_EMPTY, true));
    for (size_t i = 0; i < COUNT(kept); i++)
        add(store, kept[i].name, kept[i].password);
}

static void
finds_passwords(void)
{
    struct mailbox_store store;

    fill(&store);
    guess(&store, never, NULL);
    CHECK(store.count == COUNT(kept));
    for (size_t i = 0; i < store.count; i++) {
        /* Of two with one salt and one text, what is found for one holds for both. */
        bool is_twin = i == 6;

        CHECK_ROW(i, store.mailboxes[i].is_guessed == (kept[i].is_guessed || is_twin));
    }
    mailbox_store_done(&store);
    CHECK(store.mailboxes == NULL);
}

static void
ends_with_its_budget(void)
{
    struct mailbox_store store;
    int left = 0;

    fill(&store);
    guess(&store, after, &left);
    for (size_t i = 0; i < store.count; i++)
        CHECK_ROW(i, !store.mailboxes[i].is_guessed);
    mailbox_store_done(&store);
}

static bool
has_finding(const struct audit *audit, const char *check, enum audit_outcome outcome,
            const char *subject, const char *seen)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        const struct audit_finding *f = &audit->list[i];

        if (strcmp(f->check, check) == 0 && f->outcome == outcome &&
            str_eq(f->subject, str_from_cstr(subject)) && str_has(f->seen, str_from_cstr(seen)))
            return true;
    }
    return false;
}

/* No finding holds a password or what is kept of it. */
static void
check_silence(const struct audit *audit)
{
    static const char *const secrets[] = {"unlikely", "5f4dcc3b", "2470C0C0", "AWnZWx"};

    for (uint32_t i = 0; i < audit->count; i++) {
        const struct audit_finding *f = &audit->list[i];
        const struct str texts[] = {f->subject, f->title,          f->place,         f->seen,
                                    f->why,     f->fixes[0].value, f->fixes[1].value};

        for (size_t t = 0; t < COUNT(texts); t++) {
            for (size_t s = 0; s < COUNT(secrets); s++)
                CHECK(texts[t].len == 0 || !str_has(texts[t], str_from_cstr(secrets[s])));
        }
    }
}

static void
tells_findings(void)
{
    struct arena *arena = arena_new(1 << 22);
    struct mailbox_store store;
    struct mailbox_facts facts = {.now_s = 1764000000, .was_guessed = true, .seconds = 1};
    struct audit audit;

    audit_init(&audit, arena);
    fill(&store);
    guess(&store, never, NULL);
    mailbox_findings_add(&audit, &store, &facts);
    CHECK(has_finding(&audit, "mailbox-guessed", AUDIT_SERIOUS, "anna@shop.example", ""));
    CHECK(has_finding(&audit, "mailbox-scheme", AUDIT_WEAK, "users", "bert@shop.example"));
    CHECK(has_finding(&audit, "mailbox-empty", AUDIT_WEAK, "users", "jan@shop.example"));
    CHECK(has_finding(&audit, "mailbox-short", AUDIT_WEAK, "users", "anna@shop.example"));
    /* one password, in three schemes: known through the hit */
    CHECK(has_finding(&audit, "mailbox-same", AUDIT_WEAK, "carl@shop.example",
                      "carl@shop.example, dora@shop.example, emil@shop.example, "
                      "fred@shop.example"));
    CHECK(has_finding(&audit, "mailbox-guessing", AUDIT_FINE, "mailboxes", ""));
    check_silence(&audit);
    mailbox_store_done(&store);
    arena_free(arena);
}

/* A strong store gives nothing that counts. */
static void
is_silent_on_strong_ones(void)
{
    static const char *const passwords[] = {
        "$2y$12$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "{ARGON2ID}$argon2id$v=19$x",
        "{SHA512-CRYPT}$6$abc$def",
        "$y$j9T$abc$def",
        "!",
        "{SCRAM-SHA-256}4096,YQ==,YQ==,YQ=="};
    struct arena *arena = arena_new(1 << 22);
    struct mailbox_facts facts = {.now_s = 1764000000};
    struct mailbox_store store;
    struct audit audit;

    audit_init(&audit, arena);
    mailbox_store_init(&store);
    CHECK(mailbox_store_begin(&store, STR("users"), STR_EMPTY, true));
    for (size_t i = 0; i < COUNT(passwords); i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), "m%zu@shop.example", i);
        add(&store, name, passwords[i]);
    }
    mailbox_store_pair(&store);
    mailbox_findings_add(&audit, &store, &facts);
    CHECK(audit.count > 1);
    for (uint32_t i = 0; i < audit.count; i++)
        CHECK_ROW(i, audit.list[i].outcome < AUDIT_COUNTS);
    mailbox_store_done(&store);
    arena_free(arena);
}

static void
makes_passwords(void)
{
    static const unsigned char low[PASSWORD_MAKE_RANDOM_BYTES];
    unsigned char high[PASSWORD_MAKE_RANDOM_BYTES];
    char text[PASSWORD_MAKE_BYTES_MAX];
    size_t len;

    memset(high, 255, sizeof(high));
    len = password_make_letters(low, text);
    CHECK_STR(((struct str){text, len}), "aaaa-aaaa-aaaa-aaaa-aaaa");
    len = password_make_letters(high, text);
    CHECK_STR(((struct str){text, len}), "9999-9999-9999-9999-9999");
    len = password_make_words(low, text);
    CHECK_STR(((struct str){text, len}), "bababa-bababa-bababa-bababa-bababa");
    len = password_make_words(high, text);
    CHECK_STR(((struct str){text, len}), "jujuju-jujuju-jujuju-jujuju-jujuju");
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"guesses come from names, domains and owners", guesses_from_names},
        {"common guesses come in their order", guesses_common_ones},
        {"passwords of every kind of scheme are found", finds_passwords},
        {"guessing ends with its budget", ends_with_its_budget},
        {"findings name mailboxes, and never a password", tells_findings},
        {"a strong store gives no finding that counts", is_silent_on_strong_ones},
        {"a password is made of random bytes alone", makes_passwords},
    };

    return tap_main(cases, COUNT(cases));
}
