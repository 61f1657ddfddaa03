#include "event_check.h"
#include "record/firewall.h"
#include "record/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever the rule's prefix is, the packet behind it is read; whatever stands in the
 * fields, a connection has a place where it goes, and goes out.
 */
static void
check_prefix(struct str prefix)
{
    static const struct str packet = {
        "IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 PROTO=TCP SPT=5 DPT=25 UID=7", 73};
    char line[512];
    struct event event;

    if (prefix.len > 127 || str_has(prefix, STR("IN= OUT=")))
        return;
    if (prefix.len)
        memcpy(line, prefix.data, prefix.len);
    memcpy(line + prefix.len, packet.data, packet.len);
    event_init(&event);
    firewall_message_read((struct str){line, prefix.len + packet.len}, &event);
    require(event.kind == EVENT_CONNECT && event.connect.uid == 7);
    require(str_eq(event.connect.destination, STR("198.51.100.7")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const programs[] = {"kernel", "ulogd", "IN=", "SMTP-OUT"};
    struct str message = {(const char *)data, size};

    event_check_record("syslog", data, size, STR_EMPTY);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        struct event event;

        event_init(&event);
        event.program = str_from_cstr(programs[i]);
        program_read(message, &event);
        if (event.kind != EVENT_CONNECT)
            continue;
        require(event.connect.uid >= -1 && event.connect.uid <= UINT32_MAX);
        require(event.connect.destination.len && is_inside(message, event.connect.destination));
        require(str_has(message, STR("DPT=25")) && str_has(message, STR("OUT=")));
    }
    check_prefix(message);
    return 0;
}
