#include "scan/entry_parts.h"

static struct str
last_part(struct str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.data[i - 1] == '/')
            return str_from(path, i);
    }
    return path;
}

uint64_t
entry_name_hash(struct str path)
{
    struct str name = last_part(path);

    return str_hash(name.len ? name : STR("index.php"));
}

uint32_t
entry_first_named(const struct entry_search *search, uint64_t hash)
{
    uint32_t low = 0, high = search->suspect_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (search->by_name[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct str
without_www(struct str name)
{
    return str_starts_nocase(name, STR("www.")) ? str_from(name, 4) : name;
}

/* "blog" and "blog.example" are one site: logs and folders are named by either. */
static bool
is_same_name(struct str a, struct str b)
{
    a = without_www(a);
    b = without_www(b);
    if (a.len == 0 || b.len == 0)
        return false;
    if (str_eq_nocase(a, b))
        return true;
    return a.len < b.len ? str_starts_nocase(b, a) && b.data[a.len] == '.'
                         : str_starts_nocase(a, b) && a.data[b.len] == '.';
}

/* Cuts the last folder of a path that ends without '/'. */
static struct str
cut_folder(struct str *path)
{
    struct str part = last_part(*path);

    *path = str_first(*path, path->len - part.len);
    while (path->len && path->data[path->len - 1] == '/')
        path->len--;
    return part;
}

static bool
has_folder(struct str path, struct str name)
{
    (void)cut_folder(&path); /* the file */
    while (path.len) {
        if (is_same_name(cut_folder(&path), name))
            return true;
    }
    return false;
}

enum entry_site
entry_match_site(const struct entry_suspect *suspect, struct str vhost, struct str log_name,
                 struct str log_path)
{
    struct str name = vhost.len ? vhost : log_name;

    if (vhost.len == 0 && suspect->access_log.len && str_eq(suspect->access_log, log_path))
        return SITE_SAME;
    if (name.len == 0)
        return SITE_UNKNOWN;
    if (suspect->vhost.len)
        return is_same_name(suspect->vhost, name) ? SITE_SAME : SITE_OTHER;
    return has_folder(suspect->path, name) ? SITE_SAME : SITE_UNKNOWN;
}

/* What people call the folder of a site in which its pages lie. */
static bool
is_pages_folder(struct str name)
{
    static const char *const names[] = {"public_html", "htdocs", "httpdocs", "html",
                                        "public",      "web",    "www",      "docroot"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* The document root is not known: the folder that is called as the site, or below it. */
static bool
is_root_of(struct str root, struct str name)
{
    for (int depth = 0; root.len && depth < 3; depth++) {
        struct str folder = cut_folder(&root);

        if (is_same_name(folder, name))
            return true;
        if (!is_pages_folder(folder))
            return false;
    }
    return false;
}

static uint32_t
count_parts(struct str path)
{
    uint32_t count = 0;

    for (size_t i = 0; i < path.len; i++)
        count += path.data[i] == '/';
    return count;
}

bool
entry_match_url(const struct entry_suspect *suspect, struct str path, struct str name,
                enum entry_site site)
{
    static const struct str index = {"index.php", 9};
    struct str file = suspect->path, root;

    if (site == SITE_OTHER || path.len == 0 || path.data[0] != '/')
        return false;
    if (path.data[path.len - 1] == '/') {
        /* A folder is its index. */
        if (str_eq(suspect->url, path) || !str_ends(file, index))
            return false;
        file = str_first(file, file.len - index.len);
        if (suspect->url.len)
            return str_eq(str_first(suspect->url, suspect->url.len - index.len), path);
    } else if (suspect->url.len) {
        return str_eq(suspect->url, path);
    }
    if (!str_ends(file, path))
        return false;
    root = str_first(file, file.len - path.len);
    return site == SITE_SAME ? is_root_of(root, name) : count_parts(path) >= 2;
}

uint32_t
entry_common_parts(struct str a, struct str b)
{
    uint32_t count = 0;

    while (a.len && b.len) {
        struct str part = cut_folder(&a);

        if (part.len == 0 || !str_eq(part, cut_folder(&b)))
            return 0;
        count++;
    }
    return count;
}
