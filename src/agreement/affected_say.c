/* The sentences on those who are affected. */
#include "agreement/affected.h"

#include <stdio.h>

#include "base/text.h"

static uint64_t all_parties(const struct affected *x)
{
    return x->n_parties == 64 ? ~(uint64_t)0 : ((uint64_t)1 << x->n_parties) - 1;
}

static void put_states(const struct affected *x, uint64_t m, const struct tongue *t, struct buffer *out)
{
    const char *join = "";

    if (m == all_parties(x) && x->n_parties > 1) {
        buf_str(out, tongue_phrase(t, PHRASE_ANY_PARTY));
        return;
    }
    for (size_t i = 0; i < x->n_states; i++) {
        if (!(m >> i & 1))
            continue;
        buf_str(out, join);
        if (i + 1 == x->n_states)
            buf_str(out, tongue_phrase(t, PHRASE_NO_PARTY));
        else
            buf_put(out, x->state[i]);
        join = ", ";
    }
}

/* Two lists filled into a phrase. */
static void put_pair(const struct affected *x, uint64_t from, uint64_t to, enum phrase p,
                     const struct tongue *t, struct buffer *out)
{
    struct buffer one, two;

    buf_init(&one, 8192);
    buf_init(&two, 8192);
    put_states(x, from, t, &one);
    put_states(x, to, t, &two);
    tongue_put(t, p, buf_cstr(&one), buf_cstr(&two), out);
    buf_free(&one);
    buf_free(&two);
}

struct shape {
    uint64_t from, to;    /* who occur, and where they enter */
    size_t missing;       /* pairs that are not there, of from x to without the diagonal */
    bool diagonal, apart; /* some enter their own state; some another */
};

static struct shape shape_of(const struct affected *x, const struct affected_group *g)
{
    struct shape s = { 0 };

    for (size_t i = 0; i < x->n_states; i++) {
        if (!g->row[i])
            continue;
        s.from |= bit((unsigned)i);
        s.to |= g->row[i];
        s.diagonal |= i + 1 < x->n_states && (g->row[i] >> i & 1);
        s.apart |= (g->row[i] & ~bit((unsigned)i)) != 0;
    }
    for (size_t i = 0; i < x->n_states; i++)
        if (s.from >> i & 1)
            s.missing += (size_t)__builtin_popcountll(s.to & ~bit((unsigned)i) & ~g->row[i]);
    return s;
}

static bool is_product(const struct affected *x, const struct affected_group *g, const struct shape *s)
{
    for (size_t i = 0; i < x->n_states; i++)
        if (g->row[i] && g->row[i] != s->to)
            return false;
    return true;
}

static void put_missing(const struct affected *x, const struct affected_group *g, const struct shape *s,
                        const struct tongue *t, struct buffer *out)
{
    struct buffer list;
    const char *join = "";

    buf_init(&list, 8192);
    for (size_t i = 0; i < x->n_states; i++) {
        uint64_t m = s->from >> i & 1 ? s->to & ~bit((unsigned)i) & ~g->row[i] : 0;

        if (!m)
            continue;
        buf_str(&list, join);
        put_pair(x, bit((unsigned)i), m, PHRASE_ENTERING, t, &list);
        join = ", ";
    }
    buf_str(out, ", ");
    tongue_put(t, PHRASE_BUT_NOT, buf_cstr(&list), NULL, out);
    buf_free(&list);
}

/* Each nationality with where it enters, those that enter the same states together. */
static void put_rows(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                     struct buffer *out)
{
    const char *join = "";
    uint64_t done = 0;

    for (size_t i = 0; i < x->n_states; i++) {
        uint64_t alike = 0;

        if (!g->row[i] || (done >> i & 1))
            continue;
        for (size_t k = i; k < x->n_states; k++)
            if (g->row[k] == g->row[i])
                alike |= bit((unsigned)k);
        done |= alike;
        buf_str(out, join);
        put_pair(x, alike, g->row[i], PHRASE_WHO, t, out);
        join = "; ";
    }
}

static void put_who(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                    struct buffer *out)
{
    struct shape s = shape_of(x, g);
    struct buffer from, to;

    buf_init(&from, 8192);
    buf_init(&to, 8192);
    put_states(x, s.from, t, &from);
    put_states(x, s.to, t, &to);
    if (!x->by_nationality && !x->by_entering)
        buf_str(out, tongue_phrase(t, PHRASE_EVERYONE));
    else if (!x->by_nationality)
        tongue_put(t, PHRASE_WHO_ENTERING, buf_cstr(&to), NULL, out);
    else if (!x->by_entering)
        tongue_put(t, PHRASE_WHO_NATIONALS, buf_cstr(&from), NULL, out);
    else if (is_product(x, g, &s))
        tongue_put(t, PHRASE_WHO, buf_cstr(&from), buf_cstr(&to), out);
    else if (s.diagonal && !s.apart)
        tongue_put(t, PHRASE_WHO, buf_cstr(&from), tongue_phrase(t, PHRASE_HOME), out);
    else if (!s.diagonal && s.missing <= 8 && (s.from & s.to)) {
        buf_reset(&to);
        if (s.to == all_parties(x))
            buf_str(&to, tongue_phrase(t, PHRASE_ANOTHER_PARTY));
        else if (s.from == s.to) {
            struct buffer list;

            buf_init(&list, 8192);
            put_states(x, s.to, t, &list);
            tongue_put(t, PHRASE_ANOTHER_OF, buf_cstr(&list), NULL, &to);
            buf_free(&list);
        } else {
            put_states(x, s.to, t, &to);
        }
        tongue_put(t, PHRASE_WHO, buf_cstr(&from), buf_cstr(&to), out);
        if (s.missing)
            put_missing(x, g, &s, t, out);
    } else if (x->sample) {
        tongue_put(t, PHRASE_SOME, buf_cstr(&from), buf_cstr(&to), out);
    } else {
        put_rows(x, g, t, out);
    }
    buf_free(&from);
    buf_free(&to);
}

static void put_range(int64_t low, int64_t high, bool open_below, bool open_above, bool day,
                      const struct tongue *t, struct buffer *out)
{
    char one[24], two[24];

    if (day) {
        (void)date_format(date_from_days((day_number)low), one);
        (void)date_format(date_from_days((day_number)high), two);
    } else {
        (void)snprintf(one, sizeof one, "%lld", (long long)low);
        (void)snprintf(two, sizeof two, "%lld", (long long)high);
    }
    if (open_above)
        tongue_put(t, day ? PHRASE_DATE_FROM : PHRASE_AT_LEAST, one, NULL, out);
    else if (open_below && low != high)
        tongue_put(t, day ? PHRASE_DATE_TO : PHRASE_AT_MOST, two, NULL, out);
    else if (low == high)
        buf_str(out, one);
    else
        tongue_put(t, PHRASE_RANGE, one, two, out);
}

static void put_words(const struct case_class *k, unsigned fact, const struct tongue *t, const char **join,
                      struct buffer *out)
{
    for (size_t w = 0; w < k->n; w++) {
        buf_str(out, *join);
        if (k->outsider && k->n == 1)
            buf_str(out, tongue_phrase(t, PHRASE_NO_PARTY));
        else
            tongue_put_word(t, fact, k->words[w], out);
        *join = ", ";
    }
}

/* The values of the classes in the set; neighbouring ranges as one. */
void cases_put_set(const struct cases *c, unsigned fact, uint64_t set, const struct tongue *t,
                   struct buffer *out)
{
    enum fact_type type = fact_type((enum fact)fact);
    const struct case_class *of = c->of[fact];
    size_t n = c->n_of[fact];
    const char *join = "";

    for (size_t i = 0; i < n; i++) {
        size_t k = i;

        if (!(set >> (i < 63 ? i : 63) & 1))
            continue;
        if (of[i].n) {
            put_words(&of[i], fact, t, &join, out);
            continue;
        }
        buf_str(out, join);
        join = ", ";
        if (type == FACT_TYPE_BOOL) {
            buf_str(out, tongue_phrase(t, of[i].low ? PHRASE_YES : PHRASE_NO));
            continue;
        }
        while (k + 1 < n && (set >> (k + 1 < 63 ? k + 1 : 63) & 1) && of[k + 1].low == of[k].high + 1 &&
               of[k + 1].before == of[i].before)
            k++;
        put_range(of[i].low, of[k].high, i == 0,
                  k + 1 == n || (type == FACT_TYPE_STAYS && of[k].high == 36500), type == FACT_TYPE_DATE, t,
                  out);
        i = k;
    }
}

static bool is_all(const struct affected *x, unsigned fact, uint64_t set)
{
    for (size_t i = 0; i < x->c->n_of[fact]; i++)
        if (!(set >> (i < 63 ? i : 63) & 1))
            return false;
    return true;
}

static void put_days_used(const struct affected *x, uint64_t set, const struct tongue *t, struct buffer *out)
{
    const struct case_class *of = x->c->of[FACT_TRAVELLER_STAYS];
    uint64_t part[2] = { 0 }, all[2] = { 0 };
    bool said = false;

    for (size_t i = 0; i < x->c->n_of[FACT_TRAVELLER_STAYS] && i < 64; i++) {
        all[of[i].before != 0] |= (uint64_t)1 << i;
        if (set >> i & 1)
            part[of[i].before != 0] |= (uint64_t)1 << i;
    }
    for (int k = 0; k < 2; k++) {
        struct buffer b;

        if (!part[k] || part[k] == all[k])
            continue;
        buf_init(&b, 4096);
        cases_put_set(x->c, FACT_TRAVELLER_STAYS, part[k], t, &b);
        buf_str(out, said ? "; " : "");
        said = true;
        tongue_put(t, k ? PHRASE_USED_BEFORE : PHRASE_USED, buf_cstr(&b), NULL, out);
        buf_free(&b);
    }
}

void affected_who(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                  struct buffer *out)
{
    put_who(x, g, t, out);
    for (size_t i = 0; i < x->n_facts; i++) {
        struct buffer b;

        if (!g->set[i] || is_all(x, x->fact[i], g->set[i]))
            continue;
        buf_str(out, ", ");
        if (x->fact[i] == FACT_TRAVELLER_STAYS) {
            put_days_used(x, g->set[i], t, out);
            continue;
        }
        buf_init(&b, 16384);
        cases_put_set(x->c, x->fact[i], g->set[i], t, &b);
        if (x->fact[i] == FACT_TRAVEL_PURPOSE)
            tongue_put(t, PHRASE_FOR, buf_cstr(&b), NULL, out);
        else
            tongue_put(t, PHRASE_FACT, tongue_fact(t, x->fact[i]), buf_cstr(&b), out);
        buf_free(&b);
    }
}

void standing_put(const struct standing *s, const struct tongue *t, struct buffer *out)
{
    char one[16], two[16];
    const char *why = s->code ? tongue_reason(t, s->code) : NULL;
    struct buffer b;

    (void)snprintf(one, sizeof one, "%d", s->days);
    (void)snprintf(two, sizeof two, "%d", s->window);
    if (s->outcome == OUTCOME_RECOGNISED || s->outcome == OUTCOME_RESTRICTED ||
        s->outcome == OUTCOME_NOT_RECOGNISED) {
        buf_str(out, tongue_phrase(t, s->outcome == OUTCOME_RECOGNISED   ? PHRASE_RECOGNISED
                                      : s->outcome == OUTCOME_RESTRICTED ? PHRASE_RESTRICTED
                                                                         : PHRASE_NOT_RECOGNISED));
    } else if (s->outcome == OUTCOME_REFER) {
        buf_init(&b, 1024);
        buf_str(&b, why ? why : s->code ? s->code : "");
        while (b.n && b.p[b.n - 1] == '.')
            b.n--;
        tongue_put(t, s->code ? PHRASE_REFERRED_BY : PHRASE_REFERRED, buf_cstr(&b), NULL, out);
        buf_free(&b);
    } else if (!s->limited) {
        buf_str(out, tongue_phrase(t, PHRASE_ADMITTED));
    } else if (!s->days) {
        buf_str(out, tongue_phrase(t, PHRASE_PERMISSION));
    } else {
        tongue_put(t, s->window ? PHRASE_DAYS : PHRASE_PER_VISIT, one, two, out);
    }
}

void affected_change_text(const struct affected *x, const struct affected_group *g, const struct tongue *t,
                          struct buffer *out)
{
    const struct affected_change *c = &x->change[g->change];
    const char *article = c->after.article ? c->after.article : c->before.article;
    struct buffer before, after;

    buf_init(&before, 2048);
    buf_init(&after, 2048);
    standing_put(&c->before, t, &before);
    standing_put(&c->after, t, &after);
    tongue_put(t, PHRASE_INSTEAD, buf_cstr(&after), buf_cstr(&before), out);
    if (article) {
        buf_str(out, " (");
        tongue_put(t, PHRASE_ARTICLE, article, NULL, out);
        buf_u8(out, ')');
    }
    buf_free(&before);
    buf_free(&after);
}

/* ---- a traveller as an example says it ---- */

static bool needs_marks(unsigned fact, struct span w)
{
    if (fact_type((enum fact)fact) == FACT_TYPE_STATE)
        return w.n != 2;
    for (size_t i = 0; i < w.n; i++)
        if (!ascii_lower(w.p[i]) && !ascii_digit(w.p[i]) && w.p[i] != ' ' && w.p[i] != '-')
            return true;
    return false;
}

void cases_put_value(const struct traveller *t, unsigned f, struct buffer *out)
{
    const struct fact_value *v = &t->facts.v[f];
    char day[DATE_TEXT];

    switch (fact_type((enum fact)f)) {
    case FACT_TYPE_STATE:
    case FACT_TYPE_WORD:
        buf_str(out, needs_marks(f, v->word) ? "\"" : "");
        buf_put(out, v->word);
        buf_str(out, needs_marks(f, v->word) ? "\"" : "");
        break;
    case FACT_TYPE_DATE:
        buf_str(out, date_format(v->date, day));
        break;
    case FACT_TYPE_NUMBER:
        buf_decimal(out, v->number);
        break;
    case FACT_TYPE_BOOL:
        buf_str(out, v->number ? "yes" : "no");
        break;
    case FACT_TYPE_STAYS:
        break;
    }
}

void traveller_put(const struct traveller *t, struct date on, uint64_t facts, struct buffer *out)
{
    uint64_t m = traveller_said(t) & facts;
    const char *join = "";
    char one[DATE_TEXT], two[DATE_TEXT];

    for (unsigned f = 0; f < FACTS_N; f++) {
        if (!(m & bit(f)))
            continue;
        buf_str(out, join);
        join = ", ";
        if (f != FACT_TRAVELLER_STAYS) {
            buf_printf(out, "%s ", fact_name((enum fact)f));
            cases_put_value(t, f, out);
            continue;
        }
        if (!t->facts.n_stays)
            buf_str(out, "no earlier stays");
        for (size_t i = 0; i < t->facts.n_stays; i++) {
            const struct stay *s = &t->facts.stays[i];
            int days = date_to_days(s->to) - date_to_days(s->from) + 1;

            buf_str(out, i ? ", " : "");
            if (!date_is_set(s->to))
                buf_printf(out, "inside since %s", date_format(s->from, one));
            else if (t->facts.n_stays == 1 && date_to_days(s->to) == date_to_days(on) - 1)
                buf_printf(out, "%d %s used", days, days == 1 ? "day" : "days");
            else
                buf_printf(out, "stays %s to %s", date_format(s->from, one), date_format(s->to, two));
        }
    }
}
