#include "paper/form.h"

bool form_open(const char *folder, const char *language, const struct json *j, struct arena *a,
               struct form *out, struct why *w)
{
    struct form f = { .a = a, .j = j };

    f.line = arena_array(a, PAGE_LINES, sizeof *f.line);
    if (!f.line)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the form is too long");
    if (!catalogue_open(folder, language, a, &f.c, w))
        return false;
    *out = f;
    return true;
}

static void put(struct form *f, struct page_line l)
{
    if (f->n < PAGE_LINES)
        f->line[f->n++] = l;
}

void form_put(struct form *f, enum page_style style, const char *text)
{
    if (style == PAGE_RULE || (text && *text))
        put(f, (struct page_line){ style, text, NULL });
}

void form_field(struct form *f, const char *key, const char *value)
{
    if (value && *value)
        put(f, (struct page_line){ PAGE_FIELD, catalogue_text(&f->c, key), value });
}

const char *form_text(const struct form *f, json_ref object, const char *name)
{
    char *s;
    struct span t;
    unix_time at;

    if (!json_text_of(f->j, json_member(f->j, object, name), f->a, &t))
        return NULL;
    if (t.n == DATE_TEXT - 1)
        return form_day(f, t);
    s = arena_str(f->a, t);
    if (s && t.n == TIME_TEXT - 1 && time_parse(t, &at)) {
        s[10] = ' ';
        memcpy(s + 16, " UTC", 5);
    }
    return s;
}

void form_member(struct form *f, const char *key, json_ref object, const char *name)
{
    json_ref v = json_member(f->j, object, name);

    form_field(f, key,
               json_is(f->j, v, JSON_KIND_NUMBER) ? arena_str(f->a, json_source(f->j, v))
                                                  : form_text(f, object, name));
}

bool form_pdf(const struct form *f, const struct paper_how *how, struct buffer *pdf, struct why *w)
{
    const struct page p = { .line = f->line,
                            .n = f->n,
                            .width_mm = PAGE_A4_MM,
                            .right_to_left = f->c.right_to_left,
                            .title = f->n ? f->line[0].text : NULL,
                            .foot = catalogue_text(&f->c, "print.page"),
                            .specimen = f->specimen,
                            .unknown = how->unknown };

    if (f->n == PAGE_LINES)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the form has more than %d lines", PAGE_LINES);
    return page_pdf(&p, how->now, pdf, w);
}
