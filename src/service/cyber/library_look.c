/* A playbook as a person reads it before it is used or shared: findings, flow, drawing, signatures; and the
 * versions of one that are here. */
#include "base/limits.h"
#include "base/text.h"
#include "cacao/sign.h"
#include "service/cyber/cooperation_internal.h"
#include "service/cyber/library.h"
#include "wire/json_shape.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "doc/cooperation.md";

enum { DRAWING = 8 << 20, POINTER = 1 << 16 };

static struct span given(const struct json *j, const char *name, struct arena *a)
{
    struct span s = { NULL, 0 };

    (void)!json_text_of(j, json_member(j, JSON_ROOT, name), a, &s);
    return s;
}

/* Foreign text without control characters; nothing when there is none. */
static void put_plain(struct json_writer *j, const char *name, struct span s)
{
    struct buffer b;

    if (!s.n)
        return;
    buf_init(&b, 4 * s.n + 16);
    text_put_plain(&b, s);
    jw_text(j, name, buf_span(&b));
    buf_free(&b);
}

static void put_findings(struct json_writer *j, const struct cacao *c, const struct cacao_findings *f)
{
    static const char *const class[] = { "shape", "refer", "note" };

    jw_str(j, "result",
           cacao_has_secret(f)     ? "secret"
           : f->count[CACAO_SHAPE] ? "malformed"
           : f->count[CACAO_REFER] ? "refer"
                                   : "well");
    jw_array(j, "findings");
    for (uint32_t i = 0; i < f->n; i++) {
        struct buffer at;

        buf_init(&at, POINTER);
        json_pointer(&c->j, f->item[i].at, &at);
        jw_object(j, NULL);
        jw_str(j, "class", class[f->item[i].class]);
        put_plain(j, "name", span_str(f->item[i].name));
        put_plain(j, "at", buf_ok(&at) && at.n ? buf_span(&at) : SPAN("/"));
        jw_str(j, "says", f->item[i].says);
        jw_object_end(j);
        buf_free(&at);
    }
    jw_array_end(j);
    jw_int(j, "more", f->lost);
}

static void put_commands(struct json_writer *j, const struct cacao *c, json_ref step)
{
    const struct span written = { NULL, 0 };
    json_ref list = json_member(&c->j, step, "commands");

    jw_array(j, "commands");
    for (json_ref k = json_is(&c->j, list, JSON_KIND_ARRAY) ? json_first(&c->j, list) : JSON_NONE;
         k != JSON_NONE; k = json_after(&c->j, list, k)) {
        jw_object(j, NULL);
        put_plain(j, "type", cacao_text(c, k, "type", written));
        put_plain(j, "command", cacao_text(c, k, "command", written));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_line(struct json_writer *j, const struct cacao *c, const struct cacao_line *l,
                     struct span language)
{
    const struct cacao_step *s = l->step == CACAO_NONE ? NULL : &c->step[l->step];

    jw_object(j, NULL);
    jw_int(j, "depth", l->depth);
    jw_str(j, "kind", s ? cacao_step_word(s->kind) : "missing");
    jw_bool(j, "again", l->again);
    if (l->by) {
        jw_str(j, "by", cacao_edge_word(l->by->kind));
        put_plain(j, "case", l->by->label);
    }
    if (s) {
        put_plain(j, "id", s->id);
        put_plain(j, "name", cacao_text(c, s->at, "name", language));
    }
    if (s && !l->again) {
        put_plain(j, "description", cacao_text(c, s->at, "description", language));
        put_plain(j, "condition",
                  cacao_text(c, s->at, s->kind == CACAO_SWITCH ? "switch" : "condition", language));
        put_commands(j, c, s->at);
    }
    jw_object_end(j);
}

/* A graph too large to be drawn is read as text. */
static void put_drawing(struct json_writer *j, const struct cacao *c, struct span language)
{
    struct why why = { 0 };
    struct buffer b;

    buf_init(&b, DRAWING);
    if (cacao_draw(c, language, &b, &why) && buf_ok(&b))
        jw_text(j, "drawing", buf_span(&b));
    buf_free(&b);
}

static void put_signature(struct json_writer *j, const struct cacao_signature *s)
{
    jw_object(j, NULL);
    put_plain(j, "id", s->id);
    put_plain(j, "signee", s->signee);
    put_plain(j, "created", s->created);
    jw_str(j, "result", cacao_proof_word(s->proof));
    jw_str(j, "says", s->says);
    if (s->has_key)
        jw_hex(j, "key", span_of(s->key, sizeof s->key));
    jw_object_end(j);
}

static bool put_look(struct json_writer *j, const struct cacao *c, struct span language, struct why *w)
{
    struct cacao_signature *signature = NULL;
    struct cacao_findings f = { 0 };
    struct cacao_line *line = NULL;
    uint32_t n = 0, signatures = 0;

    if (!cacao_check(c, &f, w) || !cacao_flow(c, &line, &n, w) ||
        !cacao_verify(c, &signature, &signatures, w))
        return false;
    put_plain(j, "id", c->id);
    put_plain(j, "name", cacao_text(c, JSON_ROOT, "name", language));
    put_plain(j, "description", cacao_text(c, JSON_ROOT, "description", language));
    put_plain(j, "version", c->modified);
    jw_bool(j, "revoked", c->revoked);
    put_findings(j, c, &f);
    jw_array(j, "steps");
    for (uint32_t i = 0; i < n; i++)
        put_line(j, c, &line[i], language);
    jw_array_end(j);
    put_drawing(j, c, language);
    jw_array(j, "signatures");
    for (uint32_t i = 0; i < signatures; i++)
        put_signature(j, &signature[i]);
    jw_array_end(j);
    return true;
}

bool library_look(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                  struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    struct why bad = { 0 };
    struct cacao c = { 0 };
    struct json g;
    bool ok;

    (void)d;
    (void)now;
    if (!json_parse(json, a, &g, w))
        return false;
    if (!cacao_read(given(&g, "playbook", a), a, &c, &bad))
        return why_set(w, "playbook", bad.offset, "CACAO 2.0", "it is no playbook: %s", bad.detail);
    jw_object(&j, NULL);
    ok = put_look(&j, &c, given(&g, "language", a), w);
    jw_object_end(&j);
    return ok && coop_filled(out, w);
}

bool library_versions(const struct coop_desk *d, struct span json, unix_time now, struct arena *a,
                      struct buffer *out, struct why *w)
{
    struct json_writer j = json_to(out);
    const struct library_version *last;
    struct library l;
    struct coop_set s;
    struct json g;

    (void)now;
    if (!json_parse(json, a, &g, w) || !coop_load(d, COOP_LIBRARY, NULL, a, &s, w) ||
        !library_make(&s, a, &l, w))
        return false;
    last = library_find(&l, given(&g, "owner", a), given(&g, "playbook_id", a), (struct span){ NULL, 0 });
    if (!last)
        return why_set(w, "unknown", WHY_NO_OFFSET, CLAUSE, "no such playbook is here");
    jw_object(&j, NULL);
    jw_array(&j, "versions");
    for (size_t i = 0; i < l.n_version; i++) {
        const struct library_version *v = &l.version[i];

        if (v->title != last->title)
            continue;
        jw_object(&j, NULL);
        coop_put_head(&j, v->r);
        jw_text(&j, "version", v->modified);
        jw_bool(&j, "revoked", v->revoked);
        if (coop_text(v->r, "confirmed").n)
            jw_text(&j, "confirmed", coop_text(v->r, "confirmed"));
        jw_object_end(&j);
    }
    jw_array_end(&j);
    jw_object_end(&j);
    return coop_filled(out, w);
}
