#include "audit/tlsa.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#define USAGE_AUTHORITY 2 /* DANE-TA */
#define USAGE_OWN 3       /* DANE-EE */
#define CERTIFICATE_MAX 65536

enum tlsa_fault
tlsa_read(struct str wire, struct tlsa *ret_tlsa)
{
    static const size_t lengths[] = {0, 32, 64};

    *ret_tlsa = (struct tlsa){.data = STR_EMPTY};
    if (wire.len < 4)
        return TLSA_SHORT;
    *ret_tlsa = (struct tlsa){.usage = (unsigned char)wire.data[0],
                              .selector = (unsigned char)wire.data[1],
                              .matching = (unsigned char)wire.data[2],
                              .data = str_from(wire, 3)};
    if (ret_tlsa->usage != USAGE_AUTHORITY && ret_tlsa->usage != USAGE_OWN)
        return TLSA_USAGE;
    if (ret_tlsa->selector > 1)
        return TLSA_SELECTOR;
    if (ret_tlsa->matching > 2)
        return TLSA_MATCHING;
    if (lengths[ret_tlsa->matching] && ret_tlsa->data.len != lengths[ret_tlsa->matching])
        return TLSA_LENGTH;
    return TLSA_FINE;
}

const char *
tlsa_fault_text(enum tlsa_fault fault)
{
    switch (fault) {
    case TLSA_FINE:
        return "it is fine";
    case TLSA_SHORT:
        return "it is too short";
    case TLSA_USAGE:
        return "its usage is neither 2 nor 3, the only ones that mail servers use";
    case TLSA_SELECTOR:
        return "its selector is neither 0 nor 1";
    case TLSA_MATCHING:
        return "its matching type is not 0, 1 or 2";
    case TLSA_LENGTH:
        return "its digest has the wrong length";
    }
    return "?";
}

/* The certificate, or its public key, in DER; to be freed with OPENSSL_free. 0: neither. */
static int
select_bytes(unsigned selector, struct str certificate, unsigned char **ret_bytes)
{
    const unsigned char *at = (const unsigned char *)certificate.data;
    X509 *x509;
    int len;

    *ret_bytes = NULL;
    if (certificate.len == 0 || certificate.len > CERTIFICATE_MAX)
        return 0;
    x509 = d2i_X509(NULL, &at, (long)certificate.len);
    if (!x509)
        return 0;
    len = selector == 0 ? i2d_X509(x509, ret_bytes)
                        : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), ret_bytes);
    X509_free(x509);
    return len > 0 ? len : 0;
}

enum tlsa_match
tlsa_match(const struct tlsa *tlsa, struct str certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    unsigned char *bytes;
    struct str have;
    int len = select_bytes(tlsa->selector, certificate, &bytes);
    enum tlsa_match match = TLSA_UNTOLD;

    if (len == 0)
        return TLSA_UNTOLD;
    have = (struct str){(const char *)bytes, (size_t)len};
    if (tlsa->matching && EVP_Digest(bytes, (size_t)len, digest, &digest_len,
                                     tlsa->matching == 1 ? EVP_sha256() : EVP_sha512(), NULL) == 1)
        have = (struct str){(const char *)digest, digest_len};
    if (str_eq(have, tlsa->data))
        match = TLSA_MATCHES;
    else if (tlsa->usage == USAGE_OWN)
        match = TLSA_DIFFERS;
    OPENSSL_free(bytes);
    return match;
}

bool
tlsa_key_digest(struct str certificate, unsigned char ret_digest[TLSA_DIGEST_BYTES])
{
    unsigned char *bytes;
    unsigned digest_len = 0;
    int len = select_bytes(1, certificate, &bytes);
    bool is_done =
        len > 0 && EVP_Digest(bytes, (size_t)len, ret_digest, &digest_len, EVP_sha256(), NULL) == 1;

    OPENSSL_free(bytes);
    return is_done;
}
