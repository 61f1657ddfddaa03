#include "event_check.h"
#include "record/signer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names that could not stand in the DNS are never handed on. */
static void
check_name(struct str message, struct str name)
{
    require(name.len > 0 && name.len <= 253 && is_inside(message, name));
    require(str_index_any(name, STR(" \t\n\"'<>;,(){}=:")) == name.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(struct str, struct event *) = {
        opendkim_message_read, amavis_message_read, rspamd_message_read};
    struct str message = {(const char *)data, size};

    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
        struct event event;

        event_init(&event);
        readers[i](message, &event);
        require(event.kind == EVENT_SIGNATURE || event.kind == EVENT_NONE);
        if (event.kind != EVENT_SIGNATURE)
            continue;
        check_name(message, event.signature.domain);
        check_name(message, event.signature.selector);
    }
    return 0;
}
