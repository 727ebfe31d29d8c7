#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/locked.h"
#include "files/durable.h"
#include "node/archive.h"
#include "node/backup.h"
#include "node/backup_internal.h"
#include "wire/note.h"

struct reading {
    struct backup_report *r;
    const struct note_key *signer;
    struct buffer lines; /* the manifest as it must be */
    struct buffer *into; /* what is kept of the member under way; NULL: nothing */
    struct buffer facts, manifest, note, keys;
    bool after_manifest;
    const char *folder; /* NULL: nothing is written */
    int fd;             /* of the file that is written; -1: none */
};

static bool bad(struct why *w, const char *what)
{
    return why_set(w, "backup", WHY_NO_OFFSET, NULL, "%s", what);
}

/* ---- writing ---- */

/* The folders above a name that was checked. */
static bool make_folders(const char *folder, const char *name, struct why *w)
{
    char path[2 * ARCHIVE_PATH];
    size_t n = (size_t)snprintf(path, sizeof path, "%s/%s", folder, name);

    if (n >= sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    for (char *p = path + strlen(folder) + 1; (p = strchr(p, '/')); *p++ = '/') {
        *p = '\0';
        if (mkdir(path, 0750) != 0 && errno != EEXIST)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", path, strerror(errno));
    }
    return true;
}

static bool begin_file(struct reading *k, const struct ustar *m, struct why *w)
{
    char path[2 * ARCHIVE_PATH];

    if (!make_folders(k->folder, m->name, w))
        return false;
    (void)snprintf(path, sizeof path, "%s/%s", k->folder, m->name);
    k->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (mode_t)m->mode & 0755);
    return k->fd >= 0 || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot create %s: %s", path, strerror(errno));
}

static bool write_piece(struct reading *k, struct span s, struct why *w)
{
    while (s.n) {
        ssize_t n = write(k->fd, s.p, s.n);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

static bool end_file(struct reading *k, struct why *w)
{
    bool ok = k->fd < 0 || (fsync(k->fd) == 0 && close(k->fd) == 0);

    k->fd = -1;
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write: %s", strerror(errno));
}

/* ---- reading ---- */

static struct buffer *keeper_of(struct reading *k, const char *name)
{
    const struct {
        const char *name;
        struct buffer *b;
    } kept[] = { { BACKUP_FACTS_NAME, &k->facts },
                 { BACKUP_MANIFEST_NAME, &k->manifest },
                 { BACKUP_NOTE_NAME, &k->note },
                 { BACKUP_KEYS_NAME, &k->keys } };

    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (strcmp(name, kept[i].name) == 0)
            return kept[i].b;
    return NULL;
}

static bool begin(void *ctx, const struct ustar *m, struct why *w)
{
    struct reading *k = ctx;

    k->into = keeper_of(k, m->name);
    if (k->after_manifest && k->into != &k->note)
        return bad(w, "a file stands behind the manifest");
    if (k->into && k->into->n)
        return bad(w, "a file is there twice");
    k->r->files++;
    k->r->bytes += m->size;
    return k->into || !k->folder || begin_file(k, m, w);
}

static bool piece(void *ctx, struct span s, struct why *w)
{
    struct reading *k = ctx;

    if (!k->into)
        return k->fd < 0 || write_piece(k, s, w);
    buf_put(k->into, s);
    return buf_ok(k->into) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a file is too long for what it is");
}

static bool end(void *ctx, const struct ustar *m, const struct digest *sha256, struct why *w)
{
    struct reading *k = ctx;

    if (k->into == &k->manifest) {
        k->after_manifest = true;
        return span_eq(buf_span(&k->manifest), buf_span(&k->lines)) ||
               why_set(w, "manifest", WHY_NO_OFFSET, NULL,
                       "a file is not what it was when the back-up was made");
    }
    if (k->into != &k->note) {
        hex_put(&k->lines, digest_span(sha256));
        buf_printf(&k->lines, "  %s\n", m->name);
    }
    return end_file(k, w) && (buf_ok(&k->lines) ||
                              why_set(w, "too-large", WHY_NO_OFFSET, NULL, "more files than a back-up has"));
}

/* "name value" lines; the first says what it is. */
static bool take_facts(struct reading *k, struct why *w)
{
    struct span rest = buf_span(&k->facts), line = { 0 };
    struct backup_report *r = k->r;

    if (!text_split(&rest, '\n', &line) || !span_eq_str(line, BACKUP_HEAD))
        return bad(w, "this is no back-up of a node, or one of a later version");
    while (text_split(&rest, '\n', &line)) {
        struct span value = line, name = { 0 };

        (void)text_split(&value, ' ', &name);
        if (span_eq_str(name, "member"))
            (void)snprintf(r->member, sizeof r->member, "%.*s", (int)value.n, (const char *)value.p);
        else if (span_eq_str(name, "name"))
            (void)snprintf(r->name, sizeof r->name, "%.*s", (int)value.n, (const char *)value.p);
        else if (span_eq_str(name, "made") && !time_parse(value, &r->made))
            return bad(w, "the back-up does not say when it was made");
        else if (span_eq_str(name, "logs"))
            for (size_t i = 0; i < value.n && ascii_digit(value.p[i]); i++)
                r->logs = 10 * r->logs + (uint64_t)(value.p[i] - '0');
        else if (!span_eq_str(name, "made") && !span_eq_str(name, "version") && !span_eq_str(name, "keys"))
            buf_printf(&r->notes, "%.*s\n", (int)line.n, (const char *)line.p);
    }
    return true;
}

/* head, name, time, digest of the manifest. */
static bool check_note(struct reading *k, struct why *w)
{
    struct note *n = malloc(sizeof *n);
    struct buffer hex;
    struct arena scratch;
    struct digest d;
    uint8_t mem[80];
    bool ok;

    if (!n)
        abort();
    arena_init(&scratch, 1 << 20);
    digest_of(DIGEST_SHA256, buf_span(&k->manifest), &d);
    buf_init_fixed(&hex, mem, sizeof mem);
    hex_put(&hex, digest_span(&d));
    buf_u8(&hex, '\n');
    ok = k->note.n && note_parse(buf_span(&k->note), n, NULL) &&
         span_starts(n->text, SPAN(BACKUP_HEAD "\n")) && n->text.n > hex.n &&
         span_eq(span_sub(n->text, n->text.n - hex.n, n->text.n), buf_span(&hex));
    k->r->is_signed = ok;
    if (!ok && k->note.n)
        (void)why_set(w, "signature", WHY_NO_OFFSET, NULL, "what was signed is another manifest");
    else if (k->signer && (!ok || note_key_check(n, k->signer, &scratch, NULL) != NOTE_SIGNED))
        ok = why_set(w, "signature", WHY_NO_OFFSET, NULL, "that key has not signed this back-up");
    else
        ok = true;
    arena_free(&scratch);
    free(n);
    return ok;
}

static bool read_keys(struct reading *k, struct span passphrase, struct why *w)
{
    struct archive_reader r = { begin, piece, end, k };
    struct buffer plain;
    FILE *f;
    bool ok;

    k->r->keys_inside = k->keys.n > 0;
    if (passphrase.n == 0 || k->keys.n == 0)
        return true;
    buf_init(&plain, LIMIT_BACKUP_KEYS);
    ok = locked_open(passphrase, buf_span(&k->keys), &plain, w);
    f = ok ? fmemopen(plain.p, plain.n, "rb") : NULL;
    k->after_manifest = false;
    if (ok && !f)
        ok = bad(w, "the keys are empty");
    if (ok) {
        uint64_t before = k->r->files;

        ok = archive_read(f, &r, w);
        k->r->keys = k->r->files - before;
        k->r->files = before;
    }
    if (f)
        (void)fclose(f);
    if (plain.n)
        wipe(plain.p, plain.n);
    buf_free(&plain);
    return ok;
}

/* Once through the file; with a folder, what is in it is written. */
static bool pass(const char *file, const struct note_key *signer, struct span passphrase, const char *folder,
                 struct backup_report *out, struct why *w)
{
    struct reading k = { .r = out, .signer = signer, .folder = folder, .fd = -1 };
    struct archive_reader r = { begin, piece, end, &k };
    FILE *f = fopen(file, "rbe");
    bool ok;

    out->files = out->bytes = out->logs = out->keys = 0;
    buf_reset(&out->notes);
    if (!f)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot open %s: %s", file, strerror(errno));
    buf_init(&k.lines, LIMIT_BACKUP_MANIFEST);
    buf_init(&k.facts, LIMIT_BACKUP_FACTS);
    buf_init(&k.manifest, LIMIT_BACKUP_MANIFEST);
    buf_init(&k.note, LIMIT_BACKUP_FACTS);
    buf_init(&k.keys, LIMIT_BACKUP_KEYS + 4096);
    ok = archive_read(f, &r, w) && (k.after_manifest || bad(w, "the archive has no manifest of a back-up")) &&
         take_facts(&k, w) && check_note(&k, w) && read_keys(&k, passphrase, w);
    if (k.fd >= 0)
        (void)close(k.fd);
    (void)fclose(f);
    buf_free(&k.lines);
    buf_free(&k.facts);
    buf_free(&k.manifest);
    buf_free(&k.note);
    buf_free(&k.keys);
    return ok;
}

bool backup_verify(const char *file, const struct note_key *signer, struct span passphrase,
                   struct backup_report *out, struct why *w)
{
    *out = (struct backup_report){ 0 };
    buf_init(&out->notes, LIMIT_BACKUP_FACTS);
    return pass(file, signer, passphrase, NULL, out, w);
}

static bool is_empty(const char *folder)
{
    DIR *d = opendir(folder);
    const struct dirent *e;
    bool empty = true;

    if (!d)
        return errno == ENOENT;
    while (empty && (e = readdir(d)))
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    (void)closedir(d);
    return empty;
}

static bool mark(const char *folder, unix_time made, unix_time now, struct why *w)
{
    char then[TIME_TEXT], text[128], at[TIME_TEXT];
    int n = snprintf(text, sizeof text, "restored %s\nbackup %s\n", time_format(now, at),
                     time_format(made, then));

    return file_create(folder, RESTORED_FILE, span_of(text, (size_t)n), NULL, w);
}

static bool sync_all(const char *folder, struct why *w)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && syncfs(fd) == 0;

    if (fd >= 0)
        (void)close(fd);
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot write to %s: %s", folder, strerror(errno));
}

bool backup_restore(const char *file, const struct note_key *signer, struct span passphrase,
                    const char *folder, unix_time now, struct backup_report *out, struct why *w)
{
    char part[ARCHIVE_PATH];

    if (!backup_verify(file, signer, passphrase, out, w))
        return false;
    if (!is_empty(folder))
        return why_set(w, "exists", WHY_NO_OFFSET, NULL, "%s is there and not empty", folder);
    if ((size_t)snprintf(part, sizeof part, "%s.restoring", folder) >= sizeof part)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    if (mkdir(part, 0750) != 0)
        return why_set(w, errno == EEXIST ? "exists" : "io", WHY_NO_OFFSET, NULL, "cannot make %s: %s", part,
                       strerror(errno));
    if (!pass(file, signer, passphrase, part, out, w) || !mark(part, out->made, now, w) || !sync_all(part, w))
        return false;
    (void)rmdir(folder);
    return rename(part, folder) == 0 ||
           why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot name it %s: %s", folder, strerror(errno));
}
