/* Stand-ins for what the handlers on journeys, stays and complaints call: an answer for each, a reason for
 * some. */
#include "check/complaints.h"
#include "check/need.h"
#include "check/stays.h"
#include "service/travel/statistics.h"

const struct complaint_rules complaint_defaults = {
    .acknowledge = 3, .answer = 30, .appeal = 30, .decide = 30, .access = 120, .correction = 270, .keep = 365
};

void need_request_init(struct need_request *r)
{
    *r = (struct need_request){ .age = -1 };
}

bool need_set(struct need_request *r, const char *name, struct span value, struct why *w)
{
    if (strcmp(name, "nationality") != 0)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "\"%.32s\" is not asked for here", name);
    r->nationality = value;
    return true;
}

bool need_answer(const struct agreement *a, const struct need_request *r, struct arena *arena,
                 struct buffer *out, struct why *w)
{
    (void)a;
    (void)arena;
    buf_str(
        out,
        "{\"agreement\":{\"title\":null,\"version\":3,\"sha256\":\"ab\",\"note\":null},\"language\":\"en\","
        "\"legs\":[],\"articles\":[]}");
    return r->nationality.n || why_set(w, "query", WHY_NO_OFFSET, NULL, "nationality: is missing");
}

bool stays_overdue_json(const struct stays_desk *d, const struct overdue_query *q, struct arena *a,
                        struct buffer *out, size_t *n, struct why *w)
{
    (void)d;
    (void)q;
    (void)a;
    (void)w;
    *n = 0;
    buf_str(out, "{\"member\":\"IR\",\"today\":\"2026-01-01\",\"stays\":[],\"next\":null}");
    return true;
}

static bool object(struct span json, struct why *w)
{
    return (json.n > 2 && json.p[0] == '{') || why_set(w, "request", 0, NULL, "The request is no object.");
}

bool stays_of_json(const struct stays_desk *d, struct span json, struct arena *a, struct buffer *out,
                   int *over, struct why *w)
{
    (void)d;
    (void)a;
    *over = 0;
    buf_str(out,
            "{\"traveller\":\"ab\",\"member\":\"IR\",\"today\":\"2026-01-01\",\"stays\":[],\"repairs\":[],"
            "\"standing\":null,\"counts_elsewhere\":false,\"undetermined\":false,\"elsewhere\":[]}");
    return object(json, w);
}

bool stays_movement_json(const struct stays_desk *d, struct span json, struct arena *a, struct buffer *out,
                         struct why *w)
{
    (void)d;
    (void)a;
    buf_str(out, "{\"recorded\":true,\"stays\":[]}");
    return object(json, w);
}

#define STANDING                                                                                             \
    "\"reference\":\"C-1\",\"kind\":\"check\",\"subject\":\"delay\",\"language\":\"en\","                    \
    "\"at\":\"2026-01-01T00:00:00Z\",\"state\":\"received\",\"due\":null,\"late\":false,"                    \
    "\"answered_by\":null,\"decided_by\":null,\"appeal_until\":null,\"may_appeal\":false,\"erased\":null,"   \
    "\"text\":null,\"events\":[]"

bool complaints_file(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                     bool *new, struct why *w)
{
    (void)d;
    (void)a;
    *new = true;
    buf_str(out, "{\"follow\":\"A\",\"repeated\":false,\"complaint\":{" STANDING "}}");
    return object(json, w);
}

bool complaints_follow(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                       struct why *w)
{
    (void)d;
    (void)a;
    buf_str(out, "{" STANDING "}");
    return object(json, w);
}

bool complaints_appeal(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                       struct why *w)
{
    return complaints_follow(d, json, a, out, w);
}

bool complaints_step(const struct complaints_desk *d, struct span json, struct arena *a, struct buffer *out,
                     struct why *w)
{
    (void)d;
    (void)a;
    buf_str(out, "{\"about\":null,\"contact\":null," STANDING "}");
    return object(json, w);
}

bool complaints_list(const struct complaints_desk *d, const struct complaints_query *q, struct arena *a,
                     struct buffer *out, size_t *late, struct why *w)
{
    (void)d;
    (void)q;
    (void)a;
    (void)w;
    *late = 0;
    buf_str(out, "{\"complaints\":[],\"next\":null}");
    return true;
}

bool complaint_statistics(struct store *s, unix_time from, unix_time to, unix_time now, struct buffer *out,
                          struct why *w)
{
    (void)s;
    (void)from;
    (void)to;
    (void)now;
    (void)w;
    buf_str(out, "{\"from\":null,\"to\":null,\"filed\":0,\"late_now\":0,\"answered\":0,\"answered_late\":0,"
                 "\"appealed\":0,\"decided\":0,\"decided_late\":0,\"closed\":0,\"withdrawn\":0,\"upheld\":0,"
                 "\"partly\":0,\"not_upheld\":0,\"days_to_answer\":null,\"by_subject\":{}}");
    return true;
}

bool stay_statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                     struct why *w)
{
    (void)p;
    (void)a;
    buf_str(out, "{\"member\":\"IR\",\"from\":\"2026-01-01\",\"to\":\"2026-01-01\",\"kept_from\":null,"
                 "\"least\":5,\"stays\":[{\"day\":\"2026-01-01\",\"purpose\":\"work\",\"inside\":5,"
                 "\"came\":null,\"left\":null,\"over\":null}]}");
    return days || why_set(w, "query", WHY_NO_OFFSET, NULL, "days: 1 to 90");
}

bool queue_statistics(const struct statistics_place *p, int64_t days, struct arena *a, struct buffer *out,
                      struct why *w)
{
    (void)p;
    (void)a;
    buf_str(out, "{\"member\":\"IR\",\"from\":\"2026-01-01\",\"to\":\"2026-01-01\",\"applications\":["
                 "{\"day\":\"2026-01-01\",\"waiting\":1,\"came\":1,\"decided\":0,\"middle_hours\":null,"
                 "\"slow_hours\":null}],\"complaints\":[],\"posts\":[]}");
    return days || why_set(w, "query", WHY_NO_OFFSET, NULL, "days: 1 to 90");
}
