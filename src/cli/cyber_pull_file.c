#include "cli/cyber_pull_file.h"

#include "cli/words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "files/durable.h"
#include "wire/json.h"
#include "wire/json_write.h"

static const char end_of_bundle[] = "\n]}\n";

/* id and modified as they stand; of observables the whole text. */
static void key_of(struct span object, struct arena *a, struct digest *out)
{
    struct span id = { NULL, 0 }, version = { NULL, 0 }, part[3];
    struct json j;

    if (json_parse(object, a, &j, NULL)) {
        id = json_source(&j, json_member(&j, JSON_ROOT, "id"));
        version = json_source(&j, json_member(&j, JSON_ROOT, "modified"));
        if (version.n == 0)
            version = json_source(&j, json_member(&j, JSON_ROOT, "created"));
    }
    part[0] = id;
    part[1] = SPAN("\n");
    part[2] = id.n && version.n ? version : object;
    digest_parts(DIGEST_SHA256, part, 3, out);
}

bool cyber_pull_new(struct cyber_pull_file *f, struct span object)
{
    struct arena a;
    struct digest d;

    arena_init(&a, LIMIT_TAXII_ANSWER_MEMORY);
    key_of(object, &a, &d);
    arena_free(&a);
    return intel_seen_add(&f->seen, 0, span_of(d.b, 16), 0, NULL) != INTEL_KNOWN;
}

static bool io(struct cyber_pull_file *f, const char *what)
{
    return why_set(&f->why, "io", WHY_NO_OFFSET, NULL, "%s: %s", what, strerror(errno));
}

static bool put(struct cyber_pull_file *f, uint64_t at, struct span s)
{
    while (s.n) {
        ssize_t n = pwrite(f->fd, s.p, s.n, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return io(f, _("the bundle cannot be written"));
        at += (uint64_t)n;
        s = span_sub(s, (size_t)n, s.n);
    }
    return true;
}

static bool put_state(struct cyber_pull_file *f, const struct taxii_place_in *p)
{
    uint8_t mem[16 * 1024], place[8 * 1024];
    struct buffer b, inner;
    struct json_writer j;

    buf_init_fixed(&b, mem, sizeof mem);
    buf_init_fixed(&inner, place, sizeof place);
    taxii_place_put(&inner, p);
    j = json_to(&b);
    jw_object(&j, NULL);
    jw_str(&j, "source", f->key);
    jw_raw(&j, "place", buf_span(&inner));
    jw_int(&j, "bytes", (int64_t)f->sure);
    jw_int(&j, "objects", (int64_t)f->objects);
    jw_object_end(&j);
    buf_u8(&b, '\n');
    return buf_ok(&b) && buf_ok(&inner) && file_replace(f->folder, f->name, buf_span(&b), NULL, &f->why);
}

bool cyber_pull_keep(struct cyber_pull_file *f, const struct taxii_place_in *after)
{
    return put_state(f, after);
}

/* The state when it is of this source; absent: the beginning. */
static bool read_state(struct cyber_pull_file *f, const char *path, struct taxii_place_in *place, bool *there,
                       struct why *w)
{
    struct span text, key;
    int64_t bytes = 0, objects = 0;
    struct json j;

    if (!file_read(path, 64 * 1024, &f->a, &text, there, w))
        return false;
    if (!*there)
        return true;
    if (!json_parse(text, &f->a, &j, NULL) ||
        !json_text_of(&j, json_member(&j, JSON_ROOT, "source"), &f->a, &key) || !span_eq_str(key, f->key) ||
        !json_int64(&j, json_member(&j, JSON_ROOT, "bytes"), &bytes) || bytes < 0 ||
        !json_int64(&j, json_member(&j, JSON_ROOT, "objects"), &objects) || objects < 0 ||
        !taxii_place_read(json_source(&j, json_member(&j, JSON_ROOT, "place")), place))
        return why_set(w, "state", WHY_NO_OFFSET, NULL, "%s is no state of a pull from this collection",
                       path);
    f->sure = (uint64_t)bytes;
    f->objects = (size_t)objects;
    return true;
}

/* Which objects the sure part holds: read once, as a bundle. */
static bool remember(struct cyber_pull_file *f, const char *path, struct why *w)
{
    struct buffer b;
    struct arena a;
    struct span text;
    bool there, ok;
    json_ref list;
    struct json j;

    arena_init(&a, 3u * (size_t)LIMIT_INTEL_OUT);
    buf_init(&b, LIMIT_INTEL_OUT);
    ok = file_read(path, LIMIT_INTEL_OUT, &a, &text, &there, w);
    if (ok) {
        buf_put(&b, span_sub(text, 0, (size_t)f->sure));
        buf_str(&b, end_of_bundle);
        ok = buf_ok(&b) && text.n >= f->sure && json_parse(buf_span(&b), &a, &j, w);
        if (!ok)
            (void)why_set(w, "state", WHY_NO_OFFSET, NULL, "%s is not what its state says", path);
    }
    list = ok ? json_member(&j, JSON_ROOT, "objects") : JSON_NONE;
    for (json_ref i = ok ? json_first(&j, list) : JSON_NONE; i != JSON_NONE; i = json_after(&j, list, i))
        (void)cyber_pull_new(f, json_source(&j, i));
    buf_free(&b);
    arena_free(&a);
    return ok;
}

static bool begin_file(struct cyber_pull_file *f)
{
    char head[160];
    struct stix_uuid uuid;
    char text[STIX_UUID_TEXT];

    stix_uuid_v5(&stix_space_serai, span_str(f->key), &uuid);
    (void)snprintf(head, sizeof head, "{\"type\":\"bundle\",\"id\":\"bundle--%s\",\"objects\":[\n",
                   stix_uuid_text(&uuid, text));
    f->sure = strlen(head);
    return put(f, 0, span_str(head)) && put(f, f->sure, span_str(end_of_bundle)) &&
           (ftruncate(f->fd, (off_t)(f->sure + strlen(end_of_bundle))) == 0 || io(f, _("the bundle")));
}

bool cyber_pull_open(struct cyber_pull_file *f, const char *path, const char *state, const char *key,
                     struct taxii_place_in *place, struct why *w)
{
    const char *slash = strrchr(state, '/');
    bool there = false;

    *f = (struct cyber_pull_file){ .fd = -1 };
    arena_init(&f->a, LIMIT_INTEL_OUT);
    intel_seen_init(&f->seen, &f->a);
    (void)snprintf(f->folder, sizeof f->folder, "%.*s", slash && slash != state ? (int)(slash - state) : 1,
                   slash && slash != state ? state
                   : slash                 ? "/"
                                           : ".");
    (void)snprintf(f->name, sizeof f->name, "%s", slash ? slash + 1 : state);
    (void)snprintf(f->key, sizeof f->key, "%s", key);
    *place = (struct taxii_place_in){ .next = "" };
    if (!read_state(f, state, place, &there, w))
        return false;
    if (!path[0])
        return true;
    f->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (f->fd < 0)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "%s: %s", path, strerror(errno));
    if (!file_lock(f->fd))
        return why_set(w, "locked", WHY_NO_OFFSET, NULL, "another pull writes %s", path);
    if (there && f->sure)
        return remember(f, path, w);
    if (!begin_file(f)) {
        *w = f->why;
        return false;
    }
    return true;
}

size_t cyber_pull_page(struct cyber_pull_file *f, const struct span *object, size_t n,
                       const struct taxii_place_in *after, bool *ok)
{
    struct buffer b;
    size_t fresh = 0;

    buf_init(&b, 2 * (size_t)LIMIT_TAXII_ANSWER);
    for (size_t i = 0; i < n; i++) {
        if (!cyber_pull_new(f, object[i]))
            continue;
        if (f->objects + fresh++)
            buf_str(&b, ",\n");
        buf_put(&b, object[i]);
    }
    *ok = buf_ok(&b);
    if (fresh && *ok) {
        uint64_t sure = f->sure + b.n;

        buf_str(&b, end_of_bundle);
        *ok = put(f, f->sure, buf_span(&b)) &&
              (ftruncate(f->fd, (off_t)(f->sure + b.n)) == 0 || io(f, _("the bundle"))) &&
              (fdatasync(f->fd) == 0 || io(f, _("the bundle")));
        f->sure = sure;
        f->objects += fresh;
    }
    *ok = *ok && put_state(f, after);
    buf_free(&b);
    return fresh;
}

void cyber_pull_close(struct cyber_pull_file *f)
{
    if (f->fd >= 0)
        (void)close(f->fd);
    arena_free(&f->a);
}
