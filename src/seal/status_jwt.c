/* Status tokens as JWT (Token Status List 5.1): the same claims in JSON. */
#include "base/limits.h"
#include "base/text.h"
#include "seal/status_internal.h"
#include "wire/json.h"

#define CLAUSE "RFC 7515 7.1"

static bool wrong(const struct json *j, json_ref v, struct why *w, const char *what)
{
    return why_set(w, "STRUCT", json_offset(j, v), "Token Status List 5.1", "%s", what);
}

/* Base64 of either alphabet, which begins at offset at of what is read, decoded into the arena. */
static bool decode(struct span text, enum base64_alphabet alphabet, size_t at, struct arena *a,
                   struct span *out, struct why *w)
{
    size_t room = text.n / 4 * 3 + 3, bad = 0;
    void *mem = arena_alloc(a, room);
    struct buffer b;

    if (!mem)
        return why_set(w, "STATUS_TOO_LARGE", at, NULL, "no memory left for this");
    buf_init_fixed(&b, mem, room);
    if (!base64_decode(text, alphabet, &b, &bad))
        return why_set(w, "STRUCT", at + bad, "RFC 7515 2", "not base64");
    *out = buf_span(&b);
    return true;
}

static bool parse_part(struct span text, size_t at, struct arena *a, struct json *out, struct why *w)
{
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct span bytes = { 0 };

    if (!decode(text, BASE64_URL, at, a, &bytes, w))
        return false;
    if (!json_parse(bytes, a, out, &cause))
        return why_set(w, "STRUCT", cause.offset, "RFC 8259", "%s", cause.detail);
    return json_is(out, JSON_ROOT, JSON_KIND_OBJECT) || wrong(out, JSON_ROOT, w, "expected an object");
}

static enum cose_alg alg_of(const struct json *j, json_ref v)
{
    static const enum cose_alg algs[] = { COSE_ES256, COSE_ES384, COSE_ES512, COSE_EDDSA };

    for (size_t i = 0; i < sizeof algs / sizeof algs[0]; i++)
        if (json_text_is(j, v, cose_alg_name(algs[i])))
            return algs[i];
    return COSE_ALG_UNUSABLE;
}

static bool read_chain(const struct json *j, json_ref chain, struct arena *a, struct status_token *t,
                       struct why *w)
{
    if (chain == JSON_NONE)
        return true;
    if (!json_is(j, chain, JSON_KIND_ARRAY))
        return wrong(j, chain, w, "x5c is not an array");
    for (json_ref v = json_first(j, chain); v != JSON_NONE; v = json_after(j, chain, v)) {
        struct span text;

        if (!json_text_of(j, v, a, &text))
            return wrong(j, v, w, "x5c holds something else than text");
        if (t->n_chain < STATUS_CHAIN &&
            !decode(text, BASE64_STD, json_offset(j, v), a, &t->chain[t->n_chain], w))
            return false;
        t->n_chain++;
    }
    return true;
}

static bool read_header(const struct json *j, struct arena *a, struct status_token *t, struct why *w)
{
    json_ref type = json_member(j, JSON_ROOT, "typ");

    t->cose.alg = alg_of(j, json_member(j, JSON_ROOT, "alg"));
    if (json_member(j, JSON_ROOT, "crit") != JSON_NONE)
        t->cose.crit = t->all.p;
    if (type != JSON_NONE && !json_text_of(j, type, a, &t->type))
        return wrong(j, type, w, "typ is not text");
    return read_chain(j, json_member(j, JSON_ROOT, "x5c"), a, t, w);
}

static bool read_number(const struct json *j, const char *name, bool *has, int64_t *out, struct why *w)
{
    json_ref v = json_member(j, JSON_ROOT, name);

    *has = v != JSON_NONE;
    if (*has && (!json_int64(j, v, out) || *out < 0 || *out > INT64_MAX / 2))
        return wrong(j, v, w, "not a whole number of seconds");
    return true;
}

static bool read_list(const struct json *j, json_ref list, struct arena *a, struct status_token *t,
                      struct why *w)
{
    json_ref packed = json_member(j, list, "lst");
    struct span text;
    int64_t bits;

    if (list == JSON_NONE)
        return true;
    if (!json_int64(j, json_member(j, list, "bits"), &bits) || bits < 0 || packed == JSON_NONE ||
        !json_text_of(j, packed, a, &text))
        return wrong(j, list, w, "a status list without bits or lst");
    t->has_list = true;
    t->bits = (uint64_t)bits;
    t->packed_at = json_offset(j, packed);
    return decode(text, BASE64_URL, t->packed_at, a, &t->packed, w);
}

static bool read_claims(const struct json *j, struct arena *a, struct status_token *t, struct why *w)
{
    json_ref subject = json_member(j, JSON_ROOT, "sub");
    int64_t ttl = 0;

    t->has_subject = subject != JSON_NONE;
    if (t->has_subject && !json_text_of(j, subject, a, &t->subject))
        return wrong(j, subject, w, "sub is not text");
    if (!read_number(j, "iat", &t->has_issued, &t->issued, w) ||
        !read_number(j, "exp", &t->has_expires, &t->expires, w) ||
        !read_number(j, "ttl", &t->has_ttl, &ttl, w))
        return false;
    t->ttl = (uint64_t)ttl;
    return read_list(j, json_member(j, JSON_ROOT, "status_list"), a, t, w);
}

bool status_parse_jwt(struct span in, struct arena *a, struct status_token *t, struct why *w)
{
    struct span rest = in, part[3] = { { 0 } };
    struct json header, claims;
    size_t n = 0;

    /* A line feed at the end of a file is not part of it. */
    if (rest.n && rest.p[rest.n - 1] == '\n')
        rest.n--;
    while (n < 3 && text_split(&rest, '.', &part[n]))
        n++;
    if (n < 3 || rest.n || part[2].n == 0)
        return why_set(w, "STRUCT", 0, CLAUSE, "not three parts with dots between");
    t->json = true;
    t->signing_input = span_of(in.p, (size_t)(part[2].p - 1 - in.p));
    t->cose = (struct cose){ .base = in.p, .kind = COSE_SIGN1, .all = in, .payload = part[1] };
    return parse_part(part[0], 0, a, &header, w) && read_header(&header, a, t, w) &&
           parse_part(part[1], (size_t)(part[1].p - in.p), a, &claims, w) && read_claims(&claims, a, t, w) &&
           decode(part[2], BASE64_URL, (size_t)(part[2].p - in.p), a, &t->cose.proof, w);
}
