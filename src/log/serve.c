#include "log/serve.h"

#include "log/files.h"

static bool answer(struct log_serve_answer *out, unsigned status)
{
    *out = (struct log_serve_answer){ .status = status };
    return true;
}

static bool found_file(struct log_serve_answer *out, const char *type, bool immutable)
{
    *out = (struct log_serve_answer){ .status = 200, .type = type, .immutable = immutable };
    return true;
}

static const char bytes[] = "application/octet-stream", text[] = "text/plain; charset=utf-8";

static bool serve_checkpoint(const char *root, const char *name, struct buffer *out,
                             struct log_serve_answer *a, struct why *w)
{
    struct log_source s = log_folder(root);
    bool found;

    if (!s.get(s.ctx, name, LIMIT_CHECKPOINT, out, &found, w))
        return false;
    return found ? found_file(a, text, false) : answer(a, 404);
}

static bool serve_tile(const char *root, const struct tile *t, struct buffer *out, struct log_serve_answer *a,
                       struct why *w)
{
    struct log_source s = log_folder(root);
    char path[TILE_PATH];
    bool found;

    tile_path(t, path);
    if (!s.get(s.ctx, path, t->entries ? TILE_BUNDLE : TILE_BYTES, out, &found, w))
        return false;
    return found ? found_file(a, bytes, true) : answer(a, 404);
}

static bool serve_bodies(const char *root, uint64_t index, unsigned width, struct buffer *out,
                         struct log_serve_answer *a, struct why *w)
{
    enum body_state state;

    if (!body_bundle_read(root, index, width, out, &state, w))
        return false;
    if (state == BODY_THERE)
        return found_file(a, bytes, false);
    return answer(a, state == BODY_ERASED ? 410 : 404);
}

static bool serve_body(const char *root, const uint8_t hash[LEAF_HASH], struct buffer *out,
                       struct log_serve_answer *a, struct why *w)
{
    struct log_source s = log_folder(root);
    char path[BODY_PATH];
    bool found;

    body_alone_path(hash, path);
    if (!s.get(s.ctx, path, BODY_ALONE, out, &found, w))
        return false;
    if (found && out->n)
        return found_file(a, bytes, false);
    return answer(a, found ? 410 : 404);
}

bool log_serve(const char *root, const struct origin *o, struct span owner, struct span member,
               struct span path, struct buffer *out, struct log_serve_answer *a, struct why *w)
{
    uint8_t hash[LEAF_HASH];
    uint64_t index;
    unsigned width;
    struct tile t;

    out->n = 0;
    if (member.n == 0)
        return answer(a, 403);
    if (span_eq_str(path, "checkpoint"))
        return serve_checkpoint(root, "checkpoint", out, a, w);
    if (span_eq_str(path, "witnessed"))
        return serve_checkpoint(root, "witnessed", out, a, w);
    /* Who is not of the audience learns nothing from the answer, not even which paths there are. */
    if (!origin_audience_has(o->audience, owner, member))
        return answer(a, 403);
    if (tile_path_parse(path, &t))
        return serve_tile(root, &t, out, a, w);
    if (body_bundle_path_parse(path, &index, &width))
        return serve_bodies(root, index, width, out, a, w);
    if (body_alone_path_parse(path, hash))
        return serve_body(root, hash, out, a, w);
    return answer(a, 404);
}
