#include "log/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"

static const char clause[] = "C2SP tlog-witness";

enum { PROOF_MOST = 63 };

/* A request as it was sent, and what is remembered of its origin. */
struct asked {
    const struct witness *v;
    struct arena *a;
    struct witness_answer *out;
    uint64_t old;
    size_t n;
    struct tree_hash proof[PROOF_MOST];
    struct span text; /* the signed checkpoint */
    struct note note;
    struct checkpoint checkpoint;
    char folder[LIMIT_LOG_PATH];
    struct span was; /* empty: never cosigned */
    struct note was_note;
    struct checkpoint was_checkpoint; /* size 0 and the empty root when never cosigned */
    unix_time was_at;
};

static bool answer(struct asked *k, unsigned status, const char *reason, const char *what)
{
    k->out->status = status;
    if (reason)
        (void)why_set(&k->out->why, reason, WHY_NO_OFFSET, clause, "%s", what);
    return true;
}

static bool parse(struct span request, struct asked *k, struct why *w)
{
    struct span rest = request, line = { 0 };

    if (!text_split(&rest, '\n', &line) || !span_starts(line, SPAN("old ")) ||
        !checkpoint_number(span_sub(line, 4, line.n), &k->old))
        return why_set(w, "request", 0, clause, "the first line is not old and a size");
    for (;;) {
        line = (struct span){ 0 };
        if (!text_split(&rest, '\n', &line))
            return why_set(w, "request", request.n, clause, "no empty line before the checkpoint");
        if (line.n == 0)
            break;
        if (k->n == PROOF_MOST || !checkpoint_hash(line, &k->proof[k->n]))
            return why_set(w, "request", (size_t)(line.p - request.p), clause, "not a hash of a proof");
        k->n++;
    }
    k->text = rest;
    return note_parse(rest, &k->note, w) && checkpoint_parse(k->note.text, &k->checkpoint, w);
}

/* Whether a key of this origin signed, and none of them is claimed falsely. */
static unsigned signed_by_log(const struct policy *p, const struct note *note, struct span origin,
                              struct arena *a)
{
    unsigned status = 404;
    bool holds = false;

    for (size_t i = 0; i < p->n_logs; i++) {
        enum note_proof proof;

        if (!span_eq(p->log[i].origin, origin) || p->log[i].until)
            continue;
        status = 403;
        proof = note_key_check(note, &p->log[i].key, a, NULL);
        if (proof == NOTE_FORGED)
            return 403;
        holds = holds || proof == NOTE_SIGNED;
    }
    return holds ? 200 : status;
}

static bool folder_of(const struct witness *v, struct span origin, char out[LIMIT_LOG_PATH], struct why *w)
{
    char hex[2 * 32 + 1];
    struct digest d;
    struct buffer b;
    int n;

    digest_of(DIGEST_SHA256, origin, &d);
    buf_init_fixed(&b, hex, sizeof hex);
    hex_put(&b, digest_span(&d));
    hex[b.n] = '\0';
    n = snprintf(out, LIMIT_LOG_PATH, "%s/%s", v->folder, hex);
    return (n > 0 && n + 16 < LIMIT_LOG_PATH) ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
}

static bool read_state(const char *folder, struct arena *a, struct span *out, struct why *w)
{
    char path[LIMIT_LOG_PATH + 16];
    bool there;

    (void)snprintf(path, sizeof path, "%s/checkpoint", folder);
    return file_read(path, LIMIT_CHECKPOINT, a, out, &there, w);
}

/* The state is this witness's own word: it must carry its cosignature, or nobody can rely on it. */
static bool load_state(struct asked *k, struct why *w)
{
    tree_empty(&k->was_checkpoint.root);
    if (!read_state(k->folder, k->a, &k->was, w))
        return false;
    if (k->was.n == 0)
        return true;
    if (note_parse(k->was, &k->was_note, NULL) &&
        checkpoint_parse(k->was_note.text, &k->was_checkpoint, NULL) &&
        span_eq(k->was_checkpoint.origin, k->checkpoint.origin) &&
        note_key_check(&k->was_note, k->v->key, k->a, &k->was_at) == NOTE_SIGNED)
        return true;
    return why_set(w, "state", WHY_NO_OFFSET, clause, "%s/checkpoint is not what this witness left there",
                   k->folder);
}

/* One request at a time for an origin, in all threads and processes. -1: failed. */
static int lock_origin(const struct asked *k, struct why *w)
{
    int fd = -1, rc;

    if (!folder_make(k->v->folder, k->v->steps, w) || !folder_make(k->folder, k->v->steps, w))
        return -1;
    fd = open(k->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    do
        rc = fd < 0 ? -1 : flock(fd, LOCK_EX);
    while (rc != 0 && fd >= 0 && errno == EINTR);
    if (rc == 0)
        return fd;
    (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot lock %s: %s", k->folder, strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* Both signed checkpoints are kept: the first that prove two histories, and the first that may. */
static bool keep_evidence(struct asked *k, struct why *w)
{
    const struct checkpoint *was = &k->was_checkpoint, *now = &k->checkpoint;
    struct tree_hash prefix;
    struct why y = { 0 };
    struct buffer b;
    bool told, ok;

    if (k->was.n == 0)
        return true;
    told = tree_consistency_prefix(was->size, now->size, k->proof, k->n, &now->root, &prefix) &&
           !tree_hash_eq(&prefix, &was->root);
    k->out->fork = told || (was->size == now->size && !tree_hash_eq(&was->root, &now->root));
    buf_init(&b, 4 * LIMIT_CHECKPOINT);
    fork_put(k->was, k->text, told ? &prefix : NULL, k->proof, told ? k->n : 0, &b);
    ok = file_create(k->folder, k->out->fork ? "fork" : "suspect", buf_span(&b), k->v->steps, &y) ||
         strcmp(y.reason, "exists") == 0 || why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
    buf_free(&b);
    return ok;
}

static bool refuse_history(struct asked *k, const char *what, struct why *w)
{
    (void)answer(k, 422, "history", what);
    return keep_evidence(k, w);
}

/* Of the signatures that came only those of the log were checked: no others are served. */
static bool is_of_log(const struct asked *k, const struct note_signature *s)
{
    for (size_t i = 0; i < k->v->policy->n_logs; i++) {
        const struct policy_log *l = &k->v->policy->log[i];

        if (span_eq(l->origin, k->checkpoint.origin) && span_eq(l->key.name, s->name) &&
            memcmp(l->key.hash, s->key_hash, NOTE_KEY_HASH) == 0)
            return true;
    }
    return false;
}

static bool put_cosignature(struct asked *k, unix_time at, struct span *state, struct span *line,
                            struct why *w)
{
    struct buffer b;
    size_t before;
    bool ok;

    buf_init(&b, LIMIT_CHECKPOINT + NOTE_SIGNATURE_MAX);
    buf_put(&b, k->note.text);
    buf_u8(&b, '\n');
    for (size_t i = 0; i < k->note.n; i++) {
        const struct note_signature *s = &k->note.signature[i];

        if (!is_of_log(k, s))
            continue;
        buf_str(&b, "\xe2\x80\x94 ");
        buf_put(&b, s->name);
        buf_u8(&b, ' ');
        buf_put(&b, s->base64);
        buf_u8(&b, '\n');
    }
    before = b.n;
    ok = note_key_sign(k->v->key, k->v->signer, k->note.text, at, k->a, &b, w) && buf_ok(&b);
    *state = arena_copy(k->a, buf_span(&b));
    *line = span_sub(*state, before, state->n);
    buf_free(&b);
    return (ok && state->p) || why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
}

static bool cosign(struct asked *k, unix_time now, struct why *w)
{
    struct span state, line;

    if (!put_cosignature(k, now > k->was_at ? now : k->was_at, &state, &line, w) ||
        !file_replace(k->folder, "checkpoint", state, k->v->steps, w))
        return false;
    k->out->type = "text/plain; charset=utf-8";
    k->out->body = line;
    return answer(k, 200, NULL, NULL);
}

static bool conflict(struct asked *k, struct why *w)
{
    struct buffer b;

    buf_init(&b, 32);
    buf_printf(&b, "%llu\n", (unsigned long long)k->was_checkpoint.size);
    k->out->body = arena_copy(k->a, buf_span(&b));
    k->out->type = "text/x.tlog.size";
    buf_free(&b);
    if (!k->out->body.p)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    return answer(k, 409, "conflict", "old is not the size that was cosigned last");
}

/* With the lock: what was cosigned last, and what follows from it. */
static bool decide(struct asked *k, unix_time now, struct why *w)
{
    const struct checkpoint *c = &k->checkpoint;
    struct tree_hash none;
    struct why y = { 0 };

    if (!load_state(k, w))
        return false;
    if (k->old != k->was_checkpoint.size)
        return conflict(k, w);
    tree_empty(&none);
    if (c->size == 0 && !tree_hash_eq(&c->root, &none))
        return answer(k, 422, "root", "a tree of no leaves has another root");
    if (k->old == 0)
        return k->n ? answer(k, 422, "proof", "a proof from a tree of no leaves") : cosign(k, now, w);
    if (!tree_check_consistency(k->old, c->size, &k->was_checkpoint.root, k->proof, k->n, &c->root, &y))
        return refuse_history(k, y.detail, w);
    return cosign(k, now, w);
}

bool witness_add_checkpoint(const struct witness *v, struct span request, unix_time now, struct arena *a,
                            struct witness_answer *out, struct why *w)
{
    struct asked *k = arena_alloc(a, sizeof *k);
    unsigned status;
    bool ok;
    int lock;

    *out = (struct witness_answer){ 0 };
    if (!k)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    k->v = v;
    k->a = a;
    k->out = out;
    if (request.n > LIMIT_CHECKPOINT || !parse(request, k, &out->why)) {
        out->status = 400;
        return true;
    }
    status = signed_by_log(v->policy, &k->note, k->checkpoint.origin, a);
    if (status == 404)
        return answer(k, 404, "origin", "a log that is not known");
    if (status != 200)
        return answer(k, 403, "signature", "no key of that log signed it");
    if (k->old > k->checkpoint.size)
        return answer(k, 400, "request", "old is larger than the checkpoint");
    if (!folder_of(v, k->checkpoint.origin, k->folder, w))
        return false;
    lock = lock_origin(k, w);
    if (lock < 0)
        return false;
    ok = decide(k, now, w);
    (void)close(lock);
    return ok;
}

bool witness_checkpoint(const struct witness *v, struct span origin, struct arena *a, struct span *out,
                        struct why *w)
{
    char folder[LIMIT_LOG_PATH];

    return folder_of(v, origin, folder, w) && read_state(folder, a, out, w);
}

/* With the lock. */
static bool recall(struct asked *k, struct why *w)
{
    if (!load_state(k, w))
        return false;
    if (k->was.n && k->checkpoint.size < k->was_checkpoint.size)
        return true;
    if (k->was.n && k->checkpoint.size == k->was_checkpoint.size) {
        if (tree_hash_eq(&k->checkpoint.root, &k->was_checkpoint.root))
            return true;
        return keep_evidence(k, w) &&
               why_set(w, "fork", WHY_NO_OFFSET, clause,
                       "of this size another root was cosigned: see %s/fork", k->folder);
    }
    return file_replace(k->folder, "checkpoint", k->text, k->v->steps, w);
}

bool witness_recall(const struct witness *v, struct span note, struct arena *a, struct why *w)
{
    struct asked *k = arena_alloc(a, sizeof *k);
    struct witness_answer out = { 0 };
    unix_time at;
    bool ok;
    int lock;

    if (!k)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    *k = (struct asked){ .v = v, .a = a, .out = &out, .text = note };
    if (!note_parse(note, &k->note, w) || !checkpoint_parse(k->note.text, &k->checkpoint, w))
        return false;
    if (signed_by_log(v->policy, &k->note, k->checkpoint.origin, a) != 200)
        return why_set(w, "no-anchor", WHY_NO_OFFSET, clause, "no log of the policy signed it");
    if (note_key_check(&k->note, v->key, a, &at) != NOTE_SIGNED)
        return why_set(w, "signature", WHY_NO_OFFSET, clause, "this witness has not cosigned it");
    if (!folder_of(v, k->checkpoint.origin, k->folder, w))
        return false;
    lock = lock_origin(k, w);
    if (lock < 0)
        return false;
    ok = recall(k, w);
    (void)close(lock);
    return ok;
}

void witness_request_put(uint64_t old, const struct tree_hash *proof, size_t n, struct span checkpoint,
                         struct buffer *b)
{
    buf_printf(b, "old %llu\n", (unsigned long long)old);
    for (size_t i = 0; i < n; i++) {
        checkpoint_hash_put(&proof[i], b);
        buf_u8(b, '\n');
    }
    buf_u8(b, '\n');
    buf_put(b, checkpoint);
}
