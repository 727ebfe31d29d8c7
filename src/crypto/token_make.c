/* What is in a token, and new keys in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/token_internal.h"

struct listing {
    const struct token_login *login;
    void (*found)(void *ctx, const struct token_entry *e);
    void *ctx;
    bool ok;
    struct why *w;
};

static void describe(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE key,
                     struct token_entry *e)
{
    size_t n = 0;

    *e = (struct token_entry){ 0 };
    (void)snprintf(e->token, sizeof e->token, "%s", p->label);
    if (token_attribute(p, s, key, CKA_LABEL, e->label, sizeof e->label - 1, &n))
        e->label[n] = '\0';
    if (!token_attribute(p, s, key, CKA_ID, e->id, sizeof e->id, &e->id_n))
        e->id_n = 0;
    e->ed25519 = token_is_ed25519(p, s, key) && token_public(p, s, key, e->pub, NULL);
    e->extractable = token_flag(p, s, key, CKA_EXTRACTABLE, false);
}

static bool list_keys(struct token_place *p, CK_SESSION_HANDLE s, struct listing *l)
{
    const CK_ATTRIBUTE *label = p11_kit_uri_get_attribute(p->uri, CKA_LABEL);
    const CK_ATTRIBUTE *id = p11_kit_uri_get_attribute(p->uri, CKA_ID);
    CK_OBJECT_HANDLE key[LIMIT_TOKEN_KEYS];
    struct token_entry e;
    size_t n;

    if (!token_objects(p, s, CKO_PRIVATE_KEY, label, id, key, LIMIT_TOKEN_KEYS, &n, l->w))
        return false;
    for (size_t i = 0; i < n; i++) {
        describe(p, s, key[i], &e);
        l->found(l->ctx, &e);
    }
    return true;
}

static bool list_token(struct token_place *p, void *ctx)
{
    struct listing *l = ctx;
    CK_SESSION_HANDLE s;

    l->ok = token_session(p, false, &s, l->w);
    if (!l->ok)
        return false;
    l->ok = token_log_in(p, s, l->login, l->w) && list_keys(p, s, l);
    (void)p->m->C_CloseSession(s);
    return l->ok;
}

bool token_list(const char *uri, const struct token_login *login,
                void (*found)(void *ctx, const struct token_entry *e), void *ctx, struct why *w)
{
    struct listing l = { .login = login, .found = found, .ctx = ctx, .ok = true, .w = w };
    struct token_place p;

    if (!token_place_init(uri, &p, w) || !token_modules_load(&p, w))
        l.ok = false;
    else if (token_slots(&p, list_token, &l) == 0)
        l.ok = why_set(w, "token-absent", WHY_NO_OFFSET, "PKCS #11 3.0",
                       "no such token is there: is it plugged in, and its module the right one?");
    token_place_free(&p);
    return l.ok;
}

/* What a new key is called. */
struct naming {
    CK_ATTRIBUTE label, id;
    uint8_t made[8];
};

static bool name_it(const struct token_place *p, CK_SESSION_HANDLE s, struct naming *out, struct why *w)
{
    const CK_ATTRIBUTE *label = p11_kit_uri_get_attribute(p->uri, CKA_LABEL);
    const CK_ATTRIBUTE *id = p11_kit_uri_get_attribute(p->uri, CKA_ID);
    CK_OBJECT_HANDLE there;
    size_t n = 0, m = 0;

    if (!label || label->ulValueLen == 0)
        return why_set(w, "token-uri", 0, "RFC 7512", "the URI names no key: object=");
    random_bytes(out->made, sizeof out->made);
    out->label = *label;
    out->id = id && id->ulValueLen ? *id : (CK_ATTRIBUTE){ CKA_ID, out->made, sizeof out->made };
    if (!token_objects(p, s, CKO_PRIVATE_KEY, &out->label, NULL, &there, 1, &n, w) ||
        !token_objects(p, s, CKO_PRIVATE_KEY, NULL, &out->id, &there, 1, &m, w))
        return false;
    return n + m == 0 || why_set(w, "token-exists", WHY_NO_OFFSET, NULL,
                                 "a key of that name or id is in the token %s", p->label);
}

/* Both ways to name the curve: tokens know one or the other (PKCS #11 3.0 2.3.5). */
static const struct span curve_name[] = {
    { (const uint8_t *)"\x06\x03\x2b\x65\x70", 5 },
    { (const uint8_t *)"\x13\x0c"
                       "edwards25519",
      14 },
};

enum { CURVES = sizeof curve_name / sizeof *curve_name };

static CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void *p, size_t n)
{
    return (CK_ATTRIBUTE){ type, (void *)(uintptr_t)p, (CK_ULONG)n };
}

static bool make_inside(const struct token_place *p, CK_SESSION_HANDLE s, const struct naming *name,
                        CK_OBJECT_HANDLE *key, struct why *w)
{
    const CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_MECHANISM how = { CKM_EC_EDWARDS_KEY_PAIR_GEN, NULL, 0 };
    CK_OBJECT_HANDLE pub;
    CK_RV rv = CKR_GENERAL_ERROR;

    for (size_t i = 0; rv != CKR_OK && i < CURVES; i++) {
        CK_ATTRIBUTE open[] = { name->label, name->id, attribute(CKA_TOKEN, &yes, sizeof yes),
                                attribute(CKA_VERIFY, &yes, sizeof yes),
                                attribute(CKA_EC_PARAMS, curve_name[i].p, curve_name[i].n) };
        CK_ATTRIBUTE closed[] = { name->label,
                                  name->id,
                                  attribute(CKA_TOKEN, &yes, sizeof yes),
                                  attribute(CKA_PRIVATE, &yes, sizeof yes),
                                  attribute(CKA_SIGN, &yes, sizeof yes),
                                  attribute(CKA_SENSITIVE, &yes, sizeof yes),
                                  attribute(CKA_EXTRACTABLE, &no, sizeof no) };

        rv = p->m->C_GenerateKeyPair(s, &how, open, sizeof open / sizeof *open, closed,
                                     sizeof closed / sizeof *closed, &pub, key);
    }
    return rv == CKR_OK || token_failed(w, "token", rv, "the token makes no Ed25519 key");
}

/* Both halves, or none. */
static bool put_inside(const struct token_place *p, CK_SESSION_HANDLE s, const struct naming *name,
                       const uint8_t seed[NODE_SEED], CK_OBJECT_HANDLE *key, struct why *w)
{
    const CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    const CK_OBJECT_CLASS public_class = CKO_PUBLIC_KEY, private_class = CKO_PRIVATE_KEY;
    const CK_KEY_TYPE type = CKK_EC_EDWARDS;
    uint8_t point[2 + NODE_PUBLIC_KEY] = { 0x04, NODE_PUBLIC_KEY }, secret[NODE_SECRET_KEY];
    CK_RV rv = CKR_GENERAL_ERROR;

    node_key_from_seed(seed, point + 2, secret);
    wipe(secret, sizeof secret);
    for (size_t i = 0; rv != CKR_OK && i < CURVES; i++) {
        CK_ATTRIBUTE curve = attribute(CKA_EC_PARAMS, curve_name[i].p, curve_name[i].n);
        CK_ATTRIBUTE open[] = { name->label,
                                name->id,
                                curve,
                                attribute(CKA_CLASS, &public_class, sizeof public_class),
                                attribute(CKA_KEY_TYPE, &type, sizeof type),
                                attribute(CKA_TOKEN, &yes, sizeof yes),
                                attribute(CKA_VERIFY, &yes, sizeof yes),
                                attribute(CKA_EC_POINT, point, sizeof point) };
        CK_ATTRIBUTE closed[] = { name->label,
                                  name->id,
                                  curve,
                                  attribute(CKA_CLASS, &private_class, sizeof private_class),
                                  attribute(CKA_KEY_TYPE, &type, sizeof type),
                                  attribute(CKA_TOKEN, &yes, sizeof yes),
                                  attribute(CKA_PRIVATE, &yes, sizeof yes),
                                  attribute(CKA_SIGN, &yes, sizeof yes),
                                  attribute(CKA_SENSITIVE, &yes, sizeof yes),
                                  attribute(CKA_EXTRACTABLE, &no, sizeof no),
                                  attribute(CKA_VALUE, seed, NODE_SEED) };
        CK_OBJECT_HANDLE pub;

        rv = p->m->C_CreateObject(s, open, sizeof open / sizeof *open, &pub);
        if (rv != CKR_OK)
            continue;
        rv = p->m->C_CreateObject(s, closed, sizeof closed / sizeof *closed, key);
        if (rv != CKR_OK)
            (void)p->m->C_DestroyObject(s, pub);
    }
    return rv == CKR_OK || token_failed(w, "token", rv, "the token takes no Ed25519 key");
}

static bool generate(struct token_place *p, const struct token_login *login, const uint8_t *seed,
                     uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    CK_SESSION_HANDLE s;
    CK_OBJECT_HANDLE key = 0;
    struct naming name = { 0 };
    bool ok;

    if (!token_modules_load(p, w) || !token_find(p, w) || !token_session(p, true, &s, w))
        return false;
    ok = token_log_in(p, s, login, w) && name_it(p, s, &name, w) &&
         (seed ? put_inside(p, s, &name, seed, &key, w) : make_inside(p, s, &name, &key, w)) &&
         token_public(p, s, key, pub, w);
    (void)p->m->C_CloseSession(s);
    return ok;
}

bool token_generate(const char *uri, const struct token_login *login, const uint8_t *seed,
                    uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    uint8_t out[NODE_PUBLIC_KEY];
    struct token_place p;
    bool ok = token_place_init(uri, &p, w) && generate(&p, login, seed, out, w);

    token_place_free(&p);
    if (ok)
        memcpy(pub, out, sizeof out);
    return ok;
}
