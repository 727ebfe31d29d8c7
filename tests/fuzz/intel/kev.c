/* Any bytes as a catalogue and as an advisory. */
#include <stdlib.h>

#include "intel/csaf.h"
#include "intel/kev.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool on_object(void *ctx, struct span stix)
{
    struct json j;
    struct arena a;

    (void)ctx;
    arena_init(&a, 64 << 20);
    if (!json_parse(stix, &a, &j, NULL))
        abort();
    arena_free(&a);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct intel_about about = { .confidence = -1 };
    const struct intel_sink sink = { .object = on_object };
    struct kev_catalogue c;
    struct csaf_stats s;
    struct kev_delta d;
    struct arena a;

    arena_init(&a, 64 << 20);
    if (kev_read(span_of(data, n), &sink, &a, &c, NULL)) {
        if (!kev_compare(&c, &c, NULL, NULL, &d) || d.same != c.n || d.added || d.removed || d.changed)
            abort();
        for (size_t i = 0; i < c.n; i++) {
            char key[KEV_KEY];
            struct buffer b;

            if (kev_find(&c, c.entry[i].cve) != &c.entry[i])
                abort();
            (void)kev_key(c.entry[i].field[KEV_VENDOR], c.entry[i].field[KEV_PRODUCT], key);
            buf_init(&b, 1 << 20);
            kev_put_vulnerability(&b, &c.entry[i], 0, &about, NULL);
            if (buf_ok(&b))
                (void)on_object(NULL, buf_span(&b));
            buf_free(&b);
        }
    }
    (void)!csaf_to_stix(span_of(data, n), &about, &sink, &a, &s, NULL);
    arena_free(&a);
    return 0;
}
