/* Keys and certificates: there, private, belonging together, in force; and what TLS shows to browsers. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "crypto/key_pair.h"
#include "crypto/token.h"
#include "files/durable.h"
#include "link/link.h"
#include "node/doctor_internal.h"
#include "node/instance.h"
#include "seal/certificate.h"
#include "wire/der.h"

enum { DAY = 86400 };

static bool first_certificate(void *ctx, struct span der)
{
    *(struct span *)ctx = der;
    return false;
}

static bool take_file(struct doctor *d, const char *path, struct span *out)
{
    bool there = false;
    struct why w;

    why_clear(&w);
    if (file_read(path, LIMIT_CERTIFICATE, d->a, out, &there, &w) && there)
        return true;
    doctor_say(d, "file-missing", "%s: %s", path, w.detail[0] ? w.detail : why_text("is not there"));
    return false;
}

/* False: it cannot be read. */
static bool take_key(struct doctor *d, const char *path, struct span *out)
{
    struct stat st;

    if (!take_file(d, path, out))
        return false;
    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        doctor_say(d, "key-readable", "%s has mode %03o", path, (unsigned)(st.st_mode & 0777));
    return true;
}

static void judge_dates(struct doctor *d, const char *path, const struct certificate *c)
{
    char text[TIME_TEXT];

    if (c->not_after < d->o->now)
        doctor_say(d, "certificate-expired", "%s ended %s", path, time_format(c->not_after, text));
    else if (c->not_before > d->o->now)
        doctor_say(d, "certificate-early", "%s begins %s", path, time_format(c->not_before, text));
    else if (c->not_after < d->o->now + (unix_time)d->o->soon_days * DAY)
        doctor_say(d, "certificate-expiring", "%s ends %s", path, time_format(c->not_after, text));
}

bool doctor_certificate(const char *path, struct arena *a, struct certificate *out, struct why *w)
{
    struct span file, der = { NULL, 0 };
    bool there = false;

    *out = (struct certificate){ 0 };
    if (!file_read(path, LIMIT_CERTIFICATE, a, &file, &there, w))
        return false;
    if (!there)
        return why_set(w, "file-missing", WHY_NO_OFFSET, NULL, "is not there");
    (void)certificates_in(file, a, first_certificate, &der);
    if (der.n == 0)
        return why_set(w, "certificate", WHY_NO_OFFSET, NULL, "no certificate in it");
    return certificate_parse(der, out, NULL, w);
}

static bool take_certificate(struct doctor *d, const char *path, struct certificate *out)
{
    struct why w;

    why_clear(&w);
    if (!doctor_certificate(path, d->a, out, &w)) {
        bool missing = strcmp(w.reason, "file-missing") == 0 || strcmp(w.reason, "io") == 0;

        doctor_say(d, missing ? "file-missing" : "certificate", "%s: %s", path, w.detail);
        return false;
    }
    judge_dates(d, path, out);
    return true;
}

static void look_at_pair(struct doctor *d, const char *key, const char *certificate)
{
    struct certificate c;
    struct span text;
    struct why w;
    bool have, fits;

    if (!key || !certificate)
        return;
    have = take_key(d, key, &text);
    if (!take_certificate(d, certificate, &c) || !have)
        return;
    why_clear(&w);
    fits = key_pair_fits(text, c.spki, &w);
    if (!fits)
        doctor_say(d, strcmp(w.reason, "pair") == 0 ? "pair" : "key-damaged", "%s and %s: %s", key,
                   certificate, w.detail);
}

/* Opened as the node opens it: with the PIN file of a token, and not at all where that could lock it. */
static bool look_at_signing_key(struct doctor *d, const char *setting, const char *place, const char *behind,
                                enum note_key_type type, uint8_t pub[NODE_PUBLIC_KEY])
{
    const char *what = token_is_uri(place) ? setting : place;
    struct signing_key key;
    struct span text;
    struct why w;
    char name[300];

    if (token_is_uri(place) ? d->o->within : !take_key(d, place, &text))
        return false;
    why_clear(&w);
    (void)snprintf(name, sizeof name, "%s%s", d->config.name, behind);
    if (!signing_key_open(place, span_str(name), type, NULL, d->a, &key, &w)) {
        doctor_say(d, token_is_uri(place) ? "token" : "node-key", "%s: %s", what, w.detail);
        return false;
    }
    memcpy(pub, key.signer.pub, NODE_PUBLIC_KEY);
    signing_key_close(&key);
    return true;
}

/* One key for two purposes could be made to sign for the one what counts for the other. */
static void look_at_signing_keys(struct doctor *d)
{
    const struct {
        const char *setting, *place, *behind;
        enum note_key_type type;
    } keys[] = { { "node-key", d->config.node_key, "", NOTE_KEY_ED25519 },
                 { "log-key", d->config.log_key, "/log", NOTE_KEY_ED25519 },
                 { "witness-key", d->config.witness_key, "/witness", NOTE_KEY_COSIGNATURE } };
    enum { KEYS = sizeof keys / sizeof *keys };
    uint8_t pub[KEYS][NODE_PUBLIC_KEY];
    bool there[KEYS] = { false };

    if (!d->config.node_key)
        doctor_say(d, "no-receipts", "node.conf names no node-key");
    for (size_t i = 0; i < KEYS; i++) {
        there[i] = keys[i].place && look_at_signing_key(d, keys[i].setting, keys[i].place, keys[i].behind,
                                                        keys[i].type, pub[i]);
        for (size_t k = 0; there[i] && k < i; k++)
            if (there[k] && memcmp(pub[i], pub[k], NODE_PUBLIC_KEY) == 0)
                doctor_say(d, "one-key-twice", "%s and %s", keys[k].setting, keys[i].setting);
    }
    d->has_node_key = there[0];
    if (there[0])
        memcpy(d->node_key, pub[0], NODE_PUBLIC_KEY);
}

/* As the node opens them for its links; the members know the key by its pin, whatever the dates say. */
static void look_at_members(struct doctor *d)
{
    const struct node_config *c = &d->config;
    struct links_options o = { .random = random_bytes };
    struct links *links = NULL;
    struct why w;

    if (!c->transport_key || !c->transport_certificate || !take_key(d, c->transport_key, &o.key) ||
        !take_file(d, c->transport_certificate, &o.certificate))
        return;
    why_clear(&w);
    if (links_new(&o, &links, &w))
        links_free(links);
    else
        doctor_say(d, "transport-pair", "%s and %s: %s", c->transport_key, c->transport_certificate,
                   w.detail);
}

void doctor_files(struct doctor *d)
{
    const struct node_config *c = &d->config;
    struct certificate alone;

    look_at_signing_keys(d);
    look_at_members(d);
    look_at_pair(d, c->signer_key, c->signer_certificate);
    look_at_pair(d, c->list_signer_key, c->list_signer_certificate);
    look_at_pair(d, c->vical_signer_key, c->vical_signer_certificate);
    look_at_pair(d, c->licence_signer_key, c->licence_signer_certificate);
    look_at_pair(d, c->tls_key, c->tls_certificate);
    if (c->country_certificate)
        (void)take_certificate(d, c->country_certificate, &alone);
    if (c->licence_authority_certificate)
        (void)take_certificate(d, c->licence_authority_certificate, &alone);
}

/* RFC 6125 6.4.3: a wildcard stands for the whole of the first part of a name, and no more. */
static bool name_fits(struct span pattern, const char *host)
{
    const char *dot = strchr(host, '.');
    size_t n = strlen(host);

    if (pattern.n > 2 && pattern.p[0] == '*' && pattern.p[1] == '.')
        return dot && strlen(dot) == pattern.n - 1 &&
               strncasecmp((const char *)pattern.p + 1, dot, pattern.n - 1) == 0;
    return pattern.n == n && strncasecmp((const char *)pattern.p, host, n) == 0;
}

/* RFC 5280 4.2.1.6: a name or an address among the alternative names. */
static bool certificate_names(const struct certificate *c, const char *host)
{
    static const uint8_t alternative_names[] = { 0x55, 0x1d, 0x11 };
    uint8_t address[16];
    struct span value, ip = { NULL, 0 };
    struct der d, names;

    if (inet_pton(AF_INET, host, address) == 1)
        ip = span_of(address, 4);
    else if (inet_pton(AF_INET6, host, address) == 1)
        ip = span_of(address, 16);
    if (!certificate_extension(c, span_of(alternative_names, sizeof alternative_names), &value))
        return false;
    d = der_of(value);
    names = der_open(&d, DER_SEQUENCE);
    while (der_more(&names)) {
        struct der_item i = der_any(&names);

        if (ip.n ? i.tag == DER_CONTEXT(7) && i.body.n == ip.n && memcmp(i.body.p, ip.p, ip.n) == 0
                 : i.tag == DER_CONTEXT(2) && name_fits(i.body, host))
            return true;
    }
    return false;
}

static bool is_any_address(const char *host)
{
    return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

void doctor_tls(struct doctor *d)
{
    const struct node_config *c = &d->config;
    struct span file, der = { NULL, 0 };
    struct certificate certificate;
    bool there = false;

    if (!config_is_loopback(c->host) && !c->tls_certificate)
        doctor_say(d, "address-public", "it listens on %s without TLS", c->host);
    if (!c->sign_in)
        doctor_say(d, config_is_loopback(c->host) ? "sign-in-off" : "sign-in-open",
                   "`sign-in = off`, and it listens on %s", c->host);
    if (!c->tls_certificate || !file_read(c->tls_certificate, LIMIT_CERTIFICATE, d->a, &file, &there, NULL) ||
        !there)
        return; /* said by doctor_files */
    (void)certificates_in(file, d->a, first_certificate, &der);
    if (der.n == 0 || !certificate_parse(der, &certificate, NULL, NULL))
        return;
    for (size_t i = 0; i < c->hosts.n; i++)
        if (!certificate_names(&certificate, c->hosts.item[i]))
            doctor_say(d, "tls-host", "%s does not name %s", c->tls_certificate, c->hosts.item[i]);
    if (c->hosts.n == 0 && is_any_address(c->host))
        doctor_say(d, "tls-no-hosts", "it listens on every address, and `hosts` names none");
    else if (c->hosts.n == 0 && !certificate_names(&certificate, c->host))
        doctor_say(d, "tls-host", "%s does not name %s", c->tls_certificate, c->host);
}
