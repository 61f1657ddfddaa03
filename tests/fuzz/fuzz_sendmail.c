#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    event_check_record("syslog", data, size, STR_EMPTY);
    return 0;
}
