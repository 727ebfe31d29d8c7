/* DG11, DG12 and the small files, of any bytes; the first byte of the file says which. */
#include <stdlib.h>

#include "wire/dg_text.h"
#include "wire/lds_files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void inside(struct span s, struct span in)
{
    must(!s.p || (s.p >= in.p && s.p + s.n <= in.p + in.n));
}

static bool read(struct span in, struct findings *f, struct why *w)
{
    struct dg11 person;
    struct dg12 document;
    struct ef_com com;
    struct dg15 key;
    struct ef_atr atr;
    struct ef_dir dir;
    bool ok;

    switch (in.n ? in.p[0] : 0) {
    case 0x6b:
        ok = dg11_parse(in, &person, f, w);
        must(!ok || strlen(person.birth.digit) % 8 == 0);
        if (ok)
            inside(person.full_name, in);
        if (ok && person.other_names.n)
            inside(person.other_names.name[person.other_names.n - 1], in);
        return ok;
    case 0x6c:
        ok = dg12_parse(in, &document, f, w);
        must(!ok || strlen(document.personalised) % 14 == 0);
        if (ok)
            inside(document.rear, in);
        return ok;
    case 0x60:
        return ef_com_parse(in, &com, f, w);
    case 0x6f:
        ok = dg15_parse(in, &key, w);
        if (ok)
            inside(key.bits, in);
        return ok;
    case 0x61:
        ok = ef_dir_parse(in, &dir, w);
        if (ok && dir.n)
            inside(dir.aid[dir.n - 1], in);
        return ok;
    default:
        return ef_atr_parse(in, &atr, w);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct findings f;
    struct why w = { .offset = WHY_NO_OFFSET };

    findings_init(&f);
    if (!read(span_of(data, n), &f, &w))
        must(w.reason && w.clause && w.offset <= n);
    for (size_t i = 0; i < f.n; i++)
        must(f.item[i].why.offset <= n);
    return 0;
}
