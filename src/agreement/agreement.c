#include "agreement/program.h"

#include "agreement/lex.h"
#include "crypto/digest.h"

#include <stdlib.h>

const char *const reason_codes[REASONS_N + 1] = {
#define X(id, code, good) code,
    REASONS(X)
#undef X
        NULL,
};

const char *outcome_word(enum outcome o)
{
    static const char *const words[] = { [OUTCOME_ADMIT] = "admit",
                                         [OUTCOME_REFER] = "refer",
                                         [OUTCOME_RECOGNISED] = "recognised",
                                         [OUTCOME_RESTRICTED] = "recognised with restrictions",
                                         [OUTCOME_NOT_RECOGNISED] = "not recognised" };

    return words[o];
}

/* Text, model and program together, in bytes. */
enum { CEILING = 256 * 1024 * 1024 };

static bool before(const struct agreement_fault *a, const struct agreement_fault *b)
{
    return a->line != b->line ? a->line < b->line : a->column < b->column;
}

static void sort(struct agreement_faults *f)
{
    for (size_t i = 1; i < f->n; i++) {
        struct agreement_fault x = f->item[i];
        size_t k = i;

        for (; k && before(&x, &f->item[k - 1]); k--)
            f->item[k] = f->item[k - 1];
        f->item[k] = x;
    }
}

static bool clean(const struct agreement_faults *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (!f->item[i].warning)
            return false;
    return true;
}

struct agreement *agreement_parse(struct span text, struct agreement_faults *faults)
{
    return agreement_parse_reserved(text, NULL, 0, NULL, faults);
}

struct agreement *agreement_parse_reserved(struct span text, const struct agreement_reservation *r, size_t n,
                                           bool *ok, struct agreement_faults *faults)
{
    struct agreement *a;
    struct digest d;

    faults->n = faults->lost = 0;
    if (text.n > LIMIT_AGREEMENT) {
        fault_at(faults, 1, 1, false, "the agreement is too large; expected at most %d bytes",
                 LIMIT_AGREEMENT);
        return NULL;
    }
    a = calloc(1, sizeof *a);
    if (!a)
        abort();
    arena_init(&a->arena, CEILING);
    a->text = arena_copy(&a->arena, text);
    digest_of(DIGEST_SHA256, a->text, &d);
    memcpy(a->hash, d.b, sizeof a->hash);
    agreement_parse_model(a, faults);
    if (clean(faults))
        agreement_check(a, faults);
    for (size_t i = 0; i < n && clean(faults); i++)
        ok[i] = i < BOUND_RESERVATIONS && agreement_reserve(a, &r[i], (unsigned)i);
    if (!clean(faults) || !agreement_compile(a, faults)) {
        agreement_free(a);
        a = NULL;
    }
    sort(faults);
    return a;
}

void agreement_free(struct agreement *a)
{
    if (!a)
        return;
    arena_free(&a->arena);
    free(a);
}

const char *agreement_title(const struct agreement *a)
{
    return a->title;
}

unsigned agreement_version(const struct agreement *a)
{
    return a->version;
}

const uint8_t *agreement_hash(const struct agreement *a)
{
    return a->hash;
}

bool agreement_is_party(const struct agreement *a, struct span state)
{
    for (size_t i = 0; i < a->parties.n; i++)
        if (span_eq(a->parties.w[i], state))
            return true;
    return false;
}

size_t agreement_parties(const struct agreement *a, struct span *out, size_t max)
{
    for (size_t i = 0; i < a->parties.n && i < max; i++)
        out[i] = a->parties.w[i];
    return a->parties.n;
}

bool agreement_trust(const struct agreement *a, unsigned *vouch, unsigned *report)
{
    if (a->certificates.n == 0 || a->keys.n == 0)
        return false;
    *vouch = a->certificates.n;
    *report = a->keys.n;
    return true;
}

bool agreement_witnesses(const struct agreement *a, struct agreement_quorum *out)
{
    unsigned n = (unsigned)a->parties.n - 1, need = a->records.n;

    if (need == 0)
        return false;
    *out = (struct agreement_quorum){ .need = need, .witnesses = n, .safe = 2 * need > n };
    if (out->safe)
        out->collude = 2 * need - n - 1 < need ? 2 * need - n - 1 : need;
    if (need <= n)
        out->unreachable = n - need;
    return true;
}

unsigned agreement_decisions(const struct agreement *a)
{
    return a->members.n ? a->members.n : (unsigned)a->parties.n / 2 + 1;
}

bool agreement_complaint_terms(const struct agreement *a, struct agreement_complaints *out)
{
    const struct agreement_complaints *c = &a->complaints;

    *out = *c;
    return c->acknowledge || c->answer || c->appeal || c->decide || c->keep;
}

bool agreement_needs_witnesses(const struct agreement *a, struct span type)
{
    for (size_t i = 0; i < a->published.n; i++)
        if (span_eq(a->published.w[i], type))
            return false;
    return true;
}

size_t agreement_words(const struct agreement *a, enum vocabulary v, struct span *out, size_t max)
{
    const struct words *list = &a->vocabulary[v];

    for (size_t i = 0; i < list->n && i < max; i++)
        out[i] = list->w[i];
    return list->n;
}

static bool has_rule(const struct article *x)
{
    if (x->effect.kind != EFFECT_NONE || x->requirements || x->duties)
        return true;
    for (const struct exception *e = x->exceptions; e; e = e->next)
        if (e->effect.kind != EFFECT_NONE)
            return true;
    return false;
}

size_t agreement_articles(const struct agreement *a, struct agreement_article *out, size_t max)
{
    size_t n = 0;

    for (const struct article *x = a->articles; x; x = x->next, n++)
        if (n < max)
            out[n] = (struct agreement_article){
                x->number, x->title, x->line, has_rule(x), x->effect.kind == EFFECT_RECOGNISE, x->notifies
            };
    return n;
}

static const struct article *article_by_number(const struct agreement *a, const char *number)
{
    for (const struct article *x = a->articles; x; x = x->next)
        if (strcmp(x->number, number) == 0)
            return x;
    return NULL;
}

static const struct wording *in_language(const struct wording *w, const char *language, size_t n)
{
    for (; w; w = w->next)
        if (strncmp(w->language, language, n) == 0 && (w->language[n] == 0 || w->language[n] == '-'))
            return w;
    return NULL;
}

/* The language itself, another form of it (fa for fa-AF), English, any. */
static const struct wording *nearest_wording(const struct wording *list, const char *language)
{
    const struct wording *w = list;

    while (w && strcmp(w->language, language) != 0)
        w = w->next;
    if (!w)
        w = in_language(list, language, strcspn(language, "-"));
    if (!w)
        w = in_language(list, "en", 2);
    return w ? w : list;
}

static const char *text_of(const struct wording *w, const char **language_found)
{
    if (language_found)
        *language_found = w ? w->language : NULL;
    return w ? w->text : NULL;
}

const char *agreement_title_in(const struct agreement *a, const char *article, const char *language,
                               const char **language_found)
{
    const struct article *x = article ? article_by_number(a, article) : NULL;
    const struct wording *w;

    if (article && !x)
        return NULL;
    w = nearest_wording(x ? x->titles : a->titles, language);
    if (w && strncmp(w->language, language, strcspn(language, "-")) == 0)
        return text_of(w, language_found);
    if (language_found)
        *language_found = "en";
    return x ? x->title : a->title;
}

const char *agreement_note(const struct agreement *a, const char *language, const char **language_found)
{
    return text_of(nearest_wording(a->notes, language), language_found);
}

const char *agreement_wording(const struct agreement *a, const char *article, const char *language,
                              const char **language_found)
{
    const struct article *x = article_by_number(a, article);

    return x ? text_of(nearest_wording(x->texts, language), language_found) : NULL;
}
