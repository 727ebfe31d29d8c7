#include "seal/issue_seal.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "seal/certificate.h"
#include "wire/idb.h"
#include "wire/vds.h"
#include "wire/vdsnc.h"

enum { VALUES = 64 };

struct issue {
    const struct seal_order *o;
    bool used[VALUES];
    struct why why; /* what was wrong with a value that more than one message could take */
};

/* --- messages --- */

static const struct seal_value *given(const struct issue *i, const char *name, size_t *at)
{
    for (*at = 0; *at < i->o->n; ++*at)
        if (!i->used[*at] && strcmp(i->o->value[*at].name, name) == 0)
            return &i->o->value[*at];
    return NULL;
}

static bool only_one_of_its_name(struct seal_scope scope, const struct seal_field_def *d)
{
    for (size_t k = 0; k < scope.n; k++)
        if (&scope.def[k] != d && strcmp(scope.def[k].name, d->name) == 0)
            return false;
    return true;
}

/* One message of a given value. A value that does not fit one of several messages of its name may fit the
 * next. */
static bool put_value(struct issue *i, struct seal_scope scope, const struct seal_field_def *d,
                      struct buffer *out, size_t *count, struct why *w)
{
    bool only = only_one_of_its_name(scope, d);
    size_t at;
    const struct seal_value *v = given(i, d->name, &at);
    struct buffer raw;
    bool ok = true;

    if (!v)
        return true;
    buf_init(&raw, LIMIT_SEAL);
    if (seal_value_put(d, v->text, &raw, only ? w : &i->why)) {
        seal_tlv_put(out, d->tag, buf_span(&raw));
        i->used[at] = true;
        ++*count;
    } else {
        ok = !only;
    }
    buf_free(&raw);
    return ok;
}

static bool put_scope(struct issue *i, struct seal_scope scope, bool wanted, struct buffer *out,
                      size_t *count, struct why *w);

/* Messages inside a message, if any of them is given. Ends with the dictionary: no message is inside itself.
 */
static bool put_inside(struct issue *i, const struct seal_field_def *d, struct buffer *out, size_t *count,
                       struct why *w)
{
    struct buffer inner;
    size_t n = 0;
    bool ok;

    buf_init(&inner, LIMIT_SEAL);
    if (d->marker >= 0)
        buf_u8(&inner, (uint8_t)d->marker);
    ok = put_scope(i, seal_scope_inside(d), false, &inner, &n, w);
    if (ok && n && (inner.n < d->min || inner.n > d->max || !buf_ok(&inner)))
        ok = why_set(w, "field", WHY_NO_OFFSET, NULL, "%s: %zu bytes, allowed are %u to %u", d->name, inner.n,
                     d->min, d->max);
    if (ok && n) {
        seal_tlv_put(out, d->tag, buf_span(&inner));
        ++*count;
    }
    buf_free(&inner);
    return ok;
}

/* All given messages of the scope in its order. What is required must be there when the scope is wanted or
 * any of it is given. */
static bool put_scope(struct issue *i, struct seal_scope scope, bool wanted, struct buffer *out,
                      size_t *count, struct why *w)
{
    const struct seal_field_def *missing = NULL;
    unsigned one_of = 0, found = 0;
    size_t before;

    for (size_t k = 0; k < scope.n; k++) {
        const struct seal_field_def *d = &scope.def[k];

        before = *count;
        if (!(d->coding == SEAL_CODING_MESSAGES || put_value(i, scope, d, out, count, w)))
            return false;
        if (*count == before && seal_scope_inside(d).n && !put_inside(i, d, out, count, w))
            return false;
        if (d->required && *count == before && !missing)
            missing = d;
        if (d->one_of) {
            one_of = 1;
            found += *count > before;
        }
    }
    if (!wanted && *count == 0)
        return true;
    if (missing)
        return why_set(w, "field", WHY_NO_OFFSET, NULL, "%s: required, not given", missing->name);
    if (one_of && found == 0)
        return why_set(w, "field", WHY_NO_OFFSET, NULL, "%s",
                       i->why.reason ? i->why.detail : "a field is missing");
    return true;
}

static bool all_used(const struct issue *i, struct why *w)
{
    for (size_t k = 0; k < i->o->n; k++)
        if (!i->used[k])
            return why_set(w, "field", WHY_NO_OFFSET, NULL, "%s: %s", i->o->value[k].name,
                           i->why.reason ? "fits no message of that name"
                                         : "not a field of this document, or given twice");
    return true;
}

static bool put_messages(struct issue *i, struct seal_scope scope, bool wanted, struct buffer *out,
                         struct why *w)
{
    size_t count = 0;

    if (i->o->n > VALUES)
        return why_set(w, "field", WHY_NO_OFFSET, NULL, "more than %d fields", VALUES);
    if (!put_scope(i, scope, wanted, out, &count, w))
        return false;
    if (!all_used(i, w))
        return false;
    return count > 0 || why_set(w, "field", WHY_NO_OFFSET, NULL, "no field is given");
}

/* --- signatures --- */

static bool sign(const struct seal_issuer *by, enum digest_alg alg, struct span text, struct buffer *out,
                 struct why *w)
{
    struct digest d;

    digest_of(alg, text, &d);
    return signature_make(by->key, SIG_ECDSA_RAW, &d, out, w);
}

/* The certificate is there and is that of the key. */
static bool own_certificate(const struct seal_issuer *by, struct certificate *out, struct why *w)
{
    struct buffer spki;
    bool same;

    if (by->certificate.n == 0)
        return why_set(w, "certificate", WHY_NO_OFFSET, NULL, "the signer's certificate is needed");
    if (!certificate_parse(by->certificate, out, NULL, w))
        return false;
    buf_init(&spki, LIMIT_CERTIFICATE);
    private_key_spki(by->key, &spki);
    same = span_eq(buf_span(&spki), out->spki);
    buf_free(&spki);
    return same || why_set(w, "certificate", WHY_NO_OFFSET, NULL, "the certificate is not that of the key");
}

/* --- VDS --- */

struct reference {
    char signer[8], ref[64];
};

static bool reference_of(const struct seal_issuer *by, struct reference *r, struct why *w)
{
    struct certificate c = { 0 };
    size_t n;

    if (by->signer.n || by->ref.n) {
        if (by->signer.n >= sizeof r->signer || by->ref.n >= sizeof r->ref)
            return why_set(w, "reference", WHY_NO_OFFSET, NULL,
                           "the signer has four characters, the reference up to 63");
        (void)snprintf(r->signer, sizeof r->signer, "%.*s", (int)by->signer.n, (const char *)by->signer.p);
        (void)snprintf(r->ref, sizeof r->ref, "%.*s", (int)by->ref.n, (const char *)by->ref.p);
        return true;
    }
    if (!own_certificate(by, &c, w))
        return false;
    if (c.country.n != 2 || c.common_name.n != 2 || c.serial.n > 24)
        return why_set(w, "reference", WHY_NO_OFFSET, "Doc 9303-13 signer certificate",
                       "a seal signer has a country and a common name of two letters each");
    for (size_t i = 0; i < 2; i++) {
        r->signer[i] = (char)(ascii_lower(c.country.p[i]) ? c.country.p[i] - 32 : c.country.p[i]);
        r->signer[2 + i] =
            (char)(ascii_lower(c.common_name.p[i]) ? c.common_name.p[i] - 32 : c.common_name.p[i]);
    }
    r->signer[4] = 0;
    n = 0;
    for (size_t i = 0; i < c.serial.n; i++)
        n += (size_t)snprintf(r->ref + n, sizeof r->ref - n, "%02X", c.serial.p[i]);
    n = strspn(r->ref, "0");
    memmove(r->ref, r->ref + n, strlen(r->ref + n) + 1);
    return true;
}

static bool issue_vds(const struct seal_order *o, const struct seal_issuer *by, struct buffer *out,
                      struct why *w)
{
    const struct seal_type *t = o->type ? seal_type_by_name(SEAL_FAMILY_VDS, span_str(o->type)) : NULL;
    struct issue i = { .o = o };
    struct vds_head head = { .version = o->form == SEAL_FORM_VDS3 ? 3 : 4,
                             .country = o->country,
                             .issued = o->issued,
                             .signed_on = o->signed_on };
    struct reference r;
    struct buffer sig;
    bool ok;

    if (!t)
        return why_set(w, "type", WHY_NO_OFFSET, NULL, "no such type of document");
    if (!reference_of(by, &r, w))
        return false;
    head.document_ref = t->key;
    head.signer = span_str(r.signer);
    head.ref = span_str(r.ref);
    buf_init(&sig, 1024);
    ok = vds_put_head(out, &head, w) && put_messages(&i, seal_scope_of_type(t), true, out, w) &&
         sign(by, digest_for_curve(private_key_curve(by->key)), buf_span(out), &sig, w);
    if (ok)
        seal_tlv_put(out, VDS_SIGNATURE, buf_span(&sig));
    buf_free(&sig);
    return ok;
}

/* --- IDB --- */

static uint8_t idb_algorithm(enum curve c, enum digest_alg *digest)
{
    *digest = digest_for_curve(c);
    if (*digest == DIGEST_SHA224)
        *digest = DIGEST_SHA256;
    return *digest == DIGEST_SHA256 ? 1 : *digest == DIGEST_SHA384 ? 2 : 3;
}

/* Messages of a type, or any messages of barcodes: those at the top that a value is given for. */
static bool put_idb_messages(const struct seal_order *o, struct buffer *out, struct why *w)
{
    struct issue i = { .o = o };

    if (o->type && !seal_type_by_name(SEAL_FAMILY_IDB, span_str(o->type)))
        return why_set(w, "type", WHY_NO_OFFSET, NULL, "no such type of document");
    if (o->type) {
        const struct seal_type *t = seal_type_by_name(SEAL_FAMILY_IDB, span_str(o->type));
        size_t count = 0;

        if (o->n > VALUES)
            return why_set(w, "field", WHY_NO_OFFSET, NULL, "more than %d fields", VALUES);
        if (!put_scope(&i, seal_scope_of_type(t), true, out, &count, w))
            return false;
        if (count == 0)
            return why_set(w, "field", WHY_NO_OFFSET, NULL, "no field is given");
    }
    for (size_t k = 0; k < seal_scope_idb().n; k++) {
        size_t count = 0;
        const struct seal_field_def *d = &seal_scope_idb().def[k];

        if (d->coding != SEAL_CODING_MESSAGES && !put_value(&i, seal_scope_idb(), d, out, &count, w))
            return false;
    }
    return all_used(&i, w);
}

static bool issue_idb(const struct seal_order *o, const struct seal_issuer *by, struct buffer *out,
                      struct why *w)
{
    struct idb_head head = { .country = o->country, .is_signed = true, .date = o->signed_on };
    struct certificate c = { 0 };
    struct digest sha1;
    enum digest_alg alg;
    struct buffer body, messages, sig;
    bool ok;

    if (!own_certificate(by, &c, w))
        return false;
    digest_of(DIGEST_SHA1, by->certificate, &sha1);
    head.cert_ref = span_sub(digest_span(&sha1), sha1.n - IDB_CERT_REF, sha1.n);
    head.algorithm = idb_algorithm(private_key_curve(by->key), &alg);
    buf_init(&body, LIMIT_SEAL);
    buf_init(&messages, LIMIT_SEAL);
    buf_init(&sig, 1024);
    ok = idb_put_head(&body, &head, w) && put_idb_messages(o, &messages, w);
    if (ok)
        seal_tlv_put(&body, IDB_MESSAGES, buf_span(&messages));
    ok = ok && sign(by, alg, buf_span(&body), &sig, w);
    if (ok && o->with_certificate)
        seal_tlv_put(&body, IDB_CERTIFICATE, by->certificate);
    if (ok)
        seal_tlv_put(&body, IDB_SIGNATURE, buf_span(&sig));
    if (ok && !(buf_ok(&body) && buf_ok(&messages)))
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d bytes", LIMIT_SEAL);
    ok = ok && idb_put_text(out, buf_span(&body), true, o->zipped, w);
    buf_free(&sig);
    buf_free(&messages);
    buf_free(&body);
    return ok;
}

bool seal_issue(const struct seal_order *o, const struct seal_issuer *by, struct arena *scratch,
                struct buffer *out, struct why *w)
{
    struct buffer b;
    bool ok;

    (void)scratch;
    buf_init(&b, 4 * LIMIT_SEAL);
    ok = o->form == SEAL_FORM_IDB ? issue_idb(o, by, &b, w) : issue_vds(o, by, &b, w);
    if (ok && (!buf_ok(&b) || (o->form != SEAL_FORM_IDB && b.n > LIMIT_SEAL)))
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d bytes", LIMIT_SEAL);
    if (ok)
        buf_put(out, buf_span(&b));
    buf_free(&b);
    return ok;
}

/* --- VDS-NC --- */

static bool vdsnc_algorithm(enum curve c, enum vdsnc_alg *alg, enum digest_alg *digest, struct why *w)
{
    *alg = c == CURVE_P256 ? VDSNC_ES256 : c == CURVE_P384 ? VDSNC_ES384 : VDSNC_ES512;
    *digest = digest_for_curve(c);
    if (c == CURVE_P256 || c == CURVE_P384 || c == CURVE_P521)
        return true;
    return why_set(w, "algorithm", WHY_NO_OFFSET, "ICAO TR VDS-NC",
                   "the key is on none of P-256, P-384, P-521");
}

bool seal_issue_vdsnc(struct span type, int version, struct span country, struct span message,
                      const struct seal_issuer *by, struct arena *scratch, struct buffer *out, struct why *w)
{
    struct certificate c = { 0 };
    enum vdsnc_alg alg;
    enum digest_alg digest;
    struct buffer data, sig;
    bool ok;

    if (!own_certificate(by, &c, w) || !vdsnc_algorithm(private_key_curve(by->key), &alg, &digest, w))
        return false;
    buf_init(&data, LIMIT_VDSNC);
    buf_init(&sig, 1024);
    ok = vdsnc_put_data(&data, type, version, country, message, scratch, w) &&
         sign(by, digest, buf_span(&data), &sig, w);
    if (ok)
        vdsnc_put_text(out, buf_span(&data), alg, by->certificate, buf_span(&sig));
    buf_free(&data);
    buf_free(&sig);
    return ok;
}

/* --- visa --- */

/* Line 1 and the first 28 characters of line 2. */
static bool cut_zone(struct span zone, struct buffer *out, struct why *w)
{
    struct span line, rest = text_trim(zone);

    if (!text_split(&rest, '\n', &line))
        return why_set(w, "field", WHY_NO_OFFSET, "Doc 9303-7", "the zone of the visa is missing");
    buf_put(out, text_trim(line));
    buf_put(out, span_sub(text_trim(rest), 0, 28));
    return true;
}

bool visa_seal_issue(const struct visa_order *v, const struct seal_issuer *by, struct arena *scratch,
                     struct buffer *out, struct why *w)
{
    char zone[128], entries[16], stay[32], from[DATE_TEXT];
    struct seal_value value[8];
    struct seal_order o = { .form = v->form,
                            .type = "visa",
                            .country = v->country,
                            .issued = v->issued,
                            .signed_on = v->signed_on,
                            .value = value };
    struct buffer b;

    buf_init_fixed(&b, zone, sizeof zone);
    if (!cut_zone(v->zone, &b, w))
        return false;
    value[o.n++] = (struct seal_value){ "mrz", buf_span(&b) };
    (void)snprintf(entries, sizeof entries, "%u", v->entries);
    (void)snprintf(stay, sizeof stay, "P%uY%uM%uD", v->years, v->months, v->days);
    if (v->days == 255 && v->months == 255 && v->years == 255)
        (void)snprintf(stay, sizeof stay, "by-authority");
    value[o.n++] = (struct seal_value){ "number-of-entries", span_str(entries) };
    value[o.n++] = (struct seal_value){ "duration-of-stay", span_str(stay) };
    value[o.n++] = (struct seal_value){ "passport-number", v->passport_number };
    if (v->purpose)
        value[o.n++] = (struct seal_value){ "travel-purpose", span_str(v->purpose) };
    if (date_is_set(v->valid_from))
        value[o.n++] = (struct seal_value){ "valid-from", span_str(date_format(v->valid_from, from)) };
    if (v->permission_id.n)
        value[o.n++] = (struct seal_value){ "permission-id", v->permission_id };
    if (v->kind)
        value[o.n++] = (struct seal_value){ "permission-kind", span_str(v->kind) };
    return seal_issue(&o, by, scratch, out, w);
}
