#include "cli/catalogue.h"

#include "cli/cli.h"

static bool load(const char *language, struct arena *a, struct json *out, struct why *w)
{
    struct span text;
    char path[4096];

    return (size_t)snprintf(path, sizeof path, "%s/web/i18n/%.8s.json", cli_data(), language) < sizeof path &&
           cli_read(path, a, &text, w) && json_parse(text, a, out, w);
}

/* "fa-IR" has the words of "fa"; letters only, so that it names no other file. */
static bool base_of(const char *language, char out[9])
{
    size_t n = 0;

    while (language && language[n] >= 'a' && language[n] <= 'z' && n < 8) {
        out[n] = language[n];
        n++;
    }
    out[n] = 0;
    return n > 0;
}

bool catalogue_open(const char *language, struct arena *a, struct catalogue *out, struct why *w)
{
    struct catalogue c = { .a = a };
    struct why none = { 0 };
    char base[9];

    if (!load("en", a, &c.english, w))
        return false;
    c.own = c.english;
    if (base_of(language, base) && strcmp(base, "en") != 0 && load(base, a, &c.own, &none))
        c.right_to_left = strcmp(base, "fa") == 0 || strcmp(base, "ar") == 0 || strcmp(base, "ur") == 0 ||
                          strcmp(base, "ps") == 0;
    *out = c;
    return true;
}

/* Of a text with plural forms the one for many. */
static bool find(const struct json *j, const char *key, struct arena *a, struct span *out)
{
    json_ref v = json_member(j, JSON_ROOT, key);

    if (json_is(j, v, JSON_KIND_OBJECT))
        v = json_member(j, v, "other");
    return json_is(j, v, JSON_KIND_STRING) && json_text_of(j, v, a, out);
}

static const char *text(const struct catalogue *c, const char *key)
{
    struct span s = { NULL, 0 };

    return find(&c->own, key, c->a, &s) || find(&c->english, key, c->a, &s) ? arena_str(c->a, s) : NULL;
}

const char *catalogue_text(const struct catalogue *c, const char *key)
{
    const char *s = text(c, key);

    return s ? s : key;
}

const char *catalogue_word(const struct catalogue *c, const char *kind, struct span word)
{
    char key[128];
    const char *s = NULL;

    if ((size_t)snprintf(key, sizeof key, "%s.%.*s", kind, (int)(word.n < 80 ? word.n : 80),
                         (const char *)word.p) < sizeof key)
        s = text(c, key);
    s = s ? s : arena_str(c->a, word);
    return s ? s : "";
}

const char *catalogue_fill(const struct catalogue *c, const char *key, const char *const *pair)
{
    struct span s = span_str(catalogue_text(c, key));
    struct buffer b;
    const char *out;
    size_t i = 0;

    buf_init(&b, 1 << 16);
    while (i < s.n) {
        bool put = false;

        for (const char *const *p = pair; s.p[i] == '{' && *p && !put; p += 2) {
            size_t n = strlen(p[0]);

            if (s.n - i < n + 2 || memcmp(s.p + i + 1, p[0], n) != 0 || s.p[i + 1 + n] != '}')
                continue;
            buf_str(&b, p[1]);
            i += n + 2;
            put = true;
        }
        if (!put)
            buf_u8(&b, s.p[i++]);
    }
    out = arena_str(c->a, buf_span(&b));
    buf_free(&b);
    return out ? out : "";
}
