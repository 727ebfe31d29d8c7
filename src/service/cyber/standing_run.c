/* What a rule chooses, and how it goes out. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "service/cyber/standing_internal.h"

enum { OBJECT_MEMORY = 64 << 20, BOOK_MEMORY = 64 << 20, PLAN_MEMORY = 256 << 20, BODY = 1 << 20 };
enum { FILE_MOST = STANDING_PLACES * 64 };

/* ---- choosing */

struct choosing {
    const struct release_plan *p;
    const struct standing_terms *t;
    uint16_t shared;
    struct arena scratch; /* of one object */
};

static bool has_label(const struct json *j, const struct standing_terms *t, struct arena *a)
{
    json_ref list = json_member(j, JSON_ROOT, "labels");
    struct span s;

    if (!t->n_labels)
        return true;
    if (!json_is(j, list, JSON_KIND_ARRAY))
        return false;
    for (json_ref v = json_first(j, list); v != JSON_NONE; v = json_after(j, list, v))
        for (size_t i = 0; i < t->n_labels; i++)
            if (json_text_of(j, v, a, &s) && span_eq(s, t->label[i]))
                return true;
    return false;
}

/* What it says of itself; what cannot be read does not fit. */
static bool words_fit(struct choosing *k, uint64_t sequence, const struct object_row *row)
{
    int64_t confidence = 0;
    struct why w = { 0 };
    struct json j;
    uint8_t *text;

    if (!k->t->n_labels && !k->t->confidence)
        return true;
    arena_reset(&k->scratch);
    text = arena_alloc(&k->scratch, (size_t)row->n + 1);
    if (!text || !object_store_bytes(k->p->desk->objects, &sequence, 1, text, row->n, &w) ||
        !json_parse(span_of(text, row->n), &k->scratch, &j, &w))
        return false;
    if (k->t->confidence && (!json_int64(&j, json_member(&j, JSON_ROOT, "confidence"), &confidence) ||
                             confidence < k->t->confidence))
        return false;
    return has_label(&j, k->t, &k->scratch);
}

/* Own objects alone, as they came in: what others sent is passed on by a person. */
static bool fits(void *ctx, uint64_t sequence, const struct cyber_label *l)
{
    const uint8_t never = CYBER_EXERCISE | CYBER_EMBARGO | CYBER_HELD | CYBER_REFER;
    struct choosing *k = ctx;
    struct object_row row;

    return l->owner == k->p->law.self && !(l->flags & never) && l->tlp <= k->t->most &&
           object_store_row(k->p->desk->objects, sequence, &row) && row.collection != k->shared &&
           words_fit(k, sequence, &row);
}

bool standing_judge(struct release_plan *p, const struct standing_terms *t, uint64_t after, uint64_t until,
                    int64_t added_after, struct arena *a, struct why *w)
{
    struct choosing k = { .p = p, .t = t };
    const struct release_filter filter = {
        .after = after, .until = until, .added_after = added_after, .fits = fits, .ctx = &k
    };
    bool ok;

    arena_init(&k.scratch, OBJECT_MEMORY);
    p->filter = &filter;
    ok = object_store_collection(p->desk->objects, span_str(cyber_shared_collection()), &k.shared, w) &&
         release_judge(p, a, w);
    p->filter = NULL;
    arena_free(&k.scratch);
    return ok;
}

/* ---- going out */

/* All that would get this version have it already. */
static bool is_given(const struct release_plan *p, uint16_t shared, const struct object_row *row,
                     uint64_t audience)
{
    const struct stix_id id = { .type = object_store_type(p->desk->objects, row->type), .uuid = row->uuid };
    struct object_row there;
    uint64_t sequence;

    return cyber_newest(p->desk->objects, shared, &id, &sequence, &there) && there.version == row->version &&
           there.version_rest == row->version_rest && there.label.owner == p->law.self &&
           !(audience & ~there.label.audience);
}

/* Keeps what goes now; what a person has to confirm is said in `waits`. */
static void sift(struct release_plan *p, uint16_t shared, struct json_writer *waits, size_t *n_waits)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n; i++) {
        struct release_class *c = &p->class[p->object[i].class];
        const char *word[CYBER_DOUBTS];
        struct object_row row;
        size_t doubts;
        char id[STIX_ID_TEXT];

        if (c->label.audience && object_store_row(p->desk->objects, p->object[i].sequence, &row) &&
            !is_given(p, shared, &row, c->label.audience)) {
            doubts = release_doubts_of(p, i, &row, word);
            if (!doubts) {
                p->object[n++] = p->object[i];
                continue;
            }
            (void)object_id_text(p->desk->objects, &row, id);
            ++*n_waits;
            jw_object(waits, NULL);
            jw_str(waits, "object", id);
            jw_array(waits, "doubts");
            for (size_t k = 0; k < doubts; k++)
                jw_str(waits, NULL, word[k]);
            jw_array_end(waits);
            jw_object_end(waits);
        }
        c->n--;
    }
    p->n = n;
}

/* The same for the same batch of the same rule: told again after a crash it is one record. */
static void act_id(struct span rule, uint64_t after, uint64_t until, char out[RELEASE_ID])
{
    uint8_t place[16];
    struct digest d;
    struct buffer b, hex;
    uint8_t mem[RELEASE_ID];

    buf_init_fixed(&b, place, sizeof place);
    buf_be(&b, after, 8);
    buf_be(&b, until, 8);
    digest_parts(DIGEST_SHA256, (struct span[]){ rule, buf_span(&b) }, 2, &d);
    buf_init_fixed(&hex, mem, sizeof mem);
    buf_str(&hex, "R-");
    hex_put(&hex, span_of(d.b, 16));
    memcpy(out, mem, RELEASE_ID - 1);
    out[RELEASE_ID - 1] = 0;
}

static bool record(const struct release_plan *p, const char *id, bool dry, struct span waits, size_t n_waits,
                   struct why *w)
{
    struct buffer body, audience;
    struct json_writer j;
    bool ok;

    buf_init(&body, BODY);
    buf_init(&audience, ORIGIN_AUDIENCE);
    j = json_to(&body);
    jw_object(&j, NULL);
    release_terms(p, id, &j);
    jw_int(&j, "released", dry ? 0 : (int64_t)p->n);
    if (dry)
        jw_int(&j, "would_release", (int64_t)p->n);
    jw_int(&j, "waiting", (int64_t)n_waits);
    jw_raw(&j, "waits", waits);
    release_say_ids(p, &j);
    release_say(p, &j);
    jw_object_end(&j);
    ok = (buf_ok(&body) && cyber_audience_put(p->desk->places, p->ask->to, p->law.self, &audience)) ||
         why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the record of a rule's batch is too long");
    ok = ok && release_write(p, id,
                             dry    ? "dry-run"
                             : p->n ? "release"
                                    : "waits",
                             buf_span(&audience), buf_span(&body), w);
    buf_free(&audience);
    buf_free(&body);
    return ok;
}

static bool publish(const struct release_plan *p, const char *id, struct why *w)
{
    struct json_writer j;
    struct arena scratch;
    struct buffer places;
    size_t n = 0;
    bool ok;

    buf_init(&places, BODY);
    j = json_to(&places);
    jw_array(&j, NULL);
    arena_init(&scratch, OBJECT_MEMORY);
    ok = release_publish(p, id, &scratch, &j, &n, w);
    jw_array_end(&j);
    arena_free(&scratch);
    buf_free(&places);
    return ok;
}

static bool send_out(struct release_plan *p, const struct standing_terms *t, const struct standing_rule *r,
                     uint64_t after, uint64_t until, struct standing_ran *out, struct why *w)
{
    struct buffer waits;
    struct json_writer j;
    char id[RELEASE_ID];
    uint16_t shared;
    size_t n_waits = 0;
    bool ok;

    if (!object_store_collection(p->desk->objects, span_str(cyber_shared_collection()), &shared, w))
        return false;
    buf_init(&waits, BODY);
    j = json_to(&waits);
    jw_array(&j, NULL);
    sift(p, shared, &j, &n_waits);
    jw_array_end(&j);
    p->rule = r->id;
    act_id(r->id, after, until, id);
    ok = buf_ok(&waits) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too much waits for a person");
    if (ok && (p->n || n_waits))
        ok = record(p, id, t->dry, buf_span(&waits), n_waits, w);
    if (ok && p->n && !t->dry)
        ok = publish(p, id, w);
    if (ok) {
        *(t->dry ? &out->dry : &out->released) += p->n;
        out->waiting += n_waits;
    }
    buf_free(&waits);
    return ok;
}

/* One batch; *at moves on when all of it is done. */
static bool run_rule(const struct cyber_desk *d, const struct standing_rule *r, uint64_t *at, unix_time now,
                     struct standing_ran *out, struct why *w)
{
    uint64_t newest = object_store_newest(d->objects), until;
    struct release_plan p = { 0 };
    struct release_ask ask;
    struct standing_terms t;
    struct why unfit = { 0 };
    struct arena a;
    bool ok = true;

    if (*at >= newest) {
        *at = newest; /* after a restore: what comes now has lower numbers than what was lost */
        return true;
    }
    until = newest - *at > LIMIT_CYBER_RULE_BATCH ? *at + LIMIT_CYBER_RULE_BATCH : newest;
    arena_init(&a, PLAN_MEMORY);
    if (standing_read(d, r->json, now, false, &a, &ask, &p, &t, &unfit) &&
        standing_state_of(r, &p, &t, now) == STANDING_ACTIVE) {
        ok = standing_judge(&p, &t, *at, until, 0, &a, w) && send_out(&p, &t, r, *at, until, out, w);
        if (ok)
            *at = until;
        out->more = out->more || (ok && until < newest);
    }
    release_plan_free(&p);
    arena_free(&a);
    return ok;
}

/* ---- places */

bool standing_places_read(const char *folder, struct standing_places *out, struct why *w)
{
    struct standing_places p = { 0 };
    struct span text = { NULL, 0 }, line;
    char path[4096];
    struct arena a;
    bool there = false, ok;

    (void)snprintf(path, sizeof path, "%s/standing", folder);
    arena_init(&a, 2 * FILE_MOST);
    ok = file_read(path, FILE_MOST, &a, &text, &there, w);
    while (ok && p.n < STANDING_PLACES && text_split(&text, '\n', &line)) {
        struct span rule = { NULL, 0 };
        uint64_t at = 0;

        if (!line.n || !text_split(&line, ' ', &rule) || rule.n != STANDING_ID - 1)
            continue;
        for (size_t i = 0; i < line.n && line.p[i] >= '0' && line.p[i] <= '9'; i++)
            at = at * 10 + (uint64_t)(line.p[i] - '0');
        memcpy(p.item[p.n].rule, rule.p, rule.n);
        p.item[p.n++].at = at;
    }
    arena_free(&a);
    if (ok)
        *out = p;
    return ok;
}

static bool write_places(const char *folder, const struct standing_places *p, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, FILE_MOST);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(&b, "%s %llu\n", p->item[i].rule, (unsigned long long)p->item[i].at);
    ok = file_replace(folder, "standing", buf_span(&b), NULL, w);
    buf_free(&b);
    return ok;
}

/* Never before the place where it began, or began again. */
static uint64_t place_of(const struct standing_places *p, const struct standing_rule *r)
{
    for (size_t i = 0; i < p->n; i++)
        if (span_eq_str(r->id, p->item[i].rule))
            return p->item[i].at > r->after ? p->item[i].at : r->after;
    return r->after;
}

static void note_place(struct standing_places *p, const struct standing_rule *r, uint64_t at)
{
    memcpy(p->item[p->n].rule, r->id.p, r->id.n);
    p->item[p->n].rule[r->id.n] = 0;
    p->item[p->n++].at = at;
}

static bool same_places(const struct standing_places *x, const struct standing_places *y)
{
    for (size_t i = 0; x->n == y->n && i < x->n; i++)
        if (strcmp(x->item[i].rule, y->item[i].rule) != 0 || x->item[i].at != y->item[i].at)
            return false;
    return x->n == y->n;
}

bool standing_run(const struct cyber_desk *d, const char *folder, struct standing_places *places,
                  unix_time now, struct standing_ran *out, struct why *w)
{
    struct standing_places after = { 0 };
    struct standing_book b;
    struct arena a;
    bool ok;

    *out = (struct standing_ran){ 0 };
    arena_init(&a, BOOK_MEMORY);
    ok = standing_load(d, &a, &b, w);
    for (size_t i = 0; ok && i < b.n; i++) {
        const struct standing_rule *r = &b.rule[i];
        uint64_t at;

        if (r->removed || r->id.n >= STANDING_ID || after.n == STANDING_PLACES)
            continue;
        at = place_of(places, r);
        ok = run_rule(d, r, &at, now, out, w);
        note_place(&after, r, at);
    }
    if (ok && !same_places(&after, places))
        ok = write_places(folder, &after, w);
    if (ok)
        *places = after;
    arena_free(&a);
    return ok;
}
