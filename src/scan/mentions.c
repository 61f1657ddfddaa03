#include "scan/mentions.h"

#define NAME_MAX_BYTES 80

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

bool
mentions_any(struct str source, const struct summaries *summaries, bool is_sink_only)
{
    size_t at = 0;

    for (;;) {
        size_t open = at + str_index(str_from(source, at), '('), end, begin;
        char lower[NAME_MAX_BYTES];

        if (open >= source.len)
            return false;
        at = open + 1;
        for (end = open; end > 0 && (source.data[end - 1] == ' ' || source.data[end - 1] == '\t');)
            end--;
        for (begin = end; begin > 0 && is_name_byte(source.data[begin - 1]);)
            begin--;
        if (begin == end || end - begin > NAME_MAX_BYTES)
            continue;
        str_fold((struct str){source.data + begin, end - begin}, lower);
        if (summaries_concern(summaries, (struct str){lower, end - begin}, is_sink_only))
            return true;
    }
}
