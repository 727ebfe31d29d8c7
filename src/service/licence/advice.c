#include "service/licence/advice.h"

#include <stddef.h>
#include <string.h>

static const struct advice {
    const char *reason, *said, *todo;
} advice[] = {
    /* results of the verification */
    { "forged", "A proof in it fails: it is not what an issuer signed.",
      "Use nothing of it. Secure it as the law says, and inform the issuing member." },
    { "revoked", "Its issuer has revoked it, or the key that signed it.",
      "Do not recognise it. Ask the issuing member what holds now." },
    { "expired", "This copy in the phone is out of date.",
      "Let the driver bring the phone up to date, or show the card." },
    { "malformed", "It could not be read.", "Scan it again, or type in what the card says." },
    { "no-anchor", "The key of its issuer is not known here: nothing in it was used.",
      "Examine the card and type in what it says." },
    { "undetermined", "It could not be verified: nothing in it was used.",
      "Examine the card and type in what it says." },
    { "engagement", "This code only opens a session with the phone.",
      "Read the licence with a reader, or ask for the card." },
    { "not-a-licence", "Another document was shown beside it.", "It was not looked at here." },
    { "session", "The session was not understood.", "Compare the driver with the portrait." },
    /* what the facts are worth */
    { "device", "That this phone is the one it was issued to is not proved: the data may be copied.",
      "Compare the driver with the portrait." },
    { "no-portrait", "No portrait was released.", "Ask the driver to release it, or for the card." },
    { "card", "A card is read, not verified: nothing in it is signed.",
      "Examine the card by hand and eye, and say so." },
    { "typed", "The facts were typed in: they are worth what the card is worth.",
      "Examine the card by hand and eye, and say so." },
    { "typed-codes", "No codes were typed in.",
      "Read field 12 of the card: what stands there restricts here too." },
    { "examined-no", "The officer found something against the licence.",
      "Write down what it is, and ask the issuing member." },
    { "contradiction", "What was shown does not agree with itself.",
      "Find out which of them is right: look at both, and ask the issuing member." },
    { "no-categories", "It does not say what may be driven.", "Type in the categories of the card." },
    { "needs", "Its categories are not those of the Convention of 1968.",
      "Ask for an international driving permit, a certified translation or a statement of the issuer, as the "
      "category says." },
    /* status lists */
    { "token", "Whether this copy was revoked could not be found out.",
      "Get a newer status list, or ask the issuing member." },
    /* the question to the issuing member */
    { "home-not-asked", "The issuing member was not asked.",
      "Ask when the line is back: until then an officer decides." },
    { "home-unreachable", "The issuing member could not be reached.",
      "Ask again later: no answer is not a good answer." },
    { "home-late", "The issuing member has not answered in time.",
      "The answer comes later, under the reference." },
    { "home-refused", "The question was refused.", "See the reason; an officer decides." },
    { "home-unknown", "The issuing member knows no licence of this number.",
      "Compare the number; examine the licence for forgery." },
    { "home-status", "At home it is not valid.",
      "Tell the driver what the issuer answered, and since when." },
    /* the licence itself (ISO/IEC 18013-5 13.4) */
    { "DATA_TYPE", "Something in it is written in an unusual way.", "It was not used: look at the card." },
    { "DATA_VALUE", "Something in it cannot be so.", "Compare it with the card." },
    { "DATA_DATE", "A date in it cannot be so.", "Compare it with the card." },
    { "DATA_MISSING", "Something that belongs there is missing.", "Type in what the card says." },
    { "COUNTRY_MISMATCH", "The issuing state is not that of the signer.",
      "Do not rely on it: ask the issuing member." },
    { "SIGN_MISMATCH", "The distinguishing sign is not that of the issuing state.",
      "Older cards have other signs: examine it." },
    { "LICENCE_EXPIRED", "The licence has passed its last day.", "It gives no right to drive here." },
    { "CATEGORY_DUP", "The category stands there twice: the stricter entry counts.",
      "Compare it with the card." },
    { "CATEGORY_UNKNOWN", "Nobody here knows this category: it grants nothing.",
      "Ask the issuing member what it means." },
    { "PRIVILEGE_NOT_YET", "The category is not valid yet.", "Look at the first day of the category." },
    { "PRIVILEGE_EXPIRED", "The category has passed its last day.", "Look at the last day of the category." },
    { "CODE_UNKNOWN", "It carries a restriction that nobody here knows.",
      "Ask the driver and the issuing member what it means." },
};

static const struct advice *find(const char *reason)
{
    for (size_t i = 0; i < sizeof advice / sizeof *advice; i++)
        if (strcmp(advice[i].reason, reason) == 0)
            return &advice[i];
    return NULL;
}

const char *licence_finding_said(const char *reason, const struct tongue *t)
{
    const struct advice *a = find(reason);
    const char *said = a ? tongue_said(t, "licence", reason) : NULL;

    return said ? said : a ? a->said : NULL;
}

const char *licence_finding_do(const char *reason, const struct tongue *t)
{
    const struct advice *a = find(reason);
    const char *said = a ? tongue_said(t, "licence.do", reason) : NULL;

    return said ? said : a ? a->todo : NULL;
}

const char *licence_status_said(const char *word, const struct tongue *t)
{
    static const struct {
        const char *word, *text;
    } rows[] = {
        { "valid", "valid at home" },
        { "suspended", "suspended at home" },
        { "withdrawn", "withdrawn at home" },
        { "disqualified", "disqualified from driving" },
        { "confiscated", "confiscated at home" },
        { "lost", "reported lost" },
        { "stolen", "reported stolen" },
        { "surrendered", "given back at home" },
        { "replaced", "replaced by another" },
        { "expired", "expired at home" },
        { "not asked", "not asked" },
        { "answered", "answered" },
        { "late", "no answer in time" },
        { "unreachable", "not reachable" },
        { "refused", "question refused" },
        { "unknown", "licence not known at home" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].word, word) == 0) {
            const char *said = tongue_said(t, "status", word);

            said = said ? said : tongue_said(t, "state", strcmp(word, "not asked") == 0 ? "not-asked" : word);
            return said ? said : rows[i].text;
        }
    return NULL;
}
