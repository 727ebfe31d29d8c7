#include "wire/mrz_suggest.h"

#include "wire/mrz_mend.h"

struct edit {
    uint8_t pos;
    char to;
};

enum { EDITS = 10, SOLUTIONS = 64, GROUPS = 4 };

/* One way to mend a group of characters under one check digit. */
struct solution {
    struct edit edit[EDITS];
    uint8_t n;
    unsigned cost;
    unsigned delta; /* what it adds to the composite sum, modulo 10 */
};

struct group {
    struct solution s[SOLUTIONS]; /* cheapest first */
    size_t n;
    unsigned lost_cost; /* of the cheapest solution that found no room; 0: none */
};

struct work {
    const struct mrz_layout *l;
    struct date today;
    char zone[MRZ_ZONE + 1];
    char was[MRZ_ZONE + 1]; /* as read */
    struct group group[GROUPS];
    struct mrz_mended free; /* what no digit confirms */
};

/* --- what makes a group hold --- */

static bool digit_holds(const char *zone, struct mrz_field f, uint8_t at)
{
    return mrz_is_digit(zone[at]) && mrz_sum(zone + f.at, f.n) % 10 == (unsigned)(zone[at] - '0');
}

static bool number_holds(const struct work *k)
{
    const char *rest = k->zone + k->l->optional1.at;
    size_t n = mrz_long_rest(k->l, k->zone);
    char joined[2][24];
    char *without = joined[0], *with = joined[1];

    if (n == 0)
        return digit_holds(k->zone, k->l->number, k->l->check[MRZ_NUMBER]);
    memcpy(without, k->zone + k->l->number.at, 9);
    memcpy(without + 9, rest, n - 1);
    memcpy(with, k->zone + k->l->number.at, 9);
    with[9] = '<';
    memcpy(with + 10, rest, n - 1);
    return rest[n - 1] == mrz_check_digit(span_of(without, 8 + n)) ||
           rest[n - 1] == mrz_check_digit(span_of(with, 9 + n));
}

static bool optional_holds(const struct work *k)
{
    struct mrz_field f = k->l->optional1;
    uint8_t at = k->l->check[MRZ_OPTIONAL];

    if (!at || digit_holds(k->zone, f, at))
        return true;
    for (size_t i = 0; i < f.n; i++)
        if (k->zone[f.at + i] != '<')
            return false;
    return k->zone[at] == '<';
}

static bool holds(const struct work *k, enum mrz_check_field g)
{
    const struct mrz_layout *l = k->l;

    switch (g) {
    case MRZ_NUMBER:
        return number_holds(k);
    case MRZ_BIRTH:
        return digit_holds(k->zone, l->birth, l->check[MRZ_BIRTH]) &&
               mrz_read_birth(k->zone + l->birth.at, k->today).state != MRZ_DATE_ILLEGAL;
    case MRZ_EXPIRY:
        return digit_holds(k->zone, l->expiry, l->check[MRZ_EXPIRY]) &&
               mrz_read_expiry(k->zone + l->expiry.at, k->today).state != MRZ_DATE_ILLEGAL;
    case MRZ_OPTIONAL:
        return optional_holds(k);
    case MRZ_COMPOSITE:
    case MRZ_CHECKS:
        break;
    }
    return true;
}

/* --- the characters of a group --- */

struct place {
    uint8_t pos;
    enum mrz_kind kind;
};

enum { PLACES = 32 };

struct places {
    struct place at[PLACES];
    size_t n;
};

static void add_place(struct places *p, size_t pos, enum mrz_kind kind)
{
    if (p->n < PLACES)
        p->at[p->n++] = (struct place){ (uint8_t)pos, kind };
}

static void add_field(struct places *p, struct mrz_field f, size_t skip, enum mrz_kind kind)
{
    for (size_t i = skip; i < f.n; i++)
        add_place(p, f.at + i, kind);
}

/* `loose`: optional data of a layout where only the composite digit covers them. */
static struct places places_of(const struct work *k, enum mrz_check_field g, bool loose)
{
    const struct mrz_layout *l = k->l;
    size_t rest = mrz_long_rest(l, k->zone);
    struct places p = { .n = 0 };

    switch (g) {
    case MRZ_NUMBER:
        add_field(&p, l->number, 0, MRZ_ANY);
        if (rest == 0)
            add_place(&p, l->check[MRZ_NUMBER], MRZ_DIGIT);
        for (size_t i = 0; i < rest; i++)
            add_place(&p, l->optional1.at + i, i + 1 < rest ? MRZ_ANY : MRZ_DIGIT);
        break;
    case MRZ_BIRTH:
    case MRZ_EXPIRY:
        add_field(&p, g == MRZ_BIRTH ? l->birth : l->expiry, 0, MRZ_DIGIT);
        add_place(&p, l->check[g], MRZ_DIGIT);
        break;
    case MRZ_OPTIONAL:
        if (l->check[MRZ_OPTIONAL]) {
            add_field(&p, l->optional1, 0, MRZ_ANY);
            add_place(&p, l->check[MRZ_OPTIONAL], MRZ_DIGIT);
        } else if (loose) {
            add_field(&p, l->optional1, rest, MRZ_ANY);
            add_field(&p, l->optional2, 0, MRZ_ANY);
        }
        break;
    case MRZ_COMPOSITE:
    case MRZ_CHECKS:
        break;
    }
    return p;
}

/* --- solutions of a group --- */

static void apply(struct work *k, struct solution *s, size_t pos, char to, unsigned cost)
{
    int gain = mrz_value((uint8_t)to) - mrz_value((uint8_t)k->zone[pos]);
    unsigned weight = mrz_composite_weight(k->l, pos);

    s->edit[s->n++] = (struct edit){ (uint8_t)pos, to };
    s->cost += cost;
    s->delta =
        (s->delta + weight * (unsigned)(gain + 40)) % 10; /* 40 is 0 modulo 10 and makes gain positive */
    k->zone[pos] = to;
}

static void keep(struct group *g, const struct solution *s)
{
    size_t at = g->n;

    while (at > 0 && g->s[at - 1].cost > s->cost)
        at--;
    if (g->n == SOLUTIONS) {
        unsigned lost = at == SOLUTIONS ? s->cost : g->s[SOLUTIONS - 1].cost;

        if (!g->lost_cost || lost < g->lost_cost)
            g->lost_cost = lost;
        if (at == SOLUTIONS)
            return;
        g->n--;
    }
    memmove(&g->s[at + 1], &g->s[at], (g->n - at) * sizeof g->s[0]);
    g->s[at] = *s;
    g->n++;
}

/* What cannot stand there is mended first: a letter among digits has one digit it is confused with. */
static bool force(struct work *k, const struct places *p, struct solution *s)
{
    for (size_t i = 0; i < p->n; i++) {
        size_t c = 0, pos = p->at[i].pos;

        if (mrz_fits(k->zone[pos], p->at[i].kind))
            continue;
        while (c < MRZ_CONFUSIONS && !mrz_confused(c, k->zone[pos], p->at[i].kind))
            c++;
        if (c == MRZ_CONFUSIONS || s->n + 2 >= EDITS)
            return false;
        apply(k, s, pos, mrz_confused(c, k->zone[pos], p->at[i].kind), mrz_confusions[c].cost);
    }
    return true;
}

/* One more change of choice, behind place `first`, and with `deeper` a second one. */
static void choose(struct work *k, enum mrz_check_field g, const struct places *p, size_t first,
                   struct solution base, struct group *out, bool deeper)
{
    char zone[sizeof k->zone];

    memcpy(zone, k->zone, sizeof zone);
    for (size_t i = first; i < p->n; i++) {
        for (size_t c = 0; c < MRZ_CONFUSIONS; c++) {
            char to = mrz_confused(c, zone[p->at[i].pos], p->at[i].kind);
            struct solution s = base;

            if (!to)
                continue;
            apply(k, &s, p->at[i].pos, to, mrz_confusions[c].cost);
            if (holds(k, g))
                keep(out, &s);
            if (deeper)
                choose(k, g, p, i + 1, s, out, false);
            k->zone[p->at[i].pos] = zone[p->at[i].pos];
        }
    }
}

/* `loose`: the group may hold by chance, as one in ten does; then one change is tried all the same. */
static void solve(struct work *k, enum mrz_check_field g, bool loose)
{
    struct group *out = &k->group[g];
    struct places p = places_of(k, g, loose);
    struct solution s = { .n = 0 };
    char zone[sizeof k->zone];

    out->n = 0;
    out->lost_cost = 0;
    memcpy(zone, k->zone, sizeof zone);
    if (force(k, &p, &s)) {
        bool well = holds(k, g);

        if (well)
            keep(out, &s);
        if (!well || loose)
            choose(k, g, &p, 0, s, out, !well);
    }
    memcpy(k->zone, zone, sizeof zone);
}

/* --- all groups together --- */

struct choice {
    size_t at[GROUPS];
};

static unsigned choice_cost(const struct work *k, const struct choice *c)
{
    unsigned cost = k->free.cost;

    for (size_t g = 0; g < GROUPS; g++)
        cost += k->group[g].s[c->at[g]].cost;
    return cost;
}

/* Moves on to the next choice; false behind the last. */
static bool next_choice(const struct work *k, struct choice *c)
{
    for (size_t g = 0; g < GROUPS; g++) {
        if (++c->at[g] < k->group[g].n)
            return true;
        c->at[g] = 0;
    }
    return false;
}

/* The sum over what the composite digit covers, and the digit itself mended when it is a letter; false: no
 * digit. */
static bool composite_of(const struct work *k, unsigned *sum, struct solution *digit)
{
    uint8_t at = k->l->check[MRZ_COMPOSITE];

    *sum = 0;
    *digit = (struct solution){ .n = 0 };
    if (!at)
        return true;
    for (size_t i = 0; i < (size_t)k->l->lines * k->l->width; i++)
        *sum += mrz_composite_weight(k->l, i) * (unsigned)mrz_value((uint8_t)k->zone[i]);
    if (mrz_is_digit(k->zone[at]))
        return true;
    for (size_t c = 0; c < MRZ_CONFUSIONS && !digit->n; c++) {
        char to = mrz_confused(c, k->zone[at], MRZ_DIGIT);

        if (to) {
            digit->edit[digit->n++] = (struct edit){ at, to };
            digit->cost = mrz_confusions[c].cost;
        }
    }
    return digit->n == 1;
}

static bool composite_holds(const struct work *k, const struct choice *c, unsigned sum,
                            const struct solution *digit)
{
    uint8_t at = k->l->check[MRZ_COMPOSITE];
    char want = digit->n ? digit->edit[0].to : k->zone[at];

    for (size_t g = 0; g < GROUPS; g++)
        sum += k->group[g].s[c->at[g]].delta;
    return !at || sum % 10 == (unsigned)(want - '0');
}

static bool covered(const struct mrz_layout *l, size_t pos)
{
    return (pos >= l->number.at && pos < (size_t)l->number.at + l->number.n) ||
           (pos >= l->birth.at && pos < (size_t)l->birth.at + l->birth.n) ||
           (pos >= l->expiry.at && pos < (size_t)l->expiry.at + l->expiry.n) ||
           mrz_composite_weight(l, pos) > 0 || pos == l->check[MRZ_NUMBER] || pos == l->check[MRZ_BIRTH] ||
           pos == l->check[MRZ_EXPIRY] || (l->check[MRZ_COMPOSITE] && pos == l->check[MRZ_COMPOSITE]);
}

static void write_out(const struct work *k, const struct mrz_cut *cut, const struct choice *c,
                      const struct solution *digit, struct mrz_suggestion *out)
{
    *out = (struct mrz_suggestion){ .cost = choice_cost(k, c) + digit->cost };
    memcpy(out->zone, k->zone, sizeof out->zone);
    for (size_t g = 0; g < GROUPS; g++) {
        const struct solution *s = &k->group[g].s[c->at[g]];

        for (size_t i = 0; i < s->n; i++)
            out->zone[s->edit[i].pos] = s->edit[i].to;
    }
    if (digit->n)
        out->zone[digit->edit[0].pos] = digit->edit[0].to;
    for (size_t pos = 0; k->was[pos]; pos++) {
        if (out->zone[pos] == k->was[pos])
            continue;
        if (out->n_changes < MRZ_CHANGES)
            out->change[out->n_changes] = (struct mrz_change){
                .pos = (uint8_t)pos,
                .offset = (uint16_t)(cut->line_at[pos / k->l->width] + pos % k->l->width),
                .from = k->was[pos],
                .to = out->zone[pos],
                .confirmed = covered(k->l, pos),
            };
        out->n_changes++;
    }
}

/* Walks all choices: the least cost, how many have it, and with `out` the first max of them. */
static size_t walk(const struct work *k, const struct mrz_cut *cut, struct mrz_suggestion *out, size_t max)
{
    struct choice c = { .at = { 0 } };
    struct solution digit;
    unsigned sum, best = 0;
    size_t n = 0, kept = 0;
    bool tie;

    if (!composite_of(k, &sum, &digit))
        return 0;
    for (size_t g = 0; g < GROUPS; g++)
        if (k->group[g].n == 0)
            return 0;
    do {
        unsigned cost = choice_cost(k, &c);

        if ((n && cost > best) || !composite_holds(k, &c, sum, &digit))
            continue;
        if (!n || cost < best)
            n = kept = 0;
        best = cost;
        n++;
        if (kept < max)
            write_out(k, cut, &c, &digit, &out[kept++]);
    } while (next_choice(k, &c));
    tie = n > 1 || k->free.tie;
    for (size_t g = 0; g < GROUPS; g++)
        tie |= k->group[g].lost_cost && k->group[g].lost_cost <= best;
    for (size_t i = 0; i < kept; i++)
        out[i].ambiguous = tie;
    return kept;
}

size_t mrz_suggest(struct span text, unix_time now, struct mrz_suggestion *out, size_t max, struct why *w)
{
    struct work k = { .today = date_of_time(now) };
    struct mrz_cut cut;
    size_t n;

    if (!mrz_cut(text, true, &cut, w) || max == 0)
        return 0;
    memcpy(k.zone, cut.zone, sizeof k.zone);
    memcpy(k.was, cut.zone, sizeof k.was);
    k.free.format = cut.format;
    if (!mrz_mend_free(k.zone, &k.free))
        return 0;
    k.l = &mrz_layouts[k.free.format];
    for (size_t g = 0; g < GROUPS; g++)
        solve(&k, (enum mrz_check_field)g, false);
    n = walk(&k, &cut, out, max);
    if (n == 0 && k.l->check[MRZ_COMPOSITE]) {
        for (size_t g = 0; g < GROUPS; g++)
            solve(&k, (enum mrz_check_field)g, true);
        n = walk(&k, &cut, out, max);
    }
    /* Nothing to mend, or more than a suggestion can show. */
    if (n && (out[0].n_changes == 0 || out[0].n_changes > MRZ_CHANGES))
        return 0;
    return n;
}
