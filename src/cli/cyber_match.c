#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cyber.h"
#include "cli/cyber_run.h"
#include "wire/json_write.h"

enum { FILES = 256 };

struct asked {
    const char *indicators[FILES], *warninglists[FILES];
    size_t indicators_n, warninglists_n;
    const char *sightings, *observer;
    bool follow;
};

/* Behind getopt's own letters. */
enum option_name {
    O_IMAGE = 256,
    O_INDICATORS,
    O_WARNINGLIST,
    O_FORMAT,
    O_FIELD,
    O_DELIMITER,
    O_WIDE,
    O_FOLLOW,
    O_ONCE,
    O_POSITION,
    O_HITS,
    O_SIGHTINGS,
    O_OBSERVER,
    O_THREADS,
    O_DETAILS
};

static const struct option options[] = {
    { "image", required_argument, NULL, O_IMAGE },
    { "indicators", required_argument, NULL, O_INDICATORS },
    { "warninglist", required_argument, NULL, O_WARNINGLIST },
    { "format", required_argument, NULL, O_FORMAT },
    { "field", required_argument, NULL, O_FIELD },
    { "delimiter", required_argument, NULL, O_DELIMITER },
    { "wide", no_argument, NULL, O_WIDE },
    { "follow", no_argument, NULL, O_FOLLOW },
    { "once", no_argument, NULL, O_ONCE },
    { "position", required_argument, NULL, O_POSITION },
    { "hits", required_argument, NULL, O_HITS },
    { "sightings", required_argument, NULL, O_SIGHTINGS },
    { "observer", required_argument, NULL, O_OBSERVER },
    { "threads", required_argument, NULL, O_THREADS },
    { "details", no_argument, NULL, O_DETAILS },
    { "json", no_argument, NULL, 'j' },
    { NULL, 0, NULL, 0 },
};

static bool fields_of(struct detect_log_how *how, const char *list)
{
    struct span rest = span_str(list), one;
    uint64_t v;

    while (text_split(&rest, ',', &one)) {
        if (how->fields == LOG_PLAIN_FIELDS || !text_number(one, 10000, &v) || v == 0)
            return false;
        how->field[how->fields++] = (unsigned)v;
    }
    return how->fields > 0;
}

static bool keep_path(const char **list, size_t *n, const char *path)
{
    if (*n == FILES)
        return false;
    list[(*n)++] = path;
    return true;
}

/* "\t" is a tab. */
static bool delimiter_of(const char *s, uint8_t *out)
{
    *out = (uint8_t)(strcmp(s, "\\t") == 0 ? '\t' : s[0]);
    return s[0] && (!s[1] || *out == '\t');
}

static bool take_option(struct cyber_run *r, struct asked *q, int c, const char *arg)
{
    uint64_t n;

    switch (c) {
    case O_IMAGE:
        r->live.image = arg;
        return true;
    case O_INDICATORS:
        return keep_path(q->indicators, &q->indicators_n, arg);
    case O_WARNINGLIST:
        return keep_path(q->warninglists, &q->warninglists_n, arg);
    case O_FORMAT:
        return detect_format_named(arg, &r->log.format);
    case O_FIELD:
        return fields_of(&r->log, arg);
    case O_DELIMITER:
        return delimiter_of(arg, &r->log.delimiter);
    case O_THREADS:
        if (!text_number(span_str(arg), 64, &n) || n == 0)
            return false;
        r->threads = (unsigned)n;
        return true;
    case O_POSITION:
        r->position = arg;
        return true;
    case O_HITS:
        r->hits_path = arg;
        return true;
    case O_SIGHTINGS:
        q->sightings = arg;
        return true;
    case O_OBSERVER:
        q->observer = arg;
        return true;
    case O_WIDE:
        return r->log.wide = true;
    case O_ONCE:
        return r->once = q->follow = true;
    case O_FOLLOW:
        return q->follow = true;
    case O_DETAILS:
        return r->hits.details = true;
    case 'j':
        return r->json = true;
    default:
        return false;
    }
}

static int read_options(int argc, char **argv, struct cyber_run *r, struct asked *q)
{
    int c;

    while ((c = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
        if (c == '?')
            return cli_bad_option("cyber match");
        if (!take_option(r, q, c, optarg))
            return cli_usage("cyber match", "what is given with an option is not understood: %s",
                             optarg ? optarg : argv[optind - 1]);
    }
    if (optind == argc)
        return cli_usage("cyber match", "name a log; \"-\" is standard input");
    if (!r->live.image && q->indicators_n == 0)
        return cli_usage("cyber match", "--image or --indicators is needed");
    if (r->position && !q->follow)
        return cli_usage("cyber match", "--position goes with --follow or --once");
    r->path = argv + optind;
    r->paths = (size_t)(argc - optind);
    return CLI_POSITIVE;
}

static void free_image(struct detect_image *i)
{
    void *p = i->mapped ? NULL : (void *)(uintptr_t)i->p;

    detect_image_close(i);
    free(p);
}

/* Files of indicators, made an image in memory. */
static bool compile(const char *const *path, size_t n, bool warnings, struct detect_image *out)
{
    struct detect_build *b = cyber_build(warnings ? DETECT_WARNING : DETECT_ALERT, NULL);
    struct detect_source_counts sum = { 0 };
    struct why w = { 0 };
    bool ok = true;

    for (size_t i = 0; ok && i < n; i++)
        ok = cyber_add("cyber match", b, path[i], warnings, &sum);
    if (ok && !detect_build_memory(b, out, &w)) {
        cli_why("cyber match", "indicators", &w);
        ok = false;
    }
    detect_build_free(b);
    return ok;
}

/* Warning lists: one image, or files of lists. */
static bool read_warnings(const struct asked *q, struct detect_image *image, struct detect_warnings **ret)
{
    struct why w = { 0 };

    if (q->warninglists_n == 0)
        return true;
    if (q->warninglists_n == 1 && detect_image_open(q->warninglists[0], image, &w)) {
        if (image->sign != DETECT_WARNING)
            return cli_usage("cyber match", "%s is an image of indicators, not of warning lists",
                             q->warninglists[0]) == CLI_POSITIVE;
    } else if (!compile(q->warninglists, q->warninglists_n, true, image)) {
        return false;
    }
    why_clear(&w);
    if (detect_warnings_new(image, ret, &w))
        return true;
    cli_why("cyber match", _("warning lists"), &w);
    return false;
}

static bool open_hits(struct cyber_run *r, const struct asked *q)
{
    r->hits.fd = STDOUT_FILENO;
    if (!r->hits_path)
        return true;
    r->hits.fd = open(r->hits_path, O_WRONLY | O_CREAT | O_CLOEXEC | (r->position ? 0 : O_TRUNC), 0644);
    if (r->hits.fd >= 0)
        return true;
    (void)q;
    (void)fprintf(stderr, _("serai cyber match: cannot write %s: %s\n"), r->hits_path, strerror(errno));
    return false;
}

static void summary(const struct cyber_run *r, int64_t ms)
{
    const struct detect_counts *c = &r->counts;
    double rate = ms > 0 ? (double)c->events * 1000 / (double)ms : 0;
    struct json_writer w;
    struct buffer b;

    if (!r->json) {
        (void)fprintf(stderr,
                      _("serai cyber match: %llu events, %llu hits (%llu on warning lists), %llu unparsed, "
                        "%.0f events/s\n"),
                      (unsigned long long)c->events, (unsigned long long)c->hits,
                      (unsigned long long)r->hits.marked, (unsigned long long)(c->unparsed + r->too_long),
                      rate);
        if (r->lost)
            (void)fprintf(stderr,
                          _("serai cyber match: %llu times a log was gone before it was read to its end\n"),
                          (unsigned long long)r->lost);
        return;
    }
    buf_init(&b, 8192);
    w = json_to(&b);
    jw_object(&w, NULL);
    jw_int(&w, "events", (int64_t)c->events);
    jw_int(&w, "hits", (int64_t)c->hits);
    jw_int(&w, "on_warninglists", (int64_t)r->hits.marked);
    jw_int(&w, "unparsed", (int64_t)(c->unparsed + r->too_long));
    jw_int(&w, "outside_validity", (int64_t)c->expired);
    jw_int(&w, "withdrawn", (int64_t)c->withdrawn);
    jw_int(&w, "rotated", (int64_t)r->rotated);
    jw_int(&w, "truncated", (int64_t)r->truncated);
    jw_int(&w, "lost", (int64_t)r->lost);
    jw_int(&w, "events_per_second", (int64_t)rate);
    jw_object_end(&w);
    (void)fprintf(stderr, "%s\n", buf_cstr(&b));
    buf_free(&b);
}

static bool run(struct cyber_run *r, const struct asked *q)
{
    int64_t begun = cyber_clock_ms();
    struct why w = { 0 };

    r->hits.sightings_path = q->sightings;
    if (q->sightings)
        r->hits.sightings = detect_sightings_new(span_str(q->observer ? q->observer : "detector"));
    if (q->follow)
        cyber_run_follow(r);
    else
        cyber_run_files(r);
    if (!q->follow && !r->failed && !cyber_sightings_write(&r->hits, &w)) {
        cli_why("cyber match", q->sightings, &w);
        r->failed = true;
    }
    if (r->hits.failed)
        cli_why("cyber match", "hits", &r->hits.why);
    if (r->hits.full)
        (void)fputs(_("serai cyber match: more indicators were seen than sightings can be kept of\n"),
                    stderr);
    detect_sightings_free(r->hits.sightings);
    summary(r, cyber_clock_ms() - begun);
    return !r->failed && !r->hits.failed && !r->hits.full;
}

int cyber_match_command(int argc, char **argv)
{
    struct cyber_run r = { .threads = 1, .hits.lock = PTHREAD_MUTEX_INITIALIZER };
    struct detect_image beside = { 0 }, lists = { 0 };
    struct detect_warnings *warnings = NULL;
    struct asked q = { 0 };
    int rc = read_options(argc, argv, &r, &q);
    bool ok;

    if (rc != CLI_POSITIVE)
        return rc;
    ok = (q.indicators_n == 0 || compile(q.indicators, q.indicators_n, false, &beside)) &&
         read_warnings(&q, &lists, &warnings) && open_hits(&r, &q);
    r.live.beside = q.indicators_n ? &beside : NULL;
    r.live.warnings = warnings;
    ok = ok && run(&r, &q);
    if (r.hits_path && r.hits.fd > STDERR_FILENO)
        (void)close(r.hits.fd);
    detect_warnings_free(warnings);
    free_image(&lists);
    free_image(&beside);
    return !ok ? CLI_USAGE : r.counts.hits ? CLI_NEGATIVE : CLI_POSITIVE;
}
