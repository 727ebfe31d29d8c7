/* What is said to an officer of a finding, and what to do about it; and the words for the status at home. In
 * the reader's language, or English (tongue NULL too). */
#ifndef SERAI_SERVICE_LICENCE_ADVICE_H
#define SERAI_SERVICE_LICENCE_ADVICE_H

#include "agreement/tongue.h"

/* By the reason of a finding: "contradiction", "no-anchor", "LICENCE_EXPIRED". NULL: nothing is said of it.
 */
const char *licence_finding_said(const char *reason, const struct tongue *t);
const char *licence_finding_do(const char *reason, const struct tongue *t);

/* Status of the document at home ("valid", "suspended"), or what became of the question ("unreachable").
 * NULL: not a word that is known. */
const char *licence_status_said(const char *word, const struct tongue *t);

#endif
