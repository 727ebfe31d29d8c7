/* The names of what can be wrong with a licence, and what each means for the result. */
#ifndef SERAI_SEAL_MDOC_ERRORS_H
#define SERAI_SEAL_MDOC_ERRORS_H

#include "base/finding.h"
#include "base/result.h"

/* What an error makes of a document that has no earlier one; RESULT_MALFORMED for a name not listed. */
enum result licence_error_result(const char *name);

/* A deviation the lenient profile tolerates, or a warning (WARN_*): a finding with that name, once. f may be
 * NULL. */
void licence_deviation(struct findings *f, const char *name, size_t offset, const char *clause,
                       const char *detail);

#endif
