#include "names/quick.h"

/* Letters that stand for nearly the same consonant: kqgcx, bp, dt, szc, vfw, hxk, jgzcy, mn, ts. */
#define L(c) (1u << ((c) - 'a'))
static const uint32_t alike[26] = {
    ['a' - 'a'] = L('a'),
    ['b' - 'a'] = L('b') | L('p'),
    ['c' - 'a'] = L('k') | L('q') | L('g') | L('c') | L('x') | L('s') | L('z') | L('j') | L('y'),
    ['d' - 'a'] = L('d') | L('t'),
    ['e' - 'a'] = L('e'),
    ['f' - 'a'] = L('v') | L('f') | L('w'),
    ['g' - 'a'] = L('k') | L('q') | L('g') | L('c') | L('x') | L('j') | L('z') | L('y'),
    ['h' - 'a'] = L('h') | L('x') | L('k'),
    ['i' - 'a'] = L('i'),
    ['j' - 'a'] = L('j') | L('g') | L('z') | L('c') | L('y'),
    ['k' - 'a'] = L('k') | L('q') | L('g') | L('c') | L('x') | L('h'),
    ['l' - 'a'] = L('l'),
    ['m' - 'a'] = L('m') | L('n'),
    ['n' - 'a'] = L('m') | L('n'),
    ['o' - 'a'] = L('o'),
    ['p' - 'a'] = L('b') | L('p'),
    ['q' - 'a'] = L('k') | L('q') | L('g') | L('c') | L('x'),
    ['r' - 'a'] = L('r'),
    ['s' - 'a'] = L('s') | L('z') | L('c') | L('t'),
    ['t' - 'a'] = L('d') | L('t') | L('s'),
    ['u' - 'a'] = L('u'),
    ['v' - 'a'] = L('v') | L('f') | L('w'),
    ['w' - 'a'] = L('v') | L('f') | L('w'),
    ['x' - 'a'] = L('k') | L('q') | L('g') | L('c') | L('x') | L('h'),
    ['y' - 'a'] = L('y'),
    ['z' - 'a'] = L('s') | L('z') | L('c') | L('j') | L('g') | L('y'),
};
static const uint32_t VOWELS = L('a') | L('e') | L('i') | L('o') | L('u') | L('y');
#undef L

static void place(struct quick *q, size_t at, uint32_t set, bool consonant)
{
    uint32_t all = 0;

    for (uint32_t left = set; left; left &= left - 1) {
        unsigned c = (unsigned)__builtin_ctz(left);

        q->letter[c] |= UINT64_C(1) << at;
        all |= alike[c];
    }
    for (uint32_t left = consonant ? all & ~VOWELS : 0; left; left &= left - 1)
        q->sound[__builtin_ctz(left)] |= UINT64_C(1) << at;
    q->n++;
    q->n_sound = (uint8_t)(q->n_sound + consonant);
}

void quick_init(struct quick *q, const struct channel *c, const struct names_word *w)
{
    *q = (struct quick){ .vowelless = w->script == NAMES_ARABIC };
    if (w->kind == NAMES_NUMBER) {
        memcpy(q->digits, w->form, w->n_form);
        q->n_digits = w->n_form;
        return;
    }
    for (size_t i = 0; i < w->n; i++) {
        bool consonant;
        uint32_t set = channel_letters(c, w->script, w->letter, i, w->n, &consonant);

        if (set)
            place(q, i, set, consonant);
    }
}

/* How many; __builtin_popcountll is a call where the machine need not have it. */
static unsigned bits(uint64_t v)
{
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    return (unsigned)(((v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56);
}

/* Longest common subsequences with both masks. */
static void common(const struct quick *q, const char *s, size_t n, unsigned *letters, unsigned *sounds)
{
    uint64_t v = ~UINT64_C(0), w = v;

    for (size_t i = 0; i < n; i++) {
        unsigned c = (unsigned)(s[i] - 'a');
        uint64_t x, y;

        if (c >= 26)
            continue;
        x = v & q->letter[c];
        y = w & q->sound[c];
        v = (v + x) | (v - x);
        w = (w + y) | (w - y);
    }
    *letters = bits(~v);
    *sounds = bits(~w);
}

/* Without those h that only change the consonant before them. */
static unsigned consonants_of(const char *s, size_t n)
{
    unsigned sum = 0, before = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned consonant = !(VOWELS >> ((unsigned)(s[i] - 'a') & 31) & 1);

        sum += consonant & !(s[i] == 'h' && before);
        before = consonant;
    }
    return sum;
}

uint8_t quick_likeness(const struct quick *q, const char *form, size_t n)
{
    unsigned consonants, letters, sounds, of, most;

    if (n == 0 || form[0] < 'a' || q->n_digits)
        return n && n == q->n_digits && memcmp(form, q->digits, n) == 0 ? 255 : 0;
    consonants = consonants_of(form, n);
    common(q, form, n, &letters, &sounds);
    most = consonants > q->n_sound ? consonants : q->n_sound;
    sounds = most ? (sounds < most ? sounds : most) * 255 / most : 128;
    of = q->n + (unsigned)(q->vowelless ? q->n : n);
    letters = of ? letters * 2 * 255 / of : 0;
    letters = letters < 255 ? letters : 255;
    return (uint8_t)(q->vowelless ? (sounds * 3 + letters) / 4 : (sounds + letters) / 2);
}

/* Optimal string alignment by one word of the machine (Hyyrö 2003). */
static unsigned edits(const struct quick *q, const char *s, size_t n)
{
    uint64_t vp = ~UINT64_C(0), vn = 0, d = 0, before = 0, last = UINT64_C(1) << (q->n - 1);
    unsigned sum = q->n;

    for (size_t i = 0; i < n; i++) {
        uint64_t at = (unsigned)(s[i] - 'a') < 26 ? q->letter[s[i] - 'a'] : 0, hp, hn;

        d = ((((at & vp) + vp) ^ vp) | at | vn) | (((~d & at) << 1) & before);
        hp = vn | ~(d | vp);
        hn = d & vp;
        sum += (hp & last) != 0;
        sum -= (hn & last) != 0;
        hp = hp << 1 | 1;
        vp = hn << 1 | ~(d | hp);
        vn = hp & d;
        before = at;
    }
    return sum;
}

float quick_slip(const struct quick *q, const char *form, size_t n)
{
    size_t most = q->n > n ? q->n : n, least = q->n > n ? n : q->n;
    unsigned d;

    if (q->n == 0 || (most - least) * 3 > most)
        return 0;
    d = edits(q, form, n);
    return d * 3 > most ? 0.0f : 1.0f - 1.2f * (float)d / (float)most;
}

bool quick_within(const struct quick *q, const char *form, size_t n)
{
    unsigned letters, sounds;

    if (n == 0 || q->n_digits)
        return false;
    common(q, form, n, &letters, &sounds);
    return sounds >= consonants_of(form, n);
}
