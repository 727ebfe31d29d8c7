#include "agreement/tongue.h"

#include <stdio.h>

enum { EN, FA, RU, TR, TONGUES };

static const char *const phrases[PHRASES_N][TONGUES] = {
#define X(id, en, fa, ru, tr) { en, fa, ru, tr },
    PHRASES(X)
#undef X
};

static unsigned index_of(const struct tongue *t)
{
    static const char *const codes[TONGUES] = { "en", "fa", "ru", "tr" };

    for (unsigned i = 0; i < TONGUES; i++)
        if (strncmp(t->language, codes[i], 2) == 0 && (t->language[2] == 0 || t->language[2] == '-'))
            return i;
    return EN;
}

const char *tongue_phrase(const struct tongue *t, enum phrase p)
{
    return phrases[p][index_of(t)];
}

static const char *find(const struct tongue *t, const char *kind, const char *name)
{
    char key[80];

    if (!t->find)
        return NULL;
    (void)snprintf(key, sizeof key, "%s.%s", kind, name);
    return t->find(t->ctx, key);
}

const char *tongue_fact(const struct tongue *t, unsigned fact)
{
    const char *name = fact_name((enum fact)fact), *said = NULL;

    if (index_of(t) != EN)
        said = find(t, "fact", name);
    return said ? said : name;
}

void tongue_put_word(const struct tongue *t, unsigned fact, struct span word, struct buffer *out)
{
    const char *said = NULL;
    char w[64];

    if (index_of(t) != EN && fact == FACT_TRAVEL_PURPOSE && word.n < sizeof w) {
        (void)snprintf(w, sizeof w, "%.*s", (int)word.n, (const char *)word.p);
        said = find(t, "purpose", w);
    }
    if (said)
        buf_str(out, said);
    else
        buf_put(out, word);
}

const char *tongue_reason(const struct tongue *t, const char *code)
{
    return find(t, "reason", code);
}

void tongue_put(const struct tongue *t, enum phrase p, const char *one, const char *two, struct buffer *out)
{
    for (const char *s = tongue_phrase(t, p); *s; s++) {
        if (*s == '%' && (s[1] == '1' || s[1] == '2')) {
            const char *fill = s[1] == '1' ? one : two;

            buf_str(out, fill ? fill : "");
            s++;
        } else {
            buf_u8(out, (uint8_t)*s);
        }
    }
}
