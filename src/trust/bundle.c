#include "trust/bundle.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "seal/certificate.h"
#include "seal/issue_certificate.h"
#include "seal/receipt.h"

static const char clause[] = "doc/trust-list.md, How acts travel";

#define FIRST_LINE SPAN("serai trust act ")
#define FIRST_CARD SPAN("serai member card ")
#define PEM        SPAN("-----BEGIN CERTIFICATE-----\n")
#define PEM_END    "-----END CERTIFICATE-----\n"

/* Length of the note that s starts with: text, blank line, one line of signature. 0: none. */
static size_t note_length(struct span s)
{
    const uint8_t *blank = memmem(s.p, s.n, "\n\n", 2), *end;

    if (!blank)
        return 0;
    blank += 2;
    end = memchr(blank, '\n', (size_t)(s.p + s.n - blank));
    return end ? (size_t)(end + 1 - s.p) : 0;
}

static size_t pem_length(struct span s)
{
    const uint8_t *end = memmem(s.p, s.n, PEM_END, sizeof PEM_END - 1);

    return end ? (size_t)(end - s.p) + sizeof PEM_END - 1 : 0;
}

static size_t count(struct span in, struct span what)
{
    size_t n = 0;

    for (const uint8_t *p; in.n && (p = memmem(in.p, in.n, what.p, what.n)); n++)
        in = span_sub(in, (size_t)(p - in.p) + what.n, in.n);
    return n;
}

static bool keep_one(void *ctx, struct span der)
{
    struct trust_certificate *c = ctx;
    struct digest d;

    c->der = der;
    digest_of(DIGEST_SHA256, der, &d);
    memcpy(c->sha256, d.b, sizeof c->sha256);
    return false;
}

bool trust_bundle_parse(struct span in, struct arena *a, struct trust_bundle *out, struct why *w)
{
    size_t notes = count(in, FIRST_LINE), cards = count(in, FIRST_CARD), certificates = count(in, PEM), n = 0;
    struct span *note = arena_array(a, notes + 1, sizeof *note), rest = in;
    struct span *card = arena_array(a, cards + 1, sizeof *card);
    struct trust_certificate *cert = arena_array(a, certificates + 1, sizeof *cert);
    struct trust_bundle b = { .note = note, .card = card, .certificate = cert };

    if (notes > LIMIT_ACTS || cards > LIMIT_CARDS || certificates > LIMIT_ANCHORS || !note || !card || !cert)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "too many acts, cards or certificates");
    for (; rest.n; rest = span_sub(rest, n, rest.n)) {
        struct span part;

        n = 1;
        if (rest.p[0] == '\n')
            continue;
        if (span_starts(rest, FIRST_LINE) && b.n_notes < notes && (n = note_length(rest)) > 0) {
            note[b.n_notes++] = span_sub(rest, 0, n);
            continue;
        }
        if (span_starts(rest, FIRST_CARD) && b.n_cards < cards && (n = note_length(rest)) > 0) {
            card[b.n_cards++] = span_sub(rest, 0, n);
            continue;
        }
        part = span_starts(rest, PEM) ? span_sub(rest, 0, pem_length(rest)) : (struct span){ 0 };
        n = part.n;
        if (n == 0 || b.n_certificates == certificates ||
            certificates_in(part, a, keep_one, &cert[b.n_certificates]) != 1)
            return why_set(
                w, "bundle", (size_t)(rest.p - in.p), clause,
                "expected an act (\"serai trust act 1\"), a member's card or a certificate in PEM");
        b.n_certificates++;
    }
    *out = b;
    return true;
}

void trust_bundle_put_note(struct buffer *b, struct span note)
{
    if (b->n)
        buf_u8(b, '\n');
    buf_put(b, note);
}

void trust_bundle_put_certificate(struct buffer *b, struct span der)
{
    if (b->n)
        buf_u8(b, '\n');
    certificate_pem(der, b);
}

/* The next key from there on that the signature line may mean: by its name and the first bytes of its
 * fingerprint, which another key can be made to share. */
static size_t next_key(const struct trust_keys *keys, size_t from, const struct note_signature *s)
{
    while (from < keys->n && (!span_eq(keys->key[from].name, s->name) ||
                              memcmp(keys->key[from].fingerprint, s->key_hash, NOTE_KEY_HASH) != 0))
        from++;
    return from;
}

/*
 * Which key signed the act: of its member, and the signature holds. One key may be named as two members': the
 * act says whose it is. keys->n: none; *w says why.
 */
static size_t signer(struct span in, const struct note *note, const struct trust_act *act,
                     const struct trust_keys *keys, struct why *w)
{
    const struct note_signature *s = &note->signature[0];
    size_t other = keys->n;

    for (size_t k = next_key(keys, 0, s); k < keys->n; k = next_key(keys, k + 1, s)) {
        struct why one = { 0 };
        struct span text;

        if (receipt_verify(in, keys->key[k].name, keys->key[k].key, &text, &one) != RESULT_GENUINE)
            (void)why_set(w, one.reason, one.offset, one.clause, "%s", one.detail);
        else if (span_eq(keys->key[k].state, act->member))
            return k;
        else
            other = k;
    }
    if (other < keys->n && w)
        why_clear(w);
    if (other < keys->n)
        (void)why_set(w, "act", (size_t)(act->member.p - in.p), clause,
                      "the key that signed it is one of %.*s", 2, (const char *)keys->key[other].state.p);
    else
        (void)why_set(w, "no-key", note->text.n, clause,
                      "signed with a key that is not among the members' keys here (act %llu of %.*s)",
                      (unsigned long long)act->number, 2, (const char *)act->member.p);
    return keys->n;
}

bool trust_act_verify(struct span in, const struct trust_keys *keys, struct span agreement, struct arena *a,
                      struct trust_act *out, struct why *w)
{
    struct trust_act act;
    struct note note;

    if (in.n > LIMIT_ACT + 1024)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "an act of more than %d bytes", LIMIT_ACT);
    if (!note_parse(in, &note, w))
        return false;
    if (note.n != 1)
        return why_set(w, "note", note.text.n, clause, "an act has one signature, not %zu", note.n);
    if (!act_parse(note.text, a, &act, w))
        return false;
    if (!span_eq(act.agreement, agreement))
        return why_set(w, "agreement", (size_t)(act.agreement.p - in.p), clause,
                       "the act belongs to another agreement");
    act.key = signer(in, &note, &act, keys, w);
    if (act.key == keys->n)
        return false;
    act.note = in;
    *out = act;
    return true;
}

size_t trust_acts_verify(const struct span *note, size_t n, struct trust_keys *keys, struct span agreement,
                         struct arena *a, struct trust_act *out,
                         void (*refused)(void *ctx, size_t i, const struct why *w), void *ctx)
{
    bool *done = arena_array(a, n + 1, sizeof *done), learnt = done != NULL;
    size_t verified = 0;
    struct why w;

    while (learnt) {
        learnt = false;
        for (size_t i = 0; i < n; i++) {
            why_clear(&w);
            if (done[i])
                continue;
            done[i] = trust_act_verify(note[i], keys, agreement, a, &out[verified], &w);
            if (done[i])
                learnt |= trust_keys_learn(keys, &out[verified++], a);
        }
    }
    for (size_t i = 0; done && i < n; i++) {
        why_clear(&w);
        if (!done[i] && !trust_act_verify(note[i], keys, agreement, a, &out[verified], &w))
            refused(ctx, i, &w);
    }
    return verified;
}

bool trust_act_sign(const struct trust_act *act, const struct trust_key *key, const struct signer *signer,
                    struct buffer *out, struct why *w)
{
    struct buffer text;
    bool ok;

    if (memcmp(key->key, signer->pub, NODE_PUBLIC_KEY) != 0)
        return why_set(w, "key", WHY_NO_OFFSET, clause, "what signs here is not that key of %.*s",
                       (int)key->state.n, (const char *)key->state.p);
    buf_init(&text, LIMIT_ACT);
    act_write(act, &text);
    ok = buf_ok(&text) ? receipt_sign(buf_span(&text), key->name, signer, out, w)
                       : why_set(w, "too-large", WHY_NO_OFFSET, clause,
                                 "the act would be longer than %d bytes", LIMIT_ACT);
    buf_free(&text);
    return ok;
}
