#include "source/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "mail/evidence.h"
#include "source/file.h"

struct seen {
    uint64_t device, inode;
};

struct collector {
    struct arena *arena;
    struct input_list list;
    uint32_t capacity;
    struct seen *seen; /* parallel to list.files */
    char *block;       /* for heads and tails */
    uint32_t argument; /* that is being looked into */
    bool has_known;    /* it holds a file that was taken already */
    struct err *err;
};

static struct input_file *
add(struct collector *collector, const char *path, bool is_named)
{
    struct input_list *list = &collector->list;

    if (list->count == INPUTS_MAX) {
        (void)err_set(collector->err, ERR_LIMIT, "there are more than %u files; give fewer",
                      INPUTS_MAX);
        return NULL;
    }
    if (list->count == collector->capacity) {
        collector->capacity = collector->capacity ? collector->capacity * 2 : 64;
        list->files = realloc(list->files, collector->capacity * sizeof(*list->files));
        collector->seen = realloc(collector->seen, collector->capacity * sizeof(struct seen));
        if (!list->files || !collector->seen)
            abort();
    }
    list->files[list->count] =
        (struct input_file){.path = arena_str(collector->arena, str_from_cstr(path)),
                            .is_named = is_named,
                            .argument = collector->argument};
    collector->seen[list->count] = (struct seen){0, 0};
    return &list->files[list->count++];
}

static bool
was_seen(const struct collector *collector, struct file_info info)
{
    for (uint32_t i = 0; i < collector->list.count; i++) {
        if (collector->seen[i].inode == info.inode && collector->seen[i].device == info.device &&
            info.inode)
            return true;
    }
    return false;
}

static struct str
read_head(struct file *file, char *buffer, struct err *err, bool *ret_is_good)
{
    size_t len = 0, got = 1;

    *ret_is_good = true;
    while (got > 0 && len < INPUTS_HEAD_BYTES) {
        if (!file_read(file, buffer + len, INPUTS_HEAD_BYTES - len, &got, err)) {
            *ret_is_good = false;
            break;
        }
        len += got;
    }
    return (struct str){buffer, len};
}

/* A packed archive of logs: its first lines would look like a log. */
static bool
is_tar(struct str head)
{
    return str_starts(str_from(head, 257), STR("ustar"));
}

static bool
looks_binary(struct str head)
{
    struct str first = str_first(head, 4096);

    return first.len && memchr(first.data, '\0', first.len) != NULL;
}

/* Why the bytes are neither log nor mail, a sentence. */
static struct str
what_it_is(struct arena *arena, struct str path, struct str head)
{
    if (is_tar(head))
        return arena_printf(
            arena, "reading " STR_FMT ": it is a tar archive; unpack it and give its files",
            STR_ARG(path));
    return arena_printf(
        arena, STR_FMT " is %s; weir reads mail, web, login and PHP logs, and mails", STR_ARG(path),
        looks_binary(head) ? "a binary file, no log" : "no log of a kind that weir knows");
}

static void
classify(struct collector *collector, struct input_file *input, struct str head)
{
    if (head.len == 0)
        return;
    if (!is_tar(head)) {
        input->frame = record_detect(head);
        input->is_mbox = !input->frame && mail_is_mbox(head);
        input->is_mail = !input->frame && !input->is_mbox && mail_is_message(head);
    }
    if (!input->frame && !input->is_mbox && !input->is_mail)
        input->problem = what_it_is(collector->arena, input->path, head);
}

static bool
take_file(struct collector *collector, const char *path, bool is_named)
{
    struct file *file;
    struct err err;
    struct file_info info;
    struct input_file *input;
    struct str head;
    bool is_good;

    if (!file_open(path, &file, &err)) {
        input = add(collector, path, is_named);
        if (!input)
            return false;
        input->problem = arena_str(collector->arena, str_from_cstr(err.text));
        return true;
    }
    info = file_info(file);
    if (info.is_spooled && str_starts(str_from_cstr(path), STR(FILE_JOURNAL)))
        path = "journal";
    if (info.is_spooled) {
        /* A spool goes with its descriptor: it is kept open, and named by it. */
        input = add(collector, path, is_named);
    } else {
        if (was_seen(collector, info)) {
            file_close(file);
            collector->has_known = true;
            return true;
        }
        input = add(collector, path, is_named);
    }
    if (!input) {
        file_close(file);
        return false;
    }
    collector->seen[collector->list.count - 1] = (struct seen){info.device, info.inode};
    input->bytes = info.bytes;
    input->mtime_s = info.mtime_s;
    input->is_compressed = info.is_compressed;
    head = read_head(file, collector->block, &err, &is_good);
    if (!is_good && head.len == 0)
        input->problem = arena_str(collector->arena, str_from_cstr(err.text));
    else
        classify(collector, input, head);
    if (info.is_spooled)
        input->spool = file;
    else
        file_close(file);
    /* In a folder there is much that is no log; an archive may be logs, and is told of. */
    if (!is_named && input->problem.len && is_good && !is_tar(head)) {
        collector->list.count--;
        collector->list.passed_over++;
    }
    return true;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool take_path(struct collector *collector, const char *path, bool is_named, int depth);

static bool
take_folder(struct collector *collector, const char *path, int depth)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_visible, by_name);
    bool is_good = true;

    if (count < 0) {
        struct input_file *input = add(collector, path, true);

        if (!input)
            return false;
        input->problem =
            arena_printf(collector->arena, "reading the folder %s: %s", path, strerror(errno));
        return true;
    }
    for (int i = 0; i < count; i++) {
        struct str name =
            arena_printf(collector->arena, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
                         entries[i]->d_name);

        if (is_good && depth < INPUTS_DEPTH_MAX && name.len)
            is_good = take_path(collector, name.data, false, depth + 1);
        free(entries[i]);
    }
    free(entries);
    return is_good;
}

static bool
take_path(struct collector *collector, const char *path, bool is_named, int depth)
{
    struct stat status;

    if (strcmp(path, "-") == 0 || str_starts(str_from_cstr(path), STR(FILE_JOURNAL)))
        return take_file(collector, path, is_named);
    /* A link inside a folder may lead round in a circle: folders are not followed through it. */
    if (!is_named && lstat(path, &status) == 0 && S_ISLNK(status.st_mode) &&
        stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return true;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return take_folder(collector, path, depth);
    if (!is_named && (stat(path, &status) < 0 || !S_ISREG(status.st_mode)))
        return true;
    return take_file(collector, path, is_named);
}

static bool
note_empty_folder(struct collector *collector, const char *path, uint32_t before)
{
    struct stat status;
    struct input_file *input;

    if (collector->list.count > before || collector->has_known || stat(path, &status) < 0 ||
        !S_ISDIR(status.st_mode))
        return true;
    input = add(collector, path, true);
    if (!input)
        return false;
    input->problem = arena_printf(collector->arena, "the folder %s holds no log and no mail", path);
    return true;
}

bool
inputs_collect(char **paths, int path_count, struct arena *arena, struct input_list *ret_list,
               struct err *err)
{
    struct collector collector = {.arena = arena, .err = err};
    bool is_good = true;

    collector.block = malloc(INPUTS_HEAD_BYTES);
    if (!collector.block)
        abort();
    for (int i = 0; i < path_count && is_good; i++) {
        uint32_t before = collector.list.count;

        collector.argument = (uint32_t)i;
        collector.has_known = false;
        is_good = take_path(&collector, paths[i], true, 0) &&
                  note_empty_folder(&collector, paths[i], before);
    }
    free(collector.block);
    free(collector.seen);
    if (!is_good) {
        inputs_done(&collector.list);
        return false;
    }
    *ret_list = collector.list;
    return true;
}

bool
inputs_open(const struct input_file *input, struct file **ret_file, struct err *err)
{
    if (input->spool) {
        if (!file_rewind(input->spool, err))
            return false;
        *ret_file = input->spool;
        return true;
    }
    return file_open(input->path.data, ret_file, err);
}

void
inputs_close(const struct input_file *input, struct file *file)
{
    if (file != input->spool)
        file_close(file);
}

struct str
inputs_head(const struct input_file *input, char *buffer)
{
    struct file *file;
    struct str head;
    struct err ignored;
    bool is_good;

    if (!inputs_open(input, &file, &ignored))
        return STR_EMPTY;
    head = read_head(file, buffer, &ignored, &is_good);
    inputs_close(input, file);
    return head;
}

struct str
inputs_tail(const struct input_file *input, char *buffer)
{
    uint64_t from = input->bytes > INPUTS_HEAD_BYTES ? input->bytes - INPUTS_HEAD_BYTES : 0;
    struct str tail = STR_EMPTY;
    struct file *file;
    struct err ignored;
    size_t len;

    if (input->is_compressed || !inputs_open(input, &file, &ignored))
        return STR_EMPTY;
    if (file_read_at(file, from, buffer, INPUTS_HEAD_BYTES, &len, &ignored))
        tail = (struct str){buffer, len};
    if (from > 0)
        (void)str_cut(&tail, '\n');
    inputs_close(input, file);
    return tail;
}

void
inputs_done(struct input_list *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        file_close(list->files[i].spool);
    free(list->files);
    *list = (struct input_list){NULL, 0, 0};
}
