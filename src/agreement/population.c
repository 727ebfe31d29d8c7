#include "agreement/population.h"

#include "base/text.h"

static uint64_t next(uint64_t *s)
{
    uint64_t z = (*s += 0x9e3779b97f4a7c15u); /* splitmix64, Steele and others 2014 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static unsigned below(uint64_t *s, size_t n)
{
    return (unsigned)((next(s) >> 32) * n >> 32);
}

static bool chance(uint64_t *s, unsigned percent)
{
    return below(s, 100) < percent;
}

/* ---- made up ---- */

static bool admits(const struct example *e)
{
    return e->gives && e->outcome == OUTCOME_ADMIT;
}

void population_init(struct population *p, const struct cases *c, uint64_t seed)
{
    *p = (struct population){ .c = c, .seed = seed };
    for (const struct article *x = c->a[c->n - 1]->articles; x; x = x->next)
        for (const struct example *e = x->examples; e; e = e->next)
            if (admits(e) && p->n_models < POPULATION_MODELS)
                p->model[p->n_models++] = e;
}

static struct span random_word(const struct cases *c, unsigned fact, uint64_t *s)
{
    const struct case_class *k;

    if (!c->n_of[fact])
        return (struct span){ NULL, 0 };
    k = &c->of[fact][below(s, c->n_of[fact])];
    return k->n ? k->words[below(s, k->n)] : (struct span){ NULL, 0 };
}

/* A purpose that some agreement declares; the words of a vocabulary that stand in every agreement else. */
static struct span random_purpose(const struct cases *c, unsigned fact, uint64_t *s)
{
    const struct words *own = &c->a[c->n - 1]->vocabulary[fact_vocabulary((enum fact)fact)];

    return own->n ? own->w[below(s, own->n)] : random_word(c, fact, s);
}

static struct span random_party(const struct cases *c, uint64_t *s)
{
    const struct words *p = &c->a[c->n - 1]->parties;

    return p->w[below(s, p->n)];
}

static void change_fact(const struct cases *c, unsigned f, uint64_t *s, struct traveller *t)
{
    struct fact_value v = { .present = true };

    switch (fact_type((enum fact)f)) {
    case FACT_TYPE_STATE:
        v.word = chance(s, 90) ? random_party(c, s) : SPAN("ZZ");
        break;
    case FACT_TYPE_WORD:
        v.word = random_word(c, f, s);
        v.present = v.word.n != 0;
        break;
    case FACT_TYPE_DATE:
        v.date = date_add_days(c->on, (int)below(s, 2400) - 400);
        break;
    case FACT_TYPE_NUMBER:
        v.number = below(s, chance(s, 70) ? 40 : 400);
        break;
    case FACT_TYPE_BOOL:
        v.number = chance(s, 60);
        break;
    case FACT_TYPE_STAYS:
        return;
    }
    t->facts.v[f] = v;
}

static void random_stays(const struct cases *c, uint64_t *s, struct person *p)
{
    size_t n = chance(s, 40) ? 0 : 1 + below(s, 4);
    int back = 1 + (int)below(s, 60);

    for (size_t i = 0; i < n; i++) {
        int days = 1 + (int)below(s, chance(s, 80) ? 30 : 100);

        p->stays[i].to = date_add_days(c->on, -back);
        p->stays[i].from = date_add_days(c->on, -(back + days - 1));
        back += days + (int)below(s, 90);
    }
    p->t.facts.stays = p->stays;
    p->t.facts.n_stays = n;
    p->t.facts.stays_known = true;
}

void population_person(const struct population *p, uint64_t i, struct person *out)
{
    const struct cases *c = p->c;
    uint64_t s = p->seed ^ (i + 1) * 0xd1342543de82ef95u;
    const struct example *e = p->n_models ? p->model[below(&s, p->n_models)] : NULL;
    struct facts *f = &out->t.facts;

    out->count = 1;
    if (e)
        *f = e->facts;
    else
        *f = (struct facts){ .stays_known = false };
    if (!e)
        fact_set_word(f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    fact_set_word(f, FACT_TRAVELLER_NATIONALITY, chance(&s, 92) ? random_party(c, &s) : SPAN("ZZ"));
    fact_set_word(f, FACT_TRAVEL_ENTERING, random_party(c, &s));
    if (c->facts >> FACT_TRAVEL_PURPOSE & 1)
        fact_set_word(f, FACT_TRAVEL_PURPOSE, random_purpose(c, FACT_TRAVEL_PURPOSE, &s));
    for (uint64_t left = c->facts; left; left &= left - 1) {
        unsigned k = (unsigned)__builtin_ctzll(left);
        bool kept = k == FACT_TRAVELLER_NATIONALITY || k == FACT_TRAVEL_ENTERING || k == FACT_TRAVEL_PURPOSE;

        if (!kept && chance(&s, f->v[k].present ? 4 : 20))
            change_fact(c, k, &s, &out->t);
    }
    random_stays(c, &s, out);
}

/* ---- a table ---- */

/* The next field of a row; in marks, with "" for one, it is copied to *mem. False: marks without their end.
 */
static bool field(struct span *rest, uint8_t **mem, struct span *out)
{
    uint8_t *to = *mem;
    size_t i = 1;

    if (!rest->n || rest->p[0] != '"')
        return text_split(rest, ',', out) || true;
    for (;; i++) {
        if (i >= rest->n)
            return false;
        if (rest->p[i] == '"' && (i + 1 >= rest->n || rest->p[i + 1] != '"'))
            break;
        i += rest->p[i] == '"';
        *to++ = rest->p[i];
    }
    *out = span_of(*mem, (size_t)(to - *mem));
    *mem = to;
    *rest = span_sub(*rest, i + 1, rest->n);
    if (rest->n && rest->p[0] != ',')
        return false;
    *rest = span_sub(*rest, 1, rest->n);
    return true;
}

bool population_head(struct span line, struct population_table *out, struct why *w)
{
    struct span rest = line, name;
    struct population_table t = { .n = 0 };

    while (rest.n) {
        enum fact f;

        (void)text_split(&rest, ',', &name);
        name = text_trim(name);
        if (t.n == POPULATION_COLUMNS)
            return why_set(w, "column", WHY_NO_OFFSET, NULL, "more than %d columns", POPULATION_COLUMNS);
        if (span_eq_str(name, "stays"))
            t.fact[t.n] = FACTS_N;
        else if (span_eq_str(name, "count"))
            t.fact[t.n] = FACTS_N + 1;
        else if (fact_from_name(name, &f) && strlen(fact_name(f)) == name.n && f != FACT_TRAVELLER_STAYS)
            t.fact[t.n] = f;
        else
            return why_set(w, "column", (size_t)(name.p ? name.p - line.p : 0), NULL,
                           "column %zu names no fact", t.n + 1);
        t.n++;
    }
    if (!t.n)
        return why_set(w, "column", 0, NULL, "the first line names no column");
    *out = t;
    return true;
}

static bool number(struct span s, int64_t most, int64_t *out)
{
    int64_t v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_digit(s.p[i]) || v > most)
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return s.n != 0 && v <= most;
}

static bool take_stays(struct span s, struct person *p)
{
    struct span one;

    p->t.facts.stays_known = true;
    p->t.facts.stays = p->stays;
    if (span_eq_str(s, "none"))
        return true;
    while (text_split(&s, ';', &one)) {
        struct stay *x = &p->stays[p->t.facts.n_stays];

        one = text_trim(one);
        if (p->t.facts.n_stays == POPULATION_STAYS || one.n < 12 || one.p[10] != '.' || one.p[11] != '.' ||
            !date_parse(span_sub(one, 0, 10), &x->from))
            return false;
        x->to = (struct date){ 0 };
        if (one.n > 12 && (!date_parse(span_sub(one, 12, one.n), &x->to) || date_cmp(x->to, x->from) < 0))
            return false;
        p->t.facts.n_stays++;
    }
    return true;
}

static bool take(unsigned fact, struct span s, struct person *p)
{
    struct fact_value v = { .present = true };
    int64_t n;

    if (fact == FACTS_N)
        return take_stays(s, p);
    if (fact == FACTS_N + 1) {
        if (!number(s, 1000 * 1000 * 1000, &n))
            return false;
        p->count = (uint64_t)n;
        return true;
    }
    switch (fact_type((enum fact)fact)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        v.word = s;
        break;
    case FACT_TYPE_DATE:
        if (!date_parse(s, &v.date))
            return false;
        break;
    case FACT_TYPE_NUMBER:
        if (!number(s, LIMIT_AGREEMENT_NUMBER, &v.number))
            return false;
        break;
    case FACT_TYPE_BOOL:
        v.number = span_eq_str(s, "yes");
        if (!v.number && !span_eq_str(s, "no"))
            return false;
        break;
    case FACT_TYPE_STAYS:
        return false;
    }
    p->t.facts.v[fact] = v;
    return true;
}

bool population_row(const struct population_table *t, struct span line, uint8_t *mem, struct person *out,
                    struct why *w)
{
    struct span rest = line, s = { NULL, 0 };

    if (line.n > POPULATION_LINE)
        return why_set(w, "csv", WHY_NO_OFFSET, NULL, "a line is longer than %d bytes", POPULATION_LINE);
    out->t.facts = (struct facts){ .stays_known = false };
    out->count = 1;
    fact_set_word(&out->t.facts, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    for (size_t i = 0; i < t->n; i++) {
        s = (struct span){ NULL, 0 };
        if (!field(&rest, &mem, &s))
            return why_set(w, "csv", WHY_NO_OFFSET, NULL, "field %zu does not end", i + 1);
        s = text_trim(s);
        if (t->fact[i] < FACTS_N && !s.n)
            out->t.facts.v[t->fact[i]] = (struct fact_value){ 0 };
        if (s.n && !take(t->fact[i], s, out))
            return why_set(w, "csv", WHY_NO_OFFSET, NULL, "field %zu does not fit its fact", i + 1);
    }
    return !rest.n || why_set(w, "csv", WHY_NO_OFFSET, NULL, "there are more fields than columns");
}
