#ifndef PHP_FOLD_H
#define PHP_FOLD_H

/*
 * fold - what PHP's own harmless functions and operators give for constant arguments.
 *
 *     base64_decode("bWFpbA==")  →  "mail"      str_rot13("znvy")  →  "mail"
 *
 * Only functions without effect: nothing is opened, written, sent or run, ever.
 * Pure; results are in the arena, at most FOLD_BYTES_MAX each, and one call costs
 * at most about that many steps: what would cost more is unknown.
 */

#include "php/value.h"

#define FOLD_BYTES_MAX (2u << 20)

/*
 * The result of calling `name` (lower case, no leading "\"), when it is one of the
 * functions known here. False: it is not, or the arguments are not known, or the
 * result would be too large; then the result's sources are still the caller's
 * to combine. The result's `made` says what was done, over what the arguments were.
 */
bool fold_call(struct str name, const struct value *arguments, uint32_t count, struct arena *arena,
               struct value *ret_value);

/* Is the name one of these functions? They have no effect, whatever their arguments. */
bool fold_knows(struct str name);

/* What a decoder gives (base64, gzip, hex, rot13, …): MADE_ bits; 0 for other functions. */
uint16_t fold_decoder(struct str name);

/* Operators of NODE_BINARY, NODE_UNARY and NODE_CAST on known values; `op` as in ast.h. */
bool fold_binary(uint8_t op, struct value left, struct value right, struct arena *arena,
                 struct value *ret_value);
bool fold_unary(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value);
bool fold_cast(uint8_t cast, struct value operand, struct arena *arena, struct value *ret_value);

/* $text[i] and $array[key]. */
bool fold_index(struct value base, struct value index, struct arena *arena,
                struct value *ret_value);

/* ++ and --, letters counted as PHP does: "a" → "b", "Az" → "Ba". */
bool fold_step(uint8_t op, struct value operand, struct arena *arena, struct value *ret_value);

#endif
