#include "cmd/trace_samples.h"

#include <sys/utsname.h>

#include "base/buf.h"
#include "mail/evidence.h"
#include "mail/received.h"

static size_t
room_for(const struct input_file *input)
{
    uint64_t room = input->is_compressed ? input->bytes * 64 + 65536 : input->bytes + 1;

    return room < SAMPLE_BYTES_MAX ? (size_t)room : SAMPLE_BYTES_MAX;
}

static bool
read_file(const struct input_file *input, struct arena *arena, struct str *ret_text,
          struct err *err)
{
    size_t room = room_for(input);
    char *data = arena_array(arena, room, 1);
    struct file *file;
    size_t len = 0, got = 1;
    bool is_good;

    if (!data)
        return err_set(err, ERR_LIMIT, "the mails given are too many to look into at once");
    if (!inputs_open(input, &file, err))
        return false;
    do {
        is_good = file_read(file, data + len, room - len, &got, err);
        len += is_good ? got : 0;
    } while (is_good && got > 0 && len < room);
    inputs_close(input, file);
    *ret_text = (struct str){data, len};
    return is_good;
}

/* "blog.example/x.php for 203.0.113.9": what a claim states, in one line. */
static struct str
claim_words(const struct mail_claim *claim, struct arena *arena)
{
    struct buf line;
    struct str words;
    const struct {
        const char *name;
        struct str value;
    } parts[] = {
        {"script", claim->script},   {"URL", claim->url},           {"folder", claim->directory},
        {"user", claim->user},       {"login", claim->login},       {"client", claim->client},
        {"process", claim->process}, {"queue id", claim->queue_id},
    };

    buf_init(&line, 8192);
    buf_printf(&line, "%s:", claim->header);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].value.len)
            buf_printf(&line, " %s " STR_FMT ",", parts[i].name, STR_ARG(parts[i].value));
    }
    if (claim->uid >= 0)
        buf_printf(&line, " uid %lld,", (long long)claim->uid);
    words = arena_str(arena, str_first(buf_str(&line), line.len ? line.len - 1 : 0));
    buf_done(&line);
    return words;
}

static struct str
hop_words(const struct hop *hop, struct arena *arena)
{
    struct buf line;
    struct str words;

    buf_init(&line, 8192);
    buf_printf(&line, "Received by " STR_FMT, STR_ARG(hop->by.len ? hop->by : STR("?")));
    if (hop->from_host.len || hop->from_address.len || hop->from_helo.len) {
        buf_printf(&line, " from " STR_FMT,
                   STR_ARG(hop->from_host.len ? hop->from_host : hop->from_helo));
        if (hop->from_address.len)
            buf_printf(&line, " [" STR_FMT "]", STR_ARG(hop->from_address));
    }
    if (hop->user.len)
        buf_printf(&line, ", local user " STR_FMT, STR_ARG(hop->user));
    if (hop->uid >= 0)
        buf_printf(&line, ", local uid %lld", (long long)hop->uid);
    if (hop->login.len)
        buf_printf(&line, ", login " STR_FMT, STR_ARG(hop->login));
    if (hop->queue_id.len)
        buf_printf(&line, ", id " STR_FMT, STR_ARG(hop->queue_id));
    words = arena_str(arena, buf_str(&line));
    buf_done(&line);
    return words;
}

static bool
list_facts(const struct mail_evidence *evidence, struct arena *arena, struct result_sample *sample)
{
    struct sample_fact *facts =
        arena_array(arena, evidence->hop_count + evidence->claim_count + 2, sizeof(*facts));
    uint32_t count = 0;

    if (!facts)
        return false;
    if (evidence->complaint_source.len)
        facts[count++] = (struct sample_fact){
            arena_printf(arena, "Source-IP " STR_FMT, STR_ARG(evidence->complaint_source)),
            STR("the complaining receiver had the message from there"), true};
    for (uint32_t i = 0; i < evidence->hop_count; i++) {
        const struct hop *hop = &evidence->hops[i];

        facts[count++] =
            (struct sample_fact){hop_words(hop, arena), hop->says, hop->trust != HOP_FORGEABLE};
    }
    for (uint32_t i = 0; i < evidence->claim_count; i++) {
        const struct mail_claim *claim = &evidence->claims[i];

        facts[count++] =
            (struct sample_fact){claim_words(claim, arena), claim->says, claim->is_trusted};
    }
    sample->facts = facts;
    sample->fact_count = count;
    return true;
}

static void
keep_first(struct str *field, struct str value)
{
    if (field->len == 0)
        *field = value;
}

/* What the own line leaves open; a value that nobody vouches for never stands in for one that is.
 */
static void
add_claim(const struct mail_claim *claim, struct trace_sample *sample)
{
    if (sample->login.len == 0) { /* a login says it all: a script did not need one */
        keep_first(&sample->script, claim->script);
        keep_first(&sample->url, claim->url);
    }
    keep_first(&sample->client, claim->client);
    keep_first(&sample->user, claim->user);
    keep_first(&sample->login, claim->login);
    keep_first(&sample->queue_id, claim->queue_id);
    if (sample->uid < 0)
        sample->uid = claim->uid;
    sample->is_eval |= claim->is_eval;
}

static void
add_claims(const struct mail_evidence *evidence, bool is_trusted, struct trace_sample *sample)
{
    for (uint32_t i = 0; i < evidence->claim_count; i++) {
        const struct mail_claim *claim = &evidence->claims[i];

        if (claim->is_trusted != is_trusted || claim->is_dismissed)
            continue;
        add_claim(claim, sample);
        sample->is_vouched |= is_trusted;
    }
}

/* The ids of the other Received lines: the logs may know which of the lines is their own. */
static void
add_other_ids(const struct mail_evidence *evidence, struct arena *arena,
              struct trace_sample *sample)
{
    struct sample_id *ids = arena_array(arena, evidence->hop_count + 1, sizeof(*ids));

    for (uint32_t i = 0; ids && i < evidence->hop_count; i++) {
        const struct hop *hop = &evidence->hops[i];

        if (hop->queue_id.len && (int32_t)i != evidence->own_hop)
            ids[sample->other_id_count++] = (struct sample_id){hop->queue_id, hop->time_s};
    }
    sample->other_ids = ids;
}

/* What the headers state goes into the trace: the own line first, then what claims add. */
static struct trace_sample
sample_of(const struct mail_evidence *evidence, struct str path, struct arena *arena)
{
    struct trace_sample sample = {.path = path,
                                  .queue_id = evidence->queue_id,
                                  .message_id = evidence->message_id,
                                  .recipient = evidence->recipient,
                                  .time_s = evidence->date_s,
                                  .host = evidence->host,
                                  .uid = -1};

    if (evidence->own_hop >= 0) {
        const struct hop *hop = &evidence->hops[evidence->own_hop];

        sample.login = hop->login;
        sample.user = hop->user;
        sample.uid = hop->uid;
        sample.is_authenticated = received_is_authenticated(hop);
        sample.client = hop->login.len || sample.is_authenticated ? hop->from_address : STR_EMPTY;
        sample.is_vouched = true;
    }
    add_claims(evidence, true, &sample);
    add_claims(evidence, false, &sample);
    add_other_ids(evidence, arena, &sample);
    return sample;
}

/*
 * A mail that is named, or that lies in a folder of mails, is handed in as spam. One
 * that a search met among logs says nothing, unless it is a complaint itself.
 */
static void
mark_beside_logs(const struct input_list *inputs, const struct input_file *input,
                 struct sample_list *list, uint32_t first)
{
    bool is_beside = false;

    for (uint32_t i = 0; i < inputs->count && !input->is_named; i++)
        is_beside |= inputs->files[i].argument == input->argument && inputs->files[i].frame;
    for (uint32_t i = first; i < list->count; i++)
        list->samples[i].is_beside = list->facts[i].is_beside =
            is_beside && !list->facts[i].is_complaint;
}

static bool
add_mail(struct str text, struct str path, struct str host, struct arena *arena,
         struct sample_list *list, struct err *err)
{
    struct mail_evidence evidence;
    struct result_sample *facts = &list->facts[list->count];

    if (!mail_evidence_read(text, (struct mail_options){host}, arena, &evidence, err))
        return false;
    *facts = (struct result_sample){
        .path = path,
        .from = evidence.from,
        .to = evidence.to,
        .subject = evidence.subject,
        .host = evidence.host,
        .queue_id = evidence.queue_id,
        .message_id = evidence.message_id,
        .date_s = evidence.date_s,
        .is_complaint = evidence.is_complaint,
        .is_bounce = evidence.is_bounce,
    };
    if (!list_facts(&evidence, arena, facts))
        return err_set(err, ERR_LIMIT, "the mails given are too many to look into at once");
    list->samples[list->count++] = sample_of(&evidence, path, arena);
    return true;
}

/* One mail of a file, or of an mbox; what is wrong with it becomes the file's problem. */
static void
take_mail(struct input_file *input, struct str text, struct str host, struct arena *arena,
          struct sample_list *list)
{
    struct err err;

    if (list->count == SAMPLES_MAX) {
        list->left_out++;
        input->problem = arena_printf(
            arena, STR_FMT ": only the first %u messages given are looked at, here not all",
            STR_ARG(input->path), SAMPLES_MAX);
    } else if (!add_mail(text, input->path, host, arena, list, &err)) {
        input->problem = arena_printf(arena, STR_FMT ": %s", STR_ARG(input->path), err.text);
    }
}

static void
read_input(struct input_file *input, struct str host, struct arena *arena, struct sample_list *list)
{
    struct str text, message;
    struct err err;

    if (!read_file(input, arena, &text, &err)) {
        input->problem = arena_str(arena, str_from_cstr(err.text));
        return;
    }
    if (!input->is_mbox)
        take_mail(input, text, host, arena, list);
    while (input->is_mbox && mail_mbox_next(&text, &message))
        take_mail(input, message, host, arena, list);
}

bool
samples_read(struct input_list *inputs, struct str host, struct arena *arena,
             struct sample_list *ret_list, struct err *err)
{
    struct sample_list list = {arena_array(arena, SAMPLES_MAX, sizeof(struct trace_sample)),
                               arena_array(arena, SAMPLES_MAX, sizeof(struct result_sample)), 0, 0};

    if (!list.samples || !list.facts)
        return err_set(err, ERR_LIMIT, "not enough memory for the mails given");
    for (uint32_t i = 0; i < inputs->count; i++) {
        const struct input_file *input = &inputs->files[i];
        uint32_t first = list.count;

        if (!input->is_mail && !input->is_mbox)
            continue;
        read_input(&inputs->files[i], host, arena, &list);
        mark_beside_logs(inputs, input, &list, first);
    }
    *ret_list = list;
    return true;
}

bool
samples_name_this_host(const struct sample_list *list)
{
    struct utsname name;
    struct str own;

    if (uname(&name) < 0)
        return false;
    own = str_from_cstr(name.nodename);
    own = str_first(own, str_index(own, '.'));
    for (uint32_t i = 0; i < list->count; i++) {
        struct str host = list->samples[i].host;

        if (own.len && str_eq_nocase(str_first(host, str_index(host, '.')), own))
            return true;
    }
    return false;
}
