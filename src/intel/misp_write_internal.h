/* What the files that write MISP events share. */
#ifndef SERAI_INTEL_MISP_WRITE_INTERNAL_H
#define SERAI_INTEL_MISP_WRITE_INTERNAL_H

#include "intel/misp.h"
#include "intel/object.h"
#include "intel/seen.h"

/* One STIX object that was given. */
struct misp_kept {
    struct json json;
    struct span id;
    struct stix_id name;
    uint32_t event;    /* the last one it stands in, from 1; 0: none yet */
    uint32_t sighting; /* 1 + first object that is a sighting or opinion of it */
    uint32_t next;     /* of a sighting: the next one of the same */
    bool observed;     /* an observable that an observed-data object names */
};

struct misp_writer {
    struct misp_write_about about;
    struct arena a;
    struct intel_seen ids; /* id -> place in object */
    struct misp_kept *object;
    size_t n, room;
    uint32_t event;        /* being written, from 1 */
    struct stix_uuid uuid; /* its */
    size_t attributes, left_out;
    struct buffer manifest, hashes, out;
};

struct span misp_member(struct misp_writer *m, const struct misp_kept *o, const char *name);
struct misp_kept *misp_find(struct misp_writer *m, struct span id);
unix_time misp_seconds(struct misp_writer *m, const struct misp_kept *o, const char *name);
void misp_put_seconds(struct json_writer *j, const char *key, unix_time t);
bool misp_tlp(const struct misp_kept *o, enum tlp *tlp);
/* Labels that are not ours, and the TLP. */
void misp_put_tags(struct misp_writer *m, struct json_writer *j, const struct misp_kept *o, bool marked,
                   enum tlp tlp);
struct span misp_label(struct misp_writer *m, const struct misp_kept *o, const char *name);

bool misp_is_attribute(const struct misp_kept *o);
/* group: the object that it stands in, or NULL. */
void misp_put_attribute(struct misp_writer *m, struct json_writer *j, struct misp_kept *o,
                        const struct misp_kept *group);
void misp_put_references(struct misp_writer *m, struct json_writer *j, const struct misp_kept *group);
void misp_link_sightings(struct misp_writer *m);

#endif
