/* What an auditor, or the data subject, is shown of a case. */
#include "service/ask/ask.h"
#include "wire/json_write.h"

static void json_time(struct json_writer *w, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(w, key, time_format(t, text));
}

void ask_case_json(struct json_writer *w, const struct case_view *v)
{
    const struct case_record *r = &v->record;

    jw_object(w, NULL);
    jw_int(w, "seq", v->seq);
    jw_str(w, "side", case_side_word(r->name.side));
    jw_text(w, "kind", r->kind);
    jw_text(w, "reference", r->name.reference);
    jw_text(w, "member", r->name.other);
    jw_text(w, "purpose", r->purpose);
    jw_text(w, "article", r->article);
    json_time(w, "at", r->at);
    json_time(w, "until", r->until);
    jw_text(w, "state", r->state);
    jw_array(w, "events");
    for (size_t i = 0; i < v->n_events; i++) {
        jw_object(w, NULL);
        json_time(w, "at", v->event[i].at);
        jw_text(w, "what", v->event[i].what);
        if (v->event[i].state.n)
            jw_text(w, "state", v->event[i].state);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}
