#include "source/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "mail/decode.h"
#include "source/file.h"

#define BLOCK 65536

/* What all layers of one file share. */
struct budget {
    uint64_t in, out; /* bytes that came from outside, that all layers gave */
    uint32_t members;
    struct unpack_sink sink;
};

/* One document: a reader, and the bytes of it that were looked at already. */
struct unpack_document {
    struct budget *budget;
    unpack_read *read;
    void *context;
    struct str name;
    uint32_t depth;
    char *head;
    size_t head_len, head_at;
    bool is_at_end;
    bool has_failed; /* within the head; told when the head has been read */
    struct err err;
};

static bool
is_within_budget(const struct budget *budget)
{
    return budget->out <= UNPACK_BYTES_FREE || budget->out / UNPACK_RATIO_MAX <= budget->in;
}

static bool
read_below(struct unpack_document *document, char *buffer, size_t capacity, size_t *ret_len,
           struct err *err)
{
    struct budget *budget = document->budget;

    *ret_len = 0;
    if (!document->read(document->context, buffer, capacity, ret_len, err))
        return false;
    if (*ret_len == 0)
        return true;
    if (document->depth == 0)
        budget->in += *ret_len;
    else
        budget->out += *ret_len;
    if (is_within_budget(budget))
        return true;
    *ret_len = 0;
    return err_set(err, ERR_LIMIT,
                   "it unpacks to more than %d times its size: no report does, and it is not read",
                   UNPACK_RATIO_MAX);
}

static void
read_head(struct unpack_document *document)
{
    size_t got = 1;

    document->head = malloc(UNPACK_HEAD_BYTES);
    if (!document->head)
        abort();
    while (got > 0 && document->head_len < UNPACK_HEAD_BYTES) {
        if (!read_below(document, document->head + document->head_len,
                        UNPACK_HEAD_BYTES - document->head_len, &got, &document->err)) {
            document->has_failed = true;
            break;
        }
        document->head_len += got;
    }
    document->is_at_end = got == 0;
}

struct str
unpack_name(const struct unpack_document *document)
{
    return document->name;
}

struct str
unpack_head(const struct unpack_document *document)
{
    return (struct str){document->head, document->head_len};
}

bool
unpack_next(struct unpack_document *document, char *buffer, size_t capacity, size_t *ret_len,
            struct err *err)
{
    size_t left = document->head_len - document->head_at;

    *ret_len = 0;
    if (left) {
        *ret_len = left < capacity ? left : capacity;
        memcpy(buffer, document->head + document->head_at, *ret_len);
        document->head_at += *ret_len;
        return true;
    }
    if (document->has_failed) {
        *err = document->err;
        return false;
    }
    return document->is_at_end || read_below(document, buffer, capacity, ret_len, err);
}

/* --- base64 that should have been decoded by the mail program --- */

struct base64 {
    struct unpack_document *below;
    struct arena *arena;
    char digits[BLOCK];
    size_t len; /* digits waiting */
    struct str ready;
    bool is_at_end;
};

static bool
is_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) || c == '+' ||
           c == '/';
}

static bool
decode_more(struct base64 *base64, struct err *err)
{
    char block[BLOCK / 2];
    size_t got, keep;

    while (base64->len < 4 && !base64->is_at_end) {
        if (!unpack_next(base64->below, block, sizeof(block), &got, err))
            return false;
        base64->is_at_end = got == 0;
        for (size_t i = 0; i < got; i++) {
            if (is_digit(block[i]))
                base64->digits[base64->len++] = block[i];
        }
    }
    keep = base64->is_at_end ? 0 : base64->len % 4;
    arena_reset(base64->arena);
    base64->ready = decode_base64((struct str){base64->digits, base64->len - keep}, base64->arena);
    memmove(base64->digits, base64->digits + base64->len - keep, keep);
    base64->len = keep;
    return true;
}

static bool
read_base64(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    struct base64 *base64 = context;

    while (base64->ready.len == 0 && !(base64->is_at_end && base64->len == 0)) {
        if (!decode_more(base64, err))
            return false;
    }
    *ret_len = base64->ready.len < capacity ? base64->ready.len : capacity;
    if (*ret_len)
        memcpy(buffer, base64->ready.data, *ret_len);
    base64->ready = str_from(base64->ready, *ret_len);
    return true;
}

/* What gzip, zip and XML begin with, in base64, and nothing but base64 behind it. */
static bool
is_base64(struct str head)
{
    static const char *const begins[] = {"H4sI", "UEsD", "PD94", "PGZl", "77u/", "PEZF"};
    struct str first = str_first(str_trim(head), 4096);
    bool is_known = false;

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        is_known |= str_starts(first, str_from_cstr(begins[i]));
    for (size_t i = 0; i < first.len && is_known; i++) {
        char c = first.data[i];

        is_known = is_digit(c) || c == '=' || c == '\n' || c == '\r' || c == ' ' || c == '\t';
    }
    return is_known;
}

/* --- archives --- */

struct member {
    struct archive *archive;
    struct str block;
};

static bool
read_member(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    struct member *member = context;

    while (member->block.len == 0) {
        const void *data;
        size_t len = 0;
        la_int64_t offset;
        int code = archive_read_data_block(member->archive, &data, &len, &offset);

        if (code == ARCHIVE_EOF) {
            *ret_len = 0;
            return true;
        }
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            const char *why = archive_error_string(member->archive);

            return err_set(err, ERR_SYNTAX, "it is damaged or cut off (%s)", why ? why : "unknown");
        }
        member->block = (struct str){data, len};
    }
    *ret_len = member->block.len < capacity ? member->block.len : capacity;
    memcpy(buffer, member->block.data, *ret_len);
    member->block = str_from(member->block, *ret_len);
    return true;
}

/* What an archive reads from: the document below it. */
struct below {
    struct unpack_document *document;
    char block[BLOCK];
    struct err err;
    bool has_failed;
};

static la_ssize_t
on_read(struct archive *archive, void *context, const void **ret_block)
{
    struct below *below = context;
    size_t len;

    *ret_block = below->block;
    if (unpack_next(below->document, below->block, sizeof(below->block), &len, &below->err))
        return (la_ssize_t)len;
    below->has_failed = true;
    archive_set_error(archive, EIO, "%s", below->err.text);
    return ARCHIVE_FATAL;
}

static void look(struct unpack_document *document);

static void
take_stream(struct budget *budget, unpack_read *read, void *context, struct str name,
            uint32_t depth)
{
    struct unpack_document document = {
        .budget = budget, .read = read, .context = context, .name = name, .depth = depth};

    read_head(&document);
    look(&document);
    free(document.head);
}

/* Nothing of a member is a path here: its last part is shown, and that is all. */
static struct str
shown_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    const char *slash = name ? strrchr(name, '/') : NULL;

    return name ? str_first(str_from_cstr(slash ? slash + 1 : name), 200) : STR_EMPTY;
}

static void
tell(struct budget *budget, struct str name, const struct err *err)
{
    budget->sink.problem(budget->sink.context, name, err);
}

static void
tell_archive(struct unpack_document *document, struct archive *archive, const struct below *below)
{
    const char *why = archive_error_string(archive);
    struct err err;

    if (below->has_failed)
        err = below->err;
    else
        (void)err_set(&err, ERR_SYNTAX, "it cannot be unpacked (%s)", why ? why : "unknown form");
    tell(document->budget, document->name, &err);
}

static void
take_members(struct unpack_document *document, struct archive *archive, const struct below *below,
             bool is_container)
{
    struct budget *budget = document->budget;
    struct archive_entry *entry;
    int code;

    while ((code = archive_read_next_header(archive, &entry)) == ARCHIVE_OK ||
           code == ARCHIVE_WARN) {
        struct member member = {archive, STR_EMPTY};
        struct str name = is_container ? shown_name(entry) : document->name;
        struct err err;

        if (is_container && archive_entry_filetype(entry) != AE_IFREG)
            continue;
        if (budget->members++ == UNPACK_MEMBERS_MAX) {
            (void)err_set(&err, ERR_LIMIT, "it holds more than %u files; the rest is not read",
                          UNPACK_MEMBERS_MAX);
            tell(budget, document->name, &err);
            return;
        }
        if (archive_entry_is_encrypted(entry)) {
            (void)err_set(&err, ERR_SYNTAX, "it is encrypted");
            tell(budget, name, &err);
            continue;
        }
        take_stream(budget, read_member, &member, name, document->depth + 1);
        if (!is_within_budget(budget))
            return;
    }
    if (code != ARCHIVE_EOF)
        tell_archive(document, archive, below);
}

static void
take_archive(struct unpack_document *document, bool is_container)
{
    struct archive *archive = archive_read_new();
    struct below *below = calloc(1, sizeof(*below));

    if (!archive || !below)
        abort();
    below->document = document;
    if (is_container) {
        (void)archive_read_support_format_zip_streamable(archive);
        (void)archive_read_support_format_tar(archive);
    } else {
        file_support_filters(archive);
        (void)archive_read_support_format_raw(archive);
        (void)archive_read_support_format_empty(archive);
    }
    if (archive_read_open(archive, below, NULL, on_read, NULL) == ARCHIVE_OK)
        take_members(document, archive, below, is_container);
    else
        tell_archive(document, archive, below);
    archive_read_free(archive);
    free(below);
}

static void
take_base64(struct unpack_document *document)
{
    struct base64 *base64 = calloc(1, sizeof(*base64));

    if (!base64)
        abort();
    base64->below = document;
    base64->arena = arena_new((size_t)1 << 20);
    take_stream(document->budget, read_base64, base64, document->name, document->depth + 1);
    arena_free(base64->arena);
    free(base64);
}

static bool
is_container(struct str head)
{
    return str_starts(head, STR("PK\3\4")) || str_starts(str_from(head, 257), STR("ustar"));
}

static void
look(struct unpack_document *document)
{
    struct str head = unpack_head(document);
    bool is_packed = file_is_packed(head), has_members = is_container(head);
    bool is_text = !is_packed && !has_members && is_base64(head);
    struct err err;

    if (!is_packed && !has_members && !is_text) {
        document->budget->sink.document(document->budget->sink.context, document);
    } else if (document->depth == UNPACK_DEPTH_MAX) {
        (void)err_set(&err, ERR_LIMIT, "it is packed more than %u times over: it is not read",
                      UNPACK_DEPTH_MAX);
        tell(document->budget, document->name, &err);
    } else if (is_text) {
        take_base64(document);
    } else {
        take_archive(document, has_members);
    }
}

void
unpack_run(unpack_read *read, void *read_context, struct unpack_sink sink)
{
    struct budget budget = {.sink = sink};
    struct unpack_document document = {
        .budget = &budget, .read = read, .context = read_context, .depth = 0};

    read_head(&document);
    look(&document);
    free(document.head);
}

static bool
read_bytes(void *context, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    struct str *rest = context;

    (void)err;
    *ret_len = rest->len < capacity ? rest->len : capacity;
    if (*ret_len)
        memcpy(buffer, rest->data, *ret_len);
    *rest = str_from(*rest, *ret_len);
    return true;
}

void
unpack_bytes(struct str bytes, struct unpack_sink sink)
{
    unpack_run(read_bytes, &bytes, sink);
}
