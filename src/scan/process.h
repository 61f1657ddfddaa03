#ifndef SCAN_PROCESS_H
#define SCAN_PROCESS_H

/*
 * process - judge the running programs of a host: which of them send spam, hide, or let
 * somebody in.
 *
 * A snapshot says of each process what the kernel knows (its file, its parent, its sockets)
 * and what the process claims (its name, its command line). Claims are evidence against a
 * process, never for it: a mail server is one by its file, which only root can have put there.
 * The signs and their weights are a table in process_sign.c. Signs of one family are one piece
 * of evidence: a finding accuses only when signs of several families meet.
 *
 * Pure: no I/O, no clock. Slices of a snapshot belong to whoever made it.
 */

#include "scan/finding.h"
#include "scan/procfs.h"

struct process {
    int32_t pid, ppid;
    uint32_t uid; /* effective */
    int64_t start_s;
    struct str user;    /* of `uid`; empty: it has no name here */
    struct str comm;    /* claimed */
    struct str cmdline; /* claimed; arguments with NULs between them */
    struct str exe;     /* as the kernel names it, without " (deleted)"; empty: not known */
    struct str cwd;
    struct str cgroup; /* the unit's path: "/system.slice/cron.service" */
    struct str script; /* what an interpreter runs, absolute where that is known */
    bool is_kernel;
    bool is_exe_deleted;
    bool is_exe_replaced;   /* deleted, and root has put a new file in its place: an upgrade */
    bool is_exe_guarded;    /* the file is root's, and only root can write to it */
    bool is_script_guarded; /* the same of the script */
    bool is_script_deleted; /* it ran, and is no longer there */
    bool is_contained;      /* in a user namespace of its own: whose files are whose is not known */
    uint32_t stdio_inode[3]; /* of the socket or pipe behind descriptors 0 to 2; 0: neither */
    /* Which of the snapshot's sockets are open here: a range of its `held`. */
    uint32_t held_first, held_count;
};

struct process_snapshot {
    const struct process *processes; /* by ascending pid */
    uint32_t process_count;
    const struct process_socket *sockets;
    uint32_t socket_count;
    const uint32_t *held; /* indices of sockets, process after process */
};

/* What an interpreter's command line says that it runs. */
struct process_program {
    struct str script; /* as written, perhaps relative to the working directory; empty: none */
    struct str code;   /* handed over on the command line: of -e, -c, -r */
    bool is_module;    /* `script` is the name of a module: python -m */
};

/*
 * Reads a command line for what the interpreter `exe` runs; empty when `exe` is no interpreter,
 * or when argument 0 does not name it, as then the arguments may be forged as well.
 */
struct process_program process_program_read(struct str exe, struct str cmdline);

/* Whether `path`, open in a process that runs `exe`, looks like the script it runs. */
bool process_is_script_path(struct str exe, struct str path);

/* Adds a finding for each suspicious program; processes that are alike in all share one. */
void process_judge(const struct process_snapshot *snapshot, struct findings *findings);

#endif
