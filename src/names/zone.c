#include "names/zone.h"

#include "names/words.h"

enum { TELLS = 3, CODE = 4 };

enum certainty { WEAK, STRONG, CERTAIN };

/* Doc 9303-3 section 6.C; longer codes first. XE and XI are in Alexei and Maxim, XH begins Albanian names. */
static const struct {
    char code[CODE];
    uint16_t letter;
    enum certainty certainty;
} codes[] = {
    { "xaa", 0x622, STRONG },  { "xae", 0x623, STRONG },  { "xta", 0x629, STRONG },
    { "xah", 0x629, STRONG },  { "xth", 0x62b, CERTAIN }, { "xkh", 0x62e, CERTAIN },
    { "xdh", 0x630, CERTAIN }, { "xsh", 0x634, CERTAIN }, { "xss", 0x635, CERTAIN },
    { "xdz", 0x636, CERTAIN }, { "xtt", 0x637, CERTAIN }, { "xzz", 0x638, CERTAIN },
    { "xay", 0x649, STRONG },  { "xxa", 0x671, CERTAIN }, { "xxt", 0x679, CERTAIN },
    { "xrt", 0x67c, CERTAIN }, { "xke", 0x681, WEAK },    { "xxh", 0x685, CERTAIN },
    { "xxd", 0x688, CERTAIN }, { "xdr", 0x689, CERTAIN }, { "xxr", 0x691, CERTAIN },
    { "xrr", 0x693, CERTAIN }, { "xrx", 0x696, CERTAIN }, { "xxs", 0x69a, CERTAIN },
    { "xkk", 0x6a9, CERTAIN }, { "xxk", 0x6ab, CERTAIN }, { "xng", 0x6ad, CERTAIN },
    { "xgg", 0x6af, CERTAIN }, { "xnn", 0x6ba, CERTAIN }, { "xxn", 0x6bc, CERTAIN },
    { "xdo", 0x6be, WEAK },    { "xyh", 0x6c0, WEAK },    { "xxg", 0x6c1, CERTAIN },
    { "xge", 0x6c2, WEAK },    { "xtg", 0x6c3, CERTAIN }, { "xya", 0x6cc, STRONG },
    { "xxy", 0x6cd, CERTAIN }, { "xyb", 0x6d2, CERTAIN }, { "xbe", 0x6d3, WEAK },
    { "xe", 0x621, WEAK },     { "xi", 0x626, WEAK },     { "xh", 0x62d, STRONG },
    { "xc", 0x686, STRONG },   { "xj", 0x698, STRONG },
};

static const uint16_t singles[26] = {
    ['a' - 'a'] = 0x627, ['b' - 'a'] = 0x628, ['d' - 'a'] = 0x62f, ['e' - 'a'] = 0x639, ['f' - 'a'] = 0x641,
    ['g' - 'a'] = 0x63a, ['h' - 'a'] = 0x647, ['i' - 'a'] = 0x625, ['j' - 'a'] = 0x62c, ['k' - 'a'] = 0x643,
    ['l' - 'a'] = 0x644, ['m' - 'a'] = 0x645, ['n' - 'a'] = 0x646, ['p' - 'a'] = 0x67e, ['q' - 'a'] = 0x642,
    ['r' - 'a'] = 0x631, ['s' - 'a'] = 0x633, ['t' - 'a'] = 0x62a, ['u' - 'a'] = 0x624, ['w' - 'a'] = 0x648,
    ['y' - 'a'] = 0x64a, ['z' - 'a'] = 0x632,
};

static bool vowel(char c)
{
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

/* Letters of the code at i; 0: none. */
static size_t code_at(const struct names_word *w, size_t i, uint16_t *letter, enum certainty *certainty)
{
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++) {
        size_t n = strlen(codes[k].code);

        if (i + n > w->n || memcmp(w->form + i, codes[k].code, n) != 0)
            continue;
        *letter = codes[k].letter;
        *certainty = codes[k].certainty;
        /* X, H and a consonant: no language writes that but the zone. */
        if (n == 2 && *certainty == STRONG && i + n < w->n && !vowel(w->form[i + n]))
            *certainty = CERTAIN;
        return n;
    }
    return 0;
}

/* Hamza below alif only begins a word; on waw, between letters, it is rare: a u or an i is a Latin vowel
 * rather. */
static bool single_at(const struct names_word *w, size_t i, uint16_t *letter)
{
    char c = w->form[i];

    if (c < 'a' || c > 'z' || c == 'u' || (c == 'i' && i))
        return false;
    *letter = singles[c - 'a'];
    return *letter != 0;
}

static bool decode(const struct names_word *w, struct names_word *out, enum certainty *most)
{
    size_t n = 0;

    *most = WEAK;
    for (size_t i = 0, k; i < w->n; i += k) {
        enum certainty certainty = WEAK;
        uint16_t letter;

        k = code_at(w, i, &letter, &certainty);
        if (!k && !single_at(w, i, &letter))
            return false;
        k += !k;
        *most = certainty > *most ? certainty : *most;
        if (n > 1 && letter == out->letter[n - 1] && letter != singles['l' - 'a'])
            continue;
        out->letter[n++] = letter;
    }
    out->n = (uint8_t)n;
    return n >= TELLS || *most == WEAK;
}

static bool has_code(const struct names_word *w)
{
    return memchr(w->form, 'x', w->n_form) != NULL;
}

enum zone_reading zone_read(const struct channel *c, enum names_schema schema, const struct names_name *n,
                            struct names_name *out)
{
    enum certainty most = WEAK, one;
    struct names_word word;
    bool any = false;

    for (size_t i = 0; i < n->n && !any; i++)
        any = n->word[i].script == NAMES_LATIN && n->word[i].kind != NAMES_NUMBER && has_code(&n->word[i]);
    if (!any)
        return ZONE_NONE;
    *out = *n;
    for (size_t i = 0; i < n->n; i++) {
        struct names_word *w = &out->word[i];

        word = n->word[i];
        if (word.script != NAMES_LATIN || word.kind == NAMES_NUMBER || !decode(&n->word[i], &word, &one))
            continue;
        most = one > most ? one : most;
        word.script = NAMES_ARABIC;
        word.kind = NAMES_WORD;
        word.n_form = (uint8_t)channel_form(c, word.script, word.letter, word.n, word.form);
        word.info = channel_info(c, word.script, word.letter, word.n);
        words_classify(&word, schema);
        *w = word;
    }
    return most == CERTAIN ? ZONE_SURE : most == STRONG ? ZONE_PLAUSIBLE : ZONE_NONE;
}
