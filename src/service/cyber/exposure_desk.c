/* What is taken in, and who asked: exposure_desk_match.c is what comes of it. */
#include "service/cyber/exposure_desk.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "intel/kev.h"
#include "service/cyber/exposure_desk_internal.h"

enum { DAY = 86400 };

bool exposure_ask_set(struct exposure_ask *q, struct span name, struct span value, struct why *w)
{
    const struct {
        const char *name;
        struct span *to;
    } texts[] = { { "office", &q->office },   { "purpose", &q->purpose },
                  { "list", &q->list },       { "organisation", &q->organisation },
                  { "sector", &q->sector },   { "format", &q->format },
                  { "product", &q->product }, { "id", &q->id },
                  { "reason", &q->reason } };
    uint64_t days;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (span_eq_str(name, texts[i].name)) {
            *texts[i].to = value;
            return true;
        }
    if (span_eq_str(name, "internet_facing") && (span_eq_str(value, "true") || span_eq_str(value, "false"))) {
        q->facing = span_eq_str(value, "true");
        return true;
    }
    if (span_eq_str(name, "keep_days") && text_number(value, EXPOSURE_KEEP_MOST, &days) && days) {
        q->keep_days = (int64_t)days;
        return true;
    }
    return why_set(w, "request", WHY_NO_OFFSET, NULL, "\"%.*s\" is not known here, or its value is not",
                   (int)(name.n < 40 ? name.n : 40), (const char *)name.p);
}

bool exposure_note(const struct exposure_desk *d, const struct exposure_ask *q, const char *what,
                   struct span id, unix_time now, struct why *w)
{
    const struct exposure_look l = {
        .at = now, .what = span_str(what), .id = id, .who = q->office, .purpose = q->purpose
    };

    return store_note_exposure(d->store, &l, w);
}

/* ---- lists: as a table again, of what is kept and nothing else ---- */

struct taking {
    struct buffer rows;
};

static void put_field(struct buffer *b, struct span s)
{
    buf_u8(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_u8(b, '"');
        buf_u8(b, s.p[i]);
    }
    buf_str(b, "\",");
}

static bool take_row(void *ctx, const struct asset_item *x, struct why *w)
{
    struct taking *t = ctx;
    const struct span part[] = { x->vendor, x->product,      x->version, x->cpe,
                                 x->purl,   x->organisation, x->sector };

    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        put_field(&t->rows, part[i]);
    buf_printf(&t->rows, "%u,%s\n", x->count, x->facing ? "yes" : "no");
    return buf_ok(&t->rows) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the list is too long to be kept");
}

static void put_report(const struct asset_report *r, struct span list, unix_time ends, struct buffer *out)
{
    struct json_writer j = json_to(out);
    char t[TIME_TEXT];

    jw_object(&j, NULL);
    jw_text(&j, "list", list);
    jw_str(&j, "format", asset_format_word(r->format));
    jw_int(&j, "rows", (int64_t)r->rows);
    jw_int(&j, "taken", (int64_t)r->taken);
    jw_int(&j, "installations", (int64_t)r->installations);
    jw_str(&j, "ends", time_format(ends, t));
    jw_array(&j, "remarks");
    for (size_t i = 0; i < r->n_remarks; i++) {
        jw_object(&j, NULL);
        jw_int(&j, "at", r->remark[i].at);
        jw_str(&j, "code", r->remark[i].code);
        jw_str(&j, "text", r->remark[i].text);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_int(&j, "remarks_lost", (int64_t)r->remarks_lost);
    jw_object_end(&j);
}

bool exposure_take_assets(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                          struct buffer *out, struct why *w)
{
    unix_time ends = now + (q->keep_days ? q->keep_days : EXPOSURE_KEEP_DAYS) * DAY;
    struct asset_source s = {
        .text = q->text, .organisation = q->organisation, .sector = q->sector, .facing = q->facing
    };
    struct asset_report r;
    struct taking t;
    struct arena a;
    bool ok;

    if (!q->list.n || (q->format.n && !asset_format_from(q->format, &s.format)))
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "a list has an id; a format is csv, cyclonedx or spdx");
    arena_init(&a, LIMIT_ASSET_MEMORY);
    buf_init(&t.rows, 2 * (size_t)LIMIT_ASSETS);
    buf_str(&t.rows, EXPOSURE_HEADER);
    ok = asset_read(&s, &a, take_row, &t, &r, w) &&
         (r.taken || why_set(w, "asset", WHY_NO_OFFSET, NULL, "no row of the list can be taken")) &&
         exposure_note(d, q, "assets", q->list, now, w) &&
         store_put_exposure(d->store, EXPOSURE_ASSETS, q->list, now, ends, buf_span(&t.rows), w);
    if (ok)
        put_report(&r, q->list, ends, out);
    buf_free(&t.rows);
    arena_free(&a);
    return ok;
}

/* ---- advisories ---- */

static void advisory_id(const struct csaf *c, char out[65])
{
    static const char hex[] = "0123456789abcdef";
    const struct span part[] = { c->publisher_namespace, SPAN("\n"), c->id };
    struct digest dg;

    digest_parts(DIGEST_SHA256, part, 3, &dg);
    for (size_t i = 0; i < 32; i++) {
        out[2 * i] = hex[dg.b[i] >> 4];
        out[2 * i + 1] = hex[dg.b[i] & 15];
    }
    out[64] = 0;
}

/* One that is kept is not newer. */
static bool not_older(const struct exposure_desk *d, const struct csaf *new, struct span id, struct why *w)
{
    struct span text;
    struct arena a;
    struct csaf old;
    bool found = false, ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = store_exposure(d->store, EXPOSURE_ADVISORY, id, &found, &a, &text, w);
    if (ok && found && csaf_read(text, &a, &old, NULL) &&
        csaf_time_cmp(old.current_release, new->current_release) > 0)
        ok = why_set(w, "older", WHY_NO_OFFSET, NULL, "a newer version of this advisory is kept already");
    arena_free(&a);
    return ok;
}

bool exposure_take_advisory(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                            struct buffer *out, struct why *w)
{
    struct csaf_findings findings;
    struct json_writer j = json_to(out);
    unix_time date;
    struct arena a;
    struct csaf c;
    char id[65];
    bool ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = csaf_read(q->text, &a, &c, w) &&
         ((c.id.n && csaf_time_parse(c.current_release, &date)) ||
          why_set(w, "csaf", WHY_NO_OFFSET, "CSAF 2.0 3.2.1.12",
                  "an advisory has an id and a date of release")) &&
         csaf_check(&c, CSAF_BASIC, &findings, w);
    if (ok)
        advisory_id(&c, id);
    ok = ok && not_older(d, &c, span_str(id), w) && exposure_note(d, q, "advisory", span_str(id), now, w) &&
         store_put_exposure(d->store, EXPOSURE_ADVISORY, span_str(id), now, 0, q->text, w);
    if (ok) {
        jw_object(&j, NULL);
        jw_text(&j, "id", c.id);
        jw_int(&j, "vulnerabilities", c.vulnerability_count);
        jw_int(&j, "products", c.products);
        jw_bool(&j, "valid", csaf_valid(&findings));
        jw_object_end(&j);
    }
    arena_free(&a);
    return ok;
}

bool exposure_take_kev(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                       struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct kev_catalogue k;
    struct arena a;
    bool ok;

    arena_init(&a, LIMIT_CSAF_MEMORY);
    ok = kev_read(q->text, NULL, &a, &k, w) && exposure_note(d, q, "kev", SPAN("kev"), now, w) &&
         store_put_exposure(d->store, EXPOSURE_KEV, SPAN("kev"), now, 0, q->text, w);
    if (ok) {
        jw_object(&j, NULL);
        jw_text(&j, "version", k.version);
        jw_int(&j, "entries", (int64_t)k.n);
        jw_object_end(&j);
    }
    arena_free(&a);
    return ok;
}

bool exposure_erase(const struct exposure_desk *d, const struct exposure_ask *q, unix_time now,
                    struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    if (!q->list.n)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "which list");
    if (!exposure_note(d, q, "erased", q->list, now, w) ||
        !store_erase_exposure(d->store, EXPOSURE_ASSETS, q->list, w))
        return false;
    jw_object(&j, NULL);
    jw_text(&j, "erased", q->list);
    jw_object_end(&j);
    return true;
}
