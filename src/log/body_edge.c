#include "log/body_edge.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void body_edge_init(struct body_edge *e)
{
    buf_init(&e->slots, BODY_BUNDLE);
    e->n = 0;
}

void body_edge_free(struct body_edge *e)
{
    buf_free(&e->slots);
    e->n = 0;
}

void body_edge_clear(struct body_edge *e)
{
    buf_reset(&e->slots);
    e->n = 0;
}

bool body_edge_add_slot(struct body_edge *e, const struct body_slot *slot)
{
    if (!body_bundle_put(slot, &e->slots))
        return false;
    e->n++;
    return true;
}

bool body_edge_add(struct body_edge *e, struct log_files *files, const uint8_t hash[LEAF_HASH],
                   struct span kept, struct why *w)
{
    struct body_slot slot = { .kind = BODY_SLOT_HERE, .kept = kept };
    char path[BODY_PATH];

    if (kept.n > BODY_ALONE)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "a body has at most %d bytes", LIMIT_LOG_BODY);
    if (kept.n == 0 || kept.n > BODY_SMALL)
        slot = (struct body_slot){ .kind = BODY_SLOT_NONE };
    body_alone_path(hash, path);
    if (kept.n > BODY_SMALL && files && !log_files_write(files, path, kept, w))
        return false;
    return body_edge_add_slot(e, &slot) ||
           why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}

void body_edge_erase(struct body_edge *e, unsigned at)
{
    static const struct body_slot erased = { .kind = BODY_SLOT_ERASED };
    struct body_slot slot[TILE_WIDTH];
    struct buffer again;
    bool ok = true;

    if (at >= e->n || !body_bundle_parse(buf_span(&e->slots), e->n, slot, NULL, NULL))
        return;
    slot[at] = erased;
    buf_init(&again, BODY_BUNDLE);
    for (unsigned i = 0; i < e->n; i++)
        ok = body_bundle_put(&slot[i], &again) && ok;
    if (!ok) /* smaller than what is there, of the same slots */
        abort();
    buf_free(&e->slots);
    e->slots = again;
}

bool body_edge_write(struct body_edge *e, struct log_files *files, uint64_t index, struct why *w)
{
    char path[TILE_PATH];

    if (e->n == 0)
        return true;
    body_bundle_path(index, e->n, path);
    if (files && !log_files_write(files, path, buf_span(&e->slots), w))
        return false;
    if (e->n == TILE_WIDTH)
        body_edge_clear(e);
    return true;
}

static void partial_folder(uint64_t index, char out[TILE_PATH + 2])
{
    char path[TILE_PATH];

    body_bundle_path(index, TILE_WIDTH, path);
    (void)snprintf(out, TILE_PATH + 2, "%s.p", path);
}

void body_edge_settled(const struct log_files *files, uint64_t before, uint64_t size)
{
    char path[TILE_PATH + 2];
    unsigned width = (unsigned)(before % TILE_WIDTH);

    if (width == 0 || before == size)
        return;
    if (before / TILE_WIDTH == size / TILE_WIDTH)
        body_bundle_path(before / TILE_WIDTH, width, path);
    else
        partial_folder(before / TILE_WIDTH, path);
    if (before / TILE_WIDTH == size / TILE_WIDTH)
        log_files_drop(files, path);
    else
        log_files_drop_folder(files, path);
}

static bool is_there(const char *root, const char *path)
{
    char full[LIMIT_LOG_PATH];

    return (size_t)snprintf(full, sizeof full, "%s/%s", root, path) < sizeof full && access(full, F_OK) == 0;
}

/* Bundles behind the edge, one after the other as the batch that was cut off wrote them. */
static void drop_unsigned(const struct log_files *files, uint64_t size)
{
    bool there = true;

    for (uint64_t index = size / TILE_WIDTH; there; index++) {
        char full[TILE_PATH], partial[TILE_PATH + 2];

        body_bundle_path(index, TILE_WIDTH, full);
        partial_folder(index, partial);
        there = is_there(files->root, full) || is_there(files->root, partial) || index == size / TILE_WIDTH;
        log_files_drop(files, full);
        if (index > size / TILE_WIDTH)
            log_files_drop_folder(files, partial);
    }
}

/* The bundle of the signed size, and no other: a wider one is of a batch that was cut off. */
static bool load_exact(struct body_edge *e, const struct log_files *files, const char *path, unsigned width,
                       struct why *w)
{
    struct log_source s = log_folder(files->root);
    struct body_slot slot[TILE_WIDTH];
    bool found;

    if (!s.get(s.ctx, path, BODY_BUNDLE, &e->slots, &found, w))
        return false;
    if (found && !body_bundle_parse(buf_span(&e->slots), width, slot, NULL, w))
        return false;
    e->n = found ? width : 0;
    return true;
}

bool body_edge_load(struct body_edge *e, const struct log_files *files, uint64_t size, struct why *w)
{
    static const struct body_slot none = { .kind = BODY_SLOT_NONE };
    unsigned width = (unsigned)(size % TILE_WIDTH);
    char partial[TILE_PATH + 2], path[TILE_PATH];

    body_edge_clear(e);
    body_bundle_path(size / TILE_WIDTH, width ? width : 1, path);
    if (width && !load_exact(e, files, path, width, w))
        return false;
    drop_unsigned(files, size);
    partial_folder(size / TILE_WIDTH, partial);
    log_files_drop_others(files, partial, width ? strrchr(path, '/') + 1 : "");
    /* Restored without bodies: the log goes on, and they are missing. */
    while (e->n < width)
        if (!body_edge_add_slot(e, &none))
            return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    return true;
}
