/* What a phone took with it: schema LicencePack, read. */
#ifndef SERAI_WASM_PACK_H
#define SERAI_WASM_PACK_H

#include "check/licence.h"

/* The types of documents an anchor is trusted for. */
struct pack_types {
    uint8_t sha256[32]; /* of the anchor */
    size_t n;
    struct span *type;
};

struct pack {
    struct arena arena;
    char *member;
    struct agreement *agreement;
    struct anchor_set *anchors;
    unix_time at, expires, as_of; /* as_of 0: not known */
    int32_t utc_offset;
    size_t n_types;
    struct pack_types *types;
};

/* *out takes nothing from text. Reasons: "pack", "agreement", "too-large", those of json_parse. An anchor
 * that cannot be read makes the pack unusable: it was made from anchors that could be. */
MUST_USE bool pack_read(struct span text, struct pack *out, struct why *w);
void pack_free(struct pack *p); /* zeroed is fine */

/* The setting of a check with it. */
void pack_setting(const struct pack *p, struct licence_setting *out);

#endif
