/* A list of 100,000: the agreement part alone; and everything, screening too, against reading, looking up and
 * screening alone, one beside the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/reader.h"
#include "bench.h"
#include "check/manifest.h"
#include "crypto/node_key.h"
#include "names/serai_names.h"

/* Screening outweighs the rest: a part of the list is enough to compare it; all of it with --all. */
enum { PERSONS = 100 * 1000, SCREENED = 20 * 1000, LISTED = 20 * 1000, TEXT = 32 << 20 };

static char *text;
static size_t n_text;
static struct check_context context;
static struct arena arena;
static unsigned seed = 1;

static unsigned draw(unsigned n)
{
    seed = seed * 1103515245u + 12345u;
    return seed / 65536u % n;
}

static const char *const syllable[] = { "SPE", "CI",  "MEN", "KA",  "RI", "MO", "HA", "ZA",
                                        "NUR", "BEK", "AL",  "SHA", "DI", "LO", "VA", "TEM" };

static void put_name(char out[40])
{
    out[0] = 0;
    for (unsigned i = 0, n = 2 + draw(3); i < n; i++)
        (void)strcat(out, syllable[draw(16)]);
}

static void make_list(void)
{
    char family[40], given[40];

    text = malloc(TEXT);
    if (!text)
        abort();
    n_text = (size_t)sprintf(text, "document_state,document_kind,document_number,expiry,family_name,given_"
                                   "names,birth,sex,nationality,purpose,mode,entry\n");
    for (int i = 0; i < PERSONS; i++) {
        const char *state = &"PKTRAZUZ"[2 * draw(4)];

        put_name(family);
        put_name(given);
        n_text += (size_t)sprintf(
            text + n_text, "%.2s,P,S%07d,2031-05-13,%s,%s,%u-%02u-%02u,M,%.2s,pilgrimage,air,2027-03-01\n",
            state, i, family, given, 1940 + draw(66), 1 + draw(12), 1 + draw(28), state);
    }
}

/* ---- screening: a list of names in memory ---- */

static struct names_index *listed;

static bool screen(void *ctx, const struct manifest_person *p, struct span purpose, struct span officer,
                   struct arena *a, struct manifest_screened *out, struct why *w)
{
    static _Thread_local struct names_searcher *searcher;
    static _Thread_local struct names_found found;
    struct names_question q = { .schema = NAMES_PERSON };
    char name[420], day[DATE_TEXT];

    (void)ctx;
    (void)purpose;
    (void)officer;
    (void)a;
    if (!searcher)
        searcher = names_searcher_new();
    q.name =
        span_of(name, (size_t)snprintf(name, sizeof name, "%.*s %.*s", (int)p->family.n,
                                       (const char *)p->family.p, (int)p->given.n, (const char *)p->given.p));
    names_about_dates(&q.about, span_str(date_format(p->birth, day)));
    if (!names_search(listed, searcher, &q, 4, &found, w))
        return false;
    *out = (struct manifest_screened){ .asked = true };
    for (size_t i = 0; i < found.n; i++)
        out->alerts += found.hit[i].score >= .9f;
    return true;
}

static const struct manifest_screen screening = { screen, NULL };

static void ask_documents(void *ctx, struct span state, enum document_kind kind,
                          const struct document_number *number, bool confused, unix_time now,
                          struct document_answer *out, unix_time *as_of)
{
    (void)ctx;
    (void)state;
    (void)kind;
    (void)number;
    (void)confused;
    *out = (struct document_answer){ .state = LOOKUP_NOT_LISTED };
    *as_of = now;
}

static const struct document_lookup documents = { ask_documents, NULL };

static void make_listed(const struct names *t)
{
    struct names_build *b = names_build_new(t);
    char id[16], family[40], given[40], name[96];

    for (int i = 0; i < LISTED; i++) {
        struct names_entry e = { .schema = NAMES_PERSON };

        put_name(family);
        put_name(given);
        e.id = span_of(id, (size_t)sprintf(id, "%d", i));
        e.name = span_of(name, (size_t)sprintf(name, "%s %s", family, given));
        if (!names_build_add(b, &e, NULL))
            abort();
    }
    listed = names_index_new(t, b);
    names_build_free(b);
}

/* ---- what is measured ---- */

struct pass {
    struct facts *facts;
    struct date on;
    size_t n, alerts, admitted;
    bool screens;
};

static const unix_time now = 1803600000; /* 2027-02-25 */

static bool verify_one(void *ctx, const struct manifest_person *p, struct why *w)
{
    struct pass *k = ctx;
    const struct manifest_setting s = { .check = &context, .now = now };
    struct check_context bare = context;
    struct manifest_setting without = s;
    struct manifest_verdict v;
    struct manifest_screened found = { 0 };
    struct facts f;

    bare.store = NULL; /* reading, its checks and the look-up of the document alone */
    without.check = &bare;
    arena_reset(&arena);
    if (!manifest_facts(&without, p, &arena, &f, &v, w))
        return false;
    if (k->screens && !screen(NULL, p, SPAN("bench"), SPAN("bench"), &arena, &found, w))
        return false;
    k->alerts += found.alerts;
    if (k->facts && k->n < PERSONS) {
        k->facts[k->n] = f;
        k->on = v.on;
    }
    k->n++;
    return true;
}

static double seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double verify(struct pass *k)
{
    const struct manifest_source s = { span_of(text, n_text), MANIFEST_CSV, NULL, now };
    struct manifest_report report;
    struct arena a;
    struct why w = { 0 };
    double began = seconds();

    arena_init(&a, 4 << 20);
    if (!manifest_read(&s, &a, verify_one, k, &report, &w)) {
        (void)fprintf(stderr, "%s\n", w.detail);
        exit(2);
    }
    arena_free(&a);
    return seconds() - began;
}

static double whole(const char *id, const struct manifest_screen *with, unsigned threads)
{
    const struct manifest_request r = { .id = span_str(id),
                                        .office = SPAN("bench"),
                                        .text = span_of(text, n_text) };
    const struct manifest_job j = { .check = &context, .screen = with, .threads = threads, .now = now };
    static struct manifest_report report;
    char reference[MANIFEST_REFERENCE];
    enum store_put what;
    struct why w = { 0 };
    double began = seconds();
    struct arena a;

    arena_init(&a, 64 << 20);
    if (!manifest_take(&context, &r, now, reference, &what, &a, &report, &w) ||
        !manifest_run(&j, span_str(reference), &w)) {
        (void)fprintf(stderr, "%s\n", w.detail);
        exit(2);
    }
    arena_free(&a);
    return seconds() - began;
}

static double decide_all(struct pass *k)
{
    double began = seconds();
    struct verdict v;

    for (size_t i = 0; i < PERSONS; i++) {
        agreement_decide(context.agreement, &k->facts[i], k->on, &v);
        k->admitted += v.outcome == OUTCOME_ADMIT;
    }
    return seconds() - began;
}

/* Alone is measured before and behind the whole: other work on the machine comes and goes. */
static void compare_screened(size_t persons)
{
    struct pass one = { .screens = true }, two = { .screens = true };
    double alone, all;
    char name[120];
    size_t lines = 0;

    for (size_t i = 0; i < n_text; i++)
        if (text[i] == '\n' && ++lines == persons + 1)
            n_text = i + 1;
    alone = verify(&one);
    all = whole("screened", &screening, 1);
    alone = (alone + verify(&two)) / 2;
    (void)snprintf(name, sizeof name, "%zu persons: reading, document look-up and screening alone", persons);
    bench_figure(name, alone, "s");
    (void)snprintf(name, sizeof name, "%zu persons: all of it with screening, one thread", persons);
    bench_figure(name, all, "s");
    (void)snprintf(name, sizeof name,
                   "%zu persons: all of it with screening over reading, looking up and screening alone "
                   "(wanted below 3)",
                   persons);
    bench_figure(name, all / alone, "");
    (void)snprintf(name, sizeof name, "%zu persons: all of it with screening, two threads", persons);
    bench_figure(name, whole("screened-two", &screening, 2), "s");
}

static struct agreement *load(void)
{
    static uint8_t bytes[512 * 1024];
    const char *root = getenv("SERAI_SOURCE");
    struct agreement_faults faults;
    char path[4096];
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/agreements/eco.agreement", root ? root : ".");
    f = fopen(path, "rb");
    if (!f) {
        perror(path);
        exit(2);
    }
    struct agreement *a = agreement_parse(span_of(bytes, fread(bytes, 1, sizeof bytes, f)), &faults);

    (void)fclose(f);
    return a;
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/serai-bench-manifest-XXXXXX", path[64], command[96];
    struct pass k = { .screens = false }, plain = { 0 };
    struct store_options opt = { 0 };
    struct why w = { 0 };
    struct names *t;
    double alone;

    bench_init(argc, argv);
    if (!node_crypto_init() || !mkdtemp(folder) || !(t = names_open(&w)))
        return 2;
    (void)snprintf(path, sizeof path, "%s/store.db", folder);
    opt.path = path;
    context = (struct check_context){
        .member = "IR", .node_name = "ir.specimen", .agreement = load(), .documents = &documents
    };
    arena_init(&arena, 64 << 20);
    if (!context.agreement || !store_open(&opt, &context.store, &w)) {
        (void)fprintf(stderr, "%s\n", w.detail);
        return 2;
    }
    make_list();
    make_listed(t);
    k.facts = calloc(PERSONS, sizeof *k.facts);
    if (!k.facts)
        abort();
    /* facts hold words of the list: it stays where it is while they are decided on */
    (void)verify(&k);
    bench_figure("the agreement part, persons a second on one core (wanted 200,000)",
                 PERSONS / decide_all(&k), "/s");
    alone = verify(&plain);
    bench_figure("100000 persons: reading and document look-up alone", alone, "s");
    bench_figure(
        "100000 persons: all of it without screening (stays, likeness, decided, sealed, put), one thread",
        whole("plain", NULL, 1), "s");
    bench_figure("100000 persons: the same with two threads", whole("plain-two", NULL, 2), "s");
    compare_screened(argc > 1 && strcmp(argv[1], "--all") == 0 ? PERSONS : SCREENED);
    store_close(context.store);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 && k.admitted ? 0 : 2;
}
