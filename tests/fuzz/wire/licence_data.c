/* Any bytes as elements of a licence: all that is said lies in them, and nothing that was found fault with
 * holds. The first byte of each element chooses its name. */
#include <stdlib.h>

#include "wire/licence_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static const char *const names[] = {
    "driving_privileges",   "birth_date", "issue_date",      "expiry_date",
    "family_name",          "portrait",   "issuing_country", "un_distinguishing_sign",
    "issuing_jurisdiction", "sex",        "age_over_18",     "height"
};

static void inside(struct span s, struct span file)
{
    must(s.n == 0 || (s.p >= file.p && s.p + s.n <= file.p + file.n));
}

static void look(const struct licence_data *l)
{
    must(l->n_privileges <= LIMIT_LICENCE_PRIVILEGES && l->n_codes <= LIMIT_LICENCE_CODES);
    for (size_t i = 0; i < l->n_privileges; i++) {
        const struct licence_privilege *p = &l->privilege[i];

        inside(p->category, l->file);
        must(p->first_code + p->n_codes <= l->n_codes && p->offset <= l->file.n);
        for (size_t k = 0; k < i; k++)
            must(p->category.n == 0 || !span_eq(p->category, l->privilege[k].category) ||
                 !licence_privilege_holds(p));
        for (size_t k = p->first_code; k < p->first_code + p->n_codes; k++) {
            inside(l->code[k].code, l->file);
            must(l->code[k].known ||
                 (p->findings & (1u << LICENCE_CODE_UNKNOWN | 1u << LICENCE_DATA_MISSING)));
        }
    }
    for (size_t i = 0; i < l->n_notes; i++)
        must(l->note[i].offset <= l->file.n && licence_finding_word(l->note[i].what));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct licence_data l;
    const struct licence_context c = { 1789473600, SPAN("KZ"), SPAN("KZ-75") };
    struct span rest = span_of(data, n);

    licence_data_begin(&l, rest);
    /* Name, length, value; the last one takes what is left. */
    while (rest.n >= 2) {
        size_t len = rest.p[1] == 0xff ? rest.n : rest.p[1];

        licence_data_element(&l, span_str(names[rest.p[0] % (sizeof names / sizeof *names)]),
                             span_sub(rest, 2, 2 + len));
        rest = span_sub(rest, 2 + len, rest.n);
    }
    licence_data_end(&l, &c);
    look(&l);
    return 0;
}
