/* The source's checkpoint against what is believed, and against what was accepted before. */
#include "log/fork.h"
#include "sync/internal.h"

static const char clause[] = "C2SP tlog-checkpoint";

/* A checkpoint that was read and checked; note in the arena. */
struct shown {
    struct span note;
    struct note *parsed;
    struct checkpoint c;
    struct policy_verdict verdict;
};

static bool no_room(struct why *w)
{
    return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
}

/* False only for other reasons than too few witnesses. */
static bool judge(struct pull *p, struct span note, struct shown *out, struct why *w)
{
    struct why y = { 0 };

    *out = (struct shown){ .note = note, .parsed = arena_alloc(p->arena, sizeof *out->parsed) };
    if (!out->parsed)
        return no_room(w);
    if (!note_parse(note, out->parsed, w) || !checkpoint_parse(out->parsed->text, &out->c, w))
        return false;
    if (!policy_check(p->opt->policy, out->parsed, &out->c, p->arena, &out->verdict, &y) &&
        strcmp(y.reason, "quorum") != 0)
        return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
    return span_eq(out->c.origin, p->opt->origin) ||
           why_set(w, "origin", WHY_NO_OFFSET, clause, "the checkpoint is that of another log");
}

/* When that witness cosigned the checkpoint of a note that is kept; 0: it did not, or never. */
static unix_time cosigned(struct pull *p, const struct shown *s, const struct note_key *k)
{
    unix_time t = 0;

    if (!s->parsed || note_key_check(s->parsed, k, p->arena, &t) != NOTE_SIGNED)
        return 0;
    return t;
}

/*
 * A witness's times never go back: one that cosigned a larger tree before a smaller one, or in the future,
 * has not said so by itself (reference: C2SP tlog-cosignature).
 */
static bool cosignature_counts(struct pull *p, const struct shown *s, const struct shown *before,
                               const struct policy_member *m)
{
    unix_time t = cosigned(p, s, &m->key), old = cosigned(p, before, &m->key);
    int shown = m->name.n > 64 ? 64 : (int)m->name.n;

    if (t > p->now + LIMIT_PULL_SKEW) {
        finding_add(p->findings, FINDING_WARNING, "from-the-future", WHY_NO_OFFSET, "C2SP tlog-cosignature",
                    "witness %.*s cosigned at a time that is not yet", shown, (const char *)m->name.p);
        return false;
    }
    if (t && t < old && s->c.size > before->c.size) {
        finding_add(p->findings, FINDING_WARNING, "backdated", WHY_NO_OFFSET, "C2SP tlog-cosignature",
                    "witness %.*s cosigned this checkpoint before the smaller one that is kept", shown,
                    (const char *)m->name.p);
        return false;
    }
    return true;
}

/* The note without the lines of one key. */
static struct span without(struct pull *p, const struct shown *s, const struct note_key *k)
{
    struct buffer b;
    struct span out;

    buf_init(&b, LIMIT_CHECKPOINT);
    buf_put(&b, s->parsed->text);
    buf_u8(&b, '\n');
    for (size_t i = 0; i < s->parsed->n; i++) {
        const struct note_signature *g = &s->parsed->signature[i];

        if (span_eq(g->name, k->name) && memcmp(g->key_hash, k->hash, NOTE_KEY_HASH) == 0)
            continue;
        buf_str(&b, "\u2014 ");
        buf_put(&b, g->name);
        buf_u8(&b, ' ');
        buf_put(&b, g->base64);
        buf_u8(&b, '\n');
    }
    out = buf_ok(&b) ? arena_copy(p->arena, buf_span(&b)) : (struct span){ 0 };
    buf_free(&b);
    return out;
}

/* As judge, without cosignatures whose times cannot be. before: the newest that is kept. */
static bool judge_times(struct pull *p, struct span note, const struct shown *before, struct shown *out)
{
    const struct policy *y = p->opt->policy;

    if (!judge(p, note, out, p->w))
        return false;
    for (size_t i = 0; i < y->n; i++) {
        if (!y->member[i].witness || cosignature_counts(p, out, before, &y->member[i]))
            continue;
        note = without(p, out, &y->member[i].key);
        if (!note.p)
            return no_room(p->w);
        if (!judge(p, note, out, p->w))
            return false;
    }
    return true;
}

static bool read_note(struct pull *p, const char *path, struct span *note, bool *found)
{
    if (!p->source->get(p->source->ctx, path, LIMIT_CHECKPOINT, &p->file, found, p->w))
        return false;
    *note = *found ? arena_copy(p->arena, buf_span(&p->file)) : (struct span){ 0 };
    return !*found || note->p || no_room(p->w);
}

/* The log is stopped: the proof stays, and nothing of this source is taken. */
static bool stop(struct pull *p, struct span proof, const char *what)
{
    p->next = p->row;
    p->next.fork = proof;
    p->next.reason = SPAN("history");
    p->next.detail = span_str(what);
    if (!pull_commit(p, NULL, 0))
        return false;
    return why_set(p->w, "history", WHY_NO_OFFSET, clause, "%s", what);
}

/* Two roots of one size, both signed by the log. */
static bool two_roots(struct pull *p, const struct shown *a, const struct shown *b)
{
    struct buffer proof;
    struct span kept;

    buf_init(&proof, 4 * LIMIT_CHECKPOINT);
    fork_put(a->note, b->note, NULL, NULL, 0, &proof);
    kept = buf_ok(&proof) ? arena_copy(p->arena, buf_span(&proof)) : (struct span){ 0 };
    buf_free(&proof);
    if (!kept.p)
        return no_room(p->w);
    return stop(p, kept, "the log signed two roots for one size: it has two histories");
}

/*
 * The earlier checkpoint is not how the later tree begins, says that tree's source. When its tiles prove it,
 * the log is stopped; when they prove nothing, the source is at fault, not the log.
 */
static bool parted(struct pull *p, const struct shown *earlier, const struct log_source *later_source,
                   const struct shown *later)
{
    struct buffer proof;
    struct why y = { 0 };
    struct span kept = { 0 };
    bool found;

    buf_init(&proof, 4 * LIMIT_CHECKPOINT);
    found = fork_find(earlier->note, later_source, later->note, p->arena, &proof, &y);
    if (found && buf_ok(&proof))
        kept = arena_copy(p->arena, buf_span(&proof));
    buf_free(&proof);
    if (!found)
        return why_set(p->w, strcmp(y.reason, "no-fork") == 0 ? "proof" : y.reason, y.offset, y.clause,
                       "%s: the source's tiles do not join its checkpoint with the one that is kept",
                       y.detail);
    if (!kept.p)
        return no_room(p->w);
    return stop(p, kept, "the log did not grow out of the checkpoint that is kept: it has two histories");
}

/* True: the tree of `later` begins with that of `earlier`, by the tiles of the source of `later`. */
static bool grew(struct pull *p, const struct shown *earlier, const struct shown *later,
                 const struct log_source *s)
{
    struct tile_tree tiles = { .source = s, .size = later->c.size };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash proof[TREE_PROOF_MAX];
    struct why y = { 0 };
    size_t n = 0;
    bool made, ok;

    if (earlier->c.size == 0)
        return true;
    if (earlier->c.size == later->c.size)
        return tree_hash_eq(&earlier->c.root, &later->c.root) || two_roots(p, earlier, later);
    buf_init(&tiles.file, TILE_BYTES);
    made = tree_prove_consistency(&from, earlier->c.size, later->c.size, proof, &n, p->w);
    buf_free(&tiles.file);
    if (!made)
        return false;
    ok = tree_check_consistency(earlier->c.size, later->c.size, &earlier->c.root, proof, n, &later->c.root,
                                &y);
    return ok || parted(p, earlier, s, later);
}

/* An older checkpoint than the one kept: of the log's past, or of another one. */
static bool look_back(struct pull *p, const struct shown *older, const struct shown *kept)
{
    struct replica_files files = { .store = p->store, .origin = p->opt->origin };
    struct log_source own = replica_source(&files);
    struct shown complete = { 0 };
    struct tree_hash root;

    if (older->c.size == 0 || older->c.size > p->row.held)
        return true;
    if (!held_root(p->store, &p->row, older->c.size, &root, p->w))
        return false;
    if (tree_hash_eq(&root, &older->c.root))
        return true;
    if (p->row.complete_size < older->c.size) /* kept entries beyond it are under `kept`, whose tiles are not
                                                 all here: what is said stays without a proof file */
        return why_set(p->w, "history", WHY_NO_OFFSET, clause,
                       "an older checkpoint of size %llu has another root than the entries that are here",
                       (unsigned long long)older->c.size);
    (void)kept;
    return judge(p, p->row.complete, &complete, p->w) && grew(p, older, &complete, &own);
}

static bool behind_of(struct pull *p, const struct shown *s, const struct shown *kept, bool *behind)
{
    *behind = true;
    if (!look_back(p, s, kept))
        return false;
    return !p->opt->from_owner ||
           why_set(p->w, "rollback", WHY_NO_OFFSET, clause,
                   "the log shows size %llu after it signed %llu: restored from an old copy?",
                   (unsigned long long)s->c.size, (unsigned long long)kept->c.size);
}

static void take_witnessed(struct pull *p, const struct shown *s)
{
    if (!s->verdict.quorum || s->c.size < p->next.witnessed_size)
        return;
    p->next.witnessed = s->note;
    p->next.witnessed_size = s->c.size;
}

/* The newest that a quorum cosigned may be older than the newest of all: "witnessed" beside "checkpoint". */
static bool take_older_witnessed(struct pull *p, const struct shown *accepted)
{
    struct shown before = { 0 }, s;
    struct span note = { 0 };
    bool found = false;

    if (p->row.witnessed.n && !judge(p, p->row.witnessed, &before, p->w))
        return false;
    if (!read_note(p, "witnessed", &note, &found))
        return false;
    if (!found)
        return true;
    if (!judge_times(p, note, &before, &s))
        return false;
    if (!s.verdict.quorum || s.c.size <= p->next.witnessed_size || s.c.size > accepted->c.size)
        return true;
    if (!grew(p, &s, accepted, p->source))
        return false;
    take_witnessed(p, &s);
    return true;
}

static bool better(const struct shown *s, const struct shown *kept)
{
    if (s->c.size != kept->c.size)
        return s->c.size > kept->c.size;
    return s->verdict.quorum > kept->verdict.quorum ||
           (s->verdict.quorum == kept->verdict.quorum && s->verdict.n_cosigned > kept->verdict.n_cosigned);
}

bool pull_accept(struct pull *p, bool *behind)
{
    struct shown kept = { 0 }, s;
    struct span note = { 0 };
    struct why y = { 0 };
    bool found = false;

    *behind = false;
    /* Under the policy of today: a key that was withdrawn does not hold its old checkpoints any more, and the
     * log goes on from what was proved under them. */
    if (p->row.accepted.n && !judge(p, p->row.accepted, &kept, &y) && !kept.c.text.p)
        return why_set(p->w, "store-damaged", WHY_NO_OFFSET, NULL, "the kept checkpoint does not parse: %s",
                       y.detail);
    if (!read_note(p, "checkpoint", &note, &found))
        return false;
    if (!found)
        return why_set(p->w, "missing", WHY_NO_OFFSET, clause, "checkpoint: the source has none of this log");
    if (!judge_times(p, note, &kept, &s))
        return false;
    if (s.c.size < p->row.accepted_size)
        return behind_of(p, &s, &kept, behind);
    if (p->row.accepted.n && !grew(p, &kept, &s, p->source))
        return false;
    if (s.c.size > p->row.accepted_size || !p->row.accepted.n)
        p->next.grown = p->now;
    if (better(&s, &kept) || !p->row.accepted.n) {
        p->next.accepted = s.note;
        p->next.accepted_size = s.c.size;
        if (p->row.held == s.c.size) {
            p->next.complete = s.note;
            p->next.complete_size = s.c.size;
        }
    }
    p->accepted = s.c;
    take_witnessed(p, &s);
    return s.verdict.quorum || take_older_witnessed(p, &s);
}
