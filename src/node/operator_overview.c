/* What GET /v1/operator tells of keys and settings. */
#include <stdio.h>

#include "crypto/token.h"
#include "node/doctor.h"
#include "node/operator.h"
#include "seal/certificate.h"
#include "store/store.h"

static void put_key(struct json_writer *j, const char *name, const char *key, const char *certificate,
                    struct arena *a)
{
    struct certificate c;
    struct why w = { 0 };
    char text[TIME_TEXT];
    bool read;

    if (!key && !certificate)
        return;
    read = certificate && doctor_certificate(certificate, a, &c, &w);
    jw_object(j, NULL);
    jw_str(j, "name", name);
    jw_str(j, "place", !key ? NULL : token_is_uri(key) ? "token" : "file");
    jw_bool(j, "certificate", certificate != NULL);
    jw_str(j, "ends", read ? time_format(c.not_after, text) : NULL);
    jw_str(j, "trouble", certificate && !read ? w.detail : NULL);
    jw_object_end(j);
}

void operator_put_keys(struct json_writer *j, const struct node_config *c, struct arena *a)
{
    jw_array(j, "keys");
    put_key(j, "node-key", c->node_key, NULL, a);
    put_key(j, "log-key", c->log_key, NULL, a);
    put_key(j, "witness-key", c->witness_key, NULL, a);
    put_key(j, "tls-key", c->tls_key, c->tls_certificate, a);
    put_key(j, "transport-key", c->transport_key, NULL, a); /* known by its key: no date of it counts */
    put_key(j, "signer-key", c->signer_key, c->signer_certificate, a);
    put_key(j, "list-signer-key", c->list_signer_key, c->list_signer_certificate, a);
    put_key(j, "vical-signer-key", c->vical_signer_key, c->vical_signer_certificate, a);
    put_key(j, "licence-signer-key", c->licence_signer_key, c->licence_signer_certificate, a);
    put_key(j, "licence-authority", NULL, c->licence_authority_certificate, a);
    jw_array_end(j);
}

static void put(struct json_writer *j, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    jw_object(j, NULL);
    jw_str(j, "name", name);
    jw_str(j, "value", value);
    jw_object_end(j);
}

static void put_switch(struct json_writer *j, const char *name, bool on)
{
    put(j, name, on ? "yes" : "no");
}

static void put_number(struct json_writer *j, const char *name, unsigned n)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%u", n);
    put(j, name, n ? text : NULL);
}

static void put_address(struct json_writer *j, const char *name, const char *host, uint16_t port)
{
    char text[96];

    (void)snprintf(text, sizeof text, "%s %u", host ? host : "", (unsigned)port);
    put(j, name, host ? text : NULL);
}

static void put_list(struct json_writer *j, const char *name, const struct config_list *list)
{
    char text[512];
    size_t n = 0;

    text[0] = 0;
    for (size_t i = 0; i < list->n && n < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i ? " " : "", list->item[i]);
    put(j, name, text);
}

void operator_put_config(struct json_writer *j, const struct node_config *c)
{
    jw_array(j, "config");
    put(j, "member", c->member);
    put(j, "name", c->name);
    put_address(j, "listen", c->host, c->port);
    put_address(j, "peer-listen", c->peer_host, c->peer_host ? c->peer_port : 0);
    put_switch(j, "tls", c->tls_certificate != NULL);
    put_switch(j, "federation", c->transport_key != NULL);
    put_switch(j, "publishes", c->log_key != NULL);
    put_switch(j, "cosigns", c->witness_key != NULL);
    put_switch(j, "receipts", c->node_key != NULL);
    put_switch(j, "issues", c->signer_key != NULL);
    put(j, "store", store_is_server(c->store) ? "postgresql" : "file");
    put(j, "logs-keep", !c->logs_keep ? NULL : strncmp(c->logs_keep, "etcd ", 5) == 0 ? "etcd" : "folder");
    put_switch(j, "edge", c->sync_from != NULL);
    put_switch(j, "reader", c->reader != NULL);
    put_switch(j, "posts", c->post_file != NULL);
    put_switch(j, "taxii", c->taxii != NULL);
    put_switch(j, "cyber", c->cyber != NULL);
    put_number(j, "stale-after", c->stale_hours);
    put_number(j, "threads", c->threads);
    put(j, "log", c->log);
    put(j, "log-level", c->log_level);
    put_list(j, "languages", &c->languages);
    put_list(j, "hosts", &c->hosts);
    put_list(j, "metrics", &c->metrics);
    jw_array_end(j);
}
