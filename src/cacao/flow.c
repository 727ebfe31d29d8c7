#include "cacao/cacao.h"

/* A step to tell, and how it was come to. */
struct ahead {
    uint32_t step, depth;
    const struct cacao_edge *by;
};

/* A way that goes on where it is stays at its depth; one of several goes one deeper. */
static uint32_t depth_after(const struct cacao_edge *e, uint32_t edges, uint32_t depth)
{
    return e->kind == CACAO_ON_COMPLETION || edges == 1 ? depth : depth + 1;
}

bool cacao_flow(const struct cacao *c, struct cacao_line **out, uint32_t *n, struct why *w)
{
    size_t most = (size_t)c->edges + 2;
    struct cacao_line *line = arena_array(c->a, most, sizeof *line);
    struct ahead *stack = arena_array(c->a, most, sizeof *stack);
    bool *told = arena_alloc(c->a, c->steps + (size_t)1);
    uint32_t depth = 0, lines = 0;

    if (!line || !stack || !told)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the flow takes more memory than is given to one");
    if (c->exception_at != JSON_NONE)
        stack[depth++] = (struct ahead){ c->exception, 0, NULL };
    stack[depth++] = (struct ahead){ c->start, 0, NULL };
    while (depth) {
        struct ahead at = stack[--depth];
        bool again = at.step != CACAO_NONE && told[at.step];
        const struct cacao_step *s;

        line[lines++] = (struct cacao_line){ at.step, at.depth, at.by, again };
        if (at.step == CACAO_NONE || again)
            continue;
        told[at.step] = true;
        s = &c->step[at.step];
        /* What completes a step is read last, so it goes under the others on the stack. */
        for (int pass = 0; pass < 2; pass++)
            for (uint32_t i = s->edges; i-- > 0;) {
                const struct cacao_edge *e = &c->edge[s->edge + i];

                if ((e->kind == CACAO_ON_COMPLETION) == (pass == 0))
                    stack[depth++] = (struct ahead){ e->to, depth_after(e, s->edges, at.depth), e };
            }
    }
    *out = line;
    *n = lines;
    return true;
}
