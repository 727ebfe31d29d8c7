#include "wire/vdsnc.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/jcs.h"
#include "wire/json_write.h"

static const char clause[] = "ICAO TR VDS-NC";

static const char *const alg_names[] = { "", "ES256", "ES384", "ES512" };

static bool text(struct vdsnc *v, json_ref at, const char *name, struct arena *a, struct span *out,
                 struct why *w)
{
    if (json_text_of(&v->json, at, a, out))
        return true;
    return why_set(w, "member", json_offset(&v->json, at), clause, "%s is missing or no string", name);
}

static bool bytes(struct vdsnc *v, json_ref at, const char *name, struct arena *a, struct span *out,
                  struct why *w)
{
    struct span s;
    struct buffer b;
    uint8_t *mem;
    size_t bad_at;

    if (!text(v, at, name, a, &s, w))
        return false;
    mem = arena_alloc(a, s.n);
    if (!mem)
        return why_set(w, "too-large", json_offset(&v->json, at), clause, "more than memory allows");
    buf_init_fixed(&b, mem, s.n);
    if (!base64_decode(s, BASE64_URL, &b, &bad_at))
        return why_set(w, "base64", json_offset(&v->json, at), "RFC 4648 5", "%s is no base64url", name);
    *out = buf_span(&b);
    return true;
}

/* An integer in any spelling: 1.0 and 1e0 have the canonical form of 1, and so the same signature. */
static bool whole(const struct json *j, json_ref at, int64_t *out)
{
    double d;

    if (!json_double(j, at, &d) || d < -0x1p53 || d > 0x1p53 || (double)(int64_t)d != d)
        return false;
    *out = (int64_t)d;
    return true;
}

static bool data(struct vdsnc *v, json_ref at, struct arena *a, struct why *w)
{
    const struct json *j = &v->json;
    json_ref hdr = json_member(j, at, "hdr"), msg = json_member(j, at, "msg");
    struct buffer b;
    uint8_t *mem;
    size_t size;

    if (!json_is(j, at, JSON_KIND_OBJECT) || !json_is(j, hdr, JSON_KIND_OBJECT))
        return why_set(w, "member", json_offset(j, at), clause, "data.hdr is missing or no object");
    if (!json_is(j, msg, JSON_KIND_OBJECT))
        return why_set(w, "member", json_offset(j, at), clause, "data.msg is missing or no object");
    if (!text(v, json_member(j, hdr, "t"), "data.hdr.t", a, &v->type, w) ||
        !text(v, json_member(j, hdr, "is"), "data.hdr.is", a, &v->country, w))
        return false;
    if (!whole(j, json_member(j, hdr, "v"), &v->version))
        return why_set(w, "member", json_offset(j, hdr), clause, "data.hdr.v is missing or no integer");
    /* Canonical text can be longer than the source: "1e20" becomes 21 digits, but never more than six times.
     */
    size = json_source(j, at).n * 6 + 64;
    mem = arena_alloc(a, size);
    if (!mem)
        return why_set(w, "too-large", json_offset(j, at), clause, "more than memory allows");
    buf_init_fixed(&b, mem, size);
    if (!jcs_put(&b, j, at, a, w))
        return false;
    v->canonical = buf_span(&b);
    mem = arena_alloc(a, v->canonical.n); /* the message is a part of it */
    if (!mem)
        return why_set(w, "too-large", json_offset(j, at), clause, "more than memory allows");
    buf_init_fixed(&b, mem, v->canonical.n);
    if (!jcs_put(&b, j, msg, a, w))
        return false;
    v->message = buf_span(&b);
    return true;
}

static bool sig(struct vdsnc *v, json_ref at, struct arena *a, struct why *w)
{
    const struct json *j = &v->json;
    json_ref alg = json_member(j, at, "alg");

    if (at == JSON_NONE)
        return true;
    for (int i = VDSNC_ES256; i <= VDSNC_ES512; i++)
        if (json_text_is(j, alg, alg_names[i]))
            v->alg = (enum vdsnc_alg)i;
    if (v->alg == 0)
        return why_set(w, "algorithm", json_offset(j, alg != JSON_NONE ? alg : at), clause,
                       "sig.alg is none of ES256, ES384, ES512");
    if (!bytes(v, json_member(j, at, "cer"), "sig.cer", a, &v->certificate, w) ||
        !bytes(v, json_member(j, at, "sigvl"), "sig.sigvl", a, &v->signature, w))
        return false;
    if (v->signature.n == 0)
        return why_set(w, "base64", json_offset(j, at), clause, "sig.sigvl is empty");
    return true;
}

bool vdsnc_parse(struct span in, struct arena *a, struct vdsnc *out, struct why *w)
{
    struct vdsnc v = { 0 };

    if (in.n > LIMIT_VDSNC)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "%zu bytes are more than a seal can have",
                       in.n);
    if (!json_parse(in, a, &v.json, w) || !data(&v, json_member(&v.json, JSON_ROOT, "data"), a, w) ||
        !sig(&v, json_member(&v.json, JSON_ROOT, "sig"), a, w))
        return false;
    *out = v;
    return true;
}

bool vdsnc_put_data(struct buffer *b, struct span type, int version, struct span country, struct span message,
                    struct arena *scratch, struct why *w)
{
    struct buffer t;
    struct json_writer jw = json_to(&t);
    struct json j;
    bool ok;

    buf_init(&t, LIMIT_VDSNC);
    jw_object(&jw, NULL);
    jw_object(&jw, "hdr");
    jw_text(&jw, "t", type);
    jw_int(&jw, "v", version);
    jw_text(&jw, "is", country);
    jw_object_end(&jw);
    jw_raw(&jw, "msg", message);
    jw_object_end(&jw);
    ok = buf_ok(&t) || why_set(w, "too-large", WHY_NO_OFFSET, clause, "the message is too long for a seal");
    ok = ok && json_parse(buf_span(&t), scratch, &j, w);
    if (ok && !json_is(&j, json_member(&j, JSON_ROOT, "msg"), JSON_KIND_OBJECT))
        ok = why_set(w, "member", WHY_NO_OFFSET, clause, "the message is no JSON object");
    ok = ok && jcs_put(b, &j, JSON_ROOT, scratch, w);
    buf_free(&t);
    return ok;
}

void vdsnc_put_text(struct buffer *b, struct span in, enum vdsnc_alg alg, struct span certificate,
                    struct span signature)
{
    buf_str(b, "{\"data\":");
    buf_put(b, in);
    buf_str(b, ",\"sig\":{\"alg\":\"");
    buf_str(b, alg_names[alg]);
    buf_str(b, "\",\"cer\":\"");
    base64_put(b, certificate, BASE64_URL);
    buf_str(b, "\",\"sigvl\":\"");
    base64_put(b, signature, BASE64_URL);
    buf_str(b, "\"}}");
}
