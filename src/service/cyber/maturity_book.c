/* Assessments, what reviewers say of them, profiles: out of all records, in whatever order they came. */
#include <stdlib.h>

#include "service/cyber/maturity.h"

static int by_time(const void *x, const void *y)
{
    const struct coop_record *const *a = x, *const *b = y;

    return (*a)->at != (*b)->at ? ((*a)->at < (*b)->at ? -1 : 1) : memcmp((*a)->id, (*b)->id, COOP_ID);
}

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static bool same_year(const struct coop_record *a, const struct coop_record *b)
{
    return span_eq(a->member, b->member) && coop_number(a, "year") == coop_number(b, "year");
}

static bool names(const struct coop_record *r, const char *list, struct span state)
{
    json_ref at = coop_list(r, list);
    bool found = false;

    for (json_ref v = at == JSON_NONE ? JSON_NONE : json_first(&r->j, at); v != JSON_NONE && !found;
         v = json_after(&r->j, at, v))
        found = span_eq(coop_item(r, v), state);
    return found;
}

const struct maturity_view *maturity_view_of(const struct maturity_book *b, struct span id)
{
    for (size_t i = 0; i < b->n_assessment; i++)
        if (span_eq_str(id, b->assessment[i].r->id))
            return &b->assessment[i];
    return NULL;
}

/* Whether the assessment has that parameter: "O-1=" begins a level of it. */
static bool has_level(const struct coop_record *r, struct span parameter)
{
    json_ref list = coop_list(r, "levels");
    bool found = false;

    for (json_ref v = json_first(&r->j, list); v != JSON_NONE && !found; v = json_after(&r->j, list, v)) {
        struct span s = coop_item(r, v);

        found =
            s.n > parameter.n && span_eq(span_sub(s, 0, parameter.n), parameter) && s.p[parameter.n] == '=';
    }
    return found;
}

/* NULL: it counts. */
static const char *refusal(const struct maturity_view *v, const struct coop_record *r, const char **says)
{
    if (!v)
        return *says = "no such assessment was published to this member", "unknown";
    if (span_eq(v->r->member, r->member))
        return *says = "nobody reviews an assessment of the own member", "own";
    if (!names(v->r, "reviewers", r->member))
        return *says = "the assessed member did not name this reviewer", "not-asked";
    if (r->at < v->r->at)
        return *says = "it is older than the assessment", "order";
    if (!has_level(v->r, coop_text(r, "parameter")))
        return *says = "the assessment has no level of that parameter", "parameter";
    return NULL;
}

/* In the order of time: a later word of the same reviewer on the same parameter takes the earlier one's
 * place. */
static bool add_review(struct maturity_view *v, const struct coop_record *r, struct arena *a)
{
    const struct maturity_review x = { r, maturity_find(coop_text(r, "parameter")),
                                       span_eq_str(coop_text(r, "verdict"), "confirmed") };
    struct maturity_review *more;

    for (size_t i = 0; i < v->n_review; i++)
        if (v->review[i].parameter == x.parameter && span_eq(v->review[i].r->member, r->member)) {
            v->review[i] = x;
            return true;
        }
    if (v->n_review % 16 == 0) {
        more = arena_array(a, v->n_review + 16, sizeof *more);
        if (!more)
            return false;
        if (v->n_review)
            memcpy(more, v->review, v->n_review * sizeof *more);
        v->review = more;
    }
    v->review[v->n_review++] = x;
    return true;
}

static bool reviews(struct maturity_book *b, const struct coop_record *const *r, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        const struct maturity_view *v;
        const char *why, *says = "";
        bool room = true;

        if (r[i]->kind != COOP_ASSESSMENT_REVIEW)
            continue;
        v = maturity_view_of(b, coop_text(r[i], "assessment"));
        why = refusal(v, r[i], &says);
        if (why)
            coop_refuse(&b->refused, r[i], why, says);
        else
            room = add_review(&b->assessment[v - b->assessment], r[i], a);
        if (!room)
            return false;
    }
    return true;
}

static void profile(struct maturity_book *b, const struct coop_record *r)
{
    size_t i = 0;

    while (i < b->n_profile && !same_year(b->profile[i], r))
        i++;
    b->n_profile += i == b->n_profile;
    b->profile[i] = r;
}

bool maturity_book_make(const struct coop_set *s, struct arena *a, struct maturity_book *out, struct why *w)
{
    struct maturity_book b = { .set = *s, .refused = { .a = a } };
    const struct coop_record **r = arena_array(a, s->n + 1, sizeof *r);
    size_t n = 0;

    b.assessment = arena_array(a, s->n + 1, sizeof *b.assessment);
    b.profile = arena_array(a, s->n + 1, sizeof *b.profile);
    if (!r || !b.assessment || !b.profile)
        return no_room(w);
    for (size_t i = 0; i < s->n; i++)
        r[n++] = s->item[i];
    if (n)
        qsort(r, n, sizeof *r, by_time);
    for (size_t i = 0; i < n; i++) {
        if (r[i]->kind == COOP_ASSESSMENT_PROFILE)
            profile(&b, r[i]);
        if (r[i]->kind != COOP_ASSESSMENT)
            continue;
        for (size_t k = 0; k < b.n_assessment; k++)
            b.assessment[k].newest = b.assessment[k].newest && !same_year(b.assessment[k].r, r[i]);
        b.assessment[b.n_assessment++] = (struct maturity_view){ .r = r[i], .newest = true };
    }
    if (!reviews(&b, r, n, a))
        return no_room(w);
    *out = b;
    return true;
}
