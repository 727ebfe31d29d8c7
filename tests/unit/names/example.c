/*
 * How a service uses serai_names.h: make a list, open it, ask, show the reasons, change it. doc/names.md
 * points here; it is built and run as a test, so that it stays true.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "names/serai_names.h"

/* A list comes from anywhere: here, two SPECIMEN persons. */
static bool make(const struct names *tables, const char *path, struct why *w)
{
    struct names_entry one = { .id = SPAN("specimen-1"), .name = SPAN("Mohammad Reza SPECIMENI") },
                       alias = { .id = SPAN("specimen-1"), .name = SPAN("Reza Specimeni") },
                       two = { .id = SPAN("specimen-2"), .name = SPAN("Бамбанг Образцов") };
    struct names_build *b = names_build_new(tables);
    bool ok;

    names_about_dates(&one.about, SPAN("1975-03-01"));
    ok = names_build_add(b, &one, w) && names_build_add(b, &alias, w) && names_build_add(b, &two, w) &&
         names_build_write(b, path, w);
    names_build_free(b);
    return ok;
}

/* What an officer sees: which word is which, and what is left over. */
static void show(const struct names_found *found)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct names_hit *h = &found->hit[i];

        printf("# %.*s %.3f%s\n", (int)h->id.n, (const char *)h->id.p, (double)h->score,
               h->birth == NAMES_AGREES ? ", the birth date agrees" : "");
        for (size_t k = 0; k < h->reasons.n; k++) {
            const struct names_link *l = &h->reasons.link[k];

            printf("#   word %d is word %d, likeness %.2f\n", l->a + 1, l->b + 1, (double)l->likeness);
        }
    }
}

int main(void)
{
    struct why w = { 0 };
    char folder[] = "/tmp/serai-example-XXXXXX", path[64], changes[80];
    struct names *tables = names_open(&w);                  /* once in a process */
    struct names_searcher *searcher = names_searcher_new(); /* one for each thread */
    struct names_found *found = calloc(1, sizeof *found);
    struct names_question q = { .name = SPAN("محمدرضا اسپسیمنی") };
    struct names_entry added = { .id = SPAN("specimen-3"), .name = SPAN("Quxlar Specimenbek") };
    struct names_index *list = NULL;
    bool ok;

    if (!tables || !found || !mkdtemp(folder))
        return 1;
    (void)snprintf(path, sizeof path, "%s/list", folder);
    (void)snprintf(changes, sizeof changes, "%s.changes", path);
    names_about_dates(&q.about, SPAN("1975-03-01"));

    ok = make(tables, path, &w) && names_index_open(tables, path, &list, &w) &&
         names_search(list, searcher, &q, 10, found, &w);
    if (ok) {
        show(found);
        ok = found->n && span_eq_str(found->hit[0].id, "specimen-1");
    }
    printf("%s 1 - a name in Persian finds its entry in Latin letters\n", ok ? "ok" : "not ok");

    q = (struct names_question){ .name = SPAN("Кукслар Спесименбек") };
    ok = ok && names_index_add(list, &added, 1, &w) && names_search(list, searcher, &q, 10, found, &w) &&
         found->n && span_eq_str(found->hit[0].id, "specimen-3");
    printf("%s 2 - what was added is found at once\n1..2\n", ok ? "ok" : "not ok");
    if (w.reason)
        printf("# %s: %s\n", w.reason, w.detail);

    names_index_close(list);
    names_searcher_free(searcher);
    free(found);
    names_close(tables);
    (void)unlink(changes);
    (void)unlink(path);
    (void)rmdir(folder);
    return ok ? 0 : 1;
}
