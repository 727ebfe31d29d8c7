/* Several licences shown by one driver: held against each other, and made into one set of facts. */
#include "base/text.h"
#include "check/licence_parts.h"

static int folded(uint8_t c)
{
    return ascii_lower(c) ? c - 32 : c;
}

/* Texts are compared without blanks, hyphens, fillers and case: cards and lines differ in those. */
static bool next_of(struct span s, size_t *at, int *out)
{
    while (*at < s.n && (ascii_space(s.p[*at]) || s.p[*at] == '-' || s.p[*at] == '<' || s.p[*at] == '/'))
        (*at)++;
    if (*at == s.n)
        return false;
    *out = folded(s.p[(*at)++]);
    return true;
}

static bool same_text(struct span a, struct span b)
{
    size_t i = 0, k = 0;
    int x = 0, y = 0;

    for (;;) {
        bool more = next_of(a, &i, &x), also = next_of(b, &k, &y);

        if (!more || !also)
            return more == also;
        if (x != y)
            return false;
    }
}

static bool texts_differ(struct span a, struct span b)
{
    return a.n && b.n && !same_text(a, b);
}

static bool dates_differ(struct date a, struct date b)
{
    return date_is_set(a) && date_is_set(b) && date_cmp(a, b) != 0;
}

/* Each category of the weaker piece must be one of the stronger: more than the issuer gave is a
 * contradiction, less is not. */
static bool categories_widen(const struct licence_data *strong, const struct licence_data *weak)
{
    for (size_t i = 0; strong->has_privileges && i < weak->n_privileges; i++) {
        bool found = false;

        for (size_t k = 0; k < strong->n_privileges; k++)
            found |= same_text(strong->privilege[k].category, weak->privilege[i].category);
        if (!found)
            return true;
    }
    return false;
}

enum { DIFFERENCES_TEXT = 120 };

static const char *differences(const struct licence_data *a, const struct licence_data *b,
                               char out[DIFFERENCES_TEXT])
{
    const struct {
        bool differ;
        const char *word;
    } of[] = {
        { texts_differ(a->issuing_country, b->issuing_country), "issuer" },
        { texts_differ(a->document_number, b->document_number), "number" },
        { dates_differ(a->birth_date, b->birth_date), "birth" },
        { dates_differ(a->issue_date, b->issue_date), "issue" },
        { dates_differ(a->expiry_date, b->expiry_date), "expiry" },
        { categories_widen(a, b), "categories" },
    };
    struct buffer t;
    size_t n = 0;

    buf_init_fixed(&t, (uint8_t *)out, DIFFERENCES_TEXT);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++)
        if (of[i].differ)
            buf_printf(&t, "%s%s", n++ ? ", " : "", of[i].word);
    return n ? buf_cstr(&t) : NULL;
}

static const char *name_of(const struct licence_inquiry *k, const struct licence_piece *p)
{
    return p->item < 0 ? "what was typed" : k->item[p->item].kind;
}

/* Strongest first; of equals the one shown first. */
static void sort(struct licence_inquiry *k)
{
    for (size_t i = 1; i < k->n_pieces; i++) {
        struct licence_piece p = k->piece[i];
        size_t at = i;

        for (; at > 0 && k->piece[at - 1].strength < p.strength; at--)
            k->piece[at] = k->piece[at - 1];
        k->piece[at] = p;
    }
}

static void weaken(struct licence_inquiry *k, const struct licence_piece *p, bool took)
{
    if (took && p->strength < k->strength)
        k->strength = p->strength;
}

static bool take_text(struct span *to, struct span from)
{
    bool took = to->n == 0 && from.n != 0;

    if (took)
        *to = from;
    return took;
}

static bool take_date(struct date *to, struct date from)
{
    bool took = !date_is_set(*to) && date_is_set(from);

    if (took)
        *to = from;
    return took;
}

static bool take_categories(struct licence_data *to, const struct licence_data *from)
{
    if (to->has_privileges || !from->has_privileges)
        return false;
    to->has_privileges = true;
    to->n_privileges = from->n_privileges;
    to->n_codes = from->n_codes;
    memcpy(to->privilege, from->privilege, from->n_privileges * sizeof *from->privilege);
    memcpy(to->code, from->code, from->n_codes * sizeof *from->code);
    return true;
}

/* What a weaker piece adds that the agreement turns on makes all of it as weak as that piece. Names are for
 * the eye alone. */
static void add(struct licence_inquiry *k, const struct licence_piece *p)
{
    struct licence_data *f = &k->facts;
    const struct licence_data *d = p->data;

    weaken(k, p, take_text(&f->issuing_country, d->issuing_country));
    weaken(k, p, take_text(&f->document_number, d->document_number));
    weaken(k, p, take_date(&f->birth_date, d->birth_date));
    weaken(k, p, take_date(&f->issue_date, d->issue_date));
    if (take_date(&f->expiry_date, d->expiry_date)) {
        f->expiry_time = d->expiry_time;
        weaken(k, p, true);
    }
    weaken(k, p, take_categories(f, d));
    (void)take_text(&f->family_name, d->family_name);
    (void)take_text(&f->given_name, d->given_name);
}

/* Proved to be bad, whatever else is shown beside. */
static enum result worst_of(const struct licence_inquiry *k)
{
    enum result r = RESULT_WELL_FORMED;

    for (size_t i = 0; i < k->n_items; i++)
        if (k->item[i].result == RESULT_FORGED || (k->item[i].result == RESULT_REVOKED && r != RESULT_FORGED))
            r = k->item[i].result;
    return r;
}

/* Nothing was read: what came nearest to a licence says why. */
static enum result result_of_nothing(const struct licence_inquiry *k)
{
    enum result r = RESULT_MALFORMED;

    for (size_t i = 0; i < k->n_items; i++)
        if (k->item[i].result == RESULT_NO_ANCHOR || k->item[i].result == RESULT_UNDETERMINED)
            r = k->item[i].result;
    return r;
}

void licence_join(struct licence_inquiry *k)
{
    enum result worst = worst_of(k);
    char text[DIFFERENCES_TEXT];
    const char *what;

    sort(k);
    if (k->n_pieces) {
        k->facts = *k->piece[0].data;
        k->strength = k->piece[0].strength;
        k->mdoc = k->piece[0].mdoc;
    }
    for (size_t i = 1; i < k->n_pieces; i++) {
        const struct licence_piece *p = &k->piece[i];

        what = differences(k->piece[0].data, p->data, text);
        if (what) {
            k->contradiction = true;
            licence_remark(k, FINDING_WARNING, p->item, "contradiction", "doc/licences.md",
                           "%s and %s do not say the same: %s", name_of(k, &k->piece[0]), name_of(k, p),
                           what);
        } else {
            add(k, p);
        }
    }
    if (worst != RESULT_WELL_FORMED)
        k->result = worst;
    else if (k->n_pieces == 0)
        k->result = result_of_nothing(k);
    else
        k->result = k->strength >= LICENCE_SIGNED ? k->piece[0].result : RESULT_WELL_FORMED;
}
