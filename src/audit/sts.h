#ifndef AUDIT_STS_H
#define AUDIT_STS_H

/*
 * sts - records and policies of MTA-STS (RFC 8461), and records of TLS-RPT (RFC 8460).
 *
 *     v=STSv1; id=20260301T000000;
 *     version: STSv1 / mode: enforce / mx: *.mail.example.com / max_age: 604800
 *     v=TLSRPTv1; rua=mailto:tls@example.com
 *
 * Pure. Slices point into the text that was read.
 */

#include "base/str.h"

#define STS_MX_MAX 64 /* patterns of one policy; those behind are dropped, and said */
#define STS_MAX_AGE_MAX 31557600

enum sts_mode {
    STS_MODE_NONE,
    STS_MODE_TESTING,
    STS_MODE_ENFORCE,
};

struct sts_policy {
    enum sts_mode mode;
    uint64_t max_age_s;
    struct str mx[STS_MX_MAX];
    uint32_t mx_count;
    bool is_cut; /* more patterns than fit */
};

/* Whether a TXT record is meant as one, faulty or not. */
bool sts_record_is(struct str text);
bool sts_report_is(struct str text);

/* NULL, or what is wrong. */
const char *sts_record_error(struct str text, struct str *ret_id);
const char *sts_report_error(struct str text, struct str *ret_uris);
const char *sts_policy_read(struct str text, struct sts_policy *ret_policy);

/* "*.example.com" stands for just one label in front. */
bool sts_matches(struct str pattern, struct str host);

/* "none", "testing", "enforce". */
const char *sts_mode_name(enum sts_mode mode);

#endif
