/* An OpenID provider asked by HTTPS (libcurl): once for each question, as people sign in seldom. */
#include <curl/curl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "node/proving.h"

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct buffer *b = ctx;

    buf_put(b, span_of(p, size * n));
    return buf_ok(b) ? size * n : 0;
}

#define SET(option, value) (curl_easy_setopt(c, (option), (value)) == CURLE_OK)

/* Nothing of the environment and nothing that an answer says changes where a question goes. Which addresses
 * may be http, prove/oidc.h says. */
static bool set_up(CURL *c, const char *url, const char *form, const char *ca, const struct curl_slist *list,
                   struct buffer *b)
{
    return SET(CURLOPT_URL, url) && SET(CURLOPT_PROTOCOLS_STR, strncmp(url, "https", 5) ? "http" : "https") &&
           SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PROXY, "") &&
           SET(CURLOPT_NOPROXY, "*") && SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) &&
           SET(CURLOPT_PATH_AS_IS, 1L) && SET(CURLOPT_HTTP09_ALLOWED, 0L) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) && (!*ca || SET(CURLOPT_CAINFO, ca)) &&
           (!*ca || SET(CURLOPT_CAPATH, NULL)) && SET(CURLOPT_TIMEOUT_MS, (long)LIMIT_OIDC_MS) &&
           SET(CURLOPT_HTTPHEADER, list) && (!form || SET(CURLOPT_POSTFIELDS, form)) &&
           SET(CURLOPT_WRITEFUNCTION, collect) && SET(CURLOPT_WRITEDATA, b);
}

static bool judge(CURL *c, CURLcode code, const struct buffer *b, struct why *w)
{
    long status = 0;

    if (code != CURLE_OK)
        return why_set(w, "provider", WHY_NO_OFFSET, NULL, "the provider did not answer: %s",
                       buf_ok(b) ? curl_easy_strerror(code) : "the answer is too long");
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    return status == 200 ||
           why_set(w, "provider", WHY_NO_OFFSET, NULL, "the provider answered with status %ld", status);
}

bool provider_http(void *ca, const char *url, const char *form, struct arena *a, struct span *out,
                   struct why *w)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    struct buffer b;
    CURL *c = NULL;
    bool ok;

    if (!list || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(c = curl_easy_init()))
        abort();
    buf_init(&b, LIMIT_OIDC_BODY);
    if (!set_up(c, url, form, ca, list, &b))
        abort(); /* out of memory is not a state to continue in */
    ok = judge(c, curl_easy_perform(c), &b, w);
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    ok = ok && (out->n || why_set(w, "provider", WHY_NO_OFFSET, NULL, "the provider's answer is empty"));
    buf_free(&b);
    curl_slist_free_all(list);
    curl_easy_cleanup(c);
    return ok;
}
