/* POST /v1/agreement/what-if: the agreement in force and another version, tried on made-up travellers. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement/amend.h"
#include "agreement/diff.h"
#include "agreement/what_if.h"
#include "base/text.h"
#include "check/members.h"
#include "node/handlers.h"
#include "node/spoken.h"
#include "wire/json_write.h"

static const char CLAUSE[] = "openapi.json";

enum { ANSWER = 8 << 20, CHANGES = 16, USUAL = 20000, MEMORY = 256 << 20 };

/* It takes a processor for seconds: one at a time. */
static _Atomic bool under_way;

struct wanted {
    struct span language, text, change[CHANGES];
    size_t n_changes;
    struct date on;
    int64_t travellers, seed;
};

static bool fail(struct why *w, const char *what)
{
    return why_set(w, "request", WHY_NO_OFFSET, CLAUSE, "%s", what);
}

static bool read_changes(const struct json *j, json_ref list, struct arena *a, struct wanted *out,
                         struct why *w)
{
    for (json_ref i = json_first(j, list); i != JSON_NONE; i = json_after(j, list, i)) {
        if (out->n_changes == CHANGES)
            return fail(w, "there are more than 16 changes; give the whole text instead");
        if (!json_text_of(j, i, a, &out->change[out->n_changes++]))
            return fail(w, "each of \"changes\" is one line of text");
    }
    return true;
}

static bool number(const struct json *j, const char *name, int64_t least, int64_t most, int64_t *out)
{
    json_ref at = json_member(j, JSON_ROOT, name);

    return at == JSON_NONE || (json_int64(j, at, out) && *out >= least && *out <= most);
}

static bool read_wanted(struct span body, struct arena *a, struct wanted *out, struct why *w)
{
    struct json j;
    const struct member table[] = {
        { "language", member_text, &out->language },
        { "text", member_text, &out->text },
        { "on", member_date, &out->on },
        { "changes", NULL, NULL },
        { "travellers", NULL, NULL },
        { "seed", NULL, NULL },
    };

    *out = (struct wanted){ .travellers = USUAL, .seed = 1 };
    if (!json_parse(body, a, &j, w) ||
        !members_read(&j, JSON_ROOT, "the request", CLAUSE, table, sizeof table / sizeof *table, a, w) ||
        !read_changes(&j, json_member(&j, JSON_ROOT, "changes"), a, out, w))
        return false;
    if (!number(&j, "travellers", 1, LIMIT_WHAT_IF, &out->travellers))
        return fail(w, "\"travellers\" is a number up to 200000");
    if (!number(&j, "seed", 0, INT32_MAX, &out->seed))
        return fail(w, "\"seed\" is a number");
    if (out->text.n > LIMIT_AGREEMENT)
        return why_set(w, "too-large", WHY_NO_OFFSET, CLAUSE, "the text is longer than an agreement may be");
    if ((out->text.n != 0) == (out->n_changes != 0))
        return fail(w, "say what is changed: \"text\" or \"changes\"");
    return true;
}

/* The other version's text, in the arena. */
static bool other_text(const struct wanted *q, struct span own, struct arena *a, struct span *out,
                       struct why *w)
{
    *out = q->text.n ? q->text : own;
    for (size_t i = 0; i < q->n_changes; i++) {
        struct buffer next;
        bool ok;

        buf_init(&next, 2 * LIMIT_AGREEMENT);
        ok = agreement_amend(*out, q->change[i], &next, w) && buf_ok(&next);
        if (ok)
            *out = arena_copy(a, buf_span(&next));
        buf_free(&next);
        if (!ok || !out->p)
            return why_set(w, "change", WHY_NO_OFFSET, NULL, "change %zu: %s", i + 1,
                           w->detail[0] ? w->detail : "there is no room for it");
    }
    return true;
}

static struct agreement *parse(struct span text, struct why *w)
{
    struct agreement_faults *f = calloc(1, sizeof *f);
    struct agreement *a = f ? agreement_parse(text, f) : NULL;

    if (!a)
        (void)why_set(w, "agreement", WHY_NO_OFFSET, NULL, "line %u: %s", f && f->n ? f->item[0].line : 0,
                      f && f->n ? f->item[0].message : "it cannot be read");
    free(f);
    return a;
}

static void put_lines(struct json_writer *j, const char *name, const struct span *line, size_t n)
{
    jw_array(j, name);
    for (size_t i = 0; i < n; i++)
        jw_text(j, NULL, line[i]);
    jw_array_end(j);
}

static void put_text(struct json_writer *j, struct span before, struct span after, struct arena *a)
{
    struct diff_text d = { .n = 0 };

    jw_array(j, "text");
    if (!diff_text_of(before, after, a, &d))
        d.n = 0;
    for (size_t i = 0; i < d.n; i++) {
        jw_object(j, NULL);
        jw_text(j, "key", d.block[i].key);
        jw_text(j, "title", d.block[i].title);
        jw_int(j, "line", d.block[i].line);
        put_lines(j, "removed", d.block[i].removed, d.block[i].n_removed);
        put_lines(j, "added", d.block[i].added, d.block[i].n_added);
        jw_object_end(j);
    }
    jw_array_end(j);
}

static bool compare(const struct node_view *v, const struct wanted *q, struct arena *a, struct buffer *b,
                    struct why *w)
{
    const struct agreement *both[2] = { v->check->agreement, NULL };
    struct what_if *x = arena_alloc(a, sizeof *x);
    struct json_writer j = json_to(b);
    struct tongues tongues = node_tongues(v->assets);
    struct agreement *other;
    struct tongue t;
    struct span text;
    bool ok;

    if (!other_text(q, v->o->agreement_text, a, &text, w))
        return false;
    other = parse(text, w);
    if (!other)
        return false;
    both[1] = other;
    ok = x && what_if_begin(x, both, date_is_set(q->on) ? q->on : agreement_day(other), MEMORY);
    if (ok) {
        what_if_make_up(x, (uint64_t)q->travellers, (uint64_t)q->seed, 0, 1);
        affected_merge(&x->affected);
        t = tongues_open(&tongues, q->language, a);
        jw_object(&j, NULL);
        what_if_json(x, &t, &j);
        jw_int(&j, "not_told", (int64_t)x->affected.lost);
        put_text(&j, v->o->agreement_text, text, a);
        jw_object_end(&j);
    }
    if (x)
        what_if_end(x);
    agreement_free(other);
    return ok || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the agreement is too large to be tried here");
}

static unsigned status_of(const struct why *w)
{
    return strcmp(w->reason, "agreement") == 0 || strcmp(w->reason, "change") == 0 ? 422
           : strcmp(w->reason, "too-large") == 0                                   ? 413
                                                                                   : 400;
}

void handle_what_if(const struct node_view *v, const struct http_request *r, struct arena *a,
                    struct http_answer *out)
{
    struct wanted *q = arena_alloc(a, sizeof *q);
    struct why w = { 0 };
    struct buffer b;
    bool ok;

    if (!q || !v->check->agreement || !v->o->agreement_text.n) {
        answer_refuse(out, 503, "not-ready", "This node has no agreement yet.", a);
        return;
    }
    if (!read_wanted(r->body, a, q, &w)) {
        answer_error(out, status_of(&w), &w, a);
        return;
    }
    if (atomic_exchange(&under_way, true)) {
        answer_refuse(out, 503, "busy", "Another version is being tried here; ask again.", a);
        out->retry = true;
        return;
    }
    buf_init(&b, ANSWER);
    ok = compare(v, q, a, &b, &w);
    atomic_store(&under_way, false);
    if (!ok)
        answer_error(out, status_of(&w), &w, a);
    else if (buf_ok(&b))
        answer_json(out, 200, arena_copy(a, buf_span(&b)));
    else
        answer_refuse(out, 500, "internal", "The answer is longer than an answer may be.", a);
    buf_free(&b);
}
