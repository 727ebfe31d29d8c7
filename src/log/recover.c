#include "log/recover.h"

#include <stdio.h>

#include "log/files.h"

static const char clause[] = "C2SP tlog-checkpoint";

/* What a source keeps of a log, judged. */
struct kept {
    struct span text; /* empty: nothing */
    struct note note;
    struct checkpoint checkpoint;
};

struct recovery {
    const struct log_writer_options *opt;
    struct recover_source *source;
    size_t n, need;
    struct kept *kept; /* of each source; the last: what is published here */
    struct arena *a;
    struct log_recovery *out;
};

const char *recovery_word(enum recovery_end e)
{
    static const char *const words[] = { "done", "waiting", "lost", "fork" };

    return words[e];
}

static struct span origin_of(const struct log_writer_options *opt)
{
    return opt->origin.n ? opt->origin : opt->key->name;
}

static bool judge(struct span text, struct span origin, const struct note_key *key, struct arena *a,
                  struct kept *out, struct why *w)
{
    if (!note_parse(text, &out->note, w) || !checkpoint_parse(out->note.text, &out->checkpoint, w))
        return false;
    if (!span_eq(out->checkpoint.origin, origin))
        return why_set(w, "origin", WHY_NO_OFFSET, clause, "the checkpoint is that of another log");
    if (key && note_key_check(&out->note, key, a, NULL) != NOTE_SIGNED)
        return why_set(w, "signature", WHY_NO_OFFSET, clause, "the log's key has not signed it");
    out->text = text;
    return true;
}

/* key NULL: who signed is looked at later. */
static void ask(struct recover_source *s, struct span origin, const struct note_key *key, struct arena *a,
                struct kept *out)
{
    struct span note = { 0 };

    *out = (struct kept){ 0 };
    why_clear(&s->why);
    s->size = 0;
    if (!s->checkpoint(s->ctx, origin, a, &note, &s->why)) {
        s->said = RECOVER_UNREACHABLE;
        return;
    }
    s->said = RECOVER_NONE;
    if (note.n == 0)
        return;
    s->said = judge(note, origin, key, a, out, &s->why) ? RECOVER_KNOWS : RECOVER_NONSENSE;
    s->size = s->said == RECOVER_KNOWS ? out->checkpoint.size : 0;
}

static size_t count_answers(const struct recover_source *s, size_t n)
{
    size_t answered = 0;

    for (size_t i = 0; i < n; i++)
        answered += s[i].said == RECOVER_NONE || s[i].said == RECOVER_KNOWS;
    return answered;
}

/* Who has not answered, as far as there is room. */
static bool wait_for(const struct recover_source *s, size_t n, const char *what, struct log_recovery *out)
{
    char names[120] = "";
    size_t at = 0;

    for (size_t i = 0; i < n && at + 8 < sizeof names; i++)
        if (s[i].said == RECOVER_UNREACHABLE || s[i].said == RECOVER_NONSENSE)
            at += (size_t)snprintf(names + at, sizeof names - at, " %.*s", (int)s[i].member.n,
                                   (const char *)s[i].member.p);
    out->end = RECOVERY_WAITING;
    (void)why_set(&out->why, "waiting", WHY_NO_OFFSET, NULL, "%s; no answer from%s", what,
                  at ? names : " others");
    return true;
}

static bool end_in_fork(const struct recovery *r, struct span proof, struct why *w)
{
    struct why y = { 0 };

    r->out->end = RECOVERY_FORK;
    r->out->fork = proof;
    (void)why_set(&r->out->why, "fork", WHY_NO_OFFSET, clause,
                  "two histories of this log were signed: it was written in two places");
    return file_create(r->opt->folder, "fork", proof, r->opt->steps, &y) || strcmp(y.reason, "exists") == 0 ||
           why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
}

static bool proof_of(const struct recovery *r, struct buffer *b, struct span *out, struct why *w)
{
    *out = arena_copy(r->a, buf_span(b));
    return (buf_ok(b) && out->p) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

/* Two roots of one size among what was kept. */
static bool twins(const struct recovery *r, struct span *proof, struct why *w)
{
    for (size_t i = 0; i <= r->n; i++)
        for (size_t k = 0; k < i; k++) {
            const struct kept *x = &r->kept[i], *y = &r->kept[k];
            struct buffer b;
            bool ok;

            if (!x->text.n || !y->text.n || x->checkpoint.size != y->checkpoint.size ||
                tree_hash_eq(&x->checkpoint.root, &y->checkpoint.root))
                continue;
            buf_init(&b, 4 * LIMIT_CHECKPOINT);
            fork_put(x->text, y->text, NULL, NULL, 0, &b);
            ok = proof_of(r, &b, proof, w);
            buf_free(&b);
            return ok;
        }
    return true;
}

/* Of what anybody kept, the first that a log with that checkpoint did not grow out of. */
static bool strays(const struct recovery *r, const struct log_source *log, struct span newest,
                   struct span *proof, struct why *w)
{
    bool ok = true;

    for (size_t i = 0; ok && i <= r->n && proof->n == 0; i++) {
        struct why y = { 0 };
        struct buffer b;

        if (!r->kept[i].text.n)
            continue;
        buf_init(&b, 4 * LIMIT_CHECKPOINT);
        if (fork_find(r->kept[i].text, log, newest, r->a, &b, &y))
            ok = proof_of(r, &b, proof, w);
        else if (strcmp(y.reason, "no-fork") != 0 && strcmp(y.reason, "range") != 0)
            ok = why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
        buf_free(&b);
    }
    return ok;
}

/* A mirror that did not grow out of what is here: whether that is two histories, and no damage. */
static void compare_mirror(const struct recovery *r, const struct recover_source *s, struct span *proof)
{
    struct span note;
    struct kept *own = arena_alloc(r->a, sizeof *own);
    struct buffer b;
    bool found;

    buf_init(&b, LIMIT_CHECKPOINT);
    if (own && s->files.get(s->files.ctx, "checkpoint", LIMIT_CHECKPOINT, &b, &found, NULL) && found) {
        note = arena_copy(r->a, buf_span(&b));
        if (judge(note, origin_of(r->opt), r->opt->key, r->a, own, NULL))
            (void)strays(r, &s->files, note, proof, NULL);
    }
    buf_free(&b);
}

static size_t newest_of(const struct recovery *r)
{
    size_t at = r->n;

    for (size_t i = 0; i < r->n; i++)
        if (r->kept[i].text.n &&
            (!r->kept[at].text.n || r->kept[i].checkpoint.size > r->kept[at].checkpoint.size))
            at = i;
    return at;
}

/* The tail, from whoever has it; or a proof that there are two. */
static bool fetch(const struct recovery *r, struct log_writer *l, struct span *proof)
{
    for (size_t i = 0; i < r->n && log_writer_read_only(l) && !proof->n; i++) {
        struct recover_source *s = &r->source[i];

        if (!s->files.get || s->said == RECOVER_UNREACHABLE)
            continue;
        why_clear(&s->why);
        if (log_writer_repair(l, &s->files, r->a, &s->why))
            r->out->from = s;
        else if (strcmp(s->why.reason, "history") == 0)
            compare_mirror(r, s, proof);
    }
    return !log_writer_read_only(l);
}

/* All who were to be asked have answered, so who has no tail now will not have it later either. */
static bool end_without_tail(const struct recovery *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->source[i].said == RECOVER_UNREACHABLE || r->source[i].said == RECOVER_NONSENSE ||
            (r->source[i].why.reason && strcmp(r->source[i].why.reason, "unreachable") == 0))
            return wait_for(r->source, r->n, "the tail of the log is not there", r->out);
    r->out->end = RECOVERY_LOST;
    (void)why_set(&r->out->why, "lost", WHY_NO_OFFSET, clause,
                  "%llu entries were signed, and nobody has them: the log goes on as a new epoch",
                  (unsigned long long)r->out->size);
    return true;
}

static bool decide(const struct recovery *r, struct log_writer *l, struct why *w)
{
    size_t newest = newest_of(r);
    struct span note = r->kept[newest].text, proof = { 0 };
    struct log_source own = log_folder(r->opt->folder);

    r->out->size = note.n ? r->kept[newest].checkpoint.size : log_writer_size(l);
    if (!twins(r, &proof, w))
        return false;
    if (proof.n)
        return end_in_fork(r, proof, w);
    /* Kept again at once when more was signed than is here: that only forbids. */
    if (note.n && newest < r->n && r->out->size > r->kept[r->n].checkpoint.size &&
        !log_writer_recall(l, note, r->a, w))
        return false;
    if (r->out->answered < r->need)
        return wait_for(r->source, r->n, "what was signed last is not known", r->out);
    if (note.n && !log_writer_recall(l, note, r->a, w))
        return false;
    if (!fetch(r, l, &proof) && !proof.n)
        return end_without_tail(r);
    note = arena_copy(r->a, log_writer_checkpoint(l));
    if (note.n && !proof.n && !strays(r, &own, note, &proof, w))
        return false;
    if (proof.n)
        return end_in_fork(r, proof, w);
    r->out->size = log_writer_size(l);
    r->out->end = RECOVERY_DONE;
    return true;
}

/* What is published here is one of those that were signed. */
static bool own_word(struct recovery *r, struct why *w)
{
    char path[LIMIT_LOG_PATH];
    struct span text = { 0 };
    bool there;

    if ((size_t)snprintf(path, sizeof path, "%s/checkpoint", r->opt->folder) >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return file_read(path, LIMIT_CHECKPOINT, r->a, &text, &there, w) &&
           (text.n == 0 || judge(text, origin_of(r->opt), r->opt->key, r->a, &r->kept[r->n], w));
}

bool log_recover(const struct log_writer_options *opt, struct recover_source *source, size_t n, size_t need,
                 struct arena *a, struct log_recovery *out, struct why *w)
{
    struct recovery r = { .opt = opt, .source = source, .n = n, .need = need, .a = a, .out = out };
    struct log_writer *l;
    bool ok;

    *out = (struct log_recovery){ 0 };
    r.kept = arena_array(a, n + 1, sizeof *r.kept);
    if (!r.kept)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    l = log_writer_open(opt, w);
    if (!l)
        return false;
    for (size_t i = 0; i < n; i++)
        ask(&source[i], origin_of(opt), opt->key, a, &r.kept[i]);
    out->answered = count_answers(source, n);
    ok = own_word(&r, w);
    out->was = r.kept[n].checkpoint.size;
    ok = ok && decide(&r, l, w);
    log_writer_close(l);
    return ok;
}

bool witness_recover(const struct witness *v, struct span origin, struct recover_source *source, size_t n,
                     size_t need, struct arena *a, struct log_recovery *out, struct why *w)
{
    struct kept *kept = arena_alloc(a, sizeof *kept);

    *out = (struct log_recovery){ 0 };
    if (!kept)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    for (size_t i = 0; i < n; i++) {
        struct why y = { 0 };

        ask(&source[i], origin, NULL, a, kept);
        if (source[i].said != RECOVER_KNOWS || witness_recall(v, kept->text, a, &y)) {
            if (source[i].said == RECOVER_KNOWS && kept->checkpoint.size > out->size)
                out->size = kept->checkpoint.size;
            continue;
        }
        source[i].why = y;
        if (strcmp(y.reason, "fork") == 0) {
            out->end = RECOVERY_FORK;
            out->why = y;
            return true;
        }
        if (strcmp(y.reason, "io") == 0 || strcmp(y.reason, "state") == 0)
            return why_set(w, y.reason, y.offset, y.clause, "%s", y.detail);
        if (strcmp(y.reason, "no-anchor") == 0) /* no word of the log's: as if nothing was said */
            source[i].said = RECOVER_NONSENSE;
    }
    out->answered = count_answers(source, n);
    if (out->answered < need)
        return wait_for(source, n, "what this witness cosigned last is not known", out);
    out->end = RECOVERY_DONE;
    return true;
}
