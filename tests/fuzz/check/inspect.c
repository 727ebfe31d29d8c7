/* Any bytes through inspect: always one valid JSON object, with a reason unless positive, within 1 MiB
 * besides pictures. */
#include <stdlib.h>

#include "check/inspect.h"
#include "check/recognise.h"
#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct anchor_set *anchors;
    struct span file = span_of(data, n), text;
    struct inspect_options opt = { .at = 1795262400, .profile = n % 2 ? PROFILE_STRICT : PROFILE_LENIENT };
    struct arena a, b;
    struct buffer out;
    enum result r, said;
    struct json j;

    if (!anchors)
        anchors = anchor_set_new();
    opt.anchors = anchors;
    if (recognise(file) == THING_PICTURE)
        return 0; /* has a target of its own */
    arena_init(&a, 1 << 20);
    arena_init(&b, 64 << 20);
    buf_init(&out, 64 << 20);
    r = inspect("-", file, &opt, &a, &out);
    must(buf_ok(&out));
    must(json_parse(buf_span(&out), &b, &j, NULL));
    must(json_text_of(&j, json_member(&j, JSON_ROOT, "result"), &b, &text) && result_from_word(text, &said) &&
         said == r);
    must(r != RESULT_GENUINE); /* nothing is believed here */
    must(r == RESULT_WELL_FORMED || json_is(&j, json_member(&j, JSON_ROOT, "reason"), JSON_KIND_STRING));
    buf_free(&out);
    arena_free(&b);
    arena_free(&a);
    return 0;
}
