/* The answer to an application, to give or send to the applicant: no officer and no member consulted is in
 * it. */
#include <stdio.h>

#include "paper/form.h"

/* The words of the pages: "to decide" is state.to-decide. */
static const char *state_of(struct form *f, json_ref x)
{
    const char *s = form_text(f, x, "state");
    char word[64];

    (void)snprintf(word, sizeof word, "%s", s ? s : "");
    for (char *p = word; *p; p++)
        if (*p == ' ')
            *p = '-';
    return catalogue_word(&f->c, "state", span_str(word));
}

static const char *word_of(struct form *f, json_ref x, const char *name, const char *kind)
{
    return catalogue_word(&f->c, kind, span_str(form_text(f, x, name)));
}

static void put_terms(struct form *f, json_ref terms)
{
    form_member(f, "apply.from", terms, "from");
    form_member(f, "apply.until", terms, "until");
    form_member(f, "apply.days", terms, "stay");
    form_member(f, "apply.entries", terms, "entries");
}

/* What an applicant is told of a decision: reason, article, way to appeal. */
static void put_declined(struct form *f, json_ref declined)
{
    form_member(f, "apply.by", declined, "article");
    form_put(f, PAGE_HEADING, catalogue_text(&f->c, "apply.reason"));
    form_put(f, PAGE_TEXT, form_text(f, declined, "reason"));
    form_put(f, PAGE_HEADING, catalogue_text(&f->c, "apply.appeal"));
    form_put(f, PAGE_TEXT, form_text(f, declined, "appeal"));
}

bool paper_application(struct span answer, const struct paper_how *how, struct arena *a, struct buffer *pdf,
                       struct why *w)
{
    json_ref x, traveller, granted, declined;
    struct form f;
    struct json parsed, *j = &parsed;

    if (!json_parse(answer, a, j, w))
        return false;
    x = json_member(j, JSON_ROOT, "application");
    x = x == JSON_NONE ? JSON_ROOT : x;
    if (json_member(j, x, "reference") == JSON_NONE || json_member(j, x, "state") == JSON_NONE)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "this is no application to print");
    traveller = json_member(j, x, "traveller");
    granted = json_member(j, x, "granted");
    declined = json_member(j, x, "declined");
    if (!form_open(how->folder, how->language, j, a, &f, w))
        return false;
    f.specimen = json_text_is(j, json_member(j, traveller, "surname"), "SPECIMEN");
    form_put(&f, PAGE_TITLE, catalogue_text(&f.c, "print.application"));
    form_member(&f, "apply.reference", x, "reference");
    form_field(&f, "apply.kind", word_of(&f, x, "kind", "permission"));
    form_field(&f, "need.purpose", word_of(&f, x, "purpose", "purpose"));
    form_member(&f, "desk.name", traveller, "surname");
    form_member(&f, "desk.number", traveller, "number");
    form_member(&f, "apply.last", x, "last");
    form_put(&f, PAGE_RULE, NULL);
    form_put(&f, PAGE_LARGE, state_of(&f, x));
    if (json_is(j, granted, JSON_KIND_OBJECT))
        put_terms(&f, granted);
    if (json_is(j, declined, JSON_KIND_OBJECT))
        put_declined(&f, declined);
    if (form_text(&f, x, "returned")) {
        form_put(&f, PAGE_TEXT, catalogue_text(&f.c, "apply.returned"));
        form_put(&f, PAGE_TEXT, form_text(&f, x, "returned"));
    }
    return form_pdf(&f, how, pdf, w);
}
