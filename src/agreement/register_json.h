/* The register as JSON: what `serai agreement bound --json` prints and a node answers. */
#ifndef SERAI_AGREEMENT_REGISTER_JSON_H
#define SERAI_AGREEMENT_REGISTER_JSON_H

#include "agreement/register.h"
#include "wire/json_write.h"

struct register_question {
    struct date on;
    struct span member;    /* only this one; empty: all */
    struct span article;   /* only this one; empty: all */
    const uint8_t *sha256; /* only this version; NULL: all */
};

/* The answer as one object. */
void register_json(struct json_writer *w, const struct agreement_register *r,
                   const struct register_question *q);

#endif
