#ifndef PHP_FLOW_CALL_PARTS_H
#define PHP_FLOW_CALL_PARTS_H

/*
 * flow_call_parts - what the parts of a call share; for these alone:
 *
 *     flow_call.c     arguments, rows of the library, calls by name and of values
 *     flow_check.c    what a call says of who may come by: checks, cleaning, guards
 *     flow_special.c  functions that work on the program itself: define, extract, preg_replace /e
 *     flow_method.c   calls on objects and classes, and new
 */

#include "php/flow_parts.h"

void flow_read_arguments(struct flow *flow, const struct node *first, struct arguments *arguments);

/* All arguments in one value, of which nothing is known but where it comes from. */
struct value flow_together(const struct arguments *arguments);

/* Any item of a list. */
struct value flow_element_of(struct value list);

/* "name" of "a\b\name". */
struct str flow_bare_name(struct str name);

/* What a row of the library says that a call does; `unit`: the mail it adds to, or 0. */
struct value flow_apply_row(struct flow *flow, const struct library *row, struct str name,
                            uint32_t unit, const struct arguments *arguments,
                            const struct node *node, struct facts *when_true,
                            struct facts *when_false);

/* A function of this file: computed, or applied by its sum. */
struct value flow_call_own(struct flow *flow, struct function *function,
                           struct arguments *arguments, const struct node *node,
                           struct facts *when_true, struct facts *when_false);

/* Closures among the arguments of a function of this file, looked at by themselves. */
void flow_hidden_arguments(struct flow *flow, const struct arguments *arguments,
                           const struct node *node);
void flow_look_at_closures(struct flow *flow, const struct arguments *arguments);

/* The answer of a server that tells people from programs: TAINT_VERIFY, or 0. */
uint32_t flow_verify_taint(const struct arguments *arguments);
uint32_t flow_answer_taint(struct str class, struct str name);

/* What file_get_contents and its like fetch: by its first argument. */
uint32_t flow_fetched_taint(struct str name, const struct arguments *arguments);

/* assert() of a comparison, which runs no code. */
bool flow_asserts_truth(struct str name, const struct arguments *arguments);

/* What holds where a check gave true or false: preg_match, filter_var, strpos. */
void flow_check_facts(struct flow *flow, struct str name, const struct arguments *arguments,
                      struct facts *when_true, struct facts *when_false);

/* CLEAN_ bits of a result that hang on the arguments. */
uint32_t flow_cleaned_by(struct str name, const struct arguments *arguments);

/* add_action('wp_ajax_x', 'handler'): for whom the handler is. */
void flow_note_hook(struct flow *flow, struct str name, const struct arguments *arguments);

/* MARK_REGISTERED where an account is opened: "INSERT INTO users". */
uint32_t flow_account_mark(struct str name, const struct arguments *arguments);

/* A function that finds the site's own by the visitor's word. */
bool flow_looks_up(struct str name);

/* Guards that only the name speaks of. */
void flow_guard_by_name(struct str name, struct facts *when_true, struct facts *when_false);

/* validate(array('x' => 'captcha')): comes back only when it holds. */
uint32_t flow_validation_guard(struct str name, const struct arguments *arguments);

/* The items of a known array as arguments; NULL when it is none. */
struct arguments *flow_spread(struct flow *flow, const struct value *whole,
                              const struct node *node);

/* True: the call was one of these, and is done. */
bool flow_call_special(struct flow *flow, struct str name, struct arguments *arguments,
                       const struct node *node, struct facts *when_true, struct facts *when_false,
                       struct value *ret_value);

struct value flow_call_on_object(struct flow *flow, const struct node *node,
                                 struct facts *when_true, struct facts *when_false);
struct value flow_call_static(struct flow *flow, const struct node *node, struct facts *when_true,
                              struct facts *when_false);
struct value flow_call_new(struct flow *flow, const struct node *node, struct facts *when_true,
                           struct facts *when_false);

#endif
