#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/config.h"
#include "cmd/trace_feed.h"
#include "cmd/trace_options.h"
#include "cmd/trace_output.h"
#include "cmd/trace_samples.h"
#include "source/discover.h"
#include "source/lines.h"
#include "source/passwd.h"
#include "source/zone.h"

#define ARENA_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define OWN_LOGS_SINCE "7d"

/* One run of `weir trace`, from its arguments to its exit code. */
struct run {
    struct trace_arguments arguments;
    struct config config;
    struct arena *arena;
    struct trace_options options;
    struct discovered own; /* this host's logs and sites, where they are wanted */
    bool is_own;
    struct input_list inputs;
    struct sample_list samples;
    struct trace *trace;
    struct result result;
    int64_t now_s;
    bool is_repeatable; /* SOURCE_DATE_EPOCH is set: same input, same output */
    double started_s;
};

static int
fail(const struct err *err, enum cmd_exit code)
{
    trace_output_complain(str_from_cstr(err->text));
    return (int)code;
}

/* Now, or what SOURCE_DATE_EPOCH says: reproducible-builds.org/specs/source-date-epoch. */
static void
set_now(struct run *run)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;

    run->is_repeatable = text && str_u64(str_from_cstr(text), &seconds);
    run->now_s = run->is_repeatable ? (int64_t)seconds : (int64_t)time(NULL);
    run->started_s = progress_clock_s();
}

static struct str
first_text(const char *argument, struct str configured)
{
    return argument ? str_from_cstr(argument) : configured;
}

static bool
read_time(const struct run *run, const char *name, struct str text, int64_t *ret_us,
          struct err *err)
{
    int64_t seconds;
    int offset_s = 0;

    if (text.len == 0)
        return true;
    if (!zone_offset(NULL, run->options.zone, run->now_s, &offset_s))
        return err_set(err, ERR_SYNTAX, "there is no time zone '" STR_FMT "'",
                       STR_ARG(run->options.zone));
    if (!trace_options_time(text, run->now_s, offset_s, &seconds))
        return err_set(err, ERR_SYNTAX,
                       "%s: '" STR_FMT "' is no time; write 2026-03-01, '2026-03-01 10:00', 10:00, "
                       "today, yesterday, 6h or '3 days ago', or @ and seconds since 1970",
                       name, STR_ARG(text));
    *ret_us = seconds * INT64_C(1000000);
    return true;
}

static bool
read_times(struct run *run, bool is_own, struct err *err)
{
    struct str since = run->arguments.since ? str_from_cstr(run->arguments.since) : STR_EMPTY;
    int offset_s;

    if (!zone_offset(NULL, run->options.zone, run->now_s, &offset_s))
        return err_set(err, ERR_SYNTAX, "there is no time zone '" STR_FMT "'",
                       STR_ARG(run->options.zone));
    if (since.len == 0 && is_own)
        since = run->config.since.len ? run->config.since : STR(OWN_LOGS_SINCE);
    if (!read_time(run, "--since", since, &run->options.since_us, err) ||
        !read_time(run, "--until", first_text(run->arguments.until, STR_EMPTY),
                   &run->options.until_us, err))
        return false;
    if (run->options.until_us && run->options.since_us > run->options.until_us)
        return err_set(err, ERR_SYNTAX, "--since is later than --until");
    return true;
}

static bool
read_config(struct run *run, struct err *err)
{
    const char *path = run->arguments.config;
    struct config *config = &run->config;

    if (!config_read(path ? path : CONFIG_PATH, !path, run->arena, config, err))
        return false;
    run->options = (struct trace_options){
        .zone = first_text(run->arguments.zone, config->zone),
        .host = first_text(run->arguments.host, config->host),
        .zone_lookup = zone_offset,
        .local_domains = config->local_domains.items,
        .local_domain_count = config->local_domains.count,
        .trusted_senders = config->trusted_senders.items,
        .trusted_sender_count = config->trusted_senders.count,
        .libraries = config->libraries.items,
        .library_count = config->libraries.count,
        .wants_queue_ids = run->arguments.queue_ids,
    };
    return true;
}

/* relay_clients: each must be an address or a network. */
static bool
read_networks(struct run *run, struct err *err)
{
    const struct config_list *list = &run->config.relay_clients;
    struct cidr *networks = arena_array(run->arena, list->count + 1, sizeof(*networks));

    if (!networks)
        return err_set(err, ERR_LIMIT, "relay_clients has too many values");
    for (uint32_t i = 0; i < list->count; i++) {
        if (!cidr_parse(list->items[i], &networks[i]))
            return err_set(err, ERR_SYNTAX,
                           "%s: relay_clients: '" STR_FMT "' is no address and no network such as "
                           "192.0.2.0/28",
                           run->arguments.config ? run->arguments.config : CONFIG_PATH,
                           STR_ARG(list->items[i]));
    }
    run->options.relay_clients = networks;
    run->options.relay_client_count = list->count;
    return true;
}

static bool
discover_own(struct run *run, struct err *err)
{
    run->is_own = true;
    return read_times(run, true, err) &&
           discover_host("", run->options.since_us / INT64_C(1000000), run->arena, &run->own, err);
}

/* The inputs: as named, else this host's logs; mails alone bring its logs with them. */
static bool
find_inputs(struct run *run, struct err *err)
{
    const struct trace_arguments *arguments = &run->arguments;
    bool has_log = false;
    char **paths;
    int count;

    if (arguments->file_count == 0)
        return discover_own(run, err) &&
               inputs_collect(run->own.logs, run->own.log_count, run->arena, &run->inputs, err);
    if (!read_times(run, false, err) ||
        !inputs_collect(arguments->files, arguments->file_count, run->arena, &run->inputs, err) ||
        !samples_read(&run->inputs, run->options.host, run->arena, &run->samples, err))
        return false;
    for (uint32_t i = 0; i < run->inputs.count; i++)
        has_log |= run->inputs.files[i].frame != NULL;
    if (has_log || run->samples.count == 0 || !samples_name_this_host(&run->samples))
        return true;
    if (!discover_own(run, err))
        return false;
    count = arguments->file_count + run->own.log_count;
    paths = arena_array(run->arena, (size_t)count + 1, sizeof(*paths));
    if (!paths)
        return err_set(err, ERR_LIMIT, "too many files");
    memcpy(paths, arguments->files, (size_t)arguments->file_count * sizeof(*paths));
    memcpy(paths + arguments->file_count, run->own.logs,
           (size_t)run->own.log_count * sizeof(*paths));
    inputs_done(&run->inputs);
    return inputs_collect(paths, count, run->arena, &run->inputs, err) &&
           samples_read(&run->inputs, run->options.host, run->arena, &run->samples, err);
}

/* Users and sites: as given, else this host's own, but never for logs of another one. */
static bool
read_knowledge(struct run *run, struct err *err)
{
    struct user_list users = {NULL, 0};
    struct site_list sites = {NULL, 0};

    if (run->arguments.passwd) {
        if (!passwd_read(run->arguments.passwd, run->arena, &users, err))
            return false;
    } else if (run->is_own && !passwd_own(run->arena, &users)) {
        return err_set(err, ERR_LIMIT, "this host has too many users");
    }
    if (run->arguments.sites) {
        if (!sites_read(run->arguments.sites, run->arena, &sites, err))
            return false;
    } else if (run->is_own) {
        sites = run->own.sites;
    }
    run->options.users = users.users;
    run->options.user_count = users.count;
    run->options.sites = sites.sites;
    run->options.site_count = sites.count;
    return true;
}

static int
list_inputs(const struct run *run)
{
    for (uint32_t i = 0; i < run->inputs.count; i++) {
        const struct input_file *input = &run->inputs.files[i];

        if (input->problem.len == 0)
            printf(STR_FMT "\n", STR_ARG(input->path));
        else
            trace_output_complain(input->problem);
    }
    return CMD_NOTHING;
}

/* Where nothing at all can be read, there is nothing to report but that. */
static bool
is_all_unreadable(const struct run *run)
{
    if (run->samples.count) /* of a file with a problem, some mails could be read */
        return false;
    for (uint32_t i = 0; i < run->inputs.count; i++) {
        if (run->inputs.files[i].problem.len == 0)
            return false;
    }
    return true;
}

static void
feed(struct run *run)
{
    struct progress progress;
    uint64_t total = 0;

    for (uint32_t i = 0; i < run->inputs.count; i++)
        total += run->inputs.files[i].frame ? run->inputs.files[i].bytes : 0;
    progress_start(&progress, !run->arguments.no_progress && isatty(STDERR_FILENO), total);
    run->trace = trace_new(run->options);
    trace_feed_logs(run->trace, &run->inputs, &progress);
    progress_end(&progress);
}

/* The quoted lines are read once more, all files in one pass. */
static bool
quote(struct run *run, struct err *err)
{
    const struct input_file **files =
        arena_array(run->arena, run->inputs.count + 1, sizeof(struct input_file *));
    struct result *result = &run->result;
    uint32_t count = 0, room = 0;
    struct evidence **evidence;

    for (uint32_t i = 0; i < result->incident_count; i++)
        room += result->incidents[i].evidence_count + result->incidents[i].entry_count;
    evidence = arena_array(run->arena, room + 1, sizeof(struct evidence *));
    if (!files || !evidence)
        return err_set(err, ERR_LIMIT, "the report is too large; use --since");
    for (uint32_t i = 0; i < run->inputs.count; i++)
        files[i] = &run->inputs.files[i];
    for (uint32_t i = 0; i < result->incident_count; i++) {
        struct incident *incident = &result->incidents[i];

        for (uint32_t e = 0; e < incident->evidence_count; e++)
            evidence[count++] = &incident->evidence[e];
        for (uint32_t e = 0; e < incident->entry_count; e++)
            evidence[count++] = &incident->entry[e];
    }
    lines_quote(files, run->inputs.count, evidence, count, run->arena);
    return true;
}

static bool
finish(struct run *run, struct err *err)
{
    struct result *result = &run->result;

    if (!trace_finish(run->trace, run->samples.samples, run->samples.count, run->arena, result,
                      err) ||
        !quote(run, err) || !trace_output_samples(result, &run->samples, run->arena) ||
        !advice_give(result, run->arena))
        return false;
    result->generated_s = run->now_s;
    result->seconds = run->is_repeatable ? 0 : progress_clock_s() - run->started_s;
    return true;
}

/* 3 where something could not be read, else whether there is an incident. */
static int
exit_code(const struct run *run)
{
    for (uint32_t i = 0; i < run->result.input_count; i++) {
        if (run->result.inputs[i].problem.len)
            return CMD_UNREAD;
    }
    return run->result.incident_count ? CMD_FOUND : CMD_NOTHING;
}

static int
trace_all(struct run *run, struct err *err)
{
    struct trace_output output = {
        .arguments = &run->arguments,
        .trace = NULL,
        .inputs = &run->inputs,
        .arena = run->arena,
        .result = &run->result,
    };

    feed(run);
    if (!finish(run, err))
        return fail(err, CMD_UNREAD);
    output.trace = run->trace;
    if (!trace_output_write(&output, err))
        return fail(err, CMD_UNREAD);
    return exit_code(run);
}

static int
run_trace(struct run *run)
{
    struct err err;

    if (!trace_output_check(&run->arguments, &err) || !read_config(run, &err) ||
        !read_networks(run, &err) || !find_inputs(run, &err) || !read_knowledge(run, &err))
        return fail(&err, CMD_USAGE);
    if (run->arguments.list_inputs)
        return list_inputs(run);
    if (run->inputs.count == 0) {
        fprintf(stderr,
                "weir trace: this host has no log that weir knows; name the logs: weir trace "
                "/path/to/logs\n");
        return CMD_UNREAD;
    }
    if (is_all_unreadable(run) && !run->arguments.json) {
        for (uint32_t i = 0; i < run->inputs.count; i++)
            trace_output_complain(run->inputs.files[i].problem);
        return CMD_UNREAD;
    }
    return trace_all(run, &err);
}

int
cmd_trace(int argc, char **argv)
{
    struct run run = {.now_s = 0};
    struct err err;
    int code;

    if (!trace_options_read(argc, argv, &run.arguments, &err))
        return fail(&err, CMD_USAGE);
    if (run.arguments.help) {
        fputs(trace_options_help(), stdout);
        return CMD_NOTHING;
    }
    set_now(&run);
    run.arena = arena_new(ARENA_BYTES_MAX);
    code = run_trace(&run);
    trace_free(run.trace);
    inputs_done(&run.inputs);
    arena_free(run.arena);
    return code;
}
