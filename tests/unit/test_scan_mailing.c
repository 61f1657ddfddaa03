/*
 * What scan says of mailing scripts: each row is PHP, and the rules that it breaks. Twins
 * stand together, the vulnerable one first. "//// name" begins another file of the same site.
 */

#include <stdlib.h>

#include "php/field.h"
#include "scan/php_file.h"
#include "tap.h"

#define FILES_MAX 4
#define ROUNDS 3

struct site {
    uint32_t count;
    struct str paths[FILES_MAX], sources[FILES_MAX];
    struct arena *arena;
};

/* "a.php" of "//// a.php\n…"; the first file needs no such line. */
static void
site_read(struct site *site, struct str text)
{
    site->paths[0] = STR("/srv/www/page.php");
    site->sources[0] = text;
    site->count = 1;
    for (;;) {
        struct str *last = &site->sources[site->count - 1];
        size_t at = str_find(*last, STR("//// "));
        struct str rest = str_from(*last, at), path;

        if (at == last->len || site->count > FILES_MAX)
            return;
        path = str_cut_at(&rest, STR("\n"));
        path = str_from(path, 5);
        if (at == 0) {
            site->paths[site->count - 1] = path;
            *last = rest;
            continue;
        }
        *last = str_first(*last, at);
        if (site->count == FILES_MAX)
            return;
        site->paths[site->count] = path;
        site->sources[site->count++] = rest;
    }
}

static void
look(struct site *site, struct findings *findings)
{
    struct summaries *known = NULL;

    for (int round = 0; round < ROUNDS; round++) {
        struct summaries *found = summaries_new(site->arena);

        findings->count = 0;
        for (uint32_t i = 0; i < site->count; i++) {
            struct subject subject = {
                .path = site->paths[i],
                .inside = site->paths[i],
                .source = site->sources[i],
                .known = known,
                .found = found,
            };

            (void)php_file_look(&subject, site->arena, findings);
        }
        known = found;
    }
}

static bool
is_of_mail(const struct finding *finding)
{
    return finding->kind == FINDING_VULNERABLE_MAIL || finding->kind == FINDING_NOTIFICATION;
}

/* Rules in the order of finding, each once; those that accuse with "!". */
static struct str
rules_of(const struct findings *findings, bool is_remark_too, struct arena *arena)
{
    struct str rules = STR_EMPTY;

    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        bool accuses = finding->confidence >= FINDING_ACCUSES;
        struct str name = arena_printf(arena, "%s%s", finding->rule, accuses ? "!" : "");

        if (!is_of_mail(finding) || (!accuses && !is_remark_too) || str_has(rules, name))
            continue;
        rules = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(rules), rules.len ? " " : "",
                             STR_ARG(name));
    }
    return rules;
}

struct row {
    const char *source, *rules;
};

static void
check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_new((size_t)64 << 20);
        struct findings *findings = calloc(1, sizeof(*findings));
        struct site site = {.arena = arena};
        struct str rules;

        if (!findings)
            abort();
        findings->arena = arena_new((size_t)1 << 20);
        site_read(&site, str_from_cstr(rows[i].source));
        look(&site, findings);
        rules = rules_of(findings, true, arena);
        if (!str_eq(rules, str_from_cstr(rows[i].rules)))
            printf("# row %zu: %s\n", i, rows[i].source);
        CHECK_STR(rules, rows[i].rules);
        arena_free(findings->arena);
        arena_free(arena);
        free(findings);
    }
}

static void
grades_what_a_visitor_chooses(void)
{
    static const struct row rows[] = {
        /* recipient and text */
        {"<?php mail($_POST['to'], 'Hello', $_POST['message']);", "open-relay!"},
        {"<?php mail('info@site.example', 'Hello', $_POST['message']);", ""},
        {"<?php mail($_GET['to'], $_GET['subject'], 'fixed');", "open-relay!"},
        {"<?php mail($_COOKIE['a'], 'x', file_get_contents('php://input'));", "open-relay!"},
        {"<?php $to = array('a' => 'a@site.example', 'b' => 'b@site.example');"
         "mail($to[$_POST['who']], 'x', $_POST['message']);",
         ""},
        {"<?php extract($_POST); mail($to, $subject, $message);", "open-relay!"},
        {"<?php foreach ($_POST as $k => $v) $body .= \"$k: $v\\n\";"
         "mail($_POST['recipient'], 'Form', $body);",
         "open-relay!"},
        {"<?php foreach ($_POST as $k => $v) $body .= \"$k: $v\\n\";"
         "mail('info@site.example', 'Form', $body);",
         ""},
        /* the same address checked by its form is still anybody's */
        {"<?php if (!filter_var($_POST['to'], FILTER_VALIDATE_EMAIL)) exit;"
         "mail($_POST['to'], 'Hello', $_POST['message']);",
         "open-relay!"},
        {"<?php $id = (int) $_POST['to']; mail('user' . $id . '@site.example', 'x', "
         "$_POST['message']);",
         ""},
        /* the text is the site's own */
        {"<?php mail($_POST['email'], 'Thank you', 'We got your message.');", "mail-to-visitor"},
        {"<?php mail($_POST['email'], 'Thank you', 'Dear ' . $_POST['name'] . ', thank you.');",
         "registration-text"},
        {"<?php mail($_POST['email'], 'Thank you', 'You wrote: ' . $_POST['message']);",
         "open-relay!"},
        {"<?php mail($_POST['email'], 'Your registration', 'Login: ' . $_POST['username']);",
         "registration-text"},
        {"<?php mail($_POST['email'], 'Copy', 'You wrote: ' . $_POST['message']);", "open-relay!"},
        /* recommendations */
        {"<?php mail($_POST['friend_email'], 'Look at this', 'A page for you: ' . PAGE);",
         "tell-a-friend!"},
        {"<?php mail($_POST['friend_email'], 'Look at this', $_POST['note']);", "open-relay!"},
        {"//// /srv/www/tell-a-friend.php\n<?php mail($_POST['e'], 'Look at this', 'A page.');",
         "tell-a-friend!"},
        {"<?php if (!recaptcha_ok()) exit;"
         "mail($_POST['friend_email'], 'Look at this', 'A page for you');",
         "tell-a-friend"},
        /* copies */
        {"<?php mail('info@site.example', 'x', $_POST['message'], 'Cc: info2@site.example');", ""},
        {"<?php $e = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);"
         "mail('info@site.example', 'x', $_POST['message'], \"Bcc: $e\");",
         "copy-to-visitor!"},
        {"<?php $e = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);"
         "$h = \"From: info@site.example\\r\\n\"; $h .= 'Cc: ' . $e . \"\\r\\n\";"
         "mail('info@site.example', 'x', $_POST['message'], $h);",
         "copy-to-visitor!"},
        {"<?php $e = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);"
         "mail('info@site.example', 'x', $_POST['message'], \"From: $e\\nCc: a@site.example\");",
         ""},
        {"<?php if (isset($_POST['copy'])) mail($_POST['email'], 'Copy', $_POST['message']);"
         "mail('info@site.example', 'x', $_POST['message']);",
         "open-relay!"},
        /* headers */
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . trim($_POST['email']));",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . str_replace(array(\"\\r\", "
         "\"\\n\"), "
         "'', $_POST['email']));",
         ""},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . htmlspecialchars($_POST['email']));",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', 'y', 'X-Host: ' . $_SERVER['HTTP_HOST']);", ""},
        {"<?php mail('info@site.example', 'x', 'y', 'X-Path: ' . "
         "urldecode($_SERVER['REQUEST_URI']));",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', 'y', 'X-Path: ' . $_SERVER['REQUEST_URI']);", ""},
        {"<?php mail('info@site.example', 'x', 'y', 'X-Ip: ' . $_SERVER['REMOTE_ADDR']);", ""},
        {"<?php mail('info@site.example', $_POST['subject'], 'y', 'From: info@site.example');", ""},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . filter_var($_POST['email'], "
         "FILTER_SANITIZE_EMAIL));",
         ""},
        {"<?php mail('info@site.example', 'x', 'y', \"Reply-To: {$_POST['name']} <a@b.example>\");",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . preg_replace('/[\\r\\n]+/', ' ', "
         "$_POST['email']));",
         ""},
        {"<?php mb_send_mail('info@site.example', 'x', 'y', 'From: ' . "
         "mb_encode_mimeheader($_POST['name']) . ' <a@b.example>');",
         ""},
        /* the command line of sendmail */
        {"<?php mail('info@site.example', 'x', 'y', '', '-f' . $_POST['email']);",
         "sendmail-options!"},
        {"<?php mail('info@site.example', 'x', 'y', '', '-finfo@site.example');", ""},
        {"<?php mail('info@site.example', 'x', 'y', '', '-f' . escapeshellarg($_POST['email']));",
         "sendmail-options!"},
        {"<?php if (!preg_match('/^[a-z0-9.]+@[a-z0-9.]+$/', $_POST['email'])) die;"
         "mail('info@site.example', 'x', 'y', '', '-f' . $_POST['email']);",
         ""},
    };

    check_rows(rows, COUNT(rows));
}

static void
counts_checks_that_hold(void)
{
    static const struct row rows[] = {
        /* before and after */
        {"<?php if (preg_match('/[\\r\\n]/', $_POST['email'])) die('no');"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);"
         "if (preg_match('/[\\r\\n]/', $_POST['email'])) die('no');",
         "header-injection!"},
        {"<?php if (preg_match('/[\\r\\n]/', $_POST['email'])) echo 'no';"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "header-injection!"},
        {"<?php if (preg_match('/[\\r\\n]/', $_POST['name'])) die('no');"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "header-injection!"},
        /* a flag, a list of errors */
        {"<?php $error = 0; if (strpos($_POST['email'], \"\\n\") !== false) $error = 1;"
         "if (!$error) mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php $error = 0; if (strpos($_POST['email'], \"\\n\") !== false) $error = 1;"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "header-injection!"},
        {"<?php $errors = array(); if (!filter_var($_POST['email'], FILTER_VALIDATE_EMAIL)) "
         "$errors[] = 'no'; if (empty($errors)) mail('info@site.example', 'x', 'y', 'From: ' . "
         "$_POST['email']);",
         ""},
        {"<?php $errors = array(); if (!filter_var($_POST['email'], FILTER_VALIDATE_EMAIL)) "
         "$errors[] = 'no'; if (count($errors) == 0) mail('info@site.example', 'x', 'y', 'From: ' "
         ". "
         "$_POST['email']);",
         ""},
        {"<?php $errors = array(); if (!filter_var($_POST['email'], FILTER_VALIDATE_EMAIL)) "
         "$errors[] = 'no'; if ($errors) mail('info@site.example', 'x', 'y', 'From: ' . "
         "$_POST['email']);",
         "header-injection!"},
        {"<?php $errors = array(); if (!captcha_ok()) $errors['captcha'] = 'no';"
         "if (!$errors) mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $ok = true; if (!captcha_ok()) $ok = false;"
         "if ($ok) mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $ok = true; if (!captcha_ok()) $ok = false;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        /* ways to leave */
        {"<?php if (!captcha_ok()) { header('Location: /'); exit; }"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php if (!captcha_ok()) { header('Location: /'); }"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php if (!is_user_logged_in()) wp_die('no');"
         "wp_mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php JRequest::checkToken() or jexit('no');"
         "mail(JRequest::getVar('to'), 'x', JRequest::getString('text'));",
         "open-relay!"},
        {"<?php function send() { if (!captcha_ok()) return; mail($_POST['to'], 'x', "
         "$_POST['message']); } send();",
         "open-relay"},
        {"<?php function send() { if (!captcha_ok()) throw new Exception('no'); "
         "mail($_POST['to'], 'x', $_POST['message']); } send();",
         "open-relay"},
        {"<?php try { if (!captcha_ok()) throw new Exception('no'); "
         "mail($_POST['to'], 'x', $_POST['message']); } catch (Exception $e) { echo 'no'; }",
         "open-relay"},
        {"<?php try { if (!captcha_ok()) throw new Exception('no'); } catch (Exception $e) { echo "
         "'no'; } mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php while (true) { if (!captcha_ok()) break; mail($_POST['to'], 'x', "
         "$_POST['message']); break; }",
         "open-relay"},
        {"<?php captcha_ok() || die('no'); mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php if (captcha_ok() && $_POST['to'] != '') mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php if (captcha_ok() || $_POST['to'] != '') mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay!"},
        /* where it is checked */
        {"<?php switch ($_GET['do']) { case 'form': if (!captcha_ok()) exit; echo 'form'; break; "
         "case 'send': mail($_POST['to'], 'x', $_POST['message']); }",
         "open-relay!"},
        {"<?php switch ($_GET['do']) { case 'form': echo 'form'; break; "
         "case 'send': if (!captcha_ok()) exit; mail($_POST['to'], 'x', $_POST['message']); }",
         "open-relay"},
        {"<?php class Friend { function form() { if (!is_user_logged_in()) exit; echo 'form'; } "
         "function send() { mail($_POST['to'], 'x', $_POST['message']); } }",
         "open-relay!"},
        {"<?php class Friend { function form() { echo 'form'; } "
         "function send() { if (!is_user_logged_in()) exit; mail($_POST['to'], 'x', "
         "$_POST['message']); } }",
         "open-relay"},
        {"<?php if (!current_user_can('manage_options')) return;"
         "wp_mail($_POST['to'], 'x', $_POST['message']);",
         ""},
        {"<?php if (php_sapi_name() !== 'cli') exit; mail($_GET['to'], 'x', $_GET['message']);",
         ""},
        /* a check that is only made where it is switched on */
        {"<?php $ok = true; if (get_option('x_captcha') == 'on') { if (!captcha_ok()) $ok = false; "
         "}"
         "if ($ok) mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php while ($row = mysql_fetch_array($r)) { if ($row['a'] == $_POST['to']) "
         "die('known'); }"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        /* a nonce is no bot check, a trap is a weak one */
        {"<?php if (!wp_verify_nonce($_POST['_wpnonce'], 'x')) exit;"
         "wp_mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php if (!empty($_POST['website_hp'])) exit;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php session_start(); if ($_POST['code'] != $_SESSION['code']) exit;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php session_start(); if ($_POST['token'] != $_SESSION['token']) exit;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php $r = json_decode(file_get_contents('https://www.google.com/recaptcha/api/siteverify"
         "?secret=x&response=' . $_POST['g-recaptcha-response'])); if (!$r->success) exit;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $c = curl_init(); curl_setopt($c, CURLOPT_URL, 'https://hcaptcha.com/siteverify');"
         "$r = json_decode(curl_exec($c)); if (!$r->success) die('no');"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $c = curl_init(); curl_setopt($c, CURLOPT_URL, 'https://news.site.example/list');"
         "$r = json_decode(curl_exec($c)); if (!$r->success) die('no');"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php $c = curl_init(); curl_setopt_array($c, array(CURLOPT_URL => "
         "'https://www.google.com/recaptcha/api/siteverify', CURLOPT_POST => true));"
         "$r = json_decode(curl_exec($c), true); if (empty($r['success'])) die('no');"
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        /* other words for the same */
        {"<?php $securimage = new Securimage(); if ($securimage->check($_POST['code']) == false) "
         "exit; mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $s = new Storage(); if ($s->check($_POST['code']) == false) exit; "
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php $c = new \\ReCaptcha\\ReCaptcha($k); $r = $c->verify($_POST['g'], $ip); if "
         "(!$r->isSuccess()) exit; mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $r = recaptcha_check_answer($k, $ip, $_POST['a']); if (!$r->is_valid) die('no'); "
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $human = intval($_POST['human']); if ($human !== 5) { $err = 'no'; } if ($err) "
         "exit; mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $step = intval($_POST['step']); if ($step !== 5) { $err = 'no'; } if ($err) exit; "
         "mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php if (time() - $_SESSION['last'] < 60) die('later'); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php if (md5($_POST['code']) != $_SESSION['code']) die('no'); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php check_login(); mail($_POST['to'], 'x', $_POST['message']);", "open-relay"},
        {"<?php check_spelling(); mail($_POST['to'], 'x', $_POST['message']);", "open-relay!"},
        {"<?php $auth = new Auth(); $auth->requireLogin(); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php if (Session::get('user') == null) { return; } mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php if ($_SERVER['REMOTE_ADDR'] != '127.0.0.1') die(); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         ""},
        {"<?php if ($_GET['key'] !== CRON_KEY) die(); mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php if ($_GET['page'] !== PAGE_NAME) die(); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay!"},
        {"<?php if (!is_logged_in()) redirect('login'); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php $request->validate(['answer' => 'required|captcha']); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay"},
        {"<?php $request->validate(['answer' => 'required']); mail($_POST['to'], 'x', "
         "$_POST['message']);",
         "open-relay!"},
        /* lists */
        {"<?php if (!in_array($_POST['to'], array('a@site.example', 'b@site.example'))) exit;"
         "mail($_POST['to'], 'x', $_POST['message']);",
         ""},
        {"<?php $to = $_POST['to'] == 'sales' ? 'sales@site.example' : 'info@site.example';"
         "mail($to, 'x', $_POST['message']);",
         ""},
        {"<?php switch ($_POST['to']) { case 'sales': $to = 'sales@site.example'; break; default: "
         "$to = 'info@site.example'; } mail($to, 'x', $_POST['message']);",
         ""},
        {"<?php switch ($_POST['to']) { case 'sales': $to = 'sales@site.example'; break; default: "
         "$to = $_POST['to']; } mail($to, 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php if (!preg_match('/@site\\.example$/', $_POST['to'])) exit;"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['to']);",
         "header-injection!"},
    };

    check_rows(rows, COUNT(rows));
}

static void
follows_the_text(void)
{
    static const struct row rows[] = {
        {"<?php function send($to, $text) { mail($to, 'x', $text); }"
         "send($_POST['to'], $_POST['message']);",
         "open-relay!"},
        {"<?php function send($to, $text) { mail($to, 'x', $text); }"
         "send('info@site.example', $_POST['message']);",
         ""},
        {"<?php function clean($v) { return str_replace(array(\"\\r\", \"\\n\"), '', $v); }"
         "mail('info@site.example', 'x', 'y', 'From: ' . clean($_POST['email']));",
         ""},
        {"<?php function clean($v) { return stripslashes($v); }"
         "mail('info@site.example', 'x', 'y', 'From: ' . clean($_POST['email']));",
         "header-injection!"},
        {"<?php function bad($v) { return preg_match('/[\\r\\n]/', $v); }"
         "if (bad($_POST['email'])) exit;"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php function check($v) { if (preg_match('/[\\r\\n]/', $v)) die('no'); }"
         "check($_POST['email']);"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php function check($v) { if (preg_match('/[\\r\\n]/', $v)) die('no'); }"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']); check($_POST['email']);",
         "header-injection!"},
        {"<?php function allowed($to) { $list = array('a@site.example'); foreach ($list as $a) if "
         "($a == $to) return true; return false; } $check = 'allowed';"
         "if (!$check($_POST['to'])) exit; mail($_POST['to'], 'x', $_POST['message']);",
         ""},
        {"<?php function person() { return captcha_check($_POST['code']); }"
         "if (!person()) exit; mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay"},
        {"<?php $data = $_POST; if (preg_match('/[\\r\\n]/', $data['email'])) exit;"
         "mail('info@site.example', 'x', 'y', 'From: ' . $data['email']);",
         ""},
        {"<?php function send($data) { if (preg_match('/[\\r\\n]/', $data['email'])) return;"
         "mail('info@site.example', 'x', 'y', 'From: ' . $data['email']); } send($_POST);",
         ""},
        {"<?php function send($data) {"
         "mail('info@site.example', 'x', 'y', 'From: ' . $data['email']); } send($_POST);",
         "header-injection!"},
        {"<?php $body = str_replace('{text}', $_POST['message'], 'Dear friend, {text}');"
         "mail($_POST['to'], 'x', $body);",
         "open-relay!"},
        {"<?php $body = sprintf('Dear friend, %s', $_POST['message']);"
         "mail($_POST['to'], 'x', $body);",
         "open-relay!"},
        {"<?php add_action('wp_ajax_nopriv_x', 'x_send'); add_action('wp_ajax_x', 'x_send');"
         "function x_send() { wp_mail($_POST['to'], 'x', $_POST['message']); }",
         "open-relay!"},
        {"<?php add_action('wp_ajax_x', 'x_send');"
         "function x_send() { wp_mail($_POST['to'], 'x', $_POST['message']); }",
         "open-relay"},
        {"<?php add_action('wp_ajax_nopriv_x', function () {"
         "wp_mail($_POST['to'], 'x', $_POST['message']); });",
         "open-relay!"},
        {"<?php class Form { private $to; function take() { $this->to = $_POST['to']; } "
         "function send() { mail($this->to, 'x', $_POST['message']); } }",
         "open-relay!"},
        {"<?php class Form { private $to; function take() { $this->to = 'info@site.example'; } "
         "function send() { mail($this->to, 'x', $_POST['message']); } }",
         ""},
        /* the request put back cleaned */
        {"<?php $_POST = stripslashes_deep($_POST); wp_mail($_POST['to'], 'x', $_POST['message']);",
         "open-relay!"},
        {"<?php $_POST = array_map('sanitize_text_field', $_POST);"
         "wp_mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php foreach ($_POST as $k => $v) $_POST[$k] = strip_tags($v);"
         "mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "header-injection!"},
        {"<?php foreach ($_POST as $k => $v) $_POST[$k] = str_replace(array(\"\\r\", \"\\n\"), '', "
         "$v); mail('info@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         ""},
        {"<?php $d = $_POST; foreach ($d as $k => $v) $d[$k] = sanitize_text_field($v);"
         "mail('info@site.example', 'x', 'y', 'From: ' . $d['email']);",
         ""},
        /* headers in lists */
        {"<?php $h = array(); $h[] = 'From: ' . $_POST['email']; $h[] = 'X-A: b';"
         "mail('info@site.example', 'x', 'y', implode(\"\\r\\n\", $h));",
         "header-injection!"},
        {"<?php mail('info@site.example', 'x', $_POST['message'], array('From' => "
         "'a@site.example', 'Bcc' => $_POST['email']));",
         "copy-to-visitor!"},
        {"<?php mail('info@site.example', 'x', 'y', array('From' => $_POST['email']));", ""},
        /* who the site knows is no stranger */
        {"<?php $user = find_user($_POST['email']); mail($user->email, 'x', $_POST['message']);",
         ""},
        {"<?php $user = make_user($_POST['email']); mail($user->email, 'x', $_POST['message']);",
         "open-relay!"},
        /* a template of the site's own says who gets it */
        {"<?php $to = str_replace('{field}', $_POST['x'], $template); mail($to, 'x', "
         "$_POST['message']);",
         ""},
        {"<?php class Form { private static $one; private $make; function __construct() { "
         "$this->make = array($this, 'field'); } static function send() { self::$one = new self(); "
         "return self::$one->go(); } function go() { mail('info@site.example', 'x', 'y', "
         "preg_replace_callback('/x/', $this->make, $this->headers)); } function field($m) { "
         "return "
         "$_POST[$m[1]]; } }",
         "header-injection!"},
        {"<?php class Form { function send() { $parts = array('h' => strip_tags($_POST['h']), 'b' "
         "=> "
         "sanitize_text_field($_POST['b'])); $parts = apply_filters('x', $parts); "
         "wp_mail('info@site.example', 'x', 'y', $parts['h']); } }",
         "header-injection!"},
        {"<?php class Form { function send() { $parts = array('h' => strip_tags($_POST['h']), 'b' "
         "=> "
         "sanitize_text_field($_POST['b'])); $parts = apply_filters('x', $parts); "
         "wp_mail('info@site.example', 'x', 'y', $parts['b']); } }",
         ""},
        {"<?php list($line) = explode(\"\\n\", $_POST['h'], 2); mail('info@site.example', 'x', "
         "'y', "
         "'From: ' . $line);",
         ""},
        {"<?php $clean = array_map('sanitize_text_field', $_POST); "
         "wp_mail('info@site.example', 'x', 'y', 'From: ' . $clean['email']);",
         ""},
        /* a mailer of the site's own, set step by step */
        {"<?php class Post { var $to; var $text; function setTo($to) { $this->to = $to; } "
         "function setText($text) { $this->text = $text; } function go() { mail($this->to, 'x', "
         "$this->text); } } $p = new Post(); $p->setTo($_POST['to']); "
         "$p->setText($_POST['message']); $p->go();",
         "open-relay!"},
        {"<?php class Post { var $to; var $text; function setTo($to) { $this->to = $to; } "
         "function setText($text) { $this->text = $text; } function go() { mail($this->to, 'x', "
         "$this->text); } } $p = new Post(); $p->setTo('info@site.example'); "
         "$p->setText($_POST['message']); $p->go();",
         ""},
        {"<?php class Post { function __construct($to) { $this->to = $to; } function go($text) { "
         "mail($this->to, 'x', $text); } } $p = new Post($_POST['to']); $p->go($_POST['message']);",
         "open-relay!"},
        {"<?php class Form { static function instance() { return new self(); } function send() { "
         "mail($_POST['to'], 'x', $_POST['message']); } } Form::instance()->send();",
         "open-relay!"},
        {"<?php class Form { function make($m) { return $_POST[$m[1]]; } function send() { $text = "
         "preg_replace_callback('/x/', array($this, 'make'), 'x'); mail('info@site.example', 'x', "
         "'y', $text); } }",
         "header-injection!"},
        {"<?php $text = preg_replace_callback('/x/', function ($m) { return $_POST['x']; }, 'x');"
         "mail('info@site.example', 'x', 'y', $text);",
         "header-injection!"},
        /* files of one site */
        {"//// /srv/www/contact.php\n<?php include 'lib.php';"
         "post_out($_POST['to'], $_POST['message']);"
         "//// /srv/www/lib.php\n<?php function post_out($to, $text) { mail($to, 'x', $text); }",
         "open-relay!"},
        {"//// /srv/www/contact.php\n<?php include 'check.php'; include 'lib.php';"
         "if (!visitor_ok()) exit; post_mail($_POST['to'], $_POST['message']);"
         "//// /srv/www/lib.php\n<?php function post_mail($to, $text) { mail($to, 'x', $text); }"
         "//// /srv/www/check.php\n<?php function visitor_ok() { return captcha_check(); }",
         "open-relay"},
        {"//// /srv/www/contact.php\n<?php $m = new Out(); $m->to($_POST['to'], $_POST['message']);"
         "//// /srv/www/out.php\n<?php class Out { function to($to, $text) { $this->go($to, "
         "$text); }"
         "function go($to, $text) { mail($to, 'x', $text); } }",
         "open-relay!"},
        {"//// /srv/www/contact.php\n<?php $m = new Out(); $m->setTo($_POST['to']);"
         "$m->setText($_POST['message']); $m->go();"
         "//// /srv/www/out.php\n<?php class Out { function setTo($to) { $this->to = $to; }"
         "function setText($text) { $this->text = $text; } function go() { mail($this->to, 'x', "
         "$this->text); } }",
         "open-relay!"},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_the_libraries(void)
{
    static const struct row rows[] = {
        /* WordPress */
        {"<?php wp_mail(sanitize_email($_POST['to']), 'x', sanitize_textarea_field("
         "$_POST['message']));",
         "open-relay!"},
        {"<?php wp_mail(get_option('admin_email'), 'x', $_POST['message']);", ""},
        {"<?php wp_mail(get_option('admin_email'), 'x', 'y', array('Reply-To: ' . "
         "$_POST['email']));",
         ""},
        {"<?php wp_mail(get_option('admin_email'), 'x', 'y', array('Reply-To: ' . "
         "sanitize_email($_POST['email'])));",
         ""},
        {"<?php wp_mail(get_option('admin_email'), 'x', 'y', 'From: ' . "
         "sanitize_text_field(wp_unslash($_POST['name'])) . ' <a@b.example>');",
         ""},
        /* PHPMailer */
        {"<?php $mail = new PHPMailer(); $mail->addAddress($_POST['to']);"
         "$mail->Body = $_POST['message']; $mail->send();",
         "open-relay!"},
        {"<?php $mail = new PHPMailer(); $mail->addAddress('info@site.example');"
         "$mail->addReplyTo($_POST['email']); $mail->Body = $_POST['message']; $mail->send();",
         ""},
        {"<?php $mail = new PHPMailer(); $mail->addAddress('info@site.example');"
         "$mail->addBCC($_POST['email']); $mail->Body = $_POST['message']; $mail->send();",
         "copy-to-visitor!"},
        {"<?php $mail = new PHPMailer(); $mail->addAddress($_POST['to']);"
         "$mail->Body = $_POST['message']; if (captcha_ok()) $mail->send();",
         "open-relay"},
        {"<?php use PHPMailer\\PHPMailer\\PHPMailer; $m = new PHPMailer(true);"
         "$m->AddAddress($_POST['to']); $m->Subject = $_POST['subject']; $m->Send();",
         "open-relay!"},
        {"<?php $mail = new PHPMailer(); $mail->setFrom($_POST['email']);"
         "$mail->addAddress('info@site.example'); $mail->send();",
         "visitor-sender"},
        {"<?php class PHPMailer { public $Sender = ''; function mailSend($h, $b) { $params = "
         "sprintf('-f%s', $this->Sender); return mail('a@b.example', 'x', $b, $h, $params); } }",
         "sendmail-options!"},
        {"<?php class PHPMailer { public $Sender = ''; static function isShellSafe($s) { if "
         "(escapeshellcmd($s) !== $s) return false; return true; } function mailSend($h, $b) { "
         "$params = null; if (self::isShellSafe($this->Sender)) $params = sprintf('-f%s', "
         "$this->Sender); return mail('a@b.example', 'x', $b, $h, $params); } }",
         ""},
        /* Swift Mailer, Symfony, Laravel, CodeIgniter, Zend, PEAR */
        {"<?php $message = Swift_Message::newInstance('x')->setTo($_POST['to'])->setBody("
         "$_POST['message']); $mailer->send($message);",
         "open-relay!"},
        {"<?php $message = (new Swift_Message('x'))->setTo(['info@site.example'])->setBody("
         "$_POST['message'])->setReplyTo($_POST['email']); $mailer->send($message);",
         ""},
        {"<?php $email = (new Email())->to($request->get('to'))->text($request->get('message'));"
         "$mailer->send($email);",
         "open-relay!"},
        {"<?php class ContactController { function send(Request $request) { "
         "Mail::to($request->input('to'))->send(new Note($request->input('message'))); } }",
         "open-relay!"},
        {"<?php class ContactController { function send(Request $request) { "
         "Mail::to('info@site.example')->send(new Note($request->input('message'))); } }",
         ""},
        {"<?php class ContactController { function send(Request $request) { "
         "Mail::raw($request->message, function ($m) use ($request) { "
         "$m->to($request->input('to')); }); } }",
         "open-relay!"},
        {"<?php class Contact extends CI_Controller { function send() { "
         "$this->email->to($this->input->post('to')); "
         "$this->email->message($this->input->post('message')); $this->email->send(); } }",
         "open-relay!"},
        {"<?php class Contact extends CI_Controller { function send() { "
         "$this->email->to('info@site.example'); "
         "$this->email->reply_to($this->input->post('email'));"
         "$this->email->message($this->input->post('message')); $this->email->send(); } }",
         ""},
        {"<?php $mail = new Zend_Mail(); $mail->addTo($_POST['to']);"
         "$mail->setBodyText($_POST['message']); $mail->send();",
         "open-relay!"},
        {"<?php $m = Mail::factory('smtp', $p); $m->send($_POST['to'], $headers, "
         "$_POST['message']);",
         "open-relay!"},
        {"<?php $m = Mail::factory('smtp', $p); $m->send('info@site.example', $headers, "
         "$_POST['message']);",
         ""},
        /* Joomla, Drupal, Bitrix */
        {"<?php class XController extends JController { function send() { "
         "$mailer = JFactory::getMailer(); $mailer->addRecipient(JRequest::getVar('to')); "
         "$mailer->setBody(JRequest::getVar('message')); $mailer->Send(); } }",
         "open-relay!"},
        {"<?php class XController extends JController { function send() { "
         "$user = JFactory::getUser(); if ($user->guest) { $this->setRedirect('/'); return; } "
         "$mailer = JFactory::getMailer(); $mailer->addRecipient(JRequest::getVar('to')); "
         "$mailer->setBody(JRequest::getVar('message')); $mailer->Send(); } }",
         "open-relay"},
        {"<?php JUtility::sendMail('a@site.example', 'Site', JRequest::getVar('to'), 'x', "
         "JRequest::getVar('message'));",
         "open-relay!"},
        {"<?php function x_form_submit($form, &$form_state) { drupal_mail('x', 'y', "
         "$form_state['values']['to'], 'en', array('text' => $form_state['values']['message'])); }",
         "open-relay"},
        {"<?php function x_form_submit($form, &$form_state) { drupal_mail('x', 'y', "
         "variable_get('site_mail', ''), 'en', array('text' => "
         "$form_state['values']['message'])); }",
         ""},
        {"<?php CEvent::Send('FEEDBACK', SITE_ID, array('EMAIL_TO' => $_POST['to'], 'TEXT' => "
         "$_POST['message']));",
         "open-relay!"},
        {"<?php CEvent::Send('FEEDBACK', SITE_ID, array('EMAIL_TO' => 'info@site.example', 'TEXT' "
         "=> "
         "$_POST['message']));",
         ""},
    };

    check_rows(rows, COUNT(rows));
}

static void
remarks_on_notifications(void)
{
    static const struct row rows[] = {
        {"<?php add_action('user_register', 'x_tell'); function x_tell($id) { "
         "wp_mail(get_option('admin_email'), 'New user', 'A user registered.'); }",
         "mail-per-registration"},
        {"<?php add_action('save_post', 'x_tell'); function x_tell($id) { "
         "wp_mail(get_option('admin_email'), 'New post', 'Saved.'); }",
         ""},
        {"<?php $id = wp_create_user($_POST['login'], 'x', 'y');"
         "wp_mail(get_option('admin_email'), 'New user', 'A user registered.');",
         "mail-per-registration"},
        {"<?php add_action('wp_login_failed', 'x_tell'); function x_tell($name) { "
         "wp_mail(get_option('admin_email'), 'Failed login', 'For ' . $name); }",
         "mail-per-attack"},
        {"<?php add_action('wp_login_failed', 'x_tell'); function x_tell($name) { "
         "if (get_transient('x_told')) return; set_transient('x_told', 1, 3600);"
         "wp_mail(get_option('admin_email'), 'Failed login', 'For ' . $name); }",
         ""},
        {"<?php if (is_404()) mail('info@site.example', '404', $_SERVER['REQUEST_URI']);",
         "mail-per-attack"},
    };

    check_rows(rows, COUNT(rows));
}

/* Does the reason or the advice of the first finding hold all that the row asks for? */
static void
says_why_and_what_to_do(void)
{
    static const struct {
        const char *source, *why, *advice;
    } rows[] = {
        {"<?php mail($_POST['to'], 'x', $_POST['message']);",
         "($_POST['to']) and what it says ($_POST['message'])", "Give mail() a fixed recipient"},
        {"<?php mail($_POST['to'], 'x', $_POST['message']);", "not a login, a captcha", "list"},
        {"<?php if (!wp_verify_nonce($_POST['n'], 'x')) exit;"
         "wp_mail($_POST['to'], 'x', $_POST['message']);",
         "Checked before it is sent: a form token", "is_user_logged_in()"},
        {"<?php mail('a@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "$_POST['email'] gets into the header", "preg_match('/[\\r\\n]/'"},
        {"<?php wp_mail('a@site.example', 'x', 'y', 'From: ' . $_POST['email']);",
         "a line break in it begins a header", "sanitize_email()"},
        {"<?php $m = JFactory::getMailer(); $m->addRecipient(JRequest::getVar('to'));"
         "$m->setBody(JRequest::getVar('text')); $m->Send();",
         "the field \"to\"", "Joomla"},
        {"//// /srv/www/contact.php\n<?php post_out($_POST['to'], $_POST['message']);"
         "//// /srv/www/lib.php\n<?php\nfunction post_out($to, $text) { mail($to, 'x', $text); }",
         "It is sent in /srv/www/lib.php:2, by mail().", "Give mail() a fixed recipient"},
        {"<?php $data = $_POST; mail($data['to'], 'x', $data['message']);",
         "($_POST['to']) and what it says ($_POST['message'])", "list"},
        {"<?php add_action('wp_login_failed', 'x_tell'); function x_tell($name) { "
         "wp_mail('a@site.example', 'Failed login', 'For ' . $name); }",
         "Each attack", "set_transient"},
        {"//// /srv/www/wp-content/plugins/wordfence/alert.php\n"
         "<?php add_action('wp_login_failed', 'x_tell'); function x_tell($name) { "
         "wp_mail('a@site.example', 'Failed login', 'For ' . $name); }",
         "Each attack", "Maximum email alerts to send per hour"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new((size_t)64 << 20);
        struct findings *findings = calloc(1, sizeof(*findings));
        struct site site = {.arena = arena};

        if (!findings)
            abort();
        findings->arena = arena_new((size_t)1 << 20);
        site_read(&site, str_from_cstr(rows[i].source));
        look(&site, findings);
        CHECK_ROW(i, findings->count > 0);
        CHECK_ROW(i, str_has(findings->list[0].why, str_from_cstr(rows[i].why)));
        CHECK_ROW(i, str_has(findings->list[0].advice, str_from_cstr(rows[i].advice)));
        arena_free(findings->arena);
        arena_free(arena);
        free(findings);
    }
}

static void
tells_fields_by_their_names(void)
{
    static const struct {
        const char *name;
        uint32_t taint;
    } rows[] = {
        {"email", TAINT_ADDRESS},
        {"friend_email", TAINT_ADDRESS},
        {"to", TAINT_ADDRESS},
        {"email_message", TAINT_TEXT},
        {"comments", TAINT_TEXT},
        {"Subject", TAINT_TEXT},
        {"first_name", TAINT_NAME},
        {"user_login", TAINT_NAME},
        {"vorname", TAINT_NAME},
        {"town", 0},
        {"x", 0},
        {"", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, field_taint(str_from_cstr(rows[i].name)) == rows[i].taint);
    CHECK_STR(field_name(STR("_POST[email]")), "email");
    CHECK_STR(field_name(STR("data[contact][email]")), "email");
    CHECK_STR(field_name(STR("email")), "email");
    CHECK_STR(field_name(STR("]")), "");
}

/* The search halves the table: a row out of order is never found. */
static void
finds_every_row_of_the_library(void)
{
    for (size_t i = 0; i < library_count(); i++) {
        const struct library *row = library_row(i);

        if (library_function(str_from_cstr(row->name)) != row)
            printf("# %s\n", row->name);
        CHECK_ROW(i, library_function(str_from_cstr(row->name)) == row);
    }
}

static const struct tap_case cases[] = {
    {"grades what a visitor chooses", grades_what_a_visitor_chooses},
    {"counts checks that hold where it is sent", counts_checks_that_hold},
    {"follows the text through functions, classes and files", follows_the_text},
    {"knows the libraries that send", knows_the_libraries},
    {"remarks on mails that others cause", remarks_on_notifications},
    {"says why, and what to do", says_why_and_what_to_do},
    {"tells fields by their names", tells_fields_by_their_names},
    {"finds every row of the library", finds_every_row_of_the_library},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
