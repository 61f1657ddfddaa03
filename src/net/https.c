#include "net/https.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"

struct body {
    struct buf buf;
};

/* Less than what was given ends the transfer. */
static size_t
take(char *data, size_t size, size_t count, void *context)
{
    struct body *body = context;

    buf_add(&body->buf, (struct str){data, size * count});
    return body->buf.is_over ? 0 : size * count;
}

static bool
set_options(CURL *curl, const char *url, struct curl_slist *pinned, struct body *body, char *error)
{
    const char *trust = getenv("SSL_CERT_FILE");
    bool is_set = curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK;

    /* 7.85 and later take names; older ones the bits. */
#if LIBCURL_VERSION_NUM >= 0x075500
    is_set &= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK;
#else
    is_set &= curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS) == CURLE_OK;
#endif
    is_set &= curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)HTTPS_TIMEOUT_MS) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_RESOLVE, pinned) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_WRITEDATA, body) == CURLE_OK;
    is_set &= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error) == CURLE_OK;
    if (trust)
        is_set &= curl_easy_setopt(curl, CURLOPT_CAINFO, trust) == CURLE_OK;
    return is_set;
}

static enum https_problem
problem_of(CURL *curl, CURLcode code, const struct body *body)
{
    long error = 0;

    switch (code) {
    case CURLE_OK:
        return HTTPS_FINE;
    case CURLE_PEER_FAILED_VERIFICATION:
        return HTTPS_CERTIFICATE;
    case CURLE_COULDNT_CONNECT:
        curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &error);
        return error == ENETUNREACH || error == EHOSTUNREACH || error == EACCES || error == EPERM
                   ? HTTPS_NO_ROUTE
                   : HTTPS_FAILED;
    default:
        return body->buf.is_over ? HTTPS_TOO_LONG : HTTPS_FAILED;
    }
}

static struct https_answer
perform(CURL *curl, struct body *body, const char *error, struct arena *arena)
{
    CURLcode code = curl_easy_perform(curl);
    struct https_answer answer = {.problem = problem_of(curl, code, body)};
    char *type = NULL;
    long status = 0;

    if (answer.problem == HTTPS_TOO_LONG) {
        answer.reason = STR("the answer is longer than 64 KB");
        return answer;
    }
    if (answer.problem != HTTPS_FINE) {
        answer.reason =
            arena_str(arena, str_from_cstr(error[0] ? error : curl_easy_strerror(code)));
        return answer;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    answer.status = (unsigned)status;
    answer.content_type = type ? arena_str(arena, str_from_cstr(type)) : STR_EMPTY;
    answer.body = arena_str(arena, buf_str(&body->buf));
    return answer;
}

struct https_answer
https_fetch(struct str host, struct str address, struct str path, struct arena *arena)
{
    struct https_answer answer = {.problem = HTTPS_FAILED, .reason = STR("libcurl did not start")};
    struct str url =
        arena_printf(arena, "https://" STR_FMT STR_FMT "%c", STR_ARG(host), STR_ARG(path), '\0');
    bool is_ipv6 = str_index(address, ':') < address.len;
    struct str pin = arena_printf(arena, STR_FMT ":443:%s" STR_FMT "%s%c", STR_ARG(host),
                                  is_ipv6 ? "[" : "", STR_ARG(address), is_ipv6 ? "]" : "", '\0');
    struct curl_slist *pinned = pin.len ? curl_slist_append(NULL, pin.data) : NULL;
    char error[CURL_ERROR_SIZE] = "";
    struct body body;
    CURL *curl = curl_easy_init();

    buf_init(&body.buf, HTTPS_BYTES_MAX);
    if (curl && pinned && url.len && set_options(curl, url.data, pinned, &body, error))
        answer = perform(curl, &body, error, arena);
    curl_easy_cleanup(curl);
    curl_slist_free_all(pinned);
    buf_done(&body.buf);
    return answer;
}
