/* Facts by the names that people have for them, in English. */
#include "service/licence/recognise.h"

const char *licence_fact_in(enum fact f, const struct tongue *t)
{
    static const char *const names[FACTS_N] = {
        [FACT_LICENCE_RESULT] = "result of the verification",
        [FACT_LICENCE_EXAMINED] = "examination of the licence",
        [FACT_LICENCE_ISSUER] = "issuing state",
        [FACT_LICENCE_SCHEME] = "scheme of the categories",
        [FACT_LICENCE_CATEGORY] = "category",
        [FACT_LICENCE_NEEDS] = "what is needed besides",
        [FACT_LICENCE_FROM] = "first day",
        [FACT_LICENCE_EXPIRY] = "last day",
        [FACT_LICENCE_STATUS] = "status at home",
        [FACT_LICENCE_CODES] = "restrictions",
        [FACT_LICENCE_TRANSLATION] = "certified translation",
        [FACT_LICENCE_PERMIT] = "international permit",
        [FACT_LICENCE_STATEMENT] = "statement of the issuer",
        [FACT_DRIVER_AGE] = "age of the driver",
        [FACT_DRIVER_RESIDENCE] = "residence of the driver",
        [FACT_DRIVER_RESIDENT_SINCE] = "resident since",
        [FACT_DRIVER_ENTERED] = "day of entry",
    };
    const char *said = tongue_said(t, "fact", fact_name(f));

    return said ? said : (unsigned)f < FACTS_N && names[f] ? names[f] : fact_name(f);
}
