/*
 * What this node looks up offline: the listed documents of all members and the permissions they revoked, in
 * the folder that node.conf names with `lookup`. One process writes it, the node that runs.
 *
 *   LOOKUP/documents/    listed documents (service/notice/document_set.h), and what is its own among them
 *   LOOKUP/permissions/  revoked permissions: the fingerprints that compact sets for devices are made of
 */
#ifndef SERAI_NODE_LOOKUPS_H
#define SERAI_NODE_LOOKUPS_H

#include "check/documents.h"
#include "node/config.h"
#include "service/notice/document_issue.h"
#include "store/replicas.h"
#include "trust/roster.h"

struct agreement; /* agreement/agreement.h */
struct sync_consumer;
struct sync_consumer_view;
struct lookups;
struct list_desk;

/* Reasons of document_set_open. */
MUST_USE bool lookups_open(const struct node_config *c, const struct agreement *g, enum lookup_access access,
                           struct lookups **ret, struct why *w);
void lookups_close(struct lookups *l); /* NULL allowed */

struct document_set *lookups_documents(struct lookups *l);
/* Where the issuing of own documents keeps its files. */
const char *lookups_documents_folder(const struct lookups *l);
struct lookup_exact *lookups_permissions(struct lookups *l);
/* Published lists of persons and companies, LOOKUP/lists/. */
struct list_desk *lookups_lists(struct lookups *l);

/* For check_context: answers with the age of each State's list. */
struct document_lookup lookups_ask(struct lookups *l);

/*
 * How old the lists are, out of the replicas: of a State one of whose logs of documents was last looked at
 * then. told: all that is held was handed to the sets; else only that there are such lists. owns: this node
 * is where its own member's documents are entered, so that they are never old.
 */
void lookups_aged(struct lookups *l, const struct replica_row *row, size_t n, const struct roster *r,
                  bool told, struct span owns);
/* One State's: 0: no list; 1: there is one, and nobody knows how old it is. */
unix_time lookups_age(const struct lookups *l, struct span state);

/* How old the revocations are that stand in this folder `lookup`; 0: nobody knows. */
unix_time lookups_revoked_age(const char *folder);

/* The consumers of both streams, into out; how many. */
size_t lookups_consumers(struct sync_consumer_view *v, struct sync_consumer *out);

/* One record of stream REVOCATION_STREAM of that State. */
MUST_USE bool lookups_take_revocation(struct lookups *l, struct span owner, struct span type,
                                      struct span body, struct why *w);

/* Images made anew when that is due. */
MUST_USE bool lookups_tidy(struct lookups *l, struct why *w);
/* Reads all pages once, so that no check is the first; ending as lookup_exact_warm. */
MUST_USE bool lookups_warm(struct lookups *l, bool (*ending)(void *ctx), void *ctx, struct why *w);

#endif
