/* A chip that answers whatever it likes, through the whole reading: two bytes of length before each answer.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "base/reader.h"
#include "check/read_chip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct chip {
    struct reader answers;
    unsigned commands;
};

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct chip *c = ctx;

    if (command.n < 4 || ++c->commands > 6 * LIMIT_CHIP_COMMANDS)
        abort();
    if (rd_left(&c->answers) < 2)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "gone");
    size_t n = rd_u16(&c->answers);
    if (n > rd_left(&c->answers))
        n = rd_left(&c->answers);
    buf_put(response, rd_take(&c->answers, n));
    return true;
}

static bool reset(void *ctx, struct why *w)
{
    (void)ctx;
    (void)w;
    return true;
}

static void no_random(void *p, size_t n)
{
    memset(p, 0x5a, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct anchor_set *anchors;
    struct access access;
    struct findings f;
    struct chip_read r;
    struct why w = { 0 };
    struct arena a;

    if (size < 1 || size > 1 << 16)
        return 0;
    if (!anchors)
        anchors = anchor_set_new();
    struct chip c = { .answers = rd_of(span_of(data + 1, size - 1)) };
    const struct card card = { .transmit = transmit, .reset = reset, .ctx = &c, .extended = data[0] & 1 };
    const struct chip_read_options opt = {
        .card = &card, .access = &access, .anchors = anchors, .at = 1767225600, .random = no_random
    };
    findings_init(&f);
    arena_init(&a, 64 << 20);
    if (data[0] & 2
            ? !access_from_can(SPAN("123456"), &access, NULL)
            : !access_from_fields(SPAN("D23145890734"), SPAN("900101"), SPAN("350101"), &access, NULL))
        abort();
    if (chip_read(&opt, &a, &r, &f, &w)) {
        if (r.n == 0 || r.way == WAY_NONE)
            abort();
    } else if (!w.reason) {
        abort();
    }
    arena_free(&a);
    return 0;
}
