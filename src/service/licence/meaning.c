#include "service/licence/meaning.h"

#include "service/licence/licence_meanings.inc"

/* Rows are in the order of their keys. */
static const char *find(const struct meaning_row *row, size_t n, struct span key, const char *kind,
                        const struct tongue *t)
{
    size_t lo = 0, hi = n;

    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int c = span_cmp(key, span_str(row[mid].key));

        if (c == 0) {
            const char *said = tongue_said(t, kind, row[mid].key);

            return said ? said : row[mid].text;
        }
        if (c > 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

const char *licence_category_name(struct span category, const struct tongue *t)
{
    return find(category_meaning, sizeof category_meaning / sizeof *category_meaning, category, "vehicle", t);
}

const char *licence_code_meaning(struct span code, const struct tongue *t)
{
    const size_t n = sizeof code_meaning / sizeof *code_meaning;
    const uint8_t *open = code.n ? memchr(code.p, '(', code.n) : NULL, *dot;
    const char *text;

    if (open)
        code.n = (size_t)(open - code.p);
    text = find(code_meaning, n, code, "code", t);
    dot = code.n ? memchr(code.p, '.', code.n) : NULL;
    return text || !dot ? text : find(code_meaning, n, span_of(code.p, (size_t)(dot - code.p)), "code", t);
}
