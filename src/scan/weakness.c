#include "scan/weakness.h"

static const struct str allows_names[WEAKNESS_ALLOWS_COUNT] = {
    [WEAKNESS_MAIL] = {"mail", 4},
    [WEAKNESS_EXECUTE] = {"execute", 7},
    [WEAKNESS_UPLOAD] = {"upload", 6},
    [WEAKNESS_OBJECT] = {"object", 6},
    [WEAKNESS_ACCOUNT] = {"account", 7},
    [WEAKNESS_FILES] = {"files", 5},
    [WEAKNESS_SQL] = {"sql", 3},
    [WEAKNESS_HEADER] = {"header", 6},
    [WEAKNESS_ACCESS] = {"access", 6},
    [WEAKNESS_SCRIPT] = {"script", 6},
    [WEAKNESS_REQUEST] = {"request", 7},
    [WEAKNESS_OTHER] = {"other", 5},
    [WEAKNESS_UNSUPPORTED] = {"unsupported", 11},
};

struct str
weakness_allows_name(enum weakness_allows allows)
{
    return allows_names[allows];
}

bool
weakness_allows_read(struct str name, enum weakness_allows *ret_allows)
{
    for (uint32_t i = 0; i < WEAKNESS_ALLOWS_COUNT; i++) {
        if (str_eq(name, allows_names[i])) {
            *ret_allows = (enum weakness_allows)i;
            return true;
        }
    }
    return false;
}

/* Takes the field before the next tab, which must be there. */
static bool
cut_field(struct str *line, struct str *ret_field)
{
    if (str_index(*line, '\t') == line->len)
        return false;
    *ret_field = str_cut(line, '\t');
    return true;
}

bool
weakness_read(struct str line, struct weakness *ret_weakness)
{
    struct weakness weakness;
    struct str kind, allows;

    if (line.len > WEAKNESS_LINE_MAX || !cut_field(&line, &kind) ||
        !product_kind_read(kind, &weakness.kind) || !cut_field(&line, &weakness.slug) ||
        !cut_field(&line, &weakness.affected) || !cut_field(&line, &weakness.fixed) ||
        !cut_field(&line, &allows) || !weakness_allows_read(allows, &weakness.allows) ||
        !cut_field(&line, &weakness.id))
        return false;
    weakness.title = line;
    if (!weakness.slug.len || !weakness.affected.len || !weakness.id.len)
        return false;
    *ret_weakness = weakness;
    return true;
}

/* "#weir-weaknesses 1	source	date" */
static bool
read_header(struct str *text, struct weakness_base *base, struct err *err)
{
    struct str line = str_cut(text, '\n');

    if (!str_eq(str_cut(&line, '\t'), STR(WEAKNESS_FORMAT)))
        return err_set(err, ERR_SYNTAX,
                       "is no database of weaknesses: the first line is not \"%s\"",
                       WEAKNESS_FORMAT);
    base->source = str_cut(&line, '\t');
    base->date = str_cut(&line, '\t');
    while (text->len && text->data[0] == '#')
        (void)str_cut(text, '\n');
    return true;
}

bool
weakness_base_read(struct str text, struct weakness_base *ret_base, struct err *err)
{
    struct weakness_base base = {.count = 0};
    struct weakness weakness;
    struct str rest, last = STR_EMPTY;

    if (text.len > WEAKNESS_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "is larger than a database may be");
    if (!read_header(&text, &base, err))
        return false;
    rest = text;
    while (rest.len) {
        struct str line = str_cut(&rest, '\n');

        if (!weakness_read(line, &weakness))
            return err_set(err, ERR_SYNTAX, "record %u is none", base.count + 1);
        if (str_compare(last, line) > 0)
            return err_set(err, ERR_SYNTAX, "record %u is out of order", base.count + 1);
        last = line;
        base.count++;
    }
    base.text = text;
    *ret_base = base;
    return true;
}

/* Is a line before those of the product? Kind, tab, slug, tab are compared with its beginning. */
static bool
is_before(struct str line, struct str kind, struct str slug)
{
    const struct str parts[] = {kind, STR("\t"), slug, STR("\t")};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        int order = str_compare(str_first(line, parts[i].len), parts[i]);

        if (order != 0)
            return order < 0;
        line = str_from(line, parts[i].len);
    }
    return false;
}

void
weakness_walk_init(struct weakness_walk *walk, const struct weakness_base *base,
                   enum product_kind kind, struct str slug)
{
    struct str text = base->text, name = product_kind_name(kind);
    size_t low = 0, high = text.len; /* both are where a line begins */

    while (low < high) {
        size_t middle = low + (high - low) / 2, end;

        while (middle > low && text.data[middle - 1] != '\n')
            middle--;
        end = middle + str_index(str_from(text, middle), '\n');
        if (is_before((struct str){text.data + middle, end - middle}, name, slug))
            low = end < text.len ? end + 1 : end;
        else
            high = middle;
    }
    *walk = (struct weakness_walk){.rest = str_from(text, low), .kind = kind, .slug = slug};
}

bool
weakness_next(struct weakness_walk *walk, struct weakness *ret_weakness)
{
    struct weakness weakness;

    if (!walk->rest.len || !weakness_read(str_cut(&walk->rest, '\n'), &weakness) ||
        weakness.kind != walk->kind || !str_eq(weakness.slug, walk->slug)) {
        walk->rest = STR_EMPTY;
        return false;
    }
    *ret_weakness = weakness;
    return true;
}
