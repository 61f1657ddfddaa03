#ifndef SCAN_SIGNS_H
#define SCAN_SIGNS_H

/*
 * signs - what speaks for a file being malicious, and how all of it is weighed.
 *
 * A rule adds a sign: where, and how likely a file with it alone is malicious. Signs of
 * different rules are taken as independent; the context of the file (subject.h) shifts
 * the sum. One accusation a file: the strongest sign, with the others named behind it.
 */

#include "scan/subject.h"

#define SIGNS_MAX 32

struct sign {
    const char *rule;
    const char *why;
    double weight; /* 0 to 1 */
    uint32_t line;
    struct str text;
};

struct signs {
    uint32_t count;
    const char *advice;          /* NULL: quarantine */
    struct sign list[SIGNS_MAX]; /* one of each rule: the strongest */
};

void signs_add(struct signs *signs, struct sign sign);

bool signs_have(const struct signs *signs, const char *rule);

/* Adds the finding, if anything speaks for one. */
void signs_judge(const struct signs *signs, const struct subject *subject,
                 struct findings *findings);

#endif
