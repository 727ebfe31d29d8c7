#include "check/answer.h"

#include <stdio.h>

#include "base/text.h"
#include "check/screening.h"
#include "seal/receipt.h"
#include "wire/json_write.h"

/* index: of the piece of evidence it is about; -1: none. */
static void put_reason(struct json_writer *w, const char *code, const char *article, const char *clause,
                       const char *text, bool for_admission, int index, uint64_t facts)
{
    jw_object(w, NULL);
    jw_str(w, "code", code);
    jw_str(w, "article", article);
    jw_str(w, "clause", clause);
    jw_str(w, "text", text);
    jw_str(w, "for", for_admission ? "admission" : "referral");
    if (index >= 0)
        jw_int(w, "evidence", index);
    else
        jw_null(w, "evidence");
    jw_array(w, "facts");
    for (unsigned f = 0; f < FACTS_N; f++)
        if (facts >> f & 1)
            jw_str(w, NULL, fact_name((enum fact)f));
    jw_array_end(w);
    jw_object_end(w);
}

static void put_lines_differ(struct json_writer *w, const struct gathered *g)
{
    char text[160];
    struct buffer b;

    buf_init_fixed(&b, (uint8_t *)text, sizeof text);
    buf_str(&b, "The printed lines and the chip do not say the same: ");
    for (unsigned i = 0, n = 0; i < DIFFERENCES; i++) {
        if (!(g->differs >> i & 1))
            continue;
        buf_str(&b, n++ ? ", " : "");
        buf_str(&b, difference_word(1u << i));
    }
    buf_str(&b, ".");
    put_reason(w, "lines-and-chip-differ", NULL, "Doc 9303-10 4.7.1", buf_cstr(&b), false, (int)g->chip->item,
               UINT64_C(1) << FACT_EVIDENCE_CONTRADICTION);
}

/* Who carries a listed document may be the one it was taken from. */
static void put_listing_reason(struct json_writer *w, const struct gathered *g)
{
    const struct gathered_listing *l = &g->listing;
    const uint64_t facts = UINT64_C(1) << FACT_DOCUMENT_LISTED | UINT64_C(1) << FACT_EVIDENCE_CONTRADICTION;
    char text[200], day[DATE_TEXT];

    if (!l->asked)
        return;
    if (l->answer.state == LOOKUP_LISTED) {
        (void)snprintf(
            text, sizeof text,
            "%s lists this document: %s since %s. A second look decides: the bearer may be the one "
            "who lost it.",
            l->answer.by, document_status_word(l->answer.status), date_format(l->answer.on, day));
        put_reason(w, "document-listed", NULL, NULL, text, false, (int)g->document_item, facts);
    } else if (l->answer.state == LOOKUP_UNKNOWN) {
        put_reason(
            w, "document-list-unknown", NULL, NULL,
            "Whether the document is listed as lost or stolen is not known here: its State's list is too "
            "old, or cannot be read.",
            false, (int)g->document_item, facts);
    } else if (l->answer.read_again) {
        put_reason(
            w, "read-again", NULL, NULL,
            "A document is listed whose number differs by one letter that is easily misread: read this "
            "one again.",
            false, (int)g->document_item, UINT64_C(1) << FACT_DOCUMENT_LISTED);
    }
}

static void put_screening_reason(struct json_writer *w, const char *code, const char *text)
{
    put_reason(w, code, NULL, NULL, text, false, -1, 0);
}

/* What is wrong with the evidence comes first, with the clause of its standard: the articles only follow from
 * it. */
static void put_evidence_reasons(struct json_writer *w, const struct gathered *g)
{
    enum match m = travel_match(&g->document, &g->permission);
    char text[80];

    for (size_t i = 0; i < g->n; i++) {
        const struct gathered_item *e = &g->item[i];

        if (e->result != RESULT_GENUINE && e->result != RESULT_WELL_FORMED && e->why.reason)
            put_reason(w, e->why.reason, NULL, e->why.clause, e->why.detail, false, (int)i, 0);
    }
    if (g->documents_differ)
        put_reason(w, "documents-differ", NULL, NULL,
                   "Two travel documents of different numbers were presented.", false, (int)g->document_item,
                   0);
    if (g->differs)
        put_lines_differ(w, g);
    put_listing_reason(w, g);
    screening_put_reasons(w, g, put_screening_reason);
    if (m != MATCH_UNKNOWN && m != MATCH_YES) {
        (void)snprintf(text, sizeof text, "The permission was issued for another %s.", match_word(m));
        put_reason(w, "permission-mismatch", NULL, NULL, text, false, (int)g->permission_item,
                   UINT64_C(1) << FACT_PERMISSION_MATCHES);
    }
}

/* Who presents a permission wants to know first why it does not serve, and only then of other ways in. */
static bool about_permission(const struct answer_parts *p, const struct verdict_reason *r)
{
    const uint64_t mask = UINT64_C(1) << FACT_PERMISSION_RESULT | UINT64_C(1) << FACT_PERMISSION_ISSUER |
                          UINT64_C(1) << FACT_PERMISSION_FROM | UINT64_C(1) << FACT_PERMISSION_EXPIRY |
                          UINT64_C(1) << FACT_PERMISSION_ENTRIES |
                          UINT64_C(1) << FACT_PERMISSION_ENTRIES_USED |
                          UINT64_C(1) << FACT_PERMISSION_MATCHES | UINT64_C(1) << FACT_PERMISSION_PURPOSE;

    return r->for_admission || !p->g->permission.present || (r->facts & mask) != 0;
}

static void put_reasons(struct json_writer *w, const struct answer_parts *p)
{
    jw_array(w, "reasons");
    put_evidence_reasons(w, p->g);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < p->v->n_reasons; i++) {
            const struct verdict_reason *r = &p->v->reason[i];

            if (about_permission(p, r) == (pass == 0))
                put_reason(w, r->code, r->article, r->clause, r->text, r->for_admission, -1, r->facts);
        }
    }
    jw_array_end(w);
}

static void put_evidence(struct json_writer *w, const struct gathered *g)
{
    jw_array(w, "evidence");
    for (size_t i = 0; i < g->n; i++) {
        const struct gathered_item *e = &g->item[i];

        jw_object(w, NULL);
        jw_str(w, "kind", e->kind);
        jw_str(w, "result", result_word(e->result));
        jw_str(w, "reason", e->why.reason);
        if (e->why.reason) {
            jw_str(w, "detail", e->why.detail);
            jw_str(w, "clause", e->why.clause);
            if (e->why.offset != WHY_NO_OFFSET)
                jw_int(w, "offset", (int64_t)e->why.offset);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_stay(struct json_writer *w, const struct verdict *v)
{
    char day[DATE_TEXT];

    if (!v->stay_limited) {
        jw_null(w, "stay");
        return;
    }
    jw_object(w, "stay");
    jw_int(w, "used", v->days_used);
    jw_int(w, "left", v->days_left);
    jw_str(w, "last_day", date_is_set(v->last_day) ? date_format(v->last_day, day) : NULL);
    jw_object_end(w);
}

enum { RECEIPT_TEXT = 1536 };

static void line(struct buffer *b, const char *key, struct span value)
{
    buf_str(b, key);
    buf_put(b, value);
    buf_u8(b, '\n');
}

void answer_commits(const uint8_t salt[CHECK_SALT], struct span facts, struct digest *out)
{
    const struct span part[] = { span_of(salt, CHECK_SALT), SPAN("facts"), facts };

    digest_parts(DIGEST_SHA256, part, 3, out);
}

/*
 * The text of a receipt. evidence commits to the request: SHA-256 over salt and request hash; whoever has
 * both can show what was decided on, and nobody else can try out passport numbers on it. facts commits to
 * what the agreement decided on, so that whoever keeps it can prove that it is that of then.
 */
static void receipt_text(const struct answer_parts *p, struct buffer *b)
{
    struct span part[] = { span_of(p->salt, sizeof p->salt), p->request_hash };
    struct digest d;
    char at[TIME_TEXT];

    digest_parts(DIGEST_SHA256, part, 2, &d);
    line(b, "serai receipt v1\nmember ", span_str(p->c->member));
    line(b, "check ", p->id);
    line(b, "time ", span_str(time_format(p->at, at)));
    line(b, "verdict ", p->v->outcome == OUTCOME_ADMIT ? SPAN("admit") : SPAN("refer"));
    line(b, "article ", p->v->article ? span_str(p->v->article) : SPAN("-"));
    buf_str(b, "agreement ");
    hex_put(b, span_of(agreement_hash(p->agreement), 32));
    buf_str(b, "\nevidence ");
    hex_put(b, digest_span(&d));
    if (p->facts.n) {
        answer_commits(p->salt, p->facts, &d);
        buf_str(b, "\nfacts ");
        hex_put(b, digest_span(&d));
    }
    buf_str(b, p->officer_admits ? "\nofficer admits\n" : "\n");
    if (p->post.n)
        line(b, "post ", p->post);
    if (p->entry && p->v->outcome == OUTCOME_ADMIT && p->v->stay_limited)
        buf_printf(b, "days left %d\nlast day %s\n", p->v->days_left, date_format(p->v->last_day, at));
    if (p->code[0])
        line(b, "code ", span_str(p->code));
}

void answer_code(const struct answer_parts *p, char out[CODE_TEXT])
{
    struct answer_parts without = *p;
    uint8_t mem[RECEIPT_TEXT];
    struct buffer b;

    without.code[0] = 0;
    buf_init_fixed(&b, mem, sizeof mem);
    receipt_text(&without, &b);
    code_of_receipt(buf_span(&b), out);
}

static bool put_receipt(struct json_writer *j, const struct answer_parts *p, struct why *w)
{
    uint8_t text_mem[RECEIPT_TEXT], note_mem[RECEIPT_TEXT + 512];
    struct buffer text, note;

    if (!p->c->signer) {
        jw_null(j, "receipt");
        return true;
    }
    buf_init_fixed(&text, text_mem, sizeof text_mem);
    buf_init_fixed(&note, note_mem, sizeof note_mem);
    receipt_text(p, &text);
    if (!receipt_sign(buf_span(&text), span_str(p->c->node_name), p->c->signer, &note, w))
        return false;
    if (!buf_ok(&text) || !buf_ok(&note))
        j->b->bad = true;
    jw_text(j, "receipt", buf_span(&note));
    return true;
}

static void put_listing(struct json_writer *w, const struct gathered_listing *l)
{
    bool listed = l->answer.state == LOOKUP_LISTED;
    char day[DATE_TEXT], at[TIME_TEXT];

    if (!l->asked)
        return;
    jw_object(w, "listing");
    jw_str(w, "answer", gathered_listing_word(l));
    jw_str(w, "status", listed ? document_status_word(l->answer.status) : NULL);
    jw_str(w, "on", listed ? date_format(l->answer.on, day) : NULL);
    jw_str(w, "as_of", l->as_of ? time_format(l->as_of, at) : NULL);
    jw_object_end(w);
}

bool answer_core(const struct answer_parts *p, struct buffer *out, struct why *why)
{
    struct json_writer w = json_to(out);
    char at[TIME_TEXT];

    jw_object(&w, NULL);
    jw_str(&w, "verdict", p->v->outcome == OUTCOME_ADMIT ? "admit" : "refer");
    put_reasons(&w, p);
    jw_array(&w, "missing");
    for (size_t i = 0; i < p->v->n_missing; i++)
        jw_str(&w, NULL, fact_name(p->v->missing[i]));
    jw_array_end(&w);
    put_stay(&w, p->v);
    put_evidence(&w, p->g);
    put_listing(&w, &p->g->listing);
    screening_put(&w, p->g);
    jw_object(&w, "age");
    jw_str(&w, "anchors", p->c->anchors_as_of ? time_format(p->c->anchors_as_of, at) : NULL);
    jw_int(&w, "agreement", agreement_version(p->agreement));
    jw_object_end(&w);
    jw_str(&w, "at", time_format(p->at, at));
    jw_text(&w, "id", p->id);
    jw_str(&w, "code", p->code[0] ? p->code : NULL);
    jw_bool(&w, "officer_admits", p->officer_admits);
    jw_str(&w, "moved", p->moved == MOVEMENT_ENTRY ? "entry" : p->moved == MOVEMENT_EXIT ? "exit" : "none");
    jw_hex(&w, "salt", span_of(p->salt, sizeof p->salt));
    return put_receipt(&w, p, why);
}

static void put_traveller(struct json_writer *w, const struct gathered *g)
{
    static const char *const sex[] = { "X", "F", "M", NULL };
    const struct mrz *m = &g->document.mrz;
    char date[MRZ_DATE_TEXT], name[2 * MRZ_NAME + 3];

    if (!g->document.present) {
        jw_null(w, "traveller");
        return;
    }
    (void)snprintf(name, sizeof name, "%s%s%s", m->primary, m->secondary[0] ? ", " : "", m->secondary);
    jw_object(w, "traveller");
    jw_str(w, "name", name);
    jw_str(w, "nationality", m->nationality);
    jw_str(w, "birth", mrz_date_format(m->birth, date));
    jw_str(w, "sex", sex[m->sex]);
    jw_str(w, "number", m->number);
    jw_str(w, "document", m->code);
    jw_str(w, "issuer", m->issuer);
    jw_str(w, "expiry", mrz_date_format(m->expiry, date));
    jw_object_end(w);
}

/* Nothing of the traveller: names of parts, times, ages. */
static void put_measured(struct json_writer *w, const struct stopwatch *s)
{
    char at[TIME_TEXT];

    if (!s)
        return;
    jw_array(w, "measured");
    for (size_t i = 0; i < s->n; i++) {
        const struct stopwatch_part *p = &s->part[i];

        jw_object(w, NULL);
        jw_str(w, "part", p->name);
        if (p->of == SIZE_MAX)
            jw_null(w, "evidence");
        else
            jw_int(w, "evidence", (int64_t)p->of);
        jw_bool(w, "within", p->within);
        jw_int(w, "from_ns", (int64_t)p->from);
        jw_int(w, "took_ns", (int64_t)p->took);
        jw_str(w, "as_of", p->as_of ? time_format(p->as_of, at) : NULL);
        jw_str(w, "state", p->state[0] ? p->state : NULL);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void answer_whole(struct span core, const struct gathered *g, uint64_t took_us, bool repeated,
                  struct buffer *out)
{
    struct json_writer w = json_to(out);

    buf_put(out, core);
    w.depth = 1;
    w.comma = 1u << 1;
    put_traveller(&w, g);
    answer_chip(&w, g);
    jw_int(&w, "took_us", (int64_t)took_us);
    jw_bool(&w, "repeated", repeated);
    put_measured(&w, g->watch);
    jw_object_end(&w);
}
