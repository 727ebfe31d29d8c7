/* Any text: parse, find, suggest; what reads well is written again and read the same; suggestions must read
 * well. */
#include <stdlib.h>

#include "wire/mrz_names.h"
#include "wire/mrz_suggest.h"
#include "wire/mrz_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const unix_time NOW = 1795219200; /* 2026-11-21 */

static void check(bool ok)
{
    if (!ok)
        abort();
}

/* The other reading of a long number and a third identifier are read but not written. */
static void round_trip(const struct mrz *m)
{
    struct mrz_fields f = mrz_fields_of(m);
    struct buffer b;
    char mem[100];
    struct why w = { 0 };
    struct mrz again;

    buf_init_fixed(&b, mem, sizeof mem);
    if (!mrz_write(&f, &b, NULL, &w)) {
        /* Fillers inside codes and numbers are the only things read and not written. */
        check(w.reason && b.n == 0);
        return;
    }
    check(mrz_parse(buf_span(&b), NOW, &again, &w));
    check(mrz_all_ok(&again));
    check(strcmp(again.number, m->number) == 0 || strchr(m->number, '<'));
    check(strcmp(again.issuer, m->issuer) == 0 && strcmp(again.nationality, m->nationality) == 0);
    check(again.birth.state == m->birth.state && again.expiry.state == m->expiry.state &&
          again.sex == m->sex);
}

static void suggestions(struct span text)
{
    struct mrz_suggestion s[4];
    size_t k = mrz_suggest(text, NOW, s, 4, NULL);
    struct mrz m;

    for (size_t i = 0; i < k; i++) {
        check(s[i].n_changes > 0 && s[i].n_changes <= MRZ_CHANGES);
        check(mrz_parse(span_str(s[i].zone), NOW, &m, NULL));
        check(mrz_checks_ok(&m) && m.birth.state != MRZ_DATE_ILLEGAL && m.expiry.state != MRZ_DATE_ILLEGAL);
        for (size_t c = 0; c < s[i].n_changes; c++) {
            check(s[i].zone[s[i].change[c].pos] == s[i].change[c].to);
            check(s[i].change[c].offset < text.n &&
                  text.p[s[i].change[c].offset] == (uint8_t)s[i].change[c].from);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span text = span_of(data, n);
    struct why w = { 0 };
    struct mrz m;

    if (mrz_parse(text, NOW, &m, &w)) {
        struct mrz_name name = mrz_name_of(&m);
        struct findings f;

        findings_init(&f);
        mrz_findings(&m, &f, &w);
        check(mrz_all_ok(&m) == (w.reason == NULL));
        check(mrz_names_match(&name, &name) == NAME_SAME);
        for (size_t i = 0; i < f.n; i++)
            check(f.item[i].why.offset < n);
        if (mrz_all_ok(&m))
            round_trip(&m);
    } else {
        check(w.reason && (w.offset <= n || w.offset == WHY_NO_OFFSET));
    }
    suggestions(text);
    return 0;
}
