/* A table whose first line names the columns, in any order. */
#include "base/text.h"
#include "service/travel/manifest_read.h"
#include "wire/csv.h"

struct header {
    size_t n;
    uint8_t column[CSV_FIELDS]; /* MANIFEST_COLUMNS_N: of no meaning here */
};

static bool read_header(struct manifest_reading *r, const struct csv_record *rec, struct header *h,
                        struct why *w)
{
    uint8_t seen[MANIFEST_COLUMNS_N] = { 0 };
    size_t useful = 0;

    h->n = rec->n;
    for (size_t i = 0; i < rec->n; i++) {
        struct span name = text_trim(rec->field[i]);
        enum manifest_column c = manifest_column_of(name);

        if (c == MANIFEST_COLUMNS_N) {
            if (name.n)
                manifest_remark(r->report, rec->line, "column-unknown", name);
        } else if (seen[c]++) {
            manifest_remark(r->report, rec->line, "column-twice", name);
            c = MANIFEST_COLUMNS_N; /* the first one counts */
        } else {
            useful++;
        }
        h->column[i] = (uint8_t)c;
    }
    if (!seen[MANIFEST_NUMBER] && !seen[MANIFEST_FAMILY] && !seen[MANIFEST_NAME])
        return why_set(
            w, "manifest", rec->at, NULL,
            "the first line must name the columns, among them document_number or a name: it names %zu "
            "that are known",
            useful);
    return true;
}

static bool is_empty(const struct csv_record *rec)
{
    for (size_t i = 0; i < rec->n; i++)
        if (text_trim(rec->field[i]).n)
            return false;
    return true;
}

static bool give_row(struct manifest_reading *r, const struct header *h, const struct csv_record *rec,
                     struct why *w)
{
    struct manifest_person p = { .at = rec->line };

    buf_reset(&r->text);
    for (size_t i = 0; i < rec->n; i++) {
        if (i >= h->n) {
            if (text_trim(rec->field[i]).n)
                p.row = FAULT_COLUMNS;
        } else if (h->column[i] < MANIFEST_COLUMNS_N) {
            manifest_set(&p, (enum manifest_column)h->column[i], rec->field[i], &r->text);
        }
    }
    return manifest_give(r, &p, w);
}

bool manifest_read_csv(struct manifest_reading *r, struct why *w)
{
    uint8_t room[MANIFEST_ROW];
    struct csv_record rec;
    struct header h = { 0 };
    struct buffer scratch;
    struct csv c;
    struct why why;
    enum csv_got got;

    buf_init_fixed(&scratch, room, sizeof room);
    csv_open(&c, r->s->text);
    why_clear(&why);
    got = csv_next(&c, &scratch, &rec, &why);
    if (got != CSV_RECORD)
        return why_set(w, "manifest", 0, NULL, "there is no first line that names the columns");
    if (!read_header(r, &rec, &h, w))
        return false;
    for (;;) {
        why_clear(&why);
        got = csv_next(&c, &scratch, &rec, &why);
        if (got == CSV_END)
            return true;
        if (got == CSV_BAD) {
            struct manifest_person p = { .at = rec.line, .row = FAULT_SYNTAX };

            manifest_remark(r->report, rec.line, "row-unread", span_str(why.reason));
            if (!manifest_give(r, &p, w))
                return false;
        } else if (!is_empty(&rec) && !give_row(r, &h, &rec, w)) {
            return false;
        }
    }
}
