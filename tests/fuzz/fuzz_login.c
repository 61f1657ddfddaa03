#include "event_check.h"
#include "record/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Whatever name is typed, the server's own words around it say who failed from where:
 * the input is the name, and the line about it must be a failure of that client.
 */
static void
check_typed_name(struct str name)
{
    static const struct {
        struct str program, before, behind;
    } lines[] = {
        {{"sshd", 4},
         {"Failed password for invalid user ", 33},
         {" from 192.0.2.7 port 5 ssh2", 27}},
        {{"sshd", 4}, {"Invalid user ", 13}, {" from 192.0.2.7 port 5", 22}},
        {{"vsftpd", 6}, {"[", 1}, {"] FAIL LOGIN: Client \"192.0.2.7\"", 33}},
        {{"proftpd", 7},
         {"web7 (h[192.0.2.7]) - USER ", 27},
         {": no such user found from h [192.0.2.7] to 198.51.100.1:21", 58}},
        {{"pure-ftpd", 9},
         {"(?@192.0.2.7) [WARNING] Authentication failed for user [", 56},
         {"]", 1}},
    };
    char line[1024];

    if (name.len > sizeof(line) / 2)
        return;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct str whole = {line, lines[i].before.len + name.len + lines[i].behind.len};
        struct event event;

        memcpy(line, lines[i].before.data, lines[i].before.len);
        if (name.len)
            memcpy(line + lines[i].before.len, name.data, name.len);
        memcpy(line + lines[i].before.len + name.len, lines[i].behind.data, lines[i].behind.len);
        event_init(&event);
        event.program = lines[i].program;
        program_read(whole, &event);
        /* vsftpd quotes nothing: a name may hide its failure behind words about a file. */
        if (event.kind == EVENT_NONE && i == 2)
            continue;
        require(event.kind == EVENT_LOGIN && !event.login.is_success);
        require(str_eq(event.login.client, STR("192.0.2.7")));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const programs[] = {"sshd", "vsftpd", "proftpd", "pure-ftpd",
                                           "internal-sftp"};
    struct str message = {(const char *)data, size};

    event_check_record("vsftpd", data, size, STR_EMPTY);
    event_check_record("proftpd", data, size, STR_EMPTY);
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        struct event event;

        event_init(&event);
        event.program = str_from_cstr(programs[i]);
        program_read(message, &event);
        require(event.kind != EVENT_LOGIN || (event.login.service.len && event.login.attempts));
        require(event.kind != EVENT_UPLOAD || is_inside(message, event.upload.path));
    }
    check_typed_name(message);
    return 0;
}
