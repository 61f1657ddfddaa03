#include "feedback/moment.h"

#include "base/civil.h"

int64_t
moment_read(struct str text)
{
    static const uint64_t most[] = {9999, 12, 31, 23, 59, 60};
    struct str digits = str_first(text, str_index(text, '.'));
    uint64_t parts[6] = {0}, number = 0;

    if (str_u64(digits, &number))
        return number <= UINT64_C(253402300799) ? (int64_t)number : 0;
    for (size_t i = 0, at = 0; i < 6 && at < text.len; i++) {
        size_t end = at;

        while (end < text.len && str_is_digit(text.data[end]))
            end++;
        if (!str_u64((struct str){text.data + at, end - at}, &parts[i]) || parts[i] > most[i])
            return 0;
        at = end + 1;
    }
    if (parts[0] < 1970 || parts[1] == 0 || parts[2] == 0)
        return 0;
    return civil_seconds((struct civil){(int)parts[0], (int)parts[1], (int)parts[2], (int)parts[3],
                                        (int)parts[4], (int)parts[5]});
}
