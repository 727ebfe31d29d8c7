/* What became of drills: a pure function over all records. */
#include <stdlib.h>

#include "service/cyber/cooperation_internal.h"
#include "service/cyber/drill.h"

const char *drill_state_word(enum drill_state s)
{
    static const char *const word[] = { "planned", "running", "stopped", "over" };

    return word[s];
}

static struct span id_of(const struct coop_record *r)
{
    return span_of(r->id, COOP_ID - 1);
}

/* Everybody it is for is of the drill; nobody outside gets anything of it. */
static bool within(const struct coop_record *r, const struct coop_record *drill)
{
    if (r->to == JSON_NONE)
        return false;
    for (json_ref v = json_first(&r->j, r->to); v != JSON_NONE; v = json_after(&r->j, r->to, v))
        if (!coop_is_for(drill, coop_item(r, v)))
            return false;
    return true;
}

/* What ends before the time of r: a reason and its sentence; NULL: it goes on. */
static bool ended(struct drill_book *b, const struct drill_view *v, const struct coop_record *r)
{
    if (v->stopped && r->at >= v->stopped->at)
        coop_refuse(&b->refused, r, "stopped", "The drill was stopped.");
    else if (r->at > coop_time(v->r, "until"))
        coop_refuse(&b->refused, r, "late", "The drill was over.");
    else if (r->at < coop_time(v->r, "from") || r->at < v->r->at)
        coop_refuse(&b->refused, r, "order", "The drill had not begun.");
    else
        return false;
    return true;
}

static void take_stop(struct drill_book *b, struct drill_view *v, const struct coop_record *r)
{
    if (!span_eq(r->member, v->r->member))
        coop_refuse(&b->refused, r, "not-organiser", "Only its organiser stops a drill.");
    else if (r->at < v->r->at)
        coop_refuse(&b->refused, r, "order", "It was stopped before it was announced.");
    else if (v->stopped)
        coop_refuse(&b->refused, r, "again", "The drill was stopped before.");
    else
        v->stopped = r;
}

static void take_inject(struct drill_book *b, struct drill_view *v, const struct coop_record *r)
{
    for (size_t i = 0; i < v->n_said; i++)
        if (span_eq(coop_text(v->said[i].r, "inject"), coop_text(r, "inject"))) {
            coop_refuse(&b->refused, r, "again", "The inject was said before.");
            return;
        }
    if (!span_eq(r->member, v->r->member))
        coop_refuse(&b->refused, r, "not-organiser", "Only the organiser of a drill says its injects.");
    else if (!within(r, v->r))
        coop_refuse(&b->refused, r, "participant", "It is for one who takes no part in the drill.");
    else if (!ended(b, v, r))
        v->said[v->n_said++] = (struct drill_said){ .r = r };
}

static void take_answer(struct drill_book *b, struct drill_view *v, const struct coop_record *r)
{
    struct drill_said *s = NULL;

    for (size_t i = 0; i < v->n_said && !s; i++)
        if (span_eq(id_of(v->said[i].r), coop_text(r, "said")))
            s = &v->said[i];
    if (!s) {
        coop_refuse(&b->refused, r, "unknown", "The inject that it answers is not here, or does not count.");
        return;
    }
    if (span_eq(r->member, v->r->member) || !coop_is_for(s->r, r->member)) {
        coop_refuse(&b->refused, r, "not-asked", "The inject was not for the member that answers.");
        return;
    }
    if (!within(r, v->r)) {
        coop_refuse(&b->refused, r, "audience", "An answer goes to members of the drill alone.");
        return;
    }
    if (r->at < s->r->at) {
        coop_refuse(&b->refused, r, "order", "The answer is older than the inject.");
        return;
    }
    for (size_t i = 0; i < s->n_answer; i++)
        if (span_eq(s->answer[i]->member, r->member) &&
            span_eq(coop_text(s->answer[i], "answer"), coop_text(r, "answer"))) {
            coop_refuse(&b->refused, r, "again", "The member gave that answer before; the first counts.");
            return;
        }
    if (!ended(b, v, r))
        s->answer[s->n_answer++] = r;
}

static bool look_at(struct drill_book *b, struct drill_view *v, unix_time now, struct arena *a)
{
    size_t n = 0, injects = 0, answers = 0;
    const struct coop_record **about = coop_about(&b->set, id_of(v->r), &n), **place;

    for (size_t i = 0; i < n; i++) {
        injects += about[i]->kind == COOP_DRILL_INJECT;
        answers += about[i]->kind == COOP_DRILL_ANSWER;
    }
    v->said = arena_array(a, injects + 1, sizeof *v->said);
    if (!v->said)
        return false;
    for (size_t i = 0; i < n; i++) /* stops first, then injects, then answers: the order of kinds */
        if (about[i]->kind == COOP_DRILL_STOPPED)
            take_stop(b, v, about[i]);
        else if (about[i]->kind == COOP_DRILL_INJECT)
            take_inject(b, v, about[i]);
    for (size_t i = 0; i < v->n_said; i++) {
        size_t own = 1;

        for (size_t k = 0; k < n; k++)
            own += about[k]->kind == COOP_DRILL_ANSWER &&
                   span_eq(coop_text(about[k], "said"), id_of(v->said[i].r));
        place = arena_array(a, own, sizeof(struct coop_record *));
        if (!place)
            return false;
        v->said[i].answer = place;
    }
    for (size_t i = 0; answers && i < n; i++)
        if (about[i]->kind == COOP_DRILL_ANSWER)
            take_answer(b, v, about[i]);
    if (v->stopped)
        v->state = DRILL_STOPPED;
    else if (now > coop_time(v->r, "until"))
        v->state = DRILL_OVER;
    else
        v->state = now < coop_time(v->r, "from") ? DRILL_PLANNED : DRILL_RUNNING;
    return true;
}

bool drill_book_make(const struct coop_set *s, unix_time now, struct arena *a, struct drill_book *out,
                     struct why *w)
{
    struct drill_book b = { .set = *s, .refused = { .a = a } };
    bool room = true;

    b.drill = arena_array(a, s->n + 1, sizeof *b.drill);
    if (!b.drill)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < s->n; i++) {
        const struct coop_record *r = s->item[i];

        if (r->kind == COOP_DRILL) {
            b.drill[b.n_drill++] = (struct drill_view){ .r = r };
        } else {
            const struct coop_record *to = coop_find(s, coop_text(r, "drill"));

            if (!to || to->kind != COOP_DRILL)
                coop_refuse(&b.refused, r, "unknown", "The drill that it is of is not here.");
        }
    }
    for (size_t i = 0; room && i < b.n_drill; i++)
        room = look_at(&b, &b.drill[i], now, a);
    if (!room || b.refused.full)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    *out = b;
    return true;
}

const struct drill_view *drill_find(const struct drill_book *b, struct span id)
{
    for (size_t i = 0; i < b->n_drill; i++)
        if (span_eq(id_of(b->drill[i].r), id))
            return &b->drill[i];
    return NULL;
}
