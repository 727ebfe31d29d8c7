/* Bills of materials: components of CycloneDX (1.x), packages of SPDX 2.x. Of both only what a product is
 * told by is read; neither says how often or where it runs. */
#include "base/limits.h"
#include "base/text.h"
#include "service/cyber/asset.h"
#include "wire/json.h"

static struct span text_at(const struct asset_reading *r, const struct json *j, json_ref v)
{
    struct span s = { NULL, 0 };

    return json_text_of(j, v, r->a, &s) ? text_trim(s) : (struct span){ NULL, 0 };
}

static struct span member(const struct asset_reading *r, const struct json *j, json_ref o, const char *name)
{
    return text_at(r, j, json_member(j, o, name));
}

static struct asset_item blank(const struct asset_reading *r, uint32_t at)
{
    return (struct asset_item){ .at = at, .count = 1, .facing = r->s->facing };
}

/* ---- CycloneDX ---- */

static bool give_component(struct asset_reading *r, const struct json *j, json_ref c, uint32_t at,
                           struct why *w)
{
    static const char *const maker[] = { "supplier", "manufacturer" };
    struct asset_item x = blank(r, at);
    struct span type = member(r, j, c, "type");

    if (span_eq_str(type, "device") || span_eq_str(type, "file") || span_eq_str(type, "data"))
        return true; /* one thing with a name of its own, or no product */
    x.product = member(r, j, c, "name");
    x.version = member(r, j, c, "version");
    x.cpe = member(r, j, c, "cpe");
    x.purl = member(r, j, c, "purl");
    x.vendor = member(r, j, c, "publisher");
    for (size_t i = 0; i < sizeof maker / sizeof *maker && !x.vendor.n; i++)
        x.vendor = member(r, j, json_member(j, c, maker[i]), "name");
    if (!x.vendor.n)
        x.vendor = member(r, j, c, "group");
    return asset_give(r, &x, w);
}

/* Components may hold components. */
static bool cyclonedx(struct asset_reading *r, const struct json *j, struct why *w)
{
    struct {
        json_ref list, next;
    } stack[LIMIT_JSON_DEPTH];
    size_t depth = 0;
    uint32_t at = 0;

    stack[depth].list = json_member(j, JSON_ROOT, "components");
    stack[depth].next = json_first(j, stack[depth].list);
    depth++;
    while (depth) {
        json_ref c = stack[depth - 1].next, inner;

        if (c == JSON_NONE) {
            depth--;
            continue;
        }
        stack[depth - 1].next = json_after(j, stack[depth - 1].list, c);
        if (!json_is(j, c, JSON_KIND_OBJECT))
            continue;
        if (!give_component(r, j, c, ++at, w))
            return false;
        inner = json_member(j, c, "components");
        if (json_is(j, inner, JSON_KIND_ARRAY) && depth < LIMIT_JSON_DEPTH) {
            stack[depth].list = inner;
            stack[depth++].next = json_first(j, inner);
        }
    }
    return true;
}

/* ---- SPDX ---- */

static bool give_package(struct asset_reading *r, const struct json *j, json_ref p, uint32_t at,
                         struct why *w)
{
    json_ref refs = json_member(j, p, "externalRefs");
    struct asset_item x = blank(r, at);
    struct span by = member(r, j, p, "supplier");

    x.product = member(r, j, p, "name");
    x.version = member(r, j, p, "versionInfo");
    if (span_starts(by, SPAN("Organization:"))) { /* "Person: …" is left out: it names one */
        size_t end = 13;

        while (end < by.n && by.p[end] != '(')
            end++;
        x.vendor = text_trim(span_sub(by, 13, end));
    }
    if (!json_is(j, refs, JSON_KIND_ARRAY))
        refs = JSON_NONE;
    for (json_ref v = json_first(j, refs); v != JSON_NONE; v = json_after(j, refs, v)) {
        json_ref type = json_member(j, v, "referenceType");

        if (json_text_is(j, type, "cpe23Type") || json_text_is(j, type, "cpe22Type"))
            x.cpe = member(r, j, v, "referenceLocator");
        else if (json_text_is(j, type, "purl"))
            x.purl = member(r, j, v, "referenceLocator");
    }
    return asset_give(r, &x, w);
}

static bool spdx(struct asset_reading *r, const struct json *j, struct why *w)
{
    json_ref list = json_member(j, JSON_ROOT, "packages");
    uint32_t at = 0;

    if (!json_is(j, list, JSON_KIND_ARRAY))
        return true;
    for (json_ref p = json_first(j, list); p != JSON_NONE; p = json_after(j, list, p))
        if (json_is(j, p, JSON_KIND_OBJECT) && !give_package(r, j, p, ++at, w))
            return false;
    return true;
}

bool asset_read_bom(struct asset_reading *r, struct why *w)
{
    struct json j;
    json_ref list;

    if (!json_parse(r->s->text, r->a, &j, w))
        return false;
    list = json_member(&j, JSON_ROOT, "components");
    if (json_text_is(&j, json_member(&j, JSON_ROOT, "bomFormat"), "CycloneDX")) {
        r->report->format = ASSET_CYCLONEDX;
        return !json_is(&j, list, JSON_KIND_ARRAY) || cyclonedx(r, &j, w);
    }
    if (json_is(&j, json_member(&j, JSON_ROOT, "spdxVersion"), JSON_KIND_STRING)) {
        r->report->format = ASSET_SPDX;
        return spdx(r, &j, w);
    }
    return why_set(w, "asset", 0, NULL, "neither CycloneDX (bomFormat) nor SPDX 2 (spdxVersion)");
}
