/* A version put in force: its names first, then the word that it is. */
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "files/durable.h"
#include "service/notice/list_book_internal.h"

enum { DAY = 24 * 60 * 60 };

static bool add_names(struct names_build *b, const struct list_entry *e, struct why *w)
{
    struct names_entry x = { .id = e->id, .schema = list_entry_schema(e) };

    list_entry_about(e, &x.about);
    for (size_t i = 0; i < e->n; i++) {
        if (!list_value_name(&e->value[i], &x.alias))
            continue;
        x.name = e->value[i].text;
        if (!names_build_add(b, &x, w))
            return false;
    }
    return true;
}

static void names_path(const char *folder, const char *name, unsigned version, const char *more,
                       char out[LIST_PATH])
{
    char shelf[LIST_NAME + 16];

    list_book_shelf(name, version, shelf);
    (void)snprintf(out, LIST_PATH, "%.*s/names/%s.names%s", LIST_PATH - 64, folder, shelf, more);
}

/* The image where the engine expects that of a shelf. */
static bool build(const char *folder, const char *name, unsigned version, struct why *w)
{
    struct list_version *v = NULL;
    struct names_build *b = NULL;
    struct names *t = names_open(w);
    char path[LIST_PATH];
    struct arena a;
    bool ok;

    arena_init(&a, 4 * (size_t)LIMIT_LIST_ENTRY);
    list_book_path(folder, name, version, path);
    ok = t && list_version_open(path, &v, w);
    if (ok)
        b = names_build_new(t);
    for (uint64_t i = 0; ok && i < list_version_count(v); i++) {
        struct list_entry e;

        arena_reset(&a);
        ok = list_entry_read(list_version_line(v, i), &a, &e, w) && add_names(b, &e, w);
    }
    (void)snprintf(path, sizeof path, "%.*s/names", LIST_PATH - 64, folder);
    ok = ok && folder_make(path, NULL, w);
    names_path(folder, name, version, "", path);
    ok = ok && names_build_write(b, path, w);
    if (b)
        names_build_free(b);
    list_version_close(v);
    names_close(t);
    arena_free(&a);
    return ok;
}

static void drop_names(const char *folder, const char *name, unsigned version)
{
    char path[LIST_PATH];

    names_path(folder, name, version, "", path);
    (void)unlink(path);
    names_path(folder, name, version, ".changes", path);
    (void)unlink(path);
}

/* Versions that were in force too long ago. */
static void let_go(const char *folder, const struct list_terms *t, unix_time now)
{
    char path[LIST_PATH];
    struct list_about x;

    for (unsigned v = 1; v < t->last; v++) {
        if (v == t->active || v == t->held || !list_book_about(folder, t->name, v, &x, NULL) ||
            (x.to ? x.to : x.imported) + (unix_time)t->keep_days * DAY >= now)
            continue;
        list_book_path(folder, t->name, v, path);
        list_folder_drop(path);
    }
}

bool list_book_activate(const char *folder, struct list_terms *t, unsigned version, unix_time now,
                        struct why *w)
{
    struct list_about fresh, old;
    unsigned before = t->active;

    if (!build(folder, t->name, version, w) || !list_book_about(folder, t->name, version, &fresh, w))
        return false;
    fresh.from = now;
    if (!list_about_write(folder, t->name, &fresh, w))
        return false;
    if (before && list_book_about(folder, t->name, before, &old, NULL)) {
        old.to = now;
        if (!list_about_write(folder, t->name, &old, w))
            return false;
    }
    t->active = version;
    if (t->held <= version)
        t->held = 0;
    if (!list_terms_write(folder, t, w))
        return false;
    if (before && before != version)
        drop_names(folder, t->name, before);
    let_go(folder, t, now);
    return true;
}

bool list_book_confirm(const char *folder, const char *name, const char *by, bool take, unix_time now,
                       struct why *w)
{
    struct list_terms t;
    unsigned held;
    int lock;
    bool ok;

    if (!by || !*by)
        return why_set(w, "terms", WHY_NO_OFFSET, NULL,
                       "a named person decides about a version that is held");
    if ((lock = list_book_lock(folder, w)) < 0)
        return false;
    ok = list_book_terms(folder, name, &t, w) &&
         (t.held || why_set(w, "absent", WHY_NO_OFFSET, NULL, "no version of this list is held"));
    held = ok ? t.held : 0;
    if (ok && take) {
        ok = list_book_activate(folder, &t, held, now, w);
    } else if (ok) {
        t.held = 0;
        ok = list_terms_write(folder, &t, w);
    }
    ok = ok && list_book_changed(folder, name, take ? "confirmed" : "declined", by, NULL, held, now, w);
    (void)close(lock);
    return ok;
}
