#include "wire/mrz_mend.h"

#include "wire/mrz_codes.h"

const struct mrz_confusion mrz_confusions[MRZ_CONFUSIONS] = {
    { 'O', '0', 2 }, { 'I', '1', 2 }, { 'Z', '2', 2 }, { 'S', '5', 2 }, { 'B', '8', 2 },
    { 'G', '6', 2 }, { 'D', '0', 3 }, { 'Q', '0', 3 }, { 'L', '1', 3 }, { 'T', '7', 3 },
    { 'A', '4', 3 }, { 'U', 'V', 3 }, { 'D', 'O', 3 }, { 'Q', 'O', 3 }, { 'I', 'L', 3 },
};

struct mend {
    const struct mrz_layout *l;
    char *zone;
    struct mrz_mended *m;
};

static bool set_free(struct mend *k, size_t pos, char to, unsigned cost)
{
    k->zone[pos] = to;
    k->m->cost += cost;
    return to != 0;
}

/* The likeliest letter for a digit in a name. */
static bool mend_name(struct mend *k)
{
    struct mrz_field f = k->l->name;

    for (size_t pos = f.at; pos < (size_t)f.at + f.n; pos++) {
        size_t c = 0;

        if (!mrz_is_digit(k->zone[pos]))
            continue;
        while (c < MRZ_CONFUSIONS && !mrz_confused(c, k->zone[pos], MRZ_LETTER))
            c++;
        if (c == MRZ_CONFUSIONS ||
            !set_free(k, pos, mrz_confused(c, k->zone[pos], MRZ_LETTER), mrz_confusions[c].cost))
            return false;
    }
    return true;
}

/* One way to read the digits of a three-letter code as letters; false when confusion c[i] is none for its
 * place. */
static bool code_of(const char *zone, const size_t c[3], char code[3], unsigned *cost)
{
    bool legal = true;

    *cost = 0;
    for (size_t i = 0; i < 3; i++) {
        bool digit = mrz_is_digit(zone[i]);

        code[i] = digit ? mrz_confused(c[i], zone[i], MRZ_LETTER) : zone[i];
        legal &= digit ? code[i] != 0 : c[i] == 0;
        *cost += digit ? mrz_confusions[c[i]].cost : 0;
    }
    return legal;
}

/* All letters for the digits of a three-letter code, counted like an odometer; a known code wins over a
 * cheaper one. */
static bool mend_code(struct mend *k, size_t at)
{
    char best[3] = { 0 }, code[3];
    bool best_known = false, tie = false;
    unsigned best_cost = 0, cost;

    if (!mrz_is_digit(k->zone[at]) && !mrz_is_digit(k->zone[at + 1]) && !mrz_is_digit(k->zone[at + 2]))
        return true;
    for (size_t n = 0; n < MRZ_CONFUSIONS * MRZ_CONFUSIONS * MRZ_CONFUSIONS; n++) {
        size_t c[3] = { n % MRZ_CONFUSIONS, n / MRZ_CONFUSIONS % MRZ_CONFUSIONS,
                        n / MRZ_CONFUSIONS / MRZ_CONFUSIONS };
        bool known;

        if (!code_of(k->zone + at, c, code, &cost))
            continue;
        known = mrz_code_known(span_of(code, 3));
        if (best[0] && (known == best_known ? cost >= best_cost : best_known)) {
            tie |= known == best_known && cost == best_cost;
            continue;
        }
        memcpy(best, code, 3);
        best_known = known;
        best_cost = cost;
        tie = false;
    }
    if (!best[0])
        return false;
    memcpy(k->zone + at, best, 3);
    k->m->cost += best_cost;
    k->m->tie |= tie;
    return true;
}

static bool mend_sex(struct mend *k)
{
    char c = k->zone[k->l->sex];

    if (c == 'M' || c == 'F' || c == '<')
        return true;
    if (c == 'N' || c == 'H' || c == 'W')
        return set_free(k, k->l->sex, 'M', 3);
    return (c == 'P' || c == 'E') && set_free(k, k->l->sex, 'F', 3);
}

/* The first character of the document code; a visa changes the layout. */
static bool mend_document_code(struct mend *k)
{
    char c = k->zone[0];
    bool td3 = k->m->format == MRZ_TD3;

    if (c == 'V')
        return k->m->format != MRZ_TD1;
    if (td3 ? c == 'P' : c == 'I' || c == 'A' || c == 'C' || (c == 'P' && k->m->format == MRZ_TD2))
        return true;
    if ((c == 'U' || c == 'Y') && k->m->format != MRZ_TD1) {
        k->m->format = td3 ? MRZ_MRVA : MRZ_MRVB;
        k->l = &mrz_layouts[k->m->format];
        return set_free(k, 0, 'V', 3);
    }
    if (td3)
        return (c == 'F' || c == 'R' || c == 'D') && set_free(k, 0, 'P', 3);
    if (c == '1' || c == 'L')
        return set_free(k, 0, 'I', 2);
    if (c == '4')
        return set_free(k, 0, 'A', 3);
    return (c == 'G' || c == '0') && set_free(k, 0, 'C', 3);
}

bool mrz_mend_free(char *zone, struct mrz_mended *m)
{
    struct mend k = { .l = &mrz_layouts[m->format], .zone = zone, .m = m };

    return mend_document_code(&k) && mend_name(&k) && mend_sex(&k) && mend_code(&k, 2) &&
           mend_code(&k, k.l->nationality.at);
}
