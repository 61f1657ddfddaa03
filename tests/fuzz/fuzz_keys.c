#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/var/www/.ssh/authorized_keys", data, size);
    return 0;
}
