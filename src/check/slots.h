/* What the node is asked about slots of time and waiting, as JSON, over HTTP and on the command line. */
#ifndef SERAI_CHECK_SLOTS_H
#define SERAI_CHECK_SLOTS_H

#include "service/travel/slots.h"
#include "service/travel/waiting.h"
#include "wire/json_write.h"

struct slots_desk {
    struct slot_desk slots;
    /* Puts a symbol of the token into the answer; NULL: none is drawn here. */
    void (*draw)(struct json_writer *j, struct span token);
    bool turns; /* draws that are due are made elsewhere (node/part_slots.c), not with each request */
};

/*
 * Each takes the body of its operation and appends its answer. Reasons: those of slots.h, "request".
 * Draws that are due come first, unless `turns`.
 */
typedef bool slots_op(const struct slots_desk *d, struct span json, struct arena *a, struct buffer *out,
                      struct why *w);
slots_op slots_book, slots_show, slots_cancel, slots_change, slots_check, slots_release;
/* Adds counts of those who arrived or left: place, arrived, gone, queue, at (now when absent). */
slots_op slots_count;

/* The slots of one place: places, taken, how many wait. day: "2027-01-01" is the post's own, a moment means
 * its day there, empty today. days: 1 to 31. Reasons "no-post", "request". */
MUST_USE bool slots_list(const struct slots_desk *d, struct span place, struct span day, int64_t days,
                         struct arena *a, struct buffer *out, struct why *w);

/* The public list from its beginning, worked out (slots_audit.h). *found: against the rules. */
MUST_USE bool slots_audited(const struct slots_desk *d, struct arena *a, struct buffer *out, int64_t *found,
                            struct why *w);
/* Entries of the public list behind `after`, and the number to go on with. */
MUST_USE bool slots_events(const struct slots_desk *d, int64_t after, size_t most, struct arena *a,
                           struct buffer *out, struct why *w);

/* All posts with their gates. */
MUST_USE bool slots_posts(const struct slots_desk *d, struct buffer *out, struct why *w);

/* One post, every gate: here, over there, together; and the hours ahead. Reason "no-post". */
MUST_USE bool slots_waiting(const struct slots_desk *d, struct span post, int64_t hours, struct arena *a,
                            struct buffer *out, struct why *w);

#endif
