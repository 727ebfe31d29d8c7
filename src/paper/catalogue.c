#include "paper/catalogue.h"

#include <stdio.h>

#include "base/limits.h"
#include "files/durable.h"

static bool load(const char *folder, const char *file, struct arena *a, struct po *out, struct why *w)
{
    struct span text;
    char path[4096];
    bool there = false;

    if ((size_t)snprintf(path, sizeof path, "%s/po/%s", folder, file) >= sizeof path ||
        !file_read(path, LIMIT_FILE, a, &text, &there, w))
        return false;
    return there ? po_parse(text, a, out, w) : why_set(w, "io", WHY_NO_OFFSET, NULL, "no file %s", path);
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

bool catalogue_open(const char *folder, const char *language, struct arena *a, struct catalogue *out,
                    struct why *w)
{
    struct catalogue c = { .a = a };
    struct why none = { 0 };
    char base[9], file[16];

    if (!load(folder, "serai.pot", a, &c.english, w))
        return false;
    if (base_of(language, base) && strcmp(base, "en") != 0) {
        (void)snprintf(file, sizeof file, "%s.po", base);
        if (load(folder, file, a, &c.own, &none))
            c.right_to_left = span_eq_str(po_header(&c.own, "X-Direction"), "rtl");
    }
    *out = c;
    return true;
}

const char *catalogue_find(const struct catalogue *c, const char *key)
{
    const struct po_entry *e = po_find(&c->own, span_str(key));

    if (e && e->forms)
        return arena_str(c->a, e->text[e->forms - 1]);
    e = po_find(&c->english, span_str(key));
    return e ? arena_str(c->a, e->plural ? e->id_plural : e->id) : NULL;
}

const char *catalogue_text(const struct catalogue *c, const char *key)
{
    const char *s = catalogue_find(c, key);

    return s ? s : key;
}

const char *catalogue_word(const struct catalogue *c, const char *kind, struct span word)
{
    char key[128];
    const char *s = NULL;

    if ((size_t)snprintf(key, sizeof key, "%s.%.*s", kind, (int)(word.n < 80 ? word.n : 80),
                         (const char *)word.p) < sizeof key)
        s = catalogue_find(c, key);
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
