/* A drill scored against its plan. */
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/drill.h"
#include "wire/json_write.h"

enum { TABLE = 1 << 20, NAME = 40 };

enum score { IN_TIME, LATE, MISSED, WAITING, NOT_SENT, SCORES };

static const char *const words[SCORES] = { "in-time", "late", "missed", "waiting", "not-sent" };

struct report {
    const struct drill_view *v;
    const struct drill_plan *p;
    unix_time now;
    struct json_writer j;
    struct buffer table;
    unsigned sum[DRILL_MEMBERS][SCORES];
};

static const struct drill_said *said_of(const struct drill_view *v, struct span id)
{
    for (size_t i = 0; i < v->n_said; i++)
        if (span_eq(coop_text(v->said[i].r, "inject"), id))
            return &v->said[i];
    return NULL;
}

static const struct coop_record *answer_of(const struct drill_said *s, struct span member, struct span answer)
{
    for (size_t i = 0; s && i < s->n_answer; i++)
        if (span_eq(s->answer[i]->member, member) && span_eq(coop_text(s->answer[i], "answer"), answer))
            return s->answer[i];
    return NULL;
}

static enum score score_of(const struct report *k, const struct drill_said *s,
                           const struct coop_record *answer, unix_time by)
{
    bool ended = k->v->state == DRILL_STOPPED || k->v->state == DRILL_OVER;

    if (!s)
        return NOT_SENT;
    if (answer)
        return answer->at <= by ? IN_TIME : LATE;
    /* Stopped before the deadline: nobody missed it. */
    if (k->v->stopped && k->v->stopped->at < by)
        return WAITING;
    return ended || k->now > by ? MISSED : WAITING;
}

static size_t place_of(const struct drill_plan *p, struct span member)
{
    size_t i = 0;

    while (i + 1 < p->n_member && !span_eq(p->member[i], member))
        i++;
    return i;
}

static void put_row(struct report *k, const struct drill_inject *x, const struct drill_said *s,
                    struct span member, const struct drill_expect *e)
{
    unix_time by = s ? s->r->at + (unix_time)e->within * 60 : 0;
    const struct coop_record *r = answer_of(s, member, e->answer);
    enum score c = score_of(k, s, r, by);
    char at[TIME_TEXT];
    int id = (int)(x->id.n < NAME ? x->id.n : NAME);

    k->sum[place_of(k->p, member)][c]++;
    jw_object(&k->j, NULL);
    jw_text(&k->j, "inject", x->id);
    jw_text(&k->j, "title", x->title);
    jw_text(&k->j, "member", member);
    jw_text(&k->j, "expected", e->answer);
    jw_int(&k->j, "within", (int64_t)e->within);
    if (s)
        jw_str(&k->j, "said", time_format(s->r->at, at));
    if (r) {
        jw_str(&k->j, "answered", time_format(r->at, at));
        jw_int(&k->j, "seconds", r->at - s->r->at);
    }
    jw_str(&k->j, "result", words[c]);
    jw_object_end(&k->j);
    buf_printf(&k->table, "%-12.*s %-6.*s %-20.*s %6u min  ", id, (const char *)x->id.p, (int)member.n,
               (const char *)member.p, (int)(e->answer.n < NAME ? e->answer.n : NAME),
               (const char *)e->answer.p, e->within);
    if (r)
        buf_printf(&k->table, "%8lld s  ", (long long)(r->at - s->r->at));
    else
        buf_printf(&k->table, "%8s    ", "-");
    buf_printf(&k->table, "%s\n", words[c]);
}

static void put_members(struct report *k)
{
    jw_array(&k->j, "members");
    for (size_t i = 0; i < k->p->n_member; i++) {
        struct span m = k->p->member[i];

        jw_object(&k->j, NULL);
        jw_text(&k->j, "member", m);
        buf_printf(&k->table, "%.*s:", (int)m.n, (const char *)m.p);
        for (size_t c = 0; c < SCORES; c++) {
            jw_int(&k->j, words[c], (int64_t)k->sum[i][c]);
            buf_printf(&k->table, " %s %u%s", words[c], k->sum[i][c], c + 1 < SCORES ? "," : "\n");
        }
        jw_object_end(&k->j);
    }
    jw_array_end(&k->j);
}

static void put_head(struct report *k)
{
    char from[TIME_TEXT], until[TIME_TEXT];

    jw_object(&k->j, NULL);
    jw_str(&k->j, "banner", "EXERCISE EXERCISE EXERCISE");
    jw_str(&k->j, "drill", k->v->r->id);
    jw_text(&k->j, "title", k->p->title);
    jw_text(&k->j, "organiser", k->v->r->member);
    jw_str(&k->j, "state", drill_state_word(k->v->state));
    jw_str(&k->j, "from", time_format(k->p->from, from));
    jw_str(&k->j, "until", time_format(k->p->until, until));
    buf_printf(&k->table, "EXERCISE EXERCISE EXERCISE\n%.*s\n%s to %s, %s\n\n", (int)k->p->title.n,
               (const char *)k->p->title.p, from, until, drill_state_word(k->v->state));
    buf_printf(&k->table, "%-12s %-6s %-20s %10s  %10s  %s\n", "inject", "member", "expected", "within",
               "after", "result");
}

bool drill_report_put(const struct drill_view *v, const struct drill_plan *p, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct report *k = arena_alloc(a, sizeof *k);
    bool ok;

    if (!k)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *k = (struct report){ .v = v, .p = p, .now = now, .j = json_to(out) };
    buf_init(&k->table, TABLE);
    put_head(k);
    jw_array(&k->j, "rows");
    for (size_t i = 0; i < p->n_inject; i++)
        for (size_t m = 0; m < p->inject[i].n_to; m++)
            for (size_t e = 0; e < p->inject[i].n_expect; e++)
                put_row(k, &p->inject[i], said_of(v, p->inject[i].id), p->inject[i].to[m],
                        &p->inject[i].expect[e]);
    jw_array_end(&k->j);
    buf_str(&k->table, "\n");
    put_members(k);
    jw_text(&k->j, "table", buf_span(&k->table));
    jw_object_end(&k->j);
    ok = buf_ok(&k->table);
    buf_free(&k->table);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the report is too long");
}
