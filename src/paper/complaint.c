#include "paper/form.h"

/* An office's step: when, what the complaint became by it, who, and what was said. */
static void put_event(struct form *f, json_ref e)
{
    const char *state = form_text(f, e, "state"), *outcome = form_text(f, e, "outcome");

    form_put(f, PAGE_RULE, NULL);
    form_field(f, "complaint.state",
               state ? catalogue_word(&f->c, "complaint.state", span_str(state)) : NULL);
    form_member(f, "receipt.time", e, "at");
    form_member(f, "complaint.office", e, "office");
    form_field(f, "complaint.outcome",
               outcome ? catalogue_word(&f->c, "complaint.outcome", span_str(outcome)) : NULL);
    form_put(f, PAGE_TEXT, form_text(f, e, "text"));
}

static const char *state_of(struct form *f, json_ref x, const char *name)
{
    struct span code;

    return json_text_of(f->j, json_member(f->j, x, name), f->a, &code) ? form_state(f, code) : NULL;
}

static void put_due(struct form *f, json_ref x, const char *name, const char *key)
{
    const char *pair[] = { "day", NULL, NULL };
    struct span at;

    if (!json_text_of(f->j, json_member(f->j, x, name), f->a, &at))
        return;
    pair[1] = form_day(f, span_sub(at, 0, DATE_TEXT - 1));
    form_put(f, PAGE_TEXT, catalogue_fill(&f->c, key, pair));
}

bool paper_complaint(struct span answer, const struct paper_how *how, struct arena *a, struct buffer *pdf,
                     struct why *w)
{
    const char *language = how->language;
    struct form f;
    struct json j;
    json_ref x, filed, events;
    struct span own = { NULL, 0 };

    if (!json_parse(answer, a, &j, w))
        return false;
    filed = json_member(&j, JSON_ROOT, "complaint");
    x = filed == JSON_NONE ? JSON_ROOT : filed;
    if (json_member(&j, x, "reference") == JSON_NONE)
        return why_set(w, "request", WHY_NO_OFFSET, NULL, "this is no complaint to print");
    if (!language && json_text_of(&j, json_member(&j, x, "language"), a, &own))
        language = arena_str(a, own);
    if (!form_open(how->folder, language, &j, a, &f, w))
        return false;
    form_put(&f, PAGE_TITLE, catalogue_text(&f.c, "print.complaint"));
    if (filed != JSON_NONE) {
        form_put(&f, PAGE_TEXT, catalogue_text(&f.c, "complaint.filed"));
        form_put(&f, PAGE_CODE, form_text(&f, JSON_ROOT, "follow"));
    }
    form_member(&f, "complaint.reference", x, "reference");
    form_field(&f, "complaint.office.at", state_of(&f, x, "at"));
    form_field(&f, "complaint.subject",
               catalogue_word(&f.c, "complaint.subject", span_str(form_text(&f, x, "subject"))));
    form_field(&f, "complaint.state",
               catalogue_word(&f.c, "complaint.state", span_str(form_text(&f, x, "state"))));
    put_due(&f, x, "due", "complaint.due");
    if (json_is(&j, json_member(&j, x, "may_appeal"), JSON_KIND_TRUE))
        put_due(&f, x, "appeal_until", "complaint.appeal.lead");
    form_put(&f, PAGE_HEADING, catalogue_text(&f.c, "complaint.text"));
    form_put(&f, PAGE_TEXT,
             form_text(&f, x, "erased") ? catalogue_text(&f.c, "complaint.erased")
                                        : form_text(&f, x, "text"));
    events = json_member(&j, x, "events");
    for (json_ref e = json_first(&j, events); e != JSON_NONE; e = json_after(&j, events, e))
        if (!json_text_is(&j, json_member(&j, e, "what"),
                          "read")) /* looks of offices are not the traveller's */
            put_event(&f, e);
    return form_pdf(&f, how, pdf, w);
}
