#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/etc/rc.local", data, size);
    examine_check("/root/.bashrc", data, size);
    examine_check("/etc/ld.so.preload", data, size);
    return 0;
}
