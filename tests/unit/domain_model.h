#ifndef TESTS_DOMAIN_MODEL_H
#define TESTS_DOMAIN_MODEL_H

/*
 * domain_model - a domain that is kept well: nothing of it may be found fault with.
 *
 * Keys and certificate were made for this test and are used nowhere. Rows of test_domain.c take
 * records away and add others.
 */

#define MODEL_KEY_2048                                                                             \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApVNoi9fdW3BeVODN9HQ7dW6Js/mQxUWs/B5O"             \
    "JiEn4/3pGkgw0cDqjRtUNH5B3JXnlF/Q3qgwEYgxM2CG3QFYxacA1eSkMVAw/1tZhTrxJjJvRm4NjAo1"             \
    "VTTg32IsLOoi51HwEsuuaOUVbnFOmADsXOe9aeqRdrg84AODqLjcacrrNv+KiZXe9Eukp9iJMhsZpVio"             \
    "gvjT5/1MZ8lAzJ//GPBB9VzYaGIKdQstZXkjMIf7OAHkkzDQuMopz0hzkOlOiLnW7ILXtAy73iK2wZC3"             \
    "2HrTWDhioHUz8BF1BlSdR0ZM/hk4S5Z+yRtp+e6g4R5K+FsUGGeCddjPS5zmmz7kqQIDAQAB"
#define MODEL_KEY_1024                                                                             \
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCxpahXf9tShyzbr/pzl7FH7+onIK4e4MvCr8s7Rxfx"             \
    "j66VJc3sHadLU728xXpt6q5B8u/2xQ3j/puJHkA2MFEKPdf1ieli7Un+ohsY1ZzU3L51rt71tcOg0KN8"             \
    "O+tfz6IbAwVzZaW5zKQzR36jvjduNPk2c4zv0YT0Y7tybHMrXQIDAQAB"
#define MODEL_KEY_768                                                                              \
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhALM9nbMgMmXE5QUeWkIeDb+qI4WZjB14jXgYYRr7/tHufX8v"             \
    "w8B3m9ttAbMggzvo9QtVtDy+dSE6Ay/HCDQvQQ9g1XMptx1H8nmIqf/JA8pgeiGnVRrKCA0gZGCiOL6f"             \
    "lwIDAQAB"

/* mx1.example.com, and the SHA-256 of its key. */
#define MODEL_CERTIFICATE                                                                          \
    "MIIBiTCCAS+gAwIBAgIUAniGVNnQOqgIPGRHXg3Zp+Vmeq0wCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwP"             \
    "bXgxLmV4YW1wbGUuY29tMB4XDTI2MTEyNTE0MzQzMFoXDTM2MTEyMjE0MzQzMFowGjEYMBYGA1UEAwwP"             \
    "bXgxLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMdVg1ikQznIquWqSJZUnpuGo"             \
    "DEShHCgGaai0Ct7G33HJXBWziW/3qBgywIlia1Y2lJEQbKH+FIzCOqw8CyyDW6NTMFEwHQYDVR0OBBYE"             \
    "FDGJzWdUSfu0nirJYmR/D2L3OtDDMB8GA1UdIwQYMBaAFDGJzWdUSfu0nirJYmR/D2L3OtDDMA8GA1Ud"             \
    "EwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhAPhfUcld3qr/KrtufzHc6MSxMtB/4ONyY72LeLBI"             \
    "cVqHAiBzg/i+urj1Hnvqedju0v3nE0X+l/dPYT1bh4XKcSUsNQ=="
#define MODEL_DIGEST "759e802b58031c8cf78cf2dbc1b248e4730aeb53fc964da5d15e7a0c518b883c"
#define MODEL_OTHER_DIGEST "00000000000000000000000000000000000000000000000000000000000000ff"

#define MODEL_ZONE                                                                                 \
    "example.com secure MX 10 mx1.example.com\n"                                                   \
    "example.com secure MX 20 mx2.example.com\n"                                                   \
    "example.com secure A 192.0.2.80\n"                                                            \
    "example.com secure TXT \"v=spf1 mx -all\"\n"                                                  \
    "example.com secure TXT \"some-verification=1234\"\n"                                          \
    "mx1.example.com secure A 192.0.2.25\n"                                                        \
    "mx1.example.com secure AAAA 2001:db8::25\n"                                                   \
    "mx2.example.com secure A 198.51.100.25\n"                                                     \
    "www.example.com secure A 192.0.2.80\n"                                                        \
    "_dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.com\"\n"                \
    "mail._domainkey.example.com TXT \"v=DKIM1; k=rsa; p=" MODEL_KEY_2048 "\"\n"                   \
    "_mta-sts.example.com TXT \"v=STSv1; id=20260301T000000\"\n"                                   \
    "_smtp._tls.example.com TXT \"v=TLSRPTv1; rua=mailto:tls@example.com\"\n"                      \
    "_25._tcp.mx1.example.com secure TLSA 030101" MODEL_DIGEST "\n"                                \
    "_25._tcp.mx2.example.com secure TLSA 030101" MODEL_DIGEST "\n"                                \
    "25.2.0.192.in-addr.arpa PTR mx1.example.com\n"                                                \
    "25.100.51.198.in-addr.arpa PTR mx2.example.com\n"                                             \
    "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR "                \
    "mx1.example.com\n"                                                                            \
    "2.0.0.127.zen.spamhaus.org A 127.0.0.2\n"                                                     \
    "dbltest.com.dbl.spamhaus.org A 127.0.1.2\n"                                                   \
    "2.0.0.127.bl.spamcop.net A 127.0.0.2\n"                                                       \
    "2.0.0.127.b.barracudacentral.org A 127.0.0.2\n"                                               \
    "2.0.0.127.psbl.surriel.com A 127.0.0.2\n"                                                     \
    "2.0.0.127.dnsbl-1.uceprotect.net A 127.0.0.2\n"

#define MODEL_POLICY                                                                               \
    "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.com\r\nmx: *.example.com\r\n"              \
    "max_age: 604800\r\n"

#endif
