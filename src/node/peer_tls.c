#include "node/peer_tls.h"

#include <gnutls/x509.h>

char *peer_tls_priorities(void)
{
    static char text[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

    return text;
}

void peer_tls_ask(void *session)
{
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
}

bool peer_tls_pin(void *session, uint8_t pin[TRANSPORT_PIN])
{
    size_t n = TRANSPORT_PIN;
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    gnutls_x509_crt_t certificate;
    bool ok;

    if (!chain || count == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
        return false;
    ok = gnutls_x509_crt_import(certificate, &chain[0], GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS &&
         gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, pin, &n) == GNUTLS_E_SUCCESS &&
         n == TRANSPORT_PIN;
    gnutls_x509_crt_deinit(certificate);
    return ok;
}

bool peer_tls_verified(void *session)
{
    unsigned status = 0;

    return gnutls_certificate_verify_peers2(session, &status) == GNUTLS_E_SUCCESS && status == 0;
}
