/*
 * The envelope of a POST while it arrives (TAXII 2.1 3.7, 5.5): its bytes are kept once, at a place that does
 * not move; objects are cut out as they end and checked by the workers while the rest is under way.
 *
 * Nothing is stored before the last byte: an envelope that is no JSON is a 400 as a whole, and who is cut off
 * has stored nothing. So the bytes stay in memory, as many as max_content_length lets through and all bodies
 * together may have (LIMIT_BODIES); to stage them on disk would write every byte twice to save only that.
 */
#ifndef SERAI_NODE_TAXII_INTAKE_H
#define SERAI_NODE_TAXII_INTAKE_H

#include "node/routes.h"
#include "node/taxii_internal.h"

struct taxii_intake;

extern const struct route_stream taxii_intake_stream;

/* One object of the envelope. */
struct taxii_sent {
    struct span text, id, version; /* id and version as written, where they could be read */
    const struct why *refused;     /* NULL: not refused */
    size_t good;                   /* its place among those that go to the store */
};

/* Those of the whole body; they live as long as the intake. */
struct taxii_envelope {
    struct taxii_sent *sent;
    struct object_new *good;
    size_t n, n_good;
};

/* All has come: waits until all is checked. NULL: a request without a body. False: answered. */
MUST_USE bool taxii_intake_end(struct taxii_intake *in, struct taxii_request *q, struct taxii_envelope *out);

#endif
