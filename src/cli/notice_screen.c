#include "cli/notice_screen.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/notice.h"

enum { ARENA = 64 << 20 };

bool notice_screen_asks(void *ctx, const struct list_shelf *s)
{
    const struct screen_options *o = ctx;

    for (size_t i = 0; i < o->n_list; i++)
        if (strcmp(o->list[i], s->terms.name) == 0)
            return true;
    return !o->n_list;
}

bool list_asked_write(const char *folder, const char *purpose, const char *officer, const char *how,
                      uint64_t asked, uint64_t found, struct why *w)
{
    char path[LIST_PATH], at[TIME_TEXT];
    struct json_writer j;
    struct buffer b;
    FILE *f;
    bool ok;

    buf_init(&b, 4096);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "at", time_format(cli_now(), at));
    jw_str(&j, "purpose", purpose);
    jw_str(&j, "officer", officer);
    jw_str(&j, "how", how);
    jw_int(&j, "asked", (int64_t)asked);
    jw_int(&j, "found", (int64_t)found);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    (void)snprintf(path, sizeof path, "%.*s/asked", LIST_PATH - 64, folder);
    f = fopen(path, "ae");
    ok = f && buf_ok(&b) && fwrite(b.p, 1, b.n, f) == b.n && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    if (f)
        (void)fclose(f);
    buf_free(&b);
    return ok;
}

void list_result_put(struct json_writer *j, const struct list_question *q, const struct list_result *r)
{
    jw_str(j, "list", r->shelf->terms.name);
    jw_text(j, "id", r->entry.id);
    jw_text(j, "schema", r->entry.schema);
    jw_text(j, "caption", list_entry_caption(&r->entry));
    jw_real(j, "score", (double)(int)(r->score * 1000 + .5f) / 1000);
    jw_bool(j, "alerts", r->alerts);
    jw_bool(j, "weak_alias", r->weak);
    jw_text(j, "program", list_entry_first(&r->entry, "program"));
    jw_str(j, "published", r->shelf->about.stated.published);
    list_result_explain(j, "explanations", q, r);
}

static void say(const struct screen_options *o, const struct list_found *f)
{
    for (size_t i = 0; i < f->n; i++) {
        struct json_writer j;
        struct buffer b;

        buf_init(&b, 1 << 20);
        j = json_to(&b);
        jw_object(&j, NULL);
        list_result_put(&j, &o->q, &f->result[i]);
        jw_object_end(&j);
        if (o->json) {
            (void)printf("%s\n", buf_cstr(&b));
        } else {
            struct buffer plain;
            const struct list_result *r = &f->result[i];

            buf_init(&plain, 1 << 20);
            text_put_plain(&plain, list_entry_caption(&r->entry));
            (void)printf("%.3f %s%s:%.*s %s\n", (double)r->score, r->alerts ? "" : _("(no alert) "),
                         r->shelf->terms.name, (int)r->entry.id.n, (const char *)r->entry.id.p,
                         buf_cstr(&plain));
            buf_reset(&plain);
            buf_reset(&b);
            j = json_to(&b);
            list_result_explain(&j, NULL, &o->q, r);
            text_put_plain(&plain, buf_span(&b));
            (void)printf("      %s\n", buf_cstr(&plain));
            buf_free(&plain);
        }
        buf_free(&b);
    }
    if (!f->n && !o->json)
        (void)printf(_("nothing in %zu lists\n"), f->asked);
    if (f->limited)
        (void)fputs(_("serai notice: a limit cut the search; there may be more\n"), stderr);
}

static bool alerts(const struct list_found *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->result[i].alerts)
            return true;
    return false;
}

static int one(struct screen_options *o, const struct list_view *v)
{
    struct list_found f;
    struct why w = { 0 };
    struct arena a;
    int code = CLI_USAGE;

    arena_init(&a, ARENA);
    if (!list_ask(v, &o->q, &a, &f, &w) ||
        !list_asked_write(o->folder, o->purpose, o->officer, "one", 1, f.n != 0, &w)) {
        cli_why("notice", "screen", &w);
    } else {
        say(o, &f);
        code = f.asked == 0 ? CLI_UNDETERMINED : alerts(&f) ? CLI_NEGATIVE : CLI_POSITIVE;
        if (!f.asked)
            (void)fputs(_("serai notice: no list serves this purpose\n"), stderr);
    }
    arena_free(&a);
    return code;
}

static bool number(const char *s, double most, double *out)
{
    char *end;

    *out = strtod(s, &end);
    return *s && !*end && *out > 0 && *out <= most;
}

static int read_options(struct screen_options *o, int argc, char **argv)
{
    static const struct option options[] = {
        { "node", required_argument, NULL, 'n' },
        { "purpose", required_argument, NULL, 'u' },
        { "officer", required_argument, NULL, 'o' },
        { "in", required_argument, NULL, 'i' },
        { "out", required_argument, NULL, 'x' },
        { "list", required_argument, NULL, 'l' },
        { "threshold", required_argument, NULL, 't' },
        { "threads", required_argument, NULL, 'h' },
        { "progress", no_argument, NULL, 'p' },
        { "json", no_argument, NULL, 'j' },
        { "schema", required_argument, NULL, 's' },
        { "birth-date", required_argument, NULL, '_' },
        { "country", required_argument, NULL, '_' },
        { "sex", required_argument, NULL, '_' },
        { "passport", required_argument, NULL, '_' },
        { "id-number", required_argument, NULL, '_' },
        { "registration", required_argument, NULL, '_' },
        { "tax", required_argument, NULL, '_' },
        { "lei", required_argument, NULL, '_' },
        { "bic", required_argument, NULL, '_' },
        { "imo", required_argument, NULL, '_' },
        { "iban", required_argument, NULL, '_' },
        { 0 },
    };
    double v = 0;
    int c, at;

    while ((c = getopt_long(argc, argv, "", options, &at)) != -1) {
        if (c == '?')
            return cli_bad_option("notice");
        if (c == '_')
            list_question_put(&o->q, span_str(list_row_property(span_str(options[at].name))),
                              span_str(optarg));
        if ((c == 't' && !number(optarg, 1, &v)) || (c == 'h' && !number(optarg, 64, &v)))
            return cli_usage("notice", "a number is expected, found %s", optarg);
        if (c == 'l' && o->n_list == sizeof o->list / sizeof *o->list)
            return cli_usage("notice", "too many lists");
        if (c == 'l')
            o->list[o->n_list++] = optarg;
        o->q.least = c == 't' ? (float)v : o->q.least;
        o->threads = c == 'h' ? (unsigned)v : o->threads;
        o->node = c == 'n' ? optarg : o->node;
        o->purpose = c == 'u' ? optarg : o->purpose;
        o->officer = c == 'o' ? optarg : o->officer;
        o->in = c == 'i' ? optarg : o->in;
        o->out = c == 'x' ? optarg : o->out;
        o->q.schema = c == 's' ? span_str(optarg) : o->q.schema;
        o->progress = o->progress || c == 'p';
        o->json = o->json || c == 'j';
    }
    for (; optind < argc; optind++)
        list_question_put(&o->q, SPAN("name"), span_str(argv[optind]));
    return CLI_POSITIVE;
}

int notice_screen_command(int argc, char **argv)
{
    struct screen_options o = { .threads = 2, .q = { .least = SCREEN_OPERATING } };
    const struct list_view *v = NULL;
    struct list_desk *d;
    struct why w = { 0 };
    int code = read_options(&o, argc, argv);

    if (code != CLI_POSITIVE)
        return code;
    o.q.why = o.purpose ? list_reason_of(span_str(o.purpose)) : NULL;
    o.q.asks = notice_screen_asks;
    o.q.ctx = &o;
    if (!o.q.why || !o.officer || !*o.officer)
        return cli_usage("notice",
                         "say why names are looked at (--purpose border-check, payment, …) and who does "
                         "(--officer ID)");
    if (!o.node || !o.in != !o.out)
        return cli_usage("notice", "screen wants --node FOLDER, and --in with --out");
    o.q.officer = span_str(o.officer);
    if (!list_folder_of(o.node, o.folder, &w)) {
        cli_why("notice", o.node, &w);
        return CLI_USAGE;
    }
    d = list_desk_new(o.folder);
    if (list_desk_take(d, &v, &w)) {
        code = o.in ? notice_screen_file(&o, v) : one(&o, v);
        list_desk_give(d, v);
    } else {
        cli_why("notice", o.folder, &w);
        code = CLI_USAGE;
    }
    list_desk_free(d);
    return code;
}
