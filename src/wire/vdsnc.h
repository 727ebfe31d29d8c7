/* VDS-NC (ICAO TR VDS-NC): a JSON text that is signed in its canonical form. Syntax only. */
#ifndef SERAI_WIRE_VDSNC_H
#define SERAI_WIRE_VDSNC_H

#include "base/buffer.h"
#include "wire/json.h"

enum vdsnc_alg { VDSNC_ES256 = 1, VDSNC_ES384, VDSNC_ES512 };

struct vdsnc {
    struct json json;
    struct span type, country; /* hdr.t, hdr.is */
    int64_t version;           /* hdr.v */
    struct span canonical;     /* RFC 8785 form of data: what is signed; the arena's */
    struct span message;       /* data.msg in that form, so on one line; the arena's */
    enum vdsnc_alg alg;
    struct span certificate; /* DER; the arena's */
    struct span signature;   /* r || s; empty: the text has no sig and is not signed */
};

/* White space around is allowed. Reasons: those of json_parse, "member" (missing or of another kind),
 * "algorithm", "base64", "number", "too-large". */
MUST_USE bool vdsnc_parse(struct span in, struct arena *a, struct vdsnc *out, struct why *w);

/* data in canonical form, from type, version, country and a message that is JSON. */
MUST_USE bool vdsnc_put_data(struct buffer *b, struct span type, int version, struct span country,
                             struct span message, struct arena *scratch, struct why *w);

/* The whole text around canonical data. */
void vdsnc_put_text(struct buffer *b, struct span data, enum vdsnc_alg alg, struct span certificate,
                    struct span signature);

#endif
