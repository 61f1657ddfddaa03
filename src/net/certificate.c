#include "net/certificate.h"

#include <openssl/x509v3.h>
#include <time.h>

#define TEXT_BYTES_MAX 1024

static struct str
name_text(const X509_NAME *name, struct arena *arena)
{
    BIO *out = BIO_new(BIO_s_mem());
    struct str text = STR_EMPTY;
    char *data;
    long len;

    if (!out)
        abort();
    if (X509_NAME_print_ex(out, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        len = BIO_get_mem_data(out, &data);
        if (len > 0)
            text = arena_str(arena, str_first((struct str){data, (size_t)len}, TEXT_BYTES_MAX));
    }
    BIO_free(out);
    return text;
}

static int64_t
time_of(const ASN1_TIME *when)
{
    struct tm parts;

    return ASN1_TIME_to_tm(when, &parts) == 1 ? (int64_t)timegm(&parts) : 0;
}

static struct str
der_of(X509 *x509, struct arena *arena)
{
    unsigned char *der = NULL;
    int len = i2d_X509(x509, &der);
    struct str copy = STR_EMPTY;

    if (len > 0 && (size_t)len <= SMTP_CERTIFICATE_BYTES_MAX)
        copy = arena_str(arena, (struct str){(const char *)der, (size_t)len});
    OPENSSL_free(der);
    return copy;
}

static void
add_to_chain(X509 *x509, struct arena *arena, struct smtp_peer *peer)
{
    if (peer->chain_count == SMTP_CHAIN_MAX)
        return;
    peer->chain[peer->chain_count++] = (struct smtp_certificate){
        .subject = name_text(X509_get_subject_name(x509), arena),
        .issuer = name_text(X509_get_issuer_name(x509), arena),
        .der = der_of(x509, arena),
        .not_before_s = time_of(X509_get0_notBefore(x509)),
        .not_after_s = time_of(X509_get0_notAfter(x509)),
    };
}

static void
add_name(const ASN1_STRING *name, struct arena *arena, struct smtp_peer *peer)
{
    int len = ASN1_STRING_length(name);

    if (peer->name_count < SMTP_NAMES_MAX && len > 0 && len <= 255)
        peer->names[peer->name_count++] =
            arena_str(arena, (struct str){(const char *)ASN1_STRING_get0_data(name), (size_t)len});
}

/* Without a DNS name in subjectAltName, old certificates have the common name. */
static void
read_names(X509 *x509, struct arena *arena, struct smtp_peer *peer)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
    const X509_NAME *subject = X509_get_subject_name(x509);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_DNS)
            add_name(name->d.dNSName, arena, peer);
    }
    GENERAL_NAMES_free(names);
    if (peer->name_count == 0 && at >= 0)
        add_name(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)), arena, peer);
}

/* X509_check_ip_asc says -2 of what is no address. */
static bool
is_for(X509 *x509, const char *name)
{
    int by_address = X509_check_ip_asc(x509, name, 0);

    return by_address == -2 ? X509_check_host(x509, name, 0, 0, NULL) == 1 : by_address == 1;
}

void
certificate_read_peer(SSL *tls, const char *name, struct arena *arena, struct smtp_peer *ret_peer)
{
    STACK_OF(X509) *chain = SSL_get_peer_cert_chain(tls);
    X509 *own = SSL_get0_peer_certificate(tls);
    long verdict = SSL_get_verify_result(tls);

    ret_peer->protocol = arena_str(arena, str_from_cstr(SSL_get_version(tls)));
    ret_peer->cipher = arena_str(arena, str_from_cstr(SSL_get_cipher_name(tls)));
    ret_peer->is_trusted = own && verdict == X509_V_OK;
    ret_peer->distrust =
        !own ? STR("no certificate")
             : arena_str(arena, str_from_cstr(X509_verify_cert_error_string(verdict)));
    if (!own)
        return;
    for (int i = 0; i < sk_X509_num(chain); i++)
        add_to_chain(sk_X509_value(chain, i), arena, ret_peer);
    read_names(own, arena, ret_peer);
    ret_peer->is_matching = is_for(own, name);
    ret_peer->is_self_signed = X509_self_signed(own, 0) == 1;
    ret_peer->key_bits = (uint32_t)EVP_PKEY_get_bits(X509_get0_pubkey(own));
}
