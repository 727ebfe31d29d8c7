/* The roadside check over foreign bytes: a request in JSON, or evidence itself. Whatever comes, an answer is
 * JSON and nothing unsigned is recognised without an officer and an answer from home. */
#include <stdlib.h>

#include "check/licence.h"
#include "wire/json.h"

static const char text[] = "agreement \"SPECIMEN (illustrative)\" version 1\n"
                           "parties IR KZ PK\n"
                           "in force from 2020-01-01\n"
                           "article 1 \"Licences\"\n"
                           "  text en \"SPECIMEN\"\n"
                           "  when licence.issuer is a party and licence is genuine\n"
                           "  recognise licences of visitors\n"
                           "    B from age 18\n";

static struct agreement *agreement(void)
{
    static struct agreement_faults faults;
    static struct agreement *a;

    if (!a)
        a = agreement_parse(span_str(text), &faults);
    return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static struct licence_request r;
    static struct anchor_set *anchors;
    struct licence_setting c = { .member = "IR", .agreement = agreement() };
    struct licence_answer out;
    struct arena a;
    struct json j;
    struct why w;

    if (!c.agreement)
        return 0;
    anchors = anchors ? anchors : anchor_set_new();
    c.anchors = anchors;
    arena_init(&a, 64 << 20);
    why_clear(&w);
    if (n && p[0] == '{') {
        if (!licence_request_from_json(span_of(p, n), &r, &a, &w))
            goto out;
    } else if (n) {
        r = (struct licence_request){ .n_evidence = 1, .evidence = { { .bytes = span_of(p, n) } } };
    }
    if (n && licence_check(&c, &r, 1900000000, &a, &out, &w)) {
        why_clear(&w);
        if (!json_parse(out.json, &a, &j, &w))
            abort();
    }
out:
    arena_free(&a);
    return 0;
}
