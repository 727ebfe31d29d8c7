#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "log/files.h"

/* ---- accidents ---- */

struct accident {
    long step, at;
};

static void killed_at(void *ctx, const char *name)
{
    struct accident *a = ctx;

    (void)name;
    if (a->step++ == a->at)
        (void)raise(SIGKILL);
}

/* One time in eight the process is killed at some step that changes the disk. */
static bool begins_badly(struct world *x, struct accident *a)
{
    *a = (struct accident){ .at = world_random(x, 40) };
    return !x->quiet && world_random(x, 8) == 0;
}

/* In the child: true. The parent goes on when it is over: the member is down for a while. */
static bool is_child(struct world *x, size_t i)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        return true;
    assert_true(child > 0 && waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
        assert_int_equal(WTERMSIG(status), SIGKILL);
        x->kills++;
        x->m[i].up_at = x->now + 5 + world_random(x, 20);
    }
    return false;
}

/* ---- publishing ---- */

static void make_entry(struct world *x, size_t i, uint64_t index, bool twin, struct entry *out)
{
    struct leaf l = { .type = SPAN("specimen"),
                      .issuer = span_str(x->m[i].state),
                      .stream = SPAN("trust"),
                      .audience = SPAN("all"),
                      .time = x->now };
    struct buffer b;

    for (size_t k = 0; k < LEAF_HASH; k++) {
        l.body[k] = (uint8_t)(twin ? 0xff : world_random(x, 256));
        l.commitment[k] = (uint8_t)(index >> 8 * (k % 4));
    }
    buf_init_fixed(&b, out->b, sizeof out->b);
    assert_true(leaf_put(&l, &b));
    out->n = b.n;
}

static struct log_writer *open_log(const struct member *m, const char *folder,
                                   const struct folder_steps *steps)
{
    struct log_writer_options o = {
        .folder = folder, .key = &m->log_key, .signer = &m->log_signer, .steps = steps
    };
    struct why w = { 0 };
    struct log_writer *l = log_writer_open(&o, &w);

    if (!l)
        fail_msg("%s: %s", w.reason, w.detail);
    return l;
}

static uint64_t append(struct world *x, size_t i, const char *folder, size_t n, bool twin,
                       const struct folder_steps *steps)
{
    struct member *m = &x->m[i];
    struct log_writer *l = open_log(m, folder, steps);
    uint64_t size = log_writer_size(l);
    struct why w = { 0 };

    if (log_writer_read_only(l))
        fail_msg("%s at %lld: %s", m->state, (long long)(x->now - BEGIN), log_writer_read_only(l)->detail);
    for (size_t k = 0; k < n && size + n < ENTRIES; k++) {
        struct entry other, *e = twin ? &other : &m->entry[size + k];

        if (twin || size + k >= m->acknowledged)
            make_entry(x, i, size + k, twin, e);
        if (!log_writer_add(l, span_of(e->b, e->n), NULL, &w))
            fail_msg("%s", w.detail);
    }
    if (!log_writer_commit(l, &w))
        fail_msg("%s", w.detail);
    size = log_writer_size(l);
    log_writer_close(l);
    return size;
}

/* What a killed process committed without telling anybody is read back: its entries count from now on. */
static void learn(struct member *m)
{
    struct log_verify_options opt = { .policy = &m->own };
    struct log_source s = log_folder(m->folder);
    struct log_writer *l = open_log(m, m->folder, NULL);
    uint64_t size = log_writer_size(l);
    struct span entry[TILE_WIDTH];
    struct buffer file;
    char path[TILE_PATH];

    (void)opt;
    buf_init(&file, TILE_BUNDLE);
    for (uint64_t at = m->acknowledged; at < size; at = (at / TILE_WIDTH + 1) * TILE_WIDTH) {
        struct tile t = { .entries = true, .index = at / TILE_WIDTH };
        unsigned width;

        t.width = tile_width(0, t.index, size);
        assert_true(log_tile_get(&s, t, &file, &width, path, NULL) &&
                    bundle_parse(buf_span(&file), width, entry, NULL));
        for (uint64_t k = at % TILE_WIDTH; k < t.width; k++) {
            struct entry *e = &m->entry[t.index * TILE_WIDTH + k];

            e->n = entry[k].n;
            memcpy(e->b, entry[k].p, entry[k].n);
        }
    }
    buf_free(&file);
    log_writer_close(l);
    m->acknowledged = (size_t)size;
}

void member_publishes(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    size_t n = 1 + world_random(x, 20);
    struct accident a;
    bool badly = begins_badly(x, &a);
    const struct folder_steps steps = { killed_at, &a };

    if (m->lost || m->acknowledged + 40 > ENTRIES)
        return;
    if (!badly) {
        m->acknowledged = (size_t)append(x, i, m->folder, n, false, NULL);
        if (m->split)
            (void)append(x, i, m->twin, 1 + n / 2, true, NULL);
        return;
    }
    if (is_child(x, i)) {
        (void)append(x, i, m->folder, n, false, &steps);
        _exit(0);
    }
    learn(m);
}

/* ---- witnesses ---- */

static void send_later(struct world *x, struct message one)
{
    unsigned copies = !x->quiet && world_random(x, 20) == 0 ? 2 : 1;
    struct span body = one.body;

    if (world_random(x, 100) < x->loss)
        return;
    while (copies--) {
        struct message *m = malloc(sizeof *m), **at = &x->flying;
        uint8_t *p = malloc(body.n + 1);

        assert_true(m && p);
        memcpy(p, body.p ? body.p : (const uint8_t *)"", body.n);
        *m = one;
        m->body = span_of(p, body.n);
        m->at = x->now + world_random(x, x->quiet ? 2 : 8);
        while (*at && (*at)->at <= m->at)
            at = &(*at)->next;
        m->next = *at;
        *at = m;
    }
}

static bool read_note(const char *folder, struct arena *a, struct span *text, struct note *note,
                      struct checkpoint *c)
{
    char path[160];
    bool there;

    (void)snprintf(path, sizeof path, "%s/checkpoint", folder);
    return file_read(path, LIMIT_CHECKPOINT, a, text, &there, NULL) && text->n &&
           note_parse(*text, note, NULL) && checkpoint_parse(note->text, c, NULL);
}

static void ask_witness(struct world *x, size_t i, size_t k, struct arena *a)
{
    struct member *m = &x->m[i];
    const char *folder = log_shown_to(x, i, k);
    struct log_source s = log_folder(folder);
    struct tile_tree tiles = { .source = &s };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash proof[TREE_PROOF_MAX];
    struct note *note = arena_alloc(a, sizeof *note);
    struct checkpoint c = { 0 };
    struct buffer b;
    struct span text;
    size_t n = 0;

    if (!note || !read_note(folder, a, &text, note, &c) || m->with[k].knows > c.size)
        return;
    if (folder == m->folder) {
        if (!span_eq(note->text, m->collecting)) {
            buf_reset(&m->collected);
            buf_put(&m->collected, text);
            m->collecting = span_sub(buf_span(&m->collected), 0, note->text.n);
            for (size_t j = 0; j < MEMBERS; j++)
                m->with[j].cosigned = false;
        }
        if (m->with[k].cosigned)
            return;
    }
    tiles.size = c.size;
    buf_init(&tiles.file, TILE_BYTES);
    buf_init(&b, LIMIT_CHECKPOINT);
    if (m->with[k].knows == 0 || tree_prove_consistency(&from, m->with[k].knows, c.size, proof, &n, NULL)) {
        witness_request_put(m->with[k].knows, proof, n, text, &b);
        send_later(x, (struct message){ .from = i, .to = k, .body = buf_span(&b), .size = c.size });
    }
    buf_free(&b);
    buf_free(&tiles.file);
}

void member_asks_witnesses(struct world *x, size_t i)
{
    struct arena a;

    if (x->m[i].lost)
        return;

    arena_init(&a, 64 << 20);
    for (size_t k = 0; k < MEMBERS; k++)
        if (k != i)
            ask_witness(x, i, k, &a);
    arena_free(&a);
}

static bool cosigns(struct world *x, const struct message *q, struct arena *a,
                    const struct folder_steps *steps, struct witness_answer *r)
{
    struct member *m = &x->m[q->to];
    struct witness v = { .folder = m->seen,
                         .policy = &m->others,
                         .key = &m->witness_key,
                         .signer = &m->witness_signer,
                         .steps = steps };
    struct why w = { 0 };

    if (!witness_add_checkpoint(&v, q->body, x->now, a, r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return true;
}

/* Against the rules: a cosignature of a time that is over. */
static void backdate(struct world *x, const struct message *q, struct witness_answer *r, struct arena *a)
{
    struct member *m = &x->m[q->to];
    struct note *note = arena_alloc(a, sizeof *note);
    const uint8_t *at = memmem(q->body.p, q->body.n, "\n\n", 2);
    struct buffer b;
    struct span text;

    if (!at || !note)
        return;
    text = span_sub(q->body, (size_t)(at - q->body.p) + 2, q->body.n);
    if (!note_parse(text, note, NULL))
        return;
    buf_init(&b, 4096);
    assert_true(note_key_sign(&m->witness_key, &m->witness_signer, note->text, x->now - 5000, a, &b, NULL));
    r->body = arena_copy(a, buf_span(&b));
    buf_free(&b);
}

static void witness_answers(struct world *x, const struct message *q)
{
    struct member *m = &x->m[q->to];
    struct witness_answer r = { 0 };
    struct accident bad;
    struct arena a;

    if (m->restored)
        return; /* it does not know yet what it cosigned last */
    arena_init(&a, 64 << 20);
    if (begins_badly(x, &bad) && world_random(x, 4) == 0) {
        const struct folder_steps steps = { killed_at, &bad };

        if (is_child(x, q->to)) {
            (void)cosigns(x, q, &a, &steps, &r);
            _exit(0); /* stored, and the answer is lost */
        }
    } else if (cosigns(x, q, &a, NULL, &r)) {
        if (r.status == 200 && m->malice == BACKDATES && x->now > BEGIN + 150)
            backdate(x, q, &r, &a);
        x->forks_at_witness += r.fork;
        x->conflicts += r.status == 409;
        send_later(x,
                   (struct message){
                       .from = q->to, .to = q->from, .status = r.status, .body = r.body, .size = q->size });
    }
    arena_free(&a);
}

static void remember(struct world *x, size_t owner, const struct checkpoint *c)
{
    for (size_t i = 0; i < x->n_said; i++)
        if (x->said[i].owner == owner && x->said[i].size == c->size &&
            tree_hash_eq(&x->said[i].root, &c->root))
            return;
    assert_true(x->n_said < SAID);
    x->said[x->n_said++] = (struct witnessed){ owner, c->size, c->root };
}

/* A cosignature of the checkpoint under collection; with the quorum it is witnessed. */
static void take_cosignature(struct world *x, size_t i, size_t from, struct span line)
{
    struct member *m = &x->m[i];
    struct note *note;
    struct checkpoint c;
    struct policy_verdict v;
    size_t before = m->collected.n;
    struct arena a;
    struct why w = { 0 };

    if (m->collecting.n == 0 || m->with[from].cosigned)
        return;
    arena_init(&a, 64 << 20);
    note = arena_alloc(&a, sizeof *note);
    buf_put(&m->collected, line);
    m->collecting = span_sub(buf_span(&m->collected), 0, m->collecting.n);
    if (!note_parse(buf_span(&m->collected), note, NULL) ||
        note_key_check(note, &x->m[from].witness_key, &a, NULL) != NOTE_SIGNED) {
        m->collected.n = before; /* of an older checkpoint */
        goto out;
    }
    m->with[from].cosigned = true;
    assert_true(checkpoint_parse(note->text, &c, NULL));
    if (policy_check(&m->own, note, &c, &a, &v, &w)) {
        struct log_writer *l = open_log(m, m->folder, NULL);

        remember(x, i, &c);
        if (!log_writer_read_only(l) && c.size == log_writer_size(l))
            assert_true(log_writer_publish(l, buf_span(&m->collected), &w));
        log_writer_close(l);
        assert_true(file_replace(m->folder, "witnessed", buf_span(&m->collected), NULL, &w));
    }
out:
    arena_free(&a);
}

static void owner_hears(struct world *x, const struct message *r)
{
    struct member *m = &x->m[r->to];
    uint64_t size;

    if (m->restored)
        return;
    if (r->status == 409 && r->body.n > 1 && checkpoint_number(span_sub(r->body, 0, r->body.n - 1), &size))
        m->with[r->from].knows = size;
    if (r->status != 200)
        return;
    if (r->size > m->with[r->from].knows)
        m->with[r->from].knows = r->size;
    if (!m->split || r->from % 2 == 0)
        take_cosignature(x, r->to, r->from, r->body);
}

void world_delivers(struct world *x)
{
    while (x->flying && x->flying->at <= x->now) {
        struct message *m = x->flying;

        x->flying = m->next;
        if (world_reaches(x, m->from, m->to)) {
            if (m->status)
                owner_hears(x, m);
            else
                witness_answers(x, m);
        }
        free((void *)(uintptr_t)m->body.p);
        free(m);
    }
}

/* ---- replicas ---- */

/* Files of a log at another member, over a line that fails now and then. */
struct line {
    struct world *x;
    size_t from;
    struct log_source behind;
    bool lies, lied;
};

static bool get_over(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct line *l = ctx;

    if (world_random(l->x, 100) < l->x->loss)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "%s: the line broke", path);
    if (!l->behind.get(l->behind.ctx, path, most, out, found, w))
        return false;
    if (*found && l->lies && strncmp(path, "tile/entries/", 13) == 0 && out->n > 50) {
        out->p[20 + world_random(l->x, (uint32_t)out->n - 40)] ^= 1;
        l->lied = true;
    }
    return true;
}

static void note_findings(struct world *x, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        x->backdated += strcmp(f->item[i].why.reason, "backdated") == 0;
}

void member_pulls(struct world *x, size_t i, size_t from, size_t owner)
{
    struct member *m = &x->m[i], *o = &x->m[owner];
    struct replica_files files = { .store = x->m[from].store, .origin = o->log_key.name };
    struct line l = { .x = x, .from = from };
    struct log_source s = { get_over, &l };
    struct pull_options opt = { .origin = o->log_key.name,
                                .policy = &o->own,
                                .member = span_str(m->state),
                                .owner = span_str(o->state),
                                .from_owner = from == owner,
                                .budget = { 1u << 20, 1u << 30 } };
    struct pull_report r;
    struct findings *f;
    struct arena a;
    struct why w = { 0 };

    if (owner == i || from == i || !world_reaches(x, i, from))
        return;
    arena_init(&a, 256 << 20);
    f = arena_alloc(&a, sizeof *f);
    findings_init(f);
    l.behind = from == owner ? log_folder(log_shown_to(x, owner, i)) : replica_source(&files);
    l.lies = from != owner && x->m[from].malice == REWRITES && !x->quiet;
    x->pulls++;
    x->relayed += from != owner;
    if (!sync_pull(m->store, &s, &opt, x->now, &a, &r, f, &w)) {
        x->failed_pulls++;
        x->history += strcmp(w.reason, "history") == 0;
        x->rewritten += l.lied && (strcmp(w.reason, "root") == 0 || strcmp(w.reason, "bundle") == 0);
        if (strcmp(w.reason, "history") != 0 && strcmp(w.reason, "unreachable") != 0 &&
            strcmp(w.reason, "missing") != 0 && strcmp(w.reason, "rollback") != 0 && !l.lied)
            fail_msg("%s of %s from %s: %s: %s", m->state, o->state, x->m[from].state, w.reason, w.detail);
    }
    note_findings(x, f);
    arena_free(&a);
}

/* ---- after a restore ---- */

struct kept_at {
    struct world *x;
    size_t who, at, owner;
    struct replica_files files;
    struct line line;
};

static bool newer(struct span a, struct span b)
{
    static struct note n;
    struct checkpoint x = { 0 }, y = { 0 };

    return a.n && note_parse(a, &n, NULL) && checkpoint_parse(n.text, &x, NULL) &&
           (!b.n || (note_parse(b, &n, NULL) && checkpoint_parse(n.text, &y, NULL) && x.size > y.size));
}

/* What a member has of a log: as its owner, as a witness, or as a replica. */
static bool what_is_kept(void *ctx, struct span origin, struct arena *a, struct span *note, struct why *w)
{
    struct kept_at *k = ctx;
    const struct member *m = &k->x->m[k->at];
    struct witness v = { .folder = m->seen, .policy = &m->others, .key = &m->witness_key };
    struct replica_row row = { 0 };
    struct span text = { 0 };
    char path[160];
    bool found;

    /* Who was restored itself says what it has: two that wait for each other would wait for ever. */
    if (!world_reaches(k->x, k->who, k->at) || world_random(k->x, 100) < k->x->loss)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "no line to %s", m->state);
    *note = (struct span){ 0 };
    if (k->at == k->owner) {
        (void)snprintf(path, sizeof path, "%s/checkpoint", log_shown_to(k->x, k->owner, k->who));
        return file_read(path, LIMIT_CHECKPOINT, a, note, &found, w);
    }
    if (!witness_checkpoint(&v, origin, a, note, w) || !replica_find(m->store, origin, &found, a, &row, w))
        return false;
    text = arena_copy(a, row.accepted);
    if (found && newer(text, *note))
        *note = text;
    return true;
}

static size_t ask_all(struct world *x, size_t i, size_t owner, struct kept_at *k, struct recover_source *s)
{
    size_t n = 0;

    for (size_t at = 0; at < MEMBERS; at++) {
        if (at == i)
            continue;
        k[n] = (struct kept_at){ .x = x, .who = i, .at = at, .owner = owner };
        k[n].files = (struct replica_files){ .store = x->m[at].store, .origin = x->m[owner].log_key.name };
        k[n].line = (struct line){ .x = x, .from = at, .behind = replica_source(&k[n].files) };
        s[n] = (struct recover_source){ .member = span_str(x->m[at].state),
                                        .checkpoint = what_is_kept,
                                        .files = { get_over, &k[n].line },
                                        .ctx = &k[n] };
        n++;
    }
    return n;
}

void member_recovers(struct world *x, size_t i)
{
    struct member *m = &x->m[i];
    struct log_writer_options o = { .folder = m->folder, .key = &m->log_key, .signer = &m->log_signer };
    struct witness v = {
        .folder = m->seen, .policy = &m->others, .key = &m->witness_key, .signer = &m->witness_signer
    };
    struct recover_source s[MEMBERS];
    struct kept_at k[MEMBERS];
    struct log_recovery r;
    struct why w = { 0 };
    struct arena a;
    bool all;

    arena_init(&a, 256 << 20);
    if (!log_recover(&o, s, ask_all(x, i, i, k, s), MEMBERS - 1, &a, &r, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    if (r.end == RECOVERY_FORK)
        fail_msg("%s has two histories: %s", m->state, r.why.detail);
    m->lost = r.end == RECOVERY_LOST;
    all = r.end != RECOVERY_WAITING;
    for (size_t owner = 0; owner < MEMBERS && all; owner++) {
        if (owner == i)
            continue;
        /* Of a log with two histories nobody says where it stands; it is not cosigned any more. */
        if (!witness_recover(&v, x->m[owner].log_key.name, s, ask_all(x, i, owner, k, s), MEMBERS - 1, &a, &r,
                             &w))
            fail_msg("%s: %s", w.reason, w.detail);
        all = r.end != RECOVERY_WAITING;
    }
    arena_free(&a);
    if (!all) {
        x->waited++;
        return;
    }
    m->restored = false;
    x->recovered++;
    x->lost += m->lost;
    if (!m->lost)
        learn(m);
}
