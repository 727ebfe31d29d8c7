/* Drills at a member's desk: checked, started, said by the clock, answered, stopped, listed. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/drill.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/drills.md";

enum { PIECE = 2 * LIMIT_COOPERATION };

static struct span id_of(const struct coop_record *r)
{
    return span_of(r->id, COOP_ID - 1);
}

static bool given(struct span json, const char *name, struct arena *a, struct span *out, struct why *w)
{
    struct json j;

    *out = (struct span){ NULL, 0 };
    if (!json_parse(json, a, &j, w))
        return false;
    (void)!json_text_of(&j, json_member(&j, JSON_ROOT, name), a, out);
    return true;
}

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool open_book(const struct coop_desk *d, struct coop_record *extra, unix_time now, struct arena *a,
                      struct drill_book *b, struct why *w)
{
    struct coop_set s;

    return coop_load(d, COOP_DRILLS, extra, a, &s, w) && drill_book_make(&s, now, a, b, w);
}

static bool find(const struct coop_desk *d, struct span id, unix_time now, struct arena *a,
                 struct drill_book *b, const struct drill_view **out, struct why *w)
{
    if (!open_book(d, NULL, now, a, b, w))
        return false;
    *out = drill_find(b, id);
    return *out || why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"drill\" names no drill that is here");
}

static void put_states(struct json_writer *j, const struct span *s, size_t n)
{
    jw_array(j, "to");
    for (size_t i = 0; i < n; i++)
        jw_text(j, NULL, s[i]);
    jw_array_end(j);
}

static bool done(const struct coop_record *r, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    coop_put_head(&j, r);
    jw_bool(&j, "exercise", true);
    jw_object_end(&j);
    return coop_filled(out, w);
}

/* Said when the book with it in it does not refuse it. */
static bool say(const struct coop_desk *d, struct coop_record *r, unix_time now, struct arena *a,
                struct why *w)
{
    struct drill_book b;

    return open_book(d, r, now, a, &b, w) && coop_would_count(&b.refused, r, w) && coop_say(d, r, w);
}

/* ---- the plan ---- */

static void digest_text(struct span plan, char out[65])
{
    struct buffer hex;
    struct digest sum;

    digest_of(DIGEST_SHA256, plan, &sum);
    buf_init_fixed(&hex, out, 65);
    hex_put(&hex, digest_span(&sum));
    out[64] = 0;
}

bool drill_plan_of(const struct coop_desk *d, const struct drill_view *v, struct arena *a,
                   struct drill_plan *out, struct why *w)
{
    struct coop_set s;

    if (!coop_load(d, COOP_DRILL_PLANS, NULL, a, &s, w))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        struct span plan = coop_text(s.item[i], "plan");
        char digest[65];

        digest_text(plan, digest);
        if (span_eq_str(coop_text(v->r, "digest"), digest))
            return drill_plan_read(plan, a, out, w);
    }
    return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "the plan of a drill is at its organiser alone");
}

bool drill_op_check(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct drill_plan p;
    char at[TIME_TEXT];
    struct span plan;

    (void)d;
    if (!given(json, "plan", a, &plan, w) || !drill_plan_read(plan, a, &p, w))
        return false;
    jw_object(&j, NULL);
    jw_bool(&j, "exercise", true);
    jw_text(&j, "title", p.title);
    jw_str(&j, "from", time_format(p.from, at));
    jw_str(&j, "until", time_format(p.until, at));
    put_states(&j, p.member, p.n_member);
    jw_int(&j, "injects", (int64_t)p.n_inject);
    jw_bool(&j, "over", now > p.until);
    jw_object_end(&j);
    return coop_filled(out, w);
}

static void put_plan_record(struct json_writer *j, const struct drill_plan *p, struct span office)
{
    jw_object(j, NULL);
    jw_text(j, "office", office);
    jw_str(j, "tlp", "amber");
    jw_str(j, "exercise", COOP_EXERCISE);
    put_states(j, p->member, p->n_member);
}

static bool keep_plan(const struct coop_desk *d, const struct drill_plan *p, struct span plan,
                      struct span office, unix_time now, struct arena *a, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct json_writer j;
    struct buffer b;
    bool ok;

    buf_init(&b, PIECE);
    j = json_to(&b);
    put_plan_record(&j, p, office);
    jw_text(&j, "plan", plan);
    jw_object_end(&j);
    ok = (r && buf_ok(&b)) || no_room(w);
    ok = ok && coop_make(d, COOP_DRILL_PLAN, buf_span(&b), now, a, r, w) && coop_keep(d, r, w);
    buf_free(&b);
    return ok;
}

static bool announce(const struct coop_desk *d, const struct drill_plan *p, struct span plan,
                     struct span office, unix_time now, struct arena *a, struct coop_record *r, struct why *w)
{
    char at[TIME_TEXT], digest[65];
    struct json_writer j;
    struct buffer b;
    bool ok;

    digest_text(plan, digest);
    buf_init(&b, PIECE);
    j = json_to(&b);
    put_plan_record(&j, p, office);
    jw_text(&j, "title", p->title);
    jw_str(&j, "from", time_format(p->from, at));
    jw_str(&j, "until", time_format(p->until, at));
    jw_str(&j, "digest", digest);
    jw_object_end(&j);
    ok = (buf_ok(&b) || no_room(w)) && coop_make(d, COOP_DRILL, buf_span(&b), now, a, r, w);
    buf_free(&b);
    return ok;
}

bool drill_op_start(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                    struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct drill_plan p;
    struct drill_book b;
    struct span plan, office;

    if (!r)
        return no_room(w);
    if (!given(json, "plan", a, &plan, w) || !given(json, "office", a, &office, w) ||
        !drill_plan_read(plan, a, &p, w) || !open_book(d, NULL, now, a, &b, w))
        return false;
    if (now > p.until)
        return why_set(w, "late", WHY_NO_OFFSET, CLAUSE, "the time of the drill is over");
    if (!announce(d, &p, plan, office, coop_after(&b.set, d->self, now), a, r, w))
        return false;
    for (size_t i = 0; i < b.n_drill; i++)
        if (span_eq(b.drill[i].r->member, d->self) &&
            span_eq(coop_text(b.drill[i].r, "digest"), coop_text(r, "digest")))
            return why_set(w, "again", WHY_NO_OFFSET, CLAUSE, "a drill of this plan was announced before");
    return keep_plan(d, &p, plan, office, now, a, w) && say(d, r, now, a, w) && done(r, out, w);
}

/* ---- injects ---- */

static bool is_said(const struct drill_view *v, struct span id)
{
    for (size_t i = 0; i < v->n_said; i++)
        if (span_eq(coop_text(v->said[i].r, "inject"), id))
            return true;
    return false;
}

static unix_time answer_by(const struct drill_view *v, const struct drill_inject *x, unix_time now)
{
    unix_time by = 0, end = coop_time(v->r, "until");

    for (size_t i = 0; i < x->n_expect; i++)
        if (now + (unix_time)x->expect[i].within * 60 > by)
            by = now + (unix_time)x->expect[i].within * 60;
    return by > end ? end : by;
}

static bool say_inject(const struct coop_desk *d, const struct drill_book *b, const struct drill_view *v,
                       const struct drill_inject *x, unix_time now, struct arena *a, struct coop_record *r,
                       struct why *w)
{
    unix_time at = coop_after(&b->set, d->self, now), by = answer_by(v, x, at);
    char text[TIME_TEXT];
    struct json_writer j;
    struct buffer buf;
    bool ok;

    buf_init(&buf, PIECE);
    j = json_to(&buf);
    jw_object(&j, NULL);
    jw_text(&j, "office", v->r->office);
    jw_str(&j, "tlp", "amber");
    jw_str(&j, "exercise", COOP_EXERCISE);
    put_states(&j, x->to, x->n_to);
    jw_str(&j, "drill", v->r->id);
    jw_text(&j, "inject", x->id);
    jw_text(&j, "what", x->what);
    jw_text(&j, "title", x->title);
    jw_text(&j, "content", x->content);
    if (by)
        jw_str(&j, "answer_by", time_format(by, text));
    jw_object_end(&j);
    ok = (buf_ok(&buf) || no_room(w)) && coop_make(d, COOP_DRILL_INJECT, buf_span(&buf), at, a, r, w) &&
         say(d, r, now, a, w);
    buf_free(&buf);
    return ok;
}

bool drill_op_inject(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct drill_view *v;
    struct drill_plan p;
    struct drill_book b;
    struct span id, name;

    if (!r)
        return no_room(w);
    if (!given(json, "drill", a, &id, w) || !given(json, "inject", a, &name, w) ||
        !find(d, id, now, a, &b, &v, w))
        return false;
    if (!span_eq(v->r->member, d->self))
        return why_set(w, "not-organiser", WHY_NO_OFFSET, CLAUSE,
                       "only its organiser says injects of a drill");
    if (v->state != DRILL_RUNNING)
        return why_set(w, v->stopped ? "stopped" : "not-running", WHY_NO_OFFSET, CLAUSE, "the drill is %s",
                       drill_state_word(v->state));
    if (!drill_plan_of(d, v, a, &p, w))
        return false;
    for (size_t i = 0; i < p.n_inject; i++)
        if (span_eq(p.inject[i].id, name))
            return say_inject(d, &b, v, &p.inject[i], now, a, r, w) && done(r, out, w);
    return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"inject\" names none of the plan");
}

/* One at a time: each is looked at beside those that were said before it. */
static bool say_due(const struct coop_desk *d, unix_time now, struct arena *a, bool *said, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    struct drill_book b;

    *said = false;
    if (!r)
        return no_room(w);
    if (!open_book(d, NULL, now, a, &b, w))
        return false;
    for (size_t i = 0; i < b.n_drill; i++) {
        const struct drill_view *v = &b.drill[i];
        struct why none = { 0 };
        struct drill_plan p;

        if (v->state != DRILL_RUNNING || !span_eq(v->r->member, d->self) ||
            !drill_plan_of(d, v, a, &p, &none))
            continue;
        for (size_t k = 0; k < p.n_inject; k++)
            if (p.from + (unix_time)p.inject[k].after * 60 <= now && !is_said(v, p.inject[k].id))
                return (*said = say_inject(d, &b, v, &p.inject[k], now, a, r, w));
    }
    return true;
}

bool drill_step(const struct coop_desk *d, unix_time now, struct arena *a, size_t *n, struct why *w)
{
    bool more = true;

    *n = 0;
    while (more && *n < DRILL_INJECTS) {
        arena_reset(a);
        if (!say_due(d, now, a, &more, w))
            return false;
        *n += more;
    }
    return true;
}

/* ---- answers, the end ---- */

/* The request with "drill", which follows from what it is about, and the mark. */
static bool marked(struct span json, const struct coop_record *drill, struct arena *a, struct span *out,
                   struct why *w)
{
    struct json_writer j;
    struct buffer b;
    struct json req;
    static const char *const name[] = { "office", "reason", "said", "answer", "text" };

    if (!json_parse(json, a, &req, w))
        return false;
    buf_init(&b, PIECE);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "exercise", COOP_EXERCISE);
    jw_str(&j, "drill", drill->id);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        json_ref v = json_member(&req, JSON_ROOT, name[i]);

        if (v != JSON_NONE)
            jw_raw(&j, name[i], json_source(&req, v));
    }
    jw_object_end(&j);
    *out = arena_copy(a, buf_span(&b));
    buf_free(&b);
    return out->p || no_room(w);
}

bool drill_op_stop(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct drill_view *v;
    struct drill_book b;
    struct span id, body;

    if (!r)
        return no_room(w);
    return given(json, "drill", a, &id, w) && find(d, id, now, a, &b, &v, w) &&
           marked(json, v->r, a, &body, w) &&
           coop_make_answer(d, COOP_DRILL_STOPPED, body, v->r, coop_after(&b.set, d->self, now), a, r, w) &&
           say(d, r, now, a, w) && done(r, out, w);
}

bool drill_op_answer(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    struct coop_record *r = arena_alloc(a, sizeof *r);
    const struct coop_record *inject;
    const struct drill_view *v;
    struct drill_book b;
    struct span id, body;

    if (!r)
        return no_room(w);
    if (!given(json, "said", a, &id, w) || !open_book(d, NULL, now, a, &b, w))
        return false;
    inject = coop_find(&b.set, id);
    v = inject && inject->kind == COOP_DRILL_INJECT ? drill_find(&b, coop_text(inject, "drill")) : NULL;
    if (!v)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "\"said\" names no inject that is here");
    if (v->stopped) /* known here is enough, whatever the clocks say */
        return why_set(w, "stopped", WHY_NO_OFFSET, CLAUSE, "the drill was stopped");
    now = coop_after(&b.set, d->self, now > inject->at ? now : inject->at); /* clocks differ */
    return marked(json, v->r, a, &body, w) &&
           coop_make_answer(d, COOP_DRILL_ANSWER, body, inject, now, a, r, w) && say(d, r, now, a, w) &&
           done(r, out, w);
}

/* ---- listing ---- */

static void put_field(struct json_writer *j, const struct coop_record *r, const char *name)
{
    json_ref v = json_member(&r->j, JSON_ROOT, name);

    if (v != JSON_NONE)
        jw_raw(j, name, json_source(&r->j, v));
}

/* What it carries is shown while the drill runs; afterwards nothing of it can be taken for work to do. */
static void put_said(struct json_writer *j, const struct drill_view *v, const struct drill_said *s)
{
    static const char *const name[] = { "exercise", "inject", "what", "title", "answer_by" };

    jw_object(j, NULL);
    coop_put_head(j, s->r);
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        put_field(j, s->r, name[i]);
    if (v->state == DRILL_RUNNING)
        put_field(j, s->r, "content");
    jw_bool(j, "live", v->state == DRILL_RUNNING);
    jw_array(j, "answers");
    for (size_t i = 0; i < s->n_answer; i++) {
        jw_object(j, NULL);
        coop_put_head(j, s->answer[i]);
        put_field(j, s->answer[i], "answer");
        put_field(j, s->answer[i], "text");
        jw_object_end(j);
    }
    jw_array_end(j);
    jw_object_end(j);
}

static void put_drill(struct json_writer *j, const struct drill_view *v, struct span self,
                      const struct drill_plan *plan)
{
    char at[TIME_TEXT];

    jw_object(j, NULL);
    coop_put_head(j, v->r);
    put_field(j, v->r, "exercise");
    put_field(j, v->r, "title");
    put_field(j, v->r, "from");
    put_field(j, v->r, "until");
    put_field(j, v->r, "digest");
    jw_str(j, "state", drill_state_word(v->state));
    jw_bool(j, "own", span_eq(v->r->member, self));
    if (v->stopped) {
        jw_str(j, "stopped", time_format(v->stopped->at, at));
        put_field(j, v->stopped, "reason");
    }
    jw_array(j, "injects");
    for (size_t i = 0; i < v->n_said; i++)
        put_said(j, v, &v->said[i]);
    jw_array_end(j);
    if (plan)
        drill_plan_put(j, plan);
    jw_object_end(j);
}

bool drill_op_list(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                   struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    char at[TIME_TEXT];
    struct drill_book b;
    struct span id;

    if (!given(json, "drill", a, &id, w) || !open_book(d, NULL, now, a, &b, w))
        return false;
    jw_object(&j, NULL);
    jw_str(&j, "banner", "EXERCISE EXERCISE EXERCISE");
    jw_str(&j, "now", time_format(now, at));
    jw_text(&j, "member", d->self);
    jw_array(&j, "drills");
    for (size_t i = 0; i < b.n_drill; i++) {
        bool one = span_eq(id, id_of(b.drill[i].r));
        struct drill_plan p;
        struct why elsewhere;

        if (!id.n || one)
            put_drill(&j, &b.drill[i], d->self,
                      one && drill_plan_of(d, &b.drill[i], a, &p, &elsewhere) ? &p : NULL);
    }
    jw_array_end(&j);
    coop_put_refused(&j, &b.refused);
    jw_object_end(&j);
    return coop_filled(out, w);
}

bool drill_op_report(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                     struct buffer *out, struct why *w)
{
    const struct drill_view *v;
    struct drill_plan p;
    struct drill_book b;
    struct span id;

    return given(json, "drill", a, &id, w) && find(d, id, now, a, &b, &v, w) &&
           drill_plan_of(d, v, a, &p, w) && drill_report_put(v, &p, now, a, out, w) && coop_filled(out, w);
}
