/* STIX objects that importers write: what all have, and labels that keep what STIX has no place for. */
#ifndef SERAI_INTEL_OBJECT_H
#define SERAI_INTEL_OBJECT_H

#include "intel/row.h"
#include "stix/object.h"
#include "wire/json_write.h"

/* Of things of which nothing is known but a name: one version for ever. */
enum { INTEL_NO_TIME = 0 };

struct object_head {
    const char *type;
    const struct stix_uuid *uuid;
    const char *creator; /* NULL: none */
    unix_time created, modified;
    bool revoked, marked;
    enum tlp tlp;
    int confidence;     /* -1: none */
    struct span labels; /* items of a JSON array, comma between them; empty: none */
};

/* "type--UUID"; out has STIX_ID_TEXT bytes. Returns out. */
const char *object_id(const char *type, const struct stix_uuid *uuid, char *out);

/* Opens the object and writes all of the head. An observable (plain) has no times, creator or labels. */
void object_begin(struct json_writer *j, const struct object_head *h);
void object_begin_plain(struct json_writer *j, const char *type, const char *id, bool marked, enum tlp tlp);
/* "2026-03-01T08:00:00.000Z" */
void object_time(struct json_writer *j, const char *key, unix_time t);

/* Labels in the making. */
void label_put(struct buffer *b, struct span text);
/* name="value", without the quotes and line ends that value has. */
void label_pair(struct buffer *b, const char *name, struct span value);
/* The value of a label name="value"; false: another label. */
MUST_USE bool label_value(struct span label, const char *name, struct span *out);

/* UUIDv5 of ours over what it is and two parts. */
void object_derive(const char *what, struct span a, struct span b, struct stix_uuid *out);

#endif
