/* Reads a list of issuing authorities and judges it as a whole. */
#include "seal/vical.h"

#include "seal/mdl_certificate.h"
#include "seal/mdoc_errors.h"
#include "seal/vical_internal.h"
#include "wire/mdoc.h"

#define CLAUSE "ISO/IEC 18013-5 C.1.7"

enum { VICAL_CHAIN = 4 };

/* --- form --- */

static void skip_pair(struct cbor *c)
{
    (void)cbor_item(c);
    (void)cbor_item(c);
}

/* At least one text; the whole item. */
static struct span texts(struct cbor *c)
{
    const uint8_t *at = c->p;
    size_t n = cbor_array(c);

    if (cbor_ok(c) && n == 0)
        cbor_fail(c, at, "an empty list");
    for (; n > 0 && cbor_ok(c); n--)
        (void)cbor_text(c);
    return cbor_ok(c) ? span_of(at, (size_t)(c->p - at)) : (struct span){ 0 };
}

/* biguint (RFC 8949 3.4.3), or a plain number, which is the preferred form of a small one. */
static struct span biguint(struct cbor *c)
{
    const uint8_t *at = c->p;
    struct span s;

    if (cbor_peek(c) == CBOR_UINT) {
        uint64_t v = cbor_uint(c);

        s = cbor_ok(c) ? span_of(at + (v >= 24), (size_t)(c->p - at) - (v >= 24)) : (struct span){ 0 };
    } else {
        if (cbor_tag(c) != 2)
            cbor_fail(c, at, "not a number");
        s = cbor_bytes(c);
    }
    while (s.n > 0 && s.p[0] == 0)
        s = span_sub(s, 1, s.n);
    return s;
}

static void read_entry(struct cbor *c, struct vical_entry *e)
{
    const uint8_t *at = c->p;
    bool serial = false, ski = false;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        if (cbor_is_text(c, SPAN("certificate")))
            e->der = cbor_bytes(c);
        else if (cbor_is_text(c, SPAN("serialNumber")) && (serial = true))
            e->serial = biguint(c);
        else if (cbor_is_text(c, SPAN("ski")) && (ski = true))
            e->ski = cbor_bytes(c);
        else if (cbor_is_text(c, SPAN("docType")))
            e->doc_types = texts(c);
        else if (cbor_is_text(c, SPAN("certificateProfile")))
            e->profile = texts(c);
        else if (cbor_is_text(c, SPAN("issuingAuthority")))
            e->authority = cbor_text(c);
        else if (cbor_is_text(c, SPAN("issuingCountry")))
            e->country = cbor_text(c);
        else if (cbor_is_text(c, SPAN("stateOrProvinceName")))
            e->state = cbor_text(c);
        else if (cbor_is_text(c, SPAN("issuer")))
            e->issuer = cbor_bytes(c);
        else if (cbor_is_text(c, SPAN("subject")))
            e->subject = cbor_bytes(c);
        else if (cbor_is_text(c, SPAN("notBefore")))
            e->not_before = cbor_item(c);
        else if (cbor_is_text(c, SPAN("notAfter")))
            e->not_after = cbor_item(c);
        else
            skip_pair(c);
    }
    if (cbor_ok(c) && (!e->der.n || !serial || !ski || !e->doc_types.n))
        cbor_fail(c, at, "an entry lacks certificate, serialNumber, ski or docType");
}

/* Read twice: no memory is taken for entries that are none. */
static bool read_entries(struct cbor *c, struct vical *v, struct arena *a)
{
    struct cbor probe = *c;
    size_t n = cbor_array(&probe);

    for (size_t i = 0; i < n && cbor_ok(&probe); i++) {
        struct vical_entry e = { 0 };

        read_entry(&probe, &e);
    }
    if (!cbor_ok(&probe)) {
        *c = probe;
        return true;
    }
    v->entry = arena_array(a, n + 1, sizeof *v->entry);
    if (!v->entry)
        return false;
    v->n = cbor_array(c);
    for (size_t i = 0; i < n; i++)
        read_entry(c, &v->entry[i]);
    return true;
}

static bool read_map(struct cbor *c, struct vical *v, struct arena *a, struct why *w)
{
    const uint8_t *at = c->p;
    bool infos = false;

    for (size_t n = cbor_map(c); n > 0 && cbor_ok(c); n--) {
        if (cbor_is_text(c, SPAN("version"))) {
            v->version = cbor_text(c);
        } else if (cbor_is_text(c, SPAN("vicalProvider"))) {
            v->provider = cbor_text(c);
        } else if (cbor_is_text(c, SPAN("date"))) {
            v->date_item = cbor_item(c);
        } else if (cbor_is_text(c, SPAN("nextUpdate"))) {
            v->next_update_item = cbor_item(c);
        } else if (cbor_is_text(c, SPAN("notAfter"))) {
            v->not_after_item = cbor_item(c);
        } else if (cbor_is_text(c, SPAN("vicalIssueID"))) {
            v->issue = cbor_uint(c);
            v->has_issue = true;
        } else if (cbor_is_text(c, SPAN("vicalURL"))) {
            v->url = cbor_text(c);
        } else if (cbor_is_text(c, SPAN("certificateInfos"))) {
            infos = true;
            if (!read_entries(c, v, a))
                return why_set(w, "too-large", cbor_offset(c), CLAUSE, "no memory left for this");
        } else {
            skip_pair(c);
        }
    }
    if (cbor_ok(c) && (!v->version.p || !v->provider.p || !v->date_item.n || !infos))
        cbor_fail(c, at, "the list lacks version, vicalProvider, date or certificateInfos");
    return cbor_finish(c, CLAUSE, w);
}

static bool parse(struct span in, enum profile profile, struct arena *a, struct vical *v, struct findings *f,
                  struct why *w)
{
    bool lenient = profile == PROFILE_LENIENT;
    size_t heads = 0, more = 0;
    struct cbor all = cbor_of(in), c;

    if (!cbor_check(in, lenient ? &heads : NULL, a, w) ||
        !cose_parse(in, in.p, COSE_SIGN1, lenient ? COSE_EITHER : COSE_UNTAGGED, lenient ? &heads : NULL, a,
                    &v->cose, w))
        return false;
    if (!v->cose.detached) {
        if (!cbor_check(v->cose.payload, lenient ? &more : NULL, a, w)) {
            why_shift(w, (size_t)(v->cose.payload.p - in.p));
            return false;
        }
        c = cbor_within(&all, v->cose.payload);
        if (!read_map(&c, v, a, w))
            return false;
        if (v->version.n < 2 || v->version.p[0] != '1' || v->version.p[1] != '.')
            return why_set(w, "VERSION", (size_t)(v->version.p - in.p), CLAUSE, "unknown version of lists");
    }
    if (v->cose.tagged)
        licence_deviation(f, "STRUCT", 0, CLAUSE, "tagged as a COSE_Sign1");
    if (heads + more)
        licence_deviation(f, "CBOR_NONPREFERRED", WHY_NO_OFFSET, "RFC 8949 4.1", "heads longer than needed");
    return true;
}

bool vical_likely(struct span in)
{
    struct cbor c = cbor_of(in), p;

    if (in.n < 2 || (in.p[0] != 0x84 && (in.p[0] != 0xd2 || in.p[1] != 0x84)))
        return false;
    if (cbor_peek(&c) == CBOR_TAG)
        (void)cbor_tag(&c);
    (void)cbor_array(&c);
    (void)cbor_bytes(&c);
    (void)cbor_item(&c);
    p = cbor_of(cbor_bytes(&c));
    if (!cbor_ok(&c) || cbor_peek(&p) != CBOR_MAP)
        return false;
    for (size_t n = cbor_map(&p); n > 0 && cbor_ok(&p); n--) {
        if (cbor_is_text(&p, SPAN("vicalProvider")) || cbor_is_text(&p, SPAN("certificateInfos")))
            return true;
        skip_pair(&p);
    }
    return false;
}

/* --- who signed --- */

/* Its own date, or the signer's first day when that is later: they are often made in one go. */
static const struct vical_options *when(const struct vical *v, const struct vical_options *opt,
                                        struct vical_options *then)
{
    bool fraction;

    if (opt->at != 0)
        return opt;
    if (!mdoc_time(v->date_item, &fraction, &then->at) || then->at < v->signer.not_before)
        then->at = v->signer.not_before;
    return then;
}

static bool check_signer(struct vical *v, const struct vical_options *opt, struct arena *a,
                         struct findings *f, struct why *w)
{
    const uint8_t *base = v->cose.base;
    struct span chain[VICAL_CHAIN] = { { 0 } };
    struct public_key *key = NULL;
    struct why ignored = { .offset = WHY_NO_OFFSET };
    struct vical_options then = *opt;
    size_t n;
    bool ok;

    if (!cose_chain(&v->cose, chain, VICAL_CHAIN, &n, w))
        return false;
    if (n > VICAL_CHAIN)
        return why_set(w, "CERT_PATHLEN", 0, CLAUSE, "more than %d certificates", VICAL_CHAIN);
    if (!mdl_certificate_parse(chain[0], base, &v->signer, w) || !cose_check_x5t(&v->cose, chain[0], w) ||
        !mdl_certificate_check(&v->signer, MDL_LIST_SIGNER, opt->profile, base, f, w) ||
        !vical_signer_path(chain, n, &v->signer, when(v, opt, &then), base, &v->anchor, w))
        return false;
    if (!public_key_place_spki(v->signer.spki, a, &key, &ignored))
        return why_set(w, "CERT_KEY", (size_t)(v->signer.der.p - base), CLAUSE, "%s", ignored.detail);
    ok = cose_verify(&v->cose, key, (struct span){ 0 }, NULL, a, "COSE_SIG", w);
    public_key_clear(key);
    return ok;
}

/* --- dates and entries --- */

static bool read_date(const struct vical *v, struct span item, enum profile profile, unix_time *out,
                      bool *has, struct findings *f, struct why *w)
{
    size_t at = (size_t)(item.p - v->cose.base);
    bool fraction = false;

    if (has)
        *has = item.n > 0;
    if (item.n == 0)
        return true;
    if (!mdoc_time(item, profile == PROFILE_LENIENT ? &fraction : NULL, out))
        return why_set(w, "MSO_TDATE", at, "ISO/IEC 18013-5 12.3.4", "not a time in the required form");
    if (fraction)
        licence_deviation(f, "MSO_TDATE", at, "ISO/IEC 18013-5 12.3.4", "a fraction of a second");
    return true;
}

static bool read_dates(struct vical *v, enum profile profile, struct findings *f, struct why *w)
{
    unix_time ignored;

    if (!read_date(v, v->date_item, profile, &v->date, NULL, f, w) ||
        !read_date(v, v->next_update_item, profile, &v->next_update, &v->has_next_update, f, w) ||
        !read_date(v, v->not_after_item, profile, &v->not_after, &v->has_not_after, f, w))
        return false;
    for (size_t i = 0; i < v->n; i++)
        if (!read_date(v, v->entry[i].not_before, profile, &ignored, NULL, f, w) ||
            !read_date(v, v->entry[i].not_after, profile, &ignored, NULL, f, w))
            return false;
    return true;
}

bool vical_is_older(const struct vical *v, const struct vical_installed *i)
{
    return v->date < i->date || (v->date == i->date && v->has_issue && i->has_issue && v->issue < i->issue);
}

static unix_time due(const struct vical *v)
{
    return v->has_next_update ? v->next_update : v->date + LIST_DAYS * (unix_time)86400;
}

static bool check_dates(struct vical *v, const struct vical_options *opt, struct findings *f, struct why *w)
{
    size_t at = (size_t)(v->date_item.p - v->cose.base);

    if (opt->at == 0)
        return true;
    if (opt->at < v->date)
        return why_set(w, "VICAL_NOT_YET", at, CLAUSE, "a list of the future");
    if (v->has_not_after && opt->at > v->not_after)
        return why_set(w, "VICAL_EXPIRED", (size_t)(v->not_after_item.p - v->cose.base), CLAUSE,
                       "the list is past its last day");
    v->stale = opt->at > due(v);
    if (v->stale)
        finding_add(f, FINDING_WARNING, "VICAL_STALE",
                    v->has_next_update ? (size_t)(v->next_update_item.p - v->cose.base) : at,
                    "ISO/IEC 18013-5 C.1.8", "a newer list was due at this time");
    if (opt->installed && vical_is_older(v, opt->installed))
        return why_set(w, "VICAL_ROLLBACK", at, CLAUSE, "older than the list that is installed");
    return true;
}

static bool judge_entries(struct vical *v, const struct vical_options *opt, struct arena *a,
                          struct findings *f, struct why *w)
{
    char what[WHY_DETAIL];

    for (size_t i = 0; i < v->n; i++) {
        struct vical_entry *e = &v->entry[i];
        size_t at = (size_t)(e->der.p - v->cose.base);

        vical_entry_judge(e, opt->at != 0, a);
        if (!e->defects)
            continue;
        v->n_defective++;
        vical_entry_say(e, i, what, sizeof what);
        if (opt->profile == PROFILE_STRICT)
            return why_set(w, "VICAL_ENTRY", at, CLAUSE, "%s", what);
        finding_add(f, FINDING_WARNING, "VICAL_ENTRY", at, CLAUSE, "%s", what);
    }
    if (!vical_mark_doubles(v, a))
        return why_set(w, "too-large", WHY_NO_OFFSET, CLAUSE, "no memory left for this");
    for (size_t i = 0; i < v->n; i++) {
        if (!v->entry[i].again)
            continue;
        finding_add(f, FINDING_WARNING, "VICAL_DUP", (size_t)(v->entry[i].der.p - v->cose.base), CLAUSE,
                    "entry %zu: the same certificate stands further up", i);
    }
    return true;
}

enum result vical_verify(struct span in, const struct vical_options *opt, struct arena *a, struct vical *out,
                         struct findings *f)
{
    struct why *w = &out->why;
    enum profile p = opt->profile;

    *out = (struct vical){ .why = { .offset = WHY_NO_OFFSET } };
    if (parse(in, p, a, out, f, w) && cose_check_form(&out->cose, false, w) &&
        check_signer(out, opt, a, f, w) && read_dates(out, p, f, w) && check_dates(out, opt, f, w) &&
        judge_entries(out, opt, a, f, w))
        out->result = RESULT_GENUINE;
    else
        out->result = licence_error_result(w->reason);
    return out->result;
}

const struct vical_entry *vical_find(const struct vical *v, struct span certificate)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->entry[i].usable && span_eq(v->entry[i].der, certificate))
            return &v->entry[i];
    return NULL;
}

bool vical_entry_lists(const struct vical_entry *e, struct span doc_type)
{
    struct cbor c = cbor_of(e->doc_types);

    for (size_t n = cbor_array(&c); n > 0 && cbor_ok(&c); n--)
        if (span_eq(cbor_text(&c), doc_type) && cbor_ok(&c))
            return true;
    return false;
}
