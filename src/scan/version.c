#include "scan/version.h"

/* Every byte may become two: a dot goes between a digit and a letter. */
#define CANONICAL_MAX (2 * VERSION_LEN_MAX)

/* A version as PHP writes it to compare it: "1.0rc1" is "1.0.rc.1". */
struct canonical {
    char data[CANONICAL_MAX];
    size_t len;
};

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_joint(char c)
{
    return c == '-' || c == '_' || c == '+';
}

static bool
is_word_byte(char c)
{
    return !str_is_digit(c) && c != '.';
}

static void
add_dot(struct canonical *canonical)
{
    if (canonical->data[canonical->len - 1] != '.')
        canonical->data[canonical->len++] = '.';
}

static void
canonical_read(struct canonical *canonical, struct str version)
{
    char last;

    version = str_first(version, VERSION_LEN_MAX);
    canonical->len = 0;
    if (version.len == 0)
        return;
    last = canonical->data[canonical->len++] = version.data[0];
    for (size_t i = 1; i < version.len; i++) {
        char c = version.data[i];

        if (is_joint(c)) {
            add_dot(canonical);
        } else if ((is_word_byte(last) && !is_joint(last) && str_is_digit(c)) ||
                   (str_is_digit(last) && is_word_byte(c))) {
            add_dot(canonical);
            canonical->data[canonical->len++] = c;
        } else if (!is_letter(c) && !str_is_digit(c)) {
            add_dot(canonical);
        } else {
            canonical->data[canonical->len++] = c;
        }
        last = c;
    }
}

/* What a state of a release is worth; a number is worth ORDER_RELEASE, another word nothing. */
#define ORDER_RELEASE 4

static int
word_order(struct str word)
{
    static const struct {
        struct str form;
        int order;
    } forms[] = {
        {{"dev", 3}, 0}, {{"alpha", 5}, 1}, {{"a", 1}, 1},  {{"beta", 4}, 2},
        {{"b", 1}, 2},   {{"RC", 2}, 3},    {{"rc", 2}, 3}, {{"#", 1}, ORDER_RELEASE},
        {{"pl", 2}, 5},  {{"p", 1}, 5},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (str_starts(word, forms[i].form))
            return forms[i].order;
    }
    return -1;
}

static int
sign(int64_t number)
{
    return number < 0 ? -1 : number > 0;
}

/* The number at the start of a part; one that no integer holds is the greatest. */
static int64_t
part_number(struct str part)
{
    int64_t number = 0;

    for (size_t i = 0; i < part.len && str_is_digit(part.data[i]); i++) {
        int digit = part.data[i] - '0';

        if (number > (INT64_MAX - digit) / 10)
            return INT64_MAX;
        number = number * 10 + digit;
    }
    return number;
}

static bool
is_number(struct str part)
{
    return part.len > 0 && str_is_digit(part.data[0]);
}

static int
part_compare(struct str a, struct str b)
{
    if (is_number(a) && is_number(b)) {
        int64_t left = part_number(a), right = part_number(b);

        return left < right ? -1 : left > right;
    }
    return sign((is_number(a) ? ORDER_RELEASE : word_order(a)) -
                (is_number(b) ? ORDER_RELEASE : word_order(b)));
}

/* What a longer version has beyond a shorter one, against the end of that one. */
static int
rest_compare(struct str rest)
{
    for (;;) {
        bool is_last = str_index(rest, '.') == rest.len;
        struct str part = str_cut(&rest, '.');

        if (is_number(part))
            return 1;
        if (word_order(part) != ORDER_RELEASE)
            return sign(word_order(part) - ORDER_RELEASE);
        if (is_last)
            return 0;
    }
}

int
version_compare(struct str a, struct str b)
{
    struct canonical left, right;
    struct str p, q;

    if (a.len == 0 || b.len == 0)
        return (a.len > 0) - (b.len > 0);
    canonical_read(&left, a);
    canonical_read(&right, b);
    p = (struct str){left.data, left.len};
    q = (struct str){right.data, right.len};
    for (;;) {
        bool is_last_p = str_index(p, '.') == p.len, is_last_q = str_index(q, '.') == q.len;
        int order = part_compare(str_cut(&p, '.'), str_cut(&q, '.'));

        if (order != 0 || (is_last_p && is_last_q))
            return order;
        if (is_last_p || is_last_q || p.len == 0 || q.len == 0)
            return is_last_p ? -rest_compare(q) : rest_compare(p);
    }
}

bool
version_is_number(struct str text)
{
    if (text.len && (text.data[0] == 'v' || text.data[0] == 'V'))
        text = str_from(text, 1);
    return is_number(text);
}

/* A version as releases are ordered: its canonical form in lower case, told apart by parts. */
struct release {
    char data[CANONICAL_MAX + 4];
    struct str parts;
};

/* Words for a state that PHP's order does not know, or would misread. */
static struct str
usual_word(struct str part)
{
    static const struct {
        struct str word, usual;
    } rows[] = {
        {{"preview", 7}, {"beta", 4}}, {{"pre", 3}, {"beta", 4}},     {{"c", 1}, {"rc", 2}},
        {{"m", 1}, {"alpha", 5}},      {{"snapshot", 8}, {"dev", 3}}, {{"stable", 6}, {"#", 1}},
        {{"final", 5}, {"#", 1}},      {{"ga", 2}, {"#", 1}},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(part, rows[i].word))
            return rows[i].usual;
    }
    return part;
}

static void
release_read(struct release *release, struct str version)
{
    struct canonical canonical;

    if (version.len && (version.data[0] == 'v' || version.data[0] == 'V'))
        version = str_from(version, 1);
    version = str_first(version, str_index(version, '+'));
    canonical_read(&canonical, version);
    str_fold((struct str){canonical.data, canonical.len}, release->data);
    release->parts = (struct str){release->data, canonical.len};
}

/* Past its end a version goes on with zeros, and behind those with being a release. */
static struct str
next_part(struct str *parts, bool other_is_number)
{
    while (parts->len) {
        struct str part = usual_word(str_trim(str_cut(parts, '.')));

        if (part.len && !str_eq(part, STR("#")))
            return part;
    }
    return other_is_number ? STR("0") : STR("#");
}

/* The next part without taking it. */
static bool
is_number_next(struct str parts)
{
    return is_number(next_part(&parts, false));
}

int
version_order(struct str a, struct str b)
{
    struct release left, right;

    release_read(&left, a);
    release_read(&right, b);
    while (left.parts.len || right.parts.len) {
        bool is_number_left = is_number_next(left.parts);
        bool is_number_right = is_number_next(right.parts);
        /* Against a number, a state such as "beta" waits behind zeros: 1.0beta is 1.0.0beta. */
        struct str p =
            is_number_left || !is_number_right ? next_part(&left.parts, is_number_right) : STR("0");
        struct str q =
            is_number_right || !is_number_left ? next_part(&right.parts, is_number_left) : STR("0");
        int order = part_compare(p, q);

        if (order != 0)
            return order;
    }
    return 0;
}

enum operator{
    OPERATOR_EQUAL,
    OPERATOR_NOT_EQUAL,
    OPERATOR_LESS,
    OPERATOR_LESS_EQUAL,
    OPERATOR_MORE,
    OPERATOR_MORE_EQUAL,
    OPERATOR_CARET,
    OPERATOR_TILDE,
};

static enum operator cut_operator(struct str *term)
{
    static const struct {
        struct str sign;
        enum operator operator;
    } rows[] = {
        {{">=", 2}, OPERATOR_MORE_EQUAL}, {{"<=", 2}, OPERATOR_LESS_EQUAL},
        {{"==", 2}, OPERATOR_EQUAL},      {{"!=", 2}, OPERATOR_NOT_EQUAL},
        {{"<>", 2}, OPERATOR_NOT_EQUAL},  {{">", 1}, OPERATOR_MORE},
        {{"<", 1}, OPERATOR_LESS},        {{"=", 1}, OPERATOR_EQUAL},
        {{"^", 1}, OPERATOR_CARET},       {{"~", 1}, OPERATOR_TILDE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_skip(term, rows[i].sign))
            return rows[i].operator;
    }
    return OPERATOR_EQUAL;
}

/* The numbers that a version begins with, a sign for any number read as their end. */
#define NUMBERS_MAX 8

struct numbers {
    int64_t list[NUMBERS_MAX];
    uint32_t count;
    bool is_open; /* "1.2.*", "1.2.x" */
};

static struct numbers
numbers_read(struct str text)
{
    struct numbers numbers = {.count = 0};

    if (text.len && (text.data[0] == 'v' || text.data[0] == 'V'))
        text = str_from(text, 1);
    while (text.len && numbers.count < NUMBERS_MAX) {
        struct str part = str_cut(&text, '.');

        if (str_eq(part, STR("*")) || str_eq_nocase(part, STR("x"))) {
            numbers.is_open = true;
            break;
        }
        if (!is_number(part))
            break;
        numbers.list[numbers.count++] = part_number(part);
    }
    return numbers;
}

/*
 * `version` is older than every version, states such as beta included, whose first
 * `kept` + 1 numbers are those of `numbers` with the one at `kept` raised by one.
 */
static bool
is_below_next(struct str version, struct numbers numbers, uint32_t kept)
{
    struct numbers own = numbers_read(version);

    for (uint32_t i = 0; i < kept; i++) {
        int64_t left = i < own.count ? own.list[i] : 0;
        int64_t right = i < numbers.count ? numbers.list[i] : 0;

        if (left != right)
            return left < right;
    }
    return (kept < own.count ? own.list[kept] : 0) <=
           (kept < numbers.count ? numbers.list[kept] : 0);
}

/* ^1.2.3 keeps the first number that is not zero; ~1.2.3 all but the last. */
static uint32_t
numbers_kept(struct numbers numbers, enum operator operator)
{
    uint32_t kept = 0;

    if (operator== OPERATOR_TILDE)
        return numbers.count > 1 ? numbers.count - 2 : 0;
    while (kept + 1 < numbers.count && numbers.list[kept] == 0)
        kept++;
    return kept;
}

/* "1.2.*" as one number range; with < and the like it stands for 1.2. */
static bool
holds_open(struct str version, struct str bound, struct numbers numbers, bool is_wanted)
{
    char from[VERSION_LEN_MAX];
    size_t len = str_index_any(bound, STR("*xX"));

    if (numbers.count == 0)
        return is_wanted;
    while (len > 0 && bound.data[len - 1] == '.')
        len--;
    if (len > sizeof(from))
        return false;
    memcpy(from, bound.data, len);
    return (version_order(version, (struct str){from, len}) >= 0 &&
            is_below_next(version, numbers, numbers.count - 1)) == is_wanted;
}

static bool
holds_term(struct str version, struct str term)
{
    enum operator operator= cut_operator(&term);
    struct str bound = str_first(str_trim(term), str_index(str_trim(term), '@'));
    struct numbers numbers = numbers_read(bound);
    int order;

    if (!version_is_number(bound) && !numbers.is_open)
        return false;
    if (numbers.is_open && (operator== OPERATOR_EQUAL || operator== OPERATOR_NOT_EQUAL))
        return holds_open(version, bound, numbers, operator== OPERATOR_EQUAL);
    order = version_order(version, bound);
    switch (operator) {
    case OPERATOR_EQUAL:
        return order == 0;
    case OPERATOR_NOT_EQUAL:
        return order != 0;
    case OPERATOR_LESS:
        return order < 0;
    case OPERATOR_LESS_EQUAL:
        return order <= 0;
    case OPERATOR_MORE:
        return order > 0;
    case OPERATOR_MORE_EQUAL:
        return order >= 0;
    case OPERATOR_CARET:
    case OPERATOR_TILDE:
        return order >= 0 && is_below_next(version, numbers, numbers_kept(numbers, operator));
    }
    return false;
}

/* "1.0 - 2.0": an end of fewer than three numbers takes in all that begin so. */
static bool
holds_hyphen(struct str version, struct str first, struct str last)
{
    struct numbers numbers = numbers_read(last);

    if (!version_is_number(first) || numbers.count == 0 || version_order(version, first) < 0)
        return false;
    if (numbers.count >= 3)
        return version_order(version, last) <= 0;
    return is_below_next(version, numbers, numbers.count - 1);
}

/* The next word up to a blank or comma; an operator alone takes the word behind it along. */
static struct str
cut_term(struct str *terms)
{
    const char *begin;
    size_t len;

    while (terms->len && (terms->data[0] == ' ' || terms->data[0] == ',' || terms->data[0] == '\t'))
        *terms = str_from(*terms, 1);
    begin = terms->data;
    for (len = 0; len < terms->len && str_index(STR("<>=!^~ "), terms->data[len]) < 7; len++)
        ;
    while (len < terms->len && str_index(STR(" ,\t"), terms->data[len]) == 3)
        len++;
    *terms = str_from(*terms, len);
    return (struct str){begin, len};
}

static bool
holds_all(struct str version, struct str terms)
{
    struct str last = terms, first = str_cut_at(&last, STR(" - "));
    bool is_any = false;

    if (last.len)
        return holds_hyphen(version, str_trim(first), str_trim(last));
    for (;;) {
        struct str term = cut_term(&terms);

        if (term.len == 0)
            return is_any;
        if (!str_eq(term, STR("*")) && (!version_is_number(version) || !holds_term(version, term)))
            return false;
        is_any = true;
    }
}

bool
version_in(struct str version, struct str range)
{
    while (range.len) {
        if (holds_all(version, str_trim(str_cut(&range, '|'))))
            return true;
    }
    return false;
}
