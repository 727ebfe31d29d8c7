/* The document is put together, and then read back by the strict verification before it is handed out. */
#include "seal/mdoc_issue.h"

#include "base/limits.h"
#include "seal/cose_write.h"
#include "seal/mdoc_issue_internal.h"
#include "wire/cbor_write.h"

enum { RANDOM = 32 };

struct work {
    const struct mdoc_issue_order *o;
    const struct mdoc_issuer *by;
    random_fn random;
    struct arena *a;
    struct why *w;
    uint64_t *id;      /* digestID of each element */
    size_t *space;     /* of each element: the first one of its namespace */
    struct span *item; /* ItemBytes */
    struct digest *digest;
};

/* --- identifiers of digests --- */

/* Below n, each as likely as the other. */
static uint32_t below(random_fn random, uint32_t n)
{
    uint32_t v, most = UINT32_MAX - UINT32_MAX % n;

    do
        random(&v, sizeof v);
    while (v >= most);
    return v % n;
}

/* A permutation of 0 to m - 1 over the m elements of the namespace that begins at first (Fisher, Yates). */
static void shuffle(struct work *k, size_t first)
{
    uint64_t *place = arena_array(k->a, k->o->n, sizeof *place);
    size_t m = 0;

    if (!place)
        return; /* the arena has its ceiling, found at the end */
    for (size_t i = first; i < k->o->n; i++)
        if (k->space[i] == first)
            place[m++] = i;
    for (size_t i = 0; i < m; i++)
        k->id[place[i]] = i;
    for (size_t i = m; i > 1; i--) {
        size_t j = below(k->random, (uint32_t)i);
        uint64_t t = k->id[place[i - 1]];

        k->id[place[i - 1]] = k->id[place[j]];
        k->id[place[j]] = t;
    }
}

static void number(struct work *k)
{
    for (size_t i = 0; i < k->o->n; i++) {
        size_t first = 0;

        while (!span_eq(k->o->element[first].ns, k->o->element[i].ns))
            first++;
        k->space[i] = first;
    }
    for (size_t i = 0; i < k->o->n; i++)
        if (k->space[i] == i)
            shuffle(k, i);
}

/* --- items --- */

static bool put_items(struct work *k)
{
    struct buffer plain, whole;
    uint8_t random[RANDOM];
    bool ok = true;

    buf_init(&plain, LIMIT_FILE);
    buf_init(&whole, LIMIT_FILE);
    for (size_t i = 0; ok && i < k->o->n; i++) {
        buf_reset(&plain);
        buf_reset(&whole);
        k->random(random, sizeof random);
        cbor_put_map(&plain, 4);
        cbor_put_str(&plain, "digestID");
        cbor_put_int(&plain, (int64_t)k->id[i]);
        cbor_put_str(&plain, "random");
        cbor_put_bytes(&plain, span_of(random, sizeof random));
        cbor_put_str(&plain, "elementIdentifier");
        cbor_put_text(&plain, k->o->element[i].id);
        cbor_put_str(&plain, "elementValue");
        buf_put(&plain, k->o->element[i].value);
        cbor_put_encoded(&whole, buf_span(&plain));
        k->item[i] = arena_copy(k->a, buf_span(&whole));
        ok = buf_ok(&whole) && k->item[i].n > 0;
        digest_of(k->o->digest, k->item[i], &k->digest[i]);
    }
    buf_free(&plain);
    buf_free(&whole);
    return ok;
}

static size_t spaces(const struct work *k)
{
    size_t n = 0;

    for (size_t i = 0; i < k->o->n; i++)
        n += k->space[i] == i;
    return n;
}

static size_t in_space(const struct work *k, size_t first)
{
    size_t n = 0;

    for (size_t i = first; i < k->o->n; i++)
        n += k->space[i] == first;
    return n;
}

static void put_name_spaces(const struct work *k, struct buffer *b)
{
    cbor_put_map(b, spaces(k));
    for (size_t first = 0; first < k->o->n; first++) {
        if (k->space[first] != first)
            continue;
        cbor_put_text(b, k->o->element[first].ns);
        cbor_put_array(b, in_space(k, first));
        for (size_t i = first; i < k->o->n; i++)
            if (k->space[i] == first)
                buf_put(b, k->item[i]);
    }
}

/* --- mobile security object (12.3.4) --- */

/* In the order of their identifiers, which says nothing of that of the elements. */
static void put_space_digests(const struct work *k, size_t first, struct buffer *b)
{
    size_t n = in_space(k, first);

    cbor_put_text(b, k->o->element[first].ns);
    cbor_put_map(b, n);
    for (size_t id = 0; id < n; id++) {
        for (size_t i = first; i < k->o->n; i++) {
            if (k->space[i] != first || k->id[i] != id)
                continue;
            cbor_put_int(b, (int64_t)id);
            cbor_put_bytes(b, digest_span(&k->digest[i]));
        }
    }
}

static void put_time(struct buffer *b, const char *name, unix_time t)
{
    char text[TIME_TEXT];

    cbor_put_str(b, name);
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_TDATE);
    cbor_put_str(b, time_format(t, text));
}

/* How many of the authorizations are of whole namespaces; else of elements. */
static size_t whole_spaces(const struct mdoc_issue_order *o)
{
    size_t n = 0;

    for (size_t i = 0; i < o->n_authorizations; i++)
        n += o->authorization[i].id.n == 0;
    return n;
}

static bool first_of_space(const struct mdoc_issue_order *o, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (o->authorization[k].id.n && span_eq(o->authorization[k].ns, o->authorization[i].ns))
            return false;
    return o->authorization[i].id.n > 0;
}

static void put_authorized_elements(const struct mdoc_issue_order *o, struct buffer *b)
{
    size_t n = 0;

    for (size_t i = 0; i < o->n_authorizations; i++)
        n += first_of_space(o, i);
    cbor_put_str(b, "dataElements");
    cbor_put_map(b, n);
    for (size_t i = 0; i < o->n_authorizations; i++) {
        if (!first_of_space(o, i))
            continue;
        n = 0;
        for (size_t k = i; k < o->n_authorizations; k++)
            n += o->authorization[k].id.n && span_eq(o->authorization[k].ns, o->authorization[i].ns);
        cbor_put_text(b, o->authorization[i].ns);
        cbor_put_array(b, n);
        for (size_t k = i; k < o->n_authorizations; k++)
            if (o->authorization[k].id.n && span_eq(o->authorization[k].ns, o->authorization[i].ns))
                cbor_put_text(b, o->authorization[k].id);
    }
}

static void put_authorizations(const struct mdoc_issue_order *o, struct buffer *b)
{
    size_t whole = whole_spaces(o);

    cbor_put_str(b, "keyAuthorizations");
    cbor_put_map(b, (whole > 0) + (size_t)(whole < o->n_authorizations));
    if (whole) {
        cbor_put_str(b, "nameSpaces");
        cbor_put_array(b, whole);
        for (size_t i = 0; i < o->n_authorizations; i++)
            if (o->authorization[i].id.n == 0)
                cbor_put_text(b, o->authorization[i].ns);
    }
    if (whole < o->n_authorizations)
        put_authorized_elements(o, b);
}

static bool put_device(const struct work *k, struct buffer *b)
{
    struct cose_key key;

    cbor_put_str(b, "deviceKeyInfo");
    cbor_put_map(b, k->o->n_authorizations ? 2 : 1);
    cbor_put_str(b, "deviceKey");
    if (!cbor_check(k->o->device_key, NULL, k->a, k->w) ||
        !cose_key_parse(k->o->device_key, k->o->device_key.p, &key, k->w) ||
        !cose_key_put(b, &key, k->a, k->w))
        return false;
    if (k->o->n_authorizations)
        put_authorizations(k->o, b);
    return true;
}

static void put_certificate(struct buffer *b, struct span der)
{
    if (der.n == 0)
        return;
    cbor_put_str(b, "certificate");
    cbor_put_bytes(b, der);
}

static void put_status(struct buffer *b, const struct mdoc_status *s)
{
    if (!s->has_list && !s->has_identifiers)
        return;
    cbor_put_str(b, "status");
    cbor_put_map(b, (size_t)s->has_list + s->has_identifiers);
    if (s->has_list) {
        cbor_put_str(b, "status_list");
        cbor_put_map(b, s->list_certificate.n ? 3 : 2);
        cbor_put_str(b, "idx");
        cbor_put_head(b, CBOR_UINT, s->index);
        cbor_put_str(b, "uri");
        cbor_put_text(b, s->list_uri);
        put_certificate(b, s->list_certificate);
    }
    if (s->has_identifiers) {
        cbor_put_str(b, "identifier_list");
        cbor_put_map(b, s->identifiers_certificate.n ? 3 : 2);
        cbor_put_str(b, "id");
        cbor_put_bytes(b, s->identifier);
        cbor_put_str(b, "uri");
        cbor_put_text(b, s->identifiers_uri);
        put_certificate(b, s->identifiers_certificate);
    }
}

static bool put_object(const struct work *k, struct buffer *b)
{
    const struct mdoc_issue_order *o = k->o;

    cbor_put_map(b, o->status.has_list || o->status.has_identifiers ? 7 : 6);
    cbor_put_str(b, "version");
    cbor_put_str(b, "1.0");
    cbor_put_str(b, "digestAlgorithm");
    cbor_put_str(b, digest_name(o->digest));
    cbor_put_str(b, "valueDigests");
    cbor_put_map(b, spaces(k));
    for (size_t i = 0; i < o->n; i++)
        if (k->space[i] == i)
            put_space_digests(k, i, b);
    if (!put_device(k, b))
        return false;
    cbor_put_str(b, "docType");
    cbor_put_text(b, o->doc_type);
    cbor_put_str(b, "validityInfo");
    cbor_put_map(b, o->expected_update ? 4 : 3);
    put_time(b, "signed", o->signed_at);
    put_time(b, "validFrom", o->valid_from);
    put_time(b, "validUntil", o->valid_until);
    if (o->expected_update)
        put_time(b, "expectedUpdate", o->expected_update);
    put_status(b, &o->status);
    return true;
}

/* --- the whole --- */

static bool put_issuer_signed(const struct work *k, struct buffer *b)
{
    const struct cose_signer signer = {
        .key = k->by->key, .chain = &k->by->certificate, .n_chain = 1, .x5t = k->by->x5t
    };
    struct buffer object, payload;
    struct span part;
    bool ok;

    buf_init(&object, LIMIT_FILE);
    buf_init(&payload, LIMIT_FILE);
    ok = put_object(k, &object);
    cbor_put_encoded(&payload, buf_span(&object));
    part = buf_span(&payload);
    cbor_put_map(b, 2);
    cbor_put_str(b, "nameSpaces");
    put_name_spaces(k, b);
    cbor_put_str(b, "issuerAuth");
    ok = ok && cose_sign1_put(b, &signer, &(struct cose_content){ &part, 1 }, true, k->a, k->w) &&
         buf_ok(&payload);
    buf_free(&object);
    buf_free(&payload);
    return ok;
}

static bool check_order(struct work *k)
{
    const struct mdoc_issue_order *o = k->o;

    if (o->digest != DIGEST_SHA256 && o->digest != DIGEST_SHA384 && o->digest != DIGEST_SHA512)
        return why_set(k->w, "DIGEST_ALG", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.5", "%s is not one of these",
                       digest_name(o->digest));
    if (o->n == 0 || o->doc_type.n == 0)
        return why_set(k->w, "STRUCT", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.4", "no element, or no docType");
    if (o->n > LIMIT_ISSUE_ELEMENTS)
        return why_set(k->w, "too-large", WHY_NO_OFFSET, NULL, "more than %d elements", LIMIT_ISSUE_ELEMENTS);
    for (size_t i = 0; i < o->n; i++) {
        if (o->element[i].ns.n == 0 || o->element[i].id.n == 0)
            return why_set(k->w, "STRUCT", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.3.4",
                           "an element has a namespace and a name");
        if (!cbor_check(o->element[i].value, NULL, k->a, k->w))
            return false;
    }
    return true;
}

bool mdoc_issue(const struct mdoc_issue_order *o, const struct mdoc_issuer *by, random_fn random,
                struct arena *a, struct buffer *out, struct findings *f, struct why *w)
{
    struct why first = { .offset = WHY_NO_OFFSET };
    struct work k = { .o = o, .by = by, .random = random, .a = a, .w = &first };
    struct buffer b;
    bool ok = false;

    buf_init(&b, LIMIT_FILE);
    if (!check_order(&k) || !mdoc_issue_check_signer(by, &first))
        goto out;
    k.id = arena_array(a, o->n, sizeof *k.id);
    k.space = arena_array(a, o->n, sizeof *k.space);
    k.item = arena_array(a, o->n, sizeof *k.item);
    k.digest = arena_array(a, o->n, sizeof *k.digest);
    if (!k.id || !k.space || !k.item || !k.digest)
        goto out;
    number(&k);
    if (!put_items(&k) || !put_issuer_signed(&k, &b) || !buf_ok(&b))
        goto out;
    ok = mdoc_issue_check(o, by, buf_span(&b), a, f, &first);
    if (ok)
        buf_put(out, buf_span(&b));
    ok = ok && buf_ok(out);
out:
    buf_free(&b);
    if (!ok)
        (void)why_set(w, first.reason ? first.reason : "too-large", first.offset, first.clause, "%s",
                      first.reason ? first.detail : "the document would be too large");
    return ok;
}
