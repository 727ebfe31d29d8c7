/* Any text: read it; when it is an agreement, run its examples, quote it and decide cases made from the same
 * bytes. */
#include <stdlib.h>

#include "agreement/bound.h"
#include "agreement/tables.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint32_t next(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Values are spans of the text itself, well-known words, and numbers of any size. */
static void random_facts(struct facts *f, struct stay *stays, struct span text, uint32_t *seed)
{
    static const char *const words[] = {
        "genuine", "passport", "AA", "IR", "work", "air", "well-formed", ""
    };

    *f = (struct facts){ .stays = stays, .n_stays = next(seed) % 4, .stays_known = next(seed) % 4 != 0 };
    for (unsigned i = 0; i < FACTS_N; i++) {
        size_t from = text.n ? next(seed) % text.n : 0;

        f->v[i].present = next(seed) % 5 != 0;
        f->v[i].word =
            next(seed) % 2 ? span_str(words[next(seed) % 8]) : span_sub(text, from, from + next(seed) % 12);
        f->v[i].date = (struct date){ (int16_t)(2026 + next(seed) % 4), (uint8_t)(next(seed) % 14),
                                      (uint8_t)(next(seed) % 33) };
        f->v[i].number = next(seed) % 3 ? (int64_t)(next(seed) % 100) : (int64_t)((uint64_t)next(seed) << 32);
    }
    for (size_t i = 0; i < 4; i++) {
        stays[i].from = (struct date){ 2026, (uint8_t)(1 + next(seed) % 12), (uint8_t)(1 + next(seed) % 28) };
        stays[i].to =
            next(seed) % 3 ? date_add_days(stays[i].from, (int)(next(seed) % 40) - 1) : (struct date){ 0 };
    }
}

static void check_verdict(const struct verdict *v)
{
    if (v->n_reasons > VERDICT_REASONS || v->n_missing > VERDICT_MISSING || v->n_reasons == 0)
        abort();
    if ((v->outcome == OUTCOME_ADMIT) != (v->article != NULL))
        abort();
    for (size_t i = 0; i < v->n_reasons; i++)
        if (!v->reason[i].code || strlen(v->reason[i].text) >= sizeof v->reason[i].text)
            abort();
}

enum { ARTICLES = 1024 };

/* Anybody may be bound by anything: a decision always ends, and admits by an article that binds. */
static void decide_by_register(const struct agreement *a, const struct facts *f, size_t articles,
                               uint32_t *seed)
{
    static uint64_t bound[1 + ARTICLES], likewise[1 + ARTICLES], apart[BOUND_MEMBERS],
        objected[BOUND_RESERVATIONS];
    struct bound_period p = { INT32_MIN, bound, likewise, apart, next(seed), objected };
    struct bound_table t = { articles, 0, BOUND_RESERVATIONS, 1, &p };
    struct verdict v;

    if (articles > ARTICLES)
        return;
    for (size_t i = 0; i <= articles; i++) {
        bound[i] = next(seed) % 3 ? UINT64_MAX : (uint64_t)next(seed) << 32 | next(seed);
        likewise[i] = bound[i] & next(seed);
    }
    for (size_t i = 0; i < BOUND_MEMBERS; i++) {
        apart[i] = next(seed) % 8 ? 0 : next(seed);
        objected[i] = next(seed) % 4 ? 0 : next(seed);
    }
    agreement_decide_bound(a, &t, f, (struct date){ 2027, 1, 1 }, &v);
    check_verdict(&v);
    agreement_recognise_bound(a, &t, f, (struct date){ 2027, 1, 1 }, &v);
    for (size_t i = 0; i <= articles; i++)
        bound[i] = 0;
    agreement_decide_bound(a, &t, f, (struct date){ 2027, 1, 1 }, &v);
    if (v.outcome == OUTCOME_ADMIT)
        abort(); /* it binds nobody */
}

static void read_tables(const struct agreement *a, const struct facts *f)
{
    static const enum table_kind kind[] = { TABLE_FEE, TABLE_LIMIT, TABLE_CATEGORY };
    struct span name[8];
    struct table_value value;
    struct quota q;

    for (size_t k = 0; k < 3; k++) {
        size_t n = agreement_tables(a, kind[k], name, 8);

        for (size_t i = 0; i < n && i < 8; i++)
            if (agreement_table(a, kind[k], name[i], f, (struct date){ 2027, 1, 1 }, &value) == TABLE_FOUND &&
                !value.unit)
                abort();
    }
    if (agreement_quota(a, f, (struct date){ 2027, 1, 1 }, &q) == TABLE_FOUND && date_cmp(q.from, q.to) > 0)
        abort();
}

/* A reservation out of the same bytes: read or left out, never half. */
static void reserve(struct span text, uint32_t *seed)
{
    size_t from = text.n ? next(seed) % text.n : 0;
    const struct agreement_reservation r[2] = {
        { SPAN("AA"), SPAN("1"), span_sub(text, from, from + next(seed) % 60) },
        { SPAN("AA"), SPAN("1"), SPAN("traveller.age is at least 18") },
    };
    struct agreement_faults faults;
    bool ok[2];

    agreement_free(agreement_parse_reserved(text, r, 2, ok, &faults));
}

static void check_faults(const struct agreement_faults *f, bool read)
{
    bool bad = false;

    if (f->n > AGREEMENT_FAULTS)
        abort();
    for (size_t i = 0; i < f->n; i++) {
        if (f->item[i].line == 0 || f->item[i].column == 0 || !f->item[i].message[0])
            abort();
        bad |= !f->item[i].warning;
    }
    if (bad == read)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct agreement_faults faults;
    struct agreement_article article[8];
    struct facts f;
    struct stay stays[4];
    struct verdict v;
    const char *found;
    uint32_t seed = 2463534242u + (uint32_t)n;
    struct agreement *a = agreement_parse(span_of(data, n), &faults);
    size_t articles;

    check_faults(&faults, a != NULL);
    if (!a)
        return 0;
    articles = agreement_articles(a, article, 8);
    for (size_t i = 0; i < articles && i < 8; i++) {
        (void)agreement_wording(a, article[i].number, "fa", &found);
        (void)agreement_title_in(a, article[i].number, "tr-CY", &found);
    }
    (void)agreement_run_examples(a, NULL, NULL);
    for (size_t i = 0; i < 20; i++) {
        random_facts(&f, stays, span_of(data, n), &seed);
        agreement_decide(a, &f, (struct date){ 2027, 1, (uint8_t)(1 + i) }, &v);
        check_verdict(&v);
        decide_by_register(a, &f, articles, &seed);
        read_tables(a, &f);
    }
    agreement_free(a);
    reserve(span_of(data, n), &seed);
    return 0;
}
