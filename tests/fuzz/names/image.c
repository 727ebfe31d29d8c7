/*
 * An image, or a journal of changes, of strangers: what opens is searched with names of several scripts and
 * kinds. The first byte says which of both the rest is. Hits are within 0 and 1, falling, and each entity
 * once.
 */
#include <stdlib.h>

#include "names/changes.h"
#include "names/rank.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void search(const struct names *t, const struct image *m, struct rank *r, size_t which)
{
    static const char *const names[] = { "Mohammad Reza Specimeni", "محمدرضا اسپسیمنی", "Бамбанг Спесименов",
                                         "Abd al-Rahman Specimen",  "Specimen 5",       "a" };
    struct names_name asked;
    struct why w = { 0 };

    size_t i = which % (sizeof names / sizeof *names);
    struct names_question q = { .name = span_str(names[i]), .truncated = i == 0 };

    names_about_dates(&q.about, SPAN("1975-03-01"));
    if (!names_read(t, q.name, i == 4 ? NAMES_ORGANIZATION : NAMES_PERSON, &asked, &w))
        abort();
    rank_begin(r, t, &q, &asked);
    rank_image(r, m, false, NULL, NULL);
    rank_end(r, 10);
    for (size_t k = 0; k < r->n_hit; k++)
        if (!(r->hit[k].score >= 0 && r->hit[k].score <= 1) || (k && r->hit[k].score > r->hit[k - 1].score))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct names *t;
    static struct rank *r;
    struct changes_view *v = NULL;
    struct why w = { 0 };
    struct image m;
    uint8_t *copy;

    if (!t) {
        t = names_open(&w);
        r = calloc(1, sizeof *r);
    }
    if (!t || !r || n < 1)
        return 0;
    copy = malloc(n + 8); /* at a multiple of eight */
    if (!copy)
        abort();
    memcpy(copy, data + 1, n - 1);
    if (n > sizeof(struct image_head) &&
        data[0] == 'i') { /* as if the length were right: else nothing gets further */
        uint64_t bytes = n - 1;

        memcpy(copy + offsetof(struct image_head, bytes), &bytes, sizeof bytes);
        if (image_open(span_of(copy, n - 1), &m, &w))
            search(t, &m, r, data[n - 1]);
    } else if (data[0] == 'c' &&
               changes_view_new(t, span_of(copy, changes_whole(span_of(copy, n - 1))), &v, &w)) {
        if (v->any)
            search(t, &v->image, r, data[n - 1]);
        changes_view_free(v);
    }
    free(copy);
    return 0;
}
