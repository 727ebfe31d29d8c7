/*
 * Objects that a node makes itself, as JSON of one line: members in the order of the standard's tables, times
 * with three digits or more, ids given or derived. What is written passes stix_read, or a reason is returned.
 */
#ifndef SERAI_STIX_WRITE_H
#define SERAI_STIX_WRITE_H

#include "base/buffer.h"
#include "stix/marking.h"
#include "stix/object.h"

/* What all have. Texts are UTF-8; empty spans are left out. */
struct stix_head {
    struct span id;            /* "indicator--…": its type decides */
    struct span creator;       /* created_by_ref */
    int64_t created, modified; /* microseconds since 1970 */
    bool revoked;
    const struct span *labels;
    size_t labels_n;
    int confidence; /* 0..100; -1: absent */
    struct span lang;
    bool marked;
    enum tlp tlp;             /* when marked: the TLP 2.0 id */
    const struct span *marks; /* further ids of marking-definitions */
    size_t marks_n;
};

struct stix_external {
    struct span source_name, description, url, external_id;
};

struct stix_indicator_text {
    struct span name, description;
    const struct span *types; /* indicator_types */
    size_t types_n;
    struct span pattern, pattern_type; /* empty pattern_type: "stix" */
    int64_t valid_from, valid_until;   /* microseconds; valid_until 0: absent */
    const struct stix_external *external;
    size_t external_n;
};

struct stix_sighting_text {
    struct span sighting_of;             /* id */
    int64_t first_seen, last_seen;       /* 0: absent */
    int64_t count;                       /* 0..999999999; -1: absent */
    const struct span *observed, *where; /* ids */
    size_t observed_n, where_n;
    bool summary;
    struct span description;
};

struct stix_identity_text {
    struct span name, description, identity_class, contact;
    const struct span *sectors;
    size_t sectors_n;
};

struct stix_note_text {
    struct span summary, content; /* of an opinion: opinion, explanation */
    const struct span *authors, *objects;
    size_t authors_n, objects_n;
};

struct stix_report_text {
    struct span name, description;
    const struct span *types, *objects;
    size_t types_n, objects_n;
    int64_t published;
};

struct stix_relation_text {
    struct span relationship_type, source, target, description;
};

/*
 * Each appends one object. False, and out as it was, when out has no room or the object breaks a MUST: w says
 * which. scratch is for checking and may be reset afterwards.
 */
MUST_USE bool stix_put_indicator(struct buffer *out, const struct stix_head *h,
                                 const struct stix_indicator_text *t, struct arena *scratch, struct why *w);
MUST_USE bool stix_put_sighting(struct buffer *out, const struct stix_head *h,
                                const struct stix_sighting_text *t, struct arena *scratch, struct why *w);
MUST_USE bool stix_put_identity(struct buffer *out, const struct stix_head *h,
                                const struct stix_identity_text *t, struct arena *scratch, struct why *w);
MUST_USE bool stix_put_note(struct buffer *out, const struct stix_head *h, const struct stix_note_text *t,
                            struct arena *scratch, struct why *w);
/* content: explanation; summary: one of opinion-enum. */
MUST_USE bool stix_put_opinion(struct buffer *out, const struct stix_head *h, const struct stix_note_text *t,
                               struct arena *scratch, struct why *w);
MUST_USE bool stix_put_report(struct buffer *out, const struct stix_head *h, const struct stix_report_text *t,
                              struct arena *scratch, struct why *w);
MUST_USE bool stix_put_relationship(struct buffer *out, const struct stix_head *h,
                                    const struct stix_relation_text *t, struct arena *scratch, struct why *w);

#endif
