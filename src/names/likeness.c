#include "names/likeness.h"

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

/* Letters added, dropped, changed or swapped with the next (optimal string alignment). */
static unsigned edits(const uint16_t *a, size_t n, const uint16_t *b, size_t m)
{
    unsigned row[3][NAMES_LETTERS + 1];

    for (size_t j = 0; j <= m; j++)
        row[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned d = before[j - 1] + (a[i - 1] != b[j - 1]);

            if (before[j] + 1 < d)
                d = before[j] + 1;
            if (now[j - 1] + 1 < d)
                d = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + 1 < d)
                d = two[j - 2] + 1;
            now[j] = d;
        }
    }
    return row[n % 3][m];
}

static float typo(const struct names_word *a, const struct names_word *b)
{
    size_t most = a->n > b->n ? a->n : b->n;
    unsigned d = edits(a->letter, a->n, b->letter, b->n);

    return d * 3 > most ? 0.0f : 1.0f - 1.2f * (float)d / (float)most;
}

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

/* Of letters that sound alike: twentieths of a consonant. */
static unsigned change(char a, char b)
{
    static const char *const near[] = { "kqgc", "bp", "dt", "sz", "vfwu", "hxk", "jgzcy", "mn" };
    static const char vowels[] = "aeiouyw";

    if (strchr(vowels, a) && strchr(vowels, b))
        return 5;
    for (size_t i = 0; i < sizeof near / sizeof *near; i++)
        if (strchr(near[i], a) && strchr(near[i], b))
            return 8;
    return 20;
}

static unsigned drop(const char *s, size_t i)
{
    if (i && s[i] == s[i - 1])
        return 2;
    return strchr("aeiouy", s[i]) ? 5 : strchr("hw", s[i]) ? 8 : 20;
}

static unsigned heft(const char *s, size_t n)
{
    unsigned sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += strchr("aeiouy", s[i]) ? 11 : strchr("hw", s[i]) ? 12 : 20;
    return sum;
}

/* 1 less the weighted edits between the Latin forms: vowels cost little, letters of one sound less. */
static float sound(const struct names_word *a, const struct names_word *b)
{
    unsigned row[2][NAMES_FORM + 1], most = heft(a->form, a->n_form), other = heft(b->form, b->n_form);

    most = other > most ? other : most;
    if (most == 0)
        return 0;
    row[0][0] = 0;
    for (size_t j = 1; j <= b->n_form; j++)
        row[0][j] = row[0][j - 1] + drop(b->form, j - 1);
    for (size_t i = 1; i <= a->n_form; i++) {
        const unsigned *before = row[(i - 1) % 2];
        unsigned *now = row[i % 2], cost = drop(a->form, i - 1);

        now[0] = before[0] + cost;
        for (size_t j = 1; j <= b->n_form; j++) {
            unsigned d = before[j - 1] +
                         (a->form[i - 1] == b->form[j - 1] ? 0 : change(a->form[i - 1], b->form[j - 1]));

            if (before[j] + cost < d)
                d = before[j] + cost;
            if (now[j - 1] + drop(b->form, j - 1) < d)
                d = now[j - 1] + drop(b->form, j - 1);
            now[j] = d;
        }
    }
    return 1 - (float)row[a->n_form % 2][b->n_form] / (float)most;
}

static float unit(float x)
{
    return x < 0 ? 0 : x > 0.99f ? 0.99f : x;
}

void likeness(const struct names *t, const struct names_word *a, const struct names_word *b,
              struct names_link *out)
{
    const struct channel *c = names_channel(t);
    float s, info;

    out->likeness = 0;
    out->rule = RULE_VARIANT;
    out->score = out->sound = 0;
    if (a->kind == NAMES_NUMBER || b->kind == NAMES_NUMBER) {
        if (a->kind == b->kind && a->value == b->value) {
            out->likeness = 1;
            out->rule = RULE_SAME;
            out->score = 6;
            out->sound = 1;
        }
        return;
    }
    if (a->script == b->script && a->n == b->n &&
        memcmp(a->letter, b->letter, a->n * sizeof a->letter[0]) == 0) {
        out->likeness = 1;
        out->rule = RULE_SAME;
        out->score = a->info;
        out->sound = 1;
        return;
    }
    if (a->script == NAMES_LATIN && b->script != NAMES_LATIN) {
        likeness(t, b, a, out);
        return;
    }
    if (a->script == NAMES_LATIN) {
        float back = across(c, b, a);

        s = across(c, a, b);
        s = back < s ? back : s;
        info = (a->info + b->info) / 2;
    } else if (b->script == NAMES_LATIN) {
        s = across(c, a, b);
        info = (a->info * 1.25f + b->info * 0.8f) / 2;
    } else {
        s = (across(c, a, b) + across(c, b, a)) / 2;
        info = (a->info + b->info) / 2;
    }
    out->score = s;
    out->sound = unit(sound(a, b));
    raise_to(out, unit(s / (info > 1 ? info : 1)), a->script == b->script ? RULE_VARIANT : RULE_SCRIPT);
    if (a->script == b->script)
        raise_to(out, unit(typo(a, b)), RULE_TYPO);
    if (initial(c, a, b) && out->likeness < 0.6f) {
        raise_to(out, 0.6f, RULE_INITIAL);
        if (out->score < 3)
            out->score = 3;
    }
}
