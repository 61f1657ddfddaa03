#ifndef PHP_FLOW_PARTS_H
#define PHP_FLOW_PARTS_H

/*
 * flow_parts - what the parts of flow share; for src/php/flow*.c alone.
 *
 *     flow.c            a file, its functions, events
 *     flow_statement.c  control flow
 *     flow_expression.c values, paths
 *     flow_assign.c     targets
 *     flow_condition.c  what holds where something is true or false
 *     flow_call.c       calls by name, of methods, of values
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
    struct function *next;
    struct function *bucket_next;
};

struct class
{
    struct str name, parent; /* lower case */
    struct state properties; /* "this->x": joined over all methods */
    struct class *next;
    struct class *bucket_next;
};

/* Where break and continue go. */
struct loop {
    struct state exit, again; /* dead until somebody goes there */
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
    uint32_t layer_line;
    size_t built;
    uint64_t *seen; /* events that were told */
    uint32_t seen_count;
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

/* What a variable holds by its path, superglobals included. */
struct value flow_read(struct flow *flow, struct str path);

void flow_assign(struct flow *flow, const struct node *target, struct value value);

/* Appends with little copying; unknown when not both are known. */
struct value flow_concat(struct flow *flow, struct value left, struct value right);

struct arguments {
    uint32_t count;
    struct value list[FLOW_ARGUMENTS_MAX];
    const struct node *nodes[FLOW_ARGUMENTS_MAX];
};

struct value flow_call(struct flow *flow, const struct node *node, struct facts *when_true,
                       struct facts *when_false);

/* A call of a function whose name is known, by whichever way it was called. */
struct value flow_call_named(struct flow *flow, struct str name, struct arguments *arguments,
                             const struct node *node, struct facts *when_true,
                             struct facts *when_false);

static inline size_t
flow_bucket(struct str name)
{
    return (size_t)(str_hash(name) >> 13) & (FLOW_BUCKETS - 1);
}

/* A function of this file by its lower-case name; NULL without. */
struct function *flow_function_find(const struct flow *flow, struct str name);
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
