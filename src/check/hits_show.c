/* A hit side by side: what the traveller shows, what is listed, word for word why, and what is not known. */
#include "check/fields.h"
#include "check/hit_words.h"
#include "check/hits_internal.h"
#include "names/about.h"
#include "service/notice/hit_ask.h"
#include "wire/mrz_codes.h"

enum { LINE = 1024 };

/* ---- names in three scripts ---- */

static void put_script(struct json_writer *j, const char *key, const struct names_name *n,
                       void (*put)(const struct names_name *, struct buffer *))
{
    uint8_t mem[LINE];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    put(n, &b);
    if (buf_ok(&b) && b.n)
        jw_text(j, key, buf_span(&b));
    else
        jw_null(j, key);
}

static void put_name(struct json_writer *j, struct span text, enum names_schema schema, const struct names *t)
{
    struct names_name n;

    jw_text(j, "text", text);
    if (!t || !names_read(t, text, schema, &n, NULL) || !n.n) {
        jw_null(j, "script");
        jw_null(j, "latin");
        jw_null(j, "cyrillic");
        return;
    }
    jw_str(j, "script", hit_script_word(&n));
    put_script(j, "latin", &n, hit_put_latin);
    put_script(j, "cyrillic", &n, hit_put_cyrillic);
}

void hits_put_traveller(struct json_writer *j, const struct hit_traveller *x, const struct names *t)
{
    jw_object(j, "traveller");
    jw_array(j, "names");
    for (size_t i = 0; i < x->n; i++) {
        jw_object(j, NULL);
        put_name(j, x->name[i].text, NAMES_PERSON, t);
        jw_text(j, "source", x->name[i].source);
        jw_bool(j, "truncated", x->name[i].truncated);
        jw_object_end(j);
    }
    jw_array_end(j);
    hits_put_text(j, "birth", x->birth);
    hits_put_text(j, "sex", x->sex);
    hits_put_text(j, "nationality", x->state);
    hits_put_text(j, "issuer", x->issuer);
    hits_put_text(j, "number", x->number);
    hits_put_text(j, "document", x->kind);
    jw_object_end(j);
}

static void put_listed_names(struct json_writer *j, const struct hit_entity *e, const struct names *t)
{
    jw_array(j, "names");
    for (size_t i = 0; i < e->n_names; i++) {
        jw_object(j, NULL);
        put_name(j, e->name[i].text, e->schema, t);
        hits_put_text(j, "kind", e->name[i].kind);
        jw_bool(j, "weak", e->name[i].weak);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* ---- why ---- */

struct best {
    bool found;
    size_t asked, listed;
    struct names_name a, b;
    struct names_match match;
};

/* The pair of names that is most alike: why it was found. */
static void find_best(const struct names *t, const struct hit_traveller *x, const struct hit_entity *e,
                      struct best *out)
{
    struct best *k = out;

    k->found = false;
    for (size_t i = 0; t && i < x->n; i++) {
        struct names_name a, b;
        struct names_match m;

        if (!names_read(t, x->name[i].text, e->schema, &a, NULL))
            continue;
        for (size_t l = 0; l < e->n_names; l++) {
            if (!names_read(t, e->name[l].text, e->schema, &b, NULL))
                continue;
            names_compare(t, NULL, e->schema, &a, &b, &m);
            if (k->found && m.score <= k->match.score)
                continue;
            *k = (struct best){ true, i, l, a, b, m };
        }
    }
}

static void put_words(struct json_writer *j, const char *key, const struct names_name *n, size_t from,
                      size_t count)
{
    uint8_t mem[LINE];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    for (size_t i = from; i < from + count && i < n->n; i++) {
        if (i > from)
            buf_u8(&b, ' ');
        hit_put_word(&n->word[i], &b);
    }
    jw_text(j, key, buf_ok(&b) ? buf_span(&b) : (struct span){ NULL, 0 });
}

static void put_left(struct json_writer *j, const char *key, const struct names_name *n, unsigned left)
{
    jw_array(j, key);
    for (size_t i = 0; i < n->n; i++) {
        uint8_t mem[LINE];
        struct buffer b;

        if (!(left >> i & 1))
            continue;
        buf_init_fixed(&b, mem, sizeof mem);
        hit_put_word(&n->word[i], &b);
        if (buf_ok(&b))
            jw_text(j, NULL, buf_span(&b));
    }
    jw_array_end(j);
}

static void put_why(struct json_writer *j, const struct best *k)
{
    if (!k->found) {
        jw_null(j, "why");
        return;
    }
    jw_object(j, "why");
    jw_int(j, "asked", (int64_t)k->asked);
    jw_int(j, "listed", (int64_t)k->listed);
    jw_int(j, "score", (int64_t)(k->match.score * 1000));
    jw_array(j, "words");
    for (size_t i = 0; i < k->match.n; i++) {
        const struct names_link *x = &k->match.link[i];

        jw_object(j, NULL);
        put_words(j, "asked", &k->a, x->a, x->n_a);
        put_words(j, "listed", &k->b, x->b, x->n_b);
        jw_str(j, "rule", hit_rule_word(x->rule));
        jw_int(j, "likeness", (int64_t)(x->likeness * 100));
        jw_object_end(j);
    }
    jw_array_end(j);
    put_left(j, "left_asked", &k->a, k->match.left_a);
    put_left(j, "left_listed", &k->b, k->match.left_b);
    jw_object_end(j);
}

/* ---- what else ---- */

static void put_attribute(struct json_writer *j, const char *what, struct span traveller,
                          const struct span *listed, size_t n, enum names_agreement how)
{
    jw_object(j, NULL);
    jw_str(j, "what", what);
    hits_put_text(j, "traveller", traveller);
    jw_array(j, "listed");
    for (size_t i = 0; i < n; i++)
        jw_text(j, NULL, listed[i]);
    jw_array_end(j);
    jw_str(j, "how", hit_agreement_word(how));
    jw_object_end(j);
}

static void about_traveller(const struct hit_traveller *x, struct names_about *out)
{
    *out = (struct names_about){ 0 };
    names_about_dates(out, x->birth);
    names_about_sex(out, x->sex);
    names_about_countries(out, x->state);
}

static void about_listed(const struct hit_entity *e, struct names_about *out)
{
    *out = (struct names_about){ .sex = e->sex };
    for (size_t i = 0; i < e->n_births; i++)
        names_about_dates(out, e->birth[i]);
    for (size_t i = 0; i < e->n_states; i++)
        names_about_countries(out, e->state[i]);
}

/* Nearly: the number, and one side does not say whose. */
static enum names_agreement documents(const struct hit_traveller *x, const struct hit_entity *e)
{
    struct span state = span_str(state_from_alpha3(x->issuer));
    enum names_agreement best = NAMES_DIFFERS;
    struct list_id a, b;

    if (!screen_number_fold(x->number, &a) || !e->n_documents)
        return NAMES_ABSENT;
    for (size_t i = 0; i < e->n_documents; i++) {
        const struct hit_document *d = &e->document[i];

        if (!screen_number_fold(d->number, &b) || !list_id_same(&a, &b))
            continue;
        if (state.n != 2 || d->state.n != 2)
            best = NAMES_NEAR;
        else if ((state.p[0] | 32) == (d->state.p[0] | 32) && (state.p[1] | 32) == (d->state.p[1] | 32))
            return NAMES_AGREES;
    }
    return best;
}

static void put_attributes(struct json_writer *j, const struct hit_traveller *x, const struct hit_entity *e)
{
    const struct span sex = e->sex == NAMES_FEMALE ? SPAN("F") : SPAN("M");
    struct span number[HIT_DOCUMENTS];
    struct names_about a, b;
    struct about_match m;

    about_traveller(x, &a);
    about_listed(e, &b);
    about_compare(&a, &b, &m);
    for (size_t i = 0; i < e->n_documents; i++)
        number[i] = e->document[i].number;
    jw_array(j, "attributes");
    put_attribute(j, "birth", x->birth, e->birth, e->n_births, m.birth);
    put_attribute(j, "sex", x->sex, &sex, e->sex ? 1 : 0, m.sex);
    put_attribute(j, "nationality", x->state, e->state, e->n_states, m.country);
    put_attribute(j, "document", x->number, number, e->n_documents, documents(x, e));
    jw_array_end(j);
}

/* ---- the whole ---- */

static enum hit_advice advice_of(const struct hit_shown *h)
{
    if (!h->known || h->entity.standing == HIT_GONE)
        return HIT_ADVICE_GONE;
    if (h->entity.standing == HIT_SUSPENDED)
        return HIT_ADVICE_SUSPENDED;
    if (h->entity.protect || h->view.row.protect)
        return HIT_ADVICE_PROTECT;
    return h->entity.standing == HIT_FLAGGED ? HIT_ADVICE_FLAGGED : HIT_ADVICE_COMPARE;
}

/* What every officer sees; what is asked, and why, only whom the agreement lets. */
static void put_listed(struct json_writer *j, const struct hit_shown *h, bool sees, const struct names *t,
                       unix_time now)
{
    const struct hit_entity *e = &h->entity;

    if (!h->known || e->standing == HIT_GONE) {
        jw_null(j, "listed");
        return;
    }
    jw_object(j, "listed");
    jw_str(j, "standing", hit_standing_word(e->standing));
    jw_str(j, "source", e->notice ? "notice" : "list");
    hits_put_text(j, "owner", e->owner);
    hits_put_time(j, "at", e->at);
    jw_int(j, "age_days", e->at && now > e->at ? (now - e->at) / 86400 : 0);
    hits_put_time(j, "expires", e->expires);
    jw_bool(j, "changed_since", !span_eq(e->version, h->view.row.version));
    jw_array(j, "cautions");
    for (size_t i = 0; i < e->n_cautions; i++)
        jw_text(j, NULL, e->caution[i]);
    jw_array_end(j);
    if (sees) {
        jw_text(j, "id", h->view.row.entity);
        hits_put_text(j, "kind", e->kind);
        hits_put_text(j, "status", e->status);
        hits_put_text(j, "action", e->action);
        hits_put_text(j, "facts", e->facts);
    }
    put_listed_names(j, e, t);
    jw_object_end(j);
}

static void put_events(struct json_writer *j, const struct hit_view *v)
{
    jw_array(j, "events");
    for (size_t i = 0; i < v->n_events; i++) {
        const struct hit_event *e = &v->event[i];
        struct span outcome = { NULL, 0 }, reason = { NULL, 0 };
        bool consent = false, words = span_eq_str(e->what, "closed") || span_eq_str(e->what, "proposed") ||
                                      span_eq_str(e->what, "disagreed");

        jw_object(j, NULL);
        hits_put_time(j, "at", e->at);
        jw_text(j, "what", e->what);
        hits_put_text(j, "officer", e->officer);
        hits_put_text(j, "purpose", e->purpose);
        if (words && hit_words(e->body, &outcome, &consent, &reason)) {
            jw_text(j, "outcome", outcome);
            jw_text(j, "reason", reason);
            jw_bool(j, "consent", consent);
        }
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool put_owner(struct json_writer *j, const struct hits_call *c, const struct hit_view *v,
                      struct arena *a, struct why *w)
{
    struct hit_owner_said s;

    if (!hit_owner_said(c->desk, v, c->now, a, &s, w))
        return false;
    if (!s.asked) {
        jw_null(j, "owner");
        return true;
    }
    jw_object(j, "owner");
    jw_text(j, "reference", s.reference);
    jw_str(j, "state", ask_state_word(s.state));
    hits_put_time(j, "until", s.until);
    hits_put_time(j, "at", s.at);
    hits_put_text(j, "reason", s.reason);
    hits_put_text(j, "says", s.reply.says);
    hits_put_text(j, "text", s.reply.text);
    hits_put_text(j, "officer", s.reply.officer);
    jw_object_end(j);
    return true;
}

bool hits_show(struct hits_call *c, struct span json, struct arena *a, struct buffer *out, struct why *w)
{
    struct hit_caller by = { .officer = { NULL, 0 } };
    struct span id = { NULL, 0 };
    const struct request_field f[] = { { "id", FIELD_TEXT, &id },
                                       { "officer", FIELD_TEXT, &by.officer },
                                       { "office", FIELD_TEXT, &by.office },
                                       { "purpose", FIELD_TEXT, &by.purpose } };
    struct hit_shown *h = arena_alloc(a, sizeof *h);
    struct best *k = arena_alloc(a, sizeof *k);
    struct json_writer j = json_to(out);
    const struct names *t = hits_tables(c);
    bool known, sees, ok;

    if (!h || !k)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) || !hit_show(c->desk, &by, id, c->now, a, h, w))
        return false;
    sees = hit_may_see(c->desk, &by);
    known = !h->erased && h->known && h->entity.standing != HIT_GONE;
    jw_object(&j, NULL);
    hits_put_row(&j, &h->view.row, c->now);
    hits_put_text(&j, "first", h->view.row.first);
    jw_bool(&j, "second_officer", c->desk->rules->second || (h->known && h->entity.second));
    jw_str(&j, "advice", h->erased ? NULL : hit_advice_word(advice_of(h)));
    jw_bool(&j, "sees_all", sees);
    if (h->erased)
        jw_null(&j, "traveller");
    else
        hits_put_traveller(&j, &h->traveller, t);
    put_listed(&j, h, sees, t, c->now);
    if (known) {
        find_best(t, &h->traveller, &h->entity, k);
        put_why(&j, k);
        put_attributes(&j, &h->traveller, &h->entity);
    }
    ok = put_owner(&j, c, &h->view, a, w);
    put_events(&j, &h->view);
    jw_object_end(&j);
    return ok && hits_whole(out, w);
}
