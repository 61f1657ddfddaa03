#include "report/excerpt.h"

#include "record/stamp.h"

/* "postfix/pickup[5073]:", "sshd:" */
static bool
is_program(struct str word)
{
    return word.len > 1 && word.data[word.len - 1] == ':';
}

/* Drops "web7 postfix/pickup[5073]: ", where it is that. */
static struct str
without_program(struct str rest)
{
    struct str after = rest, host = str_cut(&after, ' '), program;

    if (is_program(host)) /* Dovecot's own log and PHP's: no host */
        return rest;
    program = str_cut(&after, ' ');
    return is_program(program) && after.len ? after : rest;
}

/* '203.0.113.9 - - [...] "POST /x.php HTTP/1.1" 200 ...', also with a vhost in front. */
static bool
write_request(struct buf *buf, struct str line)
{
    struct str client = str_cut_at(&line, STR(" [")), stamp = str_cut_at(&line, STR("] \""));
    struct str request = str_cut(&line, '"'), status;
    size_t protocol = str_find(request, STR(" HTTP/"));

    (void)str_skip(&line, STR(" "));
    status = str_cut(&line, ' ');
    if (stamp.len < 20 || stamp.len > 40 || status.len != 3)
        return false;
    if (str_has(client, STR(" - -")))
        client = str_first(client, str_find(client, STR(" - -")));
    buf_printf(buf, STR_FMT " \"" STR_FMT "\" " STR_FMT, STR_ARG(client),
               STR_ARG(str_first(request, protocol)), STR_ARG(status));
    return true;
}

/* Writes `line`, "…" instead of what is between `from` and `until`; returns the rest. */
static struct str
write_without(struct buf *buf, struct str line, struct str from, struct str until)
{
    size_t start = str_find(line, from), end;
    struct str rest;

    if (start == line.len)
        return line;
    rest = str_from(line, start + from.len);
    end = str_find(rest, until);
    if (end == rest.len)
        return line;
    buf_printf(buf, STR_FMT "…", STR_ARG(str_first(line, start)));
    return str_from(rest, end);
}

/* "…: to=<a@b.example>, … status=bounced (… said: 550 5.1.1 …" */
static void
write_message(struct buf *buf, struct str message)
{
    struct str rest = message;

    if (str_has(message, STR(": to=<"))) {
        /* The answer of the other server names the recipient again. */
        rest =
            write_without(buf, rest, str_has(message, STR(" said: ")) ? STR("to=<") : STR("relay="),
                          STR(" status="));
        rest = write_without(buf, rest, STR("host "), STR(" said: "));
    }
    buf_add(buf, rest);
}

/* "OUT=eth0 … DST=198.51.100.7 … DPT=25 … UID=1007": what of a firewall's line tells. */
static bool
write_packet(struct buf *buf, struct str line)
{
    struct str rest = line;

    if (!str_has(line, STR("IN= OUT=")) || !str_has(line, STR(" PROTO=TCP ")))
        return false;
    rest = str_from(rest, str_find(rest, STR("OUT=")));
    rest = write_without(buf, rest, STR("MAC="), STR(" DST="));
    rest = write_without(buf, rest, STR("SRC="), STR(" DST="));
    rest = write_without(buf, rest, STR("LEN="), STR(" DPT="));
    rest = write_without(buf, rest, STR("SEQ="), STR(" UID="));
    rest = write_without(buf, rest, STR("WINDOW="), STR(" UID="));
    buf_add(buf, rest);
    return true;
}

void
excerpt_write(struct buf *buf, struct str line)
{
    struct str rest = line;
    struct event ignored = {.kind = EVENT_NONE};

    if (stamp_read_php(&rest, &ignored)) {
        buf_add(buf, str_trim(rest));
        return;
    }
    if (stamp_read_line(&rest, &ignored) && str_skip(&rest, STR(" "))) {
        rest = str_trim(rest);
        if (write_packet(buf, rest))
            return;
        /* Behind multilog's "@4000..." stands neither host nor program. */
        write_message(buf, str_starts(line, STR("@")) ? rest : without_program(rest));
        return;
    }
    if (!write_request(buf, line))
        buf_add(buf, line);
}
