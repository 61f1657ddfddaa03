#include "disk/priority.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NICEST 19

/* Of linux/ioprio.h, which not every libc's headers have. */
#define IOPRIO_OF_PROCESS 1
#define IOPRIO_IDLE (3 << 13)

void
priority_give_way(void)
{
    /* SCHED_IDLE would stop the scan for good on a host that is never idle. */
    (void)setpriority(PRIO_PROCESS, 0, NICEST);
    (void)syscall(SYS_ioprio_set, IOPRIO_OF_PROCESS, 0, IOPRIO_IDLE);
}
