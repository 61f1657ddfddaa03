#ifndef SCAN_PROCESS_PARTS_H
#define SCAN_PROCESS_PARTS_H

/*
 * process_parts - how the judge of processes is divided.
 *
 *     process_kind.c     which program a file is: tables of mail servers, interpreters, shells
 *     process_start.c    who started it: parents and control groups
 *     process_program.c  what an interpreter runs, by its command line
 *     process_sign.c     what speaks against it: the table of signs
 *     process_socket.c   what its sockets amount to
 *     process_link.c     signs of shells, tunnels and proxies
 *     process_words.c    what the administrator reads and types
 *     process.c          the verdict, and one finding for what is alike
 *
 * Internal to process_*.c.
 */

#include "scan/process.h"

/* --- process_kind.c --- */

enum program_kind {
    PROGRAM_OTHER,
    PROGRAM_MTA,         /* sends mail: that is its work */
    PROGRAM_MAIL_CLIENT, /* sends mail for a person, or tests a mail server */
    PROGRAM_WEB,         /* a web server, or PHP under one */
    PROGRAM_SSHD,
    PROGRAM_SSH,
    PROGRAM_SHELL,
    PROGRAM_INTERPRETER,
    PROGRAM_NETCAT,
    PROGRAM_CRON,
    PROGRAM_AT,
    PROGRAM_INETD,
    PROGRAM_PROXY, /* passes connections on: that is its work */
};

/* By the name of the file alone, which anybody can choose. */
enum program_kind program_kind_by_name(struct str exe);

/* The same, but a program that it would be an excuse to be must be root's own file. */
enum program_kind program_kind(const struct process *process);

/* Its file is the system's: in a system folder, and root's alone to write to. */
bool program_is_system(const struct process *process);

/* The script is the system's in the same sense. */
bool program_has_system_script(const struct process *process);

bool program_runs_scripts(enum program_kind kind);

/* "[kworker/0:1]", "ksoftirqd/3": as threads of the kernel are called. */
bool program_is_kernel_name(struct str name);

/* A daemon that is never a script: "httpd", "sshd", "crond", "/usr/sbin/exim4 -bd". */
bool program_is_daemon_name(struct str name);

/* "perl5.36.0" is named "perl": a version may follow. */
bool program_is_named(struct str base, struct str name);

/* What follows the last slash. */
struct str program_base(struct str path);

/* The path is in /tmp, /var/tmp, /dev/shm or the like. */
bool program_is_in_temporary(struct str path);

/* The path is in a folder where a site keeps what visitors hand in, or pictures. */
bool program_is_in_upload(struct str path);

/* A folder or file in the path is hidden, and is none that tools are known to use. */
bool program_is_hidden(struct str path);

/* --- process_program.c --- */

/* Cuts the next argument off; false at the end. */
bool program_next_argument(struct str *cmdline, struct str *ret_argument);

/* --- process_start.c --- */

enum start_kind {
    START_UNKNOWN,
    START_CONTAINER,
    START_WEB,
    START_CRON,
    START_AT,
    START_SSH,
    START_SESSION, /* a login that is not seen to be by SSH */
    START_USER_UNIT,
    START_UNIT,
};

struct process_start {
    enum start_kind kind;
    bool is_adrift;  /* START_WEB: in the web server's group, and no longer its child */
    struct str unit; /* "cron.service", "session-3.scope"; empty when not fit for a command */
};

const struct process *process_find(const struct process_snapshot *snapshot, int32_t pid);

struct process_start process_start_find(const struct process_snapshot *snapshot,
                                        const struct process *process);

/* --- process_sign.c --- */

/* The order is the order of the sentences in a finding. */
enum process_sign {
    SIGN_KERNEL_NAME,
    SIGN_DAEMON_NAME,
    SIGN_NAME_HIDES_SCRIPT,
    SIGN_SHELL_WITHOUT_SCRIPT,
    SIGN_SHELL_INTERACTIVE,
    SIGN_CODE_OF_SOCKETS,
    SIGN_SCRIPT_DELETED,
    SIGN_MEMORY_FILE,
    SIGN_DELETED_TEMPORARY,
    SIGN_DELETED,
    SIGN_TEMPORARY,
    SIGN_UPLOAD,
    SIGN_SCRIPT_TEMPORARY,
    SIGN_HIDDEN,
    SIGN_MAIL_MANY,
    SIGN_MAIL_DIRECT,
    SIGN_MAIL_RELAY,
    SIGN_MAIL_SYSTEM,
    SIGN_SHELL_ON_SOCKET,
    SIGN_SHELL_BY_NETCAT,
    SIGN_SHELL_BY_PARENT,
    SIGN_SHELL_SERVICE,
    SIGN_SSHD_FORWARDS,
    SIGN_PASSES_ON,
    SIGN_PROXY,
    SIGN_PROXY_PORT,
    SIGN_PROXY_SYSTEM,
    SIGN_SSH_REVERSE,
    SIGN_SSH_DYNAMIC,
    SIGN_SSH_LOCAL,
    SIGN_LISTENS_HIDDEN,
    SIGN_LISTENS,
    SIGN_WEB_ADRIFT,
    SIGN_WEB_CHILD,
};
#define SIGN_COUNT 34

/* One bit a sign. */
typedef uint64_t sign_set;

#define SIGN_BIT(sign) (UINT64_C(1) << (sign))

struct sign_facts {
    const char *rule;   /* of the finding that it heads */
    const char *family; /* signs of one family are one piece of evidence */
    double weight;      /* how often it is what it looks like, by itself */
    const char *why;    /* a sentence without its subject and its full stop */
};

const struct sign_facts *sign_facts(enum process_sign sign);

/* All that speaks against the process. */
sign_set process_signs(const struct process_snapshot *snapshot, const struct process *process,
                       const struct process_start *start);

/* 0 to 1. Below FINDING_ACCUSES while all signs are of one family. */
double sign_confidence(sign_set signs);

/* The one with the greatest weight; `signs` is not empty. */
enum process_sign sign_heaviest(sign_set signs);

/* --- process_socket.c --- */

/* From this many mail servers of others on, mail goes out to recipients, not to one relay. */
#define SOCKET_HOSTS_MANY 3

/* Sockets looked at of one process: more only repeat what these say. */
#define SOCKETS_LOOKED_AT 4096

struct socket_view {
    uint32_t relays;             /* connections to where mail is handed in */
    uint32_t hosts;              /* different foreign hosts on port 25, up to SOCKET_HOSTS_MANY */
    bool listens, listens_proxy; /* where others than this host reach it */
    bool listens_anywhere;
    bool accepted; /* a connection to its own listening port */
    const struct process_socket *host[SOCKET_HOSTS_MANY];
};

/* A port where mail is handed in: 25, 465, 587, 2525. */
bool process_is_mail_port(uint16_t port);

struct socket_view process_sockets_view(const struct process_snapshot *snapshot,
                                        const struct process *process);

/* The i-th socket of a process. */
const struct process_socket *process_socket_held(const struct process_snapshot *snapshot,
                                                 const struct process *process, uint32_t i);

/* The one with that inode, when the process holds it; NULL otherwise. */
const struct process_socket *process_socket_find(const struct process_snapshot *snapshot,
                                                 const struct process *process, uint32_t inode);

/* It has a connection that it made itself, to a host outside. */
bool process_is_connected_outside(const struct process_snapshot *snapshot,
                                  const struct process *process);

/* --- process_link.c --- */

/* Shells, tunnels and proxies. */
sign_set process_link_signs(const struct process_snapshot *snapshot, const struct process *process,
                            enum program_kind kind, const struct socket_view *view);

/* --- process_words.c --- */

/* One finding. `others` are the pids of processes alike, as text; empty when it is alone. */
struct process_words {
    const struct process *process;
    const struct process_start *start;
    sign_set signs;
    double confidence;
    struct str others;
};

void process_words_add(const struct process_snapshot *snapshot, const struct process_words *words,
                       struct findings *findings);

#endif
