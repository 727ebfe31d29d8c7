#include "agreement/affected_json.h"

static void json_standing(const struct standing *s, const char *key, const struct tongue *t,
                          struct json_writer *w)
{
    struct buffer b;

    buf_init(&b, 4096);
    jw_object(w, key);
    jw_str(w, "outcome", outcome_word(s->outcome));
    if (s->days) {
        jw_int(w, "days", s->days);
        jw_int(w, "window", s->window);
    }
    if (s->article)
        jw_str(w, "article", s->article);
    if (s->code)
        jw_str(w, "reason", s->code);
    standing_put(s, t, &b);
    jw_text(w, "text", buf_span(&b));
    jw_object_end(w);
    buf_free(&b);
}

void affected_json(const struct affected *x, const struct tongue *t, struct json_writer *w)
{
    for (size_t i = 0; i < x->n_groups; i++) {
        const struct affected_group *g = &x->group[i];
        int sign = affected_sign(x, g);
        struct buffer b;

        buf_init(&b, 1 << 16);
        jw_object(w, NULL);
        jw_str(w, "effect", sign > 0 ? "gain" : sign < 0 ? "lose" : "change");
        jw_bool(w, "licence", x->licence);
        affected_who(x, g, t, &b);
        jw_text(w, "who", buf_span(&b));
        jw_int(w, "count", (int64_t)g->count);
        json_standing(&x->change[g->change].before, "before", t, w);
        json_standing(&x->change[g->change].after, "after", t, w);
        buf_reset(&b);
        traveller_put(&g->example, x->c->on, UINT64_MAX, &b);
        jw_text(w, "example", buf_span(&b));
        jw_object_end(w);
        buf_free(&b);
    }
}
