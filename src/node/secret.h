/* Secrets that a node makes for itself at its first start and keeps in a file. */
#ifndef SERAI_NODE_SECRET_H
#define SERAI_NODE_SECRET_H

#include "base/why.h"

/* n bytes of FOLDER/NAME, on disk before they are told; the name ends with ".key", so that a back-up takes it
 * for one. Reason "io". */
MUST_USE bool node_secret(const char *folder, const char *name, uint8_t *out, size_t n, struct why *w);

#endif
