#include "record/firewall.h"

#include "record/field.h"

#define PREFIX_LEN_MAX 256 /* the kernel allows 127 bytes, and puts its own time before */
#define FIELDS_MAX 64
#define SMTP_PORT 25

/*
 * "[1.2] SMTP-OUT: IN= OUT=eth0 ...": drops all before "OUT=". The prefix is the
 * administrator's own, and touches "IN=" where it ends without a blank. False: the packet
 * came in by an interface, or this is no such line.
 */
static bool
skip_prefix(struct str *message, bool is_in_tag)
{
    static const struct str start = {"IN= OUT=", 8};
    size_t at = str_find(str_first(*message, PREFIX_LEN_MAX + start.len), start);

    /* ulogd without a prefix: syslog's reader took "IN=" for the program's name. */
    if (is_in_tag)
        return str_skip(message, STR("OUT="));
    if (at > PREFIX_LEN_MAX || !str_starts(str_from(*message, at), start))
        return false;
    *message = str_from(*message, at + start.len);
    return true;
}

struct packet {
    struct str source, destination, protocol;
    int64_t source_port, destination_port, uid;
};

static void
read_field(struct str field, struct packet *packet)
{
    if (str_skip(&field, STR("SRC=")))
        packet->source = field;
    else if (str_skip(&field, STR("DST=")))
        packet->destination = field;
    else if (str_skip(&field, STR("PROTO=")))
        packet->protocol = field;
    else if (str_skip(&field, STR("SPT=")))
        packet->source_port = field_number(field, -1);
    else if (str_skip(&field, STR("DPT=")))
        packet->destination_port = field_number(field, -1);
    else if (str_skip(&field, STR("UID=")))
        packet->uid = field_number(field, -1);
}

static bool
read_packet(struct str message, bool is_in_tag, struct event *event)
{
    struct packet packet = {.source_port = -1, .destination_port = -1, .uid = -1};
    struct str interface;

    if (!skip_prefix(&message, is_in_tag))
        return false;
    interface = str_cut(&message, ' ');
    for (int i = 0; i < FIELDS_MAX && message.len; i++)
        read_field(str_cut(&message, ' '), &packet);
    if (packet.protocol.len == 0 || packet.destination.len == 0)
        return false;
    event->kind = EVENT_NONE;
    if (interface.len == 0 || str_eq(interface, STR("lo")) ||
        !str_eq(packet.protocol, STR("TCP")) || packet.destination_port != SMTP_PORT ||
        !field_is_address(packet.destination))
        return true;
    event->kind = EVENT_CONNECT;
    event->connect = (struct event_connect){
        .uid = packet.uid <= UINT32_MAX ? packet.uid : -1,
        .source = packet.source,
        .destination = packet.destination,
        .source_port = packet.source_port >= 0 && packet.source_port <= UINT16_MAX
                           ? (uint16_t)packet.source_port
                           : 0,
    };
    return true;
}

void
firewall_message_read(struct str message, struct event *event)
{
    if (!read_packet(message, false, event))
        event->kind = EVENT_NONE;
}

void
firewall_prefixed_read(struct str message, struct event *event)
{
    (void)read_packet(message, str_eq(event->program, STR("IN=")), event);
}
