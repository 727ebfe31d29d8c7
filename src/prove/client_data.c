#include "prove/client_data.h"

#include "base/limits.h"
#include "base/text.h"
#include "wire/json.h"

static bool bad(struct why *w, size_t offset, const char *what)
{
    return why_set(w, "client-data", offset, "WebAuthn 5.8.1", "%s", what);
}

bool client_data_read(struct span text, struct arena *a, struct client_data *out, struct why *w)
{
    struct client_data d = { .cross_origin = false };
    struct json j;
    json_ref cross;
    struct span challenge;
    struct buffer bytes;
    uint8_t *room;
    size_t at;
    struct why inner = { .reason = NULL };

    if (text.n > LIMIT_CLIENT_DATA)
        return bad(w, WHY_NO_OFFSET, "the client data are too long");
    if (!json_parse(text, a, &j, &inner))
        return why_set(w, "client-data", inner.offset, "WebAuthn 5.8.1", "the client data are no JSON: %s",
                       inner.detail);
    if (!json_is(&j, JSON_ROOT, JSON_KIND_OBJECT))
        return bad(w, 0, "the client data are no object");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "type"), a, &d.type))
        return bad(w, WHY_NO_OFFSET, "the client data have no type");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "origin"), a, &d.origin))
        return bad(w, WHY_NO_OFFSET, "the client data have no origin");
    if (!json_text_of(&j, json_member(&j, JSON_ROOT, "challenge"), a, &challenge))
        return bad(w, WHY_NO_OFFSET, "the client data have no challenge");
    cross = json_member(&j, JSON_ROOT, "crossOrigin");
    if (cross != JSON_NONE && !(json_boolean)(&j, cross, &d.cross_origin))
        return bad(w, json_offset(&j, cross), "crossOrigin is neither true nor false");
    /* A page of a foreign frame is named where there is one. */
    if (json_member(&j, JSON_ROOT, "topOrigin") != JSON_NONE)
        d.cross_origin = true;
    room = arena_alloc(a, challenge.n + 1);
    if (!room)
        return bad(w, WHY_NO_OFFSET, "no memory left for this");
    buf_init_fixed(&bytes, room, challenge.n + 1);
    if (!base64_decode(challenge, BASE64_URL, &bytes, &at) || !buf_ok(&bytes))
        return bad(w, WHY_NO_OFFSET, "the challenge is no base64url");
    d.challenge = buf_span(&bytes);
    *out = d;
    return true;
}
