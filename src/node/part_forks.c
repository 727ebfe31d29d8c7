/*
 * Proofs of two histories are passed on from member to member, also of logs that not all may read: what this
 * node found as a reader or as a witness, and what it is told, each checked with the keys of the log's owner
 * before it is kept, served and acted on.
 */
#include <dirent.h>
#include <stdio.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "log/forks.h"
#include "log/roster_policy.h"
#include "node/federation.h"
#include "sync/replica.h"

enum { ANSWER_MS = 10 * 1000, LIST_BYTES = 65 * FORKS_MAX, NEW_AT_ONCE = 16 };

static bool part_open(struct federation *f, void **state, struct why *w)
{
    (void)w;
    if (f->forks)
        *state = f;
    return true;
}

static void part_close(void *state)
{
    (void)state;
}

/* A log of which such a proof is known is followed no further. */
static bool stop_replica(const struct federation_step *s, struct span origin, struct span proof,
                         struct why *w)
{
    struct store *store = s->f->o.instance->store;
    struct replica_row row = { 0 };
    bool found = false;

    if (!store)
        return true;
    return replica_find(store, origin, &found, s->arena, &row, w) &&
           (!found || row.fork.n || replica_stop(store, &row, proof, w));
}

/* A proof from anywhere. One of nobody's log, or that does not hold, is passed over. */
static bool take(const struct federation_step *s, struct span proof, struct span *own, struct why *w)
{
    struct policy *p = arena_alloc(s->arena, sizeof *p);
    const struct roster_member *m;
    struct span origin = { 0 };
    struct why y = { 0 };
    bool news = false;

    if (!p)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (!fork_origin(proof, s->arena, &origin, &y) || !(m = roster_of_origin(s->roster, origin)) ||
        (!roster_policy(s->roster, origin, s->arena, p, &y) && strcmp(y.reason, "quorum") != 0))
        return true;
    why_clear(&y);
    if (!forks_keep(s->f->forks, origin, proof, p, s->arena, &news, &y))
        return strcmp(y.reason, "io") != 0 || why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
    if (span_eq(m->state, s->f->member))
        *own = origin;
    return stop_replica(s, origin, proof, w);
}

static bool take_from_replicas(const struct federation_step *s, struct span *own, struct why *w)
{
    const struct replica_row *row = NULL;
    size_t n = 0;

    if (!s->f->o.instance->store)
        return true;
    if (!replica_list(s->f->o.instance->store, s->arena, &row, &n, w))
        return false;
    for (size_t i = 0; i < n; i++)
        if (row[i].fork.n && !take(s, row[i].fork, own, w))
            return false;
    return true;
}

/* FOLDER/<hex>/fork of this node's own witness. */
static bool take_from_witness(const struct federation_step *s, struct span *own, struct why *w)
{
    const char *folder = s->f->restored_witness;
    DIR *d = folder ? opendir(folder) : NULL;
    const struct dirent *e;
    bool ok = true;

    while (ok && d && (e = readdir(d))) {
        char path[LIMIT_LOG_PATH];
        struct span proof = { 0 };
        bool there;

        if (e->d_name[0] == '.' ||
            (size_t)snprintf(path, sizeof path, "%s/%s/fork", folder, e->d_name) >= sizeof path)
            continue;
        ok = file_read(path, FORK_BYTES, s->arena, &proof, &there, w) && (!there || take(s, proof, own, w));
    }
    if (d)
        (void)closedir(d);
    return ok;
}

static bool get_from(const struct federation_step *s, struct span member, const char *path, size_t most,
                     struct span *body, struct why *w)
{
    const struct link_request q = { .method = "GET", .path = path, .most = most, .timeout_ms = ANSWER_MS };
    struct link_answer got;

    *body = (struct span){ 0 };
    if (!link_call(s->f->links, member, &q, s->arena, &got, w))
        return false;
    if (got.status == 200)
        *body = got.body;
    return true;
}

/* What a member lists and is not known here. */
static bool take_from_member(const struct federation_step *s, struct span member, struct span *own,
                             struct why *w)
{
    struct span list = { 0 }, line = { 0 }, proof = { 0 };
    size_t n = 0;

    if (!get_from(s, member, "/forks", LIST_BYTES, &list, w))
        return false;
    while (text_split(&list, '\n', &line) && n < NEW_AT_ONCE && !federation_ending(s->f)) {
        uint8_t hash[32];
        char path[80];

        if (!fork_hash_parse(line, hash))
            continue;
        if (!forks_read(s->f->forks, hash, s->arena, &proof, w))
            return false;
        if (proof.n)
            continue;
        n++;
        (void)snprintf(path, sizeof path, "/fork/%.64s", (const char *)line.p);
        if (!get_from(s, member, path, FORK_BYTES, &proof, w) || (proof.n && !take(s, proof, own, w)))
            return false;
    }
    return true;
}

static bool part_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct span own = { 0 };
    bool ok;

    (void)state;
    (void)again;
    if (!s->roster)
        return true;
    ok = take_from_replicas(s, &own, w) && take_from_witness(s, &own, w);
    for (size_t i = 0; ok && i < s->roster->n && !federation_ending(s->f); i++) {
        const struct roster_member *m = &s->roster->member[i];
        struct why one = { 0 };

        /* Who cannot be reached is told by `sync`. */
        if (roster_counts(m) && m->address.n && !span_eq(m->state, s->f->member) &&
            !take_from_member(s, m->state, &own, &one) && strcmp(one.reason, "io") == 0)
            ok = why_set(w, one.reason, one.offset, one.clause, "%s", one.detail);
    }
    if (ok && own.n)
        ok = why_set(w, "fork", WHY_NO_OFFSET, "doc/operating.md",
                     "%.*s: two histories were signed with this node's key: another machine writes with it",
                     (int)(own.n < 120 ? own.n : 120), (const char *)own.p);
    return ok;
}

const struct federation_part forks_part = {
    .name = "forks", .seconds = 10, .open = part_open, .step = part_step, .close = part_close
};
