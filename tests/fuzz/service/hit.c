/* What is kept of a hit and what members ask of it: a body that is read is written again byte for byte. The
 * first byte says which. */
#include <assert.h>
#include <string.h>

#include "service/notice/hit_ask.h"

static void same(const struct buffer *b, struct span body)
{
    assert(buf_ok(b) && b->n == body.n && memcmp(b->p, body.p, body.n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct span body = n ? span_of(data + 1, n - 1) : span_of(NULL, 0);
    struct hit_traveller traveller;
    struct hit_question question;
    struct hit_reply reply;
    struct misused_identity misused;
    struct arena a;
    struct buffer b;
    struct why w = { 0 };

    if (n == 0 || n > 1 << 16)
        return 0;
    arena_init(&a, 4 << 20);
    buf_init(&b, 4 << 20);
    switch (data[0] & 3) {
    case 0:
        if (hit_traveller_read(body, &a, &traveller, &w)) {
            hit_traveller_put(&traveller, &b);
            same(&b, body);
        }
        break;
    case 1:
        if (hit_question_read(body, &a, &question, &w)) {
            hit_question_put(&question, &b);
            same(&b, body);
        }
        break;
    case 2:
        if (hit_reply_read(body, &a, &reply, &w)) {
            hit_reply_put(&reply, &b);
            same(&b, body);
        }
        break;
    default:
        if (misused_identity_read(body, &a, &misused, &w)) {
            misused_identity_put(&misused, &b);
            same(&b, body);
        }
        break;
    }
    buf_free(&b);
    arena_free(&a);
    return 0;
}
