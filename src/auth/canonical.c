#include "auth/canonical.h"

void
canonical_writer_init(struct canonical_writer *writer, void (*put)(void *context, struct str bytes),
                      void *context)
{
    writer->put = put;
    writer->context = context;
    writer->len = 0;
}

void
canonical_flush(struct canonical_writer *writer)
{
    if (writer->len)
        writer->put(writer->context, (struct str){writer->room, writer->len});
    writer->len = 0;
}

static void
write_bytes(struct canonical_writer *writer, struct str bytes)
{
    while (bytes.len) {
        struct str part = str_first(bytes, CANONICAL_PIECE - writer->len);

        memcpy(writer->room + writer->len, part.data, part.len);
        writer->len += part.len;
        bytes = str_from(bytes, part.len);
        if (writer->len == CANONICAL_PIECE)
            canonical_flush(writer);
    }
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- header fields ---- */

/* Each line end becomes CR LF. */
static void
write_simple(struct canonical_writer *writer, struct str text)
{
    while (text.len) {
        size_t at = str_index(text, '\n');
        struct str line = str_first(text, at);

        if (at == text.len) {
            write_bytes(writer, line);
            return;
        }
        if (line.len && line.data[line.len - 1] == '\r')
            line.len--;
        write_bytes(writer, line);
        write_bytes(writer, STR("\r\n"));
        text = str_from(text, at + 1);
    }
}

static void
write_name(struct canonical_writer *writer, struct str name)
{
    while (name.len && is_blank(name.data[name.len - 1]))
        name.len--;
    while (name.len) {
        char folded[64];
        struct str part = str_first(name, sizeof(folded));

        str_fold(part, folded);
        write_bytes(writer, (struct str){folded, part.len});
        name = str_from(name, part.len);
    }
    write_bytes(writer, STR(":"));
}

/* Where the value of a field stands between two pieces: what was seen of it. */
struct value_state {
    bool has_blank, has_text;
};

/* Line ends go, runs of blanks become one, at both ends none. */
static void
write_relaxed(struct canonical_writer *writer, struct str text, struct value_state *state)
{
    while (text.len) {
        size_t end = str_index_any(text, STR(" \t\r\n"));
        struct str word = str_first(text, end);

        /* A CR that ends no line is part of a word. */
        while (end < text.len && text.data[end] == '\r' &&
               (end + 1 == text.len || text.data[end + 1] != '\n')) {
            end += 1 + str_index_any(str_from(text, end + 1), STR(" \t\r\n"));
            word.len = end;
        }
        if (word.len) {
            if (state->has_blank && state->has_text)
                write_bytes(writer, STR(" "));
            write_bytes(writer, word);
            state->has_text = true;
            state->has_blank = false;
        }
        if (end == text.len)
            return;
        state->has_blank |= is_blank(text.data[end]);
        text = str_from(text, end + 1);
    }
}

void
canonical_header(struct canonical_writer *writer, enum canonical_form form, struct str field,
                 struct str hole)
{
    struct str before = field, after = STR_EMPTY;
    struct value_state state = {0};

    if (hole.len) {
        before.len = (size_t)(hole.data - field.data);
        after = str_from(field, before.len + hole.len);
    }
    if (form == CANONICAL_SIMPLE) {
        write_simple(writer, before);
        write_simple(writer, after);
        return;
    }
    write_name(writer, str_cut(&before, ':'));
    write_relaxed(writer, before, &state);
    write_relaxed(writer, after, &state);
}

void
canonical_line_end(struct canonical_writer *writer)
{
    write_bytes(writer, STR("\r\n"));
}

/* ---- bodies ---- */

void
canonical_body_init(struct canonical_body *body, enum canonical_form form,
                    void (*put)(void *context, struct str bytes), void *context)
{
    canonical_writer_init(&body->writer, put, context);
    body->form = form;
    body->length = 0;
    body->empty_lines = 0;
    body->has_cr = body->has_blank = body->has_line = false;
}

static void
body_write(struct canonical_body *body, struct str bytes)
{
    body->length += bytes.len;
    write_bytes(&body->writer, bytes);
}

/* Text of a line: what was held back stands before it. */
static void
body_text(struct canonical_body *body, struct str text)
{
    for (; body->empty_lines; body->empty_lines--)
        body_write(body, STR("\r\n"));
    if (body->has_blank)
        body_write(body, STR(" "));
    body->has_blank = false;
    body->has_line = true;
    body_write(body, text);
}

static void
body_line_end(struct canonical_body *body)
{
    body->has_blank = false;
    if (body->has_line)
        body_write(body, STR("\r\n"));
    else
        body->empty_lines++;
    body->has_line = false;
}

/* The CR that the last piece ended with was no line's end. */
static void
body_cr(struct canonical_body *body, struct str piece)
{
    body->has_cr = false;
    if (piece.len && piece.data[0] != '\n')
        body_text(body, STR("\r"));
}

static void
body_add_simple(struct canonical_body *body, struct str piece)
{
    while (piece.len) {
        size_t at = str_index(piece, '\n');
        struct str line = str_first(piece, at);

        if (line.len && line.data[line.len - 1] == '\r') {
            line.len--;
            body->has_cr = at == piece.len;
        }
        if (line.len)
            body_text(body, line);
        if (at == piece.len)
            return;
        body_line_end(body);
        piece = str_from(piece, at + 1);
    }
}

static void
body_add_relaxed(struct canonical_body *body, struct str piece)
{
    while (piece.len) {
        size_t end = str_index_any(piece, STR(" \t\r\n"));

        if (end)
            body_text(body, str_first(piece, end));
        if (end == piece.len)
            return;
        if (piece.data[end] == '\n')
            body_line_end(body);
        else if (piece.data[end] != '\r')
            body->has_blank = true;
        else if (end + 1 == piece.len)
            body->has_cr = true;
        else if (piece.data[end + 1] != '\n')
            body_text(body, STR("\r"));
        piece = str_from(piece, end + 1);
    }
}

void
canonical_body_add(struct canonical_body *body, struct str piece)
{
    if (piece.len == 0)
        return;
    if (body->has_cr)
        body_cr(body, piece);
    if (body->form == CANONICAL_SIMPLE)
        body_add_simple(body, piece);
    else
        body_add_relaxed(body, piece);
}

void
canonical_body_end(struct canonical_body *body)
{
    if (body->has_cr)
        body_text(body, STR("\r"));
    body->has_cr = false;
    if (body->has_line)
        body_line_end(body);
    /* An empty body is one empty line, but relaxed it is nothing. */
    if (body->form == CANONICAL_SIMPLE && body->length == 0)
        body_write(body, STR("\r\n"));
    canonical_flush(&body->writer);
}
