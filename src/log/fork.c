#include "log/fork.h"

#include "base/text.h"

static const char clause[] = "C2SP tlog-checkpoint";
static const char head[] = "serai.fork/v1";

static bool bad_file(struct why *w, struct span file, struct span at, const char *what)
{
    return why_set(w, "fork-file", at.p ? (size_t)(at.p - file.p) : file.n, NULL, "%s", what);
}

/* "prefix <hash>" and the hashes of the proof, up to the empty line. */
static bool take_proof(struct span file, struct span *rest, struct fork_file *f, struct why *w)
{
    struct span line = { 0 };

    while (text_split(rest, '\n', &line)) {
        struct span hash = line;

        if (line.n == 0)
            return true;
        if (!f->has_prefix) {
            if (!span_starts(line, SPAN("prefix ")))
                return bad_file(w, file, line, "expected prefix and a hash");
            hash = span_sub(line, 7, line.n);
        } else if (f->n == TREE_PROOF_MAX) {
            return bad_file(w, file, line, "more hashes than a proof has");
        }
        if (!checkpoint_hash(hash, f->has_prefix ? &f->proof[f->n] : &f->prefix))
            return bad_file(w, file, line, "not a hash in Base64");
        f->n += f->has_prefix;
        f->has_prefix = true;
    }
    return bad_file(w, file, (struct span){ 0 }, "the file ends before the checkpoints");
}

static bool take_note(struct span file, struct span *rest, struct fork_file *f, size_t i, struct why *w)
{
    struct span line = { 0 };
    struct why y = { 0 };
    uint64_t n;

    if (!text_split(rest, '\n', &line) || !span_starts(line, SPAN("note ")) ||
        !checkpoint_number(span_sub(line, 5, line.n), &n) || n > rest->n)
        return bad_file(w, file, line, "expected note and how many bytes it has");
    f->text[i] = span_sub(*rest, 0, (size_t)n);
    *rest = span_sub(*rest, (size_t)n, rest->n);
    if (note_parse(f->text[i], &f->note[i], &y) && checkpoint_parse(f->note[i].text, &f->checkpoint[i], &y))
        return true;
    if (f->text[i].p)
        why_shift(&y, (size_t)(f->text[i].p - file.p));
    return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
}

bool fork_parse(struct span file, struct fork_file *out, struct why *w)
{
    struct span rest = file, line = { 0 };

    memset(out, 0, sizeof *out);
    if (!text_split(&rest, '\n', &line) || !span_eq_str(line, head))
        return bad_file(w, file, line, "the file does not begin as one of two histories does");
    if (!take_proof(file, &rest, out, w) || !take_note(file, &rest, out, 0, w) ||
        !take_note(file, &rest, out, 1, w))
        return false;
    if (rest.n)
        return bad_file(w, file, rest, "bytes follow the second checkpoint");
    return out->checkpoint[0].size <= out->checkpoint[1].size ||
           bad_file(w, file, out->text[0], "the first checkpoint is that of the larger tree");
}

static uint64_t size_of(struct span note)
{
    static struct checkpoint none;
    struct checkpoint c = none;
    struct span text = note;

    /* The text of a checkpoint ends at the first empty line: it has none inside. */
    for (size_t i = 1; i < note.n; i++)
        if (note.p[i] == '\n' && note.p[i - 1] == '\n') {
            text = span_sub(note, 0, i);
            break;
        }
    return checkpoint_parse(text, &c, NULL) ? c.size : 0;
}

void fork_put(struct span a, struct span b, const struct tree_hash *prefix, const struct tree_hash *proof,
              size_t n, struct buffer *out)
{
    bool swap = size_of(b) < size_of(a);
    struct span note[2] = { swap ? b : a, swap ? a : b };

    buf_printf(out, "%s\n", head);
    if (prefix) {
        buf_str(out, "prefix ");
        checkpoint_hash_put(prefix, out);
        buf_u8(out, '\n');
        for (size_t i = 0; i < n; i++) {
            checkpoint_hash_put(&proof[i], out);
            buf_u8(out, '\n');
        }
    }
    buf_u8(out, '\n');
    for (size_t i = 0; i < 2; i++) {
        buf_printf(out, "note %zu\n", note[i].n);
        buf_put(out, note[i]);
    }
}

/* A checkpoint of a log of the policy, whatever its witnesses say. */
static bool signed_by(const struct policy *p, const struct note *note, const struct checkpoint *c,
                      struct arena *scratch, const struct policy_log **log, struct why *w)
{
    struct policy_verdict v = { 0 };
    struct why y = { 0 };

    if (!policy_check(p, note, c, scratch, &v, &y) && strcmp(y.reason, "quorum") != 0)
        return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
    *log = v.log;
    return true;
}

static bool parted(const struct fork_file *f, struct why *w)
{
    const struct checkpoint *a = &f->checkpoint[0], *b = &f->checkpoint[1];
    struct why y = { 0 };

    if (a->size == b->size)
        return !tree_hash_eq(&a->root, &b->root) ||
               why_set(w, "no-fork", WHY_NO_OFFSET, clause, "both have the same root");
    if (!f->has_prefix || a->size == 0)
        return why_set(w, "no-proof", WHY_NO_OFFSET, clause,
                       "nothing in the file says how the later tree begins");
    if (!tree_check_consistency(a->size, b->size, &f->prefix, f->proof, f->n, &b->root, &y))
        return why_set(w, "no-proof", WHY_NO_OFFSET, y.clause, "the proof does not hold: %s", y.detail);
    return !tree_hash_eq(&f->prefix, &a->root) ||
           why_set(w, "no-fork", WHY_NO_OFFSET, clause, "the later tree grew out of the earlier one");
}

bool fork_check(const struct fork_file *f, const struct policy *p, struct arena *scratch, struct why *w)
{
    const struct policy_log *log[2];

    for (size_t i = 0; i < 2; i++)
        if (!signed_by(p, &f->note[i], &f->checkpoint[i], scratch, &log[i], w))
            return false;
    if (!span_eq(f->checkpoint[0].origin, f->checkpoint[1].origin))
        return why_set(w, "origin", WHY_NO_OFFSET, clause, "the checkpoints are those of two logs");
    return parted(f, w);
}

static bool read_note(struct span text, struct arena *a, struct checkpoint *out, struct why *w)
{
    struct note *note = arena_alloc(a, sizeof *note);

    if (!note)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    return note_parse(text, note, w) && checkpoint_parse(note->text, out, w);
}

/* How the later tree begins, from its tiles: its first entries' root, with the proof that it has them. */
static bool find_prefix(const struct log_source *log, uint64_t size1, const struct checkpoint *later,
                        struct tree_hash *prefix, struct tree_hash *proof, size_t *n, struct why *w)
{
    struct tile_tree tiles = { .source = log, .size = later->size };
    struct tree_source from = { tile_tree_node, &tiles };
    bool ok;

    buf_init(&tiles.file, TILE_BYTES);
    ok = tree_source_root(&from, size1, prefix, w) &&
         tree_prove_consistency(&from, size1, later->size, proof, n, w) &&
         tree_check_consistency(size1, later->size, prefix, proof, *n, &later->root, w);
    buf_free(&tiles.file);
    return ok;
}

bool fork_find(struct span earlier, const struct log_source *log, struct span later, struct arena *scratch,
               struct buffer *out, struct why *w)
{
    struct tree_hash prefix, proof[TREE_PROOF_MAX];
    struct checkpoint a = { 0 }, b = { 0 };
    size_t n = 0;

    if (!read_note(earlier, scratch, &a, w) || !read_note(later, scratch, &b, w))
        return false;
    if (a.size > b.size)
        return why_set(w, "range", WHY_NO_OFFSET, clause, "the earlier checkpoint is that of a larger tree");
    if (a.size == 0 || (a.size == b.size && tree_hash_eq(&a.root, &b.root)))
        return why_set(w, "no-fork", WHY_NO_OFFSET, clause, "the one grew out of the other");
    if (a.size == b.size) {
        fork_put(earlier, later, NULL, NULL, 0, out);
        return true;
    }
    if (!find_prefix(log, a.size, &b, &prefix, proof, &n, w))
        return false;
    if (tree_hash_eq(&prefix, &a.root))
        return why_set(w, "no-fork", WHY_NO_OFFSET, clause, "the one grew out of the other");
    fork_put(earlier, later, &prefix, proof, n, out);
    return true;
}
