/* An image in memory. */
#ifndef SERAI_NAMES_BUILD_H
#define SERAI_NAMES_BUILD_H

#include "base/buffer.h"
#include "names/serai_names.h"

/* out: empty, of a ceiling that holds it. */
void build_image(const struct names_build *b, struct buffer *out);

#endif
