#include "intel/kev.h"

#include <stdlib.h>

#include "base/text.h"
#include "intel/object.h"
#include "stix/check.h"
#include "wire/json.h"

static const char *const names[KEV_FIELDS] = {
    "vendorProject",  "product", "vulnerabilityName",          "dateAdded", "shortDescription",
    "requiredAction", "dueDate", "knownRansomwareCampaignUse", "notes",     "cwes",
};

const char *kev_field_name(enum kev_field f)
{
    return names[f];
}

/* CVE-YYYY-NNNN and more digits. */
static bool good_cve(struct span s)
{
    if (s.n < 13 || s.n > 24 || memcmp(s.p, "CVE-", 4) != 0 || s.p[8] != '-')
        return false;
    for (size_t i = 4; i < s.n; i++)
        if (i != 8 && !ascii_digit(s.p[i]))
            return false;
    return true;
}

static struct span list_of(const struct json *j, json_ref list, struct arena *a)
{
    size_t room = json_source(j, list).n + 1;
    uint8_t *mem = json_is(j, list, JSON_KIND_ARRAY) ? arena_alloc(a, room) : NULL;
    struct buffer b;
    struct span s;

    if (!mem)
        return (struct span){ NULL, 0 };
    buf_init_fixed(&b, mem, room);
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        if (!json_text_of(j, i, a, &s))
            continue;
        if (b.n)
            buf_u8(&b, ',');
        buf_put(&b, text_trim(s));
    }
    return buf_span(&b);
}

static void read_entry(const struct json *j, json_ref v, struct arena *a, struct kev_entry *e)
{
    *e = (struct kev_entry){ .cve = { NULL, 0 } };
    if (!json_text_of(j, json_member(j, v, "cveID"), a, &e->cve))
        e->cve = (struct span){ NULL, 0 };
    for (unsigned f = 0; f < KEV_FIELDS; f++) {
        json_ref m = json_member(j, v, names[f]);

        if (f == KEV_CWES)
            e->field[f] = list_of(j, m, a);
        else if (!json_text_of(j, m, a, &e->field[f]))
            e->field[f] = (struct span){ NULL, 0 };
    }
}

static int by_cve(const void *a, const void *b)
{
    const struct kev_entry *x = a, *y = b;
    int c = span_cmp(x->cve, y->cve);

    /* The first one in the file first: offsets in one text, or both out of an arena. */
    return c ? c : (x->cve.p > y->cve.p) - (x->cve.p < y->cve.p);
}

static bool refuse(const struct intel_sink *sink, const struct kev_entry *e, struct why *why)
{
    struct intel_refused r = { .id = e->cve, .value = e->field[KEV_NAME], .why = why };

    return !sink || !sink->refused || sink->refused(sink->ctx, &r);
}

static bool settle(struct kev_entry *e, size_t *n, const struct intel_sink *sink)
{
    size_t kept = 0;

    qsort(e, *n, sizeof *e, by_cve);
    for (size_t i = 0; i < *n; i++) {
        struct why why = { 0 };

        if (kept == 0 || !span_eq(e[kept - 1].cve, e[i].cve)) {
            e[kept++] = e[i];
            continue;
        }
        why_set(&why, "repeated", WHY_NO_OFFSET, NULL, "a CVE that stands twice");
        if (!refuse(sink, &e[i], &why))
            return false;
    }
    *n = kept;
    return true;
}

bool kev_read(struct span json, const struct intel_sink *sink, struct arena *a, struct kev_catalogue *out,
              struct why *w)
{
    struct kev_catalogue c = { .n = 0 };
    struct kev_entry *e;
    struct span released;
    struct json j;
    json_ref list;

    if (!json_parse(json, a, &j, w))
        return false;
    list = json_member(&j, JSON_ROOT, "vulnerabilities");
    if (!json_is(&j, list, JSON_KIND_ARRAY))
        return why_set(w, "kev", 0, NULL, "no catalogue: vulnerabilities are missing");
    e = arena_array(a, json_count(&j, list) + 1, sizeof *e);
    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more entries than fit");
    for (json_ref i = json_first(&j, list); i != JSON_NONE; i = json_after(&j, list, i)) {
        struct why why = { 0 };

        read_entry(&j, i, a, &e[c.n]);
        if (good_cve(e[c.n].cve)) {
            c.n++;
            continue;
        }
        why_set(&why, "kev", json_offset(&j, i), NULL, "an entry without a CVE");
        if (!refuse(sink, &e[c.n], &why))
            return why_set(w, "stopped", json_offset(&j, i), NULL, "stopped");
    }
    if (!settle(e, &c.n, sink))
        return why_set(w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
    c.entry = e;
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "catalogVersion"), a, &c.version))
        c.version = (struct span){ NULL, 0 };
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "dateReleased"), a, &released) ||
        !time_parse(released, &c.released))
        c.released = 0;
    *out = c;
    return true;
}

const struct kev_entry *kev_find(const struct kev_catalogue *c, struct span cve)
{
    size_t low = 0, high = c->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int r = span_cmp(c->entry[mid].cve, cve);

        if (r == 0)
            return &c->entry[mid];
        if (r < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static uint32_t differing(const struct kev_entry *a, const struct kev_entry *b)
{
    uint32_t out = 0;

    for (unsigned f = 0; f < KEV_FIELDS; f++)
        if (!span_eq(a->field[f], b->field[f]))
            out |= 1u << f;
    return out;
}

bool kev_compare(const struct kev_catalogue *old, const struct kev_catalogue *new,
                 bool (*change)(void *ctx, const struct kev_change *c), void *ctx, struct kev_delta *out)
{
    struct kev_delta d = { 0 };
    size_t i = 0, k = 0;

    while (i < old->n || k < new->n) {
        int r = i == old->n ? 1 : k == new->n ? -1 : span_cmp(old->entry[i].cve, new->entry[k].cve);
        struct kev_change c = { r <= 0 ? &old->entry[i] : NULL, r >= 0 ? &new->entry[k] : NULL, 0 };

        i += r <= 0;
        k += r >= 0;
        if (r == 0)
            c.fields = differing(c.old, c.new);
        d.added += r > 0;
        d.removed += r < 0;
        d.changed += r == 0 && c.fields;
        d.same += r == 0 && !c.fields;
        if ((r || c.fields) && change && !change(ctx, &c))
            return false;
    }
    *out = d;
    return true;
}

/* "https://… ; https://…": each that is one. */
static void put_notes(struct json_writer *j, struct span notes)
{
    struct span one;

    while (text_split(&notes, ';', &one)) {
        one = text_trim(one);
        if (!span_starts(one, SPAN("https://")) && !span_starts(one, SPAN("http://")))
            continue;
        if (!stix_uri(one))
            continue;
        jw_object(j, NULL);
        jw_str(j, "source_name", "kev");
        jw_text(j, "url", one);
        jw_object_end(j);
    }
}

void kev_put_vulnerability(struct buffer *out, const struct kev_entry *e, unix_time modified,
                           const struct intel_about *about, const char *creator)
{
    static const struct {
        const char *label;
        enum kev_field field;
    } kept[] = { { "kev:vendor", KEV_VENDOR },         { "kev:product", KEV_PRODUCT },
                 { "kev:added", KEV_ADDED },           { "kev:due", KEV_DUE },
                 { "kev:ransomware", KEV_RANSOMWARE }, { "kev:cwes", KEV_CWES } };
    struct json_writer j = json_to(out);
    uint8_t mem[4096];
    struct stix_uuid uuid;
    struct object_head h = { .type = "vulnerability",
                             .uuid = &uuid,
                             .creator = creator,
                             .marked = about->marked,
                             .tlp = about->tlp,
                             .confidence = about->confidence };
    struct buffer labels;

    object_derive("kev", e->cve, (struct span){ NULL, 0 }, &uuid);
    if (!time_parse(e->field[KEV_ADDED], &h.created))
        h.created = about->now;
    h.modified = modified;
    buf_init_fixed(&labels, mem, sizeof mem);
    label_put(&labels, SPAN("kev"));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (e->field[kept[i].field].n)
            label_pair(&labels, kept[i].label, span_sub(e->field[kept[i].field], 0, 400));
    h.labels = buf_span(&labels);
    object_begin(&j, &h);
    jw_text(&j, "name", e->cve);
    if (e->field[KEV_DESCRIPTION].n)
        jw_text(&j, "description", e->field[KEV_DESCRIPTION]);
    jw_array(&j, "external_references");
    jw_object(&j, NULL);
    jw_str(&j, "source_name", "cve");
    jw_text(&j, "external_id", e->cve);
    jw_object_end(&j);
    put_notes(&j, e->field[KEV_NOTES]);
    jw_array_end(&j);
    jw_object_end(&j);
}

/* Words of s in lower case, one blank between; those that say nothing left out. */
static size_t words(struct span s, char *out, size_t room)
{
    static const char *const nothing[] = { "inc",        "corp", "corporation", "ltd",     "llc",
                                           "gmbh",       "co",   "the",         "company", "ag",
                                           "foundation", "sa",   "limited",     "plc" };
    size_t n = 0, i = 0;

    while (i < s.n) {
        size_t start = n ? n + 1 : 0, k = start;
        bool skip = false;

        while (i < s.n && s.p[i] < 0x80 && !ascii_digit(s.p[i]) && !ascii_lower(s.p[i] | 32))
            i++;
        for (; i < s.n && (s.p[i] >= 0x80 || ascii_digit(s.p[i]) || ascii_lower(s.p[i] | 32)); i++)
            if (k < room)
                out[k++] = (char)(ascii_upper(s.p[i]) ? s.p[i] + 32 : s.p[i]);
        for (size_t w = 0; w < sizeof nothing / sizeof *nothing; w++)
            skip = skip || span_eq_str(span_of(out + start, k - start), nothing[w]);
        if (skip || k == start)
            continue;
        if (start)
            out[start - 1] = ' ';
        n = k;
    }
    return n;
}

struct span kev_key(struct span vendor, struct span product, char out[KEV_KEY])
{
    char item[KEV_KEY / 2 - 1];
    size_t v = words(vendor, out, KEV_KEY / 2 - 1), p = words(product, item, sizeof item);
    size_t from = 0;

    if (p > v && v && memcmp(item, out, v) == 0 && item[v] == ' ')
        from = v + 1;
    out[v] = '/';
    memcpy(out + v + 1, item + from, p - from);
    return span_of(out, v + 1 + p - from);
}
