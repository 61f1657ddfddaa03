/* Facts of FIPS 180-4 and of files; the long ones are its published examples. */

#include "disk/digest.h"
#include "room.h"

static void
knows_published_digests(void)
{
    static const struct {
        const char *text, *digest;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    struct digester *digester = digester_new();

    /* The context is used again: an earlier text leaves nothing behind. */
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[DIGEST_TEXT];

        digest_write(digest_of(digester, tap_str(rows[i].text)), text);
        CHECK_STR(str_from_cstr(text), rows[i].digest);
    }
    digester_free(digester);
}

static void
reads_files_from_their_first_byte(void)
{
    static const size_t sizes[] = {0, 1, 4096, (128 << 10) - 1, 128 << 10, (128 << 10) + 1, 300000};
    struct digester *digester = digester_new();
    char *bytes = malloc(300000);

    for (size_t i = 0; i < 300000; i++)
        bytes[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct digest digest;
        struct err err;
        int fd;

        room_renew();
        fd = open(room_file("file"), O_RDWR | O_CREAT, 0600);
        CHECK_ROW(i, write(fd, bytes, sizes[i]) == (ssize_t)sizes[i]);
        CHECK_ROW(i, digest_file(digester, fd, &digest, &err));
        CHECK_ROW(i, digest_eq(digest, digest_of(digester, (struct str){bytes, sizes[i]})));
        close(fd);
    }
    free(bytes);
    digester_free(digester);
    room_done();
}

static void
says_why_a_folder_has_none(void)
{
    struct digester *digester = digester_new();
    struct digest digest;
    struct err err = {.text = ""};
    int fd = open("/", O_RDONLY);

    CHECK(!digest_file(digester, fd, &digest, &err));
    CHECK_STR(str_from_cstr(err.text), "reading it: Is a directory");
    close(fd);
    digester_free(digester);
}

static void
reads_only_64_digits(void)
{
    static const struct {
        const char *text;
        bool is_digest;
    } rows[] = {
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", true},
        {"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", true},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a", false},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0", false},
        {"ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", false},
        {"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a ", false},
        {"", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct digest digest;
        char text[DIGEST_TEXT];

        CHECK_ROW(i, digest_read(tap_str(rows[i].text), &digest) == rows[i].is_digest);
        if (!rows[i].is_digest)
            continue;
        digest_write(digest, text);
        CHECK_ROW(i, str_eq_nocase(str_from_cstr(text), tap_str(rows[i].text)));
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"knows published digests", knows_published_digests},
        {"reads files from their first byte", reads_files_from_their_first_byte},
        {"says why a folder has none", says_why_a_folder_has_none},
        {"reads 64 hexadecimal digits and nothing else", reads_only_64_digits},
    };

    return tap_main(cases, COUNT(cases));
}
