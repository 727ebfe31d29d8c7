#include "seal/chip.h"

#include "base/limits.h"
#include "base/stopwatch.h"
#include "seal/chip_internal.h"
#include "seal/country.h"
#include "wire/der.h"

#define OID_LDS_SECURITY_OBJECT SPAN("\x67\x81\x08\x01\x01\x01")

/* The order in which results win: the lowest number. */
static int rank(enum result r)
{
    static const int order[] = {
        [RESULT_MALFORMED] = 0,    [RESULT_FORGED] = 1,  [RESULT_REVOKED] = 2,     [RESULT_NO_ANCHOR] = 3,
        [RESULT_UNDETERMINED] = 4, [RESULT_EXPIRED] = 5, [RESULT_WELL_FORMED] = 6, [RESULT_GENUINE] = 7
    };

    return order[r];
}

void chip_conclude(struct chip_run *k, enum result r, const struct why *w)
{
    if (rank(r) >= rank(k->out->result))
        return;
    k->out->result = r;
    k->out->why = *w;
}

void chip_say(struct chip_run *k, enum result r, const char *reason, size_t offset, const char *clause,
              const char *text)
{
    struct why w;

    if (rank(r) >= rank(k->out->result))
        return; /* known to be worse: not put into words */
    why_clear(&w);
    (void)why_set(&w, reason, offset, clause, "%s", text);
    chip_conclude(k, r, &w);
}

void chip_deviation(struct chip_run *k, enum deviation kind, const char *reason, size_t offset,
                    const char *clause, const char *text)
{
    bool warning = kind == DEVIATION_NAMED || k->opt->profile == PROFILE_STRICT;

    finding_add(k->f, warning ? FINDING_WARNING : FINDING_NOTE, reason, offset, clause, "%s", text);
}

enum result chip_unreadable(const struct why *w)
{
    return w->reason && (strcmp(w->reason, "algorithm-not-supported") == 0 ||
                         strcmp(w->reason, "key-not-supported") == 0)
               ? RESULT_UNDETERMINED
               : RESULT_MALFORMED;
}

/* Object identifiers that LDS objects had before Doc 9303, or have instead. Content type and attribute agree:
 * cms.h. */
static bool check_content_type(struct chip_run *k, struct why *w)
{
    static const struct {
        struct span oid;
        const char *text;
    } others[] = {
        { { (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 9 },
          "content is marked as plain data, not as an LDS security object" },
        { { (const uint8_t *)"\x2b\x1b\x01\x01\x01", 5 },
          "content is marked with the older 1.3.27.1.1.1, not as an LDS security object" },
        { { (const uint8_t *)"\x2a\x84\x10\x01\x87\x6e\x01\x14\x01", 9 },
          "content is marked with the older 1.2.528.1.1006.1.20.1, not as an LDS security object" },
    };
    size_t at = (size_t)(k->cms.content_type.p - k->file.p);

    if (span_eq(k->cms.content_type, OID_LDS_SECURITY_OBJECT))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!span_eq(k->cms.content_type, others[i].oid))
            continue;
        chip_deviation(k, DEVIATION_NAMED, "content-type", at, "Doc 9303-10 4.6.2.2", others[i].text);
        return true;
    }
    return why_set(w, "content-type", at, "Doc 9303-10 4.6.2.2", "content is not an LDS security object");
}

/* EF.SOD: tag 77, one SignedData over an LDS security object, nothing after it. */
static bool read_sod(struct chip_run *k, struct why *w)
{
    struct der d = der_ber(k->file);
    struct der_item item;

    if (k->file.n > LIMIT_SOD)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "EF.SOD of %zu bytes", k->file.n);
    item = der_get(&d, 0x77); /* cms_parse walks what is in it */
    if (!der_done(&d))
        return der_finish(&d, k->file.n && k->file.p[0] == 0x77 ? "der" : "sod", "Doc 9303-10 4.6.2", w);
    if (!cms_parse(item.body, k->a, &k->cms, k->f, w)) {
        why_shift(w, (size_t)(item.body.p - k->file.p));
        return false;
    }
    k->cms.indefinite += k->file.p[1] == 0x80;
    if (!check_content_type(k, w))
        return false;
    if (k->cms.indefinite)
        chip_deviation(k, DEVIATION_NAMED, "indefinite-length", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                       "EF.SOD is BER, not DER");
    return lds_object_read(k, w);
}

/* EF.COM is not signed: whatever it says is a hint, and a disagreement is noted. */
static void read_com(struct chip_run *k, struct span body)
{
    struct reader r = rd_of(body);
    struct span value;
    uint32_t tag;

    if (k->out->has_com)
        chip_deviation(k, DEVIATION_NAMED, "com-twice", WHY_NO_OFFSET, "Doc 9303-10 4.6.1",
                       "EF.COM is there twice");
    k->out->has_com = true;
    if (!lds_com_groups(body, &k->out->com_groups, NULL))
        chip_deviation(k, DEVIATION_NAMED, "com", WHY_NO_OFFSET, "Doc 9303-10 4.6.1",
                       "EF.COM cannot be read");
    while (lds_next(&r, &tag, &value))
        if (tag == 0x5f01 && k->out->lds_text.n && !span_eq(value, k->out->lds_text))
            chip_deviation(k, DEVIATION_PLAIN, "com-version", WHY_NO_OFFSET, "Doc 9303-10 4.6.1",
                           "EF.COM and EF.SOD state different versions of the data structure");
        else if (tag == 0x5f36 && k->out->unicode_text.n && !span_eq(value, k->out->unicode_text))
            chip_deviation(k, DEVIATION_PLAIN, "com-version", WHY_NO_OFFSET, "Doc 9303-10 4.6.1",
                           "EF.COM and EF.SOD state different versions of Unicode");
}

/* What EF.COM announces, what EF.SOD covers and what is there should be the same. */
static void check_com(struct chip_run *k)
{
    for (unsigned i = 1; k->out->has_com && i <= LDS_GROUPS; i++) {
        bool announced = k->out->com_groups >> i & 1, covered = k->out->hash[i].n > 0;

        if (announced == covered)
            continue;
        finding_add(k->f, FINDING_WARNING, announced ? "com-not-covered" : "com-not-announced", WHY_NO_OFFSET,
                    "Doc 9303-10 4.6.1",
                    announced ? "EF.COM announces DG%u, which EF.SOD does not cover"
                              : "EF.SOD covers DG%u, which EF.COM does not announce",
                    i);
    }
}

static void check_group(struct chip_run *k, const struct data_group *dg)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct lds_file file;
    struct digest d;
    enum group_state *state;

    if (!lds_file_parse(dg->bytes, &file, &w)) {
        chip_conclude(k, RESULT_MALFORMED, &w);
        return;
    }
    if (file.number == LDS_COM) {
        read_com(k, file.body);
        return;
    }
    state = &k->out->group[file.number];
    if ((dg->number && dg->number != file.number) ||
        (*state != GROUP_ABSENT && *state != GROUP_NOT_CHECKED)) {
        chip_say(k, RESULT_MALFORMED, "lds", 0, "Doc 9303-10 4.7",
                 "data group twice, or with the tag of another one");
        return;
    }
    if (file.number == 1)
        k->out->mrz = file.mrz;
    if (k->out->hash[file.number].n == 0) {
        *state = GROUP_INJECTED;
        chip_say(k, RESULT_FORGED, "data-group-not-covered", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                 "a data group is present that EF.SOD does not cover");
        return;
    }
    digest_of(k->out->lds_digest, dg->bytes, &d);
    *state = span_eq(digest_span(&d), k->out->hash[file.number]) ? GROUP_HOLDS : GROUP_ALTERED;
    if (*state == GROUP_ALTERED)
        chip_say(k, RESULT_FORGED, "data-group-hash", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                 "a data group is not the one that was signed");
}

static void check_groups(struct chip_run *k, const struct data_group *dg, size_t n)
{
    for (size_t i = 1; i <= LDS_GROUPS; i++)
        if (k->out->hash[i].n)
            k->out->group[i] = GROUP_NOT_CHECKED;
    for (size_t i = 0; i < n; i++)
        check_group(k, &dg[i]);
    for (unsigned i = 1; i <= LDS_GROUPS; i++) {
        bool wanted = !k->opt->required || k->opt->required >> i & 1;

        if (wanted &&
            (k->out->group[i] == GROUP_NOT_CHECKED || (k->opt->required && k->out->group[i] == GROUP_ABSENT)))
            chip_say(k, RESULT_UNDETERMINED, "data-group-missing", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                     "a data group that EF.SOD covers was not supplied");
    }
}

/* Else any country could sign for any other (Doc 9303-12 7.1: country of issuer and subject). */
static void check_country(struct chip_run *k)
{
    struct span state = span_sub(k->out->mrz, 2, 5);
    const struct certificate *anchor;
    enum country_match m;

    if (k->out->chain != STEP_HOLDS)
        return;
    anchor = &k->out->path.anchor->cert;
    if (anchor->country.n != k->out->signer.country.n || anchor->country.n != 2 ||
        (anchor->country.p[0] | 32) != (k->out->signer.country.p[0] | 32) ||
        (anchor->country.p[1] | 32) != (k->out->signer.country.p[1] | 32)) {
        chip_say(k, RESULT_FORGED, "country", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                 "document signer and country signer name different States");
        return;
    }
    if (state.n == 0)
        return;
    m = country_match(anchor->country, state);
    if (m == COUNTRY_OTHER)
        chip_say(k, RESULT_FORGED, "country", WHY_NO_OFFSET, "Doc 9303-12 7.1",
                 "DG1 names another issuing State than the country signer");
    else if (m == COUNTRY_UNKNOWN)
        chip_say(k, RESULT_UNDETERMINED, "country", WHY_NO_OFFSET, "Doc 9303-3 5",
                 "DG1 names an unknown issuing State");
}

static int two(const uint8_t *p)
{
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? 10 * (p[0] - '0') + p[1] - '0' : -1;
}

/* Date of expiry in DG1 (Doc 9303-4, -5, -6): the year nearest to today, fifty either way. */
static void check_expiry(struct chip_run *k)
{
    struct span mrz = k->out->mrz;
    size_t at = mrz.n == 90 ? 38 : mrz.n == 72 ? 57 : 65;
    struct date today = date_of_time(k->opt->at), last;
    int year;

    if (mrz.n == 0 || (year = two(mrz.p + at)) < 0)
        return;
    year += today.year / 100 * 100;
    year += year > today.year + 50 ? -100 : year < today.year - 50 ? 100 : 0;
    if (date_make(year, two(mrz.p + at + 2), two(mrz.p + at + 4), &last) && date_cmp(last, today) < 0)
        chip_say(k, RESULT_EXPIRED, "expired", WHY_NO_OFFSET, "Doc 9303-3 4.8", "the document has expired");
}

enum result chip_verify(struct span sod, const struct data_group *dg, size_t n,
                        const struct chip_options *opt, struct arena *a, struct chip *out, struct findings *f)
{
    struct chip_run k = { .opt = opt, .a = a, .out = out, .f = f, .file = sod };
    struct why w = { .offset = WHY_NO_OFFSET };
    uint64_t from;

    *out = (struct chip){ .result = RESULT_GENUINE, .why = { .offset = WHY_NO_OFFSET } };
    if (!read_sod(&k, &w)) {
        chip_conclude(&k, chip_unreadable(&w), &w);
        return out->result;
    }
    out->sig_alg = k.cms.sig_alg;
    out->has_signing_time = k.cms.has_signing_time;
    out->signing_time = k.cms.signing_time;
    if (out->lds_digest == DIGEST_SHA1)
        chip_deviation(&k, DEVIATION_NAMED, "weak-digest", WHY_NO_OFFSET, "Doc 9303-12 4.4",
                       "the data groups are hashed with SHA-1");
    chip_signer_check(&k);
    from = stopwatch_from(opt->watch);
    check_groups(&k, dg, n);
    (void)stopwatch_stop(opt->watch, "groups", from);
    chip_signer_times(&k, chip_day_of_issue(&k, dg, n));
    check_com(&k);
    check_country(&k);
    check_expiry(&k);
    chip_copy_check(&k, dg, n);
    /* Nothing above may have been passed by: what was not done did not hold. */
    if (!chip_proven(out))
        chip_say(&k, RESULT_UNDETERMINED, "not-checked", WHY_NO_OFFSET, "Doc 9303-11 5.1",
                 "a step could not be done");
    return out->result;
}
