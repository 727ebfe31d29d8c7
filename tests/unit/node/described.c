#include "described.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema.h"

void assert_described(const json_t *api, const char *method, const char *path, const struct reply *r,
                      const char *what)
{
    char lower[8] = "", status[8], why[256];
    const char *type = reply_header(r, "Content-Type");
    const json_t *operation, *response, *schema;
    char media[64];
    json_t *value;
    json_error_t e;

    for (size_t i = 0; method[i] && i < sizeof lower - 1; i++)
        lower[i] = (char)(method[i] | 0x20);
    operation = schema_at(api, api, "paths", path, lower, NULL);
    (void)snprintf(status, sizeof status, "%d", r->status);
    response = operation ? schema_at(api, operation, "responses", status, NULL) : NULL;
    if (operation && !response)
        fail_msg("%s: status %d of %s is not described", what, r->status, path);
    if (r->status == 304)
        return;
    (void)snprintf(media, sizeof media, "%.*s", type ? (int)strcspn(type, ";") : 0, type ? type : "");
    schema = response ? schema_at(api, response, "content", media, "schema", NULL)
                      : schema_at(api, api, "components", "schemas", "Error", NULL);
    if (!schema)
        fail_msg("%s: %s of %s is not described as %s", what, status, path, media);
    if (strcmp(media, "application/json") != 0)
        return;
    value = json_loadb(r->body, r->n, 0, &e);
    if (!value)
        fail_msg("%s: not JSON: %s: %s", what, e.text, r->body);
    if (!schema_holds(api, schema, value, why, sizeof why))
        fail_msg("%s: %s: %s", what, why, r->body);
    json_decref(value);
}
