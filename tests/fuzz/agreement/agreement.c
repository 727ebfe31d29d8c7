/* Any text: read it; when it is an agreement, run its examples, quote it and decide cases made from the same
 * bytes. */
#include <stdlib.h>

#include "agreement/agreement.h"

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
    }
    agreement_free(a);
    return 0;
}
