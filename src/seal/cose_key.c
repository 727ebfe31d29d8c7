/* COSE_Key (RFC 9052 7, RFC 9053 7). */
#include "seal/cose.h"

enum { KTY_OKP = 1, KTY_EC2 = 2 };
enum {
    PARAM_KTY = 1,
    PARAM_KID = 2,
    PARAM_ALG = 3,
    PARAM_OPS = 4,
    PARAM_IV = 5,
    PARAM_CRV = -1,
    PARAM_X = -2,
    PARAM_Y = -3
};

/* A value of an unexpected type is stepped over and stays zero. */
static int64_t small(struct span item)
{
    struct cbor c = cbor_of(item);
    int64_t v = cbor_int(&c);

    return cbor_ok(&c) ? v : 0;
}

static struct span octets(struct span item)
{
    struct cbor c = cbor_of(item);

    return cbor_bytes(&c);
}

static void take(struct cose_key *k, int64_t label, struct span item)
{
    struct cbor c = cbor_of(item);

    switch (label) {
    case PARAM_KTY:
        k->kty = small(item);
        break;
    case PARAM_CRV:
        k->crv = small(item);
        break;
    case PARAM_X:
        k->x = octets(item);
        break;
    case PARAM_Y:
        k->has_y = true;
        if (cbor_peek(&c) == CBOR_OTHER) {
            k->y_sign = cbor_bool(&c);
            k->y_is_sign = cbor_ok(&c);
        } else {
            k->y = octets(item);
        }
        break;
    case PARAM_KID:
    case PARAM_ALG:
    case PARAM_OPS:
    case PARAM_IV:
        break;
    default:
        k->extra = true;
        break;
    }
}

bool cose_key_parse(struct span map, const uint8_t *base, struct cose_key *out, struct why *w)
{
    struct cbor c = cbor_of(map);
    struct cose_key k = { 0 };

    c.base = base;
    for (size_t n = cbor_map(&c); n > 0 && cbor_ok(&c); n--) {
        bool is_text = cbor_peek(&c) == CBOR_TEXT;
        int64_t label = 0;

        if (is_text)
            (void)cbor_text(&c);
        else
            label = cbor_int(&c);
        struct span item = cbor_item(&c);

        if (cbor_ok(&c))
            take(&k, is_text ? 0 : label, item);
    }
    if (!cbor_finish(&c, "RFC 9052 7", w))
        return false;
    *out = k;
    return true;
}

static const struct {
    int64_t crv;
    enum curve curve;
    uint8_t field;
} curves[] = {
    { 1, CURVE_P256, 32 },    { 2, CURVE_P384, 48 },    { 3, CURVE_P521, 66 },    { 256, CURVE_BP256, 32 },
    { 257, CURVE_BP320, 40 }, { 258, CURVE_BP384, 48 }, { 259, CURVE_BP512, 64 },
};

/* The point as SEC 1 2.3.3 writes it. */
static bool ec_public(const struct cose_key *k, enum curve curve, size_t field, struct arena *a,
                      struct public_key **ret, struct why *w)
{
    size_t n = k->y_is_sign ? 1 + field : 1 + 2 * field;
    uint8_t *p;

    if (k->x.n != field || !k->has_y || (!k->y_is_sign && k->y.n != field))
        return why_set(w, "key", WHY_NO_OFFSET, NULL, "a coordinate that has not %zu bytes", field);
    p = arena_alloc(a, n);
    if (!p)
        return why_set(w, "key", WHY_NO_OFFSET, NULL, "no memory left for this");
    p[0] = k->y_is_sign ? (k->y_sign ? 3 : 2) : 4;
    memcpy(p + 1, k->x.p, field);
    if (!k->y_is_sign)
        memcpy(p + 1 + field, k->y.p, field);
    return public_key_place_point(curve, span_of(p, n), a, ret, w);
}

static bool make(const struct cose_key *k, struct arena *a, struct public_key **ret, struct why *w)
{
    static const enum key_kind okp[] = {
        [4] = KEY_X25519, [5] = KEY_X448, [6] = KEY_ED25519, [7] = KEY_ED448
    };

    if (k->kty == KTY_OKP && k->crv >= 4 && k->crv <= 7)
        return public_key_place_edwards(okp[k->crv], k->x, a, ret, w);
    for (size_t i = 0; k->kty == KTY_EC2 && i < sizeof curves / sizeof curves[0]; i++)
        if (curves[i].crv == k->crv)
            return ec_public(k, curves[i].curve, curves[i].field, a, ret, w);
    return why_set(w, "key", WHY_NO_OFFSET, NULL, "unknown kind of key or curve");
}

bool cose_key_public(const struct cose_key *k, struct arena *a, struct public_key **ret, const char *bad,
                     struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };

    if (make(k, a, ret, &cause))
        return true;
    return why_set(w, bad, WHY_NO_OFFSET, "RFC 9053 7.1", "%s", cause.detail);
}
