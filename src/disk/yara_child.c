#include "disk/yara_child.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <yara.h>

#include "disk/confine.h"
#include "disk/yara_bundle.h"
#include "scan/yara_reply.h"

#define CONFIDENCE_PERCENT 90 /* of a rule that says nothing else: its author accuses */
#define COPIED_MATCH_BYTES 8u /* libyara keeps so much of each match, which nobody reads */

static void
answer(const struct yara_reply *reply)
{
    struct buf buf;

    buf_init(&buf, YARA_REPLY_BYTES_MAX);
    yara_reply_write(reply, &buf);
    if (send(YARA_CHILD_SOCKET, buf.data, buf.len, MSG_NOSIGNAL) < 0)
        _exit(1);
    buf_done(&buf);
}

static _Noreturn void
fail(const char *text)
{
    answer(&(struct yara_reply){.status = YARA_STATUS_FAILED, .text = str_from_cstr(text)});
    _exit(1);
}

static bool
map_input(struct str *ret_bytes)
{
    struct stat status;
    void *bytes;

    if (fstat(YARA_CHILD_INPUT, &status) != 0 || status.st_size <= 0)
        return false;
    bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, YARA_CHILD_INPUT, 0);
    if (bytes == MAP_FAILED)
        return false;
    *ret_bytes = (struct str){bytes, (size_t)status.st_size};
    return true;
}

/* The child becomes nobody, and libyara begins. */
static void
begin(uint64_t memory_bytes, uint64_t cpu_s, uint64_t file_bytes)
{
    struct confine_limits limits = {
        .memory_bytes = memory_bytes, .cpu_s = cpu_s, .file_bytes = file_bytes};
    struct err err;

    /* The hashes of libcrypto read no configuration, which could not be opened any more. */
    (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    if (!confine(&limits, &err))
        fail(err.text);
    if (yr_initialize() != ERROR_SUCCESS)
        fail("libyara does not start");
    (void)yr_set_configuration_uint32(YR_CONFIG_MAX_MATCH_DATA, COPIED_MATCH_BYTES);
}

struct compilation {
    struct str bundle;
    struct str top; /* the name of the rule file that is compiled now */
    uint32_t errors;
    char text[YARA_TEXT_MAX]; /* the first error */
};

/* A message's file is NULL, or the name that an include gave, as seen from the first file. */
static void
on_message(int level, const char *file, int line, const YR_RULE *rule, const char *message,
           void *context)
{
    struct compilation *compilation = context;
    char path[4096];

    (void)rule;
    if (level != YARA_ERROR_LEVEL_ERROR || compilation->errors++)
        return;
    if (!file || !yara_bundle_beside(compilation->top, str_from_cstr(file), path, sizeof(path)))
        (void)snprintf(path, sizeof(path), STR_FMT, STR_ARG(compilation->top));
    (void)snprintf(compilation->text, sizeof(compilation->text), "%.300s:%d: %.300s%s", path, line,
                   message,
                   strstr(message, "include resource")
                       ? "; only what lies in the folder of the file, or below, is included"
                       : "");
}

static const char *
included_text(const struct compilation *compilation, struct str from, const char *name)
{
    struct str bundle = compilation->bundle;
    struct yara_text file;
    char path[4096];

    if (!yara_bundle_beside(from, str_from_cstr(name), path, sizeof(path)))
        return NULL;
    while (yara_bundle_next(&bundle, &file)) {
        if (!file.is_rule && str_eq(file.name, str_from_cstr(path)))
            return file.text.data;
    }
    return NULL;
}

/* A name is seen from the file that includes it; libyara knows that one by its own name only. */
static const char *
on_include(const char *name, const char *from, const char *ns, void *context)
{
    const struct compilation *compilation = context;
    const char *text = NULL;
    char path[4096];

    (void)ns;
    if (from && yara_bundle_beside(compilation->top, str_from_cstr(from), path, sizeof(path)))
        text = included_text(compilation, str_from_cstr(path), name);
    return text ? text : included_text(compilation, compilation->top, name);
}

/* A module that needs files which the child cannot open would find nothing, and say nothing. */
static void
check_imports(YR_COMPILER *compiler, const char *ns, struct compilation *compilation)
{
    static const char *const modules[] = {"magic", "cuckoo"};

    for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
        char text[YARA_TEXT_MAX];

        if (!yr_hash_table_lookup(compiler->objects_table, modules[i], ns))
            continue;
        (void)snprintf(text, sizeof(text),
                       STR_FMT ": the module %s reads files of its own, which the child that runs "
                               "the rules may not: take the rules that need it out",
                       STR_ARG(str_first(compilation->top, 600)), modules[i]);
        fail(text);
    }
}

/* Each file is a namespace of its own, named by its number: names may be used again. */
static YR_RULES *
compile(struct compilation *compilation)
{
    static const char *const variables[] = {"filename", "filepath", "extension"};
    YR_COMPILER *compiler;
    YR_RULES *rules = NULL;
    struct str bundle = compilation->bundle;
    struct yara_text file;
    uint32_t number = 0;

    if (yr_compiler_create(&compiler) != ERROR_SUCCESS)
        fail("no memory for the compiler of rules");
    yr_compiler_set_callback(compiler, on_message, compilation);
    yr_compiler_set_include_callback(compiler, on_include, NULL, compilation);
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        (void)yr_compiler_define_string_variable(compiler, variables[i], "");
    while (!compilation->errors && yara_bundle_next(&bundle, &file)) {
        char ns[16];

        if (!file.is_rule)
            continue;
        (void)snprintf(ns, sizeof(ns), "%u", number++);
        compilation->top = file.name;
        if (yr_compiler_add_string(compiler, file.text.data, ns) > 0 && !compilation->errors)
            on_message(YARA_ERROR_LEVEL_ERROR, NULL, 1, NULL, "libyara cannot compile it",
                       compilation);
        if (!compilation->errors)
            check_imports(compiler, ns, compilation);
    }
    if (compilation->errors)
        fail(compilation->text);
    if (yr_compiler_get_rules(compiler, &rules) != ERROR_SUCCESS)
        fail("libyara cannot finish the rules: there may be too many");
    return rules;
}

static struct str
file_name(struct str bundle, uint32_t number)
{
    struct yara_text file;

    while (yara_bundle_next(&bundle, &file)) {
        if (file.is_rule && number-- == 0)
            return file.name;
    }
    return STR_EMPTY;
}

static uint32_t
file_of(const YR_RULE *rule)
{
    return (uint32_t)strtoul(rule->ns->name, NULL, 10);
}

/* What weir reads of a rule's meta must be what weir can use. */
static void
check_metas(YR_RULES *rules, struct str bundle)
{
    const YR_RULE *rule;
    const YR_META *meta;

    yr_rules_foreach(rules, rule)
    {
        yr_rule_metas_foreach(rule, meta)
        {
            char text[YARA_TEXT_MAX];
            struct str file = file_name(bundle, file_of(rule));

            if (strcmp(meta->identifier, "confidence") != 0 || meta->type != META_TYPE_INTEGER ||
                (meta->integer >= 0 && meta->integer <= 100))
                continue;
            (void)snprintf(text, sizeof(text),
                           STR_FMT ": rule %s: confidence is in percent, from 0 to 100, not %lld",
                           STR_ARG(str_first(file, 600)), rule->identifier,
                           (long long)meta->integer);
            fail(text);
        }
    }
}

/* A file in the making: its descriptor is the memory that the parent gave. */
static size_t
write_compiled(const void *data, size_t size, size_t count, void *user)
{
    const char *bytes = data;
    size_t done = 0;

    (void)user;
    while (done < size * count) {
        ssize_t put = write(YARA_CHILD_MEMORY, bytes + done, size * count - done);

        if (put <= 0)
            fail("the compiled rules are too large");
        done += (size_t)put;
    }
    return count;
}

static int
run_compile(void)
{
    struct compilation compilation = {.text = ""};
    YR_STREAM stream = {.write = write_compiled};
    YR_RULES *rules;

    if (!map_input(&compilation.bundle))
        fail("there are no rules");
    begin(YARA_COMPILE_MEMORY_BYTES_MAX, YARA_COMPILE_CPU_S, YARA_COMPILED_BYTES_MAX);
    rules = compile(&compilation);
    check_metas(rules, compilation.bundle);
    if (yr_rules_save_stream(rules, &stream) != ERROR_SUCCESS)
        fail("libyara cannot keep the compiled rules");
    answer(&(struct yara_reply){.status = YARA_STATUS_DONE});
    return 0;
}

struct look {
    const struct yara_request *request;
    const uint8_t *bytes;
    YR_MEMORY_BLOCK blocks[2];
    unsigned block_count, block_at;
    struct yara_reply reply;
};

/* The smallest offset of any string of the rule. */
static uint64_t
first_offset(YR_SCAN_CONTEXT *context, const YR_RULE *rule)
{
    uint64_t offset = YARA_NO_OFFSET;
    const YR_STRING *string;
    const YR_MATCH *match;

    yr_rule_strings_foreach(rule, string)
    {
        yr_string_matches_foreach(context, string, match)
        {
            uint64_t at = (uint64_t)(match->base + match->offset);

            if (at < offset)
                offset = at;
        }
    }
    return offset;
}

static void
read_metas(const YR_RULE *rule, struct yara_match *match)
{
    const YR_META *meta;

    yr_rule_metas_foreach(rule, meta)
    {
        if (meta->type == META_TYPE_STRING && strcmp(meta->identifier, "description") == 0)
            match->why = str_from_cstr(meta->string);
        if (meta->type == META_TYPE_INTEGER && strcmp(meta->identifier, "confidence") == 0)
            match->percent = (uint32_t)meta->integer;
    }
}

/* A global rule says where others apply; it accuses nobody. */
static int
on_match(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
    struct look *look = user;
    const YR_RULE *rule = data;
    struct yara_match *match;

    if (message != CALLBACK_MSG_RULE_MATCHING || RULE_IS_GLOBAL(rule))
        return CALLBACK_CONTINUE;
    if (look->reply.count == YARA_MATCHES_MAX) {
        look->reply.lost++;
        return CALLBACK_CONTINUE;
    }
    match = &look->reply.matches[look->reply.count++];
    *match = (struct yara_match){
        .name = str_from_cstr(rule->identifier),
        .file = file_of(rule),
        .percent = CONFIDENCE_PERCENT,
        .offset = first_offset(context, rule),
    };
    read_metas(rule, match);
    return CALLBACK_CONTINUE;
}

static const uint8_t *
block_bytes(YR_MEMORY_BLOCK *block)
{
    return block->context;
}

static YR_MEMORY_BLOCK *
next_block(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
    struct look *look = iterator->context;

    iterator->last_error = ERROR_SUCCESS;
    return look->block_at < look->block_count ? &look->blocks[look->block_at++] : NULL;
}

static YR_MEMORY_BLOCK *
first_block(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
    struct look *look = iterator->context;

    look->block_at = 0;
    return next_block(iterator);
}

static uint64_t
whole_size(YR_MEMORY_BLOCK_ITERATOR *iterator)
{
    const struct look *look = iterator->context;

    return look->request->size_bytes;
}

static void
add_block(struct look *look, size_t at, uint64_t base, uint64_t size)
{
    union {
        const uint8_t *given;
        void *context;
    } bytes = {look->bytes + at};

    look->blocks[look->block_count++] = (YR_MEMORY_BLOCK){
        .size = (size_t)size, .base = base, .context = bytes.context, .fetch_data = block_bytes};
}

static void
name_file(YR_SCANNER *scanner, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    (void)yr_scanner_define_string_variable(scanner, "filepath", path);
    (void)yr_scanner_define_string_variable(scanner, "filename", name);
    (void)yr_scanner_define_string_variable(scanner, "extension", dot ? dot : "");
}

static void
judge(int code, struct yara_reply *reply, char *text, size_t room)
{
    reply->status = code == ERROR_SUCCESS               ? YARA_STATUS_DONE
                    : code == ERROR_INSUFFICIENT_MEMORY ? YARA_STATUS_MEMORY
                                                        : YARA_STATUS_FAILED;
    if (reply->status == YARA_STATUS_DONE)
        return;
    (void)snprintf(text, room, "libyara's error %d%s", code,
                   code == ERROR_TOO_MANY_RE_FIBERS    ? ", a regular expression is too costly"
                   : code == ERROR_EXEC_STACK_OVERFLOW ? ", a condition is too deep"
                                                       : "");
    reply->text = str_from_cstr(text);
}

static void
look_at(YR_SCANNER *scanner, struct look *look)
{
    const struct yara_request *request = look->request;
    YR_MEMORY_BLOCK_ITERATOR iterator = {
        .context = look, .first = first_block, .next = next_block, .file_size = whole_size};
    char text[200];

    add_block(look, 0, 0, request->head_bytes);
    if (request->tail_bytes)
        add_block(look, (size_t)request->head_bytes, request->size_bytes - request->tail_bytes,
                  request->tail_bytes);
    name_file(scanner, request->path);
    yr_scanner_set_callback(scanner, on_match, look);
    look->reply.number = request->number;
    judge(yr_scanner_scan_mem_blocks(scanner, &iterator), &look->reply, text, sizeof(text));
    answer(&look->reply);
}

/* Where the parent is gone, nobody else ends a file without end. */
static void
set_alarm(time_t cpu_s)
{
    struct itimerval timer = {.it_value.tv_sec = cpu_s};

    (void)setitimer(ITIMER_PROF, &timer, NULL);
}

static void
serve(YR_SCANNER *scanner, const uint8_t *bytes)
{
    static struct yara_request request;
    static struct look look;
    ssize_t got;

    for (;;) {
        got = recv(YARA_CHILD_SOCKET, &request, sizeof(request), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= (ssize_t)offsetof(struct yara_request, path) ||
            request.head_bytes + request.tail_bytes > YARA_FILE_BYTES_MAX)
            return;
        request.path[sizeof(request.path) - 1] = '\0';
        memset(&look, 0, sizeof(look));
        look.request = &request;
        look.bytes = bytes;
        set_alarm(YARA_FILE_CPU_S + 5);
        look_at(scanner, &look);
        set_alarm(0);
    }
}

static size_t
read_compiled(void *into, size_t size, size_t count, void *user)
{
    struct str *rest = user;
    size_t fit = size ? rest->len / size : 0;

    if (count > fit)
        count = fit;
    memcpy(into, rest->data, size * count);
    *rest = str_from(*rest, size * count);
    return count;
}

static int
run_scan(void)
{
    struct str compiled;
    YR_STREAM stream = {.user_data = &compiled, .read = read_compiled};
    YR_RULES *rules;
    YR_SCANNER *scanner;
    const uint8_t *bytes =
        mmap(NULL, YARA_FILE_BYTES_MAX, PROT_READ, MAP_SHARED, YARA_CHILD_MEMORY, 0);

    if (bytes == MAP_FAILED || !map_input(&compiled))
        fail("there are no rules, or no file");
    begin(YARA_MEMORY_BYTES_MAX + 2 * compiled.len, YARA_CHILD_CPU_S + 60, 0);
    if (yr_rules_load_stream(&stream, &rules) != ERROR_SUCCESS ||
        yr_scanner_create(rules, &scanner) != ERROR_SUCCESS)
        fail("libyara cannot load the compiled rules");
    yr_scanner_set_flags(scanner, SCAN_FLAGS_NO_TRYCATCH | SCAN_FLAGS_FAST_MODE |
                                      SCAN_FLAGS_REPORT_RULES_MATCHING);
    serve(scanner, bytes);
    return 0;
}

int
yara_child_main(int argc, char **argv)
{
    struct stat status;
    int code = 2;

    if (argc != 2 || fstat(YARA_CHILD_SOCKET, &status) != 0 || !S_ISSOCK(status.st_mode)) {
        fprintf(stderr, "weir " YARA_CHILD_COMMAND ": weir scan --rules starts this by itself\n");
        return code;
    }
    /* As ps shows it: the program is /proc/self/exe. */
    (void)prctl(PR_SET_NAME, "weir-yara");
    if (strcmp(argv[1], YARA_CHILD_COMPILE) == 0)
        code = run_compile();
    else if (strcmp(argv[1], YARA_CHILD_SCAN) == 0)
        code = run_scan();
    /* Nothing is left to tidy up, and nobody to read what a tidier would say. */
    _exit(code);
}
