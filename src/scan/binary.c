#include "scan/binary.h"

/* Tools in hidden folders of homes are many. */
#define PLACES_ODD (PLACE_UPLOADS | PLACE_TEMPORARY)

enum {
    ELF_HEADER_BYTES = 64,
    ELF_PROGRAMS_MAX = 64
};

static const struct {
    const char *rule, *why;
    double weight;
    const char *words[3]; /* all of them */
} rows[] = {
    {"binary-miner", "It mines coins.", 0.85, {"stratum+tcp", NULL, NULL}},
    {"binary-miner", "It mines coins.", 0.93, {"stratum+tcp", "donate-level", NULL}},
    {"binary-irc-bot", "It takes orders from an IRC channel.", 0.6, {"PRIVMSG", "JOIN ", "NICK "}},
    {"binary-irc-bot", "It takes orders from an IRC channel.", 0.93, {"PRIVMSG", "NICK ", "UDP"}},
    {"binary-mailer",
     "It speaks to mail servers by itself.",
     0.6,
     {"MAIL FROM:", "RCPT TO:", NULL}},
    {"binary-flooder",
     "It scans and floods others.",
     0.9,
     {"/bin/busybox", "TSource Engine", NULL}},
    {"binary-packed", "It is packed, so that nobody sees what it is.", 0.4, {"UPX!", NULL, NULL}},
};

static uint64_t
number_at(struct str bytes, size_t at, size_t size, bool is_big)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size && at + i < bytes.len; i++) {
        size_t place = is_big ? i : size - 1 - i;

        if (at + place < bytes.len)
            number = number << 8 | (unsigned char)bytes.data[at + place];
    }
    return number;
}

/* What a compiler leaves for the linker (ET_REL) is run by nobody. */
static bool
is_object(struct str bytes)
{
    return number_at(bytes, 16, 2, bytes.data[5] == 2) == 1;
}

bool
binary_wants(const struct subject *subject)
{
    return str_starts(subject->source, STR("\x7f"
                                           "ELF")) &&
           subject->source.len >= ELF_HEADER_BYTES && !is_object(subject->source) &&
           (subject->is_in_site || (subject->places & PLACES_ODD));
}

/* Does it ask for an interpreter, as what is linked dynamically does? */
static bool
is_static(struct str bytes)
{
    bool is_64 = bytes.data[4] == 2, is_big = bytes.data[5] == 2;
    uint64_t at = number_at(bytes, is_64 ? 32 : 28, is_64 ? 8 : 4, is_big);
    uint64_t size = number_at(bytes, is_64 ? 54 : 42, 2, is_big);
    uint64_t count = number_at(bytes, is_64 ? 56 : 44, 2, is_big);
    uint64_t type = number_at(bytes, 16, 2, is_big);

    if (type == 3 && count == 0)
        return false;
    for (uint64_t i = 0; i < count && i < ELF_PROGRAMS_MAX; i++) {
        if (at > bytes.len || number_at(bytes, (size_t)at, 4, is_big) == 3 ||
            number_at(bytes, (size_t)at, 4, is_big) == 2)
            return false;
        at += size;
    }
    return true;
}

static bool
has_words(struct str bytes, const char *const words[3])
{
    for (size_t i = 0; i < 3 && words[i]; i++) {
        if (!memmem(bytes.data, bytes.len, words[i], strlen(words[i])))
            return false;
    }
    return true;
}

bool
binary_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct signs *signs = ARENA_NEW(arena, struct signs);
    bool is_library = (subject->places & PLACE_LIBRARY) != 0;
    bool is_program = (subject->mode & 0111) != 0 || (subject->places & PLACE_TEMPORARY);

    if (!signs)
        return false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (has_words(subject->source, rows[i].words))
            signs_add(signs, (struct sign){.rule = rows[i].rule,
                                           .why = rows[i].why,
                                           .weight = rows[i].weight,
                                           .text = str_from_cstr(rows[i].words[0])});
    }
    if (is_program && !is_library)
        signs_add(signs, (struct sign){.rule = "binary",
                                       .why = is_static(subject->source)
                                                  ? "A compiled program, with all it needs in "
                                                    "itself."
                                                  : "A compiled program.",
                                       .weight = is_static(subject->source) ? 0.4 : 0.36,
                                       .text = STR("ELF")});
    signs_judge(signs, subject, findings);
    return !subject->is_partial;
}
