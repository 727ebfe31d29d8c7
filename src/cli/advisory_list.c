/* Where a provider's documents are: its metadata by the ways of CSAF 2.0 7.3.1, then its lists. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/advisory_fetch.h"
#include "cli/cli.h"
#include "crypto/digest.h"
#include "files/durable.h"

enum { METADATA = 1024 * 1024, NAMED = 8 };

bool advisory_fetch_path(const struct advisory_job *j, struct span url, const char *ending,
                         char out[PATH_MAX])
{
    struct digest d;
    struct buffer b;
    bool ok;

    digest_of(DIGEST_SHA256, url, &d);
    buf_init(&b, 128);
    hex_put(&b, span_of(d.b, 16));
    ok = provider_path(out, "%s/%s.%s", j->fetch, buf_cstr(&b), ending);
    buf_free(&b);
    return ok;
}

static struct span put_text(struct arena *a, const char *head, struct span s, const char *tail)
{
    struct buffer b;
    struct span out;

    buf_init(&b, 2 * CSAF_URL);
    buf_str(&b, head);
    buf_put(&b, s);
    buf_str(&b, tail);
    out = arena_copy(a, buf_ok(&b) ? buf_span(&b) : (struct span){ NULL, 0 });
    buf_free(&b);
    return out;
}

static bool replace(const char *path, struct span s, struct why *w)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');

    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = 0;
    return file_replace(folder, slash + 1, s, NULL, w);
}

/* A list or metadata, from the copy at hand when it did not change. A copy is what the provider sent, and is
 * read with the same care. */
static bool get_again(struct advisory_job *j, struct span url, size_t most, struct advisory_answer *out,
                      struct why *w)
{
    char list[PATH_MAX], tag[PATH_MAX];
    struct span copy = { NULL, 0 }, etag = { NULL, 0 };
    bool there = false, tagged = false;
    const char *have;

    if (!advisory_fetch_path(j, url, "list", list) || !advisory_fetch_path(j, url, "tag", tag) ||
        !file_read(list, most, j->a, &copy, &there, w) || !file_read(tag, 200, j->a, &etag, &tagged, w))
        return false;
    have = there && tagged ? arena_str(j->a, etag) : NULL;
    if (!advisory_web_get(j->net, url, have, most, j->a, out, w))
        return false;
    if (out->status == 304 && have) {
        out->status = 200;
        out->body = copy;
        return true;
    }
    return out->status != 200 || (replace(list, out->body, w) && replace(tag, span_str(out->etag), w));
}

static bool try_metadata(struct advisory_job *j, struct span url, struct span *text, struct why *w)
{
    struct advisory_answer got;

    if (!get_again(j, url, METADATA, &got, w))
        return false;
    if (got.status != 200)
        return why_set(w, "not-found", WHY_NO_OFFSET, "CSAF 2.0 7.3.1", "the server answers %u", got.status);
    *text = got.body;
    return csaf_source_read(got.body, j->a, &j->source, w);
}

static bool by_security_txt(struct advisory_job *j, struct span url, struct span *text, struct why *w)
{
    struct span named[NAMED];
    struct advisory_answer got;
    size_t n;

    if (!advisory_web_get(j->net, url, NULL, 1u << 16, j->a, &got, w))
        return false;
    n = got.status == 200 ? csaf_security_txt(got.body, named, NAMED) : 0;
    for (size_t i = 0; i < n; i++)
        if (try_metadata(j, named[i], text, w))
            return true;
    return n ? false : why_set(w, "not-found", WHY_NO_OFFSET, "CSAF 2.0 7.1.8", "no security.txt names CSAF");
}

bool advisory_find(struct advisory_job *j, struct span *text, struct why *w)
{
    struct span from = span_str(j->from), domain = from, url;
    struct why why[4] = { { 0 } };

    if (span_starts(from, SPAN("https://")))
        domain = span_sub(from, 8, from.n);
    if (memchr(domain.p, '/', domain.n))
        return try_metadata(j, from, text, w);
    url = put_text(j->a, "https://", domain, "/.well-known/csaf/provider-metadata.json");
    if (try_metadata(j, url, text, &why[0]))
        return true;
    url = put_text(j->a, "https://", domain, "/.well-known/security.txt");
    if (by_security_txt(j, url, text, &why[1]))
        return true;
    url = put_text(j->a, "https://", domain, "/security.txt");
    if (by_security_txt(j, url, text, &why[2]))
        return true;
    url = put_text(j->a, "https://csaf.data.security.", domain, "/");
    if (try_metadata(j, url, text, &why[3]))
        return true;
    return why_set(w, why[0].reason, WHY_NO_OFFSET, why[0].clause ? why[0].clause : "CSAF 2.0 7.3.1",
                   "no provider-metadata.json: well-known: %s; security.txt: %s; DNS path: %s", why[0].detail,
                   why[1].detail, why[3].detail);
}

static void fault(void *ctx, struct span what, const struct why *w)
{
    advisory_job_tell(ctx, what, w);
}

/* Read, but not yet asked for each document. False: told. */
static bool read_list(struct advisory_job *j, const struct csaf_place *p, struct csaf_entries *e)
{
    struct span url = p->rolie ? p->url : put_text(j->a, "", p->url, "changes.csv");
    struct advisory_answer got;
    struct why w = { 0 };
    bool ok = get_again(j, url, LIMIT_ADVISORY_FEED, &got, &w), guarded;

    if (ok && !p->rolie && got.status == 404) {
        url = put_text(j->a, "", p->url, "index.txt");
        ok = get_again(j, url, LIMIT_ADVISORY_FEED, &got, &w) &&
             (got.status != 200 || csaf_index_read(got.body, p->url, j->a, e, fault, j, &w));
    } else if (ok && got.status == 200) {
        ok = p->rolie ? csaf_feed_read(got.body, j->a, e, fault, j, &w)
                      : csaf_changes_read(got.body, p->url, j->a, e, fault, j, &w);
    }
    /* Guarded lists are for those with an account: no fault, unless everybody has to get them (7.1.4). */
    guarded = ok && (got.status == 401 || got.status == 403);
    if (guarded && p->labelled && p->tlp != CSAF_WHITE)
        (void)printf(_("%s is passed over: it needs an account\n"), csaf_tlp_word(p->tlp));
    else if (ok && got.status != 200)
        ok = why_set(&w, "status", WHY_NO_OFFSET, guarded ? "CSAF 2.0 7.1.4" : "CSAF 2.0 7.1.15",
                     "the server answers %u", got.status);
    if (!ok)
        advisory_job_tell(j, url, &w);
    return ok;
}

bool advisory_each(struct advisory_job *j, advisory_entry_fn fn)
{
    bool ok = true, feeds = false;

    for (size_t i = 0; i < j->source.n_places; i++)
        feeds |= j->source.place[i].rolie;
    for (size_t i = 0; i < j->source.n_places; i++) {
        const struct csaf_place *p = &j->source.place[i];
        struct csaf_entries e = { .n = 0 };

        /* 7.3.2: feeds are preferred to folders. */
        if (p->rolie != feeds)
            continue;
        if (!j->is_protected && p->labelled && (p->tlp == CSAF_AMBER || p->tlp == CSAF_RED))
            continue;
        if (!read_list(j, p, &e))
            ok = false;
        for (size_t k = 0; k < e.n; k++)
            fn(j, p, &e.item[k]);
    }
    return ok;
}
