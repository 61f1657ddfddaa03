#ifndef BASE_TABLE_H
#define BASE_TABLE_H

/*
 * table - names to small numbers: each distinct text is kept once.
 *
 * Ids count from 1 in order of first appearance; 0 is "no name". The texts are
 * owned by the table and stay where they are. The ceiling on bytes is given at
 * creation; past it, new names get id 0 and `lost` counts them, known names
 * still resolve. A failing malloc aborts.
 *
 * A text is known by its length and the 64 bits of its seeded hash alone: among a million
 * names two that share them are a matter of one run in ten million.
 */

#include "base/str.h"

struct table;

struct table *table_new(size_t bytes_max);
void table_free(struct table *table); /* NULL is fine */

/* The id of `name`, adding it when new. The empty name is 0. */
uint32_t table_add(struct table *table, struct str name);

/* The id of `name`, 0 when it was never added. */
uint32_t table_find(const struct table *table, struct str name);

/* The text of an id; empty for 0. */
struct str table_name(const struct table *table, uint32_t id);

/* Ids run from 1 to this. */
uint32_t table_count(const struct table *table);

/* How many table_add calls were refused at the ceiling. */
uint64_t table_lost(const struct table *table);

#endif
