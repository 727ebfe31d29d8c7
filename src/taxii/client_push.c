/* Posts and their status resources (TAXII 2.1 4.3, 5.5). Sent again after a broken answer: a version that is
 * stored already is a success. */
#include <stdio.h>

#include "taxii/client_internal.h"

enum { POLL_MS = 100, POLL_MOST_MS = 5000 };

/* As many objects as fit, at least one. */
static void fill(struct taxii_client *c)
{
    buf_reset(&c->body);
    buf_str(&c->body, "{\"objects\":[");
    c->batch = 0;
    while (c->sent + c->batch < c->n) {
        struct span o = c->object[c->sent + c->batch];

        if (c->batch && c->body.n + o.n + 3 > c->most_bytes)
            break;
        if (c->batch)
            buf_u8(&c->body, ',');
        buf_put(&c->body, o);
        c->batch++;
    }
    buf_str(&c->body, "]}");
}

void client_ask_post(struct taxii_client *c)
{
    const char *end = strstr(c->base, "/collections/");

    if (c->phase == CLIENT_POST) {
        fill(c);
        if (!buf_ok(&c->body))
            client_fail(c, "too-large", "an object larger than %zu bytes", (size_t)LIMIT_TAXII_PUSH);
        (void)snprintf(c->url, sizeof c->url, "%.1900s/objects/", c->base);
        return;
    }
    for (const char *more = end; more; more = strstr(more + 1, "/collections/"))
        end = more;
    if (!end)
        client_fail(c, "not-taxii", "no API root above the collection's address");
    else
        (void)snprintf(c->url, sizeof c->url, "%.*s/status/%.200s/", (int)(end - c->base), c->base,
                       c->status_id);
}

static void tell(struct taxii_client *c, const struct json *j, const char *name, bool success)
{
    json_ref list = json_member(j, JSON_ROOT, name);

    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        struct span id = { NULL, 0 }, version = { NULL, 0 }, message = { NULL, 0 };
        bool has = json_text_of(j, json_member(j, i, "id"), &c->a, &id);

        if (!has && !json_text_of(j, i, &c->a, &id))
            continue;
        has = json_text_of(j, json_member(j, i, "version"), &c->a, &version);
        has = json_text_of(j, json_member(j, i, "message"), &c->a, &message) || has;
        c->outcome(c->ctx, id, version, success, has ? message : (struct span){ NULL, 0 });
    }
}

/* A status that names no successes counts them; those that failed are named (4.3). */
static void finished(struct taxii_client *c, const struct json *j)
{
    int64_t failures = 0;

    tell(c, j, "successes", true);
    tell(c, j, "failures", false);
    if (!json_int64(j, json_member(j, JSON_ROOT, "failure_count"), &failures))
        failures = 0;
    c->stats.pages++;
    c->stats.objects += c->batch;
    c->stats.fresh += c->batch - ((uint64_t)failures < c->batch ? (size_t)failures : c->batch);
    c->sent += c->batch;
    c->polls = 0;
    c->phase = c->sent < c->n ? CLIENT_POST : CLIENT_DONE;
}

static bool good_id(const char *s)
{
    return s[0] && !strpbrk(s, "/?#% \t\r\n");
}

void client_got_post(struct taxii_client *c, const struct json *j, int64_t now)
{
    json_ref status = json_member(j, JSON_ROOT, "status");
    int64_t wait = POLL_MS;

    if (json_text_is(j, status, "complete")) {
        finished(c, j);
        return;
    }
    if (!json_text_is(j, status, "pending")) {
        client_fail(c, "not-taxii", "no status resource in the answer to a POST");
        return;
    }
    if (c->phase == CLIENT_POST &&
        (!client_text(j, JSON_ROOT, "id", c->status_id, sizeof c->status_id, &c->a) ||
         !good_id(c->status_id))) {
        client_fail(c, "not-taxii", "a status without an id");
        return;
    }
    c->phase = CLIENT_STATUS;
    if (++c->polls > CLIENT_STATUS_POLLS) {
        client_fail(c, "busy", "the server has not finished after %u questions", c->polls - 1);
        return;
    }
    for (unsigned i = 1; i < c->polls && wait < POLL_MOST_MS; i++)
        wait *= 2;
    wait = wait < POLL_MOST_MS ? wait : POLL_MOST_MS;
    if (c->not_before < now + wait)
        c->not_before = now + wait;
}
