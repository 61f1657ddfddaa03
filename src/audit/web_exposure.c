#include "audit/web_exposure.h"

static const struct {
    const char *check;
    enum audit_outcome outcome;
    const char *title, *why, *advice;
    const char *marks[4]; /* a rule that refuses it has one of these */
} things[WEB_THING_COUNT] = {
    [WEB_GIT] = {"web-git",
                 AUDIT_WEAK,
                 "The site's version history can be fetched.",
                 "It holds the whole source, and every password that was ever in it.",
                 "Refuse it: in Apache RedirectMatch 404 \"/\\.git\", in nginx location ~ /\\. { "
                 "deny all; }; better, take .git out of the document root.",
                 {".git", "/\\.", "\"\\.(", "/[.]"}},
    [WEB_ENV] = {"web-env",
                 AUDIT_SERIOUS,
                 "A file of passwords can be fetched.",
                 "Mail spammers collect SMTP passwords from .env files by the million.",
                 "Move the file out of the document root, change every password in it, and refuse "
                 "names that begin with a dot.",
                 {".env", "/\\.", "\"\\.(", "/[.]"}},
    [WEB_DUMP] = {"web-dump",
                  AUDIT_SERIOUS,
                  "A copy of a database can be fetched.",
                  "It holds the passwords and addresses of every customer.",
                  "Move it out of the document root, and change what was in it.",
                  {".sql", "\\.sql", NULL, NULL}},
    [WEB_COPY] = {"web-copy",
                  AUDIT_SERIOUS,
                  "A copy of the configuration can be read as text.",
                  "It is no PHP any more, so the web server hands it out with its passwords.",
                  "Delete it, and change every password in it.",
                  {".bak", "\\.bak", "~$", NULL}},
    [WEB_PHPINFO] = {"web-phpinfo",
                     AUDIT_NOTE,
                     "A page tells all about PHP on this host.",
                     "Paths, versions and environment help whoever looks for a way in.",
                     "Delete it.",
                     {"phpinfo", NULL, NULL, NULL}},
    [WEB_ADMINER] = {"web-adminer",
                     AUDIT_WEAK,
                     "A tool for databases is open to everybody.",
                     "Passwords are guessed there, and old versions read any file.",
                     "Delete it, or put a login of the web server before it.",
                     {"adminer", "AuthUserFile", NULL, NULL}},
    [WEB_UPLOADS] =
        {"web-uploads",
         AUDIT_WEAK,
         "PHP may run in a folder of uploads.",
         "Whatever a hole lets a visitor upload runs as a program; most mailers that "
         "weir finds lie there.",
         "In Apache, as a line of the site or of the folder's .htaccess: RedirectMatch 403 "
         "(?i)/uploads/.*\\.ph(p[0-9]?|tml|ar)$ and in nginx, before the PHP location: "
         "location ~* /uploads/.*\\.php$ { deny all; }",
         {NULL, NULL, NULL, NULL}},
};

/* Words with which rules refuse. */
static bool
refuses(struct str text)
{
    static const char *const words[] = {"deny all",
                                        "Require all denied",
                                        "deny from all",
                                        "return 403",
                                        "return 404",
                                        "RedirectMatch 40",
                                        "[F",
                                        "engine off",
                                        "engine Off",
                                        "SetHandler none",
                                        "RemoveHandler",
                                        "return 444",
                                        "SetHandler default-handler",
                                        "RedirectMatch 403",
                                        "php_flag engine 0"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(text, str_from_cstr(words[i])) < text.len)
            return true;
    }
    return false;
}

#define NEAR_LINES 8 /* of a block that names the thing: what it says of it stands there */

/* A line without a comment names the mark, and it or those that follow refuse. */
static bool
rule_refuses(struct str text, struct str mark)
{
    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n')), rest = text;
        size_t len = 0;

        if (line.len == 0 || line.data[0] == '#' || str_find_nocase(line, mark) == line.len)
            continue;
        for (int i = 0; i < NEAR_LINES && rest.len; i++) {
            struct str next = str_cut(&rest, '\n');

            len = (size_t)(next.data + next.len - line.data);
            if (str_index(next, '}') < next.len || str_has(next, STR("</")))
                break;
        }
        if (refuses(line) || refuses((struct str){line.data, len}))
            return true;
    }
    return false;
}

static struct str
last_name(struct str path)
{
    while (str_index(path, '/') < path.len)
        (void)str_cut(&path, '/');
    return path;
}

/* "/srv/blog/wp-content/uploads": a rule names the folder, and PHP. */
static bool
uploads_are_refused(const struct web_facts *facts, const struct web_find *find)
{
    struct str name = last_name(find->path);

    if (facts->uses_htaccess && refuses(find->htaccess))
        return true;
    for (uint32_t i = 0; i < facts->config_count; i++) {
        if (name.len && rule_refuses(facts->configs[i], name))
            return true;
    }
    return false;
}

bool
web_is_refused(const struct web_facts *facts, const struct web_find *find)
{
    if (find->thing == WEB_UPLOADS)
        return uploads_are_refused(facts, find);
    for (uint32_t i = 0; i < facts->config_count; i++) {
        for (size_t m = 0; m < 4 && things[find->thing].marks[m]; m++) {
            if (rule_refuses(facts->configs[i], str_from_cstr(things[find->thing].marks[m])))
                return true;
        }
    }
    return false;
}

void
web_audit(const struct web_facts *facts, struct audit *audit)
{
    uint32_t bad = 0;

    for (uint32_t i = 0; i < facts->find_count; i++) {
        const struct web_find *find = &facts->finds[i];
        struct audit_finding *finding;

        if (web_is_refused(facts, find) || (find->thing == WEB_UPLOADS && !facts->has_php))
            continue;
        bad++;
        finding = audit_add(
            audit, (struct audit_finding){.area = AUDIT_WEB,
                                          .check = things[find->thing].check,
                                          .outcome = things[find->thing].outcome,
                                          .subject = find->site,
                                          .title = str_from_cstr(things[find->thing].title),
                                          .place = find->path,
                                          .seen = last_name(find->path),
                                          .why = str_from_cstr(things[find->thing].why)});
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                     .value = str_from_cstr(things[find->thing].advice)});
    }
    if (bad == 0 && facts->site_count)
        audit_fine(audit, AUDIT_WEB, "web-exposure", STR("web server"),
                   STR("The sites hand out nothing that weir knows to be harmful."), STR_EMPTY);
}
