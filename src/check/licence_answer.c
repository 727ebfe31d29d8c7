/* The answer as JSON (schema LicenceAnswer), and what of it is kept. */
#include "base/text.h"
#include "check/licence_parts.h"
#include "service/licence/answer.h"

static void put_agreement(struct json_writer *w, const struct licence_inquiry *k)
{
    const struct agreement *a = k->agreement;

    jw_object(w, "agreement");
    jw_str(w, "title", agreement_title_in(a, NULL, k->tongue.language, NULL));
    jw_int(w, "version", agreement_version(a));
    jw_hex(w, "sha256", span_of(agreement_hash(a), 32));
    jw_object_end(w);
}

/* words: with the sentence and the place; these are for the officer, who has the thing at hand. */
static void put_evidence(struct json_writer *w, const struct licence_inquiry *k, bool words)
{
    jw_array(w, "evidence");
    for (size_t i = 0; i < k->n_items; i++) {
        const struct licence_item *e = &k->item[i];

        jw_object(w, NULL);
        jw_str(w, "kind", e->kind);
        jw_str(w, "result", result_word(e->result));
        if (e->why.reason)
            jw_str(w, "reason", e->why.reason);
        if (e->why.reason && words) {
            jw_str(w, "detail", e->why.detail);
            if (e->why.clause)
                jw_str(w, "clause", e->why.clause);
            if (e->why.offset != WHY_NO_OFFSET)
                jw_int(w, "offset", (int64_t)e->why.offset);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* --- the licence itself --- */

static void put_text(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
    else
        jw_null(w, key);
}

static void put_day(struct json_writer *w, const char *key, struct date d)
{
    char day[DATE_TEXT];

    jw_str(w, key, date_is_set(d) ? date_format(d, day) : NULL);
}

static void put_portrait(struct json_writer *w, struct span p)
{
    struct buffer b;

    if (p.n == 0)
        return;
    buf_init(&b, 2 * p.n + 8);
    base64_put(&b, p, BASE64_STD);
    w->b->bad |= !buf_ok(&b);
    jw_object(w, "portrait");
    jw_str(w, "format", span_starts(p, SPAN("\xff\xd8\xff")) ? "jpeg" : "jpeg2000");
    jw_text(w, "base64", buf_span(&b));
    jw_object_end(w);
    buf_free(&b);
}

static void put_licence(struct json_writer *w, const struct licence_inquiry *k)
{
    const struct licence_data *d = &k->facts;

    if (k->strength == LICENCE_NOTHING) {
        jw_null(w, "licence");
        return;
    }
    jw_object(w, "licence");
    put_text(w, "issuer", d->issuing_country);
    put_text(w, "number", d->document_number);
    put_text(w, "family_name", d->family_name);
    put_text(w, "given_name", d->given_name);
    put_day(w, "birth", d->birth_date);
    put_day(w, "issued", d->issue_date);
    put_day(w, "expiry", d->expiry_date);
    put_text(w, "authority", d->issuing_authority);
    put_portrait(w, d->portrait);
    jw_object_end(w);
}

static void put_categories(struct json_writer *w, const struct licence_inquiry *k)
{
    const struct licence_telling t = { .agreement = k->agreement, .data = &k->facts, .tongue = &k->tongue };

    jw_array(w, "categories");
    for (size_t i = 0; i < k->n; i++)
        licence_put_decision(w, &t, &k->decision[i]);
    jw_array_end(w);
}

/* --- status --- */

static void put_if(struct json_writer *w, const char *key, struct span s)
{
    if (s.n)
        jw_text(w, key, s);
}

/* kept: without what the issuer said of the driver's reasons. */
static void put_status(struct json_writer *w, const struct licence_inquiry *k, bool kept)
{
    const struct licence_home *h = &k->home;
    char at[TIME_TEXT], *word = arena_str(k->a, h->word);
    const char *said = licence_status_said(
        h->state == LICENCE_ANSWERED && word ? word : licence_home_word(h->state), &k->tongue);

    jw_object(w, "status");
    jw_bool(w, "asked", k->asked);
    jw_str(w, "state", licence_home_word(h->state));
    if (!kept)
        jw_str(w, "said", said ? said : word ? word : licence_home_word(h->state));
    if (h->state == LICENCE_ANSWERED)
        put_if(w, "word", h->word);
    if (!kept) {
        put_if(w, "reason", h->reason);
        if (date_is_set(h->since))
            put_day(w, "since", h->since);
        if (date_is_set(h->until))
            put_day(w, "until", h->until);
    }
    put_if(w, "reference", h->reference);
    put_if(w, "from", h->from);
    if (h->as_of)
        jw_str(w, "as_of", time_format(h->as_of, at));
    jw_object_end(w);
}

static void put_token(struct json_writer *w, const struct licence_inquiry *k)
{
    const struct status_said *t = &k->token.said;
    char at[TIME_TEXT];

    if (!k->token.present)
        return;
    jw_object(w, "token");
    jw_str(w, "answer", status_word(t->answer));
    if (t->why.reason) {
        jw_str(w, "reason", t->why.reason);
        jw_str(w, "detail", t->why.detail);
    }
    if (t->answer != STATUS_UNDETERMINED && t->issued)
        jw_str(w, "issued", time_format(t->issued, at));
    if (t->answer != STATUS_UNDETERMINED && t->expires)
        jw_str(w, "expires", time_format(t->expires, at));
    jw_object_end(w);
}

/* --- findings and what was left out --- */

static void put_finding(struct json_writer *w, const struct licence_inquiry *k,
                        const struct licence_remark *m)
{
    jw_object(w, NULL);
    jw_str(w, "severity", severity_word(m->severity));
    jw_str(w, "reason", m->why.reason);
    jw_str(w, "clause", m->why.clause);
    jw_str(w, "detail", m->why.detail);
    jw_str(w, "said", licence_finding_said(m->why.reason, &k->tongue));
    jw_str(w, "do", licence_finding_do(m->why.reason, &k->tongue));
    if (m->item >= 0)
        jw_int(w, "evidence", m->item);
    else
        jw_null(w, "evidence");
    if (m->item >= 0 && m->why.offset != WHY_NO_OFFSET)
        jw_int(w, "offset", (int64_t)m->why.offset);
    jw_object_end(w);
}

/* What has to be acted on comes first. */
static void put_findings(struct json_writer *w, const struct licence_inquiry *k)
{
    jw_array(w, "findings");
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < k->n_remarks; i++)
            if ((k->remark[i].severity == FINDING_WARNING) == (pass == 0))
                put_finding(w, k, &k->remark[i]);
    jw_array_end(w);
}

static void put_not_checked(struct json_writer *w, const struct licence_inquiry *k)
{
    jw_array(w, "not_checked");
    if (k->strength < LICENCE_SIGNED)
        jw_str(w, NULL, "signature");
    if (k->strength < LICENCE_SIGNED_PROVED)
        jw_str(w, NULL, "device");
    if (!k->token.present || k->token.said.answer == STATUS_UNDETERMINED)
        jw_str(w, NULL, "revocation");
    if (k->home.state != LICENCE_ANSWERED && k->home.state != LICENCE_UNKNOWN)
        jw_str(w, NULL, "status at home");
    jw_array_end(w);
}

static void put_trust(struct json_writer *w, const struct licence_inquiry *k)
{
    char at[TIME_TEXT];

    jw_object(w, "trust");
    jw_str(w, "as_of", k->c->anchors_as_of ? time_format(k->c->anchors_as_of, at) : NULL);
    if (k->mdoc && k->mdoc->has_path)
        jw_str(w, "anchor", k->mdoc->by ? k->mdoc->by->source : k->mdoc->path.anchor->origin->source);
    jw_object_end(w);
}

static void put_receipt(struct json_writer *w, const struct licence_stamp *s)
{
    if (!s->salt)
        return;
    jw_str(w, "salt", s->salt);
    put_text(w, "receipt", s->note);
    jw_bool(w, "repeated", s->repeated);
}

void licence_answer_put(const struct licence_inquiry *k, const struct licence_stamp *s, struct json_writer *w)
{
    char at[TIME_TEXT];

    jw_object(w, NULL);
    put_text(w, "id", s->id);
    jw_str(w, "at", time_format(k->now, at));
    jw_str(w, "member", k->c->member);
    put_agreement(w, k);
    jw_str(w, "outcome", outcome_word(s->outcome));
    jw_str(w, "said", licence_outcome_in(s->outcome, &k->tongue));
    put_evidence(w, k, true);
    jw_str(w, "strength", licence_strength_word(k->strength));
    put_licence(w, k);
    put_categories(w, k);
    put_status(w, k, false);
    put_token(w, k);
    put_findings(w, k);
    put_not_checked(w, k);
    put_trust(w, k);
    put_receipt(w, s);
    jw_object_end(w);
}

void licence_record_put(const struct licence_inquiry *k, struct json_writer *w)
{
    jw_str(w, "outcome", outcome_word(k->outcome));
    jw_text(w, "purpose", k->r->purpose.n ? k->r->purpose : SPAN("road-check"));
    put_if(w, "place", k->r->place);
    put_agreement(w, k);
    put_evidence(w, k, false);
    jw_str(w, "strength", licence_strength_word(k->strength));
    put_status(w, k, true);
    jw_array(w, "findings");
    for (size_t i = 0; i < k->n_remarks; i++)
        jw_str(w, NULL, k->remark[i].why.reason);
    jw_array_end(w);
    put_not_checked(w, k);
    put_trust(w, k);
}
