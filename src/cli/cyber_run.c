#include "cli/cyber_run.h"

#include <stdlib.h>
#include <time.h>

#include "detect/input.h"

int64_t cyber_clock_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void cyber_run_count(struct cyber_run *r, const struct detect_counts *c)
{
    r->counts.events += c->events;
    r->counts.unparsed += c->unparsed;
    r->counts.hits += c->hits;
    r->counts.expired += c->expired;
    r->counts.withdrawn += c->withdrawn;
}

enum { LATE_SECONDS = 7 * 24 * 60 * 60 /* that one log may lie behind another */ };

bool cyber_eye_open(struct cyber_eye *e, const struct cyber_run *r, struct cyber_hit_sink *sink,
                    struct why *w)
{
    memset(e, 0, sizeof *e);
    if (!detect_live_new(&r->live, &e->live, w))
        return false;
    if (detect_live_refused_patterns(e->live))
        (void)fprintf(stderr, _("serai cyber match: %llu patterns are not valid and match nothing\n"),
                      (unsigned long long)detect_live_refused_patterns(e->live));
    e->m = detect_matcher_new(cyber_hit, sink);
    cyber_eye_renew(e);
    return true;
}

void cyber_eye_close(struct cyber_eye *e)
{
    detect_matcher_free(e->m);
    detect_watch_free(e->watch);
    detect_live_free(e->live);
}

void cyber_eye_renew(struct cyber_eye *e)
{
    struct why w = { 0 };
    const struct detect_set *now = detect_live_now(e->live, cyber_clock_ms(), &w);
    const struct detect_patterns *patterns = detect_live_patterns(e->live);

    if (w.reason)
        cli_why("cyber match", _("the image before stays in use"), &w);
    if (now != e->set)
        detect_matcher_use(e->m, now);
    e->set = now;
    if (patterns == e->patterns)
        return;
    detect_matcher_watch(e->m, NULL);
    detect_watch_free(e->watch);
    e->watch = patterns ? detect_watch_new(patterns, LATE_SECONDS) : NULL;
    e->patterns = patterns;
    detect_matcher_watch(e->m, e->watch);
}

struct worker {
    struct cyber_run *r;
    size_t *next; /* the next log, under the lock */
};

static void tell_samples(const char *path, const struct detect_log *log, uint64_t unparsed)
{
    uint64_t line[LOG_SAMPLES];
    size_t n = detect_log_samples(log, line);

    if (n == 0)
        return;
    (void)fprintf(stderr, _("serai cyber match: %s: %llu lines do not parse:"), path,
                  (unsigned long long)unparsed);
    for (size_t i = 0; i < n; i++)
        (void)fprintf(stderr, " %llu", (unsigned long long)line[i]);
    (void)fputs(n < unparsed ? " ...\n" : "\n", stderr);
}

static bool run_file(struct cyber_run *r, const char *path, struct cyber_eye *e, struct cyber_hit_sink *sink)
{
    struct detect_log *log = detect_log_new(&r->log);
    uint64_t unparsed = detect_matcher_counts(e->m)->unparsed;
    struct detect_lines lines = { 0 };
    struct detect_input *in = NULL;
    struct why w = { 0 };
    size_t n = 1, room;
    bool ok = detect_input_open(path, &in, &w);

    while (ok && n) {
        uint8_t *p = detect_lines_room(&lines, &room);

        ok = detect_input_read(in, p, room < INPUT_PIECE ? room : INPUT_PIECE, &n, &w);
        cyber_eye_renew(e);
        (void)detect_lines_take(&lines, ok ? n : 0, !ok || n == 0, log, e->m);
    }
    if (!ok)
        cli_why("cyber match", path, &w);
    cyber_sink_flush(sink);
    (void)pthread_mutex_lock(&r->hits.lock);
    r->too_long += lines.too_long;
    r->failed |= !ok;
    tell_samples(path, log, detect_matcher_counts(e->m)->unparsed - unparsed);
    (void)pthread_mutex_unlock(&r->hits.lock);
    detect_lines_free(&lines);
    detect_input_close(in);
    detect_log_free(log);
    return ok;
}

static void *work(void *ctx)
{
    struct worker *k = ctx;
    struct cyber_run *r = k->r;
    struct cyber_hit_sink sink;
    struct cyber_eye e;
    struct why w = { 0 };
    char name[256];
    size_t i;
    bool ok;

    cyber_sink_init(&sink, &r->hits);
    ok = cyber_eye_open(&e, r, &sink, &w);
    if (!ok)
        cli_why("cyber match", r->live.image ? r->live.image : "indicators", &w);
    while (ok) {
        (void)pthread_mutex_lock(&r->hits.lock);
        i = (*k->next)++;
        if (i < r->paths)
            (void)snprintf(name, sizeof name, "%s", cyber_name(r->path[i], false));
        (void)pthread_mutex_unlock(&r->hits.lock);
        if (i >= r->paths)
            break;
        sink.file = name;
        (void)run_file(r, r->path[i], &e, &sink);
    }
    (void)pthread_mutex_lock(&r->hits.lock);
    r->failed |= !ok;
    if (ok)
        cyber_run_count(r, detect_matcher_counts(e.m));
    (void)pthread_mutex_unlock(&r->hits.lock);
    cyber_eye_close(&e);
    cyber_sink_free(&sink);
    return NULL;
}

void cyber_run_files(struct cyber_run *r)
{
    pthread_t thread[64];
    size_t next = 0, n = 0;
    struct worker k = { r, &next };

    while (n + 1 < r->threads && n + 1 < r->paths && pthread_create(&thread[n], NULL, work, &k) == 0)
        n++;
    (void)work(&k);
    while (n-- > 0)
        (void)pthread_join(thread[n], NULL);
}
