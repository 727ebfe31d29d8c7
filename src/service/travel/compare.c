#include "service/travel/intake.h"

static bool same_date(struct mrz_date a, struct mrz_date b)
{
    return a.state == b.state && a.year == b.year && a.month == b.month && a.day == b.day;
}

/* A field with a check digit of its own that holds, or any field of lines that read well as a whole. */
static bool reads(const struct mrz *lines, bool all, enum mrz_check_field f)
{
    return all || lines->check[f] == MRZ_CHECK_OK;
}

unsigned travel_lines_differ(const struct mrz *lines, const struct mrz *dg1)
{
    bool all = mrz_all_ok(lines);
    unsigned d = 0;

    if (reads(lines, all, MRZ_NUMBER) && strcmp(lines->number, dg1->number) != 0)
        d |= DIFFERS_NUMBER;
    if (reads(lines, all, MRZ_BIRTH) && !same_date(lines->birth, dg1->birth))
        d |= DIFFERS_BIRTH;
    if (reads(lines, all, MRZ_EXPIRY) && !same_date(lines->expiry, dg1->expiry))
        d |= DIFFERS_EXPIRY;
    if (!all)
        return d;
    if (strcmp(lines->primary, dg1->primary) != 0 || strcmp(lines->secondary, dg1->secondary) != 0)
        d |= DIFFERS_NAME;
    if (strcmp(lines->nationality, dg1->nationality) != 0)
        d |= DIFFERS_NATIONALITY;
    if (strcmp(lines->issuer, dg1->issuer) != 0)
        d |= DIFFERS_ISSUER;
    return d;
}

const char *difference_word(unsigned bit)
{
    static const char *const word[DIFFERENCES] = { "number", "date of birth", "date of expiry",
                                                   "name",   "nationality",   "issuing state" };
    unsigned i = 0;

    while (i < DIFFERENCES - 1 && !(bit >> i & 1))
        i++;
    return word[i];
}

const char *contradiction_word(unsigned set)
{
    switch (set) {
    case 0:
        return "none";
    case CONTRADICTION_FORGED:
        return "forged";
    case CONTRADICTION_REVOKED:
        return "revoked";
    case CONTRADICTION_TWO_DOCUMENTS:
        return "two documents";
    case CONTRADICTION_LINES:
        return "lines against chip";
    case CONTRADICTION_PERMISSION:
        return "permission of another";
    case CONTRADICTION_LISTED:
        return "listed document";
    default:
        return "several";
    }
}
