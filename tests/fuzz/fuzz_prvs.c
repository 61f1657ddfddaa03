#include <stdlib.h>

#include "auth/prvs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)1 << 20)
#define NOW_S INT64_C(1795600000)
#define TAG_AT 5 /* behind "prvs=" */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

/* What was signed holds, and is the address; with another digit of the hash it does not hold. */
static void
check_signing(struct str address, const struct prvs_keys *keys, struct arena *arena)
{
    struct str tagged;
    struct prvs_check check;
    char *broken;

    if (!prvs_sign(address, &keys->list[0], NOW_S, arena, &tagged))
        return;
    require(prvs_is_tagged(tagged) && !prvs_is_tagged(address));
    check = prvs_check(tagged, keys, NOW_S, arena);
    require(check.result == PRVS_VALID && str_eq(check.address, address));
    require(prvs_check(tagged, keys, NOW_S + 8 * 86400, arena).result == PRVS_EXPIRED);
    broken = arena_alloc(arena, tagged.len);
    require(broken != NULL);
    memcpy(broken, tagged.data, tagged.len);
    broken[TAG_AT + 9] = broken[TAG_AT + 9] == '0' ? '1' : '0';
    require(prvs_check((struct str){broken, tagged.len}, keys, NOW_S, arena).result == PRVS_FORGED);
}

/* The first line is an address, the rest a key file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct str rest = {(const char *)data, size}, address = str_cut(&rest, '\n');
    struct prvs_keys keys = {.list = {{3, STR("secret")}}, .count = 1}, read;
    struct prvs_check check = prvs_check(address, &keys, NOW_S, arena);
    struct err err;

    require((check.result != PRVS_UNTAGGED) == prvs_is_tagged(address));
    check_signing(address, &keys, arena);
    if (prvs_keys_read(rest, &read, &err)) {
        require(read.count > 0 && read.count <= PRVS_KEYS_MAX);
        check_signing(address, &read, arena);
    }
    arena_free(arena);
    return 0;
}
