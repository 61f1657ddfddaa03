#include "disk/scanner_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/priority.h"
#include "disk/quarantine.h"
#include "scan/outdated.h"

/* The program as it is installed, and the rules of the run; its build may be the same as another's
 * by name and version. */
static uint64_t
judge_of(const struct scanner_options *options)
{
    struct stat status = {0};
    struct cache_key key;

    (void)stat("/proc/self/exe", &status);
    key = cache_key_of(&status, options->database ? STR("weir " WEIR_VERSION " versions")
                                                  : STR("weir " WEIR_VERSION));
    return key.words[0] ^ (options->rules ? yara_rules_fingerprint(options->rules) : 0);
}

/* Where a file lies is part of the verdict, and so is what it was scanned as a part of. */
struct cache_key
scanner_key(const struct scanner *scanner, const struct seen *seen, const struct stat *status)
{
    uint64_t parts[] = {scanner->judge, str_fingerprint(str_from_cstr(seen->path)), seen->inside_at,
                        seen->site ? str_fingerprint(str_from_cstr(seen->site->root)) : 0};

    return cache_key_of(status, (struct str){(const char *)parts, sizeof(parts)});
}

struct scanner *
scanner_new(struct scanner_options options)
{
    struct scanner *scanner = calloc(1, sizeof(*scanner));

    if (!scanner)
        abort();
    scanner->options = options;
    if (!scanner->options.threads) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);

        scanner->options.threads = processors > 1 ? (unsigned)processors : 1;
        if (!options.is_fast && processors > 1)
            scanner->options.threads /= 2;
    }
    if (scanner->options.threads > SCANNER_THREADS_MAX)
        scanner->options.threads = SCANNER_THREADS_MAX;
    pthread_mutex_init(&scanner->lock, NULL);
    scanner->arena = arena_new(SCANNER_ARENA_BYTES_MAX);
    scanner->asked_arena = arena_new(SCANNER_ASKED_ARENA_BYTES_MAX);
    scanner->product_arena = arena_new(SCANNER_PRODUCT_ARENA_BYTES_MAX);
    if (options.cache) {
        scanner->cache = cache_open(options.cache);
        scanner->judge = judge_of(&options);
        if (cache_refusal(scanner->cache))
            scanner->complaints[scanner->complaint_count++] =
                arena_printf(scanner->arena, "%s: not used, all files are read: %s", options.cache,
                             cache_refusal(scanner->cache));
    }
    return scanner;
}

static void
free_sites(struct scanner *scanner)
{
    for (struct site *site = scanner->sites; site; site = site->next) {
        arena_free(site->turned_arena);
        arena_free(site->coming_arena);
        arena_free(site->arena);
    }
    scanner->sites = NULL;
}

void
scanner_free(struct scanner *scanner)
{
    if (!scanner)
        return;
    free_sites(scanner);
    if (scanner->alone)
        scanner_look_close(scanner->alone);
    prefilter_free(scanner->prefilter);
    cache_close(scanner->cache);
    pthread_mutex_destroy(&scanner->lock);
    arena_free(scanner->product_arena);
    arena_free(scanner->asked_arena);
    arena_free(scanner->arena);
    free(scanner->kept);
    free(scanner->findings);
    free(scanner);
}

struct job *
scanner_job(const char *path)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job)
        abort();
    job->seen.path = strdup(path);
    if (!job->seen.path)
        abort();
    return job;
}

void
scanner_job_free(struct job *job)
{
    union {
        const char *given;
        char *owned;
    } path = {job->seen.path};

    free(path.owned);
    free(job);
}

static void
keep_one(struct scanner *scanner, struct finding finding, const struct finding_file *file,
         const struct seen *seen)
{
    if (scanner->kept_count == SCANNER_FINDINGS_MAX) {
        scanner->lost++;
        return;
    }
    if (scanner->kept_count == scanner->kept_capacity) {
        scanner->kept_capacity = scanner->kept_capacity ? scanner->kept_capacity * 2 : 64;
        scanner->kept = reallocarray(scanner->kept, scanner->kept_capacity, sizeof(*scanner->kept));
        if (!scanner->kept)
            abort();
    }
    finding.path = arena_str(scanner->arena, finding.path);
    finding.text = arena_str(scanner->arena, finding.text);
    finding.why = arena_str(scanner->arena, finding.why);
    finding.advice = arena_str(scanner->arena, finding.advice);
    finding.brief = arena_str(scanner->arena, finding.brief);
    finding.file = file;
    scanner->kept[scanner->kept_count++] = (struct kept){.finding = finding, .seen = seen};
}

void
scanner_keep(struct scanner *scanner, const struct findings *findings,
             const struct finding_file *file, const struct seen *seen)
{
    struct finding_file *kept_file = NULL;

    pthread_mutex_lock(&scanner->lock);
    if (file && findings->count)
        kept_file = ARENA_NEW(scanner->arena, struct finding_file);
    if (kept_file)
        *kept_file = *file;
    for (size_t i = 0; seen && scanner->round > 0 && i < scanner->kept_count; i++) {
        if (scanner->kept[i].seen == seen)
            scanner->kept[i].is_dropped = true;
    }
    for (uint32_t i = 0; i < findings->count; i++)
        keep_one(scanner, findings->list[i], kept_file, seen);
    scanner->lost += findings->lost;
    pthread_mutex_unlock(&scanner->lock);
}

void
scanner_complain_of(struct scanner *scanner, const char *path, const char *reason)
{
    scanner->unread++;
    pthread_mutex_lock(&scanner->lock);
    if (scanner->complaint_count < SCANNER_COMPLAINTS_MAX)
        scanner->complaints[scanner->complaint_count++] =
            arena_printf(scanner->arena, "%s: %s", path, reason);
    pthread_mutex_unlock(&scanner->lock);
}

void
scanner_complain(struct scanner *scanner, const char *path, int error)
{
    /* Listed, and gone before it was read: a program's own scratch file. */
    if (error == ENOENT) {
        scanner->vanished++;
        return;
    }
    scanner_complain_of(scanner, path, error == ELOOP ? "it has become a link" : strerror(error));
}

const struct str *
scanner_complaints(const struct scanner *scanner, uint32_t *ret_count)
{
    *ret_count = scanner->complaint_count;
    return scanner->complaints;
}

void
scanner_add(struct scanner *scanner, const struct findings *findings)
{
    scanner_keep(scanner, findings, NULL, NULL);
}

void
scanner_forget(struct scanner *scanner)
{
    free_sites(scanner);
    scanner->seen = NULL;
    scanner->notes = NULL;
    scanner->note_count = 0;
    scanner->kept_count = 0;
    scanner->complaint_count = 0;
    scanner->products.count = 0;
    arena_reset(scanner->product_arena);
    arena_reset(scanner->asked_arena);
    arena_reset(scanner->arena);
}

/* The texts point into the file's bytes, which are about to go. */
static void
keep_product(struct scanner *scanner, const struct installed *given)
{
    struct arena *arena = scanner->product_arena;
    struct installed kept = *given;

    if (scanner->products.count == scanner->products.capacity) {
        uint32_t capacity = scanner->products.capacity ? scanner->products.capacity * 2 : 64;
        struct installed *list = arena_array(arena, capacity, sizeof(*list));

        if (!list) {
            scanner->products.lost++;
            return;
        }
        if (scanner->products.count)
            memcpy(list, scanner->products.list, scanner->products.count * sizeof(*list));
        scanner->products.list = list;
        scanner->products.capacity = capacity;
    }
    kept.slug = arena_str(arena, given->slug);
    kept.name = arena_str(arena, given->name);
    kept.version = arena_str(arena, given->version);
    kept.root = arena_str(arena, given->root);
    kept.path = arena_str(arena, given->path);
    kept.text = arena_str(arena, given->text);
    kept.mended = arena_str(arena, given->mended);
    scanner->products.list[scanner->products.count++] = kept;
}

bool
scanner_read_products(struct scanner *scanner, struct str path, struct str source,
                      struct arena *scratch)
{
    struct products products = {0};

    product_read(path, source, scratch, &products);
    if (!products.count)
        return false;
    pthread_mutex_lock(&scanner->lock);
    for (uint32_t i = 0; i < products.count; i++)
        keep_product(scanner, &products.list[i]);
    scanner->products.lost += products.lost;
    pthread_mutex_unlock(&scanner->lock);
    return true;
}

static void
find_outdated(struct scanner *scanner)
{
    const struct database *database = scanner->options.database;
    struct products *products = &scanner->products;
    struct findings *findings = calloc(1, sizeof(*findings));

    if (!findings)
        abort();
    if (products->count)
        products->count = products_unique(products->list, products->count);
    for (uint32_t i = 0; i < products->count; i++) {
        findings->arena = scanner->arena;
        findings->count = 0;
        product_findings(&products->list[i], database->bases, database->count, findings);
        scanner_keep(scanner, findings, NULL, NULL);
    }
    free(findings);
}

bool
scanner_finish(struct scanner *scanner, struct err *err)
{
    scanner_forms(scanner);
    if (scanner->options.database)
        find_outdated(scanner);
    if (!scanner->cache)
        return true;
    scanner_remember(scanner);
    return cache_write(scanner->cache, err);
}

static bool
run(struct scanner *scanner, const struct walk *walk, struct err *err)
{
    struct crew_options options = {
        .threads = scanner->options.threads,
        .open = scanner_look_open,
        .work = scanner_look,
        .close = scanner_look_close,
        .context = scanner,
    };
    struct crew *crew;
    bool is_done;

    if (!crew_new(&options, &crew, err))
        return false;
    is_done = scanner_walk(scanner, crew, walk, err);
    crew_end(crew);
    return is_done;
}

/* Known by its inode, however it is named; while one watches it comes to be. */
static void
find_store(struct scanner *scanner)
{
    const char *path = scanner->options.store ? scanner->options.store : QUARANTINE_FOLDER;
    struct stat status;

    if (scanner->store_inode || stat(path, &status) != 0)
        return;
    scanner->store_device = status.st_dev;
    scanner->store_inode = status.st_ino;
}

static void
find_self(struct scanner *scanner)
{
    struct stat status;

    if (scanner->self_inode || stat("/proc/self/exe", &status) != 0)
        return;
    scanner->self_device = status.st_dev;
    scanner->self_inode = status.st_ino;
}

static bool
begin(struct scanner *scanner, struct err *err)
{
    find_self(scanner);
    find_store(scanner);
    scanner->round = 0;
    if (!scanner->options.is_fast)
        priority_give_way();
    return scanner->prefilter || prefilter_new(&scanner->prefilter, err);
}

bool
scanner_run(struct scanner *scanner, const char *path, struct err *err)
{
    struct walk walk = {.path = path, .inside_at = strlen(path)};
    struct stat status;

    if (lstat(path, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    return begin(scanner, err) && run(scanner, &walk, err) && scanner_rounds(scanner, err);
}

bool
scanner_run_within(struct scanner *scanner, const char *root, const char *path, struct err *err)
{
    struct walk walk = {.path = path, .inside_at = strlen(root)};
    struct stat status;

    if (lstat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR ||
               err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    if (!begin(scanner, err))
        return false;
    if (scanner_walk_above(scanner, root, path, &walk.site))
        return true;
    if (S_ISDIR(status.st_mode))
        return run(scanner, &walk, err);
    if (!S_ISREG(status.st_mode))
        return true;
    if (!scanner->alone)
        scanner->alone = scanner_look_open(scanner, err);
    if (!scanner->alone)
        return false;
    scanner_look(scanner->alone, scanner_walk_job(scanner, &walk, &status));
    return true;
}

const struct str *
scanner_sites(struct scanner *scanner, size_t *ret_count)
{
    struct str *roots;
    size_t count = 0;

    for (const struct site *site = scanner->sites; site; site = site->next)
        count++;
    roots = arena_array(scanner->arena, count + 1, sizeof(*roots));
    *ret_count = roots ? count : 0;
    for (const struct site *site = scanner->sites; site && roots; site = site->next)
        roots[--count] = str_from_cstr(site->root);
    return roots;
}

struct scanner_totals
scanner_totals(const struct scanner *scanner)
{
    return (struct scanner_totals){.files = scanner->files,
                                   .bytes = scanner->bytes,
                                   .unread = scanner->unread,
                                   .vanished = scanner->vanished,
                                   .archives = scanner->archives,
                                   .unchanged = scanner->unchanged,
                                   .allowed = scanner->allowed,
                                   .looked_at = scanner->looked_at,
                                   .cut = scanner->cut,
                                   .lost = scanner->lost};
}

static int
in_order(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    int order = str_compare(x->path, y->path);

    if (order)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->rule, y->rule);
}

const struct finding *
scanner_findings(struct scanner *scanner, size_t *ret_count)
{
    size_t count = 0;

    free(scanner->findings);
    scanner->findings = calloc(scanner->kept_count + 1, sizeof(*scanner->findings));
    if (!scanner->findings)
        abort();
    for (size_t i = 0; i < scanner->kept_count; i++) {
        if (!scanner->kept[i].is_dropped)
            scanner->findings[count++] = scanner->kept[i].finding;
    }
    qsort(scanner->findings, count, sizeof(*scanner->findings), in_order);
    *ret_count = count;
    return scanner->findings;
}
