#include "agreement/facts.h"

static const struct {
    const char *name;
    enum fact_type type;
} table[] = {
#define X(id, name, type) { name, FACT_TYPE_##type },
    FACTS(X)
#undef X
};

const char *fact_name(enum fact f)
{
    return (unsigned)f < FACTS_N ? table[f].name : "";
}

enum fact_type fact_type(enum fact f)
{
    return table[f].type;
}

enum vocabulary fact_vocabulary(enum fact f)
{
    static const uint8_t of[FACTS_N] = {
        [FACT_DOCUMENT_KIND] = VOCABULARY_DOCUMENT,
        [FACT_DOCUMENT_RESULT] = VOCABULARY_RESULT,
        [FACT_CHIP_RESULT] = VOCABULARY_RESULT,
        [FACT_PERMISSION_KIND] = VOCABULARY_PERMISSION,
        [FACT_PERMISSION_RESULT] = VOCABULARY_RESULT,
        [FACT_PERMISSION_PURPOSE] = VOCABULARY_PURPOSE,
        [FACT_TRAVEL_PURPOSE] = VOCABULARY_PURPOSE,
        [FACT_TRAVEL_MODE] = VOCABULARY_MODE,
        [FACT_TRAVEL_POST] = VOCABULARY_POST,
        [FACT_EVIDENCE_CONTRADICTION] = VOCABULARY_CONTRADICTION,
        [FACT_LICENCE_RESULT] = VOCABULARY_RESULT,
        [FACT_LICENCE_SCHEME] = VOCABULARY_SCHEME,
        [FACT_LICENCE_CATEGORY] = VOCABULARY_CATEGORY,
        [FACT_LICENCE_NEEDS] = VOCABULARY_NEEDS,
        [FACT_LICENCE_STATUS] = VOCABULARY_STATUS,
        [FACT_LICENCE_CODES] = VOCABULARY_CODES,
        [FACT_DOCUMENT_LISTED] = VOCABULARY_LISTED,
        [FACT_INSURANCE_CURRENCY] = VOCABULARY_CURRENCY,
    };

    return (enum vocabulary)of[f];
}

const char *const *vocabulary_words(enum vocabulary v)
{
    static const char *const none[] = { NULL };
    static const char *const results[] = { "genuine",      "well-formed", "malformed", "forged", "no-anchor",
                                           "undetermined", "expired",     "revoked",   NULL };
    static const char *const documents[] = { "passport",
                                             "diplomatic passport",
                                             "service passport",
                                             "official passport",
                                             "identity card",
                                             "residence permit",
                                             "emergency document",
                                             "refugee travel document",
                                             "stateless travel document",
                                             "laissez-passer",
                                             "crew certificate",
                                             "seafarer document",
                                             "visa",
                                             "other",
                                             NULL };
    static const char *const modes[] = { "air", "road", "rail", "sea", "river", "foot", NULL };

    static const char *const contradictions[] = { "none",
                                                  "forged",
                                                  "revoked",
                                                  "two documents",
                                                  "lines against chip",
                                                  "permission of another",
                                                  "listed document",
                                                  "several",
                                                  NULL };
    static const char *const permissions[] = { "none", "visa", "travel authorization", NULL };
    static const char *const schemes[] = { "vienna-1968", "geneva-1949", "eu", "domestic", NULL };
    /* Vienna Convention 1968, Annex 6 as amended in 2011; AM as in ISO/IEC 18013-1 Annex B */
    static const char *const categories[] = { "am", "a1", "a2", "a",   "b1", "b",   "c1", "c",
                                              "d1", "d",  "be", "c1e", "ce", "d1e", "de", NULL };
    static const char *const needs[] = { "nothing", "translation", "statement", NULL };
    static const char *const statuses[] = { "valid",       "suspended", "withdrawn", "disqualified",
                                            "confiscated", "lost",      "stolen",    "surrendered",
                                            "replaced",    "expired",   "unasked",   NULL };
    static const char *const listed[] = { "not listed", "lost", "stolen", "revoked", "stolen blank", NULL };
    static const char *const codes[] = { "none", "known", "unknown", NULL };

    switch (v) {
    case VOCABULARY_PERMISSION:
        return permissions;
    case VOCABULARY_RESULT:
        return results;
    case VOCABULARY_DOCUMENT:
        return documents;
    case VOCABULARY_MODE:
        return modes;
    case VOCABULARY_CONTRADICTION:
        return contradictions;
    case VOCABULARY_SCHEME:
        return schemes;
    case VOCABULARY_CATEGORY:
        return categories;
    case VOCABULARY_NEEDS:
        return needs;
    case VOCABULARY_STATUS:
        return statuses;
    case VOCABULARY_CODES:
        return codes;
    case VOCABULARY_LISTED:
        return listed;
    case VOCABULARY_NONE:
    case VOCABULARY_PURPOSE:
    case VOCABULARY_POST:
    case VOCABULARY_CURRENCY:
    case VOCABULARY_N:
        break;
    }
    return none;
}

static bool word_ends(struct span s, size_t at)
{
    uint8_t c = at < s.n ? s.p[at] : ' ';

    return !(c == '.' || c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
             (c >= 'A' && c <= 'Z') || c >= 0x80);
}

bool fact_from_name(struct span s, enum fact *out)
{
    size_t best = 0;

    for (unsigned i = 0; i < FACTS_N; i++) {
        struct span name = span_str(table[i].name);

        if (name.n > best && span_starts(s, name) && word_ends(s, name.n)) {
            best = name.n;
            *out = (enum fact)i;
        }
    }
    return best != 0;
}
