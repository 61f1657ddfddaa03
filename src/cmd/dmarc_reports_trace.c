#include "cmd/dmarc_reports_trace.h"

#include "cmd/config.h"
#include "cmd/progress.h"
#include "cmd/trace_feed.h"
#include "cmd/trace_output.h"
#include "cmd/trace_samples.h"
#include "source/zone.h"

struct join {
    struct arena *arena;
    struct input_list inputs;
    struct sample_list samples;
    struct result traced;
};

/* The logs, and every file that a complaint came in. */
static bool
collect(struct join *join, const struct feedback_result *result, char **logs, int log_count,
        struct err *err)
{
    int count = 0, room = log_count + (int)result->complaint_shown;
    char **paths = arena_array(join->arena, (size_t)room + 1, sizeof(*paths));

    if (!paths)
        return err_set(err, ERR_LIMIT, "there are too many complaints");
    for (int i = 0; i < log_count; i++)
        paths[count++] = logs[i];
    for (uint32_t i = 0; i < result->complaint_shown; i++) {
        struct str path = result->complaints[i].about.path;
        char *copy = arena_array(join->arena, path.len + 1, 1);

        if (!copy)
            return err_set(err, ERR_LIMIT, "there are too many complaints");
        if (path.len == 0 || str_eq(path, STR("-")))
            continue;
        memcpy(copy, path.data, path.len);
        paths[count++] = copy;
    }
    return inputs_collect(paths, count, join->arena, &join->inputs, err) &&
           samples_read(&join->inputs, STR_EMPTY, join->arena, &join->samples, err);
}

static struct trace *
feed(struct join *join, const struct config *config)
{
    struct progress progress;
    struct trace *trace = trace_new((struct trace_options){
        .zone = config->zone,
        .host = config->host,
        .zone_lookup = zone_offset,
        .local_domains = config->local_domains.items,
        .local_domain_count = config->local_domains.count,
        .trusted_senders = config->trusted_senders.items,
        .trusted_sender_count = config->trusted_senders.count,
        .libraries = config->libraries.items,
        .library_count = config->libraries.count,
    });

    progress_start(&progress, false, 0);
    trace_feed_logs(trace, &join->inputs, &progress);
    progress_end(&progress);
    return trace;
}

static const struct result_sample *
find_sample(const struct join *join, const struct complaint *complaint)
{
    for (uint32_t i = 0; i < join->traced.sample_count; i++) {
        const struct result_sample *sample = &join->traced.samples[i];

        if (str_eq(sample->path, complaint->path) &&
            str_eq(sample->message_id, complaint->message_id))
            return sample;
    }
    return NULL;
}

static const struct incident *
find_incident(const struct join *join, struct str id)
{
    for (uint32_t i = 0; i < join->traced.incident_count && id.len; i++) {
        if (str_eq(join->traced.incidents[i].id, id))
            return &join->traced.incidents[i];
    }
    return NULL;
}

static void
say(const struct join *join, struct feedback_complaint *complaint)
{
    const struct result_sample *sample = find_sample(join, &complaint->about);
    const struct incident *incident = sample ? find_incident(join, sample->incident) : NULL;

    if (incident) {
        complaint->is_traced = true;
        complaint->trace =
            arena_printf(join->arena, "%s: " STR_FMT ", %u messages", route_name(incident->route),
                         STR_ARG(incident->culprit), incident->messages);
    } else if (sample && sample->is_found) {
        complaint->trace = arena_printf(
            join->arena, "It went out from here as " STR_FMT ", and is part of no outbreak.",
            STR_ARG(sample->found_id));
    } else {
        complaint->trace = STR("These logs do not hold it.");
    }
}

static void
add_problems(const struct join *join, struct feedback_result *result)
{
    for (uint32_t i = 0; i < join->inputs.count; i++) {
        struct str problem = join->inputs.files[i].problem;

        if (problem.len == 0)
            continue;
        if (result->problem_count < FEEDBACK_PROBLEMS_MAX && result->problems)
            result->problems[result->problem_count] = problem;
        result->problem_count++;
    }
}

bool
dmarc_reports_trace(struct feedback_result *result, char **logs, int log_count, struct arena *arena,
                    struct err *err)
{
    struct join join = {.arena = arena};
    struct config config = {.zone = STR_EMPTY};
    struct trace *trace = NULL;
    bool is_good = config_read(CONFIG_PATH, true, arena, &config, err) &&
                   collect(&join, result, logs, log_count, err);

    if (is_good) {
        trace = feed(&join, &config);
        is_good =
            trace_finish(trace, join.samples.samples, join.samples.count, arena, &join.traced, err);
    }
    if (is_good && !trace_output_samples(&join.traced, &join.samples, arena))
        is_good = err_set(err, ERR_LIMIT, "there are too many complaints");
    for (uint32_t i = 0; is_good && i < result->complaint_shown; i++)
        say(&join, &result->complaints[i]);
    if (is_good)
        add_problems(&join, result);
    trace_free(trace);
    inputs_done(&join.inputs);
    return is_good;
}
