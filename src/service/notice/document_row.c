#include "service/notice/document_row.h"

#include "base/text.h"
#include "wire/json.h"

enum { KIND, STATUS, ON, NUMBER, TO, FIELDS };
static const char *const names[FIELDS] = { "kind", "status", "on", "number", "to" };

enum { FIELD = 128 };

/* The next field of a line, without its quotes; false at the end or when it is none. */
struct csv {
    struct span rest;
    bool more;
    uint8_t text[FIELD];
};

static bool quoted(struct csv *c, struct span *out)
{
    size_t n = 0, i = 1;

    for (;; i++) {
        if (i >= c->rest.n)
            return false;
        if (c->rest.p[i] == '"' && (i + 1 == c->rest.n || c->rest.p[i + 1] != '"'))
            break;
        i += c->rest.p[i] == '"';
        if (n == FIELD)
            return false;
        c->text[n++] = c->rest.p[i];
    }
    c->rest = span_sub(c->rest, i + 1, c->rest.n);
    *out = span_of(c->text, n);
    return !c->rest.n || c->rest.p[0] == ',';
}

static bool next_field(struct csv *c, struct span *out)
{
    size_t n = 0;

    if (!c->more)
        return false;
    if (c->rest.n && c->rest.p[0] == '"') {
        if (!quoted(c, out))
            return false;
    } else {
        while (n < c->rest.n && c->rest.p[n] != ',')
            n++;
        *out = text_trim(span_sub(c->rest, 0, n));
        c->rest = span_sub(c->rest, n, c->rest.n);
    }
    c->more = c->rest.n > 0;
    c->rest = span_sub(c->rest, 1, c->rest.n);
    return true;
}

static struct span without_end(struct span line)
{
    while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    return line;
}

bool document_table_begin(struct span line, struct document_table *out, struct why *w)
{
    struct document_table t = { .n = 0 };
    struct csv c = { .rest = without_end(line), .more = true };
    struct span word = { 0 };
    unsigned seen = 0;

    if (span_starts(c.rest, SPAN("\xef\xbb\xbf"))) /* a byte order mark, as spreadsheets write it */
        c.rest = span_sub(c.rest, 3, c.rest.n);
    t.json = c.rest.n && c.rest.p[0] == '{';
    if (t.json) {
        *out = t;
        return true;
    }
    while (next_field(&c, &word)) {
        unsigned f = 0;

        while (f < FIELDS && !span_eq_str(word, names[f]))
            f++;
        if (f == FIELDS || seen >> f & 1 || t.n == DOCUMENT_COLUMNS)
            return why_set(
                w, "header", 0, NULL,
                "a column of the first line is none of kind, status, on, number, to, or comes twice");
        seen |= 1u << f;
        t.column[t.n++] = (uint8_t)f;
    }
    if ((seen & 15) != 15 || c.more)
        return why_set(w, "header", 0, NULL,
                       "the first line names the columns kind, status, on, number and to");
    *out = t;
    return true;
}

static bool read_csv(const struct document_table *t, struct span line, struct arena *a, struct span *field)
{
    struct csv c = { .rest = without_end(line), .more = true };
    struct span s = { 0 };

    for (size_t i = 0; i < t->n; i++) {
        if (!next_field(&c, &s))
            return false;
        field[t->column[i]] = arena_copy(a, s);
        if (s.n && !field[t->column[i]].p)
            return false;
    }
    return !c.more;
}

static bool read_json(struct span line, struct arena *a, struct span *field)
{
    struct json j;

    if (!json_parse(line, a, &j, NULL) || !json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return false;
    for (json_ref m = json_first(&j, JSON_ROOT); m != JSON_NONE; m = json_after(&j, JSON_ROOT, m)) {
        unsigned f = 0;

        while (f < FIELDS && !json_text_is(&j, m, names[f]))
            f++;
        if (f == FIELDS || !json_text_of(&j, json_value_of(&j, m), a, &field[f]))
            return false;
    }
    return true;
}

bool document_row_read(const struct document_table *t, struct span line, struct arena *a,
                       struct document_entry *out, struct why *w)
{
    struct span field[FIELDS] = { 0 };
    struct document_entry e = { 0 };
    size_t prefix;
    uint64_t first, last;

    if (!(t->json ? read_json(line, a, field) : read_csv(t, line, a, field)))
        return why_set(w, "row", WHY_NO_OFFSET, NULL, "not a row of such a table");
    if (!document_kind_of(field[KIND], &e.kind))
        return why_set(w, "row", WHY_NO_OFFSET, NULL, "kind is none of those of the list");
    if (!document_status_of(field[STATUS], &e.status))
        return why_set(w, "row", WHY_NO_OFFSET, NULL,
                       "status is none of lost, stolen, revoked, stolen blank");
    if (!date_parse(field[ON], &e.on))
        return why_set(w, "row", WHY_NO_OFFSET, NULL, "on is no day such as 2026-05-01");
    if (!document_fold(e.kind, field[NUMBER], &e.number, w))
        return false;
    if (field[TO].n && document_kind_is_object(e.kind))
        return why_set(w, "row", WHY_NO_OFFSET, NULL, "vehicles and containers have no ranges");
    if (field[TO].n && (!document_fold(e.kind, field[TO], &e.to, w) ||
                        !document_range(&e.number, &e.to, &prefix, &first, &last, w)))
        return false;
    *out = e;
    return true;
}
