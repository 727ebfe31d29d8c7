/* The record of a notice, read: each object by a table of its members. */
#include <stddef.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "service/notice/notice.h"
#include "service/notice/notice_fields.h"
#include "wire/jcs.h"

static const char *const name_kinds[] = { "primary", "native", "good alias", "weak alias", "former", "mrz" };
static const char *const precisions[] = { "day", "month", "year", "about", "range" };
static const char *const sexes[] = { "unknown", "female", "male" };
static const char *const states[] = { "draft",     "proposed", "refused",   "active",
                                      "suspended", "expired",  "withdrawn", "cancelled" };
static const char *const cautions[] = {
    "armed", "violent", "medical", "minor", "escape", "contagious", NULL
};

const char *notice_name_kind_word(enum notice_name_kind k)
{
    return k < NOTICE_NAME_KINDS ? name_kinds[k] : "unknown";
}

const char *notice_precision_word(enum notice_precision p)
{
    return p < NOTICE_PRECISIONS ? precisions[p] : "unknown";
}

const char *notice_sex_word(enum notice_sex s)
{
    return s < NOTICE_SEXES ? sexes[s] : "unknown";
}

const char *notice_state_word(enum notice_state s)
{
    return s < NOTICE_STATES ? states[s] : "unknown";
}

bool notice_state_of(struct span word, enum notice_state *out)
{
    for (unsigned i = 0; i < NOTICE_STATES; i++) {
        if (span_eq_str(word, states[i])) {
            *out = (enum notice_state)i;
            return true;
        }
    }
    return false;
}

/* ---- words ---- */

static bool listed(const struct notice_fields *f, json_ref v, const char *const *list, unsigned n,
                   unsigned *out)
{
    for (unsigned i = 0; i < n; i++) {
        if (json_text_is(f->j, v, list[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_name_kind(struct notice_fields *f, json_ref v, void *to)
{
    unsigned i = 0;

    if (!listed(f, v, name_kinds, NOTICE_NAME_KINDS, &i))
        return false;
    *(enum notice_name_kind *)to = (enum notice_name_kind)i;
    return true;
}

static bool read_precision(struct notice_fields *f, json_ref v, void *to)
{
    unsigned i = 0;

    if (!listed(f, v, precisions, NOTICE_PRECISIONS, &i))
        return false;
    *(enum notice_precision *)to = (enum notice_precision)i;
    return true;
}

static bool read_sex(struct notice_fields *f, json_ref v, void *to)
{
    unsigned i = 0;

    if (!listed(f, v, sexes, NOTICE_SEXES, &i))
        return false;
    *(enum notice_sex *)to = (enum notice_sex)i;
    return true;
}

static bool read_status(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    return json_text_of(f->j, v, f->a, &s) && notice_status_of(s, to);
}

static bool read_action(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    return json_text_of(f->j, v, f->a, &s) && notice_action_of(s, to);
}

static bool read_assessment_word(struct notice_fields *f, json_ref v, void *to)
{
    if (!json_text_is(f->j, v, "fact") && !json_text_is(f->j, v, "assessment"))
        return false;
    *(bool *)to = json_text_is(f->j, v, "assessment");
    return true;
}

static bool caution_known(struct span s)
{
    for (size_t i = 0; cautions[i]; i++)
        if (span_eq_str(s, cautions[i]))
            return true;
    return false;
}

/* ---- attributes ---- */

static bool read_quality(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_quality *q = to;
    const struct notice_field table[] = { { "is", read_assessment_word, &q->assessment, true },
                                          { "source", notice_field_text, &q->source, true },
                                          { "on", notice_field_date, &q->on, true },
                                          { "by", notice_field_word, &q->by, true } };

    return notice_fields_read(f, v, table, 4);
}

static bool read_part(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_part *p = to;
    const struct notice_field table[] = { { "kind", notice_field_text, &p->kind, true },
                                          { "text", notice_field_text, &p->text, true } };

    return notice_fields_read(f, v, table, 2);
}

static bool read_parts(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_name *n = to;

    return notice_fields_list(f, v, n->part, sizeof *n->part, NOTICE_PARTS, &n->n_parts, read_part);
}

/* ISO 15924: "Arab". */
static bool read_script(struct notice_fields *f, json_ref v, void *to)
{
    struct span s;

    if (!json_text_of(f->j, v, f->a, &s) || s.n != 4 || !ascii_upper(s.p[0]))
        return false;
    for (size_t i = 1; i < 4; i++)
        if (!ascii_lower(s.p[i]))
            return false;
    *(struct span *)to = s;
    return true;
}

static bool read_name(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_name *n = to;
    const struct notice_field table[] = { { "text", notice_field_text, &n->text, true },
                                          { "script", read_script, &n->script, true },
                                          { "language", notice_field_word, &n->language, false },
                                          { "kind", read_name_kind, &n->kind, true },
                                          { "parts", read_parts, n, false },
                                          { "quality", read_quality, &n->quality, false } };

    return notice_fields_read(f, v, table, 6);
}

static bool read_birth(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_birth *b = to;
    const struct notice_field table[] = {
        { "value", notice_field_date, &b->value, true },
        { "to", notice_field_date, &b->to, false },
        { "precision", read_precision, &b->precision, true },
        { "calendar", notice_field_word, &b->calendar, false },
        { "text", notice_field_text, &b->text, false },
        { "quality", read_quality, &b->quality, false },
    };

    if (!notice_fields_read(f, v, table, 6))
        return false;
    if ((b->precision == NOTICE_RANGE) != date_is_set(b->to) ||
        (date_is_set(b->to) && date_cmp(b->to, b->value) < 0))
        return notice_fields_wrong(f, v,
                                   "a range has an end, not before its beginning, and nothing else has one");
    return true;
}

static bool read_nationality(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_nationality *n = to;
    const struct notice_field table[] = { { "state", notice_field_state, &n->state, true },
                                          { "certain", notice_field_bool, &n->certain, true },
                                          { "quality", read_quality, &n->quality, false } };

    return notice_fields_read(f, v, table, 3);
}

static bool read_document(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_document *d = to;
    const struct notice_field table[] = { { "kind", notice_field_text, &d->kind, true },
                                          { "state", notice_field_state, &d->state, true },
                                          { "number", notice_field_text, &d->number, true },
                                          { "quality", read_quality, &d->quality, false } };

    return notice_fields_read(f, v, table, 4);
}

static bool read_names(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_person *p = to;

    return notice_fields_list(f, v, p->name, sizeof *p->name, NOTICE_NAMES, &p->n_names, read_name);
}

static bool read_births(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_person *p = to;

    return notice_fields_list(f, v, p->birth, sizeof *p->birth, NOTICE_BIRTHS, &p->n_births, read_birth);
}

static bool read_nationalities(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_person *p = to;

    return notice_fields_list(f, v, p->nationality, sizeof *p->nationality, NOTICE_NATIONALITIES,
                              &p->n_nationalities, read_nationality);
}

static bool read_documents(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_person *p = to;

    return notice_fields_list(f, v, p->document, sizeof *p->document, NOTICE_DOCUMENTS, &p->n_documents,
                              read_document);
}

static bool read_person(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_person *p = to;
    const struct notice_field table[] = {
        { "status", read_status, &p->status, true },
        { "names", read_names, p, true },
        { "births", read_births, p, false },
        { "birth_place", notice_field_text, &p->birth_place, false },
        { "sex", read_sex, &p->sex, false },
        { "nationalities", read_nationalities, p, false },
        { "father", notice_field_text, &p->father, false },
        { "documents", read_documents, p, false },
        { "photo", notice_field_hash, &p->photo, false },
    };

    return notice_fields_read(f, v, table, sizeof table / sizeof *table);
}

static bool read_object(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_object *o = to;
    const struct notice_field table[] = {
        { "kind", notice_field_text, &o->kind, true },
        { "state", notice_field_state, &o->state, false },
        { "number", notice_field_text, &o->number, false },
        { "make", notice_field_text, &o->make, false },
        { "description", notice_field_text, &o->description, false },
    };

    return notice_fields_read(f, v, table, 5);
}

/* ---- legal basis, check-list, assessment ---- */

static bool read_warrant(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_warrant *w = to;
    const struct notice_field table[] = { { "court", notice_field_text, &w->court, true },
                                          { "number", notice_field_text, &w->number, true },
                                          { "on", notice_field_date, &w->on, true },
                                          { "copy", notice_field_hash, &w->copy, false } };

    return notice_fields_read(f, v, table, 4);
}

static bool read_basis(struct notice_fields *f, json_ref v, void *to)
{
    struct notice *n = to;
    const struct notice_field table[] = {
        { "article", notice_field_word, &n->article, true },
        { "offence", notice_field_text, &n->offence, false },
        { "provision", notice_field_text, &n->provision, false },
        { "penalty_months", notice_field_months, &n->penalty_months, false },
        { "sentence_months", notice_field_months, &n->sentence_months, false },
        { "warrant", read_warrant, &n->warrant, false },
    };

    return notice_fields_read(f, v, table, 6);
}

static bool read_checklist(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_checklist *c = to;
    bool found[NOTICE_MATTERS] = { false };
    const struct notice_field table[] = {
        { "officer", notice_field_word, &c->officer, !f->draft },
        { "at", notice_field_time, &c->at, !f->draft },
        { "political", notice_field_bool, &found[NOTICE_POLITICAL], true },
        { "military", notice_field_bool, &found[NOTICE_MILITARY], true },
        { "religious", notice_field_bool, &found[NOTICE_RELIGIOUS], true },
        { "racial", notice_field_bool, &found[NOTICE_RACIAL], true },
        { "note", notice_field_text, &c->note, false },
    };

    if (!notice_fields_read(f, v, table, 7))
        return false;
    for (unsigned i = 0; i < NOTICE_MATTERS; i++)
        c->matters |= (unsigned)found[i] << i;
    return true;
}

static bool read_assessment(struct notice_fields *f, json_ref v, void *to)
{
    struct notice_assessment *x = to;
    const struct notice_field table[] = { { "officer", notice_field_word, &x->officer, !f->draft },
                                          { "at", notice_field_time, &x->at, !f->draft },
                                          { "text", notice_field_text, &x->text, true } };

    return notice_fields_read(f, v, table, 3);
}

/* ---- the whole ---- */

static bool read_cautions(struct notice_fields *f, json_ref v, void *to)
{
    struct notice *n = to;

    if (!notice_fields_list(f, v, n->caution, sizeof *n->caution, NOTICE_CAUTIONS, &n->n_cautions,
                            notice_field_text))
        return false;
    for (size_t i = 0; i < n->n_cautions; i++)
        if (!caution_known(n->caution[i]))
            return notice_fields_wrong(f, v,
                                       "cautions are armed, violent, medical, minor, escape, contagious");
    return true;
}

static bool read_members(struct notice_fields *f, json_ref v, void *to)
{
    struct notice *n = to;

    return notice_fields_list(f, v, n->member, sizeof *n->member, NOTICE_MEMBERS, &n->n_members,
                              notice_field_state);
}

static bool read_links(struct notice_fields *f, json_ref v, void *to)
{
    struct notice *n = to;

    return notice_fields_list(f, v, n->link, sizeof *n->link, NOTICE_LINKS, &n->n_links, notice_field_word);
}

static bool read_all(struct notice_fields *f, bool draft, struct notice *n, bool *if_flagged)
{
    bool whole = !draft, person = json_member(f->j, JSON_ROOT, "person") != JSON_NONE;
    bool object = json_member(f->j, JSON_ROOT, "object") != JSON_NONE;
    const struct notice_field table[] = {
        { "id", notice_field_word, &n->id, whole },
        { "version", notice_field_months, &n->version, whole },
        { "nonce", notice_field_word, &n->nonce, whole },
        { "issuer", notice_field_state, &n->issuer, whole },
        { "authority", notice_field_word, &n->authority, whole },
        { "kind", notice_field_text, &n->kind, true },
        { "category", notice_field_text, &n->category, true },
        { "drafted", notice_field_word, &n->drafted, whole },
        { "signed", notice_field_word, &n->signed_by, whole },
        { "at", notice_field_time, &n->at, whole },
        { "expires", notice_field_time, &n->expires, whole },
        { "review_due", notice_field_time, &n->review_due, whole },
        { "action", read_action, &n->action, true },
        { "if_flagged", read_action, &n->if_flagged, false },
        { "cautions", read_cautions, n, false },
        { "for", read_members, n, false },
        { "links", read_links, n, false },
        { "basis", read_basis, n, true },
        { "facts", notice_field_text, &n->facts, false },
        { "person", read_person, &n->person, false },
        { "object", read_object, &n->object, false },
        { "checklist", read_checklist, &n->checklist, whole },
        { "assessment", read_assessment, &n->assessment, false },
    };

    if (!notice_fields_read(f, JSON_ROOT, table, sizeof table / sizeof *table))
        return false;
    *if_flagged = json_member(f->j, JSON_ROOT, "if_flagged") != JSON_NONE;
    if (person == object)
        return notice_fields_wrong(f, JSON_ROOT, "a notice is about a person or an object: one of the two");
    n->subject = person ? NOTICE_PERSON : NOTICE_OBJECT;
    return true;
}

static bool is_hex(struct span s, size_t n)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return s.n == n;
}

static bool canonical(const struct json *j, struct span bytes, struct arena *a, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_NOTICE);
    ok = jcs_put(&b, j, JSON_ROOT, a, w);
    if (ok && !span_eq(buf_span(&b), bytes))
        ok = why_set(w, "canonical", WHY_NO_OFFSET, "RFC 8785", "the notice is not in canonical form");
    buf_free(&b);
    return ok;
}

static void sha256(struct span s, uint8_t out[NOTICE_DIGEST])
{
    struct digest d;

    digest_of(DIGEST_SHA256, s, &d);
    memcpy(out, d.b, NOTICE_DIGEST);
}

/* What may differ between versions of one substance: times, persons who sign, the assessment. */
static bool digest_substance(struct notice *n, struct arena *a, struct why *w)
{
    struct notice *x = arena_alloc(a, sizeof *x);
    struct buffer b;
    bool ok;

    if (!x)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *x = *n;
    x->version = 0;
    x->at = x->expires = x->review_due = 0;
    x->drafted = x->signed_by = (struct span){ 0 };
    x->checklist.officer = x->checklist.note = (struct span){ 0 };
    x->checklist.at = 0;
    x->assessment = (struct notice_assessment){ 0 };
    buf_init(&b, LIMIT_NOTICE);
    ok = notice_put(x, a, &b, w);
    if (ok)
        sha256(buf_span(&b), n->substance);
    buf_free(&b);
    return ok;
}

static bool read(struct span bytes, bool draft, struct arena *a, struct notice **ret, struct why *w)
{
    struct notice *n = arena_alloc(a, sizeof *n);
    struct notice_fields f = { .a = a, .w = w, .reason = "notice", .draft = draft };
    struct json j;

    if (!n || bytes.n > LIMIT_NOTICE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a notice of more than %d bytes", LIMIT_NOTICE);
    *n = (struct notice){ .penalty_months = -1, .sentence_months = -1, .has_if_flagged = false };
    f.j = &j;
    if (!json_parse(bytes, a, &j, w) || !read_all(&f, draft, n, &n->has_if_flagged))
        return false;
    if (!draft && (!is_hex(n->nonce, 32) || n->version < 1 || !notice_id_read(n->id, NULL)))
        return why_set(w, "notice", WHY_NO_OFFSET, NULL,
                       "a notice has an id, a version from 1 and a nonce of 32 hex digits");
    if (!draft && !canonical(&j, bytes, a, w))
        return false;
    sha256(bytes, n->digest);
    if (!draft && !digest_substance(n, a, w))
        return false;
    *ret = n;
    return true;
}

bool notice_read(struct span bytes, struct arena *a, const struct notice **ret, struct why *w)
{
    struct notice *n = NULL;

    if (!read(bytes, false, a, &n, w))
        return false;
    *ret = n;
    return true;
}

bool notice_read_draft(struct span bytes, struct arena *a, struct notice **ret, struct why *w)
{
    return read(bytes, true, a, ret, w);
}

/* KZ-2026-17, KZ-2026.2-1 */
bool notice_id_read(struct span id, struct notice_id *out)
{
    struct notice_id x;
    struct span rest = id, state, shard, number;
    uint64_t n;

    if (id.n >= NOTICE_ID || !text_split(&rest, '-', &state) || !text_split(&rest, '-', &shard) ||
        !text_split(&rest, '-', &number) || number.n == 0 || rest.n || number.p + number.n != id.p + id.n)
        return false;
    if (state.n != 2 || !ascii_upper(state.p[0]) || !ascii_upper(state.p[1]) || shard.n < 4 || shard.n > 8)
        return false;
    for (size_t i = 0; i < shard.n; i++)
        if (!ascii_digit(shard.p[i]) && !(i == 4 && shard.p[i] == '.' && shard.n > 5))
            return false;
    if (number.p[0] == '0' || !text_number(number, 99999999, &n))
        return false;
    x = (struct notice_id){ state, shard, n };
    if (out)
        *out = x;
    return true;
}
