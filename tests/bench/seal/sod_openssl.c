#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "sod.h"
#include "wire/der.h"

struct peer {
    struct span cms; /* inside tag 77 */
    X509_STORE *store;
    STACK_OF(X509) * outside;
};

static void need(bool ok)
{
    if (!ok)
        abort();
}

struct peer *peer_new(const struct document *d)
{
    struct peer *p = calloc(1, sizeof *p);
    struct der sod = der_ber(d->sod);
    X509_VERIFY_PARAM *param;
    const struct anchor *a;
    const unsigned char *at = d->dsc.p;

    need(p && (p->store = X509_STORE_new()) && (p->outside = sk_X509_new_null()));
    p->cms = der_take(&sod, 0x77);
    for (size_t i = 0; (a = anchor_at(d->set, i)) != NULL; i++) {
        const unsigned char *q = a->cert.der.p;
        X509 *x = d2i_X509(NULL, &q, (long)a->cert.der.n);

        if (x)
            (void)X509_STORE_add_cert(p->store, x);
        X509_free(x);
    }
    if (d->dsc.n)
        need(sk_X509_push(p->outside, d2i_X509(NULL, &at, (long)d->dsc.n)) == 1);
    param = X509_STORE_get0_param(p->store);
    /* As here: any anchor counts, purposes are the caller's, and so is the time. */
    need(X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME) == 1 &&
         X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY) == 1);
    return p;
}

void peer_free(struct peer *p)
{
    X509_STORE_free(p->store);
    sk_X509_pop_free(p->outside, X509_free);
    free(p);
}

const char *peer_once(struct peer *p)
{
    const unsigned char *q = p->cms.p;
    CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &q, (long)p->cms.n);
    BIO *content = BIO_new(BIO_s_mem());
    bool ok = cms && CMS_verify(cms, p->outside, p->store, NULL, content, CMS_BINARY) == 1;
    const char *reason = NULL, *data = NULL;
    static char text[160];
    int flags = 0;
    unsigned long code = ERR_peek_last_error_data(&data, &flags);

    if (!ok) {
        reason = ERR_reason_error_string(code);
        (void)snprintf(text, sizeof text, "%s%s%s", reason ? reason : "fails",
                       flags & ERR_TXT_STRING ? ": " : "", flags & ERR_TXT_STRING ? data : "");
        reason = text;
    }
    ERR_clear_error();
    BIO_free(content);
    CMS_ContentInfo_free(cms);
    return reason;
}
