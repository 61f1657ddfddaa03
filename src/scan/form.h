#ifndef SCAN_FORM_H
#define SCAN_FORM_H

/*
 * form - what a form on a page is for, and which bot check is drawn in it.
 *
 *     <form action="/callback.php"> Имя … Телефон … <button>Заказать звонок
 *         FORM_CALLBACK, no check, handed to /callback.php
 *
 * By names and types of its fields, its labels, buttons, classes and action, in many
 * languages. Pop-ups that a script sends are groups of fields without <form>. Forms
 * that mail nobody (search, login, filter, checkout, settings) are FORM_OTHER.
 *
 * Pure; bounded: FORMS_MAX forms of a file are read.
 */

#include "base/arena.h"

enum form_kind {
    FORM_OTHER,
    FORM_CONTACT,
    FORM_CALLBACK,
    FORM_ORDER,  /* quick order, "buy in one click" */
    FORM_FRIEND, /* "tell a friend": the visitor names who gets mail */
    FORM_REGISTER,
    FORM_COMMENT,
    FORM_NEWSLETTER,
    FORM_PASSWORD, /* lost password: mails only those who have an account */
};
#define FORM_KIND_COUNT 9

enum form_check {
    CHECK_RECAPTCHA = 1 << 0,
    CHECK_HCAPTCHA = 1 << 1,
    CHECK_TURNSTILE = 1 << 2,
    CHECK_ALTCHA = 1 << 3,
    CHECK_FRIENDLY = 1 << 4,
    CHECK_SMARTCAPTCHA = 1 << 5, /* Yandex */
    CHECK_IMAGE = 1 << 6,        /* letters on a picture, a sum, a question */
    CHECK_HONEYPOT = 1 << 7,     /* a field that people do not see */
    CHECK_OTHER = 1 << 8,        /* something by the name of a bot check */
    CHECK_HOOK = 1 << 9,         /* drawn by the content manager, where a plugin adds its check */
    CHECK_TOKEN = 1 << 10,       /* against forged requests: keeps no bot away */
};
/* Those whose answer the script that gets the form must verify. */
#define CHECK_VERIFIED                                                                             \
    (CHECK_RECAPTCHA | CHECK_HCAPTCHA | CHECK_TURNSTILE | CHECK_ALTCHA | CHECK_FRIENDLY |          \
     CHECK_SMARTCAPTCHA | CHECK_IMAGE)
#define CHECK_VENDOR                                                                               \
    (CHECK_RECAPTCHA | CHECK_HCAPTCHA | CHECK_TURNSTILE | CHECK_ALTCHA | CHECK_FRIENDLY |          \
     CHECK_SMARTCAPTCHA)
#define CHECK_ANY (CHECK_VERIFIED | CHECK_HONEYPOT | CHECK_OTHER | CHECK_HOOK)

enum form_target {
    TARGET_UNKNOWN, /* written by a program */
    TARGET_SELF,    /* the page's own address */
    TARGET_PATH,    /* `target`: without scheme, host and query */
    TARGET_AJAX,    /* `target`: the action of WordPress's admin-ajax.php or admin-post.php */
    TARGET_FOREIGN, /* another server, mailto: */
};

struct form {
    enum form_kind kind;
    uint32_t checks;
    enum form_target target_kind;
    struct str target;
    size_t begin, end; /* in the source */
    uint32_t fields;   /* that a visitor sees */
    bool is_scripted;  /* fields without <form>, or a form that a script sends */
};

#define FORMS_MAX 32
#define FORMS_SEEN_MAX 1000 /* of any kind; what lies behind them is not read */
#define FORM_FIELDS_SEEN_MAX 10000

struct forms {
    uint32_t count;
    struct form list[FORMS_MAX];
};

/*
 * Reads the forms of a page or template. `flat` is html_flatten's of `source`. Targets
 * point into it. Forms of FORM_OTHER are not in the list.
 */
void forms_read(struct str source, struct str flat, struct arena *arena, struct forms *ret_forms);

/* "contact form", "call-me form", …: for people. */
const char *form_kind_name(enum form_kind kind);

/* "reCAPTCHA", …: the first of `checks`; "none" without. */
const char *form_check_name(uint32_t checks);

/* Words of bot checks in a form, or in the script that gets it. */
uint32_t form_checks_of(struct str text);

/* Does a script of the page put a bot check into forms? grecaptcha.execute, turnstile.render */
bool form_page_draws_check(struct str page);

#endif
