/*
 * Interchanges of UN/EDIFACT (ISO 9735-1:2002): segments of data elements, of components, with the service
 * characters that UNA names, or those of level A. Syntax alone: which segments make a message is its
 * reader's. Reads segment by segment; spans point into the text. No memory is taken.
 */
#ifndef SERAI_WIRE_EDIFACT_H
#define SERAI_WIRE_EDIFACT_H

#include "base/buffer.h"
#include "base/why.h"

enum { EDIFACT_ELEMENTS = 40, EDIFACT_COMPONENTS = 24 };

struct edifact {
    struct span in;
    size_t at;
    uint32_t segments; /* read so far */
    uint8_t component, element, release, terminator;
};

struct edifact_segment {
    char tag[4];
    size_t at;       /* offset of the tag */
    uint32_t number; /* in the interchange, from 1; UNA is none */
    size_t n;
    struct span element[EDIFACT_ELEMENTS]; /* as it stands; element[0] is the first behind the tag */
};

/* Looks at no more than 9 bytes; white space before is passed over. Reason "edifact": it begins with neither
 * UNA nor UNB nor UNH, or two service characters are the same. */
MUST_USE bool edifact_open(struct edifact *e, struct span text, struct why *w);

enum edifact_got { EDIFACT_END, EDIFACT_SEGMENT, EDIFACT_BAD };

/*
 * The next segment; line ends between segments are passed over. EDIFACT_BAD with why, and the segment is
 * passed over: "tag" (not three letters or digits of which the first is a letter), "elements" (more than
 * EDIFACT_ELEMENTS), "cut" (the terminator is missing at the end of the text). number and at are set then,
 * too.
 */
enum edifact_got edifact_next(struct edifact *e, struct edifact_segment *out, struct why *w);

/*
 * Component c of element i, both from 0, released characters made plain: part of the text, or of scratch when
 * one was released. Empty: not there. White space at the ends is dropped. What does not fit into scratch is
 * empty, and scratch is bad.
 */
struct span edifact_value(const struct edifact *e, const struct edifact_segment *s, size_t i, size_t c,
                          struct buffer *scratch);

#endif
