/*
 * scan_processes - the findings of processes_scan as JSON, for processes.py.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "disk/processes.h"

static void
write_finding(struct json *json, const struct finding *finding)
{
    json_object(json, NULL);
    json_string(json, "kind", str_from_cstr(finding_kind_name(finding->kind)));
    json_string(json, "rule", str_from_cstr(finding->rule));
    json_real(json, "confidence", finding->confidence, 3);
    json_string(json, "path", finding->path);
    json_string(json, "text", finding->text);
    json_string(json, "why", finding->why);
    json_string(json, "advice", finding->advice);
    json_end(json);
}

static void
write_totals(struct json *json, const struct process_totals *totals)
{
    json_bool(json, "is_root", totals->is_root);
    json_integer(json, "processes", totals->processes);
    json_integer(json, "kernel_threads", totals->kernel_threads);
    json_integer(json, "vanished", totals->vanished);
    json_integer(json, "unread", totals->unread);
    json_integer(json, "sockets", totals->sockets);
    json_integer(json, "namespaces", totals->namespaces);
    json_integer(json, "namespaces_unread", totals->namespaces_unread);
}

int
main(void)
{
    struct findings *findings = calloc(1, sizeof(*findings));
    struct process_totals totals = {0};
    struct json json;
    struct buf buf;
    struct err err;

    if (!findings)
        abort();
    findings->arena = arena_new((size_t)16 * 1024 * 1024);
    if (!processes_scan(findings, &totals, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    buf_init(&buf, (size_t)16 * 1024 * 1024);
    json_init(&json, &buf);
    json_object(&json, NULL);
    write_totals(&json, &totals);
    json_array(&json, "findings");
    for (uint32_t i = 0; i < findings->count; i++)
        write_finding(&json, &findings->list[i]);
    json_end(&json);
    json_end(&json);
    printf(STR_FMT "\n", STR_ARG(buf_str(&buf)));
    buf_done(&buf);
    arena_free(findings->arena);
    free(findings);
    return 0;
}
