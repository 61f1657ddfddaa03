#ifndef SOURCE_PASSWD_H
#define SOURCE_PASSWD_H

/*
 * passwd - the users of the host that the logs come from, in the form of passwd(5).
 */

#include "base/arena.h"
#include "base/err.h"
#include "trace/trace.h"

#define PASSWD_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PASSWD_USERS_MAX 200000U

struct user_list {
    struct trace_user *users;
    uint32_t count;
};

/* A line that is no passwd line is an error with its number; comments and NIS rows are not. */
bool passwd_read(const char *path, struct arena *arena, struct user_list *ret_list, struct err *err)
    __attribute__((warn_unused_result));

/* This machine's own users, from wherever it has them. */
bool passwd_own(struct arena *arena, struct user_list *ret_list)
    __attribute__((warn_unused_result));

#endif
