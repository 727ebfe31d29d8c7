/*
 * Nothing that is marked crosses, and everything that may be seen is seen: four members with stores and logs
 * of their own in one process, random objects, markings, versions, releases, forwarding and drills, read page
 * by page by readers of every kind, against a list of what was given to whom. Then attacks by a member that
 * does not keep the rules.
 */
#include "vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agreement/bound.h"
#include "crypto/node_key.h"
#include "crypto/signer.h"
#include "seeds.h"
#include "service/cyber/federate_take.h"
#include "service/cyber/keep.h"
#include "service/cyber/release.h"
#include "service/cyber/standing.h"
#include "stix/exercise.h"
#include "wire/json.h"

enum { MEMBERS = 4, OBJECTS = 40, STEPS = 140, NOW = 1767225600 + 100000 };

#define RED_1          "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
#define UNKNOWN        "marking-definition--aaaaaaaa-1111-4222-8333-444444444444"
#define STATED         "marking-definition--bbbbbbbb-1111-4222-8333-444444444444"
#define OWN_COLLECTION "11111111-2222-4333-8444-555555555555"

static const char agreement_text[] = "agreement \"T\" version 1\nparties AA BB CC DD\n"
                                     "article 1 \"A\"\n  text en \"x\"\n"
                                     "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n"
                                     "  passed on up to green\n  clients up to amber\n"
                                     "  detectors up to amber-strict\n  clear for anybody\n"
                                     "  group \"one\" of AA, BB\n  group \"two\" of BB, CC, DD\n";

static unsigned long long state;

static uint64_t roll(uint64_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % n;
}

/* ---- four members ---- */

struct member {
    char path[64];
    uint8_t secret[NODE_SECRET_KEY];
    struct signer signer;
    struct object_store *objects;
    struct streams *streams;
    struct store *store;
    struct cyber_places places;
    struct cyber_law law;
    struct cyber_desk desk;
    struct seen {
        char origin[ORIGIN_MAX];
        uint64_t next;
    } seen[MEMBERS][64]; /* of the logs of the others */
    size_t n_seen[MEMBERS];
    uint16_t own;
};

static struct member members[MEMBERS];
static struct agreement *text;
static bool honest; /* members that keep the rules are never refused */
static const char *const codes[MEMBERS] = { "AA", "BB", "CC", "DD" };
static int64_t micros;

static int64_t clock_of(void *ctx)
{
    (void)ctx;
    return micros += 1000;
}

enum { BELOW = 100 };

static void below(const struct member *m, const char *name, char out[BELOW])
{
    assert_in_range(snprintf(out, BELOW, "%s/%s", m->path, name), 1, BELOW - 1);
}

static void open_member(size_t i)
{
    struct member *m = &members[i];
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    uint8_t seed[NODE_SEED] = { (uint8_t)(7 + i) }, pub[NODE_PUBLIC_KEY];
    char objects[BELOW], logs[BELOW], keep[BELOW], name[20], db[BELOW];
    const struct object_store_options o = { .folder = objects, .now = clock_of };
    const struct store_options so = { .path = db };
    struct streams_options s = { .folder = logs,
                                 .keep = keep,
                                 .name = span_str(name),
                                 .state = span_str(codes[i]),
                                 .signer = &m->signer,
                                 .subject_secret = SPAN("a secret of sixteen bytes") };
    struct why w = { 0 };

    memset(m, 0, sizeof *m);
    (void)snprintf(m->path, sizeof m->path, "%s/serai-share-XXXXXX", base);
    assert_non_null(mkdtemp(m->path));
    below(m, "objects", objects);
    below(m, "logs", logs);
    below(m, "keep", keep);
    below(m, "store.db", db);
    (void)snprintf(name, sizeof name, "%c%c.specimen", codes[i][0] + 32, codes[i][1] + 32);
    s.name = span_str(name);
    node_key_from_seed(seed, pub, m->secret);
    signer_in_memory(m->secret, &m->signer);
    m->streams = streams_open(&s, NOW, &w);
    if (!m->streams || !object_store_open(&o, &m->objects, &w) || !store_open(&so, &m->store, &w) ||
        !cyber_places_open(m->path, text, &m->places, &w) ||
        !object_store_collection(m->objects, SPAN(OWN_COLLECTION), &m->own, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    cyber_law_on(&m->places, text, span_str(codes[i]), date_of_time(NOW), &m->law, NULL);
    m->desk = (struct cyber_desk){ .places = &m->places,
                                   .agreement = text,
                                   .self = span_str(codes[i]),
                                   .objects = m->objects,
                                   .store = m->store,
                                   .streams = m->streams,
                                   .random = random_bytes };
}

static void close_member(size_t i)
{
    struct member *m = &members[i];
    char command[BELOW];

    streams_close(m->streams);
    object_store_close(m->objects);
    store_close(m->store);
    assert_in_range(snprintf(command, sizeof command, "rm -rf '%s'", m->path), 1, sizeof command - 1);
    assert_int_equal(system(command), 0);
}

static void open_all(void)
{
    struct agreement_faults faults = { 0 };

    honest = false;
    text = agreement_parse(SPAN(agreement_text), &faults);
    assert_non_null(text);
    for (size_t i = 0; i < MEMBERS; i++)
        open_member(i);
}

static void close_all(void)
{
    for (size_t i = 0; i < MEMBERS; i++)
        close_member(i);
    agreement_free(text);
}

/* ---- what travels ---- */

static size_t held_sum;

static void arrive(size_t at, const struct cyber_arrival *x)
{
    struct member *m = &members[at];
    const struct cyber_taking t = { .places = &m->places,
                                    .law = &m->law,
                                    .article = "1",
                                    .objects = m->objects,
                                    .store = m->store,
                                    .now = NOW };
    struct cyber_taken got = { 0 };
    struct why w = { 0 };

    buf_init(&got.told, 1 << 20);
    for (int twice = 0; twice < 2; twice++) /* told again after a crash: the same once and twice */
        if (!cyber_take(&t, x, &got, &w))
            fail_msg("%s: %s", w.reason, w.detail);
    if (got.held && honest)
        fail_msg("%s takes from %.*s: %.*s", codes[at], (int)x->origin.n, (const char *)x->origin.p,
                 (int)got.told.n, (const char *)got.told.p);
    held_sum += got.held;
    buf_free(&got.told);
}

static struct seen *cursor(struct member *m, size_t from, struct span origin)
{
    for (size_t i = 0; i < m->n_seen[from]; i++)
        if (span_eq_str(origin, m->seen[from][i].origin))
            return &m->seen[from][i];
    assert_true(m->n_seen[from] < 64);
    memcpy(m->seen[from][m->n_seen[from]].origin, origin.p, origin.n);
    return &m->seen[from][m->n_seen[from]++];
}

/* Every member takes what is new in the logs of the others that are for it. */
static void sync_one(size_t at, size_t from)
{
    struct stream_state *s = NULL;
    struct why w = { 0 };
    struct arena a;
    size_t n = 0;

    arena_init(&a, 256 << 20);
    assert_true(streams_states(members[from].streams, &a, &s, &n, &w));
    for (size_t i = 0; i < n; i++) {
        struct seen *c;
        struct origin o;

        assert_true(origin_parse(s[i].origin, &o, &w));
        if (!span_eq_str(o.stream, CYBER_STREAM) ||
            !origin_audience_has(o.audience, span_str(codes[from]), span_str(codes[at])))
            continue;
        c = cursor(&members[at], from, s[i].origin);
        for (; c->next < s[i].published; c->next++) {
            struct stream_record r;
            struct cyber_arrival x = {
                .member = span_str(codes[from]), .origin = o.text, .audience = o.audience, .index = c->next
            };

            assert_true(streams_get(members[from].streams, s[i].origin, c->next, &a, &r, &w));
            if (r.control)
                continue;
            x.type = r.leaf.type;
            x.body = r.body;
            arrive(at, &x);
        }
    }
    arena_free(&a);
}

static void sync_all(void)
{
    for (size_t at = 0; at < MEMBERS; at++)
        for (size_t from = 0; from < MEMBERS; from++)
            if (at != from)
                sync_one(at, from);
}

/* ---- objects, and what was given to whom ---- */

enum kind { NONE, TLP1, TLP2, GRANULAR, NOT_KNOWN, STATEMENT, KINDS };

struct grant {
    unsigned audience; /* members */
    bool all, exercise;
    int group; /* -1: none */
};

struct version {
    enum kind kind;
    enum tlp tlp; /* what its markings come to */
    int64_t at;   /* seconds */
    bool revoked;
    struct grant grant[16];
    size_t n;
};

struct object {
    size_t owner;
    char id[64];
    struct version version[8];
    size_t n;
};

static struct object objects[OBJECTS];
static size_t n_objects;

static const char *tlp1_id(enum tlp t)
{
    static const char *const ids[] = { "613f2e26-407d-48c7-9eca-b8e91df99dc9",
                                       "34098fce-860f-48ae-8e50-ebd3cc5e41da",
                                       "f88d31f6-486f-44da-b317-01333bde0b82", NULL,
                                       "5e57c739-391a-4eb3-b6be-7d15ca92d5ed" };

    return ids[t];
}

static void text_of(const struct object *o, const struct version *v, char *out, size_t n)
{
    char marks[300] = "", time[STIX_TIME_TEXT];

    if (v->kind == TLP1)
        (void)snprintf(marks, sizeof marks, ",\"object_marking_refs\":[\"marking-definition--%s\"]",
                       tlp1_id(v->tlp));
    else if (v->kind == TLP2)
        (void)snprintf(marks, sizeof marks, ",\"object_marking_refs\":[\"%s\"]", stix_tlp_id(v->tlp));
    else if (v->kind == GRANULAR)
        (void)snprintf(
            marks, sizeof marks,
            ",\"object_marking_refs\":[\"%s\"],\"granular_markings\":[{\"selectors\":[\"description\"],"
            "\"marking_ref\":\"%s\"}]",
            stix_tlp_id(TLP_CLEAR), stix_tlp_id(v->tlp));
    else if (v->kind == NOT_KNOWN)
        (void)snprintf(marks, sizeof marks, ",\"object_marking_refs\":[\"%s\",\"" UNKNOWN "\"]",
                       stix_tlp_id(TLP_CLEAR));
    else if (v->kind == STATEMENT)
        (void)snprintf(marks, sizeof marks, ",\"object_marking_refs\":[\"" STATED "\",\"%s\"]",
                       stix_tlp_id(v->tlp));
    (void)snprintf(out, n,
                   "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"%s\","
                   "\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"%s\",\"name\":\"n\","
                   "\"description\":\"d\",\"pattern\":\"[ipv4-addr:value = '198.51.100.1']\","
                   "\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\"%s}",
                   o->id, stix_time_text(v->at * 1000000, time), marks);
}

/* A tool of the member posts it. */
static void post(size_t at, struct span json)
{
    static const struct stix_how how = { .any_pattern = true };
    struct member *m = &members[at];
    struct object_new n = { .text = json };
    struct stix_marks marks;
    struct stix_object o;
    struct why w = { 0 };
    struct arena a;

    arena_init(&a, 1 << 20);
    if (!stix_read(json, &how, &a, &o, NULL, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    stix_marks_of(&o, cyber_marking_look, m->objects, &marks);
    assert_true(object_new_of(&o, &n));
    n.text = json;
    n.type = o.type;
    n.row.label = cyber_label_own(&m->law, &marks);
    n.row.origin = CYBER_NO_PLACE;
    assert_true(object_store_add(m->objects, m->own, &n, 1, &w));
    assert_int_equal(n.outcome, OBJECT_ADDED);
    arena_free(&a);
}

static void new_version(struct object *o)
{
    struct version *v;
    char json[2000];

    if (o->n == 8)
        return;
    v = &o->version[o->n];
    *v = (struct version){ .kind = (enum kind)roll(KINDS), .tlp = (enum tlp)roll(TLP_LEVELS) };
    v->at = NOW - 90000 + (int64_t)o->n * 1000;
    if (v->kind == NONE)
        v->tlp = TLP_AMBER;
    if (v->kind == TLP1 && v->tlp == TLP_AMBER_STRICT)
        v->tlp = TLP_RED;
    if (v->kind == NOT_KNOWN)
        v->tlp = TLP_RED;
    o->n++;
    text_of(o, v, json, sizeof json);
    post(o->owner, span_str(json));
}

static void new_object(void)
{
    struct object *o = &objects[n_objects];
    struct stix_uuid u;
    uint8_t r[16];
    char uuid[STIX_UUID_TEXT];

    if (n_objects == OBJECTS)
        return;
    for (size_t i = 0; i < 16; i++)
        r[i] = (uint8_t)roll(256);
    stix_uuid_v4(r, &u);
    *o = (struct object){ .owner = roll(MEMBERS) };
    (void)snprintf(o->id, sizeof o->id, "indicator--%s", stix_uuid_text(&u, uuid));
    n_objects++;
    new_version(o);
}

/* ---- releases ---- */

static bool is_refusal(const char *reason)
{
    static const char *const known[] = { "nothing", "group", "request",      "expiry",
                                         "article", "rule",  "same-officer", "state" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(reason, known[i]) == 0)
            return true;
    return false;
}

static bool operation(size_t at, cyber_op *op, const char *json)
{
    struct why w = { 0 };
    struct buffer out;
    struct arena a;
    bool ok;

    arena_init(&a, 64 << 20);
    buf_init(&out, 4 << 20);
    ok = op(&members[at].desk, span_str(json), NOW, &a, &out, &w);
    if (!ok && !is_refusal(w.reason))
        fail_msg("%s: %s", w.reason, w.detail);
    buf_free(&out);
    arena_free(&a);
    return ok;
}

static void put_to(char *out, size_t n, unsigned to)
{
    size_t at = 0;

    at += (size_t)snprintf(out + at, n - at, "[");
    for (size_t i = 0; i < MEMBERS; i++)
        if (to >> i & 1)
            at += (size_t)snprintf(out + at, n - at, "%s\"%s\"", at > 1 ? "," : "", codes[i]);
    (void)snprintf(out + at, n - at, "]");
}

static const unsigned group_members[] = { 3, 14 };

/* By the owner, or by whoever has it: then it changes nothing for anybody. */
static void release(size_t at, struct object *o)
{
    struct version *v = &o->version[o->n - 1];
    struct grant g = { .group = roll(3) ? -1 : (int)roll(2), .exercise = roll(6) == 0 };
    unsigned self = 1u << at;
    char to[60], json[400];
    bool ok;

    g.all = g.group < 0 && roll(3) == 0;
    g.audience = g.group >= 0 ? group_members[g.group] : g.all ? 15 : (unsigned)roll(16);
    put_to(to, sizeof to, g.audience);
    (void)snprintf(json, sizeof json, "{\"officer\":\"o-1\",\"ids\":[\"%s\"]%s%s%s%s}", o->id,
                   g.group >= 0 ? (g.group ? ",\"group\":\"two\"" : ",\"group\":\"one\"")
                   : g.all      ? ",\"to\":\"all\""
                                : ",\"to\":",
                   g.group < 0 && !g.all ? to : "", g.exercise ? ",\"exercise\":true" : "", "");
    ok = operation(at, cyber_release, json);
    if (at != o->owner)
        return;
    /* What the rules say of it. */
    if (v->kind == NOT_KNOWN || (v->tlp == TLP_RED && g.all) || !(g.audience & ~self) ||
        (g.group >= 0 && !(group_members[g.group] & self)) || v->n == 16) {
        assert_true(!ok || v->n == 16);
        return;
    }
    assert_true(ok);
    v->grant[v->n++] = g;
}

/* ---- readers, against the list ---- */

static const struct {
    const char *name;
    enum cyber_kind kind;
    enum cyber_organisation organisation;
    uint8_t clearance;
    bool exercise, in_groups;
} readers[] = {
    { "an analyst cleared for red", CYBER_ANALYST, CYBER_CERT, TLP_RED, true, true },
    { "an analyst outside the groups", CYBER_ANALYST, CYBER_CERT, TLP_RED, true, false },
    { "an analyst cleared for green", CYBER_ANALYST, CYBER_CERT, TLP_GREEN, true, true },
    { "a tool", CYBER_TOOL, CYBER_CERT, TLP_AMBER_STRICT, false, true },
    { "a client", CYBER_TOOL, CYBER_CLIENT, TLP_AMBER, false, true },
    { "a detector", CYBER_DETECTOR, CYBER_CERT, TLP_AMBER_STRICT, false, true },
    { "anybody", CYBER_ANONYMOUS, CYBER_CLIENT, TLP_CLEAR, false, false },
};

enum { READERS = sizeof readers / sizeof *readers };

/* How one record under these terms is read: group -1 none; drill. */
static bool reads(size_t i, const struct version *v, bool own, bool all, int group, bool drill)
{
    if (v->kind == NOT_KNOWN)
        return own && readers[i].kind == CYBER_ANALYST && readers[i].clearance == TLP_RED;
    if (readers[i].kind == CYBER_ANONYMOUS)
        return v->tlp == TLP_CLEAR && all && group < 0 && !drill;
    if (v->tlp == TLP_CLEAR && all && group < 0 && !drill && readers[i].kind != CYBER_DETECTOR)
        return true;
    if (group >= 0 && !readers[i].in_groups)
        return false;
    if (v->tlp > readers[i].clearance || (drill && !readers[i].exercise))
        return false;
    if (readers[i].kind == CYBER_DETECTOR)
        return v->tlp < TLP_RED && !drill;
    return readers[i].organisation == CYBER_CERT || v->tlp <= TLP_AMBER;
}

/* What a member came to have by the owner's records in their order. */
static bool expected(size_t i, size_t at, const struct object *o, const struct version *v)
{
    bool has = false, all = false, drill = false, own = at == o->owner;
    int group = -1;

    if (own && reads(i, v, true, false, -1, false))
        return true;
    for (size_t k = 0; k < v->n; k++) {
        const struct grant *g = &v->grant[k];

        if (!own && !(g->audience >> at & 1))
            continue;
        if (!has) {
            group = g->group;
            drill = g->exercise;
            all = g->all;
        } else if (g->group >= 0 && group >= 0 && g->group != group) {
            continue;
        } else {
            group = g->group < 0 ? -1 : group;
            drill = drill && g->exercise;
            all = all || g->all;
        }
        has = true;
    }
    return has && reads(i, v, own, all, group, drill);
}

struct looking {
    const struct member *m;
    struct cyber_reader r;
};

static bool may(void *ctx, const struct cyber_label *l)
{
    const struct looking *k = ctx;

    return cyber_may(&k->m->law, &k->r, l, CYBER_READ, NOW) == CYBER_ALLOWED;
}

/* All pages; each version once, counted into got. */
static void read_all(size_t at, size_t i, bool got[OBJECTS][8])
{
    struct member *m = &members[at];
    struct looking k = { .m = m,
                         .r = { .kind = readers[i].kind,
                                .organisation = readers[i].organisation,
                                .member = readers[i].kind == CYBER_ANONYMOUS ? CYBER_NO_PLACE : (uint8_t)at,
                                .clearance = readers[i].clearance,
                                .exercise = readers[i].exercise,
                                .groups = readers[i].in_groups ? UINT64_MAX : 0 } };
    struct object_query q = {
        .collection = OBJECT_ANY, .may = may, .ctx = &k, .versions = OBJECT_ALL, .limit = 1 + (size_t)roll(7)
    };
    struct object_page p = { .more = true };

    while (p.more) {
        memset(&p, 0, sizeof p);
        object_store_find(m->objects, &q, &p);
        assert_true(p.n || !p.more); /* never an empty page with more behind it */
        for (size_t s = 0; s < p.n; s++) {
            struct object_row row;
            char id[STIX_ID_TEXT];

            assert_true(p.sequence[s] > q.after);
            q.after = p.sequence[s];
            assert_true(object_store_row(m->objects, p.sequence[s], &row));
            (void)object_id_text(m->objects, &row, id);
            for (size_t o = 0; o < n_objects; o++)
                for (size_t v = 0; strcmp(id, objects[o].id) == 0 && v < objects[o].n; v++)
                    if (row.version == objects[o].version[v].at * 1000000)
                        got[o][v] = true;
        }
        {
            bool more = p.more;

            object_page_free(&p);
            p.more = more;
        }
    }
}

static size_t seen_sum;

static void compare(void)
{
    for (size_t at = 0; at < MEMBERS; at++) {
        for (size_t i = 0; i < READERS; i++) {
            bool got[OBJECTS][8] = { { false } };

            read_all(at, i, got);
            for (size_t o = 0; o < n_objects; o++) {
                for (size_t v = 0; v < objects[o].n; v++) {
                    bool want = expected(i, at, &objects[o], &objects[o].version[v]);

                    seen_sum += want;
                    if (got[o][v] != want)
                        for (size_t k = 0; k < objects[o].version[v].n; k++)
                            printf("# given: %x all %d group %d drill %d\n",
                                   objects[o].version[v].grant[k].audience,
                                   objects[o].version[v].grant[k].all, objects[o].version[v].grant[k].group,
                                   objects[o].version[v].grant[k].exercise);
                    if (got[o][v] != want)
                        fail_msg("%s at %s: %s version %zu of %s (%d, tlp %d): is %d, should be %d",
                                 readers[i].name, codes[at], objects[o].id, v, codes[objects[o].owner],
                                 objects[o].version[v].kind, objects[o].version[v].tlp, got[o][v], want);
                }
            }
        }
    }
}

static void run_seed(unsigned long long seed)
{
    static const char stated[] =
        "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" STATED
        "\",\"created\":\"2026-01-01T00:00:00.000Z\",\"definition_type\":\"statement\","
        "\"definition\":{\"statement\":\"SPECIMEN terms\"}}";

    seed_says(seed);
    state = seed * 2654435761u + 88172645463325252ull;
    n_objects = held_sum = 0;
    open_all();
    honest = true;
    for (size_t i = 0; i < MEMBERS; i++)
        post(i, SPAN(stated));
    for (size_t i = 0; i < STEPS; i++) {
        struct object *o = n_objects ? &objects[roll(n_objects)] : NULL;

        switch (o ? roll(6) : 0) {
        case 0:
            new_object();
            break;
        case 1:
            new_version(o);
            break;
        case 2:
            sync_all();
            break;
        case 3:
            release(roll(MEMBERS), o); /* mostly not its owner */
            break;
        default:
            release(o->owner, o);
        }
        if (i % 35 == 34) {
            sync_all();
            compare();
        }
    }
    sync_all();
    compare();
    close_all();
}

static void nothing_crosses(void **unused)
{
    unsigned long long seed[SEEDS_MAX];
    size_t n = seeds_of(4, seed);

    (void)unused;
    seen_sum = 0;
    for (size_t i = 0; i < n; i++)
        run_seed(seed[i]);
    assert_true(seen_sum > 100);
}

/* ---- a member that does not keep the rules ---- */

static void send(size_t from, size_t at, const char *audience, const char *owner, const char *json)
{
    static uint64_t index;
    const struct cyber_batch_head h = { .release = SPAN("R-x"),
                                        .article = SPAN("1"),
                                        .owner = span_str(owner) };
    struct cyber_batch_out b = { 0 };
    struct cyber_arrival x = { .member = span_str(codes[from]),
                               .origin = SPAN("xx.specimen/cyber/all/2026"),
                               .audience = span_str(audience),
                               .index = index++,
                               .type = SPAN(CYBER_TYPE) };
    struct buffer body;
    struct why w = { 0 };

    buf_init(&body, 1 << 20);
    assert_true(cyber_batch_begin(&b, &h));
    assert_true(cyber_batch_add(&b, span_str(json)));
    assert_true(cyber_batch_pack(&b, &body, &w));
    x.body = buf_span(&body);
    arrive(at, &x);
    cyber_batch_free(&b);
    buf_free(&body);
}

#define ID "indicator--c0ffee00-1111-4222-8333-444444444444"

static const char *indicator(const char *modified, const char *more)
{
    static char out[2000];

    (void)snprintf(out, sizeof out,
                   "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"" ID "\","
                   "\"created\":\"2026-01-01T00:00:00.000Z\",\"modified\":\"%s\",\"name\":\"n\","
                   "\"description\":\"d\",\"pattern\":\"[ipv4-addr:value = '198.51.100.1']\","
                   "\"pattern_type\":\"stix\",\"valid_from\":\"2026-01-01T00:00:00Z\"%s}",
                   modified, more);
    return out;
}

#define MARKED(id) ",\"object_marking_refs\":[\"" id "\"]"
#define CLEAR      "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
#define GREEN      "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
#define AMBER      "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
#define RED        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
#define FIRST      "2026-01-01T00:00:00.000Z"
#define SECOND     "2026-01-02T00:00:00.000Z"
#define THIRD      "2026-01-03T00:00:00.000Z"

static size_t visible_to(size_t at, size_t reader)
{
    struct looking k = { .m = &members[at],
                         .r = { .kind = readers[reader].kind,
                                .organisation = readers[reader].organisation,
                                .member =
                                    readers[reader].kind == CYBER_ANONYMOUS ? CYBER_NO_PLACE : (uint8_t)at,
                                .clearance = readers[reader].clearance,
                                .exercise = readers[reader].exercise,
                                .groups = UINT64_MAX } };
    const struct object_query q = { .collection = OBJECT_ANY, .may = may, .ctx = &k, .versions = OBJECT_ALL };
    struct object_page p = { 0 };
    size_t n;

    object_store_find(members[at].objects, &q, &p);
    n = p.n;
    object_page_free(&p);
    return n;
}

enum { ANALYST = 0, TOOL = 3, CLIENT = 4, DETECTOR = 5, ANYBODY = 6 };

static void attacks(void **unused)
{
    (void)unused;
    open_all();
    /* AA gave BB and CC an amber object. */
    send(0, 1, "bb-cc", "", indicator(FIRST, MARKED(AMBER)));
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_int_equal(visible_to(1, ANYBODY), 0);

    /* CC sends a milder version as its own. */
    held_sum = 0;
    send(2, 1, "all", "", indicator(SECOND, MARKED(CLEAR)));
    assert_int_equal(held_sum, 1);
    /* … withdraws it … */
    send(2, 1, "all", "", indicator(SECOND, MARKED(AMBER) ",\"revoked\":true"));
    assert_int_equal(held_sum, 2);
    /* … sends other content under the same version … */
    send(2, 1, "all", "", indicator(FIRST, MARKED(AMBER) ",\"confidence\":1"));
    assert_int_equal(held_sum, 3);
    /* … passes it on beyond its marking, as AA's … */
    send(2, 1, "all", "AA", indicator(FIRST, MARKED(AMBER)));
    assert_int_equal(held_sum, 4);
    /* … or sends BB an object that it says is BB's own. */
    send(2, 1, "all", "BB", indicator(SECOND, MARKED(CLEAR)));
    assert_int_equal(held_sum, 5);
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_int_equal(visible_to(1, ANYBODY), 0);

    /* Nor does it make a stricter version, or one that it says is AA's. */
    send(2, 1, "bb", "", indicator(SECOND, MARKED(RED)));
    assert_int_equal(held_sum, 6);
    send(2, 1, "all", "AA", indicator(SECOND, MARKED(CLEAR)));
    assert_int_equal(held_sum, 7);
    send(2, 1, "all", "AA", indicator(SECOND, MARKED(GREEN) ",\"revoked\":true"));
    assert_int_equal(held_sum, 8);
    assert_int_equal(visible_to(1, ANALYST), 1);
    /* Red for all is no audience. */
    send(2, 3, "all", "", indicator(FIRST, MARKED(RED)));
    assert_int_equal(held_sum, 9);
    assert_int_equal(visible_to(3, ANALYST), 0);
    /* Its owner relaxes it, and withdraws it. */
    send(0, 1, "bb-cc", "", indicator(SECOND, MARKED(GREEN)));
    send(0, 1, "bb-cc", "", indicator(THIRD, MARKED(GREEN) ",\"revoked\":true"));
    assert_int_equal(held_sum, 9);
    assert_int_equal(visible_to(1, ANALYST), 3);
    close_all();
}

/* The same object passed on under "all" before and after its owner gave it to few. */
static void forwarded_wider(void **unused)
{
    (void)unused;
    open_all();
    send(0, 1, "bb-cc", "", indicator(FIRST, MARKED(CLEAR)));
    assert_int_equal(visible_to(1, ANYBODY), 0); /* clear, but not for all */
    send(2, 1, "all", "AA", indicator(FIRST, MARKED(CLEAR)));
    assert_int_equal(visible_to(1, ANYBODY), 0);
    send(2, 3, "all", "AA", indicator(FIRST, MARKED(CLEAR)));
    assert_int_equal(visible_to(3, ANYBODY), 1); /* DD has only CC's word */
    send(0, 3, "bb-cc-dd", "", indicator(FIRST, MARKED(CLEAR)));
    assert_int_equal(visible_to(3, ANYBODY), 0); /* and then its owner's */
    assert_int_equal(visible_to(3, CLIENT), 1);
    send(0, 3, "all", "", indicator(FIRST, MARKED(CLEAR)));
    assert_int_equal(visible_to(3, ANYBODY), 1);
    close_all();
}

static void false_markings(void **unused)
{
    static const char *const objects_of[] = {
        /* TLP clear under the id of red */
        "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" RED_1
        "\",\"created\":\"2017-01-20T00:00:00.000Z\",\"definition_type\":\"tlp\",\"name\":\"TLP:WHITE\","
        "\"definition\":{\"tlp\":\"white\"}}",
        /* TLP clear under an id of its own */
        "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" UNKNOWN
        "\",\"created\":\"2017-01-20T00:00:00.000Z\",\"definition_type\":\"tlp\",\"name\":\"TLP:WHITE\","
        "\"definition\":{\"tlp\":\"white\"}}",
    };

    (void)unused;
    open_all();
    for (size_t i = 0; i < sizeof objects_of / sizeof *objects_of; i++)
        send(0, 1, "all", "", objects_of[i]);
    held_sum = 0;
    send(0, 1, "bb", "", indicator(FIRST, MARKED(RED_1)));
    assert_int_equal(held_sum, 0);
    assert_int_equal(visible_to(1, TOOL), visible_to(1, CLIENT)); /* the red one is for persons */
    send(0, 2, "bb-cc", "", indicator(FIRST, MARKED(UNKNOWN)));
    assert_int_equal(visible_to(2, TOOL), 0);
    assert_int_equal(visible_to(2, ANALYST), 1); /* a person looks */
    /* A granular marking hides red in a clear object. */
    send(0, 3, "dd", "",
         indicator(FIRST, MARKED(CLEAR) ",\"granular_markings\":[{\"selectors\":[\"description\"],"
                                        "\"marking_ref\":\"" RED "\"}]"));
    assert_int_equal(visible_to(3, TOOL), 0);
    assert_int_equal(visible_to(3, ANALYST), 1);
    close_all();
}

/* Objects of a drill in a record of objects: with mark and id, with a mark that was put on, with one that was
 * taken off. None is taken, not as a version of a real one either; a real one beside it is. */
static void forged_drills(void **unused)
{
    static const char *const ids[] = { STIX_EXERCISE_PREFIX "-1111-4222-8333-444444444444",
                                       STIX_EXERCISE_PREFIX "-1111-4222-8333-444444444444",
                                       "c0ffee00-1111-4222-8333-444444444444" };
    static const char *const marks[] = { MARKED(STIX_EXERCISE_ID), MARKED(CLEAR), MARKED(STIX_EXERCISE_ID) };

    (void)unused;
    open_all();
    for (size_t round = 0; round < 2; round++) {
        if (round)
            send(0, 1, "bb", "", indicator(FIRST, MARKED(GREEN)));
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
            char drilled[2000];

            (void)snprintf(drilled, sizeof drilled,
                           "{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"indicator--%s\","
                           "\"created\":\"" FIRST "\",\"modified\":\"" SECOND "\",\"name\":\"n\","
                           "\"pattern\":\"[ipv4-addr:value = '198.51.100.1']\",\"pattern_type\":\"stix\","
                           "\"valid_from\":\"2026-01-01T00:00:00Z\"%s}",
                           ids[i], marks[i]);
            for (size_t from = 0; from < 4; from += 2) { /* the owner of the real one, and a third */
                held_sum = 0;
                send(from, 1, from ? "all" : "bb", "", drilled);
                assert_int_equal(held_sum, 1);
            }
            for (size_t reader = 0; reader <= ANYBODY; reader++)
                if (!round)
                    assert_int_equal(visible_to(1, reader), 0);
        }
    }
    assert_int_equal(visible_to(1, ANALYST), 1);
    close_all();
}

/* Whoever got it cannot launder it by posting it as its own. */
static void laundering(void **unused)
{
    (void)unused;
    open_all();
    send(0, 1, "bb", "", indicator(FIRST, MARKED(GREEN)));
    post(1, span_str(indicator(FIRST, MARKED(GREEN))));
    assert_false(operation(1, cyber_release, "{\"officer\":\"o\",\"to\":\"all\",\"ids\":[\"" ID "\"]}"));
    post(1, span_str(indicator(SECOND, MARKED(CLEAR))));
    assert_false(operation(1, cyber_release, "{\"officer\":\"o\",\"to\":\"all\",\"ids\":[\"" ID "\"]}"));
    close_all();
}

static void recalled(void **unused)
{
    (void)unused;
    open_all();
    post(0, span_str(indicator(FIRST, MARKED(GREEN))));
    assert_false(operation(0, cyber_recall, "{\"officer\":\"o\",\"ids\":[\"" ID "\"]}")); /* not released */
    assert_true(operation(0, cyber_release, "{\"officer\":\"o\",\"to\":[\"BB\"],\"ids\":[\"" ID "\"]}"));
    sync_all();
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_int_equal(visible_to(2, ANALYST), 0);
    assert_false(operation(1, cyber_recall, "{\"officer\":\"o\",\"ids\":[\"" ID "\"]}")); /* another's */
    assert_true(operation(0, cyber_recall, "{\"officer\":\"o\",\"ids\":[\"" ID "\"]}"));
    sync_all();
    for (size_t at = 0; at < 2; at++) {
        const struct stix_id id = { .type = SPAN("indicator"),
                                    .uuid = { { 0xc0, 0xff, 0xee, 0, 0x11, 0x11, 0x42, 0x22, 0x83, 0x33, 0x44,
                                                0x44, 0x44, 0x44, 0x44, 0x44 } } };
        struct object_row row;
        uint64_t sequence;

        assert_true(cyber_newest(members[at].objects, OBJECT_ANY, &id, &sequence, &row));
        assert_true(row.flags & OBJECT_IS_REVOKED);
    }
    assert_int_equal(visible_to(1, ANALYST), 2); /* nothing vanishes: pollers see the revoked version */
    assert_int_equal(visible_to(2, ANALYST), 0); /* and who never had it hears nothing */
    close_all();
}

/* Up to amber+strict, but for one who is cleared. */
static struct cyber_reader as_officer(const void *ctx, struct span officer)
{
    const struct member *m = ctx;

    return (struct cyber_reader){ .kind = CYBER_ANALYST,
                                  .organisation = CYBER_CERT,
                                  .member = m->law.self,
                                  .clearance = span_eq_str(officer, "cleared") ? TLP_RED : TLP_AMBER_STRICT };
}

static size_t acts_of(size_t at, const char *act)
{
    struct cyber_act_row *r;
    struct why w = { 0 };
    size_t n = 0;

    assert_true(store_cyber_acts(members[at].store, span_str(act), 0, 100, &test_arena, &r, &n, &w));
    return n;
}

/* What an officer may not read he neither looks at, releases, copies nor recalls, and it is on record. */
static void officers_right(void **unused)
{
    static const char *const asks[] = { "{\"officer\":\"o\",\"to\":[\"BB\"],\"ids\":[\"" ID "\"]}",
                                        "{\"officer\":\"o\",\"most\":\"green\",\"ids\":[\"" ID "\"]}" };
    static const char cleared[] = "{\"officer\":\"cleared\",\"to\":[\"BB\"],\"ids\":[\"" ID "\"]}";

    (void)unused;
    open_all();
    members[0].desk.reader = as_officer;
    members[0].desk.reader_ctx = &members[0];
    post(0, span_str(indicator(FIRST, MARKED(GREEN))));
    post(0,
         span_str(indicator(SECOND, MARKED(RED)))); /* an older version may be read: it does not go instead */
    assert_false(operation(0, cyber_preview, asks[0]));
    assert_int_equal(acts_of(0, "refused"), 1);
    assert_false(operation(0, cyber_release, asks[0]));
    assert_int_equal(acts_of(0, "refused"), 2);
    assert_false(operation(0, cyber_copy, asks[1]));
    assert_int_equal(acts_of(0, "refused"), 3);
    /* By its kind it is simply not there. */
    assert_false(
        operation(0, cyber_release, "{\"officer\":\"o\",\"to\":[\"BB\"],\"types\":[\"indicator\"]}"));
    assert_int_equal(acts_of(0, "refused"), 3);
    sync_all();
    assert_int_equal(visible_to(1, ANALYST), 0);
    assert_true(operation(0, cyber_release, cleared));
    sync_all();
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_false(operation(0, cyber_recall, asks[0]));
    assert_int_equal(acts_of(0, "refused"), 4);
    assert_int_equal(acts_of(0, "recall"), 0);
    assert_true(operation(0, cyber_recall, cleared));
    assert_int_equal(acts_of(0, "refused"), 4);
    close_all();
}

/* ---- standing rules */

#define RULE(more)                                                                                           \
    "{\"officer\":\"o\",\"to\":[\"BB\"],\"types\":[\"indicator\"],\"most\":\"green\",\"article\":\"1\"" more \
    "}"
#define ENDS "2026-03-01T00:00:00Z"

static size_t doubtful(void *ctx, const struct stix_uuid *indicator, unix_time now, const char **out)
{
    (void)indicator;
    (void)now;
    out[0] = "warning-list";
    return *(const bool *)ctx;
}

static void lay_down(size_t at, const char *json, char id[STANDING_ID])
{
    struct buffer out;
    struct why w = { 0 };
    struct json j;
    struct span s;

    buf_init(&out, 1 << 20);
    if (!cyber_rule_add(&members[at].desk, span_str(json), NOW, &test_arena, &out, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    assert_true(json_parse(arena_copy(&test_arena, buf_span(&out)), &test_arena, &j, &w));
    assert_true(json_text_of(&j, json_member(&j, JSON_ROOT, "id"), &test_arena, &s));
    assert_int_equal(s.n, STANDING_ID - 1);
    memcpy(id, s.p, s.n);
    id[s.n] = 0;
    buf_free(&out);
}

static bool step(size_t at, const char *officer, const char *word, const char *id)
{
    char json[300];

    (void)snprintf(json, sizeof json, "{\"officer\":\"%s\",\"step\":\"%s\",\"id\":\"%s\"}", officer, word,
                   id);
    return operation(at, cyber_rule_step, json);
}

static struct standing_places places;

static struct standing_ran run_rules(unix_time now)
{
    struct standing_ran ran;
    struct why w = { 0 };

    if (!standing_run(&members[0].desk, members[0].path, &places, now, &ran, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    sync_all();
    return ran;
}

static void begin_rules(void)
{
    open_all();
    memset(&places, 0, sizeof places);
    members[0].desk.reader = as_officer;
    members[0].desk.reader_ctx = &members[0];
}

static void rule_refused(void **unused)
{
    static const char *const bad[] = {
        RULE(""),                                             /* no end */
        RULE(",\"until\":\"2025-01-01T00:00:00Z\""),          /* over */
        RULE(",\"until\":\"2036-01-01T00:00:00Z\""),          /* too far */
        RULE(",\"until\":\"" ENDS "\",\"ids\":[\"" ID "\"]"), /* named objects go by hand */
        RULE(",\"until\":\"" ENDS "\",\"exercise\":true"),    /* */
        RULE(",\"until\":\"" ENDS "\",\"confidence\":0"),     /* */
        RULE(",\"until\":\"" ENDS "\",\"review\":\"2025-01-01T00:00:00Z\""),
        "{\"officer\":\"o\",\"to\":[\"BB\"],\"types\":[\"indicator\"],\"most\":\"red\",\"article\":\"1\","
        "\"until\":\"" ENDS "\"}",
        "{\"officer\":\"o\",\"to\":[\"BB\"],\"types\":[\"indicator\"],\"most\":\"green\",\"article\":\"2\","
        "\"until\":\"" ENDS "\"}",
        "{\"officer\":\"o\",\"to\":[\"BB\"],\"most\":\"green\",\"article\":\"1\",\"until\":\"" ENDS "\"}",
        "{\"officer\":\"o\",\"types\":[\"indicator\"],\"most\":\"green\",\"article\":\"1\",\"until\":\"" ENDS
        "\"}",
    };

    (void)unused;
    begin_rules();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (operation(0, cyber_rule_add, bad[i]))
            fail_msg("laid down: %s", bad[i]);
    assert_int_equal(acts_of(0, "rule"), 0);
    close_all();
}

/* Only what came after, is marked at most so, and is own; each on record with the rule; suspended at once. */
static void rule_runs(void **unused)
{
    char id[STANDING_ID], dry[STANDING_ID];
    bool doubt = false;

    (void)unused;
    begin_rules();
    members[0].desk.doubts = doubtful;
    members[0].desk.doubts_ctx = &doubt;
    post(0, span_str(indicator(FIRST, MARKED(GREEN))));
    lay_down(0, RULE(",\"until\":\"" ENDS "\""), id);
    assert_int_equal(run_rules(NOW).released, 0); /* what was there before is released by hand */
    post(0, span_str(indicator(SECOND, MARKED(AMBER))));
    assert_int_equal(run_rules(NOW).released, 0); /* stricter than the rule */
    post(0, span_str(indicator(THIRD, MARKED(GREEN))));
    doubt = true;
    assert_int_equal(run_rules(NOW).waiting, 1); /* for a person */
    assert_int_equal(acts_of(0, "waits"), 1);
    assert_int_equal(visible_to(1, ANALYST), 0);
    doubt = false;
    post(0, span_str(indicator("2026-01-04T00:00:00.000Z", MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).released, 1);
    assert_int_equal(acts_of(0, "release"), 1);
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_int_equal(visible_to(2, ANALYST), 0); /* to BB alone */
    assert_int_equal(run_rules(NOW).released, 0);
    assert_int_equal(acts_of(0, "release"), 1);
    /* What others sent does not go on by itself, also when it may. */
    send(1, 0, "aa", "", indicator("2026-01-05T00:00:00.000Z", MARKED(CLEAR)));
    assert_int_equal(run_rules(NOW).released, 0);
    /* Suspended: what comes meanwhile does not go when it is confirmed again. */
    assert_true(step(0, "p", "suspend", id));
    post(0, span_str(indicator("2026-01-06T00:00:00.000Z", MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).released, 0);
    assert_true(step(0, "p", "confirm", id));
    assert_int_equal(run_rules(NOW).released, 0);
    /* A dry one only writes. */
    lay_down(0, RULE(",\"until\":\"" ENDS "\",\"dry\":true"), dry);
    assert_true(operation(0, cyber_rule_step, "{\"officer\":\"o\",\"step\":\"suspend\",\"all\":true}"));
    assert_true(step(0, "o", "confirm", dry));
    post(0, span_str(indicator("2026-01-07T00:00:00.000Z", MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).dry, 1);
    assert_int_equal(acts_of(0, "dry-run"), 1);
    assert_int_equal(acts_of(0, "release"), 1);
    assert_int_equal(visible_to(1, ANALYST), 1);
    /* Over. */
    assert_true(step(0, "o", "confirm", id));
    post(0, span_str(indicator("2026-01-08T00:00:00.000Z", MARKED(GREEN))));
    assert_int_equal(run_rules(NOW + 366 * 86400).released, 0);
    assert_int_equal(run_rules(NOW).released, 1);
    assert_true(step(0, "o", "remove", id));
    assert_false(step(0, "o", "confirm", id));
    close_all();
}

/* Where the agreement asks for four eyes. */
static void rule_by_two(void **unused)
{
    struct agreement_faults faults = { 0 };
    struct agreement *two = agreement_parse(
        SPAN("agreement \"T\" version 1\nparties AA BB CC DD\narticle 1 \"A\"\n  text en \"x\"\n"
             "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n"
             "  standing rules by two officers\n"),
        &faults);
    char id[STANDING_ID];

    (void)unused;
    assert_non_null(two);
    begin_rules();
    members[0].desk.agreement = two;
    lay_down(0, RULE(",\"until\":\"" ENDS "\""), id);
    post(0, span_str(indicator(FIRST, MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).released, 0);
    assert_false(step(0, "o", "confirm", id)); /* not by the same */
    assert_int_equal(run_rules(NOW).released, 0);
    assert_true(step(0, "p", "confirm", id));
    assert_int_equal(run_rules(NOW).released, 0); /* from now on */
    post(0, span_str(indicator(SECOND, MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).released, 1);
    assert_true(step(0, "p", "suspend", id));
    assert_false(step(0, "p", "confirm", id)); /* nor resumed by who suspended it */
    assert_true(step(0, "q", "confirm", id));
    close_all();
    agreement_free(two);
}

/* The places are lost, as by a crash before they were written: nothing twice, nothing without a record. */
static void rule_again(void **unused)
{
    char id[STANDING_ID];

    (void)unused;
    begin_rules();
    lay_down(0, RULE(",\"until\":\"" ENDS "\""), id);
    post(0, span_str(indicator(FIRST, MARKED(GREEN))));
    assert_int_equal(run_rules(NOW).released, 1);
    memset(&places, 0, sizeof places);
    assert_int_equal(run_rules(NOW).released, 0);
    assert_int_equal(acts_of(0, "release"), 1);
    assert_int_equal(visible_to(1, ANALYST), 1);
    close_all();
}

/* What came from others goes when its time is over, with a record, and does not come back; what is own stays.
 */
static void kept_for(void **unused)
{
    struct agreement_faults faults = { 0 };
    struct agreement *kept = agreement_parse(
        SPAN("agreement \"T\" version 1\nparties AA BB CC DD\narticle 1 \"A\"\n  text en \"x\"\n"
             "sharing \"cyber\"\n  under article 1\n  unmarked counts as amber\n  kept for 1 days\n"),
        &faults);
    const struct sharing_rules *rules = kept ? agreement_sharing(kept, SPAN("cyber")) : NULL;
    unix_time came;
    size_t erased = 1;
    struct why w = { 0 };

    (void)unused;
    assert_non_null(rules);
    open_all();
    members[1].desk.agreement = kept;
    send(0, 1, "bb", "", indicator(FIRST, MARKED(GREEN)));
    came = (unix_time)(micros / 1000000);
    assert_true(cyber_erase_old(&members[1].desk, came + 86400 - 60, &erased, &w));
    assert_int_equal(erased, 0);
    assert_int_equal(visible_to(1, ANALYST), 1);
    assert_true(cyber_erase_old(&members[1].desk, came + 86400 + 60, &erased, &w));
    assert_int_equal(erased, 1);
    assert_int_equal(visible_to(1, ANALYST), 0);
    assert_int_equal(acts_of(1, "erased"), 1);
    post(1, span_str(indicator(SECOND, MARKED(GREEN))));
    assert_true(operation(1, cyber_release, "{\"officer\":\"o\",\"to\":[\"CC\"],\"ids\":[\"" ID "\"]}"));
    assert_true(cyber_erase_old(&members[1].desk, came + 100 * 86400, &erased, &w));
    assert_int_equal(erased, 0);
    assert_int_equal(acts_of(1, "erased"), 1);
    assert_true(cyber_is_over(rules, 1000, 1000 + 86400 + 1));
    assert_false(cyber_is_over(rules, 1000, 1000 + 86400));
    close_all();
    agreement_free(kept);
}

static void collection_id(void **unused)
{
    char uuid[STIX_UUID_TEXT];
    struct stix_uuid u;

    (void)unused;
    stix_uuid_v5(&stix_space_serai, SPAN("cyber/shared"), &u);
    assert_string_equal(stix_uuid_text(&u, uuid), cyber_shared_collection());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_crosses), cmocka_unit_test(attacks),
        cmocka_unit_test(forwarded_wider), cmocka_unit_test(false_markings),
        cmocka_unit_test(laundering),      cmocka_unit_test(recalled),
        cmocka_unit_test(forged_drills),   cmocka_unit_test(officers_right),
        cmocka_unit_test(collection_id),   cmocka_unit_test(rule_refused),
        cmocka_unit_test(rule_runs),       cmocka_unit_test(rule_again),
        cmocka_unit_test(rule_by_two),     cmocka_unit_test(kept_for),
    };

    return cmocka_run_group_tests_name("share", tests, arena_setup, arena_teardown);
}
