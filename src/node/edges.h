/*
 * The nodes at desks and roadsides that read from this member's node: a file with a line for each, the pin of
 * its transport key and a name:
 *
 *   # made by serai init --edge
 *   5e2f…64 hexadecimal digits…  torugart.2
 *
 * An edge reads what its member may read, asks nothing and cosigns nothing. Who is no longer to be let in is
 * taken out of the file; that counts from the next request on.
 */
#ifndef SERAI_NODE_EDGES_H
#define SERAI_NODE_EDGES_H

#include "base/arena.h"
#include "base/why.h"

enum { EDGE_PIN = 32, EDGE_NAME = 64, EDGES_BYTES = 256 * 1024 };

struct edge_line {
    uint8_t pin[EDGE_PIN];
    struct span name; /* small letters, digits, ".", "-"; points into the text */
};

/*
 * The next line that names an edge; rest begins as the whole text. False at its end, and at a line that
 * cannot be read: then with reason "edges" and the offset of the line in the whole text.
 */
MUST_USE bool edges_next(struct span whole, struct span *rest, struct edge_line *out, struct why *w);

/* Whether the text names that pin. A text with a bad line, or with a pin twice, names nobody: reason
 * "edges". */
MUST_USE bool edges_find(struct span text, const uint8_t pin[EDGE_PIN], struct span *name, struct why *w);

#endif
