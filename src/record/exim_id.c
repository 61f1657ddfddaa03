#include "record/exim.h"

#include "record/field.h"

/* "XXXXXX-" and so on: blocks of base 62 of the lengths given. */
static bool
has_blocks(struct str s, size_t second, size_t third)
{
    if (s.len != 6 + second + third + 2 || s.data[6] != '-' || s.data[7 + second] != '-')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (i != 6 && i != 7 + second && !field_is_alnum(s.data[i]))
            return false;
    }
    return true;
}

bool
exim_is_queue_id(struct str s)
{
    return has_blocks(s, 6, 2) || has_blocks(s, 11, 4);
}

bool
exim_queue_id_time(struct str id, int64_t *ret_utc_s)
{
    int64_t seconds = 0;

    if (!exim_is_queue_id(id))
        return false;
    for (size_t i = 0; i < 6; i++) {
        char c = id.data[i];
        int digit = c <= '9' ? c - '0' : c <= 'Z' ? c - 'A' + 10 : c - 'a' + 36;

        seconds = seconds * 62 + digit;
    }
    /* 2001 to 2100: an id in base 36 (macOS) that happens to fit is not believed. */
    if (seconds < 1000000000 || seconds > 4102444800)
        return false;
    *ret_utc_s = seconds;
    return true;
}
