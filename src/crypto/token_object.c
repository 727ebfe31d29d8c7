/* Objects of a token: keys found, and what Ed25519 keys look like in different tokens. */
#include <string.h>

#include "crypto/token_internal.h"

bool token_objects(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_CLASS class,
                   const CK_ATTRIBUTE *label, const CK_ATTRIBUTE *id, CK_OBJECT_HANDLE *out, size_t n,
                   size_t *found, struct why *w)
{
    CK_ATTRIBUTE like[3] = { { CKA_CLASS, &class, sizeof class } };
    CK_ULONG count = 1, got = 0;
    CK_RV rv;

    if (label)
        like[count++] = *label;
    if (id)
        like[count++] = *id;
    rv = p->m->C_FindObjectsInit(s, like, count);
    if (rv != CKR_OK)
        return token_failed(w, "token", rv, "the token does not list its keys");
    /* A module may give them one by one. */
    for (*found = 0; rv == CKR_OK && *found < n; *found += got) {
        rv = p->m->C_FindObjects(s, out + *found, (CK_ULONG)(n - *found), &got);
        if (rv != CKR_OK || got == 0 || got > n - *found)
            break;
    }
    (void)p->m->C_FindObjectsFinal(s);
    return rv == CKR_OK || token_failed(w, "token", rv, "the token does not list its keys");
}

bool token_attribute(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                     CK_ATTRIBUTE_TYPE type, void *to, size_t room, size_t *n)
{
    CK_ATTRIBUTE a = { type, to, (CK_ULONG)room };

    if (p->m->C_GetAttributeValue(s, o, &a, 1) != CKR_OK || a.ulValueLen > room)
        return false;
    *n = (size_t)a.ulValueLen;
    return true;
}

bool token_flag(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o, CK_ATTRIBUTE_TYPE type,
                bool absent)
{
    CK_BBOOL yes = CK_FALSE;
    size_t n;

    return token_attribute(p, s, o, type, &yes, sizeof yes, &n) && n == sizeof yes ? yes != CK_FALSE : absent;
}

/* PKCS #11 3.0 2.3.5: a curve's name as printable string, or its object identifier; tokens have either. */
static bool is_edwards25519(struct span params)
{
    static const struct span known[] = {
        { (const uint8_t *)"\x06\x03\x2b\x65\x70", 5 }, /* RFC 8410: id-Ed25519 */
        { (const uint8_t *)"\x13\x0c"
                           "edwards25519",
          14 },                                                                  /* printable string */
        { (const uint8_t *)"\x06\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", 11 }, /* 1.3.6.1.4.1.11591.15.1 */
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_eq(params, known[i]))
            return true;
    return false;
}

bool token_is_ed25519(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o)
{
    CK_KEY_TYPE type = 0;
    uint8_t params[64];
    size_t n;

    return token_attribute(p, s, o, CKA_KEY_TYPE, &type, sizeof type, &n) && type == CKK_EC_EDWARDS &&
           token_attribute(p, s, o, CKA_EC_PARAMS, params, sizeof params, &n) &&
           is_edwards25519(span_of(params, n));
}

/* The point as 32 bytes, or as an OCTET STRING or BIT STRING of them. */
static bool point_parse(struct span in, uint8_t pub[NODE_PUBLIC_KEY])
{
    if (in.n == 2 + NODE_PUBLIC_KEY && in.p[0] == 0x04 && in.p[1] == NODE_PUBLIC_KEY)
        in = span_sub(in, 2, in.n);
    else if (in.n == 3 + NODE_PUBLIC_KEY && in.p[0] == 0x03 && in.p[1] == 1 + NODE_PUBLIC_KEY && in.p[2] == 0)
        in = span_sub(in, 3, in.n);
    if (in.n != NODE_PUBLIC_KEY)
        return false;
    memcpy(pub, in.p, NODE_PUBLIC_KEY);
    return true;
}

static bool point_of(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                     uint8_t pub[NODE_PUBLIC_KEY])
{
    uint8_t raw[128];
    size_t n;

    return token_attribute(p, s, o, CKA_EC_POINT, raw, sizeof raw, &n) && point_parse(span_of(raw, n), pub);
}

/* RFC 8410 4: SubjectPublicKeyInfo of an Ed25519 key has one form. */
static bool spki_of(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                    uint8_t pub[NODE_PUBLIC_KEY])
{
    static const uint8_t head[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };
    uint8_t raw[128];
    size_t n;

    if (!token_attribute(p, s, o, CKA_PUBLIC_KEY_INFO, raw, sizeof raw, &n) ||
        n != sizeof head + NODE_PUBLIC_KEY || memcmp(raw, head, sizeof head) != 0)
        return false;
    memcpy(pub, raw + sizeof head, NODE_PUBLIC_KEY);
    return true;
}

/* The public half is an object of its own, with the same id, or the same label where there is no id. */
bool token_public(const struct token_place *p, CK_SESSION_HANDLE s, CK_OBJECT_HANDLE o,
                  uint8_t pub[NODE_PUBLIC_KEY], struct why *w)
{
    uint8_t id[TOKEN_ID], label[TOKEN_LABEL];
    CK_ATTRIBUTE with_id = { CKA_ID, id, 0 }, with_label = { CKA_LABEL, label, 0 };
    CK_OBJECT_HANDLE half[2];
    size_t n = 0, found = 0;

    if (token_attribute(p, s, o, CKA_ID, id, sizeof id, &n))
        with_id.ulValueLen = (CK_ULONG)n;
    if (token_attribute(p, s, o, CKA_LABEL, label, sizeof label, &n))
        with_label.ulValueLen = (CK_ULONG)n;
    if ((with_id.ulValueLen || with_label.ulValueLen) &&
        !token_objects(p, s, CKO_PUBLIC_KEY, with_id.ulValueLen ? NULL : &with_label,
                       with_id.ulValueLen ? &with_id : NULL, half, 2, &found, w))
        return false;
    for (size_t i = 0; i < found; i++)
        if (token_is_ed25519(p, s, half[i]) && point_of(p, s, half[i], pub))
            return true;
    return point_of(p, s, o, pub) || spki_of(p, s, o, pub) ||
           why_set(w, "token-key", WHY_NO_OFFSET, "PKCS #11 3.0 2.3",
                   "the public half of the key is not in the token");
}
