/*
 * The detector: events a second on one core, against a floor that only reads and splits the same lines in the
 * same run. Zeek DNS tables and JSON, Suricata EVE; logs like real ones (few names, again and again) and the
 * worst case (every name and address new). Sets of 100,000 and 1,000,000 made-up domains with 100,000
 * addresses; a number as argument is the size of another set instead, such as 10000000. Bytes an indicator,
 * time to build, to open, to see a change.
 */
#include "bench.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "detect/build.h"
#include "detect/live.h"
#include "detect/log.h"
#include "detect/scan.h"

enum { EVENTS = 100 * 1000, ADDRESSES = 100 * 1000, PIECE = 1 << 20, TEXT = 64 };

static uint64_t random_state = 1;

static uint64_t random_next(void)
{
    uint64_t z = random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Of the processor: others use the machine too. */
static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what, const struct why *w)
{
    (void)fprintf(stderr, "%s: %s\n", what, w->detail);
    exit(1);
}

/* ---- a log in memory */

struct text {
    uint8_t *p;
    size_t n;
};

static void name(char *out, bool real)
{
    uint64_t r = real ? random_next() % 4000 : random_next();

    (void)snprintf(out, TEXT, "%llx.%llx-host.example", (unsigned long long)(r * 0x9e3779b9u & 0xffffff),
                   (unsigned long long)(r & 0xffffffffff));
}

static void address(char *out, bool real)
{
    uint64_t r = real ? (random_next() % 3000) * 0x9e3779b97f4a7c15u : random_next();

    (void)snprintf(out, TEXT, "%u.%u.%u.%u", (unsigned)(1 + r % 223), (unsigned)(r >> 8 & 255),
                   (unsigned)(r >> 16 & 255), (unsigned)(r >> 24 & 255));
}

enum form { TABLE, JSON, EVE };

static int line(char *out, size_t room, enum form form, unsigned i, bool real)
{
    char from[TEXT], to[TEXT], asked[TEXT], a[TEXT], b[TEXT];

    address(from, real);
    address(to, real);
    name(asked, real);
    address(a, real);
    address(b, real);
    if (form == TABLE)
        return snprintf(out, room,
                        "17672256%02u.%06u\tC%017x\t%s\t40000\t%s\t53\tudp\t1\t0.001\t%s\t1\tC_"
                        "INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t%s,%s\t60.0,60.0\tF\n",
                        i % 100, i % 1000000, i, from, to, asked, a, b);
    if (form == JSON)
        return snprintf(out, room,
                        "{\"_path\":\"dns\",\"ts\":17672256%02u.5,\"uid\":\"C%017x\",\"id.orig_h\":\"%s\","
                        "\"id.orig_p\":40000,\"id.resp_h\":\"%s\",\"id.resp_p\":53,"
                        "\"proto\":\"udp\",\"trans_id\":62079,\"query\":\"%s\",\"qtype_name\":\"A\",\"rcode_"
                        "name\":\"NOERROR\",\"AA\":false,\"RD\":true,"
                        "\"answers\":[\"%s\",\"%s\"],\"TTLs\":[60.0,60.0],\"rejected\":false}\n",
                        i % 100, i, from, to, asked, a, b);
    return snprintf(out, room,
                    "{\"timestamp\":\"2026-01-01T00:00:%02u.5+0000\",\"flow_id\":%u,\"in_iface\":\"eth0\","
                    "\"event_type\":\"dns\",\"src_ip\":\"%s\",\"src_port\":4000,"
                    "\"dest_ip\":\"%s\",\"dest_port\":53,\"proto\":\"UDP\",\"dns\":{\"version\":2,\"type\":"
                    "\"answer\",\"id\":%u,\"flags\":\"8180\",\"qr\":true,"
                    "\"rrname\":\"%s\",\"rrtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":[{\"rrname\":\"%"
                    "s\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"%s\"}]}}\n",
                    i % 60, i, from, to, i % 65536, asked, asked, a);
}

static struct text log_of(enum form form, bool real)
{
    struct text t = { malloc((size_t)EVENTS * 600 + PIECE), 0 };

    if (!t.p)
        abort();
    if (form == TABLE)
        t.n = (size_t)sprintf((char *)t.p,
                              "#separator "
                              "\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#"
                              "fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid."
                              "resp_p\tproto\ttrans_id\trtt\tquery\tqclass\tqclass_name\tqtype\tqtype_"
                              "name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\trejected\n");
    for (unsigned i = 0; i < EVENTS; i++)
        t.n += (size_t)line((char *)t.p + t.n, 1000, form, i, real);
    return t;
}

/* ---- what is measured */

struct subject {
    struct text log;
    struct detect_set set;
    uint64_t events, hits;
};

static void hit(void *ctx, const struct detect_hit *h)
{
    (void)h;
    ((struct subject *)ctx)->hits++;
}

/* Pieces as they come from a file: copied to where they are matched. */
static void match(void *ctx, size_t n)
{
    static uint8_t piece[PIECE + LOG_PAD];
    const struct detect_log_how how = { 0 };
    struct subject *s = ctx;

    while (n--) {
        struct detect_matcher *m = detect_matcher_new(hit, s);
        struct detect_log *l = detect_log_new(&how);
        uint64_t lines = 1;

        detect_matcher_use(m, &s->set);
        for (size_t at = 0; at < s->log.n;) {
            size_t k = s->log.n - at < PIECE ? s->log.n - at : PIECE;
            const uint8_t *nl = memrchr(s->log.p + at, '\n', k);

            k = nl ? (size_t)(nl - s->log.p) + 1 - at : k;
            memcpy(piece, s->log.p + at, k);
            lines += detect_log_piece(l, m, piece, k, lines);
            at += k;
        }
        s->events = detect_matcher_counts(m)->events;
        detect_log_free(l);
        detect_matcher_free(m);
    }
}

/* The floor: the same pieces, each line found and split at tabs or quotes. */
static void split(void *ctx, size_t n)
{
    static uint8_t piece[PIECE + LOG_PAD];
    struct subject *s = ctx;
    uint8_t mark = s->log.p[0] == '#' ? '\t' : '"';

    while (n--)
        for (size_t at = 0; at < s->log.n;) {
            size_t k = s->log.n - at < PIECE ? s->log.n - at : PIECE;
            uint64_t fields = 0;

            memcpy(piece, s->log.p + at, k);
            for (size_t i = 0; i < k; i += 64)
                for (uint64_t mask = scan_two(piece + i, mark, '\n'); mask; mask &= mask - 1)
                    fields += piece[i + (size_t)__builtin_ctzll(mask)];
            __asm__ volatile("" : : "r"(fields));
            at += k;
        }
}

static void measure(struct subject *s, enum form form, bool real, uint64_t indicators)
{
    static const char *const forms[] = { "Zeek table", "Zeek JSON", "Suricata EVE" };
    double floor = 1e9, best = 1e9;
    char label[120];

    s->log = log_of(form, real);
    match(s, 1);
    for (unsigned k = 0; k < 5; k++) { /* in turn; the best of each, since others use the machine */
        double a = seconds(), b, c;

        match(s, 1);
        b = seconds();
        split(s, 1);
        c = seconds();
        best = b - a < best ? b - a : best;
        floor = c - b < floor ? c - b : floor;
    }
    (void)snprintf(label, sizeof label, "%s, %s, %llu indicators", forms[form],
                   real ? "real-like" : "worst case", (unsigned long long)indicators);
    bench_row(label,
              (const struct bench_column[]){ { "rate", (double)s->events / best / 1e6, "M events/s" },
                                             { "bytes", (double)s->log.n / best / 1e6, "MB/s" },
                                             { "of the floor", floor / best, "" } },
              3, NULL);
    free(s->log.p);
}

static void build(uint64_t domains, const char *path)
{
    struct detect_build_how how = { .key = { random_next(), random_next() | 1 }, .made = 1790000000 };
    struct detect_build *b = detect_build_new(&how);
    char text[TEXT], id[24];
    struct why w = { 0 };

    memcpy(how.identity, &how.key, 16);
    for (uint64_t i = 0; i < domains + ADDRESSES; i++) {
        struct detect_indicator x = { .kind = i < domains ? DETECT_DOMAIN : DETECT_IPV4,
                                      .weight = DETECT_WEIGHT };
        uint8_t a[4] = { (uint8_t)(1 + random_next() % 223), (uint8_t)random_next(), (uint8_t)random_next(),
                         (uint8_t)random_next() };

        x.id = span_of(id, (size_t)snprintf(id, sizeof id, "w%07llu", (unsigned long long)i));
        x.value = i < domains ? span_of(text, (size_t)snprintf(text, sizeof text, "%llx.example-%llu.com",
                                                               (unsigned long long)(random_next() & 0xffffff),
                                                               (unsigned long long)i))
                              : span_of(a, 4);
        if (!detect_build_add(b, &x, &w))
            fail("add", &w);
    }
    if (!detect_build_write(b, path, &w))
        fail("write", &w);
    detect_build_free(b);
}

/* From the change on disk to the set that has it. */
static double change_seen(const char *path)
{
    struct detect_live_how how = { .image = path };
    struct detect_change c = { DETECT_WITHDRAWN, { .kind = DETECT_KINDS, .id = SPAN("w0000001") } };
    struct detect_live *live = NULL;
    struct why w = { 0 };
    uint64_t epoch;
    double begun;

    if (!detect_delta_append(path, &c, 1, &w) || !detect_live_new(&how, &live, &w))
        fail("delta", &w);
    epoch = detect_live_epoch(live);
    if (!detect_delta_append(path, &c, 1, &w))
        fail("delta", &w);
    begun = seconds();
    while (detect_live_epoch(live) == epoch)
        (void)detect_live_now(live, 0, &w);
    begun = seconds() - begun;
    detect_live_free(live);
    return begun;
}

static void size(uint64_t domains)
{
    char path[64], delta[80], label[60];
    struct subject s = { 0 };
    struct why w = { 0 };
    double t[3];

    (void)snprintf(path, sizeof path, "/tmp/serai-bench-detect-%ld", (long)getpid());
    (void)snprintf(delta, sizeof delta, "%s.delta", path);
    t[0] = seconds();
    build(domains, path);
    t[1] = seconds();
    if (!detect_image_open(path, &s.set.layer[0], &w))
        fail("open", &w);
    t[2] = seconds();
    s.set.layers = 1;
    (void)snprintf(label, sizeof label, "image of %llu domains", (unsigned long long)domains);
    bench_row(label,
              (const struct bench_column[]){
                  { "size", (double)s.set.layer[0].n / (double)s.set.layer[0].count, "bytes an indicator" },
                  { "made in", t[1] - t[0], "s" },
                  { "opened and checked in", t[2] - t[1], "s" },
                  { "a change is seen in", change_seen(path) * 1000, "ms" } },
              4, NULL);
    for (unsigned form = TABLE; form <= EVE; form++)
        for (unsigned real = 2; real-- > 0;)
            measure(&s, form, real, domains + ADDRESSES);
    detect_image_close(&s.set.layer[0]);
    (void)unlink(path);
    (void)unlink(delta);
}

int main(int argc, char **argv)
{
    bool given = false;

    bench_init(argc, argv);
    for (int i = 1; i < argc; i++)
        if (strtoull(argv[i], NULL, 10)) {
            size(strtoull(argv[i], NULL, 10));
            given = true;
        }
    if (!given) {
        size(100 * 1000);
        size(1000 * 1000);
    }
    return 0;
}
