/* Paths, filters and headers of TAXII 2.1: lines of path, Accept, then NAME=VALUE. What is taken keeps its
 * promises. */
#include <stdlib.h>

#include "base/text.h"
#include "taxii/media.h"
#include "taxii/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { PAIRS = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span rest = span_of(data, n), path = { 0 }, accept = { 0 }, line;
    struct taxii_pair pair[PAIRS];
    struct taxii_filters f;
    struct taxii_path p;
    struct arena a;
    struct why w = { 0 };
    size_t pairs = 0;

    arena_init(&a, 1 << 20);
    (void)(text_split(&rest, '\n', &path) && text_split(&rest, '\n', &accept));
    if (taxii_is_content(accept) && !memchr(accept.p, '/', accept.n))
        abort();
    if (taxii_accepts(accept) && !memchr(accept.p, '/', accept.n))
        abort();
    while (pairs < PAIRS && text_split(&rest, '\n', &line)) {
        const uint8_t *equals = line.n ? memchr(line.p, '=', line.n) : NULL;
        size_t k = equals ? (size_t)(equals - line.p) : line.n;

        pair[pairs].name = arena_str(&a, span_sub(line, 0, k));
        pair[pairs++].value = arena_str(&a, span_sub(line, k + 1, line.n));
    }
    if (taxii_path_read(path, &p)) {
        if (p.root.n == 0 || (p.object.n && !p.collection.n) ||
            (p.place >= TAXII_MANIFEST && !p.collection.n))
            abort();
        if (taxii_filters_read(p.place, n % 2, pair, pairs, &f, &w)) {
            if (f.limit > LIMIT_TAXII_PAGE || f.n_types > LIMIT_TAXII_ALTERNATIVES ||
                f.n_ids > LIMIT_TAXII_ALTERNATIVES || f.n_versions > LIMIT_TAXII_ALTERNATIVES ||
                f.n_specs > LIMIT_TAXII_ALTERNATIVES)
                abort();
        } else if (!w.reason) {
            abort();
        }
    }
    arena_free(&a);
    return 0;
}
