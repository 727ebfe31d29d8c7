/* Parameters, sums and gaps; levels in a record and out of it. */
#include "service/cyber/maturity.h"

#include <stdio.h>

#include "base/text.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/maturity.md";

static const struct maturity_parameter parameters[] = {
#include "service/cyber/sim3.inc"
};
_Static_assert(sizeof parameters / sizeof *parameters == MATURITY_PARAMETERS, "data/cyber/sim3.tsv");

const char *const maturity_profiles[] = { "none", "basic", "intermediate", "advanced", NULL };

const char *maturity_profile_word(enum maturity_profile p)
{
    return p < MATURITY_PROFILES ? maturity_profiles[p] : "";
}

bool maturity_profile_of(struct span word, enum maturity_profile *out)
{
    for (int p = 0; p < MATURITY_PROFILES; p++)
        if (span_eq_str(word, maturity_profiles[p])) {
            *out = (enum maturity_profile)p;
            return true;
        }
    return false;
}

const struct maturity_parameter *maturity_parameter(size_t i)
{
    return &parameters[i];
}

size_t maturity_find(struct span id)
{
    size_t i = 0;

    while (i < MATURITY_PARAMETERS && !span_eq_str(id, parameters[i].id))
        i++;
    return i;
}

const char *maturity_title(size_t i, const struct tongue *t)
{
    return tongue_text(t, "sim3", parameters[i].id);
}

void maturity_clear(struct maturity_levels *l)
{
    *l = (struct maturity_levels){ 0 };
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        l->p[i].level = -1;
}

/* ---- sums ---- */

static size_t quadrant_of(size_t i)
{
    return parameters[i].id[0] == 'O'   ? 0
           : parameters[i].id[0] == 'H' ? 1
           : parameters[i].id[0] == 'T' ? 2
                                        : 3;
}

static bool below(const struct maturity_levels *l, size_t i, enum maturity_profile p)
{
    if (p == MATURITY_NONE)
        return parameters[i].must && l->p[i].level < 0;
    return l->p[i].level < parameters[i].least[p - MATURITY_BASIC];
}

size_t maturity_gaps(const struct maturity_levels *l, enum maturity_profile p,
                     size_t out[MATURITY_PARAMETERS])
{
    size_t n = 0;

    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        if (below(l, i, p))
            out[n++] = i;
    return n;
}

void maturity_sum(const struct maturity_levels *l, struct maturity_sum *out)
{
    int sum[MATURITY_QUADRANTS] = { 0 }, of[MATURITY_QUADRANTS] = { 0 }, all = 0;
    size_t gap[MATURITY_PARAMETERS];

    *out = (struct maturity_sum){ .profile = MATURITY_NONE };
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        size_t q = quadrant_of(i);

        of[q]++;
        out->assessed += l->p[i].level >= 0;
        sum[q] += l->p[i].level > 0 ? l->p[i].level : 0;
    }
    for (size_t q = 0; q < MATURITY_QUADRANTS; q++) {
        out->mean[q] = sum[q] * 100 / of[q];
        all += sum[q];
    }
    out->overall = all * 100 / MATURITY_PARAMETERS;
    for (int p = MATURITY_BASIC; p < MATURITY_PROFILES; p++)
        if (!maturity_gaps(l, (enum maturity_profile)p, gap))
            out->profile = (enum maturity_profile)p;
}

/* ---- in a record ---- */

static bool bad(struct why *w, const char *says)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s", says);
}

/* "O-1=…": the parameter, and what follows the sign. */
static bool split(struct span s, uint8_t sign, size_t *parameter, struct span *rest)
{
    struct span id = { NULL, 0 };

    if (!memchr(s.p, sign, s.n) || !text_split(&s, sign, &id))
        return false;
    *parameter = maturity_find(id);
    *rest = s;
    return *parameter < MATURITY_PARAMETERS;
}

static bool is_day(struct span s)
{
    char text[32];
    unix_time t;

    if (s.n != 10)
        return false;
    (void)snprintf(text, sizeof text, "%.10sT00:00:00Z", (const char *)s.p);
    return time_parse(span_str(text), &t);
}

/* "O-1=3@2026-01-31@csirt-lead" */
static bool read_level(struct maturity_levels *l, struct span s)
{
    struct span level = { NULL, 0 }, date = { NULL, 0 };
    size_t i;

    if (!split(s, '=', &i, &s) || l->p[i].level >= 0 || !text_split(&s, '@', &level) ||
        !text_split(&s, '@', &date) || level.n != 1 || level.p[0] < '0' || level.p[0] > '0' + MATURITY_TOP ||
        !is_day(date) || !s.n)
        return false;
    l->p[i].level = level.p[0] - '0';
    l->p[i].date = date;
    l->p[i].office = s;
    return true;
}

static bool read_evidence(struct maturity_levels *l, struct span s)
{
    size_t i;

    if (!split(s, ' ', &i, &s) || l->p[i].level < 0 || l->p[i].evidence.n || !s.n || s.n > MATURITY_EVIDENCE)
        return false;
    l->p[i].evidence = s;
    return true;
}

static bool read_digest(struct maturity_levels *l, struct span s)
{
    size_t i;

    if (!split(s, '=', &i, &s) || l->p[i].level < 0 || l->p[i].digest.n || s.n != 64)
        return false;
    for (size_t k = 0; k < s.n; k++)
        if (!ascii_digit(s.p[k]) && (s.p[k] < 'a' || s.p[k] > 'f'))
            return false;
    l->p[i].digest = s;
    return true;
}

typedef bool read_item(struct maturity_levels *l, struct span s);

static bool read_list(const struct coop_record *r, const char *name, read_item *one, struct arena *a,
                      struct maturity_levels *l)
{
    json_ref list = coop_list(r, name);

    for (json_ref v = list == JSON_NONE ? JSON_NONE : json_first(&r->j, list); v != JSON_NONE;
         v = json_after(&r->j, list, v)) {
        struct span s = { NULL, 0 };

        if (!json_text_of(&r->j, v, a, &s) || !one(l, s))
            return false;
    }
    return true;
}

static bool reviewers_fit(const struct coop_record *r, struct why *w)
{
    json_ref list = coop_list(r, "reviewers");

    for (json_ref v = json_first(&r->j, list); v != JSON_NONE; v = json_after(&r->j, list, v)) {
        struct span s = coop_item(r, v);

        if (span_eq(s, r->member))
            return why_set(w, "own", json_offset(&r->j, v), CLAUSE,
                           "nobody reviews an assessment of the own member");
        if (s.n != 2 || !coop_is_for(r, s))
            return bad(w, "\"reviewers\" are States that the record goes to");
    }
    return true;
}

bool maturity_read(const struct coop_record *r, struct arena *a, struct maturity_levels *out, struct why *w)
{
    struct maturity_levels l;

    maturity_clear(&l);
    if (!read_list(r, "levels", read_level, a, &l))
        return bad(w, "a level reads O-1=3@2026-01-31@OFFICE, each parameter once");
    if (!read_list(r, "evidence", read_evidence, a, &l))
        return bad(w, "evidence reads O-1 TEXT, once for a parameter that has a level");
    if (!read_list(r, "digests", read_digest, a, &l))
        return bad(w, "a digest reads O-1=SHA-256, once for a parameter that has a level");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
        if (l.p[i].level > 0 && !l.p[i].evidence.n)
            return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s has a level without evidence",
                           parameters[i].id);
    if (!reviewers_fit(r, w))
        return false;
    *out = l;
    return true;
}

static void put_item(struct json_writer *j, const char *id, const char *sign, struct span rest)
{
    struct buffer b;

    buf_init(&b, 2 * MATURITY_EVIDENCE);
    buf_str(&b, id);
    buf_str(&b, sign);
    buf_put(&b, rest);
    jw_text(j, NULL, buf_span(&b));
    buf_free(&b);
}

void maturity_put(const struct maturity_levels *l, struct json_writer *j)
{
    size_t evidence = 0, digests = 0;

    jw_array(j, "levels");
    for (size_t i = 0; i < MATURITY_PARAMETERS; i++) {
        const struct maturity_level *p = &l->p[i];
        char text[160];

        if (p->level < 0)
            continue;
        evidence += p->evidence.n != 0;
        digests += p->digest.n != 0;
        (void)snprintf(text, sizeof text, "%d@%.*s@%.*s", p->level, (int)p->date.n, (const char *)p->date.p,
                       (int)p->office.n, (const char *)p->office.p);
        put_item(j, parameters[i].id, "=", span_str(text));
    }
    jw_array_end(j);
    if (evidence) {
        jw_array(j, "evidence");
        for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
            if (l->p[i].level >= 0 && l->p[i].evidence.n)
                put_item(j, parameters[i].id, " ", l->p[i].evidence);
        jw_array_end(j);
    }
    if (digests) {
        jw_array(j, "digests");
        for (size_t i = 0; i < MATURITY_PARAMETERS; i++)
            if (l->p[i].level >= 0 && l->p[i].digest.n)
                put_item(j, parameters[i].id, "=", l->p[i].digest);
        jw_array_end(j);
    }
}

bool maturity_review_check(const struct coop_record *r, struct why *w)
{
    return maturity_find(coop_text(r, "parameter")) < MATURITY_PARAMETERS ||
           bad(w, "\"parameter\" is none of the framework");
}
