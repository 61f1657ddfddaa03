/* Lists and dumps as programs write them; names of RFC 2606, passwords of harmless words. */

#include "audit/mailbox_list.h"
#include "audit/mailbox_places.h"
#include "audit/passwd_line.h"
#include "audit/sql_dump.h"
#include "tap.h"

#define WORDS_MAX 4096

static char words[WORDS_MAX];
static size_t words_len;

static void
write_words(void *context, const struct mailbox_entry *entry)
{
    int len = snprintf(words + words_len, WORDS_MAX - words_len,
                       "%s" STR_FMT "=" STR_FMT "%s" STR_FMT "%s%s%s", words_len ? " | " : "",
                       STR_ARG(entry->name), STR_ARG(entry->password), entry->person.len ? "/" : "",
                       STR_ARG(entry->person), entry->needs_no_password ? " open" : "",
                       entry->is_inactive ? " off" : "", entry->changed_s ? " dated" : "");

    (void)context;
    if (len > 0)
        words_len += (size_t)len;
}

/* All entries of the text as one line, read in pieces of that size. */
static struct str
read_all(const char *text, size_t piece)
{
    struct str rest = str_from_cstr(text);
    struct mailbox_list *list = mailbox_list_new(mailbox_list_detect(rest), write_words, NULL);

    words_len = 0;
    while (rest.len) {
        mailbox_list_feed(list, str_first(rest, piece));
        rest = str_from(rest, piece);
    }
    mailbox_list_finish(list);
    mailbox_list_free(list);
    return (struct str){words, words_len};
}

struct row {
    const char *text, *want;
};

static void
check_rows(const struct row *rows, size_t count)
{
    static const size_t pieces[] = {100000, 1, 7};

    for (size_t i = 0; i < count; i++) {
        for (size_t p = 0; p < COUNT(pieces); p++) {
            struct str got = read_all(rows[i].text, pieces[p]);
            bool is_same = str_eq(got, str_from_cstr(rows[i].want));

            if (!is_same)
                printf("# got \"" STR_FMT "\"\n", STR_ARG(got));
            CHECK_ROW(i, is_same);
        }
    }
}

static void
reads_lines(void)
{
    static const struct row rows[] = {
        {"anna@shop.example:{SSHA}x:1001:1001:Anna Ast,Room 7:/home/anna::\n",
         "anna@shop.example={SSHA}x/Anna Ast"},
        {"# comment\n\nanna:{PLAIN}a b\nbert:$1$a$b\n", "anna={PLAIN}a b | bert=$1$a$b"},
        {"anna:secret", "anna=secret"},
        {"anna:secret\r\n", "anna=secret"},
        {"anna::1:1::/home::nopassword=y\n", "anna= open"},
        {"anna:x:1:1::/home::userdb_quota=1 nopassword\n", "anna=x open"},
        {"anna:x:1:1::/home::allow_nets=192.0.2.0/24 nologin\n", "anna=x off"},
        {"anna:x:1:1::/home::nopasswords=y\n", "anna=x"},
        {":x:1\nanna:x\nbert:y\n", "anna=x | bert=y"},
        {"anna\tuid=1|mailpw=$1$a$b|home=/h\nbert\tsystempw=x|uid=7\n", "anna=$1$a$b | bert=x"},
        {"root:*:19700:0:99999:7:::\nanna:$6$a$b:19700:0:99999:7:::\nbert:!:0::::::\n",
         "root=* dated | anna=$6$a$b dated | bert=!"},
    };

    check_rows(rows, COUNT(rows));
}

#define MYSQL_TABLE                                                                                \
    "-- MySQL dump 10.19\nDROP TABLE IF EXISTS `mailbox`;\n/*!40101 SET x */;\n"                   \
    "CREATE TABLE `mailbox` (\n  `username` varchar(255) NOT NULL DEFAULT 'a,b(',\n"               \
    "  `password` varchar(255) NOT NULL,\n  `name` varchar(255),\n  `quota` bigint(20),\n"         \
    "  `modified` datetime DEFAULT NULL,\n  `active` tinyint(1),\n  PRIMARY KEY (`username`),\n"   \
    "  KEY `password` (`quota`)\n) ENGINE=InnoDB;\n"

static void
reads_dumps(void)
{
    static const struct row rows[] = {
        /* postfixadmin and its like; many rows; escapes; numbers; NULL */
        {MYSQL_TABLE "INSERT INTO `mailbox` VALUES ('anna@shop.example','{PLAIN}it\\'s','Anna "
                     "Ast',0,'2020-01-01 10:00:00',1),('bert@shop.example','a''b\\\\',NULL,-5,NULL,"
                     "0),('c@shop.example',NULL,'',1.5e3,'0000-00-00',1);\n",
         "anna@shop.example={PLAIN}it's/Anna Ast dated | bert@shop.example=a'b\\ off"},
        {MYSQL_TABLE "insert ignore into `mailbox` values ('anna@shop.example','x','a;--b(',1,"
                     "NULL,1);\nREPLACE INTO mailbox VALUES ('b@shop.example','y',NULL,1,NULL,1);",
         "anna@shop.example=x/a;--b( | b@shop.example=y"},
        /* the list of columns counts, in its own order */
        {MYSQL_TABLE "INSERT INTO `mailbox` (`active`, `password`, `username`) VALUES "
                     "(1,'x','anna@shop.example') ON DUPLICATE KEY UPDATE password='no';\n",
         "anna@shop.example=x"},
        /* ISPConfig: the address before the login */
        {"INSERT INTO mail_user (login, email, password, name) VALUES "
         "('web1_anna','anna@shop.example','$6$a$b','Anna');",
         "anna@shop.example=$6$a$b/Anna"},
        /* Froxlor: the digest, and the plain text where it was kept, too */
        {"INSERT INTO `mail_users` (`email`,`username`,`password`,`password_enc`) VALUES "
         "('a@shop.example','a@shop.example','','$5$a$b'),"
         "('b@shop.example','b@shop.example','plain','$5$a$c');",
         "a@shop.example=$5$a$b | b@shop.example=$5$a$c | b@shop.example=plain"},
        /* vmail: name and domain apart */
        {"INSERT INTO accounts (username, domain, password) VALUES ('anna','shop.example','x');",
         "anna@shop.example=x"},
        /* courier: the id is an address, or a number beside a name */
        {"INSERT INTO users (id, crypt, clear, name) VALUES ('a@shop.example','','x','Anna');",
         "a@shop.example=x/Anna"},
        {"INSERT INTO users (id, name, password) VALUES (7,'anna','x');", "anna=x/anna"},
        /* no table of passwords, and values that are computed */
        {"INSERT INTO `log` VALUES ('anna','x');\nINSERT INTO t (username, note) VALUES ('a','b');",
         ""},
        {"INSERT INTO t (username, password) VALUES ('a',PASSWORD('x')),('b',CONCAT('x','y')),"
         "('c','z');",
         "c=z"},
        {"INSERT INTO t (username, password) SELECT a, b FROM c;\nCREATE VIEW v AS SELECT 1;", ""},
        /* PostgreSQL: no escapes but in E''; COPY */
        {"-- PostgreSQL database dump\nSET standard_conforming_strings = on;\n"
         "INSERT INTO public.users (email, password) VALUES ('a@shop.example','x\\'), "
         "('b@shop.example',E'y\\'z');\n",
         "a@shop.example=x\\ | b@shop.example=y'z"},
        {"--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.mailbox (\n    username "
         "text,\n"
         "    password character varying(255) DEFAULT ''::text NOT NULL,\n    active "
         "boolean\n);\n\n"
         "COPY public.mailbox (username, password, active) FROM stdin;\n"
         "anna@shop.example\t{SSHA}a\\\\b\tt\nbert@shop.example\t\\N\tt\n"
         "c@shop.example\tx\tf\n\\.\n\n"
         "INSERT INTO \"public\".\"mailbox\" VALUES ('d@shop.example','y',true);\n",
         "anna@shop.example={SSHA}a\\b | c@shop.example=x off | d@shop.example=y"},
        /* SQLite */
        {"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE IF NOT EXISTS \"mailbox\" "
         "(username text, password text);\nINSERT INTO mailbox VALUES('a@shop.example','x\\');\n"
         "INSERT INTO \"mailbox\" VALUES('b@shop.example','y');\nCOMMIT;\n",
         "a@shop.example=x\\ | b@shop.example=y"},
    };

    check_rows(rows, COUNT(rows));
}

static void
tells_forms(void)
{
    static const struct {
        struct str head;
        enum mailbox_form form;
    } rows[] = {
        {{"anna:x\n", 7}, MAILBOX_FORM_LINES},
        {{"root:*:19700:0:99999:7:::\n", 26}, MAILBOX_FORM_SHADOW},
        {{"root:x:0:0:root:/root:/bin/bash\n", 32}, MAILBOX_FORM_LINES},
        {{"Once upon a time: a text\n", 25}, MAILBOX_FORM_NONE},
        {{"SQLite format 3\0", 16}, MAILBOX_FORM_SQLITE},
        {{"\0\5\1\0", 4}, MAILBOX_FORM_BINARY},
        {{"", 0}, MAILBOX_FORM_NONE},
        {{"INSERT INTO a VALUES (1);\n", 26}, MAILBOX_FORM_SQL},
    };

    static char large[20000];

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, mailbox_list_detect(rows[i].head) == rows[i].form);
    for (size_t i = 0; i < sizeof(large); i += 10)
        memcpy(large + i, "anna:abcd\n", 10);
    CHECK(mailbox_list_detect((struct str){large, sizeof(large)}) == MAILBOX_FORM_LINES);
}

static void
counts_long_lines(void)
{
    static char text[MAILBOX_LINE_BYTES_MAX + 64];
    struct mailbox_list *list = mailbox_list_new(MAILBOX_FORM_LINES, write_words, NULL);

    memset(text, 'a', sizeof(text));
    text[4] = ':';
    text[sizeof(text) - 8] = '\n';
    memcpy(text + sizeof(text) - 7, "anna:x\n", 7);
    words_len = 0;
    mailbox_list_feed(list, (struct str){text, sizeof(text)});
    mailbox_list_finish(list);
    CHECK(mailbox_list_lost(list) == 1);
    CHECK_STR(((struct str){words, words_len}), "anna=x");
    mailbox_list_free(list);
}

static void
finds_places(void)
{
    static const char text[] =
        "protocols = imap\npassdb {\n  args = scheme=SHA512-CRYPT username_format=%u "
        "/etc/dovecot/users\n  driver = passwd-file\n}\npassdb {\n  driver = pam\n}\npassdb {\n"
        "  args = /etc/dovecot/sql.conf\n  driver = sql\n}\nuserdb {\n  driver = passwd\n}\n"
        "passdb passwd-file {\n  passwd_file_path = /srv/%{user | domain}/passwd\n"
        "  default_password_scheme = PLAIN\n}\npassdb {\n  args = /srv/%d/%n\n"
        "  driver = passwd-file\n}\n";
    struct arena *arena = arena_new(1 << 16);
    struct mailbox_places places = mailbox_places_read(tap_str(text), arena);

    CHECK(places.count == 5);
    CHECK(places.list[0].kind == MAILBOX_PLACE_FILE);
    CHECK_STR(places.list[0].path, "/etc/dovecot/users");
    CHECK_STR(places.list[0].scheme, "SHA512-CRYPT");
    CHECK(places.list[1].kind == MAILBOX_PLACE_SYSTEM);
    CHECK(places.list[2].kind == MAILBOX_PLACE_OTHER);
    CHECK_STR(places.list[2].driver, "sql");
    CHECK(places.list[3].kind == MAILBOX_PLACE_FILE);
    CHECK_STR(places.list[3].path, "/srv/*/passwd");
    CHECK_STR(places.list[3].scheme, "PLAIN");
    CHECK_STR(places.list[4].path, "/srv/*/*");
    arena_free(arena);
}

static void
changes_one_line(void)
{
    static const struct {
        const char *text, *name;
        enum passwd_line outcome;
        const char *want;
    } rows[] = {
        {"a:old:1:1::/h::x=y\nb:z\n", "a", PASSWD_LINE_REPLACED, "a:NEW:1:1::/h::x=y\nb:z\n"},
        {"a:old:1\nb:z", "b", PASSWD_LINE_REPLACED, "a:old:1\nb:NEW"},
        {"aa:old\r\na:old\r\n", "a", PASSWD_LINE_REPLACED, "aa:old\r\na:NEW\r\n"},
        {"a::1\n", "a", PASSWD_LINE_REPLACED, "a:NEW:1\n"},
        {"#a:old\n\n", "a", PASSWD_LINE_ABSENT, ""},
        {"A:old\n", "a", PASSWD_LINE_ABSENT, ""},
        {"a:x\na:y\n", "a", PASSWD_LINE_TWICE, ""},
        {":x\n", "", PASSWD_LINE_ABSENT, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf out;

        buf_init(&out, 4096);
        CHECK_ROW(i, passwd_line_replace(str_from_cstr(rows[i].text), str_from_cstr(rows[i].name),
                                         STR("NEW"), &out) == rows[i].outcome);
        CHECK_ROW(i, str_eq(buf_str(&out), str_from_cstr(rows[i].want)));
        buf_done(&out);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"lists of lines are read", reads_lines},
        {"dumps of databases are read", reads_dumps},
        {"forms are told from content", tells_forms},
        {"a line too long is counted and passed over", counts_long_lines},
        {"where Dovecot keeps passwords is found", finds_places},
        {"a new password changes one field of one line", changes_one_line},
    };

    return tap_main(cases, COUNT(cases));
}
