#include <getopt.h>

#include "cli/stix_pattern.h"
#include "stix/pattern_match.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char *const words[] = { "no match", "match", "undetermined" };

static struct span id_of(const struct pattern_observed *list, uint32_t i)
{
    return list->id[i].n ? list->id[i] : SPAN("(no id)");
}

static void put_text(enum pattern_verdict v, const struct pattern_binding *b,
                     const struct pattern_observed *list, const struct why *w)
{
    (void)puts(words[v]);
    if (v == PATTERN_UNDETERMINED) {
        (void)printf("  ");
        cli_put(stdout, w->detail);
        (void)printf(" (%s)\n", w->reason);
    }
    for (uint32_t i = 0; i < b->n; i++) {
        struct span id = id_of(list, b->bound[i].observation);
        char text[128];

        (void)snprintf(text, sizeof text, "%.*s", (int)id.n, (const char *)id.p);
        (void)printf(_("  [%u] observation %u "), b->bound[i].bracket + 1, b->bound[i].observation + 1);
        cli_put(stdout, text);
        if (b->bound[i].number > 1)
            (void)printf(" x %llu", (unsigned long long)b->bound[i].number);
        (void)putchar('\n');
    }
}

static void put_json(enum pattern_verdict v, const struct pattern_binding *b,
                     const struct pattern_observed *list, const struct why *w)
{
    static const char *const verdicts[] = { "no-match", "match", "undetermined" };
    struct buffer out;
    struct json_writer j = json_to(&out);

    buf_init(&out, (size_t)64 << 20);
    jw_object(&j, NULL);
    jw_str(&j, "verdict", verdicts[v]);
    if (v == PATTERN_UNDETERMINED) {
        jw_str(&j, "reason", w->reason);
        jw_str(&j, "detail", w->detail);
    }
    jw_array(&j, "observations");
    for (uint32_t i = 0; i < b->n; i++) {
        jw_object(&j, NULL);
        jw_int(&j, "bracket", b->bound[i].bracket + 1);
        jw_int(&j, "observation", b->bound[i].observation + 1);
        jw_text(&j, "id", list->id[b->bound[i].observation]);
        jw_int(&j, "number", (int64_t)b->bound[i].number);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    buf_u8(&out, '\n');
    (void)fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
}

static int match(const struct pattern *p, const struct pattern_observed *list, struct arena *a, bool json,
                 struct why *w)
{
    struct pattern_code *code = NULL;
    struct pattern_work *work;
    struct pattern_binding b = { 0 };
    enum pattern_verdict v;

    if (!pattern_compile(p, NULL, a, &code, w))
        return -1;
    work = pattern_work_new();
    v = pattern_match(code, list->o, list->n, work, a, &b, w);
    (json ? put_json : put_text)(v, &b, list, w);
    pattern_work_free(work);
    pattern_code_free(code);
    return v == PATTERN_MATCH ? CLI_POSITIVE : v == PATTERN_NO_MATCH ? CLI_NEGATIVE : CLI_UNDETERMINED;
}

static int refuse(struct span text, const char *name, bool json, const struct why *w)
{
    struct buffer out;
    struct json_writer j = json_to(&out);
    size_t line, column;

    if (!json) {
        (void)puts(_("error"));
        stix_pattern_say_why(name, text, w);
        return CLI_USAGE;
    }
    buf_init(&out, 1 << 16);
    jw_object(&j, NULL);
    jw_str(&j, "verdict", "error");
    jw_str(&j, "reason", w->reason);
    jw_str(&j, "detail", w->detail);
    jw_str(&j, "clause", w->clause);
    if (w->offset != WHY_NO_OFFSET) {
        pattern_place(text, w->offset, &line, &column);
        jw_int(&j, "line", (int64_t)line);
        jw_int(&j, "column", (int64_t)column);
    }
    jw_object_end(&j);
    buf_u8(&out, '\n');
    (void)fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    return CLI_USAGE;
}

/* A pattern that is not read matches nothing (9.4): the error is said and the code is that of a wrong input.
 */
static int run(struct span text, const char *name, const char *observed, bool json, struct arena *a,
               struct why *w)
{
    struct pattern_observed list;
    struct pattern p;
    struct span bytes;
    struct json j;
    int rc;

    if (!pattern_parse(text, a, &p, w))
        return refuse(text, name, json, w);
    if (!cli_read(observed, a, &bytes, w) || !json_parse(bytes, a, &j, w) ||
        !pattern_observed_read(&j, a, &list, w)) {
        cli_why("stix pattern match", observed, w);
        return CLI_USAGE;
    }
    rc = match(&p, &list, a, json, w);
    return rc >= 0 ? rc : refuse(text, name, json, w);
}

int stix_pattern_match(int argc, char **argv)
{
    static const struct option options[] = { { "json", no_argument, NULL, 'j' }, { NULL, 0, NULL, 0 } };
    struct arena a;
    struct why w = { 0 };
    struct span text;
    const char *file = NULL;
    bool json = false;
    int rc = CLI_USAGE, c;

    while ((c = getopt_long(argc, argv, "f:", options, NULL)) >= 0)
        if (c == 'f')
            file = optarg;
        else if (c == 'j')
            json = true;
        else
            return cli_bad_option("stix");
    if (optind + 1 + (file == NULL) != argc)
        return cli_usage("stix", "give a pattern (or -f FILE) and a file of observations");
    arena_init(&a, (size_t)1 << 31);
    if (stix_pattern_given(file ? NULL : argv[optind], file, &a, &text, &w))
        rc = run(text, file ? file : "pattern", argv[argc - 1], json, &a, &w);
    else
        cli_why("stix pattern match", file, &w);
    arena_free(&a);
    return rc;
}
