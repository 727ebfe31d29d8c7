/* Advisories that are kept, for persons: which there are, one of them, and one that is only looked at. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "csaf/csaf.h"
#include "service/cyber/exposure_desk_internal.h"
#include "wire/json_shape.h"

enum { IDS = 64 << 20, LISTED = 500, PRODUCTS = 8, POINTER = 1 << 16 };

static void put_plain(struct json_writer *j, const char *name, struct span s)
{
    struct buffer b;

    buf_init(&b, 4 * s.n + 16);
    text_put_plain(&b, s);
    jw_text(j, name, buf_span(&b));
    buf_free(&b);
}

/* The highest base score of all its vulnerabilities (3.2.3.13). */
static void put_worst(struct json_writer *j, const struct csaf *c)
{
    static const char *const members[] = { "cvss_v3", "cvss_v2", "cvss_v4" };
    double worst = -1, score;

    for (uint32_t i = 0; i < c->vulnerability_count; i++) {
        json_ref list = json_member(&c->j, c->vulnerability[i].at, "scores");

        for (json_ref s = json_is(&c->j, list, JSON_KIND_ARRAY) ? json_first(&c->j, list) : JSON_NONE;
             s != JSON_NONE; s = json_after(&c->j, list, s))
            for (size_t m = 0; m < sizeof members / sizeof *members; m++)
                if (json_double(&c->j, json_member(&c->j, json_member(&c->j, s, members[m]), "baseScore"),
                                &score) &&
                    score > worst)
                    worst = score;
    }
    if (worst >= 0)
        jw_real(j, "worst", worst);
}

static struct span product_name(const struct csaf_product *p)
{
    return p->product.n ? p->product : p->family.n ? p->family : p->name;
}

static void put_products(struct json_writer *j, const struct csaf *c)
{
    struct span said[PRODUCTS];
    size_t n = 0;

    jw_array(j, "products");
    for (uint32_t i = 0; i < c->products && n < PRODUCTS; i++) {
        struct span name = product_name(&c->product[i]);
        size_t k = 0;

        while (k < n && !span_eq(said[k], name))
            k++;
        if (k < n || !name.n)
            continue;
        said[n++] = name;
        jw_object(j, NULL);
        put_plain(j, "vendor", c->product[i].vendor);
        put_plain(j, "product", name);
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_int(j, "n_products", c->products);
}

static int lower(uint8_t c)
{
    return ascii_upper(c) ? c + ('a' - 'A') : c;
}

static bool holds(struct span text, struct span word)
{
    if (word.n > text.n)
        return false;
    for (size_t i = 0; i + word.n <= text.n; i++) {
        size_t k = 0;

        while (k < word.n && lower(text.p[i + k]) == lower(word.p[k]))
            k++;
        if (k == word.n)
            return true;
    }
    return false;
}

/* Some product, vendor, vulnerability or the id or title of the advisory has the text in it. */
static bool wanted(const struct csaf *c, struct span word)
{
    if (!word.n || holds(c->id, word) || holds(c->title, word))
        return true;
    for (uint32_t i = 0; i < c->products; i++)
        if (holds(c->product[i].vendor, word) || holds(product_name(&c->product[i]), word) ||
            holds(c->product[i].name, word))
            return true;
    for (uint32_t i = 0; i < c->vulnerability_count; i++)
        if (holds(c->vulnerability[i].cve, word))
            return true;
    return false;
}

static void put_head(struct json_writer *j, const struct csaf *c)
{
    put_plain(j, "tracking_id", c->id);
    put_plain(j, "title", c->title);
    put_plain(j, "publisher", c->publisher);
    put_plain(j, "status", c->status);
    put_plain(j, "revision", c->revision);
    put_plain(j, "current", c->current_release);
    jw_str(j, "tlp", csaf_tlp_word(c->tlp));
    jw_int(j, "vulnerabilities", c->vulnerability_count);
    put_worst(j, c);
}

static bool put_item(const struct exposure_desk *d, const struct exposure_entry *x, struct span word,
                     struct json_writer *j, bool *put, struct why *w)
{
    char time[TIME_TEXT];
    struct span text;
    struct arena a;
    struct csaf c;
    bool found = false, ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = store_exposure(d->store, EXPOSURE_ADVISORY, x->id, &found, &a, &text, w);
    *put = ok && found && csaf_read(text, &a, &c, NULL) && wanted(&c, word);
    if (*put) {
        jw_object(j, NULL);
        jw_text(j, "id", x->id);
        jw_str(j, "taken", time_format(x->at, time));
        put_head(j, &c);
        put_products(j, &c);
        jw_object_end(j);
    }
    arena_free(&a);
    return ok;
}

static int newest_first(const void *a, const void *b)
{
    const struct exposure_entry *x = a, *y = b;

    return x->at != y->at ? (x->at < y->at ? 1 : -1) : span_cmp(x->id, y->id);
}

bool exposure_advisories(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                         struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct exposure_entry *x = NULL;
    size_t n = 0, put = 0, i = 0;
    struct arena a;
    bool ok;

    arena_init(&a, IDS);
    ok = exposure_note(d, q, "advisories", SPAN("all"), now, w) &&
         store_exposures(d->store, EXPOSURE_ADVISORY, &a, &x, &n, w);
    if (ok && n)
        qsort(x, n, sizeof *x, newest_first);
    jw_object(&j, NULL);
    jw_array(&j, "advisories");
    for (; ok && i < n && put < LISTED; i++) {
        bool one = false;

        ok = put_item(d, &x[i], q->product, &j, &one, w);
        put += one;
    }
    jw_array_end(&j);
    jw_bool(&j, "whole", i == n);
    jw_object_end(&j);
    arena_free(&a);
    return ok;
}

static const char *result_of(const struct csaf *c, const struct csaf_findings *f)
{
    return !csaf_valid(f) ? "invalid" : csaf_is_2_1(c) ? "partly" : "valid";
}

static void put_findings(struct json_writer *j, const struct csaf *c, const struct csaf_findings *f)
{
    static const char *const class[] = { "error", "error", "warning", "information" };

    jw_str(j, "result", result_of(c, f));
    jw_array(j, "findings");
    for (uint32_t i = 0; i < f->n; i++) {
        const struct csaf_finding *x = &f->item[i];
        struct buffer at;

        buf_init(&at, POINTER);
        json_pointer(&c->j, x->at, &at);
        jw_object(j, NULL);
        jw_str(j, "test", x->test);
        jw_str(j, "class", class[x->class]);
        put_plain(j, "at", buf_ok(&at) && at.n ? buf_span(&at) : SPAN("/"));
        jw_str(j, "says", x->says);
        jw_str(j, "do", x->mend);
        jw_object_end(j);
        buf_free(&at);
    }
    jw_array_end(j);
    jw_int(j, "more", f->lost);
}

static bool put_one(struct json_writer *j, struct span text, struct arena *a, struct why *w)
{
    struct csaf_findings f;
    struct csaf c;

    if (!csaf_read(text, a, &c, w) || !csaf_check(&c, CSAF_EXTENDED, &f, w))
        return false;
    put_head(j, &c);
    put_findings(j, &c, &f);
    jw_raw(j, "document", json_source(&c.j, JSON_ROOT));
    return true;
}

bool exposure_advisory(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                       struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct span text = { NULL, 0 };
    struct arena a;
    bool found = false, ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = exposure_note(d, q, "advisory-shown", span_sub(q->id, 0, 64), now, w) &&
         store_exposure(d->store, EXPOSURE_ADVISORY, q->id, &found, &a, &text, w) &&
         (found || why_set(w, "advisory-unknown", WHY_NO_OFFSET, NULL, "no such advisory is kept here"));
    jw_object(&j, NULL);
    ok = ok && put_one(&j, text, &a, w);
    jw_object_end(&j);
    arena_free(&a);
    return ok;
}

bool exposure_check_advisory(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                             struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct arena a;
    bool ok;

    (void)d;
    (void)now;
    arena_init(&a, LIMIT_CSAF_MEMORY);
    jw_object(&j, NULL);
    ok = put_one(&j, q->text, &a, w);
    jw_object_end(&j);
    arena_free(&a);
    return ok;
}
