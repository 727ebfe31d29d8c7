/* Any bytes as the answer of a member on stays, as a parameter of a journey, and as a code: what was read
 * keeps what its reader promises. */
#include <stdlib.h>

#include "service/travel/code.h"
#include "service/travel/need.h"
#include "service/travel/stays_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void journey(struct span text)
{
    static struct need_request r;
    static struct need_case c;
    struct why w = { 0 };

    need_request_init(&r);
    for (size_t i = 0; need_parameters[i]; i++)
        if (!need_set(&r, need_parameters[i], text, &w))
            must(w.reason != NULL);
    if (!need_ready(&r, &w))
        return;
    for (size_t i = 0; i < r.n_legs; i++) {
        need_case_of(&r, i, &c);
        must(c.facts.n_stays <= NEED_STAYS + NEED_LEGS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct stays_answer s = { .n = 0 };
    struct why w = { 0 };
    char code[CODE_TEXT], again[CODE_TEXT];
    struct arena a;

    if (n > 1 << 16)
        return 0;
    arena_init(&a, 16u << 20);
    if (stays_answer_read(span_of(data, n), &a, &s, &w)) {
        for (size_t i = 0; i < s.n; i++)
            must(date_is_set(s.stay[i].stay.from) &&
                 (!date_is_set(s.stay[i].stay.to) || date_cmp(s.stay[i].stay.from, s.stay[i].stay.to) <= 0));
    } else {
        must(w.reason != NULL);
    }
    journey(span_of(data, n));
    if (code_read(span_of(data, n), code))
        must(code_read(span_str(code), again) && strcmp(code, again) == 0);
    code_of_receipt(span_of(data, n), code);
    must(code_read(span_str(code), again) && strcmp(code, again) == 0);
    arena_free(&a);
    return 0;
}
