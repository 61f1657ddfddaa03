#include "report/paper.h"

#include "report/escape.h"

void
paper_ink(struct paper *paper, enum ink ink)
{
    static const char *const codes[] = {
        [INK_PLAIN] = "\x1b[0m",    [INK_BOLD] = "\x1b[1m",    [INK_DIM] = "\x1b[2m",
        [INK_ALARM] = "\x1b[1;31m", [INK_CALM] = "\x1b[1;32m",
    };

    if (paper->colour)
        buf_add_cstr(paper->buf, codes[ink]);
}

void
paper_blanks(struct paper *paper, size_t columns)
{
    while (columns--)
        buf_add_char(paper->buf, ' ');
}

static size_t
room(const struct paper *paper, size_t indent)
{
    return paper->width > indent + 20 ? paper->width - indent : 20;
}

void
paper_line(struct paper *paper, size_t indent, enum ink ink, struct str text)
{
    paper_blanks(paper, indent);
    if (ink != INK_PLAIN)
        paper_ink(paper, ink);
    (void)escape_terminal(paper->buf, text, room(paper, indent));
    if (ink != INK_PLAIN)
        paper_ink(paper, INK_PLAIN);
    buf_add_char(paper->buf, '\n');
}

static size_t
columns_of(struct str text)
{
    size_t columns = 0;

    for (size_t i = 0; i < text.len; i++)
        columns += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return columns;
}

void
paper_wrap(struct paper *paper, size_t indent, enum ink ink, struct str text)
{
    size_t used = 0, most = room(paper, indent);

    if (ink != INK_PLAIN)
        paper_ink(paper, ink);
    while (text.len) {
        struct str word = str_cut(&text, ' ');
        size_t columns = columns_of(word);

        if (word.len == 0)
            continue;
        if (used && used + 1 + columns > most) {
            buf_add_char(paper->buf, '\n');
            used = 0;
        }
        if (used)
            buf_add_char(paper->buf, ' ');
        else
            paper_blanks(paper, indent);
        used += (used > 0) + escape_terminal(paper->buf, word, 0);
    }
    if (ink != INK_PLAIN)
        paper_ink(paper, INK_PLAIN);
    buf_add_char(paper->buf, '\n');
}

/* A tab is what it is: some files are read by it. */
static void
write_line(struct paper *paper, struct str line)
{
    while (line.len) {
        size_t len = str_index(line, '\t');

        (void)escape_terminal(paper->buf, str_first(line, len), 0);
        if (len < line.len)
            buf_add_char(paper->buf, '\t');
        line = str_from(line, len + 1);
    }
}

void
paper_verbatim(struct paper *paper, size_t indent, enum ink ink, struct str text)
{
    while (text.len) {
        struct str line = str_cut(&text, '\n');

        if (line.len) {
            paper_blanks(paper, indent);
            if (ink != INK_PLAIN)
                paper_ink(paper, ink);
            write_line(paper, line);
            if (ink != INK_PLAIN)
                paper_ink(paper, INK_PLAIN);
        }
        buf_add_char(paper->buf, '\n');
    }
}

void
paper_ends(struct paper *paper, size_t indent, struct str left, struct str right)
{
    size_t used;

    paper_blanks(paper, indent);
    used = indent + escape_terminal(paper->buf, left, 0);
    if (used + 2 + columns_of(right) > paper->width) {
        buf_add_char(paper->buf, '\n');
        used = 0;
    }
    if (used + columns_of(right) < paper->width)
        paper_blanks(paper, paper->width - used - columns_of(right));
    (void)escape_terminal(paper->buf, right, 0);
    buf_add_char(paper->buf, '\n');
}

int64_t
paper_local(const struct paper *paper, int64_t utc_s)
{
    return utc_s + (paper->zone ? paper->zone(paper->zone_context, utc_s) : 0);
}
