/*
 * Each row is one line as Linux 6.18 (iptables LOG, nft log) and ulogd 2.0.8 wrote it, and
 * what it tells: who connected to which mail server, or nothing.
 */

#include "record/record.h"
#include "tap.h"

#define KERN "Nov 23 15:21:22 web7 kernel: "
#define TAIL                                                                                       \
    "LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=40241 DF PROTO=TCP SPT=45038 DPT=25 WINDOW=64240 "        \
    "RES=0x00 SYN URGP=0 "
#define PACKET "IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 " TAIL
#define ULOG                                                                                       \
    "IN= OUT=eth0 MAC= SRC=192.0.2.10 DST=198.51.100.7 LEN=60 TOS=00 PREC=0x00 TTL=64 ID=40241 "   \
    "DF PROTO=TCP SPT=45038 DPT=25 SEQ=4210655972 ACK=0 WINDOW=64240 SYN URGP=0 UID=1007 "         \
    "GID=1007 MARK=0x0 "

static struct event
read_line(const char *line)
{
    struct event event;

    record_read(record_frame(STR("syslog")), str_from_cstr(line), &event);
    return event;
}

static void
reads_who_connects(void)
{
    static const struct {
        const char *line;
        int64_t uid;
        const char *destination;
    } rows[] = {
        {KERN "[11493.818092] SMTP-OUT: " PACKET "UID=1007 GID=1007 ", 1007, "198.51.100.7"},
        {KERN "[11493.818227] " PACKET "UID=1007 GID=1007 ", 1007, "198.51.100.7"},
        {KERN PACKET "UID=0 GID=0", 0, "198.51.100.7"},
        /* a prefix without a blank behind, and one that speaks of packets itself */
        {KERN "[ 1.2] SMTPOUT" PACKET "UID=1007 GID=1007 ", 1007, "198.51.100.7"},
        {KERN "[ 1.2] IN=lo OUT= UID=9 " PACKET "UID=1007 GID=1007 ", 1007, "198.51.100.7"},
        /* without --log-uid */
        {KERN "[UFW BLOCK] " PACKET, -1, "198.51.100.7"},
        {KERN PACKET "UID=4294967296 GID=1", -1, "198.51.100.7"},
        {KERN "SMTP6 IN= OUT=d0 SRC=2001:0db8:0000:0000:0000:0000:0000:0010 "
              "DST=2001:0db8:0000:0000:0000:0000:0000:0007 LEN=80 TC=0 HOPLIMIT=64 FLOWLBL=767614 "
              "PROTO=TCP SPT=50934 DPT=25 WINDOW=64800 RES=0x00 SYN URGP=0 UID=1007 GID=1007 ",
         1007, "2001:0db8:0000:0000:0000:0000:0000:0007"},
        {"Nov 23 15:21:22 web7 SMTP-OUT:  " ULOG, 1007, "198.51.100.7"},
        {"Nov 23 15:21:22 web7 nft-raw  " ULOG, 1007, "198.51.100.7"},
        {"Nov 23 15:21:22 web7 [smtp]  " ULOG, 1007, "198.51.100.7"},
        {"Nov 23 15:21:22 web7  " ULOG, 1007, "198.51.100.7"},
        {"Nov 23 15:21:22 web7 ulogd[77]: smtp " ULOG, 1007, "198.51.100.7"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        CHECK(event.kind == EVENT_CONNECT);
        if (event.kind != EVENT_CONNECT)
            continue;
        CHECK(event.connect.uid == rows[i].uid);
        CHECK_STR(event.connect.destination, rows[i].destination);
        CHECK(event.connect.source_port == 45038 || event.connect.source_port == 50934);
    }
}

static void
leaves_other_packets_alone(void)
{
    static const struct {
        const char *line;
        enum event_kind kind;
    } rows[] = {
        /* what comes in, is forwarded, or stays here */
        {KERN "[UFW BLOCK] IN=eth0 OUT= MAC=02:00 SRC=192.0.2.9 DST=192.0.2.10 " TAIL, EVENT_NONE},
        {KERN "IN=docker0 OUT=eth0 SRC=172.17.0.2 DST=198.51.100.7 " TAIL, EVENT_NONE},
        {KERN "IN= OUT=lo SRC=127.0.0.1 DST=127.0.0.1 " TAIL "UID=1007 GID=1007 ", EVENT_NONE},
        /* other ports and protocols */
        {KERN "IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=60 PROTO=TCP SPT=45038 DPT=443 "
              "UID=33 GID=33",
         EVENT_NONE},
        {KERN "IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=60 PROTO=TCP SPT=25 DPT=45038 "
              "UID=33 GID=33",
         EVENT_NONE},
        {KERN "IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=60 PROTO=UDP SPT=25 DPT=25 "
              "UID=33 GID=33",
         EVENT_NONE},
        {KERN "IN= OUT=eth0 SRC=192.0.2.10 DST=x;y LEN=60 PROTO=TCP SPT=1 DPT=25 UID=33",
         EVENT_NONE},
        {KERN "IN= OUT= SRC=192.0.2.10 DST=198.51.100.7 LEN=60 PROTO=TCP SPT=1 DPT=25 UID=33",
         EVENT_NONE},
        {KERN "[ 1234.567890] Out of memory: Killed process 77 (php)", EVENT_NONE},
        {KERN "IN= OUT=", EVENT_NONE},
        /* no firewall's: left to be counted as not understood */
        {"Nov 23 15:21:22 web7 x: IN= OUT=eth0", EVENT_UNKNOWN},
        {"Nov 23 15:21:22 web7 x: OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 " TAIL, EVENT_UNKNOWN},
        {"Nov 23 15:21:22 web7 IN=eth0 OUT=eth1 SRC=192.0.2.9 DST=198.51.100.7 " TAIL,
         EVENT_UNKNOWN},
        /* a program's own line is read as that program's, whatever it quotes */
        {"Nov 23 15:21:22 web7 sshd[77]: Invalid user " PACKET "UID=1007", EVENT_NONE},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct event event = read_line(rows[i].line);

        if (event.kind != rows[i].kind)
            printf("# row %zu: %d\n", i, event.kind);
        CHECK(event.kind == rows[i].kind);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads who connects", reads_who_connects},
        {"leaves other packets alone", leaves_other_packets_alone},
    };

    return tap_main(cases, COUNT(cases));
}
