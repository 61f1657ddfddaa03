#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

/*
 * record - which dialect a log is written in, and the reader for it.
 *
 * A frame is how a file is built: syslog lines, Exim's own main log, an access
 * log... It is found from content, never from the file's name. Within syslog
 * frames the program's name chooses the reader of the message.
 *
 * A new dialect is a new file with a probe and a read function, and a row in the
 * table of record.c; a new syslog program is a row in the table of program.c.
 *
 * Pure: no I/O, no clock, no allocation.
 */

#include "record/event.h"

#define RECORD_BYTES_MAX (64 * 1024) /* a longer line is read up to here, and counted */

enum record_use {
    RECORD_MAIL,  /* MTA logs and all syslog: messages, logins, PHP's mail.log=syslog */
    RECORD_WEB,   /* access logs */
    RECORD_PHP,   /* PHP's mail.log */
    RECORD_LOGIN, /* files that hold only logins or transfers */
};

struct frame {
    const char *name; /* "syslog", "exim", "combined", ...: `kind` in the JSON report */
    enum record_use use;

    /* How much this record looks like the dialect: 0 not at all, 1 perhaps, 2 surely. */
    int (*probe)(struct str record);

    /* Fills `event`, which event_init prepared. */
    void (*read)(struct str record, struct event *event);

    /*
     * Bytes of the first whole record in `text`, its end included; 0 when it is not
     * complete. NULL: a record is a line.
     */
    size_t (*split)(struct str text);

    /*
     * Slices may point into a buffer of the reader's own (escapes were decoded) and
     * then live only until the next record is read on the same thread.
     */
    bool decodes;
};

/*
 * The frame of a log whose beginning is `head` (whole lines, up to 64 KiB are
 * looked at); NULL when it is no log that weir can read.
 */
const struct frame *record_detect(struct str head);

/* The frame with that name; NULL when there is none. */
const struct frame *record_frame(struct str name);

/* Reads a record, trailing CR and LF allowed. Cannot fail: see EVENT_UNKNOWN. */
void record_read(const struct frame *frame, struct str record, struct event *ret_event);

#endif
