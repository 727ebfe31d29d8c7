#include "cli/cyber_intel.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "crypto/digest.h"
#include "intel/csaf.h"
#include "intel/indicator.h"
#include "intel/kev.h"
#include "intel/list.h"
#include "intel/misp.h"
#include "intel/object.h"
#include "stix/bundle.h"
#include "wire/gzip.h"
#include "wire/json_write.h"

static const char *const forms[] = { "any", "misp", "list", "kev", "csaf", "stix" };

enum { FORMS = sizeof forms / sizeof *forms };

bool cyber_form_named(const char *word, enum cyber_form *out)
{
    for (unsigned i = 0; i < FORMS; i++) {
        if (strcmp(word, forms[i]) != 0)
            continue;
        *out = (enum cyber_form)i;
        return true;
    }
    return false;
}

const char *cyber_form_word(enum cyber_form f)
{
    return forms[f];
}

void cyber_intake_init(struct cyber_intake *in, const char *command)
{
    *in = (struct cyber_intake){ .command = command, .about = { .confidence = -1 } };
    buf_init(&in->objects, LIMIT_INTEL_OUT);
    arena_init(&in->ids, LIMIT_INTEL_OUT);
    intel_seen_init(&in->seen, &in->ids);
}

void cyber_intake_free(struct cyber_intake *in)
{
    buf_free(&in->objects);
    arena_free(&in->ids);
}

bool cyber_about(const char *command, const char *tlp, const char *source, const char *confidence,
                 const char *at, struct intel_about *out)
{
    struct intel_about a = { .source = span_str(source), .confidence = -1 };
    int64_t n = -1;

    if (tlp && !tlp_read(TLP_STIX, span_str(tlp), &a.tlp)) {
        (void)cli_usage(command, "--tlp is clear, green, amber, amber+strict or red");
        return false;
    }
    a.marked = tlp != NULL;
    if (!cli_number(command, "confidence", confidence, 100, &n))
        return false;
    a.confidence = (int)n;
    if (!cli_time(at, &a.now)) {
        (void)cli_usage(command, "--at is no time");
        return false;
    }
    *out = a;
    return true;
}

bool cyber_read_file(const char *path, struct buffer *b, struct why *w)
{
    struct buffer raw, plain;

    if (!cli_read_most(path, LIMIT_INTEL_FILE, &raw, w))
        return false;
    if (!gzip_is(buf_span(&raw))) {
        *b = raw;
        return true;
    }
    buf_init(&plain, LIMIT_INTEL_FILE);
    if (!gzip_unpack(buf_span(&raw), &plain, w)) {
        buf_free(&plain);
        buf_free(&raw);
        return false;
    }
    buf_free(&raw);
    *b = plain;
    return true;
}

static bool on_refused(void *ctx, const struct intel_refused *r)
{
    struct cyber_intake *in = ctx;
    struct json_writer j;
    struct buffer b;

    in->refused++;
    if (!in->quarantine)
        return true;
    buf_init(&b, 64 * 1024);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "file", in->file);
    if (r->line)
        jw_int(&j, "line", (int64_t)r->line);
    if (r->why->offset != WHY_NO_OFFSET)
        jw_int(&j, "offset", (int64_t)r->why->offset);
    if (r->id.n)
        jw_text(&j, "id", span_sub(r->id, 0, 300));
    if (r->value.n)
        jw_text(&j, "value", r->value);
    jw_str(&j, "reason", r->why->reason);
    if (r->why->clause)
        jw_str(&j, "clause", r->why->clause);
    jw_str(&j, "detail", r->why->detail);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    (void)fwrite(b.p, 1, b.n, in->quarantine);
    buf_free(&b);
    return true;
}

static bool put_object(struct cyber_intake *in, struct span key, struct span stix)
{
    in->given++;
    switch (intel_seen_add(&in->seen, 0, key, 0, NULL)) {
    case INTEL_KNOWN:
        return true;
    case INTEL_FULL:
        return false;
    case INTEL_NEW:
        break;
    }
    if (in->n++)
        buf_str(&in->objects, ",\n");
    buf_put(&in->objects, stix);
    return buf_ok(&in->objects);
}

/* Each of ours begins with type, spec_version and id, so that the same beginning is the same id. */
static bool on_object(void *ctx, struct span stix)
{
    size_t quotes = 0, i = 0;

    while (i < stix.n && quotes < 12)
        quotes += stix.p[i++] == '"';
    return put_object(ctx, span_sub(stix, 0, i), stix);
}

static bool on_row(void *ctx, const struct intel_row *r)
{
    struct cyber_intake *in = ctx;
    char creator[STIX_ID_TEXT];
    struct span source = r->source.n ? r->source : in->about.source;
    struct buffer b;
    bool ok;

    buf_init(&b, 1 << 20);
    if (source.n) {
        indicator_put_identity(&b, source);
        size_t given = in->given - in->n; /* a source named again is no object repeated */

        ok = on_object(in, buf_span(&b));
        in->given = in->n + given;
        buf_reset(&b);
    } else {
        ok = true;
    }
    indicator_put(&b, r, &in->about, source.n ? indicator_identity_id(source, creator) : NULL);
    ok = ok && buf_ok(&b) && on_object(in, buf_span(&b));
    buf_free(&b);
    return ok;
}

static struct intel_sink sink_of(struct cyber_intake *in)
{
    return (struct intel_sink){ .row = on_row, .object = on_object, .refused = on_refused, .ctx = in };
}

/* A whole file that is not what it should be. */
static void refuse_file(struct cyber_intake *in, const struct why *w)
{
    struct intel_refused r = { .why = w };

    (void)on_refused(in, &r);
    if (!in->quiet)
        cli_why(in->command, in->file, w);
}

static bool read_list(struct cyber_intake *in, struct span text, struct arena *a, struct why *w)
{
    struct intel_sink sink = sink_of(in);
    struct list_stats s;

    return intel_list_read(text, LIST_AUTO, &in->about, &sink, a, &s, w);
}

struct kev_give {
    struct cyber_intake *in;
    const char *creator;
    unix_time modified;
    struct buffer b;
};

static bool give_entry(struct kev_give *g, const struct kev_entry *e, unix_time modified)
{
    buf_reset(&g->b);
    kev_put_vulnerability(&g->b, e, modified, &g->in->about, g->creator);
    return buf_ok(&g->b) && on_object(g->in, buf_span(&g->b));
}

/* Entries that are gone from the catalogue stay: what was exploited once is not undone. */
static bool give_change(void *ctx, const struct kev_change *c)
{
    struct kev_give *g = ctx;

    return !c->new || give_entry(g, c->new, c->old ? g->modified : 0);
}

static bool read_kev(struct cyber_intake *in, struct span text, struct arena *a, struct why *w)
{
    struct intel_sink sink = sink_of(in);
    struct kev_catalogue new, old = { .n = 0 };
    struct kev_give g = { .in = in };
    struct kev_delta d;
    char creator[STIX_ID_TEXT];
    struct span source = in->about.source.n ? in->about.source : SPAN("KEV");
    bool ok = true;

    if (!kev_read(text, &sink, a, &new, w) || (in->since.n && !kev_read(in->since, NULL, a, &old, w)))
        return false;
    buf_init(&g.b, 1 << 20);
    g.creator = indicator_identity_id(source, creator);
    g.modified = new.released ? new.released : in->about.now;
    indicator_put_identity(&g.b, source);
    (void)on_object(in, buf_span(&g.b));
    if (in->since.n)
        ok = kev_compare(&old, &new, give_change, &g, &d);
    for (size_t i = 0; ok && !in->since.n && i < new.n; i++)
        ok = give_entry(&g, &new.entry[i], 0);
    buf_free(&g.b);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more objects than fit");
}

static bool on_item(void *ctx, const struct stix_item *item)
{
    struct cyber_intake *in = ctx;
    struct intel_refused r = { .why = item->why };

    if (item->good && !item->repeated) {
        in->given++;
        if (in->n++)
            buf_str(&in->objects, ",\n");
        buf_put(&in->objects, item->bytes);
        return buf_ok(&in->objects);
    }
    if (item->good)
        return true;
    r.id = item->object ? item->object->id : (struct span){ NULL, 0 };
    return on_refused(in, &r);
}

static bool read_stix(struct cyber_intake *in, struct span text, struct why *w)
{
    const struct stix_bundle_how how = { .duplicates = true };
    struct stix_summary s;

    return stix_bundle_read(text, &how, on_item, in, &s, w);
}

/* By what only one of the forms holds. */
static enum cyber_form guess(struct span text, struct arena *a)
{
    struct span head = text_trim(span_sub(text, 0, 4096));
    struct json j;

    if (head.n == 0 || (head.p[0] != '{' && head.p[0] != '['))
        return CYBER_LIST;
    if (!json_parse(text, a, &j, NULL))
        return CYBER_MISP; /* its reader says what is wrong */
    if (json_text_is(&j, json_member(&j, JSON_ROOT, "type"), "bundle") ||
        json_member(&j, JSON_ROOT, "objects") != JSON_NONE ||
        json_member(&j, JSON_ROOT, "spec_version") != JSON_NONE)
        return CYBER_STIX;
    if (json_member(&j, JSON_ROOT, "catalogVersion") != JSON_NONE)
        return CYBER_KEV;
    if (json_member(&j, json_member(&j, JSON_ROOT, "document"), "csaf_version") != JSON_NONE)
        return CYBER_CSAF;
    return CYBER_MISP;
}

static bool read_text(struct cyber_intake *in, struct span text, enum cyber_form form, struct arena *a,
                      struct why *w)
{
    struct intel_sink sink = sink_of(in);
    struct misp_stats misp;
    struct csaf_stats csaf;

    switch (form == CYBER_ANY ? guess(text, a) : form) {
    case CYBER_MISP:
        return misp_read(text, &in->about, &sink, a, &misp, w);
    case CYBER_KEV:
        return read_kev(in, text, a, w);
    case CYBER_CSAF:
        return csaf_to_stix(text, &in->about, &sink, a, &csaf, w);
    case CYBER_STIX:
        return read_stix(in, text, w);
    case CYBER_LIST:
    case CYBER_ANY:
        break;
    }
    return read_list(in, text, a, w);
}

struct feed {
    struct cyber_intake *in;
    const char *folder;
    bool ok;
};

/* Its UUID names the file of an event. */
static bool on_feed_event(void *ctx, const struct misp_feed_event *e)
{
    struct feed *f = ctx;
    const char *before = f->in->file;
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%.*s.json", f->folder, (int)e->uuid.n, (const char *)e->uuid.p);
    f->ok = cyber_intake_file(f->in, path, CYBER_MISP) && f->ok;
    f->in->file = before;
    return true;
}

static bool read_feed(struct cyber_intake *in, const char *folder)
{
    struct feed f = { in, folder, true };
    struct intel_sink sink = sink_of(in);
    struct why w = { 0 };
    char path[4096];
    struct buffer b;
    struct arena a;

    (void)snprintf(path, sizeof path, "%s/manifest.json", folder);
    if (!cyber_read_file(path, &b, &w)) {
        cli_why(in->command, path, &w);
        return false;
    }
    in->file = path;
    arena_init(&a, LIMIT_INTEL_OUT);
    if (!misp_read_manifest(buf_span(&b), on_feed_event, &sink, &f, &a, &w))
        refuse_file(in, &w);
    arena_free(&a);
    buf_free(&b);
    in->file = folder;
    return f.ok;
}

bool cyber_intake_file(struct cyber_intake *in, const char *path, enum cyber_form form)
{
    struct why w = { 0 };
    struct stat st;
    struct buffer b;
    struct arena a;

    in->file = path;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return read_feed(in, path);
    if (!cyber_read_file(path, &b, &w)) {
        cli_why(in->command, path, &w);
        return false;
    }
    arena_init(&a, LIMIT_INTEL_OUT);
    if (!read_text(in, buf_span(&b), form, &a, &w))
        refuse_file(in, &w);
    arena_free(&a);
    buf_free(&b);
    return true;
}

void cyber_intake_bundle(const struct cyber_intake *in, struct buffer *out)
{
    struct stix_uuid uuid;
    struct digest d;
    char text[STIX_UUID_TEXT];

    digest_of(DIGEST_SHA256, buf_span(&in->objects), &d);
    object_derive("bundle", digest_span(&d), (struct span){ NULL, 0 }, &uuid);
    buf_printf(out, "{\"type\":\"bundle\",\"id\":\"bundle--%s\"", stix_uuid_text(&uuid, text));
    if (in->n) {
        buf_str(out, ",\"objects\":[\n");
        buf_put(out, buf_span(&in->objects));
        buf_str(out, "\n]");
    }
    buf_str(out, "}\n");
}
