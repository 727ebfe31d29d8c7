/* serai cyber match --follow: logs as they grow; what was counted and where one is go into one file at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cyber_run.h"
#include "detect/tail.h"
#include "files/durable.h"
#include "wire/json.h"
#include "wire/json_write.h"

enum { POSITION_MOST = 512 * 1024 * 1024, IDLE_MS = 50 };

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

struct follow {
    struct cyber_run *r;
    struct cyber_hit_sink sink;
    struct cyber_eye eye;
    struct detect_tail **tail;
};

/* ---- where one is */

static void put_log(struct json_writer *w, const struct detect_tail *t)
{
    struct detect_place p;

    detect_tail_place(t, &p);
    jw_object(w, NULL);
    jw_str(w, "path", detect_tail_path(t));
    jw_int(w, "device", (int64_t)p.device);
    jw_int(w, "inode", (int64_t)p.inode);
    jw_int(w, "offset", (int64_t)p.offset);
    jw_int(w, "line", (int64_t)p.line);
    jw_hex(w, "mark", span_of(p.mark, p.mark_n));
    jw_hex(w, "head", detect_tail_head(t));
    jw_object_end(w);
}

static bool save(struct follow *f, struct why *w)
{
    struct json_writer j;
    struct span row, rows;
    struct buffer b, s;
    bool ok;

    if (!f->r->position)
        return true;
    buf_init(&b, POSITION_MOST);
    buf_init(&s, POSITION_MOST);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "format", "serai cyber position 1");
    jw_int(&j, "hits_bytes", (int64_t)f->r->hits.bytes);
    jw_array(&j, "logs");
    for (size_t i = 0; i < f->r->paths; i++)
        put_log(&j, f->tail[i]);
    jw_array_end(&j);
    jw_array(&j, "sightings");
    if (f->r->hits.sightings)
        detect_sightings_put(f->r->hits.sightings, &s);
    for (rows = buf_span(&s); text_split(&rows, '\n', &row);)
        jw_raw(&j, NULL, row);
    jw_array_end(&j);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    ok = buf_ok(&b) && cyber_replace(f->r->position, buf_span(&b), w);
    buf_free(&b);
    buf_free(&s);
    return ok;
}

static bool hex_of(const struct json *j, json_ref v, struct arena *a, struct span *out)
{
    struct span s;

    return json_text_of(j, v, a, &s) && hex_decode(s, a, out);
}

static bool place_of(const struct json *j, json_ref log, struct arena *a, struct detect_place *p,
                     struct span *head)
{
    int64_t device, inode, offset, line;
    struct span mark;

    if (!json_int64(j, json_member(j, log, "device"), &device) ||
        !json_int64(j, json_member(j, log, "inode"), &inode) ||
        !json_int64(j, json_member(j, log, "offset"), &offset) ||
        !json_int64(j, json_member(j, log, "line"), &line) ||
        !hex_of(j, json_member(j, log, "mark"), a, &mark) ||
        !hex_of(j, json_member(j, log, "head"), a, head) || offset < 0 || line < 0 || mark.n > TAIL_MARK ||
        (uint64_t)offset < mark.n)
        return false;
    *p = (struct detect_place){ (uint64_t)device, (uint64_t)inode,  (uint64_t)offset,
                                (uint64_t)line,   (uint32_t)mark.n, { 0 } };
    if (mark.n)
        memcpy(p->mark, mark.p, mark.n);
    return true;
}

static bool restore(struct follow *f, const struct json *j, struct arena *a)
{
    json_ref logs = json_member(j, JSON_ROOT, "logs"), rows = json_member(j, JSON_ROOT, "sightings");
    struct span path, head;
    struct detect_place p;
    int64_t bytes;

    if (!json_text_is(j, json_member(j, JSON_ROOT, "format"), "serai cyber position 1") ||
        !json_int64(j, json_member(j, JSON_ROOT, "hits_bytes"), &bytes) || bytes < 0)
        return false;
    f->r->hits.bytes = (uint64_t)bytes;
    for (json_ref l = json_first(j, logs); l != JSON_NONE; l = json_after(j, logs, l)) {
        if (!json_text_of(j, json_member(j, l, "path"), a, &path) || !place_of(j, l, a, &p, &head))
            return false;
        for (size_t i = 0; i < f->r->paths; i++)
            if (!f->tail[i] && span_eq_str(path, f->r->path[i]))
                f->tail[i] = detect_tail_new(f->r->path[i], &f->r->log, &p, head);
    }
    for (json_ref k = json_first(j, rows); f->r->hits.sightings && k != JSON_NONE; k = json_after(j, rows, k))
        if (!detect_sightings_load(f->r->hits.sightings, j, k))
            return false;
    return true;
}

static bool load(struct follow *f, struct why *w)
{
    struct arena a;
    struct span s = { NULL, 0 };
    bool there = false, ok = true;
    struct json j;

    arena_init(&a, 4 * (size_t)POSITION_MOST);
    if (f->r->position)
        ok = file_read(f->r->position, POSITION_MOST, &a, &s, &there, w);
    if (ok && there)
        ok = json_parse(s, &a, &j, w) &&
             (restore(f, &j, &a) ||
              why_set(w, "position", WHY_NO_OFFSET, NULL, "the file of positions is not one, or is damaged"));
    for (size_t i = 0; ok && i < f->r->paths; i++)
        if (!f->tail[i]) {
            const struct detect_place beginning = { 0 };

            f->tail[i] = detect_tail_new(f->r->path[i], &f->r->log, &beginning, (struct span){ NULL, 0 });
        }
    arena_free(&a);
    return ok;
}

/* Hits that were written behind the last position will be found again. */
static bool cut_hits(struct follow *f, struct why *w)
{
    struct cyber_run *r = f->r;

    if (!r->hits_path || !r->position)
        return true;
    if (ftruncate(r->hits.fd, (off_t)r->hits.bytes) == 0 &&
        lseek(r->hits.fd, 0, SEEK_END) == (off_t)r->hits.bytes)
        return true;
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot cut %s to its last position: %s", r->hits_path,
                   strerror(errno));
}

/* ---- following */

/* Hits first, then the position with the sightings: what was read behind the last position is read again. */
static bool settle(struct follow *f, struct why *w)
{
    cyber_sink_flush(&f->sink);
    if (f->r->hits.failed) {
        *w = f->r->hits.why;
        return false;
    }
    if (f->r->hits_path && f->r->position && fdatasync(f->r->hits.fd) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write %s: %s", f->r->hits_path, strerror(errno));
    return save(f, w) && cyber_sightings_write(&f->r->hits, w);
}

static bool round_of(struct follow *f, bool *progress, struct why *w)
{
    *progress = false;
    for (size_t i = 0; i < f->r->paths; i++) {
        enum detect_tail_state state;
        char name[256];

        (void)snprintf(name, sizeof name, "%s", cyber_name(f->r->path[i], false));
        f->sink.file = name;
        cyber_eye_renew(&f->eye);
        if (!detect_tail_step(f->tail[i], f->eye.m, false, &state, w))
            return false;
        *progress |= state == TAIL_READ;
    }
    return true;
}

static void pause_a_moment(void)
{
    const struct timespec t = { 0, IDLE_MS * 1000000L };

    (void)nanosleep(&t, NULL);
}

static bool loop(struct follow *f, struct why *w)
{
    bool progress, owing = true;
    int64_t settled = 0;

    while (!stop) {
        if (!round_of(f, &progress, w))
            return false;
        owing |= progress;
        /* While much comes in, not after each piece. */
        if (owing && (!progress || cyber_clock_ms() - settled > 500)) {
            if (!settle(f, w))
                return false;
            owing = false;
            settled = cyber_clock_ms();
        }
        if (!progress && f->r->once)
            return true;
        if (!progress)
            pause_a_moment();
    }
    return settle(f, w);
}

void cyber_run_follow(struct cyber_run *r)
{
    struct follow f = { .r = r };
    struct sigaction act = { .sa_handler = on_signal };
    struct why w = { 0 };
    bool ok;

    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    cyber_sink_init(&f.sink, &r->hits);
    f.tail = calloc(r->paths, sizeof *f.tail);
    if (!f.tail)
        abort();
    ok = load(&f, &w) && cut_hits(&f, &w) && cyber_eye_open(&f.eye, r, &f.sink, &w) && loop(&f, &w);
    if (!ok)
        cli_why("cyber match", "follow", &w);
    r->failed |= !ok;
    if (f.eye.m)
        cyber_run_count(r, detect_matcher_counts(f.eye.m));
    for (size_t i = 0; i < r->paths; i++) {
        if (f.tail[i]) {
            struct detect_tail_told t = detect_tail_told(f.tail[i]);

            r->rotated += t.rotated;
            r->truncated += t.truncated;
            r->lost += t.lost;
        }
        detect_tail_free(f.tail[i]);
    }
    free(f.tail);
    cyber_eye_close(&f.eye);
    cyber_sink_free(&f.sink);
}
