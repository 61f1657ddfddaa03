/*
 * What is told of a site's forms and of the scripts that mail what they get. A site is a
 * page and a handler; each row has a safe twin near it.
 */

#include "php/flow.h"
#include "scan/examine.h"
#include "scan/form_judge.h"
#include "tap.h"

#define ARENA_MAX ((size_t)48 << 20)

struct told {
    struct arena *arena;
    struct form_notes notes;
    struct findings findings;
};

static struct told *
look(const char *path, const char *source, struct arena *arena)
{
    struct told *told = ARENA_NEW(arena, struct told);
    struct subject subject = {.path = str_from_cstr(path),
                              .inside = str_from(str_from_cstr(path), 5),
                              .source = str_from_cstr(source),
                              .notes = &told->notes};

    subject.places = subject_places(subject.inside);
    told->findings.arena = arena;
    (void)examine(&subject, arena, &told->findings);
    return told;
}

/* "rule 0.8", of the only finding of the kind; "" without. */
static struct str
summary(const struct findings *findings, struct arena *arena)
{
    struct str text = STR_EMPTY;

    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        if (finding->kind == FINDING_UNPROTECTED_FORM)
            text = arena_printf(arena, STR_FMT "%s%s %.1f", STR_ARG(text), text.len ? ", " : "",
                                finding->rule, finding->confidence);
    }
    return text;
}

#define MAIL "mail('a@shop.example', 'Contact', $_POST['message']);"
#define FORM(inside)                                                                               \
    "?><form method='post'><input name='name'><input name='email'>"                                \
    "<textarea name='message'></textarea>" inside "<button>Send</button></form>"

static void
judges_one_file(void)
{
    static const struct {
        const char *path, *source, *told;
    } rows[] = {
        {"/srv/send.php", "<?php " MAIL, "form-without-check 0.8"},
        {"/srv/send.php", "<?php class A { function b() { " MAIL " } }", "form-without-check 0.6"},
        {"/srv/send.php", "<?php /* the captcha comes later */ " MAIL, "form-without-check 0.5"},
        {"/srv/contact.php", "<?php " MAIL FORM(""), "form-without-check 0.8"},
        {"/srv/contact.php", "<?php " MAIL FORM("<div class='h-captcha'></div>"),
         "check-not-verified 0.6"},
        {"/srv/contact.php", "<?php" FORM(""), "form-open 0.6"},
        {"/srv/contact.php", "<?php" FORM("<div class='h-captcha'></div>"), ""},
        {"/srv/contact.php", "<?php" FORM("<input name='url' style='display:none'>"), ""},
        /* Something is asked before it mails. */
        {"/srv/send.php", "<?php if (!check_captcha($_POST['c'])) exit; " MAIL, ""},
        {"/srv/send.php", "<?php if ($_POST['c'] != $_SESSION['captcha']) die; " MAIL, ""},
        {"/srv/send.php", "<?php if (!empty($_POST['url'])) exit; " MAIL, ""},
        {"/srv/send.php", "<?php if (!is_user_logged_in()) exit; " MAIL, ""},
        {"/srv/send.php", "<?php if (php_sapi_name() !== 'cli') exit; " MAIL, ""},
        {"/srv/contact.php", "<?php if (!check_captcha($_POST['c'])) exit; " MAIL FORM(""), ""},
        /* Nothing of the visitor's is mailed. */
        {"/srv/cron.php", "<?php mail('a@shop.example', 'Report', 'All is well');", ""},
        {"/srv/id.php", "<?php mail('a@shop.example', 'Order', (int)$_POST['id']);", ""},
        /* Not a visitor's door. */
        {"/srv/admin/contact.php", "<?php " MAIL FORM(""), ""},
        {"/srv/vendor/x/contact.php", "<?php " MAIL FORM(""), ""},
        {"/srv/tests/contact.php", "<?php " MAIL FORM(""), ""},
        {"/srv/wp-login.php", "<?php" FORM(""), ""},
        {"/srv/member/ask.php", "<?php" FORM(""), ""},
        /* One of a kind in a file is enough. */
        {"/srv/contact.php", "<?php" FORM("") FORM(""), "form-open 0.6"},
        {"/srv/page.twig", FORM(""), "form-open 0.6"},
        {"/srv/page.txt", FORM(""), ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct told *told = look(rows[i].path, rows[i].source, arena);

        if (!str_eq(summary(&told->findings, arena), str_from_cstr(rows[i].told)))
            printf("# row %zu: %s %s\n", i, rows[i].path, rows[i].source);
        CHECK_STR(summary(&told->findings, arena), rows[i].told);
        arena_free(arena);
    }
}

static const struct form_note *
note_of(const struct told *told, bool is_handler)
{
    for (uint32_t i = 0; i < told->notes.count; i++) {
        if (told->notes.list[i].is_handler == is_handler)
            return &told->notes.list[i];
    }
    return NULL;
}

static void
finds_the_handler_of_a_form(void)
{
#define GOES(action)                                                                               \
    "<form method='post' action='" action "'><input name='name'><input name='email'>"              \
    "<textarea name='message'></textarea><button>Send</button></form>"
#define HOOK(name) "<?php add_action('wp_ajax_nopriv_" name "', 'f'); function f() { " MAIL " }"
#define AJAX(name)                                                                                 \
    "<form method='post' action='/wp-admin/admin-ajax.php'><input type='hidden' name='action' "    \
    "value='" name "'><input name='phone'><button>Call me</button></form>"
    static const struct {
        const char *page, *form, *handler, *source;
        bool fits;
    } rows[] = {
        {"/srv/index.html", GOES("/send.php"), "/srv/send.php", "<?php " MAIL, true},
        {"/srv/index.html", GOES("send.php"), "/srv/send.php", "<?php " MAIL, true},
        {"/srv/index.html", GOES("send.php?a=1"), "/srv/send.php", "<?php " MAIL, true},
        {"/srv/de/index.html", GOES("../send.php"), "/srv/send.php", "<?php " MAIL, true},
        {"/srv/de/index.html", GOES("/inc/send.php"), "/srv/inc/send.php", "<?php " MAIL, true},
        {"/srv/index.html", GOES("https://shop.example/inc/send.php"), "/srv/inc/send.php",
         "<?php " MAIL, true},
        {"/srv/index.html", GOES("/send.php"), "/srv/resend.php", "<?php " MAIL, false},
        {"/srv/index.html", GOES("/send.php"), "/srv/other.php", "<?php " MAIL, false},
        {"/srv/a/index.html", GOES("/send.php"), "/srv/b/send.php", "<?php " MAIL, false},
        {"/srv/index.html", GOES(""), "/srv/send.php", "<?php " MAIL, false},
        {"/srv/index.html", GOES("{{ url }}"), "/srv/send.php", "<?php " MAIL, false},
        {"/srv/t/form.php", AJAX("call_me"), "/srv/t/functions.php", HOOK("call_me"), true},
        {"/srv/t/form.php", AJAX("call_me"), "/srv/t/functions.php", HOOK("other"), false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct told *page = look(rows[i].page, rows[i].form, arena);
        struct told *script = look(rows[i].handler, rows[i].source, arena);
        const struct form_note *form = note_of(page, false), *handler = note_of(script, true);

        CHECK_ROW(i, form != NULL && handler != NULL);
        if (form && handler)
            CHECK_ROW(i, form_note_fits(form, handler) == rows[i].fits);
        arena_free(arena);
    }
}

static void
tells_of_both_in_one(void)
{
    static const struct {
        const char *check, *rule, *why;
        uint32_t guards;
        bool names_check;
        double confidence;
    } rows[] = {
        {"", "form-without-check", "contact form at /srv/index.html:1 has no bot check", 0, false,
         0.85},
        {"", "form-without-check", "has no bot check", GUARD_TOKEN, false, 0.8},
        {"", "form-without-check", "has no bot check", 0, true, 0.6},
        {"<div class='cf-turnstile'></div>", "check-not-verified", "(Turnstile)", 0, false, 0.9},
        {"<div class='g-recaptcha'></div>", "check-not-verified", "(reCAPTCHA)", 0, true, 0.6},
        {"<input name='url' class='honeypot'>", "check-not-verified", "(hidden field)", 0, false,
         0.6},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct str source = arena_printf(
            arena,
            "<form method='post' action='/send.php'><input name='name'><input name='email'>"
            "<textarea name='message'></textarea>%s<button>Send</button></form>%c",
            rows[i].check, '\0');
        struct told *page = look("/srv/index.html", source.data, arena);
        const struct form_note *form = note_of(page, false);
        struct form_note handler = {.is_handler = true,
                                    .path = STR("/srv/send.php"),
                                    .line = 7,
                                    .guards = rows[i].guards,
                                    .is_fixed = true,
                                    .names_check = rows[i].names_check};
        struct finding finding;

        CHECK_ROW(i, form && form_note_is_plain(form) && !form_note_is_guarded(&handler));
        if (form) {
            finding = form_note_joined(form, &handler, arena);
            CHECK_STR(str_from_cstr(finding.rule), rows[i].rule);
            CHECK_ROW(i, finding.confidence == rows[i].confidence && finding.line == 7);
            CHECK_ROW(i, str_has(finding.why, str_from_cstr(rows[i].why)));
            CHECK_STR(finding.path, "/srv/send.php");
        }
        arena_free(arena);
    }
}

static void
advises_by_what_the_site_runs_on(void)
{
    static const struct {
        const char *path, *source, *advice;
    } rows[] = {
        {"/srv/wp-content/themes/x/contact.php", "<?php" FORM(""), "WordPress: "},
        {"/srv/mod_x/form.php", "<?php defined('_JEXEC') or die;" FORM(""), "Joomla: "},
        {"/srv/catalog/view/theme/x/contact.twig", FORM(""), "OpenCart: "},
        {"/srv/c/template.php", "<?php if (!defined('B_PROLOG_INCLUDED')) die;" FORM(""),
         "Bitrix: "},
        {"/srv/resources/views/contact.blade.php", FORM(""), "Laravel: "},
        {"/srv/contact.html", FORM(""), "Draw Turnstile"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct told *told = look(rows[i].path, rows[i].source, arena);

        CHECK_ROW(i, told->findings.count > 0);
        if (told->findings.count)
            CHECK_ROW(i, str_starts(told->findings.list[told->findings.count - 1].advice,
                                    str_from_cstr(rows[i].advice)));
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"judges one file", judges_one_file},
        {"finds the handler of a form", finds_the_handler_of_a_form},
        {"tells of both in one", tells_of_both_in_one},
        {"advises by what the site runs on", advises_by_what_the_site_runs_on},
    };

    return tap_main(cases, COUNT(cases));
}
