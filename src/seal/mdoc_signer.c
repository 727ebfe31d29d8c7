/* The issuer's side: items among themselves, certificates, path, signature, MSO, digests. */
#include "seal/mdoc_errors.h"
#include "seal/mdoc_internal.h"

#define CLAUSE "ISO/IEC 18013-5 12.3.4"

enum { CHAIN = 8, RANDOM_MIN = 16 };

/* --- items (stage 3) --- */

/* What must be there once: by namespace, and by number or by name. */
struct once {
    struct span ns, id;
    uint64_t number;
    const uint8_t *at;
};

static int compare(const struct once *a, const struct once *b)
{
    int c;

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    c = span_cmp(a->id, b->id);
    return c ? c : a->ns.p == b->ns.p ? 0 : span_cmp(a->ns, b->ns);
}

static void sift(struct once *a, size_t i, size_t n)
{
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
        struct once t = a[i];

        if (child + 1 < n && compare(&a[child], &a[child + 1]) < 0)
            child++;
        if (compare(&t, &a[child]) >= 0)
            return;
        a[i] = a[child];
        a[child] = t;
    }
}

enum { FEW = 64 }; /* that are quicker compared each with each */

static const uint8_t *find_among_few(const struct once *a, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = 0; j < i; j++)
            if (a[i].number == a[j].number && compare(&a[i], &a[j]) == 0)
                return a[i].at;
    return NULL;
}

/* The place of one that is there twice; NULL when there is none. Reorders them. */
static const uint8_t *find_twice(struct once *a, size_t n)
{
    if (n <= FEW)
        return find_among_few(a, n);
    for (size_t i = n / 2; i-- > 0;)
        sift(a, i, n);
    for (size_t i = n; i-- > 1;) {
        struct once t = a[0];

        a[0] = a[i];
        a[i] = t;
        sift(a, 0, i);
    }
    for (size_t i = 1; i < n; i++)
        if (compare(&a[i - 1], &a[i]) == 0)
            return a[i].at > a[i - 1].at ? a[i].at : a[i - 1].at;
    return NULL;
}

/* Of equal names the same, of others mostly another: spares comparing them. */
static uint64_t sketch(struct span s)
{
    uint64_t h = s.n;

    for (size_t i = s.n > 8 ? s.n - 8 : 0; i < s.n; i++)
        h = h << 7 ^ s.p[i];
    return h;
}

static void check_elements(struct mdoc_work *k, struct once *once)
{
    const struct mdoc_document *d = k->document;
    const uint8_t *at;
    size_t n = 0;

    for (size_t i = 0; i < d->n_items; i++)
        once[n++] = (struct once){ .ns = d->item[i].ns,
                                   .id = d->item[i].id,
                                   .number = sketch(d->item[i].id),
                                   .at = d->item[i].whole.p };
    for (size_t i = 0; i < d->n_elements; i++)
        once[n++] = (struct once){ .ns = d->element[i].ns,
                                   .id = d->element[i].id,
                                   .number = sketch(d->element[i].id),
                                   .at = d->element[i].value.p };
    at = find_twice(once, n);
    if (at)
        (void)mdoc_bad(k, "ELEMENT_DUP", at, "ISO/IEC 18013-5 10.3.3", "an element is there twice");
}

void mdoc_check_items(struct mdoc_work *k)
{
    const struct mdoc_document *d = k->document;
    struct once *once = arena_array(k->arena, d->n_items + d->n_elements + 1, sizeof *once);
    const uint8_t *at;

    if (!once) {
        (void)mdoc_bad(k, "CBOR_DEPTH", NULL, NULL, "too many items");
        return;
    }
    for (size_t i = 0; i < d->n_items; i++)
        if (d->item[i].random.n < RANDOM_MIN)
            (void)mdoc_bad(k, "RANDOM_SHORT", d->item[i].whole.p, "ISO/IEC 18013-5 12.3.5",
                           "a random of fewer than 16 bytes");
    for (size_t i = 0; i < d->n_items; i++) {
        uint64_t id = d->item[i].digest_id;

        if (id > UINT32_MAX)
            (void)mdoc_bad(k, "DIGEST_ID_RANGE", d->item[i].whole.p, CLAUSE, "a digestID of 2^32 or more");
        else if (id > INT32_MAX)
            (void)mdoc_deviates(k, "DIGEST_ID_RANGE", d->item[i].whole.p, CLAUSE,
                                "a digestID of 2^31 or more");
        once[i] = (struct once){ .ns = d->item[i].ns, .number = id, .at = d->item[i].whole.p };
    }
    at = find_twice(once, d->n_items);
    if (at)
        (void)mdoc_bad(k, "DIGEST_ID_DUP", at, "ISO/IEC 18013-5 12.3.5", "a digestID is there twice");
    check_elements(k, once);
}

/* --- certificates (stages 6 to 8) --- */

static bool trusted(const struct mdoc_options *opt, struct span der)
{
    for (size_t i = 0; i < opt->n_trusted; i++)
        if (span_eq(opt->trusted_signers[i], der))
            return true;
    return false;
}

/* The others of the chain decide nothing but why a path fails. */
static bool others_readable(struct mdoc_work *k, const struct span *chain, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct certificate c;

        if (!certificate_parse(chain[i], &c, NULL, NULL) &&
            !mdoc_deviates(k, "CERT_PARSE", chain[i].p, "RFC 9360 2",
                           "another certificate of the chain cannot be read"))
            return false;
    }
    return true;
}

/* What a list says of the authority: the types it issues, and whether a newer list is due. */
static bool type_allowed(struct mdoc_work *k)
{
    struct mdoc_verdict *v = k->v;
    const struct mdoc_options *opt = k->opt;
    const struct anchor *a;

    if (opt->type_allowed)
        return opt->type_allowed(opt->ctx, v->path.anchor, v->mso.doc_type);
    a = mdl_anchor_for(opt->anchors, v->path.anchor, v->mso.doc_type, opt->at, &v->by);
    if (!a)
        return false;
    v->path.anchor = a;
    if (v->by->list && opt->at > anchor_list_due(v->by->list))
        licence_deviation(k->f, "VICAL_STALE", (size_t)(v->signer.der.p - k->response->base),
                          "ISO/IEC 18013-5 C.1.8", "a newer list than the one of the authority was due");
    return true;
}

static void check_path(struct mdoc_work *k, const struct span *chain, size_t n)
{
    struct mdoc_verdict *v = k->v;
    const struct mdoc_options *opt = k->opt;
    struct why w = { .offset = WHY_NO_OFFSET };
    bool revoked = false;

    if (!opt->anchors) {
        (void)mdoc_bad(k, "CERT_UNTRUSTED", v->signer.der.p, "ISO/IEC 18013-5 12.8.3",
                       "no authority is known");
        return;
    }
    if (!mdl_path_find(opt->anchors, &v->signer, chain + 1, n - 1, opt->at, k->response->base, &v->path, &w))
        revoked = strcmp(w.reason, "CERT_REVOKED") == 0;
    v->has_path = v->path.anchor != NULL;
    if (w.reason && !revoked)
        (void)why_set(&v->why, w.reason, w.offset, w.clause, "%s", w.detail);
    if (v->has_path && (!w.reason || revoked))
        (void)!mdl_path_states(&v->path, &v->signer, opt->profile, k->response->base, k->f, &v->why);
    if (v->has_path && v->has_mso && !type_allowed(k))
        (void)mdoc_bad(k, "VICAL_DOCTYPE", v->mso.doc_type.p, "ISO/IEC 18013-5 12.8.1",
                       "the authority is not listed for this type of document");
    if (revoked)
        (void)why_set(&v->why, w.reason, w.offset, w.clause, "%s", w.detail);
}

static void check_signature(struct mdoc_work *k, const struct public_key *key)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct mdoc_verdict *v = k->v;
    bool holds;

    if (!key) {
        (void)mdoc_bad(k, "CERT_KEY", v->signer.spki.p, "ISO/IEC 18013-5 B.1", "the key cannot be used");
        return;
    }
    if (v->issuer_auth.detached)
        return;
    holds = cose_verify(&v->issuer_auth, key, (struct span){ 0 }, NULL, k->arena, "COSE_SIG", &cause);
    v->issuer = mdoc_proof_of(k, holds, &cause);
}

static bool is_signer_anchor(const struct mdoc_work *k, const struct digest *sha256)
{
    const struct anchor *known = k->opt->anchors ? anchor_by_sha256(k->opt->anchors, sha256) : NULL;

    return known && known->use == ANCHOR_SIGNER;
}

/* That of a signer that was certified before is ready. NULL: it cannot be used. */
static struct public_key *key_of(struct mdoc_work *k, const struct digest *sha256, bool *ready)
{
    struct public_key *key = NULL;

    *ready = k->opt->anchors && anchors_known_key(k->opt->anchors, sha256, k->v->signer.spki, k->arena, &key);
    if (!*ready && !public_key_place_spki(k->v->signer.spki, k->arena, &key, NULL))
        return NULL;
    return key;
}

void mdoc_check_signer(struct mdoc_work *k)
{
    struct mdoc_verdict *v = k->v;
    struct span chain[CHAIN];
    struct public_key *key;
    struct digest sha256;
    bool ready;
    size_t n;

    if (!cose_chain(&v->issuer_auth, chain, CHAIN, &n, &v->why) ||
        !mdl_certificate_parse(chain[0], k->response->base, &v->signer, &v->why))
        return;
    if (n > CHAIN)
        n = CHAIN;
    v->has_signer = true;
    v->trusted_signer = trusted(k->opt, chain[0]);
    digest_of(DIGEST_SHA256, chain[0], &sha256);
    key = key_of(k, &sha256, &ready);
    (void)others_readable(k, chain, n);
    go_on(cose_check_x5t(&v->issuer_auth, chain[0], &v->why));
    if (!v->trusted_signer) {
        if (!is_signer_anchor(k, &sha256))
            go_on(mdl_certificate_check_key(&v->signer, key, MDL_SIGNER, k->opt->profile, k->response->base,
                                            k->f, &v->why));
        check_path(k, chain, n);
    }
    check_signature(k, key);
    if (!ready && v->has_path && v->issuer == PROOF_HOLDS)
        anchors_keep_key(k->opt->anchors, &sha256, key);
    public_key_clear(key);
}

/* --- MSO (stage 9) --- */

static bool read_time(struct mdoc_work *k, struct span item, unix_time *out)
{
    bool fraction = false;

    if (!mdoc_time(item, &fraction, out))
        return mdoc_bad(k, "MSO_TDATE", item.p, "ISO/IEC 18013-5 12.3.4",
                        "not a time in UTC with seconds, or no such time");
    return !fraction ||
           mdoc_deviates(k, "MSO_TDATE", item.p, "ISO/IEC 18013-5 12.3.4", "a time with parts of a second");
}

static void check_validity(struct mdoc_work *k)
{
    struct mdoc_verdict *v = k->v;
    const struct mdoc_mso *m = &v->mso;
    unix_time s, from, until, update;

    if (!read_time(k, m->signed_at, &s) || !read_time(k, m->valid_from, &from) ||
        !read_time(k, m->valid_until, &until) ||
        (m->expected_update.n && !read_time(k, m->expected_update, &update)))
        return;
    v->signed_at = s;
    v->valid_from = from;
    v->valid_until = until;
    if (s > from || from >= until)
        (void)mdoc_bad(k, "MSO_VALIDITY", m->signed_at.p, CLAUSE,
                       "not signed before it is valid, or valid for no time");
    if (v->has_signer && (s < v->signer.not_before || s > v->signer.not_after))
        (void)mdoc_bad(k, "MSO_SIGNED_OUTSIDE_CERT", m->signed_at.p, "ISO/IEC 18013-5 12.8.1",
                       "signed outside the validity of the signer");
    if (k->opt->at < from)
        (void)mdoc_bad(k, "MSO_NOT_YET", m->valid_from.p, "ISO/IEC 18013-5 12.8.1", "not valid yet");
    if (k->opt->at > until)
        (void)mdoc_bad(k, "MSO_EXPIRED", m->valid_until.p, "ISO/IEC 18013-5 12.8.1", "no longer valid");
    if (v->has_signer && until > v->signer.not_after)
        licence_deviation(k->f, "WARN_UNTIL_AFTER_DS", (size_t)(m->valid_until.p - k->response->base), CLAUSE,
                          "valid for longer than the certificate of the signer");
}

static void check_object(struct mdoc_work *k)
{
    static const enum digest_alg algs[] = { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
    const struct mdoc_mso *m = &k->v->mso;

    if (k->opt->form != MDOC_ISSUER_SIGNED && !span_eq(m->doc_type, k->document->doc_type))
        (void)mdoc_bad(k, "DOCTYPE", m->doc_type.p, "ISO/IEC 18013-5 12.8.1",
                       "the type that was signed is not the type of the document");
    for (size_t i = 0; i < sizeof algs / sizeof algs[0]; i++) {
        if (span_eq_str(m->digest_algorithm, digest_name(algs[i]))) {
            k->digest = algs[i];
            k->has_digest = true;
        }
    }
    if (!k->has_digest)
        (void)mdoc_bad(k, "DIGEST_ALG", m->digest_algorithm.p, "ISO/IEC 18013-5 12.3.5",
                       "a digest algorithm that is not known");
    check_validity(k);
    if (k->device_key.extra)
        licence_deviation(k->f, "WARN_KEY_PARAMS", (size_t)(m->device_key.p - k->response->base), CLAUSE,
                          "the key of the device carries further parameters");
}

/* --- digests (stage 10) --- */

static void check_digests(struct mdoc_work *k)
{
    const struct mdoc_document *d = k->document;
    struct mdoc_verdict *v = k->v;
    const struct mdoc_digest **want = arena_array(k->arena, d->n_items + 1, sizeof(void *));
    struct span *whole = arena_array(k->arena, d->n_items + 1, sizeof *whole);
    struct digest *got = arena_array(k->arena, d->n_items + 1, sizeof *got);

    if (!want || !whole || !got) {
        (void)mdoc_bad(k, "CBOR_DEPTH", NULL, NULL, "too many items");
        return;
    }
    for (size_t i = 0; i < d->n_items; i++) {
        whole[i] = d->item[i].whole;
        want[i] = mdoc_digest_find(&v->mso, d->item[i].ns, d->item[i].digest_id);
        if (want[i] && want[i]->value.n != digest_size(k->digest))
            (void)mdoc_bad(k, "DIGEST_LEN", want[i]->value.p, "ISO/IEC 18013-5 12.3.5",
                           "a digest of another length than its algorithm gives");
    }
    for (size_t i = 0; i < d->n_items; i++)
        if (!want[i])
            (void)mdoc_bad(k, "DIGEST_MISSING", whole[i].p, "ISO/IEC 18013-5 12.3.5",
                           "an item without digest");
    digest_each(k->digest, whole, d->n_items, got);
    v->digests_checked = d->n_items;
    for (size_t i = 0; i < d->n_items; i++) {
        if (want[i] && span_eq(want[i]->value, digest_span(&got[i])))
            continue;
        v->digests_wrong++;
        (void)mdoc_bad(k, "DIGEST_MISMATCH", whole[i].p, "ISO/IEC 18013-5 12.3.5",
                       "an item is not the one that was signed");
    }
}

void mdoc_check_content(struct mdoc_work *k)
{
    check_object(k);
    if (k->has_digest)
        check_digests(k);
}
