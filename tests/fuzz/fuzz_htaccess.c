#include "examine_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    examine_check("/srv/.htaccess", data, size);
    examine_check("/srv/uploads/.htaccess", data, size);
    examine_check("/srv/.user.ini", data, size);
    return 0;
}
