/* Writes a list of issuing authorities. */
#include "base/limits.h"
#include "seal/cose_write.h"
#include "seal/mdl_certificate.h"
#include "seal/name.h"
#include "seal/vical_internal.h"
#include "wire/cbor_write.h"

#define CLAUSE   "ISO/IEC 18013-5 C.1.7"
#define URN_IACA "urn:oid:1.0.18013.5.1.7"

enum { AUTHORITY_MAX = 1024 };

static void put_time(struct buffer *b, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    cbor_put_str(b, key);
    cbor_put_head(b, CBOR_TAG, CBOR_TAG_TDATE);
    cbor_put_str(b, time_format(t, text));
}

static void put_number(struct buffer *b, struct span serial)
{
    while (serial.n > 0 && serial.p[0] == 0)
        serial = span_sub(serial, 1, serial.n);
    cbor_put_head(b, CBOR_TAG, 2);
    cbor_put_bytes(b, serial);
}

static void put_entry(struct buffer *b, const struct vical_order_entry *o, const struct certificate *c)
{
    struct span st = mdl_certificate_state(c);
    uint8_t mem[AUTHORITY_MAX];
    struct buffer authority;

    cbor_put_map(b, 11 + (st.n > 0));
    cbor_put_str(b, "certificate");
    cbor_put_bytes(b, c->der);
    cbor_put_str(b, "serialNumber");
    put_number(b, c->serial);
    cbor_put_str(b, "ski");
    cbor_put_bytes(b, c->ski);
    cbor_put_str(b, "docType");
    cbor_put_array(b, o->n_doc_types);
    for (size_t i = 0; i < o->n_doc_types; i++)
        cbor_put_str(b, o->doc_type[i]);
    cbor_put_str(b, "certificateProfile");
    cbor_put_array(b, 1);
    cbor_put_str(b, URN_IACA);
    buf_init_fixed(&authority, mem, sizeof mem);
    name_put(&authority, c->subject);
    cbor_put_str(b, "issuingAuthority");
    cbor_put_text(b, buf_ok(&authority) ? buf_span(&authority) : c->country);
    cbor_put_str(b, "issuingCountry");
    cbor_put_text(b, c->country);
    if (st.n) {
        cbor_put_str(b, "stateOrProvinceName");
        cbor_put_text(b, st);
    }
    cbor_put_str(b, "issuer");
    cbor_put_bytes(b, c->issuer);
    cbor_put_str(b, "subject");
    cbor_put_bytes(b, c->subject);
    put_time(b, "notBefore", c->not_before);
    put_time(b, "notAfter", c->not_after);
}

/* Fields as they would be written, judged as the strict profile does. */
static bool judge(struct span certificate, size_t i, struct arena *a, struct vical_entry *e, struct why *w)
{
    struct certificate c;
    char what[WHY_DETAIL];

    *e = (struct vical_entry){ .der = certificate };
    if (certificate_parse(certificate, &c, NULL, NULL)) {
        e->ski = c.ski;
        for (e->serial = c.serial; e->serial.n > 0 && e->serial.p[0] == 0;)
            e->serial = span_sub(e->serial, 1, e->serial.n);
    }
    vical_entry_judge(e, true, a);
    vical_entry_say(e, i, what, sizeof what);
    return !e->defects || why_set(w, "VICAL_ENTRY", WHY_NO_OFFSET, CLAUSE, "%s", what);
}

bool vical_may_list(struct span certificate, size_t i, struct arena *a, struct why *w)
{
    struct vical_entry e;

    return judge(certificate, i, a, &e, w);
}

static bool put_entries(struct buffer *b, const struct vical_order *o, struct arena *a, struct why *w)
{
    cbor_put_str(b, "certificateInfos");
    cbor_put_array(b, o->n);
    for (size_t i = 0; i < o->n; i++) {
        struct vical_entry e;

        if (o->entry[i].n_doc_types == 0)
            return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "entry %zu: trusted for no type of document",
                           i);
        if (!judge(o->entry[i].certificate, i, a, &e, w))
            return false;
        put_entry(b, &o->entry[i], &e.cert);
    }
    return true;
}

static bool put_list(struct buffer *b, const struct vical_order *o, struct arena *a, struct why *w)
{
    if (o->next_update && o->next_update <= o->date)
        return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "the next list would come before this one");
    cbor_put_map(b, 4 + (size_t)(o->next_update != 0) + (size_t)(o->issue != 0) + (size_t)(o->url != NULL));
    cbor_put_str(b, "version");
    cbor_put_str(b, "1.0");
    cbor_put_str(b, "vicalProvider");
    cbor_put_str(b, o->provider);
    put_time(b, "date", o->date);
    if (o->issue) {
        cbor_put_str(b, "vicalIssueID");
        cbor_put_head(b, CBOR_UINT, o->issue);
    }
    if (o->next_update)
        put_time(b, "nextUpdate", o->next_update);
    if (!put_entries(b, o, a, w))
        return false;
    if (o->url) {
        cbor_put_str(b, "vicalURL");
        cbor_put_str(b, o->url);
    }
    return true;
}

/* The certificate is one for lists, and the key is its key, on a curve. */
static bool check_signer(const struct private_key *key, struct span signer, struct why *w)
{
    enum cose_alg alg = cose_alg_of(key);
    struct certificate c;
    uint8_t mem[1024];
    struct buffer own;

    if (!mdl_certificate_parse(signer, signer.p, &c, w) ||
        !mdl_certificate_check(&c, MDL_LIST_SIGNER, PROFILE_STRICT, signer.p, NULL, w))
        return false;
    buf_init_fixed(&own, mem, sizeof mem);
    private_key_spki(key, &own);
    if (!buf_ok(&own) || !span_eq(buf_span(&own), c.spki))
        return why_set(w, "COSE_ALG_KEY", WHY_NO_OFFSET, CLAUSE, "the key is not that of the certificate");
    return alg == COSE_ES256 || alg == COSE_ES384 || alg == COSE_ES512 ||
           why_set(w, "COSE_ALG_KEY", WHY_NO_OFFSET, CLAUSE, "no algorithm goes with the key");
}

bool vical_write(const struct vical_order *order, const struct private_key *key, struct span signer,
                 struct arena *a, struct buffer *out, struct why *w)
{
    const struct cose_signer by = { .key = key, .chain = &signer, .n_chain = 1 };
    struct cose_content content = { .n = 1 };
    struct buffer payload;
    struct span list;
    bool ok;

    if (!check_signer(key, signer, w))
        return false;
    buf_init(&payload, LIMIT_FILE);
    ok = put_list(&payload, order, a, w) &&
         (buf_ok(&payload) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the list is too large"));
    list = buf_span(&payload);
    content.part = &list;
    ok = ok && cose_sign1_put(out, &by, &content, true, a, w);
    buf_free(&payload);
    return ok;
}
