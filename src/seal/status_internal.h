/* Between the files of status tokens. */
#ifndef SERAI_SEAL_STATUS_INTERNAL_H
#define SERAI_SEAL_STATUS_INTERNAL_H

#include "seal/status_list.h"

/* A JWT in compact form (RFC 7515 7.1). Reason STRUCT. */
MUST_USE bool status_parse_jwt(struct span in, struct arena *a, struct status_token *t, struct why *w);

/* The packed values, which begin at offset at. STATUS_BITS, STATUS_ZLIB, STATUS_TOO_LARGE. */
MUST_USE bool status_unpack(uint64_t bits, bool any_bits, struct span packed, size_t at, struct arena *a,
                            struct status_values *out, struct why *w);

#endif
