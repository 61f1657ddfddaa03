#include "trace/ledger.h"
#include "trace/known.h"

#include <stdlib.h>

#define SEEN_SLOTS (1U << 18)
#define SEEN_TO_NAME 3U /* an address is named when it comes the third time */
#define SEEN_A_BYTE 4U
#define ADDRESS_BYTES_MAX 320
#define NAME_BYTES_MAX 255
#define TEXT_BLOCK_BYTES 65536U

struct hash_name {
    uint64_t hash; /* 0: free */
    uint32_t name;
};

struct text_block {
    char *data;
};

static void *
must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void
vec_init(struct vec *vec, size_t size, uint32_t limit)
{
    uint32_t most = LEDGER_BLOCK * LEDGER_BLOCKS_MAX;

    vec->size = size;
    vec->limit = limit < most ? limit : most;
}

void *
vec_add(struct vec *vec)
{
    uint32_t block = vec->count / LEDGER_BLOCK;

    if (vec->count == vec->limit) {
        vec->lost++;
        return NULL;
    }
    if (!vec->blocks[block])
        vec->blocks[block] = must(calloc(LEDGER_BLOCK, vec->size));
    return vec_at(vec, vec->count++);
}

static void
vec_done(struct vec *vec)
{
    for (uint32_t i = 0; i < LEDGER_BLOCKS_MAX && vec->blocks[i]; i++)
        free(vec->blocks[i]);
}

struct ledger *
ledger_new(void)
{
    struct ledger *ledger = must(calloc(1, sizeof(*ledger)));

    ledger->names = table_new(LEDGER_NAME_BYTES_MAX);
    vec_init(&ledger->mails, sizeof(struct mail), LEDGER_MAILS_MAX);
    vec_init(&ledger->deliveries, sizeof(struct delivery), 2 * LEDGER_MAILS_MAX);
    vec_init(&ledger->identities, sizeof(struct identity), UINT32_MAX);
    vec_init(&ledger->sites, sizeof(struct site), UINT32_MAX);
    vec_init(&ledger->endpoints, sizeof(struct endpoint), UINT32_MAX);
    vec_init(&ledger->requests, sizeof(struct request), LEDGER_REQUESTS_MAX);
    vec_init(&ledger->calls, sizeof(struct call), LEDGER_CALLS_MAX);
    vec_init(&ledger->logins, sizeof(struct login), LEDGER_LOGINS_MAX);
    vec_init(&ledger->redirects, sizeof(struct redirect), LEDGER_LOGINS_MAX);
    vec_init(&ledger->connects, sizeof(struct connect), LEDGER_CONNECTS_MAX);
    vec_init(&ledger->text_blocks, sizeof(struct text_block), UINT32_MAX / TEXT_BLOCK_BYTES);
    ledger->recipient_seen = must(calloc(SEEN_SLOTS / SEEN_A_BYTE, 1));
    ledger->hash_name_capacity = 1024;
    ledger->hash_names = must(calloc(ledger->hash_name_capacity, sizeof(struct hash_name)));
    (void)ledger_add_identity(ledger, IDENTITY_UNKNOWN, STR_EMPTY, -1);
    return ledger;
}

void
ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    for (uint32_t i = 0; i < ledger->text_blocks.count; i++)
        free(((struct text_block *)vec_at(&ledger->text_blocks, i))->data);
    vec_done(&ledger->mails);
    vec_done(&ledger->deliveries);
    vec_done(&ledger->identities);
    vec_done(&ledger->sites);
    vec_done(&ledger->endpoints);
    vec_done(&ledger->requests);
    vec_done(&ledger->calls);
    vec_done(&ledger->logins);
    vec_done(&ledger->redirects);
    vec_done(&ledger->connects);
    vec_done(&ledger->text_blocks);
    table_free(ledger->names);
    free(ledger->recipient_seen);
    free(ledger->is_local);
    free(ledger->hash_names);
    free(ledger);
}

uint64_t
ledger_lost(const struct ledger *ledger)
{
    return ledger->mails.lost + ledger->deliveries.lost + ledger->identities.lost +
           ledger->sites.lost + ledger->endpoints.lost + ledger->requests.lost +
           ledger->calls.lost + ledger->logins.lost + ledger->redirects.lost +
           ledger->connects.lost + table_lost(ledger->names);
}

/* The slot of an address hash: taken by it, or free. */
static struct hash_name *
find_hash_name(const struct ledger *ledger, uint64_t hash)
{
    uint32_t mask = ledger->hash_name_capacity - 1;
    uint32_t at = (uint32_t)(hash >> 20) & mask;

    while (ledger->hash_names[at].hash && ledger->hash_names[at].hash != hash)
        at = (at + 1) & mask;
    return &ledger->hash_names[at];
}

static void
grow_hash_names(struct ledger *ledger)
{
    struct hash_name *old = ledger->hash_names;
    uint32_t old_capacity = ledger->hash_name_capacity;

    ledger->hash_name_capacity *= 2;
    ledger->hash_names = must(calloc(ledger->hash_name_capacity, sizeof(struct hash_name)));
    for (uint32_t i = 0; i < old_capacity; i++) {
        if (old[i].hash)
            *find_hash_name(ledger, old[i].hash) = old[i];
    }
    free(old);
}

static void
put_hash_name(struct ledger *ledger, struct hash_name *slot, uint64_t hash, uint32_t name)
{
    *slot = (struct hash_name){hash, name};
    ledger->hash_name_count++;
    if (ledger->hash_name_count > ledger->hash_name_capacity / 4 * 3)
        grow_hash_names(ledger);
}

static uint64_t
pair_hash(char kind, uint32_t a, uint32_t b)
{
    char key[10] = {'\2', kind};

    memcpy(key + 2, &a, sizeof(a));
    memcpy(key + 6, &b, sizeof(b));
    return str_hash((struct str){key, sizeof(key)});
}

uint32_t
ledger_pair(const struct ledger *ledger, char kind, uint32_t a, uint32_t b)
{
    return find_hash_name(ledger, pair_hash(kind, a, b))->name;
}

void
ledger_set_pair(struct ledger *ledger, char kind, uint32_t a, uint32_t b, uint32_t value)
{
    uint64_t hash = pair_hash(kind, a, b);
    struct hash_name *slot = find_hash_name(ledger, hash);

    if (slot->hash)
        slot->name = value;
    else
        put_hash_name(ledger, slot, hash, value);
}

static void
name_address(struct ledger *ledger, uint64_t hash, struct str address)
{
    struct hash_name *slot = find_hash_name(ledger, hash);

    if (!slot->hash)
        put_hash_name(ledger, slot, hash, table_add(ledger->names, address));
}

/* How often the address was seen, this time included, up to SEEN_TO_NAME: what two bits hold. */
static unsigned
count_seen(struct ledger *ledger, uint64_t hash)
{
    uint32_t slot = hash & (SEEN_SLOTS - 1), shift = slot % SEEN_A_BYTE * 2;
    uint8_t *byte = &ledger->recipient_seen[slot / SEEN_A_BYTE];
    unsigned seen = (unsigned)*byte >> shift & SEEN_TO_NAME;

    if (seen < SEEN_TO_NAME) {
        *byte = (uint8_t)(*byte + (1U << shift));
        seen++;
    }
    return seen;
}

/* Fetches into the cache what an address is counted and named in. */
static void
expect_address(const struct ledger *ledger, uint64_t hash)
{
    __builtin_prefetch(&ledger->recipient_seen[(hash & (SEEN_SLOTS - 1)) / SEEN_A_BYTE], 1);
    __builtin_prefetch(
        &ledger->hash_names[(uint32_t)(hash >> 20) & (ledger->hash_name_capacity - 1)]);
}

uint64_t
ledger_add_address(struct ledger *ledger, struct str address, uint32_t *ret_domain)
{
    char folded[ADDRESS_BYTES_MAX];
    struct str domain = STR_EMPTY;
    const char *at;
    uint64_t hash;
    address = str_first(address, sizeof(folded));
    str_fold(address, folded);
    at = address.len ? memrchr(folded, '@', address.len) : NULL;
    if (at)
        domain = (struct str){at + 1, address.len - (size_t)(at + 1 - folded)};
    hash = address.len ? str_hash((struct str){folded, address.len}) : 0;
    expect_address(ledger, hash);
    *ret_domain = table_add(ledger->names, domain);
    if (address.len == 0)
        return 0;
    if (count_seen(ledger, hash) == SEEN_TO_NAME)
        name_address(ledger, hash, address);
    return hash;
}

struct login *
ledger_add_login(struct ledger *ledger, const struct event_login *what, uint64_t key)
{
    struct hash_name *slot = find_hash_name(ledger, key);
    struct login *login;

    if (slot->hash)
        return ledger_login(ledger, slot->name);
    login = vec_add(&ledger->logins);
    if (!login)
        return NULL;
    put_hash_name(ledger, slot, key, ledger->logins.count - 1);
    login->user = table_add(ledger->names, str_first(what->user, NAME_BYTES_MAX));
    login->client = table_add(ledger->names, str_first(what->client, NAME_BYTES_MAX));
    login->service = table_add(ledger->names, what->service);
    login->is_success = what->is_success;
    login->is_summary = what->is_summary;
    return login;
}

void
ledger_expect_login(const struct ledger *ledger, uint64_t key, bool is_near)
{
    const struct hash_name *slot =
        &ledger->hash_names[(uint32_t)(key >> 20) & (ledger->hash_name_capacity - 1)];

    if (!is_near)
        __builtin_prefetch(slot);
    else if (slot->hash == key && slot->name < ledger->logins.count)
        __builtin_prefetch(ledger_login(ledger, slot->name), 1);
}

struct str
ledger_address(const struct ledger *ledger, uint64_t hash)
{
    return hash ? ledger_name(ledger, find_hash_name(ledger, hash)->name) : STR_EMPTY;
}

uint32_t
ledger_add_identity(struct ledger *ledger, enum identity_kind kind, struct str name, int64_t uid)
{
    uint32_t name_id = table_add(ledger->names, name);
    int64_t key[3] = {(int64_t)kind, name_id, uid};
    uint64_t hash = str_hash((struct str){(const char *)key, sizeof(key)});
    struct hash_name *slot = find_hash_name(ledger, hash);
    struct identity *identity;

    if (slot->hash)
        return slot->name;
    identity = vec_add(&ledger->identities);
    if (!identity)
        return 0;
    *identity = (struct identity){kind, name_id, uid, 0};
    put_hash_name(ledger, slot, hash, ledger->identities.count - 1);
    return ledger->identities.count - 1;
}

bool
ledger_is_local_domain(const struct ledger *ledger, uint32_t domain)
{
    return domain < ledger->is_local_capacity && ledger->is_local[domain];
}

void
ledger_set_local_domain(struct ledger *ledger, uint32_t domain)
{
    if (domain == 0)
        return;
    if (domain >= ledger->is_local_capacity) {
        uint32_t capacity = domain + domain / 2 + 64;

        ledger->is_local = must(realloc(ledger->is_local, capacity));
        memset(ledger->is_local + ledger->is_local_capacity, 0,
               capacity - ledger->is_local_capacity);
        ledger->is_local_capacity = capacity;
    }
    ledger->is_local[domain] = 1;
}

uint32_t
ledger_keep_text(struct ledger *ledger, struct str text)
{
    struct text_block *block;
    uint32_t handle;

    text = str_first(text, 255);
    if (text.len == 0)
        return 0;
    if (ledger->text_blocks.count == 0 || ledger->text_used + text.len + 1 > TEXT_BLOCK_BYTES) {
        block = vec_add(&ledger->text_blocks);
        if (!block)
            return 0;
        block->data = must(malloc(TEXT_BLOCK_BYTES));
        ledger->text_used = ledger->text_blocks.count == 1 ? 1 : 0;
    }
    block = vec_at(&ledger->text_blocks, ledger->text_blocks.count - 1);
    block->data[ledger->text_used] = (char)text.len;
    memcpy(block->data + ledger->text_used + 1, text.data, text.len);
    handle = (ledger->text_blocks.count - 1) * TEXT_BLOCK_BYTES + ledger->text_used;
    ledger->text_used += (uint32_t)text.len + 1;
    return handle;
}

struct str
ledger_text(const struct ledger *ledger, uint32_t handle)
{
    const struct text_block *block;
    const char *at;

    if (handle == 0)
        return STR_EMPTY;
    block = vec_at(&ledger->text_blocks, handle / TEXT_BLOCK_BYTES);
    at = block->data + handle % TEXT_BLOCK_BYTES;
    return (struct str){at + 1, (unsigned char)at[0]};
}

bool
ledger_site_may_serve(const struct ledger *ledger, uint32_t site_index, uint32_t identity_index)
{
    const struct site *site = ledger_site(ledger, site_index);
    const struct identity *identity = ledger_identity(ledger, identity_index);

    if (identity->kind != IDENTITY_USER)
        return true;
    if (site->uid >= 0 && identity->uid >= 0)
        return site->uid == identity->uid;
    if (site->user && identity->name)
        return site->user == identity->name;
    return true;
}

bool
ledger_is_library(const struct ledger *ledger, struct str script)
{
    if (known_mail_library(script))
        return true;
    for (uint32_t i = 0; i < ledger->library_count; i++) {
        struct str library = ledger->libraries[i];
        size_t before = script.len - library.len;

        /* The end of a path, at the border of a name. */
        if (library.len && str_ends(script, library) &&
            (before == 0 || library.data[0] == '/' || script.data[before - 1] == '/'))
            return true;
    }
    return false;
}
