#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "disk/scanner.h"
#include "report/escape.h"

static void
print_json(struct scanner *scanner)
{
    struct scanner_totals totals = scanner_totals(scanner);
    size_t count;
    const struct finding *list = scanner_findings(scanner, &count);
    struct buf buf;
    struct json json;

    buf_init(&buf, (size_t)256 << 20);
    json_init(&json, &buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_integer(&json, "files", (int64_t)totals.files);
    json_integer(&json, "bytes", (int64_t)totals.bytes);
    json_integer(&json, "unread", (int64_t)totals.unread);
    json_array(&json, "findings");
    for (size_t i = 0; i < count; i++) {
        json_object(&json, NULL);
        json_string(&json, "path", list[i].path);
        json_integer(&json, "line", list[i].line);
        json_string(&json, "kind", str_from_cstr(finding_kind_name(list[i].kind)));
        json_string(&json, "rule", str_from_cstr(list[i].rule));
        json_real(&json, "confidence", list[i].confidence, 2);
        json_string(&json, "text", list[i].text);
        json_string(&json, "why", list[i].why);
        json_string(&json, "advice", list[i].advice);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    buf_add(&buf, STR("\n"));
    fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
}

static void
print_text(struct scanner *scanner)
{
    size_t count;
    const struct finding *list = scanner_findings(scanner, &count);
    struct buf buf;

    buf_init(&buf, (size_t)64 << 20);
    for (size_t i = 0; i < count; i++) {
        escape_terminal(&buf, list[i].path, 0);
        buf_printf(&buf, ":%u  %s %s %.2f\n    ", list[i].line, finding_kind_name(list[i].kind),
                   list[i].rule, list[i].confidence);
        escape_terminal(&buf, list[i].text, 120);
        buf_add(&buf, STR("\n    "));
        escape_terminal(&buf, list[i].why, 0);
        buf_add(&buf, STR("\n"));
    }
    fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
}

int
cmd_scan(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},
        {"threads", required_argument, NULL, 't'},
        {"no-cache", no_argument, NULL, 'n'},
        {"fast", no_argument, NULL, 'f'},
        {NULL, 0, NULL, 0},
    };
    struct scanner_options scanner_options = {0};
    bool is_json = false, is_accused = false;
    struct scanner *scanner;
    size_t count;
    const struct finding *list;
    struct err err;
    int letter;

    while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (letter == 'j')
            is_json = true;
        else if (letter == 't')
            scanner_options.threads = (unsigned)atoi(optarg);
        else if (letter == '?')
            return CMD_USAGE;
    }
    scanner = scanner_new(scanner_options);
    for (int i = optind; i < argc; i++) {
        if (!scanner_run(scanner, argv[i], &err))
            fprintf(stderr, "weir scan: %s\n", err.text);
    }
    if (is_json)
        print_json(scanner);
    else
        print_text(scanner);
    list = scanner_findings(scanner, &count);
    for (size_t i = 0; i < count; i++)
        is_accused |= list[i].confidence >= FINDING_ACCUSES;
    scanner_free(scanner);
    return is_accused ? CMD_FOUND : CMD_NOTHING;
}
