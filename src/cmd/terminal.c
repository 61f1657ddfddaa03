#include "cmd/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/escape.h"
#include "source/zone.h"

bool
terminal_read_colour(const char *word, enum colour_choice *ret_colour, struct err *err)
{
    static const char *const words[] = {
        [COLOUR_AUTO] = "auto",
        [COLOUR_ALWAYS] = "always",
        [COLOUR_NEVER] = "never",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(word, words[i]) == 0) {
            *ret_colour = (enum colour_choice)i;
            return true;
        }
    }
    return err_set(err, ERR_SYNTAX, "--color takes auto, always or never, not '%s'", word);
}

int
terminal_offset(const void *zone, int64_t utc_s)
{
    struct str name = zone ? str_from_cstr(zone) : STR_EMPTY;
    int offset_s = 0;

    return zone_offset_at(name, utc_s, &offset_s) ? offset_s : 0;
}

static size_t
terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return PAPER_WIDTH_PLAIN;
    if (size.ws_col < PAPER_WIDTH_MIN)
        return PAPER_WIDTH_MIN;
    return size.ws_col > PAPER_WIDTH_MAX ? PAPER_WIDTH_MAX : size.ws_col;
}

static bool
wants_colour(enum colour_choice choice)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

    if (choice != COLOUR_AUTO)
        return choice == COLOUR_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

struct paper
terminal_paper(struct buf *buf, enum colour_choice colour, const char *zone)
{
    return (struct paper){buf, terminal_width(), wants_colour(colour), terminal_offset, zone};
}

/* A value that was forgotten makes a log the name of the page: it is not overwritten. */
static bool
is_page(const char *path)
{
    static const char mark[] = "<!DOCTYPE html";
    char head[sizeof(mark) - 1];
    FILE *file = fopen(path, "re");
    size_t len;

    if (!file)
        return true; /* writing it will say why not */
    len = fread(head, 1, sizeof(head), file);
    (void)fclose(file);
    return len == 0 || (len == sizeof(head) && memcmp(head, mark, len) == 0);
}

bool
terminal_check_page(const char *path, struct err *err)
{
    struct stat page, report;

    if (strcmp(path, "-") == 0)
        return err_set(err, ERR_SYNTAX,
                       "--html writes a file: give it a name, such as report.html");
    if (stat(path, &page) < 0)
        return true;
    if (S_ISDIR(page.st_mode))
        return err_set(err, ERR_SYNTAX, "--html: %s is a folder; name a file in it", path);
    if (fstat(STDOUT_FILENO, &report) == 0 && report.st_dev == page.st_dev &&
        report.st_ino == page.st_ino)
        return err_set(err, ERR_SYNTAX,
                       "--html: the report itself goes into %s already; name another file", path);
    if (S_ISREG(page.st_mode) && !is_page(path))
        return err_set(err, ERR_SYNTAX,
                       "--html: %s is there already and is no page: weir does not overwrite it",
                       path);
    return true;
}

void
terminal_complain(const char *command, struct str sentence)
{
    struct buf line;

    buf_init(&line, 65536);
    (void)escape_terminal(&line, sentence, 0);
    fprintf(stderr, "weir %s: " STR_FMT "\n", command, STR_ARG(buf_str(&line)));
    buf_done(&line);
}

bool
terminal_print(struct str text, struct err *err)
{
    if (fwrite(text.data, 1, text.len, stdout) == text.len && fflush(stdout) == 0)
        return true;
    return err_set(err, ERR_SYSTEM, "cannot write the report: %s", strerror(errno));
}
