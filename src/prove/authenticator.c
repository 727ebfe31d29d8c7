#include "prove/authenticator.h"

#include "base/limits.h"
#include "base/reader.h"
#include "wire/cbor.h"

static bool bad(struct why *w, const char *reason, const char *clause, size_t at, const char *what)
{
    return why_set(w, reason, at, clause, "%s", what);
}

/* One CBOR item at *at, checked whole; *at moves behind it. */
static bool one_item(struct span in, size_t *at, struct arena *scratch, struct span *out, struct why *w)
{
    struct cbor c = cbor_of(span_sub(in, *at, in.n));
    struct span item = cbor_item(&c);
    struct why inner = { .reason = NULL };

    if (!cbor_ok(&c) || !item.n)
        return bad(w, "authenticator-data", "WebAuthn 6.1", *at + cbor_offset(&c), "no CBOR item is there");
    if (!cbor_check(item, NULL, scratch, &inner))
        return why_set(w, "authenticator-data", *at + (inner.offset == WHY_NO_OFFSET ? 0 : inner.offset),
                       "WebAuthn 6.1", "the CBOR there is not as it must be: %s", inner.detail);
    c = cbor_of(item);
    if (cbor_peek(&c) != CBOR_MAP)
        return bad(w, "authenticator-data", "WebAuthn 6.1", *at, "the CBOR there is no map");
    *out = item;
    *at += item.n;
    return true;
}

bool authenticator_data_read(struct span in, struct arena *scratch, struct authenticator_data *out,
                             struct why *w)
{
    static const char clause[] = "WebAuthn 6.1";
    struct authenticator_data d = { .flags = 0 };
    struct reader r = rd_of(in);
    struct span extensions;
    size_t at;

    if (in.n > LIMIT_AUTHENTICATOR)
        return bad(w, "authenticator-data", clause, WHY_NO_OFFSET, "the authenticator data are too long");
    d.place = rd_take(&r, 32);
    d.flags = rd_u8(&r);
    d.counter = (uint32_t)rd_be(&r, 4);
    if (rd_ok(&r) && d.flags & AUTHENTICATOR_CREDENTIAL) {
        d.model = rd_take(&r, AUTHENTICATOR_MODEL);
        d.id = rd_take(&r, (size_t)rd_be(&r, 2));
    }
    if (!rd_ok(&r))
        return bad(w, "authenticator-data", clause, rd_offset(&r), "the authenticator data are cut off");
    if (d.flags & AUTHENTICATOR_CREDENTIAL && (!d.id.n || d.id.n > AUTHENTICATOR_ID_MAX))
        return bad(w, "authenticator-data", clause, rd_offset(&r), "the credential's id has no such length");
    if (d.flags & AUTHENTICATOR_COPIED && !(d.flags & AUTHENTICATOR_MAY_COPY))
        return bad(w, "authenticator-data", clause, 32, "a key that may not be copied is said to be");
    at = rd_offset(&r);
    if (d.flags & AUTHENTICATOR_CREDENTIAL && !one_item(in, &at, scratch, &d.key, w))
        return false;
    if (d.flags & AUTHENTICATOR_EXTENSIONS && !one_item(in, &at, scratch, &extensions, w))
        return false;
    if (at != in.n)
        return bad(w, "authenticator-data", clause, at, "bytes follow the authenticator data");
    *out = d;
    return true;
}

bool attestation_read(struct span in, struct arena *scratch, struct attestation *out, struct why *w)
{
    static const char clause[] = "WebAuthn 6.5.4";
    struct attestation t;
    struct span format, data;
    struct cbor f, d;
    struct why inner = { .reason = NULL };

    if (in.n > LIMIT_AUTHENTICATOR)
        return bad(w, "attestation", clause, WHY_NO_OFFSET, "the attestation object is too long");
    if (!cbor_check(in, NULL, scratch, &inner))
        return why_set(w, "attestation", inner.offset, clause, "the attestation object is no CBOR: %s",
                       inner.detail);
    f = cbor_of(in);
    if (cbor_peek(&f) != CBOR_MAP || !cbor_find_text(in, SPAN("fmt"), &format) ||
        !cbor_find_text(in, SPAN("attStmt"), &t.statement) || !cbor_find_text(in, SPAN("authData"), &data))
        return bad(w, "attestation", clause, 0, "fmt, attStmt or authData is missing");
    f = cbor_of(format);
    d = cbor_of(data);
    t.format = cbor_text(&f);
    t.data = cbor_bytes(&d);
    f = cbor_ok(&f) ? cbor_of(t.statement) : f;
    if (!cbor_ok(&f) || !cbor_ok(&d) || cbor_peek(&f) != CBOR_MAP)
        return bad(w, "attestation", clause, 0, "fmt, attStmt or authData is of the wrong kind");
    *out = t;
    return true;
}

static bool number(struct span map, int64_t key, int64_t *out)
{
    struct span item;
    struct cbor c;

    if (!cbor_find_int(map, key, &item))
        return false;
    c = cbor_of(item);
    *out = cbor_int(&c);
    return cbor_ok(&c);
}

/* The byte string of that label, of exactly n bytes, to the end of the raw key. */
static bool bytes(struct span map, int64_t label, size_t n, struct authenticator_key *k)
{
    struct span item, s;
    struct cbor c;

    if (!cbor_find_int(map, label, &item))
        return false;
    c = cbor_of(item);
    s = cbor_bytes(&c);
    if (!cbor_ok(&c) || s.n != n || k->n + n > sizeof k->raw)
        return false;
    memcpy(k->raw + k->n, s.p, n);
    k->n += n;
    return true;
}

enum { KTY = 1, ALG = 3, CRV = -1, X = -2, Y = -3, RSA_N = -1, RSA_E = -2 };
enum { KTY_OKP = 1, KTY_EC2 = 2, KTY_RSA = 3, CRV_P256 = 1, CRV_ED25519 = 6 };

bool authenticator_key_read(struct span cose, struct arena *scratch, struct authenticator_key *out,
                            struct why *w)
{
    struct authenticator_key k = { .n = 0 };
    int64_t kty, alg, crv = 0;
    struct cbor c = cbor_of(cose);
    struct why inner = { .reason = NULL };

    if (!cbor_check(cose, NULL, scratch, &inner))
        return why_set(w, "passkey-key", inner.offset, "RFC 9052 7", "the key is no CBOR: %s", inner.detail);
    if (cbor_peek(&c) != CBOR_MAP || !number(cose, KTY, &kty) || !number(cose, ALG, &alg))
        return bad(w, "passkey-key", "RFC 9052 7", 0, "the key does not say its kind and algorithm");
    if (kty == KTY_EC2 && alg == AUTHENTICATOR_ES256 && number(cose, CRV, &crv) && crv == CRV_P256 &&
        bytes(cose, X, 32, &k) && bytes(cose, Y, 32, &k))
        k.alg = AUTHENTICATOR_ES256;
    else if (kty == KTY_OKP && alg == AUTHENTICATOR_EDDSA && number(cose, CRV, &crv) && crv == CRV_ED25519 &&
             bytes(cose, X, 32, &k))
        k.alg = AUTHENTICATOR_EDDSA;
    else if (kty == KTY_RSA && alg == AUTHENTICATOR_RS256 && bytes(cose, RSA_N, 256, &k) &&
             bytes(cose, RSA_E, 3, &k))
        k.alg = AUTHENTICATOR_RS256;
    else
        return bad(w, "passkey-key", "WebAuthn 5.8.5", 0,
                   "the key is none of ES256 on P-256, EdDSA on Ed25519 and RS256 of 2048 bits");
    *out = k;
    return true;
}
