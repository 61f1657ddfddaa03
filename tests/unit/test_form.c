/*
 * What a form is for, and which check is drawn in it. A form that weir should know, in
 * whatever language, is a row; so is one that it should leave alone.
 */

#include "scan/form.h"
#include "scan/html.h"
#include "tap.h"

static void
read_forms(const char *source, struct arena *arena, struct forms *ret_forms)
{
    struct str text = str_from_cstr(source);

    forms_read(text, html_flatten(text, arena), arena, ret_forms);
}

#define OPEN "<form action='/send.php' method='post'>"
#define NAME "<input name='name'>"
#define MAIL "<input type='email' name='email'>"
#define PHONE "<input name='phone'>"
#define AREA "<textarea name='message'></textarea>"
#define WORD "<input type='password' name='password'>"
#define AGAIN "<input type='password' name='password2'>"
#define CLOSE "</form>"
#define SEND(text) "<button type='submit'>" text "</button></form>"

static void
knows_what_a_form_is_for(void)
{
    static const struct {
        const char *source;
        enum form_kind kind;
    } rows[] = {
        /* Contact. */
        {OPEN NAME MAIL AREA SEND("Send message"), FORM_CONTACT},
        {OPEN NAME MAIL AREA SEND("Go"), FORM_CONTACT},
        {"<form id='contact'>" MAIL AREA SEND("Go"), FORM_CONTACT},
        {"<form class=feedback-form method=post>" NAME AREA SEND("Go"), FORM_CONTACT},
        {OPEN NAME PHONE AREA SEND("Отправить сообщение"), FORM_CONTACT},
        {OPEN "Имя <input name=f1 placeholder='Ваше имя'><input name=f2 placeholder='Ваша почта'>"
              "<textarea name=f3></textarea>" SEND("Отправить"),
         FORM_CONTACT},
        {OPEN "<input name=a placeholder=Vorname><input name=b placeholder='E-Mail'><textarea "
              "name=c></textarea>" SEND("Nachricht senden"),
         FORM_CONTACT},
        {OPEN "<input name=nombre><input name=correo><textarea name=mensaje></textarea>" SEND(
             "Enviar mensaje"),
         FORM_CONTACT},
        {OPEN
         "<input name=nom ><input name=email><textarea name=m></textarea>" SEND("Nous contacter"),
         FORM_CONTACT},
        {OPEN
         "<input name=nome><input name=email><textarea name=m></textarea>" SEND("Invia messaggio"),
         FORM_CONTACT},
        {OPEN
         "<input name=imie><input name=email><textarea name=t></textarea>" SEND("Wyślij wiadomość"),
         FORM_CONTACT},
        {OPEN
         "<input name=naam><input name=email><textarea name=t></textarea>" SEND("Bericht sturen"),
         FORM_CONTACT},
        {OPEN "<input name=email><textarea name=t></textarea>" SEND("Mesaj gönder"), FORM_CONTACT},
        {OPEN
         "<input name=nome><input name=email><textarea name=t></textarea>" SEND("Enviar mensagem"),
         FORM_CONTACT},
        {OPEN NAME PHONE SEND("Оставить заявку"), FORM_CALLBACK},
        /* Call me. */
        {OPEN NAME PHONE SEND("Заказать звонок"), FORM_CALLBACK},
        {OPEN PHONE SEND("ПЕРЕЗВОНИТЕ МНЕ"), FORM_CALLBACK},
        {OPEN PHONE SEND("Обратный звонок"), FORM_CALLBACK},
        {"<form id='callback'>" NAME PHONE SEND("OK"), FORM_CALLBACK},
        {OPEN NAME "<input type=tel name=x>" SEND("Call me back"), FORM_CALLBACK},
        {OPEN "<input name=telefon>" SEND("Rückruf anfordern"), FORM_CALLBACK},
        {OPEN "<input name=tel>" SEND("Rappelez-moi"), FORM_CALLBACK},
        {OPEN "<input name=telefon>" SEND("Zadzwońcie do mnie"), FORM_CALLBACK},
        {OPEN "<input name=telefono placeholder='teléfono'>" SEND("Llámame"), FORM_CALLBACK},
        {OPEN NAME PHONE SEND("OK"), FORM_CALLBACK},
        {OPEN NAME PHONE AREA "<button class='callback-send'>OK</button></form>", FORM_CALLBACK},
        /* A page in Windows-1251. */
        {OPEN "<input name=f1 placeholder='\xd2\xe5\xeb\xe5\xf4\xee\xed'>" SEND(
             "\xc7\xe0\xea\xe0\xe7\xe0\xf2\xfc \xe7\xe2\xee\xed\xee\xea"),
         FORM_CALLBACK},
        /* Sent by a script, without <form>. */
        {"<div id=pop>" NAME PHONE "<button onclick='send()'>Перезвоните мне</button></div>",
         FORM_CALLBACK},
        {"<div>" NAME PHONE "<button onclick='send()'>Купить в 1 клик</button></div>", FORM_ORDER},
        {"var html = '<form><input name=\"phone\"><button>Call me</button></form>';",
         FORM_CALLBACK},
        {"<script type='text/template'><form>" PHONE SEND("Call me") "</script>", FORM_CALLBACK},
        /* Quick order. */
        {OPEN PHONE "<button class='one-click'>OK</button></form>", FORM_ORDER},
        {OPEN NAME PHONE SEND("Купить в один клик"), FORM_ORDER},
        {OPEN NAME PHONE SEND("Быстрый заказ"), FORM_ORDER},
        {OPEN NAME MAIL PHONE SEND("Jetzt bestellen"), FORM_ORDER},
        {OPEN NAME PHONE SEND("Hızlı sipariş"), FORM_ORDER},
        /* Tell a friend. */
        {OPEN MAIL "<input name='friend_email'>" AREA SEND("Send"), FORM_FRIEND},
        {"<form id=tell-a-friend>" NAME MAIL SEND("Send"), FORM_FRIEND},
        {OPEN NAME MAIL AREA SEND("Отправить другу"), FORM_FRIEND},
        {OPEN NAME MAIL SEND("Seite weiterempfehlen"), FORM_FRIEND},
        {OPEN NAME MAIL SEND("Envoyer à un ami"), FORM_FRIEND},
        /* Registration. */
        {"<form id='register'>" NAME MAIL WORD SEND("OK"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Create account"), FORM_REGISTER},
        {OPEN "<input name=login>" MAIL WORD AGAIN SEND("Зарегистрироваться"), FORM_REGISTER},
        {OPEN "<input name=username>" MAIL WORD AGAIN SEND("Konto erstellen"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Créer un compte"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Zarejestruj się"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Üye ol"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Registrati"), FORM_REGISTER},
        {OPEN NAME MAIL WORD AGAIN SEND("Account aanmaken"), FORM_REGISTER},
        /* Comments. */
        {"<form id='commentform'>" NAME MAIL "<textarea name=comment></textarea>" SEND("Post"),
         FORM_COMMENT},
        {OPEN NAME AREA SEND("Оставить отзыв"), FORM_COMMENT},
        {OPEN NAME MAIL AREA SEND("Kommentar abschicken"), FORM_COMMENT},
        {OPEN NAME MAIL AREA SEND("Laisser un commentaire"), FORM_COMMENT},
        {"<form action='/guestbook.php' method=post>" NAME AREA SEND("OK"), FORM_COMMENT},
        /* Newsletter. */
        {OPEN MAIL SEND("Subscribe"), FORM_NEWSLETTER},
        {OPEN MAIL SEND("Подписаться"), FORM_NEWSLETTER},
        {OPEN MAIL SEND("Newsletter abonnieren"), FORM_NEWSLETTER},
        {OPEN MAIL SEND("S'abonner"), FORM_NEWSLETTER},
        {OPEN MAIL SEND("Iscriviti"), FORM_NEWSLETTER},
        /* Lost password. */
        {"<form id=lostpassword>" MAIL SEND("OK"), FORM_PASSWORD},
        {OPEN "<input name=login> Забыли пароль?" SEND("OK"), FORM_PASSWORD},
        /* To be left alone. */
        {"<form method='get' action='/'><input name='q'>" SEND("Go"), FORM_OTHER},
        {OPEN "<input name='search'>" SEND("Search"), FORM_OTHER},
        {OPEN "<input type=search name=x>" SEND("Поиск"), FORM_OTHER},
        {"<form method=get>" NAME MAIL AREA SEND("Preview message"), FORM_OTHER},
        {OPEN "<input name=login>" WORD SEND("Войти"), FORM_OTHER},
        {OPEN MAIL WORD SEND("Log in") "<a href=/register>Register</a>", FORM_OTHER},
        {OPEN MAIL WORD "<a>Register</a>" SEND("Sign in"), FORM_OTHER},
        {OPEN "<input type=tel name=phone>" SEND("Log in"), FORM_OTHER},
        {OPEN WORD WORD AGAIN SEND("Change password"), FORM_OTHER},
        {"<form action='/checkout'>" NAME MAIL PHONE AREA SEND("Pay"), FORM_OTHER},
        {OPEN NAME PHONE "<input name='billing_city'>" SEND("Order"), FORM_OTHER},
        {OPEN "<input name=qty>" SEND("Купить"), FORM_OTHER},
        {OPEN "<input name=price_from><input name=price_to>" SEND("OK"), FORM_OTHER},
        {OPEN NAME MAIL AREA SEND("Save"), FORM_OTHER},
        {OPEN NAME MAIL AREA SEND("Сохранить"), FORM_OTHER},
        {"<form action='options.php' method=post>" NAME MAIL AREA SEND("OK"), FORM_OTHER},
        {OPEN "<input name='smtp_host'>" MAIL AREA SEND("OK"), FORM_OTHER},
        {OPEN "<select name=lang><option>Contact</select>" SEND("OK"), FORM_OTHER},
        {OPEN "<input type=checkbox name=agree>" SEND("Contact"), FORM_OTHER},
        {OPEN "<input type=hidden name=email>" SEND("Contact us"), FORM_OTHER},
        {OPEN MAIL SEND("OK"), FORM_OTHER},
        {NAME MAIL "<div>no button</div>", FORM_OTHER},
        {"<!-- " OPEN NAME MAIL AREA SEND("Send message") " -->", FORM_OTHER},
        {"<script>x = 'contact';</script>", FORM_OTHER},
        {"", FORM_OTHER},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct forms forms;
        enum form_kind kind;

        read_forms(rows[i].source, arena, &forms);
        kind = forms.count ? forms.list[0].kind : FORM_OTHER;
        if (kind != rows[i].kind)
            printf("# %s: %s\n", form_kind_name(kind), rows[i].source);
        CHECK_ROW(i, kind == rows[i].kind);
        arena_free(arena);
    }
}

static void
knows_the_check_that_is_drawn(void)
{
    static const struct {
        const char *inside;
        uint32_t checks;
    } rows[] = {
        {"", 0},
        {"<div class='g-recaptcha' data-sitekey='x'></div>", CHECK_RECAPTCHA},
        {"<input type=hidden name='recaptcha_response'>", CHECK_RECAPTCHA},
        {"<?php echo recaptcha_get_html($key); ?>", CHECK_RECAPTCHA},
        {"<div class='h-captcha'></div>", CHECK_HCAPTCHA},
        {"<div class='cf-turnstile'></div>", CHECK_TURNSTILE},
        {"<altcha-widget challengeurl='/c'></altcha-widget>", CHECK_ALTCHA},
        {"<div class='frc-captcha'></div>", CHECK_FRIENDLY},
        {"<div id='captcha-container' class='smart-captcha'></div>", CHECK_SMARTCAPTCHA},
        {"<img src='captcha.php'><input name='code'>", CHECK_IMAGE},
        {"<img src='securimage_show.php'>", CHECK_IMAGE},
        {"Введите код с картинки <input name='keystring'>", CHECK_IMAGE},
        {"3 + 4 = <input name='sum'>", CHECK_IMAGE},
        {"<?php include 'inc/captcha.php'; ?>", CHECK_IMAGE},
        {"{{ captcha }}", CHECK_IMAGE},
        {"<input name='code'><img src='/member/code'>", CHECK_IMAGE},
        {"<input name='code'>", 0},
        {"<img src='/logo.png'>", 0},
        {"<input name='website' style='display:none'>", CHECK_HONEYPOT},
        {"<input name='url' class='honeypot'>", CHECK_HONEYPOT},
        {"<div style='position:absolute'><input name='hp_mail'></div>", CHECK_HONEYPOT},
        {"<?php do_action('my_form') ?>", CHECK_HOOK},
        {"<?php echo $this->form->renderField('x') ?>", CHECK_HOOK},
        {"{{ form_widget(form.x) }}", CHECK_HOOK},
        {"<?php wp_nonce_field('x') ?>", CHECK_TOKEN},
        {"<input type=hidden name='csrf'>", CHECK_TOKEN},
        {"<input type=hidden name='form_key'>", CHECK_TOKEN},
        /* No checks: numbers, words of other things. */
        {"+49 30 123456", 0},
        {"a = b + c", 0},
        {"<input type=hidden name='page' style='display:none'>", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct forms forms;
        struct str source =
            arena_printf(arena, OPEN NAME MAIL AREA "%s" SEND("Send message"), rows[i].inside);

        forms_read(source, html_flatten(source, arena), arena, &forms);
        CHECK_ROW(i, forms.count == 1 && forms.list[0].kind == FORM_CONTACT);
        if (forms.count && forms.list[0].checks != rows[i].checks)
            printf("# %x: %s\n", forms.list[0].checks, rows[i].inside);
        CHECK_ROW(i, forms.count == 1 && forms.list[0].checks == rows[i].checks);
        arena_free(arena);
    }
}

static void
takes_a_check_elsewhere_on_the_page_for_one(void)
{
    static const struct {
        const char *page;
        uint32_t checks;
    } rows[] = {
        {"<script>grecaptcha.execute('k')</script>", CHECK_OTHER},
        {"<script src='https://www.example.org/recaptcha/api.js?render=k'></script>", CHECK_OTHER},
        /* Loaded for the other form, which draws it. */
        {"<script src='https://www.example.org/recaptcha/api.js'></script>", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct forms forms;
        struct str source =
            arena_printf(arena, OPEN NAME MAIL AREA SEND("Send") "%s", rows[i].page);

        forms_read(source, source, arena, &forms);
        CHECK_ROW(i, forms.count == 1 && forms.list[0].checks == rows[i].checks);
        arena_free(arena);
    }
}

static void
knows_where_a_form_goes(void)
{
#define BODY ">" NAME MAIL AREA SEND("Send message")
    static const struct {
        const char *source;
        enum form_target kind;
        const char *target;
    } rows[] = {
        {"<form method=post" BODY, TARGET_SELF, ""},
        {"<form method=post action=''" BODY, TARGET_SELF, ""},
        {"<form method=post action='#'" BODY, TARGET_SELF, ""},
        {"<form method=post action='?x=1'" BODY, TARGET_SELF, ""},
        {"<form action='<?php echo $_SERVER['PHP_SELF'] ?>'" BODY, TARGET_SELF, ""},
        {"<form action='<?= $url ?>'" BODY, TARGET_UNKNOWN, ""},
        {"<form action='{{ url }}'" BODY, TARGET_UNKNOWN, ""},
        {"<form action='/send.php'" BODY, TARGET_PATH, "/send.php"},
        {"<form action='send.php?a=1#top'" BODY, TARGET_PATH, "send.php"},
        {"<form action='<?= $base ?>/send.php'" BODY, TARGET_PATH, "/send.php"},
        {"<form action=\"<?php echo url('/send.php') ?>\"" BODY, TARGET_PATH, "/send.php"},
        {"<form action='https://shop.example/send.php'" BODY, TARGET_PATH, "/send.php"},
        {"<form action='https://forms.example/f/abc'" BODY, TARGET_FOREIGN, "/f/abc"},
        {"<form action='mailto:a@b.example'" BODY, TARGET_FOREIGN, ""},
        {"<form" BODY "<script>$.post('/call.php', d)</script>", TARGET_PATH, "/call.php"},
        {"<form" BODY "<script>fetch(\"/call.php\")</script>", TARGET_PATH, "/call.php"},
        {"<form" BODY "<script>$.ajax({type: 'POST', url: 'call.php'})</script>", TARGET_PATH,
         "call.php"},
        {"<form" BODY "<script>x.open('POST', '/call.php')</script>", TARGET_PATH, "/call.php"},
        {"<form action='/wp-admin/admin-ajax.php'><input type=hidden name=action "
         "value=call_me" BODY,
         TARGET_AJAX, "call_me"},
        {"<form" BODY "<script>$.post(ajaxurl, {action: 'call_me'})</script>", TARGET_AJAX,
         "call_me"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct forms forms;

        read_forms(rows[i].source, arena, &forms);
        CHECK_ROW(i, forms.count == 1 && forms.list[0].target_kind == rows[i].kind);
        if (forms.count)
            CHECK_STR(forms.list[0].target, rows[i].target);
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"knows what a form is for", knows_what_a_form_is_for},
        {"knows the check that is drawn", knows_the_check_that_is_drawn},
        {"takes a check elsewhere on the page for one",
         takes_a_check_elsewhere_on_the_page_for_one},
        {"knows where a form goes", knows_where_a_form_goes},
    };

    return tap_main(cases, COUNT(cases));
}
