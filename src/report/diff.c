#include "report/diff.h"

struct lines {
    struct str *list; /* without the line feeds */
    uint32_t count;
    bool lacks_end; /* no line feed behind the last one */
};

struct difference {
    struct lines before, after;
    char *kinds; /* ' ', '-', '+', in the order they are shown */
    uint32_t count;
};

static bool
cut_lines(struct str text, struct arena *arena, struct lines *ret_lines)
{
    size_t room = 1;

    for (size_t i = 0; i < text.len; i++)
        room += text.data[i] == '\n';
    *ret_lines = (struct lines){arena_array(arena, room, sizeof(struct str)), 0,
                                text.len > 0 && text.data[text.len - 1] != '\n'};
    if (!ret_lines->list || room > UINT32_MAX)
        return false;
    while (text.len)
        ret_lines->list[ret_lines->count++] = str_cut(&text, '\n');
    return true;
}

/* A last line without its line feed is another line than one with it. */
static bool
same(const struct difference *difference, uint32_t b, uint32_t a)
{
    const struct lines *before = &difference->before, *after = &difference->after;

    return str_eq(before->list[b], after->list[a]) &&
           (before->lacks_end && b + 1 == before->count) ==
               (after->lacks_end && a + 1 == after->count);
}

static void
put(struct difference *difference, char kind, uint32_t times)
{
    for (uint32_t i = 0; i < times; i++)
        difference->kinds[difference->count++] = kind;
}

/* The longest common lines between: a table of lengths, from the end. */
static bool
match(struct difference *difference, uint32_t head, uint32_t b_count, uint32_t a_count,
      struct arena *arena)
{
    uint32_t width = a_count + 1, b = 0, a = 0;
    uint16_t *lengths = arena_array(arena, (size_t)(b_count + 1) * width, sizeof(*lengths));

    if (!lengths)
        return false;
    for (uint32_t i = b_count; i-- > 0;) {
        for (uint32_t k = a_count; k-- > 0;) {
            uint16_t down = lengths[(i + 1) * width + k], right = lengths[i * width + k + 1];

            lengths[i * width + k] = same(difference, head + i, head + k)
                                         ? (uint16_t)(lengths[(i + 1) * width + k + 1] + 1)
                                         : (down > right ? down : right);
        }
    }
    while (b < b_count && a < a_count) {
        if (same(difference, head + b, head + a)) {
            put(difference, ' ', 1);
            b++;
            a++;
        } else if (lengths[(b + 1) * width + a] >= lengths[b * width + a + 1]) {
            put(difference, '-', 1);
            b++;
        } else {
            put(difference, '+', 1);
            a++;
        }
    }
    put(difference, '-', b_count - b);
    put(difference, '+', a_count - a);
    return true;
}

static bool
compare(struct difference *difference, struct arena *arena)
{
    uint32_t before = difference->before.count, after = difference->after.count, head = 0, tail = 0;

    difference->kinds = arena_array(arena, (size_t)before + after + 1, 1);
    if (!difference->kinds)
        return false;
    while (head < before && head < after && same(difference, head, head))
        head++;
    while (tail < before - head && tail < after - head &&
           same(difference, before - tail - 1, after - tail - 1))
        tail++;
    put(difference, ' ', head);
    before -= head + tail;
    after -= head + tail;
    if (before > DIFF_LINES_MAX || after > DIFF_LINES_MAX) {
        put(difference, '-', before);
        put(difference, '+', after);
    } else if (!match(difference, head, before, after, arena)) {
        return false;
    }
    put(difference, ' ', tail);
    return true;
}

static void
write_line(const struct lines *lines, uint32_t index, char kind, struct buf *buf)
{
    buf_add_char(buf, kind);
    buf_add(buf, lines->list[index]);
    buf_add_char(buf, '\n');
    if (lines->lacks_end && index + 1 == lines->count)
        buf_add(buf, STR("\\ No newline at end of file\n"));
}

/* diff -u: a part of no lines is named by the line before it. */
static void
write_range(uint32_t first, uint32_t count, struct buf *buf)
{
    if (count == 1)
        buf_printf(buf, "%u", first + 1);
    else
        buf_printf(buf, "%u,%u", count ? first + 1 : first, count);
}

static void
write_part(const struct difference *difference, uint32_t from, uint32_t to, uint32_t b, uint32_t a,
           struct buf *buf)
{
    uint32_t b_count = 0, a_count = 0;

    for (uint32_t i = from; i < to; i++) {
        b_count += difference->kinds[i] != '+';
        a_count += difference->kinds[i] != '-';
    }
    buf_add(buf, STR("@@ -"));
    write_range(b, b_count, buf);
    buf_add(buf, STR(" +"));
    write_range(a, a_count, buf);
    buf_add(buf, STR(" @@\n"));
    for (uint32_t i = from; i < to; i++) {
        char kind = difference->kinds[i];

        write_line(kind == '+' ? &difference->after : &difference->before, kind == '+' ? a : b,
                   kind, buf);
        b += kind != '+';
        a += kind != '-';
    }
}

/* Where the part that holds the change at `at` ends: past as many same lines as keep two apart. */
static uint32_t
part_end(const struct difference *difference, uint32_t at)
{
    uint32_t end = at;

    for (; at < difference->count && at < end + 2 * DIFF_CONTEXT + 1; at++) {
        if (difference->kinds[at] != ' ')
            end = at + 1;
    }
    return end + DIFF_CONTEXT < difference->count ? end + DIFF_CONTEXT : difference->count;
}

bool
diff_write(struct str path, struct str old_text, struct str new_text, struct arena *arena,
           struct buf *buf)
{
    struct difference difference = {.kinds = NULL};
    uint32_t b = 0, a = 0, at = 0;

    if (str_eq(old_text, new_text))
        return true;
    if (!cut_lines(old_text, arena, &difference.before) ||
        !cut_lines(new_text, arena, &difference.after) || !compare(&difference, arena))
        return false;
    buf_printf(buf, "--- " STR_FMT "\n+++ " STR_FMT "\n", STR_ARG(path), STR_ARG(path));
    while (at < difference.count) {
        uint32_t from = at, end;

        while (from < difference.count && difference.kinds[from] == ' ')
            from++;
        if (from == difference.count)
            break;
        end = part_end(&difference, from);
        from -= from - at < DIFF_CONTEXT ? from - at : DIFF_CONTEXT;
        /* All lines passed over are in both. */
        b += from - at;
        a += from - at;
        write_part(&difference, from, end, b, a, buf);
        for (; from < end; from++) {
            b += difference.kinds[from] != '+';
            a += difference.kinds[from] != '-';
        }
        at = end;
    }
    return true;
}
