#include <getopt.h>

#include "cli/stix.h"
#include "cli/stix_pattern.h"
#include "stix/pattern.h"
#include "wire/json.h"
#include "wire/json_write.h"

struct checking {
    bool json;
    struct json_writer out;
    struct buffer b;
    size_t valid, invalid, other;
};

static void put_json(struct checking *k, const char *name, const struct pattern *p, struct span text,
                     const struct why *w)
{
    size_t line, column;

    jw_object(&k->out, NULL);
    jw_str(&k->out, "name", name);
    jw_bool(&k->out, "valid", w == NULL);
    if (w) {
        jw_str(&k->out, "reason", w->reason);
        jw_str(&k->out, "clause", w->clause);
        jw_str(&k->out, "detail", w->detail);
        if (w->offset != WHY_NO_OFFSET) {
            pattern_place(text, w->offset, &line, &column);
            jw_int(&k->out, "line", (int64_t)line);
            jw_int(&k->out, "column", (int64_t)column);
        }
    } else {
        jw_int(&k->out, "level", (int64_t)pattern_level(p));
        jw_bool(&k->out, "never_matches", pattern_never(p) != PATTERN_NONE);
    }
    jw_object_end(&k->out);
}

/* One pattern; say: also when nothing is wrong with it. */
static void check(struct checking *k, const char *name, struct span text, bool say)
{
    struct arena a;
    struct why w = { 0 };
    struct pattern p = { 0 };
    bool ok;

    arena_init(&a, LIMIT_PATTERN_SCRATCH);
    ok = pattern_parse(text, &a, &p, &w) && pattern_check(&p, &w);
    ++*(ok ? &k->valid : &k->invalid);
    if (k->json) {
        put_json(k, name, &p, text, ok ? NULL : &w);
    } else if (!ok) {
        stix_pattern_say_why(name, text, &w);
    } else {
        if (say)
            (void)printf(_("a pattern of level %u\n"), pattern_level(&p));
        if (pattern_never(&p) != PATTERN_NONE) {
            w = (struct why){ .reason = "never-matches",
                              .clause = "STIX 2.1 9.5",
                              .offset = pattern_never(&p) };
            (void)snprintf(w.detail, sizeof w.detail,
                           _("this AND joins different object types: it never holds"));
            stix_pattern_say_why(name, text, &w);
        }
    }
    arena_free(&a);
}

/* An indicator's pattern, if it is in this language (4.7). */
static void check_object(struct checking *k, const struct json *j, json_ref o, struct arena *a)
{
    json_ref kind = json_member(j, o, "pattern_type");
    struct span text, id = SPAN("indicator");
    char *name;

    if (!json_text_is(j, json_member(j, o, "type"), "indicator"))
        return;
    if (kind != JSON_NONE && !json_text_is(j, kind, "stix")) {
        k->other++;
        return;
    }
    (void)!json_text_of(j, json_member(j, o, "id"), a, &id);
    name = arena_str(a, id);
    if (json_text_of(j, json_member(j, o, "pattern"), a, &text) && name)
        check(k, name, text, false);
}

static bool check_bundle(struct checking *k, const char *file, struct arena *a, struct why *w)
{
    struct buffer b = { 0 };
    struct json j;
    json_ref list;

    if (!stix_file_bytes(file, &b, w))
        return false;
    if (!json_parse(buf_span(&b), a, &j, w)) {
        buf_free(&b);
        return false;
    }
    list = json_is(&j, JSON_ROOT, JSON_KIND_ARRAY) ? JSON_ROOT : json_member(&j, JSON_ROOT, "objects");
    if (list == JSON_NONE)
        check_object(k, &j, JSON_ROOT, a);
    for (json_ref o = json_first(&j, list); o != JSON_NONE; o = json_after(&j, list, o))
        check_object(k, &j, o, a);
    buf_free(&b);
    return true;
}

static int finish(struct checking *k, bool bundle)
{
    if (k->json)
        (void)fwrite(k->b.p, 1, k->b.n, stdout);
    else if (bundle)
        (void)printf(_("%zu patterns valid, %zu not; %zu indicators in other languages\n"), k->valid,
                     k->invalid, k->other);
    return k->invalid ? CLI_NEGATIVE : CLI_POSITIVE;
}

int stix_pattern_check(int argc, char **argv)
{
    static const struct option options[] = { { "bundle", required_argument, NULL, 'b' },
                                             { "json", no_argument, NULL, 'j' },
                                             { NULL, 0, NULL, 0 } };
    struct checking k = { 0 };
    struct arena a;
    struct why w = { 0 };
    struct span text;
    const char *file = NULL, *bundle = NULL;
    int rc = CLI_USAGE, c;
    bool ok;

    while ((c = getopt_long(argc, argv, "f:", options, NULL)) >= 0)
        if (c == 'f')
            file = optarg;
        else if (c == 'b')
            bundle = optarg;
        else if (c == 'j')
            k.json = true;
        else
            return cli_bad_option("stix");
    if (optind + (!file && !bundle) != argc || (file && bundle))
        return cli_usage("stix", "give one pattern, -f FILE or --bundle FILE");
    arena_init(&a, (size_t)1 << 31);
    buf_init(&k.b, (size_t)64 << 20);
    k.out = json_to(&k.b);
    if (k.json)
        jw_array(&k.out, NULL);
    if (bundle)
        ok = check_bundle(&k, bundle, &a, &w);
    else if ((ok = stix_pattern_given(file ? NULL : argv[optind], file, &a, &text, &w)))
        check(&k, file ? file : "pattern", text, true);
    if (k.json) {
        jw_array_end(&k.out);
        buf_u8(&k.b, '\n');
    }
    if (ok)
        rc = finish(&k, bundle != NULL);
    else
        cli_why("stix pattern check", bundle ? bundle : file, &w);
    buf_free(&k.b);
    arena_free(&a);
    return rc;
}
