/* Texts between BEGIN and END lines (RFC 7468), one after the other. Nothing about what is in them is known.
 */
#ifndef SERAI_WIRE_PEM_H
#define SERAI_WIRE_PEM_H

#include "base/arena.h"

enum pem_state {
    PEM_GOOD,
    PEM_NO_END,  /* its END line is missing: the last one */
    PEM_NO_TEXT, /* no base64 */
};

struct pem_text {
    struct span label; /* "CERTIFICATE" */
    struct span body;  /* as it stands in the file */
    enum pem_state state;
    struct span bytes; /* PEM_GOOD, and a label that was wanted: the arena's */
};

/*
 * The next one in *rest, which moves behind it; false when there is none. Only texts whose label `wanted`
 * takes are decoded: keys and the like often stand beside certificates. White space inside the base64 does
 * not count.
 */
MUST_USE bool pem_next(struct span *rest, bool (*wanted)(struct span label), struct arena *a,
                       struct pem_text *out);

#endif
