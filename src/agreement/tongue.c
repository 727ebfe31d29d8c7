#include "agreement/tongue.h"

#include <stdio.h>

static const struct {
    const char *name, *english;
} phrases[PHRASES_N] = {
#define X(id, name, en) { name, en },
    PHRASES(X)
#undef X
};

const char *tongue_phrase(const struct tongue *t, enum phrase p)
{
    const char *said = t->find ? t->find(t->ctx, phrases[p].name) : NULL;

    return said ? said : phrases[p].english;
}

static const char *find(const struct tongue *t, const char *kind, const char *name)
{
    char key[80];

    if (!t->find)
        return NULL;
    (void)snprintf(key, sizeof key, "%s.%s", kind, name);
    return t->find(t->ctx, key);
}

struct tongue tongues_open(const struct tongues *t, struct span language, struct arena *a)
{
    struct tongue out = { .language = "en" };

    if (t->open)
        t->open(t->ctx, language, a, &out);
    return out;
}

const char *tongue_text(const struct tongue *t, const char *kind, const char *name)
{
    const char *said = find(t, kind, name);

    return said ? said : name;
}

static bool english(const struct tongue *t)
{
    return strncmp(t->language, "en", 2) == 0;
}

const char *tongue_said(const struct tongue *t, const char *kind, const char *name)
{
    return t && !english(t) ? find(t, kind, name) : NULL;
}

const char *tongue_fact(const struct tongue *t, unsigned fact)
{
    const char *name = fact_name((enum fact)fact), *said = tongue_said(t, "fact", name);

    return said ? said : name;
}

void tongue_put_word(const struct tongue *t, unsigned fact, struct span word, struct buffer *out)
{
    const char *said = NULL;
    char w[64];

    if (!english(t) && fact == FACT_TRAVEL_PURPOSE && word.n < sizeof w) {
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
