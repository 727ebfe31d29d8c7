#include "check/gather.h"

#include "check/recognise.h"
#include "picture/picture.h"
#include "service/travel/revoked.h"

struct gathering {
    const struct check_context *c;
    unix_time now;
    struct arena *a;
    struct gathered *out;
    struct gathered_item *item;
    size_t index;
};

/* Two travel documents are two when number or issuer differ. */
static void compare_documents(struct gathered *g, const struct mrz *m)
{
    if (strcmp(m->number, g->document.mrz.number) != 0 || strcmp(m->issuer, g->document.mrz.issuer) != 0)
        g->documents_differ = true;
}

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
    if (!g->out->has_lines) {
        g->out->document = d;
        g->out->document_item = g->index;
        g->out->lines = d.mrz;
        g->out->has_lines = true;
    } else {
        compare_documents(g->out, &d.mrz);
    }
}

/* Signed by its issuer, whatever happened to the signer or the document since. */
static bool proved(enum result r)
{
    return r == RESULT_GENUINE || r == RESULT_EXPIRED || r == RESULT_REVOKED;
}

/* The chip stands for the document: what it proves comes from DG1, else lines that read well go first. */
static void document_of_chip(struct gathered *g, const struct gathered_chip *c, enum result r)
{
    struct travel_document *d = &g->document;

    d->has_chip = true;
    d->chip = r;
    if (c->has_dg1 && (proved(r) || !d->readable)) {
        d->mrz = c->dg1;
        d->present = true;
        d->readable = mrz_all_ok(&c->dg1);
        g->document_item = c->item;
    }
}

/* Lines come first, so they are known here. Of several chips the first genuine one stands, else the first. */
static void take_chip(struct gathering *g, const struct evidence *e)
{
    struct gathered_chip *c = arena_alloc(g->a, sizeof *c);
    struct gathered *out = g->out;

    g->item->kind = "chip";
    g->item->result = RESULT_MALFORMED;
    if (!c) {
        (void)why_set(&g->item->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return;
    }
    g->item->result = gather_chip(g->c, e, g->now, g->out->watch, g->a, c, &g->item->why);
    c->item = g->index;
    if (c->has_dg1 && out->has_lines)
        c->differs = travel_lines_differ(&out->lines, &c->dg1);
    out->differs |= c->differs;
    if (out->chip) {
        if (c->has_dg1 && out->chip->has_dg1 &&
            (strcmp(c->dg1.number, out->chip->dg1.number) != 0 ||
             strcmp(c->dg1.issuer, out->chip->dg1.issuer) != 0))
            out->documents_differ = true;
        if (out->document.chip == RESULT_GENUINE || g->item->result != RESULT_GENUINE)
            return;
    }
    out->chip = c;
    document_of_chip(out, c, g->item->result);
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

/* Taken back by its issuer, as far as this node knows; a look-up that fails is no "not revoked". */
static void look_for_revocation(struct gathering *g, struct travel_permission *p)
{
    struct permission_revocation r = { 0 };
    char day[DATE_TEXT];
    bool revoked = false;
    uint64_t from = stopwatch_from(g->out->watch);
    bool known;
    struct why w;

    why_clear(&w);
    if (p->result != RESULT_GENUINE || !g->c->store || !p->issuer || !p->number[0])
        return;
    known = revoked_look(g->c->store, span_str(p->issuer), span_str(p->number), g->a, &revoked, &r, &w);
    (void)stopwatch_stop(g->out->watch, "permission", from);
    if (!known) {
        p->result = g->item->result = RESULT_UNDETERMINED;
        (void)why_set(&g->item->why, "revocation-unknown", WHY_NO_OFFSET, NULL,
                      "whether the permission was revoked cannot be looked up now");
    } else if (revoked) {
        p->result = g->item->result = RESULT_REVOKED;
        (void)why_set(&g->item->why, "permission-revoked", WHY_NO_OFFSET, NULL,
                      "the issuer revoked the permission: since %s, reason %.*s", date_format(r.on, day),
                      (int)r.reason.n, (const char *)r.reason.p);
    }
}

static void take_seal(struct gathering *g, struct span bytes)
{
    const struct seal_options opt = { g->c->anchors, g->now, PROFILE_LENIENT, g->out->watch };
    struct visible_seal *s = arena_alloc(g->a, sizeof *s);
    struct travel_permission p;

    g->item->kind = "vds";
    g->item->result = RESULT_MALFORMED;
    if (!s) {
        (void)why_set(&g->item->why, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
        return;
    }
    g->item->result = visible_seal_verify(bytes, &opt, g->a, s, NULL);
    g->item->kind = seal_kind_word(s->kind);
    g->item->why = s->why;
    if (g->item->result == RESULT_MALFORMED || !travel_permission_of(s, g->now, g->a, &p))
        return;
    look_for_revocation(g, &p);
    if (better(g->out, &p, date_of_time(g->now + g->c->utc_offset))) {
        g->out->permission = p;
        g->out->permission_item = g->index;
    }
}

static void take_picture(struct gathering *g, struct span file)
{
    uint64_t from = stopwatch_from(g->out->watch);
    struct barcode code[BARCODES_MAX];
    bool found;
    size_t n;

    g->item->kind = "picture";
    g->item->result = RESULT_MALFORMED;
    found = picture_barcodes(file, g->a, code, &n, &g->item->why);
    (void)stopwatch_stop(g->out->watch, "barcode", from);
    if (!found)
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
    enum thing t = e->kind == EVIDENCE_CHIP ? THING_SOD : recognise(e->bytes);
    struct span hex;

    if (e->kind == EVIDENCE_CHIP) {
        take_chip(g, e);
    } else if (e->kind == EVIDENCE_MRZ) {
        take_mrz(g, e->bytes);
    } else if (e->kind == EVIDENCE_PICTURE || t == THING_PICTURE) {
        take_picture(g, e->bytes);
    } else if (t == THING_VDS_HEX && recognise_hex(e->bytes, g->a, &hex)) {
        take_seal(g, hex);
    } else if (e->kind == EVIDENCE_SEAL || t == THING_VDS || t == THING_IDB || t == THING_VDSNC) {
        take_seal(g, e->bytes);
    } else if (is_lines(t)) {
        take_mrz(g, e->bytes);
    } else if (t == THING_SOD || t == THING_DATA_GROUP) {
        g->item->kind = "chip";
        g->item->result = RESULT_UNDETERMINED;
        (void)why_set(
            &g->item->why, "chip-in-parts", WHY_NO_OFFSET, "openapi.json Evidence",
            "one file of a chip by itself: send all files of the read-out as one piece of kind chip");
    } else {
        g->item->kind = thing_word(t);
        g->item->result = RESULT_MALFORMED;
        (void)why_set(
            &g->item->why, "unknown-kind", 0, NULL,
            "no machine-readable lines, no chip, no seal and no picture (PNG or JPEG) of one: not used");
    }
}

/* The name of a part is that of the kind, "seal" for all kinds of them. */
static const char *part_of(const struct gathering *g)
{
    static const char *const same[] = { "mrz", "chip", "picture" };

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (strcmp(g->item->kind, same[i]) == 0)
            return same[i];
    return strncmp(g->item->kind, "vds", 3) == 0 || strcmp(g->item->kind, "idb") == 0 ? "seal" : "other";
}

static void measured_take(struct gathering *g, const struct evidence *e)
{
    struct stopwatch *watch = g->out->watch;
    uint64_t from = stopwatch_from(watch);

    if (watch) {
        watch->of = g->index;
        watch->within = true;
    }
    take(g, e);
    if (!watch)
        return;
    watch->within = false;
    (void)stopwatch_stop(watch, part_of(g), from);
    watch->of = SIZE_MAX;
}

/* Lines, then chips, which are held against them, then permissions, which must fit the document. */
static int turn_of(const struct evidence *e)
{
    if (e->kind == EVIDENCE_CHIP)
        return 1;
    return e->kind == EVIDENCE_MRZ || (e->kind == EVIDENCE_ANY && is_lines(recognise(e->bytes))) ? 0 : 2;
}

void gather(const struct check_context *c, const struct check_request *r, unix_time now,
            struct stopwatch *watch, struct arena *a, struct gathered *out)
{
    struct gathering g = { .c = c, .now = now, .a = a, .out = out };

    *out = (struct gathered){ .n = r->n_evidence, .watch = watch };
    for (int turn = 0; turn < 3; turn++) {
        for (size_t i = 0; i < r->n_evidence; i++) {
            if (turn_of(&r->evidence[i]) != turn)
                continue;
            g.index = i;
            g.item = &out->item[i];
            why_clear(&g.item->why);
            measured_take(&g, &r->evidence[i]);
        }
    }
}

unsigned gathered_contradictions(const struct gathered *g)
{
    enum match m = travel_match(&g->document, &g->permission);
    unsigned set = 0;

    for (size_t i = 0; i < g->n; i++) {
        if (g->item[i].result == RESULT_FORGED)
            set |= CONTRADICTION_FORGED;
        if (g->item[i].result == RESULT_REVOKED)
            set |= CONTRADICTION_REVOKED;
    }
    if (g->documents_differ)
        set |= CONTRADICTION_TWO_DOCUMENTS;
    if (g->differs)
        set |= CONTRADICTION_LINES;
    if (m != MATCH_UNKNOWN && m != MATCH_YES)
        set |= CONTRADICTION_PERMISSION;
    if (g->listing.asked && g->listing.answer.state == LOOKUP_LISTED)
        set |= CONTRADICTION_LISTED;
    return set;
}
