#include "cacao/sign.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "wire/jcs.h"
#include "wire/json_write.h"

/* SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) but for its 32 bytes. */
static const uint8_t spki[] = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

static const char *const words[] = {
    [CACAO_GENUINE] = "genuine",
    [CACAO_FORGED] = "forged",
    [CACAO_UNDETERMINED] = "undetermined",
    [CACAO_WITHDRAWN] = "revoked",
};

const char *cacao_proof_word(enum cacao_proof p)
{
    return words[p];
}

static bool full(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                   "the playbook needs more memory than is given to one");
}

/* The members of an object but one, as they are written. */
static void put_members_but(struct json_writer *j, const struct cacao *c, json_ref object, const char *but)
{
    for (json_ref m = json_first(&c->j, object); m != JSON_NONE; m = json_after(&c->j, object, m)) {
        struct span name;

        if (json_text_is(&c->j, m, but) || !json_text_of(&c->j, m, c->a, &name))
            continue;
        buf_str(j->b, j->comma >> j->depth & 1 ? "," : "");
        j->comma |= 1u << j->depth;
        jw_quote(j->b, name);
        buf_str(j->b, ":");
        buf_put(j->b, json_source(&c->j, json_value_of(&c->j, m)));
    }
}

/* What is signed: the playbook with this signature alone, which has no value yet. */
static bool digest(const struct cacao *c, struct span signature, struct digest *out, struct why *w)
{
    struct buffer b, canonical;
    struct json_writer j;
    struct json again;
    bool ok;

    buf_init(&b, (size_t)LIMIT_CACAO * 2);
    buf_init(&canonical, (size_t)LIMIT_CACAO * 4);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_members_but(&j, c, JSON_ROOT, "signatures");
    jw_array(&j, "signatures");
    jw_raw(&j, NULL, signature);
    jw_array_end(&j);
    jw_object_end(&j);
    ok = buf_ok(&b) || full(w);
    ok = ok && json_parse(arena_copy(c->a, buf_span(&b)), c->a, &again, w) &&
         jcs_put(&canonical, &again, JSON_ROOT, c->a, w);
    if (ok)
        digest_of(DIGEST_SHA256, buf_span(&canonical), out);
    buf_free(&b);
    buf_free(&canonical);
    return ok;
}

/* CACAO asks for exactly three digits after the point. */
static void put_time(struct json_writer *j, const char *name, unix_time t)
{
    char text[TIME_TEXT + 4];

    (void)time_format(t, text);
    memcpy(text + 19, ".000Z", 6);
    jw_str(j, name, text);
}

static void put_signature(struct json_writer *j, const struct cacao *c, const struct cacao_signing *s,
                          const uint8_t key[NODE_PUBLIC_KEY])
{
    struct buffer b;
    uint8_t der[sizeof spki + NODE_PUBLIC_KEY];

    memcpy(der, spki, sizeof spki);
    memcpy(der + sizeof spki, key, NODE_PUBLIC_KEY);
    buf_init(&b, 256);
    base64_put(&b, span_of(der, sizeof der), BASE64_STD);
    jw_str(j, "type", "jss");
    jw_text(j, "id", s->id);
    if (s->created_by.n)
        jw_text(j, "created_by", s->created_by);
    put_time(j, "created", s->at);
    put_time(j, "modified", s->at);
    jw_text(j, "signee", s->signee);
    jw_text(j, "related_to", c->id);
    jw_text(j, "related_version", c->modified);
    jw_str(j, "hash_algorithm", "sha-256");
    jw_str(j, "algorithm", "Ed25519");
    jw_text(j, "public_key", buf_span(&b));
    buf_free(&b);
}

/* Puts a signature behind those that are there, or first of a new member before the last bracket. */
static void insert(const struct cacao *c, struct span signature, struct buffer *out)
{
    json_ref list = json_member(&c->j, JSON_ROOT, "signatures");
    struct span text = c->j.text;
    bool listed = json_is(&c->j, list, JSON_KIND_ARRAY);
    const struct json_node *n = &c->j.node[listed ? list : JSON_ROOT];
    size_t end = (size_t)n->at + n->len - 1;

    buf_put(out, span_sub(text, 0, end));
    if (json_first(&c->j, listed ? list : JSON_ROOT) != JSON_NONE)
        buf_str(out, ",");
    buf_str(out, listed ? "" : "\"signatures\":[");
    buf_put(out, signature);
    buf_str(out, listed ? "" : "]");
    buf_put(out, span_sub(text, end, text.n));
}

static bool may_sign(const struct cacao *c, struct why *w)
{
    struct cacao_findings f;

    if (!cacao_check(c, &f, w))
        return false;
    if (f.count[CACAO_SHAPE])
        return why_set(w, "shape", json_offset(&c->j, f.item[0].at), "CACAO 2.0", "%s", f.item[0].says);
    if (cacao_has_secret(&f))
        return why_set(w, "secret", WHY_NO_OFFSET, NULL,
                       "it holds a password, token or key: it is not signed to be shared");
    if (c->revoked)
        return why_set(w, "revoked", WHY_NO_OFFSET, "CACAO 2.0", "it is revoked");
    return true;
}

bool cacao_sign(const struct cacao *c, const struct cacao_signing *s, const struct signer *key,
                struct buffer *out, struct why *w)
{
    uint8_t sig[NODE_SIGNATURE];
    struct buffer b, value;
    struct json_writer j;
    struct digest d;
    bool ok;

    if (!may_sign(c, w))
        return false;
    buf_init(&b, 1u << 20);
    buf_init(&value, 256);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_signature(&j, c, s, key->pub);
    jw_object_end(&j);
    ok = (buf_ok(&b) || full(w)) && digest(c, buf_span(&b), &d, w) &&
         signer_sign(key, digest_span(&d), sig, w);
    if (ok) {
        base64_put(&value, span_of(sig, sizeof sig), BASE64_URL);
        b.n--;
        buf_str(&b, ",\"value\":");
        jw_quote(&b, buf_span(&value));
        buf_str(&b, "}");
        insert(c, buf_span(&b), out);
        ok = (buf_ok(&b) && buf_ok(out)) || full(w);
    }
    buf_free(&b);
    buf_free(&value);
    return ok;
}

static struct span member(const struct cacao *c, json_ref object, const char *name)
{
    json_ref v = json_member(&c->j, object, name);
    struct span s = { NULL, 0 };

    if (json_is(&c->j, v, JSON_KIND_STRING) && !json_text_of(&c->j, v, c->a, &s))
        s = (struct span){ NULL, 0 };
    return s;
}

static bool decode(struct span s, enum base64_alphabet alphabet, void *out, size_t n)
{
    uint8_t mem[256];
    struct buffer b;
    size_t bad;

    buf_init_fixed(&b, mem, sizeof mem);
    if (!base64_decode(s, alphabet, &b, &bad) || b.n != n)
        return false;
    memcpy(out, mem, n);
    return true;
}

static bool read_key(const struct cacao *c, struct cacao_signature *s)
{
    uint8_t der[sizeof spki + NODE_PUBLIC_KEY];

    if (!decode(member(c, s->at, "public_key"), BASE64_STD, der, sizeof der) ||
        memcmp(der, spki, sizeof spki) != 0)
        return false;
    memcpy(s->key, der + sizeof spki, NODE_PUBLIC_KEY);
    return true;
}

static enum cacao_proof prove(const struct cacao *c, struct cacao_signature *s, const char **says)
{
    uint8_t sig[NODE_SIGNATURE];
    struct buffer b;
    struct json_writer j;
    struct digest d;
    bool ok;

    *says = "it is made with another algorithm than Ed25519 over SHA-256, or holds no public key";
    if (!span_eq_str(member(c, s->at, "algorithm"), "Ed25519") ||
        !span_eq_str(member(c, s->at, "hash_algorithm"), "sha-256") || !s->has_key)
        return CACAO_UNDETERMINED;
    *says = "it is of another playbook, or of another version of this one";
    if (!span_eq(member(c, s->at, "related_to"), c->id) ||
        !span_eq(member(c, s->at, "related_version"), c->modified))
        return CACAO_FORGED;
    *says = "the playbook or the signature was changed";
    if (!decode(member(c, s->at, "value"), BASE64_URL, sig, sizeof sig))
        return CACAO_FORGED;
    buf_init(&b, LIMIT_CACAO);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_members_but(&j, c, s->at, "value");
    jw_object_end(&j);
    ok = buf_ok(&b) && digest(c, buf_span(&b), &d, NULL) && node_verify(digest_span(&d), sig, s->key);
    buf_free(&b);
    if (!ok)
        return CACAO_FORGED;
    *says = "who made the signature revoked it";
    if (json_is(&c->j, json_member(&c->j, s->at, "revoked"), JSON_KIND_TRUE))
        return CACAO_WITHDRAWN;
    *says = "";
    return CACAO_GENUINE;
}

bool cacao_verify(const struct cacao *c, struct cacao_signature **out, uint32_t *n, struct why *w)
{
    json_ref list = json_member(&c->j, JSON_ROOT, "signatures");
    struct cacao_signature *all = arena_array(c->a, LIMIT_CACAO_SIGNATURES, sizeof *all);
    uint32_t k = 0;

    if (!all)
        return full(w);
    for (json_ref v = json_is(&c->j, list, JSON_KIND_ARRAY) ? json_first(&c->j, list) : JSON_NONE;
         v != JSON_NONE && k < LIMIT_CACAO_SIGNATURES; v = json_after(&c->j, list, v)) {
        struct cacao_signature *s = &all[k++];

        s->at = v;
        s->id = member(c, v, "id");
        s->signee = member(c, v, "signee");
        s->created = member(c, v, "created");
        s->has_key = read_key(c, s);
        s->proof = prove(c, s, &s->says);
    }
    *out = all;
    *n = k;
    return true;
}
