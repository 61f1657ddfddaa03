/*
 * Each case is a mailbox on disk, and the mails that are seen in it.
 */

#include "source/delivered.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "source/whole.h"
#include "tap.h"

#define PATH_BYTES 256

static char room[PATH_BYTES];

struct seen {
    char letters[64]; /* of the subjects, in no particular order */
    size_t bytes_max;
};

static void
note(void *context, struct str mail)
{
    struct seen *seen = context;
    size_t at = str_find(mail, STR("Subject: "));
    size_t len = strlen(seen->letters);

    if (at + 9 < mail.len && len + 1 < sizeof(seen->letters))
        seen->letters[len] = mail.data[at + 9];
    if (mail.len > seen->bytes_max)
        seen->bytes_max = mail.len;
}

static void
write_file(const char *name, struct str text, int64_t age_s)
{
    char path[2 * PATH_BYTES];
    struct utimbuf times = {time(NULL) - age_s, time(NULL) - age_s};
    struct err err;

    snprintf(path, sizeof(path), "%s/%s", room, name);
    CHECK(whole_write(path, text, &err));
    CHECK(utime(path, &times) == 0);
}

static void
make_folders(const char *const *names, size_t count)
{
    char path[2 * PATH_BYTES];

    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s", room, names[i]);
        CHECK(mkdir(path, 0700) == 0);
    }
}

static bool
look(const char *name, struct seen *seen)
{
    char path[2 * PATH_BYTES];
    struct err err;

    *seen = (struct seen){.bytes_max = 0};
    snprintf(path, sizeof(path), "%s/%s", room, name);
    return delivered_look(path, time(NULL) - 60, note, seen, &err);
}

static bool
has_letters(const struct seen *seen, const char *letters)
{
    for (const char *at = letters; *at; at++) {
        if (!strchr(seen->letters, *at))
            return false;
    }
    return strlen(seen->letters) == strlen(letters);
}

static void
sees_a_maildir(void)
{
    static const char *const folders[] = {"box",     "box/new",   "box/cur",
                                          "box/tmp", "box/.Spam", "box/.Spam/new"};
    char target[2 * PATH_BYTES], link[2 * PATH_BYTES];
    struct seen seen;

    make_folders(folders, COUNT(folders));
    write_file("box/new/1", STR("Subject: a\n\n"), 0);
    write_file("box/cur/2:2,S", STR("Subject: b\n\n"), 10);
    write_file("box/.Spam/new/3", STR("Subject: c\n\n"), 10);
    write_file("box/new/old", STR("Subject: x\n\n"), 600);
    write_file("box/tmp/4", STR("Subject: y\n\n"), 0);
    write_file("elsewhere", STR("Subject: z\n\n"), 0);
    snprintf(target, sizeof(target), "%s/elsewhere", room);
    snprintf(link, sizeof(link), "%s/box/new/link", room);
    CHECK(symlink(target, link) == 0);
    snprintf(link, sizeof(link), "%s/box/new/pipe", room);
    CHECK(mkfifo(link, 0600) == 0);
    CHECK(look("box", &seen));
    CHECK(has_letters(&seen, "abc"));
    CHECK(look("box/new", &seen));
    CHECK(has_letters(&seen, "a"));
}

static void
sees_an_mbox(void)
{
    struct seen seen;

    write_file("mbox",
               STR("From a@example.com Tue Mar  3 10:00:00 2026\nSubject: a\n\nhello\n\n"
                   "From b@example.com Tue Mar  3 10:00:01 2026\nSubject: b\n\n"),
               600);
    CHECK(look("mbox", &seen));
    CHECK(has_letters(&seen, "ab"));
    write_file("empty", STR(""), 0);
    CHECK(look("empty", &seen));
    CHECK(has_letters(&seen, ""));
}

static void
reads_the_end_of_a_large_mbox(void)
{
    size_t bytes = DELIVERED_MBOX_MAX + 4096;
    struct str head = STR("From a@example.com Tue Mar  3 10:00:00 2026\nSubject: a\n\n");
    struct str tail = STR("\n\nFrom b@example.com Tue Mar  3 10:00:01 2026\nSubject: b\n\n");
    char *text = malloc(bytes);
    struct seen seen;

    CHECK(text != NULL);
    memset(text, 'x', bytes);
    for (size_t i = 79; i < bytes; i += 80)
        text[i] = '\n';
    memcpy(text, head.data, head.len);
    memcpy(text + bytes - tail.len, tail.data, tail.len);
    write_file("large", (struct str){text, bytes}, 0);
    CHECK(look("large", &seen));
    CHECK(has_letters(&seen, "b"));
    write_file("box/new/5", (struct str){text, bytes}, 0);
    CHECK(look("box/new", &seen));
    CHECK(seen.bytes_max == DELIVERED_MAIL_MAX);
    free(text);
}

static void
says_what_is_no_mailbox(void)
{
    struct seen seen;

    CHECK(!look("none", &seen));
    CHECK(!look("box/new/pipe", &seen));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"a Maildir and its folders", sees_a_maildir},
        {"an mbox", sees_an_mbox},
        {"the end of a large mbox, the start of a large mail", reads_the_end_of_a_large_mbox},
        {"what is no mailbox", says_what_is_no_mailbox},
    };
    char command[2 * PATH_BYTES];
    int code;

    strcpy(room, "/tmp/weir-delivered-XXXXXX");
    if (!mkdtemp(room))
        return 1;
    code = tap_main(cases, COUNT(cases));
    snprintf(command, sizeof(command), "rm -rf '%s'", room);
    return system(command) == 0 ? code : 1;
}
