/* Certificates in a file: one or more in PEM, or DER one behind the other. */
#include "seal/certificate.h"
#include "wire/der.h"
#include "wire/pem.h"

static bool labelled(struct span label)
{
    return span_eq_str(label, "CERTIFICATE") || span_eq_str(label, "X509 CERTIFICATE");
}

static size_t from_pem(struct span file, struct arena *a, bool (*one)(void *ctx, struct span der), void *ctx)
{
    struct pem_text t;
    size_t count = 0;

    while (pem_next(&file, labelled, a, &t))
        if (t.state == PEM_GOOD && labelled(t.label)) {
            count++;
            if (!one(ctx, t.bytes))
                break;
        }
    return count;
}

size_t certificates_in(struct span file, struct arena *a, bool (*one)(void *ctx, struct span der), void *ctx)
{
    size_t count = 0, n;

    if (file.n == 0)
        return 0;
    if (file.p[0] != DER_SEQUENCE)
        return from_pem(file, a, one, ctx);
    while (file.n > 0 && file.p[0] == DER_SEQUENCE && (n = der_item_length(file)) > 0) {
        count++;
        if (!one(ctx, span_sub(file, 0, n)))
            break;
        file = span_sub(file, n, file.n);
    }
    return count;
}
