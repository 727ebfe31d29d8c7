/*
 * The search: decide with what is known; where the decision turns on a fact that somebody can bring about,
 * try its values one after the other; where it is no whatever is still unknown, go back. Missing facts are
 * unknown to a decision (eval.h), so that a "no" on the way cuts off nothing that could have been admitted.
 */
#include "agreement/need.h"

enum { BUDGET = 6000, FAR_DAYS = 3660, NOT_SAID_DAYS = 30 };

typedef void decide_fn(const struct agreement *a, const struct facts *f, struct date on, struct verdict *out);

struct level {
    enum fact fact;
    unsigned next; /* value to try */
};

struct search {
    const struct agreement *a;
    const struct facts *given;
    struct date on;
    decide_fn *decide;
    struct facts f;
    enum fact before[FACTS_N]; /* set before the search began, and not given */
    size_t n_before;
    struct level level[FACTS_N];
    size_t depth;
    struct verdict v;
    struct verdict best; /* of dead ends */
    struct facts best_facts;
    bool any, best_unknown;
    size_t best_depth;
    unsigned long decisions;
};

enum need_by need_by_of(enum fact f)
{
    static const uint8_t of[FACTS_N] = {
        [FACT_DOCUMENT_KIND] = 1 + NEED_TRAVELLER,       [FACT_DOCUMENT_RESULT] = 1 + NEED_TRAVELLER,
        [FACT_DOCUMENT_ISSUER] = 1 + NEED_TRAVELLER,     [FACT_DOCUMENT_EXPIRY] = 1 + NEED_TRAVELLER,
        [FACT_DOCUMENT_EXAMINED] = 1 + NEED_OFFICE,      [FACT_CHIP_RESULT] = 1 + NEED_TRAVELLER,
        [FACT_PERMISSION_KIND] = 1 + NEED_TRAVELLER,     [FACT_PERMISSION_RESULT] = 1 + NEED_TRAVELLER,
        [FACT_PERMISSION_ISSUER] = 1 + NEED_TRAVELLER,   [FACT_PERMISSION_PURPOSE] = 1 + NEED_TRAVELLER,
        [FACT_PERMISSION_FROM] = 1 + NEED_TRAVELLER,     [FACT_PERMISSION_EXPIRY] = 1 + NEED_TRAVELLER,
        [FACT_PERMISSION_ENTRIES] = 1 + NEED_TRAVELLER,  [FACT_PERMISSION_ENTRIES_USED] = 1 + NEED_OFFICE,
        [FACT_PERMISSION_STAY] = 1 + NEED_TRAVELLER,     [FACT_PERMISSION_MATCHES] = 1 + NEED_OFFICE,
        [FACT_TRAVEL_MODE] = 1 + NEED_TRAVELLER,         [FACT_TRAVEL_POST] = 1 + NEED_TRAVELLER,
        [FACT_TRAVELLER_STAYS] = 1 + NEED_UNKNOWN,       [FACT_EVIDENCE_CONTRADICTION] = 1 + NEED_OFFICE,
        [FACT_LICENCE_RESULT] = 1 + NEED_TRAVELLER,      [FACT_LICENCE_EXAMINED] = 1 + NEED_OFFICE,
        [FACT_LICENCE_FROM] = 1 + NEED_TRAVELLER,        [FACT_LICENCE_EXPIRY] = 1 + NEED_TRAVELLER,
        [FACT_LICENCE_STATUS] = 1 + NEED_OFFICE,         [FACT_LICENCE_CODES] = 1 + NEED_UNKNOWN,
        [FACT_LICENCE_TRANSLATION] = 1 + NEED_TRAVELLER, [FACT_LICENCE_PERMIT] = 1 + NEED_TRAVELLER,
        [FACT_LICENCE_STATEMENT] = 1 + NEED_TRAVELLER,   [FACT_INSURANCE_TRAVEL] = 1 + NEED_TRAVELLER,
        [FACT_INSURANCE_UNTIL] = 1 + NEED_TRAVELLER,     [FACT_INSURANCE_COVER] = 1 + NEED_TRAVELLER,
        [FACT_INSURANCE_CURRENCY] = 1 + NEED_TRAVELLER,  [FACT_VEHICLE_BROUGHT] = 1 + NEED_UNKNOWN,
        [FACT_VEHICLE_INSURED] = 1 + NEED_TRAVELLER,     [FACT_QUOTA_USED] = 1 + NEED_UNKNOWN,
    };

    return of[f] ? (enum need_by)(of[f] - 1) : NEED_CASE;
}

static bool is_permission(enum fact f)
{
    return f >= FACT_PERMISSION_KIND && f <= FACT_PERMISSION_MATCHES;
}

static bool known(const struct facts *f, enum fact id)
{
    return id == FACT_TRAVELLER_STAYS ? f->stays_known : f->v[id].present;
}

static void forget(struct facts *f, enum fact id)
{
    if (id == FACT_TRAVELLER_STAYS)
        f->stays_known = false;
    else
        f->v[id] = (struct fact_value){ 0 };
}

static bool no_permission(const struct facts *f)
{
    return f->v[FACT_PERMISSION_KIND].present && span_eq_str(f->v[FACT_PERMISSION_KIND].word, "none");
}

/* ---- values to try ---- */

/* The k-th word of a vocabulary: the built-in ones, then those that the agreement lists. */
static bool word_at(const struct agreement *a, enum vocabulary v, unsigned k, struct span *out)
{
    const char *const *own = vocabulary_words(v);
    struct span listed[NEED_WORDS];
    size_t n, i = 0;

    for (; own[i]; i++)
        if (i == k) {
            *out = span_str(own[i]);
            return true;
        }
    n = agreement_words(a, v, listed, NEED_WORDS);
    if (n > NEED_WORDS)
        n = NEED_WORDS;
    if (k - i >= n)
        return false;
    *out = listed[k - i];
    return true;
}

static bool state_at(const struct search *s, enum fact f, unsigned k, struct span *out)
{
    enum fact first = f == FACT_DOCUMENT_ISSUER ? FACT_TRAVELLER_NATIONALITY : FACT_TRAVEL_ENTERING;
    struct span party[64];
    size_t n;

    if (s->given->v[first].present && k-- == 0) {
        *out = s->given->v[first].word;
        return true;
    }
    n = agreement_parties(s->a, party, 64);
    if (k >= (n < 64 ? n : 64))
        return false;
    *out = party[k];
    return true;
}

static bool fixed(struct fact_value *v, const char *word)
{
    *v = (struct fact_value){ .present = true, .word = span_str(word) };
    return true;
}

static bool word_value(const struct search *s, enum fact f, unsigned k, struct fact_value *v)
{
    enum vocabulary of = fact_vocabulary(f);

    v->present = true;
    if (of == VOCABULARY_RESULT)
        return k == 0 && fixed(v, "genuine");
    if (of == VOCABULARY_CONTRADICTION || of == VOCABULARY_CODES)
        return k == 0 && fixed(v, "none");
    if (of == VOCABULARY_STATUS)
        return k == 0 && fixed(v, "valid");
    if (f == FACT_PERMISSION_PURPOSE && s->given->v[FACT_TRAVEL_PURPOSE].present && k-- == 0) {
        v->word = s->given->v[FACT_TRAVEL_PURPOSE].word;
        return true;
    }
    return word_at(s->a, of, k, &v->word);
}

static int64_t wanted_days(const struct facts *f)
{
    const struct fact_value *v = &f->v[FACT_TRAVEL_STAY];

    return v->present && v->number > 0 ? v->number : 0;
}

static bool number_value(const struct search *s, enum fact f, unsigned k, struct fact_value *v)
{
    int64_t days = wanted_days(s->given);

    v->present = true;
    if (f == FACT_PERMISSION_ENTRIES) {
        v->number = k == 0;
        return k < 2;
    }
    if (f == FACT_INSURANCE_COVER) {
        v->number = LIMIT_AGREEMENT_NUMBER;
        return k == 0;
    }
    v->number = f == FACT_PERMISSION_STAY ? (days ? days : NOT_SAID_DAYS) : 0;
    return k == 0;
}

/* The k-th value that somebody may bring about; false: no more. */
static bool value_at(const struct search *s, enum fact f, unsigned k, struct fact_value *v)
{
    *v = (struct fact_value){ .present = true };
    switch (fact_type(f)) {
    case FACT_TYPE_STATE:
        return state_at(s, f, k, &v->word);
    case FACT_TYPE_WORD:
        return word_value(s, f, k, v);
    case FACT_TYPE_DATE:
        v->date = date_add_days(s->on, f == FACT_DOCUMENT_EXPIRY || f == FACT_PERMISSION_EXPIRY ||
                                               f == FACT_LICENCE_EXPIRY || f == FACT_INSURANCE_UNTIL
                                           ? FAR_DAYS
                                           : 0);
        return k == 0;
    case FACT_TYPE_NUMBER:
        return number_value(s, f, k, v);
    case FACT_TYPE_BOOL:
        v->number = f != FACT_VEHICLE_BROUGHT;
        return k == 0;
    case FACT_TYPE_STAYS:
        return k == 0;
    }
    return false;
}

static void set(struct facts *f, enum fact id, const struct fact_value *v)
{
    if (id == FACT_TRAVELLER_STAYS) {
        f->stays_known = true;
        f->stays = NULL;
        f->n_stays = 0;
    } else {
        f->v[id] = *v;
    }
}

/* ---- the search ---- */

static bool good(enum outcome o)
{
    return o == OUTCOME_ADMIT || o == OUTCOME_RECOGNISED || o == OUTCOME_RESTRICTED;
}

static void ask(struct search *s, const struct facts *f, struct verdict *v)
{
    s->decisions++;
    s->decide(s->a, f, s->on, v);
}

/* A missing fact that somebody can bring about; of a permission only when there is one. */
static bool next_fact(const struct search *s, enum fact *out)
{
    uint64_t missing = 0;

    for (size_t i = 0; i < s->v.n_missing; i++)
        missing |= (uint64_t)1 << s->v.missing[i];
    for (unsigned i = 0; i < FACTS_N; i++) {
        enum fact f = (enum fact)i;

        if (!(missing >> i & 1) || known(&s->f, f) || need_by_of(f) == NEED_CASE)
            continue;
        if (is_permission(f) && no_permission(&s->f))
            continue;
        *out = f;
        return true;
    }
    return false;
}

/* What is kept of the dead ends: one where something unsaid decides, else the one that came farthest. */
static void dead_end(struct search *s)
{
    bool undecided = s->v.n_missing != 0;

    if (s->any &&
        (s->best_unknown > undecided || (s->best_unknown == undecided && s->best_depth >= s->depth)))
        return;
    s->any = true;
    s->best = s->v;
    s->best_facts = s->f;
    s->best_unknown = undecided;
    s->best_depth = s->depth;
}

/* The next value of the deepest fact that has one left; false: everything was tried. */
static bool advance(struct search *s)
{
    struct fact_value v;

    while (s->depth) {
        struct level *l = &s->level[s->depth - 1];

        if (value_at(s, l->fact, l->next, &v)) {
            l->next++;
            set(&s->f, l->fact, &v);
            return true;
        }
        forget(&s->f, l->fact);
        s->depth--;
    }
    return false;
}

/* From s->f on; true: s->f admits, and the levels say what was brought. */
static bool find(struct search *s)
{
    unsigned long end = s->decisions + BUDGET;
    enum fact f = FACT_DOCUMENT_KIND;

    s->depth = 0;
    while (s->decisions < end) {
        ask(s, &s->f, &s->v);
        if (good(s->v.outcome))
            return true;
        if (next_fact(s, &f)) {
            s->level[s->depth++] = (struct level){ f, 0 };
        } else {
            dead_end(s);
        }
        if (!advance(s))
            return false;
    }
    return false;
}

/* ---- what of it is needed ---- */

static void leave_out(struct facts *f, enum fact id)
{
    if (id != FACT_PERMISSION_KIND || no_permission(f)) {
        forget(f, id);
        return;
    }
    for (unsigned i = FACT_PERMISSION_KIND; i <= FACT_PERMISSION_MATCHES; i++)
        forget(f, (enum fact)i);
    fact_set_word(f, FACT_PERMISSION_KIND, SPAN("none"));
}

/* As good as `than`: admitted, and not for a shorter time, as far as so much time is wanted. */
static bool as_good(const struct search *s, const struct verdict *v, const struct verdict *than)
{
    day_number last, wanted = date_to_days(s->on) + (day_number)wanted_days(s->given) - 1;

    if (!good(v->outcome) || (v->outcome == OUTCOME_RESTRICTED && than->outcome == OUTCOME_RECOGNISED))
        return false;
    if (!v->stay_limited)
        return true;
    last = date_to_days(v->last_day);
    if (than->outcome != OUTCOME_ADMIT || !than->stay_limited)
        return !wanted_days(s->given) || last >= wanted;
    if (wanted_days(s->given) && wanted < date_to_days(than->last_day))
        return last >= wanted;
    return last >= date_to_days(than->last_day);
}

/* Whoever cares how long the stay is says so with travel.stay; else one day is enough of it. */
static bool serves(const struct search *s, const struct verdict *v, const struct verdict *than)
{
    return wanted_days(s->given) ? as_good(s, v, than) : good(v->outcome);
}

static void minimise(struct search *s, struct need_way *w)
{
    const struct verdict than = s->v;
    struct facts without;
    struct verdict v;
    size_t k = 0;

    for (size_t i = 0; i < w->n; i++) {
        enum fact id = w->thing[i].fact;

        if (!known(&w->facts, id))
            continue; /* went with its permission */
        without = w->facts;
        leave_out(&without, id);
        ask(s, &without, &v);
        if (serves(s, &v, &than)) {
            w->facts = without;
            continue;
        }
        w->thing[k++] = w->thing[i];
    }
    w->n = k;
    ask(s, &w->facts, &w->verdict);
}

/* The earliest day that serves as well as the far one; the far one when that is not found by halving. */
static void earliest(struct search *s, struct need_way *w, struct need_thing *t)
{
    day_number low = date_to_days(s->on) - 1, high = low + 1 + FAR_DAYS;
    struct facts f = w->facts;
    struct verdict v;

    while (low + 1 < high) {
        day_number mid = low + (high - low) / 2;

        f.v[t->fact].date = date_from_days(mid);
        ask(s, &f, &v);
        if (serves(s, &v, &w->verdict))
            high = mid;
        else
            low = mid;
    }
    w->facts.v[t->fact].date = date_from_days(high);
}

/* The smallest amount that serves as well as the largest. */
static void smallest(struct search *s, struct need_way *w, struct need_thing *t)
{
    int64_t low = -1, high = w->facts.v[t->fact].number;
    struct facts f = w->facts;
    struct verdict v;

    while (low + 1 < high) {
        int64_t mid = low + (high - low) / 2;

        f.v[t->fact].number = mid;
        ask(s, &f, &v);
        if (serves(s, &v, &w->verdict))
            high = mid;
        else
            low = mid;
    }
    w->facts.v[t->fact].number = high;
}

static void others(struct search *s, const struct need_way *w, struct need_thing *t)
{
    struct facts f = w->facts;
    struct fact_value value;
    struct verdict v;

    for (unsigned k = 0; value_at(s, t->fact, k, &value) && t->n_other < NEED_WORDS; k++) {
        bool told = span_eq(value.word, w->facts.v[t->fact].word);

        for (size_t i = 0; i < t->n_other && !told; i++)
            told = span_eq(value.word, t->other[i]);
        if (told)
            continue;
        f.v[t->fact] = value;
        ask(s, &f, &v);
        if (serves(s, &v, &w->verdict))
            t->other[t->n_other++] = value.word;
    }
}

static void cite(struct need_thing *t, const char *article)
{
    for (size_t i = 0; i < t->n_articles; i++)
        if (t->article[i] == article || (article && t->article[i] && strcmp(t->article[i], article) == 0))
            return;
    if (t->n_articles < NEED_ARTICLES)
        t->article[t->n_articles++] = article;
}

/* The articles that close the way when the thing is left out. */
static void articles(struct search *s, const struct need_way *w, size_t i, struct need_thing *t)
{
    uint64_t mask = (uint64_t)1 << t->fact;
    struct facts without;
    struct verdict v;

    if (t->fact == FACT_PERMISSION_KIND)
        for (unsigned k = FACT_PERMISSION_KIND; k <= FACT_PERMISSION_MATCHES; k++)
            mask |= (uint64_t)1 << k;
    need_leave_out(w, i, &without);
    ask(s, &without, &v);
    for (size_t k = 0; k < v.n_reasons; k++)
        if (!v.reason[k].for_admission && (v.reason[k].facts & mask))
            cite(t, v.reason[k].article);
    if (!t->n_articles && w->verdict.article)
        cite(t, w->verdict.article);
}

static void finish(struct search *s, struct need_way *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (fact_type(w->thing[i].fact) == FACT_TYPE_DATE &&
            value_at(s, w->thing[i].fact, 0, &w->thing[i].value) &&
            date_to_days(w->thing[i].value.date) > date_to_days(s->on))
            earliest(s, w, &w->thing[i]);
    for (size_t i = 0; i < w->n; i++)
        if (w->thing[i].fact == FACT_INSURANCE_COVER)
            smallest(s, w, &w->thing[i]);
    ask(s, &w->facts, &w->verdict);
    for (size_t i = 0; i < w->n; i++) {
        struct need_thing *t = &w->thing[i];
        enum fact_type type = fact_type(t->fact);

        t->by = need_by_of(t->fact);
        if (t->fact == FACT_PERMISSION_KIND && no_permission(&w->facts))
            t->by = NEED_OFFICE;
        t->value = w->facts.v[t->fact];
        t->bound =
            type == FACT_TYPE_DATE || t->fact == FACT_PERMISSION_STAY || t->fact == FACT_INSURANCE_COVER
                ? NEED_AT_LEAST
                : NEED_IS;
        if (t->fact == FACT_PERMISSION_FROM || t->fact == FACT_LICENCE_FROM)
            t->bound = NEED_IS;
        if ((type == FACT_TYPE_WORD || type == FACT_TYPE_STATE) && t->fact != FACT_PERMISSION_KIND)
            others(s, w, t);
        articles(s, w, i, t);
    }
}

static struct span kind_of(const struct facts *f)
{
    const struct fact_value *k = &f->v[FACT_PERMISSION_KIND];

    return k->present ? k->word : SPAN("none");
}

/* What was brought, made minimal, as one more way, unless one with that kind of permission is there already.
 */
static bool take(struct search *s, struct need *out)
{
    struct need_way *w = &out->way[out->n];

    if (s->n_before + s->depth > NEED_THINGS)
        return false;
    *w = (struct need_way){ .facts = s->f };
    for (size_t i = 0; i < s->n_before; i++)
        w->thing[w->n++] = (struct need_thing){ .fact = s->before[i] };
    for (size_t i = 0; i < s->depth; i++)
        w->thing[w->n++] = (struct need_thing){ .fact = s->level[i].fact };
    minimise(s, w);
    for (size_t i = 0; i < out->n && s->decide == agreement_decide; i++)
        if (span_eq(kind_of(&w->facts), kind_of(&out->way[i].facts)))
            return false;
    finish(s, w);
    out->n++;
    return true;
}

static void bring_before(struct search *s, enum fact f, unsigned k)
{
    struct fact_value v;

    if (known(s->given, f) || !value_at(s, f, k, &v))
        return;
    set(&s->f, f, &v);
    s->before[s->n_before++] = f;
}

static void ended(struct search *s, struct need *out)
{
    out->decisions = s->decisions;
    if (out->n || !s->any)
        return;
    out->best = s->best;
    out->nearest = s->best_facts;
}

static void begin_with(struct search *s, struct span kind)
{
    s->f = *s->given;
    s->n_before = 0;
    if (known(s->given, FACT_PERMISSION_KIND) && !no_permission(s->given))
        return;
    fact_set_word(&s->f, FACT_PERMISSION_KIND, kind);
    if (!known(s->given, FACT_PERMISSION_KIND))
        s->before[s->n_before++] = FACT_PERMISSION_KIND;
}

/*
 * A permission that is not asked for, because there is admission without it, and may allow a longer stay:
 * all that it could say is brought at once.
 */
static void longer(struct search *s, struct span kind, struct need *out)
{
    struct fact_value issuer;

    for (unsigned i = 0; value_at(s, FACT_PERMISSION_ISSUER, i, &issuer); i++) {
        begin_with(s, kind);
        for (unsigned f = FACT_PERMISSION_RESULT; f <= FACT_PERMISSION_MATCHES; f++)
            bring_before(s, (enum fact)f, f == FACT_PERMISSION_ISSUER ? i : 0);
        if (find(s) && take(s, out))
            return;
    }
}

static bool enough(const struct search *s, const struct need_way *w)
{
    return !w->verdict.stay_limited ||
           date_to_days(w->verdict.last_day) >= date_to_days(s->on) + (day_number)wanted_days(s->given) - 1;
}

void need_find(const struct agreement *a, const struct facts *the_case, struct date on, struct need *out)
{
    struct search s = { .a = a, .given = the_case, .on = on, .decide = agreement_decide };
    bool said = known(the_case, FACT_PERMISSION_KIND);
    struct span kind = SPAN("none");

    *out = (struct need){ 0 };
    if (said)
        kind = the_case->v[FACT_PERMISSION_KIND].word;
    for (unsigned k = 0; said ? k == 0 : word_at(a, VOCABULARY_PERMISSION, k, &kind); k++) {
        if (out->n == NEED_WAYS) {
            out->more = true;
            break;
        }
        begin_with(&s, kind);
        if ((!find(&s) || !take(&s, out)) && k && out->n && !enough(&s, &out->way[0]))
            longer(&s, kind, out);
    }
    ended(&s, out);
}

/* A statement, a translation or a permit that the way has: the way without it, when there is one. */
static void licence_ways(struct search *s, const struct facts *the_case, struct need *out)
{
    for (size_t i = 0; out->n == 1 && i < out->way[0].n; i++) {
        enum fact f = out->way[0].thing[i].fact;

        if (fact_type(f) != FACT_TYPE_BOOL || need_by_of(f) != NEED_TRAVELLER)
            continue;
        s->f = *the_case;
        fact_set_number(&s->f, f, 0);
        if (find(s))
            (void)take(s, out);
    }
}

void need_licence(const struct agreement *a, const struct facts *the_case, struct date on, struct need *out)
{
    struct search s = { .a = a, .given = the_case, .on = on, .decide = agreement_recognise, .f = *the_case };

    *out = (struct need){ 0 };
    if (find(&s))
        (void)take(&s, out);
    licence_ways(&s, the_case, out);
    ended(&s, out);
}

void need_leave_out(const struct need_way *w, size_t i, struct facts *out)
{
    *out = w->facts;
    leave_out(out, w->thing[i].fact);
}
