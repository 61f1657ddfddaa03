#include "mail/received.h"

#include "mail/address.h"
#include "mail/date.h"

#define GROUPS_MAX 12

static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct str
first_word(struct str s)
{
    size_t end = 0;

    s = str_trim(s);
    while (end < s.len && !is_space(s.data[end]) && s.data[end] != ';')
        end++;
    return str_first(s, end);
}

/* Skips a keyword and the blanks behind it. */
static bool
skip_word(struct str *s, struct str word)
{
    struct str rest = *s;

    if (!str_starts_nocase(rest, word))
        return false;
    rest = str_from(rest, word.len);
    if (rest.len == 0 || !is_space(rest.data[0]))
        return false;
    *s = str_trim(rest);
    return true;
}

/* Digits at the front of `s` as a user id; -1: none, or more than 32 bits. */
static int64_t
read_uid(struct str s)
{
    size_t len = 0;
    uint64_t uid;

    while (len < s.len && s.data[len] >= '0' && s.data[len] <= '9')
        len++;
    if (len == 0 || len > 10 || !str_u64(str_first(s, len), &uid) || uid > UINT32_MAX)
        return -1;
    return (int64_t)uid;
}

/* Whether the word at `at` is `word` with blanks around it. */
static bool
is_word_at(struct str s, size_t at, struct str word)
{
    if (at > 0 && !is_space(s.data[at - 1]) && s.data[at - 1] != ')')
        return false;
    return at + word.len < s.len && is_space(s.data[at + word.len]) &&
           str_starts_nocase(str_from(s, at), word);
}

/* Where lines are folded, a keyword at the start of a line cannot come from a client. */
static size_t
find_line_start(struct str s, struct str word, bool is_last)
{
    size_t found = s.len;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] != '\n')
            continue;
        while (i < s.len && is_space(s.data[i]))
            i++;
        if (i < s.len && is_word_at(s, i, word)) {
            found = i;
            if (!is_last)
                return found;
        }
        i -= i > 0;
    }
    return found;
}

/* The first or last `word` outside (), <> and "". */
static size_t
find_outside(struct str s, struct str word, bool is_last)
{
    size_t found = s.len;
    int depth = 0;
    bool is_quoted = false, is_angled = false;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (c == '\\')
            i++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if (is_quoted)
            continue;
        else if (c == '(')
            depth++;
        else if (c == ')')
            depth -= depth > 0;
        else if (c == '<' || c == '>')
            is_angled = c == '<';
        else if (depth == 0 && !is_angled && is_word_at(s, i, word)) {
            found = i;
            if (!is_last)
                return found;
        }
    }
    return found;
}

/* Brackets that a client left open hide everything: then they are ignored. */
static size_t
find_anywhere(struct str s, struct str word)
{
    for (size_t i = s.len; i-- > 0;) {
        if (is_word_at(s, i, word))
            return i;
    }
    return s.len;
}

static size_t
find_word(struct str s, struct str word, bool is_last)
{
    size_t at = find_line_start(s, word, is_last);

    if (at == s.len)
        at = find_outside(s, word, is_last);
    return at == s.len && is_last ? find_anywhere(s, word) : at;
}

/* "( ... )" groups, the last first, that stand side by side at the end of `s`; cuts them off. */
static size_t
cut_groups(struct str *s, struct str *groups)
{
    size_t count = 0;

    *s = str_trim(*s);
    while (count < GROUPS_MAX && s->len && s->data[s->len - 1] == ')') {
        size_t open = s->len;
        int depth = 0;

        while (open > 0) {
            char c = s->data[--open];

            depth += (c == ')') - (c == '(');
            if (depth == 0)
                break;
        }
        if (depth != 0)
            break;
        groups[count++] = (struct str){s->data + open + 1, s->len - open - 2};
        *s = str_trim(str_first(*s, open));
    }
    return count;
}

bool
received_is_loopback(struct str address)
{
    return str_starts(address, STR("127.")) || str_eq(address, STR("::1")) ||
           str_eq_nocase(address, STR("localhost")) ||
           str_eq_nocase(address, STR("localhost.localdomain")) || str_eq(address, STR("local"));
}

/* The protocols of RFC 3848 that end in "A": the client logged in. */
bool
received_is_authenticated(const struct hop *hop)
{
    static const struct str protocols[] = {
        {"ESMTPA", 6}, {"ESMTPSA", 7}, {"UTF8SMTPA", 9}, {"UTF8SMTPSA", 10},
        {"LMTPA", 5},  {"LMTPSA", 6},  {"ASMTP", 5},
    };

    for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
        if (str_eq_nocase(hop->protocol, protocols[i]))
            return true;
    }
    return false;
}

/* An IPv4 or IPv6 address, roughly: the characters and one "." or ":". */
static bool
is_address(struct str s)
{
    bool has_dot = false, has_colon = false;

    if (s.len < 2 || s.len > 45)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i], lower = (char)(c | 0x20);

        if (c == '.')
            has_dot = true;
        else if (c == ':')
            has_colon = true;
        else if (!(c >= '0' && c <= '9') && !(has_colon && lower >= 'a' && lower <= 'f') &&
                 !(i < 5 && lower >= 'a' && lower <= 'f'))
            return false;
    }
    return has_colon || (has_dot && s.data[0] >= '0' && s.data[0] <= '9');
}

/* "[192.0.2.7]:53434", "[IPv6:2001:db8::1]", "192.0.2.7", "[fe80::1%5]": the bare address. */
static struct str
read_address(struct str s)
{
    size_t open = str_index(s, '[');

    s = open < s.len ? str_from(s, open + 1) : str_trim(s);
    s = str_first(s, str_index(s, ']'));
    if (str_starts_nocase(s, STR("IPv6:")))
        s = str_from(s, 5);
    s = str_first(s, str_index(s, '%'));
    return is_address(s) ? s : STR_EMPTY;
}

/* "helo=x" or "HELO x" within the client's group. */
static struct str
helo_in(struct str group)
{
    static const struct str marks[] = {{"helo=", 5}, {"HELO ", 5}, {"EHLO ", 5}};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(group, marks[i]);

        if (at < group.len && (at == 0 || is_space(group.data[at - 1])))
            return first_word(str_from(group, at + marks[i].len));
    }
    return STR_EMPTY;
}

/* "anna@name [192.0.2.7]": what stands in front of "@" is the client's own ident, and no name. */
static struct str
without_ident(struct str name)
{
    size_t at = str_index(name, '@');

    return at < name.len ? str_from(name, at + 1) : name;
}

/*
 * The group that describes the client: "name [192.0.2.7]", "[192.0.2.7]:5 helo=x",
 * qmail's "anna@192.0.2.7", Exchange's "192.0.2.7", OpenSMTPD's "name [local]",
 * and "unknown [unknown]" of a client that was gone too soon.
 */
static bool
read_client_group(struct str group, struct hop *hop)
{
    size_t open = str_index(group, '[');
    struct str address = read_address(group);

    /* The client chose the name in its certificate. */
    if (str_starts(group, STR("Client CN")) || str_starts(group, STR("using ")))
        return false;
    if (address.len == 0 && open == group.len)
        address = read_address(without_ident(group));
    if (address.len == 0 && str_has(group, STR("[local]"))) /* OpenSMTPD: through its own socket */
        address = STR("local");
    if (address.len == 0 && !str_has(group, STR("[unknown]")))
        return false;
    hop->from_address = address;
    if (open > 0 && open < group.len)
        hop->from_host = without_ident(first_word(str_first(group, open)));
    if (hop->from_helo.len == 0)
        hop->from_helo = helo_in(group);
    return true;
}

/* qmail's patches for AUTH put the login where ident was: "(anna@192.0.2.7) by x with ESMTPA". */
static void
read_qmail_login(struct str from, struct hop *hop)
{
    struct str groups[GROUPS_MAX];
    size_t at;

    if (hop->login.len || !received_is_authenticated(hop) || cut_groups(&from, groups) == 0)
        return;
    at = groups[0].len;
    while (at > 0 && groups[0].data[at - 1] != '@')
        at--;
    if (at > 1 && read_address(str_from(groups[0], at)).len)
        hop->login = str_first(groups[0], at - 1);
}

/* The words that open a group with a login, between the client's address and "by". */
static const struct str login_marks[] = {
    {"Authenticated sender: ", 22}, /* Postfix */
    {"authenticated_id: ", 18},     /* Exim, as panels configure it */
    {"authenticated as ", 17},      /* Exim, Kerio */
    {"authenticated user ", 19},    /* MDaemon */
    {"authenticated: ", 15},
    {"SquirrelMail authenticated user ", 32},
    {"AUTH: LOGIN ", 12}, /* Courier */
    {"AUTH: PLAIN ", 12},
    {"AUTH: CRAM-MD5 ", 15},
    {"account ", 8}, /* CommuniGate */
    {"user=", 5},    /* Cyrus, old Sendmail */
};

static struct str
login_in(struct str group)
{
    for (size_t i = 0; i < sizeof(login_marks) / sizeof(login_marks[0]); i++) {
        struct str login = str_trim(str_from(group, login_marks[i].len));

        if (!str_starts_nocase(group, login_marks[i]))
            continue;
        if (i == 0) /* Postfix states nothing behind the login, which may hold blanks */
            return login;
        login = first_word(login);
        return str_first(login, str_index(login, ','));
    }
    return STR_EMPTY;
}

/* Exim writes protocols in small letters; others write what RFC 3848 has. */
static bool
is_by_exim(const struct hop *hop)
{
    return str_starts(hop->protocol, STR("esmtp")) || str_starts(hop->protocol, STR("smtp"));
}

/*
 * Which of HELO and name the word behind "from" is depends on what the groups already
 * said. Exim leaves HELO out when it is the name; elsewhere the word is HELO.
 */
static void
read_from_word(struct str word, bool has_client, bool is_named, struct hop *hop)
{
    struct str address = read_address(word);

    if (address.len && hop->from_address.len == 0) {
        hop->from_address = address;
    } else if (hop->from_helo.len) {
        if (hop->from_host.len == 0)
            hop->from_host = word;
    } else {
        hop->from_helo = word;
        if (has_client && !is_named && is_by_exim(hop))
            hop->from_host = word;
    }
    if (str_eq_nocase(hop->from_host, STR("unknown")))
        hop->from_host = STR_EMPTY;
    if (hop->from_host.len && hop->from_host.data[hop->from_host.len - 1] == '.')
        hop->from_host.len--;
}

/* What stands in front of "by": HELO, the client's address, then what the server says of it. */
static void
read_from(struct str from, struct hop *hop)
{
    struct str groups[GROUPS_MAX];
    size_t count;
    bool has_client = false, is_named = false;

    if (!skip_word(&from, STR("from")))
        return;
    count = cut_groups(&from, groups);
    for (size_t i = 0; i < count; i++) {
        struct str group = groups[i];

        if (has_client) {
            if (str_starts(group, STR("HELO ")))
                hop->from_helo = first_word(str_from(group, 5));
            continue;
        }
        if (hop->login.len == 0)
            hop->login = login_in(group);
        if (hop->uid < 0 && str_starts(group, STR("uid ")))
            hop->uid = read_uid(str_from(group, 4));
        has_client = read_client_group(group, hop);
        is_named = has_client && str_index(group, '[') > 0;
        if (!has_client && hop->from_helo.len == 0)
            hop->from_helo = helo_in(group);
    }
    read_from_word(first_word(from), has_client, is_named, hop);
}

/* "auth=yes user=anna", as OpenSMTPD writes behind the id; what follows "for" a client chose. */
static void
read_opensmtpd_login(struct str text, struct hop *hop)
{
    size_t at;

    text = str_first(text, find_word(text, STR("for"), false));
    at = str_find(text, STR(" auth=yes user="));
    if (at < text.len && hop->login.len == 0)
        hop->login = first_word(str_from(text, at + 15));
}

static struct str
word_after(struct str s, struct str keyword)
{
    size_t at = find_word(s, keyword, false);

    return at < s.len ? first_word(str_from(s, at + keyword.len)) : STR_EMPTY;
}

/* "with Microsoft SMTP Server" and "with LMTP Proxy" are more than a word. */
static struct str
read_protocol(struct str text)
{
    struct str protocol = word_after(text, STR("with"));

    if (str_eq(protocol, STR("Microsoft")))
        return STR("SMTP");
    return protocol;
}

/* "for <bob@example.net>", and as Exim writes it without brackets. */
static struct str
read_recipient(struct str text)
{
    struct str recipient = address_unbracket(word_after(text, STR("for")));

    return address_is_mailbox(recipient) ? recipient : STR_EMPTY;
}

/* What follows "by": host, program, protocol, queue id, recipient. */
static void
read_by(struct str text, struct hop *hop)
{
    struct str rest, group;
    size_t at;

    hop->by = first_word(text);
    rest = str_trim(str_from(text, (size_t)(hop->by.data - text.data) + hop->by.len));
    if (str_starts(rest, STR("("))) {
        group = str_first(rest, str_index(rest, ')'));
        at = str_find(group, STR(", from userid ")); /* "(Postfix": mail_name may say otherwise */
        if (at < group.len)
            hop->uid = read_uid(str_from(group, at + 14));
    }
    hop->protocol = read_protocol(rest);
    hop->queue_id = address_unbracket(word_after(rest, STR("id")));
    hop->recipient = read_recipient(rest);
    read_opensmtpd_login(rest, hop);
    if (hop->by.len && hop->by.data[hop->by.len - 1] == '.')
        hop->by.len--;
}

/* "(qmail 4711 invoked by uid 1005)", "(qmail 4711 invoked from network)", "by alias". */
static bool
read_qmail(struct str text, struct hop *hop)
{
    struct str group;
    size_t at;

    if (!str_starts(text, STR("(qmail ")))
        return false;
    group = str_from(str_first(text, str_index(text, ')')), 7);
    hop->queue_id = first_word(group);
    at = str_find(group, STR("invoked "));
    group = str_from(group, at + 8);
    if (str_skip(&group, STR("by uid ")))
        hop->uid = read_uid(group);
    else if (str_skip(&group, STR("by ")))
        hop->user = first_word(group);
    else if (str_skip(&group, STR("from ")))
        hop->from_helo = first_word(group);
    hop->protocol = STR("qmail");
    return true;
}

/* Sendmail's "(from apache@localhost)": the account that called it. */
static bool
read_sendmail_local(struct str from, struct hop *hop)
{
    struct str user;

    if (!str_skip(&from, STR("(from ")))
        return false;
    user = str_first(from, str_index(from, ')'));
    hop->user = str_trim(str_first(user, str_index(user, '@')));
    return true;
}

static bool
is_local_protocol(struct str protocol)
{
    return str_eq_nocase(protocol, STR("local")) || str_eq_nocase(protocol, STR("local-smtp")) ||
           str_eq_nocase(protocol, STR("local-esmtp"));
}

/* The ";" in front of the date: the last one, as a recipient in quotes may hold one too. */
static struct str
cut_date(struct str value, struct hop *hop)
{
    size_t at = value.len;

    while (at > 0 && value.data[at - 1] != ';')
        at--;
    if (at == 0 || !date_read(str_from(value, at), &hop->time_s))
        return value;
    return str_first(value, at - 1);
}

struct hop
received_read(struct str value)
{
    struct hop hop = {.trust = HOP_FORGEABLE, .uid = -1};
    struct str text = cut_date(value, &hop), from;
    size_t by = 0;

    if (read_qmail(str_trim(text), &hop))
        return hop;
    if (is_word_at(str_trim(text), 0, STR("by")))
        by = (size_t)(str_trim(text).data - text.data);
    else
        by = find_word(text, STR("by"), true);
    from = str_trim(str_first(text, by));
    if (by < text.len)
        read_by(str_from(text, by + 2), &hop);
    if (read_sendmail_local(from, &hop))
        return hop;
    read_from(from, &hop);
    read_qmail_login(from, &hop);
    /* Exim writes the account where others write HELO; Courier writes "(uid N)" behind it. */
    if (is_local_protocol(hop.protocol) && hop.uid < 0 && hop.from_address.len == 0) {
        hop.user = hop.from_host.len ? hop.from_host : hop.from_helo;
        hop.from_helo = hop.from_host = STR_EMPTY;
    }
    return hop;
}

bool
received_is_local(const struct hop *hop)
{
    return hop->uid >= 0 || hop->user.len > 0 || is_local_protocol(hop->protocol) ||
           str_eq(hop->from_address, STR("local"));
}

bool
received_is_filter(const struct hop *hop)
{
    return received_is_loopback(hop->by) && !received_is_local(hop);
}
