#include "feedback/result.h"

struct str
feedback_tls_remedy(struct str type)
{
    static const struct {
        const char *type, *remedy;
    } rows[] = {
        {"starttls-not-supported",
         "The host offered no STARTTLS. Turn it on (Postfix: smtpd_tls_security_level = may, with "
         "a "
         "certificate), and see that no firewall takes it out of the greeting."},
        {"certificate-host-mismatch",
         "The certificate does not bear the name of the MX. Get one for exactly that name."},
        {"certificate-expired", "The certificate is out of date. Renew it, and see that the mail "
                                "server reloads it after each renewal."},
        {"certificate-not-trusted",
         "The chain ends at nobody whom senders trust. Use a public authority, and send the "
         "intermediate certificate (fullchain.pem)."},
        {"validation-failure",
         "TLS failed in a way that has no name of its own. Try it: openssl s_client -starttls smtp "
         "-connect HOST:25 -verify_return_error"},
        {"tlsa-invalid",
         "The TLSA record does not match the certificate. Publish the new one before the "
         "certificate changes, or keep the key (TLSA 3 1 1)."},
        {"dnssec-invalid",
         "DNSSEC of the zone does not validate. Mend the chain (DS at the parent, signatures in "
         "time): as long as it is broken, senders that validate send no mail at all."},
        {"dane-required", "The sender demands DANE, and there is no usable TLSA record."},
        {"sts-policy-fetch-error",
         "The MTA-STS policy could not be fetched. Serve https://mta-sts.DOMAIN/.well-known/"
         "mta-sts.txt with a valid certificate, and without a redirect."},
        {"sts-policy-invalid", "The MTA-STS policy cannot be read: version: STSv1, mode:, mx: and "
                               "max_age:, a line each."},
        {"sts-webpki-invalid",
         "The certificate of the web server at mta-sts.DOMAIN is not valid for that name."},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq_nocase(type, str_from_cstr(rows[i].type)))
            return str_from_cstr(rows[i].remedy);
    }
    return STR_EMPTY;
}
