/*
 * A file of persons and organisations screened: batches of rows by several threads, answers in the order of
 * the rows. After each batch both files' places are on disk (OUT.progress), so that a run which was cut off
 * goes on there and the result is the same.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/notice_screen.h"

enum { BATCH = 4096, SEATS = 64, ANSWER = 16 << 20, ROW = 96 << 20 };

struct row {
    struct span line; /* in text */
    uint64_t number;
    struct buffer answer; /* empty: nothing was found */
    bool found, refused;
};

struct screening {
    struct screen_options *o;
    const struct list_view *v;
    struct list_row_table table;
    FILE *in, *out;
    struct stat st;
    struct row *row;
    size_t n;
    struct buffer text;
    uint64_t line, asked, found, refused;
    long long in_at, out_at;
    unix_time told;
    char mark[LIST_PATH];
};

struct hand {
    struct screening *s;
    size_t from, step;
};

static void answer(struct row *r, struct span id, const struct list_question *q, const struct list_found *f)
{
    struct json_writer j = json_to(&r->answer);

    jw_object(&j, NULL);
    jw_int(&j, "line", (int64_t)r->number);
    jw_text(&j, "id", id);
    jw_array(&j, "results");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(&j, NULL);
        list_result_put(&j, q, &f->result[i]);
        jw_object_end(&j);
    }
    jw_array_end(&j);
    if (f->limited)
        jw_bool(&j, "limited", true);
    jw_object_end(&j);
    buf_u8(&r->answer, '\n');
}

static void refuse(struct row *r, const struct why *w)
{
    struct json_writer j = json_to(&r->answer);

    r->refused = true;
    jw_object(&j, NULL);
    jw_int(&j, "line", (int64_t)r->number);
    jw_str(&j, "reason", w->reason);
    jw_str(&j, "detail", w->detail);
    jw_object_end(&j);
    buf_u8(&r->answer, '\n');
}

static void *work(void *ctx)
{
    const struct hand *h = ctx;
    struct screening *s = h->s;
    struct list_found *f = malloc(sizeof *f);
    struct arena a;

    if (!f)
        abort();
    arena_init(&a, ROW);
    for (size_t i = h->from; i < s->n; i += h->step) {
        struct list_question q = s->o->q;
        struct row *r = &s->row[i];
        struct why w = { 0 };
        struct span id;

        arena_reset(&a);
        buf_reset(&r->answer);
        r->found = r->refused = false;
        if (!list_row_read(&s->table, r->line, &a, &q, &id, &w) || !list_ask(s->v, &q, &a, f, &w)) {
            refuse(r, &w);
        } else if (f->n) {
            r->found = true;
            answer(r, id, &q, f);
        }
    }
    arena_free(&a);
    free(f);
    return NULL;
}

static void run_batch(struct screening *s)
{
    unsigned n = s->o->threads < SEATS ? s->o->threads : SEATS;
    struct hand hand[SEATS] = { { s, 0, n ? n : 1 } };
    pthread_t thread[SEATS];
    bool running[SEATS] = { false };

    for (unsigned i = 0; i < n; i++) {
        hand[i] = (struct hand){ s, i, n };
        if (i)
            running[i] = pthread_create(&thread[i], NULL, work, &hand[i]) == 0;
    }
    (void)work(&hand[0]);
    for (unsigned i = 1; i < n; i++) {
        if (running[i])
            (void)pthread_join(thread[i], NULL);
        else
            (void)work(&hand[i]);
    }
}

static bool io(const char *path, struct why *w)
{
    return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
}

static bool save(struct screening *s, struct why *w)
{
    char text[256];
    int n = snprintf(text, sizeof text, "%lld %lld.%09ld %lld %lld %llu %llu %llu %llu\n",
                     (long long)s->st.st_size, (long long)s->st.st_mtim.tv_sec, s->st.st_mtim.tv_nsec,
                     s->in_at, s->out_at, (unsigned long long)s->line, (unsigned long long)s->asked,
                     (unsigned long long)s->found, (unsigned long long)s->refused);

    return cli_write(s->mark, span_of(text, (size_t)n), 0600, w);
}

/* The same file as long as size and time of change are. */
static bool load(struct screening *s)
{
    unsigned long long v[4] = { 0 };
    long long size = 0, at[2] = { 0 };
    char changed[64] = "", now[64];
    FILE *f = fopen(s->mark, "re");
    bool ok = f && fscanf(f, "%19lld %63s %19lld %19lld %19llu %19llu %19llu %19llu", &size, changed, &at[0],
                          &at[1], &v[0], &v[1], &v[2], &v[3]) == 8;

    if (f)
        (void)fclose(f);
    (void)snprintf(now, sizeof now, "%lld.%09ld", (long long)s->st.st_mtim.tv_sec, s->st.st_mtim.tv_nsec);
    if (!ok || size != (long long)s->st.st_size || strcmp(changed, now) != 0 || at[0] < 0 || at[0] > size)
        return false;
    s->in_at = at[0];
    s->out_at = at[1];
    s->line = v[0];
    s->asked = v[1];
    s->found = v[2];
    s->refused = v[3];
    return true;
}

static bool begin(struct screening *s, struct why *w)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    bool ok, again;

    s->in = fopen(s->o->in, "re");
    if (!s->in || fstat(fileno(s->in), &s->st) != 0)
        return io(s->o->in, w);
    n = getline(&line, &room, s->in);
    ok = n > 0 ? list_row_begin(span_of(line, (size_t)n), &s->table, w)
               : why_set(w, "header", 0, NULL, "%s is empty", s->o->in);
    free(line);
    if (!ok)
        return false;
    s->in_at = s->table.json ? 0 : ftello(s->in);
    s->line = s->table.json ? 0 : 1;
    again = load(s);
    s->out = fopen(s->o->out, again ? "r+e" : "we");
    if (!s->out && again)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s is gone: remove %s.progress to begin anew",
                       s->o->out, s->o->out);
    if (!s->out || (again && ftruncate(fileno(s->out), (off_t)s->out_at) != 0) ||
        fseeko(s->out, (off_t)s->out_at, SEEK_SET) != 0 || fseeko(s->in, (off_t)s->in_at, SEEK_SET) != 0)
        return io(s->o->out, w);
    if (again)
        (void)fprintf(stderr, _("serai notice: goes on behind line %llu\n"), (unsigned long long)s->line);
    return true;
}

/* Lines into one text; false at the end. */
static bool read_batch(struct screening *s, struct why *w)
{
    size_t at[BATCH + 1] = { 0 }, room = 0;
    char *line = NULL;
    bool fits = true;
    ssize_t n;

    buf_reset(&s->text);
    for (s->n = 0; s->n < BATCH && fits && (n = getline(&line, &room, s->in)) > 0;) {
        s->line++;
        if (n == 1 && line[0] == '\n')
            continue;
        s->row[s->n].number = s->line;
        buf_put(&s->text, span_of(line, (size_t)n));
        fits = buf_ok(&s->text);
        at[++s->n] = s->text.n;
    }
    free(line);
    if (!fits)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "line %llu is too long",
                       (unsigned long long)s->line);
    if (ferror(s->in))
        return io(s->o->in, w);
    for (size_t i = 0; i < s->n; i++)
        s->row[i].line = span_sub(buf_span(&s->text), at[i], at[i + 1]);
    return true;
}

static bool write_batch(struct screening *s, struct why *w)
{
    for (size_t i = 0; i < s->n; i++) {
        struct span a = buf_span(&s->row[i].answer);

        if (a.n && fwrite(a.p, 1, a.n, s->out) != a.n)
            return io(s->o->out, w);
        s->found += s->row[i].found;
        s->refused += s->row[i].refused;
    }
    s->asked += s->n;
    if (fflush(s->out) != 0 || fsync(fileno(s->out)) != 0)
        return io(s->o->out, w);
    s->in_at = ftello(s->in);
    s->out_at = ftello(s->out);
    return save(s, w);
}

static void tell(struct screening *s)
{
    unix_time now = cli_now();

    if (s->o->progress && now != s->told)
        (void)fprintf(stderr, _("%llu asked, %llu with results, %.0f %%\n"), (unsigned long long)s->asked,
                      (unsigned long long)s->found,
                      s->st.st_size ? 100.0 * (double)s->in_at / (double)s->st.st_size : 100.0);
    s->told = now;
}

static bool all(struct screening *s, struct why *w)
{
    if (!begin(s, w))
        return false;
    do {
        if (!read_batch(s, w))
            return false;
        run_batch(s);
        if (!write_batch(s, w))
            return false;
        tell(s);
    } while (s->n == BATCH);
    return list_asked_write(s->o->folder, s->o->purpose, s->o->officer, "file", s->asked, s->found, w);
}

int notice_screen_file(struct screen_options *o, const struct list_view *v)
{
    struct screening s = { .o = o, .v = v };
    struct why w = { 0 };
    int code = CLI_USAGE;

    (void)snprintf(s.mark, sizeof s.mark, "%.*s.progress", LIST_PATH - 16, o->out);
    s.row = calloc(BATCH, sizeof *s.row);
    if (!s.row)
        abort();
    buf_init(&s.text, 256 << 20);
    for (size_t i = 0; i < BATCH; i++)
        buf_init(&s.row[i].answer, ANSWER);
    if (all(&s, &w)) {
        (void)unlink(s.mark);
        (void)printf(_("%llu asked, %llu with results, %llu refused\n"), (unsigned long long)s.asked,
                     (unsigned long long)s.found, (unsigned long long)s.refused);
        code = s.found || s.refused ? CLI_NEGATIVE : CLI_POSITIVE;
    } else {
        cli_why("notice", o->in, &w);
    }
    for (size_t i = 0; i < BATCH; i++)
        buf_free(&s.row[i].answer);
    buf_free(&s.text);
    free(s.row);
    if (s.in)
        (void)fclose(s.in);
    if (s.out)
        (void)fclose(s.out);
    return code;
}
