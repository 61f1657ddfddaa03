#ifndef DISK_DATABASE_H
#define DISK_DATABASE_H

/*
 * database - the files of weaknesses: the own set, what was imported, what is given.
 *
 *     database_add_own(&database, &err);
 *     database_add(&database, "/var/lib/weir/weaknesses.tsv", &err);
 *     product_findings(&installed, database.bases, database.count, findings);
 *
 * Importing reads feeds that the administrator has fetched, packed or not, a record at a
 * time, and replaces the database whole or not at all. Nothing here uses the network.
 */

#include "base/err.h"
#include "scan/weakness.h"

/* Where imports go, and where a scan looks for them. */
#define DATABASE_IMPORTED "/var/lib/weir/weaknesses.tsv"

#define DATABASES_MAX 8

/* What packed feeds may unpack to, and what may come of them. */
#define DATABASE_UNPACKED_MAX (UINT64_C(4) << 30)
#define DATABASE_LINES_BYTES_MAX (48U << 20)

struct database {
    struct weakness_base bases[DATABASES_MAX];
    struct arena *arenas[DATABASES_MAX]; /* own the texts */
    uint32_t count;
};

/* Adds the set that comes with weir: beside the program, or where it was installed. */
bool database_add_own(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

/* Adds a file in weir's own format. */
bool database_add(struct database *database, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* Adds the imported one where there is one; false only when it is there and cannot be used. */
bool database_add_imported(struct database *database, struct err *err)
    __attribute__((warn_unused_result));

void database_done(struct database *database);

struct database_import {
    uint32_t files;   /* that held a feed */
    uint64_t records; /* read */
    uint64_t lost;    /* too large to be a record */
    uint32_t lines;   /* written, each a range of versions of one product */
    uint32_t no_feed; /* files that held none */
};

/*
 * Reads feeds (Wordfence Intelligence, OSV; plain, compressed, in zip or tar; folders are
 * searched for .json, .zip and packed files) and writes the database `into`. False: it is
 * as it was.
 */
bool database_import(char *const *paths, uint32_t path_count, const char *into, int64_t now_s,
                     struct database_import *ret_import, struct err *err)
    __attribute__((warn_unused_result));

#endif
