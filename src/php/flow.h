#ifndef PHP_FLOW_H
#define PHP_FLOW_H

/*
 * flow - follows values through a PHP file, from the request to where they arrive.
 *
 *     $to = trim($_POST['to']);              REQUEST, by way of trim
 *     if (!captcha_ok()) die;                from here on GUARD_CAPTCHA
 *     mail($to, 'x', 'y');                   event: SINK_RECIPIENT, REQUEST, CAPTCHA
 *
 * The program is walked as it stands, every branch once, loops twice; where all that
 * a branch or loop hangs on is constant, as in a decoder, it is computed. Nothing of
 * the file is ever run: PHP's harmless functions are folded (fold.h), all others
 * only carry what flows. Code that was built as a string and is evaluated is parsed
 * and walked where it stands, FLOW_LAYERS_MAX deep.
 *
 * Functions are summed up once: what of their parameters arrives where, what their
 * result is made of, what holds when they gave true. Sums of functions that matter
 * go to a store (summary.h) by which other files of the site know them.
 *
 * Pure; bounded: a file costs at most FLOW_STEPS_MAX steps and its arena.
 */

#include "php/ast.h"
#include "php/library.h"
#include "php/summary.h"

#define FLOW_STEPS_MAX 1500000u
#define FLOW_LAYERS_MAX 6
#define FLOW_INLINE_MAX 6         /* calls inside calls that are computed with their constants */
#define FLOW_DEPTH_MAX 600        /* of the walk itself; deeper is unknown */
#define FLOW_BUILT_MAX (8u << 20) /* bytes of code built as strings, in all */

struct flow_event {
    enum sink sink;
    struct str function;        /* what was called, as written; "eval", "include" */
    struct value value;         /* what arrived */
    const struct node *node;    /* the call, in this file; in a layer, in the layer's tree */
    uint32_t line;              /* in the file: of a layer, where it is evaluated */
    uint32_t guards;            /* hold there */
    uint32_t layer;             /* 0 in the file itself */
    bool is_in_loop;            /* over a list or without a known end */
    struct str inside;          /* the function it stands in; empty at the top */
    struct str hook;            /* of WordPress, on which the function hangs; empty: none */
    const struct sum_sink *via; /* the sink inside another function; NULL when it is here */
    uint32_t unit; /* equal for the sinks of one mail: one call, or one mailer object */
};

struct flow_options {
    struct str path;
    const struct summaries *known; /* of other files; NULL: none */
    struct summaries *found;       /* sums of this file's functions are added; NULL: not */
    struct names *asked;           /* names that were looked for in `known`; NULL: not kept */

    /* Called once for each different event, in the order of the walk. */
    void (*on_event)(void *context, const struct flow_event *event);

    /* Code that was a string: once for each different text. */
    void (*on_layer)(void *context, struct str code, uint32_t line, struct value value);
    void *context;
};

struct flow_result {
    uint32_t steps;
    uint32_t layers;
    bool is_cut; /* a ceiling was met */
};

struct flow_result flow_file(const struct node *root, const struct flow_options *options,
                             struct arena *arena);

#endif
