#include "check/gather.h"

#include "check/recognise.h"
#include "picture/picture.h"

struct gathering {
    const struct check_context *c;
    unix_time now;
    struct arena *a;
    struct gathered *out;
    struct gathered_item *item;
    size_t index;
};

/* A travel document; the lines of a visa alone are no evidence of a permission, which its seal is. */
static void take_mrz(struct gathering *g, struct span text)
{
    struct travel_document d = { 0 };

    g->item->kind = "mrz";
    g->item->result = RESULT_MALFORMED;
    if (!mrz_parse(text, g->now, &d.mrz, &g->item->why))
        return;
    d.present = true;
    d.readable = mrz_all_ok(&d.mrz);
    if (d.readable)
        g->item->result = RESULT_WELL_FORMED;
    else
        mrz_findings(&d.mrz, NULL, &g->item->why);
    if (d.mrz.format == MRZ_MRVA || d.mrz.format == MRZ_MRVB)
        return;
    if (!g->out->document.present) {
        g->out->document = d;
        g->out->document_item = g->index;
    } else if (strcmp(d.mrz.number, g->out->document.mrz.number) != 0 ||
               strcmp(d.mrz.issuer, g->out->document.mrz.issuer) != 0) {
        g->out->documents_differ = true;
    }
}

static bool runs_on(const struct travel_permission *p, struct date on)
{
    return date_is_set(p->until) && date_cmp(p->from, on) <= 0 && date_cmp(on, p->until) <= 0;
}

/*
 * The better of two permissions: genuine before not, then the one issued for the document presented, then the
 * one that is valid on the day.
 */
static bool better(const struct gathered *g, const struct travel_permission *p, struct date on)
{
    const struct travel_permission *old = &g->permission;
    bool fits = travel_match(&g->document, p) == MATCH_YES;

    if (!old->present)
        return true;
    if ((p->result == RESULT_GENUINE) != (old->result == RESULT_GENUINE))
        return p->result == RESULT_GENUINE;
    if (fits != (travel_match(&g->document, old) == MATCH_YES))
        return fits;
    return runs_on(p, on) && !runs_on(old, on);
}

static void take_seal(struct gathering *g, struct span bytes)
{
    const struct seal_options opt = { g->c->anchors, g->now, PROFILE_LENIENT };
    struct visible_seal *s = arena_alloc(g->a, sizeof *s);
    struct travel_permission p;

    g->item->kind = "vds";
    g->item->result = RESULT_MALFORMED;
    if (!s) {
        (void)why_set(&g->item->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this seal");
        return;
    }
    g->item->result = visible_seal_verify(bytes, &opt, g->a, s, NULL);
    g->item->kind = seal_kind_word(s->kind);
    g->item->why = s->why;
    if (g->item->result == RESULT_MALFORMED || !travel_permission_of(s, g->now, g->a, &p))
        return;
    if (better(g->out, &p, date_of_time(g->now + g->c->utc_offset))) {
        g->out->permission = p;
        g->out->permission_item = g->index;
    }
}

static void take_picture(struct gathering *g, struct span file)
{
    struct barcode code[BARCODES_MAX];
    size_t n;

    g->item->kind = "picture";
    g->item->result = RESULT_MALFORMED;
    if (!picture_barcodes(file, g->a, code, &n, &g->item->why))
        return;
    for (size_t i = 0; i < n; i++) {
        enum thing t = recognise(code[i].bytes);

        if (t == THING_VDS || t == THING_IDB || t == THING_VDSNC) {
            take_seal(g, code[i].bytes);
            return;
        }
    }
    (void)why_set(&g->item->why, "no-seal", WHY_NO_OFFSET, NULL, "the picture holds a barcode, but no seal");
}

static bool is_lines(enum thing t)
{
    return t == THING_MRZ || t == THING_LICENCE_MRZ;
}

static void take(struct gathering *g, const struct evidence *e)
{
    enum thing t = recognise(e->bytes);
    struct span hex;

    if (e->kind == EVIDENCE_MRZ) {
        take_mrz(g, e->bytes);
    } else if (e->kind == EVIDENCE_PICTURE || t == THING_PICTURE) {
        take_picture(g, e->bytes);
    } else if (t == THING_VDS_HEX && recognise_hex(e->bytes, g->a, &hex)) {
        take_seal(g, hex);
    } else if (e->kind == EVIDENCE_SEAL || t == THING_VDS || t == THING_IDB || t == THING_VDSNC) {
        take_seal(g, e->bytes);
    } else if (is_lines(t)) {
        take_mrz(g, e->bytes);
    } else {
        g->item->kind = thing_word(t);
        g->item->result = RESULT_MALFORMED;
        (void)why_set(&g->item->why, "unknown-kind", 0, NULL,
                      "no machine-readable lines, no seal and no picture (PNG or JPEG) of one: not used");
    }
}

/* Documents first: which permission fits can only be said when the document is known. */
void gather(const struct check_context *c, const struct check_request *r, unix_time now, struct arena *a,
            struct gathered *out)
{
    struct gathering g = { .c = c, .now = now, .a = a, .out = out };

    *out = (struct gathered){ .n = r->n_evidence };
    for (int seals = 0; seals < 2; seals++) {
        for (size_t i = 0; i < r->n_evidence; i++) {
            const struct evidence *e = &r->evidence[i];
            bool lines =
                e->kind == EVIDENCE_MRZ || (e->kind == EVIDENCE_ANY && is_lines(recognise(e->bytes)));

            if (lines == (seals != 0))
                continue;
            g.index = i;
            g.item = &out->item[i];
            why_clear(&g.item->why);
            take(&g, e);
        }
    }
}
