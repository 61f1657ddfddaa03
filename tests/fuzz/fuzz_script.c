#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/srv/a.pl", data, size);
    examine_check("/srv/a.py", data, size);
    examine_check("/srv/a.sh", data, size);
    examine_check("/srv/a.rb", data, size);
    examine_check("/tmp/a", data, size);
    return 0;
}
