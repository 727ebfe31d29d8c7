/*
 * Any bytes as a list of authorities, a status token or a revocation list: ends, and believes nothing, since
 * the set believes nobody. What lies behind the signature is judged as well.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "seal/licence_crl.h"
#include "seal/status_internal.h"
#include "seal/vical_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void list(struct span in, const struct anchor_set *nobody, enum profile profile, struct arena *a)
{
    const struct vical_options opt = { .anchors = nobody, .at = 1789500000, .profile = profile };
    char what[WHY_DETAIL];
    struct vical v;

    must(vical_verify(in, &opt, a, &v, NULL) != RESULT_GENUINE && v.why.reason);
    for (size_t i = 0; v.entry && i < v.n && i < 4; i++) {
        if (!v.entry[i].der.n)
            continue;
        vical_entry_judge(&v.entry[i], true, a);
        vical_entry_say(&v.entry[i], i, what, sizeof what);
        (void)vical_entry_lists(&v.entry[i], SPAN("org.iso.18013.5.1.mDL"));
    }
    if (v.entry)
        must(vical_mark_doubles(&v, a));
}

static void token(struct span in, const struct anchor_set *nobody, enum profile profile, struct arena *a)
{
    const struct status_options opt = { .anchors = nobody, .at = 1789500000, .profile = profile };
    struct status_list l;
    unsigned value;

    must(status_list_verify(in, &opt, a, &l, NULL) != RESULT_GENUINE && l.why.reason);
    (void)status_listed(&l, SPAN("1234567890123456"));
    if (l.token.has_list && status_unpack(l.token.bits, true, l.token.packed, 0, a, &l.values, NULL)) {
        must(!status_at(&l.values, status_count(&l.values), &value));
        must(status_count(&l.values) == 0 || status_at(&l.values, status_count(&l.values) - 1, &value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct anchor_set *nobody;
    struct span in = span_of(data, n);
    struct certificate c;
    struct arena a;

    if (!nobody)
        nobody = anchor_set_new();
    arena_init(&a, 64 << 20);
    for (int p = PROFILE_LENIENT; p <= PROFILE_STRICT; p++) {
        list(in, nobody, (enum profile)p, &a);
        token(in, nobody, (enum profile)p, &a);
    }
    (void)(vical_likely(in) || status_token_likely(in));
    c = (struct certificate){ .serial = SPAN("\x01") };
    (void)licence_crl_check(in, &c, &c, 1789500000, NULL, NULL);
    arena_free(&a);
    return 0;
}
