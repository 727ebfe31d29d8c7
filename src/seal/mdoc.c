/* One answer: read, then judged document by document in the fixed order. */
#include "seal/mdoc.h"

#include "seal/mdoc_errors.h"
#include "seal/mdoc_internal.h"

#define MDL_SPACE "org.iso.18013.5.1"

bool mdoc_bad(struct mdoc_work *k, const char *name, const uint8_t *at, const char *clause,
              const char *detail)
{
    return why_set(&k->v->why, name, at ? (size_t)(at - k->response->base) : WHY_NO_OFFSET, clause, "%s",
                   detail);
}

bool mdoc_deviates(struct mdoc_work *k, const char *name, const uint8_t *at, const char *clause,
                   const char *detail)
{
    if (!k->lenient)
        return mdoc_bad(k, name, at, clause, detail);
    licence_deviation(k->f, name, at ? (size_t)(at - k->response->base) : WHY_NO_OFFSET, clause, detail);
    return true;
}

enum mdoc_proof mdoc_proof_of(struct mdoc_work *k, bool holds, const struct why *cause)
{
    if (holds)
        return PROOF_HOLDS;
    (void)why_set(&k->v->why, cause->reason, cause->offset, cause->clause, "%s", cause->detail);
    return strcmp(cause->reason, "KEY_UNSUPPORTED") == 0 ? PROOF_NOT_CHECKED : PROOF_FAILS;
}

/* --- reading (stage 2) --- */

static bool read_issuer_auth(struct mdoc_work *k, struct why *w)
{
    struct cose *c = &k->v->issuer_auth;
    size_t *longer = k->lenient ? &k->response->nonpreferred : NULL;

    if (!cose_parse(k->document->issuer_auth, k->response->base, COSE_SIGN1,
                    k->lenient ? COSE_EITHER : COSE_UNTAGGED, longer, k->arena, c, w))
        return false;
    if (c->tagged)
        licence_deviation(k->f, "STRUCT", (size_t)(c->all.p - k->response->base), "ISO/IEC 18013-5 12.3.4",
                          "issuerAuth carries a COSE tag");
    return true;
}

static bool read_object(struct mdoc_work *k, struct why *w)
{
    struct mdoc_verdict *v = k->v;

    if (v->issuer_auth.detached)
        return true; /* COSE_PAYLOAD, later */
    if (!mdoc_mso_read(k->response, v->issuer_auth.payload, k->lenient, k->arena, &v->mso, w) ||
        !cose_key_parse(v->mso.device_key, k->response->base, &k->device_key, w))
        return false;
    v->has_mso = true;
    return true;
}

static bool read_device_auth(struct mdoc_work *k, struct why *w)
{
    const struct mdoc_document *d = k->document;
    struct span item = d->device_signature.n ? d->device_signature : d->device_mac;
    size_t *longer = k->lenient ? &k->response->nonpreferred : NULL;

    k->has_device_auth = item.n > 0;
    k->v->device_by_mac = d->device_mac.n > 0;
    return !k->has_device_auth ||
           cose_parse(item, k->response->base, k->v->device_by_mac ? COSE_MAC0 : COSE_SIGN1, COSE_UNTAGGED,
                      longer, k->arena, &k->device_auth, w);
}

static bool read_parts(struct mdoc_work *k, struct why *w)
{
    return read_issuer_auth(k, w) && mdoc_items_read(k->response, k->document, k->lenient, k->arena, w) &&
           read_object(k, w) && mdoc_device_read(k->response, k->document, k->lenient, k->arena, w) &&
           read_device_auth(k, w);
}

/* --- judging --- */

/* "1.0": the number before the point; -1 when it is no version. A minor version that is not known is fine. */
static int major_version(struct span s)
{
    size_t i = 0;
    int v = 0;

    while (i < s.n && i < 4 && s.p[i] >= '0' && s.p[i] <= '9')
        v = 10 * v + s.p[i++] - '0';
    if (i == 0 || i + 1 >= s.n || s.p[i] != '.')
        return -1;
    for (i++; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
    return v;
}

static void check_response(const struct mdoc_response *r, enum mdoc_form form, struct why *w)
{
    if (form != MDOC_RESPONSE)
        return;
    if (major_version(r->version) != 1)
        (void)why_set(w, "VERSION", (size_t)(r->version.p - r->base), "ISO/IEC 18013-5 8.3",
                      "a version that is not known");
    if (r->status != 0)
        (void)why_set(w, "STATUS", WHY_NO_OFFSET, "ISO/IEC 18013-5 10.3.2", "status %llu",
                      (unsigned long long)r->status);
    if (r->n == 0)
        (void)why_set(w, "NO_DOCUMENT", WHY_NO_OFFSET, "ISO/IEC 18013-5 10.3.2", "no document");
}

static struct span text_of(const struct mdoc_item *it)
{
    struct cbor c = cbor_of(it ? it->value : (struct span){ 0 });

    return it ? cbor_text(&c) : (struct span){ 0 };
}

static bool same_letters(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if ((a.p[i] | 0x20) != (b.p[i] | 0x20))
            return false;
    return true;
}

/* 13.4.2: what the document says of its issuer is what the certificate of the signer says. Case is the form
 * of the element and not looked at here. */
static void check_country(struct mdoc_work *k)
{
    const struct mdoc_item *country = mdoc_item_find(k->document, MDL_SPACE, "issuing_country"),
                           *region = mdoc_item_find(k->document, MDL_SPACE, "issuing_jurisdiction");
    struct span c = text_of(country), r = text_of(region), st;

    if (!k->v->has_signer)
        return;
    if (c.n && !same_letters(c, k->v->signer.country))
        (void)mdoc_bad(k, "COUNTRY_MISMATCH", c.p, "ISO/IEC 18013-5 13.4.2",
                       "issuing_country is not the country of the signer");
    st = mdl_certificate_state(&k->v->signer);
    if (r.n && st.n && !same_letters(r, st))
        (void)mdoc_bad(k, "COUNTRY_MISMATCH", r.p, "ISO/IEC 18013-5 13.4.2",
                       "issuing_jurisdiction is not the state of the signer");
}

/* Later proofs that fail outweigh an earlier error that says nothing about them. */
static enum result conclude(struct mdoc_verdict *v)
{
    enum result r;

    /* Not to be reached without an error: nothing is genuine that was not proven. */
    if (v->issuer != PROOF_HOLDS || !v->has_mso || !(v->has_path || v->trusted_signer) ||
        v->digests_checked != v->document->n_items || v->digests_wrong > 0)
        (void)why_set(&v->why, "COSE_SIG", WHY_NO_OFFSET, NULL, "a check was not made");
    r = v->why.reason ? licence_error_result(v->why.reason) : RESULT_GENUINE;

    if (r != RESULT_MALFORMED &&
        (v->issuer == PROOF_FAILS || v->digests_wrong > 0 || v->device == PROOF_FAILS))
        return RESULT_FORGED;
    return r;
}

static void judge(struct mdoc_work *k)
{
    struct mdoc_verdict *v = k->v;

    if (!v)
        return; /* nothing was read into it */
    if (v->has_mso && major_version(v->mso.version) != 1)
        (void)mdoc_bad(k, "VERSION", v->mso.version.p, "ISO/IEC 18013-5 12.3.4",
                       "a version of the mobile security object that is not known");
    go_on(cose_check_form(&v->issuer_auth, false, &v->why));
    mdoc_check_signer(k);
    if (v->has_mso) {
        mdoc_check_content(k);
        mdoc_check_device(k);
    }
    check_country(k);
    v->result = conclude(v);
}

static int gravity(enum result r)
{
    static const int of[] = {
        [RESULT_GENUINE] = 0,      [RESULT_WELL_FORMED] = 0, [RESULT_EXPIRED] = 1, [RESULT_NO_ANCHOR] = 2,
        [RESULT_UNDETERMINED] = 3, [RESULT_MALFORMED] = 4,   [RESULT_REVOKED] = 5, [RESULT_FORGED] = 6,
    };

    return of[r];
}

/* The answer is what the gravest of its documents is, or the answer's own error; of equals the first. */
static void sum_up(struct mdoc *m)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct mdoc_verdict *v = &m->document[i];

        if (v->why.reason && (!m->why.reason || gravity(v->result) > gravity(m->result))) {
            m->why = v->why;
            m->result = v->result;
        }
    }
}

static enum result malformed(struct mdoc *m)
{
    m->n = 0;
    return m->result = RESULT_MALFORMED;
}

static bool read_all(struct mdoc_work *work, struct mdoc *m)
{
    const struct mdoc_work *first = work;

    for (size_t i = 0; i < m->n; i++) {
        work[i] = *first;
        work[i].document = &m->response.document[i];
        work[i].v = &m->document[i];
        work[i].v->document = work[i].document;
        work[i].v->why.offset = WHY_NO_OFFSET;
        if (!read_parts(&work[i], &m->why))
            return false;
    }
    return true;
}

enum result mdoc_verify(struct span in, const struct mdoc_options *opt, struct arena *a, struct mdoc *out,
                        struct findings *f)
{
    struct mdoc_work first = {
        .opt = opt, .lenient = opt->profile == PROFILE_LENIENT, .response = &out->response, .arena = a, .f = f
    };
    struct mdoc_work *work;
    bool third = false;

    memset(out, 0, sizeof *out);
    out->why.offset = WHY_NO_OFFSET;
    if (!mdoc_read(in, opt->form, first.lenient, a, &out->response, &out->why))
        return malformed(out);
    out->n = out->response.n;
    work = arena_array(a, out->n + 1, sizeof *work);
    out->document = arena_array(a, out->n + 1, sizeof *out->document);
    if (!work || !out->document) {
        (void)why_set(&out->why, "CBOR_DEPTH", WHY_NO_OFFSET, NULL, "too many documents");
        return malformed(out);
    }
    work[0] = first;
    if (!read_all(work, out))
        return malformed(out);
    if (out->response.nonpreferred)
        licence_deviation(f, "CBOR_NONPREFERRED", WHY_NO_OFFSET, "RFC 8949 4.1", "heads longer than needed");
    for (size_t i = 0; i < out->n; i++) {
        mdoc_check_items(&work[i]);
        third |= out->document[i].why.reason != NULL;
    }
    if (!third)
        check_response(&out->response, opt->form, &out->why);
    if (out->why.reason)
        out->result = licence_error_result(out->why.reason);
    for (size_t i = 0; i < out->n; i++)
        judge(&work[i]);
    sum_up(out);
    return out->result;
}
