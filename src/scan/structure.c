#include "scan/structure.h"

#include "scan/shell_words.h"

/* Libraries in one archive hold every word there is. */
#define LIBRARY_BYTES ((size_t)300 << 10)

static void
add(struct signs *signs, struct str code, size_t at, uint32_t line, const char *rule, double weight,
    const char *why)
{
    signs_add(signs, (struct sign){.rule = rule,
                                   .why = why,
                                   .weight = weight,
                                   .line = line ? line : finding_line_at(code, at),
                                   .text = finding_quote(code, at)});
}

/* How many bytes a file has at most in which so many words say so much: large ones hold all
 * words there are. */
static const struct word_step {
    size_t bytes_max;
    uint32_t score;
    double weight;
} word_steps[] = {
    {SIZE_MAX, 32, 0.92}, {50000, 28, 0.91},    {20000, 20, 0.91},   {8000, 19, 0.91},
    {SIZE_MAX, 28, 0.85}, {20000, 17, 0.8},     {SIZE_MAX, 22, 0.7}, {20000, 14, 0.6},
    {SIZE_MAX, 17, 0.5},  {SIZE_MAX, 12, 0.35}, {SIZE_MAX, 9, 0.2},
};

/* A part of a program that others wrote with care: a class, a namespace. */
static bool
is_of_library(struct str code)
{
    return str_has(code, STR("\nnamespace ")) || str_has(code, STR("\nclass ")) ||
           str_has(code, STR("\nabstract class ")) || str_has(code, STR("\nfinal class "));
}

/* Words of web shells. */
static void
look_words(struct str code, const struct shell_words *words, uint32_t line, struct signs *signs)
{
    uint32_t score = words->score;
    bool is_library = is_of_library(code), is_named = str_has(code, STR("\nnamespace "));

    if (code.len > LIBRARY_BYTES && score > 21)
        score = 21;
    if (is_named && score > 28)
        score = 28;
    /* Nothing of the request by its name: register_globals gave it, or it is no shell. */
    if (!line && !(words->marks & MARK_REQUEST) && (score < 25 || code.len > 50000 || is_library))
        return;
    for (size_t i = 0; i < sizeof(word_steps) / sizeof(word_steps[0]); i++) {
        if (score < word_steps[i].score || code.len > word_steps[i].bytes_max ||
            (is_library && word_steps[i].bytes_max != SIZE_MAX))
            continue;
        add(signs, code, words->at, line, "shell-words", word_steps[i].weight,
            "It is full of what web shells call and say.");
        return;
    }
}

/* "\x65\x76\x61\x6c": text that could be read if somebody wanted it to be. */
static void
look_escapes(struct str code, uint32_t line, struct signs *signs)
{
    uint32_t letters = 0, others = 0;
    size_t first = 0;

    for (size_t i = 0; i + 3 < code.len; i++) {
        uint32_t value = 0;
        size_t digits = 0;

        const char *escape = memchr(code.data + i, '\\', code.len - i - 3);

        if (!escape)
            break;
        i = (size_t)(escape - code.data);
        if (code.data[i + 1] == 'x' || code.data[i + 1] == 'X') {
            for (digits = 0; digits < 2 && i + 2 + digits < code.len; digits++) {
                char c = code.data[i + 2 + digits];
                uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                                 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                                 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                        : 16;

                if (digit == 16)
                    break;
                value = value * 16 + digit;
            }
            if (digits < 2)
                continue;
            i += 3;
        } else if (code.data[i + 1] >= '0' && code.data[i + 1] <= '3') {
            for (digits = 0; digits < 3 && i + 1 + digits < code.len; digits++) {
                char c = code.data[i + 1 + digits];

                if (c < '0' || c > '7')
                    break;
                value = value * 8 + (uint32_t)(c - '0');
            }
            if (digits < 2)
                continue;
            i += digits;
        } else {
            continue;
        }
        if ((value >= 'a' && value <= 'z') || (value >= 'A' && value <= 'Z') || value == '_') {
            letters++;
            first = first ? first : i;
        } else {
            others++;
        }
    }
    if (letters >= 12 && letters > others * 2)
        add(signs, code, first, line, "escaped-text", letters >= 30 ? 0.91 : 0.6,
            "It writes words as numbers of their letters, so that nobody can search for them.");
}

/* $O00O0O, $IlIl1I */
static void
look_names(struct str code, uint32_t line, struct signs *signs)
{
    uint32_t unreadable = 0;
    size_t first = 0;

    for (size_t i = 0; i + 5 < code.len; i++) {
        size_t len = 0;
        uint32_t rounds = 0, strokes = 0, letters = 0;

        const char *dollar = memchr(code.data + i, '$', code.len - i - 5);

        if (!dollar)
            break;
        i = (size_t)(dollar - code.data);
        for (size_t at = i + 1; at < code.len && len < 64; at++, len++) {
            char c = code.data[at];

            letters += c == 'O' || c == 'I' || c == 'l' || c == 'o';
            if (c == 'O' || c == '0' || c == 'o' || c == 'Q')
                rounds++;
            else if (c == 'I' || c == 'l' || c == '1' || c == 'i' || c == 'L')
                strokes++;
            else if (c == '_')
                continue;
            else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     (unsigned char)c >= 0x80)
                rounds = strokes = 0, at = code.len - 1;
            else
                break;
        }
        if (letters >= 2 && rounds + strokes >= 5) {
            unreadable++;
            first = first ? first : i;
        }
        i += len;
    }
    if (unreadable >= 6)
        add(signs, code, first, line, "unreadable-names", 0.9,
            "Its names are made of letters that look alike, to keep people from reading it.");
}

/* Nothing but base64, as far as it goes. */
static bool
is_long_run(struct str text)
{
    if (text.len < 400)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '+' || c == '/'))
            return false;
    }
    return true;
}

/* Programs and PHP in base64: what the first letters of theirs always are. */
static void
look_base64(struct str code, uint32_t line, struct signs *signs)
{
    static const struct {
        const char *begin;
        double weight;
    } marks[] = {
        {"IyEvdXNyL2Jpbi9", 0.92}, /* #!/usr/bin/ */
        {"IyEvYmluL", 0.92},       /* #!/bin/ */
        {"I2luY2x1ZGUg", 0.92},    /* #include */
        {"dXNlIFNvY2tld", 0.92},   /* use Socket */
        {"f0VMR", 0.92},           /* ELF */
        {"TVqQAA", 0.92},          /* a program of Windows */
        {"4D5A90", 0.92},          /* the same, in hex */
        {"0x4D5A90", 0.92},
        {"ZXZhbCg", 0.92},  /* eval( */
        {"QGV2YWwo", 0.92}, /* @eval( */
        {"ZXZhbChnemluZmxhdGU", 0.95},
        {"QGVycm9yX3JlcG9ydGluZy", 0.92}, /* @error_reporting */
        {"ZXJyb3JfcmVwb3J0aW5n", 0.91},   /* error_reporting */
        {"PD9waHAgQGV2YWwo", 0.93},       /* <?php @eval( */
        {"PD9waHAgZXZhbCg", 0.93},        /* <?php eval( */
        {"PD9waH", 0.75},                 /* <?ph */
        {"c3lzdGVtKC", 0.92},             /* system( */
        {"JF9QT1NU", 0.91},               /* $_POST */
        {"X1BPU1Q", 0.85},                /* _POST */
        {"YXNzZXJ0", 0.91},               /* assert */
        {"Y3JlYXRlX2Z1bmN0aW9u", 0.91},   /* create_function */
        {"YmFzZTY0X2RlY29kZ", 0.91},      /* base64_decode */
    };

    for (size_t at = 1; at < code.len; at++) {
        struct str rest;

        if (code.data[at - 1] != '"' && code.data[at - 1] != '\'')
            continue;
        rest = str_from(code, at);
        for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
            if (rest.data[0] == marks[i].begin[0] &&
                str_starts(rest, str_from_cstr(marks[i].begin)))
                add(signs, code, at, line, "program-in-base64",
                    marks[i].weight < 0.91 && is_long_run(str_first(rest, 400)) ? 0.91
                                                                                : marks[i].weight,
                    "It carries a program in a form that nobody reads.");
        }
    }
}

/* A run of base64 longer than any key or picture in code, beside what unpacks and runs it. */
static void
look_blob(struct str code, uint32_t line, struct signs *signs)
{
    size_t run = 0, longest = 0, at = 0;

    for (size_t i = 0; i < code.len; i++) {
        char c = code.data[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '+' || c == '/' || c == '=') {
            run++;
            if (run > longest) {
                longest = run;
                at = i + 1 - run;
            }
        } else {
            run = 0;
        }
    }
    if (longest >= 1000)
        add(signs, code, at, line, "packed-code", longest * 3 > code.len ? 0.92 : 0.85,
            "It unpacks and runs a long text that nobody can read.");
}

/* A picture that is a program. */
static void
look_picture(struct str code, uint32_t line, struct signs *signs)
{
    static const char *const magics[] = {"GIF8", "\x89PNG", "\xff\xd8\xff", "BM6"};
    struct str front = str_trim(str_first(code, 64));
    size_t php = str_find(code, STR("<?"));

    if (line || php >= code.len)
        return;
    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if (str_starts(front, str_from_cstr(magics[i]))) {
            add(signs, code, php, line, "picture-with-code", 0.85,
                "It begins as a picture does and holds a program.");
            return;
        }
    }
}

static bool
has_any(struct str code, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_find_nocase(code, str_from_cstr(words[i])) < code.len)
            return true;
    }
    return false;
}

/* Code far to the right, out of sight. */
static void
look_hidden(struct str code, uint32_t line, struct signs *signs)
{
    static const char *const words[] = {"eval",     "base64", "assert",  "$_post",   "$_request",
                                        "$_cookie", "<?php",  "include", "$globals", "gzinflate"};
    size_t run = 0;

    for (size_t i = 0; i < code.len; i++) {
        char c = code.data[i];

        if (c == ' ' || c == '\t') {
            run++;
            continue;
        }
        if (run >= 150 && c != '\n' && c != '\r' &&
            has_any(str_first(str_from(code, i), 300), words, sizeof(words) / sizeof(words[0]))) {
            add(signs, code, i, line, "code-out-of-sight", 0.85,
                "It hides code behind hundreds of blanks.");
            return;
        }
        run = 0;
    }
}

/* goto from line to line, as only machines write. */
static void
look_jumps(struct str code, uint32_t line, struct signs *signs)
{
    struct str rest = code;
    uint32_t jumps = 0;
    size_t first = 0;

    for (;;) {
        size_t at = str_find(rest, STR("goto "));

        if (at >= rest.len)
            break;
        first = jumps ? first : code.len - rest.len + at;
        jumps++;
        rest = str_from(rest, at + 5);
    }
    if (jumps >= 8 && (size_t)jumps * 400 > code.len)
        add(signs, code, first, line, "scattered-code", 0.8,
            "Its lines are scattered and tied together with goto.");
}

/* A shell whose input and output are a connection. */
static void
look_reverse(struct str code, uint32_t line, struct signs *signs)
{
    static const char *const shells[] = {"/bin/sh", "/bin/bash", "cmd.exe", "/bin/zsh"};

    if (code.len > LIBRARY_BYTES)
        return;
    for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
        size_t at = str_find(code, str_from_cstr(shells[i]));

        if (at < code.len)
            add(signs, code, at, line, "reverse-shell", 0.9,
                "It ties a shell of this server to a connection.");
    }
}

/* Every way to run a command, one after the other, until one works. */
static void
look_ladder(struct str code, const struct shell_words *words, uint32_t line, struct signs *signs)
{
    int count = __builtin_popcount(words->marks & MARK_COMMANDS);

    if (count >= 3 && code.len < LIBRARY_BYTES)
        add(signs, code, words->command_at, line, "command-ladder",
            !line && !(words->marks & MARK_REQUEST) ? 0.5
            : count >= 4                            ? 0.85
                                                    : 0.6,
            "It tries every way there is to run a command.");
}

/* " * @param 'a'|'b'": of a comment over several lines. */
static bool
is_in_comment(struct str code, size_t at)
{
    while (at > 0 && code.data[at - 1] != '\n')
        at--;
    while (at < code.len && (code.data[at] == ' ' || code.data[at] == '\t'))
        at++;
    return at < code.len && code.data[at] == '*';
}

/* 'a' ^ 'b': text put together bit by bit. */
static void
look_bits(struct str code, uint32_t line, struct signs *signs)
{
    uint32_t count = 0;
    size_t first = 0;

    for (size_t i = 1; i + 1 < code.len; i++) {
        size_t before = i - 1, after = i + 1;

        if (code.data[i] != '^' && code.data[i] != '|' && code.data[i] != '&')
            continue;
        if (code.data[i] == '|' && is_in_comment(code, i))
            continue;
        while (before > 0 && code.data[before] == ' ')
            before--;
        while (after + 1 < code.len && (code.data[after] == ' ' || code.data[after] == '~'))
            after++;
        if ((code.data[before] == '\'' || code.data[before] == '"') &&
            (code.data[after] == '\'' || code.data[after] == '"') &&
            (i < 2 || code.data[i - 1] == ' ' || before == i - 1)) {
            first = count ? first : i;
            count++;
        }
    }
    if (count >= 5)
        add(signs, code, first, line, "text-by-bits", (size_t)count * 80 > code.len ? 0.9 : 0.25,
            "It puts text together bit by bit, so that nobody can read it.");
}

/* Another page for search engines than for people, fetched from elsewhere. */
static void
look_cloak(struct str code, uint32_t line, struct signs *signs)
{
    size_t at = str_find(code, STR("http://"));

    if (code.len < ((size_t)60 << 10) && at < code.len)
        add(signs, code, at, line, "cloaking", 0.7,
            "It shows search engines another page than people, and fetches that page from "
            "elsewhere.");
}

/* PHP in files of any name, by a .htaccess that it writes. */
static void
look_handler(struct str code, uint32_t line, struct signs *signs)
{
    size_t at = str_find(code, STR("application/x-httpd-"));

    if (at < code.len)
        add(signs, code, at, line, "handler-for-files", 0.85,
            "It tells the web server to run files that are no programs.");
}

/* A mailer of its own, by hand over a connection, for what the request holds. */
static void
look_mailer(struct str code, uint32_t line, struct signs *signs)
{
    size_t at = str_find_nocase(code, STR("rcpt to"));

    if (at < code.len && code.len < LIBRARY_BYTES)
        add(signs, code, at, line, "mail-by-hand", 0.75,
            "It speaks to mail servers by itself, with what a visitor sends.");
}

/* Templates and queries over XML that call functions of PHP. */
static void
look_xml(struct str code, uint32_t line, struct signs *signs)
{
    static const char *const names[] = {"'assert'",   "'system'",     "'shell_exec'", "'passthru'",
                                        "'exec'",     "\\'assert\\'", "\\'system\\'", "\"assert\"",
                                        "\"system\"", "\"passthru\""};
    size_t at = str_find(code, STR("http://php.net/x"));

    if (at < code.len && has_any(code, names, sizeof(names) / sizeof(names[0])))
        add(signs, code, at, line, "code-by-xml", 0.91,
            "It has XML call functions that run code or commands.");
}

/* $a[82].$a[3].$a[17]: words picked letter by letter from another text. */
static void
look_picks(struct str code, uint32_t line, struct signs *signs)
{
    uint32_t picks = 0, different = 0;
    size_t first = 0;
    bool is_seen[100] = {false};

    for (size_t i = 1; i + 3 < code.len; i++) {
        const char *dot = memchr(code.data + i, '.', code.len - i - 3);
        size_t at, end;
        uint32_t number = 0;

        if (!dot)
            break;
        i = (size_t)(dot - code.data);
        if (code.data[i - 1] != ']' && code.data[i - 1] != '}')
            continue;
        for (at = end = i - 1; at > 0 && str_is_digit(code.data[at - 1]); at--)
            ;
        if (at == end || end - at > 3 || at == 0 ||
            (code.data[at - 1] != '[' && code.data[at - 1] != '{'))
            continue;
        for (size_t digit = at; digit < end; digit++)
            number = number * 10 + (uint32_t)(code.data[digit] - '0');
        first = picks ? first : i;
        picks++;
        different += !is_seen[number % 100];
        is_seen[number % 100] = true;
    }
    if (picks >= 20 && different >= 10)
        add(signs, code, first, line, "picked-letters", (size_t)picks * 100 > code.len ? 0.91 : 0.5,
            "It puts words together from letters of another text, so that nobody can read them.");
}

static bool
is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* A quoted MD5 or SHA-1 sum in `text`: where, or its length. */
static size_t
find_sum(struct str text)
{
    size_t run = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (is_hex(text.data[i])) {
            run++;
            continue;
        }
        if ((run == 32 || run == 40) && (text.data[i] == '\'' || text.data[i] == '"') && i > run &&
            text.data[i - run - 1] == text.data[i])
            return i - run;
        run = 0;
    }
    return text.len;
}

/* if (md5($_POST['p']) == '…'): a door for who knows the word. */
static void
look_password(struct str code, uint32_t line, struct signs *signs)
{
    for (size_t at = 0; at + 8 < code.len; at++) {
        const char *dollar = memchr(code.data + at, '$', code.len - at - 8);
        struct str rest;
        size_t end;

        if (!dollar)
            return;
        at = (size_t)(dollar - code.data);
        rest = str_first(str_from(code, at), 160);
        if (!str_starts(rest, STR("$_POST[")) && !str_starts(rest, STR("$_GET[")) &&
            !str_starts(rest, STR("$_REQUEST[")) && !str_starts(rest, STR("$_COOKIE[")))
            continue;
        end = str_find(rest, STR("=="));
        if (end < 50 && end < rest.len && find_sum(str_first(str_from(rest, end), 60)) < 60 &&
            find_sum(str_first(str_from(rest, end), 60)) < str_first(str_from(rest, end), 60).len) {
            add(signs, code, at, line, "password-in-code", 0.6,
                "It opens for who sends a word of which it holds the sum.");
            return;
        }
    }
}

/* Texts that are weapons, whoever holds them. */
static void
look_weapons(struct str code, uint32_t line, struct signs *signs)
{
    static const struct {
        const char *text;
        double weight;
    } weapons[] = {
        {"floor(rand(0)*2)", 0.91}, {"__EventFilter", 0.91}, {"returns string soname", 0.91},
        {"lib_mysqludf_sys", 0.91}, {"nt authority", 0.5},   {"INTO OUTFILE \'", 0.4},
        {"INTO DUMPFILE", 0.6},     {"into dumpfile", 0.6},  {"RETURNS STRING SONAME", 0.91},
        {"ReZulT", 0.85},
    };

    if (code.len > LIBRARY_BYTES)
        return;
    for (size_t i = 0; i < sizeof(weapons) / sizeof(weapons[0]); i++) {
        size_t at = str_find(code, str_from_cstr(weapons[i].text));

        if (at < code.len)
            add(signs, code, at, line, "attack-text", weapons[i].weight,
                "It holds text with which other servers are attacked.");
    }
}

/* What only banks and those who steal from their clients ask for, mailed away. */
static void
look_phishing(struct str code, uint32_t line, struct signs *signs)
{
    static const char *const words[] = {
        "cvv",   "card number", "cardnumber",    "ccnum",   "atm pin",   "atmpin",
        "ssn",   "mother",      "maiden",        "routing", "sort code", "social security",
        "expir", "pin",         "date of birth", "passcode"};
    static const char *const honest[] = {"namespace ", "class ", "require", "include", "session"};
    uint32_t count = 0;
    size_t first = 0;

    if (code.len > ((size_t)12 << 10) || has_any(code, honest, sizeof(honest) / sizeof(honest[0])))
        return;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t at = str_find_nocase(code, str_from_cstr(words[i]));

        first = at < code.len && !count ? at : first;
        count += at < code.len;
    }
    if (count >= 3)
        add(signs, code, first, line, "credential-mail", count >= 4 ? 0.92 : 0.7,
            "It mails away what people type into a page of their bank.");
}

static bool
has_all(uint32_t marks, uint32_t wanted)
{
    return (marks & wanted) == wanted;
}

void
structure_look(struct str code, uint32_t line, struct signs *signs)
{
    struct shell_words words = shell_words_find(code);

    look_words(code, &words, line, signs);
    look_ladder(code, &words, line, signs);
    look_escapes(code, line, signs);
    look_names(code, line, signs);
    look_base64(code, line, signs);
    look_picture(code, line, signs);
    look_hidden(code, line, signs);
    look_bits(code, line, signs);
    look_xml(code, line, signs);
    look_picks(code, line, signs);
    look_weapons(code, line, signs);
    if (words.marks & MARK_REQUEST)
        look_password(code, line, signs);
    if (has_all(words.marks, MARK_REQUEST | MARK_MAIL))
        look_phishing(code, line, signs);
    if (has_all(words.marks, MARK_RUN | MARK_DECODER))
        look_blob(code, line, signs);
    if (words.marks & MARK_GOTO)
        look_jumps(code, line, signs);
    if ((words.marks & MARK_CONNECTION) && (words.marks & MARK_COMMANDS))
        look_reverse(code, line, signs);
    if (has_all(words.marks, MARK_ROBOT | MARK_AGENT) &&
        (words.marks & (MARK_FETCH | MARK_CONNECTION)))
        look_cloak(code, line, signs);
    if (has_all(words.marks, MARK_RECIPIENT | MARK_CONNECTION | MARK_REQUEST))
        look_mailer(code, line, signs);
    if (has_all(words.marks, MARK_HTACCESS | MARK_HTTPD | MARK_WRITE))
        look_handler(code, line, signs);
}
