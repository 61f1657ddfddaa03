#include "event_check.h"
#include "record/dovecot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A login is somebody's: it names a service, and a session that counts as one is its line's own. */
static void
check_message(struct str message)
{
    struct event event;

    event_init(&event);
    event.program = STR("dovecot");
    dovecot_message_read(message, &event);
    require(event.kind == EVENT_LOGIN || event.kind == EVENT_REDIRECT || event.kind == EVENT_NONE ||
            event.kind == EVENT_UNKNOWN);
    if (event.kind == EVENT_LOGIN) {
        require(event.login.service.len > 0 && event.login.attempts <= 1000);
        require(event.login.client.len == 0 || is_inside(message, event.login.client));
        require(event.login.user.len == 0 || is_inside(message, event.login.user));
    } else if (event.kind == EVENT_REDIRECT) {
        require(event.redirect.target.len > 0 && is_inside(message, event.redirect.target));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    event_check_record("dovecot", data, size, STR_EMPTY);
    check_message((struct str){(const char *)data, size});
    return 0;
}
