/* What is said to people, in English; in other languages the catalogues say it. */
#include "service/licence/recognise.h"

const char *licence_outcome_in(enum outcome o, const struct tongue *t)
{
    static const struct {
        const char *name, *text;
    } words[] = {
        [OUTCOME_ADMIT] = { "admit", "admit" },
        [OUTCOME_REFER] = { "refer", "refer to an officer" },
        [OUTCOME_RECOGNISED] = { "recognised", "recognised" },
        [OUTCOME_RESTRICTED] = { "restricted", "recognised with restrictions" },
        [OUTCOME_NOT_RECOGNISED] = { "not", "not recognised" },
    };
    const char *said = tongue_said(t, "outcome", words[o].name);

    return said ? said : words[o].text;
}

const char *licence_reason_in(const char *code, const struct tongue *t)
{
    static const struct {
        const char *code, *text;
    } rows[] = {
        { "restricted", "The codes of the category restrict it here too." },
        { "category-unknown", "The category is not known here: it grants nothing." },
        { "not-listed", "The article's table has no line for this case." },
        { "condition-not-met", "A condition of the agreement is not met." },
        { "excepted", "An exception of the agreement applies." },
        { "reserved", "The member has made a reservation." },
        { "not-a-party", "The state is no party to the agreement." },
        { "not-bound", "The article is not in force for a State of this case." },
        { "licence-not-begun", "The category is not valid yet." },
        { "licence-expired", "The licence or the category has expired." },
        { "residence-term",
          "The time for which the licence is recognised after entry or taking residence is over." },
        { "too-young", "The driver is too young for this category here." },
        { "missing-fact", "Something that the agreement turns on is not known." },
        { "unknown-word", "A word of the licence is not known to the agreement." },
        { "not-in-force", "The agreement is not in force on this day." },
    };
    const char *said = tongue_said(t, "reason", code);

    for (size_t i = 0; !said && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].code, code) == 0)
            said = rows[i].text;
    return said;
}
