#ifndef DISK_YARA_CHILD_H
#define DISK_YARA_CHILD_H

/*
 * yara_child - the process in which libyara runs: `weir yara-child compile|scan`.
 *
 * Never called by people. yara_process starts it, with
 *
 *     3   a socket of datagrams to the parent
 *     4   compile: the bundle of rule texts; scan: the compiled rules
 *     5   compile: where the compiled rules go; scan: the bytes of the file
 *
 * and it confines itself before it looks at any of them. Nothing here is trusted by the
 * parent: what it says is read by yara_reply.
 */

#include <limits.h>
#include <stdint.h>

#define YARA_CHILD_COMMAND "yara-child"
#define YARA_CHILD_COMPILE "compile"
#define YARA_CHILD_SCAN "scan"
#define YARA_CHILD_SOCKET 3
#define YARA_CHILD_INPUT 4
#define YARA_CHILD_MEMORY 5

/* The most that a file may cost: its bytes, what libyara may need beside them, time. */
#define YARA_FILE_BYTES_MAX ((uint64_t)8 << 20)
#define YARA_MEMORY_BYTES_MAX ((uint64_t)256 << 20)
#define YARA_FILE_CPU_S 5
#define YARA_SILENCE_S 10 /* neither an answer, nor at work */

/* The most that rules may cost to compile. */
#define YARA_COMPILE_MEMORY_BYTES_MAX ((uint64_t)1 << 30)
#define YARA_COMPILED_BYTES_MAX ((uint64_t)512 << 20)
#define YARA_COMPILE_CPU_S 60

/* A child is replaced after so much; the kernel ends one that nobody replaces. */
#define YARA_CHILD_CPU_S 600

/* To the child: a file's bytes lie in the shared memory. */
struct yara_request {
    uint64_t number;
    uint64_t head_bytes, tail_bytes; /* its beginning; its end, behind that in memory, or 0 */
    uint64_t size_bytes;             /* of the file */
    char path[PATH_MAX];             /* with its NUL; sent no further than that */
};

int yara_child_main(int argc, char **argv);

#endif
