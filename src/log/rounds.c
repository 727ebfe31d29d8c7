#include "log/rounds.h"

#include <stdlib.h>

#include "base/text.h"

static const char clause[] = "C2SP tlog-witness";

enum { SCRATCH = 4 * LIMIT_CHECKPOINT, NAMES = 1 << 20 };

void rounds_init(struct rounds *r, const uint8_t pub[NODE_PUBLIC_KEY])
{
    *r = (struct rounds){ 0 };
    arena_init(&r->names, NAMES);
    memcpy(r->key.pub, pub, NODE_PUBLIC_KEY);
}

static void free_log(struct round_log *g)
{
    buf_free(&g->note);
    buf_free(&g->target);
    buf_free(&g->witnessed);
    free(g->witness);
    free((char *)(uintptr_t)g->folder);
    free(g);
}

void rounds_free(struct rounds *r)
{
    while (r->logs) {
        struct round_log *g = r->logs;

        r->logs = g->next;
        free_log(g);
    }
    free(r->policy);
    r->policy = NULL;
    arena_free(&r->names);
}

size_t rounds_witness(const struct rounds *r, struct span name)
{
    if (!r->policy)
        return 0;
    for (size_t i = 0; i < r->policy->n; i++) {
        const struct policy_member *m = &r->policy->member[i];

        if (m->witness && (span_eq(m->name, name) || span_eq(m->key.name, name)))
            return i;
    }
    return r->policy->n;
}

struct round_log *rounds_find(const struct rounds *r, struct span origin)
{
    for (struct round_log *g = r->logs; g; g = g->next)
        if (span_eq_str(origin, g->origin))
            return g;
    return NULL;
}

static void fresh_witnesses(const struct rounds *r, struct round_log *g)
{
    free(g->witness);
    g->witness = calloc(r->policy ? r->policy->n + 1 : 1, sizeof *g->witness);
    if (!g->witness)
        abort();
}

struct round_log *rounds_log(struct rounds *r, struct span origin, const char *folder)
{
    struct round_log *g = rounds_find(r, origin), **last = &r->logs;

    if (g || origin.n >= ORIGIN_MAX)
        return g;
    g = calloc(1, sizeof *g);
    if (!g || !(g->folder = strdup(folder)))
        abort();
    memcpy(g->origin, origin.p, origin.n);
    buf_init(&g->note, LIMIT_CHECKPOINT);
    buf_init(&g->target, LIMIT_CHECKPOINT);
    buf_init(&g->witnessed, LIMIT_CHECKPOINT);
    fresh_witnesses(r, g);
    while (*last)
        last = &(*last)->next;
    *last = g;
    return g;
}

/* The key of this log, under its own name. */
static struct note_key key_of(const struct rounds *r, const struct round_log *g)
{
    struct note_key k;

    note_key_of(span_str(g->origin), NOTE_KEY_ED25519, r->key.pub, &k);
    return k;
}

static void set(struct buffer *b, struct span s)
{
    buf_reset(b);
    buf_put(b, s);
}

/* A note in parts, or nothing. Large: in the arena. */
struct opened {
    struct note note;
    struct checkpoint checkpoint;
};

static struct opened *open_note(const struct round_log *g, struct span text, struct arena *a, struct why *w)
{
    struct opened *o = arena_alloc(a, sizeof *o);

    if (!o || !note_parse(text, &o->note, w) || !checkpoint_parse(o->note.text, &o->checkpoint, w))
        return NULL;
    if (span_eq_str(o->checkpoint.origin, g->origin))
        return o;
    (void)why_set(w, "origin", 0, clause, "a checkpoint of another log");
    return NULL;
}

/* Which witnesses cosigned the target already, and from what size each goes on. */
static void look_up(const struct rounds *r, struct round_log *g)
{
    struct opened *target, *witnessed;
    struct arena a;

    if (!r->policy)
        return;
    arena_init(&a, SCRATCH);
    target = open_note(g, buf_span(&g->target), &a, NULL);
    witnessed = open_note(g, buf_span(&g->witnessed), &a, NULL);
    for (size_t i = 0; i < r->policy->n; i++) {
        const struct note_key *k = &r->policy->member[i].key;
        struct round_witness *v = &g->witness[i];

        if (!r->policy->member[i].witness)
            continue;
        if (witnessed && note_key_check(&witnessed->note, k, &a, NULL) == NOTE_SIGNED)
            v->known = g->witnessed_size;
        v->cosigned = target && note_key_check(&target->note, k, &a, NULL) == NOTE_SIGNED;
        if (v->cosigned)
            v->known = g->target_size;
    }
    arena_free(&a);
}

static void copy_name(struct arena *a, struct span *s)
{
    *s = arena_copy(a, *s);
}

void rounds_policy(struct rounds *r, const struct policy *p)
{
    struct policy *copy = malloc(sizeof *copy);

    if (!copy)
        abort();
    *copy = *p;
    arena_reset(&r->names);
    for (size_t i = 0; i < copy->n; i++) {
        copy_name(&r->names, &copy->member[i].name);
        copy_name(&r->names, &copy->member[i].key.name);
        copy->member[i].url = (struct span){ 0 };
    }
    copy->n_logs = 1;
    free(r->policy);
    r->policy = copy;
    for (struct round_log *g = r->logs; g; g = g->next) {
        fresh_witnesses(r, g);
        look_up(r, g);
    }
}

bool rounds_published(struct rounds *r, struct round_log *g, struct span note, unix_time now, struct why *w)
{
    struct opened *o;
    struct arena a;

    (void)r;
    arena_init(&a, SCRATCH);
    o = open_note(g, note, &a, w);
    if (o) {
        set(&g->note, note);
        g->size = o->checkpoint.size;
        g->root = o->checkpoint.root;
        if (g->size == g->witnessed_size)
            g->since = 0;
        else if (g->since == 0)
            g->since = now;
    }
    arena_free(&a);
    return o && buf_ok(&g->note);
}

/* The latest of the cosignatures that stand under a note. */
static unix_time cosigned_at(const struct rounds *r, const struct opened *o, struct arena *a)
{
    unix_time latest = 0, t;

    for (size_t i = 0; r->policy && i < r->policy->n; i++)
        if (r->policy->member[i].witness &&
            note_key_check(&o->note, &r->policy->member[i].key, a, &t) == NOTE_SIGNED && t > latest)
            latest = t;
    return latest;
}

void rounds_kept(struct rounds *r, struct round_log *g, struct span note)
{
    struct opened *o;
    struct arena a;

    arena_init(&a, SCRATCH);
    o = open_note(g, note, &a, NULL);
    if (o && o->checkpoint.size >= g->witnessed_size) {
        set(&g->witnessed, note);
        g->witnessed_size = o->checkpoint.size;
        g->witnessed_at = cosigned_at(r, o, &a);
        g->since = g->witnessed_size == g->size ? 0 : g->target_since;
    }
    arena_free(&a);
}

void rounds_recall(struct rounds *r, struct round_log *g, struct span note)
{
    struct note_key k = key_of(r, g);
    struct opened *o;
    struct arena a;

    arena_init(&a, SCRATCH);
    o = open_note(g, note, &a, NULL);
    if (o && o->checkpoint.size <= g->size && note_key_check(&o->note, &k, &a, NULL) == NOTE_SIGNED) {
        rounds_kept(r, g, note);
        set(&g->target, note);
        g->target_size = o->checkpoint.size;
        g->target_root = o->checkpoint.root;
        g->target_done = true;
        look_up(r, g);
    }
    arena_free(&a);
}

static void retarget(struct rounds *r, struct round_log *g, unix_time now)
{
    set(&g->target, buf_span(&g->note));
    g->target_size = g->size;
    g->target_root = g->root;
    g->target_since = now;
    g->target_n = 0;
    g->target_done = false;
    for (size_t i = 0; r->policy && i < r->policy->n; i++)
        g->witness[i].cosigned = false;
}

static void turn(struct rounds *r, struct round_log *g, unix_time now)
{
    if (g->size != g->target_size &&
        (g->target_done || g->target_n == 0 || now - g->target_since >= ROUND_SECONDS))
        retarget(r, g, now);
}

/* Still wanted of this witness, now or later. */
static bool wanted(const struct round_log *g, size_t witness)
{
    return g->target_size > 0 && !g->witness[witness].cosigned;
}

/* What waits for its quorum comes before what only lacks another cosignature. */
static bool before(const struct round_log *a, const struct round_log *b)
{
    if (!b || a->target_done != b->target_done)
        return !b || b->target_done;
    return a->target_since < b->target_since;
}

struct round_log *rounds_next(struct rounds *r, size_t witness, unix_time now)
{
    struct round_log *best = NULL;

    if (!r->policy || witness >= r->policy->n || !r->policy->member[witness].witness)
        return NULL;
    for (struct round_log *g = r->logs; g; g = g->next) {
        const struct round_witness *v = &g->witness[witness];

        turn(r, g, now);
        if (wanted(g, witness) && v->until <= now && v->next <= now && before(g, best))
            best = g;
    }
    return best;
}

void rounds_asked(struct round_log *g, size_t witness, unix_time now)
{
    struct round_witness *v = &g->witness[witness];

    v->asked = g->target_size;
    v->asked_root = g->target_root;
    v->until = now + ROUND_ANSWER;
}

unix_time rounds_due(const struct rounds *r, size_t witness, unix_time now)
{
    unix_time due = now + ROUND_PAUSE_MOST;

    if (!r->policy || witness >= r->policy->n)
        return due;
    for (const struct round_log *g = r->logs; g; g = g->next) {
        const struct round_witness *v = &g->witness[witness];
        unix_time at = v->until > v->next ? v->until : v->next;

        if ((wanted(g, witness) || g->size != g->target_size) && at < due)
            due = at;
    }
    return due > now ? due : now;
}

static void failed(struct round_witness *v, const char *reason, unix_time now)
{
    v->pause = v->pause == 0                     ? ROUND_PAUSE
               : v->pause * 2 > ROUND_PAUSE_MOST ? ROUND_PAUSE_MOST
                                                 : v->pause * 2;
    v->next = now + v->pause;
    v->reason = reason;
}

static void put_line(const struct note_signature *s, struct buffer *b)
{
    buf_str(b, "\xe2\x80\x94 ");
    buf_put(b, s->name);
    buf_u8(b, ' ');
    buf_put(b, s->base64);
    buf_u8(b, '\n');
}

static bool quorum(struct rounds *r, struct round_log *g, struct arena *a)
{
    struct opened *o = open_note(g, buf_span(&g->target), a, NULL);
    struct policy_verdict v;

    r->policy->log[0] = (struct policy_log){ .key = key_of(r, g), .origin = span_str(g->origin) };
    return o && policy_check(r->policy, &o->note, &o->checkpoint, a, &v, NULL);
}

/* The lines of that key go under the target. */
static void add_lines(struct rounds *r, struct round_log *g, size_t witness, const struct note *note,
                      struct arena *a, bool *now_witnessed)
{
    const struct note_key *k = &r->policy->member[witness].key;
    struct round_witness *v = &g->witness[witness];

    if (v->cosigned)
        return;
    for (size_t i = 0; i < note->n; i++)
        if (memcmp(note->signature[i].key_hash, k->hash, NOTE_KEY_HASH) == 0 &&
            span_eq(note->signature[i].name, k->name)) {
            put_line(&note->signature[i], &g->target);
            break;
        }
    v->cosigned = true;
    v->known = g->target_size;
    g->target_n++;
    if (!g->target_done)
        g->target_done = quorum(r, g, a);
    *now_witnessed = *now_witnessed || g->target_done;
}

/* Lines under the checkpoint that was asked for, which the target may have left behind. */
static bool take_lines(struct rounds *r, struct round_log *g, size_t witness, struct span lines,
                       bool *now_witnessed)
{
    struct round_witness *v = &g->witness[witness];
    struct note *note;
    struct buffer b;
    struct arena a;
    bool ok;

    arena_init(&a, SCRATCH);
    note = arena_alloc(&a, sizeof *note);
    buf_init(&b, LIMIT_CHECKPOINT);
    checkpoint_put(span_str(g->origin), v->asked, &v->asked_root, &b);
    buf_u8(&b, '\n');
    buf_put(&b, lines);
    ok = note && buf_ok(&b) && note_parse(buf_span(&b), note, NULL) &&
         note_key_check(note, &r->policy->member[witness].key, &a, NULL) == NOTE_SIGNED;
    if (ok && v->asked == g->target_size && tree_hash_eq(&v->asked_root, &g->target_root))
        add_lines(r, g, witness, note, &a, now_witnessed);
    else if (ok && v->asked > v->known)
        v->known = v->asked;
    buf_free(&b);
    arena_free(&a);
    return ok;
}

/* The witness says what it cosigned last: asked again from there, at once when that is news. */
static void take_size(struct rounds *r, struct round_log *g, struct round_witness *v, struct span body,
                      unix_time now)
{
    struct span rest = body, line = { 0 };
    uint64_t size;

    if (!text_split(&rest, '\n', &line) || rest.n || !checkpoint_number(line, &size)) {
        failed(v, "answer", now);
        return;
    }
    v->ahead = size > g->size;
    if (v->ahead) {
        failed(v, "ahead", now);
        return;
    }
    if (size > g->target_size)
        retarget(r, g, now);
    if (size == v->known) {
        failed(v, "conflict", now);
        return;
    }
    v->known = size;
    v->next = now;
    v->reason = NULL;
}

static const char *reason_of(unsigned status)
{
    return status == 0     ? "unreachable"
           : status == 403 ? "not-believed"
           : status == 404 ? "not-known"
           : status == 422 ? "history"
                           : "refused";
}

void rounds_answer(struct rounds *r, struct round_log *g, size_t witness, unsigned status, struct span body,
                   unix_time now, bool *now_witnessed)
{
    struct round_witness *v;

    *now_witnessed = false;
    if (!r->policy || witness >= r->policy->n)
        return;
    v = &g->witness[witness];
    if (v->until == 0)
        return; /* nothing was asked, or the policy is another by now */
    v->until = 0;
    if (status == 409) {
        take_size(r, g, v, body, now);
        return;
    }
    if (status != 200) {
        failed(v, reason_of(status), now);
        return;
    }
    if (!take_lines(r, g, witness, body, now_witnessed)) {
        failed(v, "signature", now);
        return;
    }
    v->pause = 0;
    v->next = now;
    v->reason = NULL;
    v->ahead = false;
}

static bool add_unasked(struct rounds *r, struct round_log *g, const struct opened *o, struct arena *a,
                        bool *now_witnessed, struct why *w)
{
    bool known = false,
         ours = o->checkpoint.size == g->target_size && tree_hash_eq(&o->checkpoint.root, &g->target_root);

    for (size_t i = 0; i < r->policy->n; i++) {
        enum note_proof proof;

        if (!r->policy->member[i].witness)
            continue;
        proof = note_key_check(&o->note, &r->policy->member[i].key, a, NULL);
        if (proof == NOTE_FORGED)
            return why_set(w, "signature", WHY_NO_OFFSET, clause, "a cosignature does not hold");
        known = known || proof == NOTE_SIGNED;
        if (proof == NOTE_SIGNED && ours)
            add_lines(r, g, i, &o->note, a, now_witnessed);
    }
    return known || why_set(w, "no-anchor", WHY_NO_OFFSET, clause, "no witness of this log cosigned it");
}

bool rounds_came(struct rounds *r, struct round_log *g, struct span note, unix_time now, bool *now_witnessed,
                 struct why *w)
{
    const struct checkpoint *c;
    struct opened *o;
    struct arena a;
    bool ok = false;

    *now_witnessed = false;
    if (!r->policy)
        return why_set(w, "no-anchor", WHY_NO_OFFSET, clause, "no witnesses are known yet");
    arena_init(&a, SCRATCH);
    o = open_note(g, note, &a, w);
    if (!o)
        goto out;
    c = &o->checkpoint;
    turn(r, g, now);
    if (c->size > g->size || (c->size == g->size && !tree_hash_eq(&c->root, &g->root)) ||
        (c->size == g->target_size && !tree_hash_eq(&c->root, &g->target_root)))
        (void)why_set(w, "checkpoint", 0, clause, "this log has not signed that checkpoint");
    else
        ok = add_unasked(r, g, o, &a, now_witnessed, w);
out:
    arena_free(&a);
    return ok;
}
