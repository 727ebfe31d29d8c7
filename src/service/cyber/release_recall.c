/* Withdrawn: a revoked version by its creator's member, to all that the object was given to. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/release_internal.h"

enum { OBJECT_MEMORY = 64 << 20, COLLECTIONS = 64, TEXT_MORE = 256 };

static void put_name(struct buffer *b, const struct json *j, json_ref name, bool *first)
{
    if (!*first)
        buf_u8(b, ',');
    *first = false;
    buf_put(b, json_source(j, name));
    buf_u8(b, ':');
}

bool cyber_revoked_version(struct span object, int64_t micros, struct arena *a, struct buffer *out,
                           struct why *w)
{
    char time[STIX_TIME_TEXT];
    bool first = true;
    struct json j;

    if (!json_parse(object, a, &j, w))
        return false;
    if (json_member(&j, JSON_ROOT, "modified") == JSON_NONE)
        return why_set(w, "unversioned", WHY_NO_OFFSET, "STIX 2.1 3.6",
                       "an object of this type has no versions and cannot be revoked");
    buf_u8(out, '{');
    for (json_ref k = json_first(&j, JSON_ROOT); k != JSON_NONE; k = json_after(&j, JSON_ROOT, k)) {
        if (json_text_is(&j, k, "revoked"))
            continue;
        put_name(out, &j, k, &first);
        if (json_text_is(&j, k, "modified"))
            buf_printf(out, "\"%s\",\"revoked\":true", stix_time_text(micros, time));
        else
            buf_put(out, json_source(&j, json_value_of(&j, k)));
    }
    buf_u8(out, '}');
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

struct recall {
    struct release_plan *p;
    struct arena *arena; /* of one object */
    uint16_t shared;
    struct json_writer *j; /* ids that cannot be recalled, and why */
};

static bool refuse(struct recall *r, const struct stix_id *id, const char *reason, const char *say)
{
    char uuid[STIX_UUID_TEXT];
    struct buffer b;
    uint8_t mem[STIX_ID_TEXT];

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, id->type);
    buf_printf(&b, "--%s", stix_uuid_text(&id->uuid, uuid));
    jw_object(r->j, NULL);
    jw_text(r->j, "object", buf_span(&b));
    jw_str(r->j, "reason", reason);
    jw_str(r->j, "say", say);
    jw_object_end(r->j);
    return true;
}

/* The creator's identity is known as another member's. */
static bool of_others(const struct recall *r, const struct object_row *row)
{
    const struct stix_id identity = { .type = SPAN("identity"), .uuid = row->creator };
    struct object_row who;
    uint64_t sequence;

    return (row->flags & OBJECT_HAS_CREATOR) &&
           cyber_newest(r->p->desk->objects, r->shared, &identity, &sequence, &who) &&
           who.label.owner != r->p->law.self;
}

static bool add_version(struct recall *r, uint16_t collection, const struct object_row *old, struct span text,
                        uint64_t *sequence, struct why *w)
{
    static const struct stix_how how = { .any_pattern = true };
    struct object_new n = { .text = text };
    struct stix_object o;

    if (!stix_read(text, &how, r->arena, &o, NULL, w))
        return false;
    if (!object_new_of(&o, &n))
        return why_set(w, "version", WHY_NO_OFFSET, NULL, "%s", object_outcome_say(n.outcome));
    n.text = text;
    n.type = o.type;
    n.row.label = old->label;
    n.row.origin = CYBER_NO_PLACE;
    if (!object_store_add(r->p->desk->objects, collection, &n, 1, w))
        return false;
    *sequence = n.sequence;
    return n.outcome == OBJECT_ADDED || n.outcome == OBJECT_KNOWN || n.outcome == OBJECT_REVOKED ||
           why_set(w, object_outcome_word(n.outcome), WHY_NO_OFFSET, NULL, "%s",
                   object_outcome_say(n.outcome));
}

static bool revoked_text(struct recall *r, uint64_t sequence, const struct object_row *row, struct buffer *b,
                         struct why *w)
{
    int64_t now = (int64_t)r->p->now * 1000000, at = now > row->version + 1000 ? now : row->version + 1000;
    uint8_t *text = arena_alloc(r->arena, (size_t)row->n + 1);

    return text && object_store_bytes(r->p->desk->objects, &sequence, 1, text, row->n, w) &&
           cyber_revoked_version(span_of(text, row->n), at, r->arena, b, w);
}

/* In the collections of this node too where it stands. */
static bool in_own(struct recall *r, const struct stix_id *id, struct span text, struct why *w)
{
    const struct object_query q = {
        .collection = OBJECT_ANY, .id = id, .n_ids = 1, .versions = OBJECT_LAST, .limit = COLLECTIONS
    };
    struct object_page p = { 0 };
    bool ok = true;

    object_store_find(r->p->desk->objects, &q, &p);
    for (size_t i = 0; ok && i < p.n; i++) {
        struct object_row row;
        uint64_t sequence;

        if (object_store_row(r->p->desk->objects, p.sequence[i], &row) && row.collection != r->shared &&
            row.label.owner == r->p->law.self && !(row.flags & OBJECT_IS_REVOKED))
            ok = add_version(r, row.collection, &row, text, &sequence, w);
    }
    object_page_free(&p);
    return ok;
}

static bool class_of(struct release_plan *p, const struct cyber_label *l, uint32_t *out, struct why *w)
{
    for (*out = 0; *out < p->n_classes; ++*out)
        if (memcmp(&p->class[*out].label, l, sizeof *l) == 0)
            return true;
    if (p->n_classes == RELEASE_CLASSES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many kinds of labels at once");
    p->class[p->n_classes++] = (struct release_class){ .label = *l };
    return true;
}

static bool recall_one(struct recall *r, const struct stix_id *id, struct why *w)
{
    struct release_plan *p = r->p;
    struct object_row row;
    uint64_t sequence;
    struct buffer b;
    bool ok = true;

    arena_reset(r->arena);
    if (!cyber_newest(p->desk->objects, r->shared, id, &sequence, &row))
        return refuse(r, id, "nothing", "it was not released");
    if (!release_readable(p, &row.label)) {
        release_hide(p, id);
        return refuse(r, id, "nothing", "it was not released");
    }
    if (row.label.owner != p->law.self)
        return refuse(r, id, "owner", "it belongs to another member, which alone withdraws it");
    if (of_others(r, &row))
        return refuse(r, id, "creator", "its creator belongs to another member");
    if (row.flags & OBJECT_IS_UNVERSIONED)
        return refuse(r, id, "unversioned", "an object of this type has no versions (STIX 2.1 3.6)");
    buf_init(&b, (size_t)row.n + TEXT_MORE);
    if (!(row.flags & OBJECT_IS_REVOKED)) /* else it is only said once more */
        ok = revoked_text(r, sequence, &row, &b, w) && in_own(r, id, buf_span(&b), w) &&
             add_version(r, r->shared, &row, buf_span(&b), &sequence, w);
    buf_free(&b);
    ok = ok && class_of(p, &row.label, &p->object[p->n].class, w);
    if (ok)
        p->object[p->n++].sequence = sequence;
    return ok;
}

static uint64_t all_audiences(const struct release_plan *p)
{
    uint64_t m = 0;

    for (size_t c = 0; c < p->n_classes; c++)
        m |= p->class[c].label.audience;
    return m;
}

static bool carry_out(struct recall *r, const char *id, struct buffer *out, struct why *w)
{
    struct release_plan *p = r->p;
    struct json_writer j = json_to(out);
    struct buffer audience;
    size_t n = 0;
    bool ok = true;

    r->j = &j;
    buf_init(&audience, ORIGIN_AUDIENCE);
    jw_object(&j, NULL);
    release_terms(p, id, &j);
    jw_array(&j, "refusals");
    for (size_t i = 0; ok && i < p->ask->n_ids; i++)
        ok = recall_one(r, &p->ask->id[i], w);
    jw_array_end(&j);
    jw_array(&j, "records");
    if (ok && p->n)
        ok = release_publish(p, id, r->arena, &j, &n, w);
    jw_array_end(&j);
    jw_array(&j, "ids");
    for (size_t i = 0; i < p->n && i < 1000; i++) {
        struct object_row row;
        char text[STIX_ID_TEXT];

        if (object_store_row(p->desk->objects, p->object[i].sequence, &row)) {
            (void)object_id_text(p->desk->objects, &row, text);
            jw_str(&j, NULL, text);
        }
    }
    jw_array_end(&j);
    jw_int(&j, "recalled", (int64_t)n);
    jw_str(&j, "article", p->rules->article);
    jw_object_end(&j);
    ok = ok && release_write_hidden(p, "recall", w);
    if (ok && !p->n)
        ok = why_set(w, "nothing", WHY_NO_OFFSET, NULL, "none of them was released by this member");
    if (!cyber_audience_put(p->desk->places, all_audiences(p), p->law.self, &audience))
        ok = ok && why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many members for one audience");
    if (p->n)
        ok = release_write(p, id, "recall", buf_span(&audience), buf_span(out), w) && ok;
    buf_free(&audience);
    r->j = NULL;
    return ok;
}

bool cyber_recall(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct arena scratch;
    struct release_ask ask;
    struct release_plan p;
    struct recall r = { .p = &p, .arena = &scratch };
    char id[RELEASE_ID];
    bool ok;

    if (!d->streams)
        return why_set(w, "not-ready", WHY_NO_OFFSET, NULL, "this node publishes nothing now");
    if (!release_read(d, json, now, false, a, &ask, &p, w) ||
        !object_store_collection(d->objects, span_str(cyber_shared_collection()), &r.shared, w))
        return false;
    if (!ask.n_ids)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "say which objects: \"ids\"");
    p.object = calloc(ask.n_ids, sizeof *p.object);
    p.class = arena_array(a, RELEASE_CLASSES, sizeof *p.class);
    if (!p.object || !p.class)
        abort();
    release_new_id(d, 'W', id);
    arena_init(&scratch, OBJECT_MEMORY);
    ok = carry_out(&r, id, out, w);
    arena_free(&scratch);
    release_plan_free(&p);
    return ok;
}
