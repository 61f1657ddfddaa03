#ifndef PHP_SUMMARY_H
#define PHP_SUMMARY_H

/*
 * summary - what a function does with its parameters, without looking at it again.
 *
 * A store holds the sums of the functions of a site that matter to callers: whose
 * parameters reach a sink, whose result is a visitor's text or cleans one, whose
 * outcome guards. Found by name; of methods "class::name" and, where the class of a
 * call is not known, by the method's name when only one class has it.
 *
 * Pure; the store owns its texts, in the arena that it was given.
 */

#include "php/library.h"
#include "php/names.h"
#include "php/state.h"

#define SUM_SINKS_MAX 24
#define SUM_PARAMETERS_MAX 26
#define SUM_PROPERTIES_MAX 6 /* of the object, beside the parameters: bits 26 to 31 */
#define SUM_SETS_MAX 6
#define SUMMARIES_MAX 20000

/* A sink that is reached from parameters. */
struct sum_sink {
    enum sink sink;
    uint32_t parameters; /* bits */
    uint32_t clean;      /* of what arrives, whatever went in */
    uint32_t guards;     /* hold inside the function there */
    uint32_t taint;      /* that came to it inside */
    uint32_t line;
    bool is_in_loop;
    struct str path;     /* of the file with the sink */
    struct str function; /* the sink's own name: "mail" */
    uint32_t unit;
    uint32_t call_line; /* in the file of the function: where it is called */
    struct str origin;  /* the field of the request that came to it inside */
    struct str text;    /* the beginning of a subject or body that is known inside */
};

/* Bit of property `index` among those of parameters. */
static inline uint32_t
sum_property_bit(uint32_t index)
{
    return 1u << (SUM_PARAMETERS_MAX + index);
}

/* A mail that belongs to the object itself, whichever method adds to it. */
#define SUM_UNIT_OF_OBJECT (1u << 31)

/* What a method leaves in a property: "setTo($to)". */
struct sum_set {
    struct str property;
    uint32_t parameters, taint, clean;
    bool is_added; /* to what was there */
    struct str origin;
};

struct summary {
    struct str name;     /* lower case, "class::name" of a method */
    struct str path;     /* of the file it stands in */
    struct value result; /* taint, clean, and parameters that it is made of */
    uint32_t guards_true, guards_false, guards_after; /* hold when it gave true, false, at all */
    uint32_t clean_true[8], clean_false[8], clean_after[8]; /* of its first parameters */
    bool is_end;                                            /* never returns */
    uint32_t property_count, set_count;
    struct str properties[SUM_PROPERTIES_MAX]; /* that the bits behind the parameters stand for */
    struct sum_set sets[SUM_SETS_MAX];
    uint32_t sink_count;
    struct sum_sink sinks[SUM_SINKS_MAX]; /* last: a store keeps those that there are */
};

/* Does it tell a caller in another file anything? */
bool summary_matters(const struct summary *summary);

/* Equal for what is equal to callers; the same in every run. */
uint64_t summary_fingerprint(const struct summary *summary);

struct summaries;

/* In an arena of the site, NULL when it is full. */
struct summaries *summaries_new(struct arena *arena);

/*
 * Adds a copy, or replaces the one of that name in the same file; of two files with the
 * same name the first by path is kept. True when the store changed.
 */
bool summaries_add(struct summaries *summaries, const struct summary *summary);

/* NULL without. `name` as in struct summary. */
const struct summary *summaries_find(const struct summaries *summaries, struct str name);

/* The only method of that name, whatever its class; NULL when there is none or several. */
const struct summary *summaries_find_method(const struct summaries *summaries, struct str name);

/* Would it change the store? */
bool summaries_want(const struct summaries *summaries, const struct summary *summary);

/* Does something of its parameters arrive in a mail? */
bool summary_mails(const struct summary *summary);

/* The keys of its name, as function and as method. */
void summary_add_names(const struct summary *summary, struct names *names);

uint32_t summaries_count(const struct summaries *summaries);
const struct summary *summaries_at(const struct summaries *summaries, uint32_t index);

#endif
