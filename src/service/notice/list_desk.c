#include "service/notice/list_desk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct view {
    struct list_view v; /* first */
    size_t held;        /* by how many, the desk among them */
};

struct list_desk {
    char folder[LIST_PATH];
    pthread_mutex_t lock;
    struct view *now;
    struct stat seen; /* of FOLDER/generation, when `now` was opened */
};

struct list_desk *list_desk_new(const char *folder)
{
    struct list_desk *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    (void)snprintf(d->folder, sizeof d->folder, "%s", folder);
    (void)pthread_mutex_init(&d->lock, NULL);
    return d;
}

static void let_go(struct view *x)
{
    if (!x || --x->held)
        return;
    for (size_t i = 0; i < x->v.n; i++) {
        list_version_close(x->v.of[i].version);
        screen_close(x->v.of[i].screen);
    }
    free(x);
}

void list_desk_free(struct list_desk *d)
{
    if (!d)
        return;
    let_go(d->now);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}

static bool open_shelf(const char *folder, const char *name, struct list_shelf *out, bool *there,
                       struct why *w)
{
    char path[LIST_PATH], shelf[LIST_NAME + 16];
    struct screen_facts facts[SCREEN_SHELVES];
    struct list_shelf s = { .names = 0 };

    *there = false;
    if (!list_book_terms(folder, name, &s.terms, w))
        return false;
    if (!s.terms.active)
        return true;
    list_book_path(folder, name, s.terms.active, path);
    list_book_shelf(name, s.terms.active, shelf);
    if (!list_book_about(folder, name, s.terms.active, &s.about, w) ||
        !list_version_open(path, &s.version, w))
        return false;
    (void)snprintf(path, sizeof path, "%.*s/names", LIST_PATH - 64, folder);
    if (!screen_open(path, &s.screen, w) || !screen_shelf(s.screen, shelf, SCREEN_FILES, w)) {
        list_version_close(s.version);
        screen_close(s.screen);
        return false;
    }
    if (screen_facts(s.screen, facts))
        s.names = facts[0].names.names;
    *out = s;
    *there = true;
    return true;
}

static bool open_all(struct list_desk *d, struct why *w)
{
    char name[LIMIT_LISTS][LIST_NAME + 1];
    struct view *x = calloc(1, sizeof *x);
    size_t n;
    bool ok;

    if (!x)
        abort();
    x->held = 1;
    ok = list_book_names(d->folder, name, LIMIT_LISTS, &n, w);
    for (size_t i = 0; ok && i < n; i++) {
        bool there;

        ok = open_shelf(d->folder, name[i], &x->v.of[x->v.n], &there, w);
        x->v.n += ok && there;
    }
    if (!ok) {
        let_go(x);
        return false;
    }
    let_go(d->now);
    d->now = x;
    return true;
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* A change between looking and opening is opened now and again at the next question. */
bool list_desk_take(struct list_desk *d, const struct list_view **ret, struct why *w)
{
    struct stat st = { 0 };
    char path[LIST_PATH];
    bool ok = true;

    (void)snprintf(path, sizeof path, "%.*s/generation", LIST_PATH - 64, d->folder);
    (void)pthread_mutex_lock(&d->lock);
    if (stat(path, &st) != 0)
        st = (struct stat){ 0 };
    if (!d->now || !same(&st, &d->seen)) {
        /* Once more when a version went while it was opened. */
        ok = open_all(d, NULL) || open_all(d, w);
        if (ok)
            d->seen = st;
    }
    if (ok) {
        d->now->held++;
        *ret = &d->now->v;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return ok;
}

void list_desk_give(struct list_desk *d, const struct list_view *v)
{
    (void)pthread_mutex_lock(&d->lock);
    let_go((struct view *)(uintptr_t)v);
    (void)pthread_mutex_unlock(&d->lock);
}

const struct list_shelf *list_view_find(const struct list_view *v, struct span name)
{
    for (size_t i = 0; i < v->n; i++)
        if (span_eq_str(name, v->of[i].terms.name))
            return &v->of[i];
    return NULL;
}
