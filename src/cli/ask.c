#include "cli/ask.h"

#include <curl/curl.h>
#include <stdio.h>

#include "base/buffer.h"
#include "cli/cli.h"
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

bool ask_post(const char *url, const char *path, struct span json, struct arena *a, struct span *answer,
              struct why *w)
{
    CURL *c = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    struct buffer body;
    char full[2048], error[CURL_ERROR_SIZE] = "";
    size_t n = strlen(url);
    long status = 0;
    bool ok = false;

    buf_init(&body, ANSWER_MAX);
    while (n && url[n - 1] == '/')
        n--;
    (void)snprintf(full, sizeof full, "%.*s%s", (int)n, url, path);
    if (!c || !headers || curl_easy_setopt(c, CURLOPT_URL, full) ||
        curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers) || curl_easy_setopt(c, CURLOPT_POSTFIELDS, json.p) ||
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)json.n) ||
        curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") ||
        curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)SECONDS) || curl_easy_setopt(c, CURLOPT_PROXY, "") ||
        curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error) ||
        curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, collect) ||
        curl_easy_setopt(c, CURLOPT_WRITEDATA, &body)) {
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
        goto out;
    }
    if (curl_easy_perform(c) != CURLE_OK ||
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK) {
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL,
                      "%s. Is the node running? serai serve FOLDER starts it",
                      error[0] ? error : "no answer");
        goto out;
    }
    *answer = arena_copy(a, buf_span(&body));
    ok = status == 200 || refused(status, *answer, a, w);
out:
    buf_free(&body);
    curl_slist_free_all(headers);
    curl_easy_cleanup(c);
    return ok;
}

void ask_why(const char *command, const char *what, const struct why *w)
{
    cli_why(command, what, w);
    if (w->reason && strcmp(w->reason, "store-locked") == 0)
        (void)fprintf(stderr,
                      "serai %s: a running node is asked with --url, such as --url http://127.0.0.1:7312\n",
                      command);
}
