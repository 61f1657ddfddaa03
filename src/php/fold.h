#ifndef PHP_FOLD_H
#define PHP_FOLD_H

/*
 * fold - what PHP's own harmless functions and operators give for constant arguments.
 *
 *     base64_decode("bWFpbA==")  →  "mail"      str_rot13("znvy")  →  "mail"
 *
 * Only functions without effect: nothing is opened, written, sent or run, ever.
 * Pure; results are in the arena or are slices of arguments, at most FOLD_BYTES_MAX
 * each, and one call costs at most a small multiple of that in steps: what would cost
 * more is unknown. So is what PHP 8 answers with an exception, except for operators where
 * PHP 7 went on: 1 / 0 is "INF", "a" + 1 is 1, "mail"["x"] is "m". Items of arrays are
 * shared with the arguments: whoever changes an array copies it.
 *
 * A float is no kind of its own: one that is a whole number is an integer here, any
 * other the text that PHP prints of it ("2.5", "1.0E+25", "INF"): fold_cast with
 * CAST_FLOAT makes it of a literal's text.
 *
 * What a result carries: made is what the call did, over what all arguments carry;
 * taint is that of all arguments, with TAINT_DECODED for MADE_BASE64, INFLATE, ROT13,
 * HEX, URL and XOR, with TAINT_BUILT for MADE_CHR, REVERSE, REPLACE, PICK, STEP and XOR.
 * Cleanness is combined as value_both does; what was decoded is clean of nothing.
 * An array carries what its items carry. What nobody hides with is not marked: chr of
 * blanks, line ends and bytes beyond ASCII; a call that gives back its text as it was.
 */

#include "php/value.h"

#define FOLD_BYTES_MAX (2u << 20)

/*
 * The result of calling `name` (lower case, no leading "\"), when it is one of the
 * functions known here. False: it is not, or the arguments are not known, or the
 * result would be too large; then the result's sources are still the caller's
 * to combine.
 */
bool fold_call(struct str name, const struct value *arguments, uint32_t count, struct arena *arena,
               struct value *ret_value);

/*
 * Is the name one of these functions? They have no effect, whatever their arguments;
 * end and reset move a pointer that none of them reads.
 * Not so array_map, array_filter, call_user_func and call_user_func_array, which call
 * what they are given: fold_call knows them, with a function that is known, and this does not.
 */
bool fold_knows(struct str name);

/* What a decoder gives (base64, gzip, hex, rot13, …): MADE_ bits; 0 for other functions. */
uint16_t fold_decoder(struct str name);

/* PHP_EOL, M_PI, E_ALL, true, null…; a leading "\" is skipped. Needs no arena. */
bool fold_constant(struct str name, struct value *ret_value);

/*
 * Operators of NODE_BINARY, NODE_UNARY and NODE_CAST on known values; `op` as in ast.h. What
 * is on the right of && || ?? need not be known where the left side decides.
 */
bool fold_binary(uint8_t op, struct value left, struct value right, struct arena *arena,
                 struct value *ret_value);
bool fold_unary(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value);
bool fold_cast(uint8_t cast, struct value operand, struct arena *arena, struct value *ret_value);

/* All parts of a concatenation at once: a chain of n, two by two, would cost n times its length. */
bool fold_concat(const struct value *parts, uint32_t count, struct arena *arena,
                 struct value *ret_value);

/*
 * $text[i] and $array[key]. A pick out of an array carries what the item carries, not
 * what its neighbours do. Past the end: "" of text, null of an array, as PHP with a warning.
 */
bool fold_index(struct value base, struct value index, struct arena *arena,
                struct value *ret_value);

/* ++ and --, letters counted as PHP does: "a" → "b", "Az" → "Ba". */
bool fold_step(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value);

#endif
