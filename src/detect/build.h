/* Makes an image (detect/image.h) of indicators as they come, in any order, the same value with several ids
 * too. */
#ifndef SERAI_DETECT_BUILD_H
#define SERAI_DETECT_BUILD_H

#include "detect/image.h"

struct detect_build;

struct detect_build_how {
    enum detect_sign sign;
    struct detect_key key; /* random, b odd; that of the image below for what lies over it */
    uint8_t identity[16];  /* random */
    unix_time made;
};

struct detect_build *detect_build_new(const struct detect_build_how *how);
void detect_build_free(struct detect_build *b); /* NULL allowed */

/* False: "too-large". An empty id: the value stands for it. */
MUST_USE bool detect_build_add(struct detect_build *b, const struct detect_indicator *x, struct why *w);
MUST_USE bool detect_build_pattern(struct detect_build *b, const struct detect_indicator *x, struct why *w);
void detect_build_source(struct detect_build *b, struct span name);
/* The number of the list, which is the id of its entries. */
unsigned detect_build_list(struct detect_build *b, const struct detect_list *l);
void detect_build_entry(struct detect_build *b, unsigned list, struct span text);

uint64_t detect_build_count(const struct detect_build *b);

/* Written beside, forced to the disk, renamed. */
MUST_USE bool detect_build_write(struct detect_build *b, const char *path, struct why *w);
/* In memory: image.p is freed by the caller with free after detect_image_close. */
MUST_USE bool detect_build_memory(struct detect_build *b, struct detect_image *out, struct why *w);

#endif
