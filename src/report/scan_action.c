#include "report/scan_action.h"

#include "report/escape.h"

const char *
scan_action_name(enum scan_action_kind kind)
{
    static const char *const names[SCAN_ACTION_KIND_COUNT] = {
        [SCAN_ACTION_QUARANTINED] = "quarantined",
        [SCAN_ACTION_CLEANED] = "cleaned",
        [SCAN_ACTION_LEFT] = "left",
        [SCAN_ACTION_REFUSED] = "refused",
    };

    return names[kind];
}

void
scan_action_json(const struct scan_action *action, struct json *json)
{
    json_object(json, NULL);
    json_string(json, "path", action->path);
    json_string(json, "action", str_from_cstr(scan_action_name(action->kind)));
    json_string_or_null(json, "id", action->id);
    json_string_or_null(json, "refused", action->reason);
    json_end(json);
}

void
scan_actions_json(const struct scan_actions *actions, struct json *json)
{
    json_string(json, "scan", actions->scan);
    json_array(json, "actions");
    for (size_t i = 0; i < actions->count; i++)
        scan_action_json(&actions->list[i], json);
    json_end(json);
}

void
scan_action_text(const struct scan_action *action, struct buf *buf)
{
    if (action->kind == SCAN_ACTION_REFUSED) {
        (void)escape_terminal(buf, action->reason, 0);
        return;
    }
    buf_printf(buf, "%-11s  ", scan_action_name(action->kind));
    (void)escape_terminal(buf, action->path, 0);
    if (action->id.len)
        buf_printf(buf, " -> " STR_FMT, STR_ARG(action->id));
    if (action->reason.len) {
        buf_add_cstr(buf, ": ");
        (void)escape_terminal(buf, action->reason, 0);
    }
}

void
scan_actions_summary(const struct scan_actions *actions, struct buf *buf)
{
    size_t counts[SCAN_ACTION_KIND_COUNT] = {0};
    bool is_first = true;

    for (size_t i = 0; i < actions->count; i++)
        counts[actions->list[i].kind]++;
    if (actions->count == 0)
        return;
    for (int kind = 0; kind < SCAN_ACTION_KIND_COUNT; kind++) {
        if (counts[kind] == 0)
            continue;
        buf_printf(buf, "%s%zu %s", is_first ? "" : ", ", counts[kind],
                   scan_action_name((enum scan_action_kind)kind));
        is_first = false;
    }
    buf_add_cstr(buf, ".");
    if (counts[SCAN_ACTION_QUARANTINED] || counts[SCAN_ACTION_CLEANED]) {
        buf_add_cstr(buf, " To undo all of it: weir quarantine restore");
        if (actions->store.len) {
            buf_add_cstr(buf, " --store ");
            (void)escape_terminal(buf, actions->store, 0);
        }
        buf_printf(buf, " --scan " STR_FMT, STR_ARG(actions->scan));
    }
    buf_add_char(buf, '\n');
}
