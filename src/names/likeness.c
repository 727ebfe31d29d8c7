#include "names/likeness.h"

#include "base/scratch.h"
#include "names/ending.h"
#include "names/known.h"

bool likeness_join(const struct names *t, const struct names_name *n, size_t i, size_t k,
                   struct names_word *out)
{
    *out = n->word[i];
    for (size_t j = 1; j < k; j++) {
        const struct names_word *w = &n->word[i + j];

        if (w->kind == NAMES_NUMBER || out->kind == NAMES_NUMBER || w->script != out->script ||
            out->n + w->n > NAMES_LETTERS || out->n_form + w->n_form > NAMES_FORM)
            return false;
        memcpy(out->letter + out->n, w->letter, w->n * sizeof w->letter[0]);
        memcpy(out->form + out->n_form, w->form, w->n_form);
        out->n = (uint8_t)(out->n + w->n);
        out->n_form = (uint8_t)(out->n_form + w->n_form);
    }
    if (k > 1)
        out->info = channel_info(names_channel(t), out->script, out->letter, out->n);
    return true;
}

/* Quarters of a letter; letters swapped are the slip that fingers make most. */
enum { LETTER = 4, SWAP = 3 };

/* Letters added, dropped, changed or swapped with the next (optimal string alignment). */
static unsigned edits(const uint16_t *a, size_t n, const uint16_t *b, size_t m)
{
    unsigned row[3][NAMES_LETTERS + 1] UNINITIALIZED;

    for (size_t j = 0; j <= m; j++)
        row[0][j] = LETTER * (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];

        now[0] = LETTER * (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned d = before[j - 1] + (a[i - 1] != b[j - 1] ? LETTER : 0);

            if (before[j] + LETTER < d)
                d = before[j] + LETTER;
            if (now[j - 1] + LETTER < d)
                d = now[j - 1] + LETTER;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + SWAP < d)
                d = two[j - 2] + SWAP;
            now[j] = d;
        }
    }
    return row[n % 3][m];
}

static float typo(const struct names_word *a, const struct names_word *b)
{
    size_t most = a->n > b->n ? a->n : b->n, least = a->n + b->n - most;
    unsigned d;

    if ((most - least) * 3 > most)
        return 0;
    d = edits(a->letter, a->n, b->letter, b->n);
    return d * 3 > LETTER * most ? 0.0f : 1.0f - 1.2f * (float)d / (float)(LETTER * most);
}

/* A bit for each group of letters that sound alike; the ninth: vowels. */
enum { KQGC = 1, BP = 2, DT = 4, SZ = 8, VFWU = 16, HXK = 32, JGZCY = 64, MN = 128, VOWELS = 256 };

static const uint16_t groups[26] = {
    ['a' - 'a'] = VOWELS,
    ['b' - 'a'] = BP,
    ['c' - 'a'] = KQGC | JGZCY,
    ['d' - 'a'] = DT,
    ['e' - 'a'] = VOWELS,
    ['f' - 'a'] = VFWU,
    ['g' - 'a'] = KQGC | JGZCY,
    ['h' - 'a'] = HXK,
    ['i' - 'a'] = VOWELS,
    ['j' - 'a'] = JGZCY,
    ['k' - 'a'] = KQGC | HXK,
    ['m' - 'a'] = MN,
    ['n' - 'a'] = MN,
    ['o' - 'a'] = VOWELS,
    ['p' - 'a'] = BP,
    ['q' - 'a'] = KQGC,
    ['s' - 'a'] = SZ,
    ['t' - 'a'] = DT,
    ['u' - 'a'] = VOWELS | VFWU,
    ['v' - 'a'] = VFWU,
    ['w' - 'a'] = VOWELS | VFWU,
    ['x' - 'a'] = HXK,
    ['y' - 'a'] = VOWELS | JGZCY,
    ['z' - 'a'] = SZ | JGZCY,
};

static float across(const struct channel *c, const struct names_word *a, const struct names_word *b)
{
    return channel_score(c, a->script, a->letter, a->n, b->form, b->n_form);
}

static void raise_to(struct names_link *l, float likeness, enum names_rule rule)
{
    if (likeness > l->likeness) {
        l->likeness = likeness;
        l->rule = rule;
    }
}

static bool initial(const struct channel *c, const struct names_word *a, const struct names_word *b)
{
    if ((a->n == 1) == (b->n == 1))
        return false;
    if (a->n == 1)
        return a->script == NAMES_LATIN ? channel_begins(c, b->script, b->letter[0], a->form[0])
                                        : channel_begins(c, a->script, a->letter[0], b->form[0]);
    return initial(c, b, a);
}

static const float KNOWN = 0.85f; /* of words that are one name though their letters do not tell */

/* Twentieths of a consonant: of a letter in place of another, of one left out, and what each weighs. */
static const uint8_t drops[26] = {
    5, 20, 20, 20, 5, 20, 20, 8, 5, 20, 20, 20, 20, 20, 5, 20, 20, 20, 20, 20, 5, 20, 8, 20, 5, 20,
};
static const uint8_t hefts[26] = {
    11, 20, 20, 20, 11, 20, 20, 12, 11, 20, 20, 20, 20, 20, 11, 20, 20, 20, 20, 20, 11, 20, 12, 20, 11, 20,
};

static unsigned change(char a, char b)
{
    unsigned both = groups[a - 'a'] & groups[b - 'a'];

    return both & VOWELS ? 5 : both ? 8 : 20;
}

static unsigned drop(const char *s, size_t i)
{
    return i && s[i] == s[i - 1] ? 2 : drops[s[i] - 'a'];
}

static unsigned heft(const char *s, size_t n)
{
    unsigned sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += hefts[s[i] - 'a'];
    return sum;
}

/* 1 less the weighted edits between the Latin forms: vowels cost little, letters of one sound less. */
static float edited(const struct names_word *a, const struct names_word *b)
{
    unsigned row[2][NAMES_FORM + 1] UNINITIALIZED, dropped[NAMES_FORM + 1] UNINITIALIZED;
    unsigned most = heft(a->form, a->n_form), other = heft(b->form, b->n_form);

    most = other > most ? other : most;
    if (most == 0)
        return 0;
    row[0][0] = 0;
    for (size_t j = 1; j <= b->n_form; j++)
        row[0][j] = row[0][j - 1] + (dropped[j] = drop(b->form, j - 1));
    for (size_t i = 1; i <= a->n_form; i++) {
        const unsigned *before = row[(i - 1) % 2];
        unsigned *now = row[i % 2], cost = drop(a->form, i - 1);

        now[0] = before[0] + cost;
        for (size_t j = 1; j <= b->n_form; j++) {
            unsigned d = before[j - 1] +
                         (a->form[i - 1] == b->form[j - 1] ? 0 : change(a->form[i - 1], b->form[j - 1]));

            if (before[j] + cost < d)
                d = before[j] + cost;
            if (now[j - 1] + dropped[j] < d)
                d = now[j - 1] + dropped[j];
            now[j] = d;
        }
    }
    return 1 - (float)row[a->n_form % 2][b->n_form] / (float)most;
}

static float unit(float x)
{
    return x < 0 ? 0 : x > 0.99f ? 0.99f : x;
}

float likeness_sound(const struct names_word *a, const struct names_word *b)
{
    if (a->kind == NAMES_NUMBER || b->kind == NAMES_NUMBER)
        return a->kind == b->kind && a->value == b->value;
    if (a->script == b->script && a->n == b->n &&
        memcmp(a->letter, b->letter, a->n * sizeof a->letter[0]) == 0)
        return 1;
    return unit(edited(a, b));
}

/* How the one is written in the other's script, in nats. */
static float written(const struct channel *c, const struct names_word *a, const struct names_word *b)
{
    float s = across(c, a, b), back;

    if (a->script != NAMES_LATIN && b->script != NAMES_LATIN)
        return (s + across(c, b, a)) / 2;
    if (a->script != NAMES_LATIN || s <= 0.1f * (a->info + b->info) / 2)
        return s;
    back = across(c, b, a);
    return back < s ? back : s;
}

/* By the letters: how the one is written in the other's script, or slips of the pen. Returns what a flawless
 * spelling would be worth. */
static float by_letters(const struct channel *c, const struct names_word *a, const struct names_word *b,
                        struct names_link *out)
{
    float info;

    if (a->script == NAMES_LATIN && b->script != NAMES_LATIN)
        return by_letters(c, b, a, out);
    if (a->script != NAMES_LATIN && b->script == NAMES_LATIN)
        info = (a->info * 1.25f + b->info * 0.8f) / 2;
    else
        info = (a->info + b->info) / 2;
    out->score = written(c, a, b);
    raise_to(out, unit(out->score / (info > 1 ? info : 1)),
             a->script == b->script ? RULE_VARIANT : RULE_SCRIPT);
    if (a->script == b->script)
        raise_to(out, unit(typo(a, b)), RULE_TYPO);
    return info;
}

/* What the stems have in common counts for this much: a father is told as surely by either ending, a family
 * that has none is often another. */
static const float OF_STEM = 0.92f, OF_FAMILY = 0.8f, STEMS = 0.75f;

static bool begin_alike(const struct names_word *a, const struct names_word *b)
{
    return a->n_form && b->n_form &&
           (a->form[0] == b->form[0] || groups[a->form[0] - 'a'] & groups[b->form[0] - 'a']);
}

static void by_stems(const struct channel *c, const struct names_word *a, const struct names_word *b,
                     struct names_link *out)
{
    struct names_word x UNINITIALIZED, y UNINITIALIZED;
    struct names_link stem = { .likeness = 0 };
    size_t n, m;
    enum ending e = ending_of(a, &n), f = ending_of(b, &m);

    if (e == f ? e == ENDING_NONE : e + f != ENDING_FAMILY || (e != ENDING_NONE && f != ENDING_NONE))
        return;
    ending_cut(c, a, n, &x);
    ending_cut(c, b, m, &y);
    if (x.script == y.script && x.n == y.n && memcmp(x.letter, y.letter, x.n * sizeof x.letter[0]) == 0) {
        stem.likeness = 0.99f;
        stem.score = x.info;
    } else {
        (void)by_letters(c, &x, &y, &stem);
    }
    if (stem.likeness < STEMS)
        return;
    raise_to(out, stem.likeness * (e == f && e != ENDING_FAMILY ? OF_STEM : OF_FAMILY), RULE_ENDING);
    out->score = stem.score > out->score ? stem.score : out->score;
}

void likeness(const struct names *t, const struct names_word *a, const struct names_word *b,
              struct names_link *out)
{
    const struct channel *c = names_channel(t);
    uint32_t pair;
    float info;

    out->likeness = 0;
    out->rule = RULE_VARIANT;
    out->score = 0;
    if (a->kind == NAMES_NUMBER || b->kind == NAMES_NUMBER) {
        if (a->kind == b->kind && a->value == b->value) {
            out->likeness = 1;
            out->rule = RULE_SAME;
            out->score = 6;
        }
        return;
    }
    if (a->script == b->script && a->n == b->n &&
        memcmp(a->letter, b->letter, a->n * sizeof a->letter[0]) == 0) {
        out->likeness = 1;
        out->rule = RULE_SAME;
        out->score = a->info;
        return;
    }
    pair = known_pair(a, b);
    known_expect(names_known(t), pair);
    info = by_letters(c, a, b, out);
    if (out->likeness < KNOWN && begin_alike(a, b))
        by_stems(c, a, b, out);
    if (out->likeness < KNOWN && known_same(names_known(t), pair)) {
        raise_to(out, KNOWN, RULE_KNOWN);
        out->score = out->score < 0.6f * info ? 0.6f * info : out->score;
    }
    if (initial(c, a, b) && out->likeness < 0.6f) {
        raise_to(out, 0.6f, RULE_INITIAL);
        if (out->score < 3)
            out->score = 3;
    }
}
