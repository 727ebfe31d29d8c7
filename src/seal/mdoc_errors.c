#include "seal/mdoc_errors.h"

static const struct {
    enum result result;
    const char *name;
} errors[] = {
    { RESULT_FORGED, "CERT_X5T" },
    { RESULT_FORGED, "CERT_EKU" },
    { RESULT_FORGED, "CERT_KU" },
    { RESULT_FORGED, "CERT_PATHLEN" },
    { RESULT_FORGED, "CERT_COUNTRY" },
    { RESULT_UNDETERMINED, "CERT_KEY" },
    { RESULT_UNDETERMINED, "CERT_CRITEXT" },
    { RESULT_UNDETERMINED, "CERT_PROFILE" },
    { RESULT_UNDETERMINED, "CERT_VALIDITY" },
    { RESULT_NO_ANCHOR, "CERT_UNTRUSTED" },
    { RESULT_NO_ANCHOR, "VICAL_DOCTYPE" },
    { RESULT_REVOKED, "CERT_REVOKED" },
    { RESULT_FORGED, "COSE_ALG_KEY" },
    { RESULT_FORGED, "COSE_SIG_LEN" },
    { RESULT_UNDETERMINED, "KEY_UNSUPPORTED" },
    { RESULT_FORGED, "COSE_SIG" },
    { RESULT_FORGED, "RANDOM_SHORT" },
    { RESULT_FORGED, "DIGEST_ID_RANGE" },
    { RESULT_FORGED, "DIGEST_ID_DUP" },
    { RESULT_FORGED, "ELEMENT_DUP" },
    { RESULT_FORGED, "DOCTYPE" },
    { RESULT_FORGED, "DIGEST_ALG" },
    { RESULT_FORGED, "DIGEST_LEN" },
    { RESULT_FORGED, "DIGEST_MISSING" },
    { RESULT_FORGED, "DIGEST_MISMATCH" },
    { RESULT_FORGED, "MSO_VALIDITY" },
    { RESULT_FORGED, "MSO_SIGNED_OUTSIDE_CERT" },
    { RESULT_UNDETERMINED, "MSO_NOT_YET" },
    { RESULT_EXPIRED, "MSO_EXPIRED" },
    { RESULT_UNDETERMINED, "DEVICE_MISSING" },
    { RESULT_FORGED, "DEVICE_NOT_AUTHORIZED" },
    { RESULT_FORGED, "DEVICE_KEY" },
    { RESULT_FORGED, "DEVICE_SIG" },
    { RESULT_FORGED, "DEVICE_MAC" },
    { RESULT_FORGED, "STATUS_SUB" },
    { RESULT_UNDETERMINED, "STATUS_TYPE" },
    { RESULT_UNDETERMINED, "STATUS_STRUCT" },
    { RESULT_UNDETERMINED, "STATUS_NOT_YET" },
    { RESULT_UNDETERMINED, "STATUS_EXPIRED" },
    { RESULT_UNDETERMINED, "STATUS_BITS" },
    { RESULT_UNDETERMINED, "STATUS_ZLIB" },
    { RESULT_UNDETERMINED, "STATUS_TOO_LARGE" },
    { RESULT_UNDETERMINED, "STATUS_INDEX" },
    { RESULT_REVOKED, "REVOKED" },
    { RESULT_UNDETERMINED, "VICAL_NOT_YET" },
    { RESULT_EXPIRED, "VICAL_EXPIRED" },
    { RESULT_UNDETERMINED, "VICAL_STALE" },
    { RESULT_UNDETERMINED, "VICAL_ROLLBACK" },
    { RESULT_FORGED, "VICAL_ENTRY" },
    { RESULT_FORGED, "CRL_ISSUER" },
    { RESULT_FORGED, "CRL_SIG" },
    { RESULT_UNDETERMINED, "CRL_NOT_YET" },
    { RESULT_UNDETERMINED, "CRL_STALE" },
    { RESULT_FORGED, "COUNTRY_MISMATCH" },
    { RESULT_EXPIRED, "LICENCE_EXPIRED" },
};

enum result licence_error_result(const char *name)
{
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].result;
    return RESULT_MALFORMED;
}

void licence_deviation(struct findings *f, const char *name, size_t offset, const char *clause,
                       const char *detail)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->item[i].why.reason, name) == 0)
            return;
    finding_add(f, FINDING_WARNING, name, offset, clause, "%s", detail);
}
