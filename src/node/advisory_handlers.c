/*
 * Advisories as CSAF 2.0 section 7 wants them served: the folder `advisories` of this member as a provider
 * below
 * /.well-known/csaf/ with its security.txt, and the folder `aggregator` of many below
 * /.well-known/csaf-aggregator/. No redirects. What is labelled GREEN, AMBER or RED goes to accounts that may
 * read it by the law of sharing; who may not is told nothing about what is there, and each reading is written
 * down first.
 */
#include "node/handlers.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/lines.h"
#include "node/routes.h"
#include "node/taxii.h"

#define PREFIX     "/.well-known/csaf/"
#define AGGREGATOR "/.well-known/csaf-aggregator/"
#define SECURITY   "/.well-known/security.txt"
#define READS      "advisory-reads.log"

/* A file of one of the two folders. */
struct place {
    const char *folder, *path; /* below it */
    bool aggregator;
};

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

static bool find_place(const struct node_view *v, const char *path, struct place *out)
{
    const struct node_config *c = v->o->config;

    if (c->advisories && strncmp(path, PREFIX, sizeof PREFIX - 1) == 0)
        *out = (struct place){ c->advisories, path + sizeof PREFIX - 1, false };
    else if (c->advisories && strcmp(path, SECURITY) == 0)
        *out = (struct place){ c->advisories, "security.txt", false };
    else if (c->aggregator && strncmp(path, AGGREGATOR, sizeof AGGREGATOR - 1) == 0)
        *out = (struct place){ c->aggregator, path + sizeof AGGREGATOR - 1, true };
    else
        return false;
    return true;
}

/* By the folder it stands in (cli/provider.h); in an aggregator there is one for each provider above it. What
 * is below protected/ and is no label is the strictest. */
static enum tlp label_of(const struct place *p)
{
    struct span rest = span_str(p->path), part;

    if (p->aggregator && !text_split(&rest, '/', &part))
        return TLP_CLEAR;
    if (!text_split(&rest, '/', &part))
        return TLP_CLEAR;
    if (span_eq_str(part, "green"))
        return TLP_GREEN;
    if (!span_eq_str(part, "protected"))
        return TLP_CLEAR;
    return text_split(&rest, '/', &part) && span_eq_str(part, "amber") ? TLP_AMBER : TLP_RED;
}

bool advisory_path(const struct node_view *v, const char *path)
{
    struct place p;

    return find_place(v, path, &p);
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

/* A strong tag of the bytes: who mirrors asks again with it. */
static void put_tag(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    struct digest d;
    struct buffer b;

    digest_of(DIGEST_SHA256, out->body, &d);
    buf_init(&b, 128);
    buf_u8(&b, '"');
    hex_put(&b, span_of(d.b, 16));
    buf_u8(&b, '"');
    out->etag = arena_str(a, buf_span(&b));
    buf_free(&b);
    if (out->etag && r->if_none_match && strstr(r->if_none_match, out->etag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}

static void ask_account(struct http_answer *out, struct arena *a)
{
    answer_refuse(out, 401, "credentials", "What stands here needs an account of this server.", a);
    out->own[out->n_own].name = "WWW-Authenticate";
    out->own[out->n_own++].value = "Basic realm=\"CSAF\", charset=\"UTF-8\"";
}

static bool allowed(const struct node_view *v, const struct taxii_account *who, enum tlp tlp)
{
    const struct taxii_options *o = taxii_options_of(v->o->taxii);
    int64_t now = o->now(o->ctx);
    uint8_t self = who->reader.member;
    struct cyber_label label = { .owner = self, .group = CYBER_NO_PLACE, .tlp = (uint8_t)tlp };
    struct cyber_law law;

    if (self >= CYBER_PLACES)
        return false;
    /* RED has no other recipients than those of this member. */
    label.audience = tlp == TLP_RED ? UINT64_C(1) << self : CYBER_ALL;
    taxii_law(v->o->taxii, now, &law);
    return cyber_may(&law, &who->reader, &label, CYBER_READ, now / 1000000) == CYBER_ALLOWED;
}

/* Who asked for what, before it is answered; one line each. */
static bool write_down(const struct node_view *v, const char *account, const char *path, bool let)
{
    char line[1200], at[TIME_TEXT];
    int n = snprintf(line, sizeof line, "%s %s %s %.1000s\n", time_format(v->o->now(v->o->ctx), at),
                     let ? "read" : "refused", account, path);
    struct why w = { 0 };

    return n > 0 && (size_t)n < sizeof line && v->o->config->cyber &&
           lines_append(v->o->config->cyber, READS, span_of(line, (size_t)n), LIMIT_ADVISORY_READS,
                        LIMIT_ADVISORY_READS_OLDER, &w);
}

static bool path_is_plain(const char *path)
{
    for (; *path; path++)
        if (*path <= ' ' || *path >= 0x7f)
            return false;
    return true;
}

/* The same answer for what is there and what is not, until somebody is known who may read the label. */
static bool let_in(const struct node_view *v, const struct http_request *r, enum tlp tlp, struct arena *a,
                   struct http_answer *out)
{
    const struct taxii_account *who = NULL;
    enum taxii_let let = v->o->taxii ? taxii_let(v->o->taxii, r->authorization, true, &who) : TAXII_STRANGER;
    bool may;

    if (let == TAXII_BUSY) {
        answer_refuse(out, 503, "busy", "Too many passwords are being worked out: ask again in a second.", a);
        out->retry = true;
        return false;
    }
    if (let != TAXII_LET) {
        ask_account(out, a);
        return false;
    }
    may = allowed(v, who, tlp);
    if (!write_down(v, who->config->name, path_is_plain(r->path) ? r->path : "?", may)) {
        answer_refuse(out, 503, "record", "The reading cannot be written down.", a);
        return false;
    }
    if (!may)
        answer_refuse(out, 403, "protected", "This account may not read advisories with this label.", a);
    return may;
}

void handle_advisory(const struct node_view *v, const struct http_request *r, struct arena *a,
                     struct http_answer *out)
{
    struct place p;
    enum tlp tlp;
    int fd;

    if (!find_place(v, r->path, &p)) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
        return;
    }
    tlp = label_of(&p);
    if (tlp != TLP_CLEAR && !let_in(v, r, tlp, a, out))
        return;
    fd = open_below(p.folder, p.path);
    if (fd < 0) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
        return;
    }
    answer_file(fd, p.path, a, out);
    (void)close(fd);
    if (out->status == 200)
        put_tag(r, a, out);
    if (tlp != TLP_CLEAR)
        out->cache = "private, no-store";
}
