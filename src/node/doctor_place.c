/* Where the node stands: its store, the disk, its port, the console's files, desks. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "node/assets.h"
#include "node/desks.h"
#include "node/doctor_internal.h"
#include "node/listen.h"

enum { PATH = 4096 };

struct lines {
    char first[160];
};

static void keep_first(void *ctx, const char *line)
{
    struct lines *l = ctx;

    if (!l->first[0])
        (void)snprintf(l->first, sizeof l->first, "%s", line);
}

/* An address of a server may hold a password. */
static const char *name_of(const struct node_config *c)
{
    return store_is_server(c->store) ? "the store in PostgreSQL" : c->store;
}

static void read_store(struct doctor *d, struct store *s)
{
    struct lines said = { "" };
    struct store_stats st;
    int64_t wrong = 0;
    struct why w;

    why_clear(&w);
    if (!store_stats(s, &st, &w))
        doctor_say(d, "store-damaged", "%s: %s", name_of(&d->config), w.detail);
    else
        doctor_time(d, st.newest_check, "a check");
    if (w.reason || d->o->quick)
        return;
    if (!store_verify(s, keep_first, &said, &wrong, &w))
        doctor_say(d, "store-damaged", "%s: %s", name_of(&d->config), w.detail);
    else if (wrong)
        doctor_say(d, "store-damaged", "%s: %lld things are wrong, first: %s", name_of(&d->config),
                   (long long)wrong, said.first);
}

/* The word of a finding for why a store cannot be opened. */
static const char *word_for(const char *reason)
{
    static const char *const own[] = { "store-key", "store-damaged", "store-newer", "store-older" };

    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(reason, own[i]) == 0)
            return own[i];
    return "store";
}

static void look_at_store(struct doctor *d)
{
    bool file = !store_is_server(d->config.store);
    struct store_options o;
    struct store *s;
    struct stat st;
    struct why w;

    config_store(&d->config, &o);
    o.read_only = true;
    if (file && stat(d->config.store, &st) != 0) {
        doctor_say(d, "store-none", "%s is not there", d->config.store);
        return;
    }
    if (file && (st.st_mode & 077) != 0)
        doctor_say(d, "store-readable", "%s has mode %03o", d->config.store, (unsigned)(st.st_mode & 0777));
    why_clear(&w);
    if (!store_open(&o, &s, &w)) {
        doctor_say(d, word_for(w.reason), "%s: %s", name_of(&d->config), w.detail);
        return;
    }
    read_store(d, s);
    doctor_notices(d, s);
    doctor_cooperation(d, s);
    doctor_cyber(d, s);
    doctor_persons(d, s);
    store_close(s);
}

static void look_at_disk(struct doctor *d)
{
    const char *folder = d->config.store_folder;
    struct statvfs fs;
    uint64_t room;

    if (statvfs(folder, &fs) != 0) {
        doctor_say(d, "file-missing", "%s, the folder of the store, is not there", folder);
        return;
    }
    room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room < d->o->room)
        doctor_say(d, "disk-low", "%llu MiB are left in %s", (unsigned long long)(room >> 20), folder);
}

/* A port that is taken while the store is held is this node's own. */
static void look_at_port(struct doctor *d)
{
    uint16_t port;
    struct why w;
    int fd;

    why_clear(&w);
    if (d->running)
        doctor_say(d, "running", "the store is open for writing");
    if (listen_on(d->config.host, d->config.port, "listen", &fd, &port, &w)) {
        (void)close(fd);
        return;
    }
    if (strcmp(w.reason, "address-in-use") != 0)
        doctor_say(d, "address", "%s", w.detail);
    else if (!d->running)
        doctor_say(d, "port-taken", "%s", w.detail);
}

static void look_at_console(struct doctor *d)
{
    struct assets *files = arena_alloc(d->a, sizeof *files);
    struct arena a;
    struct why w;

    why_clear(&w);
    arena_init(&a, ASSETS_BYTES);
    if (!files || !assets_load(d->o->data, &a, files, &w))
        doctor_say(d, "console", "%s", w.detail);
    else if (!asset_find(files, "/serai.wasm"))
        doctor_say(d, "no-module", "serai.wasm is not among the console's files");
    arena_free(&a);
}

static void look_at_desks(struct doctor *d)
{
    const struct ask_office office = { .member = span_str(d->config.member), .agreement = d->agreement };
    struct desks *desks;
    struct why w;

    if (!d->config.desks || !d->agreement)
        return;
    why_clear(&w);
    if (desks_open(d->config.desks, &office, &desks, &w))
        desks_close(desks);
    else
        doctor_say(d, "desks", "%s", w.detail);
}

void doctor_place(struct doctor *d)
{
    look_at_store(d);
    look_at_disk(d);
    look_at_port(d);
    look_at_console(d);
    if (!d->o->within)
        look_at_desks(d);
}
