#include "csaf/cvss.h"

#include <math.h>

#include "base/text.h"

/* Values in the order of the specifications; a weight that hangs on the scope is set where it is used. */
#define VALUES(name) static const struct cvss_value name[]
#define LAST                                                                                                 \
    {                                                                                                        \
        NULL, NULL, 0                                                                                        \
    }

VALUES(v2_av) = {
    { "N", "NETWORK", 1.0 }, { "A", "ADJACENT_NETWORK", 0.646 }, { "L", "LOCAL", 0.395 }, LAST
};
VALUES(v2_ac) = { { "H", "HIGH", 0.35 }, { "M", "MEDIUM", 0.61 }, { "L", "LOW", 0.71 }, LAST };
VALUES(v2_au) = { { "M", "MULTIPLE", 0.45 }, { "S", "SINGLE", 0.56 }, { "N", "NONE", 0.704 }, LAST };
VALUES(v2_cia) = { { "N", "NONE", 0 }, { "P", "PARTIAL", 0.275 }, { "C", "COMPLETE", 0.660 }, LAST };
VALUES(v2_e) = { { "U", "UNPROVEN", 0.85 }, { "POC", "PROOF_OF_CONCEPT", 0.9 }, { "F", "FUNCTIONAL", 0.95 },
                 { "H", "HIGH", 1 },        { "ND", "NOT_DEFINED", 1 },         LAST };
VALUES(v2_rl) = { { "OF", "OFFICIAL_FIX", 0.87 }, { "TF", "TEMPORARY_FIX", 0.9 }, { "W", "WORKAROUND", 0.95 },
                  { "U", "UNAVAILABLE", 1 },      { "ND", "NOT_DEFINED", 1 },     LAST };
VALUES(v2_rc) = { { "UC", "UNCONFIRMED", 0.9 },
                  { "UR", "UNCORROBORATED", 0.95 },
                  { "C", "CONFIRMED", 1 },
                  { "ND", "NOT_DEFINED", 1 },
                  LAST };
VALUES(v2_cdp) = { { "N", "NONE", 0 },
                   { "L", "LOW", 0.1 },
                   { "LM", "LOW_MEDIUM", 0.3 },
                   { "MH", "MEDIUM_HIGH", 0.4 },
                   { "H", "HIGH", 0.5 },
                   { "ND", "NOT_DEFINED", 0 },
                   LAST };
VALUES(v2_td) = { { "N", "NONE", 0 }, { "L", "LOW", 0.25 },       { "M", "MEDIUM", 0.75 },
                  { "H", "HIGH", 1 }, { "ND", "NOT_DEFINED", 1 }, LAST };
VALUES(v2_req) = {
    { "L", "LOW", 0.5 }, { "M", "MEDIUM", 1 }, { "H", "HIGH", 1.51 }, { "ND", "NOT_DEFINED", 1 }, LAST
};

VALUES(v3_av) = { { "N", "NETWORK", 0.85 }, { "A", "ADJACENT_NETWORK", 0.62 }, { "L", "LOCAL", 0.55 },
                  { "P", "PHYSICAL", 0.2 }, { "X", "NOT_DEFINED", 0 },         LAST };
VALUES(v3_ac) = { { "H", "HIGH", 0.44 }, { "L", "LOW", 0.77 }, { "X", "NOT_DEFINED", 0 }, LAST };
VALUES(v3_pr) = {
    { "H", "HIGH", 0.27 }, { "L", "LOW", 0.62 }, { "N", "NONE", 0.85 }, { "X", "NOT_DEFINED", 0 }, LAST
};
VALUES(v3_ui) = { { "N", "NONE", 0.85 }, { "R", "REQUIRED", 0.62 }, { "X", "NOT_DEFINED", 0 }, LAST };
VALUES(v3_s) = { { "U", "UNCHANGED", 0 }, { "C", "CHANGED", 1 }, { "X", "NOT_DEFINED", 0 }, LAST };
VALUES(v3_cia) = {
    { "N", "NONE", 0 }, { "L", "LOW", 0.22 }, { "H", "HIGH", 0.56 }, { "X", "NOT_DEFINED", 0 }, LAST
};
VALUES(v3_e) = { { "X", "NOT_DEFINED", 1 },   { "U", "UNPROVEN", 0.91 }, { "P", "PROOF_OF_CONCEPT", 0.94 },
                 { "F", "FUNCTIONAL", 0.97 }, { "H", "HIGH", 1 },        LAST };
VALUES(v3_rl) = { { "X", "NOT_DEFINED", 1 },   { "O", "OFFICIAL_FIX", 0.95 }, { "T", "TEMPORARY_FIX", 0.96 },
                  { "W", "WORKAROUND", 0.97 }, { "U", "UNAVAILABLE", 1 },     LAST };
VALUES(v3_rc) = { { "X", "NOT_DEFINED", 1 },
                  { "U", "UNKNOWN", 0.92 },
                  { "R", "REASONABLE", 0.96 },
                  { "C", "CONFIRMED", 1 },
                  LAST };
VALUES(v3_req) = {
    { "X", "NOT_DEFINED", 1 }, { "L", "LOW", 0.5 }, { "M", "MEDIUM", 1 }, { "H", "HIGH", 1.5 }, LAST
};

enum { AV2, AC2, AU2, C2, I2, A2, E2, RL2, RC2, CDP2, TD2, CR2, IR2, AR2 };

static const struct cvss_metric version_2[] = {
    { "AV", "accessVector", v2_av, true },           { "AC", "accessComplexity", v2_ac, true },
    { "Au", "authentication", v2_au, true },         { "C", "confidentialityImpact", v2_cia, true },
    { "I", "integrityImpact", v2_cia, true },        { "A", "availabilityImpact", v2_cia, true },
    { "E", "exploitability", v2_e, false },          { "RL", "remediationLevel", v2_rl, false },
    { "RC", "reportConfidence", v2_rc, false },      { "CDP", "collateralDamagePotential", v2_cdp, false },
    { "TD", "targetDistribution", v2_td, false },    { "CR", "confidentialityRequirement", v2_req, false },
    { "IR", "integrityRequirement", v2_req, false }, { "AR", "availabilityRequirement", v2_req, false },
};

/* The modified metrics follow in the order of the base ones: MAV is AV + MODIFIED. */
enum { AV, AC, PR, UI, S, C, I, A, E, RL, RC, CR, IR, AR, MAV, MODIFIED = MAV };

static const struct cvss_metric version_3[] = {
    { "AV", "attackVector", v3_av, true },
    { "AC", "attackComplexity", v3_ac, true },
    { "PR", "privilegesRequired", v3_pr, true },
    { "UI", "userInteraction", v3_ui, true },
    { "S", "scope", v3_s, true },
    { "C", "confidentialityImpact", v3_cia, true },
    { "I", "integrityImpact", v3_cia, true },
    { "A", "availabilityImpact", v3_cia, true },
    { "E", "exploitCodeMaturity", v3_e, false },
    { "RL", "remediationLevel", v3_rl, false },
    { "RC", "reportConfidence", v3_rc, false },
    { "CR", "confidentialityRequirement", v3_req, false },
    { "IR", "integrityRequirement", v3_req, false },
    { "AR", "availabilityRequirement", v3_req, false },
    { "MAV", "modifiedAttackVector", v3_av, false },
    { "MAC", "modifiedAttackComplexity", v3_ac, false },
    { "MPR", "modifiedPrivilegesRequired", v3_pr, false },
    { "MUI", "modifiedUserInteraction", v3_ui, false },
    { "MS", "modifiedScope", v3_s, false },
    { "MC", "modifiedConfidentialityImpact", v3_cia, false },
    { "MI", "modifiedIntegrityImpact", v3_cia, false },
    { "MA", "modifiedAvailabilityImpact", v3_cia, false },
};

const struct cvss_metric *cvss_metrics(enum cvss_version v, size_t *n)
{
    *n = v == CVSS_2_0 ? sizeof version_2 / sizeof *version_2 : sizeof version_3 / sizeof *version_3;
    return v == CVSS_2_0 ? version_2 : version_3;
}

/* "NOT_DEFINED" is no value of a base metric. */
static int value_of(const struct cvss_metric *m, struct span s, bool letter)
{
    for (int i = 0; m->value[i].letter; i++)
        if (span_eq_str(s, letter ? m->value[i].letter : m->value[i].word))
            return m->base && strcmp(m->value[i].word, "NOT_DEFINED") == 0 ? -1 : i;
    return -1;
}

static bool read_metric(struct span part, struct cvss *c)
{
    size_t n, colon = 0;
    const struct cvss_metric *m = cvss_metrics(c->version, &n);
    int v;

    while (colon < part.n && part.p[colon] != ':')
        colon++;
    for (size_t i = 0; i < n; i++) {
        if (!span_eq_str(span_sub(part, 0, colon), m[i].name))
            continue;
        v = value_of(&m[i], span_sub(part, colon + 1, part.n), true);
        if (v < 0 || c->value[i] >= 0)
            return false;
        c->value[i] = (int8_t)v;
        return true;
    }
    return false;
}

bool cvss_parse(struct span vector, struct cvss *out, struct why *w)
{
    struct cvss c = { .version = CVSS_2_0 };
    struct span rest = vector, part;
    const struct cvss_metric *m;
    size_t n;

    memset(c.value, -1, sizeof c.value);
    if (span_starts(rest, SPAN("CVSS:3.0/")))
        c.version = CVSS_3_0;
    else if (span_starts(rest, SPAN("CVSS:3.1/")))
        c.version = CVSS_3_1;
    if (c.version != CVSS_2_0)
        rest = span_sub(rest, 9, rest.n);
    if (rest.n == 0 || rest.p[rest.n - 1] == '/')
        return why_set(w, "vector", vector.n, "CVSS", "a metric is missing at the end");
    while (text_split(&rest, '/', &part))
        if (!read_metric(part, &c))
            return why_set(w, "vector", (size_t)(part.p - vector.p), "CVSS",
                           "this metric is not known, has no such value, or stands twice");
    m = cvss_metrics(c.version, &n);
    for (size_t i = 0; i < n; i++)
        if (m[i].base && c.value[i] < 0)
            return why_set(w, "missing", WHY_NO_OFFSET, "CVSS", "the base metric %s is missing", m[i].name);
    *out = c;
    return true;
}

bool cvss_set(struct cvss *c, const char *property, struct span word)
{
    size_t n;
    const struct cvss_metric *m = cvss_metrics(c->version, &n);

    for (size_t i = 0; i < n; i++) {
        int v = strcmp(m[i].property, property) == 0 ? value_of(&m[i], word, false) : -1;

        if (v >= 0) {
            c->value[i] = (int8_t)v;
            return true;
        }
    }
    return false;
}

static double weight(const struct cvss *c, int metric, double none)
{
    size_t n;
    const struct cvss_metric *m = &cvss_metrics(c->version, &n)[metric];

    return c->value[metric] < 0 ? none : m->value[c->value[metric]].weight;
}

/* To the nearest tenth; halves up, also where a double falls short of one. */
static int nearest(double x)
{
    return (int)floor(x * 10 + 0.5 + 1e-9);
}

/* CVSS 2.0 3.2.1 */
static int base_2(const struct cvss *c, double impact)
{
    double exploit = 20 * weight(c, AV2, 0) * weight(c, AC2, 0) * weight(c, AU2, 0);

    return nearest((0.6 * impact + 0.4 * exploit - 1.5) * (impact == 0 ? 0 : 1.176));
}

static void score_2(const struct cvss *c, struct cvss_scores *out)
{
    double conf = weight(c, C2, 0), integrity = weight(c, I2, 0), avail = weight(c, A2, 0), adjusted,
           temporal;
    double time = weight(c, E2, 1) * weight(c, RL2, 1) * weight(c, RC2, 1);

    out->base = base_2(c, 10.41 * (1 - (1 - conf) * (1 - integrity) * (1 - avail)));
    out->temporal = nearest(out->base / 10.0 * time);
    adjusted = 10.41 * (1 - (1 - conf * weight(c, CR2, 1)) * (1 - integrity * weight(c, IR2, 1)) *
                                (1 - avail * weight(c, AR2, 1)));
    temporal = nearest(base_2(c, fmin(10, adjusted)) / 10.0 * time) / 10.0;
    out->environmental = nearest((temporal + (10 - temporal) * weight(c, CDP2, 0)) * weight(c, TD2, 1));
}

/* 3.1 Appendix A rounds up without being misled by what doubles cannot say; 3.0 just rounds up. */
static int round_up(const struct cvss *c, double x)
{
    long n;

    if (c->version == CVSS_3_0)
        return (int)ceil(x * 10);
    n = lround(x * 100000);
    return (int)(n % 10000 == 0 ? n / 10000 : n / 10000 + 1);
}

/* A metric as modified, if it is. */
static double modified(const struct cvss *c, int metric)
{
    int8_t v = c->value[metric + MODIFIED];

    if (v < 0 || strcmp(version_3[metric].value[v].word, "NOT_DEFINED") == 0)
        return weight(c, metric, 0);
    return version_3[metric].value[v].weight;
}

/* Privileges weigh more when the scope changes. */
static double privileges(double w, bool changed)
{
    if (!changed)
        return w;
    return w == 0.62 ? 0.68 : w == 0.27 ? 0.5 : w;
}

static double exploitability(double av, double ac, double pr, double ui)
{
    return 8.22 * av * ac * pr * ui;
}

static int base_3(const struct cvss *c, double impact, double exploit, bool changed)
{
    if (impact <= 0)
        return 0;
    return round_up(c, fmin(changed ? 1.08 * (exploit + impact) : exploit + impact, 10));
}

/* CVSS 3.0 and 3.1, section 8 and 7.3. */
static void environmental_3(const struct cvss *c, double e, double rl, double rc, struct cvss_scores *out)
{
    bool changed = modified(c, S) != 0;
    double miss =
        fmin(1 - ((1 - modified(c, C) * weight(c, CR, 1)) * (1 - modified(c, I) * weight(c, IR, 1)) *
                  (1 - modified(c, A) * weight(c, AR, 1))),
             0.915);
    double impact = 6.42 * miss;
    double exploit = exploitability(modified(c, AV), modified(c, AC), privileges(modified(c, PR), changed),
                                    modified(c, UI));
    int base;

    if (changed && c->version == CVSS_3_0)
        impact = 7.52 * (miss - 0.029) - 3.25 * pow(miss - 0.02, 15);
    else if (changed)
        impact = 7.52 * (miss - 0.029) - 3.25 * pow(miss * 0.9731 - 0.02, 13);
    base = base_3(c, impact, exploit, changed);
    out->environmental = base ? round_up(c, base / 10.0 * e * rl * rc) : 0;
}

static void score_3(const struct cvss *c, struct cvss_scores *out)
{
    bool changed = weight(c, S, 0) != 0;
    double iss = 1 - ((1 - weight(c, C, 0)) * (1 - weight(c, I, 0)) * (1 - weight(c, A, 0)));
    double impact = changed ? 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15) : 6.42 * iss;
    double e = weight(c, E, 1), rl = weight(c, RL, 1), rc = weight(c, RC, 1);

    out->base = base_3(c, impact,
                       exploitability(weight(c, AV, 0), weight(c, AC, 0),
                                      privileges(weight(c, PR, 0), changed), weight(c, UI, 0)),
                       changed);
    out->temporal = round_up(c, out->base / 10.0 * e * rl * rc);
    environmental_3(c, e, rl, rc, out);
}

void cvss_score(const struct cvss *c, struct cvss_scores *out)
{
    if (c->version == CVSS_2_0)
        score_2(c, out);
    else
        score_3(c, out);
}

const char *cvss_severity(int tenths)
{
    return tenths <= 0   ? "NONE"
           : tenths < 40 ? "LOW"
           : tenths < 70 ? "MEDIUM"
           : tenths < 90 ? "HIGH"
                         : "CRITICAL";
}
