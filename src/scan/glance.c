#include "scan/glance.h"

static unsigned char
lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static bool
is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool
is_edge(struct str text, size_t at)
{
    bool before = at > 0 && is_word_byte(text.data[at - 1]);
    bool after = at < text.len && is_word_byte(text.data[at]);

    return before != after || (!before && !after);
}

/* One letter of the pattern, at `*at`, which moves on. */
static bool
letter_fits(char letter, struct str text, size_t *at)
{
    size_t begin = *at;

    if (letter == '\b')
        return is_edge(text, *at);
    if (letter == ' ' || letter == '\t') {
        while (*at < text.len && is_blank(text.data[*at]))
            ++*at;
        return letter == ' ' || *at > begin;
    }
    if (*at >= text.len)
        return false;
    ++*at;
    if (letter == '\'')
        return text.data[begin] == '\'' || text.data[begin] == '"' || text.data[begin] == '`';
    return lower(text.data[begin]) == lower(letter);
}

/* The part of a pattern up to its next gap; `*at` behind it when it fits. */
static bool
part_fits(const char *part, struct str text, size_t *at)
{
    size_t here = *at;

    for (; *part && *part != '\v'; part++) {
        if (!letter_fits(*part, text, &here))
            return false;
    }
    *at = here;
    return true;
}

static bool
gap_fits(const char *part, struct str text, size_t *at)
{
    size_t end = *at + GLANCE_GAP_BYTES_MAX;

    for (; *at <= text.len && *at <= end; ++*at) {
        if (part_fits(part, text, at))
            return true;
        if (*at < text.len && text.data[*at] == '\n')
            return false;
    }
    return false;
}

bool
glance_fits(const char *pattern, struct str text, size_t at)
{
    if (!part_fits(pattern, text, &at))
        return false;
    for (const char *part = strchr(pattern, '\v'); part; part = strchr(part + 1, '\v')) {
        if (!gap_fits(part + 1, text, &at))
            return false;
    }
    return true;
}

void
glance_index_init(struct glance_index *index, const char *const *patterns, size_t count)
{
    memset(index->first, 0, sizeof(index->first));
    index->patterns = patterns;
    if (count > GLANCE_PATTERNS_MAX)
        count = GLANCE_PATTERNS_MAX;
    /* From the last, so that a chain is in the order of the table. */
    for (size_t i = count; i-- > 0;) {
        const char *pattern = patterns[i];
        unsigned char byte;

        if (!pattern)
            continue;
        byte = lower(pattern[0] == '\b' ? pattern[1] : pattern[0]);
        index->next[i] = index->first[byte];
        index->first[byte] = (uint16_t)(i + 1);
    }
}

void
glance_search(const struct glance_index *index, struct str text,
              void (*found)(void *context, size_t pattern, size_t at), void *context)
{
    for (size_t at = 0; at < text.len; at++) {
        uint16_t next = index->first[lower(text.data[at])];

        for (; next; next = index->next[next - 1]) {
            if (glance_fits(index->patterns[next - 1], text, at))
                found(context, next - 1u, at);
        }
    }
}
