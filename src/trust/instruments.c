#include "trust/instruments.h"

#include <stdlib.h>

#include "trust/list_internal.h"

struct work {
    struct instrument *out;
    size_t n, cap;
    struct arena *a;
};

/* The earlier of two histories is what both share: nothing from the first number on which they differ. */
static bool untouched(const struct trust_row *r, const struct trust_act *act)
{
    const struct trust_member *m = r->m;
    uint64_t x, y;

    if (row_counts(r))
        return true;
    if (!r->stood)
        return false;
    if (m->fork[0]) {
        x = m->fork[0]->number;
        y = m->fork[1]->number;
        return act->number < (x < y ? x : y);
    }
    return m->standing == MEMBER_KEY_COMPROMISED && act->time < m->since;
}

static bool add(struct work *k, const struct trust_act *act, size_t place, unix_time latest)
{
    const struct act_statement *s = &act->statement[place];
    struct instrument *more;

    if (k->n == k->cap) {
        k->cap = k->cap ? 2 * k->cap : 64;
        more = arena_array(k->a, k->cap, sizeof *more);
        if (!more)
            return false;
        if (k->n)
            memcpy(more, k->out, k->n * sizeof *more);
        k->out = more;
    }
    k->out[k->n] = (struct instrument){ .kind = s->instrument,
                                        .member = act->member,
                                        .article = s->article,
                                        .of = s->state,
                                        .text = s->reason,
                                        .from = s->from,
                                        .time = act->time,
                                        .number = act->number,
                                        .place = place,
                                        .before = latest,
                                        .backdated = act->time < latest };
    memcpy(k->out[k->n].agreement, s->sha256, 32);
    memcpy(k->out[k->n].act, act->sha256, 32);
    k->n++;
    return true;
}

static bool of_row(struct work *k, const struct trust_row *r)
{
    unix_time latest = INT64_MIN;

    for (size_t i = 0; i < r->chain; i++) {
        const struct trust_act *act = r->act[i];

        if (!untouched(r, act))
            continue;
        for (size_t j = 0; j < act->n; j++)
            if (act->statement[j].verb == ACT_INSTRUMENT && !add(k, act, j, latest))
                return false;
        latest = act->time > latest ? act->time : latest;
    }
    return true;
}

/* Parties [from, to) of the input. */
static bool of_parties(struct work *k, const struct trust_input *in, size_t from, struct why *w)
{
    struct trust_rows rows;

    if (!trust_rows_make(in, k->a, &rows, w))
        return false;
    for (size_t i = 0; i < rows.n; i++)
        if (rows.row[i].party >= from && !of_row(k, &rows.row[i]))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return true;
}

static int in_time(const void *a, const void *b)
{
    const struct instrument *x = a, *y = b;
    int c;

    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    c = span_cmp(x->member, y->member);
    if (c == 0 && x->number != y->number)
        c = x->number < y->number ? -1 : 1;
    if (c == 0)
        c = memcmp(x->act, y->act, sizeof x->act);
    return c ? c : (x->place > y->place) - (x->place < y->place);
}

bool trust_instruments(const struct trust_input *in, const struct span *acceding, size_t n_acceding,
                       struct arena *a, const struct instrument **out, size_t *n, struct why *w)
{
    struct span *party = arena_array(a, in->n_parties + n_acceding + 1, sizeof *party);
    struct trust_input all = *in;
    struct work k = { .a = a };

    if (!party)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (in->n_parties)
        memcpy(party, in->party, in->n_parties * sizeof *party);
    if (n_acceding)
        memcpy(party + in->n_parties, acceding, n_acceding * sizeof *party);
    if (!all.rules.decisions)
        all.rules.decisions = (unsigned)in->n_parties / 2 + 1;
    if (!of_parties(&k, &all, 0, w))
        return false;
    all.party = party;
    all.n_parties = in->n_parties + n_acceding;
    if (n_acceding && !of_parties(&k, &all, in->n_parties, w))
        return false;
    if (k.n)
        qsort(k.out, k.n, sizeof *k.out, in_time);
    *out = k.out;
    *n = k.n;
    return true;
}
