/* What stands beside events in a feed: manifest.json and hashes.csv. */
#include "base/text.h"
#include "intel/misp.h"
#include "intel/misp_internal.h"

bool misp_is_manifest(const struct json *j)
{
    struct stix_uuid u;
    struct span s;
    json_ref first = json_first(j, JSON_ROOT);

    if (!json_is(j, JSON_ROOT, JSON_KIND_OBJECT) || first == JSON_NONE)
        return false;
    s = json_source(j, first);
    return s.n > 2 && stix_uuid_read(span_sub(s, 1, s.n - 1), &u) &&
           json_is(j, json_value_of(j, first), JSON_KIND_OBJECT);
}

bool misp_read_manifest(struct span json, bool (*event)(void *ctx, const struct misp_feed_event *e),
                        const struct intel_sink *sink, void *ctx, struct arena *a, struct why *w)
{
    struct misp_stats stats = { 0 };
    struct misp_event e = { .sink = sink, .stats = &stats, .a = a, .w = w };
    struct json j;

    if (!json_parse(json, a, &j, w))
        return false;
    e.j = &j;
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return why_set(w, "misp", 0, NULL, "no manifest");
    for (json_ref i = json_first(&j, JSON_ROOT); i != JSON_NONE; i = json_after(&j, JSON_ROOT, i)) {
        json_ref v = json_value_of(&j, i);
        struct misp_feed_event f = { .info = misp_text(&e, v, "info"), .date = misp_text(&e, v, "date") };
        struct why why = { 0 };
        struct stix_uuid u;

        f.org = misp_text(&e, json_member(&j, v, "Orgc"), "name");
        f.timestamp = misp_when(misp_text(&e, v, "timestamp"));
        if (!json_text_of(&j, i, a, &f.uuid) || !stix_uuid_read(f.uuid, &u)) {
            why_set(&why, "misp", WHY_NO_OFFSET, NULL, "an event without a UUID");
            misp_refuse(&e, i, f.uuid, f.info, &why);
        } else if (!event(ctx, &f)) {
            e.stopped = !why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
        }
        if (e.stopped)
            return false;
    }
    return true;
}

bool misp_read_hashes(struct span csv, bool (*line)(void *ctx, struct span md5, struct span event),
                      const struct intel_sink *sink, void *ctx, struct why *w)
{
    struct span row;
    size_t number = 0;

    while (text_split(&csv, '\n', &row)) {
        struct span md5, rest = text_trim(row);
        struct why why = { 0 };
        struct stix_uuid u;

        number++;
        if (rest.n == 0)
            continue;
        if (text_split(&rest, ',', &md5) && md5.n == 32 && stix_uuid_read(text_trim(rest), &u)) {
            if (!line(ctx, md5, text_trim(rest)))
                return why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped at line %zu", number);
            continue;
        }
        why_set(&why, "misp", WHY_NO_OFFSET, NULL, "no digest and UUID");
        if (sink->refused) {
            struct intel_refused r = { .line = number, .value = span_sub(row, 0, 200), .why = &why };

            if (!sink->refused(sink->ctx, &r))
                return why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped at line %zu", number);
        }
    }
    return true;
}
