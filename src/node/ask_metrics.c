#include "node/ask_metrics.h"

#include <inttypes.h>

#include "node/metrics.h"
#include "service/ask/ask.h"

static uint64_t of(const _Atomic uint64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static void put_two(const struct ask_counts *c, const char *name, const char *label, bool ours,
                    struct buffer *out)
{
    const char *topic;

    for (size_t t = 0; (topic = ask_class_word(c, t)); t++) {
        for (unsigned k = 0; k < (ours ? ASK_STATES : ASK_SAIDS); k++) {
            uint64_t n = of(ours ? &c->asked[t][k] : &c->answered[t][k]);

            if (n)
                buf_printf(out, "%s{topic=\"%s\",%s=\"%s\"} %" PRIu64 "\n", name, topic, label,
                           ours ? ask_state_word((enum ask_state)k) : ask_said_word((enum ask_said)k), n);
        }
    }
}

static void put_one(const char *name, const char *help, const _Atomic uint64_t *n, struct buffer *out)
{
    metric_family(out, name, "counter", help);
    metric_put(out, name, NULL, NULL, (double)of(n));
}

static void put_trips(const struct ask_counts *c, struct buffer *out)
{
    static const char name[] = "serai_question_seconds";
    uint64_t sum = 0;

    metric_family(out, name, "histogram", "From sending a question to its answer, when one came at once.");
    for (size_t i = 0; i < ASK_BUCKETS; i++) {
        sum += of(&c->bucket[i]);
        buf_printf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, (double)ask_bucket_bound(i) / 1e6, sum);
    }
    sum += of(&c->bucket[ASK_BUCKETS]);
    buf_printf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.6f\n%s_count %" PRIu64 "\n", name, sum,
               name, (double)of(&c->microseconds) / 1e6, name, sum);
}

void ask_metrics(const struct ask_counts *c, struct buffer *out)
{
    if (!c)
        return;
    metric_family(out, "serai_asked_total", "counter",
                  "Times a question was put to another member, by topic and by how it stood then.");
    put_two(c, "serai_asked_total", "state", true, out);
    metric_family(out, "serai_questions_total", "counter",
                  "Questions of other members, by topic and by what was said.");
    put_two(c, "serai_questions_total", "said", false, out);
    put_trips(c, out);
    put_one("serai_questions_resent_total", "Questions sent again by the node itself.", &c->resent, out);
    put_one("serai_questions_late_total", "Questions whose deadline passed without an answer.", &c->late,
            out);
    put_one("serai_answers_delivered_total", "Answers that came later and were delivered.", &c->delivered,
            out);
}
