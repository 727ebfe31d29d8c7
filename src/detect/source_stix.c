/* Indicators of STIX bundles, and MISP's warning lists. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "detect/source_internal.h"
#include "stix/bundle.h"
#include "stix/exercise.h"
#include "stix/pattern_index.h"
#include "wire/json.h"

struct adding {
    const struct source *s;
    const struct detect_indicator *x;
    uint64_t number;
    bool go_on;
};

/* Whether one is behind a reference: a table does not know which end of a connection a value was. */
static bool behind_reference(const struct pattern_equality *e, void *ctx)
{
    bool *referred = ctx;

    *referred |= e->referred;
    return !*referred;
}

static bool add_equality(const struct pattern_equality *e, void *ctx)
{
    static const enum detect_kind kinds[] = {
        [PATTERN_IPV4] = DETECT_IPV4, [PATTERN_IPV6] = DETECT_IPV6,     [PATTERN_DOMAIN] = DETECT_DOMAIN,
        [PATTERN_URL] = DETECT_URL,   [PATTERN_EMAIL] = DETECT_MAIL,    [PATTERN_MD5] = DETECT_MD5,
        [PATTERN_SHA1] = DETECT_SHA1, [PATTERN_SHA256] = DETECT_SHA256, [PATTERN_SHA512] = DETECT_SHA512,
    };
    struct adding *a = ctx;
    struct detect_indicator one = *a->x;

    a->go_on = source_add(a->s, a->number, kinds[e->kind], e->value, &one);
    return a->go_on;
}

/* Alternatives of equalities go into the tables; what says something else is for the evaluator. */
static bool add_pattern(const struct source *s, uint64_t number, struct span text, struct detect_indicator *x,
                        struct arena *arena)
{
    struct adding a = { s, x, number, true };
    struct pattern p = { 0 };
    struct why w = { 0 };
    bool referred = false;

    if (pattern_parse(text, arena, &p, &w) && pattern_equalities(&p, behind_reference, &referred) &&
        !referred) {
        (void)pattern_equalities(&p, add_equality, &a);
        return a.go_on;
    }
    why_clear(&w);
    x->kind = DETECT_KINDS;
    x->value = text;
    if (!detect_build_pattern(s->build, x, &w))
        return source_refuse(s, number, &w);
    s->counts->patterns++;
    return true;
}

static struct span member_text(const struct json *j, json_ref obj, const char *name, struct arena *a)
{
    struct span s;

    return json_text_of(j, json_member(j, obj, name), a, &s) ? s : (struct span){ NULL, 0 };
}

/* Of a drill, whether its mark is there or was taken off. */
static bool of_exercise(const struct json *j, json_ref obj, struct span id, struct why *w)
{
    struct stix_object o = { .json = *j,
                             .type = SPAN("indicator"),
                             .markings = json_member(j, obj, "object_marking_refs"),
                             .granular = json_member(j, obj, "granular_markings") };
    struct stix_id read;
    enum stix_exercise e;

    if (!json_is(j, o.markings, JSON_KIND_ARRAY))
        o.markings = JSON_NONE;
    if (!json_is(j, o.granular, JSON_KIND_ARRAY))
        o.granular = JSON_NONE;
    if (stix_id_read(id, &read))
        o.uuid = read.uuid;
    e = stix_exercise_of(&o);
    return e != STIX_REAL &&
           !why_set(w, stix_exercise_word(e), 0, "doc/drills.md", "%s", stix_exercise_say(e));
}

static bool indicator(const struct source *s, const struct json *j, json_ref obj, uint64_t number,
                      struct arena *a)
{
    struct detect_indicator x = { .weight = DETECT_WEIGHT };
    struct span type = member_text(j, obj, "pattern_type", a), from = member_text(j, obj, "valid_from", a);
    struct span until = member_text(j, obj, "valid_until", a), pattern = member_text(j, obj, "pattern", a);
    struct why w = { 0 };
    bool revoked = false;
    int64_t confidence;

    if (json_boolean(j, json_member(j, obj, "revoked"), &revoked) && revoked) {
        s->counts->revoked++;
        return true;
    }
    x.id = member_text(j, obj, "id", a);
    if (of_exercise(j, obj, x.id, &w))
        return source_refuse(s, number, &w);
    if (type.n && !span_eq_str(type, "stix")) {
        (void)why_set(&w, "pattern-type", 0, "STIX 2.1 4.7",
                      "a pattern of another language is not evaluated");
        return source_refuse(s, number, &w);
    }
    if (json_int64(j, json_member(j, obj, "confidence"), &confidence) && confidence >= 0 && confidence <= 100)
        x.weight = (uint8_t)confidence;
    if (pattern.n == 0 || (from.n && !detect_time_of(from, &x.from)) ||
        (until.n && !detect_time_of(until, &x.until))) {
        (void)why_set(&w, "indicator", 0, "STIX 2.1 4.7",
                      "an indicator without a pattern, or with a time that is none");
        return source_refuse(s, number, &w);
    }
    if (s->how->now && x.until && x.until <= s->how->now) {
        s->counts->expired++;
        return true;
    }
    return add_pattern(s, number, pattern, &x, a);
}

struct bundle {
    const struct source *source;
    struct arena *arena; /* of one object */
    bool full;           /* the image takes no more */
};

/* Whatever else is wrong with it: a pattern that can be read is looked for. */
static bool take_object(void *ctx, const struct stix_item *item)
{
    struct bundle *b = ctx;
    struct json j;

    arena_reset(b->arena);
    if (item->bytes.n && json_parse(item->bytes, b->arena, &j, NULL) &&
        json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "indicator"))
        b->full = !indicator(b->source, &j, JSON_ROOT, item->index + 1, b->arena);
    return !b->full;
}

bool source_bundle(const struct source *s, struct span text, struct why *w)
{
    static const struct stix_bundle_how how;
    struct stix_summary seen;
    struct bundle b = { .source = s };
    struct arena a;
    bool ok;

    arena_init(&a, LIMIT_STIX_MEMORY);
    b.arena = &a;
    ok = stix_bundle_read(text, &how, take_object, &b, &seen, w);
    arena_free(&a);
    return ok;
}

/* ---- warning lists */

static uint32_t kinds_of(struct span attribute)
{
    const uint32_t address = 1u << DETECT_IPV4 | 1u << DETECT_IPV6 | 1u << DETECT_CIDR4 | 1u << DETECT_CIDR6;
    struct span one;
    uint32_t kinds = 0;

    while (text_split(&attribute, '|', &one)) {
        if (span_eq_str(one, "ip-src") || span_eq_str(one, "ip-dst") || span_eq_str(one, "ip"))
            kinds |= address;
        else if (span_eq_str(one, "domain") || span_eq_str(one, "hostname"))
            kinds |= 1u << DETECT_DOMAIN;
        else if (span_eq_str(one, "url") || span_eq_str(one, "uri") || span_eq_str(one, "link"))
            kinds |= 1u << DETECT_URL | 1u << DETECT_URL_PREFIX;
        else if (span_starts(one, SPAN("email")) || span_eq_str(one, "whois-registrant-email"))
            kinds |= 1u << DETECT_MAIL;
        else if (span_eq_str(one, "md5"))
            kinds |= 1u << DETECT_MD5;
        else if (span_eq_str(one, "sha1"))
            kinds |= 1u << DETECT_SHA1;
        else if (span_eq_str(one, "sha256"))
            kinds |= 1u << DETECT_SHA256;
        else if (span_eq_str(one, "sha512"))
            kinds |= 1u << DETECT_SHA512;
    }
    return kinds;
}

static bool list_head(const struct json *j, struct span name, struct arena *a, struct detect_list *out)
{
    static const char *const types[] = { "cidr", "string", "hostname", "substring", "regex" };
    json_ref attributes = json_member(j, JSON_ROOT, "matching_attributes");
    struct span type = member_text(j, JSON_ROOT, "type", a), one;
    unsigned k = 0;

    while (k < 5 && !span_eq_str(type, types[k]))
        k++;
    if (k == 5)
        return false;
    *out = (struct detect_list){ name, 0, (enum detect_list_type)k };
    if (!json_is(j, attributes, JSON_KIND_ARRAY)) {
        out->kinds = (1u << DETECT_KINDS) - 1;
        return true;
    }
    for (json_ref i = json_first(j, attributes); i != JSON_NONE; i = json_after(j, attributes, i))
        if (json_text_of(j, i, a, &one))
            out->kinds |= kinds_of(one);
    return true;
}

/* A name of a list: a dot in front, "*." and one label are allowed. */
static bool list_name(const struct source *s, uint64_t number, struct span v, struct detect_indicator *x)
{
    uint8_t UNINITIALIZED form[DETECT_VALUE];
    struct why w = { 0 };
    struct buffer b;

    v = text_trim(v);
    if (v.n > 2 && v.p[0] == '*' && v.p[1] == '.')
        v = span_sub(v, 2, v.n);
    else if (v.n > 1 && v.p[0] == '.')
        v = span_sub(v, 1, v.n);
    buf_init_fixed(&b, form, sizeof form);
    if (!detect_put_domain(&b, v)) {
        (void)why_set(&w, "value", 0, NULL, "no name of a host");
        return source_refuse(s, number, &w);
    }
    x->kind = DETECT_DOMAIN;
    x->value = buf_span(&b);
    if (!detect_build_add(s->build, x, &w))
        return source_refuse(s, number, &w);
    s->counts->taken++;
    return true;
}

static bool list_entry(const struct source *s, const struct detect_list *l, unsigned list, uint64_t number,
                       struct span v)
{
    uint8_t UNINITIALIZED text[DETECT_VALUE];
    char id[12];
    struct detect_indicator x = { .weight = DETECT_WEIGHT };
    struct why w = { 0 };
    struct buffer b;

    (void)snprintf(id, sizeof id, "%u", list);
    x.id = span_str(id);
    switch (l->type) {
    case LIST_CIDR:
        return source_add(s, number, DETECT_CIDR4, v, &x);
    case LIST_HOSTNAME:
        return list_name(s, number, v, &x);
    case LIST_STRING:
        return source_add(s, number, DETECT_TEXT, v, &x);
    case LIST_SUBSTRING:
    case LIST_REGEX:
        break;
    }
    buf_init_fixed(&b, text, sizeof text);
    for (size_t i = 0; i < v.n; i++)
        buf_u8(&b, (uint8_t)(l->type == LIST_SUBSTRING && ascii_upper(v.p[i]) ? v.p[i] | 0x20 : v.p[i]));
    if (v.n == 0 || !buf_ok(&b)) {
        (void)why_set(&w, "value", 0, NULL, "an entry without text, or a very long one");
        return source_refuse(s, number, &w);
    }
    detect_build_entry(s->build, list, buf_span(&b));
    s->counts->taken++;
    return true;
}

bool detect_source_warnings(struct detect_build *b, struct span text, const struct detect_source_how *how,
                            struct detect_source_counts *out, struct why *w)
{
    struct source s = { b, how, out };
    struct detect_list l;
    struct arena a;
    struct json j;
    struct span v;
    json_ref list;
    unsigned number;
    uint64_t k = 0;
    bool ok = false;

    arena_init(&a, (size_t)LIMIT_JSON_NODES * sizeof(struct json_node) * 4);
    if (!json_parse(text, &a, &j, w))
        goto out;
    list = json_member(&j, JSON_ROOT, "list");
    if (!list_head(&j, how->name, &a, &l) || !json_is(&j, list, JSON_KIND_ARRAY)) {
        (void)why_set(w, "warninglist", 0, NULL,
                      "no warning list: type and list are missing, or a type is not known");
        goto out;
    }
    number = detect_build_list(b, &l);
    ok =
        number < DETECT_LISTS || why_set(w, "too-large", 0, NULL, "more than %d warning lists", DETECT_LISTS);
    for (json_ref i = json_first(&j, list); ok && i != JSON_NONE; i = json_after(&j, list, i))
        ok = json_text_of(&j, i, &a, &v) && list_entry(&s, &l, number, ++k, v);
out:
    arena_free(&a);
    return ok;
}
