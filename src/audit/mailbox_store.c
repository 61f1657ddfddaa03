#include "audit/mailbox_store.h"

#include <stdlib.h>

#include "audit/password_check.h"

#define BLOCK_BYTES ((size_t)1 << 20)

struct mailbox_block {
    struct mailbox_block *next;
    size_t used;
    char text[];
};

void
mailbox_store_init(struct mailbox_store *store)
{
    memset(store, 0, sizeof(*store));
}

void
mailbox_store_done(struct mailbox_store *store)
{
    while (store->blocks) {
        struct mailbox_block *next = store->blocks->next;

        explicit_bzero(store->blocks, sizeof(*store->blocks) + BLOCK_BYTES);
        free(store->blocks);
        store->blocks = next;
    }
    if (store->mailboxes)
        explicit_bzero(store->mailboxes, store->capacity * sizeof(*store->mailboxes));
    free(store->mailboxes);
    mailbox_store_init(store);
}

/* --- memory --- */

/* A copy; `is_over` is set where there is no more room. */
static struct str
keep(struct mailbox_store *store, struct str text, bool *is_over)
{
    struct mailbox_block *block = store->blocks;
    char *at;

    if (text.len == 0)
        return STR_EMPTY;
    if (!block || block->used + text.len > BLOCK_BYTES) {
        if (text.len > BLOCK_BYTES || store->bytes + BLOCK_BYTES > MAILBOX_STORE_BYTES_MAX) {
            *is_over = true;
            return STR_EMPTY;
        }
        block = malloc(sizeof(*block) + BLOCK_BYTES);
        if (!block)
            abort();
        block->next = store->blocks;
        block->used = 0;
        store->blocks = block;
        store->bytes += BLOCK_BYTES;
    }
    at = block->text + block->used;
    memcpy(at, text.data, text.len);
    block->used += text.len;
    return (struct str){at, text.len};
}

/* The old place is wiped by hand: realloc would leave it as it was. */
static bool
grow(struct mailbox_store *store)
{
    uint32_t capacity = store->capacity ? 2 * store->capacity : 1024;
    struct mailbox *more;

    if (store->capacity == MAILBOX_STORE_MAX)
        return false;
    if (capacity > MAILBOX_STORE_MAX)
        capacity = MAILBOX_STORE_MAX;
    more = calloc(capacity, sizeof(*more));
    if (!more)
        abort();
    if (store->mailboxes) {
        memcpy(more, store->mailboxes, store->count * sizeof(*more));
        explicit_bzero(store->mailboxes, store->capacity * sizeof(*more));
        free(store->mailboxes);
    }
    store->mailboxes = more;
    store->capacity = capacity;
    return true;
}

/* --- entries --- */

bool
mailbox_store_begin(struct mailbox_store *store, struct str path, struct str usual,
                    bool is_passwd_file)
{
    if (store->source_count == MAILBOX_SOURCES_MAX)
        return false;
    store->sources[store->source_count++] =
        (struct mailbox_source){.path = path, .usual = usual, .is_passwd_file = is_passwd_file};
    return true;
}

void
mailbox_store_take(void *context, const struct mailbox_entry *entry)
{
    struct mailbox_store *store = context;
    struct mailbox *mailbox;
    bool is_over = false;

    if (store->source_count == 0 || (store->count == store->capacity && !grow(store))) {
        store->lost++;
        return;
    }
    mailbox = &store->mailboxes[store->count];
    *mailbox = (struct mailbox){
        .name = keep(store, entry->name, &is_over),
        .person = keep(store, entry->person, &is_over),
        .password = keep(store, entry->password, &is_over),
        .changed_s = entry->changed_s,
        .line = entry->line < UINT32_MAX ? (uint32_t)entry->line : 0,
        .twin = store->count,
        .source = (uint16_t)(store->source_count - 1),
        .is_shadow = entry->place == PASSWORD_IN_SHADOW,
        .needs_no_password = entry->needs_no_password,
        .is_inactive = entry->is_inactive,
    };
    if (is_over) {
        store->lost++;
        return;
    }
    store->count++;
    store->sources[store->source_count - 1].count++;
}

struct password_scheme
mailbox_store_scheme(const struct mailbox_store *store, const struct mailbox *mailbox)
{
    return password_scheme_read(mailbox->password, store->sources[mailbox->source].usual,
                                mailbox->is_shadow ? PASSWORD_IN_SHADOW : PASSWORD_IN_MAIL_STORE);
}

/* --- the same text twice --- */

/*
 * What can be said of a password without knowing it: where no salt was used, or the very same
 * text stands twice, it is the same password; a scheme that mixes the name in is no such.
 */
static void
fingerprint(const struct mailbox_store *store, struct mailbox *mailbox)
{
    struct password_scheme scheme = mailbox_store_scheme(store, mailbox);

    if (scheme.state != PASSWORD_SET || password_check_needs_user(&scheme))
        return;
    if (scheme.method == PASSWORD_PLAIN)
        mailbox->fingerprint = str_hash(scheme.stored);
    else if (scheme.method != PASSWORD_UNCHECKED)
        mailbox->fingerprint = str_hash(password_check_target(&scheme));
    else
        mailbox->fingerprint = str_hash(scheme.stored);
}

static bool
is_same(const struct mailbox *a, const struct mailbox *b)
{
    return a->fingerprint == b->fingerprint && str_eq(a->password, b->password) &&
           a->is_shadow == b->is_shadow && a->source == b->source;
}

void
mailbox_store_pair(struct mailbox_store *store)
{
    size_t size = 16;
    uint32_t *slots;

    while (size < 2 * (size_t)store->count)
        size *= 2;
    slots = calloc(size, sizeof(*slots));
    if (!slots)
        abort();
    for (uint32_t i = 0; i < store->count; i++) {
        struct mailbox *mailbox = &store->mailboxes[i];
        size_t at;

        fingerprint(store, mailbox);
        if (mailbox->fingerprint == 0)
            continue;
        for (at = mailbox->fingerprint & (size - 1); slots[at]; at = (at + 1) & (size - 1)) {
            if (is_same(&store->mailboxes[slots[at] - 1], mailbox)) {
                mailbox->twin = slots[at] - 1;
                break;
            }
        }
        if (!slots[at])
            slots[at] = i + 1;
    }
    free(slots);
}
