#include "log/proof_file.h"

#include "base/text.h"

static const char clause[] = "C2SP tlog-proof";
static const char head[] = "c2sp.org/tlog-proof@v1";

static bool refuse(struct why *w, struct span text, struct span at, const char *what)
{
    return why_set(w, "proof-file", at.p ? (size_t)(at.p - text.p) : text.n, clause, "%s", what);
}

/* "word value" */
static bool value_of(struct span line, const char *word, struct span *out)
{
    size_t n = strlen(word);

    if (!span_starts(line, span_str(word)) || line.n <= n || line.p[n] != ' ')
        return false;
    *out = span_sub(line, n + 1, line.n);
    return true;
}

static bool base64_right(struct span s, struct why *w)
{
    struct buffer b;
    size_t bad_at;
    bool ok;

    buf_init(&b, s.n + 4);
    ok = s.n % 4 == 0 && base64_decode(s, BASE64_STD, &b, &bad_at);
    buf_free(&b);
    return ok || why_set(w, "proof-file", WHY_NO_OFFSET, clause, "extra is not Base64");
}

static bool read_hashes(struct span text, struct span *rest, struct proof_file *f, struct why *w)
{
    struct span line = { 0 };

    for (;;) {
        if (!text_split(rest, '\n', &line))
            return refuse(w, text, (struct span){ 0 }, "the file ends before the checkpoint");
        if (line.n == 0)
            return true;
        if (f->n == TREE_LEVELS - 1)
            return refuse(w, text, line, "more hashes than a tree has levels");
        if (!checkpoint_hash(line, &f->proof[f->n++]))
            return refuse(w, text, line,
                          "expected a hash in Base64, or the empty line before the checkpoint");
    }
}

bool proof_file_parse(struct span text, struct proof_file *out, struct why *w)
{
    struct span rest = text, line = { 0 }, value = { 0 };
    size_t at;

    memset(out, 0, sizeof *out);
    if (!text_split(&rest, '\n', &line) || !span_eq_str(line, head))
        return refuse(w, text, text, "the first line is not c2sp.org/tlog-proof@v1");
    if (!text_split(&rest, '\n', &line))
        return refuse(w, text, (struct span){ 0 }, "the file ends before the index");
    if (value_of(line, "extra", &out->extra)) {
        if (!base64_right(out->extra, w))
            return false;
        if (!text_split(&rest, '\n', &line))
            return refuse(w, text, (struct span){ 0 }, "the file ends before the index");
    }
    if (!value_of(line, "index", &value) || !checkpoint_number(value, &out->index))
        return refuse(w, text, line, "expected the line: index N");
    if (!read_hashes(text, &rest, out, w))
        return false;
    out->note_text = rest;
    at = text.n - rest.n;
    if (note_parse(rest, &out->note, w) && checkpoint_parse(out->note.text, &out->checkpoint, w))
        return true;
    why_shift(w, at);
    return false;
}

void proof_file_put(struct span extra, uint64_t index, const struct tree_hash *proof, size_t n,
                    struct span note, struct buffer *b)
{
    buf_printf(b, "%s\n", head);
    if (extra.n) {
        buf_str(b, "extra ");
        base64_put(b, extra, BASE64_STD);
        buf_u8(b, '\n');
    }
    buf_printf(b, "index %llu\n", (unsigned long long)index);
    for (size_t i = 0; i < n; i++) {
        checkpoint_hash_put(&proof[i], b);
        buf_u8(b, '\n');
    }
    buf_u8(b, '\n');
    buf_put(b, note);
}

bool proof_file_check(const struct proof_file *f, const struct policy *p, const struct tree_hash *leaf,
                      struct arena *scratch, struct policy_verdict *verdict, struct why *w)
{
    return policy_check(p, &f->note, &f->checkpoint, scratch, verdict, w) &&
           tree_check_inclusion(f->index, f->checkpoint.size, leaf, f->proof, f->n, &f->checkpoint.root, w);
}
