/*
 * Each row is one line as wu-ftpd's successors and Pure-FTPd write it about a file.
 */

#include "login_words.h"
#include "record/pureftpd.h"
#include "record/record.h"
#include "record/xferlog.h"

static void
read_xferlog(const char *line, struct event *event)
{
    record_read(record_frame(STR("xferlog")), str_from_cstr(line), event);
}

static void
read_pureftpd(const char *line, struct event *event)
{
    record_read(record_frame(STR("pure-ftpd")), str_from_cstr(line), event);
}

#define AT "Mon Nov 23 15:21:22 2026 "

static void
reads_xferlog(void)
{
    static const struct login_row rows[] = {
        {AT "0 192.0.2.7 7 /srv/x7.php b _ i r anna ftp 1 * c",
         "file ftp <anna> 192.0.2.7 /srv/x7.php"},
        {AT "1 ::ffff:192.0.2.7 7 /x7.php b _ i r anna ftp 0 * c",
         "file ftp <anna> 192.0.2.7 /x7.php"},
        {AT "1 host.example 7 /a b.php a _ i g x@y.example ftp 0 * c",
         "file ftp <x@y.example> host.example /a b.php"},
        {"Mon Nov  2 15:21:22 2026 11 2001:db8::7 4294967296 /x.php b _ i r anna sftp 0 * c",
         "file ftp <anna> 2001:db8::7 /x.php"},
        {AT "0 192.0.2.7 7 /b _ o r root ftp 0 * c b _ i r anna ftp 0 * c",
         "file ftp <anna> 192.0.2.7 /b _ o r root ftp 0 * c"},
        {AT "0 192.0.2.7 7 /x7.php b _ o r anna ftp 1 * c", "none"},
        {AT "0 192.0.2.7 7 /x7.php b _ d r anna ftp 1 * c", "none"},
        {AT "0 192.0.2.7 7 /x7.php b _ i r anna ftp 1 * i", "none"},
        {AT "0 192.0.2.7 7 /x7.php b _ i r anna ftp 1 *", "unknown"},
        {AT "0 192.0.2.7 x /x7.php b _ i r anna ftp 1 * c", "unknown"},
        {AT "0 192.0.2.7 7 c", "unknown"},
        {AT, "unknown"},
        {AT "[pid 77] [anna] OK LOGIN: Client \"192.0.2.7\"", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_xferlog);
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, xferlog_probe(str_from_cstr(rows[i].line)) == (i < 8 ? 2 : 0));
}

static void
reads_pure_ftpd(void)
{
    static const struct login_row rows[] = {
        /* AltLog clf: */
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"PUT /srv/x7.php\" 200 7",
         "file ftp <anna> 192.0.2.7 /srv/x7.php"},
        {"192.0.2.7 - anna smith [23/Nov/2026:15:21:22 -0000] \"PUT /srv/a%20b.php\" 200 7",
         "file ftp <anna smith> 192.0.2.7 /srv/a%20b.php"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"GET /srv/x7.php\" 200 7", "none"},
        /* AltLog stats: */
        {"1795447282 5f2a.1b anna 192.0.2.7 U 7 0 /srv/a \"b\" uploaded  (1.php",
         "file ftp <anna> 192.0.2.7 /srv/a \"b\" uploaded  (1.php"},
        {"1795447282 5f2a.1b anna 192.0.2.7 D 7 0 /srv/x.php", "none"},
        /* none of these */
        {"192.0.2.7 - - [23/Nov/2026:15:21:22 -0000] \"PUT /srv/x7.php\" 200 7", "unknown"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"PUT /x.php HTTP/1.1\" 200 7", "unknown"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"PUT /x.php\" 200 7 \"-\" \"-\"",
         "unknown"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"POST /x.php\" 200 7", "unknown"},
        {"1795447282 5f2a.1b anna 192.0.2.7 X 7 0 /srv/x.php", "unknown"},
        {"1795447282 5f2a.1b anna 192.0.2.7 U 7 0", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_pureftpd);
    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, pureftpd_probe(str_from_cstr(rows[i].line)) == (i < 5 ? 2 : 0));
}

/* An access log of the web is none of FTP, and the reverse. */
static void
tells_logs_apart(void)
{
    static const struct {
        const char *line, *frame;
    } rows[] = {
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"PUT /srv/x7.php\" 200 7", "pure-ftpd"},
        {"192.0.2.7 - - [23/Nov/2026:15:21:22 -0000] \"GET /x7.php HTTP/1.1\" 200 7 \"-\" \"a\"",
         "combined"},
        {"192.0.2.7 - anna [23/Nov/2026:15:21:22 -0000] \"PUT /x7.php HTTP/1.1\" 200 7",
         "combined"},
        {AT "0 192.0.2.7 7 /srv/x7.php b _ i r anna ftp 1 * c", "xferlog"},
        {AT "[pid 77] [anna] OK LOGIN: Client \"192.0.2.7\"", "vsftpd"},
        {"192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] \"STOR x.php\" 226 6", "proftpd"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct frame *frame = record_detect(str_from_cstr(rows[i].line));

        CHECK_ROW(i, frame != NULL);
        if (frame)
            CHECK_STR(str_from_cstr(frame->name), rows[i].frame);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads xferlog from both ends", reads_xferlog},
        {"reads Pure-FTPd's own forms", reads_pure_ftpd},
        {"tells FTP's logs from the web's", tells_logs_apart},
    };

    return tap_main(cases, COUNT(cases));
}
