/* What providers publish beside documents: the first byte says which file it is. Whatever is taken leads to
 * an address that does not climb, and a line of a folder stays below that folder. */
#include "csaf/source.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static void tell(void *ctx, struct span what, const struct why *why)
{
    (void)ctx;
    (void)what;
    must(why->reason != NULL);
}

static void look(const struct csaf_entries *e, struct span base)
{
    for (size_t i = 0; i < e->n; i++) {
        struct span url = e->item[i].url;

        must(csaf_url(url, NULL) && span_starts(url, base));
        must(!memmem(url.p, url.n, "/../", 4));
        must(csaf_url_host(url).n && csaf_url_name(url).n < url.n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct span none = { NULL, 0 };
    struct span base = SPAN("https://specimen.example/csaf/white/"), text, url[8];
    struct csaf_entries e = { .n = 0 };
    struct csaf_source s;
    struct why w = { 0 };
    struct arena a;

    if (n == 0)
        return 0;
    text = span_of(data + 1, n - 1);
    arena_init(&a, 32u << 20);
    if (data[0] == 'i' && csaf_index_read(text, base, &a, &e, tell, NULL, &w))
        look(&e, base);
    else if (data[0] == 'c' && csaf_changes_read(text, base, &a, &e, tell, NULL, &w))
        look(&e, base);
    else if (data[0] == 'r' && csaf_feed_read(text, &a, &e, tell, NULL, &w))
        look(&e, none);
    else if (data[0] == 'a')
        must(csaf_aggregator_check(text, &a, &w) || w.reason);
    else if (data[0] == 't')
        for (size_t k = csaf_security_txt(text, url, 8); k > 0; k--)
            must(csaf_url(url[k - 1], NULL));
    else if (data[0] == 'p' && csaf_source_read(text, &a, &s, &w))
        for (size_t i = 0; i < s.n_places; i++)
            must(csaf_url(s.place[i].url, NULL));
    arena_free(&a);
    return 0;
}
