#ifndef DISK_PRIORITY_H
#define DISK_PRIORITY_H

/*
 * priority - who may go first when others want the processor or the disk.
 */

/*
 * From here on this thread, and all that it starts, give way to everything else: the
 * lowest priority for the processor, the idle class for the disk. A kernel that refuses
 * leaves things as they were. There is no way back without rights.
 */
void priority_give_way(void);

#endif
