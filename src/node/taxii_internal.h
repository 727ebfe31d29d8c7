/* What the handlers of TAXII share: one request on its way. */
#ifndef SERAI_NODE_TAXII_INTERNAL_H
#define SERAI_NODE_TAXII_INTERNAL_H

#include "node/http.h"
#include "node/taxii.h"
#include "taxii/request.h"

struct taxii_request {
    struct taxii *t;
    const struct http_request *r;
    struct arena *a;
    struct http_answer *out;
    const struct taxii_account *account;
    struct taxii_path path;
    const struct taxii_root_config *root;
    const struct taxii_collection_config *collection;
    uint16_t number;
    struct taxii_rights rights;
    struct taxii_filters *filters; /* of GET and DELETE below a collection */
    int64_t now;
    struct cyber_law law;
    bool later; /* nothing is said yet: the password must be worked out */
};

/* Who asks, what for, and whether they may: all that is told by the headers. False: answered, or later. */
MUST_USE bool taxii_prepare(struct taxii_request *q, bool wait);

/* An error resource (3.6.1). */
void taxii_refuse(struct taxii_request *q, unsigned status, const char *reason, const char *detail);
void taxii_refuse_why(struct taxii_request *q, unsigned status, const struct why *w);
/* A body in the arena or elsewhere that lives as long. */
void taxii_answer(struct taxii_request *q, unsigned status, struct span body);
void taxii_header(struct taxii_request *q, const char *name, const char *value);

/* Whether the account may see an object: for the scan. ctx is the request. */
bool taxii_may(void *ctx, const struct cyber_label *label);
/* The filters as a question to the store; at collection level, or of one object. */
MUST_USE bool taxii_query(struct taxii_request *q, struct object_query *out, struct stix_id *id);

void taxii_get_objects(struct taxii_request *q);  /* 5.4, 5.6 */
void taxii_get_manifest(struct taxii_request *q); /* 5.3 */
void taxii_get_versions(struct taxii_request *q); /* 5.8 */
void taxii_delete(struct taxii_request *q);       /* 5.7 */
void taxii_post(struct taxii_request *q);         /* 5.5 */
void taxii_get_status(struct taxii_request *q);   /* 4.3 */

#endif
