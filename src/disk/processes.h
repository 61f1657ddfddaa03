#ifndef DISK_PROCESSES_H
#define DISK_PROCESSES_H

/*
 * processes - this host's running programs, read from /proc and judged by scan/process.
 *
 * Processes come and go while they are read: one that goes is counted and left out, one that
 * becomes another program meanwhile is read anew. Nothing is run, stopped or written.
 */

#include "base/err.h"
#include "scan/finding.h"

#define PROCESSES_MAX 65536U
#define PROCESS_NAMESPACES_MAX 1024U

/* Texts of all processes together. */
#define PROCESS_TEXT_BYTES_MAX ((size_t)48 * 1024 * 1024)

struct process_totals {
    bool is_root; /* without root, of the processes of others little can be read */
    uint32_t processes, kernel_threads;
    uint32_t vanished;          /* ended while they were read */
    uint32_t unread;            /* whose program or open files could not be read */
    uint32_t processes_lost;    /* beyond PROCESSES_MAX */
    uint32_t sockets;           /* of TCP, in all network namespaces */
    uint64_t sockets_lost;      /* beyond the ceiling */
    uint32_t namespaces;        /* of networks, the own one among them */
    uint32_t namespaces_unread; /* whose sockets could not be read */
};

/* Adds a finding for each suspicious program. False: /proc cannot be read at all. */
bool processes_scan(struct findings *findings, struct process_totals *totals, struct err *err)
    __attribute__((warn_unused_result));

#endif
