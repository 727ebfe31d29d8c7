#include "node/own_streams.h"

#include <stdio.h>

#include "log/keep.h"

enum { PATH = 4096 };

static const char *path_of(struct arena *a, const char *folder, const char *name)
{
    char path[PATH];
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);

    return n > 0 && n < PATH ? arena_str(a, span_of((uint8_t *)path, (size_t)n)) : NULL;
}

/* Keys the tags of those whom records are about; made once, and never given out. */
static bool subject_secret(const char *logs, struct arena *a, struct span *out, struct why *w)
{
    static const char name[] = "subject.secret";
    const char *path = path_of(a, logs, name);
    uint8_t fresh[32];
    bool there = false, ok;

    if (!path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of %s is too long", name);
    if (!file_read(path, sizeof fresh, a, out, &there, w))
        return false;
    if (there)
        return out->n == sizeof fresh || why_set(w, "io", WHY_NO_OFFSET, NULL, "%s has not 32 bytes", path);
    random_bytes(fresh, sizeof fresh);
    *out = arena_copy(a, span_of(fresh, sizeof fresh));
    ok = out->p && file_create(logs, name, *out, NULL, w);
    wipe(fresh, sizeof fresh);
    return ok;
}

/* What it signed last is signed again by the key that replaces it, so that its logs go on. */
static bool key_before(const struct node_config *c, const char *name, struct own_streams *out, struct why *w)
{
    struct note_key k;

    if (!c->log_key_before)
        return true;
    if (!note_key_parse(span_str(c->log_key_before), &k, w))
        return false;
    if (k.type != NOTE_KEY_ED25519 || !span_eq_str(k.name, name))
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "`log-key-before` is no key of the name %s", name);
    memcpy(out->before, k.pub, sizeof out->before);
    out->has_before = true;
    return true;
}

bool own_streams_open(const struct node_config *c, bool write, unix_time now, struct arena *a,
                      struct own_streams *out, struct why *w)
{
    struct streams_options s = { .name = span_str(c->name), .state = span_str(c->member) };
    bool etcd = c->logs_keep && log_keep_is_etcd(c->logs_keep), apart = c->logs_keep && !etcd;
    const char *name;

    *out = (struct own_streams){ 0 };
    if (!c->log_key || !c->logs)
        return why_set(w, "config", WHY_NO_OFFSET, NULL, "node.conf has no log-key, or no folder of logs");
    name = path_of(a, c->name, "log");
    s.folder = path_of(a, c->logs, "own");
    s.keep = path_of(a, apart ? c->logs_keep : c->logs, apart ? "own" : "own.keep");
    s.kept = etcd ? c->logs_keep : NULL;
    if (!name || !s.folder || !s.keep)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path of the logs is too long");
    if (!folder_make(c->logs, NULL, w) || (apart && !folder_make(c->logs_keep, NULL, w)) ||
        !signing_key_open(c->log_key, span_str(name), NOTE_KEY_ED25519, NULL, a, &out->key, w))
        return false;
    out->folder = s.folder;
    out->keep = s.keep;
    out->kept = s.kept;
    if (!key_before(c, name, out, w)) {
        own_streams_close(out);
        return false;
    }
    if (!write)
        return true;
    s.signer = &out->key.signer;
    s.before = (const uint8_t(*)[NODE_PUBLIC_KEY])out->before;
    s.n_before = out->has_before;
    if (subject_secret(c->logs, a, &s.subject_secret, w))
        out->streams = streams_open(&s, now, w);
    if (!out->streams)
        own_streams_close(out);
    return out->streams != NULL;
}

void own_streams_close(struct own_streams *o)
{
    streams_close(o->streams);
    signing_key_close(&o->key);
    *o = (struct own_streams){ 0 };
}
