/* The file of edges: nobody is let in by a text that has a line nobody can read. */
#include <stdlib.h>

#include "node/edges.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct span text = span_of(p, n), rest = text, name = { NULL, 0 };
    uint8_t last[EDGE_PIN] = { 0 };
    struct edge_line e = { .name = { NULL, 0 } };
    struct why w;
    size_t lines = 0;

    why_clear(&w);
    while (edges_next(text, &rest, &e, &w)) {
        if (e.name.n == 0 || e.name.n > EDGE_NAME || e.name.p < p || e.name.p + e.name.n > p + n)
            abort();
        memcpy(last, e.pin, sizeof last);
        lines++;
    }
    if (w.reason && w.offset > n)
        abort();
    if (edges_find(text, last, &name, NULL) && (w.reason || lines == 0))
        abort();
    return 0;
}
