#include "cli/cyber_hits.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "files/durable.h"
#include "wire/json_write.h"

enum { WRITE_AT = 64 * 1024, LINES_MOST = 64 * 1024 * 1024 };

void cyber_sink_init(struct cyber_hit_sink *s, struct cyber_hits *all)
{
    *s = (struct cyber_hit_sink){ .all = all };
    buf_init(&s->lines, LINES_MOST);
}

void cyber_sink_free(struct cyber_hit_sink *s)
{
    buf_free(&s->lines);
}

static void write_all(struct cyber_hits *h, struct span s)
{
    while (s.n && !h->failed) {
        ssize_t n = write(h->fd, s.p, s.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            h->failed = true;
            (void)why_set(&h->why, "io", WHY_NO_OFFSET, NULL, "cannot write hits: %s", strerror(errno));
            return;
        }
        h->bytes += (uint64_t)n;
        s = span_sub(s, (size_t)n, s.n);
    }
}

void cyber_sink_flush(struct cyber_hit_sink *s)
{
    (void)pthread_mutex_lock(&s->all->lock);
    write_all(s->all, buf_span(&s->lines));
    (void)pthread_mutex_unlock(&s->all->lock);
    buf_reset(&s->lines);
}

static void put_details(struct json_writer *w, const struct detect_hit *h)
{
    uint8_t room[2 * DETECT_VALUE];
    char time[TIME_TEXT];
    struct buffer b;

    buf_init_fixed(&b, room, sizeof room);
    detect_put_readable(&b, h->indicator->kind, h->indicator->value);
    jw_text(w, "value", buf_span(&b));
    jw_int(w, "weight", h->weight);
    if (h->timed)
        jw_str(w, "time", time_format(h->time, time));
    jw_bool(w, "alert", h->lists_n == 0);
}

static void put_hit(struct cyber_hit_sink *s, const struct detect_hit *h)
{
    struct json_writer w = json_to(&s->lines);

    jw_object(&w, NULL);
    jw_str(&w, "file", s->file);
    jw_int(&w, "line", (int64_t)h->line);
    jw_str(&w, "field", h->field);
    jw_text(&w, "indicator", h->indicator->id);
    jw_str(&w, "match", detect_match_word(h->match));
    if (h->lists_n) {
        jw_array(&w, "warninglists");
        for (size_t i = 0; i < h->lists_n; i++)
            jw_text(&w, NULL, h->lists[i]);
        jw_array_end(&w);
    }
    if (s->all->details)
        put_details(&w, h);
    jw_object_end(&w);
    buf_u8(&s->lines, '\n');
}

/* A hit on a warning list is kept and marked; it is no sighting. */
void cyber_hit(void *ctx, const struct detect_hit *h)
{
    struct cyber_hit_sink *s = ctx;
    struct cyber_hits *all = s->all;

    put_hit(s, h);
    (void)pthread_mutex_lock(&all->lock);
    all->n++;
    all->marked += h->lists_n > 0;
    if (all->sightings && h->lists_n == 0)
        all->full |= !detect_sightings_add(all->sightings, h->indicator->id, h->timed ? h->time : cli_now());
    (void)pthread_mutex_unlock(&all->lock);
    if (s->lines.n > WRITE_AT)
        cyber_sink_flush(s);
}

bool cyber_replace(const char *path, struct span s, struct why *w)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";

    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return file_replace(folder, slash ? slash + 1 : path, s, NULL, w);
}

bool cyber_sightings_write(struct cyber_hits *h, struct why *w)
{
    struct buffer b;
    bool ok;

    if (!h->sightings || !h->sightings_path)
        return true;
    buf_init(&b, SIZE_MAX / 2);
    detect_sightings_put(h->sightings, &b);
    ok = cyber_replace(h->sightings_path, buf_span(&b), w);
    buf_free(&b);
    return ok;
}
