/*
 * What screening costs a check: the same travellers with it and without it, in turn, in one run, against a
 * list of a million names; and opening that list, and changing it while checks run. The names are recombined
 * from the persons of the shared data; without the data from a few words, and then they are said to be made
 * up.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/text.h"
#include "bench.h"
#include "check/check.h"
#include "crypto/node_key.h"
#include "seal/anchors.h"
#include "service/notice/hit.h"
#include "wire/mrz_write.h"

enum { NAMES = 1000 * 1000, QUICK = 50 * 1000, PARTS = 400000, CHECKS = 4000, LINES = 128 };

static const unix_time NOW = 1795262400; /* 2026-11-21 */

static char *part[PARTS];
static uint8_t place[PARTS];
static size_t n_parts, n_names;
static uint64_t seed = 88172645463325252u;

static void need(bool holds)
{
    if (!holds) {
        (void)fputs("the benchmark could not be set up\n", stderr);
        exit(1);
    }
}

static double microseconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void take_parts(struct span name)
{
    struct span one;
    uint8_t at = 0;

    while (n_parts < PARTS && text_split(&name, ' ', &one)) {
        part[n_parts] = strndup((const char *)one.p, one.n);
        place[n_parts++] = at++;
    }
}

/* Third column: the name. */
static void read_parts(void)
{
    static char line[65536], path[400];
    const char *vectors = getenv("SERAI_VECTORS");
    gzFile f;

    (void)snprintf(path, sizeof path, "%s/notices/search/persons_latin_no_un.tsv.gz",
                   vectors ? vectors : "../shared/data");
    f = gzopen(path, "rb");

    for (bool first = true; f && gzgets(f, line, sizeof line); first = false) {
        struct span rest = span_of(line, strcspn(line, "\r\n")), value[3];

        for (size_t i = 0; i < 3 && text_split(&rest, '\t', &value[i]); i++)
            if (i == 2 && !first)
                take_parts(value[2]);
    }
    if (f)
        (void)gzclose(f);
    for (size_t i = 0; !n_parts && i < 3; i++)
        take_parts(SPAN("Specimen Muster Obrazec Nemune Quxlar Anora Rustam Gulnara Farhod Bambang"));
}

/* Two to four words, each from the same place of some name near one of the list. */
static void make_name(char out[512])
{
    size_t from = next() % n_parts, words = 2 + next() % 3;

    out[0] = 0;
    for (size_t k = 0; k < words; k++) {
        size_t at = (from + next() % 4000) % n_parts;

        while (place[at] != k % 3)
            at = at + 1 == n_parts ? 0 : at + 1;
        (void)strncat(out, part[at], 100);
        (void)strcat(out, k + 1 < words ? " " : "");
    }
}

/* Each has a birth date, but every undated-th; 0: each. */
static void put_names(struct screen *s, size_t undated)
{
    struct names_build *b = NULL;

    need(screen_build_begin(s, &b, NULL));
    for (size_t i = 0; i < n_names; i++) {
        struct names_entry e = { .about.n_date = !undated || i % undated };
        char name[512], id[32];

        make_name(name);
        (void)snprintf(id, sizeof id, "made-%zu", i);
        e.id = span_str(id);
        e.name = span_str(name);
        e.about.date[0] = (struct names_date){ (uint16_t)(1940 + next() % 70), (uint8_t)(1 + next() % 12),
                                               (uint8_t)(1 + next() % 28), false };
        need(names_build_add(b, &e, NULL));
    }
    need(screen_build_end(s, SCREEN_NOTICES, b, NULL, NULL));
}

/* ---- travellers: names of the same words, as a zone has them ---- */

static char lines[CHECKS][LINES];

static bool make_lines(const struct names *t, char out[LINES])
{
    char name[512], latin[512] = "", primary[80], secondary[80], number[16];
    struct mrz_fields f = { .format = MRZ_TD3 };
    struct names_name n;
    struct buffer b;

    make_name(name);
    if (!names_read(t, span_str(name), NAMES_PERSON, &n, NULL) || n.n < 2)
        return false;
    for (size_t i = 1; i < n.n && strlen(latin) < 30; i++)
        (void)snprintf(latin + strlen(latin), sizeof latin - strlen(latin), "%s%.*s", i > 1 ? " " : "",
                       n.word[i].n_form, n.word[i].form);
    (void)snprintf(primary, sizeof primary, "%.*s", n.word[0].n_form, n.word[0].form);
    (void)snprintf(secondary, sizeof secondary, "%.60s", latin);
    for (char *c = primary; *c; c++)
        *c = (char)(*c & ~0x20);
    for (char *c = secondary; *c; c++)
        *c = *c == ' ' ? ' ' : (char)(*c & ~0x20);
    (void)snprintf(number, sizeof number, "N%08u", (unsigned)(next() % 100000000));
    f.code = SPAN("P");
    f.issuer = f.nationality = SPAN("UZB");
    f.number = span_str(number);
    f.primary = span_str(primary);
    f.secondary = span_str(secondary);
    f.birth = (struct mrz_date){ MRZ_DATE_LEGAL, (int16_t)(1940 + next() % 70), (uint8_t)(1 + next() % 12),
                                 (uint8_t)(1 + next() % 28) };
    f.expiry = (struct mrz_date){ MRZ_DATE_LEGAL, 2031, 5, 13 };
    f.sex = next() & 1 ? MRZ_SEX_FEMALE : MRZ_SEX_MALE;
    buf_init_fixed(&b, (uint8_t *)out, LINES - 1);
    if (!mrz_write(&f, &b, NULL, NULL) || !buf_ok(&b)) /* a name with digits */
        return false;
    out[b.n] = 0;
    return true;
}

/* ---- the checks ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static bool about(void *ctx, const char *shelf, struct span id, unix_time now, struct arena *a,
                  struct hit_entity *out, struct why *w)
{
    (void)ctx;
    (void)shelf;
    (void)id;
    (void)now;
    (void)a;
    (void)w;
    *out = (struct hit_entity){ .standing = HIT_GONE };
    return true;
}

static double one_check(const struct check_context *c, const char *text, bool *screened)
{
    struct check_request r = {
        .purpose = SPAN("tourism"), .mode = SPAN("road"), .stay_days = 5, .n_evidence = 1
    };
    struct check_answer answer;
    struct arena a;
    double from = microseconds(), spent;

    r.evidence[0] = (struct evidence){ .kind = EVIDENCE_MRZ, .bytes = span_str(text) };
    arena_init(&a, LIMIT_REQUEST_MEMORY);
    need(check_run(c, &r, NOW, &a, &answer, NULL));
    spent = microseconds() - from;
    *screened = memmem(answer.json.p, answer.json.n, "\"screening\"", 11) != NULL;
    arena_free(&a);
    return spent;
}

static double with[CHECKS], without[CHECKS];

static void tell(const char *name, size_t n)
{
    const size_t mid = n / 2, high = n - 1 - n / 100;

    qsort(with, n, sizeof *with, ascending);
    qsort(without, n, sizeof *without, ascending);
    bench_row(name,
              (struct bench_column[]){ { "p50 without", without[mid], "us" },
                                       { "p50 with", with[mid], "us" },
                                       { "p50 more", with[mid] - without[mid], "us" },
                                       { "p99 without", without[high], "us" },
                                       { "p99 with", with[high], "us" },
                                       { "p99 more", with[high] - without[high], "us" } },
              6, NULL);
}

static void measure(const char *name, const struct check_context *plain,
                    const struct check_context *screening)
{
    bool yes;

    for (size_t i = 0; i < CHECKS; i++) {
        without[i] = one_check(plain, lines[i], &yes);
        need(!yes);
        with[i] = one_check(screening, lines[i], &yes);
        need(yes);
    }
    tell(name, CHECKS);
}

static void count(void *ctx, struct span id, bool known)
{
    (void)id;
    (void)known;
    ++*(size_t *)ctx;
}

/* A hundred thousand numbers beside the names; half of the look-ups find one. */
static void look_up_numbers(void)
{
    enum { NUMBERS = 100 * 1000, LOOKS = 1000 * 1000 };
    struct screen_documents *d = screen_documents_new();
    double from;
    size_t found = 0;

    for (unsigned i = 0; i < NUMBERS; i++) {
        char id[32], number[32];
        struct screen_document doc = { SPAN("UZ"), { NULL, 0 } };

        (void)snprintf(id, sizeof id, "UZ-2026-%u", i);
        (void)snprintf(number, sizeof number, "N%07u", 2 * i);
        doc.number = span_str(number);
        need(screen_documents_put(d, span_str(id), &doc, 1, NULL));
    }
    from = microseconds();
    for (unsigned i = 0; i < LOOKS; i++) {
        char number[32];

        (void)snprintf(number, sizeof number, "N%07u", (unsigned)(next() % (2 * NUMBERS)));
        screen_documents_find(d, SPAN("UZ"), span_str(number), count, &found);
    }
    bench_figure("hit: looking up the number of a document, writing it and all",
                 (microseconds() - from) * 1e3 / LOOKS, "ns");
    need(found > LOOKS / 3 && found < LOOKS * 2 / 3);
    screen_documents_free(d);
}

struct changing {
    struct screen *s;
    atomic_bool stop;
    size_t n;
};

static void *change(void *arg)
{
    const struct timespec pause = { 0, 20 * 1000 * 1000 };
    struct changing *k = arg;

    while (!atomic_load(&k->stop)) {
        char name[512], id[32];
        struct names_entry e;

        (void)snprintf(name, sizeof name, "Specimen Added %zu", k->n);
        (void)snprintf(id, sizeof id, "added-%zu", k->n % 50);
        e = (struct names_entry){ .id = span_str(id), .name = span_str(name) };
        if (k->n++ % 2)
            need(screen_put(k->s, SCREEN_NOTICES, &e, 1, NULL));
        else
            need(screen_drop(k->s, SCREEN_NOTICES, e.id, NULL));
        (void)nanosleep(&pause, NULL);
    }
    return NULL;
}

static struct agreement *load_agreement(void)
{
    static char text[1 << 20];
    static struct agreement_faults faults;
    const char *root = getenv("SERAI_SOURCE");
    char path[4096];
    FILE *f;
    size_t n;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : SERAI_DATADIR);
    f = fopen(path, "rb");
    need(f != NULL);
    n = fread(text, 1, sizeof text, f);
    (void)fclose(f);
    return agreement_parse(span_of(text, n), &faults);
}

static struct screen *open_again(struct screen *s, const char *folder, double *spent)
{
    double from;

    screen_close(s);
    from = microseconds();
    need(screen_open(folder, &s, NULL) && screen_shelf(s, SCREEN_NOTICES, SCREEN_BORDER, NULL));
    *spent = microseconds() - from;
    return s;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/serai-bench-hit-XXXXXX", path[128], command[128];
    struct store_options opt = { .path = path };
    struct hit_source source = { .notices = true, .about = about };
    struct hit_rules rules = hit_defaults;
    struct hit_desk desk = { .member = SPAN("IR"), .source = &source, .n_source = 1, .rules = &rules };
    struct check_context plain = { .member = "IR", .node_name = "ir.specimen" }, screening;
    struct anchor_set *anchors = anchor_set_new();
    struct changing k = { .n = 0 };
    struct agreement *agreement;
    const struct names *t = NULL;
    double opened = 0, from;
    pthread_t thread;
    char label[96];

    bench_init(argc, argv);
    n_names = NAMES;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--quick") == 0)
            n_names = QUICK;
    need(node_crypto_init() && mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    agreement = load_agreement();
    need(agreement != NULL && store_open(&opt, &desk.store, NULL));
    read_parts();
    need(screen_open(folder, &desk.screen, NULL) &&
         screen_shelf(desk.screen, SCREEN_NOTICES, SCREEN_BORDER, NULL));
    from = microseconds();
    put_names(desk.screen, 0);
    bench_figure("hit: building the shelf", (microseconds() - from) / 1e6, "s");
    desk.agreement = agreement;
    desk.screen = open_again(desk.screen, folder, &opened);
    bench_figure("hit: opening the shelf, tables of scripts and all", opened / 1e3, "ms");
    need(screen_tables(desk.screen, &t, NULL));
    for (size_t i = 0; i < CHECKS; i++)
        while (!make_lines(t, lines[i]))
            ;
    plain.agreement = agreement;
    plain.anchors = anchors;
    screening = plain;
    screening.hits = &desk;
    (void)snprintf(label, sizeof label, "hit: a check against %zu names", n_names);
    measure(label, &plain, &screening);
    k.s = desk.screen;
    need(pthread_create(&thread, NULL, change, &k) == 0);
    (void)snprintf(label, sizeof label, "hit: the same while %s", "entries come and go");
    measure(label, &plain, &screening);
    atomic_store(&k.stop, true);
    (void)pthread_join(thread, NULL);
    look_up_numbers();
    put_names(desk.screen, 4);
    measure("hit: the same, of every fourth name no birth date is known", &plain, &screening);
    screen_close(desk.screen);
    need(screen_open("/nonexistent", &desk.screen, NULL));
    from = microseconds();
    for (int i = 0; i < 100000; i++)
        need(!hit_serves(&desk));
    bench_figure("hit: what a check pays without notices", (microseconds() - from) / 100, "ns");
    screen_close(desk.screen);
    store_close(desk.store);
    anchor_set_free(anchors);
    agreement_free(agreement);
    for (size_t i = 0; i < n_parts; i++)
        free(part[i]);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) != 0;
}
