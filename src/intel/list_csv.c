/* CSV whose first line names the columns. */
#include "base/text.h"
#include "intel/list_internal.h"
#include "wire/csv.h"

enum column {
    COLUMN_NONE,
    COLUMN_VALUE, /* kind says which, INTEL_NONE: the type column or its own form does */
    COLUMN_TYPE,
    COLUMN_FIRST,
    COLUMN_LAST,
    COLUMN_CONFIDENCE,
    COLUMN_TLP,
    COLUMN_SOURCE,
    COLUMN_COMMENT,
};

static const struct {
    const char *name;
    enum column column;
} names[] = {
    { "type", COLUMN_TYPE },
    { "kind", COLUMN_TYPE },
    { "ioc-type", COLUMN_TYPE },
    { "indicator-type", COLUMN_TYPE },
    { "first-seen", COLUMN_FIRST },
    { "firstseen", COLUMN_FIRST },
    { "first-seen-utc", COLUMN_FIRST },
    { "dateadded", COLUMN_FIRST },
    { "date-added", COLUMN_FIRST },
    { "date", COLUMN_FIRST },
    { "created", COLUMN_FIRST },
    { "valid-from", COLUMN_FIRST },
    { "last-seen", COLUMN_LAST },
    { "lastseen", COLUMN_LAST },
    { "last-seen-utc", COLUMN_LAST },
    { "last-online", COLUMN_LAST },
    { "confidence", COLUMN_CONFIDENCE },
    { "confidence-level", COLUMN_CONFIDENCE },
    { "score", COLUMN_CONFIDENCE },
    { "tlp", COLUMN_TLP },
    { "source", COLUMN_SOURCE },
    { "reporter", COLUMN_SOURCE },
    { "reference", COLUMN_SOURCE },
    { "comment", COLUMN_COMMENT },
    { "comments", COLUMN_COMMENT },
    { "description", COLUMN_COMMENT },
    { "app", COLUMN_COMMENT },
    { "malware", COLUMN_COMMENT },
    { "malware-printable", COLUMN_COMMENT },
    { "threat", COLUMN_COMMENT },
    { "tags", COLUMN_COMMENT },
    { "name", COLUMN_COMMENT },
    { "note", COLUMN_COMMENT },
};

struct columns {
    enum column what[CSV_FIELDS];
    enum intel_kind kind[CSV_FIELDS];
    size_t n, values;
};

static enum column column_named(struct span s)
{
    char w[24];
    size_t n;

    if (s.n >= sizeof w)
        return COLUMN_NONE;
    for (n = 0; n < s.n; n++) {
        int c = s.p[n];

        w[n] = (char)(ascii_upper(c) ? c + 32 : c == '_' || c == ' ' ? '-' : c);
    }
    w[n] = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(w, names[i].name) == 0)
            return names[i].column;
    return COLUMN_NONE;
}

static void read_heading(const struct csv_record *r, struct columns *c)
{
    *c = (struct columns){ .n = r->n };
    for (size_t i = 0; i < r->n; i++) {
        struct span name = text_trim(r->field[i]);
        bool many;

        while (i == 0 && name.n && (name.p[0] == '#' || name.p[0] == ' '))
            name = span_sub(name, 1, name.n);
        if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
            name = span_sub(name, 1, name.n - 1);
        c->what[i] = column_named(name);
        c->kind[i] = intel_kind_named(name, &many);
        if (c->what[i] == COLUMN_NONE && (c->kind[i] != INTEL_NONE || many)) {
            c->what[i] = COLUMN_VALUE;
            c->values++;
        }
    }
}

/* "2026-03-01 08:00:00" and "2026-03-01T08:00:00Z" and a day alone. */
static unix_time when(struct span s)
{
    char text[40];
    unix_time t;

    s = text_trim(s);
    if (time_parse(s, &t))
        return t;
    if (s.n != 19 || s.p[10] != ' ')
        return 0;
    memcpy(text, s.p, 19);
    text[10] = 'T';
    text[19] = 'Z';
    return time_parse(span_of(text, 20), &t) ? t : 0;
}

static void read_tlp(struct span s, struct intel_row *row)
{
    char text[24] = "tlp:";

    s = text_trim(s);
    if (s.n == 0)
        return;
    row->marked = true;
    row->tlp = TLP_RED; /* a marking that nobody here knows */
    if (s.n >= sizeof text - 4)
        return;
    memcpy(text + 4, s.p, s.n);
    if (!tlp_read(TLP_MISP, span_of(text, 4 + s.n), &row->tlp) && !tlp_read(TLP_MISP, s, &row->tlp))
        row->tlp = TLP_RED;
}

/* What the columns beside the values say; of several the first that says something. */
static void read_beside(const struct columns *c, const struct csv_record *r, struct intel_row *row,
                        enum intel_kind *type)
{
    bool many;

    *type = INTEL_NONE;
    for (size_t i = 0; i < r->n && i < c->n; i++) {
        struct span s = text_trim(r->field[i]);

        switch (c->what[i]) {
        case COLUMN_TYPE:
            *type = intel_kind_named(s, &many);
            break;
        case COLUMN_FIRST:
            row->first = row->first ? row->first : when(s);
            break;
        case COLUMN_LAST:
            row->last = row->last ? row->last : when(s);
            break;
        case COLUMN_CONFIDENCE:
            row->confidence = intel_list_confidence(s);
            break;
        case COLUMN_TLP:
            read_tlp(s, row);
            break;
        case COLUMN_SOURCE:
            row->source = s.n ? s : row->source;
            break;
        case COLUMN_COMMENT:
            row->comment = row->comment.n ? row->comment : s;
            break;
        case COLUMN_NONE:
        case COLUMN_VALUE:
            break;
        }
    }
}

static void read_record(struct list_reader *l, const struct columns *c, const struct csv_record *r)
{
    struct intel_row row = { .confidence = -1, .line = r->line, .source = l->about->source };
    enum intel_kind type;
    size_t found = 0;

    read_beside(c, r, &row, &type);
    for (size_t i = 0; i < r->n && i < c->n && !l->stopped; i++) {
        struct span s = text_trim(r->field[i]);

        if (c->what[i] != COLUMN_VALUE || s.n == 0)
            continue;
        found++;
        intel_list_value(l, s, c->kind[i] != INTEL_NONE ? c->kind[i] : type, &row);
    }
    if (found == 0) {
        struct why why = { 0 };

        why_set(&why, "empty", WHY_NO_OFFSET, NULL, "no value in any of its columns");
        intel_list_refuse(l, r->line, r->n ? r->field[0] : (struct span){ NULL, 0 }, &why);
    }
}

static bool comment_line(const struct csv_record *r)
{
    struct span s = r->n ? text_trim(r->field[0]) : (struct span){ NULL, 0 };

    return s.n && s.p[0] == '#';
}

void intel_list_read_csv(struct list_reader *l, struct span text)
{
    uint8_t mem[16 * 1024];
    struct csv_record r;
    struct columns c = { .n = 0 };
    struct buffer scratch;
    struct csv csv;
    bool heading = false;

    buf_init_fixed(&scratch, mem, sizeof mem);
    csv_open(&csv, text);
    while (!l->stopped) {
        struct why why = { 0 };
        enum csv_got got = csv_next(&csv, &scratch, &r, &why);

        if (got == CSV_END)
            break;
        if (got == CSV_BAD) {
            l->stats->lines++;
            intel_list_refuse(l, r.line, (struct span){ NULL, 0 }, &why);
            continue;
        }
        if (comment_line(&r)) {
            if (!heading)
                read_heading(&r, &c);
            continue;
        }
        l->stats->lines++;
        if (!heading && c.values == 0) {
            read_heading(&r, &c);
            if (c.values == 0)
                l->stopped =
                    !why_set(l->w, "columns", r.at, NULL, "no column of values is named in line %u", r.line);
        } else {
            read_record(l, &c, &r);
        }
        heading = true;
    }
    if (!heading && !l->stopped)
        l->stopped = !why_set(l->w, "columns", 0, NULL, "no heading");
}
