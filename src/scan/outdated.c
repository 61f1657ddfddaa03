#include "scan/outdated.h"

#include "scan/version.h"

/* Ids that a finding names before "and others". */
#define NAMED_MAX 3U

struct allowed {
    const char *what;  /* "… lets anybody WHAT" */
    double confidence; /* where a file of the product states the version */
};

static const struct allowed allowed[WEAKNESS_ALLOWS_COUNT] = {
    [WEAKNESS_MAIL] = {"send mail of their own to any address through this server", 0.95},
    [WEAKNESS_EXECUTE] = {"run their own code here, and send mail with it", 0.95},
    [WEAKNESS_UPLOAD] = {"put a script of their own here, and send mail with it", 0.95},
    [WEAKNESS_OBJECT] = {"inject objects, which often means running their own code", 0.95},
    [WEAKNESS_ACCOUNT] = {"take over an account of the site, and send or install with it", 0.95},
    [WEAKNESS_FILES] = {"read or include files of the site, such as its passwords", 0.95},
    [WEAKNESS_SQL] = {"ask the site's database, for its passwords too", 0.95},
    [WEAKNESS_HEADER] = {"add recipients to the mail of a form that is set up so", 0.7},
    [WEAKNESS_ACCESS] = {"do what they have no right to", 0.6},
    [WEAKNESS_SCRIPT] = {"run JavaScript in the browsers of visitors and administrators", 0.6},
    [WEAKNESS_REQUEST] = {"have a signed-in administrator's browser send requests", 0.5},
    [WEAKNESS_OTHER] = {"do what its title says", 0.5},
    [WEAKNESS_UNSUPPORTED] = {NULL, 0.5},
};

/* A weakness that needs an account of some rank opens the door to few. */
#define CONFIDENCE_WITH_ACCOUNT 0.6

/* What shall be installed is not what is. */
#define CONFIDENCE_BY_LOCK 0.7

/* A checkout states the branch it is of ("1.5-git"), and may be of before or after a mending. */
#define CONFIDENCE_BY_BRANCH 0.6

/* The same product under two names: an application, and the package that it comes in. */
static const struct {
    const char *application, *package;
} doubles[] = {
    {"drupal", "drupal/core"},
    {"drupal", "drupal/drupal"},
    {"joomla", "joomla/joomla-cms"},
    {"magento", "magento/community-edition"},
    {"magento", "magento/product-community-edition"},
    {"magento", "magento/project-community-edition"},
    {"mediawiki", "mediawiki/core"},
    {"opencart", "opencart/opencart"},
    {"phpbb", "phpbb/phpbb"},
    {"prestashop", "prestashop/prestashop"},
    {"roundcube", "roundcube/roundcubemail"},
    {"wordpress", "johnpbloch/wordpress-core"},
    {"wordpress", "roots/wordpress-no-content"},
};

/* The weaknesses of one product: those named, and what is known of all. */
struct hits {
    struct weakness named[NAMED_MAX];
    struct str ids[OUTDATED_MAX];
    uint32_t count;
    double confidence;
    /* The versions that mend those as grave as the gravest, and all that can be mended. */
    struct str mends_grave, mends_all;
    bool is_any_unfixed;
};

static bool
is_known(const struct hits *hits, struct str id)
{
    for (uint32_t i = 0; i < hits->count; i++) {
        if (str_eq(hits->ids[i], id))
            return true;
    }
    return false;
}

/* "CVE-1 CVE-2" holds "CVE-1". */
static bool
is_mended(const struct installed *installed, struct str id)
{
    struct str ids = installed->mended;

    while (ids.len) {
        if (str_eq(str_cut(&ids, ' '), id))
            return true;
    }
    return false;
}

static double
confidence_of(const struct weakness *weakness)
{
    double confidence = allowed[weakness->allows].confidence;

    if (confidence > CONFIDENCE_WITH_ACCOUNT && str_has(weakness->title, STR("Authenticated (")))
        return CONFIDENCE_WITH_ACCOUNT;
    return confidence;
}

/* Is the first the worse one? What accuses goes before what does not, then what it allows. */
static bool
is_worse(const struct weakness *a, const struct weakness *b)
{
    double left = confidence_of(a), right = confidence_of(b);

    if (left < right || left > right)
        return left > right;
    return a->allows < b->allows;
}

static void
hits_name(struct hits *hits, const struct weakness *weakness)
{
    uint32_t at = hits->count < NAMED_MAX ? hits->count : NAMED_MAX;

    while (at > 0 && is_worse(weakness, &hits->named[at - 1])) {
        if (at < NAMED_MAX)
            hits->named[at] = hits->named[at - 1];
        at--;
    }
    if (at < NAMED_MAX)
        hits->named[at] = *weakness;
}

static void
take_later(struct str *version, struct str other)
{
    if (other.len && (!version->len || version_order(other, *version) > 0))
        *version = other;
}

static void
hits_add(struct hits *hits, const struct weakness *weakness)
{
    double confidence = confidence_of(weakness);

    hits_name(hits, weakness);
    hits->ids[hits->count++] = weakness->id;
    if (confidence > hits->confidence) {
        hits->confidence = confidence;
        hits->mends_grave = STR_EMPTY;
    }
    if (confidence >= hits->confidence)
        take_later(&hits->mends_grave, weakness->fixed);
    take_later(&hits->mends_all, weakness->fixed);
    if (!weakness->fixed.len)
        hits->is_any_unfixed = true;
}

static void
look_up(struct hits *hits, const struct installed *installed, const struct weakness_base *base,
        enum product_kind kind, struct str slug, struct str version)
{
    struct weakness_walk walk;
    struct weakness weakness;

    weakness_walk_init(&walk, base, kind, slug);
    while (hits->count < OUTDATED_MAX && weakness_next(&walk, &weakness)) {
        if (version_in(version, weakness.affected) && !is_known(hits, weakness.id) &&
            !is_mended(installed, weakness.id))
            hits_add(hits, &weakness);
    }
}

/* Composer calls release 8.x-1.5 of a module of Drupal 1.5.0, and the module drupal/NAME. */
static void
look_up_module(struct hits *hits, const struct installed *installed,
               const struct weakness_base *base, struct arena *arena)
{
    struct arena_mark mark = arena_mark(arena);
    struct str version = installed->version;

    if (str_starts(version, STR("7.x-")) || str_starts(version, STR("6.x-")))
        return;
    (void)str_skip(&version, STR("8.x-"));
    look_up(hits, installed, base, PRODUCT_PACKAGE,
            arena_printf(arena, "drupal/" STR_FMT, STR_ARG(installed->slug)), version);
    arena_release(arena, mark);
}

static void
look_up_all(struct hits *hits, const struct installed *installed, const struct weakness_base *base,
            struct arena *arena)
{
    struct str slug = installed->slug, version = installed->version;

    look_up(hits, installed, base, installed->kind, slug, version);
    if (installed->kind == PRODUCT_DRUPAL_MODULE)
        look_up_module(hits, installed, base, arena);
    for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        struct str application = str_from_cstr(doubles[i].application);
        struct str package = str_from_cstr(doubles[i].package);

        if (installed->kind == PRODUCT_APPLICATION && str_eq(slug, application))
            look_up(hits, installed, base, PRODUCT_PACKAGE, package, version);
        else if (installed->kind == PRODUCT_PACKAGE && str_eq(slug, package))
            look_up(hits, installed, base, PRODUCT_APPLICATION, application, version);
    }
}

/* "CVE-2016-10033, CVE-2016-10045 and 3 others" */
static struct str
name_others(const struct hits *hits, struct arena *arena)
{
    uint32_t named = hits->count < NAMED_MAX ? hits->count : NAMED_MAX;
    struct str text = STR_EMPTY;

    for (uint32_t i = 1; i < named; i++)
        text = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(text),
                            i == 1 ? " Also known: " : ", ", STR_ARG(hits->named[i].id));
    if (hits->count > named)
        text = arena_printf(arena, STR_FMT " and %u more", STR_ARG(text), hits->count - named);
    return text.len ? arena_printf(arena, STR_FMT ".", STR_ARG(text)) : text;
}

static struct str
why_of(const struct hits *hits, const struct installed *installed, struct arena *arena)
{
    const struct weakness *worst = &hits->named[0];
    struct str others = name_others(hits, arena);

    if (worst->allows == WEAKNESS_UNSUPPORTED)
        return arena_printf(arena, STR_FMT " " STR_FMT ": " STR_FMT " (" STR_FMT ").",
                            STR_ARG(installed->name), STR_ARG(installed->version),
                            STR_ARG(worst->title), STR_ARG(worst->id));
    return arena_printf(arena,
                        STR_FMT " " STR_FMT " has a known weakness, " STR_FMT " (" STR_FMT
                                "), which lets %s %s." STR_FMT,
                        STR_ARG(installed->name), STR_ARG(installed->version), STR_ARG(worst->id),
                        STR_ARG(worst->title),
                        str_has(worst->title, STR("Authenticated (")) ? "whoever has an account"
                                                                      : "people",
                        allowed[worst->allows].what, STR_ARG(others));
}

/* Who updates it: its own site, the application that brings it, or Composer. */
static const char *
how_to_update(const struct installed *installed)
{
    if (installed->kind != PRODUCT_PACKAGE)
        return "";
    return installed->source == PRODUCT_BY_FILE
               ? ", best by updating the application that brings this copy"
               : ", with \"composer update\" in that folder";
}

/* " or newer", and from where on nothing that is known is left. */
static struct str
beyond(const struct hits *hits, struct arena *arena)
{
    const char *unfixed = hits->is_any_unfixed
                              ? "; for some of this no mending version is known: take the newest, "
                                "or remove it"
                              : "";

    if (!hits->mends_grave.len || version_order(hits->mends_grave, hits->mends_all) == 0)
        return str_from_cstr(unfixed);
    return arena_printf(arena, "; " STR_FMT " mends the lesser ones too%s",
                        STR_ARG(hits->mends_all), unfixed);
}

static struct str
advice_of(const struct hits *hits, const struct installed *installed, struct arena *arena)
{
    struct str name = installed->name;

    if (hits->named[0].allows == WEAKNESS_UNSUPPORTED)
        return STR("Move the site to a version that is still mended.");
    if (!hits->mends_all.len)
        return arena_printf(arena,
                            "No version that mends this is known here: update " STR_FMT
                            " to the newest%s, and remove it where that is no newer.",
                            STR_ARG(name), how_to_update(installed));
    return arena_printf(arena, "Update " STR_FMT " to " STR_FMT " or newer%s" STR_FMT ".",
                        STR_ARG(name),
                        STR_ARG(hits->mends_grave.len ? hits->mends_grave : hits->mends_all),
                        how_to_update(installed), STR_ARG(beyond(hits, arena)));
}

static bool
is_branch(struct str version)
{
    return str_find_nocase(version, STR("git")) < version.len ||
           str_find_nocase(version, STR("dev")) < version.len;
}

/* As sure as the gravest weakness makes it, where the version is sure. */
static double
sureness(const struct hits *hits, const struct installed *installed)
{
    double ceiling = is_branch(installed->version)          ? CONFIDENCE_BY_BRANCH
                     : installed->source == PRODUCT_BY_LOCK ? CONFIDENCE_BY_LOCK
                                                            : 1.0;

    return hits->confidence < ceiling ? hits->confidence : ceiling;
}

/* "WordPress 5.0 → 5.8.3: SQL injection by way of WP_Query (CVE-2022-21661) and 3 more" */
static struct str
brief_of(const struct hits *hits, const struct installed *installed, struct arena *arena)
{
    const struct weakness *worst = &hits->named[0];
    struct str mends = hits->mends_grave.len ? hits->mends_grave : hits->mends_all;
    struct str others =
        hits->count > 1 ? arena_printf(arena, " and %u more", hits->count - 1) : STR_EMPTY;

    return arena_printf(
        arena, STR_FMT " " STR_FMT " → " STR_FMT ": " STR_FMT " (" STR_FMT ")" STR_FMT,
        STR_ARG(installed->name), STR_ARG(installed->version),
        STR_ARG(worst->allows == WEAKNESS_UNSUPPORTED ? STR("a version that is still mended")
                : mends.len                           ? mends
                                                      : STR("no mended version known")),
        STR_ARG(worst->title), STR_ARG(worst->id), STR_ARG(others));
}

void
product_findings(const struct installed *installed, const struct weakness_base *bases,
                 uint32_t base_count, struct findings *findings)
{
    struct arena *arena = findings->arena;
    struct hits hits = {.count = 0};

    for (uint32_t i = 0; i < base_count; i++)
        look_up_all(&hits, installed, &bases[i], arena);
    if (hits.count == 0)
        return;
    findings_add(findings, (struct finding){
                               .kind = FINDING_OUTDATED,
                               .rule = OUTDATED_RULE,
                               .confidence = sureness(&hits, installed),
                               .path = installed->path,
                               .line = installed->line,
                               .text = installed->text,
                               .why = why_of(&hits, installed, arena),
                               .advice = advice_of(&hits, installed, arena),
                               .brief = brief_of(&hits, installed, arena),
                           });
}
