/*
 * Files of posts, tokens shown at a barrier, plates and documents as people type them, the public list and
 * other members' counts. The first byte says which reader.
 */
#include <stdlib.h>

#include "crypto/node_key.h"
#include "service/travel/slots.h"
#include "service/travel/slots_audit.h"
#include "service/travel/waiting.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* What is read holds together: every slot of a day lies where the gate says it is open. */
static void posts(struct span in, struct arena *a, struct why *w)
{
    struct posts p;

    if (!posts_parse(in, a, &p, w)) {
        if (!w->reason)
            abort();
        return;
    }
    for (size_t i = 0; i < p.n && i < 4; i++) {
        const struct post *post = &p.post[i];

        for (size_t k = 0; k < post->n_gates; k++) {
            const struct gate *g = &post->gate[k];
            const struct post *found = NULL;
            struct slot_times t;

            if (posts_gate(&p, span_str(g->place), &found) != g || found != post || 60 % g->slot != 0)
                abort();
            for (unix_time at = 1806000000 / 300 * 300; at < 1806000000 + 86400; at += 300) {
                if (!gate_is_slot(post, g, at))
                    continue;
                slot_times_of(&p, post, g, at, &t);
                if (!gate_is_open(post, g, at) || gate_places(g) < 1 || t.first_draw > t.closes ||
                    t.from > t.start || t.until < t.end)
                    abort();
            }
        }
    }
}

/* Nobody has the key: whatever is shown, it is no token, or forged. */
static void token(struct span in, struct arena *a, struct why *w)
{
    static uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];
    static const uint8_t seed[NODE_SEED] = { 3 };
    struct slot_token t;

    if (!pub[0] && !pub[1])
        node_key_from_seed(seed, pub, secret);
    if (slot_token_read(in, SPAN("IR"), pub, a, &t, w) &&
        (t.place.n == 0 || t.place.n > 255 || t.persons < 0 || t.start < 0))
        abort();
}

/* A form of a form is itself. */
static void forms(struct span in, struct arena *a, struct why *w)
{
    struct span once, twice, key, bound;

    if (slot_plate_form(in, a, &once, w) && (!slot_plate_form(once, a, &twice, w) || !span_eq(once, twice)))
        abort();
    if (slot_document_form(span_sub(in, 0, 3), SPAN("passport"), span_sub(in, 3, in.n), a, &key, &bound, w) &&
        key.n > bound.n)
        abort();
}

static void list(struct span in, struct arena *a, struct why *w)
{
    struct span event[64];
    struct slot_audit x;
    struct buffer b;
    size_t n = 0;

    for (size_t from = 0, i = 0; i <= in.n && n < 64; i++) {
        if (i < in.n && in.p[i] != '\n')
            continue;
        if (i > from)
            event[n++] = span_sub(in, from, i);
        from = i + 1;
    }
    if (!slot_audit_run(event, n, true, a, &x, w))
        return;
    buf_init(&b, 1 << 16);
    slot_audit_json(&x, &b);
    if (!buf_ok(&b) || x.events != (int64_t)n || x.used + x.missed + x.cancelled + x.undrawn > x.events)
        abort();
    buf_free(&b);
}

static void count(struct span in, struct arena *a, struct why *w)
{
    struct waiting_count c, again;
    struct buffer b;

    if (!waiting_record_parse(in, a, &c, w))
        return;
    buf_init(&b, 1 << 16);
    if (!waiting_record_put(&c, &b, w) || !waiting_record_parse(buf_span(&b), a, &again, w) ||
        c.at != again.at || c.arrived != again.arrived || c.gone != again.gone || c.queue != again.queue ||
        !span_eq(c.place, again.place))
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const reader[])(struct span, struct arena *, struct why *) = { posts, token, forms, list,
                                                                                 count };
    struct arena a;
    struct why w;

    if (!n || !node_crypto_init())
        return 0;
    why_clear(&w);
    arena_init(&a, 64 << 20);
    reader[data[0] % (sizeof reader / sizeof *reader)](span_of(data + 1, n - 1), &a, &w);
    arena_free(&a);
    return 0;
}
