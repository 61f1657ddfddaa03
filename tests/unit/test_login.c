/*
 * Each row is one line as OpenSSH, vsftpd, ProFTPD and Pure-FTPd write it, some of
 * them about names that a stranger chose to look like another line.
 */

#include "login_words.h"
#include "record/login.h"
#include "record/proftpd.h"
#include "record/program.h"
#include "record/record.h"
#include "record/vsftpd.h"

static void
read_syslog(const char *line, struct event *event)
{
    record_read(record_frame(STR("syslog")), str_from_cstr(line), event);
}

static void
read_ssh(const char *line, struct event *event)
{
    event->program = STR("sshd");
    program_read(str_from_cstr(line), event);
}

static void
read_vsftpd_message(const char *line, struct event *event)
{
    event->program = STR("vsftpd");
    program_read(str_from_cstr(line), event);
}

static void
read_proftpd_message(const char *line, struct event *event)
{
    event->program = STR("proftpd");
    program_read(str_from_cstr(line), event);
}

static void
read_pure_ftpd(const char *line, struct event *event)
{
    event->program = STR("pure-ftpd");
    program_read(str_from_cstr(line), event);
}

static void
read_vsftpd_log(const char *line, struct event *event)
{
    record_read(record_frame(STR("vsftpd")), str_from_cstr(line), event);
}

static void
read_proftpd_log(const char *line, struct event *event)
{
    record_read(record_frame(STR("proftpd")), str_from_cstr(line), event);
}

/* --- ssh --- */

static void
finds_the_reader_by_program(void)
{
    static const struct login_row rows[] = {
        {"Nov 23 15:21:22 web7 sshd[77]: Accepted password for anna from 192.0.2.7 port 50022 ssh2",
         "ok ssh <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 sshd-session[77]: Failed password for anna from 192.0.2.7 port 5 "
         "ssh2",
         "fail ssh <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 sshd-auth[77]: Failed password for anna from 192.0.2.7 port 5 ssh2",
         "fail ssh <anna> 192.0.2.7"},
        {"<38>1 2026-11-23T15:21:22.9-04:00 web7.example sshd 57915 - - Failed unknown for invalid "
         "user x from 192.0.2.7 port 59197 ssh2",
         "fail ssh <x> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 sshd[77]: [ID 800047 auth.info] Failed keyboard-interactive for "
         "anna from 192.0.2.7 port 54520 ssh2",
         "fail ssh <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 internal-sftp[77]: open \"/srv/x.php\" flags WRITE,CREATE,TRUNCATE "
         "mode 0666",
         "file sftp <>  /srv/x.php"},
        {"Nov 23 15:21:22 web7 sftp-server[77]: session opened for local user anna from "
         "[192.0.2.7]",
         "ok sftp <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 vsftpd[77]: [anna] OK LOGIN: Client \"192.0.2.7\"",
         "ok ftp <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 proftpd[77]: web7 (h.example[192.0.2.7]) - USER anna: Login "
         "successful.",
         "ok ftp <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 proftpd[77] web7 (h.example[192.0.2.7]): USER anna (Login failed): "
         "Incorrect password.",
         "fail ftp <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 pure-ftpd: (?@192.0.2.7) [INFO] anna is now logged in",
         "ok ftp <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 vsftpd(pam_unix)[15522]: authentication failure; logname= uid=0 "
         "euid=0 tty= ruser= rhost=192.0.2.7 user=anna",
         "fail auth <anna> 192.0.2.7"},
    };

    check_login_rows(rows, COUNT(rows), read_syslog);
}

static void
reads_ssh(void)
{
    static const struct login_row rows[] = {
        {"Accepted publickey for anna from 192.0.2.7 port 50022 ssh2: ED25519 SHA256:6xqjeLkf",
         "ok ssh <anna> 192.0.2.7"},
        {"Accepted keyboard-interactive/pam for anna from 2001:db8::7 port 50022 ssh2",
         "ok ssh <anna> 2001:db8::7"},
        {"Accepted publickey for anna from 192.0.2.7 port 50022 ssh2: ED25519-CERT SHA256:6x ID a "
         "from 203.0.113.1 (serial 0) CA ED25519 SHA256:a",
         "ok ssh <anna> 192.0.2.7"},
        {"Failed password for invalid user anna from 192.0.2.7 port 50022 ssh2",
         "fail ssh <anna> 192.0.2.7"},
        {"Failed password for illegal user anna from 192.0.2.7 port 50022",
         "fail ssh <anna> 192.0.2.7"},
        {"Failed password for anna from 192.0.2.7", "fail ssh <anna> 192.0.2.7"},
        {"Invalid user anna from 192.0.2.7 port 44004", "fail ssh <anna> 192.0.2.7"},
        {"Invalid user anna from ::ffff:192.0.2.7", "fail ssh <anna> 192.0.2.7"},
        {"Invalid user  from 192.0.2.7 port 34916", "fail ssh <> 192.0.2.7"},
        {"error: PAM: Authentication failure for anna from 192.0.2.7", "fail ssh <anna> 192.0.2.7"},
        {"error: PAM: authentication error for anna from host.example via 198.51.100.1",
         "fail ssh <anna> host.example"},
        {"error: PAM: User not known to the underlying authentication module for illegal user "
         "anna from 192.0.2.7 ",
         "fail ssh <anna> 192.0.2.7"},
        /* told by PAM before */
        {"Failed keyboard-interactive/pam for invalid user anna from 192.0.2.7 port 33723 ssh2",
         "none"},
        /* no guesses */
        {"Failed none for invalid user anna from 192.0.2.7 port 33723 ssh2", "none"},
        {"Failed publickey for anna from 192.0.2.7 port 57904 ssh2: RSA SHA256:04bc", "none"},
        {"Failed hostbased for anna from 192.0.2.7 port 5 ssh2: RSA SHA256:a, client user \"x\", "
         "client host \"a from 203.0.113.1 port 5 ssh2\"",
         "none"},
        {"Connection closed by authenticating user anna 192.0.2.7 port 44717 [preauth]", "none"},
        {"pam_unix(sshd:session): session opened for user anna(uid=1077) by (uid=0)", "none"},
        {"Postponed keyboard-interactive for invalid user x from 192.0.2.7 port 5 ssh2 [preauth]",
         "none"},
    };

    check_login_rows(rows, COUNT(rows), read_ssh);
}

static void
believes_no_name_over_ssh(void)
{
    static const struct login_row rows[] = {
        {"Failed password for invalid user x from 203.0.113.1 port 22 ssh2 from 192.0.2.7 port "
         "43405 ssh2",
         "fail ssh <x from 203.0.113.1 port 22 ssh2> 192.0.2.7"},
        {"Failed password for invalid user x from 203.0.113.1 port 22 ssh2: RSA from 192.0.2.7 "
         "port 43405 ssh2",
         "fail ssh <x from 203.0.113.1 port 22 ssh2: RSA> 192.0.2.7"},
        {"Failed password for invalid user x from from 192.0.2.7 port 43405 ssh2",
         "fail ssh <x from> 192.0.2.7"},
        {"Invalid user invalid user from 192.0.2.7 port 59751",
         "fail ssh <invalid user> 192.0.2.7"},
        {"Invalid user root from 203.0.113.1 from 192.0.2.7 port 59751",
         "fail ssh <root from 203.0.113.1> 192.0.2.7"},
        {"Invalid user Accepted password for root from 203.0.113.1 port 22 ssh2 from 192.0.2.7 "
         "port 59751",
         "fail ssh <Accepted password for root from 203.0.113.1 port 22 ssh2> 192.0.2.7"},
        {"error: PAM: Authentication failure for illegal user x for root from 203.0.113.1 from "
         "192.0.2.7",
         "fail ssh <x for root from 203.0.113.1> 192.0.2.7"},
    };
    char line[8192] = "Failed password for ";

    check_login_rows(rows, COUNT(rows), read_ssh);
    /* a name of nothing but beginnings costs nothing and gives nothing */
    for (size_t len = strlen(line); len + 7 < sizeof(line); len += 6)
        memcpy(line + len, " from ", 7);
    check_login_rows(&(struct login_row){line, "none"}, 1, read_ssh);
}

static void
reads_files_over_sftp(void)
{
    static const struct login_row rows[] = {
        {"session opened for local user anna from [192.0.2.7]", "ok sftp <anna> 192.0.2.7"},
        {"open \"/srv/a \" flags b.php\" flags WRITE,CREATE,TRUNCATE mode 0644",
         "file sftp <>  /srv/a \" flags b.php"},
        {"open \"/srv/x.php\" flags WRITE,CREATE,TRUNCATE mode 0644 [postauth]",
         "file sftp <>  /srv/x.php"},
        {"posix-rename old \"/srv/x.php.filepart\" new \"/srv/x.php\"", "file sftp <>  /srv/x.php"},
        {"rename old \"/srv/x.php.filepart\" new \"/srv/x.php\" [postauth]",
         "file sftp <>  /srv/x.php"},
        {"open \"/srv/x.php\" flags READ mode 0666", "none"},
        {"close \"/srv/x.php\" bytes read 0 written 7", "none"},
        {"remove name \"/srv/x.php\"", "none"},
        {"sent status No such file", "none"},
    };

    check_login_rows(rows, COUNT(rows), read_ssh);
}

static void
reads_pam(void)
{
    static const struct {
        const char *line, *user, *client;
        uint32_t attempts;
    } rows[] = {
        {"pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=test "
         "rhost=192.0.2.7",
         "test", "192.0.2.7", 1},
        {"pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=test "
         "rhost=192.0.2.7  user=anna",
         "anna", "192.0.2.7", 1},
        {"(pam_unix) authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7", "",
         "192.0.2.7", 1},
        {"authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=192.0.2.7 user=anna",
         "anna", "192.0.2.7", 1},
        {"PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= "
         "rhost=192.0.2.7  user=anna",
         "anna", "192.0.2.7", 2},
        {"pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x "
         "rhost=203.0.113.1  user=root rhost=192.0.2.7",
         "x rhost=203.0.113.1  user=root", "192.0.2.7", 1},
    };
    static const char *const others[] = {
        "",
        "pam_unix(vsftpd:auth): check pass; user unknown",
        "[authentication failure; logname= rhost=203.0.113.1] FAIL LOGIN: Client \"192.0.2.7\"",
        "pam_unix(x) user=pam_unix(y): authentication failure; logname= rhost=203.0.113.1",
        "PAM 0 more authentication failures; logname= rhost=203.0.113.1",
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event;

        event_init(&event);
        CHECK_ROW(i, login_pam_read(str_from_cstr(rows[i].line), &event));
        CHECK_STR(event.login.user, rows[i].user);
        CHECK_STR(event.login.client, rows[i].client);
        CHECK_ROW(i, event.login.attempts == rows[i].attempts && !event.login.is_success);
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        struct event event;

        event_init(&event);
        CHECK_ROW(i, !login_pam_read(str_from_cstr(others[i]), &event));
        CHECK_ROW(i, event.kind == EVENT_UNKNOWN);
    }
}

/* --- ftp --- */

static void
reads_vsftpd(void)
{
    static const struct login_row rows[] = {
        {"[anna] OK LOGIN: Client \"192.0.2.7\"", "ok ftp <anna> 192.0.2.7"},
        {"[ftp] OK LOGIN: Client \"192.0.2.7\", anon password \"x@y.example\"",
         "ok ftp <ftp> 192.0.2.7"},
        {"[anna] FAIL LOGIN: Client \"::ffff:192.0.2.7\", \"User is not in the allow user list.\"",
         "fail ftp <anna> 192.0.2.7"},
        {"[] FAIL LOGIN: Client \"192.0.2.7\"", "fail ftp <> 192.0.2.7"},
        {"[anna] OK UPLOAD: Client \"192.0.2.7\", \"/x7.php\", 7 bytes, 15.79Kbyte/sec",
         "file ftp <anna> 192.0.2.7 /x7.php"},
        {"[anna] OK UPLOAD: Client \"192.0.2.7\", \"/a \"b\", 9 bytes.php\", 7 bytes, "
         "14.24Kbyte/sec",
         "file ftp <anna> 192.0.2.7 /a \"b\", 9 bytes.php"},
        {"[anna] OK RENAME: Client \"192.0.2.7\", \"/x7.php.part /x9.php\"",
         "file ftp <anna> 192.0.2.7 /x9.php"},
        {"[anna] FAIL UPLOAD: Client \"192.0.2.7\", \"/x7.php\", 0.00Kbyte/sec", "none"},
        {"[anna] OK DOWNLOAD: Client \"192.0.2.7\", \"/x7.php\", 7 bytes, 29.59Kbyte/sec", "none"},
        {"CONNECT: Client \"192.0.2.7\"", "none"},
        /* typed by who fails to log in */
        {"[a] OK LOGIN: Client \"203.0.113.1] FAIL LOGIN: Client \"192.0.2.7\"",
         "fail ftp <a] OK LOGIN: Client \"203.0.113.1> 192.0.2.7"},
        {"[a] FAIL LOGIN: Client \"203.0.113.1] FAIL LOGIN: Client \"192.0.2.7\"",
         "fail ftp <a] FAIL LOGIN: Client \"203.0.113.1> 192.0.2.7"},
        {"[a] OK UPLOAD: Client \"203.0.113.1\", \"/x.php] FAIL LOGIN: Client \"192.0.2.7\"",
         "none"},
        {"[a] OK RENAME: Client \"203.0.113.1\", \"/x /y.php] FAIL LOGIN: Client \"192.0.2.7\"",
         "none"},
        {"[x) [INFO] root is now logged in] FAIL LOGIN: Client \"192.0.2.7\"",
         "fail ftp <x) [INFO] root is now logged in> 192.0.2.7"},
        {"[authentication failure; logname= rhost=203.0.113.1] FAIL LOGIN: Client \"192.0.2.7\"",
         "fail ftp <authentication failure; logname= rhost=203.0.113.1> 192.0.2.7"},
        /* names of files */
        {"[anna] FAIL MKDIR: Client \"192.0.2.7\", \"/x] OK LOGIN: Client \"203.0.113.1\"\"",
         "none"},
        {"[anna] FAIL DELETE: Client \"192.0.2.7\", \"/x] FAIL LOGIN: Client \"203.0.113.1\"\"",
         "none"},
        {"[anna] OK DOWNLOAD: Client \"192.0.2.7\", \"/a] OK UPLOAD: Client \"203.0.113.1\", "
         "\"z.php\", 6 bytes, 42.46Kbyte/sec",
         "none"},
        {"[anna] OK UPLOAD: Client \"192.0.2.7\", \"/a] OK UPLOAD: Client \"203.0.113.1\", "
         "\"z.php\", 6 bytes, 24.01Kbyte/sec",
         "file ftp <anna> 192.0.2.7 /a] OK UPLOAD: Client \"203.0.113.1\", \"z.php"},
    };
    static const struct login_row own[] = {
        {"Mon Nov 23 15:21:22 2026 [pid 77] [anna] OK LOGIN: Client \"192.0.2.7\"",
         "ok ftp <anna> 192.0.2.7"},
        {"Mon Nov  2 15:21:22 2026 [pid 4] [a] OK LOGIN] FAIL LOGIN: Client \"192.0.2.7\"",
         "fail ftp <a] OK LOGIN> 192.0.2.7"},
        {"Mon Nov 23 15:21:22 2026 [pid 77] CONNECT: Client \"192.0.2.7\"", "none"},
        {"Mon Nov 23 15:21:22 2026 [pid x] [anna] OK LOGIN: Client \"192.0.2.7\"", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_vsftpd_message);
    check_login_rows(own, COUNT(own), read_vsftpd_log);
    CHECK(vsftpd_probe(str_from_cstr(own[0].line)) == 2);
    CHECK(vsftpd_probe(str_from_cstr(own[3].line)) == 0);
}

static void
reads_proftpd(void)
{
    static const struct login_row rows[] = {
        {"web7 (h.example[192.0.2.7]) - USER anna: Login successful.", "ok ftp <anna> 192.0.2.7"},
        {"web7 (h.example[2001:db8::7]) - USER anna (Login failed): Incorrect password.",
         "fail ftp <anna> 2001:db8::7"},
        {"web7 (h.example[::ffff:192.0.2.7]) - USER anna: no such user found from h.example "
         "[192.0.2.7] to 198.51.100.1:21",
         "fail ftp <anna> 192.0.2.7"},
        {"web7 (h.example[192.0.2.7]) - SECURITY VIOLATION: Root login attempted",
         "fail ftp <root> 192.0.2.7"},
        {"web7 (h.example[192.0.2.7]) - SECURITY VIOLATION: root login attempted.",
         "fail ftp <root> 192.0.2.7"},
        {"web7 (h.example[192.0.2.7]) - Maximum login attempts (3) exceeded", "none"},
        {"web7 (h.example[192.0.2.7]) - FTP session opened.", "none"},
        {"pam_unix(proftpd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser=anna "
         "rhost=192.0.2.7",
         "fail auth <anna> 192.0.2.7"},
        {"web7 (h[192.0.2.7]) - USER x: Login successful.: no such user found from h [192.0.2.7] "
         "to 198.51.100.1:21",
         "fail ftp <x: Login successful.> 192.0.2.7"},
        {"web7 (h[192.0.2.7]) - USER x (Login failed): y: no such user found from h [192.0.2.7] to "
         "198.51.100.1:21",
         "fail ftp <x (Login failed): y> 192.0.2.7"},
        {"web7 (h[192.0.2.7]) - USER x: no such user found from h [203.0.113.1] to 1.1.1.1:21: no "
         "such user found from h [192.0.2.7] to 198.51.100.1:21",
         "fail ftp <x: no such user found from h [203.0.113.1] to 1.1.1.1:21> 192.0.2.7"},
        {"web7 (h[192.0.2.7]) - USER web7 (a[203.0.113.1]) - USER root: no such user found from h "
         "[192.0.2.7] to 198.51.100.1:21",
         "fail ftp <web7 (a[203.0.113.1]) - USER root> 192.0.2.7"},
    };
    static const struct login_row own[] = {
        {"2026-11-23 15:21:22,123 web7 proftpd[77] shop.example (h[192.0.2.7]): USER anna: Login "
         "successful.",
         "ok ftp <anna> 192.0.2.7"},
        {"2026-11-23 15:21:22,123 web7 proftpd[77] shop.example: ProFTPD 1.3.8 (stable) standalone "
         "mode STARTUP",
         "none"},
        /* ExtendedLog */
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"PASS (hidden)\" 230 -",
         "ok ftp <anna> 192.0.2.7"},
        {"192.0.2.7 UNKNOWN - [23/Nov/2026:15:21:22 +0000] \"PASS (hidden)\" 530 -",
         "fail ftp <> 192.0.2.7"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"STOR a b.php\" 226 6",
         "file ftp <anna> 192.0.2.7 a b.php"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"RNTO x9.php\" 250 0",
         "file ftp <anna> 192.0.2.7 x9.php"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"STOR x.php\" 550 -", "none"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"RNFR x.php\" 350 0", "none"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"RETR x.php\" 226 6", "none"},
        {"192.0.2.7 UNKNOWN - [23/Nov/2026:15:21:22 +0000] \"USER x [23/Nov/2026:15:21:22 +0000] "
         "PASS (hidden) 230 -\" 331 -",
         "none"},
        {"192.0.2.7 UNKNOWN - [23/Nov/2026:15:21:22 +0000] \"USER x\" \"PASS (hidden)\" 230 -\" "
         "331 -",
         "none"},
        {"192.0.2.7 - - [23/Nov/2026:15:21:22 +0000] \"GET /x.php HTTP/1.1\" 200 6", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_proftpd_message);
    check_login_rows(own, COUNT(own), read_proftpd_log);
    for (size_t i = 0; i < COUNT(own); i++)
        CHECK_ROW(i, proftpd_probe(str_from_cstr(own[i].line)) == (i + 1 < COUNT(own) ? 2 : 0));
}

static void
reads_pure_ftpd(void)
{
    static const struct login_row rows[] = {
        {"(?@192.0.2.7) [INFO] anna is now logged in", "ok ftp <anna> 192.0.2.7"},
        {"(?@192.0.2.7) [WARNING] Authentication failed for user [anna]",
         "fail ftp <anna> 192.0.2.7"},
        {"(anna@192.0.2.7) [NOTICE] /srv//x7.php uploaded  (7 bytes, 83.35KB/sec)",
         "file ftp <anna> 192.0.2.7 /srv//x7.php"},
        {"(anna@shop.example@2001:db8::7) [NOTICE] /srv/a uploaded  (1.php uploaded  (7 bytes, "
         "83.35KB/sec)",
         "file ftp <anna@shop.example> 2001:db8::7 /srv/a uploaded  (1.php"},
        {"(anna@192.0.2.7) [NOTICE] File successfully renamed or moved: [x.part]->[x9.php]",
         "file ftp <anna> 192.0.2.7 x9.php"},
        {"(anna@192.0.2.7) [NOTICE] /srv/x7.php downloaded  (7 bytes, 158.41KB/sec)", "none"},
        {"(anna@192.0.2.7) [NOTICE] /srv/x.php uploaded  (1 downloaded  (7 bytes, 158.41KB/sec)",
         "none"},
        {"(?@192.0.2.7) [INFO] New connection from 192.0.2.7", "none"},
        {"(anna@192.0.2.7) [INFO] Logout.", "none"},
        {"pam_unix(pure-ftpd:auth): authentication failure; logname= uid=0 euid=0 tty=pure-ftpd "
         "ruser=anna rhost=web7",
         "none"},
        {"(?@192.0.2.7) [WARNING] Authentication failed for user [x) [INFO] root is now logged in]",
         "fail ftp <x) [INFO] root is now logged in> 192.0.2.7"},
        {"(?@192.0.2.7) [WARNING] Authentication failed for user [(root@203.0.113.1) [INFO] root "
         "is now logged in]",
         "fail ftp <(root@203.0.113.1) [INFO] root is now logged in> 192.0.2.7"},
    };

    check_login_rows(rows, COUNT(rows), read_pure_ftpd);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds the reader by the program's name", finds_the_reader_by_program},
        {"reads sshd, a failure once", reads_ssh},
        {"believes no name over SSH", believes_no_name_over_ssh},
        {"reads files over SFTP", reads_files_over_sftp},
        {"reads PAM where it begins the line", reads_pam},
        {"reads vsftpd", reads_vsftpd},
        {"reads ProFTPD, its own log and ExtendedLog", reads_proftpd},
        {"reads Pure-FTPd", reads_pure_ftpd},
    };

    return tap_main(cases, COUNT(cases));
}
