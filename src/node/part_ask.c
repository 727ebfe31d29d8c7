/* Questions over links, and what is sent again until it has arrived. */
#include <stdlib.h>

#include "node/ask_line.h"
#include "node/federation.h"
#include "service/ask/runner.h"
#include "service/licence/offence.h"

enum { SECONDS = 5, WHOLE_SECONDS = 600 };

struct line_end {
    struct federation *f;
    struct ask_post post;
    struct desks_line line;
    struct ask_runner *runner;
    unix_time whole; /* when all notices were looked at last */
};

/* By the roster that is in force now. */
static enum ask_key key_of(void *ctx, struct span member, struct span kid, uint8_t pub[NODE_PUBLIC_KEY])
{
    const struct line_end *s = ctx;
    struct beliefs *b = keeper_take(s->f->o.keeper);
    enum ask_key key = b->roster ? ask_key_of_roster(b->roster, member, kid, pub) : ASK_KEY_UNKNOWN;

    keeper_give(s->f->o.keeper, b);
    return key;
}

static bool deliver(void *ctx, struct span to, struct span answer, struct arena *a, struct why *w)
{
    const struct line_end *s = ctx;

    return ask_line_deliver(&s->post, to, answer, a, w);
}

static bool ask_open(struct federation *f, void **state, struct why *w)
{
    const struct instance *i = f->o.instance;
    struct ask_runner_options o = { .office = &i->office, .deliver = deliver };
    struct line_end *s;

    (void)w;
    *state = NULL;
    if (!i->desks || !i->store)
        return true; /* an edge without a store asks nothing and answers nothing */
    s = calloc(1, sizeof *s);
    if (!s)
        abort();
    s->f = f;
    s->post = ask_post_links(f->links);
    s->line = (struct desks_line){ ask_line_carrier(&s->post), { s, key_of } };
    o.topics = desks_own(i->desks)->topics;
    o.ctx = s;
    s->runner = ask_runner_new(&o);
    desks_set_line(i->desks, &s->line);
    *state = s;
    return true;
}

static bool ended(void *ctx)
{
    return federation_ending(ctx);
}

static bool ask_step(void *state, const struct federation_step *step, unsigned *again, struct why *w)
{
    struct line_end *s = state;
    bool whole = step->now - s->whole >= WHOLE_SECONDS;
    size_t waits = 0;

    (void)again;
    if (!ask_runner_pass(s->runner, step->now, ended, s->f, w) ||
        !offence_pass(&s->f->o.instance->office, step->now, whole, ended, s->f, &waits, w))
        return false;
    if (whole)
        s->whole = step->now;
    return true;
}

static void ask_close(void *state)
{
    struct line_end *s = state;

    desks_set_line(s->f->o.instance->desks, NULL);
    ask_runner_free(s->runner);
    free(s);
}

const struct federation_part ask_part = {
    .name = "ask", .seconds = SECONDS, .open = ask_open, .step = ask_step, .close = ask_close
};
