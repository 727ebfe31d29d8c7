/*
 * OFAC's tables: sdn.csv (12 columns), and beside it alt.csv (5), add.csv (6) and sdn_comments.csv (2), none
 * with a line of names. "-0-" says that there is nothing.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "service/notice/list_reader.h"

enum { SDN = 12, ADDRESSES = 6, ALIASES = 5, COMMENTS = 2 };

struct row {
    uint64_t id, order;
    struct span line;
};

struct table {
    size_t columns;
    struct row *row;
    size_t n, cap;
};

struct list_tables {
    struct arena arena;
    struct table of[3];
    size_t columns; /* of the file that is read; 0: its first line has not come */
    bool main;      /* the one of entries was read */
};

struct list_tables *list_tables_new(void)
{
    struct list_tables *t = calloc(1, sizeof *t);

    if (!t)
        abort();
    arena_init(&t->arena, LIMIT_LIST_BESIDE);
    t->of[0].columns = ALIASES;
    t->of[1].columns = ADDRESSES;
    t->of[2].columns = COMMENTS;
    return t;
}

void list_tables_free(struct list_tables *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < 3; i++)
        free(t->of[i].row);
    arena_free(&t->arena);
    free(t);
}

/* One field from *line on, unquoted; false: a quote is not closed. */
static bool next_field(struct span *line, struct arena *a, struct span *out)
{
    uint8_t *p;
    size_t n = 0, i = 1;

    if (!line->n || line->p[0] != '"') {
        const uint8_t *comma = line->n ? memchr(line->p, ',', line->n) : NULL;
        size_t len = comma ? (size_t)(comma - line->p) : line->n;

        *out = text_trim(span_sub(*line, 0, len));
        *line = span_sub(*line, len, line->n);
        return true;
    }
    p = arena_alloc(a, line->n);
    for (; p && i < line->n; i++) {
        if (line->p[i] == '"' && i + 1 < line->n && line->p[i + 1] == '"')
            i++;
        else if (line->p[i] == '"')
            break;
        p[n++] = line->p[i];
    }
    if (!p || i == line->n)
        return false;
    for (i++; i < line->n && line->p[i] == ' ';)
        i++;
    *out = text_trim(span_of(p, n));
    *line = span_sub(*line, i, line->n);
    return !line->n || line->p[0] == ',';
}

size_t list_csv_split(struct span line, struct arena *a, struct span field[LIST_CSV_FIELDS])
{
    size_t n = 0;

    for (;;) {
        if (n == LIST_CSV_FIELDS || !next_field(&line, a, &field[n]))
            return 0;
        if (span_eq_str(field[n], "-0-"))
            field[n].n = 0;
        n++;
        if (!line.n)
            return n;
        line = span_sub(line, 1, line.n);
    }
}

size_t list_csv_columns(struct span line)
{
    struct span field[LIST_CSV_FIELDS];
    struct arena a;
    size_t n;

    while (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    arena_init(&a, LIMIT_LIST_LINE);
    n = list_csv_split(line, &a, field);
    arena_free(&a);
    return n;
}

/* ---- beside ---- */

static bool keep(struct list_tables *t, struct table *b, uint64_t id, struct span line, struct why *w)
{
    struct span copy = arena_copy(&t->arena, line);

    if (!copy.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the tables beside are longer than %d bytes",
                       LIMIT_LIST_BESIDE);
    if (b->n == b->cap) {
        b->cap = b->cap ? 2 * b->cap : 1024;
        b->row = realloc(b->row, b->cap * sizeof *b->row);
        if (!b->row)
            abort();
    }
    b->row[b->n] = (struct row){ id, b->n, copy };
    b->n++;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    return x->id != y->id ? (x->id < y->id ? -1 : 1) : x->order < y->order ? -1 : x->order > y->order;
}

bool list_csv_next(struct list_reader *r, struct why *w)
{
    struct list_tables *t = r->tables;

    if (!t->columns)
        return why_set(w, "truncated", WHY_NO_OFFSET, NULL, "a table has no line");
    for (size_t i = 0; i < 3; i++)
        if (t->of[i].columns == t->columns && t->of[i].n)
            qsort(t->of[i].row, t->of[i].n, sizeof *t->of[i].row, by_id);
    t->main = t->main || t->columns == SDN;
    t->columns = 0;
    r->number = 0;
    return true;
}

static const struct row *first_row(const struct table *b, uint64_t id)
{
    size_t from = 0, to = b->n;

    while (from < to) {
        size_t mid = (from + to) / 2;

        if (b->row[mid].id < id)
            from = mid + 1;
        else
            to = mid;
    }
    return b->row + from;
}

/* ---- an entry ---- */

/* "HUSSEIN, Ali" -> "Ali HUSSEIN": only of people; a company's comma is its own. */
static void put_name(struct list_draft *d, const char *property, struct span name, struct span kind)
{
    bool person = span_eq_str(d->e.schema, "Person");
    const uint8_t *comma = person && name.n ? memchr(name.p, ',', name.n) : NULL;
    struct list_value *v;

    if (comma) {
        size_t at = (size_t)(comma - name.p);
        const struct span part[] = { span_sub(name, at + 1, name.n), span_sub(name, 0, at) };

        name = list_draft_join(d, " ", part, 2);
    }
    v = list_draft_put(d, property, name);
    v->kind = kind;
}

static void put_alias(struct list_draft *d, const struct span *f)
{
    bool former = span_eq_str(f[2], "fka") || span_eq_str(f[2], "f.k.a.");

    put_name(d, former ? "previousName" : "alias", f[3], f[2]);
    (void)list_draft_put(d, "notes", f[4]);
}

static void put_address(struct list_draft *d, const struct span *f)
{
    struct list_value *v = list_draft_put(d, "address", list_draft_join(d, ", ", f + 2, 3));

    v->country = list_country(d->countries, f[4]);
    v->note = f[5];
    (void)list_draft_country(d, "country", f[4]);
}

static void put_comment(struct list_draft *d, const struct span *f)
{
    list_ofac_remarks(d, f[1]);
}

static void put_beside(struct list_reader *r, uint64_t id)
{
    static void (*const put[3])(struct list_draft *, const struct span *) = { put_alias, put_address,
                                                                              put_comment };

    for (size_t i = 0; i < 3; i++) {
        const struct table *b = &r->tables->of[i];
        struct span f[LIST_CSV_FIELDS];

        if (!b->n)
            continue;
        for (const struct row *x = first_row(b, id); x < b->row + b->n && x->id == id; x++)
            if (list_csv_split(x->line, &r->arena, f) == b->columns)
                put[i](r->draft, f);
    }
}

/* "CUBA] [IRAN" and "CUBA; IRAN". */
static void put_programs(struct list_draft *d, struct span s)
{
    size_t from = 0;

    for (size_t i = 0; i <= s.n; i++)
        if (i == s.n || s.p[i] == ']' || s.p[i] == '[' || s.p[i] == ';') {
            (void)list_draft_put(d, "program", span_sub(s, from, i));
            from = i + 1;
        }
}

static bool put_entry(struct list_reader *r, const struct span *f, uint64_t id, struct why *w)
{
    struct list_draft *d = r->draft;

    list_draft_begin(d, &r->arena);
    d->e.id = f[0];
    d->e.schema = span_eq_str(f[2], "individual") ? SPAN("Person")
                  : span_eq_str(f[2], "vessel")   ? SPAN("Vessel")
                  : span_eq_str(f[2], "aircraft") ? SPAN("Airplane")
                                                  : SPAN("Organization");
    put_name(d, "name", f[1], (struct span){ NULL, 0 });
    put_programs(d, f[3]);
    (void)list_draft_put(d, "title", f[4]);
    (void)list_draft_put(d, "callSign", f[5]);
    (void)list_draft_put(d, "type", f[6]);
    (void)list_draft_put(d, "tonnage", f[7]);
    (void)list_draft_put(d, "grossRegisteredTonnage", f[8]);
    (void)list_draft_country(d, "flag", f[9]);
    (void)list_draft_put(d, "vesselOwner", f[10]);
    list_ofac_remarks(d, f[11]);
    put_beside(r, id);
    return list_reader_emit(r, r->number, w);
}

bool list_csv_line(struct list_reader *r, struct span line, struct why *w)
{
    struct list_tables *t = r->tables;
    struct span f[LIST_CSV_FIELDS], none = { NULL, 0 };
    size_t n = list_csv_split(line, &r->arena, f);
    uint64_t id;

    if (!t->columns && n != SDN && n != ALIASES && n != ADDRESSES && n != COMMENTS)
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "line %llu: no table of OFAC has %zu columns",
                       (unsigned long long)r->number, n);
    if (!t->columns)
        t->columns = n;
    if (t->main)
        return why_set(w, "format", WHY_NO_OFFSET, NULL, "the tables beside come before the one of entries");
    if (n != t->columns || !text_number(f[0], UINT32_MAX, &id))
        return list_reader_refuse(r, r->number, none, "csv",
                                  n ? "other columns than the first line, or no number in front"
                                    : "a quote that is not closed, or too many columns",
                                  w);
    if (n == SDN)
        return put_entry(r, f, id, w);
    for (size_t i = 0; i < 3; i++)
        if (t->of[i].columns == n)
            return keep(t, &t->of[i], id, line, w);
    return true;
}
