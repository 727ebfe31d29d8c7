/* Places in the file of an image (image.h), for what reads and what writes it. */
#ifndef SERAI_LOOKUP_IMAGE_INTERNAL_H
#define SERAI_LOOKUP_IMAGE_INTERNAL_H

#include "lookup/image.h"

#define IMAGE_MAGIC "SERAIEXA"

enum {
    IMAGE_VERSION = 1,
    IMAGE_VERSION_AT = 8,
    IMAGE_N_AT = 16,
    IMAGE_HASH_AT = 64, /* over what is before it, and the index */
    IMAGE_HASH = 32,
    IMAGE_VALUES_AT = 8 * IMAGE_ENTRIES,
    IMAGE_CHECK_AT = 12 * IMAGE_ENTRIES, /* of the page */
};

uint32_t image_page_check(const uint8_t *page, uint64_t number);

#endif
