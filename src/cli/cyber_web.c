#include "cli/cyber_web.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <time.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/cli.h"

enum { HEADER = 256 };

struct cyber_web {
    CURL *curl;
    struct curl_slist *headers;
    const char *accept; /* that headers say */
    struct buffer body;
    bool too_large;
};

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct cyber_web *b = ctx;

    buf_put(&b->body, span_of(p, size * n));
    b->too_large = !buf_ok(&b->body);
    return b->too_large ? 0 : size * n;
}

static bool this_machine(const char *url)
{
    return strncmp(url, "http://127.0.0.1", 16) == 0 || strncmp(url, "http://localhost", 16) == 0 ||
           strncmp(url, "http://[::1]", 12) == 0;
}

bool cyber_web_password(const char *path, char out[CYBER_WEB_PASSWORD], struct why *w)
{
    FILE *f = fopen(path, "re");
    bool ok = f && fgets(out, CYBER_WEB_PASSWORD, f);

    if (f)
        (void)fclose(f);
    if (!ok)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s cannot be read", path);
    out[strcspn(out, "\r\n")] = 0;
    return true;
}

#define SET(option, value) (curl_easy_setopt(b->curl, (option), (value)) == CURLE_OK)

static bool credentials(struct cyber_web *b, const struct cyber_web_options *o, const char *url,
                        struct why *w)
{
    char password[CYBER_WEB_PASSWORD] = "";
    bool ok = true;

    if (o->user) {
        if (strncmp(url, "https://", 8) != 0 && !this_machine(url))
            return why_set(w, "credentials", WHY_NO_OFFSET, NULL, "no password is sent without TLS");
        if (o->password_file && !cyber_web_password(o->password_file, password, w))
            return false;
        ok = SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) && SET(CURLOPT_USERNAME, o->user) &&
             SET(CURLOPT_PASSWORD, password);
        explicit_bzero(password, sizeof password);
    }
    ok = ok && (!o->certificate || SET(CURLOPT_SSLCERT, o->certificate)) &&
         (!o->key || SET(CURLOPT_SSLKEY, o->key)) && (!o->ca || SET(CURLOPT_CAINFO, o->ca));
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "the HTTP client does not take these credentials");
}

bool cyber_web_new(const struct cyber_web_options *o, const char *url, struct cyber_web **ret, struct why *w)
{
    struct cyber_web *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    buf_init(&b->body, LIMIT_TAXII_ANSWER);
    b->curl = curl_easy_init();
    if (!b->curl || !SET(CURLOPT_PROTOCOLS_STR, "http,https") || !SET(CURLOPT_FOLLOWLOCATION, 0L) ||
        !SET(CURLOPT_PROXY, "") || !SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ||
        !SET(CURLOPT_NOSIGNAL, 1L) || !SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
        !SET(CURLOPT_ACCEPT_ENCODING, "") || !SET(CURLOPT_TIMEOUT, o->seconds) ||
        !SET(CURLOPT_CONNECTTIMEOUT, 15L) || !SET(CURLOPT_HTTP09_ALLOWED, 0L) ||
        !SET(CURLOPT_WRITEFUNCTION, collect) || !SET(CURLOPT_WRITEDATA, b)) {
        cyber_web_free(b);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
    }
    if (!credentials(b, o, url, w)) {
        cyber_web_free(b);
        return false;
    }
    *ret = b;
    return true;
}

void cyber_web_free(struct cyber_web *b)
{
    if (!b)
        return;
    curl_slist_free_all(b->headers);
    if (b->curl)
        curl_easy_cleanup(b->curl);
    buf_free(&b->body);
    free(b);
}

/* Accept and Content-Type are the same words; Expect would cost a round trip. */
static bool set_headers(struct cyber_web *b, const char *accept)
{
    char line[HEADER];
    struct curl_slist *list;

    if (b->accept == accept)
        return true;
    list = curl_slist_append(NULL, "Expect:");
    (void)snprintf(line, sizeof line, "Accept: %s", accept);
    list = curl_slist_append(list, line);
    (void)snprintf(line, sizeof line, "Content-Type: %s", accept);
    list = curl_slist_append(list, line);
    if (!list || !SET(CURLOPT_HTTPHEADER, list))
        return false;
    curl_slist_free_all(b->headers);
    b->headers = list;
    b->accept = accept;
    return true;
}

static const char *header(struct cyber_web *b, const char *name, char out[HEADER])
{
    struct curl_header *h = NULL;

    if (curl_easy_header(b->curl, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || strlen(h->value) >= HEADER)
        return NULL;
    (void)snprintf(out, HEADER, "%s", h->value);
    return out;
}

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void send_one(struct cyber_web *b, const struct taxii_step *s, struct taxii_client *c)
{
    char type[HEADER], retry[HEADER], date[HEADER], first[HEADER], last[HEADER], location[HEADER];
    struct taxii_answer a = { .broken = true };
    long status = 0;

    buf_reset(&b->body);
    b->too_large = false;
    if (set_headers(b, s->accept) && SET(CURLOPT_URL, s->url) &&
        (s->post ? SET(CURLOPT_POST, 1L) && SET(CURLOPT_POSTFIELDS, (const char *)s->body.p) &&
                       SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body.n)
                 : SET(CURLOPT_HTTPGET, 1L)) &&
        curl_easy_perform(b->curl) == CURLE_OK &&
        curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
        a = (struct taxii_answer){ .status = (unsigned)status,
                                   .body = buf_span(&b->body),
                                   .type = header(b, "Content-Type", type),
                                   .retry_after = header(b, "Retry-After", retry),
                                   .date = header(b, "Date", date),
                                   .first = header(b, "X-TAXII-Date-Added-First", first),
                                   .last = header(b, "X-TAXII-Date-Added-Last", last),
                                   .location = header(b, "Location", location) };
    a.too_large = b->too_large;
    taxii_client_answer(c, &a, now_ms());
}

bool cyber_web_run(struct cyber_web *b, struct taxii_client *c)
{
    for (;;) {
        struct timespec pause;
        struct taxii_step s;

        taxii_client_next(c, now_ms(), &s);
        switch (s.kind) {
        case TAXII_SEND:
            send_one(b, &s, c);
            break;
        case TAXII_WAIT:
            pause = (struct timespec){ s.wait_ms / 1000, s.wait_ms % 1000 * 1000000 };
            (void)nanosleep(&pause, NULL);
            break;
        case TAXII_DONE:
            return true;
        case TAXII_FAILED:
            return false;
        }
    }
}
