/* Names of weaknesses (Common Weakness Enumeration), for CSAF 2.0 6.1.11. */
#ifndef SERAI_CSAF_CWE_H
#define SERAI_CSAF_CWE_H

#include "base/span.h"

/* NULL: there is no such weakness in the list. */
const char *cwe_name(uint32_t id);

#endif
