#include "service/notice/list_country.h"

#include <stdlib.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/text.h"

enum { COUNTRIES = 512, NAME = 64 };

struct list_countries {
    size_t n;
    struct country {
        char name[NAME]; /* folded */
        char code[3];
    } of[COUNTRIES];
};

/* What the United Nations, OFAC and the European Union write, and the Unicode locale data do not. */
static const char *const besides[][2] = {
    { "iran islamic republic of", "ir" },
    { "islamic republic of iran", "ir" },
    { "democratic peoples republic of korea", "kp" },
    { "korea democratic peoples republic of", "kp" },
    { "dprk", "kp" },
    { "north korea", "kp" },
    { "korea north", "kp" },
    { "korea south", "kr" },
    { "republic of korea", "kr" },
    { "korea republic of", "kr" },
    { "russian federation", "ru" },
    { "syrian arab republic", "sy" },
    { "burma", "mm" },
    { "myanmar", "mm" },
    { "cote divoire", "ci" },
    { "ivory coast", "ci" },
    { "congo democratic republic of the", "cd" },
    { "democratic republic of the congo", "cd" },
    { "congo republic of the", "cg" },
    { "united kingdom of great britain and northern ireland", "gb" },
    { "united states of america", "us" },
    { "usa", "us" },
    { "uk", "gb" },
    { "united republic of tanzania", "tz" },
    { "tanzania united republic of", "tz" },
    { "bolivarian republic of venezuela", "ve" },
    { "venezuela bolivarian republic of", "ve" },
    { "lao peoples democratic republic", "la" },
    { "viet nam", "vn" },
    { "republic of moldova", "md" },
    { "moldova republic of", "md" },
    { "the former yugoslav republic of macedonia", "mk" },
    { "libyan arab jamahiriya", "ly" },
    { "palestinian", "ps" },
    { "palestine state of", "ps" },
    { "state of palestine", "ps" },
    { "west bank", "ps" },
    { "gaza", "ps" },
    { "turkey", "tr" },
    { "turkiye", "tr" },
    { "the gambia", "gm" },
    { "gambia the", "gm" },
    { "bahamas the", "bs" },
    { "brunei darussalam", "bn" },
    { "cabo verde", "cv" },
    { "swaziland", "sz" },
    { "czech republic", "cz" },
    { "kyrgyz republic", "kg" },
    { "macau", "mo" },
    { "hong kong", "hk" },
    { "china peoples republic of", "cn" },
    { "republic of china", "tw" },
    { "taiwan province of china", "tw" },
    { "vatican", "va" },
    { "holy see", "va" },
    { "kosovo", "xk" },
};

/* Small ASCII letters and single blanks; marks of a few Latin letters dropped. False: too long. */
static bool fold(struct span s, char out[NAME])
{
    struct reader r = rd_of(s);
    size_t n = 0;
    uint32_t c;

    while ((c = utf8_next(&r)) != UTF8_BAD) {
        char x = 0;

        if (c == '\'' || c == 0x2019)
            continue;
        if (c < 128 && (ascii_lower((int)c) || ascii_digit((int)c)))
            x = (char)c;
        else if (c < 128 && ascii_upper((int)c))
            x = (char)(c + 32);
        else if (c == 0xf4 || c == 0xf6)
            x = 'o';
        else if (c == 0xfc)
            x = 'u';
        else if (c == 0xe9 || c == 0xe8)
            x = 'e';
        else if (c == 0xe7)
            x = 'c';
        else if (c == 0xe3 || c == 0xe1 || c == 0xe5)
            x = 'a';
        else if (n && out[n - 1] != ' ')
            x = ' ';
        if (x && n + 1 >= NAME)
            return false;
        if (x)
            out[n++] = x;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = 0;
    return n > 0;
}

static void add(struct list_countries *c, struct span name, const char *code)
{
    struct country *x = &c->of[c->n];

    if (c->n == COUNTRIES || !fold(name, x->name))
        return;
    x->code[0] = (char)(code[0] | 32);
    x->code[1] = (char)(code[1] | 32);
    x->code[2] = 0;
    c->n++;
}

static int by_name(const void *a, const void *b)
{
    const struct country *x = a, *y = b;

    return strcmp(x->name, y->name);
}

struct list_countries *list_countries_new(void)
{
    struct list_countries *c = calloc(1, sizeof *c);
    const char *const *code = uloc_getISOCountries();

    if (!c)
        abort();
    for (; *code; code++) {
        char locale[8] = "_", name[4 * NAME];
        UChar wide[NAME];
        UErrorCode e = U_ZERO_ERROR;
        int32_t n;

        (void)strncat(locale, *code, 2);
        n = uloc_getDisplayCountry(locale, "en", wide, NAME, &e);
        if (U_SUCCESS(e) && n < NAME)
            (void)u_strToUTF8(name, sizeof name, &n, wide, n, &e);
        if (U_SUCCESS(e) && (size_t)n < sizeof name)
            add(c, span_of(name, (size_t)n), *code);
    }
    for (size_t i = 0; i < sizeof besides / sizeof *besides; i++)
        add(c, span_str(besides[i][0]), besides[i][1]);
    qsort(c->of, c->n, sizeof *c->of, by_name);
    return c;
}

void list_countries_free(struct list_countries *c)
{
    free(c);
}

static bool is_code(const struct list_countries *c, const char *code)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->of[i].code, code) == 0)
            return true;
    return false;
}

struct span list_country(const struct list_countries *c, struct span s)
{
    struct country key, *found;
    struct span t = text_trim(s);

    if (!fold(t, key.name))
        return t;
    if (strlen(key.name) == 2 && t.n == 2 && is_code(c, key.name)) {
        for (size_t i = 0; i < c->n; i++)
            if (strcmp(c->of[i].code, key.name) == 0)
                return span_str(c->of[i].code);
    }
    found = bsearch(&key, c->of, c->n, sizeof *c->of, by_name);
    return found ? span_str(found->code) : t;
}
