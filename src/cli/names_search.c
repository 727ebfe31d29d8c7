#include <getopt.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/names.h"

enum { BATCH = 8192, THREADS = 64 };

struct question {
    struct span id;
    struct names_question q;
    struct buffer line; /* the answer */
    float microseconds;
    bool bad;
};

struct searching {
    struct names *t;
    struct names_index *x;
    struct names_table *table;
    int id, name, birth, country, sex, schema;
    size_t top, threads;
    float least;
    bool progress, times;
    struct arena arena;
    struct question *question;
    size_t n;
    uint64_t done;
    float *spent; /* of every question, for --times */
    size_t n_spent;
};

static bool add(void *ctx, const struct names_entry *e, struct why *w)
{
    return names_build_add(ctx, e, w);
}

static bool index_of_list(struct searching *s, const char *path, struct why *w)
{
    struct names_build *b = names_build_new(s->t);
    bool ok = names_list_read(path, add, b, w);

    if (ok)
        s->x = names_index_new(s->t, b);
    names_build_free(b);
    return ok;
}

static bool open_questions(struct searching *s, const char *path, struct why *w)
{
    if (!names_table_open(path, &s->table, w))
        return false;
    s->id = names_table_column(s->table, "query_id");
    s->name = names_table_column(s->table, "query");
    s->birth = names_table_column(s->table, "birth_date");
    s->country = names_table_column(s->table, "country");
    s->schema = names_table_column(s->table, "schema");
    s->sex = names_table_column(s->table, "sex");
    if (s->sex < 0)
        s->sex = names_table_column(s->table, "gender");
    if (s->id < 0 || s->name < 0)
        return why_set(w, "columns", WHY_NO_OFFSET, NULL,
                       "%s: the first line must name the columns query_id and query", path);
    return true;
}

/* The next BATCH questions; their texts are the arena's. */
static bool read_batch(struct searching *s, struct why *w)
{
    bool more = true;

    arena_reset(&s->arena);
    for (s->n = 0; s->n < BATCH; s->n++) {
        struct question *q = &s->question[s->n];
        struct span schema;

        if (!names_table_next(s->table, &more, w))
            return false;
        if (!more)
            break;
        q->id = arena_copy(&s->arena, names_table_value(s->table, s->id));
        schema = names_table_value(s->table, s->schema);
        q->q = (struct names_question){
            .name = arena_copy(&s->arena, names_table_value(s->table, s->name)),
            .schema = schema.n == 0 || span_eq_str(schema, "Person") ? NAMES_PERSON : NAMES_ORGANIZATION,
        };
        names_about_dates(&q->q.about, names_table_value(s->table, s->birth));
        names_about_countries(&q->q.about, names_table_value(s->table, s->country));
        names_about_sex(&q->q.about, names_table_value(s->table, s->sex));
    }
    return true;
}

struct worker {
    struct searching *s;
    size_t first;
    pthread_t thread;
};

static float microseconds_since(const struct timespec *from)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (float)(now.tv_sec - from->tv_sec) * 1e6f + (float)(now.tv_nsec - from->tv_nsec) / 1e3f;
}

static void answer(const struct searching *s, struct names_searcher *searcher, struct names_found *found,
                   struct question *q)
{
    struct timespec from;
    struct why w = { 0 };

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    q->bad = !names_search(s->x, searcher, &q->q, s->top, found, &w);
    q->microseconds = microseconds_since(&from);
    buf_reset(&q->line);
    buf_put(&q->line, q->id);
    for (size_t i = 0; !q->bad && i < found->n && found->hit[i].score >= s->least; i++) {
        buf_u8(&q->line, '\t');
        buf_put(&q->line, found->hit[i].id);
        buf_printf(&q->line, "=%.4f", (double)found->hit[i].score);
    }
    buf_u8(&q->line, '\n');
}

static void *work(void *ctx)
{
    struct worker *k = ctx;
    struct names_searcher *searcher = names_searcher_new();
    struct names_found *found = malloc(sizeof *found);

    if (!found)
        abort();
    for (size_t i = k->first; i < k->s->n; i += k->s->threads)
        answer(k->s, searcher, found, &k->s->question[i]);
    free(found);
    names_searcher_free(searcher);
    return NULL;
}

static void answer_batch(struct searching *s)
{
    struct worker worker[THREADS] = { { .s = s } };

    for (size_t i = 0; i < s->threads; i++) {
        worker[i] = (struct worker){ .s = s, .first = i };
        if (i && pthread_create(&worker[i].thread, NULL, work, &worker[i]) != 0)
            abort();
    }
    (void)work(&worker[0]);
    for (size_t i = 1; i < s->threads; i++)
        (void)pthread_join(worker[i].thread, NULL);
}

static void keep_times(struct searching *s)
{
    if (!s->times)
        return;
    s->spent = realloc(s->spent, (s->n_spent + s->n) * sizeof *s->spent);
    if (!s->spent && s->n_spent + s->n)
        abort();
    for (size_t i = 0; i < s->n; i++)
        s->spent[s->n_spent++] = s->question[i].microseconds;
}

static bool put_batch(struct searching *s, struct why *w)
{
    for (size_t i = 0; i < s->n; i++) {
        struct span l = buf_span(&s->question[i].line);

        if (s->question[i].bad)
            return why_set(w, "utf-8", WHY_NO_OFFSET, "RFC 3629", "question %llu: a name that is no UTF-8",
                           (unsigned long long)(s->done + i + 1));
        if (fwrite(l.p, 1, l.n, stdout) != l.n)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write the answers");
    }
    s->done += s->n;
    keep_times(s);
    if (s->progress) {
        (void)fputc('\r', stderr);
        (void)fprintf(stderr, _("%llu names"), (unsigned long long)s->done);
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

static void put_times(struct searching *s)
{
    double sum = 0;

    if (s->n_spent == 0)
        return;
    qsort(s->spent, s->n_spent, sizeof *s->spent, by_value);
    for (size_t i = 0; i < s->n_spent; i++)
        sum += (double)s->spent[i];
    (void)fprintf(stderr, _("processor time a question: mean %.1f us, p50 %.1f, p99 %.1f, most %.1f\n"),
                  sum / (double)s->n_spent, (double)s->spent[s->n_spent / 2],
                  (double)s->spent[s->n_spent * 99 / 100], (double)s->spent[s->n_spent - 1]);
}

static bool run(struct searching *s, const char *list, const char *index, const char *questions,
                struct why *w)
{
    s->t = names_open(w);
    if (!s->t || !(list ? index_of_list(s, list, w) : names_index_open(s->t, index, &s->x, w)) ||
        !open_questions(s, questions, w))
        return false;
    do {
        if (!read_batch(s, w))
            return false;
        answer_batch(s);
        if (!put_batch(s, w))
            return false;
    } while (s->n == BATCH);
    if (s->progress)
        (void)fputc('\n', stderr);
    if (s->times)
        put_times(s);
    return true;
}

static bool number(const char *text, unsigned long most, size_t *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);

    if (*end || v == 0 || v > most)
        return false;
    *out = v;
    return true;
}

static bool share(const char *text, float *out)
{
    char *end;

    *out = strtof(text, &end);
    return end != text && *end == 0 && *out >= 0 && *out <= 1;
}

int names_search_command(int argc, char **argv)
{
    static const struct option options[] = {
        { "list", required_argument, NULL, 'l' },  { "index", required_argument, NULL, 'i' },
        { "top", required_argument, NULL, 't' },   { "threads", required_argument, NULL, 'n' },
        { "least", required_argument, NULL, 'm' }, { "progress", no_argument, NULL, 'p' },
        { "times", no_argument, NULL, 'c' },       { 0 },
    };
    struct searching s = { .top = 10, .threads = 1 };
    const char *list = NULL, *index = NULL;
    struct why w = { 0 };
    bool ok;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'l')
            list = optarg;
        else if (c == 'i')
            index = optarg;
        else if (c == 'p')
            s.progress = true;
        else if (c == 'c')
            s.times = true;
        else if (c == 't' && !number(optarg, NAMES_HITS, &s.top))
            return cli_usage("names", "--top is a number from 1 to %d", NAMES_HITS);
        else if (c == 'n' && !number(optarg, THREADS, &s.threads))
            return cli_usage("names", "--threads is a number from 1 to %d", THREADS);
        else if (c == 'm' && !share(optarg, &s.least))
            return cli_usage("names", "--least is a score from 0 to 1");
        else if (c == '?')
            return cli_bad_option("names");
    }
    if (optind + 1 != argc || !list == !index)
        return cli_usage("names", "search wants --list or --index, and one file of questions");
    s.question = calloc(BATCH, sizeof *s.question);
    if (!s.question)
        abort();
    for (size_t i = 0; i < BATCH; i++)
        buf_init(&s.question[i].line, 64 * 1024);
    arena_init(&s.arena, (size_t)256 << 20);
    ok = run(&s, list, index, argv[optind], &w);
    if (!ok)
        cli_why("names", argv[optind], &w);
    for (size_t i = 0; i < BATCH; i++)
        buf_free(&s.question[i].line);
    arena_free(&s.arena);
    free(s.question);
    free(s.spent);
    names_table_close(s.table);
    names_index_close(s.x);
    names_close(s.t);
    return ok ? CLI_POSITIVE : CLI_USAGE;
}
