#include "service/ask/seal.h"

#include "base/limits.h"
#include "crypto/digest.h"
#include "crypto/signer.h"
#include "wire/cbor_write.h"

#define CLAUSE "RFC 9052 4.2"

enum { TAG_SIGN1 = 18, PROTECTED = 5 + ASK_KID, AROUND = 256 };

void ask_kid(const uint8_t pub[NODE_PUBLIC_KEY], uint8_t kid[ASK_KID])
{
    struct digest d;

    digest_of(DIGEST_SHA256, span_of(pub, NODE_PUBLIC_KEY), &d);
    memcpy(kid, d.b, ASK_KID);
}

/* ---- a table of keys ---- */

static enum ask_key of_table(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY])
{
    const struct ask_key_table *t = ctx;
    enum ask_key found = ASK_KEY_UNKNOWN;
    uint8_t own[ASK_KID];

    for (size_t i = 0; i < t->n; i++) {
        ask_kid(t->key[i].pub, own);
        if (!span_eq(kid, span_of(own, sizeof own)))
            continue;
        if (!span_eq(t->key[i].member, member)) {
            found = ASK_KEY_OF_ANOTHER;
            continue;
        }
        if (t->key[i].suspended)
            return ASK_KEY_SUSPENDED;
        memcpy(pub, t->key[i].pub, NODE_PUBLIC_KEY);
        return ASK_KEY_GOOD;
    }
    return found;
}

struct ask_keys ask_keys_of_table(const struct ask_key_table *t)
{
    return (struct ask_keys){ (void *)(uintptr_t)t, of_table };
}

/* ---- what is signed ---- */

static void put_protected(struct buffer *b, const uint8_t kid[ASK_KID])
{
    cbor_put_map(b, 2);
    cbor_put_int(b, 1);
    cbor_put_int(b, -8); /* EdDSA */
    cbor_put_int(b, 4);
    cbor_put_bytes(b, span_of(kid, ASK_KID));
}

static void put_aad(struct buffer *b, const struct ask_binding *as)
{
    cbor_put_array(b, 5);
    cbor_put_str(b, as->answer ? "serai ask answer" : "serai ask question");
    cbor_put_text(b, as->topic);
    cbor_put_text(b, as->purpose);
    cbor_put_text(b, as->from);
    cbor_put_text(b, as->to);
}

/* Sig_structure (RFC 9052 4.4) in one piece, as Ed25519 reads it twice. as NULL: with empty external_aad. */
static bool to_be_signed(struct span header, const struct ask_binding *as, struct span message,
                         struct arena *a, struct span *out, struct why *w)
{
    size_t room = message.n + header.n + AROUND, aad_room = AROUND;
    struct buffer b, aad;
    uint8_t *mem, *aad_mem;

    if (as)
        aad_room += as->topic.n + as->purpose.n + as->from.n + as->to.n;
    mem = arena_alloc(a, room + aad_room);
    aad_mem = arena_alloc(a, aad_room);
    if (!mem || !aad_mem)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init_fixed(&b, mem, room + aad_room);
    buf_init_fixed(&aad, aad_mem, aad_room);
    if (as)
        put_aad(&aad, as);
    cbor_put_array(&b, 4);
    cbor_put_str(&b, "Signature1");
    cbor_put_bytes(&b, header);
    cbor_put_bytes(&b, buf_span(&aad));
    cbor_put_bytes(&b, message);
    *out = buf_span(&b);
    return (buf_ok(&b) && buf_ok(&aad)) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

bool ask_sign(const struct ask_binding *as, struct span message, const struct signer *s, struct arena *a,
              struct span *out, struct why *w)
{
    uint8_t kid[ASK_KID], header_mem[PROTECTED], sig[NODE_SIGNATURE];
    struct buffer header, b;
    struct span tbs = { NULL, 0 };
    uint8_t *mem;

    ask_kid(s->pub, kid);
    buf_init_fixed(&header, header_mem, sizeof header_mem);
    put_protected(&header, kid);
    if (!to_be_signed(buf_span(&header), as, message, a, &tbs, w) || !s->sign(s->ctx, tbs, sig, w))
        return false;
    mem = arena_alloc(a, message.n + AROUND);
    if (!mem)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init_fixed(&b, mem, message.n + AROUND);
    cbor_put_head(&b, CBOR_TAG, TAG_SIGN1);
    cbor_put_array(&b, 4);
    cbor_put_bytes(&b, buf_span(&header));
    cbor_put_map(&b, 0);
    cbor_put_bytes(&b, message);
    cbor_put_bytes(&b, span_of(sig, sizeof sig));
    *out = buf_span(&b);
    return true;
}

/* ---- reading ---- */

/* The protected header in the only form there is; its kid. */
static bool read_protected(struct span header, struct span *kid)
{
    uint8_t mem[PROTECTED];
    struct buffer b;

    if (header.n != PROTECTED)
        return false;
    *kid = span_sub(header, PROTECTED - ASK_KID, PROTECTED);
    buf_init_fixed(&b, mem, sizeof mem);
    put_protected(&b, kid->p);
    return span_eq(buf_span(&b), header);
}

/* Cuts off the one byte string after the first item. What is there and is none is left where it is. */
static struct span cut_beside(struct span *in, struct arena *scratch)
{
    struct cbor c = cbor_of(*in);
    struct span first = cbor_item(&c), rest, body;
    struct why no;

    why_clear(&no);
    if (!cbor_ok(&c) || first.n == 0 || first.n == in->n || first.p[0] >> 5 != CBOR_TAG)
        return (struct span){ NULL, 0 };
    rest = span_sub(*in, first.n, in->n);
    c = cbor_of(rest);
    body = cbor_bytes(&c);
    if (!cbor_finish(&c, CLAUSE, &no) || body.n <= LIMIT_ASK_BESIDE || body.n > LIMIT_ASK_LARGE ||
        !cbor_check(rest, NULL, scratch, &no))
        return (struct span){ NULL, 0 };
    *in = first;
    return body;
}

bool ask_sealed_read(struct span in, struct arena *scratch, struct ask_sealed *out, struct why *w)
{
    struct ask_sealed m = { .beside = cut_beside(&in, scratch) };
    struct cbor c = cbor_of(in);
    const uint8_t *at = in.p;

    if (!cbor_check(in, NULL, scratch, w))
        return false;
    if (cbor_peek(&c) == CBOR_MAP)
        return why_set(w, "unsigned", 0, CLAUSE, "a message without a signature");
    if (cbor_tag(&c) != TAG_SIGN1 || cbor_array(&c) != 4)
        cbor_fail(&c, at, "expected a COSE_Sign1 with its tag");
    at = c.p;
    m.protected_header = cbor_bytes(&c);
    if (cbor_ok(&c) && !read_protected(m.protected_header, &m.kid))
        cbor_fail(&c, at, "expected EdDSA and a kid of 8 bytes in the protected header, and nothing else");
    at = c.p;
    if (cbor_map(&c) != 0)
        cbor_fail(&c, at, "expected an empty unprotected header");
    m.message = cbor_bytes(&c);
    at = c.p;
    m.signature = cbor_bytes(&c);
    if (cbor_ok(&c) && m.signature.n != NODE_SIGNATURE)
        cbor_fail(&c, at, "a signature of another length");
    if (!cbor_finish(&c, CLAUSE, w))
        return false;
    *out = m;
    return true;
}

bool ask_stored_read(struct span in, struct arena *scratch, struct ask_sealed *out, struct why *w)
{
    struct cbor c = cbor_of(in);

    if (cbor_peek(&c) != CBOR_MAP)
        return ask_sealed_read(in, scratch, out, w);
    *out = (struct ask_sealed){ .message = in };
    return true;
}

bool ask_message_of(struct span in, struct arena *scratch, struct span *message, struct why *w)
{
    struct ask_sealed m;

    if (!ask_stored_read(in, scratch, &m, w))
        return false;
    *message = m.message;
    return true;
}

/* ---- bodies beside their messages ---- */

void ask_beside_of(struct span body, struct ask_beside *out)
{
    struct digest d;

    digest_of(DIGEST_SHA256, body, &d);
    out->size = body.n;
    memcpy(out->hash, d.b, sizeof out->hash);
}

bool ask_beside_take(const struct ask_sealed *m, const struct ask_beside *b, struct span *body, struct why *w)
{
    struct ask_beside is;

    if (m->beside.n != b->size)
        return why_set(w, "beside", WHY_NO_OFFSET, NULL,
                       "the message says that %llu bytes stand beside it; there are %zu",
                       (unsigned long long)b->size, m->beside.n);
    if (b->size == 0)
        return true;
    ask_beside_of(m->beside, &is);
    if (memcmp(is.hash, b->hash, sizeof is.hash) != 0)
        return why_set(w, "beside", WHY_NO_OFFSET, NULL, "what stands beside the message is another body");
    *body = m->beside;
    return true;
}

/* ---- verifying ---- */

static bool holds(const struct ask_sealed *m, const struct ask_binding *as,
                  const uint8_t pub[NODE_PUBLIC_KEY], struct arena *scratch)
{
    struct span tbs = { NULL, 0 };
    struct why unused;

    why_clear(&unused);
    return to_be_signed(m->protected_header, as, m->message, scratch, &tbs, &unused) &&
           node_verify(tbs, m->signature.p, pub);
}

/* Whether it was signed as something else: that is told apart, since it shows a confusion or an attempt. */
static bool holds_otherwise(const struct ask_sealed *m, const struct ask_binding *as,
                            const uint8_t pub[NODE_PUBLIC_KEY], struct arena *scratch)
{
    struct ask_binding other = *as;

    other.answer = !as->answer;
    if (holds(m, &other, pub, scratch) || holds(m, NULL, pub, scratch))
        return true;
    other.from = as->to;
    other.to = as->from;
    return holds(m, &other, pub, scratch);
}

bool ask_verify(const struct ask_sealed *m, const struct ask_binding *as, const struct ask_keys *keys,
                struct arena *scratch, struct why *w)
{
    static const char *const wrong[] = { [ASK_KEY_GOOD] = "",
                                         [ASK_KEY_UNKNOWN] = "no key of that member has this kid",
                                         [ASK_KEY_OF_ANOTHER] = "the key is another member's",
                                         [ASK_KEY_SUSPENDED] = "the member's signatures do not count now" };
    uint8_t pub[NODE_PUBLIC_KEY];
    enum ask_key key = keys->of ? keys->of(keys->ctx, as->from, m->kid, pub) : ASK_KEY_UNKNOWN;

    if (key != ASK_KEY_GOOD)
        return why_set(w, "key", WHY_NO_OFFSET, "RFC 9052 3.1", "%s", wrong[key]);
    if (holds(m, as, pub, scratch))
        return true;
    if (holds_otherwise(m, as, pub, scratch))
        return why_set(w, "aad", WHY_NO_OFFSET, "RFC 9052 4.4", "it was signed as something else");
    return why_set(w, "signature", WHY_NO_OFFSET, "RFC 9052 4.4", "the signature does not hold");
}
