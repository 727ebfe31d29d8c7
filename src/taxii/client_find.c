/* From an address to a collection: discovery, API roots, their collections. */
#include <stdio.h>

#include "taxii/client_internal.h"

/* base + path, a slash between. */
static void join(char *out, size_t room, const char *base, const char *path)
{
    size_t n = strlen(base);

    (void)snprintf(out, room, "%s%s%s", base, n && base[n - 1] == '/' ? "" : "/", path);
}

static bool is_id(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= 'A' && s[i] <= 'Z') && !(s[i] >= '0' && s[i] <= '9') &&
            s[i] != '-' && s[i] != '_' && s[i] != '.')
            return false;
    return n > 0;
}

void client_ask_find(struct taxii_client *c)
{
    char path[CLIENT_TEXT + 32];

    switch (c->phase) {
    case CLIENT_ROOT:
        (void)snprintf(path, sizeof path, "collections/%s/", c->collection);
        join(c->url, sizeof c->url, c->root[c->root_at], path);
        break;
    case CLIENT_LIST:
        join(c->url, sizeof c->url, c->root[c->root_at], "collections/");
        break;
    case CLIENT_FIND:
    case CLIENT_COLLECTION:
    case CLIENT_PAGE:
    case CLIENT_POST:
    case CLIENT_STATUS:
    case CLIENT_DONE:
    case CLIENT_FAILED:
        (void)snprintf(c->url, sizeof c->url, "%s", c->start);
        break;
    }
}

/* Where to look in the API root at root_at, or that nothing is left. */
static void look(struct taxii_client *c)
{
    if (c->root_at >= c->roots)
        client_fail(c, "no-collection", "no collection \"%s\" at this server, or not for us", c->collection);
    else
        c->phase = is_id(c->collection) ? CLIENT_ROOT : CLIENT_LIST;
}

static void add_root(struct taxii_client *c, const char *url)
{
    const char *host = strstr(c->start, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    char full[TAXII_URL];

    if (c->roots == CLIENT_ROOTS || !path)
        return;
    if (url[0] == '/')
        (void)snprintf(full, sizeof full, "%.*s%s", (int)(path - c->start), c->start, url);
    else if (strstr(url, "://"))
        (void)snprintf(full, sizeof full, "%s", url);
    else
        (void)snprintf(full, sizeof full, "%s%s", c->start, url);
    /* Credentials go only to the server that the caller named. */
    if (strncmp(full, c->start, (size_t)(path - c->start) + 1) != 0 || strlen(full) >= sizeof c->root[0] ||
        strpbrk(full, " \t\r\n#?"))
        return;
    (void)snprintf(c->root[c->roots++], sizeof c->root[0], "%s", full);
}

static void take_collection(struct taxii_client *c, const struct json *j, json_ref v, const char *base)
{
    json_ref may = json_member(j, v, c->pushing ? "can_write" : "can_read");
    size_t n;

    if (json_is(j, may, JSON_KIND_FALSE)) {
        client_fail(c, c->pushing ? "read-only" : "write-only", "this collection may not be %s by us",
                    c->pushing ? "written" : "read");
        return;
    }
    (void)snprintf(c->base, sizeof c->base, "%s", base);
    n = strlen(c->base);
    if (n && c->base[n - 1] == '/')
        c->base[n - 1] = 0;
    client_begin(c);
}

/* By alias (5.2) or title. */
static void search_list(struct taxii_client *c, const struct json *j)
{
    json_ref list = json_member(j, JSON_ROOT, "collections");
    char base[TAXII_URL], id[CLIENT_TEXT], path[CLIENT_TEXT + 16];

    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        if (!json_text_is(j, json_member(j, i, "id"), c->collection) &&
            !json_text_is(j, json_member(j, i, "alias"), c->collection) &&
            !json_text_is(j, json_member(j, i, "title"), c->collection))
            continue;
        if (!client_text(j, i, "id", id, sizeof id, &c->a) || !is_id(id))
            continue;
        (void)snprintf(path, sizeof path, "collections/%s", id);
        join(base, sizeof base, c->root[c->root_at], path);
        take_collection(c, j, i, base);
        return;
    }
    c->root_at++;
    look(c);
}

/* What the address given is, by what only one of the resources holds. */
static void first_answer(struct taxii_client *c, const struct json *j)
{
    json_ref roots = json_member(j, JSON_ROOT, "api_roots");
    char id[CLIENT_TEXT], root[TAXII_URL];
    int64_t most;

    if (json_is(j, json_member(j, JSON_ROOT, "can_read"), JSON_KIND_TRUE) ||
        json_is(j, json_member(j, JSON_ROOT, "can_write"), JSON_KIND_TRUE) ||
        json_is(j, json_member(j, JSON_ROOT, "can_read"), JSON_KIND_FALSE)) {
        take_collection(c, j, JSON_ROOT, c->start);
        return;
    }
    if (json_is(j, roots, JSON_KIND_ARRAY)) {
        if (client_text(j, JSON_ROOT, "default", root, sizeof root, &c->a))
            add_root(c, root);
        for (json_ref i = json_first(j, roots); i != JSON_NONE; i = json_after(j, roots, i)) {
            struct span s;

            if (!json_text_of(j, i, &c->a, &s) || s.n == 0 || memchr(s.p, 0, s.n))
                continue;
            client_copy(root, sizeof root, s);
            add_root(c, root);
        }
    } else {
        /* An API root; two servers spell its members otherwise. */
        if (json_member(j, JSON_ROOT, "versions") == JSON_NONE)
            c->stats.odd++;
        if (json_int64(j, json_member(j, JSON_ROOT, "max_content_length"), &most) ||
            json_int64(j, json_member(j, JSON_ROOT, "maxContentLength"), &most))
            if (most > 1024 && (uint64_t)most < c->most_bytes)
                c->most_bytes = (size_t)most;
        add_root(c, c->start);
    }
    if (c->collection[0] == 0 && client_text(j, JSON_ROOT, "id", id, sizeof id, &c->a))
        take_collection(c, j, JSON_ROOT, c->start);
    else if (c->collection[0] == 0)
        client_fail(c, "no-collection", "which collection? give its id");
    else
        look(c);
}

void client_found(struct taxii_client *c, unsigned status, const struct json *j)
{
    if (c->phase == CLIENT_FIND) {
        if (j)
            first_answer(c, j);
        else if (c->collection[0] && status == 404) {
            add_root(c, c->start); /* no discovery there: perhaps an API root that does not tell of itself */
            look(c);
        } else
            client_fail(c, status == 403 ? "forbidden" : "not-found", "the server answers with status %u",
                        status);
        return;
    }
    if (c->phase == CLIENT_LIST) {
        if (j) {
            search_list(c, j);
            return;
        }
        c->root_at++;
        look(c);
        return;
    }
    if (j) {
        take_collection(c, j, JSON_ROOT, c->url);
        return;
    }
    c->phase = CLIENT_LIST; /* no such id: an alias or a title, perhaps */
}
