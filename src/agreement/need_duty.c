#include "agreement/model.h"
#include "agreement/need.h"

static const struct wording *wording_in(const struct wording *first, const char *language)
{
    size_t n = language ? strcspn(language, "-") : 0;

    for (const struct wording *t = first; t && n; t = t->next)
        if (strncmp(t->language, language, n) == 0 && (t->language[n] == 0 || t->language[n] == '-'))
            return t;
    return first;
}

bool need_duty_of(const struct agreement *a, const struct verdict_reason *r, const char *language,
                  struct need_duty *out)
{
    if (strcmp(r->code, "duty") != 0 || !r->article)
        return false;
    for (const struct article *x = a->articles; x; x = x->next) {
        if (strcmp(x->number, r->article) != 0)
            continue;
        for (const struct duty *d = x->duties; d; d = d->next) {
            const struct wording *t = d->line == r->line ? wording_in(d->texts, language) : NULL;

            if (d->line != r->line)
                continue;
            *out = (struct need_duty){ .what = d->what,
                                       .days = d->days,
                                       .article = x->number,
                                       .wording = t ? t->text : NULL,
                                       .language = t ? t->language : NULL };
            return true;
        }
    }
    return false;
}
