#include "model.h"

#include <stdio.h>
#include <stdlib.h>

#include "crypto/signer.h"

static uint8_t secret[1 + MODEL_WITNESSES][NODE_SECRET_KEY];
static struct signer signer[1 + MODEL_WITNESSES];
static const char *const names[] = { "ir.specimen/witness", "tr.specimen/witness", "uz.specimen/witness" };

void model_keys(void)
{
    if (!node_crypto_init())
        abort();
    for (uint8_t i = 0; i < 1 + MODEL_WITNESSES; i++) {
        const uint8_t seed[NODE_SEED] = { 40, i };
        uint8_t pub[NODE_PUBLIC_KEY];

        node_key_from_seed(seed, pub, secret[i]);
        signer_in_memory(secret[i], &signer[i]);
    }
}

void model_init(struct model *m, const char *origin)
{
    *m = (struct model){ .origin = span_str(origin), .least = INT64_MAX, .wrong_entry = SIZE_MAX };
    m->entry = calloc(MODEL_ENTRIES, sizeof *m->entry);
    m->leaf = calloc(MODEL_ENTRIES, sizeof *m->leaf);
    if (!m->entry || !m->leaf)
        abort();
    arena_init(&m->arena, 1U << 30);
    m->time = 1800000000;
}

void model_free(struct model *m)
{
    free(m->entry);
    free(m->leaf);
    arena_free(&m->arena);
}

void model_copy(struct model *m, const struct model *from, size_t n)
{
    memcpy(m->entry, from->entry, n * sizeof *m->entry);
    memcpy(m->leaf, from->leaf, n * sizeof *m->leaf);
    m->n = m->shown = n;
}

void model_tag(size_t subject, uint8_t out[LEAF_TAG])
{
    char name[24];

    (void)snprintf(name, sizeof name, "subject %zu", subject);
    leaf_subject(SPAN("a secret of this test"), SPAN("all"), span_str(name), out);
}

void model_raw(struct model *m, struct span entry)
{
    if (m->n == MODEL_ENTRIES)
        abort();
    m->entry[m->n].bytes = arena_copy(&m->arena, entry);
    tree_leaf(entry, &m->leaf[m->n]);
    m->n++;
    m->shown = m->n;
}

static void put_leaf(struct model *m, const struct leaf *l, struct span kept)
{
    uint8_t room[1024];
    struct buffer b;

    buf_init_fixed(&b, room, sizeof room);
    if (!leaf_put(l, &b))
        abort();
    m->entry[m->n].kept = kept;
    model_raw(m, buf_span(&b));
}

void model_add(struct model *m, size_t n, const char *type)
{
    for (size_t i = 0; i < n; i++) {
        struct leaf l = { .type = span_str(type),
                          .issuer = SPAN("KZ"),
                          .stream = SPAN("test"),
                          .audience = SPAN("all"),
                          .has_subject = true,
                          .time = (unix_time)m->n };
        uint8_t room[128], salt[LEAF_SALT] = { 0 };
        struct buffer b;
        char body[32];

        memcpy(salt, &m->n, sizeof m->n);
        model_tag(m->n % 10, l.subject);
        (void)snprintf(body, sizeof body, "body %zu", m->n);
        buf_init_fixed(&b, room, sizeof room);
        buf_put(&b, span_of(salt, sizeof salt));
        leaf_seal(span_str(body), salt, &l, &b);
        put_leaf(m, &l, arena_copy(&m->arena, buf_span(&b)));
    }
}

void model_erase(struct model *m, size_t index)
{
    struct leaf l = { .issuer = SPAN("KZ"),
                      .stream = SPAN("test"),
                      .audience = SPAN("all"),
                      .type = LEAF_ERASURE,
                      .time = (unix_time)m->n },
                old;

    if (!leaf_parse(m->entry[index].bytes, &old, NULL))
        abort();
    memcpy(l.body, old.body, sizeof l.body);
    l.erased = index;
    l.reason = SPAN("test");
    m->entry[index].erased = true;
    m->entry[index].kept = (struct span){ 0 };
    put_leaf(m, &l, (struct span){ 0 });
}

void model_root(const struct model *m, size_t size, struct tree_hash *out)
{
    if (size)
        tree_root_of(m->leaf, size, out);
    else
        tree_empty(out);
}

/* Another letter of the last signature: still Base64. */
static void spoil(struct buffer *b)
{
    uint8_t *c = &b->p[b->n - 20];

    *c = *c == 'A' ? 'B' : 'A';
}

struct span model_note(struct model *m, size_t size, unsigned cosigned)
{
    struct tree_hash root;
    struct note_key k;
    struct buffer b;
    struct span text, out;

    model_root(m, size, &root);
    buf_init(&b, 1 << 16);
    checkpoint_put(m->origin, size, &root, &b);
    text = arena_copy(&m->arena, buf_span(&b));
    buf_u8(&b, '\n');
    note_key_of(m->origin, NOTE_KEY_ED25519, signer[0].pub, &k);
    if (!note_key_sign(&k, &signer[0], text, 0, &m->arena, &b, NULL))
        abort();
    if (m->wrong_signature)
        spoil(&b);
    for (unsigned i = 0; i < cosigned; i++) {
        note_key_of(span_str(names[i]), NOTE_KEY_COSIGNATURE, signer[1 + i].pub, &k);
        if (!note_key_sign(&k, &signer[1 + i], text, m->time, &m->arena, &b, NULL))
            abort();
    }
    if (m->wrong_cosignature)
        spoil(&b);
    out = arena_copy(&m->arena, buf_span(&b));
    buf_free(&b);
    return out;
}

static void put_tile(struct model *m, const struct tile *t, struct buffer *out)
{
    size_t each = (size_t)1 << 8 * t->level;

    for (size_t i = t->index * TILE_WIDTH; i < t->index * TILE_WIDTH + t->width; i++) {
        struct tree_hash h;

        tree_root_of(m->leaf + i * each, each, &h);
        h.b[5] ^= m->wrong_tiles;
        buf_put(out, span_of(&h, sizeof h));
    }
}

static void put_entries(struct model *m, const struct tile *t, struct buffer *out)
{
    for (size_t i = t->index * TILE_WIDTH; i < t->index * TILE_WIDTH + t->width; i++)
        if (!bundle_put(i == m->wrong_entry ? SPAN("rewritten") : m->entry[i].bytes, out))
            abort();
}

static void put_bodies(struct model *m, uint64_t bundle, unsigned width, struct buffer *out)
{
    for (size_t i = bundle * TILE_WIDTH; i < bundle * TILE_WIDTH + width; i++) {
        struct body_slot slot = { .kind = m->entry[i].erased   ? BODY_SLOT_ERASED
                                          : m->entry[i].gone   ? BODY_SLOT_NONE
                                          : m->entry[i].kept.n ? BODY_SLOT_HERE
                                                               : BODY_SLOT_NONE };

        if (slot.kind == BODY_SLOT_HERE)
            slot.kept = m->entry[i].kept.n <= BODY_IN_BUNDLE ? m->entry[i].kept : (struct span){ 0 };
        if (!slot.kept.n && slot.kind == BODY_SLOT_HERE)
            slot.kind = BODY_SLOT_NONE;
        if (!body_bundle_put(&slot, out))
            abort();
        if (slot.kind == BODY_SLOT_HERE && m->wrong_bodies)
            out->p[out->n - 1] ^= 1;
    }
}

static bool put_alone(struct model *m, const uint8_t hash[LEAF_HASH], struct buffer *out)
{
    for (size_t i = 0; i < m->shown; i++) {
        struct leaf l;

        if (m->entry[i].kept.n <= BODY_IN_BUNDLE || m->entry[i].gone ||
            !leaf_parse(m->entry[i].bytes, &l, NULL) || memcmp(l.body, hash, LEAF_HASH) != 0)
            continue;
        buf_put(out, m->entry[i].kept);
        return true;
    }
    return false;
}

static bool get(void *ctx, const char *path, size_t most, struct buffer *out, bool *found, struct why *w)
{
    struct model *m = ctx;
    uint8_t hash[LEAF_HASH];
    uint64_t bundle;
    unsigned width;
    struct tile t;

    buf_reset(out);
    *found = false;
    if (m->gets++ >= m->least)
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "the link is down");
    if (strcmp(path, "checkpoint") == 0) {
        buf_put(out, model_note(m, m->shown, m->cosigned));
        *found = true;
    } else if (strcmp(path, "witnessed") == 0) {
        *found = m->witnessed > 0;
        if (*found)
            buf_put(out, model_note(m, m->witnessed, MODEL_WITNESSES));
    } else if (tile_path_parse(span_str(path), &t)) {
        *found = t.width == tile_width(t.level, t.index, m->shown);
        if (*found && t.entries)
            put_entries(m, &t, out);
        else if (*found)
            put_tile(m, &t, out);
    } else if (body_bundle_path_parse(span_str(path), &bundle, &width)) {
        *found = width == tile_width(0, bundle, m->shown);
        if (*found)
            put_bodies(m, bundle, width, out);
    } else if (body_alone_path_parse(span_str(path), hash)) {
        *found = put_alone(m, hash, out);
    }
    return out->n <= most || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a large file");
}

struct log_source model_source(struct model *m)
{
    return (struct log_source){ get, m };
}

const struct policy *model_policy(struct span origin, unsigned quorum)
{
    static struct policy p;
    struct note_key k;
    struct policy_member *group;

    note_key_of(origin, NOTE_KEY_ED25519, signer[0].pub, &k);
    policy_of_key(&k, (struct span){ 0 }, &p);
    if (quorum == 0)
        return &p;
    for (size_t i = 0; i < MODEL_WITNESSES; i++) {
        p.member[i] = (struct policy_member){ .name = span_str(names[i]), .witness = true };
        note_key_of(span_str(names[i]), NOTE_KEY_COSIGNATURE, signer[1 + i].pub, &p.member[i].key);
    }
    group = &p.member[MODEL_WITNESSES];
    *group = (struct policy_member){ .name = SPAN("members"), .need = quorum };
    group->members[0] = (1U << MODEL_WITNESSES) - 1;
    p.n = MODEL_WITNESSES + 1;
    p.quorum = MODEL_WITNESSES;
    return &p;
}
