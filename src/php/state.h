#ifndef PHP_STATE_H
#define PHP_STATE_H

/*
 * state - what is known at one point of a program: variables, and what holds there.
 *
 * A variable is a path: "x", "_POST[email]", "this->to", "errors". Beside its value
 * it remembers what follows from its being true or false, so that checks made
 * earlier count where their outcome is asked:
 *
 *     $error = '';                     error false
 *     if (!captcha()) $error = 'no';   error false ⇒ captcha
 *     if ($error == '') mail(…);       captcha holds here
 *
 * Pure; in the arena of the file.
 */

#include "php/library.h"

#define STATE_VARIABLES_MAX 192 /* of one function; what lies beyond is unknown */
#define FACTS_MAX 8

struct refinement {
    struct str path;
    uint32_t clean;
};

/* What holds on a path: guards, and what values can no longer do. */
struct facts {
    uint32_t guards;
    uint32_t count;
    struct refinement list[FACTS_MAX];
};

struct variable {
    struct str path;
    struct value value;
    const struct facts *when_true, *when_false; /* NULL: nothing follows */
};

struct state {
    uint32_t guards;
    bool is_dead; /* nothing gets here */
    uint32_t count, capacity;
    uint32_t *hashes; /* of the paths, beside them for the search */
    struct variable *variables;
    struct arena *arena;
};

void state_init(struct state *state, struct arena *arena);

/* A copy that changes alone. */
struct state state_copy(const struct state *state);

/* NULL where the path was never assigned to. */
struct variable *state_find(const struct state *state, struct str path);

/* Sets a path's value, and forgets what was known of its parts. NULL at the ceiling. */
struct variable *state_set(struct state *state, struct str path, struct value value);

/* Forgets a path and its parts. */
void state_forget(struct state *state, struct str path);

/* Adds what holds from here on. */
void state_assume(struct state *state, const struct facts *facts);

/* `state` becomes what is known where it and `other` meet. */
void state_join(struct state *state, const struct state *other);

void facts_add(struct facts *facts, struct str path, uint32_t clean);
void facts_and(struct facts *facts, const struct facts *other); /* both hold */
void facts_or(struct facts *facts, const struct facts *other);  /* one of them holds */

#endif
