#include "service/notice/list_book.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/durable.h"
#include "service/notice/list_book_internal.h"

enum { FILE_BYTES = 64 * 1024 };

static const struct {
    const char *word;
    unsigned bit;
} purposes[] = { { "border", LIST_BORDER }, { "money-laundering", LIST_MONEY_LAUNDERING } };

unsigned list_purpose_of(struct span word)
{
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (span_eq_str(word, purposes[i].word))
            return purposes[i].bit;
    return 0;
}

bool list_name_ok(const char *name)
{
    size_t n = strlen(name);

    return n >= 1 && n <= LIST_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n &&
           strcmp(name, "names") != 0 && strcmp(name, "all") != 0 && strcmp(name, "default") != 0;
}

void list_book_path(const char *folder, const char *name, unsigned version, char out[LIST_PATH])
{
    (void)snprintf(out, LIST_PATH, "%.*s/%s/%u", LIST_PATH - 64, folder, name, version);
}

void list_book_shelf(const char *name, unsigned version, char out[LIST_NAME + 16])
{
    (void)snprintf(out, LIST_NAME + 12, "%.*s-%u", LIST_NAME, name, version);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

bool list_book_names(const char *folder, char (*out)[LIST_NAME + 1], size_t max, size_t *n, struct why *w)
{
    DIR *d = opendir(folder);
    struct dirent *e;

    *n = 0;
    if (!d)
        return errno == ENOENT || why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", folder, strerror(errno));
    while ((e = readdir(d)) && *n < max) {
        char path[LIST_PATH];

        (void)snprintf(path, sizeof path, "%.*s/%.*s/list", LIST_PATH - 64, folder, LIST_NAME, e->d_name);
        if (list_name_ok(e->d_name) && access(path, F_OK) == 0)
            (void)snprintf(out[(*n)++], LIST_NAME + 1, "%.*s", LIST_NAME, e->d_name);
    }
    (void)closedir(d);
    qsort(out, *n, sizeof *out, by_name);
    return true;
}

/* ---- small files ---- */

static void text_of(const struct json *j, const char *name, struct arena *a, char *out, size_t room)
{
    struct span s;

    out[0] = 0;
    if (json_text_of(j, json_member(j, JSON_ROOT, name), a, &s))
        (void)snprintf(out, room, "%.*s", (int)(s.n < room ? s.n : room - 1), s.n ? (const char *)s.p : "");
}

static uint64_t number_of(const struct json *j, const char *name)
{
    int64_t v = 0;

    return json_int64(j, json_member(j, JSON_ROOT, name), &v) && v > 0 ? (uint64_t)v : 0;
}

static bool read_json(const char *path, struct arena *a, struct json *j, struct why *w)
{
    struct span text;
    bool there;

    if (!file_read(path, FILE_BYTES, a, &text, &there, w))
        return false;
    if (!there)
        return why_set(w, "absent", WHY_NO_OFFSET, NULL, "there is no such list or version");
    if (!json_parse(text, a, j, NULL))
        return why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s does not read", path);
    return true;
}

bool list_book_terms(const char *folder, const char *name, struct list_terms *out, struct why *w)
{
    struct list_terms t = { 0 };
    char path[LIST_PATH];
    struct arena a;
    struct json j;
    bool ok;

    if (!list_name_ok(name))
        return why_set(w, "absent", WHY_NO_OFFSET, NULL,
                       "a list is named with small letters, digits and hyphens");
    arena_init(&a, 16 * (size_t)FILE_BYTES);
    (void)snprintf(path, sizeof path, "%.*s/%s/list", LIST_PATH - 64, folder, name);
    ok = read_json(path, &a, &j, w);
    if (ok) {
        (void)snprintf(t.name, sizeof t.name, "%.*s", LIST_NAME, name);
        text_of(&j, "basis", &a, t.basis, sizeof t.basis);
        text_of(&j, "by", &a, t.by, sizeof t.by);
        t.purposes = (unsigned)number_of(&j, "purposes");
        t.keep_days = (unsigned)number_of(&j, "keep_days");
        t.most_lost = (unsigned)number_of(&j, "most_lost");
        t.active = (unsigned)number_of(&j, "active");
        t.held = (unsigned)number_of(&j, "held");
        t.last = (unsigned)number_of(&j, "last");
        *out = t;
    }
    arena_free(&a);
    return ok;
}

static bool write_json(const char *folder, const char *name, const char *file, struct buffer *b,
                       struct why *w)
{
    char path[LIST_PATH];

    (void)snprintf(path, sizeof path, "%.*s/%s", LIST_PATH - 64, folder, name);
    return file_replace(path, file, buf_span(b), NULL, w);
}

bool list_terms_write(const char *folder, const struct list_terms *t, struct why *w)
{
    uint8_t mem[2048];
    struct json_writer j;
    struct buffer b;

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_int(&j, "purposes", t->purposes);
    jw_str(&j, "basis", t->basis);
    jw_str(&j, "by", t->by);
    jw_int(&j, "keep_days", t->keep_days);
    jw_int(&j, "most_lost", t->most_lost);
    jw_int(&j, "active", t->active);
    jw_int(&j, "held", t->held);
    jw_int(&j, "last", t->last);
    jw_object_end(&j);
    return write_json(folder, t->name, "list", &b, w);
}

bool list_about_write(const char *folder, const char *name, const struct list_about *x, struct why *w)
{
    char version[LIST_NAME + 16];
    uint8_t mem[2048];
    struct json_writer j;
    struct buffer b;

    (void)snprintf(version, sizeof version, "%.*s/%u", LIST_NAME, name, x->version);
    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "format", list_format_word(x->format));
    jw_str(&j, "published", x->stated.published);
    jw_str(&j, "publication", x->stated.publication);
    jw_str(&j, "digest", x->digest);
    jw_str(&j, "by", x->by);
    jw_int(&j, "entries", (int64_t)x->stated.entries);
    jw_int(&j, "refused", (int64_t)x->stated.refused);
    jw_int(&j, "beside", (int64_t)x->stated.beside);
    jw_int(&j, "again", (int64_t)x->again);
    jw_int(&j, "imported", x->imported);
    jw_int(&j, "from", x->from);
    jw_int(&j, "to", x->to);
    jw_int(&j, "added", (int64_t)x->difference.added);
    jw_int(&j, "changed", (int64_t)x->difference.changed);
    jw_int(&j, "removed", (int64_t)x->difference.removed);
    jw_int(&j, "same", (int64_t)x->difference.same);
    jw_object_end(&j);
    return write_json(folder, version, "about", &b, w);
}

bool list_book_about(const char *folder, const char *name, unsigned version, struct list_about *out,
                     struct why *w)
{
    struct list_about x = { .version = version };
    char path[LIST_PATH + 16], base[LIST_PATH], word[32];
    struct arena a;
    struct json j;
    bool ok;

    arena_init(&a, 16 * (size_t)FILE_BYTES);
    list_book_path(folder, name, version, base);
    (void)snprintf(path, sizeof path, "%s/about", base);
    ok = list_name_ok(name) && read_json(path, &a, &j, w);
    if (ok) {
        text_of(&j, "format", &a, word, sizeof word);
        ok = list_format_of(span_str(word), &x.format) ||
             why_set(w, "damaged", WHY_NO_OFFSET, NULL, "%s does not read", path);
        text_of(&j, "published", &a, x.stated.published, sizeof x.stated.published);
        text_of(&j, "publication", &a, x.stated.publication, sizeof x.stated.publication);
        text_of(&j, "digest", &a, x.digest, sizeof x.digest);
        text_of(&j, "by", &a, x.by, sizeof x.by);
        x.stated.entries = number_of(&j, "entries");
        x.stated.refused = number_of(&j, "refused");
        x.stated.beside = number_of(&j, "beside");
        x.again = number_of(&j, "again");
        x.imported = (unix_time)number_of(&j, "imported");
        x.from = (unix_time)number_of(&j, "from");
        x.to = (unix_time)number_of(&j, "to");
        x.difference = (struct list_difference){ number_of(&j, "added"), number_of(&j, "changed"),
                                                 number_of(&j, "removed"), number_of(&j, "same") };
    }
    arena_free(&a);
    if (ok)
        *out = x;
    return ok;
}

unsigned list_book_as_of(const char *folder, const char *name, unix_time at)
{
    struct list_terms t = { .last = 0 };
    struct list_about x;

    if (!list_book_terms(folder, name, &t, NULL))
        return 0;
    for (unsigned v = t.last; v > 0; v--)
        if (list_book_about(folder, name, v, &x, NULL) && x.from && x.from <= at && (!x.to || at < x.to))
            return v;
    return 0;
}

/* ---- changing ---- */

int list_book_lock(const char *folder, struct why *w)
{
    char path[LIST_PATH];
    int fd;

    if (!folder_make(folder, NULL, w))
        return -1;
    (void)snprintf(path, sizeof path, "%.*s/lock", LIST_PATH - 64, folder);
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    } else if (!file_lock(fd)) {
        (void)close(fd);
        fd = -1;
        (void)why_set(w, "locked", WHY_NO_OFFSET, NULL, "another process changes the lists");
    }
    return fd;
}

static bool append_history(const char *folder, struct span line, struct why *w)
{
    char path[LIST_PATH];
    FILE *f;
    bool ok;

    (void)snprintf(path, sizeof path, "%.*s/history", LIST_PATH - 64, folder);
    f = fopen(path, "ae");
    ok = f && fwrite(line.p, 1, line.n, f) == line.n && fputc('\n', f) != EOF && fflush(f) == 0 &&
         fsync(fileno(f)) == 0;
    if (!ok)
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    if (f)
        (void)fclose(f);
    return ok;
}

bool list_book_changed(const char *folder, const char *name, const char *what, const char *by,
                       const char *reason, unsigned version, unix_time now, struct why *w)
{
    char at[TIME_TEXT], text[64];
    uint8_t mem[2048];
    struct json_writer j;
    struct buffer b;
    int n = snprintf(text, sizeof text, "%s %u %lld\n", name, version, (long long)now);

    buf_init_fixed(&b, mem, sizeof mem);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "at", time_format(now, at));
    jw_str(&j, "what", what);
    jw_str(&j, "list", name);
    jw_int(&j, "version", version);
    jw_str(&j, "by", by ? by : "");
    if (reason)
        jw_str(&j, "reason", reason);
    jw_object_end(&j);
    return append_history(folder, buf_span(&b), w) &&
           file_replace(folder, "generation", span_of(text, (size_t)n), NULL, w);
}

void list_folder_drop(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)))
        if (e->d_name[0] != '.')
            (void)unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        (void)closedir(d);
    (void)rmdir(path);
}

bool list_book_remove(const char *folder, const char *name, const char *by, const char *reason, unix_time now,
                      struct why *w)
{
    char path[LIST_PATH], shelf[LIST_NAME + 16];
    struct list_terms t = { .last = 0 };
    int lock;
    bool ok = false;

    if (!by || !*by || !reason || !*reason)
        return why_set(w, "terms", WHY_NO_OFFSET, NULL, "say who removes the list, and why");
    if ((lock = list_book_lock(folder, w)) < 0)
        return false;
    if (!list_book_terms(folder, name, &t, w))
        goto out;
    (void)snprintf(path, sizeof path, "%.*s/%s/list", LIST_PATH - 64, folder, name);
    if (unlink(path) != 0) {
        (void)why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
        goto out;
    }
    ok = list_book_changed(folder, name, "removed", by, reason, t.active, now, w);
    for (unsigned v = 1; v <= t.last; v++) {
        list_book_path(folder, name, v, path);
        list_folder_drop(path);
        list_book_shelf(name, v, shelf);
        (void)snprintf(path, sizeof path, "%.*s/names/%s.names", LIST_PATH - 64, folder, shelf);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%.*s/%s/new", LIST_PATH - 64, folder, name);
    list_folder_drop(path);
    (void)snprintf(path, sizeof path, "%.*s/%s", LIST_PATH - 64, folder, name);
    list_folder_drop(path);
out:
    (void)close(lock);
    return ok;
}
