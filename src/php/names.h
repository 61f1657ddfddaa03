#ifndef PHP_NAMES_H
#define PHP_NAMES_H

/*
 * names - a set of names of functions and methods, by their hashes.
 *
 *     names_function("wp_mail")   names_function("mailer::send")   names_method("send")
 *
 * What a file asks other files of is kept so: whether an answer changed is then told
 * without reading the file again. Two names may share a hash: the set may say yes to
 * one that it has not, and never no to one that it has.
 *
 * Pure; in the arena that it was given. When that is full, or NAMES_MAX is reached, the
 * set counts as holding every name.
 */

#include "base/arena.h"

typedef uint32_t name_key;

#define NAMES_MAX 50000u

struct names {
    struct arena *arena;
    uint32_t count, slot_count; /* slot_count: 0 or a power of two */
    name_key *slots;            /* 0: free */
    bool is_full;
};

/* In lower case; a method with its class as "class::name". */
name_key names_function(struct str name);

/* Of a method, whatever its class. */
name_key names_method(struct str name);

/* The method that is called as the function of that key. */
name_key names_method_like(name_key function);

/* That the function of that key is written down here. */
name_key names_definition_like(name_key function);

struct names names_new(struct arena *arena);
void names_add(struct names *names, name_key key);
bool names_has(const struct names *names, name_key key);

/*
 * Adds every name before a parenthesis, as a function, and as a definition where that
 * is what it is: what a file that was not parsed may call, and has.
 */
void names_add_mentioned(struct names *names, struct str source);

/* Fills `keys`, which has room for names->count, in no order. */
void names_list(const struct names *names, name_key *keys);

#endif
