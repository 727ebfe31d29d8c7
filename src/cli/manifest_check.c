/* serai manifest check */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/manifest.h"
#include "cli/options.h"
#include "node/instance.h"
#include "wire/json.h"

static const char command[] = "manifest check";

enum { PARAMETERS = 13, POLL_MS = 100 };

struct options {
    struct manifest_call call;
    bool progress;
    struct {
        const char *name, *value;
    } given[PARAMETERS];
};

static void show_progress(void *ctx, int64_t done, int64_t parts)
{
    const struct options *o = ctx;

    if (o->progress)
        (void)fprintf(stderr, _("%lld of %lld parts\n"), (long long)done, (long long)parts);
}

static void tell_report(const struct options *o, const struct manifest_report *r)
{
    if (o->progress)
        (void)fprintf(stderr, _("%zu persons read, %zu with something to mend\n"), r->persons, r->faulty);
}

static bool run_here(const struct options *o, struct instance *i, struct span text, unix_time now,
                     char reference[65], struct arena *a, struct why *w)
{
    struct manifest_request r = { .text = text };
    struct manifest_report *report = arena_alloc(a, sizeof *report);
    long threads = sysconf(_SC_NPROCESSORS_ONLN);
    const struct manifest_job job = { .check = &i->check,
                                      .threads = threads > 1 ? 2 : 1,
                                      .now = now,
                                      .progress = show_progress,
                                      .ctx = (void *)(uintptr_t)o };
    enum store_put what;

    if (!report)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t k = 0; k < PARAMETERS; k++)
        if (o->given[k].value && !manifest_request_set(&r, o->given[k].name, span_str(o->given[k].value), w))
            return false;
    if (!manifest_take(&i->check, &r, now, reference, &what, a, report, w))
        return false;
    tell_report(o, report);
    return manifest_run(&job, span_str(reference), w);
}

/* ---- by a running node ---- */

static bool text_member(struct span json, const char *name, struct arena *a, struct span *out)
{
    struct json j;

    return json_parse(json, a, &j, NULL) && json_text_of(&j, json_member(&j, JSON_ROOT, name), a, out);
}

static bool send_list(const struct options *o, struct span text, char reference[65], struct arena *a,
                      struct why *w)
{
    struct ask_call q = { .type = "application/octet-stream", .body = text };
    struct ask_called got = { 0 };
    struct buffer path;
    struct span id;
    bool ok;

    buf_init(&path, 8192);
    buf_str(&path, "/v1/manifests");
    for (size_t k = 0; k < PARAMETERS; k++)
        manifest_put_query(&path, o->given[k].name, o->given[k].value);
    q.path = buf_cstr(&path);
    ok = ask_call(o->call.url, &q, a, &got, w);
    if (!ok && got.status == 201) { /* taken in */
        why_clear(w);
        ok = true;
    }
    buf_free(&path);
    if (!ok || !text_member(got.body, "id", a, &id) || id.n > 64)
        return ok && why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the answer is none of a node");
    memcpy(reference, id.p, id.n);
    reference[id.n] = 0;
    return true;
}

static int64_t number_member(struct span json, const char *name, struct arena *a)
{
    struct json j;
    int64_t n = 0;

    return json_parse(json, a, &j, NULL) && json_int64(&j, json_member(&j, JSON_ROOT, name), &n) ? n : 0;
}

/* The node works on it whether anybody waits or not. */
static bool wait_done(const struct options *o, const char *reference, struct why *w)
{
    const struct timespec pause = { .tv_nsec = POLL_MS * 1000 * 1000 };
    int64_t told = -1;

    for (;;) {
        struct span known, state;
        struct arena a;
        int64_t done;
        bool ok, over;

        arena_init(&a, 64 << 20);
        ok = manifest_known(&o->call, NULL, reference, &a, &known, w) &&
             text_member(known, "state", &a, &state);
        over = ok && !span_eq_str(state, "waiting") && !span_eq_str(state, "arriving");
        done = ok ? number_member(known, "done", &a) : 0;
        if (ok && done != told)
            show_progress((void *)(uintptr_t)o, told = done, number_member(known, "parts", &a));
        arena_free(&a);
        if (!ok || over)
            return ok || why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the answer is none of a node");
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- the end of it ---- */

static int exit_of(struct span known, struct arena *a)
{
    int64_t refer = 0, mend = 0;
    json_ref s;
    struct json j;

    if (!json_parse(known, a, &j, NULL))
        return CLI_USAGE;
    s = json_member(&j, JSON_ROOT, "summary");
    if (!json_int64(&j, json_member(&j, s, "refer"), &refer) ||
        !json_int64(&j, json_member(&j, s, "mend"), &mend))
        return CLI_UNDETERMINED;
    return refer || mend ? CLI_NEGATIVE : CLI_POSITIVE;
}

static int report(const struct options *o, const struct check_context *c, const char *reference,
                  unix_time now, struct arena *a, struct why *w)
{
    struct span known;

    if (!manifest_known(&o->call, c, reference, a, &known, w) ||
        (o->call.out && !manifest_write_results(&o->call, c, reference, now, w)))
        return -1;
    if (o->call.json)
        printf("%.*s\n", (int)known.n, (const char *)known.p);
    else
        manifest_print(known);
    return exit_of(known, a);
}

static int run(const struct options *o, const char *path, unix_time now)
{
    static struct instance node;
    char reference[65] = "";
    struct why w = { 0 };
    struct buffer text;
    struct arena a;
    int code = -1;

    if (!cli_read_most(path, LIMIT_MANIFEST, &text, &w)) {
        cli_why(command, path, &w);
        return CLI_USAGE;
    }
    arena_init(&a, 256 << 20);
    if (o->call.url) {
        if (send_list(o, buf_span(&text), reference, &a, &w) && wait_done(o, reference, &w))
            code = report(o, NULL, reference, now, &a, &w);
    } else if (instance_open(o->call.node, INSTANCE_STORE, &node, &w)) {
        if (run_here(o, &node, buf_span(&text), now, reference, &a, &w))
            code = report(o, &node.check, reference, now, &a, &w);
        instance_close(&node);
    }
    if (code < 0) {
        ask_why(command, path, &w);
        code = CLI_USAGE;
    }
    arena_free(&a);
    buf_free(&text);
    return code;
}

int manifest_check_command(int argc, char **argv)
{
    static struct options o;
    const char *office = NULL;
    unix_time now = 0;

    o = (struct options){ .given = { { "id", NULL },
                                     { "office", NULL },
                                     { "name", NULL },
                                     { "format", NULL },
                                     { "purpose", NULL },
                                     { "mode", NULL },
                                     { "post", NULL },
                                     { "from", NULL },
                                     { "group", NULL },
                                     { "entry", NULL },
                                     { "stay_days", NULL },
                                     { "document_kind", NULL },
                                     { "keep_days", NULL } } };
    const struct cli_text texts[] = { { "node", &o.call.node },
                                      { "url", &o.call.url },
                                      { "out", &o.call.out },
                                      { "only", &o.call.only },
                                      { "at", &o.call.at },
                                      { "id", &o.given[0].value },
                                      { "office", &office },
                                      { "name", &o.given[2].value },
                                      { "format", &o.given[3].value },
                                      { "purpose", &o.given[4].value },
                                      { "mode", &o.given[5].value },
                                      { "post", &o.given[6].value },
                                      { "from", &o.given[7].value },
                                      { "group", &o.given[8].value },
                                      { "entry", &o.given[9].value },
                                      { "stay", &o.given[10].value },
                                      { "kind", &o.given[11].value },
                                      { "keep", &o.given[12].value },
                                      { NULL, NULL } };
    const struct cli_flag flags[] = { { "json", &o.call.json },
                                      { "progress", &o.progress },
                                      { "organiser", &o.call.organiser },
                                      { NULL, NULL } };

    if (!cli_options(argc, argv, texts, flags))
        return cli_bad_option(command);
    if (!o.call.node == !o.call.url || argc - optind != 1)
        return cli_usage(command, "say --node FOLDER or --url URL, and one file");
    if (o.call.url && o.call.at)
        return cli_usage(command, "a running node uses its own clock: --at goes with --node only");
    if (!cli_time(o.call.at, &now))
        return cli_usage(command, "--at wants a date or a time such as 2026-01-31T12:00:00Z");
    o.given[1].value = o.call.office = office ? office : "command-line";
    return run(&o, argv[optind], now);
}
