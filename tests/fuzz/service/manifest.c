/* Any bytes as a list of travellers, in each of its forms: every row is told, what was told can be kept and
 * read again, and no value is longer than it may be. The first byte chooses the form. */
#include <stdlib.h>

#include "base/reader.h"
#include "base/text.h"
#include "service/travel/manifest.h"
#include "wire/csv.h"
#include "wire/edifact.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

struct told {
    size_t n, faulty;
};

static void short_text(struct span s, size_t most)
{
    must(s.n <= most && utf8_valid_to(s) == s.n);
}

static bool row(void *ctx, const struct manifest_person *p, struct why *w)
{
    struct manifest_person again;
    struct told *t = ctx;
    uint8_t room[4096], second[4096];
    struct buffer b, c;
    struct reader r;

    (void)w;
    t->n++;
    t->faulty += manifest_faulty(p);
    short_text(p->number, MANIFEST_DIGITS);
    short_text(p->family, MANIFEST_TEXT);
    short_text(p->given, MANIFEST_TEXT);
    short_text(p->purpose, MANIFEST_WORD);
    short_text(p->mode, MANIFEST_WORD);
    short_text(p->post, MANIFEST_WORD);
    short_text(p->group, MANIFEST_WORD);
    short_text(p->permission, MANIFEST_WORD);
    must(!date_is_set(p->birth) || date_valid(p->birth.year, p->birth.month, p->birth.day));
    buf_init_fixed(&b, room, sizeof room);
    manifest_pack(p, &b);
    r = rd_of(buf_span(&b));
    must(buf_ok(&b) && manifest_unpack(&r, &again) && rd_done(&r));
    buf_init_fixed(&c, second, sizeof second);
    manifest_pack(&again, &c);
    must(span_eq(buf_span(&b), buf_span(&c)));
    return true;
}

static void read_as(enum manifest_format form, struct span text)
{
    const struct manifest_defaults d = { .purpose = SPAN("pilgrimage"), .entry = { 2027, 3, 1 }, .stay = 10 };
    const struct manifest_source s = { text, form, &d, 1790000000 };
    struct manifest_report report;
    struct told t = { 0 };
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 4 << 20);
    if (manifest_read(&s, &a, row, &t, &report, &w))
        must(t.n == report.persons && t.faulty == report.faulty && t.n > 0);
    else
        must(w.reason != NULL);
    must(report.n_remarks <= MANIFEST_REMARKS);
    arena_free(&a);
}

/* Read as packed, too: bytes that nobody sealed. */
static void unpack(struct span text)
{
    struct reader r = rd_of(text);
    struct manifest_person p;

    while (manifest_unpack(&r, &p))
        must(p.row < MANIFEST_FAULTS);
}

/* The syntax alone goes on to the end, and always forward. */
static void syntax(struct span text)
{
    uint8_t room[512];
    struct csv_record rec;
    struct buffer scratch;
    struct edifact e;
    struct edifact_segment seg;
    struct why w;
    struct csv c;
    size_t last = 0, steps = 0;

    buf_init_fixed(&scratch, room, sizeof room);
    csv_open(&c, text);
    for (;;) {
        why_clear(&w);
        enum csv_got got = csv_next(&c, &scratch, &rec, &w);

        if (got == CSV_END)
            break;
        must(got == CSV_RECORD ? rec.n > 0 : w.reason != NULL);
        must(c.at > last || steps == 0);
        last = c.at;
        steps++;
    }
    must(c.at >= text.n);
    why_clear(&w);
    if (!edifact_open(&e, text, &w)) {
        must(w.reason != NULL);
        return;
    }
    for (enum edifact_got got; why_clear(&w), (got = edifact_next(&e, &seg, &w)) != EDIFACT_END;) {
        must(got == EDIFACT_SEGMENT ? strlen(seg.tag) == 3 : w.reason != NULL);
        for (size_t i = 0; i < seg.n; i++) {
            buf_reset(&scratch);
            must(edifact_value(&e, &seg, i, i % EDIFACT_COMPONENTS, &scratch).n <= seg.element[i].n);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span text;

    if (n < 1 || n > 1 << 18)
        return 0;
    text = span_of(data + 1, n - 1);
    read_as((enum manifest_format)(data[0] % 4), text);
    syntax(text);
    unpack(text);
    return 0;
}
