/*
 * MISP events and feeds in and out. One table (misp_type) says what each type of attribute is in STIX and
 * back. UUIDs are kept: that of an attribute, object or event is the UUID of the STIX id that it becomes.
 *
 *   event             report--UUID; its tags and galaxies by name are labels, its TLP tag a marking
 *   organisation      identity--UUID
 *   attribute         indicator--UUID when it has a pattern and somebody means it as one
 * (misp_means_indicator), else observed-data--UUID with its observable, vulnerability--UUID, or note--UUID
 *   object            grouping--UUID of its attributes
 *   reference         relationship--UUID
 *   sighting          sighting--UUID; of a false positive opinion--UUID
 *   event report      note--UUID
 *
 * What STIX has no place for stands in labels: misp:type="…", misp:category="…", misp:to_ids="…".
 */
#ifndef SERAI_INTEL_MISP_H
#define SERAI_INTEL_MISP_H

#include "base/arena.h"
#include "base/buffer.h"
#include "intel/row.h"
#include "wire/json.h"

enum misp_how {
    MISP_NOTE,          /* a text for people */
    MISP_VALUE,         /* one clean value: intel/kind.h */
    MISP_RAW,           /* one value as written, of the property `path` */
    MISP_NUMBER,        /* one number, perhaps behind letters: "AS64496" */
    MISP_FILE,          /* "name|digest" */
    MISP_PAIR,          /* two values, of `path` and `path2` */
    MISP_RULE,          /* a rule in another language; path is its pattern_type */
    MISP_VULNERABILITY, /* "CVE-2026-0001" */
};

struct misp_type {
    const char *type, *category; /* the category that MISP gives when none is said */
    enum misp_how how;
    uint32_t kinds; /* of MISP_VALUE: what it may be; of MISP_FILE: the digest */
    const char *path, *path2;
    bool strong; /* an indicator also in events that mark nothing for detection */
};

/* Never NULL: a type that is not in the table is a note. */
const struct misp_type *misp_type_named(struct span type);
/* The type that a clean value is exported as. */
const char *misp_type_of_kind(enum intel_kind k);
/* The type whose pattern has this path (and no second one); NULL: none. */
const struct misp_type *misp_type_of_path(struct span path);

/*
 * Whether an attribute is meant as an indicator. to_ids alone does not decide: many publishers never set it.
 * It is one when it is marked to_ids; or when its whole event marks nothing, its type is strong, and its
 * category is one of things seen (Payload delivery, Payload installation, Artifacts dropped, Network
 * activity, Persistence mechanism).
 */
bool misp_means_indicator(const struct misp_type *t, bool to_ids, bool event_marks, struct span category);

struct misp_stats {
    size_t events, objects, attributes, to_ids; /* as they stand in the file */
    size_t indicators, observed, notes, vulnerabilities, groupings, sightings, opinions, relationships;
    size_t repeated;  /* attributes with type and value of an earlier one in their event: given once */
    size_t deleted;   /* marked as deleted: given as revoked */
    size_t proposals; /* changes that others proposed: not read */
    size_t dangling;  /* references to what is not in the event */
    size_t refused;
    size_t dirt[INTEL_DIRTS];
};

/*
 * All events of a file in any of its wrappers: {"response":[{"Event":…}]}, {"Event":…}, the bare event, an
 * array of events. Objects go to sink->object, each after those that it refers to but for relationships;
 * an attribute that cannot be read goes to sink->refused, the rest goes on. False when the file is no JSON or
 * holds no event ("misp"), with the offset; or "stopped", "too-large".
 */
MUST_USE bool misp_read(struct span json, const struct intel_about *about, const struct intel_sink *sink,
                        struct arena *a, struct misp_stats *out, struct why *w);

/* One line of a feed's manifest.json. */
struct misp_feed_event {
    struct span uuid, info, date, org;
    unix_time timestamp;
};

/* Walks a manifest: every event that has a UUID. Others go to refused. False: no manifest ("misp"). */
MUST_USE bool misp_read_manifest(struct span json, bool (*event)(void *ctx, const struct misp_feed_event *e),
                                 const struct intel_sink *sink, void *ctx, struct arena *a, struct why *w);

/* Whether a JSON text is a feed's manifest: its members are named by UUIDs. */
bool misp_is_manifest(const struct json *j);

/* Walks hashes.csv: "MD5 of a value, UUID of the event that holds it". Lines that are none go to refused. */
MUST_USE bool misp_read_hashes(struct span csv, bool (*line)(void *ctx, struct span md5, struct span event),
                               const struct intel_sink *sink, void *ctx, struct why *w);

/* The other way. Collects STIX objects, then writes events: one for each report, and one for what no report
 * names. */
struct misp_writer;

struct misp_write_about {
    struct span org, org_uuid; /* who made events whose creator is not among the objects */
    struct span info;          /* of the event for what no report names */
    unix_time now;
};

struct misp_writer *misp_writer_new(const struct misp_write_about *about);
void misp_writer_free(struct misp_writer *m); /* NULL allowed */

/* One STIX object; kept. False: no object with an id ("stix"), or "too-large". */
MUST_USE bool misp_writer_add(struct misp_writer *m, struct span stix, struct why *w);

struct misp_written {
    struct span uuid; /* of the event */
    struct span json; /* {"Event":…} */
    size_t attributes;
};

/* Events one by one, in the order of the reports. left_out (may be NULL) counts objects that an event cannot
 * hold. False: "too-large", "stopped". */
MUST_USE bool misp_writer_events(struct misp_writer *m,
                                 bool (*event)(void *ctx, const struct misp_written *e), void *ctx,
                                 size_t *left_out, struct why *w);

/* manifest.json and hashes.csv of the events written, for a folder that a MISP can pull. */
void misp_writer_manifest(const struct misp_writer *m, struct buffer *out);
void misp_writer_hashes(const struct misp_writer *m, struct buffer *out);

#endif
