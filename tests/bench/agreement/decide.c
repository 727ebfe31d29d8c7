/* One decision under the sample agreement, against the same rule written in C by hand. */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#include "agreement/regime.h"
#include "agreement/stay.h"

struct work {
    const struct agreement *a;
    struct regime *r;
    struct span text;
    struct facts f;
    struct stay stays[64];
    struct date on;
    struct verdict v;
    int sum;
};

static void decide(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (size_t i = 0; i < n; i++) {
        agreement_decide(w->a, &w->f, w->on, &w->v);
        w->sum += w->v.days_left;
    }
}

static bool is(const struct facts *f, enum fact id, const char *word)
{
    return f->v[id].present && span_eq_str(f->v[id].word, word);
}

static bool party(const struct facts *f, enum fact id)
{
    static const char *const all[] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };

    for (size_t i = 0; i < 10; i++)
        if (is(f, id, all[i]))
            return true;
    return false;
}

/* Articles 2, 3 and 5 for tourists and pilgrims; no explanation, no missing facts. */
static void by_hand(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (size_t i = 0; i < n; i++) {
        const struct facts *f = &w->f;
        struct stay_count c = { 0 };
        bool admit = is(f, FACT_DOCUMENT_KIND, "passport") && is(f, FACT_DOCUMENT_RESULT, "genuine") &&
                     date_cmp(f->v[FACT_DOCUMENT_EXPIRY].date, w->on) >= 0 &&
                     (is(f, FACT_TRAVEL_MODE, "air") || is(f, FACT_TRAVEL_MODE, "sea")) &&
                     party(f, FACT_TRAVELLER_NATIONALITY) && party(f, FACT_TRAVEL_ENTERING) &&
                     (is(f, FACT_TRAVEL_PURPOSE, "tourism") || is(f, FACT_TRAVEL_PURPOSE, "pilgrimage")) &&
                     stay_count(f->stays, f->n_stays, (struct stay_rule){ 30, 180 }, w->on, &c);

        w->sum += admit ? c.left : 0;
    }
}

static void stays(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct stay_count c = { 0 };

    for (size_t i = 0; i < n; i++)
        if (stay_count(w->f.stays, w->f.n_stays, (struct stay_rule){ 90, 180 }, w->on, &c))
            w->sum += c.left;
}

static void parse(void *ctx, size_t n)
{
    struct work *w = ctx;
    struct agreement_faults faults;

    for (size_t i = 0; i < n; i++)
        agreement_free(agreement_parse(w->text, &faults));
}

static void pilgrim(struct work *w, size_t n_stays)
{
    w->on = (struct date){ 2027, 3, 1 };
    w->f = (struct facts){ .stays = w->stays, .n_stays = n_stays, .stays_known = true };
    fact_set_word(&w->f, FACT_TRAVELLER_NATIONALITY, SPAN("PK"));
    fact_set_word(&w->f, FACT_TRAVEL_ENTERING, SPAN("IR"));
    fact_set_word(&w->f, FACT_TRAVEL_PURPOSE, SPAN("pilgrimage"));
    fact_set_word(&w->f, FACT_TRAVEL_MODE, SPAN("air"));
    fact_set_word(&w->f, FACT_DOCUMENT_KIND, SPAN("passport"));
    fact_set_word(&w->f, FACT_DOCUMENT_RESULT, SPAN("genuine"));
    fact_set_date(&w->f, FACT_DOCUMENT_EXPIRY, (struct date){ 2030, 1, 1 });
    fact_set_word(&w->f, FACT_PERMISSION_KIND, SPAN("none"));
    fact_set_word(&w->f, FACT_EVIDENCE_CONTRADICTION, SPAN("none"));
    for (size_t i = 0; i < n_stays; i++) {
        w->stays[i].from = date_add_days(w->on, -400 + 6 * (int)i);
        w->stays[i].to = date_add_days(w->stays[i].from, 1);
    }
}

/* All ten parties but one, a reservation of one and an objection to it: what a register may hold. */
static struct regime *regime(struct span text, const struct agreement *a)
{
    static const char *const party[] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR" };
    static struct instrument i[11];
    static const struct agreement *given;
    static struct span bytes;
    struct register_input in = { .n_texts = 1, .text = &given, .bytes = &bytes, .n = 11, .instrument = i };
    struct regime *r = NULL;

    given = a;
    bytes = text;
    for (size_t k = 0; k < 11; k++) {
        i[k] = (struct instrument){ .kind = INSTRUMENT_RATIFY,
                                    .number = k + 1,
                                    .time = 1767225600 + (unix_time)k };
        i[k].member = span_str(party[k % 9]);
        i[k].act[0] = (uint8_t)(k + 1);
        memcpy(i[k].agreement, agreement_hash(a), 32);
    }
    i[0].kind = INSTRUMENT_RESERVE;
    i[0].article = SPAN("5");
    i[0].text = SPAN("document.kind is passport");
    i[9].member = SPAN("AF");
    i[10].member = SPAN("IR");
    i[10].kind = INSTRUMENT_OBJECT;
    i[10].article = SPAN("5");
    i[10].of = SPAN("AF");
    i[10].text = SPAN("x");
    return regime_make(&in, a, &r, NULL) ? r : NULL;
}

static void decide_by_register(void *ctx, size_t n)
{
    struct work *w = ctx;

    for (size_t i = 0; i < n; i++) {
        agreement_decide(regime_of_traveller(w->r, w->a, &w->f, w->on), &w->f, w->on, &w->v);
        w->sum += w->v.days_left;
    }
}

int main(int argc, char **argv)
{
    static struct work w;
    static uint8_t text[256 * 1024];
    struct agreement_faults faults;
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;

    bench_init(argc, argv);
    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rb");
    if (!f) {
        perror(path);
        return 2;
    }
    w.text = span_of(text, fread(text, 1, sizeof text, f));
    (void)fclose(f);
    w.a = agreement_parse(w.text, &faults);
    if (!w.a)
        return 1;
    bench_time("agreement: read, check and compile the sample", parse, &w);
    pilgrim(&w, 3);
    (void)bench_ratio("agreement: decide, admitted, 3 earlier stays", decide, &w, "the rule by hand", by_hand,
                      &w, 0);
    w.r = regime(w.text, w.a);
    if (!w.r)
        return 1;
    (void)bench_ratio("agreement: decide by version and register, admitted", decide_by_register, &w,
                      "without a register", decide, &w, 0);
    if (w.v.outcome != OUTCOME_ADMIT)
        return 1;
    pilgrim(&w, 50);
    bench_time("agreement: decide, admitted, 50 earlier stays", decide, &w);
    bench_time("agreement: count days of 50 stays", stays, &w);
    pilgrim(&w, 3);
    w.f.v[FACT_DOCUMENT_RESULT].word = SPAN("forged");
    bench_time("agreement: decide, forged document", decide, &w);
    pilgrim(&w, 3);
    w.f.v[FACT_TRAVEL_PURPOSE].present = false;
    bench_time("agreement: decide, purpose missing", decide, &w);
    return w.sum == 42;
}
