/*
 * scan_processes - the findings of processes_scan as JSON, for processes.py.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "disk/processes.h"
#include "report/scan_report.h"

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
    for (uint32_t i = 0; i < findings->count; i++) {
        json_object(&json, NULL);
        scan_report_finding(&findings->list[i], &json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    printf(STR_FMT "\n", STR_ARG(buf_str(&buf)));
    buf_done(&buf);
    arena_free(findings->arena);
    free(findings);
    return 0;
}
