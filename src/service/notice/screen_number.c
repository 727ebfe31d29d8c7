/* Who is listed with the number of one document. */
#include <stdio.h>
#include <stdlib.h>

#include "service/notice/screen_internal.h"

struct asking {
    struct arena *a;
    struct screen_hit *hit;
    size_t n, room;
    const struct shelf *shelf;
    bool full;
};

static void grow(struct asking *k)
{
    struct screen_hit *more = arena_array(k->a, SCREEN_HITS, sizeof *more);

    k->hit = more;
    k->room = more ? SCREEN_HITS : 0;
}

static void take(void *ctx, struct span id, bool known)
{
    struct asking *k = ctx;
    const float score = known ? LIST_ID_NUMBER : LIST_ID_NUMBER_ALONE;
    struct screen_hit new = { .score = score, .alerts = true, .document = true, .asked = SCREEN_ASKED };

    if (!k->room)
        grow(k);
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->hit[i].shelf, k->shelf->name) == 0 && span_eq(k->hit[i].id, id)) {
            if (score > k->hit[i].score)
                k->hit[i].score = score;
            return;
        }
    new.id = k->hit && k->n < k->room ? arena_copy(k->a, id) : (struct span){ NULL, 0 };
    k->full = k->full || !new.id.p;
    if (!new.id.p)
        return;
    (void)snprintf(new.shelf, sizeof new.shelf, "%s", k->shelf->name);
    k->hit[k->n++] = new;
}

/* The same order whatever was put first. */
static int by_score(const void *a, const void *b)
{
    const struct screen_hit *x = a, *y = b;
    size_t n = x->id.n < y->id.n ? x->id.n : y->id.n;
    int c;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if ((c = strcmp(x->shelf, y->shelf)) == 0 && (c = memcmp(x->id.p, y->id.p, n)) == 0)
        c = x->id.n < y->id.n ? -1 : x->id.n > y->id.n;
    return c;
}

bool screen_ask_number(struct screen *s, const struct screen_number *q, struct arena *a,
                       struct screen_found *out, struct why *w)
{
    struct asking k = { .a = a };
    size_t n = atomic_load(&s->n);
    bool whole = true;

    if (!q->purpose.n)
        return why_set(w, "purpose", WHY_NO_OFFSET, NULL, "say why a number is looked at");
    for (size_t i = 0; i < n && whole; i++) {
        struct shelf *x = &s->shelf[i];

        if (!(atomic_load(&x->uses) & q->use))
            continue;
        k.shelf = x;
        (void)pthread_rwlock_rdlock(&x->lock);
        whole = screen_documents_whole(x->documents);
        if (whole)
            screen_documents_find(x->documents, q->document.state, q->document.number, take, &k);
        (void)pthread_rwlock_unlock(&x->lock);
    }
    if (!whole)
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "the numbers of documents are being read anew");
    if (k.n > 1)
        qsort(k.hit, k.n, sizeof *k.hit, by_score);
    *out = (struct screen_found){ .n = k.n, .hit = k.hit, .limited = k.full };
    return true;
}
