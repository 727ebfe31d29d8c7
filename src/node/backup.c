#include "node/backup.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/locked.h"
#include "files/durable.h"
#include "log/files.h"
#include "node/archive.h"
#include "node/backup_internal.h"
#include "node/config.h"
#include "node/maintenance.h"
#include "store/store.h"

/* Bytes at the beginning of a file that tell what it is. */
enum { LOOK = 4096 };

enum kind { KIND_FILE, KIND_KEY, KIND_STORE, KIND_PASSED };

struct backup {
    const struct backup_options *o;
    struct backup_report *r;
    struct node_config config;
    struct arena arena; /* of the configuration */
    struct archive_writer archive;
    struct archive_writer keys; /* its file is only a pipe into memory */
    char *key_bytes;
    size_t key_size;
    char folder[ARCHIVE_PATH];
};

static void note(struct backup *b, const char *what, const char *name)
{
    buf_printf(&b->r->notes, "%s %s\n", what, name);
}

static bool ends(const char *name, const char *with)
{
    size_t n = strlen(name), m = strlen(with);

    return n >= m && strcmp(name + n - m, with) == 0;
}

/* Of a moment of this process only, or what must not come back (see the header). */
static bool is_left_out(const char *name)
{
    static const char *const exact[] = { ".draft", MAINTENANCE_FILE, RESTORED_FILE };
    static const char *const end[] = { ".lock", "-wal", "-shm", "-journal", ".part", ".tmp" };

    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++)
        if (strcmp(name, exact[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof end / sizeof *end; i++)
        if (ends(name, end[i]))
            return true;
    return false;
}

static bool is_keep(const char *name)
{
    return ends(name, ".keep") || strcmp(name, "keep") == 0;
}

/* By its name, and by what is in it: a key under any name is a key. */
static enum kind kind_of(const FTSENT *e)
{
    static const char store_magic[] = "SQLite format 3";
    char text[LOOK + 1];
    size_t n = 0;
    FILE *f;

    if (is_left_out(e->fts_name))
        return KIND_PASSED;
    if (ends(e->fts_name, ".key") || ends(e->fts_name, ".pin") || ends(e->fts_name, ".secret"))
        return KIND_KEY;
    f = fopen(e->fts_accpath, "rbe");
    if (f) {
        n = fread(text, 1, LOOK, f);
        (void)fclose(f);
    }
    text[n] = '\0';
    if (n >= sizeof store_magic && memcmp(text, store_magic, sizeof store_magic) == 0)
        return KIND_STORE;
    return memmem(text, n, "PRIVATE+KEY+", 12) || memmem(text, n, "PRIVATE KEY-----", 16) ? KIND_KEY
                                                                                          : KIND_FILE;
}

static const char *name_in(const struct backup *b, const FTSENT *e)
{
    return e->fts_path + strlen(b->folder) + 1;
}

/* ---- the store ---- */

static bool add_store(struct backup *b, const char *name, const char *path, struct why *w)
{
    char to[ARCHIVE_PATH + 16], file[ARCHIVE_PATH + 64];
    struct store *s = NULL;
    struct why y = { 0 };
    bool ok;

    if (!store_open(&(struct store_options){ .path = path, .read_only = true }, &s, &y)) {
        if (strcmp(y.reason, "store-foreign") == 0) {
            note(b, "foreign-database", name);
            return true;
        }
        return why_set(w, y.reason, WHY_NO_OFFSET, NULL, "%s: %s", name, y.detail);
    }
    (void)snprintf(to, sizeof to, "%s.store", b->o->out);
    ok = store_backup(s, to, w);
    store_close(s);
    (void)snprintf(file, sizeof file, "%s/" STORE_FILE, to);
    ok = ok && archive_file(&b->archive, name, file, w);
    (void)unlink(file);
    (void)snprintf(file, sizeof file, "%s/" STORE_KEY_FILE, to);
    (void)unlink(file); /* the key is taken from its place, with the other keys */
    (void)rmdir(to);
    b->r->stores += ok;
    return ok;
}

/* ---- logs ---- */

static bool is_log(const FTSENT *e)
{
    char path[ARCHIVE_PATH + 16];
    struct stat st;
    bool is;

    (void)snprintf(path, sizeof path, "%s/checkpoint", e->fts_accpath);
    is = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    (void)snprintf(path, sizeof path, "%s/tile", e->fts_accpath);
    return is && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct log_copy {
    struct backup *b;
    const char *name;
    struct log_source source;
    struct buffer file;
};

static bool put_log_file(struct log_copy *c, const char *path, struct why *w)
{
    char name[ARCHIVE_PATH + TILE_PATH];

    (void)snprintf(name, sizeof name, "%s/%s", c->name, path);
    return archive_bytes(&c->b->archive, name, 0644, c->b->o->now, buf_span(&c->file), w);
}

static bool copy_tile(struct log_copy *c, struct tile t, struct why *w)
{
    char path[TILE_PATH];
    unsigned width;

    return log_tile_get(&c->source, t, &c->file, &width, path, w) && put_log_file(c, path, w);
}

/* The files that this size requires: the writer may go on meanwhile. */
static bool copy_tree(struct log_copy *c, uint64_t size, struct why *w)
{
    for (unsigned level = 0; level < TILE_LEVELS && size >> 8 * level; level++)
        for (uint64_t i = 0; i <= size >> 8 * level >> 8; i++) {
            struct tile t = { .level = level, .index = i, .width = tile_width(level, i, size) };

            if (t.width == 0)
                break;
            if (!copy_tile(c, t, w))
                return false;
            t.entries = level == 0;
            if (t.entries && !copy_tile(c, t, w))
                return false;
        }
    return true;
}

static bool copy_small(struct log_copy *c, const char *path, bool *found, struct why *w)
{
    return c->source.get(c->source.ctx, path, LIMIT_CHECKPOINT, &c->file, found, w) &&
           (!*found || put_log_file(c, path, w));
}

/* What the witnesses said comes first: it must not be ahead of the copy. */
static bool add_log(struct backup *b, const char *name, const char *folder, struct why *w)
{
    struct log_copy c = { .b = b, .name = name, .source = log_folder(folder) };
    struct note *n = malloc(sizeof *n);
    struct checkpoint k;
    bool found, ok;

    if (!n)
        abort();
    buf_init(&c.file, TILE_BUNDLE);
    ok = copy_small(&c, "witnessed", &found, w) && copy_small(&c, "checkpoint", &found, w) &&
         (found || why_set(w, "missing", WHY_NO_OFFSET, NULL, "%s: no checkpoint", name)) &&
         note_parse(buf_span(&c.file), n, w) && checkpoint_parse(n->text, &k, w) && copy_tree(&c, k.size, w);
    b->r->logs += ok;
    buf_free(&c.file);
    free(n);
    return ok;
}

/* ---- everything else ---- */

static bool add_key(struct backup *b, const char *name, const char *path, struct why *w)
{
    b->r->keys++;
    if (!b->o->with_keys) {
        note(b, "key", name);
        return true;
    }
    return archive_file(&b->keys, name, path, w) &&
           (b->keys.bytes <= LIMIT_BACKUP_KEYS ||
            why_set(w, "too-large", WHY_NO_OFFSET, NULL, "%s: no key is that large", name));
}

static bool add_plain(struct backup *b, const FTSENT *e, struct why *w)
{
    const char *name = name_in(b, e);

    switch (kind_of(e)) {
    case KIND_KEY:
        return add_key(b, name, e->fts_accpath, w);
    case KIND_FILE:
        return archive_file(&b->archive, name, e->fts_accpath, w);
    case KIND_STORE:
    case KIND_PASSED:
        break;
    }
    return true;
}

/*
 * In this order, for the node goes on: what the store says is not newer than the logs, and no log has an
 * entry whose body is not there.
 */
enum pass { PASS_STORES, PASS_LOGS, PASS_TAILS, PASS_FILES, PASS_NAMES };

/*
 * Objects of the cyber service: a tail becomes a segment while the node goes on, and then is gone. So tails
 * come first: one that is not there any more is among the segments, of which a newer list is made; and the
 * names, which rows refer to, last of all. What came between is there too, or it is not; nothing has a gap.
 */
static enum pass pass_of(const struct backup *b, const FTSENT *e)
{
    size_t n = b->config.cyber ? strlen(b->config.cyber) : 0;

    if (!n || strncmp(e->fts_path, b->config.cyber, n) != 0 || strncmp(e->fts_path + n, "/objects/", 9) != 0)
        return PASS_FILES;
    if (strncmp(e->fts_name, "tail-", 5) == 0)
        return PASS_TAILS;
    if (strncmp(e->fts_name, "new-", 4) == 0)
        return PASS_STORES; /* a draft: in none of the later ones */
    return strcmp(e->fts_name, "names") == 0 ? PASS_NAMES : PASS_FILES;
}

static bool visit(struct backup *b, FTS *fts, FTSENT *e, enum pass pass, struct why *w)
{
    const char *name = name_in(b, e);
    bool in_log;

    switch (e->fts_info) {
    case FTS_D:
        if (e->fts_level == 0)
            return true;
        in_log = e->fts_number || (e->fts_parent && e->fts_parent->fts_number);
        if (is_keep(e->fts_name) || (b->config.logs_keep && strcmp(e->fts_path, b->config.logs_keep) == 0) ||
            /* Made again out of the logs: a copy of another moment than the store's would lack something. */
            (b->config.lookup && strcmp(e->fts_path, b->config.lookup) == 0) ||
            (in_log && strcmp(e->fts_name, "tile") == 0))
            return fts_set(fts, e, FTS_SKIP) == 0;
        e->fts_number = is_log(e);
        return pass != PASS_LOGS || !e->fts_number || add_log(b, name, e->fts_accpath, w);
    case FTS_F:
        in_log = e->fts_parent && e->fts_parent->fts_number;
        if (in_log && (strcmp(e->fts_name, "checkpoint") == 0 || strcmp(e->fts_name, "witnessed") == 0))
            return true;
        if (pass == PASS_STORES)
            return kind_of(e) != KIND_STORE || add_store(b, name, e->fts_accpath, w);
        if (pass != pass_of(b, e))
            return true;
        return (pass == PASS_TAILS && access(e->fts_accpath, F_OK) != 0) || add_plain(b, e, w);
    case FTS_SL:
    case FTS_SLNONE:
        if (pass == PASS_FILES)
            note(b, "link", name);
        return true;
    case FTS_DNR:
    case FTS_ERR:
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s: %s", e->fts_path,
                       strerror(e->fts_errno));
    default: /* left again; what is no file; gone since */
        return true;
    }
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static bool walk(struct backup *b, enum pass pass, struct why *w)
{
    char *paths[] = { b->folder, NULL };
    FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    FTSENT *e;
    bool ok = fts != NULL;

    while (ok && (e = fts_read(fts)))
        ok = visit(b, fts, e, pass, w);
    if (fts)
        (void)fts_close(fts);
    return ok || why_set(w, "io", WHY_NO_OFFSET, NULL, "cannot read %s", b->folder);
}

/* What node.conf names and a copy of its folder does not hold. */
static void note_outside(struct backup *b)
{
    const struct node_config *c = &b->config;
    const char *const named[] = { c->agreement,  c->anchors,         c->trust,
                                  c->status,     c->store,           c->node_key,
                                  c->signer_key, c->list_signer_key, c->vical_signer_key,
                                  c->tls_key,    c->tls_certificate, c->licence_signer_key };
    size_t n = strlen(b->folder);

    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        if (named[i] && (strncmp(named[i], b->folder, n) != 0 || named[i][n] != '/'))
            note(b, "outside", named[i]);
}

static bool add_keys(struct backup *b, struct why *w)
{
    static const uint8_t zero[2 * USTAR_BLOCK];
    struct buffer locked;
    bool ok;

    if (!b->o->with_keys)
        return true;
    if (fwrite(zero, 1, sizeof zero, b->keys.f) != sizeof zero || fflush(b->keys.f) != 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "no memory left for this");
    buf_init(&locked, LIMIT_BACKUP_KEYS + LOOK);
    ok = locked_put(b->o->passphrase, span_of(b->key_bytes, b->key_size), &locked, w) &&
         archive_bytes(&b->archive, BACKUP_KEYS_NAME, 0600, b->o->now, buf_span(&locked), w);
    buf_free(&locked);
    b->r->keys_inside = ok;
    return ok;
}

/* BACKUP, MANIFEST and its signature. */
static bool add_facts(struct backup *b, struct why *w)
{
    const struct backup_options *o = b->o;
    char time[TIME_TEXT];
    struct digest d;
    struct arena scratch;
    struct note_key key;
    struct buffer facts, manifest;
    bool ok;

    buf_init(&facts, LIMIT_BACKUP_FACTS);
    buf_init(&manifest, LIMIT_BACKUP_MANIFEST);
    arena_init(&scratch, 1 << 20);
    buf_printf(&facts, BACKUP_HEAD "\nmember %s\nname %s\nmade %s\nversion %s\nlogs %llu\nkeys %s\n",
               b->config.member, b->config.name, time_format(o->now, time), SERAI_VERSION,
               (unsigned long long)b->r->logs, o->with_keys ? "locked" : "left-out");
    buf_put(&facts, buf_span(&b->r->notes));
    ok = (buf_ok(&facts) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "too many notes")) &&
         archive_bytes(&b->archive, BACKUP_FACTS_NAME, 0644, o->now, buf_span(&facts), w);
    buf_put(&manifest, buf_span(&b->archive.manifest));
    ok = ok && archive_bytes(&b->archive, BACKUP_MANIFEST_NAME, 0644, o->now, buf_span(&manifest), w);
    if (ok && o->signer) {
        digest_of(DIGEST_SHA256, buf_span(&manifest), &d);
        buf_reset(&facts);
        buf_printf(&facts, BACKUP_HEAD "\n%s\n%s\n", b->config.name, time);
        hex_put(&facts, digest_span(&d));
        buf_u8(&facts, '\n');
        note_key_of(span_str(b->config.name), NOTE_KEY_ED25519, o->signer->pub, &key);
        buf_reset(&manifest);
        buf_put(&manifest, buf_span(&facts));
        buf_u8(&manifest, '\n');
        ok = note_key_sign(&key, o->signer, buf_span(&facts), 0, &scratch, &manifest, w) &&
             archive_bytes(&b->archive, BACKUP_NOTE_NAME, 0644, o->now, buf_span(&manifest), w);
        b->r->is_signed = ok;
    }
    arena_free(&scratch);
    buf_free(&facts);
    buf_free(&manifest);
    return ok;
}

static bool make(struct backup *b, struct why *w)
{
    char conf[ARCHIVE_PATH + 16];

    (void)snprintf(conf, sizeof conf, "%s/node.conf", b->folder);
    if (!config_load(conf, &b->arena, &b->config, w))
        return false;
    if (b->o->with_keys && b->o->passphrase.n < LOCKED_LEAST)
        return why_set(w, "passphrase", WHY_NO_OFFSET, NULL, "keys want a passphrase of %d bytes at least",
                       LOCKED_LEAST);
    (void)snprintf(b->r->member, sizeof b->r->member, "%s", b->config.member);
    (void)snprintf(b->r->name, sizeof b->r->name, "%s", b->config.name);
    b->r->made = b->o->now;
    b->keys.f = open_memstream(&b->key_bytes, &b->key_size);
    if (!b->keys.f)
        abort();
    buf_init(&b->keys.manifest, LIMIT_BACKUP_KEYS);
    if (!archive_create(b->o->out, &b->archive, w) || !walk(b, PASS_STORES, w) || !walk(b, PASS_LOGS, w) ||
        !walk(b, PASS_TAILS, w) || !walk(b, PASS_FILES, w) || !walk(b, PASS_NAMES, w) || !add_keys(b, w))
        return false;
    note_outside(b);
    if (!add_facts(b, w) || !archive_finish(&b->archive, w))
        return false;
    b->r->files = b->archive.files;
    b->r->bytes = b->archive.bytes;
    return true;
}

static void close_keys(struct backup *b)
{
    if (b->keys.f)
        (void)fclose(b->keys.f);
    b->keys.f = NULL;
    buf_free(&b->keys.manifest);
    if (b->key_bytes)
        wipe(b->key_bytes, b->key_size);
    free(b->key_bytes);
}

bool backup_make(const struct backup_options *o, struct backup_report *out, struct why *w)
{
    struct backup *b = calloc(1, sizeof *b);
    size_t n;
    bool ok;

    if (!b)
        abort();
    *out = (struct backup_report){ 0 };
    buf_init(&out->notes, LIMIT_BACKUP_FACTS / 2);
    b->o = o;
    b->r = out;
    arena_init(&b->arena, 1 << 20);
    (void)snprintf(b->folder, sizeof b->folder, "%s", o->folder);
    for (n = strlen(b->folder); n > 1 && b->folder[n - 1] == '/'; n--)
        b->folder[n - 1] = '\0';
    ok = make(b, w);
    archive_end(&b->archive);
    close_keys(b);
    arena_free(&b->arena);
    free(b);
    return ok;
}

void backup_report_free(struct backup_report *r)
{
    buf_free(&r->notes);
}

bool backup_is_restored(const char *folder)
{
    char path[ARCHIVE_PATH];

    return (size_t)snprintf(path, sizeof path, "%s/" RESTORED_FILE, folder) < sizeof path &&
           access(path, F_OK) == 0;
}
