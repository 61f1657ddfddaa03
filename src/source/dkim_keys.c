#include "source/dkim_keys.h"

#include <glob.h>

#include "auth/key_text.h"
#include "source/whole.h"

#define KEY_BYTES_MAX ((size_t)65536)
#define RECORD_BYTES_MAX ((size_t)8192)

/* Where programs keep keys: '*' of each pattern, in its order, is the domain and the selector. */
static const struct place {
    const char *pattern, *ending;
    bool is_folder; /* DOMAIN/SELECTOR; else DOMAIN.SELECTOR */
} places[] = {
    {"/etc/opendkim/keys/*/*.private", ".private", true},
    {"/etc/dkimkeys/*/*.private", ".private", true},
    {"/var/lib/rspamd/dkim/*.*.key", ".key", false},
    {"/etc/rspamd/dkim/*.*.key", ".key", false},
    {"/etc/exim4/dkim/*.*.key", ".key", false},
    {"/etc/weir/dkim/*.*.key", ".key", false},
};

/* "example.com" and "mail" out of "…/example.com/mail.private". */
static bool
read_path(const struct place *place, struct str path, struct suggest_key *key)
{
    const char *slash, *cut;
    struct str rest = str_first(path, path.len - strlen(place->ending));

    slash = memrchr(rest.data, '/', rest.len);
    if (!slash)
        return false;
    if (place->is_folder) {
        struct str folder = {rest.data, (size_t)(slash - rest.data)};

        cut = memrchr(folder.data, '/', folder.len);
        if (!cut)
            return false;
        key->domain = str_from(folder, (size_t)(cut - folder.data) + 1);
        key->selector = str_from(rest, folder.len + 1);
    } else {
        struct str name = str_from(rest, (size_t)(slash - rest.data) + 1);

        cut = memrchr(name.data, '.', name.len);
        if (!cut)
            return false;
        key->domain = str_first(name, (size_t)(cut - name.data));
        key->selector = str_from(name, (size_t)(cut - name.data) + 1);
    }
    return key->domain.len && key->selector.len;
}

/* The public half. The private one is wiped from the text that was read. */
static bool
read_key(const char *path, struct arena *arena, struct suggest_key *key)
{
    struct arena *secret = arena_new(4 * KEY_BYTES_MAX);
    struct crypto_private *private = NULL;
    struct str text = STR_EMPTY;
    struct err err;
    bool is_read = whole_read(path, KEY_BYTES_MAX, secret, &text, &err) &&
                   crypto_private_read(text, &private, &err);

    if (is_read) {
        struct buf record;

        buf_init(&record, RECORD_BYTES_MAX);
        key_text_record(&record, crypto_private_type(private),
                        crypto_private_public(private, arena));
        key->record = arena_str(arena, buf_str(&record));
        is_read = !record.is_over && key->record.len > 0;
        buf_done(&record);
    }
    crypto_private_free(private);
    if (text.len)
        explicit_bzero((void *)(uintptr_t)text.data, text.len);
    arena_free(secret);
    return is_read;
}

uint32_t
dkim_keys_find(const char *root, struct arena *arena, struct suggest_key ret_keys[SUGGEST_KEYS_MAX])
{
    uint32_t count = 0;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct str pattern = arena_printf(arena, "%s%s%c", root, places[i].pattern, '\0');
        glob_t found;

        if (!pattern.len || glob(pattern.data, 0, NULL, &found) != 0)
            continue;
        for (size_t k = 0; k < found.gl_pathc && count < SUGGEST_KEYS_MAX; k++) {
            struct suggest_key *key = &ret_keys[count];

            *key = (struct suggest_key){.path = arena_str(arena, str_from_cstr(found.gl_pathv[k]))};
            count +=
                read_path(&places[i], key->path, key) && read_key(found.gl_pathv[k], arena, key);
        }
        globfree(&found);
    }
    return count;
}
