#include "check/answer.h"

#include <stdio.h>

#include "base/text.h"
#include "seal/receipt.h"
#include "wire/json_write.h"

static void put_reasons(struct json_writer *w, const struct answer_parts *p)
{
    json_array(w, "reasons");
    for (size_t i = 0; i < p->v->n_reasons; i++) {
        const struct verdict_reason *r = &p->v->reason[i];

        json_object(w, NULL);
        json_str(w, "code", r->code);
        json_str(w, "article", r->article);
        json_str(w, "clause", r->clause);
        json_str(w, "text", r->text);
        json_str(w, "for", r->for_admission ? "admission" : "referral");
        json_null(w, "evidence");
        json_object_end(w);
    }
    /* What was wrong with a piece of evidence is a reason of its own, with the clause of its standard. */
    for (size_t i = 0; i < p->g->n; i++) {
        const struct gathered_item *e = &p->g->item[i];

        if (e->result == RESULT_GENUINE || e->result == RESULT_WELL_FORMED || !e->why.reason)
            continue;
        json_object(w, NULL);
        json_str(w, "code", e->why.reason);
        json_null(w, "article");
        json_str(w, "clause", e->why.clause);
        json_str(w, "text", e->why.detail);
        json_str(w, "for", "referral");
        json_int(w, "evidence", (int64_t)i);
        json_object_end(w);
    }
    json_array_end(w);
}

static void put_evidence(struct json_writer *w, const struct gathered *g)
{
    json_array(w, "evidence");
    for (size_t i = 0; i < g->n; i++) {
        const struct gathered_item *e = &g->item[i];

        json_object(w, NULL);
        json_str(w, "kind", e->kind);
        json_str(w, "result", result_word(e->result));
        json_str(w, "reason", e->why.reason);
        if (e->why.reason) {
            json_str(w, "detail", e->why.detail);
            json_str(w, "clause", e->why.clause);
            if (e->why.offset != WHY_NO_OFFSET)
                json_int(w, "offset", (int64_t)e->why.offset);
        }
        json_object_end(w);
    }
    json_array_end(w);
}

static void put_stay(struct json_writer *w, const struct verdict *v)
{
    char day[DATE_TEXT];

    if (!v->stay_limited) {
        json_null(w, "stay");
        return;
    }
    json_object(w, "stay");
    json_int(w, "used", v->days_used);
    json_int(w, "left", v->days_left);
    json_str(w, "last_day", date_is_set(v->last_day) ? date_format(v->last_day, day) : NULL);
    json_object_end(w);
}

/*
 * The text of a receipt. evidence commits to the request: SHA-256 over salt and request hash; whoever has both can show
 * what was decided on, and nobody else can try out passport numbers on it.
 */
static void receipt_text(const struct answer_parts *p, struct buffer *b)
{
    struct span part[] = { span_of(p->salt, sizeof p->salt), p->request_hash };
    struct digest d;
    char at[TIME_TEXT];

    digest_parts(DIGEST_SHA256, part, 2, &d);
    buf_printf(b, "serai receipt v1\nmember %s\ncheck ", p->c->member);
    buf_put(b, p->id);
    buf_printf(b, "\ntime %s\nverdict %s\narticle %s\nagreement ", time_format(p->at, at),
               p->v->outcome == OUTCOME_ADMIT ? "admit" : "refer", p->v->article ? p->v->article : "-");
    hex_put(b, span_of(agreement_hash(p->c->agreement), 32));
    buf_str(b, "\nevidence ");
    hex_put(b, digest_span(&d));
    buf_str(b, p->officer_admits ? "\nofficer admits\n" : "\n");
}

static void put_receipt(struct json_writer *w, const struct answer_parts *p)
{
    uint8_t text_mem[1024], note_mem[1536];
    struct buffer text, note;

    if (!p->c->node_secret) {
        json_null(w, "receipt");
        return;
    }
    buf_init_fixed(&text, text_mem, sizeof text_mem);
    buf_init_fixed(&note, note_mem, sizeof note_mem);
    receipt_text(p, &text);
    receipt_sign(buf_span(&text), span_str(p->c->node_name), p->c->node_public, p->c->node_secret, &note);
    if (!buf_ok(&text) || !buf_ok(&note))
        w->b->bad = true;
    json_text(w, "receipt", buf_span(&note));
}

void answer_core(const struct answer_parts *p, struct buffer *out)
{
    struct json_writer w = json_to(out);
    char at[TIME_TEXT];

    json_object(&w, NULL);
    json_str(&w, "verdict", p->v->outcome == OUTCOME_ADMIT ? "admit" : "refer");
    put_reasons(&w, p);
    json_array(&w, "missing");
    for (size_t i = 0; i < p->v->n_missing; i++)
        json_str(&w, NULL, fact_name(p->v->missing[i]));
    json_array_end(&w);
    put_stay(&w, p->v);
    put_evidence(&w, p->g);
    json_object(&w, "age");
    json_str(&w, "anchors", p->c->anchors_as_of ? time_format(p->c->anchors_as_of, at) : NULL);
    json_int(&w, "agreement", agreement_version(p->c->agreement));
    json_object_end(&w);
    json_str(&w, "at", time_format(p->at, at));
    json_text(&w, "id", p->id);
    json_bool(&w, "officer_admits", p->officer_admits);
    json_hex(&w, "salt", span_of(p->salt, sizeof p->salt));
    put_receipt(&w, p);
}

static void put_traveller(struct json_writer *w, const struct gathered *g)
{
    static const char *const sex[] = { "X", "F", "M", NULL };
    const struct mrz *m = &g->document.mrz;
    char date[MRZ_DATE_TEXT], name[2 * MRZ_NAME + 3];

    if (!g->document.present) {
        json_null(w, "traveller");
        return;
    }
    (void)snprintf(name, sizeof name, "%s%s%s", m->primary, m->secondary[0] ? ", " : "", m->secondary);
    json_object(w, "traveller");
    json_str(w, "name", name);
    json_str(w, "nationality", m->nationality);
    json_str(w, "birth", mrz_date_format(m->birth, date));
    json_str(w, "sex", sex[m->sex]);
    json_str(w, "number", m->number);
    json_str(w, "document", m->code);
    json_str(w, "issuer", m->issuer);
    json_str(w, "expiry", mrz_date_format(m->expiry, date));
    json_object_end(w);
}

void answer_whole(struct span core, const struct gathered *g, uint64_t took_us, bool repeated, struct buffer *out)
{
    struct json_writer w = json_to(out);

    buf_put(out, core);
    w.depth = 1;
    w.comma = 1u << 1;
    put_traveller(&w, g);
    json_int(&w, "took_us", (int64_t)took_us);
    json_bool(&w, "repeated", repeated);
    json_object_end(&w);
}
