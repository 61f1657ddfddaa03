#include "event_check.h"
#include "record/stamp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define YEARLESS_US_MAX (INT64_C(367) * 86400 * 1000000)

/*
 * A stamp is a part of the text from its front; that part and the byte that ends
 * it decide what it says, and where there is none nothing is touched.
 */
static void
check(bool (*read)(struct str *s, struct event *event), struct str text)
{
    struct str rest = text, again;
    struct event event, second;

    event_init(&event);
    if (!read(&rest, &event)) {
        require(rest.data == text.data && rest.len == text.len);
        require(event.stamp_form == STAMP_NONE && event.stamp_us == 0);
        require(event.resolution_us == 1000000 && event.zone.len == 0);
        return;
    }
    require(rest.len < text.len && rest.data + rest.len == text.data + text.len);
    require_in_range(&event);
    require(event.stamp_form != STAMP_NONE);
    require(event.zone.len == 0 ||
            (event.stamp_form == STAMP_LOCAL && is_inside(text, event.zone)));
    if (event.stamp_form == STAMP_YEARLESS)
        require(event.stamp_us >= 0 && event.stamp_us < YEARLESS_US_MAX);
    again = str_first(text, text.len - rest.len + 1);
    event_init(&second);
    require(read(&again, &second) && again.data == rest.data);
    require(second.stamp_form == event.stamp_form && second.stamp_us == event.stamp_us);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};

    check(stamp_read_syslog, text);
    check(stamp_read_iso, text);
    check(stamp_read_access, text);
    check(stamp_read_clf, text);
    check(stamp_read_american, text);
    check(stamp_read_php, text);
    check(stamp_read_ctime, text);
    check(stamp_read_tai64n, text);
    check(stamp_read_epoch, text);
    check(stamp_read_line, text);
    return 0;
}
