/* serai cyber convert: STIX objects as MISP events, a MISP feed, a bundle or a table. */
#include <getopt.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/text.h"
#include "cli/cyber.h"
#include "cli/cyber_intel.h"
#include "cli/options.h"
#include "files/durable.h"
#include "intel/indicator.h"
#include "intel/misp.h"
#include "wire/json.h"

#define COMMAND "cyber convert"

struct writing {
    const char *folder; /* of a feed; NULL: all events into b */
    struct buffer b;
    size_t events, attributes;
    struct why w;
};

static bool on_event(void *ctx, const struct misp_written *e)
{
    struct writing *wr = ctx;
    char name[64];

    wr->events++;
    wr->attributes += e->attributes;
    if (!wr->folder) {
        if (wr->b.n)
            buf_str(&wr->b, ",\n");
        buf_put(&wr->b, e->json);
        return buf_ok(&wr->b);
    }
    (void)snprintf(name, sizeof name, "%.*s.json", (int)e->uuid.n, (const char *)e->uuid.p);
    return file_replace(wr->folder, name, e->json, NULL, &wr->w);
}

static bool write_feed(struct misp_writer *m, struct writing *wr)
{
    struct buffer b;
    bool ok;

    buf_init(&b, LIMIT_INTEL_FILE);
    misp_writer_hashes(m, &b);
    ok = buf_ok(&b) && file_replace(wr->folder, "hashes.csv", buf_span(&b), NULL, &wr->w);
    buf_reset(&b);
    misp_writer_manifest(m, &b); /* last: what it names is there */
    ok = ok && buf_ok(&b) && file_replace(wr->folder, "manifest.json", buf_span(&b), NULL, &wr->w);
    buf_free(&b);
    return ok;
}

static bool add_all(struct misp_writer *m, struct span bundle, struct arena *a, struct why *w)
{
    json_ref list;
    struct json j;

    if (!json_parse(bundle, a, &j, w))
        return false;
    list = json_member(&j, JSON_ROOT, "objects");
    for (json_ref i = json_first(&j, list); i != JSON_NONE; i = json_after(&j, list, i))
        if (!misp_writer_add(m, json_source(&j, i), w))
            return false;
    return true;
}

static int to_misp(struct span bundle, const struct misp_write_about *about, const char *out, bool feed)
{
    struct misp_writer *m = misp_writer_new(about);
    struct writing wr = { .folder = feed ? out : NULL };
    size_t left_out = 0;
    struct buffer all;
    struct arena a;
    bool ok;

    arena_init(&a, LIMIT_INTEL_OUT);
    buf_init(&wr.b, LIMIT_INTEL_OUT);
    buf_init(&all, LIMIT_INTEL_OUT);
    ok = (!feed || folder_make(out, NULL, &wr.w)) && add_all(m, bundle, &a, &wr.w) &&
         misp_writer_events(m, on_event, &wr, &left_out, &wr.w);
    if (ok && feed)
        ok = write_feed(m, &wr);
    if (ok && !feed) {
        buf_str(&all, "{\"response\":[");
        buf_put(&all, buf_span(&wr.b));
        buf_str(&all, "]}\n");
        ok = buf_ok(&all) && cli_write(out, buf_span(&all), 0644, &wr.w);
    }
    if (ok)
        fprintf(stderr, _("%s: %zu events, %zu attributes, %zu objects left out\n"), out, wr.events,
                wr.attributes, left_out);
    else
        cli_why(COMMAND, out, &wr.w);
    buf_free(&all);
    buf_free(&wr.b);
    arena_free(&a);
    misp_writer_free(m);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

/* A value that a program for tables would run as a formula gets a quote in front. */
static void put_cell(struct buffer *b, struct span s)
{
    buf_u8(b, '"');
    if (s.n && strchr("=+-@\t", s.p[0]))
        buf_u8(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_u8(b, '"');
        buf_u8(b, s.p[i] < ' ' ? ' ' : s.p[i]);
    }
    buf_u8(b, '"');
}

static struct span member(const struct json *j, json_ref v, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    return json_text_of(j, json_member(j, v, name), a, &s) ? s : (struct span){ NULL, 0 };
}

static enum tlp tlp_of(const struct json *j, json_ref v, bool *marked)
{
    json_ref list = json_member(j, v, "object_marking_refs");
    enum tlp all = TLP_CLEAR, t;
    unsigned version;

    *marked = false;
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        struct span s = json_source(j, i);
        struct stix_id id;

        if (s.n < 2 || !stix_id_read(span_sub(s, 1, s.n - 1), &id) || !stix_tlp_of(&id.uuid, &t, &version))
            continue;
        all = tlp_stricter(all, t);
        *marked = true;
    }
    return all;
}

/* One line for each value of a simple pattern; others are counted. */
static bool put_rows(struct buffer *b, const struct json *j, json_ref v, struct arena *a)
{
    struct pattern_part part[PATTERN_PARTS];
    struct intel_value value;
    size_t n, put = 0;
    bool any, marked;
    enum tlp tlp = tlp_of(j, v, &marked);

    if (!indicator_read_pattern(member(j, v, "pattern", a), a, part, PATTERN_PARTS, &n, &any) ||
        (n > 1 && !any))
        return false;
    for (size_t i = 0; i < n; i++) {
        enum intel_kind k = indicator_kind_of(&part[i], &value);

        if (k == INTEL_NONE)
            continue;
        buf_printf(b, "%s,", intel_kind_word(k));
        put_cell(b, intel_value_span(&value));
        buf_printf(b, ",%s,", marked ? tlp_word(TLP_STIX, tlp) : "");
        buf_put(b, json_source(j, json_member(j, v, "confidence")));
        buf_u8(b, ',');
        buf_put(b, member(j, v, "valid_from", a));
        buf_u8(b, ',');
        put_cell(b, member(j, v, "description", a));
        buf_u8(b, ',');
        buf_put(b, member(j, v, "id", a));
        buf_u8(b, '\n');
        put++;
    }
    return put > 0;
}

static int to_csv(struct span bundle, const char *out)
{
    size_t left_out = 0;
    struct why w = { 0 };
    struct buffer b;
    struct arena a;
    json_ref list;
    struct json j;
    bool ok;

    arena_init(&a, LIMIT_INTEL_OUT);
    buf_init(&b, LIMIT_INTEL_OUT);
    ok = json_parse(bundle, &a, &j, &w);
    list = ok ? json_member(&j, JSON_ROOT, "objects") : JSON_NONE;
    buf_str(&b, "type,indicator,tlp,confidence,first_seen,comment,stix_id\n");
    for (json_ref i = ok ? json_first(&j, list) : JSON_NONE; i != JSON_NONE; i = json_after(&j, list, i)) {
        if (!json_text_is(&j, json_member(&j, i, "type"), "indicator") ||
            json_is(&j, json_member(&j, i, "revoked"), JSON_KIND_TRUE))
            continue;
        left_out += !put_rows(&b, &j, i, &a);
    }
    ok = ok && buf_ok(&b) && cli_write(out, buf_span(&b), 0644, &w);
    if (ok)
        fprintf(stderr, _("%s: %zu indicators left out: more than a list of values can say\n"), out,
                left_out);
    else
        cli_why(COMMAND, out, &w);
    buf_free(&b);
    arena_free(&a);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}

static int to_stix(struct span bundle, const char *out)
{
    struct why w = { 0 };

    if (cli_write(out, bundle, 0644, &w))
        return CLI_POSITIVE;
    cli_why(COMMAND, out, &w);
    return CLI_USAGE;
}

int cyber_convert_command(int argc, char **argv)
{
    const char *to = NULL, *out = NULL, *org = "Serai", *org_uuid = NULL, *info = "Indicators", *at = NULL;
    bool help = false, ok = true;
    const struct cli_text text[] = { { "to", &to },     { "out", &out },
                                     { "org", &org },   { "org-uuid", &org_uuid },
                                     { "info", &info }, { "at", &at },
                                     { NULL, NULL } };
    const struct cli_flag flag[] = { { "help", &help }, { NULL, NULL } };
    struct misp_write_about about;
    struct cyber_intake in;
    struct buffer b;
    int code = CLI_USAGE;

    if (!cli_options(argc, argv, text, flag))
        return cli_bad_option(COMMAND);
    if (!to || !out || optind == argc)
        return cli_usage(COMMAND, "--to, --out and files are needed");
    cyber_intake_init(&in, COMMAND);
    buf_init(&b, LIMIT_INTEL_OUT);
    if (!cli_time(at, &in.about.now)) {
        (void)cli_usage(COMMAND, "--at is no time");
        goto out;
    }
    for (int i = optind; i < argc; i++)
        ok = cyber_intake_file(&in, argv[i], CYBER_ANY) && ok;
    if (!ok)
        goto out;
    cyber_intake_bundle(&in, &b);
    about = (struct misp_write_about){ span_str(org), span_str(org_uuid), span_str(info), in.about.now };
    if (strcmp(to, "misp") == 0 || strcmp(to, "misp-feed") == 0)
        code = to_misp(buf_span(&b), &about, out, to[4] != 0);
    else if (strcmp(to, "csv") == 0)
        code = to_csv(buf_span(&b), out);
    else if (strcmp(to, "stix") == 0)
        code = to_stix(buf_span(&b), out);
    else
        code = cli_usage(COMMAND, "--to is misp, misp-feed, stix or csv");
    if (code == CLI_POSITIVE && in.refused)
        code = CLI_NEGATIVE;
out:
    buf_free(&b);
    cyber_intake_free(&in);
    return code;
}
