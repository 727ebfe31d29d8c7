#include "check/complaints.h"

#include "check/fields.h"

static bool whole(struct buffer *out, struct why *w)
{
    return buf_ok(out) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the answer is too long: ask for less");
}

bool complaints_file(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                     bool *new, struct why *w)
{
    struct complaint_request q = { .language = SPAN("en"), .subject = SPAN("other") };
    const struct request_field f[] = { { "id", FIELD_TEXT, &q.id },
                                       { "code", FIELD_TEXT, &q.code },
                                       { "permission", FIELD_TEXT, &q.permission },
                                       { "subject", FIELD_TEXT, &q.subject },
                                       { "text", FIELD_TEXT, &q.text },
                                       { "contact", FIELD_TEXT, &q.contact },
                                       { "language", FIELD_TEXT, &q.language } };
    struct complaint_filed filed;
    struct json_writer j;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w) ||
        !complaint_file(d->store, d->rules, &q, d->now, a, &filed, w))
        return false;
    *new = !filed.repeated;
    j = json_to(out);
    jw_object(&j, NULL);
    jw_str(&j, "follow", filed.follow);
    jw_bool(&j, "repeated", filed.repeated);
    complaint_json(&j, "complaint", &filed.view, d->rules, COMPLAINT_FOR_TRAVELLER, d->now, a);
    jw_object_end(&j);
    return whole(out, w);
}

static bool put_one(const struct complaints_desk *d, const struct complaint_view *v, enum complaint_for whom,
                    struct arena *a, struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);

    complaint_json(&j, NULL, v, d->rules, whom, d->now, a);
    return whole(out, w);
}

bool complaints_follow(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                       struct why *w)
{
    struct span follow = { NULL, 0 };
    const struct request_field f[] = { { "follow", FIELD_TEXT, &follow } };
    struct complaint_view v;
    bool found = false;

    if (!request_fields(json, f, 1, a, w) || !complaint_follow(d->store, follow, &found, a, &v, w))
        return false;
    if (!found)
        return why_set(w, "complaint-unknown", WHY_NO_OFFSET, NULL, "no complaint has this code");
    return put_one(d, &v, COMPLAINT_FOR_TRAVELLER, a, out, w);
}

bool complaints_appeal(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                       struct why *w)
{
    struct complaint_act act = { .step = COMPLAINT_APPEAL };
    bool withdraw = false;
    const struct request_field f[] = { { "follow", FIELD_TEXT, &act.follow },
                                       { "text", FIELD_TEXT, &act.text },
                                       { "withdraw", FIELD_YES, &withdraw } };
    struct complaint_view v;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w))
        return false;
    if (withdraw)
        act.step = COMPLAINT_WITHDRAW;
    return complaint_do(d->store, d->rules, &act, d->now, a, &v, w) &&
           put_one(d, &v, COMPLAINT_FOR_TRAVELLER, a, out, w);
}

bool complaints_step(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                     struct why *w)
{
    struct complaint_act act = { .step = COMPLAINT_STEPS };
    struct span step = { NULL, 0 };
    const struct request_field f[] = { { "reference", FIELD_TEXT, &act.reference },
                                       { "step", FIELD_TEXT, &step },
                                       { "office", FIELD_TEXT, &act.office },
                                       { "outcome", FIELD_TEXT, &act.outcome },
                                       { "text", FIELD_TEXT, &act.text } };
    struct complaint_view v;

    if (!request_fields(json, f, sizeof f / sizeof *f, a, w))
        return false;
    if (!complaint_step_from(step, &act.step) || act.step == COMPLAINT_APPEAL ||
        act.step == COMPLAINT_WITHDRAW)
        return why_set(w, "request", WHY_NO_OFFSET, NULL,
                       "the step is read, acknowledge, review, answer, decide or close");
    return complaint_do(d->store, d->rules, &act, d->now, a, &v, w) &&
           put_one(d, &v, COMPLAINT_FOR_OFFICE, a, out, w);
}

bool complaints_list(const struct complaints_desk *d, const struct complaints_query *q, struct arena *a,
                     struct buffer *out, size_t *late, struct why *w)
{
    const struct complaint_filter filter = { .state = q->state,
                                             .due_before = q->late ? d->now + q->within * 86400 : 0,
                                             .before = q->before,
                                             .most = (size_t)q->most };
    const struct complaint_view *page = NULL;
    struct json_writer j = json_to(out);
    int64_t next = 0;
    size_t n = 0;

    if (!store_list_complaints(d->store, &filter, a, &page, &n, &next, w))
        return false;
    *late = 0;
    jw_object(&j, NULL);
    jw_array(&j, "complaints");
    for (size_t i = 0; i < n; i++) {
        complaint_json(&j, NULL, &page[i], d->rules, COMPLAINT_FOR_LIST, d->now, a);
        *late += page[i].row.due && d->now > page[i].row.due;
    }
    jw_array_end(&j);
    if (next)
        jw_int(&j, "next", next);
    else
        jw_null(&j, "next");
    jw_object_end(&j);
    return whole(out, w);
}
