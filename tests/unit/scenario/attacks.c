/* What a member may try with its log, or with another's that it passes on. */
#include <stdio.h>

#include "log/files.h"
#include "log/fork.h"
#include "society.h"

enum { OWNER = 0, READER = 1, CHEAT = 3, ROTATES = 4, WITNESS = 7, RELAY = 8 };

/* A log as its owner serves it, with another checkpoint on top, or a byte of an entry changed. */
struct dressed {
    struct log_source behind;
    struct span checkpoint;
    bool rewrites;
};

static bool get_dressed(void *ctx, const char *path, size_t most, struct buffer *out, bool *found,
                        struct why *w)
{
    const struct dressed *d = ctx;
    bool ok;

    if (d->checkpoint.n && strcmp(path, "witnessed") == 0) {
        *found = false;
        return true;
    }
    if (d->checkpoint.n && strcmp(path, "checkpoint") == 0) {
        buf_reset(out);
        buf_put(out, d->checkpoint);
        *found = true;
        return true;
    }
    ok = d->behind.get(d->behind.ctx, path, most, out, found, w);
    if (ok && *found && d->rewrites && strncmp(path, "tile/entries/", 13) == 0)
        out->p[out->n - 9] ^= 1;
    return ok;
}

static const char *folder_of(struct society *x, size_t owner)
{
    const char *f = streams_folder(x->m[owner].streams, span_str(x->m[owner].origin[0]), &x->turn);

    assert_non_null(f);
    return f;
}

static struct replica_row held(struct society *x, size_t reader, size_t owner)
{
    struct replica_row row = { 0 };
    struct why w = { 0 };
    bool found = false;

    society_must(
        replica_find(x->m[reader].store, span_str(x->m[owner].origin[0]), &found, &x->turn, &row, &w) &&
            found,
        &w, "row");
    return row;
}

/* ---- notes as somebody would sign them ---- */

static struct span text_of(struct society *x, size_t owner, uint64_t size)
{
    struct log_source s = log_folder(folder_of(x, owner));
    struct tile_tree tiles = { .source = &s, .size = citizen_size(&x->m[owner], 0) };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash root = { { 7 } };
    struct why w = { 0 };
    struct buffer b;
    struct span out;

    buf_init(&tiles.file, TILE_BYTES);
    buf_init(&b, LIMIT_CHECKPOINT);
    society_must(size > tiles.size || tree_source_root(&from, size, &root, &w), &w, "a root");
    checkpoint_put(span_str(x->m[owner].origin[0]), size, &root, &b);
    out = arena_copy(&x->turn, buf_span(&b));
    buf_free(&b);
    buf_free(&tiles.file);
    return out;
}

/* By that log key, and as many witnesses as are a quorum; one of them at another time. */
static struct span signed_note(struct society *x, size_t owner, size_t key, struct span text, bool cosigned,
                               unix_time first_one)
{
    const struct citizen *o = &x->m[owner];
    struct note_key k;
    struct why w = { 0 };
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_CHECKPOINT);
    buf_put(&b, text);
    buf_u8(&b, '\n');
    note_key_of(span_str(o->origin[0]), NOTE_KEY_ED25519, o->log[key].pub, &k);
    society_must(note_key_sign(&k, &o->log[key], text, 0, &x->turn, &b, &w), &w, "signing");
    for (size_t i = 0; cosigned && i < VOICES; i++) {
        const struct citizen *v = &x->m[i < owner ? i : i + 1];

        society_must(
            note_key_sign(&v->witness_key, &v->witness, text, i ? x->now : first_one, &x->turn, &b, &w), &w,
            "cosigning");
    }
    out = arena_copy(&x->turn, buf_span(&b));
    buf_free(&b);
    return out;
}

static bool pulls_dressed(struct society *x, size_t owner, struct dressed *d, struct why *w)
{
    struct log_source s = { get_dressed, d };

    d->behind = body_folder(folder_of(x, owner));
    return citizen_pulls(&x->m[READER], owner, owner, 0, &s, w);
}

static bool pulls_noted(struct society *x, size_t owner, struct span note, struct why *w)
{
    struct dressed d = { .checkpoint = note };

    return pulls_dressed(x, owner, &d, w);
}

static void finds(const struct society *x, const char *reason)
{
    for (size_t i = 0; i < x->found->n; i++)
        if (strcmp(x->found->item[i].why.reason, reason) == 0)
            return;
    fail_msg("no finding `%s`", reason);
}

static void refused(bool ok, const struct why *w, const char *reason)
{
    if (ok || strcmp(w->reason, reason) != 0)
        fail_msg("%s: %s instead of %s", ok ? "taken" : w->reason, w->detail, reason);
}

/* ---- the attacks ---- */

/* Nothing of the piece is taken, and the honest owner's is afterwards. */
static void an_entry_is_rewritten(struct society *x)
{
    struct dressed d = { .rewrites = true };
    uint64_t before = held(x, READER, OWNER).held;
    struct why w = { 0 };

    citizen_publishes(&x->m[OWNER], 0, 2);
    refused(pulls_dressed(x, OWNER, &d, &w), &w, "root");
    assert_int_equal(held(x, READER, OWNER).held, before);
    society_must(citizen_pulls(&x->m[READER], OWNER, OWNER, 0, NULL, &w), &w, "from the owner");
    assert_int_equal(held(x, READER, OWNER).held, before + 2);
}

static void a_cosignature_is_backdated(struct society *x)
{
    uint64_t before;
    struct why w = { 0 };
    struct span text;

    x->now += 10000;
    citizen_publishes(&x->m[OWNER], 0, 1);
    text = text_of(x, OWNER, x->m[OWNER].told[0].n);
    society_must(pulls_noted(x, OWNER, signed_note(x, OWNER, 0, text, true, x->now), &w), &w, "honest");
    before = x->m[OWNER].told[0].n;
    assert_int_equal(held(x, READER, OWNER).witnessed_size, before);
    x->now += 10;
    citizen_publishes(&x->m[OWNER], 0, 1);
    text = text_of(x, OWNER, x->m[OWNER].told[0].n);
    society_must(pulls_noted(x, OWNER, signed_note(x, OWNER, 0, text, true, x->now - 5000), &w), &w,
                 "backdated");
    finds(x, "backdated");
    assert_int_equal(held(x, READER, OWNER).held, before + 1);
    assert_int_equal(held(x, READER, OWNER).witnessed_size, before); /* one voice short */
    society_must(pulls_noted(x, OWNER, signed_note(x, OWNER, 0, text, true, x->now + 5000), &w), &w,
                 "of a time that is not yet");
    finds(x, "from-the-future");
    assert_int_equal(held(x, READER, OWNER).witnessed_size, before);
    society_must(pulls_noted(x, OWNER, signed_note(x, OWNER, 0, text, true, x->now), &w), &w, "honest");
    assert_int_equal(held(x, READER, OWNER).witnessed_size, before + 1);
}

/* What was cosigned of an older checkpoint, handed to the owner for a newer one. */
static void a_cosignature_is_replayed(struct society *x)
{
    struct citizen *c = &x->m[OWNER];
    struct span old = text_of(x, OWNER, c->told[0].n);
    uint64_t before = 0;
    struct stream_state *all;
    struct why w = { 0 };
    size_t n;

    citizen_publishes(c, 0, 1);
    for (size_t i = 0; i < TEN; i++) {
        struct buffer b;

        if (i == OWNER)
            continue;
        buf_init(&b, 4096);
        society_must(note_key_sign(&x->m[i].witness_key, &x->m[i].witness, old, x->now, &x->turn, &b, &w), &w,
                     "cosigning");
        society_must(streams_cosigned(c->streams, span_str(c->origin[0]), span_str(x->m[i].witness_name), 200,
                                      buf_span(&b), x->now, &w),
                     &w, "an old cosignature");
        buf_free(&b);
    }
    society_must(streams_states(c->streams, &x->turn, &all, &n, &w), &w, "states");
    for (size_t k = 0; k < n; k++)
        if (span_eq_str(all[k].origin, c->origin[0]))
            before = all[k].witnessed;
    assert_true(before < c->told[0].n);
}

/* Headed for two others, in a log for all: held as what its owner signed, and shown to nobody. */
static void an_entry_is_for_others(struct society *x)
{
    struct citizen *c = &x->m[OWNER];
    struct told *t = &c->told[0];
    struct leaf l = { .type = SPAN("specimen"),
                      .issuer = span_str(c->state),
                      .stream = SPAN("trust"),
                      .audience = SPAN("ir-tr"),
                      .time = x->now };
    struct note_key key;
    char folder[200], keep[200];
    struct log_writer_options o = {
        .folder = folder, .keep = keep, .key = &key, .signer = &c->log[0], .bodies = true
    };
    struct log_writer *log;
    struct why w = { 0 };
    struct buffer b;

    (void)snprintf(folder, sizeof folder, "%s%s", c->folder, strchr(c->origin[0], '/'));
    (void)snprintf(keep, sizeof keep, "%s%s", c->keep, strchr(c->origin[0], '/'));
    note_key_of(span_str(c->origin[0]), NOTE_KEY_ED25519, c->log[0].pub, &key);
    streams_close(c->streams);
    buf_init(&b, TILE_ENTRY);
    assert_true(leaf_put(&l, &b));
    log = log_writer_open(&o, &w);
    society_must(log && log_writer_add(log, buf_span(&b), NULL, &w) && log_writer_commit(log, &w), &w,
                 "writing");
    log_writer_close(log);
    buf_free(&b);
    citizen_open_streams(c);
    t->n++; /* and no record */
    society_must(pulls_noted(x, OWNER, signed_note(x, OWNER, 0, text_of(x, OWNER, t->n), true, x->now), &w),
                 &w, "pulling");
    finds(x, "leaf");
    assert_int_equal(held(x, READER, OWNER).witnessed_size, t->n);
    t->witnessed = t->n;
    citizen_consumes(&x->m[READER]); /* is_shown would fail */
}

/* A log of two others asked for by a third, whoever gives it. */
static void a_stranger_asks(struct society *x)
{
    struct log_source s =
        body_folder(streams_folder(x->m[RELAY].streams, span_str(x->m[RELAY].origin[1]), &x->turn));
    struct replica_row row;
    struct why w = { 0 };
    bool found = true;

    refused(citizen_pulls(&x->m[READER], RELAY, RELAY, 1, &s, &w), &w, "audience");
    society_must(
        replica_find(x->m[READER].store, span_str(x->m[RELAY].origin[1]), &found, &x->turn, &row, &w), &w,
        "row");
    assert_false(found);
}

static void an_owner_goes_back(struct society *x)
{
    struct citizen *c = &x->m[RELAY];
    struct why w = { 0 };
    uint64_t before = held(x, READER, RELAY).held;
    struct span old = signed_note(x, RELAY, 0, text_of(x, RELAY, c->told[0].n - 1), true, x->now);

    refused(pulls_noted(x, RELAY, old, &w), &w, "rollback");
    assert_int_equal(held(x, READER, RELAY).held, before);
}

/* What a replaced key signed in its time holds: a shard that is closed is signed by no other. */
static void the_old_key_holds_the_past(struct society *x)
{
    const struct citizen *c = &x->m[ROTATES];
    unix_time now = x->now;
    struct why w = { 0 };
    struct span note;

    x->now = x->card[ROTATES].retired[0].until - 1;
    note = signed_note(x, ROTATES, 0, text_of(x, ROTATES, c->told[0].n), true, x->now);
    x->now = now;
    society_must(pulls_noted(x, ROTATES, note, &w), &w, "of the past");
}

/* Signed with a key that the member has replaced: neither a replica nor a witness takes it. */
static void the_old_key_is_worth_nothing(struct society *x)
{
    const struct citizen *c = &x->m[ROTATES];
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct witness v = {
        .folder = x->m[1].seen, .policy = p, .key = &x->m[1].witness_key, .signer = &x->m[1].witness
    };
    struct span note = signed_note(x, ROTATES, 0, text_of(x, ROTATES, c->told[0].n + 5), false, 0);
    struct witness_answer r;
    struct why w = { 0 };
    struct buffer q;

    refused(pulls_noted(x, ROTATES, note, &w), &w, "retired");
    x->now += 60;
    note = signed_note(x, ROTATES, 0, text_of(x, ROTATES, c->told[0].n + 5), true, x->now);
    refused(pulls_noted(x, ROTATES, note, &w), &w,
            "retired"); /* also when all the others were talked into it */
    society_must(roster_policy(&x->roster, span_str(c->origin[0]), &x->turn, p, &w), &w, "policy");
    buf_init(&q, 8192);
    witness_request_put(c->told[0].n, NULL, 0, note, &q);
    society_must(witness_add_checkpoint(&v, buf_span(&q), x->now, &x->turn, &r, &w), &w, "a witness");
    assert_int_equal(r.status, 403);
    buf_free(&q);
}

/* ---- two histories ---- */

static struct streams *second_history(struct society *x, char folder[160])
{
    const struct citizen *c = &x->m[CHEAT];
    char keep[160];
    struct streams_options o = { .folder = folder,
                                 .keep = keep,
                                 .name = span_str(c->name),
                                 .state = span_str(c->state),
                                 .signer = &c->log[0],
                                 .subject_secret = SPAN("a secret of sixteen bytes") };
    struct stream_new r[3] = { { .type = SPAN("specimen"), .time = x->now, .body = SPAN("something else") },
                               { .type = SPAN("specimen"), .time = x->now, .body = SPAN("and another") },
                               { .type = SPAN("specimen"), .time = x->now, .body = SPAN("and one more") } };
    struct stream_place place;
    struct streams *s;
    struct why w = { 0 };

    (void)snprintf(folder, 160, "%s.twin", c->folder);
    (void)snprintf(keep, sizeof keep, "%s.twin", c->keep);
    society_shell("cp -a '%s' '%s' && cp -a '%s' '%s'", c->folder, folder, c->keep, keep);
    s = streams_open(&o, x->now, &w);
    society_must(s && streams_publish(s, SPAN("trust"), SPAN("all"), r, 3, x->now, &place, &w), &w,
                 "the second history");
    return s;
}

static void the_proof_convinces(struct society *x, struct span proof)
{
    const struct citizen *c = &x->m[CHEAT];
    struct fork_file *f = arena_alloc(&x->turn, sizeof *f);
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct note_key k;
    struct why w = { 0 };

    note_key_of(span_str(c->origin[0]), NOTE_KEY_ED25519, c->log[0].pub, &k);
    policy_of_key(&k, (struct span){ 0 }, p);
    assert_true(proof.n);
    society_must(fork_parse(proof, f, &w) && fork_check(f, p, &x->turn, &w), &w, "the proof");
}

static void a_witness_is_shown_both(struct society *x, const char *twin, uint64_t first, uint64_t second,
                                    struct span note)
{
    const struct citizen *v = &x->m[WITNESS];
    struct log_source s = log_folder(twin);
    struct tile_tree tiles = { .source = &s, .size = second };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash proof[TREE_PROOF_MAX];
    struct policy *p = arena_alloc(&x->turn, sizeof *p);
    struct witness_answer r = { 0 };
    struct why w = { 0 };
    struct buffer q;
    size_t n = 0;

    for (unsigned i = 0; i < 6; i++)
        citizen_asks_witness(&x->m[CHEAT], WITNESS); /* the first history */
    buf_init(&tiles.file, TILE_BYTES);
    buf_init(&q, LIMIT_CHECKPOINT);
    society_must(roster_policy(&x->roster, span_str(x->m[CHEAT].origin[0]), &x->turn, p, &w) &&
                     tree_prove_consistency(&from, first, second, proof, &n, &w),
                 &w, "a proof");
    witness_request_put(first, proof, n, note, &q);
    society_must(witness_add_checkpoint(
                     &(struct witness){
                         .folder = v->seen, .policy = p, .key = &v->witness_key, .signer = &v->witness },
                     buf_span(&q), x->now, &x->turn, &r, &w),
                 &w, "a witness");
    assert_int_equal(r.status, 422);
    assert_true(r.fork);
    buf_free(&q);
    buf_free(&tiles.file);
}

static void two_histories(struct society *x)
{
    struct citizen *c = &x->m[CHEAT];
    /* From a whole subtree on a proof leaves its root out, and proves nothing of another beginning. */
    size_t n = (c->told[0].n & (c->told[0].n + 1)) == 0 ? 2 : 1;
    uint64_t first = c->told[0].n + n, second = c->told[0].n + 3;
    char root[160], path[240];
    struct streams *twin = second_history(x, root);
    struct log_source s;
    struct span note;
    struct why w = { 0 };
    bool there;

    (void)snprintf(path, sizeof path, "%s%s", root, strchr(c->origin[0], '/'));
    s = body_folder(path);
    citizen_publishes(c, 0, n);
    society_must(citizen_pulls(&x->m[READER], CHEAT, CHEAT, 0, NULL, &w), &w, "the first history");
    assert_int_equal(held(x, READER, CHEAT).held, first);
    refused(citizen_pulls(&x->m[READER], CHEAT, CHEAT, 0, &s, &w), &w, "history");
    the_proof_convinces(x, held(x, READER, CHEAT).fork);
    assert_int_equal(held(x, READER, CHEAT).held, first); /* and what was proved before stays */
    refused(citizen_pulls(&x->m[READER], CHEAT, CHEAT, 0, NULL, &w), &w, "history");
    (void)snprintf(path, sizeof path, "%s%s/checkpoint", root, strchr(c->origin[0], '/'));
    society_must(file_read(path, LIMIT_CHECKPOINT, &x->turn, &note, &there, &w) && there, &w, "its note");
    *strrchr(path, '/') = '\0';
    a_witness_is_shown_both(x, path, first, second, note);
    streams_close(twin);
}

void attacks_on_logs(struct society *x)
{
    x->loss = 0;
    an_entry_is_rewritten(x);
    a_cosignature_is_backdated(x);
    an_entry_is_for_others(x);
    a_cosignature_is_replayed(x);
    a_stranger_asks(x);
    an_owner_goes_back(x);
    the_old_key_holds_the_past(x);
    the_old_key_is_worth_nothing(x);
    two_histories(x);
}
