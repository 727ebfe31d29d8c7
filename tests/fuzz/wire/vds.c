/* A seal that parses and is written as the standard says comes out again byte for byte. */
#include "wire/vds.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static bool same_head(const struct vds *v)
{
    struct vds_head h = {
        v->version, v->document_ref, v->country, v->signer, v->ref, v->issued, v->signed_on
    };
    uint8_t mem[512];
    struct buffer b;
    struct vds again;

    if (v->form != (v->version == 3 ? VDS_REF_FIVE : VDS_REF_HEX))
        return true;
    buf_init_fixed(&b, mem, sizeof mem);
    if (v->signer.n != 4 || v->ref.n == 0 || !vds_put_head(&b, &h, NULL))
        return true;
    buf_put(&b, span_sub(v->signed_bytes, v->head.n, v->signed_bytes.n));
    if (!buf_ok(&b) || !vds_parse(buf_span(&b), &again, NULL))
        return !buf_ok(&b);
    return span_eq(again.country, v->country) && span_eq(again.signer, v->signer) && again.n == v->n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct vds v;
    struct why w = { .offset = WHY_NO_OFFSET };
    struct buffer b;

    if (!vds_parse(span_of(data, n), &v, &w)) {
        must(w.reason != NULL && (w.offset <= n || w.offset == WHY_NO_OFFSET));
        return 0;
    }
    buf_init(&b, 2 * LIMIT_SEAL);
    buf_put(&b, v.head);
    for (size_t i = 0; i < v.n; i++)
        seal_tlv_put(&b, v.message[i].tag, v.message[i].value);
    must(span_eq(buf_span(&b), v.signed_bytes));
    if (v.signature.n)
        seal_tlv_put(&b, VDS_SIGNATURE, v.signature);
    must(span_eq(buf_span(&b), span_of(data, n)));
    must(same_head(&v));
    buf_free(&b);
    return 0;
}
