/* Any bytes as a list of assets, as a version and a range, and as findings at rest. */
#include <stdlib.h>

#include "base/text.h"
#include "service/cyber/exposure_board.h"
#include "service/cyber/exposure_version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool row(void *ctx, const struct asset_item *x, struct why *w)
{
    char key[ASSET_KEY];

    if (!x->organisation.n || x->organisation.n > ASSET_CODE || x->count < 1 || x->product.n > ASSET_TEXT ||
        x->version.n > ASSET_TEXT ||
        (!asset_key(x->vendor, x->product, key).n && !asset_purl_key(x->purl, key).n) ||
        asset_names_host(x->organisation) || (x->product.n && utf8_valid_to(x->product) != x->product.n))
        abort();
    return exposure_add(ctx, SPAN("L"), x, w);
}

static void list(struct span s)
{
    const struct asset_source source = { .text = s, .organisation = SPAN("ORG") };
    struct exposure *e = exposure_new();
    struct asset_report r;
    struct arena a;
    struct why w = { 0 };

    arena_init(&a, 64 << 20);
    if (!asset_read(&source, &a, row, e, &r, &w) && !w.reason)
        abort();
    if (r.taken > r.rows)
        abort();
    arena_free(&a);
    exposure_free(e);
}

static void versions(struct span s)
{
    struct span a = { NULL, 0 }, b = { NULL, 0 };
    int forth, back;
    bool first, second;

    (void)text_split(&s, '\n', &a);
    (void)text_split(&s, '\n', &b);
    (void)version_in(a, b);
    if (version_in(a, SPAN("vers:all/*")) != VERSION_FITS)
        abort();
    first = version_order(a, b, &forth);
    second = version_order(b, a, &back);
    if (first != second || (first && (forth < 0) != (back > 0)))
        abort();
}

static void findings(struct span s)
{
    struct exposure_findings f, again;
    struct buffer b;

    exposure_findings_init(&f);
    exposure_findings_init(&again);
    buf_init(&b, 64 << 20);
    if (exposure_findings_read(s, &f, NULL)) {
        exposure_findings_put(&f, &b);
        if (!exposure_findings_read(buf_span(&b), &again, NULL) || again.n != f.n)
            abort();
    }
    buf_free(&b);
    exposure_findings_free(&f);
    exposure_findings_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct span s = span_of(data, n);

    if (!n)
        return 0;
    if (data[0] == 'v')
        versions(span_sub(s, 1, n));
    else if (data[0] == 'f')
        findings(span_sub(s, 1, n));
    else
        list(s);
    return 0;
}
