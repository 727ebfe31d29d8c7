#include "sync/list.h"

#include "wire/json.h"

bool log_list_read(struct span json, struct arena *a,
                   bool (*one)(void *ctx, const struct origin *o, struct why *w), void *ctx, struct why *w)
{
    struct json *j = arena_alloc(a, sizeof *j);
    json_ref list;

    if (!j)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!json_parse(json, a, j, w))
        return false;
    list = json_member(j, JSON_ROOT, "logs");
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        struct span text = { 0 };
        struct origin o;

        if (json_text_of(j, json_member(j, i, "origin"), a, &text) && origin_parse(text, &o, NULL) &&
            !one(ctx, &o, w))
            return false;
    }
    return true;
}
