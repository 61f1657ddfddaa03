#ifndef RECORD_FIREWALL_H
#define RECORD_FIREWALL_H

/*
 * firewall - which local user opened a connection to a mail server, as a logging rule says.
 *
 *     kernel: [11493.818092] SMTP-OUT: IN= OUT=eth0 SRC=192.0.2.10 DST=198.51.100.7 LEN=60
 *         TOS=0x00 PREC=0x00 TTL=64 ID=40241 DF PROTO=TCP SPT=45038 DPT=25 WINDOW=64240 RES=0x00
 *         SYN URGP=0 UID=1007 GID=1007
 *
 * So write iptables -j LOG --log-uid, nft's "log flags skuid", and ulogd's LOGEMU, which
 * puts the rule's prefix where syslog has the program's name. Only a packet that a program
 * of this host sends out to TCP port 25 tells anything: one that is forwarded names the
 * interface that it came in by. Without --log-uid no user is stated.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

/* The message of a syslog line of the kernel or ulogd: EVENT_CONNECT or EVENT_NONE. */
void firewall_message_read(struct str message, struct event *event);

/* The same for a line under any other name: left alone where it is no firewall's. */
void firewall_prefixed_read(struct str message, struct event *event);

#endif
