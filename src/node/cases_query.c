#include "node/cases_query.h"

bool cases_query(const struct http_request *r, int64_t usual, int64_t most, unix_time now,
                 struct case_filter *f, struct why *w)
{
    const char *side = http_query(r, "side");
    int64_t n = usual;

    *f = (struct case_filter){ .kind = span_str(http_query(r, "kind")),
                               .state = span_str(http_query(r, "state")),
                               .other = span_str(http_query(r, "member")),
                               .now = now };
    if (side && strcmp(side, "ours") != 0 && strcmp(side, "theirs") != 0)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "side is neither ours nor theirs");
    if (side)
        f->side = strcmp(side, "ours") == 0 ? CASE_OURS : CASE_THEIRS;
    if (!http_query_number(r, "before", INT64_MAX / 16, &f->before, w) ||
        !http_query_number(r, "most", most, &n, w))
        return false;
    if (n == 0)
        return why_set(w, "query", WHY_NO_OFFSET, NULL, "most is not a number from 1 to %lld",
                       (long long)most);
    f->most = (size_t)n;
    return true;
}
