#include "cli/advisory_web.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/cyber_web.h"
#include "crypto/node_key.h"
#include "csaf/source.h"
#include "link/link.h"

enum { TRIES = 4, RATE = 10, SECONDS = 120, LONGEST_WAIT_MS = 60 * 1000 };

struct advisory_web {
    const struct advisory_web_options *o;
    CURL *curl;
    struct buffer body;
    size_t most;
    bool too_large, at_home, private_address;
    char password[CYBER_WEB_PASSWORD];
    int64_t next_ms; /* no request before */
};

static int64_t now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wait_until(int64_t at)
{
    int64_t ms = at - now_ms();
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

    if (ms > 0)
        (void)nanosleep(&t, NULL);
}

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct advisory_web *b = ctx;

    if (b->body.n + size * n > b->most) {
        b->too_large = true;
        return 0;
    }
    buf_put(&b->body, span_of(p, size * n));
    b->too_large = !buf_ok(&b->body);
    return b->too_large ? 0 : size * n;
}

static bool v4_is_private(uint32_t a)
{
    return a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 20 == 0xac1 || a >> 16 == 0xc0a8 ||
           a >> 16 == 0xa9fe || a >> 22 == 0x191 || a >> 28 >= 0xe;
}

static bool is_private(const struct sockaddr *s)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    const uint8_t *p = v6.sin6_addr.s6_addr;

    if (s->sa_family == AF_INET) {
        memcpy(&v4, s, sizeof v4);
        return v4_is_private(ntohl(v4.sin_addr.s_addr));
    }
    if (s->sa_family != AF_INET6)
        return true;
    memcpy(&v6, s, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return v4_is_private((uint32_t)p[12] << 24 | (uint32_t)p[13] << 16 | (uint32_t)p[14] << 8 | p[15]);
    /* Addresses that go round the world begin with 2 or 3. */
    return p[0] >> 5 != 1;
}

/* What a provider writes must not make this machine ask within the operator's own network. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *s)
{
    struct advisory_web *b = ctx;

    (void)purpose;
    if (!b->at_home && is_private(&s->addr)) {
        b->private_address = true;
        return CURL_SOCKET_BAD;
    }
    return socket(s->family, s->socktype | SOCK_CLOEXEC, s->protocol);
}

#define SET(option, value) (curl_easy_setopt(b->curl, (option), (value)) == CURLE_OK)

bool advisory_web_new(const struct advisory_web_options *o, struct advisory_web **ret, struct why *w)
{
    struct advisory_web *b = calloc(1, sizeof *b);

    if (!b)
        abort();
    b->o = o;
    buf_init(&b->body, LIMIT_ADVISORY_FEED);
    b->curl = curl_easy_init();
    if (!b->curl || !SET(CURLOPT_PROTOCOLS_STR, "https") || !SET(CURLOPT_FOLLOWLOCATION, 0L) ||
        !SET(CURLOPT_PROXY, "") || !SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ||
        !SET(CURLOPT_NOSIGNAL, 1L) || !SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
        !SET(CURLOPT_TIMEOUT, (long)SECONDS) || !SET(CURLOPT_LOW_SPEED_LIMIT, 100L) ||
        !SET(CURLOPT_LOW_SPEED_TIME, 30L) || !SET(CURLOPT_CONNECTTIMEOUT, 15L) ||
        !SET(CURLOPT_HTTP09_ALLOWED, 0L) || !SET(CURLOPT_WRITEFUNCTION, collect) ||
        !SET(CURLOPT_WRITEDATA, b) || !SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) ||
        !SET(CURLOPT_OPENSOCKETDATA, b) || !SET(CURLOPT_USERAGENT, "serai-advisory") ||
        (o->ca && !SET(CURLOPT_CAINFO, o->ca))) {
        advisory_web_free(b);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the HTTPS client cannot be set up");
    }
    if (o->password_file && !cyber_web_password(o->password_file, b->password, w)) {
        advisory_web_free(b);
        return false;
    }
    *ret = b;
    return true;
}

void advisory_web_free(struct advisory_web *b)
{
    if (!b)
        return;
    if (b->curl)
        curl_easy_cleanup(b->curl);
    buf_free(&b->body);
    explicit_bzero(b->password, sizeof b->password);
    free(b);
}

/* The host that the operator named, or one below it; with its very port. */
static bool is_home(const struct advisory_web *b, struct span url, bool below)
{
    struct span host = csaf_url_host(url), home = span_str(b->o->home);

    return span_eq(host, home) || (below && host.n > home.n && host.p[host.n - home.n - 1] == '.' &&
                                   span_eq(span_sub(host, host.n - home.n, host.n), home));
}

/* Credentials go to home alone; a connection of one host never serves another's. */
static bool set_request(struct advisory_web *b, struct span url, const char *etag,
                        struct curl_slist **headers)
{
    char address[CSAF_URL + 1], line[160];
    bool home = is_home(b, url, false), user = home && b->o->user, mine = home && b->o->certificate;

    memcpy(address, url.p, url.n);
    address[url.n] = 0;
    b->at_home = is_home(b, url, true);
    if (etag && *etag) {
        (void)snprintf(line, sizeof line, "If-None-Match: %s", etag);
        *headers = curl_slist_append(NULL, line);
    }
    return SET(CURLOPT_URL, address) && SET(CURLOPT_HTTPHEADER, *headers) &&
           SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) && SET(CURLOPT_USERNAME, user ? b->o->user : NULL) &&
           SET(CURLOPT_PASSWORD, user ? b->password : NULL) &&
           SET(CURLOPT_SSLCERT, mine ? b->o->certificate : NULL) &&
           SET(CURLOPT_SSLKEY, mine ? b->o->key : NULL);
}

/* An outcome that may be another one soon. */
static bool passes(CURLcode rc, long status)
{
    return rc != CURLE_OK || status == 429 || status >= 500;
}

/* Milliseconds until the next try: Retry-After, or longer each time. */
static int64_t pause_of(struct advisory_web *b, unsigned failures)
{
    curl_off_t after = 0;
    uint32_t random;

    random_bytes(&random, sizeof random);
    if (curl_easy_getinfo(b->curl, CURLINFO_RETRY_AFTER, &after) == CURLE_OK && after > 0)
        return after * 1000 < LONGEST_WAIT_MS ? (int64_t)after * 1000 : LONGEST_WAIT_MS;
    return link_back_off(failures, random);
}

static CURLcode one(struct advisory_web *b, long *status)
{
    CURLcode rc;

    buf_reset(&b->body);
    b->too_large = b->private_address = false;
    *status = 0;
    wait_until(b->next_ms);
    rc = curl_easy_perform(b->curl);
    b->next_ms = now_ms() + 1000 / (b->o->rate ? b->o->rate : RATE);
    if (rc == CURLE_OK)
        rc = curl_easy_getinfo(b->curl, CURLINFO_RESPONSE_CODE, status);
    return rc;
}

static bool judge(struct advisory_web *b, CURLcode rc, long status, struct why *w)
{
    if (b->too_large)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "it is longer than %zu bytes", b->most);
    if (b->private_address)
        return why_set(w, "private", WHY_NO_OFFSET, NULL,
                       "its host lies in a network that is not public, and is not the one that was named");
    if (rc != CURLE_OK)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s", curl_easy_strerror(rc));
    if (status >= 300 && status < 400 && status != 304)
        return why_set(w, "redirect", WHY_NO_OFFSET, "CSAF 2.0 7.1.6",
                       "it is a redirect, which is not followed");
    return status == 200 || status == 304 || status == 401 || status == 403 || status == 404 ||
           status == 410 || why_set(w, "status", WHY_NO_OFFSET, NULL, "the server answers %ld", status);
}

bool advisory_web_get(struct advisory_web *b, struct span url, const char *etag, size_t most, struct arena *a,
                      struct advisory_answer *out, struct why *w)
{
    struct curl_slist *headers = NULL;
    struct curl_header *tag = NULL;
    long status = 0;
    CURLcode rc = CURLE_OK;
    bool ok;

    if (!csaf_url(url, w))
        return false;
    b->most = most;
    if (!set_request(b, url, etag, &headers)) {
        curl_slist_free_all(headers);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the HTTPS client does not take this request");
    }
    for (unsigned n = 1; n <= TRIES; n++) {
        rc = one(b, &status);
        if (!passes(rc, status) || b->too_large || b->private_address ||
            rc == CURLE_PEER_FAILED_VERIFICATION || rc == CURLE_COULDNT_RESOLVE_HOST || n == TRIES)
            break;
        b->next_ms = now_ms() + pause_of(b, n);
    }
    (void)SET(CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    ok = judge(b, rc, status, w);
    if (!ok)
        return false;
    *out = (struct advisory_answer){ .status = (unsigned)status };
    if (curl_easy_header(b->curl, "ETag", 0, CURLH_HEADER, -1, &tag) == CURLHE_OK &&
        strlen(tag->value) < sizeof out->etag)
        (void)snprintf(out->etag, sizeof out->etag, "%s", tag->value);
    out->body = arena_copy(a, buf_span(&b->body));
    return out->body.p || !b->body.n ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "it does not fit into memory");
}
