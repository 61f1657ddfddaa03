#ifndef AUDIT_EDIT_H
#define AUDIT_EDIT_H

/*
 * edit - a configuration's text with one setting changed, and nothing else.
 *
 * Where the setting is stated, the statement that holds is replaced, with the lines that go on
 * with it; where it is not, it is added where its server reads it. Pure.
 */

#include "audit/settings.h"

#define EDIT_BYTES_MAX ((size_t)8 * 1024 * 1024)

/*
 * `section` as in settings.h: a pool; empty: the top. False: the name or the value cannot be
 * written in a line of this syntax, or the text is too long.
 */
bool edit_setting(struct str text, enum settings_syntax syntax, struct str section, struct str name,
                  struct str value, struct arena *arena, struct str *ret_text)
    __attribute__((warn_unused_result));

/* The text with `lines` behind it, unless it holds them already. */
bool edit_append(struct str text, struct str lines, struct arena *arena, struct str *ret_text)
    __attribute__((warn_unused_result));

#endif
