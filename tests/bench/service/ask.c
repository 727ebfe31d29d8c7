/*
 * One member asks nine others for the status of a licence, ten in all with its own register, each with a
 * store of its own in the same process: the round trip with all its records on disk, against the commits it
 * needs alone, and what is left of it without any disk.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#include "crypto/signer.h"
#include "service/licence/status.h"

enum { MEMBERS = 10, NOON = 1800000000, COMMITS = 3 };

static const char *const members[MEMBERS] = { "AF", "AZ", "IR", "KG", "KZ", "PK", "TJ", "TM", "TR", "UZ" };
static const struct ask_topic *const topics[] = { &licence_status_topic, NULL };

struct bloc {
    struct agreement *agreement;
    struct store *store[MEMBERS];
    struct ask_desk desk[MEMBERS];
    uint8_t secret[MEMBERS][NODE_SECRET_KEY];
    struct signer signer[MEMBERS];
    struct ask_known_key key[MEMBERS];
    struct ask_key_table keys;
    struct ask_desks desks;
    struct ask_office office;
    struct arena arena;
    size_t next, answered;
    char folder[MEMBERS][96];
};

static void fail(const char *what, const struct why *w)
{
    (void)fprintf(stderr, "%s: %s: %s\n", what, w->reason ? w->reason : "", w->detail);
    exit(1);
}

static void load_agreement(struct bloc *b)
{
    static uint8_t text[256 * 1024];
    struct agreement_faults *faults = calloc(1, sizeof *faults);
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rb");
    if (!f || !faults) {
        perror(path);
        exit(2);
    }
    b->agreement = agreement_parse(span_of(text, fread(text, 1, sizeof text, f)), faults);
    (void)fclose(f);
    free(faults);
    if (!b->agreement)
        exit(2);
}

static void make_key(struct bloc *b, size_t i)
{
    uint8_t seed[NODE_SEED] = { (uint8_t)(i + 1) }, pub[NODE_PUBLIC_KEY];

    node_key_from_seed(seed, pub, b->secret[i]);
    signer_in_memory(b->secret[i], &b->signer[i]);
    b->key[i].member = span_str(members[i]);
    memcpy(b->key[i].pub, pub, sizeof pub);
    b->keys = (struct ask_key_table){ b->key, MEMBERS };
}

static void open_member(struct bloc *b, size_t i, const char *root)
{
    struct licence_entry *e = calloc(1, sizeof *e);
    uint8_t digest[LICENCE_DIGEST];
    struct why w = { 0 };
    char path[128];

    (void)snprintf(b->folder[i], sizeof b->folder[i], "%s/%s", root, members[i]);
    (void)mkdir(b->folder[i], 0700);
    (void)snprintf(path, sizeof path, "%s/store.db", b->folder[i]);
    if (!e || !store_open(&(struct store_options){ .path = path }, &b->store[i], &w))
        fail("open", &w);
    *e = (struct licence_entry){ .standing = LICENCE_VALID,
                                 .n = 1,
                                 .category = { { .category = SPAN("B"), .entitled = true } },
                                 .at = NOON };
    if (!licence_digest(span_str(members[i]), SPAN("SPECIMEN-1"), digest) ||
        !licence_register_put(b->store[i], span_str(members[i]), digest, e, true, &w))
        fail("register", &w);
    make_key(b, i);
    b->desk[i] = (struct ask_desk){ .member = span_str(members[i]),
                                    .agreement = b->agreement,
                                    .store = b->store[i],
                                    .topics = topics,
                                    .signer = &b->signer[i],
                                    .keys = ask_keys_of_table(&b->keys) };
    free(e);
}

static void open_bloc(struct bloc *b, const char *root)
{
    load_agreement(b);
    arena_init(&b->arena, 64 << 20);
    for (size_t i = 0; i < MEMBERS; i++)
        open_member(b, i, root);
    b->desks = (struct ask_desks){ .from = SPAN("IR"), .desk = b->desk, .n = MEMBERS };
    b->office = (struct ask_office){ .member = SPAN("IR"),
                                     .agreement = b->agreement,
                                     .store = b->store[2],
                                     .carrier = ask_desks_carrier(&b->desks),
                                     .random = random_bytes,
                                     .signer = &b->signer[2],
                                     .keys = ask_keys_of_table(&b->keys) };
}

static void close_bloc(struct bloc *b)
{
    static const char *const files[] = { "store.db", "store.db-wal", "store.db-shm", "store.db.lock",
                                         "traveller.key" };
    char path[160];

    for (size_t i = 0; i < MEMBERS; i++) {
        store_close(b->store[i]);
        for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
            (void)snprintf(path, sizeof path, "%s/%s", b->folder[i], files[k]);
            (void)unlink(path);
        }
        (void)rmdir(b->folder[i]);
    }
    agreement_free(b->agreement);
    arena_free(&b->arena);
}

/* The ten in turn. */
static void round_trip(void *ctx, size_t n)
{
    struct bloc *b = ctx;
    struct licence_named l = { .number = SPAN("SPECIMEN-1") };
    struct licence_status s;
    struct why w = { 0 };

    for (size_t i = 0; i < n; i++) {
        arena_reset(&b->arena);
        l.issuer = span_str(members[b->next++ % MEMBERS]);
        if (!licence_status_ask(&b->office, &l, SPAN("road-check"), NOON, NOON + 10, &b->arena, &s, &w))
            fail("ask", &w);
        b->answered += s.state == ASK_ANSWERED && s.standing == LICENCE_VALID;
    }
}

static void all_ten(void *ctx, size_t n)
{
    round_trip(ctx, n * MEMBERS);
}

/* The floor: as many commits of a register entry as a round trip has, in the same stores. */
static void commits(void *ctx, size_t n)
{
    struct bloc *b = ctx;
    static uint64_t count;
    struct traveller_key key = { { 1 } };
    enum store_put what;
    struct why w = { 0 };

    for (size_t i = 0; i < n * COMMITS; i++) {
        struct store *s = i % COMMITS ? b->store[2] : b->store[b->next++ % MEMBERS];
        struct register_entry e = { .at = NOON, .body = span_of(&count, sizeof count) };

        count++;
        if (!store_put_register(s, SPAN("floor"), &key, &e, false, &what, &w))
            fail("commit", &w);
    }
}

/* What both sides do besides keeping: a question written, read, judged; an answer written, read, judged. */
static void without_stores(void *ctx, size_t n)
{
    struct bloc *b = ctx;
    const struct ask_question q = { SPAN("IR-1"),
                                    SPAN("licence status"),
                                    SPAN("IR"),
                                    SPAN("KZ"),
                                    SPAN("road-check"),
                                    SPAN("11"),
                                    NOON,
                                    NOON + 10,
                                    SPAN("\x01") };
    struct ask_answer a = { SPAN("IR-1"),
                            SPAN("licence status"),
                            SPAN("KZ"),
                            SPAN("IR"),
                            SPAN("0123456789abcdef0123456789abcdef"),
                            ASK_SAID_ANSWERED,
                            { NULL, 0 },
                            NOON,
                            SPAN("\x01") };
    uint8_t mem[2][1024];
    struct buffer out[2];
    struct why w = { 0 };

    for (size_t i = 0; i < n; i++) {
        struct ask_question read;
        struct ask_answer back;

        arena_reset(&b->arena);
        buf_init_fixed(&out[0], mem[0], sizeof mem[0]);
        buf_init_fixed(&out[1], mem[1], sizeof mem[1]);
        ask_question_put(&q, &out[0]);
        ask_answer_put(&a, &out[1]);
        b->answered += ask_question_read(buf_span(&out[0]), &b->arena, &read, &w) &&
                       ask_answer_read(buf_span(&out[1]), &b->arena, &back, &w);
    }
}

/* Of all threads, the stores' writers included: what a busy machine does not blur. */
static void processor_time(struct bloc *b)
{
    enum { TRIPS = 300 };
    struct rusage before, after;
    double us;

    (void)getrusage(RUSAGE_SELF, &before);
    round_trip(b, TRIPS);
    (void)getrusage(RUSAGE_SELF, &after);
    us = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec -
                  before.ru_stime.tv_sec) *
             1e6 +
         (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec -
                  before.ru_stime.tv_usec);
    bench_figure("ask: processor time of a round trip in memory, all threads", us / TRIPS, "us");
}

/* ---- bodies of 2 kB, many at once ---- */

enum { AT_ONCE = 32, EACH = 250, BODY = 2048 };

static bool no_subject(const struct store *s, const struct ask_question *q, struct arena *a,
                       struct traveller_key *out)
{
    (void)s;
    (void)q;
    (void)a;
    (void)out;
    return false;
}

static bool echoes(const struct ask_desk *d, const struct ask_question *q, unix_time now, struct arena *a,
                   struct ask_reply *out, struct why *w)
{
    (void)d;
    (void)now;
    (void)a;
    (void)w;
    *out = (struct ask_reply){ .said = ASK_SAID_ANSWERED, .body = q->body };
    return true;
}

static const struct ask_topic echo = { .name = "licence status", .subject = no_subject, .answer = echoes };
static const struct ask_topic *const echo_topics[] = { &echo, NULL };

struct asker {
    struct bloc *b;
    pthread_t thread;
    size_t answered;
    double ms[EACH];
};

static double now_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void *ask_many(void *arg)
{
    static const uint8_t body[BODY] = { 1 };
    struct asker *k = arg;
    const struct ask_order o = { .topic = &echo,
                                 .to = SPAN("KZ"),
                                 .purpose = SPAN("road-check"),
                                 .article = SPAN("11"),
                                 .at = NOON,
                                 .until = NOON + 10,
                                 .body = span_of(body, sizeof body) };
    struct ask_outcome out;
    struct arena a;
    struct why w = { 0 };

    arena_init(&a, 8 << 20);
    for (size_t i = 0; i < EACH; i++) {
        double began = now_ms();

        arena_reset(&a);
        if (!ask(&k->b->office, &o, &a, &out, &w))
            fail("ask", &w);
        k->answered += out.state == ASK_ANSWERED && out.body.n == BODY;
        k->ms[i] = now_ms() - began;
    }
    arena_free(&a);
    return NULL;
}

static int by_size(const void *x, const void *y)
{
    const double *a = x, *b = y;

    return (*a > *b) - (*a < *b);
}

static double processor_us(void)
{
    struct rusage r;

    (void)getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 +
           (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

/* The floor: what the signatures of a round trip cost, two made and two verified over such messages, whose
 * bodies stand beside them. */
static double signatures_us(struct bloc *b)
{
    enum { TIMES = 500, MESSAGE = 350 };
    static const uint8_t message[MESSAGE] = { 1 };
    const struct span m = span_of(message, sizeof message);
    uint8_t sig[NODE_SIGNATURE];
    double from = processor_us();
    struct why w = { 0 };

    for (size_t i = 0; i < 2 * TIMES; i++)
        if (!b->signer[i % 2].sign(b->signer[i % 2].ctx, m, sig, &w) ||
            !node_verify(m, sig, b->signer[i % 2].pub))
            fail("sign", &w);
    return (processor_us() - from) / TIMES;
}

/* The same with the messages around them, and no store: made, signed, read, verified, both ways. */
static double messages_us(struct bloc *b)
{
    enum { TIMES = 500 };
    static const uint8_t body[BODY] = { 1 };
    const struct ask_question q = { .reference = SPAN("IR-AAAAAAAAAAAAAAAAAAAAAAAAAA"),
                                    .topic = SPAN("licence status"),
                                    .from = SPAN("IR"),
                                    .to = SPAN("KZ"),
                                    .purpose = SPAN("road-check"),
                                    .article = SPAN("11"),
                                    .at = NOON,
                                    .until = NOON + 10,
                                    .body = span_of(body, sizeof body) };
    const struct ask_binding as = { .topic = q.topic, .purpose = q.purpose, .from = q.from, .to = q.to };
    double from = processor_us();
    struct why w = { 0 };

    for (size_t i = 0; i < 2 * TIMES; i++) {
        struct span signed_bytes = { NULL, 0 };
        struct ask_question said = q;
        struct ask_beside is;
        struct ask_sealed sealed;
        struct ask_question back;
        struct buffer m;

        arena_reset(&b->arena);
        buf_init(&m, LIMIT_ASK_MESSAGE);
        ask_beside_of(q.body, &said.beside);
        ask_question_put(&said, &m);
        if (!ask_sign(&as, buf_span(&m), b->office.signer, &b->arena, &signed_bytes, &w) ||
            !ask_sealed_read(signed_bytes, &b->arena, &sealed, &w) ||
            !ask_question_read(sealed.message, &b->arena, &back, &w) ||
            !ask_verify(&sealed, &as, &b->office.keys, &b->arena, &w))
            fail("message", &w);
        ask_beside_of(q.body, &is);
        b->answered += is.size == back.beside.size;
        buf_free(&m);
    }
    return (processor_us() - from) / TIMES;
}

static void split(struct bloc *b, double whole)
{
    double floor = signatures_us(b), messages = messages_us(b);

    bench_figure("ask: the same, processor time of a round trip", whole, "us");
    bench_figure("ask: of it the four signatures (floor)", floor, "us");
    bench_figure("ask: of it messages around them", messages > floor ? messages - floor : 0, "us");
    bench_figure("ask: of it stores, threads and judging", whole - messages, "us");
    bench_figure("ask: share of the floor's rate", floor / whole, "");
}

/* Signed, verified and kept on both sides; per core, as on a machine that does nothing else. */
static void many_at_once(struct bloc *b, const char *where, size_t at_once)
{
    static struct asker k[AT_ONCE];
    static double ms[AT_ONCE * EACH];
    char text[100];
    double began = now_ms(), used = processor_us(), elapsed;
    size_t answered = 0;

    for (size_t i = 0; i < MEMBERS; i++)
        b->desk[i].topics = echo_topics;
    for (size_t i = 0; i < at_once; i++) {
        k[i] = (struct asker){ .b = b };
        if (pthread_create(&k[i].thread, NULL, ask_many, &k[i]) != 0)
            exit(2);
    }
    for (size_t i = 0; i < at_once; i++) {
        (void)pthread_join(k[i].thread, NULL);
        answered += k[i].answered;
        memcpy(ms + i * EACH, k[i].ms, sizeof k[i].ms);
    }
    elapsed = now_ms() - began;
    used = processor_us() - used;
    if (answered != at_once * EACH)
        exit(2);
    qsort(ms, at_once * EACH, sizeof *ms, by_size);
    (void)snprintf(text, sizeof text, "ask: 2 kB, %zu at once, %s: round trips a second of one core", at_once,
                   where);
    bench_figure(text, (double)(at_once * EACH) / used * 1e6, "/s");
    (void)snprintf(text, sizeof text, "ask: the same, as it went here");
    bench_figure(text, (double)(at_once * EACH) / elapsed * 1e3, "/s");
    (void)snprintf(text, sizeof text, "ask: the same, p99");
    bench_figure(text, ms[at_once * EACH * 99 / 100], "ms");
    split(b, used / (double)(at_once * EACH));
}

int main(int argc, char **argv)
{
    static struct bloc disk, memory;
    char folder[64] = "/var/tmp/serai-ask-XXXXXX", shm[64] = "/dev/shm/serai-ask-XXXXXX";
    bool ok;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder) || !mkdtemp(shm))
        return 2;
    open_bloc(&disk, folder);
    open_bloc(&memory, shm);
    (void)bench_ratio("ask: status round trip, both sides on disk", round_trip, &disk,
                      "its three commits alone", commits, &disk, 0.5);
    (void)bench_time("ask: ten members, one after the other", all_ten, &disk);
    (void)bench_ratio("ask: the same in memory", round_trip, &memory, "its three commits alone, in memory",
                      commits, &memory, 0);
    processor_time(&memory);
    (void)bench_time("ask: messages alone, written and read", without_stores, &disk);
    for (size_t n = 4; n <= AT_ONCE; n *= 8) {
        many_at_once(&disk, "on disk", n);
        many_at_once(&memory, "in memory", n);
    }
    ok = disk.answered > 0 && memory.answered > 0;
    close_bloc(&disk);
    close_bloc(&memory);
    (void)rmdir(folder);
    (void)rmdir(shm);
    return !ok;
}
