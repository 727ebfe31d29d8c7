/* One call: what libcurl is told, and what its answer means. */
#include <stdio.h>
#include <stdlib.h>

#include "link/internal.h"

void link_handle_free(struct link_handle *h)
{
    if (!h)
        return;
    curl_easy_cleanup(h->curl);
    curl_slist_free_all(h->headers);
    free(h);
}

static struct curl_blob blob_of(struct span s)
{
    union {
        const uint8_t *in;
        void *out;
    } p = { .in = s.p };

    return (struct curl_blob){ .data = p.out, .len = s.n, .flags = CURL_BLOB_NOCOPY };
}

#define SET(option, value) (curl_easy_setopt(h->curl, (option), (value)) == CURLE_OK)

/* The pin stands in for chain and name, which say nothing about a self-signed certificate. */
static bool set_tls(const struct links *l, const struct link_handle *h)
{
    struct curl_blob certificate = blob_of(l->o.certificate), key = blob_of(l->o.key);

    /* Without these two the certificates of all authorities are read for each connection: 40 ms. */
    return SET(CURLOPT_CAINFO, NULL) && SET(CURLOPT_CAPATH, NULL) &&
           SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_3 | (long)CURL_SSLVERSION_MAX_TLSv1_3) &&
           SET(CURLOPT_SSL_VERIFYPEER, 0L) && SET(CURLOPT_SSL_VERIFYHOST, 0L) &&
           SET(CURLOPT_SSLCERT_BLOB, &certificate) && SET(CURLOPT_SSLCERTTYPE, "PEM") &&
           SET(CURLOPT_SSLKEY_BLOB, &key) && SET(CURLOPT_SSLKEYTYPE, "PEM");
}

/* The library asks about once a second. */
static int is_cut(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct links *l = ctx;

    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return atomic_load_explicit(&l->cut, memory_order_relaxed);
}

/* Nothing of the environment and nothing that an answer says changes where a call goes. */
static bool set_way(const struct links *l, const struct link_handle *h)
{
    return SET(CURLOPT_NOPROGRESS, 0L) && SET(CURLOPT_XFERINFOFUNCTION, is_cut) &&
           SET(CURLOPT_XFERINFODATA, l) && SET(CURLOPT_NOSIGNAL, 1L) && SET(CURLOPT_PROTOCOLS_STR, "https") &&
           SET(CURLOPT_FOLLOWLOCATION, 0L) && SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOPROXY, "*") &&
           SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) && SET(CURLOPT_PATH_AS_IS, 1L) &&
           SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) && SET(CURLOPT_TCP_KEEPALIVE, 1L) &&
           SET(CURLOPT_MAXCONNECTS, 1L) && SET(CURLOPT_HTTP09_ALLOWED, 0L) &&
           SET(CURLOPT_MAXAGE_CONN, (long)LIMIT_LINK_IDLE_SECONDS);
}

bool link_handle_new(const struct links *l, struct link_handle **ret)
{
    struct link_handle *h = calloc(1, sizeof *h);

    if (!h)
        abort();
    h->curl = curl_easy_init();
    if (h->curl && SET(CURLOPT_ERRORBUFFER, h->error) && set_way(l, h) && set_tls(l, h)) {
        *ret = h;
        return true;
    }
    link_handle_free(h);
    return false;
}

struct incoming {
    struct buffer *to;
    size_t most;
    bool too_large;
    uint64_t received;
};

static size_t collect(char *p, size_t size, size_t n, void *ctx)
{
    struct incoming *in = ctx;

    in->received += size * n;
    if (size * n > in->most - in->to->n) {
        in->too_large = true;
        return 0;
    }
    buf_put(in->to, span_of(p, size * n));
    in->too_large = !buf_ok(in->to);
    return in->too_large ? 0 : size * n;
}

/* Expect would cost a round trip; the list is kept while the type is the same. */
static bool set_headers(struct link_handle *h, const char *type)
{
    char line[80];
    struct curl_slist *list;

    if (h->headers && strcmp(type, h->type) == 0)
        return true;
    if ((size_t)snprintf(h->type, sizeof h->type, "%s", type) >= sizeof h->type)
        return false;
    (void)snprintf(line, sizeof line, *type ? "Content-Type: %s" : "Content-Type:", type);
    list = curl_slist_append(NULL, "Expect:");
    if (!list || !curl_slist_append(list, line))
        abort();
    if (!SET(CURLOPT_HTTPHEADER, list))
        abort();
    curl_slist_free_all(h->headers);
    h->headers = list;
    return true;
}

/* Where to: told again only when it is another place, or other keys count there. */
static bool set_place(struct link_handle *h, const struct link_turn *t)
{
    if (strcmp(h->url, t->url) == 0)
        return true;
    (void)snprintf(h->url, sizeof h->url, "%s", t->url);
    return SET(CURLOPT_URL, t->url) && SET(CURLOPT_PINNEDPUBLICKEY, t->pins);
}

static bool set_call(const struct link_turn *t, const struct link_request *q, int64_t left_ms,
                     struct incoming *in)
{
    struct link_handle *h = t->handle;
    bool post = strcmp(q->method, "POST") == 0;
    long connect = (long)LIMIT_LINK_CONNECT_SECONDS * 1000;

    if (!set_headers(h, q->type ? q->type : ""))
        return false;
    if (post ? !SET(CURLOPT_POST, 1L) || !SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n) ||
                   !SET(CURLOPT_POSTFIELDS, q->body.n ? (const char *)q->body.p : "")
             : !SET(CURLOPT_HTTPGET, 1L))
        return false;
    h->error[0] = 0;
    return set_place(h, t) && SET(CURLOPT_WRITEFUNCTION, collect) && SET(CURLOPT_WRITEDATA, in) &&
           SET(CURLOPT_TIMEOUT_MS, (long)left_ms) &&
           SET(CURLOPT_CONNECTTIMEOUT_MS, left_ms < connect ? (long)left_ms : connect);
}

/* A handshake that broke for another reason than the connection: it is not he, or he does not speak as a
 * member does. */
static const char *reason_of(const struct link_handle *h, CURLcode code, long connects)
{
    curl_off_t connected = 0;

    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH ||
        (code == CURLE_SSL_CONNECT_ERROR && strstr(h->error, "error:")))
        return "peer";
    (void)curl_easy_getinfo(h->curl, CURLINFO_APPCONNECT_TIME_T, &connected);
    if (code == CURLE_OPERATION_TIMEDOUT && (connects == 0 || connected > 0))
        return "timeout";
    return code == CURLE_SSL_CERTPROBLEM ? "transport" : "unreachable";
}

static const char *detail_of(const struct link_handle *h, CURLcode code)
{
    if (code == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
        return "there answers somebody with another key than the roster has for it";
    return h->error[0] ? h->error : curl_easy_strerror(code);
}

/* RFC 9110 6.6.1: the clock of who answers, at the answer. */
static int64_t date_of(struct link_handle *h)
{
    struct curl_header *date = NULL;
    time_t t;

    if (curl_easy_header(h->curl, "Date", 0, CURLH_HEADER, -1, &date) != CURLHE_OK)
        return 0;
    if (strcmp(date->value, h->date) == 0)
        return h->date_time;
    t = curl_getdate(date->value, NULL);
    h->date_time = t > 0 ? (int64_t)t : 0;
    (void)snprintf(h->date, sizeof h->date, "%s", date->value);
    return h->date_time;
}

/* A kept connection that the other side gave up while this call was sent says nothing about the member: once
 * more, on a new one. Whatever members call may come twice (RFC 9110 9.2.2). */
static CURLcode perform_once_more(struct link_handle *h, const struct incoming *in, long *connects)
{
    CURLcode code = curl_easy_perform(h->curl);

    (void)curl_easy_getinfo(h->curl, CURLINFO_NUM_CONNECTS, connects);
    if ((code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING) &&
        *connects == 0 && in->received == 0) {
        code = curl_easy_perform(h->curl);
        (void)curl_easy_getinfo(h->curl, CURLINFO_NUM_CONNECTS, connects);
    }
    return code;
}

static void perform(struct link_turn *t, const struct incoming *in, const struct link_request *q,
                    struct link_result *r, unsigned *status, char type[64])
{
    struct link_handle *h = t->handle;
    CURLcode code = perform_once_more(h, in, &r->connects);
    const char *got = NULL;
    long number = 0;

    r->sent = q->body.n;
    r->received = in->received;
    (void)curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &number);
    if (code != CURLE_OK) {
        r->reason = in->too_large ? "too-large" : reason_of(h, code, r->connects);
        r->detail = in->too_large ? "the answer is longer than such an answer may be" : detail_of(h, code);
        return;
    }
    (void)curl_easy_getinfo(h->curl, CURLINFO_CONTENT_TYPE, &got);
    *status = (unsigned)number;
    (void)snprintf(type, 64, "%s", got ? got : "");
    r->date = date_of(h);
    r->ok = true;
}

bool link_call_into(struct links *l, struct span member, const struct link_request *q, struct buffer *out,
                    unsigned *status, char type[64], struct why *w)
{
    int64_t allowed = q->timeout_ms ? q->timeout_ms : (int64_t)LIMIT_LINK_SECONDS * 1000,
            deadline = link_real_ms() + allowed, left;
    struct incoming in = { .to = out, .most = q->most ? q->most : LIMIT_LINK_ANSWER };
    struct link_result r = { 0 };
    struct link_turn t;
    char got_type[64] = "";
    unsigned got = 0;
    size_t n;
    bool ok;

    buf_reset(out);
    if (!link_take(l, member, deadline, &t, w))
        return false;
    n = strlen(t.url);
    left = deadline - link_real_ms();
    if ((size_t)snprintf(t.url + n, sizeof t.url - n, "%s", q->path) >= sizeof t.url - n ||
        !set_call(&t, q, left > 1 ? left : 1, &in)) {
        r.reason = "link";
        r.detail = "the call cannot be made: its path or type is too long";
    } else {
        perform(&t, &in, q, &r, &got, got_type);
    }
    /* An answer that was too long came from a member that answers. */
    ok = r.ok;
    if (r.reason)
        (void)why_set(w, r.reason, WHY_NO_OFFSET, NULL, "%.*s: %s", (int)member.n, (const char *)member.p,
                      r.detail);
    r.ok = ok || in.too_large;
    link_give(l, &t, &r);
    if (!ok)
        return false;
    *status = got;
    memcpy(type, got_type, sizeof got_type);
    return true;
}

bool link_call(struct links *l, struct span member, const struct link_request *q, struct arena *a,
               struct link_answer *out, struct why *w)
{
    struct link_answer got = { 0 };
    struct buffer b;
    bool ok;

    buf_init(&b, q->most ? q->most : LIMIT_LINK_ANSWER);
    ok = link_call_into(l, member, q, &b, &got.status, got.type, w);
    if (ok) {
        got.body = arena_copy(a, buf_span(&b));
        ok = got.body.p || b.n == 0 ||
             why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer does not fit into memory");
    }
    buf_free(&b);
    if (ok)
        *out = got;
    return ok;
}
