/* What categories and codes of licences mean, in words for people: data/licence/meanings.tsv has the English,
 * catalogues the other languages. */
#ifndef SERAI_SERVICE_LICENCE_MEANING_H
#define SERAI_SERVICE_LICENCE_MEANING_H

#include "agreement/tongue.h"

/* What may be driven with a category of 1968 or one of ISO/IEC 18013-1; NULL: nobody here knows. */
const char *licence_category_name(struct span category, const struct tongue *t);

/* What a code of restriction says, without what stands in parentheses behind it; of a sub-code that is not in
 * the table, its main code. NULL: not known. Whether a code restricts is not asked here. */
const char *licence_code_meaning(struct span code, const struct tongue *t);

#endif
