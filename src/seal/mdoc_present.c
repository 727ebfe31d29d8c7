#include "seal/mdoc_present.h"

#include "base/limits.h"
#include "crypto/node_key.h"
#include "seal/cose_write.h"
#include "seal/mdoc_transcript.h"
#include "wire/cbor_write.h"

#define CLAUSE "ISO/IEC 18013-5 10.3.2"

/* A document as its holder has it. */
struct held {
    struct mdoc_response read;
    struct mdoc_document *document;
    struct mdoc_mso mso;
    struct cose_key device_key;
    bool *sent; /* of each item */
    size_t n_sent;
};

static bool open_document(struct span issuer_signed, struct arena *a, struct held *h, struct why *w)
{
    struct cose c;

    if (!mdoc_read(issuer_signed, MDOC_ISSUER_SIGNED, true, a, &h->read, w))
        return false;
    h->document = &h->read.document[0];
    return mdoc_items_read(&h->read, h->document, true, a, w) &&
           cose_parse(h->document->issuer_auth, h->read.base, COSE_SIGN1, COSE_EITHER, &h->read.nonpreferred,
                      a, &c, w) &&
           cose_check_form(&c, false, w) && mdoc_mso_read(&h->read, c.payload, true, a, &h->mso, w) &&
           cose_key_parse(h->mso.device_key, h->read.base, &h->device_key, w);
}

static bool is(const struct mdoc_wanted *e, const struct mdoc_item *it)
{
    return span_eq(e->ns, it->ns) && (e->id.n == 0 || span_eq(e->id, it->id));
}

static bool choose(const struct mdoc_presentation *p, struct held *h, struct arena *a)
{
    const struct mdoc_document *d = h->document;

    h->sent = arena_array(a, d->n_items + 1, sizeof *h->sent);
    for (size_t i = 0; h->sent && i < d->n_items; i++) {
        h->sent[i] = p->all;
        for (size_t k = 0; k < p->n_wanted; k++)
            h->sent[i] |= is(&p->wanted[k], &d->item[i]);
        h->n_sent += h->sent[i];
    }
    return h->sent != NULL;
}

/* --- what the issuer signed --- */

static size_t sent_of(const struct held *h, struct span ns)
{
    size_t n = 0;

    for (size_t i = 0; i < h->document->n_items; i++)
        n += h->sent[i] && h->document->item[i].ns.p == ns.p;
    return n;
}

/* Items of a namespace stand together, as they were read. */
static bool begins(const struct held *h, size_t i)
{
    return i == 0 || h->document->item[i].ns.p != h->document->item[i - 1].ns.p;
}

static void put_issuer_signed(const struct held *h, struct buffer *b)
{
    const struct mdoc_document *d = h->document;
    size_t spaces = 0;

    for (size_t i = 0; i < d->n_items; i++)
        spaces += begins(h, i) && sent_of(h, d->item[i].ns) > 0;
    cbor_put_map(b, spaces ? 2 : 1);
    if (spaces) {
        cbor_put_str(b, "nameSpaces");
        cbor_put_map(b, spaces);
    }
    for (size_t i = 0; i < d->n_items; i++) {
        size_t n = sent_of(h, d->item[i].ns);

        if (n && begins(h, i)) {
            cbor_put_text(b, d->item[i].ns);
            cbor_put_array(b, n);
        }
        if (h->sent[i])
            buf_put(b, d->item[i].whole);
    }
    cbor_put_str(b, "issuerAuth");
    buf_put(b, d->issuer_auth);
}

/* --- what the device signs --- */

static bool may_sign(const struct held *h, const struct mdoc_issue_element *e)
{
    for (size_t i = 0; i < h->mso.n_authorizations; i++) {
        const struct mdoc_authorization *z = &h->mso.authorization[i];

        if (span_eq(z->ns, e->ns) && (z->id.n == 0 || span_eq(z->id, e->id)))
            return true;
    }
    return false;
}

static bool check_own(const struct mdoc_presentation *p, const struct held *h, struct why *w)
{
    for (size_t i = 0; i < p->n_own; i++) {
        const struct mdoc_wanted name = { p->own[i].ns, p->own[i].id };

        if (!may_sign(h, &p->own[i]))
            return why_set(w, "DEVICE_NOT_AUTHORIZED", WHY_NO_OFFSET, "ISO/IEC 18013-5 12.8.2",
                           "the issuer did not let the device sign this element");
        for (size_t k = 0; k < i; k++)
            if (span_eq(p->own[k].ns, name.ns) && span_eq(p->own[k].id, name.id))
                return why_set(w, "ELEMENT_DUP", WHY_NO_OFFSET, CLAUSE, "an element twice");
        for (size_t k = 0; k < h->document->n_items; k++)
            if (h->sent[k] && is(&name, &h->document->item[k]))
                return why_set(w, "ELEMENT_DUP", WHY_NO_OFFSET, CLAUSE, "the issuer signed this element");
    }
    return true;
}

static size_t own_in(const struct mdoc_presentation *p, size_t i)
{
    size_t n = 0;

    for (size_t k = 0; k < p->n_own; k++) {
        bool same = span_eq(p->own[k].ns, p->own[i].ns);

        if (same && k < i)
            return 0;
        n += same;
    }
    return n;
}

/* DeviceNameSpacesBytes, in the arena. */
static struct span own_spaces(const struct mdoc_presentation *p, struct arena *a)
{
    struct buffer plain, whole;
    struct span out;
    size_t spaces = 0;

    buf_init(&plain, LIMIT_FILE);
    buf_init(&whole, LIMIT_FILE);
    for (size_t i = 0; i < p->n_own; i++)
        spaces += own_in(p, i) > 0;
    cbor_put_map(&plain, spaces);
    for (size_t i = 0; i < p->n_own; i++) {
        size_t n = own_in(p, i);

        if (n == 0)
            continue;
        cbor_put_text(&plain, p->own[i].ns);
        cbor_put_map(&plain, n);
        for (size_t k = i; k < p->n_own; k++) {
            if (!span_eq(p->own[k].ns, p->own[i].ns))
                continue;
            cbor_put_text(&plain, p->own[k].id);
            buf_put(&plain, p->own[k].value);
        }
    }
    cbor_put_encoded(&whole, buf_span(&plain));
    out = buf_ok(&plain) && buf_ok(&whole) ? arena_copy(a, buf_span(&whole)) : (struct span){ 0 };
    buf_free(&plain);
    buf_free(&whole);
    return out;
}

/* Whether the private key is the one the document was issued to. */
static bool own_key(const struct mdoc_presentation *p, const struct held *h, struct arena *a, struct why *w)
{
    struct buffer spki, mine, theirs;
    bool same;

    buf_init(&spki, LIMIT_CERTIFICATE);
    buf_init(&mine, 4096);
    buf_init(&theirs, 4096);
    private_key_spki(p->device_key, &spki);
    same = cose_key_put_spki(&mine, buf_span(&spki), a, NULL) &&
           cose_key_put(&theirs, &h->device_key, a, NULL) && span_eq(buf_span(&mine), buf_span(&theirs));
    buf_free(&spki);
    buf_free(&mine);
    buf_free(&theirs);
    return same || why_set(w, "DEVICE_KEY", WHY_NO_OFFSET, CLAUSE,
                           "not the key of the device that the document was issued to");
}

static bool put_proof(const struct mdoc_presentation *p, const struct session_content *content,
                      struct span transcript, struct arena *a, struct buffer *b, struct why *w)
{
    const struct cose_signer signer = { .key = p->device_key };
    uint8_t key[32];

    cbor_put_map(b, 1);
    if (!p->reader_key) {
        cbor_put_str(b, "deviceSignature");
        return cose_sign1_put(b, &signer, &content->content, false, a, w);
    }
    if (!mac_key_derive(p->device_key, p->reader_key, transcript, key, w))
        return false;
    cbor_put_str(b, "deviceMac");
    cose_mac0_put(b, key, &content->content);
    wipe(key, sizeof key);
    return true;
}

static bool put_document(const struct mdoc_presentation *p, struct span transcript, struct arena *a,
                         struct buffer *b, struct why *w)
{
    struct session_content content;
    struct held h = { 0 };
    struct why cause = { .offset = WHY_NO_OFFSET };
    struct span own;

    if (!open_document(p->issuer_signed, a, &h, w) || !own_key(p, &h, a, w))
        return false;
    own = own_spaces(p, a);
    if (!choose(p, &h, a) || own.n == 0)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!check_own(p, &h, w))
        return false;
    cbor_put_map(b, 3);
    cbor_put_str(b, "docType");
    cbor_put_text(b, h.mso.doc_type);
    cbor_put_str(b, "issuerSigned");
    put_issuer_signed(&h, b);
    cbor_put_str(b, "deviceSigned");
    cbor_put_map(b, 2);
    cbor_put_str(b, "nameSpaces");
    buf_put(b, own);
    cbor_put_str(b, "deviceAuth");
    device_content(&content, transcript, h.mso.doc_type, own);
    return put_proof(p, &content, transcript, a, b, &cause) ||
           why_set(w, "DEVICE_KEY", WHY_NO_OFFSET, CLAUSE, "%s", cause.detail);
}

bool mdoc_present(const struct mdoc_presentation *p, size_t n, struct span transcript, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct buffer b;
    bool ok = true;

    buf_init(&b, LIMIT_FILE);
    cbor_put_map(&b, n ? 3 : 2);
    cbor_put_str(&b, "version");
    cbor_put_str(&b, "1.0");
    if (n) {
        cbor_put_str(&b, "documents");
        cbor_put_array(&b, n);
    }
    for (size_t i = 0; ok && i < n; i++)
        ok = put_document(&p[i], transcript, a, &b, w);
    cbor_put_str(&b, "status");
    cbor_put_int(&b, 0);
    if (ok) {
        buf_put(out, buf_span(&b));
        ok = (buf_ok(&b) && buf_ok(out)) ||
             why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer would be too large");
    }
    buf_free(&b);
    return ok;
}

bool mdoc_has(struct span issuer_signed, const struct mdoc_wanted *e, struct arena *a, struct why *w)
{
    struct held h = { 0 };

    if (!open_document(issuer_signed, a, &h, w))
        return false;
    for (size_t i = 0; i < h.document->n_items; i++)
        if (is(e, &h.document->item[i]))
            return true;
    return why_set(w, "element", WHY_NO_OFFSET, CLAUSE, "the document has no element of that name");
}

bool mdoc_wanted_of(struct span spaces, struct arena *a, struct mdoc_wanted **ret, size_t *n, struct why *w)
{
    struct cbor c = cbor_of(spaces), again = c;
    struct mdoc_wanted *out;
    size_t count = 0;

    for (size_t s = cbor_map(&c); s > 0 && cbor_ok(&c); s--) {
        (void)cbor_text(&c);
        for (size_t e = cbor_map(&c); e > 0 && cbor_ok(&c); e--, count++) {
            (void)cbor_text(&c);
            (void)cbor_bool(&c);
        }
    }
    if (!cbor_finish(&c, "ISO/IEC 18013-5 10.3.1", w))
        return false;
    out = arena_array(a, count + 1, sizeof *out);
    if (!out)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too much is asked for");
    count = 0;
    for (size_t s = cbor_map(&again); s > 0; s--) {
        struct span ns = cbor_text(&again);

        for (size_t e = cbor_map(&again); e > 0; e--) {
            out[count++] = (struct mdoc_wanted){ ns, cbor_text(&again) };
            (void)cbor_bool(&again);
        }
    }
    *ret = out;
    *n = count;
    return true;
}
