/* A selector either points into the object or at nothing; spellings that are read are read back no milder.
 * The text up to the first zero byte is the selector, the rest the object. */
#include <stdlib.h>

#include "stix/marking.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const uint8_t *zero = n ? memchr(data, 0, n) : NULL;
    struct span word = span_of(data, zero ? (size_t)(zero - data) : n);
    struct span text = span_sub(span_of(data, n), word.n + 1, n);
    struct stix_id id;
    struct json j;
    struct arena a;
    json_ref v;

    for (int in = TLP_STIX; in <= TLP_MISP; in++) {
        enum tlp t = TLP_RED, back = TLP_CLEAR;

        if (tlp_read((enum tlp_spelling)in, word, &t))
            must(tlp_read((enum tlp_spelling)in, span_str(tlp_word((enum tlp_spelling)in, t)), &back) &&
                 back >= t);
    }
    if (stix_id_read(word, &id))
        must(id.type.n + 38 == word.n && stix_type_name(id.type));
    arena_init(&a, 64u << 20);
    if (json_parse(text, &a, &j, NULL)) {
        v = stix_select(&j, JSON_ROOT, word);
        must(v == JSON_NONE || (v > JSON_ROOT && v < j.n));
    }
    arena_free(&a);
    return 0;
}
