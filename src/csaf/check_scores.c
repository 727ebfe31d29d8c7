/* Tests of vulnerabilities: scores, weaknesses, what is said about products. */
#include <stdlib.h>

#include "base/text.h"
#include "csaf/check.h"
#include "csaf/cvss.h"
#include "csaf/cwe.h"
#include "csaf/forms.h"
#include "csaf/schema.h"

static const char *const score_names[] = { "cvss_v2", "cvss_v3" };

void check_6_1_7(struct csaf_check *x)
{
    enum { KINDS = 3 };
    uint32_t *mark[KINDS];

    for (int k = 0; k < KINDS; k++) {
        mark[k] = arena_array(x->a, x->ids + (size_t)1, sizeof *mark[k]);
        if (!mark[k]) {
            x->full = true;
            return;
        }
    }
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, s, v->at, "scores")
        for (int n = 0; n < 2; n++) {
            json_ref cvss = json_member(x->j, s, score_names[n]);
            int kind = n == 0 ? 0 : json_text_is(x->j, json_member(x->j, cvss, "version"), "3.0") ? 1 : 2;

            if (cvss == JSON_NONE)
                continue;
            EACH(x, p, s, "products")
            {
                if (x->number[p] == CSAF_NONE)
                    continue;
                if (mark[kind][x->number[p]] == x->stamp)
                    check_say(x, p, "the product %s has two scores of one version of CVSS",
                              check_show(x, check_value(x, p)));
                mark[kind][x->number[p]] = x->stamp;
            }
        }
    }
}

/* For each CVSS object; n: 0 of version 2, 1 of version 3. */
static void each_score(struct csaf_check *x, void (*fn)(struct csaf_check *x, json_ref cvss, int n))
{
    EACH_VULNERABILITY(x, v)
    EACH(x, s, v->at, "scores")
    for (int n = 0; n < 2; n++) {
        json_ref cvss = json_member(x->j, s, score_names[n]);

        if (cvss != JSON_NONE)
            fn(x, cvss, n);
    }
}

static bool tell(void *ctx, enum shape_fault fault, json_ref at, const char *says)
{
    struct csaf_check *x = ctx;

    if (fault != SHAPE_UNKNOWN)
        check_say(x, at, "%s", says);
    return !x->full;
}

static void shape(struct csaf_check *x, json_ref cvss, int n)
{
    struct why w = { 0 };

    if (!json_shape_check(x->j, cvss, n ? &csaf_cvss_3_shape : &csaf_cvss_2_shape, x->a, tell, x, &w))
        x->full = true;
}

void check_6_1_8(struct csaf_check *x)
{
    each_score(x, shape);
}

static void score_is(struct csaf_check *x, json_ref cvss, const char *name, const char *severity, int tenths)
{
    json_ref v = json_member(x->j, cvss, name), s = severity ? json_member(x->j, cvss, severity) : JSON_NONE;
    double d;

    if (json_double(x->j, v, &d) && d != tenths / 10.0)
        check_say(x, v, "the vector gives %s %d.%d", name, tenths / 10, tenths % 10);
    if (json_is(x->j, s, JSON_KIND_STRING) && !json_text_is(x->j, s, cvss_severity(tenths)))
        check_say(x, s, "the vector gives %s %s", severity, cvss_severity(tenths));
}

static void computed(struct csaf_check *x, json_ref cvss, int n)
{
    json_ref at = json_member(x->j, cvss, "vectorString");
    struct cvss_scores scores;
    struct cvss c;
    struct why w = { 0 };

    if (!json_is(x->j, at, JSON_KIND_STRING))
        return;
    if (!cvss_parse(check_value(x, at), &c, &w)) {
        check_say(x, at, "no score can be computed from this vector: %s", w.detail);
        return;
    }
    cvss_score(&c, &scores);
    score_is(x, cvss, "baseScore", n ? "baseSeverity" : NULL, scores.base);
    score_is(x, cvss, "temporalScore", n ? "temporalSeverity" : NULL, scores.temporal);
    score_is(x, cvss, "environmentalScore", n ? "environmentalSeverity" : NULL, scores.environmental);
}

void check_6_1_9(struct csaf_check *x)
{
    each_score(x, computed);
}

static void consistent(struct csaf_check *x, json_ref cvss, int n)
{
    const struct cvss_metric *m;
    struct cvss c;
    size_t metrics;

    (void)n;
    if (!cvss_parse(check_text(x, cvss, "vectorString"), &c, NULL))
        return;
    m = cvss_metrics(c.version, &metrics);
    for (size_t i = 0; i < metrics; i++) {
        json_ref v = json_member(x->j, cvss, m[i].property);

        if (c.value[i] >= 0 && json_is(x->j, v, JSON_KIND_STRING) &&
            !json_text_is(x->j, v, m[i].value[c.value[i]].word))
            check_say(x, v, "the vector says %s", m[i].value[c.value[i]].word);
    }
}

void check_6_1_10(struct csaf_check *x)
{
    each_score(x, consistent);
}

void check_6_1_11(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    {
        json_ref cwe = json_member(x->j, v->at, "cwe"), name = json_member(x->j, cwe, "name");
        struct span id = v->cwe;
        const char *known;
        uint64_t n = 0;

        if (cwe == JSON_NONE || !id.p)
            continue;
        if (!span_starts(id, SPAN("CWE-")) || !text_number(span_sub(id, 4, id.n), UINT32_MAX, &n))
            n = 0;
        known = cwe_name((uint32_t)n);
        if (!known)
            check_say(x, json_member(x->j, cwe, "id"), "there is no weakness %s in the CWE list",
                      check_show(x, id));
        else if (json_is(x->j, name, JSON_KIND_STRING) && !json_text_is(x->j, name, known))
            check_say(x, name, "CWE-%u is named \"%s\"", (unsigned)n, known);
    }
}

static int by_cve(const void *a, const void *b)
{
    const struct csaf_id *x = a, *y = b;
    int c = span_cmp(x->id, y->id);

    return c != 0 ? c : x->of < y->of ? -1 : x->of > y->of;
}

void check_6_1_23(struct csaf_check *x)
{
    struct csaf_id *id = arena_array(x->a, x->c->vulnerability_count + (size_t)1, sizeof *id);
    uint32_t n = 0;

    if (!id) {
        x->full = true;
        return;
    }
    EACH_VULNERABILITY(x, v)
    if (v->cve.n)
        id[n++] = (struct csaf_id){ v->cve, json_member(x->j, v->at, "cve") };
    qsort(id, n, sizeof *id, by_cve);
    for (uint32_t i = 1; i < n; i++)
        if (span_eq(id[i].id, id[i - 1].id))
            check_say(x, id[i].of, "%s is described in two places", check_show(x, id[i].id));
}

/* What a party did, and when. */
struct deed {
    struct span party, date;
    json_ref at;
};

static int by_deed(const void *a, const void *b)
{
    const struct deed *x = a, *y = b;
    int c = span_cmp(x->party, y->party);

    if (c == 0)
        c = csaf_time_cmp(x->date, y->date);
    return c != 0 ? c : x->at < y->at ? -1 : x->at > y->at;
}

void check_6_1_24(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    {
        size_t most = json_count(x->j, check_list(x, v->at, "involvements")), n = 0;
        struct deed *deed = most > 1 ? arena_array(x->a, most, sizeof *deed) : NULL;

        if (most < 2)
            continue;
        if (!deed) {
            x->full = true;
            return;
        }
        EACH(x, i, v->at, "involvements")
        {
            struct deed d = { check_text(x, i, "party"), check_text(x, i, "date"), i };

            if (d.party.n && form_time(d.date))
                deed[n++] = d;
        }
        qsort(deed, n, sizeof *deed, by_deed);
        for (size_t i = 1; i < n; i++)
            if (span_eq(deed[i].party, deed[i - 1].party) &&
                csaf_time_cmp(deed[i].date, deed[i - 1].date) == 0)
                check_say(x, deed[i].at, "the party %s stands twice at one date",
                          check_show(x, deed[i].party));
    }
}

/* Marks the products of one flag; true: one was there before. The mark of a product is the number of its
 * flag. */
static bool flag_meets(struct csaf_check *x, json_ref flag, uint32_t *owner, uint32_t self)
{
    bool met = false;

    EACH(x, p, flag, "product_ids")
    {
        uint32_t n = x->number[p];

        if (n == CSAF_NONE)
            continue;
        met = met || (owner[n] && owner[n] != self && x->mark[n] == x->stamp);
        owner[n] = self;
        x->mark[n] = x->stamp;
    }
    EACH(x, g, flag, "group_ids")
    {
        uint32_t id = x->number[g];

        if (id == CSAF_NONE)
            continue;
        if (x->members[id] > x->budget) {
            x->full = true;
            return met;
        }
        x->budget -= x->members[id];
        for (uint32_t i = 0; i < x->members[id]; i++) {
            uint32_t n = x->list[x->member[id] + i];

            met = met || (owner[n] && owner[n] != self && x->mark[n] == x->stamp);
            owner[n] = self;
            x->mark[n] = x->stamp;
        }
    }
    return met;
}

void check_6_1_33(struct csaf_check *x)
{
    uint32_t *owner = arena_array(x->a, x->ids + (size_t)1, sizeof *owner), self = 0;

    if (!owner) {
        x->full = true;
        return;
    }
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, f, v->at, "flags")
        if (flag_meets(x, f, owner, ++self) && !x->full)
            check_say(x, f, "a product of this flag has another flag already");
    }
}

static bool affected(enum csaf_status s)
{
    return s == CSAF_FIRST_AFFECTED || s == CSAF_KNOWN_AFFECTED || s == CSAF_LAST_AFFECTED;
}

void check_6_2_2(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, r, v->at, "remediations")
        check_mark_products(x, r);
        for (uint32_t i = 0; i < v->standings; i++) {
            const struct csaf_standing *s = &x->c->standing[v->standing + i];

            if ((affected(s->status) || s->status == CSAF_UNDER_INVESTIGATION) && !check_marked(x, s->at))
                check_say(x, s->at, "there is no remediation for the product %s",
                          check_show(x, check_value(x, s->at)));
        }
    }
}

void check_6_2_3(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        EACH(x, s, v->at, "scores")
        EACH(x, p, s, "products")
        if (x->number[p] != CSAF_NONE)
            x->mark[x->number[p]] = x->stamp;
        for (uint32_t i = 0; i < v->standings; i++) {
            const struct csaf_standing *s = &x->c->standing[v->standing + i];

            if (affected(s->status) && !check_marked(x, s->at))
                check_say(x, s->at, "there is no score for the product %s",
                          check_show(x, check_value(x, s->at)));
        }
    }
}

void check_6_2_7(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    EACH(x, i, v->at, "involvements")
    if (json_member(x->j, i, "date") == JSON_NONE)
        check_say(x, i, "it is not said when the party was involved");
}

void check_6_2_17(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    EACH(x, i, v->at, "ids")
    {
        struct span s = check_text(x, i, "text");

        if (text_cve.fits(s))
            check_say(x, i, "%s stands among the other ids", check_show(x, s));
    }
}

/* The environmental score by vector and properties; -1: it cannot be computed. */
static int environmental(struct csaf_check *x, json_ref cvss)
{
    const struct cvss_metric *m;
    struct cvss_scores scores;
    struct cvss c;
    size_t n;

    if (!cvss_parse(check_text(x, cvss, "vectorString"), &c, NULL))
        return -1;
    m = cvss_metrics(c.version, &n);
    for (size_t i = 0; i < n; i++)
        if (c.value[i] < 0)
            if (!cvss_set(&c, m[i].property, check_text(x, cvss, m[i].property)))
                continue;
    cvss_score(&c, &scores);
    return scores.environmental;
}

void check_6_2_19(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    {
        check_unmark(x);
        for (uint32_t i = 0; i < v->standings; i++) {
            const struct csaf_standing *s = &x->c->standing[v->standing + i];

            if ((s->status == CSAF_FIXED || s->status == CSAF_FIRST_FIXED) && x->number[s->at] != CSAF_NONE)
                x->mark[x->number[s->at]] = x->stamp;
        }
        EACH(x, s, v->at, "scores")
        for (int n = 0; n < 2; n++) {
            json_ref cvss = json_member(x->j, s, score_names[n]),
                     given = json_member(x->j, cvss, "environmentalScore");
            double d = 0;
            bool high =
                cvss != JSON_NONE && (environmental(x, cvss) != 0 || (json_double(x->j, given, &d) && d > 0));

            if (!high)
                continue;
            EACH(x, p, s, "products")
            if (check_marked(x, p))
                check_say(x, cvss, "the product %s is fixed, and its environmental score is not 0",
                          check_show(x, check_value(x, p)));
        }
    }
}

void check_6_3_1(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    EACH(x, s, v->at, "scores")
    if (json_member(x->j, s, "cvss_v2") != JSON_NONE && json_member(x->j, s, "cvss_v3") == JSON_NONE)
        check_say(x, s, "there is only a score of CVSS 2.0");
}

void check_6_3_2(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    EACH(x, s, v->at, "scores")
    {
        json_ref cvss = json_member(x->j, s, "cvss_v3"), version = json_member(x->j, cvss, "version");

        if (json_text_is(x->j, version, "3.0"))
            check_say(x, version, "the score is of CVSS 3.0");
    }
}

void check_6_3_3(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    if (json_member(x->j, v->at, "cve") == JSON_NONE)
        check_say(x, v->at, "the vulnerability has no CVE number");
}

void check_6_3_4(struct csaf_check *x)
{
    EACH_VULNERABILITY(x, v)
    if (json_member(x->j, v->at, "cwe") == JSON_NONE)
        check_say(x, v->at, "the kind of weakness is not said");
}
