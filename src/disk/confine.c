#include "disk/confine.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"

#define NOBODY 65534u
#define DESCRIPTORS_MAX 16u

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW_MEMORY 1
#endif
#endif
#ifndef HAS_SHADOW_MEMORY
#define HAS_SHADOW_MEMORY 0
#endif

#if defined(__x86_64__)
#define FILTER_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define FILTER_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef FILTER_ARCHITECTURE

/* What libyara, malloc and one socket need once everything is open. */
static const uint32_t allowed_calls[] = {
    __NR_brk,          __NR_clock_gettime,  __NR_exit,         __NR_exit_group,
    __NR_futex,        __NR_getpid,         __NR_getrandom,    __NR_gettid,
    __NR_gettimeofday, __NR_lseek,          __NR_madvise,      __NR_mremap,
    __NR_munmap,       __NR_read,           __NR_recvfrom,     __NR_restart_syscall,
    __NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_sched_yield,
    __NR_sendto,       __NR_setitimer,      __NR_sigaltstack,  __NR_write,
};
#define ALLOWED_COUNT (sizeof(allowed_calls) / sizeof(allowed_calls[0]))

/* Calls that map memory: allowed where it is not to be run. */
static const uint32_t mapping_calls[] = {__NR_mmap, __NR_mprotect};
#define MAPPING_COUNT (sizeof(mapping_calls) / sizeof(mapping_calls[0]))

#define LOAD(member)                                                                               \
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, member))
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define DENY (SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))

static bool
filter_calls(struct err *err)
{
    struct sock_filter filter[8 + 2 * ALLOWED_COUNT + 5 * MAPPING_COUNT];
    struct sock_fprog program = {.filter = filter};
    unsigned short at = 0;

#define ADD(...) filter[at++] = (struct sock_filter)__VA_ARGS__
    ADD(LOAD(arch));
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FILTER_ARCHITECTURE, 1, 0));
    ADD(RETURN(SECCOMP_RET_KILL_PROCESS));
    ADD(LOAD(nr));
    for (size_t i = 0; i < ALLOWED_COUNT; i++) {
        ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed_calls[i], 0, 1));
        ADD(RETURN(SECCOMP_RET_ALLOW));
    }
    for (size_t i = 0; i < MAPPING_COUNT; i++) {
        ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, mapping_calls[i], 0, 4));
        ADD(LOAD(args[2]));
        ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1));
        ADD(RETURN(DENY));
        ADD(RETURN(SECCOMP_RET_ALLOW));
    }
    ADD(RETURN(DENY));
#undef ADD
    program.len = at;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        return true;
    /* A kernel without filters. */
    return errno == EINVAL ||
           err_set(err, ERR_SYSTEM, "cannot filter system calls: %s", strerror(errno));
}

#else

static bool
filter_calls(struct err *err)
{
    (void)err;
    return true;
}

#endif

/* What is mapped now, libraries and all. */
static bool
mapped_bytes(uint64_t *ret_bytes)
{
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages;
    bool is_read = file && fscanf(file, "%lu", &pages) == 1;

    if (file)
        fclose(file);
    if (is_read)
        *ret_bytes = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    return is_read;
}

static bool
set_limit(__rlimit_resource_t resource, uint64_t limit, struct err *err)
{
    struct rlimit rlimit;

    /* A limit that is lower already stays. */
    if (getrlimit(resource, &rlimit) == 0 && rlimit.rlim_max < limit)
        limit = rlimit.rlim_max;
    rlimit.rlim_cur = rlimit.rlim_max = limit;
    return setrlimit(resource, &rlimit) == 0 ||
           err_set(err, ERR_SYSTEM, "cannot set a limit: %s", strerror(errno));
}

static bool
set_limits(const struct confine_limits *limits, struct err *err)
{
    uint64_t mapped;

    if (!mapped_bytes(&mapped))
        return err_set(err, ERR_SYSTEM, "cannot read /proc/self/statm");
    /* The address sanitizer of test builds maps terabytes: it cannot be held so. */
    if (!HAS_SHADOW_MEMORY && !set_limit(RLIMIT_AS, mapped + limits->memory_bytes, err))
        return false;
    return set_limit(RLIMIT_CPU, limits->cpu_s, err) &&
           set_limit(RLIMIT_FSIZE, limits->file_bytes, err) && set_limit(RLIMIT_CORE, 0, err) &&
           set_limit(RLIMIT_NOFILE, DESCRIPTORS_MAX, err) && set_limit(RLIMIT_NPROC, 0, err);
}

static bool
become_nobody(struct err *err)
{
    if (geteuid() != 0)
        return true;
    return (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
            setresuid(NOBODY, NOBODY, NOBODY) == 0) ||
           err_set(err, ERR_SYSTEM, "cannot become nobody: %s", strerror(errno));
}

bool
confine(const struct confine_limits *limits, struct err *err)
{
    if (!become_nobody(err) || !set_limits(limits, err))
        return false;
    /* Others that run as nobody can neither trace it nor read its memory. */
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_set(err, ERR_SYSTEM, "cannot give up privileges: %s", strerror(errno));
    return filter_calls(err);
}
