#include "node/witnessing.h"

#include "base/text.h"
#include "log/roster_policy.h"

struct span witnessing_origin(struct span request)
{
    struct span rest = request, line = { 0 }, origin = { 0 };

    while (text_split(&rest, '\n', &line) && line.n)
        ;
    return line.n == 0 && text_split(&rest, '\n', &origin) ? origin : (struct span){ NULL, 0 };
}

struct span witnessing_name(const struct roster_member *m, struct arena *a)
{
    struct buffer b;
    uint8_t mem[ORIGIN_NAME + 16];

    buf_init_fixed(&b, mem, sizeof mem);
    buf_put(&b, m->name);
    buf_str(&b, "/witness");
    return arena_copy(a, buf_span(&b));
}

static bool refuse(struct witness_answer *out, unsigned status, const char *reason, const char *detail)
{
    *out = (struct witness_answer){ .status = status };
    (void)why_set(&out->why, reason, WHY_NO_OFFSET, "C2SP tlog-witness", "%s", detail);
    return true;
}

bool witnessing_answer(const struct federation *f, const struct roster *r, struct span request, unix_time now,
                       struct arena *a, struct witness_answer *out, struct why *w)
{
    struct span origin = witnessing_origin(request);
    const struct roster_member *owner = r ? roster_of_origin(r, origin) : NULL;
    struct policy *policy = arena_alloc(a, sizeof *policy);
    const struct witness v = {
        .folder = f->witness_folder, .policy = policy, .key = &f->cosigner, .signer = &f->witness_key.signer
    };
    struct why unmet;

    why_clear(&unmet);
    if (!federation_may_sign(f, r, SIGN_COSIGNATURES, w))
        return false;
    if (!policy)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (origin.n == 0)
        return refuse(out, 400, "request", "there is no checkpoint in it");
    if (!owner)
        return refuse(out, 404, "origin", "no member has a log of this name");
    if (!roster_counts(owner))
        return refuse(out, 403, "standing", "the member whose log it is does not count");
    if (!roster_policy(r, origin, a, policy, &unmet) && strcmp(unmet.reason, "quorum") != 0)
        return refuse(out, 403, unmet.reason, unmet.detail);
    return witness_add_checkpoint(&v, request, now, a, out, w);
}
