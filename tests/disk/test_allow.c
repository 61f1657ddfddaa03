/* The allow-list as a file, and as it is asked. */

#include <time.h>

#include "disk/allow.h"
#include "room.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static struct digest
digest(const char *text)
{
    struct digest digest;

    if (!digest_read(str_from_cstr(text), &digest))
        abort();
    return digest;
}

static void
reads_lists(void)
{
    static const struct {
        const char *text;
        const char *wrong; /* in what is said; NULL: it is a list */
        uint32_t count;
        bool has_a, has_b;
    } rows[] = {
        {"", NULL, 0, false, false},
        {"# nothing\n\n   \n", NULL, 0, false, false},
        {A "\n", NULL, 1, true, false},
        {A, NULL, 1, true, false},
        {B "  /srv/shop/tool.php, by anna\n" A "\t# same\n" B "\n", NULL, 2, true, true},
        {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", NULL, 1, true,
         false},
        {A "\nhello\n", "line 2", 0, false, false},
        {A "x\n", "line 1", 0, false, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct allow *allow = NULL;
        struct err err = {.text = ""};
        bool is_open;

        room_renew();
        room_write(room_file("allow"), rows[i].text);
        is_open = allow_open(room_file("allow"), &allow, &err);
        CHECK_ROW(i, is_open == !rows[i].wrong);
        if (rows[i].wrong)
            CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].wrong)));
        if (!is_open)
            continue;
        CHECK_ROW(i, allow_count(allow) == rows[i].count);
        CHECK_ROW(i, allow_has(allow, digest(A)) == rows[i].has_a);
        CHECK_ROW(i, allow_has(allow, digest(B)) == rows[i].has_b);
        allow_free(allow);
    }
}

static void
adds_and_removes_in_the_file(void)
{
    struct allow *allow, *again;
    struct err err = {.text = ""};

    room_renew();
    room_write(room_file("allow"), "# ours\n" B "  kept"); /* no newline at its end */
    CHECK(allow_open(room_file("allow"), &allow, &err));
    CHECK(allow_add(allow, digest(C), STR("/srv/a\nb.php"), &err));
    CHECK(allow_add(allow, digest(A), STR(""), &err));
    CHECK(allow_add(allow, digest(A), STR("twice"), &err));
    CHECK_STR(room_read(room_file("allow")), "# ours\n" B "  kept\n" C "  /srv/a b.php\n" A "\n");
    CHECK(allow_open(room_file("allow"), &again, &err));
    CHECK(allow_count(again) == 3);
    CHECK(allow_remove(again, digest(C), &err));
    CHECK(allow_remove(again, digest(C), &err));
    CHECK(!allow_has(again, digest(C)) && allow_has(again, digest(A)) &&
          allow_has(again, digest(B)));
    CHECK_STR(room_read(room_file("allow")), "# ours\n" B "  kept\n" A "\n");
    CHECK(!room_has(room_file("allow.new")));
    allow_free(allow);
    allow_free(again);
}

static void
begins_with_no_file(void)
{
    struct allow *allow;
    struct err err = {.text = ""};
    struct stat status;

    room_renew();
    CHECK(allow_open(room_file("allow"), &allow, &err));
    CHECK(allow_count(allow) == 0);
    CHECK(!room_has(room_file("allow")));
    CHECK(allow_add(allow, digest(A), STR("first"), &err));
    CHECK(stat(room_file("allow"), &status) == 0 && (status.st_mode & 07777) == 0600);
    allow_free(allow);
}

static void
believes_no_list_that_others_write(void)
{
    struct allow *allow;
    struct err err = {.text = ""};

    room_renew();
    room_write(room_file("allow"), A "\n");
    CHECK(chmod(room_file("allow"), 0664) == 0);
    CHECK(!allow_open(room_file("allow"), &allow, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("can be written by others")));
    CHECK(chmod(room_file("allow"), 0644) == 0);
    CHECK(symlink(room_file("allow"), room_file("link")) == 0);
    CHECK(!allow_open(room_file("link"), &allow, &err));
    if (geteuid() == 0) {
        CHECK(chown(room_file("allow"), 65534, 65534) == 0);
        CHECK(!allow_open(room_file("allow"), &allow, &err));
    }
}

static void
finds_one_of_100000(void)
{
    struct digester *digester = digester_new();
    FILE *file;
    struct allow *allow;
    struct err err;
    uint32_t wrong = 0;

    room_renew();
    file = fopen(room_file("allow"), "w");
    for (uint32_t i = 0; i < 100000; i++) {
        char text[DIGEST_TEXT];

        digest_write(digest_of(digester, (struct str){(const char *)&i, sizeof(i)}), text);
        fprintf(file, "%s  file %u\n", text, i);
    }
    fclose(file);
    CHECK(allow_open(room_file("allow"), &allow, &err));
    CHECK(allow_count(allow) == 100000);
    for (uint32_t i = 0; i < 200000; i++)
        wrong += allow_has(allow, digest_of(digester, (struct str){(const char *)&i, sizeof(i)})) !=
                 (i < 100000);
    CHECK(wrong == 0);
    allow_free(allow);
    digester_free(digester);
    room_done();
}

static void
believes_several(void)
{
    struct allow *allow, *again;
    struct err err = {.text = ""};

    room_renew();
    room_write(room_file("allow"), B "\n");
    room_write(room_file("more"), C "\n" A "\n" B "\n");
    CHECK(allow_open(room_file("allow"), &allow, &err));
    CHECK(allow_read_also(allow, room_file("more"), &err));
    CHECK(allow_count(allow) == 3 && allow_has(allow, digest(A)) && allow_has(allow, digest(B)) &&
          allow_has(allow, digest(C)));
    CHECK(!allow_read_also(allow, room_file("none"), &err));
    CHECK(str_has(str_from_cstr(err.text), STR("none': No such file")));
    CHECK(chmod(room_file("more"), 0662) == 0);
    CHECK(!allow_read_also(allow, room_file("more"), &err));
    CHECK(allow_count(allow) == 3);
    allow_free(allow);
    CHECK(allow_open(room_file("allow"), &again, &err));
    CHECK(allow_count(again) == 1);
    allow_free(again);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads lists, and names the line that is none", reads_lists},
        {"adds and removes in the file", adds_and_removes_in_the_file},
        {"begins with no file", begins_with_no_file},
        {"believes no list that others can write", believes_no_list_that_others_write},
        {"believes several lists at once", believes_several},
        {"finds each of 100,000, and none of 100,000 others", finds_one_of_100000},
    };

    return tap_main(cases, COUNT(cases));
}
