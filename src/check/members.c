#include "check/members.h"

#include "base/date.h"
#include "base/text.h"

bool member_text(const struct json *j, json_ref v, void *to, struct arena *a)
{
    return json_text_of(j, v, a, to);
}

/* An empty id would be one of the node's own making: the caller could not repeat the request. */
bool member_id(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span id;

    if (!json_text_of(j, v, a, &id) || id.n == 0)
        return false;
    *(struct span *)to = id;
    return true;
}

bool member_bool(const struct json *j, json_ref v, void *to, struct arena *a)
{
    (void)a;
    return json_boolean(j, v, to);
}

bool member_date(const struct json *j, json_ref v, void *to, struct arena *a)
{
    struct span s;

    return json_text_of(j, v, a, &s) && date_parse(s, to);
}

bool members_read(const struct json *j, json_ref obj, const char *where, const char *clause,
                  const struct member *m, size_t n, struct arena *a, struct why *w)
{
    if (!json_is(j, obj, JSON_KIND_OBJECT))
        return why_set(w, "request", json_offset(j, obj), clause, "%s must be an object", where);
    for (json_ref name = json_first(j, obj); name != JSON_NONE; name = json_after(j, obj, name)) {
        size_t i = 0;

        while (i < n && !json_text_is(j, name, m[i].name))
            i++;
        if (i == n)
            return why_set(w, "request", json_offset(j, name), clause,
                           "%s has a member that is not known there", where);
        if (m[i].read && !m[i].read(j, json_value_of(j, name), m[i].to, a))
            return why_set(w, "request", json_offset(j, json_value_of(j, name)), clause,
                           "\"%s\" of %s has a value that is not allowed", m[i].name, where);
    }
    return true;
}

bool member_base64(const struct json *j, json_ref at, const char *clause, struct span base64, struct arena *a,
                   struct span *out, struct why *w)
{
    size_t bad_at, room = base64.n / 4 * 3 + 3;
    uint8_t *mem = arena_alloc(a, room);
    struct buffer b;

    if (!mem)
        return why_set(w, "too-large", json_offset(j, at), clause, "the evidence is too large");
    buf_init_fixed(&b, mem, room);
    if (!base64_decode(base64, BASE64_STD, &b, &bad_at))
        return why_set(w, "request", json_offset(j, at), "RFC 4648 4",
                       "\"base64\" breaks off at character %zu", bad_at);
    *out = buf_span(&b);
    return true;
}
