/* The register of indicators and sightings over HTTP, from the node's own machine. */
#include "node/caller.h"
#include "node/cyber.h"
#include "node/cyber_person.h"
#include "node/indicators.h"
#include "service/cyber/sighting_add.h"
#include "service/person/sessions.h"
#include "wire/json_write.h"

enum { ANSWER = 24 * 1024 * 1024, MOST = 1000, USUAL = 100, NAMED = 1000, READABLE = 2 * DETECT_VALUE };

/* A look at the register: what this member's analysts may read. */
struct look {
    const struct node_view *v;
    struct indicators *x;
    struct cyber_law law;
    struct cyber_reader reader;
    unix_time now;
    struct buffer b, value;
    struct json_writer j;
};

static bool begin(struct look *k, const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    struct federation *f = v->o->federation;
    struct indicators *x = indicators_of(f);
    const char *officer =
        http_query(r, "officer"); /* as that person may; absent: as who signed in, else as the CERT */

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Indicators are shown on the node's own machine.", a);
        return false;
    }
    if (!x) {
        answer_refuse(out, 503, "not-ready", "This node has no part in the federation, or no folder `cyber`.",
                      a);
        return false;
    }
    *k = (struct look){ .v = v, .x = x, .now = v->o->now(v->o->ctx) };
    cyber_base_law(f->o.instance, k->now, &k->law, NULL);
    k->reader = (struct cyber_reader){ .kind = CYBER_ANALYST,
                                       .organisation = CYBER_CERT,
                                       .member = k->law.self,
                                       .clearance = TLP_RED,
                                       .exercise = true,
                                       .groups = UINT64_MAX };
    if (officer || (r->who && !r->who->folder))
        k->reader =
            cyber_person_reader(f->o.instance->config.persons, officer ? span_str(officer) : r->who->person,
                                &f->o.instance->cyber->places, span_str(f->o.instance->config.member));
    buf_init(&k->b, ANSWER);
    buf_init(&k->value, READABLE);
    k->j = json_to(&k->b);
    return true;
}

static void end(struct look *k, struct arena *a, struct http_answer *out)
{
    if (buf_ok(&k->b))
        answer_json(out, 200, arena_copy(a, buf_span(&k->b)));
    else
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
    buf_free(&k->b);
    buf_free(&k->value);
}

static bool visible(const struct look *k, size_t i, struct life_indicator *y)
{
    return life_at(k->x->life, i, y) &&
           cyber_may(&k->law, &k->reader, &y->label, CYBER_READ, k->now) == CYBER_ALLOWED;
}

static void put_time(struct json_writer *j, const char *name, unix_time t)
{
    char text[TIME_TEXT];

    if (t)
        jw_str(j, name, time_format(t, text));
}

static void put_values(struct look *k, size_t i, const struct life_indicator *y)
{
    struct json_writer *j = &k->j;

    jw_array(j, "values");
    for (size_t n = 0; n < y->values; n++) {
        struct life_value z;

        life_value_at(k->x->life, i, n, &k->value, &z);
        jw_object(j, NULL);
        jw_str(j, "kind", z.kind == DETECT_KINDS ? "pattern" : detect_kind_word(z.kind));
        jw_text(j, "value", z.readable);
        jw_int(j, "confidence", z.confidence);
        jw_int(j, "indicators", z.indicators);
        put_time(j, "until", z.until);
        jw_array(j, "warning_lists");
        for (size_t l = 0; l < z.lists; l++)
            jw_text(j, NULL, detect_warnings_name(k->x->warnings, z.list[l]));
        jw_array_end(j);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_said(struct json_writer *j, const struct life_said *s)
{
    jw_object(j, "sightings");
    jw_int(j, "count", (int64_t)s->count);
    jw_int(j, "objects", s->sightings);
    jw_int(j, "members", s->members);
    put_time(j, "last", s->last);
    jw_object_end(j);
    jw_object(j, "opinions");
    jw_int(j, "agree", s->agree);
    jw_int(j, "neutral", s->neutral);
    jw_int(j, "disagree", s->disagree);
    jw_object_end(j);
}

static struct object_store *objects_of(const struct look *k)
{
    return k->v->o->federation->o.instance->cyber->objects;
}

static void put_indicator(struct look *k, size_t i, const struct life_indicator *y)
{
    const struct cyber_places *places = &k->v->o->federation->o.instance->cyber->places;
    struct json_writer *j = &k->j;
    char id[STIX_ID_TEXT] = "indicator--", version[OBJECT_TIME_TEXT];
    struct object_row row;
    enum tlp t = y->label.tlp <= TLP_RED ? (enum tlp)y->label.tlp : TLP_RED;

    (void)stix_uuid_text(&y->uuid, id + 11);
    jw_str(j, "id", id);
    jw_str(j, "state", life_state_word(life_state_of(k->x->life, i, k->now)));
    if (!object_store_row(objects_of(k), y->sequence, &row)) /* deleted since the register read it */
        row = (struct object_row){ .version = y->version, .version_digits = 6 };
    jw_str(j, "version", object_version_text(&row, version));
    jw_str(j, "owner", y->label.owner < places->n ? places->member[y->label.owner] : "");
    jw_str(j, "tlp", sharing_tlp_word(t));
    jw_bool(j, "exercise", y->label.flags & CYBER_EXERCISE);
    jw_int(j, "confidence", y->confidence);
    if (y->said_confidence >= 0)
        jw_int(j, "said_confidence", y->said_confidence);
    put_time(j, "from", y->from);
    put_time(j, "until", y->until);
    put_values(k, i, y);
    put_said(j, &y->said);
}

/* ---- GET /v1/cyber/indicators */

static bool state_named(const char *word, enum life_state *out)
{
    for (unsigned s = 0; s < LIFE_STATES; s++) {
        if (strcmp(word, life_state_word((enum life_state)s)) == 0) {
            *out = (enum life_state)s;
            return true;
        }
    }
    return false;
}

struct chosen {
    bool by_state;
    enum life_state state;
    uint32_t named[NAMED]; /* of a value */
    size_t n;
    bool by_value;
};

static bool choose(const struct look *k, const struct http_request *r, struct chosen *c, struct why *w)
{
    const char *state = http_query(r, "state"), *value = http_query(r, "value");
    enum detect_kind kind = DETECT_KINDS;
    uint8_t form[DETECT_VALUE];
    struct buffer b;

    c->by_state = state != NULL;
    c->by_value = value != NULL;
    if (state && !state_named(state, &c->state))
        return why_set(w, "query", WHY_NO_OFFSET, NULL,
                       "state is active, waiting, warning-list, expired or withdrawn");
    if (!value)
        return true;
    buf_init_fixed(&b, form, sizeof form);
    if (!detect_put_value(&b, span_str(value), &kind, w))
        return false;
    c->n = life_named(k->x->life, kind, buf_span(&b), c->named, NAMED);
    c->n = c->n < NAMED ? c->n : NAMED;
    return true;
}

static void list(struct look *k, const struct chosen *c, size_t before, size_t most)
{
    size_t all = life_count(k->x->life), n = c->by_value ? c->n : all, put = 0, next = 0;

    jw_array(&k->j, "indicators");
    for (size_t at = before < n ? before : n; at-- > 0;) {
        size_t i = c->by_value ? c->named[at] : at;
        struct life_indicator y;

        if (!visible(k, i, &y) || (c->by_state && life_state_of(k->x->life, i, k->now) != c->state))
            continue;
        if (put == most) {
            next = at + 1;
            break;
        }
        put++;
        jw_object(&k->j, NULL);
        put_indicator(k, i, &y);
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
    if (next)
        jw_int(&k->j, "next", (int64_t)next);
}

void handle_cyber_indicators(const struct node_view *v, const struct http_request *r, struct arena *a,
                             struct http_answer *out)
{
    int64_t most = USUAL, before = INT32_MAX;
    struct chosen *c = arena_alloc(a, sizeof *c);
    struct why w = { 0 };
    struct look k;
    bool ok;

    if (!c || !begin(&k, v, r, a, out))
        return;
    (void)pthread_rwlock_rdlock(&k.x->lock);
    ok = http_query_number(r, "most", MOST, &most, &w) &&
         http_query_number(r, "before", INT32_MAX, &before, &w) && choose(&k, r, c, &w);
    if (ok) {
        jw_object(&k.j, NULL);
        list(&k, c, (size_t)before, (size_t)most);
        jw_object_end(&k.j);
    }
    (void)pthread_rwlock_unlock(&k.x->lock);
    end(&k, a, out);
    if (!ok)
        answer_error(out, 400, &w, a);
}

/* ---- GET /v1/cyber/indicator?id= */

/* Versions of all collections that may be read, newest last. */
static void put_versions(struct look *k, const struct stix_id *id)
{
    struct object_store *s = objects_of(k);
    const struct object_query q = { .collection = OBJECT_ANY, .id = id, .n_ids = 1, .versions = OBJECT_ALL };
    struct object_page p = { 0 };
    char text[OBJECT_TIME_TEXT];

    object_store_find(s, &q, &p);
    jw_array(&k->j, "versions");
    for (size_t i = 0; i < p.n && i < MOST; i++) {
        struct object_row row;

        if (!object_store_row(s, p.sequence[i], &row) ||
            cyber_may(&k->law, &k->reader, &row.label, CYBER_READ, k->now) != CYBER_ALLOWED)
            continue;
        jw_object(&k->j, NULL);
        jw_str(&k->j, "version", object_version_text(&row, text));
        jw_str(&k->j, "added", object_date_text(row.date_added, text));
        jw_text(&k->j, "collection", object_store_collection_id(s, row.collection));
        jw_bool(&k->j, "revoked", row.flags & OBJECT_IS_REVOKED);
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
    object_page_free(&p);
}

static void put_object(struct look *k, uint64_t sequence, uint32_t n, struct arena *a)
{
    struct object_store *s = objects_of(k);
    uint8_t *text = arena_alloc(a, (size_t)n + 1);
    struct why w = { 0 };

    if (text && object_store_bytes(s, &sequence, 1, text, n, &w))
        jw_raw(&k->j, "object", span_of(text, n));
}

void handle_cyber_indicator(const struct node_view *v, const struct http_request *r, struct arena *a,
                            struct http_answer *out)
{
    const char *text = http_query(r, "id");
    struct life_indicator y;
    struct object_row row;
    struct stix_id id;
    struct look k;
    size_t i;
    bool there;

    if (!begin(&k, v, r, a, out))
        return;
    (void)pthread_rwlock_rdlock(&k.x->lock);
    there = text && stix_id_read(span_str(text), &id) && span_eq_str(id.type, "indicator") &&
            life_find(k.x->life, &id.uuid, &i) && visible(&k, i, &y);
    if (there) {
        jw_object(&k.j, NULL);
        put_indicator(&k, i, &y);
        put_versions(&k, &id);
        if (object_store_row(objects_of(&k), y.sequence, &row))
            put_object(&k, y.sequence, row.n, a);
        jw_object_end(&k.j);
    }
    (void)pthread_rwlock_unlock(&k.x->lock);
    end(&k, a, out);
    if (!there)
        answer_refuse(out, 404, "nothing", "There is no such indicator here.", a);
}

/* ---- POST /v1/cyber/sightings */

void handle_cyber_sightings(const struct node_view *v, const struct http_request *r, struct arena *a,
                            struct http_answer *out)
{
    struct cyber_desk d;
    struct buffer b;
    struct why w;

    if (!caller_is_here(r)) {
        answer_refuse(out, 403, "not-here", "Sightings are told on the node's own machine.", a);
        return;
    }
    why_clear(&w);
    buf_init(&b, ANSWER);
    if (!cyber_desk_of(v, &d, &w))
        answer_error(out, 503, &w, a);
    else if (!cyber_sightings_add(&d, r->body, v->o->now(v->o->ctx), a, &b, &w) ||
             !cyber_alerts_raise(v, &d, r->body, a, &w))
        answer_error(
            out, w.reason && (strcmp(w.reason, "io") == 0 || strncmp(w.reason, "store", 5) == 0) ? 503 : 400,
            &w, a);
    else if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 413, "too-large", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}
