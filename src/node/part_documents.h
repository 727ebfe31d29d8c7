#ifndef SERAI_NODE_PART_DOCUMENTS_H
#define SERAI_NODE_PART_DOCUMENTS_H

#include "node/federation.h"
#include "service/notice/document_issue.h"

/* For handlers; NULL: this node publishes no documents. */
struct document_issue *documents_part_issue(const struct federation *f);

#endif
