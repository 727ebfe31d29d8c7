/*
 * A node's folder, opened: what `serai serve`, `serai check --node` and `serai issue` work with. The only
 * place that turns a configuration into agreement, anchors, keys and store.
 */
#ifndef SERAI_NODE_INSTANCE_H
#define SERAI_NODE_INSTANCE_H

#include "check/check.h"
#include "crypto/key.h"
#include "node/beliefs.h"
#include "node/config.h"
#include "node/lookups.h"
#include "seal/signing_key.h"
#include "service/notice/notice_book.h"
#include "service/travel/posts.h"

struct cyber_base; /* node/cyber.h */
struct taxii;      /* node/taxii.h */
struct keeper;     /* node/keeper.h */
struct screening;  /* node/screening.h */

struct instance {
    struct arena arena;
    struct node_config config;
    struct span agreement_text;
    const char *laws; /* folder of the agreement's versions */
    struct agreement *agreement;
    struct beliefs *beliefs;          /* NULL once they were handed on: */
    struct keeper *keeper;            /* that keeps them; set by whoever started it, before anybody asks */
    const struct anchor_set *anchors; /* of these beliefs */
    struct store *store;
    const struct signer *signer;      /* of the node key; NULL: it has none */
    struct signing_key node_key;      /* behind it */
    struct private_key *signer_key;   /* NULL: issues nothing */
    struct span signer_certificate;   /* DER */
    struct ask_counts ask_counts;     /* of office and desk */
    struct ask_law law;               /* of office and desk: by the beliefs of the moment */
    struct ask_office office;         /* for questions to other members; needs the store */
    struct desks *desks;              /* ways to those who answer; with the office */
    const struct posts *posts;        /* border posts and their slots; NULL: node.conf names no file */
    struct lookups *lookups;          /* listed documents, revoked permissions; NULL: none are kept */
    struct notice_book *notices;      /* of all members; NULL: no store, or the agreement knows none */
    struct taxii *taxii;              /* TAXII 2.1; NULL: node.conf names no root */
    struct cyber_base *cyber;         /* objects of the cyber service; NULL: node.conf names no folder */
    struct document_lookup documents; /* of these, for checks */
    struct screening *screening;      /* names of notices and lists; NULL: as lookups */
    struct check_context check;       /* points into this instance; check.office NULL without a store */
};

enum instance_parts {
    INSTANCE_STORE = 1,  /* open the store for writing */
    INSTANCE_SIGNER = 2, /* load the key that issues; fails when the configuration names none */
    INSTANCE_ISSUES = 8, /* load it when the configuration names one */
    INSTANCE_SERVED = 4, /* beliefs with what only a node that answers others needs */
};

/* folder holds node.conf. The instance must not move afterwards. On failure nothing stays open. */
MUST_USE bool instance_open(const char *folder, unsigned parts, struct instance *out, struct why *w);
void instance_close(struct instance *i);

struct beliefs_from instance_beliefs_from(const struct instance *i);
/* For whoever keeps them up to date; i->check has no anchors then. */
struct beliefs *instance_hand_beliefs(struct instance *i);

/*
 * The file of a node key: "PRIVATE+KEY+name+hash+base64" as signed-note tools write it. pub and secret are
 * filled when text holds a key of that name; reason "node-key".
 */
MUST_USE bool node_key_parse(struct span text, const char *name, uint8_t pub[NODE_PUBLIC_KEY],
                             uint8_t secret[NODE_SECRET_KEY], struct why *w);
void node_key_write(const char *name, const uint8_t seed[NODE_SEED], struct buffer *out);

#endif
