#include "seal/visible.h"

#include "base/limits.h"
#include "base/text.h"
#include "seal/visible_internal.h"
#include "wire/idb.h"
#include "wire/vds.h"
#include "wire/vdsnc.h"

static enum result malformed(struct visible_seal *out)
{
    out->n_fields = 0;
    out->json = (struct span){ NULL, 0 };
    return RESULT_MALFORMED;
}

static enum result not_signed(struct visible_seal *out, const char *clause)
{
    (void)why_set(&out->why, "not-signed", WHY_NO_OFFSET, clause,
                  "the seal has no signature: it proves nothing");
    return RESULT_UNDETERMINED;
}

bool seal_tolerate(struct seal_work *s, const char *reason, const char *clause, const char *detail)
{
    if (s->opt->profile == PROFILE_STRICT)
        return why_set(&s->out->why, reason, WHY_NO_OFFSET, clause, "%s", detail);
    finding_add(s->f, FINDING_WARNING, reason, WHY_NO_OFFSET, clause, "%s", detail);
    return true;
}

static void note_specimen(struct seal_work *s)
{
    if (span_eq_str(s->out->country, "UTO") || span_eq_str(s->out->country, "UT"))
        finding_add(s->f, FINDING_NOTE, "specimen", WHY_NO_OFFSET, "Doc 9303-3 5",
                    "the issuing State is Utopia: a specimen");
}

/* The document's own last day counts only for what is otherwise genuine. */
static enum result within_last_day(struct seal_work *s, struct date last)
{
    if (!date_is_set(last) || date_cmp(date_of_time(s->opt->at), last) <= 0)
        return RESULT_GENUINE;
    return seal_tolerate(s, "document-expired", NULL, "the document has passed its own last day")
               ? RESULT_GENUINE
               : RESULT_EXPIRED;
}

static enum result verify_vds(struct seal_work *s, struct span in)
{
    struct visible_seal *out = s->out;
    struct vds *v = arena_alloc(s->a, sizeof *v);
    struct seal_claim c;
    struct date last;
    enum result r;

    if (!v) {
        (void)why_set(&out->why, "too-large", WHY_NO_OFFSET, NULL, "more than memory allows");
        return malformed(out);
    }
    if (!vds_parse(in, v, &out->why))
        return malformed(out);
    out->version = v->version;
    out->document_ref = v->document_ref;
    out->country = v->country;
    out->signer = v->signer;
    out->cert_ref = v->ref;
    out->issued = v->issued;
    out->signed_on = v->signed_on;
    out->is_signed = v->signature.n > 0;
    c = (struct seal_claim){ v->signed_bytes, v->signature, .by_curve = true,
                             .clause = "Doc 9303-13 signature" };
    r = out->is_signed ? seal_prove_vds(s, &c) : not_signed(out, c.clause);
    last = seal_read_vds(s, v->message, v->n);
    return r == RESULT_GENUINE ? within_last_day(s, last) : r;
}

static enum result verify_idb(struct seal_work *s, struct span in)
{
    static const enum digest_alg digests[] = { DIGEST_SHA256, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
    struct visible_seal *out = s->out;
    struct idb *v = arena_alloc(s->a, sizeof *v);
    uint8_t *hex = arena_alloc(s->a, 2 * IDB_CERT_REF);
    struct seal_claim c;
    struct buffer b;
    struct date last;
    enum result r;

    if (!v || !hex) {
        (void)why_set(&out->why, "too-large", WHY_NO_OFFSET, NULL, "more than memory allows");
        return malformed(out);
    }
    if (!idb_parse(in, s->a, v, &out->why))
        return malformed(out);
    out->country = v->country;
    out->zipped = v->zipped;
    out->is_signed = v->signature.n > 0;
    if (v->has_signature_flag) {
        buf_init_fixed(&b, hex, 2 * IDB_CERT_REF);
        hex_put(&b, v->cert_ref);
        out->cert_ref = buf_span(&b);
        out->signed_on = v->date;
    }
    c = (struct seal_claim){ v->signed_bytes, v->signature, .digest = digests[v->algorithm],
                             .certificate = v->certificate, .clause = "ICAO TR Datastructure for Barcode" };
    r = out->is_signed ? seal_prove_idb(s, &c, v->cert_ref) : not_signed(out, c.clause);
    last = seal_read_idb(s, v->message, v->n);
    return r == RESULT_GENUINE ? within_last_day(s, last) : r;
}

static enum result verify_vdsnc(struct seal_work *s, struct span in)
{
    static const struct {
        enum digest_alg digest;
        size_t order_bytes;
    } algs[] = { { 0 }, { DIGEST_SHA256, 32 }, { DIGEST_SHA384, 48 }, { DIGEST_SHA512, 66 } };
    struct visible_seal *out = s->out;
    struct vdsnc v;
    struct seal_claim c;

    if (!vdsnc_parse(in, s->a, &v, &out->why))
        return malformed(out);
    out->country = v.country;
    out->version = v.version >= 0 && v.version <= 255 ? (uint8_t)v.version : 0;
    out->type = arena_str(s->a, v.type);
    out->json = v.message;
    out->is_signed = v.signature.n > 0;
    if (!out->is_signed)
        return not_signed(out, "ICAO TR VDS-NC");
    c = (struct seal_claim){ v.canonical,
                             v.signature,
                             .digest = algs[v.alg].digest,
                             .order_bytes = algs[v.alg].order_bytes,
                             .certificate = v.certificate,
                             .clause = "ICAO TR VDS-NC" };
    return seal_prove_vdsnc(s, &c);
}

static void begin(struct visible_seal *out)
{
    out->kind = SEAL_VDS;
    why_clear(&out->why);
    out->type = NULL;
    out->document_ref = 0;
    out->version = 0;
    out->country = out->signer = out->cert_ref = out->json = out->signer_der = (struct span){ NULL, 0 };
    out->issued = out->signed_on = (struct date){ 0 };
    out->is_signed = out->zipped = false;
    out->n_fields = 0;
    out->path = (struct path){ NULL, false };
}

enum result visible_seal_verify(struct span in, const struct seal_options *opt, struct arena *a,
                                struct visible_seal *out, struct findings *f)
{
    struct seal_work s = { opt, a, out, f };
    struct span text;

    begin(out);
    if (in.n && in.p[0] == VDS_MAGIC) {
        out->result = verify_vds(&s, in);
    } else {
        text = text_trim(in);
        if (span_starts(text, SPAN("RDB1")) || span_starts(text, SPAN("NDB1"))) {
            out->kind = SEAL_IDB;
            out->result = verify_idb(&s, text);
        } else if (text.n && text.p[0] == '{') {
            out->kind = SEAL_VDSNC;
            out->result = verify_vdsnc(&s, text);
        } else {
            (void)why_set(&out->why, "not-a-seal", 0, NULL, "starts like none of VDS, IDB and VDS-NC");
            out->result = malformed(out);
        }
        if (out->result == RESULT_MALFORMED && text.p)
            why_shift(&out->why, (size_t)(text.p - in.p));
    }
    if (out->result != RESULT_MALFORMED)
        note_specimen(&s);
    return out->result;
}

const struct seal_field *seal_field(const struct visible_seal *s, const char *name)
{
    if (s->result != RESULT_GENUINE && s->result != RESULT_EXPIRED)
        return NULL;
    for (size_t i = 0; i < s->n_fields; i++)
        if (s->field[i].name && strcmp(s->field[i].name, name) == 0)
            return &s->field[i];
    return NULL;
}

const char *seal_kind_word(enum seal_kind k)
{
    static const char *const words[] = { "vds", "idb", "vds-nc" };

    return words[k];
}
