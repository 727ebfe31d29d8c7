/* What the files that read MISP events share. */
#ifndef SERAI_INTEL_MISP_INTERNAL_H
#define SERAI_INTEL_MISP_INTERNAL_H

#include "intel/misp.h"
#include "intel/object.h"
#include "intel/seen.h"

/* One event being read. */
struct misp_event {
    const struct intel_about *about;
    const struct intel_sink *sink;
    struct misp_stats *stats;
    struct arena *a;      /* of the file */
    struct arena scratch; /* of one attribute */
    const struct json *j;
    struct why *w;
    bool stopped; /* w says why */

    struct stix_uuid uuid;
    bool has_creator;
    char creator[STIX_ID_TEXT];
    unix_time date, modified;
    bool marks;  /* some attribute is to_ids */
    bool marked; /* TLP of the event */
    enum tlp tlp;
    struct intel_seen seen, ids; /* values; UUIDs -> where in refs their id stands */
    struct buffer refs;          /* ids of all objects, quoted, comma between: object_refs */
    struct buffer group;         /* the same of one object */
    struct buffer out;           /* the object being written */
    bool in_group;
};

/* Members of obj, or of an attribute. Absent, null and "": an empty span. Numbers as written. */
struct span misp_text(const struct misp_event *e, json_ref obj, const char *name);
unix_time misp_when(struct span s); /* seconds as text, or RFC 3339; 0: none */
bool misp_true(const struct misp_event *e, json_ref obj, const char *name);
/* A UUID that may stand in a STIX id (RFC 9562: its variant, versions 1 to 8). */
MUST_USE bool misp_uuid_read(struct span s, struct stix_uuid *out);
/* UUID of obj; when it has none, one that follows from the event and what. */
void misp_uuid(const struct misp_event *e, json_ref obj, const char *what, struct span value,
               struct stix_uuid *out);

/* Tags of obj: labels, and the strictest TLP of *marked, *tlp and the tags. */
void misp_tags(const struct misp_event *e, json_ref obj, struct buffer *labels, bool *marked, enum tlp *tlp,
               int *confidence);

/* e->out as one object to the sink; and its id among those of the event. */
void misp_give(struct misp_event *e);
void misp_remember(struct misp_event *e, const char *id, const struct stix_uuid *uuid);
void misp_refuse(struct misp_event *e, json_ref at, struct span id, struct span value, const struct why *why);

void misp_read_attribute(struct misp_event *e, json_ref v);
void misp_read_sightings(struct misp_event *e, json_ref attribute, const char *of);
void misp_read_object(struct misp_event *e, json_ref v);
void misp_read_references(struct misp_event *e, json_ref object);
void misp_read_reports(struct misp_event *e, json_ref list);

/* Fields beyond a type's head of the object that an attribute becomes. */
struct misp_attribute {
    const struct misp_type *type;
    struct span name, category, value, comment, relation; /* name: the type as written */
    bool to_ids, deleted;
    unix_time first, last, changed;
    struct stix_uuid uuid;
    struct intel_value clean, second; /* of values, files and pairs */
};

#endif
