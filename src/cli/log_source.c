#include "cli/log_source.h"

#include "cli/words.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECONDS = 60 };

struct log_place {
    CURL *curl; /* NULL: a folder */
    char *where;
    char error[CURL_ERROR_SIZE];
};

static bool is_address(const char *where)
{
    return strncmp(where, "http://", 7) == 0 || strncmp(where, "https://", 8) == 0;
}

static size_t collect(char *p, size_t size, size_t n, void *to)
{
    struct buffer *b = to;

    buf_put(b, span_of(p, size * n));
    return buf_ok(b) ? size * n : 0;
}

static bool set_up(struct log_place *p)
{
    p->curl = curl_easy_init();
    return p->curl && curl_easy_setopt(p->curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(p->curl, CURLOPT_TIMEOUT, (long)SECONDS) == CURLE_OK &&
           curl_easy_setopt(p->curl, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK &&
           curl_easy_setopt(p->curl, CURLOPT_ERRORBUFFER, p->error) == CURLE_OK &&
           curl_easy_setopt(p->curl, CURLOPT_WRITEFUNCTION, collect) == CURLE_OK;
}

struct log_place *log_place_open(const char *where, struct why *w)
{
    struct log_place *p = calloc(1, sizeof *p);
    size_t n = strlen(where);

    while (n > 1 && where[n - 1] == '/')
        n--;
    if (!p || !(p->where = strndup(where, n)))
        abort();
    if (is_address(where) && !set_up(p)) {
        (void)why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
        log_place_close(p);
        return NULL;
    }
    return p;
}

void log_place_close(struct log_place *p)
{
    if (!p)
        return;
    if (p->curl)
        curl_easy_cleanup(p->curl);
    free(p->where);
    free(p);
}

static bool get_remote(struct log_place *p, const char *path, struct buffer *out, bool *found, struct why *w)
{
    char address[4096];
    long status = 0;

    (void)snprintf(address, sizeof address, "%s/%s", p->where, path);
    if (curl_easy_setopt(p->curl, CURLOPT_URL, address) != CURLE_OK ||
        curl_easy_setopt(p->curl, CURLOPT_WRITEDATA, out) != CURLE_OK ||
        curl_easy_perform(p->curl) != CURLE_OK ||
        curl_easy_getinfo(p->curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s: %s", path,
                       buf_ok(out) ? p->error : _("longer than such a file may be"));
    *found = status == 200;
    return status == 200 || status == 404 || status == 410 ||
           why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s: status %ld", path, status);
}

static bool get_file(const struct log_place *p, const char *path, size_t most, struct buffer *out,
                     bool *found, struct why *w)
{
    char name[4096], part[16 * 1024];
    size_t n;
    FILE *f;

    (void)snprintf(name, sizeof name, "%s/%s", p->where, path);
    f = fopen(name, "rb");
    *found = f != NULL;
    if (!f)
        return errno == ENOENT || errno == ENOTDIR ||
               why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    while ((n = fread(part, 1, sizeof part, f)) > 0 && out->n + n <= most)
        buf_put(out, span_of(part, n));
    if (ferror(f) || n > 0 || !buf_ok(out)) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path,
                      n > 0 ? _("longer than such a file may be") : _("cannot be read"));
        (void)fclose(f);
        return false;
    }
    (void)fclose(f);
    return true;
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct log_place *p = ctx;

    out->n = 0;
    return p->curl ? get_remote(p, path, out, found, w) : get_file(p, path, most, out, found, w);
}

struct log_source log_place_source(struct log_place *p)
{
    return (struct log_source){ get, p };
}
