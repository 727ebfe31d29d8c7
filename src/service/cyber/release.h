/*
 * Releasing objects to other members: looked at first (who would see what, what is refused and why), then
 * published in the member's logs under the audience that fits; recalled by a revoked version. Each leaves a
 * row (store/cyber_acts.h) with who, when, what, to whom and under which article. JSON in, JSON out, schemas
 * of web/openapi.json.
 */
#ifndef SERAI_SERVICE_CYBER_RELEASE_H
#define SERAI_SERVICE_CYBER_RELEASE_H

#include "log/streams.h"
#include "service/cyber/label_places.h"
#include "service/cyber/object_store.h"
#include "store/cyber_acts.h"

enum { CYBER_DOUBTS = 8 };

struct cyber_desk {
    const struct cyber_places *places;
    const struct agreement *agreement;
    struct span self; /* "KZ" */
    struct object_store *objects;
    struct store *store;
    struct streams *streams; /* NULL: nothing can be released from here */
    void (*random)(void *p, size_t n);
    /* What speaks against giving an indicator to others, as words; how many. Then it goes only when the
     * request names it in "confirm". NULL: nothing is asked. */
    size_t (*doubts)(void *ctx, const struct stix_uuid *indicator, unix_time now, const char **out);
    void *doubts_ctx;
    /* As what an officer reads here. What cyber_may does not let him read is not there for him: it is neither
     * shown nor released, copied or recalled; asked for by name, that is on record ("refused"). NULL: reads
     * everything. */
    struct cyber_reader (*reader)(const void *ctx, struct span officer);
    const void *reader_ctx;
    const uint8_t *secret; /* SIGHTING_SECRET bytes, of this node alone: sighting_add.h */
};

/*
 * Reasons: "request" (with what is wrong), "not-agreed" (the agreement has no sharing, or the article does
 * not bind this member), "group", "doubt" (an indicator needs a confirmation), "embargo" (longer than
 * agreed), "nothing" (no object is chosen, or none may go to anybody), "owner" (recall: another member's),
 * "creator", "revoked", "unversioned", "not-ready", "too-large", those of the stores and of streams_publish.
 */
typedef bool cyber_op(const struct cyber_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w);

cyber_op cyber_preview, cyber_release, cyber_recall, cyber_copy, cyber_releases;

/* Recalls of this member, newest first: who has carried them out, who is late by the agreement's "recalled
 * within". {} is asked. */
cyber_op cyber_recalls;
struct cyber_recall_counts {
    size_t open, late; /* members that have not said so, over all recalls */
};
MUST_USE bool cyber_recall_count(const struct cyber_desk *d, unix_time now, struct cyber_recall_counts *out,
                                 struct why *w);

/* The object again as its creator withdraws it: revoked, and modified at that time. Reason "unversioned". */
MUST_USE bool cyber_revoked_version(struct span object, int64_t micros, struct arena *a, struct buffer *out,
                                    struct why *w);

/*
 * A copy without what is marked stricter than `most` in granular markings: a new object with its own id,
 * for its creator's member alone (STIX 3.6: what is left out makes another object). Reasons "unversioned",
 * "nothing" (no part is stricter), "whole" (the object's own marking is), "required" (the copy would not be
 * an object any more).
 */
MUST_USE bool cyber_redacted_copy(struct span object, enum tlp most, const struct stix_uuid *id,
                                  int64_t micros, stix_marking_look look, void *ctx, struct arena *a,
                                  struct buffer *out, struct why *w);

#endif
