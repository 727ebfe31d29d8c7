#include "base/text.h"
#include "card/pcsc.h"
#include "check/read_chip.h"
#include "crypto/node_key.h"
#include "node/handlers.h"
#include "wire/json.h"
#include "wire/json_write.h"

/* For the document to come, and then for its chip; together less than the console waits. */
enum { COME_SECONDS = 20, READ_SECONDS = 60 };

/* {"mrz": "..."} or {"can": "..."} */
static bool access_of(struct span body, unix_time now, struct arena *a, struct access *out, struct why *w)
{
    static const char clause[] = "POST /v1/read";
    struct span text;
    struct json j;
    json_ref mrz, can;

    if (!json_parse(body, a, &j, w))
        return false;
    mrz = json_member(&j, JSON_ROOT, "mrz");
    can = json_member(&j, JSON_ROOT, "can");
    if ((mrz == JSON_NONE) == (can == JSON_NONE) || json_count(&j, JSON_ROOT) != 1)
        return why_set(w, "request", 0, clause,
                       "say what opens the chip: either \"mrz\" or \"can\", and nothing else");
    if (!json_text_of(&j, mrz != JSON_NONE ? mrz : can, a, &text))
        return why_set(w, "request", json_offset(&j, mrz != JSON_NONE ? mrz : can), clause,
                       "a text is expected");
    return mrz != JSON_NONE ? access_from_mrz(text, now, out, w) : access_from_can(text, out, w);
}

struct patience {
    const struct node_view *v;
    unix_time end;
};

static bool go_on(void *ctx, enum chip_file f, size_t done, size_t total)
{
    const struct patience *p = ctx;

    (void)f;
    (void)done;
    (void)total;
    return p->v->o->now(p->v->o->ctx) <= p->end;
}

static struct span file_named(const struct chip_read *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->file[i].name, name) == 0)
            return r->file[i].bytes;
    return (struct span){ 0 };
}

static void put_base64(struct json_writer *j, const char *key, struct span bytes)
{
    struct buffer b;

    buf_init(&b, LIMIT_CHIP * 2);
    base64_put(&b, bytes, BASE64_STD);
    jw_text(j, key, buf_span(&b));
    buf_free(&b);
}

/* The files as evidence of kind "chip" takes them, and how it went. */
static void put_read(const struct chip_read *r, const struct findings *f, struct buffer *out)
{
    struct span challenge = file_named(r, "AA.challenge"), response = file_named(r, "AA.response");
    struct span record = file_named(r, "CA.json");
    struct json_writer j = json_to(out);
    struct buffer how;

    jw_object(&j, NULL);
    jw_array(&j, "files");
    for (size_t i = 0; i < r->n; i++) {
        size_t n = strlen(r->file[i].name);

        if (n < 4 || strcmp(r->file[i].name + n - 4, ".bin") != 0)
            continue;
        jw_object(&j, NULL);
        jw_str(&j, "name", r->file[i].name);
        put_base64(&j, "base64", r->file[i].bytes);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    if (challenge.n && response.n) {
        jw_object(&j, "active_authentication");
        put_base64(&j, "challenge", challenge);
        put_base64(&j, "response", response);
        jw_object_end(&j);
    }
    if (record.n)
        jw_raw(&j, "chip_authentication", record);
    buf_init(&how, 1 << 16);
    chip_read_json(r, f, &how);
    jw_raw(&j, "reading", buf_span(&how));
    buf_free(&how);
    jw_object_end(&j);
}

static bool read_document(const struct node_view *v, const struct access *access, struct arena *a,
                          struct buffer *out, struct why *w)
{
    const char *name = v->o->config->reader;
    struct patience patience = { .v = v };
    struct findings *f = arena_alloc(a, sizeof *f);
    struct pcsc *p = NULL;
    struct chip_read r;
    struct card card;
    bool ok;

    if (!f)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    findings_init(f);
    ok = pcsc_open(&p, w) &&
         pcsc_card(p, strcmp(name, "any") == 0 ? NULL : name, COME_SECONDS, NULL, NULL, &card, w);
    if (ok) {
        const struct chip_read_options opt = { .card = &card,
                                               .access = access,
                                               .anchors = v->check->anchors,
                                               .at = v->o->now(v->o->ctx),
                                               .random = random_bytes,
                                               .progress = go_on,
                                               .ctx = &patience };

        patience.end = opt.at + READ_SECONDS;
        ok = chip_read(&opt, a, &r, f, w);
    }
    pcsc_close(p);
    if (ok)
        put_read(&r, f, out);
    return ok && (buf_ok(out) ||
                  why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the chip is too large for an answer"));
}

/* The console shows "card" as: lay the document down again. */
static unsigned status_of(struct why *w)
{
    static const char *const request[] = { "request",     "json",          "can",
                                           "check-digit", "alphabet",      "layout",
                                           "no-chip",     "document-code", "national-layout" };

    for (size_t i = 0; i < sizeof request / sizeof request[0]; i++)
        if (strcmp(w->reason, request[i]) == 0)
            return 400;
    if (strcmp(w->reason, "timeout") == 0)
        w->reason = "card";
    return strcmp(w->reason, "reader") == 0 ? 503 : 422;
}

void handle_read(const struct node_view *v, const struct http_request *r, struct arena *a,
                 struct http_answer *out)
{
    struct access access = { 0 };
    struct buffer b;
    struct why w;

    why_clear(&w);
    if (!v->o->config->reader) {
        answer_refuse(out, 404, "no-reader", "No card reader stands at this node: node.conf names none.", a);
        return;
    }
    buf_init(&b, 2 * LIMIT_CHIP);
    if (access_of(r->body, v->o->now(v->o->ctx), a, &access, &w) && read_document(v, &access, a, &b, &w))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_error(out, status_of(&w), &w, a);
    wipe(&access, sizeof access);
    buf_free(&b);
}
