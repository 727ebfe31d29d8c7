#include "names/words.h"

#include "base/buffer.h"
#include "base/text.h"

static const char *const particles[] = {
    "al",   "el",  "ul",   "ud",    "ur",   "bin",  "ben",   "ibn",  "bn",   "bint", "bt",  "abu",
    "abou", "abd", "von",  "van",   "de",   "del",  "della", "der",  "den",  "di",   "da",  "du",
    "dos",  "le",  "la",   "ould",  "wuld", "ag",   "zu",    "y",    "e",    "the",  "of",  "and",
    "und",  "et",  "oglu", "oghli", "ogly", "kyzy", "qizi",  "uulu", "uly",  "بن",   "ابن", "بنت",
    "ال",   "ابو", "أبو",  "ولد",   "оглы", "оглу", "кызы",  "улы",  "уулу", NULL,
};

static const char *const titles[] = {
    "mr",     "mrs",        "ms",        "miss",     "dr",       "prof",      "professor", "sir",
    "lord",   "lady",       "madame",    "monsieur", "mme",      "haji",      "hajji",     "hadji",
    "hajj",   "alhaji",     "qari",      "mullah",   "mulla",    "maulavi",   "maulawi",   "mawlawi",
    "sheikh", "shaykh",     "shaikh",    "sheik",    "sayyid",   "sayed",     "seyyed",    "sayyed",
    "syed",   "imam",       "ayatollah", "general",  "gen",      "brigadier", "major",     "colonel",
    "col",    "lieutenant", "lt",        "captain",  "capt",     "admiral",   "commander", "jr",
    "sr",     "nee",        "bey",       "beg",      "pasha",    "agha",      "ustad",     "engineer",
    "eng",    "minister",   "president", "prince",   "princess", "king",      "سید",       "سيد",
    "شیخ",    "شيخ",        "حاج",       "حاجی",     "حاجي",     "حجي",       "ملا",       "مولوی",
    "مولوي",  "قاری",       "قاري",      "دکتر",     "دكتور",    "العميد",    "اللواء",    "باشا",
    "بيك",    "بك",         "بیگ",       "آغا",      "آقا",      "господин",  "мулла",     "шейх",
    "бей",    "хаджи",      NULL,
};

/* Words that tell organisations apart only when nothing else does. */
static const char *const generics[] = {
    "group",        "bank",         "international", "intl",        "trading",
    "trade",        "industries",   "industry",      "holding",     "holdings",
    "services",     "service",      "systems",       "system",      "solutions",
    "enterprises",  "enterprise",   "company",       "partners",    "capital",
    "fund",         "trust",        "investment",    "investments", "global",
    "world",        "general",      "national",      "state",       "shipping",
    "lines",        "airlines",     "airways",       "foundation",  "institute",
    "university",   "organization", "organisation",  "association", "center",
    "centre",       "management",   "finance",       "financial",   "technology",
    "technologies", "engineering",  "construction",  "development", "marine",
    "mv",           "mt",           "vessel",        "series",      "группа",
    "банк",         "компания",     "завод",         "شركة",        "شرکت",
    "بنك",          "بانک",         "مؤسسة",         NULL,
};

/* Legal forms by class: a limited company, a joint-stock company, a partnership, a society without profit. */
enum { FORM_LIMITED = 1, FORM_STOCK, FORM_PARTNERS, FORM_SOCIETY, FORM_COMPANY };
static const struct {
    const char *phrase;
    unsigned form;
} forms[] = {
    { "limited liability company", FORM_LIMITED },
    { "private limited company", FORM_LIMITED },
    { "private limited", FORM_LIMITED },
    { "pvt ltd", FORM_LIMITED },
    { "pte ltd", FORM_LIMITED },
    { "co ltd", FORM_LIMITED },
    { "company limited", FORM_LIMITED },
    { "sp z o o", FORM_LIMITED },
    { "sp z oo", FORM_LIMITED },
    { "s a r l", FORM_LIMITED },
    { "s r l", FORM_LIMITED },
    { "societatea cu raspundere limitata", FORM_LIMITED },
    { "societate cu raspundere limitata", FORM_LIMITED },
    { "gesellschaft mit beschrankter haftung", FORM_LIMITED },
    { "общество с ограниченной ответственностью", FORM_LIMITED },
    { "obshchestvo s ogranichennoi otvetstvennostyu", FORM_LIMITED },
    { "limited", FORM_LIMITED },
    { "ltd", FORM_LIMITED },
    { "ltda", FORM_LIMITED },
    { "llc", FORM_LIMITED },
    { "l l c", FORM_LIMITED },
    { "gmbh", FORM_LIMITED },
    { "sarl", FORM_LIMITED },
    { "srl", FORM_LIMITED },
    { "bv", FORM_LIMITED },
    { "b v", FORM_LIMITED },
    { "ooo", FORM_LIMITED },
    { "ооо", FORM_LIMITED },
    { "тоо", FORM_LIMITED },
    { "too", FORM_LIMITED },
    { "mchj", FORM_LIMITED },
    { "mmc", FORM_LIMITED },
    { "sti", FORM_LIMITED },
    { "limited sirketi", FORM_LIMITED },
    { "ltd sti", FORM_LIMITED },
    { "public limited company", FORM_STOCK },
    { "open joint stock company", FORM_STOCK },
    { "public joint stock company", FORM_STOCK },
    { "closed joint stock company", FORM_STOCK },
    { "joint stock company", FORM_STOCK },
    { "joint stock", FORM_STOCK },
    { "anonim sirketi", FORM_STOCK },
    { "aktiengesellschaft", FORM_STOCK },
    { "sociedad anonima", FORM_STOCK },
    { "societe anonyme", FORM_STOCK },
    { "акционерное общество", FORM_STOCK },
    { "открытое акционерное общество", FORM_STOCK },
    { "публичное акционерное общество", FORM_STOCK },
    { "s a de c v", FORM_STOCK },
    { "sa de cv", FORM_STOCK },
    { "s a", FORM_STOCK },
    { "s p a", FORM_STOCK },
    { "a s", FORM_STOCK },
    { "n v", FORM_STOCK },
    { "jsc", FORM_STOCK },
    { "ojsc", FORM_STOCK },
    { "pjsc", FORM_STOCK },
    { "cjsc", FORM_STOCK },
    { "oao", FORM_STOCK },
    { "pao", FORM_STOCK },
    { "zao", FORM_STOCK },
    { "ao", FORM_STOCK },
    { "оао", FORM_STOCK },
    { "пао", FORM_STOCK },
    { "зао", FORM_STOCK },
    { "ао", FORM_STOCK },
    { "ag", FORM_STOCK },
    { "sa", FORM_STOCK },
    { "se", FORM_STOCK },
    { "nv", FORM_STOCK },
    { "ab", FORM_STOCK },
    { "asa", FORM_STOCK },
    { "oyj", FORM_STOCK },
    { "spa", FORM_STOCK },
    { "plc", FORM_STOCK },
    { "inc", FORM_STOCK },
    { "incorporated", FORM_STOCK },
    { "corporation", FORM_STOCK },
    { "corp", FORM_STOCK },
    { "l p", FORM_PARTNERS },
    { "lp", FORM_PARTNERS },
    { "llp", FORM_PARTNERS },
    { "l l p", FORM_PARTNERS },
    { "kg", FORM_PARTNERS },
    { "kommanditgesellschaft", FORM_PARTNERS },
    { "autonomous non profit organization", FORM_SOCIETY },
    { "ano", FORM_SOCIETY },
    { "ано", FORM_SOCIETY },
    { "company", FORM_COMPANY },
    { "co", FORM_COMPANY },
    { "cie", FORM_COMPANY },
    { "компания", FORM_COMPANY },
    { "شركة", FORM_COMPANY },
    { "شرکت", FORM_COMPANY },
};

/* The word's own letters as UTF-8; out has room for two bytes each. */
static struct span spell(const struct names_word *w, char out[2 * NAMES_LETTERS + 1])
{
    struct buffer b;

    buf_init_fixed(&b, out, 2 * NAMES_LETTERS + 1);
    for (size_t i = 0; i < w->n; i++)
        utf8_put(&b, w->letter[i]);
    return buf_span(&b);
}

static bool among(const char *const *list, struct span s)
{
    for (; *list; list++)
        if (s.n && (uint8_t) * *list == s.p[0] && span_eq_str(s, *list))
            return true;
    return false;
}

/* II to XX; one letter is an initial rather. */
static unsigned roman(struct span s)
{
    static const char *const word[] = { "ii",   "iii", "iv", "vi",  "vii",  "viii",  "ix",  "xi", "xii",
                                        "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx" };
    static const unsigned value[] = { 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
        if (span_eq_str(s, word[i]))
            return value[i];
    return 0;
}

static unsigned numeral(struct span s)
{
    static const char *const word[] = { "zero",  "one",   "two",  "three", "four",   "five",  "six",
                                        "seven", "eight", "nine", "ten",   "eleven", "twelve" };

    static const char *const ordinals[] = { "first", "second",  "third",  "fourth", "fifth",
                                            "sixth", "seventh", "eighth", "ninth",  "tenth" };
    static const char *const tens[] = { "twenty", "thirty",  "forty",  "fifty",
                                        "sixty",  "seventy", "eighty", "ninety" };

    for (unsigned i = 1; i < sizeof word / sizeof *word; i++)
        if (span_eq_str(s, word[i]))
            return i;
    for (unsigned i = 0; i < sizeof ordinals / sizeof *ordinals; i++)
        if (span_eq_str(s, ordinals[i]))
            return i + 1;
    for (unsigned i = 0; i < sizeof tens / sizeof *tens; i++)
        if (span_eq_str(s, tens[i]))
            return 10 * i + 20;
    if (span_eq_str(s, "fourty"))
        return 40;
    if (s.n == 1 && (s.p[0] == 'v' || s.p[0] == 'x'))
        return s.p[0] == 'v' ? 5 : 10;
    return roman(s);
}

void words_classify(struct names_word *w, enum names_schema schema)
{
    char text[2 * NAMES_LETTERS + 1];
    struct span s = spell(w, text);
    unsigned number = schema == NAMES_ORGANIZATION ? numeral(s) : 0;

    if (number) {
        w->kind = NAMES_NUMBER;
        w->value = number;
    } else if (among(particles, s)) {
        w->kind = NAMES_PARTICLE;
    } else if (schema == NAMES_PERSON && (among(titles, s) || roman(s))) {
        w->kind = NAMES_TITLE;
    } else if (schema == NAMES_ORGANIZATION && among(generics, s)) {
        w->kind = NAMES_GENERIC;
    }
}

/* How many words from i the phrase takes; 0: none. */
static size_t phrase_at(const struct names_name *n, size_t i, const char *phrase)
{
    struct span rest = span_str(phrase), part;
    char text[2 * NAMES_LETTERS + 1];
    size_t k = 0;

    while (rest.n && text_split(&rest, ' ', &part)) {
        if (i + k >= n->n || !span_eq(spell(&n->word[i + k], text), part))
            return 0;
        k++;
    }
    return k;
}

static void take_out(struct names_name *n, size_t at, size_t k)
{
    memmove(&n->word[at], &n->word[at + k], (n->n - at - k) * sizeof n->word[0]);
    n->n -= k;
}

/* "Forty-four", "forty 4": one number. */
static void tens_and_ones(struct names_name *n)
{
    for (size_t i = 0; i + 1 < n->n; i++) {
        struct names_word *w = &n->word[i];

        if (w->kind != NAMES_NUMBER || w->letter[0] < 'a' || w->value < 20 || w->value % 10 ||
            n->word[i + 1].kind != NAMES_NUMBER || n->word[i + 1].value == 0 || n->word[i + 1].value > 9)
            continue;
        w->value += n->word[i + 1].value;
        take_out(n, i + 1, 1);
    }
}

/* 1st, 2nd: the number alone. */
static void ordinal_endings(struct names_name *n)
{
    static const char *const ends[] = { "st", "nd", "rd", "th", NULL };
    char text[2 * NAMES_LETTERS + 1];

    for (size_t i = 0; i + 1 < n->n; i++)
        if (n->word[i].kind == NAMES_NUMBER && among(ends, spell(&n->word[i + 1], text)))
            take_out(n, i + 1, 1);
}

void words_phrases(struct names_name *n, enum names_schema schema)
{
    tens_and_ones(n);
    if (schema == NAMES_ORGANIZATION)
        ordinal_endings(n);
    for (size_t i = 0; schema == NAMES_ORGANIZATION && i < n->n; i++) {
        size_t best = 0, which = 0;

        for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
            size_t k = phrase_at(n, i, forms[f].phrase);

            if (k > best) {
                best = k;
                which = f;
            }
        }
        if (best == 0 || best == n->n)
            continue;
        n->word[i].kind = NAMES_LEGAL;
        n->word[i].value = forms[which].form;
        if (best > 1)
            take_out(n, i + 1, best - 1);
    }
}
