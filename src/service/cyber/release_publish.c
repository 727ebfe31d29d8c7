/* Objects into records: as many as fit, each record under the audience of its objects. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/release_internal.h"

enum { DEFINITIONS = 4096, MARKING = 20, UUID = 36 };

struct release_out {
    const struct release_plan *p;
    const char *id;
    struct arena *arena;
    struct json_writer *places;
    struct cyber_label label; /* of the records under way */
    struct cyber_batch_out batch;
    struct object_new *item; /* of the batch, for the own store; text.p is an offset until it is full */
    size_t *offset;
    size_t n_item;
    struct stix_uuid *definition; /* that were sent already under this label */
    size_t n_definition;
    size_t sent;
};

static bool begin(struct release_out *o, struct why *w)
{
    const struct release_plan *p = o->p;
    const struct cyber_batch_head h = {
        .release = span_str(o->id),
        .article = span_str(p->rules->article),
        .owner = o->label.owner == p->law.self ? (struct span){ NULL, 0 }
                                               : span_str(p->desk->places->member[o->label.owner]),
        .group = o->label.group < CYBER_PLACES ? span_str(p->desk->places->group[o->label.group])
                                               : (struct span){ NULL, 0 },
        .exercise = (o->label.flags & CYBER_EXERCISE) != 0,
        .embargo = o->label.flags & CYBER_EMBARGO ? (unix_time)o->label.until : 0,
    };

    o->n_item = 0;
    cyber_batch_free(&o->batch);
    return cyber_batch_begin(&o->batch, &h) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the head of a record is too long");
}

static void say_place(struct release_out *o, const struct stream_place *at)
{
    jw_object(o->places, NULL);
    jw_str(o->places, "origin", at->origin);
    jw_int(o->places, "index", (int64_t)at->index);
    jw_int(o->places, "objects", (int64_t)o->batch.n);
    jw_object_end(o->places);
}

/* Own objects stand among what is shared here too, for readers at this node. */
static bool keep_own(struct release_out *o, struct why *w)
{
    uint16_t shared = 0;
    size_t widened = 0;

    if (!o->n_item)
        return true;
    for (size_t i = 0; i < o->n_item; i++)
        o->item[i].text.p = o->batch.plain.p + o->offset[i];
    return object_store_collection(o->p->desk->objects, span_str(cyber_shared_collection()), &shared, w) &&
           object_store_add(o->p->desk->objects, shared, o->item, o->n_item, w) &&
           cyber_widen(o->p->desk->objects, shared, o->item, o->n_item, &widened, w);
}

static bool flush(struct release_out *o, struct why *w)
{
    const struct cyber_desk *d = o->p->desk;
    struct stream_new r = { .type = SPAN(CYBER_TYPE), .time = o->p->now };
    struct buffer body, audience;
    struct stream_place at;
    bool ok;

    if (!o->batch.n)
        return true;
    buf_init(&body, LIMIT_LOG_BODY);
    buf_init(&audience, ORIGIN_AUDIENCE);
    ok = cyber_batch_pack(&o->batch, &body, w);
    if (ok && !cyber_audience_put(d->places, o->label.audience, o->p->law.self, &audience))
        ok = why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many members for one audience");
    r.body = buf_span(&body);
    ok = ok && streams_publish(d->streams, SPAN(CYBER_STREAM), buf_span(&audience), &r, 1, o->p->now, &at, w);
    if (ok) {
        say_place(o, &at);
        ok = keep_own(o, w);
    }
    buf_free(&audience);
    buf_free(&body);
    return ok && begin(o, w);
}

static bool add(struct release_out *o, struct span text, struct why *w)
{
    if (cyber_batch_add(&o->batch, text))
        return true;
    return flush(o, w) && (cyber_batch_add(&o->batch, text) ||
                           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "an object of %zu bytes", text.n));
}

static bool read_text(struct release_out *o, uint64_t sequence, const struct object_row *row,
                      struct span *out, struct why *w)
{
    uint8_t *text = arena_alloc(o->arena, (size_t)row->n + 1);

    if (!text)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = span_of(text, row->n);
    return object_store_bytes(o->p->desk->objects, &sequence, 1, text, row->n, w);
}

static void note_own(struct release_out *o, const struct object_row *row, size_t n)
{
    struct object_new *x = &o->item[o->n_item];

    if (o->label.owner != o->p->law.self)
        return;
    *x = (struct object_new){ .row = *row, .type = object_store_type(o->p->desk->objects, row->type) };
    x->row.label = o->label;
    x->row.label.tlp = row->label.tlp;
    x->row.label.flags = (uint8_t)(o->label.flags | (row->label.flags & (CYBER_GRANULAR | CYBER_UNMARKED)));
    x->row.origin = CYBER_NO_PLACE;
    x->text.n = n;
    o->offset[o->n_item++] = o->batch.plain.n - n;
}

/* ---- statements travel along ---- */

static bool is_new(struct release_out *o, const struct stix_uuid *id)
{
    for (size_t i = 0; i < o->n_definition; i++)
        if (stix_uuid_eq(&o->definition[i], id))
            return false;
    if (o->n_definition < DEFINITIONS)
        o->definition[o->n_definition++] = *id;
    return true;
}

/* One that came from another member goes where it may go itself. */
static bool may_go(const struct release_out *o, const struct cyber_label *l)
{
    for (uint8_t m = 0; m < o->p->desk->places->n; m++) {
        const struct cyber_reader node = { .kind = CYBER_NODE,
                                           .organisation = CYBER_CERT,
                                           .member = m,
                                           .clearance = TLP_RED,
                                           .exercise = true,
                                           .groups = UINT64_MAX };

        if (l->owner == o->p->law.self || m == o->p->law.self || !(o->label.audience >> m & 1) ||
            !(o->p->law.bound >> m & 1))
            continue;
        if (cyber_may(&o->p->law, &node, l, CYBER_FORWARD, o->p->now) != CYBER_ALLOWED)
            return false;
    }
    return !(l->flags & (CYBER_HELD | CYBER_REFER));
}

static bool add_definition(struct release_out *o, const struct stix_uuid *uuid, struct why *w)
{
    const struct stix_id id = { .type = SPAN("marking-definition"), .uuid = *uuid };
    struct object_row row;
    struct span text = { NULL, 0 };
    uint64_t sequence;
    unsigned version;
    enum tlp t;

    if (stix_tlp_of(uuid, &t, &version) || !is_new(o, uuid) ||
        !cyber_newest(o->p->desk->objects, OBJECT_ANY, &id, &sequence, &row) || !may_go(o, &row.label) ||
        (o->label.owner != o->p->law.self && row.label.owner != o->label.owner))
        return true;
    if (!read_text(o, sequence, &row, &text, w) || !add(o, text, w))
        return false;
    if (row.label.owner == o->p->law.self)
        note_own(o, &row, text.n);
    return true;
}

static bool definitions(struct release_out *o, struct span text, struct why *w)
{
    static const char mark[] = "marking-definition--";
    struct stix_uuid id;
    const uint8_t *at;

    while (text.n && (at = memmem(text.p, text.n, mark, MARKING)) != NULL) {
        text = span_of(at + MARKING, text.n - (size_t)(at + MARKING - text.p));
        if (text.n >= UUID && stix_uuid_read(span_of(text.p, UUID), &id) && !add_definition(o, &id, w))
            return false;
    }
    return true;
}

/* ---- all of one label ---- */

static bool one(struct release_out *o, uint64_t sequence, struct why *w)
{
    struct object_row row;
    struct span text = { NULL, 0 };

    arena_reset(o->arena);
    if (!object_store_row(o->p->desk->objects, sequence, &row))
        return true; /* gone since it was chosen */
    if (!read_text(o, sequence, &row, &text, w) || !definitions(o, text, w) || !add(o, text, w))
        return false;
    note_own(o, &row, text.n);
    o->sent++;
    return true;
}

/* Marking and what is only for people may differ within a record. */
static bool together(const struct cyber_label *a, const struct cyber_label *b)
{
    const uint8_t frame = CYBER_EXERCISE | CYBER_EMBARGO;

    return a->owner == b->owner && a->audience == b->audience && a->group == b->group &&
           a->until == b->until && (a->flags & frame) == (b->flags & frame);
}

static bool publish_label(struct release_out *o, const struct cyber_label *l, struct why *w)
{
    const struct release_plan *p = o->p;
    bool ok;

    o->label = *l;
    o->label.flags &= CYBER_EXERCISE | CYBER_EMBARGO;
    o->n_definition = 0;
    ok = begin(o, w);
    for (size_t i = 0; ok && i < p->n; i++)
        if (together(&p->class[p->object[i].class].label, l))
            ok = one(o, p->object[i].sequence, w);
    return ok && flush(o, w);
}

bool release_publish(const struct release_plan *p, const char *id, struct arena *a,
                     struct json_writer *places, size_t *n, struct why *w)
{
    struct release_out o = { .p = p, .id = id, .arena = a, .places = places };
    bool ok = true;

    o.item = calloc(LIMIT_CYBER_BATCH_OBJECTS, sizeof *o.item);
    o.offset = calloc(LIMIT_CYBER_BATCH_OBJECTS, sizeof *o.offset);
    o.definition = calloc(DEFINITIONS, sizeof *o.definition);
    if (!o.item || !o.offset || !o.definition)
        abort();
    for (size_t c = 0; ok && c < p->n_classes; c++) {
        bool before = !p->class[c].label.audience;

        for (size_t k = 0; !before && k < c; k++)
            before = together(&p->class[k].label, &p->class[c].label);
        if (!before)
            ok = publish_label(&o, &p->class[c].label, w);
    }
    *n = o.sent;
    cyber_batch_free(&o.batch);
    free(o.definition);
    free(o.offset);
    free(o.item);
    return ok;
}
