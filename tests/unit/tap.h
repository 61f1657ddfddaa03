#ifndef TESTS_TAP_H
#define TESTS_TAP_H

/*
 * tap - the Test Anything Protocol in sixty lines.
 *
 * A test program is a table of cases; a case is a function full of CHECKs. A
 * failed CHECK prints where and what and lets the case go on. main returns 0:
 * TAP says "not ok".
 */

#include <stdio.h>

#include "base/str.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct tap_case {
    const char *name;
    void (*run)(void);
};

static int tap_failures;

static inline void
tap_check(bool holds, const char *file, int line, const char *what)
{
    if (holds)
        return;
    tap_failures++;
    printf("# %s:%d: %s does not hold\n", file, line, what);
}

static inline void
tap_check_str(struct str got, struct str want, const char *file, int line, const char *what)
{
    if (str_eq(got, want))
        return;
    tap_failures++;
    printf("# %s:%d: %s is \"" STR_FMT "\", not \"" STR_FMT "\"\n", file, line, what, STR_ARG(got),
           STR_ARG(want));
}

/* Not inlined, or gcc warns of reading past a literal, where lengths that differ forbid it. */
static __attribute__((noinline, unused)) struct str
tap_str(const char *cstr)
{
    return str_from_cstr(cstr);
}

#define CHECK(condition) tap_check((condition), __FILE__, __LINE__, #condition)
#define CHECK_STR(got, want) tap_check_str((got), tap_str(want), __FILE__, __LINE__, #got)

/* A CHECK for rows of a table: says which row. */
#define CHECK_ROW(row, condition)                                                                  \
    do {                                                                                           \
        bool holds_ = (condition);                                                                 \
        if (!holds_)                                                                               \
            printf("# row %zu: ", (size_t)(row));                                                  \
        tap_check(holds_, __FILE__, __LINE__, #condition);                                         \
    } while (0)

static inline int
tap_main(const struct tap_case *cases, size_t count)
{
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        tap_failures = 0;
        cases[i].run();
        printf("%s %zu - %s\n", tap_failures ? "not ok" : "ok", i + 1, cases[i].name);
    }
    return 0;
}

#endif
