#include "stix/check.h"

#include <stdio.h>

#include "base/text.h"
#include "stix/vocab.h"

bool stix_word_in(stix_words words, struct span s)
{
    const char *p = words;

    while (*p) { /* at a bar */
        const char *end = strchr(++p, '|');

        if (!end)
            return false;
        if ((size_t)(end - p) == s.n && memcmp(p, s.p, s.n) == 0)
            return s.n != 0;
        p = end[1] ? end : end + 1;
    }
    return false;
}

static inline const struct stix_property *row_in(const struct stix_property *row, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (row[i].name_n == name.n && row[i].name[0] == (char)name.p[0] &&
            memcmp(row[i].name, name.p, name.n) == 0)
            return &row[i];
    return NULL;
}

/* The row of a name, and its place among the common ones and those of the table. */
static const struct stix_property *row_at(const struct stix_table *t, struct span name, size_t *index)
{
    const struct stix_property *p = NULL;

    if (name.n && t->common)
        p = row_in(t->common, t->commons, name);
    if (p) {
        *index = (size_t)(p - t->common);
        return p;
    }
    if (name.n && t->row)
        p = row_in(t->row, t->rows, name);
    if (p)
        *index = t->commons + (size_t)(p - t->row);
    return p;
}

const struct stix_property *stix_row_of(const struct stix_table *t, struct span name)
{
    size_t index;

    return row_at(t, name, &index);
}

static void put_path(const struct stix_check *c, char out[STIX_PATH])
{
    struct buffer b;

    buf_init_fixed(&b, out, STIX_PATH - 1);
    for (size_t i = 0; i < c->depth && buf_ok(&b); i++) {
        const struct stix_frame *f = &c->frame[i];

        if (!f->name.p) {
            buf_printf(&b, "[%zu]", f->index);
            continue;
        }
        if (i)
            buf_u8(&b, '.');
        text_put_plain(&b, span_sub(f->name, 0, 60));
    }
    out[b.n] = 0;
}

void stix_broken(struct stix_check *c, enum stix_level level, const char *reason, const char *clause,
                 json_ref v, const char *fmt, ...)
{
    size_t at = json_offset(c->json, v);
    struct stix_finding *f;
    va_list ap;

    if (level == STIX_MUST) {
        if (c->broken++ == 0) {
            va_start(ap, fmt);
            (void)why_vset(c->w, reason, at, clause, fmt, ap);
            va_end(ap);
        }
    }
    if (!c->f)
        return;
    *(level == STIX_MUST ? &c->f->must : level == STIX_SHOULD ? &c->f->should : &c->f->notes) += 1;
    if (c->f->n == STIX_FINDINGS)
        return;
    f = &c->f->item[c->f->n++];
    f->level = level;
    why_clear(&f->why);
    va_start(ap, fmt);
    (void)why_vset(&f->why, reason, at, clause, fmt, ap);
    va_end(ap);
    put_path(c, f->path);
}

void stix_enter(struct stix_check *c, struct span name, size_t index)
{
    static const uint8_t nothing;

    if (name.n == 0 && index == SIZE_MAX) /* a member with an empty name */
        name.p = &nothing;
    if (c->depth < STIX_FRAMES)
        c->frame[c->depth] = (struct stix_frame){ name, index };
    c->depth++;
}

bool stix_text(const struct stix_check *c, json_ref v, struct span *out)
{
    return json_text_of(c->json, v, c->a, out);
}

static void wrong_kind(struct stix_check *c, const struct stix_table *t, json_ref v, const char *wanted)
{
    stix_broken(c, STIX_MUST, "wrong-type", t->clause, v, "%s is expected", wanted);
}

static void check_word(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                       json_ref v, struct span s)
{
    bool in;

    if (p->kind == VALUE_VOCAB && !c->how->strict)
        return;
    in = stix_word_in(p->words, s);
    if (in)
        return;
    if (p->kind == VALUE_WORD)
        stix_broken(c, STIX_MUST, "vocabulary", t->clause, v, "no word of the closed vocabulary of %s",
                    p->name);
    else
        stix_broken(c, STIX_SHOULD, "vocabulary", t->clause, v, "no word of the open vocabulary of %s",
                    p->name);
}

static void check_time(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                       json_ref v, struct span s)
{
    struct stix_time time;

    if (!stix_time_read(s, &time))
        stix_broken(c, STIX_MUST, "timestamp", "STIX 2.1 2.16", v,
                    "no timestamp as YYYY-MM-DDTHH:MM:SS[.s]Z of a day that exists");
    else if (p->kind == VALUE_TIME_MILLIS && time.digits < 3)
        stix_broken(c, STIX_MUST, "timestamp-digits", "STIX 2.1 3.2", v,
                    "%s has fewer than three digits of the second's fraction", p->name);
    else if (p->kind == VALUE_TIME_SECONDS && time.digits)
        stix_broken(c, STIX_MUST, "timestamp-digits", t->clause, v, "%s has a fraction of a second", p->name);
}

static bool reference_fits(const struct stix_property *p, struct span type)
{
    return !p->words || stix_word_in(p->words, type) != ((p->flags & PROP_NOT_OF) != 0);
}

static void check_reference(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                            json_ref v, struct span s)
{
    struct stix_id id;

    if (!stix_id_read(s, &id)) {
        stix_broken(c, STIX_MUST, "identifier", "STIX 2.1 2.9", v, "no identifier as type--UUID");
        return;
    }
    if (p->kind == VALUE_ID || reference_fits(p, id.type))
        return;
    if (!(p->flags & PROP_REF_SHOULD))
        stix_broken(c, STIX_MUST, "reference-type", t->clause, v,
                    "%s may not refer to an object of this type", p->name);
    else if (c->how->strict)
        stix_broken(c, STIX_NOTE, "reference-type", t->clause, v, "%s refers to another type than %s",
                    p->name, "identity");
}

/* Inside observed-data.objects: a key of it (4.14), whose object has one of the types. */
static void check_key(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                      json_ref v)
{
    struct span key, name, type;
    json_ref found = JSON_NONE;

    if (!stix_text(c, v, &key))
        return;
    for (json_ref i = json_first(c->json, c->observables); i != JSON_NONE;
         i = json_after(c->json, c->observables, i))
        if (stix_text(c, i, &name) && span_eq(name, key)) {
            found = json_value_of(c->json, i);
            break;
        }
    if (found == JSON_NONE)
        stix_broken(c, STIX_MUST, "reference", "STIX 2.1 4.14", v, "refers to no object of this observation");
    else if (p->words && stix_text(c, json_member(c->json, found, "type"), &type) &&
             !stix_word_in(p->words, type))
        stix_broken(c, STIX_MUST, "reference-type", t->clause, v,
                    "%s may not refer to an object of this type", p->name);
}

/* A reference in an observable. What is no identifier at all stands in published data: a finding only. */
static void check_sco_reference(struct stix_check *c, const struct stix_table *t,
                                const struct stix_property *p, json_ref v, struct span s)
{
    struct stix_id id;

    if (c->observables != JSON_NONE) {
        check_key(c, t, p, v);
    } else if (!stix_id_read(s, &id)) {
        if (c->how->strict)
            stix_broken(c, STIX_NOTE, "identifier", "STIX 2.1 2.9", v, "no identifier as type--UUID");
    } else if (!reference_fits(p, id.type)) {
        stix_broken(c, STIX_MUST, "reference-type", t->clause, v,
                    "%s may not refer to an object of this type", p->name);
    }
}

static void check_number(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                         json_ref v)
{
    int64_t n = 0;
    double d = 0;

    if (p->kind == VALUE_INTEGER) {
        if (!json_int64(c->json, v, &n)) {
            wrong_kind(c, t, v, "an integer without fraction and exponent");
            return;
        }
        d = (double)n;
    } else if (!json_double(c->json, v, &d)) {
        wrong_kind(c, t, v, "a number");
        return;
    }
    if (p->least == p->most)
        return;
    if (p->kind == VALUE_INTEGER ? n < p->least || n > p->most : d < (double)p->least || d > (double)p->most)
        stix_broken(c, STIX_MUST, "range", t->clause, v, "%s is out of its range", p->name);
}

/* 2.4: keys and values of a dictionary; 2.7: of hashes. */
static void check_dictionary(struct stix_check *c, const struct stix_property *p, json_ref v)
{
    bool hashes = p->kind == VALUE_HASHES;
    const char *clause = hashes ? "STIX 2.1 2.7" : "STIX 2.1 2.4";
    struct span key, value;

    if (!json_is(c->json, v, JSON_KIND_OBJECT)) {
        stix_broken(c, STIX_MUST, "wrong-type", clause, v, "an object is expected");
        return;
    }
    if (json_first(c->json, v) == JSON_NONE)
        stix_broken(c, STIX_MUST, "empty-object", clause, v, "a dictionary without keys");
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        json_ref x = json_value_of(c->json, i);
        bool good;

        if (!stix_text(c, i, &key))
            return;
        stix_enter(c, key, SIZE_MAX);
        good = key.n <= 250 && (!hashes || key.n >= 3);
        for (size_t k = 0; k < key.n && good; k++)
            good = ascii_digit(key.p[k]) || ascii_lower(key.p[k]) || ascii_upper(key.p[k]) ||
                   key.p[k] == '_' || key.p[k] == '-';
        if (!good)
            stix_broken(c, STIX_MUST, "name", clause, i, "a key of other characters, or too long");
        if (json_is(c->json, x, JSON_KIND_NULL))
            stix_broken(c, STIX_MUST, "null", clause, x, "null stands for nothing in STIX");
        else if (json_is(c->json, x, JSON_KIND_ARRAY) && json_first(c->json, x) == JSON_NONE)
            stix_broken(c, STIX_MUST, "empty-list", "STIX 2.1 2.12", x, "an empty list");
        else if (hashes && (!stix_text(c, x, &value) || !stix_hash(key, value)))
            stix_broken(c, STIX_MUST, "hash", clause, x, "no value of this algorithm");
        if (hashes && c->how->strict && good && !stix_word_in(vocab_hash_algorithm, key) &&
            !span_starts(key, SPAN("x_")))
            stix_broken(c, STIX_SHOULD, "vocabulary", "STIX 2.1 10.8", i,
                        "no algorithm of the open vocabulary");
        stix_leave(c);
    }
    if (p->table && p->table->rest)
        p->table->rest(c, v);
}

static void check_observables(struct stix_check *c, const struct stix_table *t, json_ref v)
{
    struct span key, type;

    if (!json_is(c->json, v, JSON_KIND_OBJECT) || json_first(c->json, v) == JSON_NONE) {
        wrong_kind(c, t, v, "an object that holds observables");
        return;
    }
    c->observables = v;
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        json_ref o = json_value_of(c->json, i);
        const struct stix_table *inner = NULL;

        if (!stix_text(c, i, &key))
            break;
        stix_enter(c, key, SIZE_MAX);
        if (!stix_text(c, json_member(c->json, o, "type"), &type))
            stix_broken(c, STIX_MUST, "missing", "STIX 2.1 4.14", o, "an observable without type");
        else
            inner = stix_table_of(type);
        if (inner && inner->class != STIX_SCO)
            stix_broken(c, STIX_MUST, "reference-type", "STIX 2.1 4.14", o,
                        "an object that is no observable");
        else if (json_is(c->json, o, JSON_KIND_OBJECT))
            stix_check_table(c, inner ? inner : &stix_custom_observable, o, false);
        stix_leave(c);
    }
    c->observables = JSON_NONE;
}

/* Kinds that are strings. */
static void check_string(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                         json_ref v)
{
    struct span s;

    if (!json_is(c->json, v, JSON_KIND_STRING)) {
        wrong_kind(c, t, v, "a string");
        return;
    }
    if (p->kind == VALUE_STRING)
        return;
    if (!stix_text(c, v, &s)) {
        stix_broken(c, STIX_MUST, "too-large", NULL, v, "more text than memory allows");
        return;
    }
    switch (p->kind) {
    case VALUE_WORD:
    case VALUE_VOCAB:
        check_word(c, t, p, v, s);
        break;
    case VALUE_TIME:
    case VALUE_TIME_MILLIS:
    case VALUE_TIME_SECONDS:
        check_time(c, t, p, v, s);
        break;
    case VALUE_ID:
    case VALUE_REF:
        check_reference(c, t, p, v, s);
        break;
    case VALUE_SCO_REF:
        check_sco_reference(c, t, p, v, s);
        break;
    case VALUE_HEX:
        if (!stix_hex(s))
            stix_broken(c, STIX_MUST, "hex", "STIX 2.1 2.8", v, "no even number of hexadecimal digits");
        break;
    case VALUE_BINARY:
        if (!stix_base64(s))
            stix_broken(c, STIX_MUST, "base64", "STIX 2.1 2.1", v, "no Base64 of RFC 4648");
        break;
    case VALUE_URL:
        if (!stix_uri(s))
            stix_broken(c, STIX_MUST, "url", "RFC 3986", v, "%s is no URI", p->name);
        break;
    case VALUE_LANG:
        if (!stix_language(s))
            stix_broken(c, STIX_MUST, "language", "RFC 5646", v, "no language tag");
        break;
    case VALUE_CHECKED:
        if (!p->good(s))
            stix_broken(c, STIX_MUST, "value", t->clause, v, "no valid %s of %s", p->name, t->name);
        break;
    default:
        break;
    }
}

void stix_check_value(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                      json_ref v)
{
    bool yes;

    switch (p->kind) {
    case VALUE_INTEGER:
    case VALUE_FLOAT:
        check_number(c, t, p, v);
        break;
    case VALUE_BOOLEAN:
        if (!(json_boolean)(c->json, v, &yes))
            wrong_kind(c, t, v, "true or false");
        break;
    case VALUE_DICTIONARY:
    case VALUE_HASHES:
        check_dictionary(c, p, v);
        break;
    case VALUE_ANY_OBJECT:
        if (!json_is(c->json, v, JSON_KIND_OBJECT))
            wrong_kind(c, t, v, "an object");
        break;
    case VALUE_OBJECT:
        if (!json_is(c->json, v, JSON_KIND_OBJECT))
            wrong_kind(c, t, v, "an object");
        else
            stix_check_table(c, p->table, v, false);
        break;
    case VALUE_EXTENSIONS:
        stix_check_extensions(c, t, v);
        break;
    case VALUE_OBSERVABLES:
        check_observables(c, t, v);
        break;
    default:
        check_string(c, t, p, v);
        break;
    }
}

/* 2.12: lists are not empty. */
static void check_list(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                       json_ref v)
{
    size_t k = 0;

    if (!json_is(c->json, v, JSON_KIND_ARRAY)) {
        wrong_kind(c, t, v, "a list");
        return;
    }
    if (json_first(c->json, v) == JSON_NONE)
        stix_broken(c, STIX_MUST, "empty-list", "STIX 2.1 2.12", v, "an empty list");
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i), k++) {
        if (p->kind == VALUE_STRING && json_is(c->json, i, JSON_KIND_STRING))
            continue;
        stix_enter(c, (struct span){ NULL, 0 }, k);
        stix_check_value(c, t, p, i);
        stix_leave(c);
    }
}

void stix_check_custom(struct stix_check *c, const struct stix_table *t, json_ref name)
{
    json_ref v = json_value_of(c->json, name);
    static const struct stix_property any_time = { PROP("created"), VALUE_TIME };
    struct span s, text;
    bool good = true;

    if (!stix_text(c, name, &s))
        return;
    if (stix_word_in("|severity|action|username|phone_numbers|", s)) {
        stix_broken(c, STIX_MUST, "reserved", "STIX 2.1 11.1", name, "a reserved name");
        return;
    }
    if (!stix_property_name(s)) {
        stix_broken(c, STIX_MUST, "name", "STIX 2.1 11.1", name,
                    "names of properties begin with a-z and have three or more of a-z, 0-9, _");
        return;
    }
    if (stix_word_in("|created|modified|", s) && stix_text(c, v, &text))
        check_time(c, t, &any_time, v, text);
    if (json_is(c->json, v, JSON_KIND_NULL))
        stix_broken(c, STIX_MUST, "null", "STIX 2.1 3.1", v, "null stands for nothing in STIX");
    else if (json_is(c->json, v, JSON_KIND_ARRAY) && json_first(c->json, v) == JSON_NONE)
        stix_broken(c, STIX_MUST, "empty-list", "STIX 2.1 2.12", v, "an empty list");
    if (s.n > 4 && (s.p[s.n - 4] == '_') &&
        (span_eq(span_sub(s, s.n - 4, s.n), SPAN("_bin")) ||
         span_eq(span_sub(s, s.n - 4, s.n), SPAN("_hex")))) {
        good = stix_text(c, v, &text) && (s.p[s.n - 1] == 'n' ? stix_base64(text) : stix_hex(text));
        if (!good)
            stix_broken(c, STIX_MUST, s.p[s.n - 1] == 'n' ? "base64" : "hex", "STIX 2.1 3.1", v,
                        "a name with this ending has such a value");
    }
    if (!c->how->strict)
        return;
    for (size_t i = 0; i < s.n && good; i++)
        good = ascii_lower(s.p[i]) || ascii_digit(s.p[i]) || s.p[i] == '_';
    if (!good || s.n > 250)
        stix_broken(c, STIX_SHOULD, "name", "STIX 2.1 11.1", name, "a name of other characters, or too long");
}

/* A second property that has to stand beside, or before in time. */
static void check_beside(struct stix_check *c, const struct stix_table *t, const struct stix_property *p,
                         json_ref object)
{
    json_ref v = json_member(c->json, object, p->name), other;
    struct stix_time a, b;
    struct span s;
    int order;

    if (p->needs && json_member(c->json, object, p->needs) == JSON_NONE)
        stix_broken(c, STIX_MUST, "needs", t->clause, v, "%s stands without %s", p->name, p->needs);
    if (!p->after)
        return;
    other = json_member(c->json, object, p->after);
    if (!stix_text(c, v, &s) || !stix_time_read(s, &b) || !stix_text(c, other, &s) || !stix_time_read(s, &a))
        return; /* absent, or a finding of its own */
    order = stix_time_cmp(&a, &b);
    if (order > 0 || (order == 0 && p->flags & PROP_LATER))
        stix_broken(c, STIX_MUST, "order", t->clause, v, "%s is not later than %s", p->name, p->after);
}

/* What of the rows is there: which are required, exactly one, at least one. */
static void check_presence(struct stix_check *c, const struct stix_table *t, json_ref object, uint64_t seen)
{
    unsigned one = 0, any = 0;
    bool has_one = false, has_any = false;

    for (size_t i = 0; i < t->commons + t->rows; i++) {
        const struct stix_property *from = i < t->commons ? t->common : t->row;
        const struct stix_property *p = from ? from + (i < t->commons ? i : i - t->commons) : NULL;
        bool there = seen >> i & 1;

        if (!p)
            break;
        if (p->flags & PROP_ONE_OF)
            has_one = true, one += there;
        if (p->flags & PROP_ANY_OF)
            has_any = true, any += there;
        if (there) {
            if (p->needs || p->after)
                check_beside(c, t, p, object);
            continue;
        }
        if (c->v20 ? (p->flags & PROP_AS_20) || (p->flags & (PROP_REQUIRED | PROP_SINCE_21)) == PROP_REQUIRED
                   : p->flags & PROP_REQUIRED)
            if (!(p->slot == SLOT_ID && c->v20 && c->observables != JSON_NONE))
                stix_broken(c, STIX_MUST, "missing", t->clause, object, "%s is required of %s", p->name,
                            t->name);
    }
    if (has_one && one != 1)
        stix_broken(c, STIX_MUST, "one-of", t->clause, object,
                    one ? "%s has more than one of the properties that exclude each other"
                        : "%s has none of the properties of which one has to be there",
                    t->name);
    if (has_any && any == 0)
        stix_broken(c, STIX_MUST, "any-of", t->clause, object,
                    "%s has none of the properties of which one has to be there", t->name);
}

static bool has_some(const struct stix_table *t, uint64_t seen)
{
    if (seen >> t->commons)
        return true;
    for (size_t i = 0; t->common && i < t->commons; i++)
        if (t->common[i].slot == SLOT_EXTENSIONS)
            return seen >> i & 1;
    return false;
}

void stix_check_table(struct stix_check *c, const struct stix_table *t, json_ref v, bool outermost)
{
    const struct json *j = c->json;
    json_ref end = j->node[v].next;
    uint64_t seen = 0;

    for (json_ref i = v + 1; i < end; i = j->node[i + 1].next) {
        const struct stix_property *p;
        struct span name = span_of(j->text.p + j->node[i].at, j->node[i].len);
        size_t index = 0;

        if (j->node[i].escaped && !stix_text(c, i, &name)) {
            stix_broken(c, STIX_MUST, "too-large", NULL, i, "more text than memory allows");
            return;
        }
        p = row_at(t, name, &index);
        stix_enter(c, name, SIZE_MAX);
        if (!p) {
            if (t->only)
                stix_broken(c, STIX_MUST, "unknown", t->clause, i, "%s has no such property", t->name);
            else if (t->common)
                stix_check_custom(c, t, i);
            stix_leave(c);
            continue;
        }
        seen |= (uint64_t)1 << index;
        if (outermost)
            c->slot[p->slot] = i + 1;
        if (p->flags & PROP_LIST)
            check_list(c, t, p, i + 1);
        else
            stix_check_value(c, t, p, i + 1);
        stix_leave(c);
    }
    check_presence(c, t, v, seen);
    if (t->some && !has_some(t, seen))
        stix_broken(c, STIX_MUST, "any-of", t->clause, v, "%s has none of its properties", t->name);
    if (t->rest)
        t->rest(c, v);
}

static void check_extension(struct stix_check *c, const struct stix_table *t, struct span key, json_ref v)
{
    struct stix_id id;
    struct span type;

    if (span_starts(key, SPAN("extension-definition--"))) {
        if (!stix_id_read(key, &id))
            stix_broken(c, STIX_MUST, "identifier", "STIX 2.1 3.2", v,
                        "no identifier of an extension-definition");
        if (!stix_text(c, json_member(c->json, v, "extension_type"), &type) ||
            !stix_word_in(vocab_extension_type, type))
            stix_broken(c, STIX_MUST, "extension", "STIX 2.1 7.3", v,
                        "an extension without a valid extension_type");
    } else if (key.n < 5 || !span_eq(span_sub(key, key.n - 4, key.n), SPAN("-ext")) ||
               !stix_type_name(span_sub(key, 0, key.n))) {
        stix_broken(c, STIX_MUST, "extension", "STIX 2.1 3.2", v,
                    "neither an extension-definition nor an extension of the standard");
        return;
    }
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i))
        stix_check_custom(c, t, i);
}

void stix_check_extensions(struct stix_check *c, const struct stix_table *t, json_ref v)
{
    struct span key;

    if (!json_is(c->json, v, JSON_KIND_OBJECT)) {
        wrong_kind(c, t, v, "an object");
        return;
    }
    if (json_first(c->json, v) == JSON_NONE)
        stix_broken(c, STIX_MUST, "empty-object", "STIX 2.1 3.2", v, "a dictionary without keys");
    for (json_ref i = json_first(c->json, v); i != JSON_NONE; i = json_after(c->json, v, i)) {
        json_ref x = json_value_of(c->json, i);
        const struct stix_table *known = NULL;

        if (!stix_text(c, i, &key))
            return;
        stix_enter(c, key, SIZE_MAX);
        for (size_t k = 0; t->extension && k < t->extensions && !known; k++)
            if (span_eq(key, span_of(t->extension[k].name, t->extension[k].name_n)))
                known = &t->extension[k];
        if (!json_is(c->json, x, JSON_KIND_OBJECT))
            wrong_kind(c, t, x, "an object");
        else if (json_first(c->json, x) == JSON_NONE)
            stix_broken(c, STIX_MUST, "empty-object", "STIX 2.1 3.2", x, "an extension without content");
        else {
            check_extension(c, t, key, x);
            if (known)
                stix_check_table(c, known, x, false);
        }
        stix_leave(c);
    }
}
