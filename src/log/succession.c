#include "log/succession.h"

#include "base/text.h"
#include "log/leaf.h"
#include "log/origin.h"
#include "wire/cbor_write.h"

static const char clause[] = "RFC 8949 4.2.1";

enum { TYPE = LEAF_TYPE_KEY, TIME = 5, ORIGIN = 20, SIZE, ROOT, ACT, IN };

static const struct span CLOSED = { (const uint8_t *)"closed", 6 };
static const struct span CONTINUES = { (const uint8_t *)"continues", 9 };

bool succession_is(struct span entry)
{
    struct cbor c = cbor_of(entry);
    struct span type = leaf_take_type(&c);

    return cbor_ok(&c) && (span_eq(type, CLOSED) || span_eq(type, CONTINUES));
}

static void take_continues(struct cbor *c, struct succession *s)
{
    const uint8_t *at;
    struct span root;

    cbor_key(c, SIZE);
    s->size = cbor_uint(c);
    cbor_key(c, ROOT);
    at = c->p;
    root = cbor_bytes(c);
    if (cbor_ok(c) && root.n != TREE_HASH)
        cbor_fail(c, at, "a root has 32 bytes");
    else if (cbor_ok(c))
        memcpy(s->root.b, root.p, TREE_HASH);
    if (cbor_more(c) && cbor_next_int_is(c, ACT))
        s->act = cbor_bytes(c);
    if (cbor_more(c) && cbor_next_int_is(c, IN))
        s->in = cbor_text(c);
}

bool succession_parse(struct span entry, struct succession *out, struct why *w)
{
    struct cbor c = cbor_of(entry);
    struct succession s = { 0 };
    struct span type = leaf_take_type(&c);
    struct buffer b;
    bool same;

    s.closed = span_eq(type, CLOSED);
    if (cbor_ok(&c) && !s.closed && !span_eq(type, CONTINUES))
        cbor_fail(&c, entry.p, "neither closed nor continues");
    cbor_key(&c, TIME);
    s.time = cbor_int(&c);
    cbor_key(&c, ORIGIN);
    s.origin = cbor_text(&c);
    if (!s.closed)
        take_continues(&c, &s);
    if (!cbor_ok(&c) || cbor_more(&c))
        return why_set(w, "succession", cbor_offset(&c), clause, "%s", c.what ? c.what : "bytes follow");
    buf_init(&b, entry.n + 1);
    same = succession_put(&s, &b) && span_eq(buf_span(&b), entry);
    buf_free(&b);
    if (!same)
        return why_set(w, "succession", 0, clause,
                       "an origin, time or size that cannot be, or not the deterministic encoding");
    *out = s;
    return true;
}

static bool valid(const struct succession *s)
{
    struct origin o;

    return s->time >= 0 && origin_parse(s->origin, &o, NULL) &&
           (s->closed || (s->size <= INT64_MAX && s->act.n <= TILE_ENTRY / 2 &&
                          (s->in.n == 0 || origin_parse(s->in, &o, NULL))));
}

bool succession_put(const struct succession *s, struct buffer *b)
{
    if (!valid(s))
        return false;
    cbor_put_map(b, s->closed ? 3 : 5U + (s->act.n > 0) + (s->in.n > 0));
    cbor_put_int(b, TYPE);
    cbor_put_text(b, s->closed ? CLOSED : CONTINUES);
    cbor_put_int(b, TIME);
    cbor_put_int(b, s->time);
    cbor_put_int(b, ORIGIN);
    cbor_put_text(b, s->origin);
    if (s->closed)
        return buf_ok(b);
    cbor_put_int(b, SIZE);
    cbor_put_head(b, CBOR_UINT, s->size);
    cbor_put_int(b, ROOT);
    cbor_put_bytes(b, span_of(s->root.b, TREE_HASH));
    if (s->act.n) {
        cbor_put_int(b, ACT);
        cbor_put_bytes(b, s->act);
    }
    if (s->in.n) {
        cbor_put_int(b, IN);
        cbor_put_text(b, s->in);
    }
    return buf_ok(b);
}

void succession_act_put(const struct succession_act *a, struct buffer *b)
{
    buf_str(b, "serai succession/v1\nprevious ");
    buf_put(b, a->previous);
    buf_printf(b, "\nsize %llu\nroot ", (unsigned long long)a->size);
    checkpoint_hash_put(&a->root, b);
    buf_str(b, "\nnext ");
    buf_put(b, a->next);
    buf_str(b, "\nreason ");
    buf_put(b, a->reason);
    buf_u8(b, '\n');
}

/* "word value" of the next line. */
static bool take_line(struct span *rest, const char *word, struct span *value)
{
    struct span line = { 0 };
    size_t n = strlen(word);

    if (!text_split(rest, '\n', &line) || !span_starts(line, span_str(word)))
        return false;
    *value = span_sub(line, n, line.n);
    return value->n > 0;
}

bool succession_act_parse(struct span text, struct succession_act *out, struct why *w)
{
    struct succession_act a = { 0 };
    struct span rest = text, title, size, root;
    struct origin o;
    struct buffer b;
    bool same;

    if (!take_line(&rest, "serai ", &title) || !span_eq_str(title, "succession/v1") ||
        !take_line(&rest, "previous ", &a.previous) || !take_line(&rest, "size ", &size) ||
        !take_line(&rest, "root ", &root) || !take_line(&rest, "next ", &a.next) ||
        !take_line(&rest, "reason ", &a.reason) || !checkpoint_number(size, &a.size) ||
        !checkpoint_hash(root, &a.root) || !origin_parse(a.previous, &o, NULL) ||
        !origin_parse(a.next, &o, NULL))
        return why_set(w, "succession", text.n - rest.n, NULL, "not an act about a lost tail");
    buf_init(&b, text.n + 1);
    succession_act_put(&a, &b);
    same = span_eq(buf_span(&b), text);
    buf_free(&b);
    if (!same)
        return why_set(w, "succession", text.n - rest.n, NULL, "more than an act about a lost tail has");
    *out = a;
    return true;
}

static bool entry_at(const struct log_source *s, const struct checkpoint *c, uint64_t index, struct arena *a,
                     struct span *out, struct why *w)
{
    struct tile t = { .entries = true,
                      .index = index / TILE_WIDTH,
                      .width = tile_width(0, index / TILE_WIDTH, c->size) };
    struct tile_tree tiles = { .source = s, .size = c->size };
    struct tree_source from = { tile_tree_node, &tiles };
    struct tree_hash proof[TREE_PROOF_MAX], leaf;
    struct span entry[TILE_WIDTH];
    struct buffer file;
    char path[TILE_PATH];
    unsigned width;
    size_t n;
    bool ok;

    buf_init(&file, TILE_BUNDLE);
    buf_init(&tiles.file, TILE_BYTES);
    ok = log_tile_get(s, t, &file, &width, path, w) && bundle_parse(buf_span(&file), width, entry, w);
    if (ok) {
        tree_leaf(entry[index % TILE_WIDTH], &leaf);
        ok = tree_prove_inclusion(&from, index, c->size, proof, &n, w) &&
             tree_check_inclusion(index, c->size, &leaf, proof, n, &c->root, w);
    }
    if (ok)
        *out = arena_copy(a, entry[index % TILE_WIDTH]);
    buf_free(&file);
    buf_free(&tiles.file);
    return ok && (out->p || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this"));
}

bool shard_ends_read(const struct log_source *s, const struct checkpoint *c, struct arena *a,
                     struct shard_ends *out, struct why *w)
{
    struct shard_ends e = { .origin = c->origin, .size = c->size, .root = c->root };

    if (c->size && (!entry_at(s, c, 0, a, &e.first, w) || !entry_at(s, c, c->size - 1, a, &e.last, w)))
        return false;
    *out = e;
    return true;
}

static bool broken(struct why *w, struct span origin, const char *what)
{
    return why_set(w, "succession", WHY_NO_OFFSET, NULL, "%.*s: %s", (int)origin.n, (const char *)origin.p,
                   what);
}

/* The operator's act covers all that the entry says. */
static bool act_holds(const struct shard_ends *before, const struct shard_ends *after,
                      const struct succession *s, const struct note_key *node, struct arena *scratch,
                      struct why *w)
{
    struct note *note = arena_alloc(scratch, sizeof *note);
    struct succession_act a = { 0 };

    if (!node)
        return broken(w, after->origin, "a tail was lost, and the key of the member's acts is not known");
    if (!note || !note_parse(s->act, note, w) || !succession_act_parse(note->text, &a, w))
        return false;
    if (note_key_check(note, node, scratch, NULL) != NOTE_SIGNED)
        return broken(w, after->origin, "the act about the lost tail is not signed by the member's node");
    if (!span_eq(a.previous, before->origin) || !span_eq(a.next, after->origin) || a.size != s->size ||
        !tree_hash_eq(&a.root, &s->root))
        return broken(w, after->origin, "the act about the lost tail is about another one");
    if (before->size > s->size)
        return broken(w, after->origin, "it continues from before entries that are there: none were lost");
    return before->size < s->size || tree_hash_eq(&before->root, &s->root) ||
           broken(w, after->origin, "it continues another history");
}

static bool follows(const struct shard_ends *before, const struct shard_ends *after,
                    const struct note_key *node, struct arena *scratch, size_t *lost, struct why *w)
{
    struct succession next = { 0 }, closed = { 0 };
    struct origin a, b;

    if (!origin_parse(before->origin, &a, w) || !origin_parse(after->origin, &b, w))
        return false;
    if (!span_eq(a.name, b.name) || !span_eq(a.stream, b.stream) || !span_eq(a.audience, b.audience) ||
        b.year < a.year || (b.year == a.year && b.epoch <= a.epoch))
        return broken(w, after->origin, "no later shard of the same stream");
    if (!succession_parse(after->first, &next, NULL) || next.closed || !span_eq(next.origin, before->origin))
        return broken(w, after->origin, "does not begin by continuing the shard before it");
    if (next.act.n) {
        *lost += 1;
        return act_holds(before, after, &next, node, scratch, w);
    }
    if (!succession_parse(before->last, &closed, NULL) || !closed.closed ||
        !span_eq(closed.origin, after->origin))
        return broken(w, before->origin, "is not closed for the shard after it");
    return (next.size == before->size && tree_hash_eq(&next.root, &before->root)) ||
           broken(w, after->origin,
                  "continues from another size or root than the shard before it ended with");
}

bool succession_check(const struct shard_ends *shard, size_t n, const struct note_key *node,
                      struct arena *scratch, size_t *lost, struct why *w)
{
    size_t count = 0;

    for (size_t i = 1; i < n; i++)
        if (!follows(&shard[i - 1], &shard[i], node, scratch, &count, w))
            return false;
    if (lost)
        *lost = count;
    return true;
}
