/* The messages of a seal by the dictionary. What deviates from it is said, and shown all the same. */
#include "seal/visible_internal.h"
#include "wire/mrz.h"
#include "wire/seal_dictionary.h"

static const char clause[] = "seal dictionary";

struct content {
    struct seal_work *s;
    struct date last;      /* earliest last day found */
    const char *code_type; /* of a message whose code names the type */
};

static void earlier(struct content *c, struct date d)
{
    if (date_is_set(d) && (!date_is_set(c->last) || date_cmp(d, c->last) < 0))
        c->last = d;
}

/* seal_value_text into the arena. */
static struct span decoded(struct content *c, const struct seal_field_def *d, struct span raw)
{
    size_t room = seal_value_room(raw.n);
    uint8_t *mem = arena_alloc(c->s->a, room);
    struct buffer b;

    if (!mem)
        return (struct span){ NULL, 0 };
    buf_init_fixed(&b, mem, room);
    if (!seal_value_text(d, raw, &b) || !buf_ok(&b))
        return (struct span){ NULL, 0 };
    return buf_span(&b);
}

static void read_dates(struct content *c, const struct seal_field_def *d, const struct seal_message *m,
                       struct span text)
{
    struct why w = { .offset = WHY_NO_OFFSET };
    struct mrz zone;

    if (d->last_day)
        earlier(c, seal_text_day(text));
    if (!seal_is_zone(d) || text.n == 0)
        return;
    if (mrz_parse(text, c->s->opt->at, &zone, &w))
        earlier(c, mrz_date_whole(zone.expiry));
    else
        finding_add(c->s->f, FINDING_NOTE, "zone-not-read", m->offset, w.clause,
                    "%s: %s; its dates are not looked at", d->name, w.detail);
}

static void warn(struct content *c, const char *reason, size_t offset, const struct seal_field_def *d,
                 const char *what)
{
    finding_add(c->s->f, FINDING_WARNING, reason, offset, clause, "%s: %s", d->name, what);
}

/* Whether bytes with a marker, or a message of messages, read as messages to their end. */
static bool splits(struct span raw, struct seal_message *m, size_t *n)
{
    struct reader r = rd_of(raw);

    for (*n = 0; rd_left(&r); ++*n)
        if (*n == LIMIT_SEAL_MESSAGES || !seal_tlv_next(&r, clause, &m[*n], NULL))
            return false;
    return true;
}

static void read_scope(struct content *c, struct seal_scope scope, const struct seal_message *m, size_t n,
                       unsigned depth);

/* Messages inside a message. Ends with the dictionary: no message is inside itself. */
static void read_inside(struct content *c, const struct seal_field_def *d, const struct seal_message *m,
                        unsigned depth)
{
    struct seal_message *inner;
    struct span raw = m->value;
    size_t n;

    if (d->marker >= 0) {
        if (raw.n == 0 || raw.p[0] != (uint8_t)d->marker)
            return;
        raw = span_sub(raw, 1, raw.n);
    }
    inner = arena_array(c->s->a, LIMIT_SEAL_MESSAGES, sizeof *inner);
    if (!inner)
        return;
    if (splits(raw, inner, &n)) {
        for (size_t i = 0; i < n; i++)
            inner[i].offset += m->offset;
        read_scope(c, seal_scope_inside(d), inner, n, depth + 1);
    } else if (d->marker < 0) {
        warn(c, "field-coding", m->offset, d, "does not consist of messages");
    }
}

static void read_known(struct content *c, const struct seal_field_def *d, const struct seal_message *m,
                       struct seal_field *out, unsigned depth)
{
    const char *country = d->country;

    if (m->value.n < d->min || m->value.n > d->max)
        finding_add(c->s->f, FINDING_WARNING, "field-length", m->offset, clause,
                    "%s: %zu bytes, expected %u to %u", d->name, m->value.n, d->min, d->max);
    if (country && !span_eq_str(c->s->out->country, country))
        return;
    if (seal_scope_inside(d).n) {
        read_inside(c, d, m, depth);
        return;
    }
    out->text = decoded(c, d, m->value);
    if (out->text.n == 0 && d->coding != SEAL_CODING_BYTES && m->value.n)
        warn(c, "field-coding", m->offset, d, "cannot be read in its coding");
    if (d->names_type && out->text.n)
        c->code_type = seal_code_word(d, m->value.p[0]);
    read_dates(c, d, m, out->text);
}

static bool present(const struct seal_message *m, size_t n, uint8_t tag)
{
    for (size_t i = 0; i < n; i++)
        if (m[i].tag == tag)
            return true;
    return false;
}

static void check_complete(struct content *c, struct seal_scope scope, const struct seal_message *m, size_t n)
{
    unsigned group[8] = { 0 }, groups = 0;

    for (size_t i = 0; i < scope.n; i++) {
        bool here = present(m, n, scope.def[i].tag);

        if (scope.def[i].required && !here)
            warn(c, "missing-field", WHY_NO_OFFSET, &scope.def[i],
                 "required by the dictionary, not in the seal");
        if (scope.def[i].one_of && scope.def[i].one_of < 8) {
            group[scope.def[i].one_of] += here;
            groups = scope.def[i].one_of > groups ? scope.def[i].one_of : groups;
        }
    }
    for (unsigned g = 1; g <= groups; g++)
        if (group[g] != 1)
            finding_add(c->s->f, FINDING_WARNING, "one-of", WHY_NO_OFFSET, clause,
                        "%u of several messages of which exactly one is expected", group[g]);
}

static void read_scope(struct content *c, struct seal_scope scope, const struct seal_message *m, size_t n,
                       unsigned depth)
{
    struct visible_seal *out = c->s->out;

    for (size_t i = 0; i < n; i++) {
        const struct seal_field_def *d = seal_def_by_tag(scope, m[i].tag);
        struct seal_field *f;

        if (out->n_fields == SEAL_FIELDS) {
            finding_add(c->s->f, FINDING_WARNING, "too-many-fields", m[i].offset, clause,
                        "more messages than can be shown");
            return;
        }
        f = &out->field[out->n_fields++];
        *f = (struct seal_field){
            .tag = m[i].tag, .depth = (uint8_t)depth, .name = d ? d->name : NULL, .raw = m[i].value
        };
        if (d)
            read_known(c, d, &m[i], f, depth);
        else if (scope.n)
            finding_add(c->s->f, FINDING_NOTE, "unknown-field", m[i].offset, clause,
                        "message %02X is not in the dictionary", m[i].tag);
    }
    check_complete(c, scope, m, n);
}

struct date seal_read_vds(struct seal_work *s, const struct seal_message *m, size_t n)
{
    const struct seal_type *t = seal_type_by_key(SEAL_FAMILY_VDS, s->out->document_ref);
    struct content c = { .s = s };

    s->out->type = t ? t->type : NULL;
    if (!t)
        finding_add(s->f, FINDING_NOTE, "unknown-document", WHY_NO_OFFSET, clause,
                    "document reference %04X is not in the dictionary", s->out->document_ref);
    read_scope(&c, seal_scope_of_type(t), m, n, 0);
    return c.last;
}

struct date seal_read_idb(struct seal_work *s, const struct seal_message *m, size_t n)
{
    const struct seal_type *t = NULL;
    struct content c = { .s = s };

    for (size_t i = 0; i < n && !t; i++)
        t = seal_type_by_key(SEAL_FAMILY_IDB, m[i].tag);
    read_scope(&c, seal_scope_idb(), m, n, 0);
    s->out->type = c.code_type ? c.code_type : t ? t->type : NULL;
    if (!s->out->type)
        finding_add(s->f, FINDING_NOTE, "unknown-document", WHY_NO_OFFSET, clause,
                    "no message names the type of the document");
    return c.last;
}
