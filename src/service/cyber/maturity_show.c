/* An assessment told: levels with gaps and reviews, years, other members' profiles; two years compared. */
#include "base/text.h"
#include "service/cyber/maturity_internal.h"
#include "store/exposures.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/maturity.md";
static const char *const quadrants[MATURITY_QUADRANTS] = { "o", "h", "t", "p" };

enum { YEARS = 50, IDS = 4 << 20 };

static void put_sum(struct json_writer *j, const struct maturity_sum *s)
{
    jw_str(j, "profile", maturity_profile_word(s->profile));
    jw_int(j, "assessed", s->assessed);
    jw_int(j, "overall", s->overall);
    for (size_t i = 0; i < MATURITY_QUADRANTS; i++)
        jw_int(j, quadrants[i], s->mean[i]);
}

static void put_optional(struct json_writer *j, const char *name, struct span s)
{
    if (s.n)
        jw_text(j, name, s);
    else
        jw_null(j, name);
}

static void put_level(struct json_writer *j, const struct maturity_level *p)
{
    if (p->level < 0)
        jw_null(j, "level");
    else
        jw_int(j, "level", p->level);
    put_optional(j, "date", p->date);
    put_optional(j, "office", p->office);
    put_optional(j, "evidence", p->evidence);
    put_optional(j, "digest", p->digest);
}

static void put_review(struct json_writer *j, const struct maturity_review *x)
{
    jw_object(j, NULL);
    coop_put_head(j, x->r);
    jw_str(j, "parameter", maturity_parameter(x->parameter)->id);
    jw_text(j, "verdict", coop_text(x->r, "verdict"));
    if (json_member(&x->r->j, JSON_ROOT, "level") != JSON_NONE)
        jw_int(j, "level", coop_number(x->r, "level"));
    jw_text(j, "reason", coop_text(x->r, "reason"));
    jw_object_end(j);
}

/* Reviews of the newest one that was published of that year. */
static void put_reviews(struct json_writer *j, const struct maturity_book *b, struct span member,
                        int64_t year, size_t parameter)
{
    jw_array(j, "reviews");
    for (size_t i = 0; i < b->n_assessment; i++) {
        const struct maturity_view *v = &b->assessment[i];

        if (!v->newest || !span_eq(v->r->member, member) || coop_number(v->r, "year") != year)
            continue;
        for (size_t k = 0; k < v->n_review; k++)
            if (v->review[k].parameter == parameter)
                put_review(j, &v->review[k]);
    }
    jw_array_end(j);
}

static void put_parameters(struct json_writer *j, const struct maturity_levels *l,
                           const struct maturity_book *b, struct span member, int64_t year,
                           const struct tongue *t)
{
    jw_array(j, "parameters");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        const struct maturity_parameter *p = maturity_parameter(i);

        jw_object(j, NULL);
        jw_str(j, "id", p->id);
        jw_str(j, "title", maturity_title(i, t));
        jw_bool(j, "must", p->must);
        jw_object(j, "asks");
        for (int k = MATURITY_BASIC; k < MATURITY_PROFILES; k++)
            jw_int(j, maturity_profile_word((enum maturity_profile)k), p->least[k - MATURITY_BASIC]);
        jw_object_end(j);
        put_level(j, &l->p[i]);
        put_reviews(j, b, member, year, i);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_gaps(struct json_writer *j, const struct maturity_levels *l)
{
    jw_object(j, "gaps");
    for (int p = MATURITY_BASIC; p < MATURITY_PROFILES; p++) {
        size_t gap[MATURITY_PARAMETERS], n = maturity_gaps(l, (enum maturity_profile)p, gap);

        jw_array(j, maturity_profile_word((enum maturity_profile)p));
        for (size_t i = 0; i < n; i++)
            jw_str(j, NULL, maturity_parameter(gap[i])->id);
        jw_array_end(j);
    }
    jw_object_end(j);
}

/* ---- years ---- */

static size_t years_of(struct store *s, struct arena *a, int64_t year[YEARS], struct why *w, bool *ok)
{
    struct exposure_entry *x = NULL;
    size_t n = 0, k = 0;

    *ok = store_exposures(s, "maturity", a, &x, &n, w);
    for (size_t i = 0; *ok && i < n; i++) {
        uint64_t y;

        if (!text_number(span_sub(x[i].id, 0, 4), MATURITY_YEAR_LAST, &y) ||
            (k && year[k - 1] == (int64_t)y) || k == YEARS)
            continue;
        year[k++] = (int64_t)y; /* ids are in order */
    }
    return k;
}

static bool put_years(const struct coop_desk *d, struct json_writer *j, struct arena *a, struct why *w)
{
    int64_t year[YEARS];
    bool ok;
    size_t n = years_of(d->store, a, year, w, &ok);

    jw_array(j, "years");
    for (size_t i = 0; ok && i < n; i++) {
        struct maturity_levels l;
        struct maturity_sum s;

        ok = maturity_own(d, year[i], a, &l, w);
        if (!ok)
            break;
        maturity_sum(&l, &s);
        jw_object(j, NULL);
        jw_int(j, "year", year[i]);
        put_sum(j, &s);
        jw_object_end(j);
    }
    jw_array_end(j);
    return ok;
}

/* ---- what was published ---- */

static void put_published(struct json_writer *j, const struct maturity_book *b, struct span self)
{
    jw_array(j, "published");
    for (size_t i = 0; i < b->n_assessment; i++) {
        const struct maturity_view *v = &b->assessment[i];

        if (!span_eq(v->r->member, self))
            continue;
        jw_object(j, NULL);
        coop_put_head(j, v->r);
        jw_int(j, "year", coop_number(v->r, "year"));
        jw_bool(j, "newest", v->newest);
        jw_raw(j, "reviewers", json_source(&v->r->j, coop_list(v->r, "reviewers")));
        jw_int(j, "reviews", (int64_t)v->n_review);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_profiles(struct json_writer *j, const struct maturity_book *b)
{
    static const char *const field[] = { "year", "assessed", "overall", "o", "h", "t", "p" };

    jw_array(j, "members");
    for (size_t i = 0; i < b->n_profile; i++) {
        jw_object(j, NULL);
        coop_put_head(j, b->profile[i]);
        jw_text(j, "profile", coop_text(b->profile[i], "profile"));
        for (size_t k = 0; k < sizeof field / sizeof *field; k++)
            jw_int(j, field[k], coop_number(b->profile[i], field[k]));
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* What others gave this member to look at, whole. */
static bool put_received(struct json_writer *j, const struct maturity_book *b, struct span self,
                         const struct tongue *t, struct arena *a, struct why *w)
{
    jw_array(j, "received");
    for (size_t i = 0; i < b->n_assessment; i++) {
        const struct maturity_view *v = &b->assessment[i];
        struct maturity_levels l;

        if (span_eq(v->r->member, self) || !v->newest)
            continue;
        if (!maturity_read(v->r, a, &l, w))
            return false;
        jw_object(j, NULL);
        coop_put_head(j, v->r);
        jw_int(j, "year", coop_number(v->r, "year"));
        jw_raw(j, "reviewers", json_source(&v->r->j, coop_list(v->r, "reviewers")));
        put_parameters(j, &l, b, v->r->member, coop_number(v->r, "year"), t);
        jw_object_end(j);
    }
    jw_array_end(j);
    return true;
}

bool maturity_show(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct maturity_levels l;
    struct maturity_sum sum;
    struct maturity_book b;
    struct maturity_ask q;
    struct coop_set s;
    struct tongue t;

    if (!maturity_ask_read(json, now, a, &q, w) || !maturity_own(d, q.year, a, &l, w) ||
        !coop_load(d, COOP_MATURITY, NULL, a, &s, w) || !maturity_book_make(&s, a, &b, w))
        return false;
    maturity_sum(&l, &sum);
    jw_object(&j, NULL);
    jw_str(&j, "framework", MATURITY_FRAMEWORK);
    jw_text(&j, "member", d->self);
    jw_int(&j, "year", q.year);
    put_sum(&j, &sum);
    t = tongues_open(&d->tongues, q.language, a);
    put_parameters(&j, &l, &b, d->self, q.year, &t);
    put_gaps(&j, &l);
    if (!put_years(d, &j, a, w))
        return false;
    put_published(&j, &b, d->self);
    put_profiles(&j, &b);
    if (!put_received(&j, &b, d->self, &t, a, w))
        return false;
    coop_put_refused(&j, &b.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}

bool maturity_check(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    size_t gap[MATURITY_PARAMETERS], n;
    enum maturity_profile p = MATURITY_BASIC;
    struct json_writer j = json_to(out);
    struct maturity_levels l;
    struct maturity_ask q;
    struct tongue t;

    if (!maturity_ask_read(json, now, a, &q, w) || !maturity_own(d, q.year, a, &l, w))
        return false;
    if (q.profile.n && !maturity_profile_of(q.profile, &p))
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE,
                       "a profile is none, basic, intermediate or advanced");
    t = tongues_open(&d->tongues, q.language, a);
    n = maturity_gaps(&l, p, gap);
    jw_object(&j, NULL);
    jw_int(&j, "year", q.year);
    jw_str(&j, "profile", maturity_profile_word(p));
    jw_bool(&j, "met", !n);
    jw_array(&j, "missing");
    for (size_t i = 0; i < n; i++) {
        const struct maturity_parameter *x = maturity_parameter(gap[i]);

        jw_object(&j, NULL);
        jw_str(&j, "id", x->id);
        jw_str(&j, "title", maturity_title(gap[i], &t));
        if (l.p[gap[i]].level < 0)
            jw_null(&j, "level");
        else
            jw_int(&j, "level", l.p[gap[i]].level);
        jw_int(&j, "asks", p == MATURITY_NONE ? 0 : x->least[p - MATURITY_BASIC]);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return coop_filled(out, w);
}

static void put_side(struct json_writer *j, const char *name, int level)
{
    if (level < 0)
        jw_null(j, name);
    else
        jw_int(j, name, level);
}

bool maturity_compare(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct maturity_levels l[2];
    struct maturity_sum sum[2];
    struct maturity_ask q;
    struct tongue t;

    if (!maturity_ask_read(json, now, a, &q, w))
        return false;
    q.with = q.with < 0 ? q.year - 1 : q.with;
    if (q.with < MATURITY_YEAR_FIRST || q.with == q.year || q.with > MATURITY_YEAR_LAST)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "\"with\" is another year");
    if (!maturity_own(d, q.year, a, &l[0], w) || !maturity_own(d, q.with, a, &l[1], w))
        return false;
    t = tongues_open(&d->tongues, q.language, a);
    jw_object(&j, NULL);
    jw_int(&j, "year", q.year);
    jw_int(&j, "with", q.with);
    for (size_t i = 0; i < 2; i++) {
        maturity_sum(&l[i], &sum[i]);
        jw_object(&j, i ? "before" : "now");
        put_sum(&j, &sum[i]);
        jw_object_end(&j);
    }
    jw_array(&j, "parameters");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        jw_object(&j, NULL);
        jw_str(&j, "id", maturity_parameter(i)->id);
        jw_str(&j, "title", maturity_title(i, &t));
        put_side(&j, "before", l[1].p[i].level);
        put_side(&j, "now", l[0].p[i].level);
        if (l[0].p[i].level >= 0 && l[1].p[i].level >= 0)
            jw_int(&j, "change", l[0].p[i].level - l[1].p[i].level);
        else
            jw_null(&j, "change");
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return coop_filled(out, w);
}
