/*
 * What applicants send, and what members consult each other about. The first byte says which reader. What is
 * read of an application can be checked against an agreement; what is read of a consultation or an opinion
 * writes back to the same bytes.
 */
#include <stdlib.h>

#include "service/travel/application.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char agreement[] = "agreement \"T\" version 1\n"
                                "parties KZ IR\n"
                                "words for travel.purpose: work, tourism\n"
                                "words for permission.kind: pass\n"
                                "article 1 \"A\"\n"
                                "  text en \"x\"\n"
                                "permission pass for work\n"
                                "  ask employer: text\n"
                                "  ask day: date\n"
                                "  ask way: one of bus, train\n"
                                "  attach contract\n"
                                "  valid at most 90 days\n"
                                "  stay at most 30 days\n"
                                "  entries at most 2\n";

static void application(struct span in, struct arena *a, struct why *w)
{
    static struct agreement *g;
    static struct agreement_faults said;
    static struct application_faults faults;
    static struct application x;
    struct application_request r = { 0 };
    struct date today = { 2027, 1, 1 };

    if (!g)
        g = agreement_parse(span_str(agreement), &said);
    x = (struct application){ .entries = -1 };
    if (!application_read(in, 1800000000, a, &r, &x, w))
        return;
    for (size_t i = 0; i < x.n_uploads; i++)
        if (x.upload[i].bytes.n > LIMIT_APPLICATION_FILE)
            abort();
    for (int whole = 0; whole < 2; whole++) {
        application_check(g, SPAN("IR"), &x, NULL, 0, today, today, whole, &faults);
        if (faults.n > APPLICATION_FAULTS || (whole && !faults.n && !x.passport_read))
            abort();
    }
}

static void same(struct buffer *b, struct span in)
{
    if (!buf_ok(b) || !span_eq(buf_span(b), in))
        abort();
}

static void consulted(struct span in, struct arena *a, struct why *w)
{
    struct consultation c;
    struct buffer b;

    if (!consultation_read(in, a, &c, w))
        return;
    buf_init(&b, 64 * 1024);
    consultation_put(&c, &b);
    same(&b, in);
    buf_free(&b);
}

static void opinion(struct span in, struct arena *a, struct why *w)
{
    struct opinion o;
    struct buffer b;

    if (!opinion_read(in, a, &o, w))
        return;
    buf_init(&b, 64 * 1024);
    opinion_put(&o, &b);
    same(&b, in);
    if (o.objects && !o.reason.n)
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct why w;

    if (n < 1)
        return 0;
    why_clear(&w);
    arena_init(&a, 64 << 20);
    if (data[0] % 3 == 0)
        application(span_of(data + 1, n - 1), &a, &w);
    else if (data[0] % 3 == 1)
        consulted(span_of(data + 1, n - 1), &a, &w);
    else
        opinion(span_of(data + 1, n - 1), &a, &w);
    arena_free(&a);
    return 0;
}
