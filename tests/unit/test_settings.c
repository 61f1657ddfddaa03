/* Configurations read, and changed: only the one statement may differ. */

#include "audit/edit.h"
#include "report/diff.h"
#include "tap.h"

static struct arena *arena;

static void
start(void)
{
    arena_free(arena);
    arena = arena_new(64 * 1024 * 1024);
}

static void
each_syntax_is_read(void)
{
    static const struct {
        enum settings_syntax syntax;
        const char *text, *section, *name, *value;
        uint32_t line; /* 0: it is not stated */
    } rows[] = {
        {SETTINGS_POSTFIX, "a = 1\nb = 2\n", "", "b", "2", 2},
        {SETTINGS_POSTFIX, "a = 1\na = 2\n", "", "a", "2", 2},
        {SETTINGS_POSTFIX, "#a = 1\n a = 2\n", "", "a", "", 0},
        {SETTINGS_POSTFIX, "a = 1,\n# word\n\t2\n  \nb = 3", "", "a", "1, 2", 1},
        {SETTINGS_POSTFIX, "a =\n  1\nb=3", "", "a", "1", 1},
        {SETTINGS_POSTFIX, "a=\n", "", "a", "", 1},
        {SETTINGS_POSTFIX, "a = b = c\r\n", "", "a", "b = c", 1},
        {SETTINGS_EXIM, "a = 1 : \\\n   2 : \\\n # x\n 3\nb = 4\n", "", "a", "1 : 2 : 3", 1},
        {SETTINGS_EXIM, "no_local_from_check\n", "", "local_from_check", "false", 1},
        {SETTINGS_EXIM, "hide hostlist r = <; 10.0.0.1\n", "", "hostlist r", "<; 10.0.0.1", 1},
        {SETTINGS_EXIM, "begin acl\na = 1\n", "", "a", "", 0},
        {SETTINGS_DOVECOT, "ssl = no\n", "", "ssl", "no", 1},
        {SETTINGS_DOVECOT, "service auth {\n unix_listener x {\n  mode = 0666\n }\n}\nssl=no",
         "service auth/unix_listener x", "mode", "0666", 3},
        {SETTINGS_DOVECOT, "service auth {\n unix_listener x {\n  mode = 0666\n }\n}\nssl=no", "",
         "ssl", "no", 6},
        {SETTINGS_DOVECOT, "protocol imap {\n ssl = no\n}\n", "", "ssl", "", 0},
        {SETTINGS_INI, "[www]\nuser = web ; who\n[b]\nuser = x\n", "www", "user", "web", 2},
        {SETTINGS_INI, "[www]\nphp_admin_value[mail.log] = \"/var/log/a;b\"\n", "www",
         "php_admin_value[mail.log]", "/var/log/a;b", 2},
        {SETTINGS_INI, ";a = 1\n", "", "a", "", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct setting *found;
        struct settings settings;

        start();
        settings_init(&settings, arena);
        settings_read(&settings, rows[i].syntax, tap_str(rows[i].text), STR("/etc/x"));
        found = settings_find_in(&settings, tap_str(rows[i].section), tap_str(rows[i].name));
        CHECK_ROW(i, (found != NULL) == (rows[i].line > 0));
        if (!found)
            continue;
        CHECK_STR(found->value, rows[i].value);
        CHECK_ROW(i, found->line == rows[i].line);
    }
}

static void
what_a_program_printed_gets_its_place(void)
{
    struct settings settings;

    start();
    settings_init(&settings, arena);
    settings_read(&settings, SETTINGS_POSTFIX, STR("a = 1 expanded\nb = 2\n"), STR_EMPTY);
    settings_locate(&settings, SETTINGS_POSTFIX, STR("\na = $x\n"), STR("/etc/main.cf"));
    CHECK_STR(settings_value(&settings, "a"), "1 expanded");
    CHECK_STR(setting_place(settings_find(&settings, "a"), arena), "/etc/main.cf:2");
    CHECK_STR(setting_place(settings_find(&settings, "b"), arena), "");
    CHECK(settings_find(&settings, "c") == NULL);
}

static void
only_the_statement_is_changed(void)
{
    static const struct {
        enum settings_syntax syntax;
        const char *text, *section, *name, *value, *want;
    } rows[] = {
        {SETTINGS_POSTFIX, "a = 1\nb = 2\nc = 3\n", "", "b", "x", "a = 1\nb = x\nc = 3\n"},
        {SETTINGS_POSTFIX, "a = 1,\n  2\n# of b\nb = 2\n", "", "a", "x", "a = x\n# of b\nb = 2\n"},
        {SETTINGS_POSTFIX, "#b = 1\na = 1", "", "b", "x", "#b = 1\na = 1\nb = x\n"},
        {SETTINGS_POSTFIX, "", "", "b", "x", "b = x\n"},
        {SETTINGS_POSTFIX, "a = 1\nb = 2\na = 3\n", "", "a", "x", "a = 1\nb = 2\na = x\n"},
        {SETTINGS_EXIM, "a = 1\nbegin acl\nb = 2\n", "", "b", "x",
         "a = 1\nb = x\nbegin acl\nb = 2\n"},
        {SETTINGS_EXIM, "hostlist r = *\nbegin acl\n", "", "hostlist r", "127.0.0.1",
         "hostlist r = 127.0.0.1\nbegin acl\n"},
        {SETTINGS_EXIM, "a = 1 : \\\n 2\nb = 3\n", "", "a", "x", "a = x\nb = 3\n"},
        {SETTINGS_DOVECOT, "protocol imap {\n ssl = no\n}\n", "", "ssl", "yes",
         "protocol imap {\n ssl = no\n}\nssl = yes\n"},
        {SETTINGS_DOVECOT, "ssl = no\nprotocol imap {\n}\n", "", "ssl", "yes",
         "ssl = yes\nprotocol imap {\n}\n"},
        {SETTINGS_INI, "[a]\nx = 1\n[b]\nx = 2\n", "a", "x", "3", "[a]\nx = 3\n[b]\nx = 2\n"},
        {SETTINGS_INI, "[a]\nx = 1\n[b]\nx = 2\n", "a", "y", "3",
         "[a]\nx = 1\ny = 3\n[b]\nx = 2\n"},
        {SETTINGS_INI, "[PHP]\nx = 1\n[mail function]\ny = 2\n", "", "y", "3",
         "[PHP]\nx = 1\n[mail function]\ny = 3\n"},
    };
    struct str changed;

    for (size_t i = 0; i < COUNT(rows); i++) {
        start();
        changed = STR_EMPTY;
        CHECK_ROW(i, edit_setting(tap_str(rows[i].text), rows[i].syntax, tap_str(rows[i].section),
                                  tap_str(rows[i].name), tap_str(rows[i].value), arena, &changed));
        CHECK_STR(changed, rows[i].want);
    }
    CHECK(!edit_setting(STR("a = 1\n"), SETTINGS_POSTFIX, STR_EMPTY, STR("a"), STR("1\nb = 2"),
                        arena, &changed));
    CHECK(!edit_setting(STR("a = 1\n"), SETTINGS_POSTFIX, STR_EMPTY, STR("a b"), STR("1"), arena,
                        &changed));
    CHECK(edit_append(STR("a"), STR("b\n"), arena, &changed));
    CHECK_STR(changed, "a\nb\n");
    CHECK(edit_append(STR("a\nb\n"), STR("b\n"), arena, &changed));
    CHECK_STR(changed, "a\nb\n");
}

static void
differences_are_shown_as_diff_does(void)
{
    static const struct {
        const char *before, *after, *want;
    } rows[] = {
        {"a\n", "a\n", ""},
        {"a\nb\nc\n", "a\nx\nc\n", "--- f\n+++ f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
        {"", "a\n", "--- f\n+++ f\n@@ -0,0 +1 @@\n+a\n"},
        {"a\n", "", "--- f\n+++ f\n@@ -1 +0,0 @@\n-a\n"},
        {"a", "a\nb\n", "--- f\n+++ f\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n"},
        {"1\n2\n3\n4\n5\n6\n", "1\n2\n3\n4\n5\n6\n7\n",
         "--- f\n+++ f\n@@ -4,3 +4,4 @@\n 4\n 5\n 6\n+7\n"},
        {"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
         "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n "
         "7\n-b\n+B\n"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf buf;

        start();
        buf_init(&buf, 1024);
        CHECK_ROW(
            i, diff_write(STR("f"), tap_str(rows[i].before), tap_str(rows[i].after), arena, &buf));
        CHECK_STR(buf_str(&buf), rows[i].want);
        buf_done(&buf);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"each syntax is read", each_syntax_is_read},
        {"what a program printed gets its place", what_a_program_printed_gets_its_place},
        {"only the statement is changed", only_the_statement_is_changed},
        {"differences are shown as diff does", differences_are_shown_as_diff_does},
    };

    return tap_main(cases, COUNT(cases));
}
