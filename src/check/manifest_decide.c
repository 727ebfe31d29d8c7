/* One person of a list, by the machinery of a check. */
#include <stdio.h>

#include "agreement/tables.h"
#include "base/text.h"
#include "check/gather.h"
#include "check/manifest.h"
#include "check/manifest_internal.h"
#include "check/screening.h"
#include "lookup/fold.h"
#include "service/travel/revoked.h"
#include "store/quotas.h"
#include "wire/json.h"
#include "wire/mrz_codes.h"

static const struct {
    const char *word, *text;
} notes[MANIFEST_NOTES] = {
    [NOTE_LISTED] = { "document-listed", "Its State lists this document as lost, stolen or revoked." },
    [NOTE_LIST_UNKNOWN] = { "document-list-unknown", "Whether the document is listed is not known here: its "
                                                     "State's list is too old, or cannot be read." },
    [NOTE_READ_AGAIN] = { "read-again",
                          "A document is listed whose number differs by one letter that is easily misread." },
    [NOTE_PERMISSION_UNKNOWN] = { "permission-unknown", "No permission of this number is known here: the "
                                                        "lane needs the permission itself." },
    [NOTE_PERMISSION_REVOKED] = { "permission-revoked", "The permission was revoked by its issuer." },
    [NOTE_PERMISSION_OTHER] = { "permission-mismatch", "The permission was issued for another document." },
    [NOTE_SCREENED] = { "name-found",
                        "Name and birth date are like those of a notice or of a list: a person looks." },
    [NOTE_NOT_SCREENED] = { "not-screened",
                            "Name and birth date could not be looked for in notices and lists." },
    [NOTE_STAYS_UNKNOWN] = { "stays-unknown",
                             "Earlier stays are not known: there is no number of a document." },
};

const char *manifest_note_word(enum manifest_note n)
{
    return notes[n].word;
}

const char *manifest_note_text(enum manifest_note n)
{
    return notes[n].text;
}

static void note(struct manifest_verdict *v, enum manifest_note n)
{
    v->notes |= UINT32_C(1) << n;
}

/* ---- the document, as its zone would read ---- */

/* A zone is full: "D<<". */
static void set_code(char out[4], const char *code)
{
    size_t n = strlen(code);

    for (size_t i = 0; i < 3; i++)
        out[i] = n == 0 ? 0 : i < n ? code[i] : '<';
    out[3] = 0;
}

static struct mrz_date day_of(struct date d)
{
    if (!date_is_set(d))
        return (struct mrz_date){ .state = MRZ_DATE_UNKNOWN };
    return (struct mrz_date){ MRZ_DATE_LEGAL, d.year, d.month, d.day };
}

static void document_of(const struct manifest_person *p, struct travel_document *d)
{
    struct mrz *m = &d->mrz;

    *d = (struct travel_document){ .present = true, .readable = true };
    m->format = p->kind == 'I' ? MRZ_TD1 : p->kind == 'O' ? MRZ_TD2 : MRZ_TD3;
    m->code[0] = p->kind == 'O' ? 'O' : p->kind == 'I' ? 'I' : 'P';
    set_code(m->issuer, p->issuer);
    set_code(m->nationality, p->nationality);
    if (p->number.n < sizeof m->number)
        memcpy(m->number, p->number.p ? p->number.p : (const uint8_t *)"", p->number.n);
    m->birth = day_of(p->birth);
    m->expiry = day_of(p->expiry);
}

/* ---- the permission, as this member's register has it ---- */

static struct span text_of(const struct json *j, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    return json_text_of(j, json_member(j, JSON_ROOT, name), a, &s) ? s : (struct span){ NULL, 0 };
}

static int number_of(const struct json *j, const char *name, int most, int absent)
{
    int64_t n;

    return json_int64(j, json_member(j, JSON_ROOT, name), &n) && n >= 0 && n <= most ? (int)n : absent;
}

/* What is kept of one (node/issue.c): of the holder the keyed hash of the document alone. */
static bool read_permission(const struct check_context *c, const struct travel_document *d, struct span body,
                            struct arena *a, struct travel_permission *p)
{
    struct traveller_key key;
    struct buffer holder;
    char hex[2 * sizeof key.b + 1];
    struct json j;
    struct span kind;

    if (!json_parse(body, a, &j, NULL))
        return false;
    kind = text_of(&j, "kind", a);
    p->kind = kind.n ? arena_str(a, kind) : "eco visa";
    p->purpose = text_of(&j, "purpose", a);
    p->entries = number_of(&j, "entries", 1000, -1);
    p->stay_days = (uint8_t)number_of(&j, "stay_days", UINT8_MAX, 0);
    p->has_stay = p->stay_days > 0;
    store_traveller_key(c->store, span_str(d->mrz.issuer), span_str(d->mrz.number), &key);
    buf_init_fixed(&holder, hex, sizeof hex);
    hex_put(&holder, span_of(key.b, sizeof key.b));
    /* travel_match compares numbers: that of the document itself, or one that is no document's. */
    p->passport = span_eq(text_of(&j, "holder", a), buf_span(&holder)) ? span_str(d->mrz.number) : SPAN("<");
    p->result = RESULT_GENUINE;
    return p->kind && date_parse(text_of(&j, "from", a), &p->from) &&
           date_parse(text_of(&j, "until", a), &p->until);
}

static void set_id(const struct travel_permission *p, char id[80])
{
    (void)snprintf(id, 80, "%s-%s", p->issuer, p->number);
}

/* What nobody here knows is undetermined, of no kind. */
static bool permission_of(const struct manifest_setting *s, const struct manifest_person *x,
                          const struct travel_document *d, struct arena *a, struct travel_permission *p,
                          struct manifest_verdict *v, struct why *w)
{
    const struct check_context *c = s->check;
    const char *own = x->permission_issuer[0] ? state_from_alpha3(span_str(x->permission_issuer)) : c->member;
    uint8_t folded[LOOKUP_NUMBER];
    struct permission_revocation revocation;
    bool found = false, revoked = false;
    struct span body;
    char id[80];
    size_t n;

    *p = (struct travel_permission){ .entries = -1 };
    if (!x->permission.n && x->fault[MANIFEST_PERMISSION] == FAULT_NONE)
        return true;
    *p = (struct travel_permission){
        .present = true, .result = RESULT_UNDETERMINED, .kind = "", .issuer = own, .entries = -1
    };
    if (own && lookup_fold(x->permission, folded, &n) && n < sizeof p->number)
        memcpy(p->number, folded, n);
    if (!p->number[0] || !c->store || !own) {
        note(v, NOTE_PERMISSION_UNKNOWN);
        return true;
    }
    set_id(p, id);
    if (strcmp(own, c->member) == 0 &&
        !store_get_permission(c->store, span_str(id), &found, a, &body, NULL, w))
        return false;
    if (!found || !read_permission(c, d, body, a, p)) {
        p->result = RESULT_UNDETERMINED;
        p->kind = "";
        note(v, NOTE_PERMISSION_UNKNOWN);
    }
    if (!revoked_look(c->store, span_str(own), span_str(p->number), a, &revoked, &revocation, w))
        return false;
    if (revoked) {
        p->result = RESULT_REVOKED;
        note(v, NOTE_PERMISSION_REVOKED);
    }
    if (p->result == RESULT_GENUINE && travel_match(d, p) != MATCH_YES)
        note(v, NOTE_PERMISSION_OTHER);
    return true;
}

/* ---- all of it ---- */

static void note_listing(const struct gathered_listing *l, struct manifest_verdict *v)
{
    if (!l->asked)
        return;
    if (l->answer.state == LOOKUP_LISTED)
        note(v, NOTE_LISTED);
    else if (l->answer.state == LOOKUP_UNKNOWN)
        note(v, NOTE_LIST_UNKNOWN);
    else if (l->answer.read_again)
        note(v, NOTE_READ_AGAIN);
}

static bool key_of(const struct check_context *c, const struct travel_document *d, struct traveller_key *key)
{
    if (!c->store || !d->mrz.number[0] || !d->mrz.issuer[0])
        return false;
    store_traveller_key(c->store, span_str(d->mrz.issuer), span_str(d->mrz.number), key);
    return true;
}

bool manifest_traveller(const struct check_context *c, const struct manifest_person *p,
                        struct traveller_key *key)
{
    struct travel_document d;

    document_of(p, &d);
    return key_of(c, &d, key);
}

/* What the store says of this traveller, as at a lane. */
static bool remember(const struct manifest_setting *s, const struct gathered *g,
                     struct travel_circumstances *t, struct arena *a, struct manifest_verdict *v,
                     struct why *w)
{
    const struct check_context *c = s->check;
    const struct travel_document *d = &g->document;
    struct traveller_key key;
    char id[80];

    t->stays_known = key_of(c, d, &key);
    if (!t->stays_known)
        note(v, NOTE_STAYS_UNKNOWN);
    else if (!s->never_here &&
             !store_stays(c->store, &key, span_str(c->member), a, &t->stays, &t->n_stays, w))
        return false;
    if (c->store && g->permission.present && g->permission.result == RESULT_GENUINE) {
        set_id(&g->permission, id);
        if (!store_permission_uses(c->store, span_str(id), &t->uses, w))
            return false;
        t->uses_known = true;
    }
    return true;
}

/* A fact that only a document gives, and the list does not say, is absent. */
static void leave_out(const struct manifest_person *p, const struct travel_permission *permission,
                      struct facts *f)
{
    if (!p->kind)
        f->v[FACT_DOCUMENT_KIND].present = false;
    if (permission->present && !permission->kind[0])
        f->v[FACT_PERMISSION_KIND].present = false;
}

bool manifest_facts(const struct manifest_setting *s, const struct manifest_person *p, struct arena *a,
                    struct facts *facts, struct manifest_verdict *out, struct why *w)
{
    struct gathered *g = arena_alloc(a, sizeof *g);
    struct travel_circumstances t = { .purpose = p->purpose,
                                      .mode = p->mode,
                                      .post = p->post,
                                      .from = span_str(state_from_alpha3(span_str(p->from))),
                                      .stay_days = p->stay,
                                      .entering = s->check->member,
                                      .examined_said =
                                          true, /* that the officer finds it so is the condition */
                                      .examined = true };

    if (!g)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    out->notes = 0;
    out->on = date_is_set(p->entry) ? p->entry : date_of_time(s->now + s->check->utc_offset);
    document_of(p, &g->document);
    if (p->number.n && p->issuer[0])
        gather_listing(s->check, s->now, g);
    note_listing(&g->listing, out);
    if (!permission_of(s, p, &g->document, a, &g->permission, out, w) || !remember(s, g, &t, a, out, w))
        return false;
    t.contradictions = gathered_contradictions(g);
    if (out->notes >> NOTE_PERMISSION_REVOKED & 1)
        t.contradictions |= CONTRADICTION_REVOKED; /* as the seal would say at the lane */
    t.listing = gathered_listing_fact(&g->listing);
    t.listing_unknown = gathered_listing_unknown(&g->listing);
    travel_facts(&g->document, &g->permission, &t, out->on, facts);
    leave_out(p, &g->permission, facts);
    return true;
}

/* How many were admitted under the quota that applies, as a check counts them; the list itself uses none. */
static bool count_quota(const struct check_context *c, const struct agreement *g, struct facts *f,
                        struct date on, struct why *w)
{
    int64_t used = 0;
    struct quota q;

    if (!c->store || c->edge || agreement_quota(g, f, on, &q) != TABLE_FOUND)
        return true;
    if (!store_quota_used(c->store, span_str(q.name), q.from, q.to, &used, w))
        return false;
    fact_set_number(f, FACT_QUOTA_USED, used);
    return true;
}

/* Whether anybody screens here, and then what is known. */
static bool look(const struct manifest_setting *s, const struct manifest_person *p, struct arena *a,
                 struct manifest_screened *out)
{
    const struct check_context *c = s->check;

    if (s->screen && s->screen->ask) {
        if (!s->screen->ask(s->screen->ctx, p, SPAN("manifest"), s->officer, a, out, NULL))
            *out = (struct manifest_screened){ 0 };
        return true;
    }
    if (!c->hits || !c->hits->screen || !screen_serves(c->hits->screen, SCREEN_BORDER))
        return false;
    if (!manifest_screen_lane(c, p, s->now, a, out, NULL))
        *out = (struct manifest_screened){ 0 };
    return true;
}

/* As at the lane: what is like a notice asks for a second look, and so does what could not be looked for. */
static void screen(const struct manifest_setting *s, const struct manifest_person *p, struct arena *a,
                   struct manifest_verdict *out)
{
    out->screened = (struct manifest_screened){ 0 };
    if (!look(s, p, a, &out->screened))
        return;
    if (!out->screened.asked)
        note(out, NOTE_NOT_SCREENED);
    else if (out->screened.alerts)
        note(out, NOTE_SCREENED);
    screening_apply(!out->screened.asked || out->screened.alerts, &out->verdict);
}

bool manifest_decide(const struct manifest_setting *s, const struct manifest_person *p, struct arena *a,
                     struct manifest_verdict *out, struct why *w)
{
    struct facts facts = { .n_stays = 0 };

    if (!manifest_facts(s, p, a, &facts, out, w))
        return false;
    out->agreement = agreement_by_law(&s->check->law, s->check->agreement, facts.v[FACT_TRAVEL_ENTERING].word,
                                      facts.v[FACT_TRAVELLER_NATIONALITY].word, out->on);
    if (!count_quota(s->check, out->agreement, &facts, out->on, w))
        return false;
    agreement_decide(out->agreement, &facts, out->on, &out->verdict);
    screen(s, p, a, out);
    return true;
}

/* ---- words ---- */

static bool known_word(const struct agreement *g, enum vocabulary v, struct span word)
{
    enum { WORDS = 512 };
    struct span item[WORDS];
    size_t n = agreement_words(g, v, item, WORDS);

    for (size_t i = 0; i < n && i < WORDS; i++)
        if (span_eq(item[i], word))
            return true;
    for (const char *const *p = vocabulary_words(v); *p; p++)
        if (span_eq_str(word, *p))
            return true;
    return false;
}

static void keep_word(const struct agreement *g, struct manifest_person *p, enum manifest_column c,
                      enum vocabulary v, struct span *word)
{
    if (!word->n || known_word(g, v, *word))
        return;
    *word = (struct span){ NULL, 0 };
    p->fault[c] = FAULT_WORD;
}

/* A word that the agreement does not have says nothing: it is a fault of the row, and absent. */
void manifest_check_words(const struct agreement *g, struct manifest_person *p)
{
    keep_word(g, p, MANIFEST_PURPOSE, VOCABULARY_PURPOSE, &p->purpose);
    keep_word(g, p, MANIFEST_MODE, VOCABULARY_MODE, &p->mode);
    keep_word(g, p, MANIFEST_POST, VOCABULARY_POST, &p->post);
}
