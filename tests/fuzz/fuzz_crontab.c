#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/etc/cron.d/a", data, size);
    examine_check("/var/spool/cron/crontabs/a", data, size);
    return 0;
}
