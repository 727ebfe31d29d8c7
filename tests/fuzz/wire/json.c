/* What parses has a canonical form, which parses, and whose canonical form is itself; look-ups stay inside.
 */
#include "wire/json.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "wire/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void look_at_all(const struct json *j, struct arena *a)
{
    for (json_ref v = 0; v < j->n; v++) {
        struct span s = json_source(j, v);
        int64_t i;
        double d;

        must(s.n == 0 || (s.p >= j->text.p && s.p + s.n <= j->text.p + j->text.n));
        must(j->node[v].next > v && j->node[v].next <= j->n);
        if (json_is(j, v, JSON_KIND_STRING)) {
            must(json_text_of(j, v, a, &s));
            must(s.n || json_text_is(j, v, ""));
        }
        (void)json_member(j, v, "a");
        if (json_int64(j, v, &i))
            must(json_double(j, v, &d));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct json j, again;
    struct buffer once, twice;
    struct why w = { 0 };

    arena_init(&a, 64u << 20);
    buf_init(&once, 8u << 20);
    buf_init(&twice, 8u << 20);
    if (json_parse(span_of(data, n), &a, &j, &w)) {
        look_at_all(&j, &a);
        if (jcs_put(&once, &j, JSON_ROOT, &a, &w)) {
            must(json_parse(buf_span(&once), &a, &again, &w));
            must(jcs_put(&twice, &again, JSON_ROOT, &a, &w));
            must(span_eq(buf_span(&once), buf_span(&twice)));
        }
    } else {
        must(w.reason != NULL && (w.offset <= n || w.offset == WHY_NO_OFFSET));
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(&a);
    return 0;
}
