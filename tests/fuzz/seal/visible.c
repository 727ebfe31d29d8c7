/* Any bytes against a set with the signers of the corpus: ends, keeps to 1 MiB, and believes nothing that is
 * not genuine. */
#include "seal/visible.h"

#include <stdlib.h>

#include "visible_anchors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static const struct anchor_set *anchors(void)
{
    static struct anchor_set *set;

    if (!set) {
        set = anchor_set_new();
        for (size_t i = 0; i < sizeof visible_anchors / sizeof visible_anchors[0]; i++)
            must(anchor_set_add(set, span_of(visible_anchors[i].der, visible_anchors[i].n),
                                &(struct anchor_origin){ .source = "corpus" }, ANCHOR_VOUCHED, NULL, NULL));
    }
    return set;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct visible_seal s;
    static struct findings f;
    struct arena a;

    for (int i = 0; i < 2; i++) {
        struct seal_options opt = { anchors(), 1795219200, i ? PROFILE_STRICT : PROFILE_LENIENT };

        findings_init(&f);
        arena_init(&a, 1 << 20);
        (void)visible_seal_verify(span_of(data, n), &opt, &a, &s, &f);
        must((s.result == RESULT_GENUINE) == (s.why.reason == NULL));
        must(s.n_fields <= SEAL_FIELDS);
        if (s.result != RESULT_GENUINE && s.result != RESULT_EXPIRED)
            must(seal_field(&s, "mrz") == NULL);
        else
            must(s.path.anchor != NULL && s.is_signed);
        arena_free(&a);
    }
    return 0;
}
