/*
 * scan_entry - the findings of entry_find as JSON, for entry.py: files with times that no
 * test can set on disk.
 *
 *     scan-entry LOG… -- PATH USER MTIME CTIME [VHOST DOCROOT] …    times in seconds since 1970
 *
 * VHOST and DOCROOT may be "-".
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/json.h"
#include "disk/entry_logs.h"
#include "report/scan_report.h"

#define WORDS 6

static void
write_report(const struct entry_report *report)
{
    struct json json;
    struct buf buf;

    buf_init(&buf, (size_t)64 * 1024 * 1024);
    json_init(&json, &buf);
    json_object(&json, NULL);
    json_integer(&json, "logs", report->log_count);
    json_integer(&json, "passed_over", report->passed_over);
    json_array(&json, "problems");
    for (uint32_t i = 0; i < report->problem_count; i++)
        json_string(&json, NULL, report->problems[i]);
    json_end(&json);
    json_array(&json, "findings");
    for (uint32_t i = 0; i < report->finding_count; i++) {
        json_object(&json, NULL);
        scan_report_finding(&report->findings[i], &json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
}

static struct entry_suspect
read_suspect(char **words)
{
    return (struct entry_suspect){
        .path = str_from_cstr(words[0]),
        .user = str_from_cstr(words[1]),
        .uid = -1,
        .confidence = 0.99,
        .mtime_us = (int64_t)(atof(words[2]) * 1e6),
        .ctime_us = (int64_t)(atof(words[3]) * 1e6),
    };
}

/* Each VHOST is a site of its own; entry_find puts the files into them. */
static void
add_site(struct site_list *sites, char **words)
{
    if (strcmp(words[4], "-") != 0)
        sites->sites[sites->count++] = (struct trace_site){.vhost = str_from_cstr(words[4]),
                                                           .docroot = str_from_cstr(words[5])};
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
    struct entry_suspect *suspects = calloc((size_t)argc, sizeof(*suspects));
    struct site_list sites = {calloc((size_t)argc, sizeof(struct trace_site)), 0};
    struct entry_sources sources = {.sites = &sites, .zone = STR("UTC"), .logs = argv + 1};
    struct entry_report report;
    uint32_t count = 0;
    struct err err;
    int i;

    if (!suspects || !sites.sites)
        abort();
    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        sources.log_count++;
    for (i++; i + WORDS <= argc; i += WORDS) {
        suspects[count++] = read_suspect(argv + i);
        add_site(&sites, argv + i);
    }
    if (sources.log_count == 0 || !entry_find(suspects, count, &sources, arena, &report, &err)) {
        fprintf(stderr, "%s\n", sources.log_count ? err.text : "no logs");
        return 2;
    }
    write_report(&report);
    free(sites.sites);
    free(suspects);
    arena_free(arena);
    return 0;
}
