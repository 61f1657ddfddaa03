#include "audit/passwd_line.h"

/* The rest of the line behind "name:"; false: it is another's. */
static bool
is_line_of(struct str line, struct str name, struct str *ret_rest)
{
    *ret_rest = line;
    return str_skip(ret_rest, name) && str_skip(ret_rest, STR(":"));
}

static uint32_t
count_lines(struct str text, struct str name)
{
    uint32_t count = 0;
    struct str rest;

    while (text.len)
        count += is_line_of(str_cut(&text, '\n'), name, &rest);
    return count;
}

enum passwd_line
passwd_line_replace(struct str text, struct str name, struct str password, struct buf *out)
{
    uint32_t count = count_lines(text, name);

    if (count != 1 || name.len == 0)
        return count > 1 ? PASSWD_LINE_TWICE : PASSWD_LINE_ABSENT;
    while (text.len) {
        size_t end = str_index(text, '\n');
        struct str line = str_first(text, end), rest;

        if (is_line_of(line, name, &rest)) {
            buf_add(out, name);
            buf_add_char(out, ':');
            buf_add(out, password);
            buf_add(out, str_from(rest, str_index_any(rest, STR(":\r"))));
        } else {
            buf_add(out, line);
        }
        if (end < text.len)
            buf_add_char(out, '\n');
        text = str_from(text, end + 1);
    }
    return PASSWD_LINE_REPLACED;
}
