#include "fixture.h"

#include "server.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool server_wanted;

void place_make(struct place *p)
{
    const char *tmp = getenv("TMPDIR");

    (void)snprintf(p->folder, sizeof p->folder, "%s/serai-store-XXXXXX",
                   tmp && strlen(tmp) < 32 ? tmp : "/tmp");
    if (!mkdtemp(p->folder))
        abort();
    if (server_wanted)
        server_database(p->file, sizeof p->file);
    else
        (void)snprintf(p->file, sizeof p->file, "%s/%s", p->folder, STORE_FILE);
}

struct store_options options_of(const struct place *p)
{
    return (struct store_options){ .path = p->file, .folder = p->folder, .by_itself = true };
}

bool on_server(void)
{
    return server_wanted;
}

void fixture_engine(int argc, char **argv)
{
    server_wanted = argc > 1 && strcmp(argv[1], "--postgresql") == 0;
    if (server_wanted && !server_start()) {
        printf("1..1\nok 1 - PostgreSQL # skip not installed\n");
        exit(0);
    }
}

static void remove_folder(const char *folder, int depth)
{
    char path[PATH_MAX];
    struct dirent *e;
    DIR *d = opendir(folder);

    while (d && (e = readdir(d)) != NULL) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name) >= (int)sizeof path)
            continue;
        if (unlink(path) != 0 && depth < 3)
            remove_folder(path, depth + 1);
    }
    if (d)
        (void)closedir(d);
    (void)rmdir(folder);
}

void place_remove(const struct place *p)
{
    remove_folder(p->folder, 0);
}

static struct store *open_with(const struct store_options *opt)
{
    struct store *s = NULL;
    struct why w = { 0 };

    if (!store_open(opt, &s, &w))
        fail_msg("%s: %s", w.reason, w.detail);
    return s;
}

struct store *open_store(const char *file)
{
    return open_with(&(struct store_options){ .path = file });
}

struct store *open_place(const struct place *p)
{
    const struct store_options opt = options_of(p);

    return open_with(&opt);
}

struct check_record sample(const char *id, struct traveller_key *t)
{
    return (struct check_record){ .request_id = span_str(id),
                                  .request_hash = span_of("0123456789abcdef0123456789abcdef", 32),
                                  .response = SPAN("{\"outcome\":\"admit\"}"),
                                  .at = 1700000000,
                                  .admitted = true,
                                  .movement = MOVEMENT_ENTRY,
                                  .traveller = *t,
                                  .member = SPAN("IR") };
}

enum store_put put_ok(struct store *s, const struct check_record *r)
{
    enum store_put what = STORE_CONFLICT;
    struct span previous;
    struct why w = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = store_put_check(s, r, &what, &a, &previous, &w);
    arena_free(&a);
    if (!ok)
        fail_msg("%s: %s", w.reason, w.detail);
    return what;
}

const char *put_fails(struct store *s, const struct check_record *r)
{
    enum store_put what = STORE_CONFLICT;
    struct span previous = SPAN("untouched");
    struct why w = { 0 };
    struct arena a;
    bool ok;

    arena_init(&a, 1 << 20);
    ok = store_put_check(s, r, &what, &a, &previous, &w);
    arena_free(&a);
    assert_false(ok);
    assert_int_equal(what, STORE_CONFLICT);
    assert_true(span_eq_str(previous, "untouched"));
    assert_true(w.detail[0] != 0);
    return w.reason;
}

struct span slurp(const char *path)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    uint8_t *p = NULL;
    size_t n = 0;

    if (f && fstat(fileno(f), &st) == 0) {
        p = malloc((size_t)st.st_size + 1);
        n = p ? fread(p, 1, (size_t)st.st_size, f) : 0;
    }
    if (f)
        (void)fclose(f);
    return span_of(p, n);
}

bool spill(const char *path, struct span s)
{
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(s.p, 1, s.n, f) == s.n;

    return f && fclose(f) == 0 && ok;
}
