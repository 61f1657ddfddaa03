#include "audit/password_guess.h"

#define YEAR_FIRST 1990
#define YEARS 64U
#define BASE_BYTES_MIN 2U

/* --- words and patterns, our own --- */

/* Walks over keyboards and rows of digits: as they are. */
static const char *const walks[] = {
    "123456",    "password",   "12345678",   "123456789",  "12345",      "qwerty",     "111111",
    "1234567",   "123123",     "1234567890", "000000",     "abc123",     "1234",       "qwertz",
    "azerty",    "qwerty123",  "1q2w3e4r",   "1q2w3e",     "1qaz2wsx",   "qwertyuiop", "asdfgh",
    "asdfghjkl", "zxcvbn",     "zxcvbnm",    "yxcvbnm",    "asdf1234",   "qwer1234",   "abcd1234",
    "abcdef",    "abcdefg",    "a123456",    "a1b2c3",     "a1b2c3d4",   "654321",     "54321",
    "987654321", "112233",     "121212",     "123321",     "123654",     "159753",     "147258369",
    "222222",    "333333",     "555555",     "666666",     "777777",     "888888",     "999999",
    "11111111",  "00000000",   "12341234",   "qazwsx",     "qazwsxedc",  "zaq12wsx",   "zaq1xsw2",
    "qweasd",    "qweasdzxc",  "qwe123",     "asd123",     "asdasd",     "qweqwe",     "aaaaaa",
    "1qazxsw2",  "!qaz2wsx",   "1qaz!qaz",   "qwertz123",  "qwertz1234", "azerty123",  "azertyuiop",
    "q1w2e3r4",  "q1w2e3r4t5", "1234qwer",   "123qwe",     "123qweasd",  "123abc",     "1a2b3c",
    "p@ssw0rd",  "P@ssw0rd",   "Pa$$w0rd",   "passw0rd",   "Passw0rd!",  "Pa55word",   "pass123",
    "pass1234",  "Abc123!",    "Abcd1234!",  "Qwerty123!", "Aa123456",   "Aa123456!",  "Admin@123",
};

/* The first WORDS_LIKELY are tried in more ways. */
#define WORDS_LIKELY 48U
static const char *const words[] = {
    "password",      "passwort",  "welcome",    "willkommen", "admin",        "test",
    "hello",         "hallo",     "secret",     "geheim",     "letmein",      "master",
    "mail",          "email",     "info",       "office",     "office365",    "webmail",
    "user",          "login",     "start",      "changeme",   "default",      "service",
    "support",       "sales",     "postmaster", "server",     "internet",     "computer",
    "company",       "firma",     "kontakt",    "contact",    "buero",        "sommer",
    "winter",        "summer",    "monkey",     "dragon",     "football",     "fussball",
    "sunshine",      "princess",  "schatz",     "iloveyou",   "bonjour",      "motdepasse",
    "administrator", "root",      "guest",      "gast",       "demo",         "temp",
    "temporary",     "pass",      "passwd",     "kennwort",   "access",       "enter",
    "system",        "manager",   "marketing",  "account",    "accounting",   "billing",
    "invoice",       "rechnung",  "bestellung", "order",      "shop",         "store",
    "verkauf",       "einkauf",   "lager",      "werkstatt",  "praxis",       "schule",
    "school",        "student",   "lehrer",     "teacher",    "hotel",        "travel",
    "reise",         "urlaub",    "holiday",    "freedom",    "freiheit",     "liebe",
    "love",          "lover",     "baby",       "angel",      "engel",        "shadow",
    "tiger",         "lion",      "eagle",      "adler",      "wolf",         "bear",
    "horse",         "pferd",     "hund",       "katze",      "maus",         "mouse",
    "flower",        "blume",     "rose",       "sonne",      "sonnenschein", "stern",
    "star",          "moon",      "heaven",     "himmel",     "ocean",        "river",
    "mountain",      "forest",    "garden",     "garten",     "house",        "haus",
    "family",        "familie",   "mama",       "papa",       "mother",       "father",
    "michael",       "thomas",    "andreas",    "stefan",     "peter",        "martin",
    "daniel",        "david",     "alexander",  "christian",  "markus",       "maria",
    "anna",          "sabine",    "julia",      "laura",      "sandra",       "nicole",
    "jessica",       "jennifer",  "michelle",   "ashley",     "charlie",      "robert",
    "john",          "james",     "george",     "william",    "jordan",       "hunter",
    "soccer",        "baseball",  "basketball", "hockey",     "tennis",       "golf",
    "ferrari",       "porsche",   "mercedes",   "audi",       "yamaha",       "honda",
    "harley",        "apple",     "google",     "samsung",    "linux",        "windows",
    "ubuntu",        "debian",    "oracle",     "cisco",      "batman",       "superman",
    "spiderman",     "starwars",  "matrix",     "pokemon",    "killer",       "cookie",
    "chocolate",     "banana",    "orange",     "cherry",     "pepper",       "ginger",
    "summertime",    "snow",      "music",      "guitar",     "gitarre",      "berlin",
    "hamburg",       "muenchen",  "wien",       "zuerich",    "london",       "paris",
    "madrid",        "roma",      "amsterdam",  "newyork",    "america",      "germany",
    "deutschland",   "france",    "espana",     "italia",     "polska",       "bayern",
    "arsenal",       "liverpool", "chelsea",    "barcelona",  "realmadrid",   "juventus",
    "schalke",       "dortmund",  "werder",     "contrasena", "usuario",      "hola",
    "amor",          "soleil",    "doudou",     "marseille",  "lozinka",      "haslo",
    "parola",        "senha",     "salasana",   "losenord",   "wachtwoord",
};

static const char *const seasons[] = {
    "sommer",   "winter",   "summer",    "spring",     "autumn",   "herbst",   "fruehling",
    "fall",     "januar",   "februar",   "maerz",      "april",    "mai",      "juni",
    "juli",     "august",   "september", "oktober",    "november", "dezember", "january",
    "february", "march",    "may",       "june",       "july",     "october",  "december",
    "montag",   "dienstag", "mittwoch",  "donnerstag", "freitag",  "samstag",  "sonntag",
    "monday",   "tuesday",  "wednesday", "thursday",   "friday",   "saturday", "sunday",
};

#define COUNT_OF(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* --- what people do to a word --- */

enum casing {
    CASE_LOWER,
    CASE_CAPITAL,
    CASE_UPPER,
};

enum shape {
    SHAPE_PLAIN,
    SHAPE_DOUBLED,
    SHAPE_REVERSED,
    SHAPE_LEET,
};

struct mutation {
    enum casing casing;
    enum shape shape;
    const char *before, *suffix, *behind; /* `behind` follows the year, if any */
    int years_back;                       /* the year stands behind the suffix; -1: none */
};

#define L CASE_LOWER, SHAPE_PLAIN, ""
#define C CASE_CAPITAL, SHAPE_PLAIN, ""

static const struct mutation mutations[] = {
    {L, "", "", -1},
    {C, "", "", -1},
    {L, "1", "", -1},
    {L, "123", "", -1},
    {C, "123", "", -1},
    {C, "1", "", -1},
    {C, "1!", "", -1},
    {C, "123!", "", -1},
    {C, "!", "", -1},
    {L, "12", "", -1},
    {L, "1234", "", -1},
    {C, "1234", "", -1},
    {L, "", "", 0},
    {C, "", "", 0},
    {L, "", "", 1},
    {C, "", "", 1},
    {C, "", "!", 0},
    {C, "", "!", 1},
    {C, "@123", "", -1},
    {CASE_LOWER, SHAPE_DOUBLED, "", "", "", -1},
    {L, "12345", "", -1},
    {L, "123456", "", -1},
    {C, "12345", "", -1},
    {C, "12", "", -1},
    {L, "!", "", -1},
    {L, "01", "", -1},
    {C, "01", "", -1},
    {L, "00", "", -1},
    {L, "11", "", -1},
    {L, "007", "", -1},
    {CASE_UPPER, SHAPE_PLAIN, "", "", "", -1},
    {CASE_LOWER, SHAPE_LEET, "", "", "", -1},
    {CASE_CAPITAL, SHAPE_LEET, "", "", "", -1},
    {CASE_CAPITAL, SHAPE_LEET, "", "1", "", -1},
    {CASE_CAPITAL, SHAPE_LEET, "", "123", "", -1},
    {CASE_CAPITAL, SHAPE_LEET, "", "!", "", -1},
    {CASE_LOWER, SHAPE_REVERSED, "", "", "", -1},
    {CASE_LOWER, SHAPE_REVERSED, "", "123", "", -1},
    {C, "@", "", 0},
    {C, "@", "", 1},
    {C, "#", "", 0},
    {C, "-", "", 0},
    {C, "_", "", 0},
    {C, "", "!", 2},
    {C, "1234!", "", -1},
    {C, "12!", "", -1},
    {C, "!!", "", -1},
    {C, "#1", "", -1},
    {C, ".", "", -1},
    {C, "?", "", -1},
    {C, "$", "", -1},
    {C, "!1", "", -1},
    {C, "!123", "", -1},
    {L, "@123", "", -1},
    {L, "321", "", -1},
    {L, "111", "", -1},
    {CASE_LOWER, SHAPE_PLAIN, "1", "", "", -1},
    {CASE_LOWER, SHAPE_PLAIN, "123", "", "", -1},
    {CASE_LOWER, SHAPE_PLAIN, "my", "", "", -1},
    {CASE_CAPITAL, SHAPE_DOUBLED, "", "", "", -1},
    {CASE_UPPER, SHAPE_PLAIN, "", "123", "", -1},
};

#undef L
#undef C

#define MUTATIONS COUNT_OF(mutations)
#define MUTATIONS_FEW 30U

/* Every year since 1990 in these forms, then two digits in these. */
static const struct mutation year_forms[] = {
    {CASE_LOWER, SHAPE_PLAIN, "", "", "", 0},
    {CASE_CAPITAL, SHAPE_PLAIN, "", "", "", 0},
    {CASE_CAPITAL, SHAPE_PLAIN, "", "", "!", 0},
    {CASE_CAPITAL, SHAPE_PLAIN, "", "@", "", 0},
};
static const enum casing digit_forms[] = {CASE_LOWER, CASE_CAPITAL};

#define OWN_FORMS (MUTATIONS + YEARS * COUNT_OF(year_forms) + 100U * COUNT_OF(digit_forms))

/* --- writing --- */

struct pen {
    char *text;
    size_t len;
    bool is_over;
};

static void
put(struct pen *pen, char c)
{
    if (pen->len == PASSWORD_GUESS_MAX)
        pen->is_over = true;
    else
        pen->text[pen->len++] = c;
}

static void
put_str(struct pen *pen, const char *s)
{
    while (*s)
        put(pen, *s++);
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static char
cased(char c, enum casing casing, bool is_first)
{
    c = lower(c);
    if ((casing == CASE_UPPER || (casing == CASE_CAPITAL && is_first)) && c >= 'a' && c <= 'z')
        return (char)(c - 32);
    return c;
}

static char
leet(char c)
{
    static const char from[] = "aeiostAEIOST", to[] = "@310$7@310$7";
    const char *at = c ? strchr(from, c) : NULL;

    return at ? to[at - from] : c;
}

static void
put_base(struct pen *pen, struct str base, enum casing casing, enum shape shape)
{
    for (int turn = 0; turn < (shape == SHAPE_DOUBLED ? 2 : 1); turn++) {
        for (size_t i = 0; i < base.len; i++) {
            char c = base.data[shape == SHAPE_REVERSED ? base.len - 1 - i : i];

            c = cased(c, casing, i == 0);
            put(pen, shape == SHAPE_LEET && i > 0 ? leet(c) : c);
        }
    }
}

static void
put_year(struct pen *pen, int year)
{
    for (int part = 1000; part; part /= 10)
        put(pen, (char)('0' + year / part % 10));
}

static size_t
mutate(struct str base, const struct mutation *mutation, int year, char *ret_guess)
{
    struct pen pen = {ret_guess, 0, false};

    put_str(&pen, mutation->before);
    put_base(&pen, base, mutation->casing, mutation->shape);
    put_str(&pen, mutation->suffix);
    if (mutation->years_back >= 0)
        put_year(&pen, year - mutation->years_back);
    put_str(&pen, mutation->behind);
    return pen.is_over ? 0 : pen.len;
}

/* --- guesses that come from the mailbox --- */

static bool
is_separator(char c)
{
    return c == '.' || c == '_' || c == '-' || c == '+' || c == ' ' || c == '@' || c == '/';
}

static void
add_base(struct password_bases *bases, struct str text, enum password_source source)
{
    if (text.len < BASE_BYTES_MIN || text.len > PASSWORD_GUESS_MAX / 2)
        return;
    for (uint32_t i = 0; i < bases->count; i++) {
        if (str_eq_nocase(bases->text[i], text))
            return;
    }
    if (bases->count == PASSWORD_BASES_MAX)
        return;
    bases->text[bases->count] = text;
    bases->source[bases->count++] = source;
}

/* The words of the text, and those without the digits at their end. */
static void
add_parts(struct password_bases *bases, struct str text, enum password_source source)
{
    while (text.len) {
        size_t end = 0;
        struct str part;

        while (end < text.len && !is_separator(text.data[end]))
            end++;
        part = str_first(text, end);
        add_base(bases, part, source);
        while (part.len && str_is_digit(part.data[part.len - 1]))
            part.len--;
        add_base(bases, part, source);
        text = str_from(text, end + 1);
    }
}

struct password_bases
password_guess_bases(struct str name, struct str person)
{
    struct password_bases bases = {.count = 0};
    struct str domain = name, local = str_cut(&domain, '@');
    const char *dot = domain.len ? memrchr(domain.data, '.', domain.len) : NULL;

    add_base(&bases, local, PASSWORD_FROM_NAME);
    if (domain.len)
        add_base(&bases, name, PASSWORD_FROM_NAME);
    if (dot)
        add_base(&bases, str_first(domain, (size_t)(dot - domain.data)), PASSWORD_FROM_DOMAIN);
    add_base(&bases, domain, PASSWORD_FROM_DOMAIN);
    add_parts(&bases, local, PASSWORD_FROM_NAME);
    add_parts(&bases, person, PASSWORD_FROM_PERSON);
    if (dot)
        add_parts(&bases, str_first(domain, (size_t)(dot - domain.data)), PASSWORD_FROM_DOMAIN);
    return bases;
}

uint32_t
password_guess_own_count(const struct password_bases *bases)
{
    return bases->count * OWN_FORMS;
}

size_t
password_guess_own(const struct password_bases *bases, uint32_t number, int year, char *ret_guess,
                   enum password_source *ret_source)
{
    struct mutation mutation;
    uint32_t form, base;

    if (bases->count == 0 || number >= password_guess_own_count(bases))
        return 0;
    form = number / bases->count;
    base = number % bases->count;
    *ret_source = bases->source[base];
    if (form < MUTATIONS)
        return mutate(bases->text[base], &mutations[form], year, ret_guess);
    form -= MUTATIONS;
    if (form < YEARS * COUNT_OF(year_forms)) {
        mutation = year_forms[form % COUNT_OF(year_forms)];
        mutation.years_back = (int)(form / COUNT_OF(year_forms));
        if (year - mutation.years_back < YEAR_FIRST)
            return 0;
        return mutate(bases->text[base], &mutation, year, ret_guess);
    }
    form -= YEARS * COUNT_OF(year_forms);
    {
        char digits[3] = {(char)('0' + form / 2 / 10), (char)('0' + form / 2 % 10), '\0'};

        mutation = (struct mutation){digit_forms[form % 2], SHAPE_PLAIN, "", digits, "", -1};
        return mutate(bases->text[base], &mutation, year, ret_guess);
    }
}

/* --- guesses that anybody may have --- */

#define SEASON_FORMS 8U
#define SEASON_YEARS 6U

/* One part of the common guesses; `number` counts within it. */
static size_t
guess_walk(uint32_t number, int year, char *ret_guess)
{
    struct pen pen = {ret_guess, 0, false};

    (void)year;
    put_str(&pen, walks[number]);
    return pen.len;
}

static size_t
guess_words(uint32_t number, int year, char *ret_guess)
{
    return mutate(str_from_cstr(words[number / 2]), &mutations[number % 2], year, ret_guess);
}

static size_t
guess_season(uint32_t number, int year, char *ret_guess)
{
    static const struct mutation forms[SEASON_FORMS] = {
        {CASE_CAPITAL, SHAPE_PLAIN, "", "", "", 0},  {CASE_LOWER, SHAPE_PLAIN, "", "", "", 0},
        {CASE_CAPITAL, SHAPE_PLAIN, "", "", "!", 0}, {CASE_CAPITAL, SHAPE_PLAIN, "", "@", "", 0},
        {CASE_CAPITAL, SHAPE_PLAIN, "", "", "#", 0}, {CASE_CAPITAL, SHAPE_PLAIN, "", "-", "", 0},
        {CASE_CAPITAL, SHAPE_PLAIN, "", "_", "", 0}, {CASE_CAPITAL, SHAPE_PLAIN, "", "", ".", 0},
    };
    struct mutation mutation = forms[number / COUNT_OF(seasons) % SEASON_FORMS];

    mutation.years_back = (int)(number / COUNT_OF(seasons) / SEASON_FORMS);
    return mutate(str_from_cstr(seasons[number % COUNT_OF(seasons)]), &mutation, year, ret_guess);
}

/* Ways of writing outside, words inside, so that the likelier ways of all words come first. */
static size_t
guess_likely(uint32_t number, int year, char *ret_guess)
{
    return mutate(str_from_cstr(words[number % WORDS_LIKELY]),
                  &mutations[2 + number / WORDS_LIKELY], year, ret_guess);
}

static size_t
guess_rest(uint32_t number, int year, char *ret_guess)
{
    uint32_t count = COUNT_OF(words) - WORDS_LIKELY;

    return mutate(str_from_cstr(words[WORDS_LIKELY + number % count]),
                  &mutations[2 + number / count], year, ret_guess);
}

static const struct {
    uint32_t count;
    size_t (*guess)(uint32_t number, int year, char *ret_guess);
} parts[] = {
    {COUNT_OF(walks), guess_walk},
    {2 * COUNT_OF(words), guess_words},
    {COUNT_OF(seasons) * SEASON_FORMS * SEASON_YEARS, guess_season},
    {WORDS_LIKELY * (MUTATIONS - 2), guess_likely},
    {(COUNT_OF(words) - WORDS_LIKELY) * (MUTATIONS_FEW - 2), guess_rest},
};

uint32_t
password_guess_common_count(void)
{
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        count += parts[i].count;
    return count;
}

size_t
password_guess_common(uint32_t number, int year, char *ret_guess)
{
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (number < parts[i].count)
            return parts[i].guess(number, year, ret_guess);
        number -= parts[i].count;
    }
    return 0;
}

bool
password_guess_has(struct str name, struct str password, int year)
{
    struct password_bases bases = password_guess_bases(name, STR_EMPTY);
    uint32_t own = password_guess_own_count(&bases), all = own + password_guess_common_count();
    char guess[PASSWORD_GUESS_MAX];
    enum password_source source;

    for (uint32_t i = 0; i < all; i++) {
        size_t len = i < own ? password_guess_own(&bases, i, year, guess, &source)
                             : password_guess_common(i - own, year, guess);

        if (len && str_eq((struct str){guess, len}, password)) {
            explicit_bzero(guess, sizeof(guess));
            return true;
        }
    }
    return false;
}
