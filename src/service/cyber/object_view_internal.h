/* What the files of object_view.h share. */
#ifndef SERAI_SERVICE_CYBER_OBJECT_VIEW_INTERNAL_H
#define SERAI_SERVICE_CYBER_OBJECT_VIEW_INTERNAL_H

#include "service/cyber/object_view.h"

/* One object at a time; object_look_free afterwards. */
struct object_look {
    const struct object_view *v;
    struct arena arena;
    struct buffer text;
    struct object_row row; /* of the last one read */
    struct json json;
};
void object_look_init(struct object_look *l, const struct object_view *v);
void object_look_free(struct object_look *l);
/* Its row and bytes; false with a reason of the store. *there false: deleted meanwhile. */
MUST_USE bool object_look_read(struct object_look *l, uint64_t sequence, bool *there, struct why *w);
/* The bytes as JSON, for the functions below. Reason "corrupt". */
MUST_USE bool object_look_parse(struct object_look *l, struct why *w);

/* part stands somewhere in all, letters of ASCII in either case; an empty one does. */
bool object_text_has(struct span all, struct span part);

/* For object_query.may; ctx is a struct object_view. */
bool object_view_may(void *ctx, const struct cyber_label *label);

/* id, type, name, version, added, revoked, label: into an object that is open. */
void object_look_say(struct object_look *l, struct json_writer *j);
/* The label, as an object under key. */
void object_view_label(const struct object_view *v, const struct cyber_label *label, struct json_writer *j,
                       const char *key);
/* What it is called; empty: by its id alone. */
struct span object_look_name(struct object_look *l);

#endif
