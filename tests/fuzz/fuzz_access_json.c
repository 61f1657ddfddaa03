#include "event_check.h"
#include "record/access_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    event_check_record("access-json", data, size, access_json_scratch());
    return 0;
}
