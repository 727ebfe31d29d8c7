/* Words of likeness, birth dates held against each other, and links by person. */
#include <stdlib.h>

#include "service/travel/manifest_alike.h"

const char *manifest_like_word(enum manifest_like l)
{
    static const char *const word[MANIFEST_LIKES] = { "same-document", "document-of-another", "same-person",
                                                      "look-alike" };

    return word[l < MANIFEST_LIKES ? l : LIKE_NEAR];
}

const char *manifest_births_word(enum manifest_births b)
{
    static const char *const word[] = {
        "same", "day and month swapped", "one digit differs", "a part differs", "unknown", "differ"
    };

    return word[b <= BIRTHS_DIFFER ? b : BIRTHS_DIFFER];
}

static int digits_apart(int a, int b)
{
    int n = 0;

    for (; a || b; a /= 10, b /= 10)
        n += a % 10 != b % 10;
    return n;
}

enum manifest_births manifest_births(struct date a, struct date b)
{
    int year = a.year != b.year, month = a.month != b.month, day = a.day != b.day;

    if (!date_is_set(a) || !date_is_set(b))
        return BIRTHS_UNKNOWN;
    if (year + month + day == 0)
        return BIRTHS_SAME;
    if (!year && a.month == b.day && a.day == b.month)
        return BIRTHS_SWAPPED;
    if (digits_apart(a.year, b.year) + digits_apart(a.month, b.month) + digits_apart(a.day, b.day) == 1)
        return BIRTHS_DIGIT;
    /* Wholly another year says more than a slip of a pen. */
    return year + month + day == 1 && !year ? BIRTHS_YEAR : BIRTHS_DIFFER;
}

bool manifest_links_of(const struct manifest_alike *a, size_t n, struct manifest_links *out)
{
    uint32_t *first = calloc(n + 2, sizeof *first);
    struct manifest_link *link = calloc(2 * a->n + 1, sizeof *link);

    if (!first || !link)
        abort();
    for (size_t i = 0; i < a->n; i++) {
        if (a->link[i].a >= n || a->link[i].b >= n) {
            free(first);
            free(link);
            return false;
        }
        first[a->link[i].a + 2]++;
        first[a->link[i].b + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < a->n; i++) {
        struct manifest_link back = a->link[i];

        link[first[back.a + 1]++] = back;
        back.a = a->link[i].b;
        back.b = a->link[i].a;
        link[first[back.a + 1]++] = back;
    }
    *out = (struct manifest_links){ first, link };
    return true;
}

void manifest_links_free(struct manifest_links *l)
{
    free(l->first);
    free(l->link);
    *l = (struct manifest_links){ 0 };
}
