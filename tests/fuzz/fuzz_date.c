#include <stdio.h>

#include "base/civil.h"
#include "mail/date.h"
#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was read, written as RFC 5322 wants it, is read as the same moment. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct str text = {(const char *)data, size};
    int64_t time_s, again_s;
    struct civil civil;
    char written[64];

    if (!date_read(text, &time_s))
        return 0;
    require(time_s > -INT64_C(5) * DAY_S && time_s < INT64_C(253402300800) + 5 * DAY_S);
    civil = civil_from_seconds(time_s);
    if (civil.year < 1970 || civil.year > 9999)
        return 0;
    snprintf(written, sizeof(written), "%d %.3s %04d %02d:%02d:%02d +0000", civil.day,
             months + (civil.month - 1) * 3, civil.year, civil.hour, civil.minute, civil.second);
    require(date_read(str_from_cstr(written), &again_s) && again_s == time_s);
    return 0;
}
