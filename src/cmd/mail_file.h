#ifndef CMD_MAIL_FILE_H
#define CMD_MAIL_FILE_H

/*
 * mail_file - one mail from a file, or from standard input when its name is "-".
 */

#include "base/buf.h"
#include "base/err.h"

#define MAIL_FILE_BYTES_MAX ((size_t)256 * 1024 * 1024)
#define MAIL_FILE_PIECE ((size_t)64 * 1024) /* what is handed on at once */

/* Adds to `mail`, whose limit counts. False: `err` says why it could not be read. */
bool mail_file_read(const char *path, struct buf *mail, struct err *err)
    __attribute__((warn_unused_result));

/* "\r\n" when the first line ends so, else "\n": how fields are to be added. */
struct str mail_file_line_end(struct str mail);

/* Cuts an mbox "From " line off: it stays in front of what is put on top of a mail. */
struct str mail_file_cut_separator(struct str *mail);

/* A line to stderr, with what cannot be shown escaped. */
void mail_file_complain(const char *text);

/* To stdout, all of it. */
bool mail_file_print(struct str text);

#endif
