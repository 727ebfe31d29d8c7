#include "names/ending.h"

#include <uchar.h>

enum { STEM = 3, MOST = 7 };

struct row {
    enum ending kind;
    uint8_t n;
    char16_t s[MOST];
};

#define ROW(kind, s)                                                                                         \
    {                                                                                                        \
        kind, sizeof s / sizeof(char16_t) - 1, s                                                             \
    }

/* Of those that fit the longest comes first. Latin as folded: marks are gone. */
static const struct row latin[] = {
    ROW(ENDING_SON, u"yevich"),    ROW(ENDING_SON, u"ovitch"),    ROW(ENDING_SON, u"evitch"),
    ROW(ENDING_SON, u"iyevic"),    ROW(ENDING_SON, u"ovich"),     ROW(ENDING_SON, u"evich"),
    ROW(ENDING_SON, u"ovych"),     ROW(ENDING_SON, u"evych"),     ROW(ENDING_SON, u"oghli"),
    ROW(ENDING_SON, u"ovic"),      ROW(ENDING_SON, u"evic"),      ROW(ENDING_SON, u"uulu"),
    ROW(ENDING_SON, u"oglu"),      ROW(ENDING_SON, u"ogly"),      ROW(ENDING_SON, u"ogli"),
    ROW(ENDING_SON, u"ugli"),      ROW(ENDING_SON, u"uly"),       ROW(ENDING_DAUGHTER, u"yevna"),
    ROW(ENDING_DAUGHTER, u"ovna"), ROW(ENDING_DAUGHTER, u"evna"), ROW(ENDING_DAUGHTER, u"ivna"),
    ROW(ENDING_DAUGHTER, u"kyzy"), ROW(ENDING_DAUGHTER, u"qyzy"), ROW(ENDING_DAUGHTER, u"qizi"),
    ROW(ENDING_DAUGHTER, u"kizi"), ROW(ENDING_DAUGHTER, u"gyzy"), ROW(ENDING_FAMILY, u"zadeh"),
    ROW(ENDING_FAMILY, u"zade"),   ROW(ENDING_FAMILY, u"zada"),   ROW(ENDING_FAMILY, u"zoda"),
    ROW(ENDING_FAMILY, u"yev"),    ROW(ENDING_FAMILY, u"ov"),     ROW(ENDING_FAMILY, u"ev"),
};

static const struct row cyrillic[] = {
    ROW(ENDING_SON, u"йович"),      ROW(ENDING_SON, u"ович"),      ROW(ENDING_SON, u"евич"),
    ROW(ENDING_SON, u"авіч"),       ROW(ENDING_SON, u"евіч"),      ROW(ENDING_SON, u"уулу"),
    ROW(ENDING_SON, u"оглы"),       ROW(ENDING_SON, u"оглу"),      ROW(ENDING_SON, u"угли"),
    ROW(ENDING_SON, u"ўғли"),       ROW(ENDING_SON, u"ұлы"),       ROW(ENDING_SON, u"улы"),
    ROW(ENDING_DAUGHTER, u"йовна"), ROW(ENDING_DAUGHTER, u"овна"), ROW(ENDING_DAUGHTER, u"евна"),
    ROW(ENDING_DAUGHTER, u"івна"),  ROW(ENDING_DAUGHTER, u"қызы"), ROW(ENDING_DAUGHTER, u"кызы"),
    ROW(ENDING_DAUGHTER, u"гызы"),  ROW(ENDING_DAUGHTER, u"қизи"), ROW(ENDING_FAMILY, u"заде"),
    ROW(ENDING_FAMILY, u"задә"),    ROW(ENDING_FAMILY, u"зода"),   ROW(ENDING_FAMILY, u"ов"),
    ROW(ENDING_FAMILY, u"ев"),
};

static const struct row arabic[] = {
    ROW(ENDING_SON, u"وفيتش"),    ROW(ENDING_SON, u"يفيتش"),     ROW(ENDING_SON, u"اوغلو"),
    ROW(ENDING_SON, u"اوغلی"),    ROW(ENDING_SON, u"اوویچ"),     ROW(ENDING_SON, u"وویچ"),
    ROW(ENDING_SON, u"یویچ"),     ROW(ENDING_DAUGHTER, u"قیزی"), ROW(ENDING_DAUGHTER, u"وفنا"),
    ROW(ENDING_DAUGHTER, u"ونا"), ROW(ENDING_FAMILY, u"زاده"),   ROW(ENDING_FAMILY, u"اوف"),
    ROW(ENDING_FAMILY, u"وف"),    ROW(ENDING_FAMILY, u"یف"),
};

static const struct {
    const struct row *row;
    size_t n;
} of_script[] = {
    [NAMES_LATIN] = { latin, sizeof latin / sizeof *latin },
    [NAMES_ARABIC] = { arabic, sizeof arabic / sizeof *arabic },
    [NAMES_CYRILLIC] = { cyrillic, sizeof cyrillic / sizeof *cyrillic },
};

enum ending ending_of(const struct names_word *w, size_t *letters)
{
    uint16_t last = w->n ? w->letter[w->n - 1] : 0;

    *letters = 0;
    for (size_t i = 0; i < of_script[w->script].n; i++) {
        const struct row *r = &of_script[w->script].row[i];

        if (r->s[r->n - 1] != last || w->n < r->n + STEM ||
            memcmp(w->letter + w->n - r->n, r->s, r->n * sizeof r->s[0]) != 0)
            continue;
        *letters = r->n;
        return r->kind;
    }
    return ENDING_NONE;
}

void ending_cut(const struct channel *c, const struct names_word *w, size_t letters, struct names_word *out)
{
    *out = *w;
    out->n = (uint8_t)(w->n - letters);
    if (w->script == NAMES_LATIN)
        out->n_form = out->n;
    else
        out->n_form = (uint8_t)channel_form(c, w->script, out->letter, out->n, out->form);
    out->info = channel_info(c, out->script, out->letter, out->n);
}
