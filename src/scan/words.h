#ifndef SCAN_WORDS_H
#define SCAN_WORDS_H

/*
 * words - a script cut into code, strings and comments.
 *
 *     print "hello"; # greets      →  code, string, code, comment
 *
 * For what has to be told apart and no more: a comment that speaks of a backdoor is
 * none. Pieces cover the input without a gap. Anything is accepted; a quote that
 * nothing closes, as of a regular expression, is code. Takes time in proportion to
 * the input, whatever is in it. Pure; pieces point into the input.
 */

#include "base/str.h"

enum words_language {
    WORDS_SHELL,
    WORDS_PERL,
    WORDS_PYTHON,
    WORDS_RUBY,
    WORDS_NODE,
};
#define WORDS_LANGUAGE_COUNT 5

enum words_kind {
    WORDS_END,
    WORDS_CODE,
    WORDS_STRING, /* also a here-document */
    WORDS_COMMENT,
};

struct words_piece {
    enum words_kind kind;
    struct str text;
};

/* Here-documents that one line may begin. */
#define WORDS_DOCUMENTS_MAX 8

/* So many searches for the end of something may fail before no more are begun. */
#define WORDS_FAILURES_MAX 16

struct words_reader {
    struct str source;
    enum words_language language;
    size_t at;
    struct str documents[WORDS_DOCUMENTS_MAX]; /* their last lines, until the line ends */
    uint32_t document_count;
    uint32_t failures;
};

void words_reader_init(struct words_reader *reader, struct str source,
                       enum words_language language);

/* WORDS_END, with an empty text, from the end on. */
struct words_piece words_next(struct words_reader *reader);

/* Which language, by "#!" or by the ending of the name; false: neither says one. */
bool words_language_of(struct str path, struct str source, enum words_language *ret_language);

/* By what stands in it. For places where files have no names. */
bool words_language_guess(struct str source, enum words_language *ret_language);

#endif
