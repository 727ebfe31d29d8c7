#include "cli/licence_prove.h"

#include "cli/cli.h"
#include "service/ask/proof.h"

enum { PROOF_BYTES = 64 << 20, PAGE = 100 };

/* Pages through what there is: a reference is unique with the member that gave it only. */
static bool find(struct store *s, struct span reference, const struct case_filter *filter,
                 struct case_name *name, struct arena *keep, size_t *n, struct why *w)
{
    struct case_filter f = *filter;
    const struct case_view *page;
    struct arena a;
    size_t k;
    bool ok;

    arena_init(&a, PROOF_BYTES);
    *n = 0;
    do {
        arena_reset(&a);
        k = 0;
        ok = store_list_cases(s, &f, &a, &page, &k, &f.before, w);
        for (size_t i = 0; ok && i < k; i++) {
            if (!span_eq(page[i].record.name.reference, reference) || (*n)++)
                continue;
            *name = page[i].record.name;
            name->other = arena_copy(keep, name->other);
            name->reference = reference;
        }
    } while (ok && f.before);
    arena_free(&a);
    return ok;
}

static bool write_proof(struct store *s, const struct case_name *name, const char *out, struct arena *a,
                        struct why *w)
{
    struct case_view v;
    struct buffer b;
    bool found = false, ok;

    buf_init(&b, PROOF_BYTES);
    ok = store_find_case(s, name, &found, a, &v, w) &&
         (found || why_set(w, "no-question", WHY_NO_OFFSET, NULL, "it was erased meanwhile")) &&
         ask_proof_put(&v, a, &b, w) && cli_write(out, buf_span(&b), 0600, w);
    buf_free(&b);
    return ok;
}

bool licence_prove(struct store *s, struct span reference, struct span member, const char *side,
                   const char *out, struct why *w)
{
    const struct case_filter f = { .other = member,
                                   .side = !side                       ? CASE_ANY_SIDE
                                           : strcmp(side, "ours") == 0 ? CASE_OURS
                                                                       : CASE_THEIRS,
                                   .most = PAGE };
    struct case_name name = { 0 };
    struct arena a;
    size_t n = 0;
    bool ok;

    arena_init(&a, 4 * (size_t)PROOF_BYTES);
    ok = find(s, reference, &f, &name, &a, &n, w);
    if (ok && n == 0)
        ok = why_set(w, "no-question", WHY_NO_OFFSET, NULL, "no question has this reference");
    if (ok && n > 1)
        ok = why_set(w, "ambiguous", WHY_NO_OFFSET, NULL,
                     "several questions have this reference: say --member and --side");
    ok = ok && write_proof(s, &name, out, &a, w);
    arena_free(&a);
    return ok;
}
