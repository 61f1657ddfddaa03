#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/etc/systemd/system/a.service", data, size);
    return 0;
}
