#include "node/handlers.h"
#include "node/exchange.h"
#include "node/federation.h"
#include "node/sync_report.h"

#include <stdio.h>

#include "wire/json_write.h"

enum { ANSWER_BYTES = 8 * 1024 * 1024, WORDS = 256 };

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

static void put_part(struct json_writer *j, const char *name, bool ready, const char *detail)
{
    jw_object(j, name);
    jw_bool(j, "ready", ready);
    jw_str(j, "detail", detail);
    jw_object_end(j);
}

/* When what is believed was read, and why the files as they are now are not. */
static struct keeper_state state_of(const struct node_view *v)
{
    struct keeper_state state = { .read = v->started };

    if (v->o->keeper)
        keeper_state(v->o->keeper, &state);
    return state;
}

/* Told, and no more: what is decided here waits for no other member. */
static void put_federation(struct json_writer *j, struct federation *f)
{
    struct federation_part_report part[FEDERATION_PARTS];
    size_t n = f ? federation_report(f, part, FEDERATION_PARTS) : 0;
    const struct why *w = NULL;

    for (size_t i = 0; i < n && !w; i++)
        if (part[i].why.reason)
            w = &part[i].why;
    if (f)
        put_part(j, "federation", !w, w ? w->detail : NULL);
}

static void put_member(struct json_writer *j, const struct sync_member_report *m, unix_time now)
{
    jw_object(j, NULL);
    jw_str(j, "member", m->member);
    jw_int(j, "logs", (int64_t)m->logs);
    if (m->looked)
        jw_int(j, "age", now - m->looked);
    else
        jw_null(j, "age");
    jw_bool(j, "stale", m->stale);
    jw_bool(j, "reached", m->reached);
    if (m->has_clock)
        jw_int(j, "clock", m->clock);
    else
        jw_null(j, "clock");
    if (m->reason.n) {
        jw_object(j, "stands_still");
        jw_text(j, "origin", m->origin);
        jw_text(j, "reason", m->reason);
        jw_text(j, "detail", m->detail);
        jw_bool(j, "stopped", m->stopped);
        jw_object_end(j);
    }
    jw_object_end(j);
}

/* What is here of the others, and how old; it makes no node unready either: an old answer with its age is
 * better than none. */
static void put_sync(struct json_writer *j, const struct node_view *v, struct arena *a)
{
    struct sync_report *r = arena_alloc(a, sizeof *r);
    unix_time now = v->o->now(v->o->ctx);
    struct why w;

    why_clear(&w);
    if (!v->o->federation || !r || !sync_report(v->o->federation, v->started, now, a, r, &w))
        return;
    jw_object(j, "sync");
    jw_bool(j, "ready", r->stale == 0);
    jw_int(j, "stale_after", (int64_t)v->o->config->stale_hours * 3600);
    jw_array(j, "members");
    for (size_t i = 0; i < r->n; i++)
        put_member(j, &r->member[i], now);
    jw_array_end(j);
    if (r->needed) {
        jw_object(j, "witnesses");
        jw_int(j, "needed", r->needed);
        jw_int(j, "reached", r->reached);
        jw_object_end(j);
    }
    jw_object_end(j);
}

void handle_ready(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct check_context *c = v->check;
    bool anchors = c->anchors && anchor_set_count(c->anchors) > 0, store, signs, all;
    bool maintained = maintenance_on(&v->node->maintenance);
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct keeper_state state = state_of(v);
    struct why w, y;

    (void)r;
    why_clear(&w);
    why_clear(&y);
    store = store_ready(c->store, &w);
    signs = !c->signer || signer_ready(c->signer, &y);
    all = store && signs && anchors && c->agreement && !maintained;
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    jw_bool(&j, "ready", all);
    if (maintained)
        jw_bool(&j, "maintenance", true);
    if (v->o->federation && atomic_load(&v->o->federation->restored))
        jw_bool(&j, "restored", true); /* checks are made; nothing is published */
    put_part(&j, "store", store, store ? NULL : w.detail);
    if (c->signer)
        put_part(&j, "signing", signs, signs ? NULL : y.detail);
    put_part(&j, "anchors", anchors,
             state.why.reason ? state.why.detail
             : anchors        ? NULL
                              : "no trust anchors are loaded: no seal can be found genuine");
    put_part(&j, "agreement", c->agreement != NULL, c->agreement ? NULL : "no agreement is loaded");
    put_federation(&j, v->o->federation);
    put_sync(&j, v, a);
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
    const struct check_context *c = v->check;
    struct buffer b;
    struct json_writer j = json_to(&b);
    struct keeper_state state = state_of(v);

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
    put_time(&j, "read", state.read);
    jw_str(&j, "not_taken", state.why.reason ? state.why.detail : NULL);
    jw_object_end(&j);
    jw_bool(&j, "reader", v->o->reader);
    if (c->signer)
        jw_hex(&j, "public_key", span_of(c->signer->pub, NODE_PUBLIC_KEY));
    else
        jw_null(&j, "public_key");
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

static void put_article(struct json_writer *j, const struct agreement *agreement, const char *number,
                        unsigned line, const char *language)
{
    const char *found = NULL, *text = agreement_wording(agreement, number, language, &found), *title_language;

    jw_object(j, NULL);
    jw_str(j, "article", number);
    jw_int(j, "line", line);
    jw_str(j, "title", agreement_title_in(agreement, number, language, &title_language));
    jw_str(j, "language", found);
    jw_str(j, "text", text);
    jw_object_end(j);
}

void handle_agreement(const struct node_view *v, const struct http_request *r, struct arena *a,
                      struct http_answer *out)
{
    const struct agreement *agreement = v->check->agreement;
    const char *language = http_query(r, "language");
    struct agreement_article *article;
    struct buffer b;
    struct json_writer j = json_to(&b);
    size_t n;

    if (!agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    n = agreement_articles(agreement, NULL, 0);
    article = arena_array(a, n, sizeof *article);
    if (!article)
        n = 0;
    (void)agreement_articles(agreement, article, n);
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    put_agreement(&j, agreement);
    jw_array(&j, "articles");
    for (size_t i = 0; i < n; i++)
        put_article(&j, agreement, article[i].number, article[i].line, language ? language : "en");
    jw_array_end(&j);
    jw_object_end(&j);
    finish(&b, 200, a, out);
}

void handle_agreement_text(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out)
{
    (void)r;
    if (!v->check->agreement) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    *out = (struct http_answer){ .status = 200,
                                 .type = "text/plain; charset=utf-8",
                                 .body = v->o->agreement_text };
}

static bool is_listed(const struct config_list *l, struct span s)
{
    for (size_t i = 0; i < l->n; i++)
        if (span_eq_str(s, l->item[i]))
            return true;
    return false;
}

/* All that the console speaks, each has a catalogue; first those that this node prefers. */
static void put_languages(struct json_writer *j, const struct assets *assets,
                          const struct config_list *preferred)
{
    static const struct span begin = { (const uint8_t *)"/i18n/", 6 }, end = { (const uint8_t *)".json", 5 };
    char path[64];
    size_t n = 0;

    jw_array(j, "languages");
    for (size_t i = 0; i < preferred->n; i++) {
        (void)snprintf(path, sizeof path, "/i18n/%s.json", preferred->item[i]);
        if (asset_find(assets, path)) {
            jw_str(j, NULL, preferred->item[i]);
            n++;
        }
    }
    for (size_t i = 0; i < assets->n; i++) {
        struct span p = span_str(assets->item[i].path);

        if (!span_starts(p, begin) || p.n <= begin.n + end.n)
            continue;
        p = span_sub(p, begin.n, p.n - end.n);
        if (is_listed(preferred, p))
            continue;
        jw_text(j, NULL, p);
        n++;
    }
    if (n == 0)
        jw_str(j, NULL, "en");
    jw_array_end(j);
}

static void put_list(struct json_writer *j, const char *name, const struct config_list *list)
{
    jw_array(j, name);
    for (size_t i = 0; i < list->n; i++)
        jw_str(j, NULL, list->item[i]);
    jw_array_end(j);
}

/* What the operator chose for this node; else what the agreement lists; else what the language knows. */
static void put_words(struct json_writer *j, const char *name, const struct config_list *chosen,
                      const struct agreement *agreement, enum vocabulary vocabulary)
{
    struct span word[WORDS];
    size_t n = agreement ? agreement_words(agreement, vocabulary, word, WORDS) : 0;
    const char *const *known = vocabulary_words(vocabulary);

    if (chosen->n) {
        put_list(j, name, chosen);
        return;
    }
    jw_array(j, name);
    for (size_t i = 0; i < n && i < WORDS; i++)
        jw_text(j, NULL, word[i]);
    for (size_t i = 0; n == 0 && known[i]; i++)
        jw_str(j, NULL, known[i]);
    jw_array_end(j);
}

static void put_states(struct json_writer *j, const struct agreement *agreement)
{
    struct span state[WORDS];
    size_t n = agreement ? agreement_parties(agreement, state, WORDS) : 0;

    jw_array(j, "states");
    for (size_t i = 0; i < n && i < WORDS; i++)
        jw_text(j, NULL, state[i]);
    jw_array_end(j);
}

void handle_words(const struct node_view *v, const struct http_request *r, struct arena *a,
                  struct http_answer *out)
{
    const struct node_config *config = v->o->config;
    const struct agreement *agreement = v->check->agreement;
    struct buffer b;
    struct json_writer j = json_to(&b);

    (void)r;
    buf_init(&b, ANSWER_BYTES);
    jw_object(&j, NULL);
    put_words(&j, "purposes", &config->purposes, agreement, VOCABULARY_PURPOSE);
    put_words(&j, "modes", &config->modes, agreement, VOCABULARY_MODE);
    put_words(&j, "posts", &config->posts, agreement, VOCABULARY_POST);
    put_states(&j, agreement);
    put_languages(&j, v->assets, &config->languages);
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
    *out = (struct http_answer){ .status = 200,
                                 .type = file->type,
                                 .body = file->body,
                                 .etag = file->etag,
                                 .varies = true,
                                 .runs_wasm = file->runs_wasm };
    if (file->packed[r->takes].n) {
        out->body = file->packed[r->takes];
        out->coding = r->takes;
    }
    if (r->if_none_match && strstr(r->if_none_match, file->etag)) {
        out->status = 304;
        out->body = (struct span){ NULL, 0 };
    }
}
