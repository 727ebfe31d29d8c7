/* What a phone took with it, over foreign bytes: it is refused with a reason, or it is whole and checks can
 * be made with it. */
#include <stdlib.h>

#include "wasm/pack.h"
#include "wire/json.h"

static const char typed[] = "{\"typed\":{\"issuer\":\"KZ\",\"number\":\"SPECIMEN-7\",\"categories\":[\"B\"],"
                            "\"issued\":\"2020-05-01\",\"expiry\":\"2034-05-01\"},\"examined\":true}";

/* Nothing typed is worth more than an officer and the State that issued it say; nobody can be asked here. */
static void check_with(const struct pack *p)
{
    static struct licence_request r;
    struct licence_setting setting;
    struct licence_answer out;
    struct arena a;
    struct why w;
    struct json j;

    arena_init(&a, 64 << 20);
    why_clear(&w);
    pack_setting(p, &setting);
    if (!licence_request_from_json(span_str(typed), &r, &a, &w))
        abort();
    if (licence_check(&setting, &r, p->at, &a, &out, &w) && !json_parse(out.json, &a, &j, &w))
        abort();
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct pack p = { 0 };
    struct why w;

    why_clear(&w);
    if (pack_read(span_of(data, n), &p, &w)) {
        if (!p.member || !p.agreement || !p.anchors)
            abort();
        check_with(&p);
    } else if (!w.reason) {
        abort();
    }
    pack_free(&p);
    pack_free(&p);
    return 0;
}
