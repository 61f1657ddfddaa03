#include "cmd/mail_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mail/header.h"
#include "report/escape.h"

bool
mail_file_read(const char *path, struct buf *mail, struct err *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "rbe");
    char piece[MAIL_FILE_PIECE];
    bool has_failed = !file;
    size_t len;

    while (!has_failed && !mail->is_over && (len = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(mail, (struct str){piece, len});
    has_failed = has_failed || ferror(file);
    if (has_failed)
        err_set(err, ERR_SYSTEM, "cannot read %s: %s", path, strerror(errno));
    else if (mail->is_over)
        has_failed = !err_set(err, ERR_LIMIT, "cannot read %s: it has more than %zu bytes", path,
                              mail->limit);
    if (file && !is_stdin)
        (void)fclose(file);
    return !has_failed;
}

struct str
mail_file_line_end(struct str mail)
{
    size_t at = str_index(mail, '\n');

    return at > 0 && at < mail.len && mail.data[at - 1] == '\r' ? STR("\r\n") : STR("\n");
}

struct str
mail_file_cut_separator(struct str *mail)
{
    struct str all = *mail, line;

    if (!header_is_separator(*mail) || !header_line(mail, &line))
        return STR_EMPTY;
    return str_first(all, all.len - mail->len);
}

void
mail_file_complain(const char *text)
{
    struct buf line;

    buf_init(&line, 1 << 14);
    (void)escape_terminal(&line, str_from_cstr(text), 0);
    fprintf(stderr, "weir: " STR_FMT "\n", STR_ARG(buf_str(&line)));
    buf_done(&line);
}

bool
mail_file_print(struct str text)
{
    if (fwrite(text.data, 1, text.len, stdout) == text.len && fflush(stdout) == 0)
        return true;
    mail_file_complain("writing the output failed");
    return false;
}
