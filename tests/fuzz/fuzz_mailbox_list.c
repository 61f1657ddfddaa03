/*
 * A list reads the same in one piece and in pieces, in whatever form it is taken; entries are
 * within their bounds; the line of a passwd-file is changed in one field alone.
 */

#include <assert.h>
#include <stdlib.h>

#include "audit/mailbox_list.h"
#include "audit/mailbox_places.h"
#include "audit/passwd_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
    uint64_t entries, hash;
    char name[1024];
    size_t name_len;
};

static void
take(void *context, const struct mailbox_entry *entry)
{
    struct sum *sum = context;

    assert(entry->name.len > 0 && entry->name.len <= 700);
    assert(entry->password.len <= MAILBOX_LINE_BYTES_MAX);
    sum->entries++;
    sum->hash = sum->hash * 31 + str_fingerprint(entry->name);
    sum->hash = sum->hash * 31 + str_fingerprint(entry->password);
    sum->hash = sum->hash * 31 + str_fingerprint(entry->person);
    sum->hash = sum->hash * 31 + (uint64_t)entry->changed_s + entry->line;
    sum->name_len = entry->name.len;
    memcpy(sum->name, entry->name.data, entry->name.len);
}

static struct sum
read_in_pieces(enum mailbox_form form, struct str text, size_t piece)
{
    struct sum sum = {.entries = 0};
    struct mailbox_list *list = mailbox_list_new(form, take, &sum);

    while (text.len) {
        mailbox_list_feed(list, str_first(text, piece));
        text = str_from(text, piece);
    }
    mailbox_list_finish(list);
    mailbox_list_free(list);
    return sum;
}

/* After the change the line says the new password, and the rest is as long as it was. */
static void
check_change(struct str text, struct str name)
{
    struct buf out;

    buf_init(&out, 2 * text.len + 1024);
    if (passwd_line_replace(text, name, STR("{X}y"), &out) == PASSWD_LINE_REPLACED) {
        struct buf again;

        assert(!out.is_over);
        buf_init(&again, 2 * text.len + 1024);
        assert(passwd_line_replace(buf_str(&out), name, STR("{X}y"), &again) ==
               PASSWD_LINE_REPLACED);
        assert(str_eq(buf_str(&out), buf_str(&again)));
        buf_done(&again);
    }
    buf_done(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum mailbox_form forms[] = {MAILBOX_FORM_LINES, MAILBOX_FORM_SHADOW,
                                              MAILBOX_FORM_USERDB, MAILBOX_FORM_SQL};
    struct str text = {(const char *)data, size};
    struct arena *arena = arena_new(1 << 20);

    (void)mailbox_list_detect(text);
    (void)mailbox_places_read(text, arena);
    arena_free(arena);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        struct sum whole = read_in_pieces(forms[i], text, size + 1);
        struct sum parts = read_in_pieces(forms[i], text, size ? 1 + data[0] % 61u : 1);

        assert(whole.entries == parts.entries && whole.hash == parts.hash);
        if (forms[i] == MAILBOX_FORM_LINES && whole.entries)
            check_change(text, (struct str){whole.name, whole.name_len});
    }
    return 0;
}
