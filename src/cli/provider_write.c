/* The files of a provider: documents with what stands beside them, lists, feeds, metadata (CSAF 2.0 7.1). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/openpgp.h"
#include "cli/provider.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "wire/json_write.h"

struct writing {
    struct provider *p;
    const char *folder;
    const struct provider_key *key;
    struct why *w;
};

static bool io(struct why *w, const char *what)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", what, strerror(errno));
}

static bool write_file(struct writing *x, const char *folder, const char *name, const struct buffer *b)
{
    return buf_ok(b) ? file_create(folder, name, buf_span(b), NULL, x->w)
                     : why_set(x->w, "too-large", WHY_NO_OFFSET, NULL, "%s would be too large", name);
}

static bool make(struct writing *x, const char *path)
{
    return mkdir(path, 0755) == 0 || errno == EEXIST || io(x->w, "a folder cannot be made");
}

static bool put_hash(struct writing *x, const char *folder, const char *file, struct span s, bool sha512)
{
    char name[PATH_MAX];
    struct digest d;
    struct buffer b;
    bool ok;

    digest_of(sha512 ? DIGEST_SHA512 : DIGEST_SHA256, s, &d);
    buf_init(&b, 4096);
    hex_put(&b, digest_span(&d));
    buf_printf(&b, "  %s\n", file);
    ok = provider_path(name, "%s.%s", file, sha512 ? "sha512" : "sha256") && write_file(x, folder, name, &b);
    buf_free(&b);
    return ok;
}

static bool copy(struct writing *x, const char *from, const char *folder, const char *name)
{
    struct span s = { NULL, 0 };
    struct arena a;
    bool there = false, ok;

    arena_init(&a, 1u << 20);
    ok = file_read(from, 1u << 16, &a, &s, &there, x->w) && there && file_create(folder, name, s, NULL, x->w);
    arena_free(&a);
    return ok;
}

/* The same document as before keeps its signature: it belongs to these bytes. */
static bool put_document(struct writing *x, const struct provider_document *d)
{
    char folder[PATH_MAX], path[PATH_MAX], sig[PATH_MAX], name[PATH_MAX];
    struct span s = { NULL, 0 };
    struct arena a;
    bool there = false, ok;

    if (!provider_path(folder, "%s/%s/%s", x->folder, provider_folders[d->tlp], d->year) ||
        !provider_path(path, "%s/%s", folder, d->name) || !provider_path(sig, "%s.asc", path) ||
        !provider_path(name, "%s.asc", d->name) || !make(x, folder))
        return false;
    arena_init(&a, LIMIT_CSAF + (size_t)(1u << 20));
    ok = file_read(d->source, LIMIT_CSAF, &a, &s, &there, x->w) && there &&
         file_create(folder, d->name, s, NULL, x->w) && put_hash(x, folder, d->name, s, false) &&
         put_hash(x, folder, d->name, s, true);
    arena_free(&a);
    if (ok && d->kept)
        return copy(x, d->kept, folder, name);
    return ok && (!x->key->key || openpgp_sign(x->key->home, x->key->key, path, sig, x->w));
}

static void link_to(struct json_writer *j, const char *rel, const char *base,
                    const struct provider_document *d, const char *ending)
{
    struct buffer b;

    buf_init(&b, 1u << 16);
    buf_printf(&b, "%s/%s/%s%s", base, d->year, d->name, ending);
    jw_object(j, NULL);
    jw_str(j, "rel", rel);
    jw_text(j, "href", buf_span(&b));
    jw_object_end(j);
    buf_free(&b);
}

static bool is_signed(const struct writing *x, const struct provider_document *d)
{
    return d->kept || x->key->key;
}

static void put_entry(struct writing *x, struct json_writer *j, const char *base,
                      const struct provider_document *d)
{
    struct buffer b;

    buf_init(&b, 1u << 16);
    buf_printf(&b, "%s/%s/%s", base, d->year, d->name);
    jw_object(j, NULL);
    jw_text(j, "id", d->id);
    jw_text(j, "title", d->title);
    jw_array(j, "link");
    link_to(j, "self", base, d, "");
    link_to(j, "hash", base, d, ".sha256");
    link_to(j, "hash", base, d, ".sha512");
    if (is_signed(x, d))
        link_to(j, "signature", base, d, ".asc");
    jw_array_end(j);
    jw_text(j, "published", d->published);
    jw_text(j, "updated", d->updated);
    jw_object(j, "content");
    jw_str(j, "type", "application/json");
    jw_text(j, "src", buf_span(&b));
    jw_object_end(j);
    jw_object(j, "format");
    jw_str(j, "schema", "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json");
    jw_str(j, "version", "2.0");
    jw_object_end(j);
    jw_object_end(j);
    buf_free(&b);
}

static void put_category(struct json_writer *j)
{
    jw_array(j, "category");
    jw_object(j, NULL);
    jw_str(j, "scheme", "urn:ietf:params:rolie:category:information-type");
    jw_str(j, "term", "csaf");
    jw_object_end(j);
    jw_array_end(j);
}

static void lower(enum csaf_tlp tlp, char out[16])
{
    const char *w = csaf_tlp_word(tlp);
    size_t i;

    for (i = 0; w[i] && i < 15; i++)
        out[i] = (char)(w[i] | 0x20);
    out[i] = 0;
}

static bool any(const struct provider *p, enum csaf_tlp tlp, struct span *newest)
{
    bool found = false;

    for (size_t i = 0; i < p->n; i++)
        if (p->item[i].tlp == tlp && (!found || csaf_time_cmp(p->item[i].updated, *newest) > 0)) {
            *newest = p->item[i].updated;
            found = true;
        }
    return found;
}

static void feed_url(const struct provider *p, enum csaf_tlp tlp, struct buffer *out)
{
    char word[16];

    lower(tlp, word);
    buf_printf(out, "%s/%s/csaf-feed-tlp-%s.json", p->url, provider_folders[tlp], word);
}

static bool put_feed(struct writing *x, enum csaf_tlp tlp, struct span updated, const char *folder)
{
    char word[16], name[64], base[PATH_MAX], title[64];
    struct json_writer j;
    struct buffer b, url;
    bool ok;

    lower(tlp, word);
    (void)snprintf(name, sizeof name, "csaf-feed-tlp-%s.json", word);
    (void)snprintf(title, sizeof title, "CSAF feed (TLP:%s)", csaf_tlp_word(tlp));
    buf_init(&b, LIMIT_ADVISORY_FEED);
    buf_init(&url, 1u << 16);
    feed_url(x->p, tlp, &url);
    ok = provider_path(base, "%s/%s", x->p->url, provider_folders[tlp]);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_object(&j, "feed");
    name[strlen(name) - 5] = 0;
    jw_str(&j, "id", name);
    name[strlen(name)] = '.';
    jw_str(&j, "title", title);
    jw_array(&j, "link");
    jw_object(&j, NULL);
    jw_str(&j, "rel", "self");
    jw_text(&j, "href", buf_span(&url));
    jw_object_end(&j);
    jw_array_end(&j);
    put_category(&j);
    jw_text(&j, "updated", updated);
    jw_array(&j, "entry");
    for (size_t i = 0; i < x->p->n; i++)
        if (x->p->item[i].tlp == tlp)
            put_entry(x, &j, base, &x->p->item[i]);
    jw_array_end(&j);
    jw_object_end(&j);
    jw_object_end(&j);
    ok = ok && write_file(x, folder, name, &b);
    buf_free(&b);
    buf_free(&url);
    return ok;
}

static bool put_label(struct writing *x, enum csaf_tlp tlp)
{
    struct span newest = { NULL, 0 };
    char folder[PATH_MAX];
    struct buffer b;
    bool ok;

    if (!any(x->p, tlp, &newest) && tlp != CSAF_WHITE)
        return true;
    if (!provider_path(folder, "%s/%s", x->folder, provider_folders[tlp]) || !make(x, folder))
        return false;
    buf_init(&b, LIMIT_ADVISORY_FEED);
    provider_index(x->p, tlp, &b);
    ok = write_file(x, folder, "index.txt", &b);
    buf_reset(&b);
    provider_changes(x->p, tlp, &b);
    ok = ok && write_file(x, folder, "changes.csv", &b);
    buf_free(&b);
    return ok && put_feed(x, tlp, newest.p ? newest : SPAN("1970-01-01T00:00:00Z"), folder);
}

static bool protected(enum csaf_tlp tlp)
{
    return tlp == CSAF_AMBER || tlp == CSAF_RED;
}

static bool put_service(struct writing *x)
{
    struct json_writer j;
    struct buffer b, url;
    bool ok;

    buf_init(&b, 1u << 20);
    buf_init(&url, 1u << 16);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_object(&j, "service");
    jw_array(&j, "workspace");
    jw_object(&j, NULL);
    jw_str(&j, "title", "CSAF feeds");
    jw_array(&j, "collection");
    for (int t = CSAF_UNLABELED; t <= CSAF_RED; t++) {
        struct span newest;
        char title[64];

        if (!any(x->p, (enum csaf_tlp)t, &newest) && t != CSAF_WHITE)
            continue;
        buf_reset(&url);
        feed_url(x->p, (enum csaf_tlp)t, &url);
        (void)snprintf(title, sizeof title, "CSAF feed (TLP:%s)", csaf_tlp_word((enum csaf_tlp)t));
        jw_object(&j, NULL);
        jw_str(&j, "title", title);
        jw_text(&j, "href", buf_span(&url));
        jw_object(&j, "categories");
        put_category(&j);
        jw_object_end(&j);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_object_end(&j);
    jw_object_end(&j);
    ok = write_file(x, x->folder, "service.json", &b);
    buf_free(&b);
    buf_free(&url);
    return ok;
}

static int by_text(const void *a, const void *b)
{
    return span_cmp(*(const struct span *)a, *(const struct span *)b);
}

/* Categories and languages of the documents that everybody may read. */
static bool put_categories(struct writing *x)
{
    struct span *term = arena_array(x->p->a, 2 * x->p->n + 1, sizeof *term);
    struct json_writer j;
    struct buffer b;
    size_t n = 0;
    bool ok;

    if (!term)
        return why_set(x->w, "too-large", WHY_NO_OFFSET, NULL, "more documents than this program takes");
    for (size_t i = 0; i < x->p->n; i++) {
        if (protected(x->p->item[i].tlp))
            continue;
        term[n++] = x->p->item[i].category;
        if (x->p->item[i].language.n)
            term[n++] = x->p->item[i].language;
    }
    qsort(term, n, sizeof *term, by_text);
    buf_init(&b, 1u << 22);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_object(&j, "categories");
    jw_array(&j, "category");
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && span_eq(term[i], term[i - 1]))
            continue;
        jw_object(&j, NULL);
        jw_text(&j, "term", term[i]);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    jw_object_end(&j);
    ok = write_file(x, x->folder, "category.json", &b);
    buf_free(&b);
    return ok;
}

static void put_distributions(struct writing *x, struct json_writer *j)
{
    struct buffer url;

    buf_init(&url, 1u << 16);
    jw_array(j, "distributions");
    for (int t = CSAF_UNLABELED; t <= CSAF_RED; t++) {
        struct span newest;

        if ((!any(x->p, (enum csaf_tlp)t, &newest) && t != CSAF_WHITE) || protected((enum csaf_tlp)t))
            continue;
        buf_reset(&url);
        buf_printf(&url, "%s/%s/", x->p->url, provider_folders[t]);
        jw_object(j, NULL);
        jw_text(j, "directory_url", buf_span(&url));
        jw_object_end(j);
    }
    jw_object(j, NULL);
    jw_object(j, "rolie");
    jw_array(j, "categories");
    buf_reset(&url);
    buf_printf(&url, "%s/category.json", x->p->url);
    jw_text(j, NULL, buf_span(&url));
    jw_array_end(j);
    jw_array(j, "feeds");
    for (int t = CSAF_UNLABELED; t <= CSAF_RED; t++) {
        struct span newest;

        if (!any(x->p, (enum csaf_tlp)t, &newest) && t != CSAF_WHITE)
            continue;
        buf_reset(&url);
        feed_url(x->p, (enum csaf_tlp)t, &url);
        jw_object(j, NULL);
        jw_str(j, "tlp_label", csaf_tlp_word((enum csaf_tlp)t));
        jw_text(j, "url", buf_span(&url));
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_array(j, "services");
    buf_reset(&url);
    buf_printf(&url, "%s/service.json", x->p->url);
    jw_text(j, NULL, buf_span(&url));
    jw_array_end(j);
    jw_object_end(j);
    jw_object_end(j);
    jw_array_end(j);
    buf_free(&url);
}

/* Of the newest document, so that the same documents give the same file. */
static struct span last_updated(const struct provider *p)
{
    struct span newest = SPAN("1970-01-01T00:00:00Z");

    for (size_t i = 0; i < p->n; i++)
        if (csaf_time_cmp(p->item[i].updated, newest) > 0)
            newest = p->item[i].updated;
    return newest;
}

static void put_key_of(struct json_writer *j, const char *url, struct span fingerprint)
{
    if (!url)
        return;
    jw_object(j, NULL);
    if (fingerprint.n)
        jw_text(j, "fingerprint", fingerprint);
    jw_str(j, "url", url);
    jw_object_end(j);
}

static bool put_metadata(struct writing *x)
{
    struct json_writer j;
    struct buffer b, url;
    bool ok;

    buf_init(&b, 1u << 20);
    buf_init(&url, 1u << 16);
    buf_printf(&url, "%s/provider-metadata.json", x->p->url);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_text(&j, "canonical_url", buf_span(&url));
    put_distributions(x, &j);
    jw_text(&j, "last_updated", last_updated(x->p));
    jw_bool(&j, "list_on_CSAF_aggregators", x->p->list);
    jw_str(&j, "metadata_version", "2.0");
    jw_bool(&j, "mirror_on_CSAF_aggregators", x->p->mirror);
    if (x->p->key_url || x->p->own_key_url) {
        jw_array(&j, "public_openpgp_keys");
        put_key_of(&j, x->p->key_url, x->p->fingerprint);
        put_key_of(&j, x->p->own_key_url, x->p->own_fingerprint);
        jw_array_end(&j);
    }
    jw_raw(&j, "publisher", x->p->publisher);
    jw_str(&j, "role", x->p->role);
    jw_object_end(&j);
    ok = write_file(x, x->folder, "provider-metadata.json", &b);
    if (ok && x->p->contact) {
        buf_reset(&b);
        buf_printf(&b, "Contact: %s\nCSAF: ", x->p->contact);
        buf_put(&b, buf_span(&url));
        buf_str(&b, "\n");
        ok = write_file(x, x->folder, "security.txt", &b);
    }
    buf_free(&b);
    buf_free(&url);
    return ok;
}

static bool put_key(struct writing *x)
{
    char folder[PATH_MAX], path[PATH_MAX], scratch[PATH_MAX];
    struct buffer b;

    if (!x->key->key)
        return true;
    if (!provider_path(folder, "%s/openpgp", x->folder) || !provider_path(path, "%s/key.asc", folder) ||
        !provider_path(scratch, "%s/.fingerprint", x->folder) || !make(x, folder) ||
        !openpgp_export(x->key->home, x->key->key, path, x->w) ||
        !openpgp_fingerprint(x->key->home, x->key->key, scratch, x->p->a, &x->p->own_fingerprint, x->w))
        return false;
    buf_init(&b, 1u << 16);
    buf_printf(&b, "%s/openpgp/key.asc", x->p->url);
    x->p->own_key_url = arena_str(x->p->a, buf_span(&b));
    buf_free(&b);
    return true;
}

bool provider_write(struct provider *p, const char *folder, const struct provider_key *key, struct why *w)
{
    struct writing x = { p, folder, key, w };
    char guarded[PATH_MAX];
    bool ok = mkdir(folder, 0755) == 0 || io(w, "the new folder cannot be made");

    provider_sort(p);
    ok = ok && put_key(&x);
    for (int t = CSAF_UNLABELED; ok && t <= CSAF_RED; t++) {
        struct span newest;

        if (protected((enum csaf_tlp)t) && any(p, (enum csaf_tlp)t, &newest))
            ok = provider_path(guarded, "%s/protected", folder) && make(&x, guarded);
        ok = ok && put_label(&x, (enum csaf_tlp)t);
    }
    for (size_t i = 0; ok && i < p->n; i++)
        ok = put_document(&x, &p->item[i]);
    return ok && put_service(&x) && put_categories(&x) && put_metadata(&x);
}
