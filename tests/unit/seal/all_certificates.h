/* Every certificate of the shared travel data: single files, concatenated, in PEM, and those of the master
 * list. */
#ifndef SERAI_TESTS_ALL_CERTIFICATES_H
#define SERAI_TESTS_ALL_CERTIFICATES_H

#include "vectors.h"

#include "base/span.h"

struct all_certificates {
    size_t n;
    struct span der[2048];
};

void all_certificates_load(struct arena *a, struct all_certificates *out);

#endif
