/*
 * The member's advisories as a provider of CSAF serves them (CSAF 2.0 7.1): the files of the folder
 * `advisories` below
 * /.well-known/csaf/, and its security.txt. No redirects; what is labelled AMBER or RED only to this very
 * machine, where a proxy that knows accounts may ask for it.
 */
#include "node/handlers.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "node/caller.h"
#include "node/routes.h"

#define PREFIX   "/.well-known/csaf/"
#define SECURITY "/.well-known/security.txt"

static const struct {
    const char *ending, *type;
} types[] = {
    { ".json", "application/json" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".csv", "text/csv; charset=utf-8" },
    { "/key.asc", "application/pgp-keys" },
    { ".asc", "application/pgp-signature" },
    { ".sha256", "text/plain; charset=utf-8" },
    { ".sha512", "text/plain; charset=utf-8" },
};

bool advisory_path(const struct node_view *v, const char *path)
{
    return v->o->config->advisories &&
           (strncmp(path, PREFIX, sizeof PREFIX - 1) == 0 || strcmp(path, SECURITY) == 0);
}

static const char *type_of(const char *path)
{
    size_t n = strlen(path);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t m = strlen(types[i].ending);

        if (n > m && strcmp(path + n - m, types[i].ending) == 0)
            return types[i].type;
    }
    return NULL;
}

/* Signs of published names only: what begins with a point, and any other sign, names nothing. */
static bool part_is_plain(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_lower(s.p[i]) && !ascii_digit(s.p[i]) && !strchr("-_+.", s.p[i]))
            return false;
    return s.n > 0 && s.n < 256 && s.p[0] != '.';
}

/* Goes down part by part without following links; -1: there is no such thing. */
static int open_below(const char *folder, const char *path)
{
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), next;

    while (at >= 0 && *path) {
        size_t n = strcspn(path, "/");
        char name[256];

        if (!part_is_plain(span_of(path, n))) {
            (void)close(at);
            return -1;
        }
        memcpy(name, path, n);
        name[n] = 0;
        next =
            openat(at, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (path[n] == '/' ? O_DIRECTORY : O_NONBLOCK));
        (void)close(at);
        at = next;
        path += n + (path[n] == '/');
    }
    return at;
}

static bool read_all(int fd, size_t n, struct arena *a, struct span *out)
{
    uint8_t *p = arena_alloc(a, n + 1);
    size_t got = 0;

    while (p && got < n) {
        ssize_t k = read(fd, p + got, n - got);

        if (k <= 0)
            return false;
        got += (size_t)k;
    }
    *out = span_of(p, n);
    return p != NULL;
}

static int plain_name(const struct dirent *e)
{
    return part_is_plain(span_str(e->d_name));
}

/* 7.1.14: names to go on by. */
static bool list_all(int fd, struct arena *a, struct span *out)
{
    struct dirent **e = NULL;
    struct buffer b;
    int n = scandirat(fd, ".", &e, plain_name, alphasort);

    if (n < 0)
        return false;
    buf_init(&b, LIMIT_ADVISORY_FEED);
    buf_str(&b, "<!doctype html><html lang=\"en\"><title>Advisories</title><ul>\n");
    for (int i = 0; i < n; i++) {
        const char *slash = e[i]->d_type == DT_DIR ? "/" : "";

        buf_printf(&b, "<li><a href=\"%s%s\">%s%s</a>\n", e[i]->d_name, slash, e[i]->d_name, slash);
        free(e[i]);
    }
    free(e);
    buf_str(&b, "</ul></html>\n");
    *out = buf_ok(&b) ? arena_copy(a, buf_span(&b)) : (struct span){ NULL, 0 };
    buf_free(&b);
    return out->p != NULL;
}

static void answer_file(int fd, const char *path, struct arena *a, struct http_answer *out)
{
    size_t n = strlen(path);
    bool folder = n == 0 || path[n - 1] == '/', ok = false;
    const char *type = folder ? "text/html; charset=utf-8" : type_of(path);
    struct span body = { NULL, 0 };
    struct stat st;

    if (type && fstat(fd, &st) == 0) {
        if (folder)
            ok = list_all(fd, a, &body);
        else
            ok = S_ISREG(st.st_mode) && st.st_size <= LIMIT_ADVISORY_FEED &&
                 read_all(fd, (size_t)st.st_size, a, &body);
    }
    if (!ok) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200, .type = type, .body = body, .cache = "no-cache" };
}

void handle_advisory(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    const char *path = strcmp(r->path, SECURITY) == 0 ? "security.txt" : r->path + sizeof PREFIX - 1;
    int fd;

    if (strncmp(path, "protected", 9) == 0 && (!r->peer || !caller_is_loopback(r->peer))) {
        answer_refuse(out, 403, "protected", "Advisories with this label need an account.", a);
        return;
    }
    fd = open_below(v->o->config->advisories, path);
    if (fd < 0) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
        return;
    }
    answer_file(fd, path, a, out);
    (void)close(fd);
}
