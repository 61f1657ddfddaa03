#include "auth/idna.h"

#include <idn2.h>

#include "dns/resolver.h"

static bool
is_plain(struct str text, bool *ret_is_ascii)
{
    static const char refused[] = "()<>@,;:\\\"[]";

    *ret_is_ascii = true;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];

        if (c <= ' ' || c == 127 || memchr(refused, c, sizeof(refused) - 1))
            return false;
        if (c >= 128)
            *ret_is_ascii = false;
    }
    return true;
}

static bool
to_a_labels(struct str text, struct arena *arena, struct str *ret_name)
{
    char cstr[IDNA_TEXT_MAX + 1];
    uint8_t *found = NULL;
    int code;

    memcpy(cstr, text.data, text.len);
    cstr[text.len] = '\0';
    code = idn2_lookup_u8((const uint8_t *)cstr, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (code != IDN2_OK)
        return false;
    *ret_name = arena_str(arena, str_from_cstr((const char *)found));
    idn2_free(found);
    return ret_name->len > 0;
}

bool
idna_name(struct str text, struct arena *arena, struct str *ret_name)
{
    struct str name = text;
    bool is_ascii;
    char *folded;

    if (text.len == 0 || text.len > IDNA_TEXT_MAX || !is_plain(text, &is_ascii))
        return false;
    if (!is_ascii && !to_a_labels(text, arena, &name))
        return false;
    if (name.data[name.len - 1] == '.')
        name.len--;
    if (name.len == 0 || str_eq(name, STR(".")) || !dns_name_is_valid(name))
        return false;
    folded = arena_alloc(arena, name.len);
    if (!folded)
        return false;
    str_fold(name, folded);
    *ret_name = (struct str){folded, name.len};
    return true;
}
