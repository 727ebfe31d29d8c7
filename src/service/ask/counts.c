#include "service/ask/counts.h"

static const uint64_t bounds[ASK_BUCKETS] = { 2500,   5000,    10000,   25000,    50000,   100000,
                                              250000, 1000000, 2500000, 10000000, 30000000 };

static size_t class_of(const struct ask_counts *c, struct span topic)
{
    size_t i = 0;

    while (i < ASK_CLASSES - 1 && c->topics[i] && !span_eq_str(topic, c->topics[i]))
        i++;
    return i;
}

void ask_count_one(_Atomic uint64_t *n)
{
    (void)atomic_fetch_add_explicit(n, 1, memory_order_relaxed);
}

void ask_count_asked(struct ask_counts *c, struct span topic, unsigned state)
{
    if (c)
        ask_count_one(&c->asked[class_of(c, topic)][state]);
}

void ask_count_answered(struct ask_counts *c, struct span topic, unsigned said)
{
    if (c)
        ask_count_one(&c->answered[class_of(c, topic)][said]);
}

void ask_count_trip(struct ask_counts *c, uint64_t microseconds)
{
    size_t i = 0;

    if (!c)
        return;
    while (i < ASK_BUCKETS && microseconds > bounds[i])
        i++;
    ask_count_one(&c->bucket[i]);
    (void)atomic_fetch_add_explicit(&c->microseconds, microseconds, memory_order_relaxed);
}

const char *ask_class_word(const struct ask_counts *c, size_t i)
{
    for (size_t k = 0; k < ASK_CLASSES - 1; k++) {
        if (!c->topics[k])
            return k == i ? "agreed" : NULL;
        if (k == i)
            return c->topics[k];
    }
    return i == ASK_CLASSES - 1 ? "agreed" : NULL;
}

uint64_t ask_bucket_bound(size_t i)
{
    return bounds[i];
}
