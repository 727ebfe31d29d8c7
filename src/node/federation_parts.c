/* What goes on beside requests: a line each, in the order in which they are opened. */
#include "node/federation.h"

const struct federation_part *const federation_parts[] = {
    &links_part,  &recover_part,    &edge_part,    &streams_part,  &publish_part,
    &cosign_part, &pull_part,       &sync_part,    &ask_part,      &permit_part,
    &forks_part,  &documents_part,  &slots_part,   &notices_part,  &cooperation_part,
    &grew_part,   &indicators_part, &embargo_part, &standing_part, &keep_part,
};

const size_t federation_parts_n = sizeof federation_parts / sizeof *federation_parts;
