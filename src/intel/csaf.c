#include "intel/csaf.h"

#include "base/limits.h"
#include "base/text.h"
#include "intel/object.h"
#include "intel/seen.h"
#include "wire/json.h"

struct product {
    struct span name, vendor, version, cpe;
    char id[STIX_ID_TEXT]; /* empty: not given yet */
};

struct advisory {
    const struct intel_about *about;
    const struct intel_sink *sink;
    struct csaf_stats *stats;
    struct arena *a, scratch;
    const struct json *j;
    struct why *w;
    bool stopped;
    struct span id, title, publisher;
    char creator[STIX_ID_TEXT];
    unix_time created, modified;
    bool marked;
    enum tlp tlp;
    struct intel_seen ids; /* product_id -> place in product; kind 1: relationships given */
    struct product *product;
    size_t n;
    struct buffer refs, out;
};

static struct span text(const struct advisory *d, json_ref obj, const char *name)
{
    struct span s = { NULL, 0 };

    return json_text_of(d->j, json_member(d->j, obj, name), d->a, &s) ? s : (struct span){ NULL, 0 };
}

static void give(struct advisory *d, const char *id)
{
    if (!buf_ok(&d->out)) {
        d->stopped = !why_set(d->w, "too-large", WHY_NO_OFFSET, NULL, "an object larger than fits");
        return;
    }
    if (id)
        label_put(&d->refs, span_str(id));
    if (d->sink->object && !d->sink->object(d->sink->ctx, buf_span(&d->out)))
        d->stopped = !why_set(d->w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
}

static void refuse(struct advisory *d, json_ref at, const char *detail)
{
    struct why why = { 0 };
    struct intel_refused r = { .id = d->id, .why = &why };

    d->stats->refused++;
    why_set(&why, "csaf", json_offset(d->j, at), NULL, "%s", detail);
    if (d->sink->refused && !d->sink->refused(d->sink->ctx, &r))
        d->stopped = !why_set(d->w, "stopped", WHY_NO_OFFSET, NULL, "stopped");
}

/* A full_product_name: somewhere in the tree, under branches of a vendor and a version, or not. */
static void add_product(struct advisory *d, json_ref v, struct span vendor, struct span version)
{
    json_ref helper = json_member(d->j, v, "product_identification_helper");
    struct span id = text(d, v, "product_id"), name = text(d, v, "name");

    if (id.n == 0 || name.n == 0) {
        refuse(d, v, "a product without a name");
        return;
    }
    if (intel_seen_add(&d->ids, 0, id, d->n, NULL) != INTEL_NEW)
        return;
    d->product[d->n++] =
        (struct product){ .name = name, .vendor = vendor, .version = version, .cpe = text(d, helper, "cpe") };
}

/* The tree is walked as it lies: an object that holds "product" is a leaf branch; vendor and version hold up
 * to where the branch that names them ends. */
static bool read_products(struct advisory *d, json_ref tree)
{
    const struct json *j = d->j;
    json_ref end, vendor_end = 0, version_end = 0;
    struct span vendor = { NULL, 0 }, version = { NULL, 0 };

    if (!json_is(j, tree, JSON_KIND_OBJECT))
        return true;
    end = j->node[tree].next;
    d->product = arena_array(d->a, (size_t)(end - tree) / 4 + 2, sizeof *d->product);
    if (!d->product)
        return why_set(d->w, "too-large", WHY_NO_OFFSET, NULL, "more products than fit");
    for (json_ref v = tree; v < end && !d->stopped; v++) {
        json_ref category;

        if (j->node[v].kind != JSON_KIND_OBJECT)
            continue;
        if (v >= vendor_end)
            vendor = (struct span){ NULL, 0 };
        if (v >= version_end)
            version = (struct span){ NULL, 0 };
        category = json_member(j, v, "category");
        if (json_text_is(j, category, "vendor")) {
            vendor = text(d, v, "name");
            vendor_end = j->node[v].next;
        } else if (json_text_is(j, category, "product_version")) {
            version = text(d, v, "name");
            version_end = j->node[v].next;
        }
        if (json_is(j, json_member(j, v, "product_id"), JSON_KIND_STRING) &&
            json_is(j, json_member(j, v, "name"), JSON_KIND_STRING))
            add_product(d, v, vendor, version);
    }
    return !d->stopped;
}

static void put_software(struct json_writer *j, const struct product *p)
{
    jw_text(j, "name", p->name);
    if (p->cpe.n && span_starts(p->cpe, SPAN("cpe:2.3:")))
        jw_text(j, "cpe", p->cpe);
    if (p->vendor.n)
        jw_text(j, "vendor", p->vendor);
    if (p->version.n)
        jw_text(j, "version", p->version);
}

static bool give_product(struct advisory *d, struct product *p)
{
    struct json_writer j = json_to(&d->out);
    struct stix_uuid uuid;
    struct json parsed;

    if (p->id[0])
        return true;
    arena_reset(&d->scratch);
    buf_reset(&d->out);
    object_begin_plain(&j, "software", NULL, false, TLP_CLEAR);
    put_software(&j, p);
    jw_object_end(&j);
    if (!buf_ok(&d->out) || !json_parse(buf_span(&d->out), &d->scratch, &parsed, NULL) ||
        stix_sco_id(&parsed, JSON_ROOT, SPAN("software"), &d->scratch, &uuid, NULL) != STIX_DERIVED)
        return false;
    object_id("software", &uuid, p->id);
    buf_reset(&d->out);
    j = json_to(&d->out);
    object_begin_plain(&j, "software", p->id, d->marked, d->tlp);
    put_software(&j, p);
    jw_object_end(&j);
    d->stats->products++;
    give(d, intel_seen_add(&d->ids, 2, span_str(p->id), 0, NULL) == INTEL_NEW ? p->id : NULL);
    return true;
}

static struct object_head head(const struct advisory *d, const char *type, const struct stix_uuid *uuid)
{
    return (struct object_head){ .type = type,
                                 .uuid = uuid,
                                 .creator = d->creator,
                                 .created = d->created,
                                 .modified = d->modified,
                                 .marked = d->marked,
                                 .tlp = d->tlp,
                                 .confidence = -1 };
}

static void give_relation(struct advisory *d, const char *word, const char *from, const char *to)
{
    uint8_t mem[2 * STIX_ID_TEXT + 32];
    struct json_writer j = json_to(&d->out);
    struct stix_uuid uuid;
    struct object_head h;
    struct buffer key;
    char id[STIX_ID_TEXT];

    buf_init_fixed(&key, mem, sizeof mem);
    buf_str(&key, from);
    buf_str(&key, word);
    buf_str(&key, to);
    if (intel_seen_add(&d->ids, 1, buf_span(&key), 0, NULL) != INTEL_NEW)
        return;
    object_derive("csaf-relation", d->id, buf_span(&key), &uuid);
    h = head(d, "relationship", &uuid);
    buf_reset(&d->out);
    object_begin(&j, &h);
    jw_str(&j, "relationship_type", word);
    jw_str(&j, "source_ref", from);
    jw_str(&j, "target_ref", to);
    jw_object_end(&j);
    d->stats->relationships++;
    give(d, object_id("relationship", &uuid, id));
}

static const struct {
    const char *status, *word;
} statuses[] = {
    { "first_affected", "affects" },
    { "known_affected", "affects" },
    { "last_affected", "affects" },
    { "first_fixed", "fixed-in" },
    { "fixed", "fixed-in" },
    { "known_not_affected", "not-affecting" },
    { "under_investigation", "under-investigation" },
};

static void read_status(struct advisory *d, json_ref vulnerability, const char *id)
{
    json_ref status = json_member(d->j, vulnerability, "product_status");

    for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
        json_ref list = json_member(d->j, status, statuses[s].status);

        for (json_ref i = json_first(d->j, list); i != JSON_NONE && !d->stopped;
             i = json_after(d->j, list, i)) {
            uint64_t at = UINT64_MAX;
            struct span product;

            if (!json_text_of(d->j, i, d->a, &product) ||
                intel_seen_add(&d->ids, 0, product, UINT64_MAX, &at) != INTEL_KNOWN || at >= d->n ||
                !give_product(d, &d->product[at])) {
                d->stats->dangling++;
                continue;
            }
            if (!d->stopped)
                give_relation(d, statuses[s].word, id, d->product[at].id);
        }
    }
}

/* The first note that describes; else the first one. */
static struct span description(const struct advisory *d, json_ref v)
{
    json_ref notes = json_member(d->j, v, "notes"), found = json_first(d->j, notes);

    for (json_ref i = found; i != JSON_NONE; i = json_after(d->j, notes, i)) {
        json_ref category = json_member(d->j, i, "category");

        if (json_text_is(d->j, category, "description") || json_text_is(d->j, category, "summary")) {
            found = i;
            break;
        }
    }
    return text(d, found, "text");
}

static void read_vulnerability(struct advisory *d, json_ref v)
{
    struct span cve = text(d, v, "cve"), title = text(d, v, "title"), words = description(d, v);
    struct json_writer j = json_to(&d->out);
    struct stix_uuid uuid;
    struct object_head h;
    char id[STIX_ID_TEXT];

    if (cve.n == 0 && title.n == 0) {
        refuse(d, v, "a vulnerability without CVE and title");
        return;
    }
    object_derive("csaf-vulnerability", d->id, cve.n ? cve : title, &uuid);
    h = head(d, "vulnerability", &uuid);
    buf_reset(&d->out);
    object_begin(&j, &h);
    jw_text(&j, "name", cve.n ? cve : title);
    if (words.n || title.n)
        jw_text(&j, "description", words.n ? words : title);
    jw_array(&j, "external_references");
    if (cve.n) {
        jw_object(&j, NULL);
        jw_str(&j, "source_name", "cve");
        jw_text(&j, "external_id", cve);
        jw_object_end(&j);
    }
    jw_object(&j, NULL);
    jw_text(&j, "source_name", d->publisher);
    jw_text(&j, "external_id", d->id);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_object_end(&j);
    d->stats->vulnerabilities++;
    give(d, object_id("vulnerability", &uuid, id));
    if (!d->stopped)
        read_status(d, v, id);
}

static void give_publisher(struct advisory *d)
{
    struct object_head h = { .type = "identity", .created = INTEL_NO_TIME, .confidence = -1 };
    struct json_writer j = json_to(&d->out);
    struct stix_uuid uuid;

    object_derive("intel-source", d->publisher, (struct span){ NULL, 0 }, &uuid);
    h.uuid = &uuid;
    object_id("identity", &uuid, d->creator);
    buf_reset(&d->out);
    object_begin(&j, &h);
    jw_text(&j, "name", d->publisher);
    jw_str(&j, "identity_class", "organization");
    jw_object_end(&j);
    give(d, NULL);
}

static void give_report(struct advisory *d)
{
    struct json_writer j = json_to(&d->out);
    struct stix_uuid uuid;
    struct object_head h;

    if (d->refs.n == 0)
        label_put(&d->refs, span_str(d->creator));
    object_derive("csaf", d->publisher, d->id, &uuid);
    h = head(d, "report", &uuid);
    buf_reset(&d->out);
    object_begin(&j, &h);
    jw_text(&j, "name", d->title.n ? d->title : d->id);
    jw_array(&j, "report_types");
    jw_str(&j, NULL, "vulnerability");
    jw_array_end(&j);
    object_time(&j, "published", d->created);
    jw_array(&j, "object_refs");
    jw_raw(&j, NULL, buf_span(&d->refs));
    jw_array_end(&j);
    jw_array(&j, "external_references");
    jw_object(&j, NULL);
    jw_text(&j, "source_name", d->publisher);
    jw_text(&j, "external_id", d->id);
    jw_object_end(&j);
    jw_array_end(&j);
    jw_object_end(&j);
    give(d, NULL);
}

static bool begin(struct advisory *d)
{
    json_ref document = json_member(d->j, JSON_ROOT, "document");
    json_ref tracking = json_member(d->j, document, "tracking");
    struct span label =
        text(d, json_member(d->j, json_member(d->j, document, "distribution"), "tlp"), "label");
    enum tlp tlp = TLP_RED;

    d->id = text(d, tracking, "id");
    d->title = text(d, document, "title");
    d->publisher = text(d, json_member(d->j, document, "publisher"), "name");
    if (d->id.n == 0 || d->publisher.n == 0)
        return why_set(d->w, "csaf", 0, "CSAF 2.0 3.2.1", "no document with a tracking id and a publisher");
    if (!time_parse(text(d, tracking, "initial_release_date"), &d->created))
        d->created = d->about->now;
    if (!time_parse(text(d, tracking, "current_release_date"), &d->modified))
        d->modified = d->created;
    d->marked = d->about->marked;
    d->tlp = d->about->tlp;
    if (label.n) {
        if (!tlp_read(TLP_CSAF_20, label, &tlp) && !tlp_read(TLP_CSAF_21, label, &tlp))
            tlp = TLP_RED;
        d->tlp = d->marked ? tlp_stricter(d->tlp, tlp) : tlp;
        d->marked = true;
    }
    return true;
}

static bool convert(struct advisory *d)
{
    json_ref list = json_member(d->j, JSON_ROOT, "vulnerabilities");

    if (!begin(d))
        return false;
    give_publisher(d);
    if (d->stopped || !read_products(d, json_member(d->j, JSON_ROOT, "product_tree")))
        return false;
    for (json_ref i = json_first(d->j, list); i != JSON_NONE && !d->stopped; i = json_after(d->j, list, i))
        read_vulnerability(d, i);
    if (!d->stopped)
        give_report(d);
    return !d->stopped;
}

bool csaf_to_stix(struct span json, const struct intel_about *about, const struct intel_sink *sink,
                  struct arena *a, struct csaf_stats *out, struct why *w)
{
    struct csaf_stats stats = { 0 };
    struct advisory d = { .about = about, .sink = sink, .stats = &stats, .a = a, .w = w };
    struct json j;
    bool ok;

    if (!json_parse(json, a, &j, w))
        return false;
    d.j = &j;
    arena_init(&d.scratch, 4 << 20);
    buf_init(&d.refs, LIMIT_INTEL_FILE);
    buf_init(&d.out, LIMIT_INTEL_FILE);
    intel_seen_init(&d.ids, a);
    ok = convert(&d);
    buf_free(&d.out);
    buf_free(&d.refs);
    arena_free(&d.scratch);
    if (ok)
        *out = stats;
    return ok;
}
