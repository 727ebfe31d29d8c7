#include "agreement/sharing.h"

#include <stdio.h>
#include <string.h>

#include "agreement/model.h"

static const char *const levels[TLP_LEVELS] = { "clear", "green", "amber", "amber-strict", "red" };

const char *sharing_tlp_word(enum tlp t)
{
    return t <= TLP_RED ? levels[t] : "red";
}

bool sharing_tlp_of(struct span word, enum tlp *out)
{
    for (enum tlp t = TLP_CLEAR; t <= TLP_RED; t++) {
        if (span_eq_str(word, levels[t])) {
            *out = t;
            return true;
        }
    }
    return false;
}

const struct sharing_rules *agreement_sharing(const struct agreement *a, struct span name)
{
    for (const struct sharing_block *b = a->sharings; b; b = b->next)
        if (span_eq_str(name, b->rules.name))
            return &b->rules;
    return NULL;
}

size_t sharing_group_at(const struct sharing_rules *r, struct span name)
{
    for (size_t i = 0; i < r->n_group; i++)
        if (span_eq(r->group[i].name, name))
            return i;
    return CYBER_PLACES;
}

const char *sharing_group_title(const struct sharing_group *g, const char *language)
{
    const char *english = (const char *)g->name.p;

    for (const struct wording *w = g->titles; w && language; w = w->next) {
        if (strcmp(w->language, language) == 0)
            return w->text;
        if (strcmp(w->language, "en") == 0)
            english = w->text;
    }
    return english;
}

static const struct article *article_of(const struct agreement *a, const char *number)
{
    for (const struct article *x = a->articles; number && x; x = x->next)
        if (strcmp(x->number, number) == 0)
            return x;
    return NULL;
}

/* Those that keep out of the article by the text itself. */
static uint64_t reserved_out(const struct agreement *a, const struct article *x)
{
    uint64_t out = 0;

    for (const struct reservation *r = x->reservations; r; r = r->next) {
        for (size_t i = 0; r->not_bound && i < r->members.n; i++) {
            unsigned place = agreement_member_at(a, r->members.w[i]);

            if (place < BOUND_MEMBERS)
                out |= (uint64_t)1 << place;
        }
    }
    return out;
}

uint64_t agreement_sharing_bound(const struct agreement *a, const struct sharing_rules *r, struct span self,
                                 struct date on)
{
    const struct article *x = article_of(a, r->article);
    unsigned me = agreement_member_at(a, self);
    const struct bound_period *p;
    uint64_t bound;

    if (!x)
        return 0;
    p = bound_on(a->bound ? a->bound : agreement_standing(a), on);
    bound = p->bound[1 + x->index] & ~reserved_out(a, x);
    return me < BOUND_MEMBERS ? bound & ~p->apart[me] : bound;
}

void sharing_law(const struct sharing_rules *r, uint64_t bound, uint8_t self, struct cyber_law *out)
{
    *out = (struct cyber_law){ .bound = bound,
                               .self = self,
                               .onward = r->onward,
                               .clients = r->clients,
                               .detectors = r->detectors,
                               .open = r->open,
                               .unmarked = (uint8_t)r->unmarked };
    for (size_t i = 0; i < r->n_group; i++) {
        out->group[i] = r->group[i].members;
        out->groups |= (uint64_t)1 << i;
    }
}

/* ---- worked examples ---- */

/* Where it is read: at the reader's member; what goes to a node or to anybody leaves the owner's. */
static uint8_t place_of(const struct sharing_example *e)
{
    if (e->at != CYBER_NO_PLACE)
        return e->at;
    return e->reader.kind == CYBER_NODE || e->reader.kind == CYBER_ANONYMOUS ? e->label.owner
                                                                             : e->reader.member;
}

static enum cyber_verdict run_one(const struct agreement *a, const struct sharing_block *b,
                                  const struct sharing_example *e)
{
    struct cyber_label label = e->label;
    enum cyber_act act = e->act;
    struct cyber_law law;
    size_t n = agreement_members(a, NULL, 0);

    if (!e->has_marking)
        label.tlp = (uint8_t)b->rules.unmarked;
    if (e->reader.kind == CYBER_NODE)
        act = CYBER_FORWARD;
    else if (e->reader.kind == CYBER_DETECTOR)
        act = CYBER_EXPORT;
    sharing_law(&b->rules, n < 64 ? ((uint64_t)1 << n) - 1 : UINT64_MAX, place_of(e), &law);
    return cyber_may(&law, &e->reader, &label, act, 0);
}

size_t agreement_run_sharing_examples(const struct agreement *a,
                                      void (*one)(void *ctx, const char *article, const char *example,
                                                  bool ok, const char *detail),
                                      void *ctx)
{
    char detail[200];
    size_t failed = 0;

    for (const struct sharing_block *b = a->sharings; b; b = b->next) {
        for (const struct sharing_example *e = b->examples; e; e = e->next) {
            enum cyber_verdict got = run_one(a, b, e);
            bool ok = !e->says || got == e->gives;

            detail[0] = 0;
            if (!ok)
                (void)snprintf(detail, sizeof detail, why_text("expected %s, got %s"),
                               cyber_verdict_word(e->gives), cyber_verdict_word(got));
            failed += !ok;
            if (one)
                one(ctx, b->rules.article ? b->rules.article : "", e->title, ok, detail);
        }
    }
    return failed;
}
