/* Pages of objects, manifests and versions; deleting (TAXII 2.1 5.3, 5.4, 5.6 to 5.8). */
#include <stdlib.h>

#include "crypto/node_key.h"
#include "node/taxii_internal.h"
#include "taxii/cursor.h"
#include "taxii/write.h"

enum { AROUND = 256, TRIES = 3 };

static struct object_store *store_of(const struct taxii_request *q)
{
    return taxii_options_of(q->t)->objects;
}

bool taxii_query(struct taxii_request *q, struct object_query *out, struct stix_id *id)
{
    const struct taxii_filters *f = q->filters;
    struct object_version *version = arena_array(q->a, f->n_versions + 1, sizeof *version);
    struct digest context;
    struct why w = { 0 };

    *out = (struct object_query){ .collection = q->number,
                                  .may = taxii_may,
                                  .ctx = q,
                                  .dated = f->dated,
                                  .added_after = f->added_after,
                                  .type = f->type,
                                  .n_types = f->n_types,
                                  .id = f->id,
                                  .n_ids = f->n_ids,
                                  .versions = f->versions,
                                  .version = version,
                                  .n_versions = f->n_versions,
                                  .spec = f->spec,
                                  .n_specs = f->n_specs,
                                  .highest_spec = f->n_specs == 0,
                                  .limit = f->limit ? f->limit : LIMIT_TAXII_PAGE,
                                  .most_bytes = LIMIT_TAXII_PAGE_BYTES };
    for (size_t i = 0; version && i < f->n_versions; i++)
        version[i] = (struct object_version){ f->version[i].micros, f->version[i].rest };
    if (!f->versions && !f->n_versions)
        out->versions = OBJECT_LAST;
    if (q->path.object.n) {
        if (!stix_id_read(q->path.object, id)) {
            taxii_refuse(q, 404, "object", "There is no such object.");
            return false;
        }
        out->id = id;
        out->n_ids = 1;
    }
    if (!f->next.n)
        return true;
    taxii_cursor_context(span_str(q->account->config->name), &q->path, f, &context);
    if (taxii_cursor_open(taxii_key(q->t), &context, f->next, &out->after, &w))
        return true;
    taxii_refuse_why(q, 400, &w);
    return false;
}

/* What was asked for one object that the account does not see is as if it were not there. */
static bool object_is_there(struct taxii_request *q, const struct object_query *of)
{
    struct object_query any = {
        .collection = of->collection, .may = of->may, .ctx = of->ctx, .id = of->id, .n_ids = 1, .limit = 1
    };
    struct object_page p;
    bool there;

    object_store_find(store_of(q), &any, &p);
    there = p.n > 0;
    object_page_free(&p);
    if (!there)
        taxii_refuse(q, 404, "object", "There is no such object.");
    return there;
}

/* Finds; false: answered. match[id] with nothing in it that could be an id finds nothing. */
static bool find(struct taxii_request *q, struct object_query *query, struct stix_id *id,
                 struct object_page *page)
{
    *page = (struct object_page){ 0 };
    if (!taxii_query(q, query, id))
        return false;
    if (q->filters->by_id && q->filters->n_ids == 0)
        return true;
    if (q->path.place == TAXII_VERSIONS)
        query->versions = OBJECT_ALL;
    object_store_find(store_of(q), query, page);
    return page->n || !q->path.object.n || object_is_there(q, query);
}

static void put_dates(struct taxii_request *q, const struct object_page *p)
{
    char *text = arena_alloc(q->a, (size_t)2 * OBJECT_TIME_TEXT);

    if (!p->n || !text)
        return;
    taxii_header(q, "X-TAXII-Date-Added-First", object_date_text(p->first, text));
    taxii_header(q, "X-TAXII-Date-Added-Last", object_date_text(p->last, text + OBJECT_TIME_TEXT));
}

/* Where to go on; NULL: this was all. */
static const char *next_of(struct taxii_request *q, const struct object_page *p, char text[TAXII_CURSOR_TEXT])
{
    uint8_t nonce[XCHACHA_NONCE];
    struct digest context;

    if (!p->more || !p->n)
        return NULL;
    random_bytes(nonce, sizeof nonce);
    taxii_cursor_context(span_str(q->account->config->name), &q->path, q->filters, &context);
    taxii_cursor_seal(taxii_key(q->t), nonce, &context, p->sequence[p->n - 1], text);
    return text;
}

static void finish(struct taxii_request *q, const struct object_page *p, struct buffer *b)
{
    if (!buf_ok(b)) {
        buf_free(b);
        taxii_refuse(q, 500, "too-large", "The page does not fit.");
        return;
    }
    put_dates(q, p);
    taxii_answer(q, 200, buf_span(b));
    q->out->heap = b->p; /* given back when it was sent */
}

static void answer_empty(struct taxii_request *q)
{
    taxii_answer(q, 200, SPAN("{}"));
}

void taxii_get_objects(struct taxii_request *q)
{
    char text[TAXII_CURSOR_TEXT];
    struct object_query query;
    struct object_page p;
    struct stix_id id;
    struct buffer b;
    struct why w = { 0 };
    bool ok = false;

    /* Again when an object was deleted between finding and reading it. */
    for (int i = 0; i < TRIES && !ok; i++) {
        if (!find(q, &query, &id, &p))
            return;
        if (p.n == 0) {
            answer_empty(q);
            object_page_free(&p);
            return;
        }
        why_clear(&w);
        buf_init(&b, p.bytes + AROUND);
        b.p = malloc(p.bytes + AROUND);
        if (!b.p)
            abort();
        b.cap = p.bytes + AROUND;
        taxii_put_begin(&b, "objects");
        ok = object_store_bytes(store_of(q), p.sequence, p.n, buf_grow(&b, p.bytes), p.bytes, &w);
        if (ok) {
            taxii_put_end(&b, next_of(q, &p, text));
            finish(q, &p, &b);
        } else {
            buf_free(&b);
        }
        object_page_free(&p);
    }
    if (!ok)
        taxii_refuse_why(q, 500, &w);
}

void taxii_get_manifest(struct taxii_request *q)
{
    char next[TAXII_CURSOR_TEXT], id_text[STIX_ID_TEXT], date[OBJECT_TIME_TEXT], version[OBJECT_TIME_TEXT];
    struct object_query query;
    struct object_page p;
    struct object_row r;
    struct stix_id id;
    struct buffer b;
    bool first = true;

    if (!find(q, &query, &id, &p))
        return;
    if (p.n == 0) {
        answer_empty(q);
        return;
    }
    buf_init(&b, LIMIT_REQUEST_MEMORY);
    taxii_put_begin(&b, "objects");
    for (size_t i = 0; i < p.n; i++) {
        if (!object_store_row(store_of(q), p.sequence[i], &r))
            continue; /* deleted since */
        (void)object_id_text(store_of(q), &r, id_text);
        taxii_put_entry(&b, first, id_text, object_date_text(r.date_added, date),
                        object_version_text(&r, version), r.spec);
        first = false;
    }
    taxii_put_end(&b, next_of(q, &p, next));
    finish(q, &p, &b);
    object_page_free(&p);
}

/* Newest version first. */
static int by_version(const void *a, const void *b)
{
    const struct object_row *x = a, *y = b;

    if (x->version != y->version)
        return x->version < y->version ? 1 : -1;
    return x->version_rest != y->version_rest ? (x->version_rest < y->version_rest ? 1 : -1) : 0;
}

void taxii_get_versions(struct taxii_request *q)
{
    char next[TAXII_CURSOR_TEXT], text[OBJECT_TIME_TEXT];
    struct object_query query;
    struct object_page p;
    struct object_row *row;
    struct stix_id id;
    struct buffer b;
    size_t n = 0;

    if (!find(q, &query, &id, &p))
        return;
    if (p.n == 0) {
        answer_empty(q);
        return;
    }
    row = arena_array(q->a, p.n, sizeof *row);
    for (size_t i = 0; row && i < p.n; i++)
        n += object_store_row(store_of(q), p.sequence[i], &row[n]);
    if (n)
        qsort(row, n, sizeof *row, by_version);
    buf_init(&b, LIMIT_REQUEST_MEMORY);
    taxii_put_begin(&b, "versions");
    for (size_t i = 0; i < n; i++) {
        buf_str(&b, i ? ",\"" : "\"");
        buf_str(&b, object_version_text(&row[i], text));
        buf_u8(&b, '"');
    }
    taxii_put_end(&b, next_of(q, &p, next));
    finish(q, &p, &b);
    object_page_free(&p);
}

/* All versions unless some are named. */
void taxii_delete(struct taxii_request *q)
{
    struct object_query query;
    struct object_page p;
    struct stix_id id;
    struct why w = { 0 };
    bool ok;

    if (!taxii_query(q, &query, &id))
        return;
    if (!q->filters->versions && !q->filters->n_versions)
        query.versions = OBJECT_ALL;
    query.highest_spec = false;
    query.limit = query.most_bytes = 0;
    object_store_find(store_of(q), &query, &p);
    if (p.n == 0) {
        taxii_refuse(q, 404, "object", "There is no such object, or no such version of it.");
        return;
    }
    ok = object_store_delete(store_of(q), p.sequence, p.n, &w);
    object_page_free(&p);
    if (!ok) {
        taxii_refuse_why(q, 503, &w);
        return;
    }
    taxii_answer(q, 200, (struct span){ NULL, 0 });
}
