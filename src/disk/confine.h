#ifndef DISK_CONFINE_H
#define DISK_CONFINE_H

/*
 * confine - takes from this process all that it needs no more, for good.
 *
 * Limits, no new privileges, the user nobody where it was root, and a filter of system
 * calls: memory, time, signals and the descriptors that are open. Nothing can be opened,
 * connected, started, traced or killed afterwards; what is denied fails with EPERM.
 * Where there is no filter for the processor (others than x86-64 and arm64) the limits
 * and the user remain.
 */

#include <stdint.h>

#include "base/err.h"

struct confine_limits {
    uint64_t memory_bytes; /* address space beyond what is mapped now */
    uint64_t cpu_s;        /* in all */
    uint64_t file_bytes;   /* that it may write into one file */
};

bool confine(const struct confine_limits *limits, struct err *err)
    __attribute__((warn_unused_result));

#endif
