/* SecurityInfos of any bytes: what is found lies inside, in order, and is named. */
#include <stdlib.h>

#include "wire/security_infos.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool inside(struct span s, struct span whole)
{
    return !s.p || (s.p >= whole.p && s.n <= whole.n && s.p - whole.p <= (ptrdiff_t)(whole.n - s.n));
}

static void check(struct span in, const struct security_infos *s)
{
    const uint8_t *p = in.p;

    must(s->n <= LIMIT_SECURITY_INFOS);
    for (size_t i = 0; i < s->n; i++) {
        const struct security_info *x = &s->item[i];
        char name[SECURITY_INFO_TEXT];

        must(x->all.p >= p && inside(x->all, in) && inside(x->oid, x->all));
        must(inside(x->domain, x->all) && inside(x->key, x->all) && inside(x->key_bits, x->key));
        must(inside(x->signature, x->all) && inside(x->directory, x->all) && inside(x->cvca_file, x->all));
        must((x->kind == SECURITY_INFO_CHIP_AUTH_KEY) == (x->key.p != NULL));
        must((x->kind == SECURITY_INFO_EF_DIR) == (x->directory.p != NULL));
        must(strlen(security_info_name(x, name)) < SECURITY_INFO_TEXT);
        p = x->all.p + x->all.n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span in = span_of(data, n);
    struct security_infos s;
    struct findings f;
    struct why w = { .offset = WHY_NO_OFFSET };
    bool dg14 = n && data[0] == 0x6e;

    findings_init(&f);
    if (dg14 ? security_infos_parse_dg14(in, &s, &f, &w) : security_infos_parse(in, &s, &f, &w))
        check(in, &s);
    else
        must(w.reason && w.clause && w.offset <= n);
    for (size_t i = 0; i < f.n; i++)
        must(f.item[i].why.offset <= n);
    return 0;
}
