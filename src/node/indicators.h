/*
 * The register of indicators of a running node, kept current by a part (part_indicators.c), and the folder
 * `detector` of node.conf that is made of it:
 *
 *   indicators.image, indicators.image.delta   what the agreement lets into detectors of the constituency
 *   warninglists.image                         of the lists in the folder `warninglists`
 */
#ifndef SERAI_NODE_INDICATORS_H
#define SERAI_NODE_INDICATORS_H

#include <pthread.h>

#include "node/federation.h"
#include "service/cyber/life.h"
#include "service/cyber/release.h"

/* What the detectors have: by the number of the indicator in the register. */
struct detector_feed {
    char image[4096];
    uint64_t *has; /* a digest of the entries of each; 0: none */
    size_t n;
    size_t appended;                   /* changes since the image */
    bool whole;                        /* the image is to be made anew */
    unix_time again;                   /* when an embargo ends; 0: none */
    uint64_t added, withdrawn, images; /* since the start */
};

struct indicators {
    pthread_rwlock_t lock; /* over life; the part's thread alone changes it */
    struct life *life;
    struct life_options how;
    uint64_t erased;           /* of cyber_base, when life was made */
    struct detect_image lists; /* in memory */
    struct detect_warnings *warnings;
    struct detector_feed feed; /* image empty: no detector */
    struct cyber_law law;      /* that the feed was made under */
    uint64_t rested;           /* how far it had read when its pages were given back */
    unix_time last;            /* when all of it was looked at */
};

/* NULL: this node keeps no register (node/federation.h). */
struct indicators *indicators_of(struct federation *f);

/* The register asked before indicators go out, once it has read all that is stored now. Reason "not-ready".
 */
MUST_USE bool indicators_gate(struct federation *f, struct cyber_desk *d, struct why *w);

/* Entries of indicator i for a detector of the constituency; 0: none, and *again (may be NULL) is when an
 * embargo that alone stands in the way ends. */
size_t detector_entries(const struct life *l, size_t i, const struct cyber_law *law, unix_time now,
                        struct detect_indicator *out, size_t room, char id[STIX_ID_TEXT], unix_time *again);

/* What changed since the last call goes to the detectors; at first, after `whole`, and when the delta is long
 * an image is made anew. Under the lock for reading life, by the part's thread. */
MUST_USE bool detector_feed_step(struct detector_feed *d, struct life *l, const struct cyber_law *law,
                                 unix_time now, struct why *w);
void detector_feed_free(struct detector_feed *d);

#endif
