#include "detect/source.h"

#include "base/limits.h"
#include "base/text.h"
#include "detect/source_internal.h"
#include "wire/csv.h"

bool source_refuse(const struct source *s, uint64_t line, const struct why *w)
{
    struct detect_refused r = { line, w };

    s->counts->refused++;
    if (s->how->refused)
        s->how->refused(s->how->ctx, &r);
    return true;
}

bool source_add(const struct source *s, uint64_t line, enum detect_kind kind, struct span value,
                struct detect_indicator *x)
{
    uint8_t UNINITIALIZED form[DETECT_VALUE];
    struct why w = { 0 };
    struct buffer b;

    if (s->how->now && x->until && x->until <= s->how->now) {
        s->counts->expired++;
        return true;
    }
    buf_init_fixed(&b, form, sizeof form);
    if (!detect_put_value(&b, value, &kind, &w))
        return source_refuse(s, line, &w);
    if (kind == DETECT_DOMAIN && !memchr(form, '.', b.n)) {
        (void)why_set(&w, "value", 0, NULL, "a name of one label would be met everywhere");
        return source_refuse(s, line, &w);
    }
    x->kind = kind;
    x->value = buf_span(&b);
    if (!detect_build_add(s->build, x, &w))
        return source_refuse(s, line, &w);
    s->counts->taken++;
    return true;
}

/* ---- tables */

struct heads {
    int type, value, id, weight, from, until;
};

static int head_of(const struct csv_record *r, const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < r->n; i++) {
            struct span s = text_trim(r->field[i]);
            size_t n = strlen(*names), k = 0;

            while (k < n && k < s.n && (ascii_upper(s.p[k]) ? s.p[k] | 0x20 : s.p[k]) == (uint8_t)(*names)[k])
                k++;
            if (k == n && s.n == n)
                return (int)i;
        }
    return -1;
}

static bool read_heads(const struct csv_record *r, struct heads *h)
{
    h->type = head_of(r, (const char *const[]){ "type", "kind", NULL });
    h->value = head_of(r, (const char *const[]){ "value", "indicator", "ioc", NULL });
    h->id = head_of(r, (const char *const[]){ "id", NULL });
    h->weight = head_of(r, (const char *const[]){ "weight", "confidence", NULL });
    h->from = head_of(r, (const char *const[]){ "valid_from", NULL });
    h->until = head_of(r, (const char *const[]){ "valid_until", NULL });
    return h->value >= 0 && (h->type >= 0 || h->id >= 0);
}

static struct span field_of(const struct csv_record *r, int i)
{
    return i >= 0 && (size_t)i < r->n ? text_trim(r->field[i]) : (struct span){ NULL, 0 };
}

static bool row(const struct source *s, const struct heads *h, const struct csv_record *r)
{
    struct detect_indicator x = { .weight = DETECT_WEIGHT, .id = field_of(r, h->id) };
    struct span type = field_of(r, h->type), from = field_of(r, h->from), until = field_of(r, h->until);
    enum detect_kind kind = DETECT_KINDS;
    struct why w = { 0 };
    uint64_t weight;

    if (type.n)
        (void)detect_kind_named(type, &kind);
    if (text_number(field_of(r, h->weight), 100, &weight))
        x.weight = (uint8_t)weight;
    if ((from.n && !detect_time_of(from, &x.from)) || (until.n && !detect_time_of(until, &x.until))) {
        (void)why_set(&w, "time", 0, NULL, "valid_from or valid_until is no time");
        return source_refuse(s, r->line, &w);
    }
    return source_add(s, r->line, kind, field_of(r, h->value), &x);
}

static bool read_table(const struct source *s, struct span text, bool *table)
{
    uint8_t UNINITIALIZED scratch[16 * 1024];
    struct csv_record UNINITIALIZED r;
    struct heads h = { 0 };
    struct buffer b;
    struct csv c;
    enum csv_got got;
    struct why w = { 0 };

    buf_init_fixed(&b, scratch, sizeof scratch);
    csv_open(&c, text);
    *table = csv_next(&c, &b, &r, &w) == CSV_RECORD && read_heads(&r, &h);
    if (!*table)
        return true;
    for (;;) {
        why_clear(&w);
        got = csv_next(&c, &b, &r, &w);
        if (got == CSV_END)
            return true;
        if (got == CSV_BAD ? !source_refuse(s, r.line, &w) : !row(s, &h, &r))
            return false;
    }
}

/* ---- plain lists */

/* "0.0.0.0 name" of hosts files, "value # comment", "value;score", "value<tab>number" */
static struct span list_value(struct span line)
{
    size_t n = 0;
    enum detect_kind kind;
    uint8_t a[16];
    size_t an;

    line = text_trim(line);
    while (n < line.n && !ascii_space(line.p[n]) && line.p[n] != ';' && line.p[n] != '#' && line.p[n] != ',')
        n++;
    /* A "#" within a URL begins its fragment, which does not count anyway. */
    if (n < line.n && ascii_space(line.p[n]) && detect_read_address(span_sub(line, 0, n), &kind, a, &an)) {
        struct span next = text_trim(span_sub(line, n, line.n));
        bool nobody = a[0] == 0 || a[0] == 127;

        if (nobody && next.n && !ascii_digit(next.p[0]) && next.p[0] != '#')
            return list_value(next);
    }
    return span_sub(line, 0, n);
}

static bool read_lines(const struct source *s, struct span text)
{
    struct span line;
    uint64_t number = 0;

    while (text_split(&text, '\n', &line)) {
        struct detect_indicator x = { .weight = DETECT_WEIGHT };

        number++;
        line = text_trim(line);
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';' ||
            (line.n > 1 && line.p[0] == '/' && line.p[1] == '/'))
            continue;
        if (!source_add(s, number, DETECT_KINDS, list_value(line), &x))
            return false;
    }
    return true;
}

bool detect_source_read(struct detect_build *b, struct span text, const struct detect_source_how *how,
                        struct detect_source_counts *out, struct why *w)
{
    struct source s = { b, how, out };
    size_t at = text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool table;

    text = span_sub(text, at, text.n);
    for (at = 0; at < text.n && ascii_space(text.p[at]); at++)
        ;
    if (at < text.n && text.p[at] == '{')
        return source_bundle(&s, text, w);
    if (at < text.n && memchr(text.p, 0, text.n < 4096 ? text.n : 4096))
        return why_set(w, "format", 0, NULL, "neither a table, a list nor a bundle");
    return read_table(&s, text, &table) && (table || read_lines(&s, text));
}
