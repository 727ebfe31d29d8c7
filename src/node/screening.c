#include "node/screening.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "service/notice/hit_lists.h"
#include "service/notice/hit_notice.h"

enum { PATH = 4096, LOOK_SECONDS = 60, WHOLE_SECONDS = 86400, MEMORY = 8 << 20 };

struct screening {
    struct screening_options o;
    struct screen *engine;
    struct hit_notices notices;
    struct hit_source source[2]; /* notices, lists */
    struct list_desk *lists;
    struct hit_rules rules;
    struct hit_desk desk;
    char image[PATH];
    pthread_mutex_t feeding; /* the shelf of notices follows the book, one change at a time */
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool ending, running;
    bool late; /* a change could not be put, or a notice is gone: the shelf is built anew */
    pthread_t thread;
};

/* ---- the shelf of notices ---- */

/* Opened when there is something to stand on it. */
static bool shelf(struct screening *s, struct why *w)
{
    return screen_shelf(s->engine, SCREEN_NOTICES, SCREEN_BORDER | SCREEN_ROAD | SCREEN_FILES, w);
}

/* *anew: what was dropped still stands in the journal; the shelf is built anew without it. */
static bool put_one(struct screening *s, struct span id, struct arena *a, bool *anew, struct why *w)
{
    struct names_entry *e = arena_array(a, HIT_NAMES, sizeof *e);
    struct screen_document doc[HIT_DOCUMENTS];
    const struct notice_held *h = NULL;
    bool found = false;
    size_t n;

    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!notice_book_find(s->o.book, id, s->o.now(s->o.ctx), a, &found, &h, w))
        return false;
    n = found ? hit_notice_names(h, a, e) : 0;
    if (n)
        return shelf(s, w) && screen_put(s->engine, SCREEN_NOTICES, e, n, w) &&
               screen_put_documents(s->engine, SCREEN_NOTICES, id, doc, hit_notice_documents(h, doc), w);
    *anew = found && !h->notice;
    return !screen_serves(s->engine, SCREEN_BORDER) || !shelf(s, w) ||
           screen_drop(s->engine, SCREEN_NOTICES, id, w);
}

/* By the thread that took the record. */
static void changed(void *ctx, struct span id)
{
    struct screening *s = ctx;
    struct arena a;
    struct why w;
    bool ok, anew = false;

    why_clear(&w);
    arena_init(&a, MEMORY);
    (void)pthread_mutex_lock(&s->feeding);
    ok = put_one(s, id, &a, &anew, &w);
    (void)pthread_mutex_unlock(&s->feeding);
    arena_free(&a);
    if (ok && !anew)
        return;
    (void)pthread_mutex_lock(&s->lock);
    s->late = true;
    (void)pthread_cond_signal(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
}

struct building {
    struct names_build *b;
    struct screen_documents *documents;
    struct arena a;
    size_t n;
};

static bool build_one(void *ctx, const struct notice_held *h, struct why *w)
{
    struct building *k = ctx;
    struct screen_document doc[HIT_DOCUMENTS];
    struct names_entry *e;
    size_t n;

    arena_reset(&k->a);
    e = arena_array(&k->a, HIT_NAMES, sizeof *e);
    if (!e)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    n = hit_notice_names(h, &k->a, e);
    for (size_t i = 0; i < n; i++)
        if (!names_build_add(k->b, &e[i], w))
            return false;
    k->n += n;
    return !n || screen_documents_put(k->documents, h->id, doc, hit_notice_documents(h, doc), w);
}

static bool build(struct screening *s, unix_time now, struct why *w)
{
    struct building k = { .n = 0 };
    bool ok;

    if (!screen_build_begin(s->engine, &k.b, w))
        return false;
    k.documents = screen_documents_new();
    arena_init(&k.a, MEMORY);
    ok = notice_book_active(s->o.book, now, build_one, &k, w);
    arena_free(&k.a);
    if (!ok || (!k.n && access(s->image, F_OK) != 0)) {
        names_build_free(k.b);
        screen_documents_free(k.documents);
        return ok;
    }
    if (shelf(s, w))
        return screen_build_end(s->engine, SCREEN_NOTICES, k.b, k.documents, w);
    names_build_free(k.b);
    screen_documents_free(k.documents);
    return false;
}

bool screening_rebuild(struct screening *s, unix_time now, struct why *w)
{
    bool ok;

    if (!s->o.book)
        return true;
    (void)pthread_mutex_lock(&s->feeding);
    ok = build(s, now, w);
    (void)pthread_mutex_unlock(&s->feeding);
    return ok;
}

/* ---- beside a node that runs ---- */

/* Whole at the start, for what a crash left out; once a day, for what expired; and when changes are many. */
static void *look_after(void *arg)
{
    struct screening *s = arg;
    unix_time whole = 0;

    (void)pthread_mutex_lock(&s->lock);
    while (!s->ending) {
        unix_time now = s->o.now(s->o.ctx);
        struct timespec until;
        bool due = s->late || now - whole >= WHOLE_SECONDS;
        struct why w;
        int64_t erased = 0;
        bool ok;

        s->late = false;
        (void)pthread_mutex_unlock(&s->lock);
        why_clear(&w);
        ok = !(due || screen_due(s->engine, SCREEN_NOTICES)) || screening_rebuild(s, now, &w);
        if (due && ok)
            ok = hit_tidy(&s->desk, now, &erased, &w);
        (void)pthread_mutex_lock(&s->lock);
        if (due && ok)
            whole = now;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_SECONDS;
        while (!s->ending && !s->late && pthread_cond_timedwait(&s->wake, &s->lock, &until) != ETIMEDOUT)
            ;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* ---- open, close ---- */

static unsigned said(unsigned x, unsigned otherwise)
{
    return x ? x : otherwise;
}

static void read_rules(struct screening *s)
{
    const struct node_config *c = s->o.config;

    s->rules = hit_defaults;
    s->rules.close_hours = said(c->hit_close_hours, s->rules.close_hours);
    s->rules.answer_hours = said(c->hit_answer_hours, s->rules.answer_hours);
    s->rules.remember_days = said(c->hit_remember_days, s->rules.remember_days);
    s->rules.keep_days = said(c->hit_keep_days, s->rules.keep_days);
    s->rules.second = c->hit_officers >= 2;
}

static void set_desk(struct screening *s)
{
    s->notices = (struct hit_notices){ s->o.book, s->o.agreement };
    s->source[0] = (struct hit_source){ .notices = true, .about = hit_notice_about, .ctx = &s->notices };
    s->source[1] = (struct hit_source){ .notices = false, .about = hit_list_about, .ctx = s->lists };
    s->desk = (struct hit_desk){ .store = s->o.store,
                                 .member = span_str(s->o.config->member),
                                 .agreement = s->o.agreement,
                                 .screen = s->engine,
                                 .source = s->source,
                                 .n_source = 2,
                                 .lists = s->lists,
                                 .rules = &s->rules,
                                 .office = s->o.office,
                                 .desk = s->o.desk };
}

/* Of a shelf that was made without numbers of documents, or has lost them, nobody could say "none". */
static bool whole(struct screening *s)
{
    struct screen_facts f[SCREEN_SHELVES];

    for (size_t n = screen_facts(s->engine, f), i = 0; i < n; i++)
        if (!f[i].whole)
            return false;
    return true;
}

static bool start(struct screening *s, struct why *w)
{
    const struct notice_watch watch = { s, changed };

    if (!s->o.book)
        return true;
    if (access(s->image, F_OK) == 0 && !shelf(s, w))
        return false;
    if (!notice_book_watch(s->o.book, &watch))
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "too many follow the book of notices");
    if (!whole(s) && !screening_rebuild(s, s->o.now(s->o.ctx), w))
        return false;
    if (!s->o.served)
        return screen_serves(s->engine, SCREEN_BORDER) || screening_rebuild(s, s->o.now(s->o.ctx), w);
    s->running = pthread_create(&s->thread, NULL, look_after, s) == 0;
    return s->running || why_set(w, "io", WHY_NO_OFFSET, NULL, "no thread to be had");
}

bool screening_open(const struct screening_options *o, struct screening **ret, struct why *w)
{
    struct screening *s = calloc(1, sizeof *s);
    char folder[PATH];

    if (!s)
        abort();
    s->o = *o;
    (void)pthread_mutex_init(&s->feeding, NULL);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->wake, NULL);
    read_rules(s);
    if ((size_t)snprintf(folder, sizeof folder, "%s/names", o->config->lookup) >= sizeof folder - 64 ||
        !screen_open(folder, &s->engine, w)) {
        screening_close(s);
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    }
    (void)snprintf(s->image, sizeof s->image, "%.*s/" SCREEN_NOTICES ".names", PATH - 64, folder);
    (void)snprintf(folder, sizeof folder, "%.*s/lists", PATH - 64, o->config->lookup);
    s->lists = list_desk_new(folder);
    set_desk(s);
    if (!start(s, w)) {
        screening_close(s);
        return false;
    }
    *ret = s;
    return true;
}

void screening_close(struct screening *s)
{
    if (!s)
        return;
    if (s->running) {
        (void)pthread_mutex_lock(&s->lock);
        s->ending = true;
        (void)pthread_cond_signal(&s->wake);
        (void)pthread_mutex_unlock(&s->lock);
        (void)pthread_join(s->thread, NULL);
    }
    screen_close(s->engine);
    list_desk_free(s->lists);
    (void)pthread_cond_destroy(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    (void)pthread_mutex_destroy(&s->feeding);
    free(s);
}

const struct hit_desk *screening_hits(const struct screening *s)
{
    return &s->desk;
}
