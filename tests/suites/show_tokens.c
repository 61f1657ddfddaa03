/*
 * show_tokens - the pieces of PHP files that every lexer must agree upon, one a line.
 *
 * Paths on stdin; for each "= path", then "KIND BEGIN END" in bytes: v variable,
 * n word, d number, s string without variables, h heredoc of either kind, c comment,
 * t text outside of PHP. The same as php_leaves.c prints of the reference grammar.
 */

#include <stdio.h>
#include <stdlib.h>

#include "php/token.h"

struct view {
    const char *begin;
    size_t heredocs[TOKEN_DEPTH_MAX]; /* where those that are open begin; 1 for other templates */
    size_t depth;
};

static void
print(const struct view *view, char kind, struct str text)
{
    size_t at = (size_t)(text.data - view->begin);

    printf("%c %zu %zu\n", kind, at, at + text.len);
}

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without blanks at both ends: the grammar deals with those otherwise than PHP. */
static void
print_trimmed(const struct view *view, char kind, struct str text)
{
    while (text.len && is_blank(*text.data))
        text = str_from(text, 1);
    while (text.len && is_blank(text.data[text.len - 1]))
        text.len--;
    if (text.len)
        print(view, kind, text);
}

/* The words between backslashes, or between the brackets of a cast. */
static void
print_words(const struct view *view, struct str text, const char *separators)
{
    while (text.len) {
        size_t len = str_index_any(text, str_from_cstr(separators));

        if (len)
            print(view, 'n', str_first(text, len));
        text = str_from(text, len + 1);
    }
}

static bool
is_heredoc(struct str text)
{
    size_t at = text.len && (*text.data == 'b' || *text.data == 'B');

    return text.len > at && text.data[at] == '<';
}

/* A heredoc with variables is printed at its end, in one piece. */
static void
print_template(struct view *view, struct token token)
{
    const char *end = token.text.data + token.text.len;
    size_t begin;

    if (token.kind == TOKEN_TEMPLATE_BEGIN) {
        view->heredocs[view->depth++] =
            is_heredoc(token.text) ? (size_t)(token.text.data - view->begin) : SIZE_MAX;
        return;
    }
    begin = view->heredocs[--view->depth];
    if (begin != SIZE_MAX)
        printf("h %zu %zu\n", begin, (size_t)(end - view->begin));
}

static void
print_token(struct view *view, struct token token)
{
    switch (token.kind) {
    case TOKEN_HTML:
        print_trimmed(view, 't', token.text);
        break;
    case TOKEN_COMMENT:
        print_trimmed(view, 'c', token.text);
        break;
    case TOKEN_VARIABLE:
        print(view, 'v', token.text);
        break;
    case TOKEN_NAME:
        print_words(view, token.text, "\\");
        break;
    case TOKEN_CAST:
        print_words(view, token.text, "( \t)");
        break;
    case TOKEN_INTEGER:
    case TOKEN_FLOAT:
        print(view, 'd', token.text);
        break;
    case TOKEN_STRING:
        print(view, is_heredoc(token.text) ? 'h' : 's', token.text);
        break;
    case TOKEN_TEMPLATE_BEGIN:
    case TOKEN_TEMPLATE_END:
        print_template(view, token);
        break;
    case TOKEN_END:
    case TOKEN_OPEN_TAG:
    case TOKEN_OPEN_ECHO:
    case TOKEN_CLOSE_TAG:
    case TOKEN_BLANK:
    case TOKEN_TEMPLATE_PART:
    case TOKEN_PUNCTUATION:
    case TOKEN_BAD:
        break;
    }
}

static void
show_file(const char *path)
{
    static struct token_reader reader;
    static char bytes[16 << 20];
    struct view view = {.begin = bytes};
    FILE *file = fopen(path, "r");
    struct token token;

    printf("= %s\n", path);
    if (!file)
        return;
    token_reader_init(&reader, (struct str){bytes, fread(bytes, 1, sizeof(bytes), file)});
    (void)fclose(file);
    do {
        token = token_next(&reader);
        print_token(&view, token);
    } while (token.kind != TOKEN_END);
}

int
main(void)
{
    char path[4096];

    while (fgets(path, sizeof(path), stdin)) {
        path[strcspn(path, "\n")] = '\0';
        show_file(path);
    }
    return 0;
}
