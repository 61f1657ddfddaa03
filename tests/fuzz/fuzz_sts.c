#include "audit/sts.h"
#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * What is read lies inside the text; what is called faultless holds what RFC 8461 and 8460 ask for,
 * and an unchanged policy reads the same with CR LF.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, id, uris;
    struct sts_policy policy;

    if (sts_record_is(text) && !sts_record_error(text, &id))
        require(id.len >= 1 && id.len <= 32 && is_inside(text, id));
    if (sts_report_is(text) && !sts_report_error(text, &uris))
        require(uris.len >= 8 && is_inside(text, uris));
    if (sts_policy_read(text, &policy))
        return 0;
    require(policy.mx_count <= STS_MX_MAX && policy.max_age_s <= STS_MAX_AGE_MAX);
    require(policy.mx_count > 0 || policy.mode == STS_MODE_NONE);
    for (uint32_t i = 0; i < policy.mx_count; i++) {
        struct str name = policy.mx[i];

        require(name.len > 0 && is_inside(text, name));
        if (!str_skip(&name, STR("*.")))
            require(sts_matches(policy.mx[i], name));
        else
            require(!sts_matches(policy.mx[i], name));
    }
    return 0;
}
