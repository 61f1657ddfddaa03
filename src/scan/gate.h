#ifndef SCAN_GATE_H
#define SCAN_GATE_H

/*
 * gate - is a file worth the full look? From which words occur in it at all.
 *
 * The edge searches all patterns at once (disk/prefilter.h) and hands over the set of
 * groups that were found; the gate decides. Pure.
 */

#include "scan/subject.h"

enum gate_group {
    GATE_PHP = 1 << 0,    /* "<?php", "<?=" */
    GATE_SOURCE = 1 << 1, /* the request */
    GATE_CODE = 1 << 2,   /* eval and its like */
    GATE_COMMAND = 1 << 3,
    GATE_DECODER = 1 << 4,
    GATE_DYNAMIC = 1 << 5, /* a call of what is no plain name */
    GATE_MAIL = 1 << 6,
    GATE_WRITE = 1 << 7, /* files, uploads */
    GATE_NETWORK = 1 << 8,
    GATE_BUILDER = 1 << 9, /* chr, strrev, ^ between strings, \x escapes */
    GATE_CALLBACK = 1 << 10,
    GATE_INCLUDE = 1 << 11,    /* of what is not a plain path */
    GATE_FORM = 1 << 12,       /* <form, fields, registration */
    GATE_SHELL_WORD = 1 << 13, /* words of shells and their authors */
    GATE_ROBOT = 1 << 15,      /* search engines by name */
    GATE_GUARD = 1 << 14,      /* functions that ask for captcha or login are summed up */
};

struct gate_pattern {
    const char *expression; /* PCRE, without case */
    uint32_t group;
};

extern const struct gate_pattern gate_patterns[];
extern const size_t gate_pattern_count;

/* Groups that are found without a pattern: code behind a long run of blanks. */
uint32_t gate_groups_beyond(struct str source);

/* Does it need parsing? */
bool gate_wants_parse(uint32_t groups, uint32_t places);

/* Are there forms in it to be read? */
bool gate_wants_forms(uint32_t groups, uint32_t places);

#endif
