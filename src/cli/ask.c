#include "cli/ask.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "cli/cli.h"
#include "cli/cyber_web.h"
#include "crypto/node_key.h"
#include "wire/json.h"

enum { ANSWER_MAX = 16 << 20, SECONDS = 75 };

static size_t collect(char *p, size_t size, size_t n, void *to)
{
    struct buffer *b = to;

    buf_put(b, span_of(p, size * n));
    return buf_ok(b) ? size * n : 0;
}

/* The node's own words for what went wrong (schema Error). */
static bool refused(long status, struct span body, struct arena *a, struct why *w)
{
    struct span detail = { 0 }, hint = { 0 };
    json_ref error;
    struct json j;

    if (json_parse(body, a, &j, NULL)) {
        error = json_member(&j, JSON_ROOT, "error");
        if (json_text_of(&j, json_member(&j, error, "detail"), a, &detail) &&
            json_text_of(&j, json_member(&j, error, "hint"), a, &hint))
            return why_set(w, "refused", WHY_NO_OFFSET, NULL, "%.*s %.*s", (int)detail.n,
                           (const char *)detail.p, (int)hint.n, (const char *)hint.p);
    }
    return why_set(w, "refused", WHY_NO_OFFSET, NULL, "the node answered with status %ld", status);
}

/* To this machine, or where nobody on the way reads along. */
static bool may_tell(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://127.", 11) == 0 ||
           strncmp(url, "http://[::1]", 12) == 0 || strncmp(url, "http://localhost:", 17) == 0;
}

/* The first line of the file that SERAI_TOKEN_FILE names: of a program's token, or SIGN_IN_FILE. */
static struct curl_slist *put_token(struct curl_slist *list, const char *url)
{
    const char *path = getenv("SERAI_TOKEN_FILE");
    char token[CYBER_WEB_PASSWORD], line[CYBER_WEB_PASSWORD + 32];
    struct curl_slist *more;

    if (!list || !path || !*path || !may_tell(url) || !cyber_web_password(path, token, NULL))
        return list;
    (void)snprintf(line, sizeof line, "Authorization: Bearer %s", token);
    more = curl_slist_append(list, line);
    wipe(token, sizeof token);
    wipe(line, sizeof line);
    return more ? more : list;
}

static struct curl_slist *headers_of(const struct ask_call *q)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more;
    char line[400];

    for (size_t i = 0; list && i <= q->n; i++) {
        if (i < q->n ? !q->header[i].value : !q->type)
            continue;
        (void)snprintf(line, sizeof line, "%s: %s", i < q->n ? q->header[i].name : "Content-Type",
                       i < q->n ? q->header[i].value : q->type);
        more = curl_slist_append(list, line);
        if (!more)
            curl_slist_free_all(list);
        list = more;
    }
    return list;
}

static void keep_header(CURL *c, const char *name, char *out, size_t room)
{
    struct curl_header *h = NULL;

    out[0] = 0;
    if (curl_easy_header(c, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
        (void)snprintf(out, room, "%s", h->value);
}

#define SET(option, value) (curl_easy_setopt(c, (option), (value)) == CURLE_OK)

bool ask_call(const char *url, const struct ask_call *q, struct arena *a, struct ask_called *out,
              struct why *w)
{
    CURL *c = curl_easy_init();
    struct curl_slist *headers = put_token(headers_of(q), url);
    struct buffer body;
    char full[2048], error[CURL_ERROR_SIZE] = "";
    size_t n = strlen(url);
    long status = 0;
    bool ok = false;

    buf_init(&body, ANSWER_MAX);
    while (n && url[n - 1] == '/')
        n--;
    (void)snprintf(full, sizeof full, "%.*s%s", (int)n, url, q->path);
    if (!c || !headers || !SET(CURLOPT_URL, full) || !SET(CURLOPT_HTTPHEADER, headers) ||
        (q->get
             ? !SET(CURLOPT_HTTPGET, 1L)
             : !SET(CURLOPT_POST, 1L) || !SET(CURLOPT_POSTFIELDS, q->body.n ? (const char *)q->body.p : "") ||
                   !SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n)) ||
        !SET(CURLOPT_PROTOCOLS_STR, "http,https") || !SET(CURLOPT_TIMEOUT, (long)SECONDS) ||
        !SET(CURLOPT_PROXY, "") || !SET(CURLOPT_ERRORBUFFER, error) || !SET(CURLOPT_WRITEFUNCTION, collect) ||
        !SET(CURLOPT_WRITEDATA, &body)) {
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
        goto out;
    }
    if (curl_easy_perform(c) != CURLE_OK ||
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) {
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL,
                      "%s. Is the node running? serai serve FOLDER starts it",
                      error[0] ? error : _("no answer"));
        goto out;
    }
    out->status = status;
    out->body = arena_copy(a, buf_span(&body));
    keep_header(c, "Serai-State", out->state, sizeof out->state);
    keep_header(c, "Serai-Reference", out->reference, sizeof out->reference);
    keep_header(c, "Serai-Reason", out->reason, sizeof out->reason);
    ok = status == 200 || out->state[0] || refused(status, out->body, a, w);
out:
    buf_free(&body);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    return ok;
}

static bool body_of(const char *url, const struct ask_call *q, struct arena *a, struct span *answer,
                    struct why *w)
{
    struct ask_called got = { 0 };
    bool ok = ask_call(url, q, a, &got, w);

    if (got.status)
        *answer = got.body;
    return ok;
}

bool ask_post(const char *url, const char *path, struct span json, struct arena *a, struct span *answer,
              struct why *w)
{
    const struct ask_call q = { .path = path, .type = "application/json", .body = json };

    return body_of(url, &q, a, answer, w);
}

bool ask_get(const char *url, const char *path, struct arena *a, struct span *answer, struct why *w)
{
    const struct ask_call q = { .path = path, .get = true };

    return body_of(url, &q, a, answer, w);
}

void ask_why(const char *command, const char *what, const struct why *w)
{
    cli_why(command, what, w);
    if (w->reason && strcmp(w->reason, "store-locked") == 0)
        (void)fprintf(
            stderr, _("serai %s: a running node is asked with --url, such as --url http://127.0.0.1:7312\n"),
            command);
}
