/*
 * Each row is one header that claims an origin, and what it states. Whether it is
 * believed is the matter of test_evidence.c.
 */

#include "mail/claims.h"

#include "base/buf.h"
#include "tap.h"

/* "script=x uid=1 eval" */
static void
write_claim(const struct mail_claim *claim, struct buf *buf)
{
    const struct {
        const char *name;
        struct str value;
    } parts[] = {
        {"script", claim->script},   {"directory", claim->directory}, {"user", claim->user},
        {"login", claim->login},     {"client", claim->client},       {"url", claim->url},
        {"process", claim->process}, {"id", claim->queue_id},
    };

    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].value.len)
            buf_printf(buf, "%s=" STR_FMT " ", parts[i].name, STR_ARG(parts[i].value));
    }
    if (claim->uid >= 0)
        buf_printf(buf, "uid=%lld ", (long long)claim->uid);
    if (claim->is_eval)
        buf_add_cstr(buf, "eval ");
}

static void
reads_what_each_header_states(void)
{
    static const struct {
        const char *name, *value, *states;
        enum claim_writer writer;
    } rows[] = {
        /* PHP */
        {"X-PHP-Originating-Script", "1004:mailer.php", "script=mailer.php uid=1004 ",
         CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "1115:PHPMailer.php", "script=PHPMailer.php uid=1115 ",
         CLAIM_BY_PHP},
        {"x-php-originating-script", " 0:x.php ", "script=x.php uid=0 ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "2147483:form.php", "script=form.php uid=2147483 ",
         CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "1011:wp-classerss.php(1) : eval()'d code",
         "script=wp-classerss.php uid=1011 eval ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script",
         "1012:shell.php(3) : eval()'d code(1) : eval()'d code(1) : eval()'d code(2) : eval()'d "
         "code",
         "script=shell.php uid=1012 eval ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "33:a.php(9) : runtime-created function",
         "script=a.php uid=33 eval ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "33:a.php(12) :", "script=a.php uid=33 eval ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "33:copy (2).php", "script=copy (2).php uid=33 ",
         CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "33:a : b.php", "script=a : b.php uid=33 ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "mailer.php", "script=mailer.php ", CLAIM_BY_PHP},
        {"X-PHP-Originating-Script", "99999999999:x.php", "script=99999999999:x.php ",
         CLAIM_BY_PHP},
        {"X-PHP-Script", "blog.example/wp-content/new.php for 203.0.113.9",
         "client=203.0.113.9 url=blog.example/wp-content/new.php ", CLAIM_BY_PHP},
        {"X-PHP-Script", "blog.example/index.php for 203.0.113.9, 192.0.2.1, 192.0.2.2",
         "client=203.0.113.9 url=blog.example/index.php ", CLAIM_BY_PHP},
        {"X-PHP-Script", "blog.example/index.php", "url=blog.example/index.php ", CLAIM_BY_PHP},
        /* cPanel */
        {"X-AntiAbuse", "Originator/Caller UID/GID - [1004 991] / [47 12]", "uid=1004 ",
         CLAIM_BY_PANEL},
        {"X-Get-Message-Sender-Via", "web7.example: authenticated_id: anna@example.org",
         "login=anna@example.org ", CLAIM_BY_PANEL},
        {"X-Get-Message-Sender-Via", "web7.example: authenticated_id: acct/from_h", "login=acct ",
         CLAIM_BY_PANEL},
        {"X-Get-Message-Sender-Via", "web7.example: acct/from_h", "user=acct ", CLAIM_BY_PANEL},
        {"X-Get-Message-Sender-Via",
         "web7.example: acct/only user confirmed/virtual account not confirmed", "user=acct ",
         CLAIM_BY_PANEL},
        {"X-Authenticated-Sender", "web7.example: anna@example.org", "login=anna@example.org ",
         CLAIM_BY_PANEL},
        {"X-Authenticated-Sender", "web7.example: acct", "user=acct ", CLAIM_BY_PANEL},
        {"X-Source", "/opt/cpanel/ea-php81/root/usr/bin/php-cgi",
         "process=/opt/cpanel/ea-php81/root/usr/bin/php-cgi ", CLAIM_BY_PANEL},
        {"X-Source-Args", "php-fpm: pool blog_example", "process=php-fpm: pool blog_example ",
         CLAIM_BY_PANEL},
        {"X-Source-Args", "/usr/bin/php-cgi /home/acct/public_html/x.php",
         "script=/home/acct/public_html/x.php process=/usr/bin/php-cgi "
         "/home/acct/public_html/x.php ",
         CLAIM_BY_PANEL},
        {"X-Source-Dir", "blog.example:/public_html/wp-content",
         "directory=/public_html/wp-content ", CLAIM_BY_PANEL},
        /* a hoster's relay */
        {"X-Source-IP", "203.0.113.9", "client=203.0.113.9 ", CLAIM_BY_RELAY},
        {"X-Source-Sender", "(win) [203.0.113.9]:5123", "client=203.0.113.9 ", CLAIM_BY_RELAY},
        {"X-Source-Auth", "anna@example.org", "login=anna@example.org ", CLAIM_BY_RELAY},
        {"X-Exim-ID", "1wEQYa-00000000aDt-0lKr", "id=1wEQYa-00000000aDt-0lKr ", CLAIM_BY_RELAY},
        {"X-EN-CGIUser", "acct7", "user=acct7 ", CLAIM_BY_PHP},
        {"X-EN-CGIPath", "/home/acct7/form.php", "script=/home/acct7/form.php ", CLAIM_BY_PHP},
        {"X-EN-OrigIP", "203.0.113.9", "client=203.0.113.9 ", CLAIM_BY_PHP},
        {"X-EN-Info", "cgi", "process=cgi ", CLAIM_BY_PHP},
        /* Sendmail */
        {"X-Authentication-Warning", "web7.example: apache set sender to x@b.example using -f",
         "user=apache ", CLAIM_BY_SENDMAIL},
        {"X-Authentication-Warning", "web7.example: apache owned process doing -bs", "user=apache ",
         CLAIM_BY_SENDMAIL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum claim_writer writer = CLAIM_BY_PHP;
        struct mail_claim claim;
        struct buf buf;

        buf_init(&buf, 4096);
        if (claims_read(str_from_cstr(rows[i].name), str_from_cstr(rows[i].value), &claim, &writer))
            write_claim(&claim, &buf);
        CHECK_STR(buf_str(&buf), rows[i].states);
        CHECK_ROW(i, writer == rows[i].writer);
        buf_done(&buf);
    }
}

static void
passes_over_what_states_nothing(void)
{
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"X-Source", ""},
        {"X-Source-Args", " "},
        {"X-PHP-Originating-Script", ""},
        {"X-PHP-Originating-Script", "1004:"},
        /* twice the same: it came by SMTP */
        {"X-AntiAbuse", "Originator/Caller UID/GID - [47 12] / [47 12]"},
        {"X-AntiAbuse", "Primary Hostname - web7.example"},
        {"X-AntiAbuse", "Originator/Caller UID/GID - [x 12] / [47 12]"},
        {"X-AntiAbuse", "Originator/Caller UID/GID - ["},
        {"X-Get-Message-Sender-Via",
         "web7.example: sender_ident via received_protocol == local: x"},
        {"X-Get-Message-Sender-Via", "web7.example: none"},
        {"X-Authentication-Warning", "web7.example: Host x claimed to be y"},
        {"X-Authentication-Warning", "web7.example:"},
        {"X-Mailer", "PHPMailer"},
        {"Subject", "X-Source: y"},
        {"X-Source-", "y"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_claim claim = {.header = "untouched"};
        enum claim_writer writer;

        CHECK_ROW(i, !claims_read(str_from_cstr(rows[i].name), str_from_cstr(rows[i].value), &claim,
                                  &writer));
        CHECK_STR(str_from_cstr(claim.header), "untouched");
    }
}

static void
tells_which_claims_agree(void)
{
    static const struct {
        const char *a, *b;
        bool agree;
    } rows[] = {
        {"33:a.php", "33:a.php", true},
        {"33:a.php", "33:a.php(1) : eval()'d code", true},
        {"33:a.php", "33:b.php", false},
        {"33:a.php", "34:a.php", false},
    };
    enum claim_writer writer;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct mail_claim a, b;

        CHECK(claims_read(STR("X-PHP-Originating-Script"), str_from_cstr(rows[i].a), &a, &writer));
        CHECK(claims_read(STR("X-PHP-Originating-Script"), str_from_cstr(rows[i].b), &b, &writer));
        CHECK_ROW(i, claims_agree(&a, &b) == rows[i].agree);
    }
}

static void
names_the_panel_host(void)
{
    CHECK_STR(claims_antiabuse_host(STR(" Primary Hostname - web7.example ")), "web7.example");
    CHECK(claims_antiabuse_host(STR("Original Domain - receiver.example")).len == 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what each header states", reads_what_each_header_states},
        {"passes over what states nothing", passes_over_what_states_nothing},
        {"tells which claims agree", tells_which_claims_agree},
        {"names the panel host", names_the_panel_host},
    };

    return tap_main(cases, COUNT(cases));
}
