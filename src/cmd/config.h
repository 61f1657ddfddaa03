#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

/*
 * config - /etc/weir/weir.conf: see weir.conf(5).
 *
 * A small part of the format of libucl, which Debian does not package: `key =
 * value;`, lists in brackets, comments. Keys stand in a table; an unknown key, a
 * key that stands there twice and a value of the wrong kind are errors.
 */

#include "base/arena.h"
#include "base/err.h"

#define CONFIG_PATH "/etc/weir/weir.conf"
#define CONFIG_BYTES_MAX (1024 * 1024)
#define CONFIG_LIST_MAX 4096

struct config_list {
    struct str *items;
    uint32_t count;
};

/* What is not set is empty. */
struct config {
    struct str zone, host, since;
    struct config_list local_domains, relay_clients, trusted_senders, libraries;
};

/* Reads the file; where it does not exist and `is_optional`, everything is empty. */
bool config_read(const char *path, bool is_optional, struct arena *arena, struct config *ret_config,
                 struct err *err) __attribute__((warn_unused_result));

#endif
