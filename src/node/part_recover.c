/*
 * After a restore (node/backup.h): the other members are asked what this node signed since, each of its logs
 * gets its tail back, and its witness learns what it cosigned last. Until all of it is known nothing is
 * signed here; then the node begins anew.
 */
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "link/log_source.h"
#include "log/recover.h"
#include "log/roster_policy.h"
#include "node/peer_acts.h"
#include "node/witnessing.h"
#include "sync/list.h"

enum { ANSWER_MS = 15 * 1000, LIST_BYTES = 4 * 1024 * 1024, LOGS = 4096, MARK_BYTES = 4096 };

/* A member that is asked, about one log. */
struct asked {
    const struct federation_step *s;
    const struct roster_member *m;
    struct link_log files;
    const char *witness; /* the name whose cosignature is looked for; NULL: that of none */
};

struct recovering {
    const struct federation_step *s;
    size_t n; /* members to ask */
    const struct roster_member *member[LIMIT_LINKS];
    size_t n_logs;
    struct span *log; /* origins that anybody lists, and those here */
};

static bool recover_open(struct federation *f, void **state, struct why *w)
{
    (void)w;
    if (f->restored)
        *state = f;
    return true;
}

static void recover_close(void *state)
{
    (void)state;
}

/* "without XX" in the mark: an operator knows that this one is gone for good. */
static bool is_without(struct span mark, struct span state)
{
    struct span line = { 0 };

    while (text_split(&mark, '\n', &line))
        if (span_starts(line, SPAN("without ")) && span_eq(text_trim(span_sub(line, 8, line.n)), state))
            return true;
    return false;
}

static bool pick_members(struct recovering *r, struct why *w)
{
    struct span mark = { 0 };
    bool there;

    if (!file_read(r->s->f->o.restored, MARK_BYTES, r->s->arena, &mark, &there, w))
        return false;
    for (size_t i = 0; i < r->s->roster->n && r->n < LIMIT_LINKS; i++) {
        const struct roster_member *m = &r->s->roster->member[i];

        if (roster_counts(m) && !span_eq(m->state, r->s->f->member) && !is_without(mark, m->state))
            r->member[r->n++] = m;
    }
    return r->n || why_set(w, "waiting", WHY_NO_OFFSET, NULL,
                           "no other member is known here that could say what was signed last");
}

static bool add_log(struct recovering *r, struct span origin, struct why *w)
{
    struct origin o;

    if (!origin_parse(origin, &o, NULL))
        return true; /* of no member */
    for (size_t i = 0; i < r->n_logs; i++)
        if (span_eq(r->log[i], origin))
            return true;
    if (r->n_logs == LOGS)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more than %d logs", LOGS);
    r->log[r->n_logs++] = arena_copy(r->s->arena, origin);
    return true;
}

static bool add_listed(void *ctx, const struct origin *o, struct why *w)
{
    return add_log(ctx, o->text, w);
}

/* All logs that the others have, own or mirrored: also those that began here after the back-up. */
static bool ask_for_lists(struct recovering *r, struct why *w)
{
    const struct link_request q = {
        .method = "GET", .path = "/logs", .most = LIST_BYTES, .timeout_ms = ANSWER_MS
    };

    for (size_t i = 0; i < r->n; i++) {
        struct link_answer got;
        struct why y = { 0 };

        if (!link_call(r->s->f->links, r->member[i]->state, &q, r->s->arena, &got, &y) || got.status != 200)
            return why_set(w, "waiting", WHY_NO_OFFSET, NULL,
                           "restored: nothing is signed before %.*s has said what it knows: %s",
                           (int)r->member[i]->state.n, (const char *)r->member[i]->state.p,
                           y.reason ? y.detail : "it did not answer as it should");
        if (!log_list_read(got.body, r->s->arena, add_listed, r, w))
            return false;
    }
    return true;
}

/* Own logs that are in the folder: FOLDER/STREAM/AUDIENCE/SHARD. */
static bool find_own(struct recovering *r, const char *folder, struct why *w)
{
    char *path = arena_str(r->s->arena, span_str(folder));
    char *paths[] = { path, NULL };
    FTS *fts = path ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *e;
    bool ok = fts != NULL;

    while (ok && (e = fts_read(fts))) {
        char origin[ORIGIN_MAX];

        if (e->fts_info != FTS_D || e->fts_level < 3)
            continue;
        (void)fts_set(fts, e, FTS_SKIP);
        if ((size_t)snprintf(origin, sizeof origin, "%s%s", r->s->f->config->name,
                             e->fts_path + strlen(folder)) < sizeof origin)
            ok = add_log(r, span_str(origin), w);
    }
    if (fts)
        (void)fts_close(fts);
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s", folder);
}

/* ---- one log ---- */

static bool fetch(const struct asked *k, const char *path, struct span *note, struct why *w)
{
    const struct link_request q = {
        .method = "GET", .path = path, .most = LIMIT_CHECKPOINT, .timeout_ms = ANSWER_MS
    };
    struct link_answer got;

    *note = (struct span){ 0 };
    if (!link_call(k->s->f->links, k->m->state, &q, k->s->arena, &got, w))
        return false;
    if (got.status == 200)
        *note = got.body;
    return got.status == 200 || got.status == 404 || got.status == 403 ||
           why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "it answers %u", got.status);
}

/* How good a note is: one that carries the cosignature that is looked for, then the larger one. */
static bool is_better(const struct asked *k, struct span a, struct span b)
{
    struct note n;
    struct checkpoint x = { 0 }, y = { 0 };
    bool has_a, has_b;

    if (!a.n || !note_parse(a, &n, NULL) || !checkpoint_parse(n.text, &x, NULL))
        return !b.n && a.n;
    if (!b.n || !note_parse(b, &n, NULL) || !checkpoint_parse(n.text, &y, NULL))
        return true;
    has_a = k->witness && memmem(a.p, a.n, k->witness, strlen(k->witness));
    has_b = k->witness && memmem(b.p, b.n, k->witness, strlen(k->witness));
    return has_a != has_b ? has_a : x.size > y.size;
}

static bool ask_member(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    static const struct {
        const char *before, *behind;
    } kept[] = { { "/log/", "/checkpoint" }, { "/log/", "/witnessed" }, { "/witness/", "/checkpoint" } };
    const struct asked *k = ctx;
    char hex[2 * 32 + 1], path[160];
    struct digest d;
    struct buffer b;
    struct span one;

    (void)a;
    *note = (struct span){ 0 };
    digest_of(DIGEST_SHA256, origin, &d);
    buf_init_fixed(&b, hex, sizeof hex);
    hex_put(&b, digest_span(&d));
    hex[b.n] = '\0';
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        (void)snprintf(path, sizeof path, "%s%s%s", kept[i].before, hex, kept[i].behind);
        if (!fetch(k, path, &one, w))
            return false;
        if (is_better(k, one, *note))
            *note = one;
    }
    return true;
}

/* The members to ask about a log; its own member is one of them for a log of another. */
static bool sources(struct recovering *r, struct span origin, const char *witness,
                    struct recover_source **ret, struct why *w)
{
    struct asked *k = arena_array(r->s->arena, r->n, sizeof *k);
    struct recover_source *s = arena_array(r->s->arena, r->n, sizeof *s);

    if (!k || !s)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < r->n; i++) {
        k[i] = (struct asked){ .s = r->s, .m = r->member[i], .witness = witness };
        link_log_init(&k[i].files, r->s->f->links, r->member[i]->state, origin, ANSWER_MS);
        s[i] = (struct recover_source){ .member = r->member[i]->state,
                                        .checkpoint = ask_member,
                                        .files = link_log_source(&k[i].files),
                                        .ctx = &k[i] };
    }
    *ret = s;
    return true;
}

static bool judge(const struct log_recovery *e, struct span origin, struct why *w)
{
    return e->end == RECOVERY_DONE || why_set(w, e->why.reason, WHY_NO_OFFSET, NULL, "%.*s: %s",
                                              (int)origin.n, (const char *)origin.p, e->why.detail);
}

static bool make_parents(const char *root, struct span origin, char *path, size_t room, struct why *w)
{
    size_t n = (size_t)snprintf(path, room, "%s", root);
    struct span rest = origin, part = { 0 };

    if (!folder_make(path, NULL, w))
        return false;
    (void)text_split(&rest, '/', &part); /* the member's name */
    while (text_split(&rest, '/', &part)) {
        n += (size_t)snprintf(path + n, room - n, "/%.*s", (int)part.n, (const char *)part.p);
        if (n >= room)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
        if (rest.n && !folder_make(path, NULL, w)) /* the last is the log's own to make */
            return false;
    }
    return true;
}

/* Keys that signed this node's logs before: as node.conf names it, and those of closed years. */
static size_t keys_before(const struct recovering *r, uint8_t out[CARD_RETIRED + 1][NODE_PUBLIC_KEY])
{
    const struct federation *f = r->s->f;
    size_t n = 0;

    if (f->own.has_before)
        memcpy(out[n++], f->own.before, NODE_PUBLIC_KEY);
    for (size_t i = 0; i < r->s->roster->n; i++) {
        const struct roster_member *m = &r->s->roster->member[i];

        for (size_t k = 0; span_eq(m->state, f->member) && k < m->n_retired; k++)
            memcpy(out[n++], m->retired[k].pub, NODE_PUBLIC_KEY);
    }
    return n;
}

static bool recover_own(struct recovering *r, struct span origin, struct why *w)
{
    uint8_t before[CARD_RETIRED + 1][NODE_PUBLIC_KEY];
    struct federation *f = r->s->f;
    char folder[LIMIT_LOG_PATH], keep[LIMIT_LOG_PATH];
    struct log_writer_options o = { .folder = folder, .keep = keep, .signer = &f->own.key.signer };
    struct recover_source *s = NULL;
    struct log_recovery e;
    struct note_key key;

    note_key_of(origin, NOTE_KEY_ED25519, f->own.key.note.pub, &key);
    o.key = &key;
    o.before = (const uint8_t(*)[NODE_PUBLIC_KEY])before;
    o.n_before = keys_before(r, before);
    if (f->own.kept)
        o.keep = f->own.kept;
    return make_parents(f->own.folder, origin, folder, sizeof folder, w) &&
           make_parents(f->own.keep, origin, keep, sizeof keep, w) && sources(r, origin, NULL, &s, w) &&
           log_recover(&o, s, r->n, r->n, r->s->arena, &e, w) && judge(&e, origin, w);
}

static bool recover_witness(struct recovering *r, struct span origin, struct why *w)
{
    struct federation *f = r->s->f;
    struct policy *p = arena_alloc(r->s->arena, sizeof *p);
    struct witness v = { .folder = f->restored_witness,
                         .policy = p,
                         .key = &f->witness_key.note,
                         .signer = &f->witness_key.signer };
    struct recover_source *s = NULL;
    struct log_recovery e;
    struct why y = { 0 };
    const char *name = arena_str(r->s->arena, f->witness_key.note.name);

    if (!p || !name)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!roster_policy(r->s->roster, origin, r->s->arena, p, &y) && strcmp(y.reason, "quorum") != 0)
        return true; /* of nobody whose logs are cosigned */
    if (!sources(r, origin, name, &s, w) || !witness_recover(&v, origin, s, r->n, r->n, r->s->arena, &e, w))
        return false;
    /* A log with two histories is cosigned by nobody who knows of it; that is no reason to wait. */
    return e.end == RECOVERY_FORK || judge(&e, origin, w);
}

static bool recover_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct federation *f = state;
    struct recovering *r = arena_alloc(s->arena, sizeof *r);
    struct span own;
    char *name = arena_alloc(s->arena, ORIGIN_MAX);

    (void)again;
    if (!atomic_load(&f->restored))
        return true;
    if (!r || !name || !(r->log = arena_array(s->arena, LOGS, sizeof *r->log)))
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    r->s = s;
    if (!s->roster)
        return why_set(w, "waiting", WHY_NO_OFFSET, NULL, "restored, and no member is known here");
    if (!pick_members(r, w) || !ask_for_lists(r, w) || (f->own.folder && !find_own(r, f->own.folder, w)))
        return false;
    (void)snprintf(name, ORIGIN_MAX, "%s/", f->config->name);
    own = span_str(name);
    for (size_t i = 0; i < r->n_logs && !federation_ending(f); i++) {
        if (span_starts(r->log[i], own) ? f->own.folder && !recover_own(r, r->log[i], w)
                                        : f->restored_witness && !recover_witness(r, r->log[i], w))
            return false;
    }
    /* Its own acts among them: the next one must not have a number that was given already. */
    for (size_t i = 0; i < r->n && f->config->trust && !federation_ending(f); i++)
        if (!peer_acts_take(s, r->member[i]->state, NULL, w))
            return false;
    if (federation_ending(f))
        return true;
    if (unlink(f->o.restored) != 0 && errno != ENOENT)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot remove %s: %s", f->o.restored, strerror(errno));
    atomic_store(&f->restored, false);
    if (f->o.recovered)
        f->o.recovered(f->o.ctx);
    return true;
}

const struct federation_part recover_part = {
    .name = "recover", .seconds = 5, .open = recover_open, .step = recover_step, .close = recover_close
};
