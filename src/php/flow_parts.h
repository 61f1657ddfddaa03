#ifndef PHP_FLOW_PARTS_H
#define PHP_FLOW_PARTS_H

/*
 * flow_parts - what the parts of flow share; for src/php/flow*.c alone.
 *
 *     flow.c            a file, its functions, events
 *     flow_statement.c  control flow
 *     flow_expression.c values of expressions
 *     flow_path.c       places, and what they hold: variables, items, properties, the request
 *     flow_text.c       text: literals, and what is put together of them
 *     flow_assign.c     targets
 *     flow_condition.c  what holds where something is true or false
 *     flow_call.c       calls by name, of methods, of values: flow_call_parts.h
 *     flow_callback.c   functions that are handed to functions
 *     flow_mailer.c     mails that are put together by methods
 *     flow_object.c     what methods leave in the object that they are called on
 *     flow_function.c   functions summed up, and computed with constants
 *     flow_pattern.c    what a regular expression says of what it matched
 */

#include "php/flow.h"
#include "php/fold.h"
#include "php/parse.h"

#define FLOW_ARGUMENTS_MAX 16
#define FLOW_PATH_MAX 200
#define FLOW_CONCRETE_STEPS_MAX 400000u /* of the steps, those for computing constants */
#define FLOW_EVENTS_MAX 4096
#define FLOW_BUCKETS 4096     /* a power of two */
#define FLOW_CLOSURES_MAX 512 /* a power of two; of what shares a slot the first is looked at */

enum function_status {
    FUNCTION_NEW,
    FUNCTION_ACTIVE,
    FUNCTION_DONE,
};

/* A function or method of this file. */
struct function {
    struct str name;  /* lower case, "class::name" */
    struct str class; /* lower case; empty for functions */
    const struct node *node;
    enum function_status status;
    struct summary *sum;
    uint32_t layer;
    bool is_called;      /* in this file: its mail is told where it is called */
    bool is_hook_public; /* registered for visitors, or for users who are logged in: WordPress */
    bool is_hook_private;
    struct str hook; /* the first of them */
    struct function *next;
    struct function *bucket_next;
};

struct class
{
    struct str name, parent; /* lower case */
    struct state properties; /* "this->x": joined over all methods */
    bool is_mailer;          /* a mail leaves from it, as far as names tell */
    struct class *next;
    struct class *bucket_next;
};

/* Where break and continue go. */
struct loop {
    struct state exit, again; /* dead until somebody goes there */
    struct str over;          /* path of what a foreach goes through */
    struct loop *outer;
};

struct returned {
    bool is_any; /* somebody returned */
    struct value value;
    uint32_t guards_true, guards_false, guards_after;
    uint32_t clean_true[8], clean_false[8], clean_after[8];
    bool may_true, may_false;
};

struct frame {
    struct function *function; /* NULL at the top */
    struct str class;
    struct summary *sum; /* being made; NULL at the top and where constants are computed */
    struct returned returned;
    struct loop *loop;
    uint32_t loop_depth;  /* loops whose rounds are not known */
    uint32_t other_taint; /* of variables that nobody set: after extract($_POST) */
    uint32_t id;
    struct frame *caller;
};

/* A string that grows in place while it is appended to: `$out .= chr(…)`. */
struct growth {
    char *data;
    size_t len, capacity;
};

struct flow {
    const struct flow_options *options;
    struct arena *arena;
    struct state state;
    struct state *top; /* variables of the top level, while a function is walked */
    struct frame *frame;
    struct function *functions;
    struct class *classes;
    struct function *function_buckets[FLOW_BUCKETS]; /* by name: hostile files have 100,000 */
    struct class *class_buckets[FLOW_BUCKETS];
    struct state constants;   /* define() and const */
    const struct node *asked; /* the last call of a function of this file with a visitor's text */
    const struct node *closures[FLOW_CLOSURES_MAX]; /* that were looked at, by address */
    struct growth growth[4];
    uint32_t growth_next;
    uint32_t steps, concrete_steps, depth, frames;
    uint32_t concrete; /* inside of what is computed: one branch is walked */
    uint32_t inlined;
    uint32_t layer, layers;
    uint32_t closure_unit; /* the mail that a closure is handed; 0: none */
    uint32_t layer_line;
    size_t built;
    uint64_t *seen; /* events that were told */
    uint32_t seen_count;
    bool is_included; /* other files were run, which may have set any variable of the top level */
    bool is_cut;
};

/* False: the file has cost enough, or the walk is too deep. Pairs with flow_leave. */
bool flow_enter(struct flow *flow);
void flow_leave(struct flow *flow);

/* The line of a node in the file. */
uint32_t flow_line(const struct flow *flow, const struct node *node);

struct arrival {
    enum sink sink;
    struct str function;
    const struct node *node;
    const struct sum_sink *via;
    uint32_t guards, unit;
    bool is_in_loop;
};

/* Something arrived: tells it, and notes it in the sum of the function that is walked. */
void flow_arrive(struct flow *flow, struct arrival arrival, struct value value);

/* Functions and classes declared in a tree become known, wherever they stand in it. */
void flow_declare(struct flow *flow, const struct node *root);

void flow_statement(struct flow *flow, const struct node *node);
void flow_statements(struct flow *flow, const struct node *block);

/* Code that was a string: parsed and walked here. */
void flow_code(struct flow *flow, struct str code, const struct node *node, struct value value);

/* create_function: its code is told as a layer; a closure, or unknown where it does not parse. */
struct value flow_function_made(struct flow *flow, struct str parameters, struct value code,
                                const struct node *node);

struct value flow_expression(struct flow *flow, const struct node *node);

/* The same, and what holds where it is true and where it is false. */
struct value flow_condition(struct flow *flow, const struct node *node, struct facts *when_true,
                            struct facts *when_false);

/* "a[b]->c" of an expression that names a place; empty when it names none. */
struct str flow_path(struct flow *flow, const struct node *node);

/* The value of an expression; a name in small letters that is no constant counts as its text. */
struct value flow_bareword(struct flow *flow, const struct node *node, bool is_operand);

/* Has nothing before set this variable? */
bool flow_is_unset(const struct flow *flow, const struct node *node);

/* What a variable holds by its path, superglobals included. */
struct value flow_read(struct flow *flow, struct str path);

/* Notes from which field of the request a value comes, and what the field's name says. */
void flow_name_field(struct flow *flow, struct value *value, struct str path);

void flow_assign(struct flow *flow, const struct node *target, struct value value);

/* What $$name and $base[key] hold. */
struct value flow_variable_of(struct flow *flow, const struct node *node);
struct value flow_index(struct flow *flow, const struct node *node);

struct value flow_string_literal(const struct node *node);

/* `next` behind a text that announces it, as "Cc: " does. */
struct value flow_mark_copied(struct value before, struct value next);

/* Appends with little copying; unknown when not both are known. */
struct value flow_concat(struct flow *flow, struct value left, struct value right);

struct arguments {
    uint32_t count;
    struct value list[FLOW_ARGUMENTS_MAX];
    const struct node *nodes[FLOW_ARGUMENTS_MAX];
    struct str receiver; /* path of the object; "new" of one that is being made; empty: none */
};

struct value flow_call(struct flow *flow, const struct node *node, struct facts *when_true,
                       struct facts *when_false);

/* A call of a function whose name is known, by whichever way it was called. */
struct value flow_call_named(struct flow *flow, struct str name, struct arguments *arguments,
                             const struct node *node, struct facts *when_true,
                             struct facts *when_false);

/* A method, by whichever way it was called. */
struct method_call {
    struct str class, name;    /* lower case */
    const struct node *object; /* NULL: none */
    bool is_class_known;
    struct arguments *arguments;
    const struct node *node;
};

struct value flow_call_method(struct flow *flow, const struct method_call *call,
                              struct facts *when_true, struct facts *when_false);

/* Calls what a value names: a closure, a function, array($object, 'method'), written at `named`.
 * False: it is not known. */
bool flow_call_back(struct flow *flow, struct value callback, const struct node *named,
                    struct arguments *arguments, const struct node *node, struct value *ret_value);

/* TAINT_GIVES of array($this, 'method') where the method gives what is the visitor's. */
uint32_t flow_callable_taint(struct flow *flow, const struct node *array,
                             const struct items *items);

/* What holds behind a call that stands alone: "requireLogin();" comes back only for some. */
uint32_t flow_statement_guard(const struct node *call);

/* The address of a server that tells people from programs. */
bool flow_asks_bot_check(struct value value);

/* Closures that a function was given: it will call them. `unit`: with the mail to be filled in. */
void flow_closures(struct flow *flow, struct str name, uint32_t unit,
                   const struct arguments *arguments);

/* "wp_ajax_x", "admin_init": only users who are logged in get there. */
bool flow_hook_is_private(struct str hook);

/* What array_map, preg_replace_callback and the like give, where `value` is what the table says. */
struct value flow_mapped(struct flow *flow, struct str name, const struct arguments *arguments,
                         const struct node *node, struct value value);

/* A number that the sinks of one mail share, by the object that a method is called on; 0: none. */
uint32_t flow_mailer_unit(struct flow *flow, const struct node *object);

/* The arguments of a call of the table arrive at their sinks. */
void flow_mailer_arrive(struct flow *flow, const struct library *row, struct arrival arrival,
                        const struct arguments *arguments);

/* Only classes that send mail are told apart by their objects: all else costs too much. */
bool flow_object_is_mailer(struct flow *flow, const struct node *class);

/* In the sum that is made, a property of the object is one more parameter: its bit, 0 without. */
uint32_t flow_object_bit(struct flow *flow, struct str path);

/* Notes in the sum that a value was put into "this->property". */
void flow_object_set(struct flow *flow, struct str path, struct value value, bool is_added);

/* What comes out of the parameters and properties in `bits`, for these arguments. */
struct value flow_object_through(struct flow *flow, const struct summary *sum,
                                 const struct arguments *arguments, uint32_t bits);

/* What the method leaves in the receiver. */
void flow_object_apply(struct flow *flow, const struct summary *sum,
                       const struct arguments *arguments);

/* What is known of an object's properties goes over to another name of it. */
void flow_object_move(struct flow *flow, struct str from, struct str to);

/* The unit of a mail that belongs to an object, where a method of `receiver` adds to it; else 0. */
uint32_t flow_object_unit(const struct flow *flow, uint32_t unit, struct str receiver);
static inline size_t
flow_bucket(struct str name)
{
    return (size_t)(str_hash(name) >> 13) & (FLOW_BUCKETS - 1);
}

/* A function of this file by its lower-case name; NULL without. */
struct function *flow_function_find(const struct flow *flow, struct str name);

/* Functions and methods of other files, as summaries_find and summaries_find_method; it is kept
 * what was asked. */
const struct summary *flow_known(const struct flow *flow, struct str name);
const struct summary *flow_known_method(const struct flow *flow, struct str name);
struct function *flow_method_find(const struct flow *flow, struct str class, struct str name);
struct class *flow_class_find(const struct flow *flow, struct str name);

/* Its sum, made now when it is new; NULL while it is being made. */
const struct summary *flow_function_sum(struct flow *flow, struct function *function);

/* Computes a function with constant arguments. False: its result is not known. */
bool flow_function_compute(struct flow *flow, const struct node *node, struct str class,
                           const struct arguments *arguments, struct value *ret_value);

/* Walks a function of this file with these very arguments. False: too deep already. */
bool flow_function_inline(struct flow *flow, struct function *function,
                          const struct arguments *arguments, struct value *ret_value);

/* A closure: its body is walked as if it stood here. */
struct value flow_closure_call(struct flow *flow, const struct node *closure,
                               const struct arguments *arguments);

/* The same with nothing known of its arguments, once for each closure: whoever is handed it
 * may call it. */
void flow_closure_look(struct flow *flow, const struct node *closure);

void flow_return(struct flow *flow, const struct node *node);

/* What a call with this sum does: sinks, guards, its result. */
struct value flow_apply(struct flow *flow, const struct summary *sum, struct arguments *arguments,
                        const struct node *node, struct facts *when_true, struct facts *when_false);

/* What `subject` can no longer hold where the pattern matched, and where it did not. */
void flow_pattern_facts(struct str pattern, struct str subject, struct facts *when_true,
                        struct facts *when_false);

/* A copy in lower case, without a leading "\". */
struct str flow_lower(struct flow *flow, struct str name);

static inline bool
flow_is_visitor(struct value value)
{
    return (value.taint & TAINT_VISITOR) != 0;
}

#endif
