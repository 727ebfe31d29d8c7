/* What is shown becomes licences: verified, or read as what a card claims. */
#include "base/text.h"
#include "check/licence_parts.h"
#include "seal/mdoc_transcript.h"
#include "wire/licence_card.h"

enum kind { KIND_UNKNOWN, KIND_MDOC, KIND_BARCODE, KIND_MRZ, KIND_PICTURE, KIND_ENGAGEMENT };

static const char *const kind_word[] = { "unknown", "mdoc", "barcode", "mrz", "picture", "engagement" };

static bool is_picture(struct span s)
{
    return span_starts(s, SPAN("\x89PNG\r\n\x1a\n")) || span_starts(s, SPAN("\xff\xd8\xff"));
}

/* A map of CBOR: no text begins so. */
static bool is_map(struct span s)
{
    return s.n && ((s.p[0] >= 0xa0 && s.p[0] <= 0xbb) || s.p[0] == 0xbf);
}

/* A map of CBOR as text in base64 of either alphabet, as QR codes have it. */
static bool map_in_text(struct span s, struct arena *a, struct span *out)
{
    struct span t = text_trim(s);
    size_t bad_at, room = t.n / 4 * 3 + 3;
    uint8_t *mem;
    struct buffer b;

    if (t.n < 8 || (t.p[0] != 'o' && t.p[0] != 'p' && t.p[0] != 'u' && t.p[0] != 'v')) /* 0xa0 .. 0xbf */
        return false;
    mem = arena_alloc(a, room);
    for (int alphabet = BASE64_STD; mem && alphabet <= BASE64_URL; alphabet++) {
        buf_init_fixed(&b, mem, room);
        if (base64_decode(t, (enum base64_alphabet)alphabet, &b, &bad_at) && is_map(buf_span(&b))) {
            *out = buf_span(&b);
            return true;
        }
    }
    return false;
}

static enum kind kind_of(struct licence_inquiry *k, struct span *s)
{
    if (is_picture(*s))
        return KIND_PICTURE;
    if (is_map(*s) || map_in_text(*s, k->a, s))
        return KIND_MDOC;
    if (span_starts(text_trim(*s), SPAN("mdoc:")))
        return KIND_ENGAGEMENT;
    if (aamva_looks_like(*s))
        return KIND_BARCODE;
    return licence_mrz_looks_like(*s) ? KIND_MRZ : KIND_UNKNOWN;
}

/* --- one licence more --- */

static struct licence_data *add_piece(struct licence_inquiry *k, enum licence_strength strength, int item,
                                      enum result result, const struct mdoc_verdict *mdoc)
{
    struct licence_data *d = k->n_pieces < LICENCE_PIECES ? arena_alloc(k->a, sizeof *d) : NULL;

    if (d)
        k->piece[k->n_pieces++] = (struct licence_piece){
            .strength = strength, .item = item, .result = result, .mdoc = mdoc, .data = d
        };
    return d;
}

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                   "more than %d licences in one check, or too large ones", (int)LICENCE_PIECES);
}

/* --- mobile licences (ISO/IEC 18013-5) --- */

static const struct span licence_type = { (const uint8_t *)"org.iso.18013.5.1.mDL", 21 };

static bool take_document(struct licence_inquiry *k, int item, struct span in, const struct mdoc_verdict *v,
                          struct why *w)
{
    const struct licence_context c = { .now = k->now, .country = v->signer.country };
    struct licence_data *d;

    if (!span_eq(v->mso.doc_type, licence_type)) {
        licence_remark(k, FINDING_NOTE, item, "not-a-licence", "ISO/IEC 18013-5 13.2",
                       "a document of another type was shown beside, and not looked at");
        return true;
    }
    d = add_piece(k, v->device == PROOF_HOLDS ? LICENCE_SIGNED_PROVED : LICENCE_SIGNED, item, v->result, v);
    if (!d)
        return no_room(w);
    licence_data_of(v->document, in, &c, d);
    return true;
}

static void remark_deviations(struct licence_inquiry *k, int item, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        licence_remark_why(k, FINDING_NOTE, item, &f->item[i].why);
}

static bool take_mdoc(struct licence_inquiry *k, int item, struct span in, struct why *w)
{
    struct licence_item *it = &k->item[item];
    struct findings *f = arena_alloc(k->a, sizeof *f);
    struct mdoc *m = arena_alloc(k->a, sizeof *m);
    struct mdoc_options opt = { .form = MDOC_RESPONSE,
                                .profile = PROFILE_LENIENT,
                                .at = k->now,
                                .anchors = k->c->anchors,
                                .type_allowed = k->c->type_allowed,
                                .ctx = k->c->type_ctx };

    if (!f || !m)
        return no_room(w);
    findings_init(f);
    if (!mdoc_form_of(in, &opt.form)) {
        (void)why_set(&it->why, "not-a-licence", 0, "ISO/IEC 18013-5 10.3.1",
                      "a request of a reader, not a licence");
        it->result = RESULT_MALFORMED;
        return true;
    }
    if (k->r->session.n && !transcript_open(k->r->session, &opt.transcript))
        licence_remark(k, FINDING_WARNING, item, "session", "ISO/IEC 18013-5 12.7.1",
                       "the session is no SessionTranscript, so the device could not be checked");
    it->result = mdoc_verify(in, &opt, k->a, m, f);
    it->why = m->why;
    remark_deviations(k, item, f);
    if (it->result != RESULT_GENUINE && it->result != RESULT_EXPIRED)
        return true; /* nothing of an answer is used unless every document in it is authentic */
    for (size_t i = 0; i < m->n; i++)
        if (!take_document(k, item, in, &m->document[i], w))
            return false;
    return true;
}

/* --- cards --- */

static bool take_barcode(struct licence_inquiry *k, int item, struct span in, struct why *w)
{
    struct licence_item *it = &k->item[item];
    struct aamva *a = arena_alloc(k->a, sizeof *a);
    struct licence_data *d;

    if (!a)
        return no_room(w);
    it->result = RESULT_MALFORMED;
    if (!aamva_parse(in, a, &it->why))
        return true;
    it->result = RESULT_WELL_FORMED;
    d = add_piece(k, LICENCE_CARD, item, it->result, NULL);
    if (!d)
        return no_room(w);
    licence_data_of_aamva(a, in, k->now, d);
    return true;
}

static bool take_lines(struct licence_inquiry *k, int item, struct span in, struct why *w)
{
    struct licence_item *it = &k->item[item];
    struct licence_mrz *m = arena_alloc(k->a, sizeof *m);
    struct licence_data *d;

    if (!m)
        return no_room(w);
    it->result = RESULT_MALFORMED;
    if (!licence_mrz_parse(in, k->now, m, &it->why))
        return true;
    it->result = RESULT_WELL_FORMED;
    d = add_piece(k, LICENCE_CARD, item, it->result, NULL);
    if (!d)
        return no_room(w);
    licence_data_of_mrz(m, k->now, d);
    return true;
}

/* --- pictures and what is none of these --- */

static bool take(struct licence_inquiry *k, int item, enum kind kind, struct span in, struct why *w)
{
    struct licence_item *it = &k->item[item];

    it->kind = kind_word[kind];
    switch (kind) {
    case KIND_MDOC:
        return take_mdoc(k, item, in, w);
    case KIND_BARCODE:
        return take_barcode(k, item, in, w);
    case KIND_MRZ:
        return take_lines(k, item, in, w);
    case KIND_ENGAGEMENT:
        it->result = RESULT_UNDETERMINED;
        (void)why_set(&it->why, "engagement", 0, "ISO/IEC 18013-5 8.2.1",
                      "this code opens a session with the phone; it is not the licence itself");
        return true;
    case KIND_PICTURE:
    case KIND_UNKNOWN:
        break;
    }
    it->result = RESULT_MALFORMED;
    (void)why_set(&it->why, "unknown-kind", 0, NULL,
                  "no mobile licence, licence barcode, machine-readable lines or picture");
    return true;
}

/* Each barcode of the picture in turn; the worst of them is what the picture is. */
static bool take_symbols(struct licence_inquiry *k, int item, const struct licence_symbol *symbol, size_t n,
                         struct why *w)
{
    struct licence_item worst = { .kind = "picture", .result = RESULT_MALFORMED };
    bool any = false;

    (void)why_set(&worst.why, "unknown-kind", WHY_NO_OFFSET, NULL, "no barcode in it is one of a licence");
    for (size_t i = 0; i < n; i++) {
        struct span s = symbol[i].bytes;
        enum kind kind = kind_of(k, &s);

        if (kind == KIND_UNKNOWN || kind == KIND_PICTURE)
            continue;
        k->item[item] = (struct licence_item){ 0 };
        if (!take(k, item, kind, s, w))
            return false;
        if (!any || k->item[item].result == RESULT_FORGED || k->item[item].result == RESULT_REVOKED)
            worst = k->item[item];
        any = true;
    }
    k->item[item] = worst;
    return true;
}

static bool take_picture(struct licence_inquiry *k, int item, struct span in, struct why *w)
{
    struct licence_symbol symbol[LICENCE_SYMBOLS];
    struct licence_item *it = &k->item[item];
    size_t n = 0;

    it->kind = "picture";
    it->result = RESULT_MALFORMED;
    if (!k->c->picture) {
        it->result = RESULT_UNDETERMINED;
        (void)why_set(&it->why, "picture", WHY_NO_OFFSET, NULL, "pictures cannot be read here");
        return true;
    }
    if (!k->c->picture(in, k->a, symbol, LICENCE_SYMBOLS, &n, &it->why))
        return true;
    return take_symbols(k, item, symbol, n, w);
}

static bool take_evidence(struct licence_inquiry *k, int item, const struct licence_evidence *e,
                          struct why *w)
{
    static const enum kind said[] = { [LICENCE_EVIDENCE_MDOC] = KIND_MDOC,
                                      [LICENCE_EVIDENCE_BARCODE] = KIND_BARCODE,
                                      [LICENCE_EVIDENCE_MRZ] = KIND_MRZ,
                                      [LICENCE_EVIDENCE_PICTURE] = KIND_PICTURE };
    struct span s = e->bytes;
    enum kind kind = e->kind == LICENCE_EVIDENCE_ANY ? kind_of(k, &s) : said[e->kind];

    if (kind == KIND_MDOC && !is_map(s))
        (void)map_in_text(s, k->a, &s);
    return kind == KIND_PICTURE ? take_picture(k, item, s, w) : take(k, item, kind, s, w);
}

/* --- what the officer typed --- */

static bool take_typed(struct licence_inquiry *k, struct why *w)
{
    const struct licence_typed *t = &k->r->typed;
    const struct licence_context c = { .now = k->now };
    struct licence_data *d;

    if (!t->present)
        return true;
    d = add_piece(k, LICENCE_TYPED, -1, RESULT_WELL_FORMED, NULL);
    if (!d)
        return no_room(w);
    licence_data_begin(d, (struct span){ NULL, 0 });
    d->issuing_country = t->issuer;
    d->document_number = t->number;
    d->issue_date = t->issued;
    d->expiry_date = t->expiry;
    d->birth_date = t->birth;
    if (date_is_set(t->expiry))
        d->expiry_time = time_of_date(t->expiry) + 86399;
    d->has_privileges = t->has_categories;
    d->n_privileges = t->n_categories;
    d->n_codes = t->n_codes;
    memcpy(d->privilege, t->category, t->n_categories * sizeof *t->category);
    memcpy(d->code, t->code, t->n_codes * sizeof *t->code);
    licence_data_end(d, &c);
    return true;
}

bool licence_read_evidence(struct licence_inquiry *k, struct why *w)
{
    k->n_items = k->r->n_evidence;
    for (size_t i = 0; i < k->n_items; i++)
        if (!take_evidence(k, (int)i, &k->r->evidence[i], w))
            return false;
    return take_typed(k, w);
}
