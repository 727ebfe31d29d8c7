/* The index log, and what is due with time. */
#include <stdlib.h>

#include "log/streams_internal.h"

/* The checkpoints that the index log does not know yet, copied; their sizes count as known once they are in.
 */
struct news {
    size_t n;
    struct stream_item *item;
    struct {
        char origin[ORIGIN_MAX];
        uint64_t size;
    } * of;
};

static bool is_news(const struct round_log *g)
{
    struct origin o;

    return g->size > g->indexed && origin_parse(span_str(g->origin), &o, NULL) &&
           !span_eq_str(o.stream, "index");
}

static bool gather(struct streams *s, struct arena *a, struct news *out, struct why *w)
{
    size_t n = 0;
    bool ok;

    pthread_mutex_lock(&s->rounds_lock);
    for (const struct round_log *g = s->rounds.logs; g; g = g->next)
        n += is_news(g);
    out->item = arena_array(a, n + 1, sizeof *out->item);
    out->of = arena_array(a, n + 1, sizeof *out->of);
    ok = out->item && out->of;
    for (const struct round_log *g = s->rounds.logs; ok && g; g = g->next) {
        if (!is_news(g))
            continue;
        out->item[out->n].entry = arena_copy(a, buf_span(&g->note));
        ok = out->item[out->n].entry.p != NULL;
        memcpy(out->of[out->n].origin, g->origin, sizeof g->origin);
        out->of[out->n++].size = g->size;
    }
    pthread_mutex_unlock(&s->rounds_lock);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

static void known(struct streams *s, const struct news *news)
{
    pthread_mutex_lock(&s->rounds_lock);
    for (size_t i = 0; i < news->n; i++) {
        struct round_log *g = rounds_find(&s->rounds, span_str(news->of[i].origin));

        if (g && g->indexed < news->of[i].size)
            g->indexed = news->of[i].size;
    }
    pthread_mutex_unlock(&s->rounds_lock);
}

static bool write_index(struct streams *s, unix_time now, struct why *w)
{
    struct stream_place place;
    struct news news = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    ok = gather(s, &a, &news, w) && (news.n == 0 || stream_run(s->index, news.item, news.n, now, &place, w));
    if (ok && news.n)
        known(s, &news);
    arena_free(&a);
    return ok;
}

/* Each stream that has begun is in the shard of this year. One that must not be written stays as it is. */
static bool turn_shards(struct streams *s, unix_time now, struct why *w)
{
    struct stream *st;
    bool ok = true;

    pthread_mutex_lock(&s->list);
    st = s->streams; /* streams are added, and never go before the end */
    pthread_mutex_unlock(&s->list);
    while (st) {
        struct why y = { 0 };

        stream_enter(st);
        if (st->year && (st->closed_for[0] || stream_year(now) > st->year || !st->writer) &&
            !(st->writer && log_writer_read_only(st->writer)) && !stream_ready(st, now, &y)) {
            ok = false;
            (void)why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
        }
        stream_leave(st);
        pthread_mutex_lock(&s->list);
        st = st->next;
        pthread_mutex_unlock(&s->list);
    }
    return ok;
}

bool streams_turn(struct streams *s, unix_time now, unix_time interval, struct why *w)
{
    bool ok;

    pthread_mutex_lock(&s->turning);
    ok = turn_shards(s, now, w);
    if (now - s->turned >= interval || now < s->turned) {
        s->turned = now;
        ok = write_index(s, now, w) && ok;
    }
    pthread_mutex_unlock(&s->turning);
    return ok;
}
