/* Notices and steps that wait, sent by themselves while a node runs. */
#include "service/licence/offence_internal.h"

enum { PAGE = 50, PASS_BYTES = 64 << 20, DOWN = 64 };

struct pass {
    const struct ask_office *o;
    unix_time now;
    struct arena one; /* of one notice */
    uint8_t down[DOWN][2];
    size_t n_down, waits;
};

static bool is_down(const struct pass *p, struct span member)
{
    for (size_t i = 0; i < p->n_down; i++)
        if (span_eq(member, span_of(p->down[i], 2)))
            return true;
    return false;
}

static bool send(struct pass *p, const struct offence *of, struct why *w)
{
    bool waits = false;

    if (is_down(p, of->name.other)) {
        p->waits++;
        return true;
    }
    if (!offence_resend(p->o, of, p->now, &p->one, &waits, w))
        return false;
    p->waits += waits;
    if (waits && p->n_down < DOWN && of->name.other.n == 2)
        memcpy(p->down[p->n_down++], of->name.other.p, 2);
    return true;
}

/* The notice that a message of ours is about: itself, or that of a step. */
static bool name_of(const struct pass *p, const struct case_view *v, struct arena *a, struct case_name *out)
{
    struct ask_question q;
    struct offence_step x;
    struct why bad;

    why_clear(&bad);
    *out = v->record.name;
    if (span_eq_str(v->record.kind, offence_topic.name))
        return true;
    if (!ask_question_stored(v->record.body, a, &q, &bad) || !offence_step_read(q.body, a, &x, &bad))
        return false;
    out->side = span_eq(x.notifier, p->o->member) ? CASE_OURS : CASE_THEIRS;
    out->reference = x.reference;
    return true;
}

static bool one_case(struct pass *p, const struct case_view *v, struct why *w)
{
    struct offence *of;
    struct case_name name;
    bool found = false;

    arena_reset(&p->one);
    of = arena_alloc(&p->one, sizeof *of);
    if (!of)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return !name_of(p, v, &p->one, &name) ||
           (offence_find(p->o->store, &name, &p->one, &found, of, w) && (!found || send(p, of, w)));
}

static bool each(struct pass *p, const struct case_filter *filter, bool (*ended)(void *ctx), void *ctx,
                 struct why *w)
{
    struct case_filter f = *filter;
    const struct case_view *page;
    struct arena a;
    bool ok = true, stop = false;
    size_t n;

    arena_init(&a, PASS_BYTES);
    f.most = PAGE;
    f.bodies = true;
    do {
        arena_reset(&a);
        n = 0;
        ok = store_list_cases(p->o->store, &f, &a, &page, &n, &f.before, w);
        for (size_t i = 0; ok && !stop && i < n; i++) {
            ok = one_case(p, &page[i], w);
            stop = ended && ended(ctx);
        }
    } while (ok && !stop && f.before);
    arena_free(&a);
    return ok;
}

bool offence_pass(const struct ask_office *o, unix_time now, bool whole, bool (*ended)(void *ctx), void *ctx,
                  size_t *waits, struct why *w)
{
    static const enum ask_state on_its_way[] = { ASK_OPEN, ASK_UNREACHABLE };
    struct pass p = { .o = o, .now = now };
    struct case_filter f = { .kind = span_str(offence_topic.name) };
    bool ok = true;

    arena_init(&p.one, PASS_BYTES);
    if (whole)
        ok = each(&p, &f, ended, ctx, w);
    for (size_t i = 0; ok && !whole && i < 2; i++) {
        f = (struct case_filter){ .side = CASE_OURS,
                                  .state = span_str(ask_state_word(on_its_way[i])),
                                  .kind = span_str(offence_topic.name) };
        ok = each(&p, &f, ended, ctx, w);
        f.kind = span_str(offence_step_topic.name);
        ok = ok && each(&p, &f, ended, ctx, w);
    }
    arena_free(&p.one);
    *waits = p.waits;
    return ok;
}
