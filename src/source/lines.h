#ifndef SOURCE_LINES_H
#define SOURCE_LINES_H

/*
 * lines - log lines once more: to quote them, and to find those that name something.
 */

#include "source/inputs.h"
#include "trace/result.h"

#define LINES_QUOTE_BYTES_MAX 1000
#define LINES_FOUND_MAX 500

/*
 * Fills in path and text of each piece of evidence. `files` are in the order of
 * result.inputs. A line that cannot be read again keeps an empty text.
 */
void lines_quote(const struct input_file *const *files, uint32_t file_count,
                 struct evidence **evidence, uint32_t count, struct arena *arena);

/*
 * All lines that hold `word`, not as part of a longer word, in the order of the
 * inputs; at most LINES_FOUND_MAX. Returns how many.
 */
uint32_t lines_find(const struct input_file *const *files, uint32_t file_count, struct str word,
                    struct arena *arena, struct evidence **ret_found);

#endif
