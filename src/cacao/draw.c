/* A layered drawing: each step one layer below the lowest that leads to it, ways back left out of that. */
#include "base/limits.h"
#include "base/text.h"
#include "cacao/cacao.h"

enum { BOX_W = 190, BOX_H = 46, GAP_X = 30, GAP_Y = 54, MARGIN = 20 };

struct layout {
    uint32_t *layer, *column, *order, *wide; /* order: a topological one; wide: columns of each layer */
    bool *back;                              /* of each edge */
    uint32_t layers, most;
};

static bool room(const struct cacao *c, struct layout *l)
{
    l->layer = arena_array(c->a, c->steps + (size_t)1, sizeof *l->layer);
    l->column = arena_array(c->a, c->steps + (size_t)1, sizeof *l->column);
    l->order = arena_array(c->a, c->steps + (size_t)1, sizeof *l->order);
    l->wide = arena_array(c->a, c->steps + (size_t)1, sizeof *l->wide);
    l->back = arena_array(c->a, c->edges + (size_t)1, sizeof *l->back);
    return l->layer && l->column && l->order && l->wide && l->back;
}

/* Depth first from the start: marks ways back, and leaves an order in which all other ways go forward. */
static bool walk(const struct cacao *c, struct layout *l)
{
    enum { NEW, OPEN, DONE };
    uint32_t *stack = arena_array(c->a, c->steps + (size_t)1, sizeof *stack);
    uint32_t *next = arena_array(c->a, c->steps + (size_t)1, sizeof *next), done = c->steps;
    uint8_t *state = arena_alloc(c->a, c->steps + (size_t)1);

    if (!stack || !next || !state)
        return false;
    for (uint32_t i = 0; i < c->steps; i++) {
        /* The start comes last, so that it is first in the order. */
        uint32_t root = c->start == CACAO_NONE ? i : (c->start + 1 + i) % c->steps, depth = 0;

        if (state[root] != NEW)
            continue;
        state[root] = OPEN;
        stack[depth++] = root;
        while (depth) {
            uint32_t at = stack[depth - 1], k = next[at]++;
            uint32_t to;

            if (k >= c->step[at].edges) {
                state[at] = DONE;
                l->order[--done] = at;
                depth--;
                continue;
            }
            to = c->edge[c->step[at].edge + k].to;
            if (to == CACAO_NONE || state[to] == DONE)
                continue;
            if (state[to] == OPEN) {
                l->back[c->step[at].edge + k] = true;
                continue;
            }
            state[to] = OPEN;
            stack[depth++] = to;
        }
    }
    return true;
}

static void place(const struct cacao *c, struct layout *l)
{
    for (uint32_t i = 0; i < c->steps; i++) {
        const struct cacao_step *s = &c->step[l->order[i]];

        for (uint32_t k = s->edge; k < s->edge + s->edges; k++) {
            uint32_t to = c->edge[k].to;

            if (to != CACAO_NONE && !l->back[k] && l->layer[to] < l->layer[l->order[i]] + 1)
                l->layer[to] = l->layer[l->order[i]] + 1;
        }
    }
    for (uint32_t i = 0; i < c->steps; i++) {
        uint32_t at = l->order[i], layer = l->layer[at];

        l->column[at] = l->wide[layer]++;
        if (l->wide[layer] > l->most)
            l->most = l->wide[layer];
        if (layer + 1 > l->layers)
            l->layers = layer + 1;
    }
}

static int x_of(const struct layout *l, uint32_t step)
{
    uint32_t free_columns = l->most - l->wide[l->layer[step]];

    return MARGIN + (int)(l->column[step] * (BOX_W + GAP_X) + free_columns * (BOX_W + GAP_X) / 2);
}

static int y_of(const struct layout *l, uint32_t step)
{
    return MARGIN + (int)l->layer[step] * (BOX_H + GAP_Y);
}

/* Text for XML, cut to fit a box. */
static void put_text(struct buffer *b, struct span s, size_t most)
{
    struct buffer plain;
    struct reader r;
    uint32_t cp;
    size_t n = 0;

    buf_init(&plain, 4 * s.n + 64);
    text_put_plain(&plain, s);
    r = rd_of(buf_span(&plain));
    while ((cp = utf8_next(&r)) != UTF8_BAD && n++ < most) {
        if (cp == '<')
            buf_str(b, "&lt;");
        else if (cp == '>')
            buf_str(b, "&gt;");
        else if (cp == '&')
            buf_str(b, "&amp;");
        else if (cp == '"')
            buf_str(b, "&quot;");
        else
            utf8_put(b, cp == '\n' || cp == 0x7f || cp >= 0xfffe ? ' ' : cp);
    }
    if (n > most)
        buf_str(b, "…");
    buf_free(&plain);
}

static void draw_step(const struct cacao *c, const struct layout *l, uint32_t i, struct span language,
                      struct buffer *b)
{
    const struct cacao_step *s = &c->step[i];
    struct span name = cacao_text(c, s->at, "name", language);
    int x = x_of(l, i), y = y_of(l, i);
    bool round = s->kind == CACAO_START || s->kind == CACAO_END;

    buf_printf(
        b,
        "<g class=\"step %s\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"none\" "
        "stroke=\"currentColor\"/>",
        cacao_step_word(s->kind), x, y, BOX_W, BOX_H, round ? BOX_H / 2 : 4);
    buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"13\" fill=\"currentColor\">",
               x + BOX_W / 2, y + 20);
    put_text(b, name.n ? name : s->id, 24);
    buf_printf(b,
               "</text><text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\" "
               "fill=\"currentColor\">%s</text></g>\n",
               x + BOX_W / 2, y + 37, cacao_step_word(s->kind));
}

static void draw_edge(const struct cacao *c, const struct layout *l, uint32_t i, struct buffer *b)
{
    const struct cacao_edge *e = &c->edge[i];
    int x1 = x_of(l, e->from) + BOX_W / 2, y1 = y_of(l, e->from) + BOX_H, x2, y2;

    if (e->to == CACAO_NONE)
        return;
    x2 = x_of(l, e->to) + BOX_W / 2;
    y2 = y_of(l, e->to);
    if (l->back[i])
        buf_printf(b, "<path class=\"back\" d=\"M%d %d C%d %d %d %d %d %d\" stroke-dasharray=\"4 3\" ",
                   x1 + BOX_W / 2, y1 - BOX_H / 2, x1 + BOX_W, y1, x2 + BOX_W, y2, x2 + BOX_W / 2,
                   y2 + BOX_H / 2);
    else
        buf_printf(b, "<path d=\"M%d %d C%d %d %d %d %d %d\" ", x1, y1, x1, y1 + GAP_Y / 2, x2,
                   y2 - GAP_Y / 2, x2, y2);
    buf_str(b, "fill=\"none\" stroke=\"currentColor\" marker-end=\"url(#arrow)\"/>\n");
    if (e->kind == CACAO_ON_COMPLETION || e->kind == CACAO_NEXT)
        return;
    buf_printf(b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" font-size=\"11\" fill=\"currentColor\">",
               (x1 + x2) / 2, (y1 + y2) / 2);
    if (e->label.n)
        put_text(b, e->label, 16);
    else
        buf_str(b, cacao_edge_word(e->kind));
    buf_str(b, "</text>\n");
}

bool cacao_draw(const struct cacao *c, struct span language, struct buffer *out, struct why *w)
{
    struct layout l = { 0 };
    int width, height;

    if (c->steps > LIMIT_CACAO_DRAWN)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a drawing has at most %d steps",
                       LIMIT_CACAO_DRAWN);
    if (!room(c, &l) || !walk(c, &l))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL,
                       "the drawing takes more memory than is given to one");
    place(c, &l);
    width = 2 * MARGIN + (int)l.most * (BOX_W + GAP_X) + BOX_W / 2;
    height = 2 * MARGIN + (int)l.layers * (BOX_H + GAP_Y);
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
               "role=\"img\" font-family=\"sans-serif\"><title>",
               width, height, width, height);
    put_text(out, cacao_text(c, JSON_ROOT, "name", language), 80);
    buf_str(
        out,
        "</title>\n<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" "
        "markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" "
        "fill=\"currentColor\"/></marker></defs>\n");
    for (uint32_t i = 0; i < c->edges; i++)
        draw_edge(c, &l, i, out);
    for (uint32_t i = 0; i < c->steps; i++)
        draw_step(c, &l, i, language, out);
    buf_str(out, "</svg>\n");
    return buf_ok(out) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the drawing is too large");
}
