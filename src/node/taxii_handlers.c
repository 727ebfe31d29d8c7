/* The endpoints of TAXII 2.1: who asks and whether they may, and what there is (sections 4, 5.1, 5.2). */
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "node/handlers.h"
#include "node/taxii_intake.h"
#include "taxii/media.h"
#include "taxii/write.h"
#include "wire/json_write.h"

enum { ERROR_BYTES = 2048, SOON = 256 };

void taxii_answer(struct taxii_request *q, unsigned status, struct span body)
{
    q->out->status = status;
    q->out->type = TAXII_MEDIA;
    q->out->body = body;
}

void taxii_header(struct taxii_request *q, const char *name, const char *value)
{
    if (q->out->n_own == HTTP_OWN)
        return;
    q->out->own[q->out->n_own].name = name;
    q->out->own[q->out->n_own++].value = value;
}

void taxii_refuse(struct taxii_request *q, unsigned status, const char *reason, const char *detail)
{
    uint8_t mem[ERROR_BYTES];
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    taxii_put_error(&b, status, reason, detail);
    *q->out = (struct http_answer){ .reason = reason, .retry = status == 503 };
    taxii_answer(q, status, arena_copy(q->a, buf_span(&b)));
    if (status == 401)
        taxii_header(q, "WWW-Authenticate", "Basic realm=\"TAXII\", charset=\"UTF-8\"");
}

void taxii_refuse_why(struct taxii_request *q, unsigned status, const struct why *w)
{
    taxii_refuse(q, status, w->reason, w->detail);
}

bool taxii_may(void *ctx, const struct cyber_label *label)
{
    const struct taxii_request *q = ctx;

    return cyber_may(&q->law, &q->account->reader, label, CYBER_READ, q->now / 1000000) == CYBER_ALLOWED;
}

static bool let(struct taxii_request *q, bool wait)
{
    switch (taxii_let(q->t, q->r->authorization, wait, &q->account)) {
    case TAXII_LET:
        return true;
    case TAXII_LATER:
        q->later = true;
        return false;
    case TAXII_BUSY:
        taxii_refuse(q, 503, "busy", "Too many passwords are being worked out: ask again in a second.");
        return false;
    case TAXII_STRANGER:
    default:
        taxii_refuse(q, 401, "credentials", "Name an account of this server and its password.");
        return false;
    }
}

static bool is_get(const struct http_request *r)
{
    return strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
}

static bool method_fits(struct taxii_request *q)
{
    const char *methods = taxii_methods(q->path.place);

    if (is_get(q->r) || (strcmp(q->r->method, "POST") == 0 && strstr(methods, "POST")) ||
        (strcmp(q->r->method, "DELETE") == 0 && strstr(methods, "DELETE")))
        return true;
    taxii_refuse(q, 405, "method", "This resource does not take this method.");
    q->out->allow = methods;
    return false;
}

/* 1.2, 5.5: the headers of a POST; refused before any byte of the body is read. */
static bool body_fits(struct taxii_request *q)
{
    if (!taxii_is_content(span_str(q->r->content_type))) {
        taxii_refuse(q, 415, "media-type", "The body is an envelope of type " TAXII_MEDIA ".");
        return false;
    }
    if (q->r->length > q->root->most) {
        taxii_refuse(q, 413, "too-large", "The body is larger than max_content_length of this API root.");
        return false;
    }
    return true;
}

static bool rights_fit(struct taxii_request *q)
{
    bool ok = is_get(q->r)                        ? q->rights.read
              : strcmp(q->r->method, "POST") == 0 ? q->rights.write
                                                  : q->rights.read && q->rights.write;

    if (!ok)
        taxii_refuse(q, 403, "rights", "This account may not do that with this collection.");
    return ok;
}

static bool filters_fit(struct taxii_request *q)
{
    struct taxii_pair pair[HTTP_QUERY];
    struct why w = { 0 };

    if (q->r->query_lost) {
        taxii_refuse(q, 400, "query", "There are too many query parameters.");
        return false;
    }
    q->filters = arena_alloc(q->a, sizeof *q->filters);
    for (size_t i = 0; i < q->r->n_query; i++)
        pair[i] = (struct taxii_pair){ q->r->query[i].name, q->r->query[i].value };
    if (q->filters && taxii_filters_read(q->path.place, strcmp(q->r->method, "DELETE") == 0, pair,
                                         q->r->n_query, q->filters, &w))
        return true;
    taxii_refuse_why(q, 400, &w);
    return false;
}

/* Root, collection and what the account may do there. */
static bool place_fits(struct taxii_request *q)
{
    if (q->path.place == TAXII_DISCOVERY)
        return true;
    q->root = taxii_root(q->t, q->account, q->path.root);
    if (!q->root) {
        taxii_refuse(q, 404, "root", "There is no such API root.");
        return false;
    }
    if (!q->path.collection.n)
        return true;
    q->collection = taxii_collection(q->t, q->account, q->root, q->path.collection, &q->number);
    if (!q->collection) {
        taxii_refuse(q, 404, "collection", "There is no such collection.");
        return false;
    }
    q->rights = taxii_rights(q->account, q->collection);
    if (q->path.place == TAXII_COLLECTION)
        return true;
    if (!rights_fit(q))
        return false;
    return strcmp(q->r->method, "POST") == 0 ? body_fits(q) : filters_fit(q);
}

bool taxii_prepare(struct taxii_request *q, bool wait)
{
    if (!let(q, wait))
        return false;
    if (!taxii_path_read(span_str(q->r->path), &q->path)) {
        taxii_refuse(q, 404, "path", "There is no such resource.");
        return false;
    }
    if (!method_fits(q))
        return false;
    if (!taxii_accepts(span_str(q->r->accept))) {
        taxii_refuse(q, 406, "accept", "Accept " TAXII_MEDIA ".");
        return false;
    }
    return place_fits(q);
}

static void put_discovery(struct taxii_request *q, struct json_writer *j)
{
    const struct node_config *c = taxii_options_of(q->t)->config;
    const char *first = c->taxii_default;
    char path[80];

    jw_object(j, NULL);
    jw_str(j, "title", c->taxii_title ? c->taxii_title : c->name);
    if (c->taxii_description)
        jw_str(j, "description", c->taxii_description);
    if (c->taxii_contact)
        jw_str(j, "contact", c->taxii_contact);
    if (first && taxii_root(q->t, q->account, span_str(first))) {
        (void)snprintf(path, sizeof path, "/%s/", first);
        jw_str(j, "default", path);
    }
    jw_array(j, "api_roots");
    for (size_t i = 0; i < c->taxii->n_roots; i++) {
        (void)snprintf(path, sizeof path, "/%s/", c->taxii->root[i].name);
        if (taxii_root(q->t, q->account, span_str(c->taxii->root[i].name)))
            jw_str(j, NULL, path);
    }
    jw_array_end(j);
    jw_object_end(j);
}

static void put_root(const struct taxii_request *q, struct json_writer *j)
{
    jw_object(j, NULL);
    jw_str(j, "title", q->root->title);
    if (q->root->description)
        jw_str(j, "description", q->root->description);
    jw_array(j, "versions");
    jw_str(j, NULL, TAXII_MEDIA);
    jw_array_end(j);
    jw_int(j, "max_content_length", (int64_t)q->root->most);
    jw_object_end(j);
}

static void put_collection(const struct taxii_request *q, const struct taxii_collection_config *c,
                           const char *key, struct json_writer *j)
{
    struct taxii_rights r = taxii_rights(q->account, c);

    jw_object(j, key);
    jw_str(j, "id", c->id);
    jw_str(j, "title", c->title);
    if (c->description)
        jw_str(j, "description", c->description);
    if (c->alias)
        jw_str(j, "alias", c->alias);
    jw_bool(j, "can_read", r.read);
    jw_bool(j, "can_write", r.write);
    jw_array(j, "media_types");
    if (c->v20)
        jw_str(j, NULL, "application/stix+json;version=2.0");
    jw_str(j, NULL, TAXII_STIX);
    jw_array_end(j);
    jw_object_end(j);
}

static void put_collections(const struct taxii_request *q, struct json_writer *j)
{
    const struct taxii_config *c = taxii_options_of(q->t)->config->taxii;
    bool any = false;

    jw_object(j, NULL);
    for (size_t i = 0; i < c->n_collections; i++) {
        if (&c->root[c->collection[i].root] != q->root || !taxii_rights(q->account, &c->collection[i]).see)
            continue;
        if (!any)
            jw_array(j, "collections");
        any = true;
        put_collection(q, &c->collection[i], NULL, j);
    }
    if (any)
        jw_array_end(j);
    jw_object_end(j);
}

static void get_described(struct taxii_request *q)
{
    struct buffer b;
    struct json_writer j = json_to(&b);

    buf_init(&b, LIMIT_REQUEST_MEMORY);
    if (q->path.place == TAXII_DISCOVERY)
        put_discovery(q, &j);
    else if (q->path.place == TAXII_ROOT)
        put_root(q, &j);
    else if (q->path.place == TAXII_COLLECTIONS)
        put_collections(q, &j);
    else
        put_collection(q, q->collection, NULL, &j);
    taxii_answer(q, 200, arena_copy(q->a, buf_span(&b)));
    buf_free(&b);
}

static void dispatch(struct taxii_request *q)
{
    bool get = is_get(q->r);

    switch (q->path.place) {
    case TAXII_STATUS:
        taxii_get_status(q);
        break;
    case TAXII_MANIFEST:
        taxii_get_manifest(q);
        break;
    case TAXII_OBJECTS:
        (get ? taxii_get_objects : taxii_post)(q);
        break;
    case TAXII_OBJECT:
        (get ? taxii_get_objects : taxii_delete)(q);
        break;
    case TAXII_VERSIONS:
        taxii_get_versions(q);
        break;
    case TAXII_DISCOVERY:
    case TAXII_ROOT:
    case TAXII_COLLECTIONS:
    case TAXII_COLLECTION:
    default:
        get_described(q);
        break;
    }
}

static struct taxii_request request_of(const struct node_view *v, const struct http_request *r,
                                       struct arena *a, struct http_answer *out)
{
    return (struct taxii_request){ .t = v->o->taxii, .r = r, .a = a, .out = out };
}

void handle_taxii(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    struct taxii_request q = request_of(v, r, a, out);
    const struct taxii_options *o = taxii_options_of(q.t);

    if (!taxii_prepare(&q, true))
        return;
    q.now = o->now(o->ctx);
    taxii_law(q.t, q.now, &q.law);
    dispatch(&q);
}

bool taxii_takes(const struct node_view *v, const struct http_request *r)
{
    struct span path = span_str(r->path), first;

    if (!v->o->taxii || path.n < 2)
        return false;
    path = span_sub(path, 1, path.n);
    if (!text_split(&path, '/', &first))
        return false;
    return span_eq_str(first, "taxii2") || taxii_has_root(v->o->taxii, first) ||
           (r->accept && strstr(r->accept, "application/taxii+json"));
}

/* Little work is done by the thread that reads the request: what is told from memory, and polls that find
 * little. */
static bool is_quick(const struct taxii_request *q)
{
    switch (q->path.place) {
    case TAXII_DISCOVERY:
    case TAXII_ROOT:
    case TAXII_COLLECTIONS:
    case TAXII_COLLECTION:
    case TAXII_OBJECT:
        return is_get(q->r);
    case TAXII_MANIFEST:
    case TAXII_OBJECTS:
        return is_get(q->r) && q->filters->dated &&
               object_store_after(taxii_options_of(q->t)->objects, q->number, q->filters->added_after, SOON);
    case TAXII_STATUS:
    case TAXII_VERSIONS:
    default:
        return false;
    }
}

void taxii_refuse_early(unsigned status, const struct why *w, struct arena *a, struct http_answer *out)
{
    struct taxii_request q = { .a = a, .out = out };

    taxii_refuse_why(&q, status, w);
}

const struct route *taxii_route(const struct node_view *v, const struct http_request *r, struct arena *a,
                                struct http_answer *out)
{
    static const struct route quick = { .method = "GET",
                                        .path = "/taxii2/",
                                        .operation = "taxii",
                                        .thread = ROUTE_AT_ONCE,
                                        .handle = handle_taxii },
                              slow = { .method = "GET",
                                       .path = "/taxii2/",
                                       .operation = "taxii",
                                       .thread = ROUTE_WORKER,
                                       .handle = handle_taxii },
                              post = { .method = "POST",
                                       .path = "/taxii2/",
                                       .operation = "taxii",
                                       .content_type = "*",
                                       .thread = ROUTE_WORKER,
                                       .handle = handle_taxii,
                                       .most = LIMIT_TAXII_CONTENT_MOST,
                                       .waits = true,
                                       .refuse = taxii_refuse_early,
                                       .stream = &taxii_intake_stream };
    struct taxii_request q = request_of(v, r, a, out);
    bool ready = taxii_prepare(&q, false);

    if (strcmp(r->method, "POST") == 0)
        return &post;
    return ready && is_quick(&q) ? &quick : &slow;
}
