#include "node/handlers.h"

#include "base/text.h"
#include "wire/json_write.h"

enum { ANSWER_BYTES = 8 * 1024 * 1024, ARTICLE_ID = 64 };

/* The answer of a handler that writes with j: into the arena and out. */
static void finish(struct buffer *b, unsigned status, struct arena *a, struct http_answer *out)
{
    if (buf_ok(b))
        answer_json(out, status, arena_copy(a, buf_span(b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(b);
}

static void put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    jw_str(j, key, time_format(t, text));
}

void handle_health(const struct node_view *v, const struct http_request *r, struct arena *a,
                   struct http_answer *out)
{
    (void)v;
    (void)r;
    (void)a;
    answer_json(out, 200, SPAN("{\"status\":\"up\"}"));
}

static bool store_ready(struct store *s, struct why *w)
{
    struct store_stats stats;

    if (!s)
        return why_set(w, "store", WHY_NO_OFFSET, NULL, "no store is configured");
    return store_stats(s, &stats, w);
}

static void put_part(struct json_writer *j, const char *name, bool ready, const char *missing)
{
    jw_object(j, name);
    jw_bool(j, "ready", ready);
    jw_str(j, "detail", ready ? NULL : missing);
    jw_object_end(j);
}

void handle_ready(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct check_context *c = v->o->check;
    bool anchors = c->anchors && anchor_set_count(c->anchors) > 0, store, all;
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct why w;

    (void)r;
    why_clear(&w);
    store = store_ready(c->store, &w);
    all = store && anchors && c->agreement;
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    jw_bool(&j, "ready", all);
    put_part(&j, "store", store, w.detail);
    put_part(&j, "anchors", anchors, "no trust anchors are loaded: no seal can be found genuine");
    put_part(&j, "agreement", c->agreement != NULL, "no agreement is loaded");
    jw_object_end(&j);
    finish(&b, all ? 200 : 503, a, out);
    out->retry = !all;
}

static void put_agreement(struct json_writer *j, const struct agreement *a)
{
    if (!a) {
        jw_null(j, "agreement");
        return;
    }
    jw_object(j, "agreement");
    jw_str(j, "title", agreement_title(a));
    jw_int(j, "version", agreement_version(a));
    jw_hex(j, "sha256", span_of(agreement_hash(a), 32));
    jw_object_end(j);
}

void handle_node(const struct node_view *v, const struct http_request *r, struct arena *a,
                 struct http_answer *out)
{
    const struct check_context *c = v->o->check;
    struct buffer b;
    struct json_writer j = json_to(&b);

    (void)r;
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    jw_str(&j, "member", c->member);
    jw_str(&j, "name", c->node_name);
    jw_str(&j, "version", SERAI_VERSION);
    put_time(&j, "time", v->o->now(v->o->ctx));
    put_time(&j, "started", v->started);
    put_agreement(&j, c->agreement);
    jw_object(&j, "anchors");
    jw_int(&j, "count", c->anchors ? (int64_t)anchor_set_count(c->anchors) : 0);
    if (c->anchors)
        put_time(&j, "as_of", c->anchors_as_of);
    else
        jw_null(&j, "as_of");
    jw_object_end(&j);
    if (c->node_public)
        jw_hex(&j, "public_key", span_of(c->node_public, 32));
    else
        jw_null(&j, "public_key");
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

/* The id of an `article` line; false for any other line. Only ids that the parsed agreement knows are used.
 */
static bool article_id(struct span line, char id[ARTICLE_ID])
{
    struct span word;

    line = text_trim(line);
    if (!text_split(&line, ' ', &word) || !span_eq_str(word, "article"))
        return false;
    line = text_trim(line);
    if (!text_split(&line, ' ', &word) || word.n == 0 || word.n >= ARTICLE_ID)
        return false;
    memcpy(id, word.p, word.n);
    id[word.n] = 0;
    return true;
}

static void put_article(struct json_writer *j, const struct agreement *agreement, const char *id,
                        const char *language)
{
    const char *found = NULL, *text = agreement_wording(agreement, id, language, &found);

    if (!text)
        return;
    jw_object(j, NULL);
    jw_str(j, "article", id);
    jw_str(j, "language", found);
    jw_str(j, "text", text);
    jw_object_end(j);
}

void handle_agreement(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    const struct agreement *agreement = v->o->check->agreement;
    const char *language = http_query(r, "language");
    struct span text = v->o->agreement_text, line;
    char id[ARTICLE_ID];
    struct buffer b;
    struct json_writer j = json_to(&b);

    if (!agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    put_agreement(&j, agreement);
    jw_array(&j, "articles");
    while (text_split(&text, '\n', &line))
        if (article_id(line, id))
            put_article(&j, agreement, id, language ? language : "en");
    jw_array_end(&j);
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

void handle_agreement_text(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    (void)r;
    if (!v->o->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200,
                                 .type = "text/plain; charset=utf-8",
                                 .body = v->o->agreement_text };
}

static void put_list(struct json_writer *j, const char *name, const struct config_list *list)
{
    jw_array(j, name);
    for (size_t i = 0; i < list->n; i++)
        jw_str(j, NULL, list->item[i]);
    jw_array_end(j);
}

static void put_states(struct json_writer *j, const struct agreement *agreement)
{
    struct span state[256];
    size_t n = agreement ? agreement_parties(agreement, state, 256) : 0;

    jw_array(j, "states");
    for (size_t i = 0; i < n && i < 256; i++)
        jw_text(j, NULL, state[i]);
    jw_array_end(j);
}

void handle_words(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct node_config *config = v->o->config;
    struct buffer b;
    struct json_writer j = json_to(&b);

    (void)r;
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    put_list(&j, "purposes", &config->purposes);
    put_list(&j, "modes", &config->modes);
    put_list(&j, "posts", &config->posts);
    put_states(&j, v->o->check->agreement);
    put_list(&j, "languages", &config->languages);
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

void handle_asset(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct asset *file = asset_find(v->assets, r->path);

    if (!file) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200, .type = file->type, .body = file->body, .etag = file->etag };
    if (r->if_none_match && strstr(r->if_none_match, file->etag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}
