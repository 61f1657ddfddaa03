#include "base/json.h"
#include "report/scan_report.h"

void
scan_report_finding(const struct finding *finding, struct json *json)
{
    json_string(json, "path", finding->path);
    json_integer(json, "line", finding->line);
    json_string(json, "kind", str_from_cstr(finding_kind_name(finding->kind)));
    json_string(json, "rule", str_from_cstr(finding->rule));
    json_real(json, "confidence", finding->confidence, 2);
    json_string(json, "text", finding->text);
    json_string(json, "why", finding->why);
    json_string(json, "advice", finding->advice);
    if (finding->file && finding->file->site.len)
        json_string(json, "site", finding->file->site);
    if (finding->file)
        json_integer(json, "changed_s", finding->file->ctime_s);
}

void
scan_report_json(const struct scan_report *report, struct buf *buf)
{
    struct json json;

    json_init(&json, buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_integer(&json, "files", (int64_t)report->files);
    json_integer(&json, "bytes", (int64_t)report->bytes);
    json_integer(&json, "unread", (int64_t)report->unread);
    json_integer(&json, "vanished", (int64_t)report->vanished);
    json_integer(&json, "archives", (int64_t)report->archives);
    json_integer(&json, "unchanged", (int64_t)report->unchanged);
    json_integer(&json, "allowed", (int64_t)report->allowed);
    json_integer(&json, "cut", (int64_t)report->cut);
    json_integer(&json, "lost", (int64_t)report->lost);
    json_integer(&json, "processes", (int64_t)report->processes);
    json_array(&json, "findings");
    for (size_t i = 0; i < report->finding_count; i++) {
        json_object(&json, NULL);
        scan_report_finding(&report->findings[i], &json);
        json_end(&json);
    }
    json_end(&json);
    if (report->actions)
        scan_actions_json(report->actions, &json);
    json_end(&json);
    buf_add(buf, STR("\n"));
}
