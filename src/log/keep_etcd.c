/*
 * A checkpoint kept in etcd through its JSON gateway: POST /v3/kv/range and /v3/kv/txn, keys and values in
 * base64, reads linearizable (served by a majority).
 */
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "log/keep.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { MEMBERS = 16, CONNECT_MS = 2000, ANSWER_MS = 5000 };

/* A note in base64 twice, and what stands around it. */
enum { ANSWER_BYTES = 4 * LIMIT_CHECKPOINT };

static const char key_before[] = "serai/keep/";

struct keep_etcd {
    CURL *curl;
    struct curl_slist *headers;
    struct arena words; /* of where */
    const char *member[MEMBERS];
    size_t n, last; /* last: the one that answered */
    const char *ca, *certificate, *secret;
    struct span key;
    char error[CURL_ERROR_SIZE];
};

static void put_base64(struct json_writer *j, const char *name, struct span s)
{
    struct buffer b;

    buf_init(&b, 2 * LIMIT_CHECKPOINT);
    base64_put(&b, s, BASE64_STD);
    if (!buf_ok(&b))
        j->b->bad = true;
    jw_text(j, name, buf_span(&b));
    buf_free(&b);
}

void etcd_range_put(struct span key, struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    put_base64(&j, "key", key);
    jw_object_end(&j);
}

static void put_compare(struct json_writer *j, struct span key, struct span before)
{
    jw_array(j, "compare");
    jw_object(j, NULL);
    put_base64(j, "key", key);
    jw_str(j, "result", "EQUAL");
    jw_str(j, "target", before.n ? "VALUE" : "CREATE");
    if (before.n)
        put_base64(j, "value", before);
    else
        jw_str(j, "create_revision", "0");
    jw_object_end(j);
    jw_array_end(j);
}

void etcd_swap_put(struct span key, struct span before, struct span now, struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    put_compare(&j, key, before);
    jw_array(&j, "success");
    jw_object(&j, NULL);
    jw_object(&j, "request_put");
    put_base64(&j, "key", key);
    put_base64(&j, "value", now);
    jw_object_end(&j);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_array(&j, "failure");
    jw_object(&j, NULL);
    jw_object(&j, "request_range");
    put_base64(&j, "key", key);
    jw_object_end(&j);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_object_end(&j);
}

/* The value of the first of "kvs"; what is false or empty is left out by the gateway. */
static bool value_of(const struct json *j, json_ref range, struct arena *a, struct span *out, struct why *w)
{
    json_ref kvs = json_member(j, range, "kvs"), kv, value;
    struct span text = { NULL, 0 };
    struct buffer b;
    size_t bad_at;
    bool ok;

    *out = (struct span){ NULL, 0 };
    if (kvs == JSON_NONE)
        return true;
    kv = json_first(j, kvs);
    value = json_member(j, kv, "value");
    if (!json_is(j, kvs, JSON_KIND_ARRAY) || !json_is(j, kv, JSON_KIND_OBJECT))
        return why_set(w, "etcd", json_offset(j, kvs), NULL, "kvs is no list of keys");
    if (value == JSON_NONE)
        return true;
    buf_init(&b, LIMIT_CHECKPOINT);
    ok = json_text_of(j, value, a, &text) && base64_decode(text, BASE64_STD, &b, &bad_at) && buf_ok(&b);
    if (ok)
        *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return (ok && (out->p || !text.n)) ||
           why_set(w, "etcd", json_offset(j, value), NULL, "the value is no checkpoint in base64");
}

bool etcd_answer_parse(struct span body, struct arena *a, struct etcd_answer *out, struct why *w)
{
    struct etcd_answer answer = { 0 };
    json_ref responses, from = JSON_ROOT;
    struct json j;

    if (!json_parse(body, a, &j, w))
        return false;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "etcd", 0, NULL, "the answer is no object");
    answer.swapped = json_is(&j, json_member(&j, JSON_ROOT, "succeeded"), JSON_KIND_TRUE);
    responses = json_member(&j, JSON_ROOT, "responses");
    if (responses != JSON_NONE)
        from = json_is(&j, responses, JSON_KIND_ARRAY)
                   ? json_member(&j, json_first(&j, responses), "response_range")
                   : JSON_NONE;
    if (!answer.swapped && from != JSON_NONE && !value_of(&j, from, a, &answer.value, w))
        return false;
    *out = answer;
    return true;
}

static size_t collect(char *p, size_t size, size_t n, void *to)
{
    struct buffer *b = to;

    buf_put(b, span_of(p, size * n));
    return buf_ok(b) ? size * n : 0;
}

static bool post_to(struct keep_etcd *k, const char *member, const char *path, const struct buffer *body,
                    struct buffer *answer, long *status)
{
    char address[1024];

    if ((size_t)snprintf(address, sizeof address, "%s%s", member, path) >= sizeof address)
        return false;
    answer->n = 0;
    return curl_easy_setopt(k->curl, CURLOPT_URL, address) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_POSTFIELDS, (const char *)body->p) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_POSTFIELDSIZE, (long)body->n) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_WRITEDATA, answer) == CURLE_OK &&
           curl_easy_perform(k->curl) == CURLE_OK &&
           curl_easy_getinfo(k->curl, CURLINFO_RESPONSE_CODE, status) == CURLE_OK;
}

/*
 * Each member once, the one that answered last first. A swap that is sent twice is found out by the caller:
 * the second finds what the first has put.
 */
static bool post(struct keep_etcd *k, const char *path, const struct buffer *body, struct arena *a,
                 struct etcd_answer *out, struct why *w)
{
    struct buffer answer;
    long status = 0;
    bool ok = false;

    buf_init(&answer, ANSWER_BYTES);
    for (size_t i = 0; i < k->n && !ok; i++) {
        size_t at = (k->last + i) % k->n;

        status = 0;
        k->error[0] = 0;
        ok = post_to(k, k->member[at], path, body, &answer, &status) && status == 200;
        if (ok)
            k->last = at;
    }
    if (ok)
        ok = etcd_answer_parse(buf_span(&answer), a, out, w);
    else if (status)
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "etcd answers with status %ld", status);
    else
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "no member of etcd answers: %s", k->error);
    buf_free(&answer);
    return ok;
}

static bool etcd_get(void *ctx, struct arena *a, struct span *note, struct why *w)
{
    struct keep_etcd *k = ctx;
    struct etcd_answer answer;
    struct buffer body;
    bool ok;

    buf_init(&body, 4096);
    etcd_range_put(k->key, &body);
    ok = buf_ok(&body) && post(k, "/v3/kv/range", &body, a, &answer, w);
    buf_free(&body);
    if (ok)
        *note = answer.value;
    return ok;
}

static bool etcd_swap(void *ctx, struct span before, struct span now, struct arena *a, struct why *w)
{
    struct keep_etcd *k = ctx;
    struct etcd_answer answer = { 0 };
    struct buffer body;
    bool ok;

    buf_init(&body, 8 * LIMIT_CHECKPOINT);
    etcd_swap_put(k->key, before, now, &body);
    ok = buf_ok(&body) ? post(k, "/v3/kv/txn", &body, a, &answer, w)
                       : why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the checkpoint is too large to keep");
    buf_free(&body);
    if (!ok)
        return false;
    return answer.swapped || span_eq(answer.value, now) ||
           why_set(w, "changed", WHY_NO_OFFSET, NULL,
                   "another writer has signed: what is kept in etcd is not what it was");
}

static void etcd_close(void *ctx)
{
    struct keep_etcd *k = ctx;

    if (k->curl)
        curl_easy_cleanup(k->curl);
    curl_slist_free_all(k->headers);
    arena_free(&k->words);
    free(k);
}

static bool read_members(struct keep_etcd *k, struct span list)
{
    struct span one;

    while (text_split(&list, ',', &one)) {
        while (one.n && one.p[one.n - 1] == '/')
            one.n--;
        if (k->n == MEMBERS || one.n < 8 || one.n > 512 ||
            (memcmp(one.p, "http://", 7) != 0 && memcmp(one.p, "https://", 8) != 0))
            return false;
        k->member[k->n++] = arena_str(&k->words, one);
    }
    return k->n > 0;
}

static bool read_words(struct keep_etcd *k, struct span s)
{
    static const char *const names[] = { "ca=", "certificate=", "key=" };
    const char **field[] = { &k->ca, &k->certificate, &k->secret };
    struct span word;

    while (text_split(&s, ' ', &word)) {
        size_t i = 0;

        if (word.n == 0)
            continue;
        if (k->n == 0) {
            if (!read_members(k, word))
                return false;
            continue;
        }
        while (i < 3 && (word.n <= strlen(names[i]) || memcmp(word.p, names[i], strlen(names[i])) != 0))
            i++;
        if (i == 3)
            return false;
        *field[i] = arena_str(&k->words, span_sub(word, strlen(names[i]), word.n));
    }
    return k->n > 0 && !k->certificate == !k->secret;
}

static bool set_up(struct keep_etcd *k)
{
    k->curl = curl_easy_init();
    k->headers = curl_slist_append(NULL, "Content-Type: application/json");
    return k->curl && k->headers &&
           curl_easy_setopt(k->curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_PROXY, "") == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_HTTPHEADER, k->headers) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_ERRORBUFFER, k->error) == CURLE_OK &&
           curl_easy_setopt(k->curl, CURLOPT_WRITEFUNCTION, collect) == CURLE_OK &&
           (!k->ca || curl_easy_setopt(k->curl, CURLOPT_CAINFO, k->ca) == CURLE_OK) &&
           (!k->certificate || (curl_easy_setopt(k->curl, CURLOPT_SSLCERT, k->certificate) == CURLE_OK &&
                                curl_easy_setopt(k->curl, CURLOPT_SSLKEY, k->secret) == CURLE_OK));
}

static bool name_key(struct keep_etcd *k, struct span origin)
{
    struct buffer b;

    buf_init(&b, 4096);
    buf_str(&b, key_before);
    buf_put(&b, origin);
    k->key = buf_ok(&b) ? arena_copy(&k->words, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return k->key.p != NULL;
}

bool keep_etcd_open(const char *where, struct span origin, struct log_keep *out, struct why *w)
{
    struct keep_etcd *k = calloc(1, sizeof *k);
    struct span s = span_str(where);

    if (!k)
        abort();
    arena_init(&k->words, 64 * 1024);
    if (!read_words(k, span_sub(s, strlen("etcd "), s.n)))
        (void)why_set(w, "keep", WHY_NO_OFFSET, NULL,
                      "expected `etcd http://ADDRESS:PORT,… [ca=FILE] [certificate=FILE key=FILE]`");
    else if (!set_up(k) || !name_key(k, origin))
        (void)why_set(w, "keep", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
    else {
        *out = (struct log_keep){ etcd_get, etcd_swap, etcd_close, k };
        return true;
    }
    etcd_close(k);
    return false;
}
