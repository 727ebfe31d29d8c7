#include "trust/keys.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "seal/receipt.h"
#include "trust/act.h"

static const char clause[] = "doc/trust-list.md, Members' keys";

void trust_fingerprint(struct span name, const uint8_t pub[NODE_PUBLIC_KEY], uint8_t out[32])
{
    struct span part[] = { name, SPAN("\n\x01"), span_of(pub, NODE_PUBLIC_KEY) };
    struct digest d;

    digest_parts(DIGEST_SHA256, part, 3, &d);
    memcpy(out, d.b, 32);
}

const char *fingerprint_format(const uint8_t fingerprint[32], char out[FINGERPRINT_TEXT])
{
    struct buffer b;

    buf_init_fixed(&b, out, FINGERPRINT_TEXT);
    for (size_t i = 0; i < 32; i += 2) {
        if (i)
            buf_u8(&b, ' ');
        hex_put(&b, span_of(fingerprint + i, 2));
    }
    buf_u8(&b, 0);
    return out;
}

static bool read_line(struct span line, size_t at, struct trust_key *out, struct why *w)
{
    struct span state = { 0 }, rest = line;
    struct trust_key k = { 0 };

    if (!text_split(&rest, ' ', &state) || state.n != 2 || !ascii_upper(state.p[0]) ||
        !ascii_upper(state.p[1]))
        return why_set(w, "members", at, clause, "expected a member and its verifier key: IR name+hash+key");
    k.state = state;
    rest = text_trim(rest);
    if (!node_vkey_parse(rest, &k.name, k.key, w)) {
        why_shift(w, at + (size_t)(rest.p ? rest.p - line.p : 0));
        return false;
    }
    trust_fingerprint(k.name, k.key, k.fingerprint);
    *out = k;
    return true;
}

bool trust_keys_parse(struct span text, struct arena *a, struct trust_keys *out, struct why *w)
{
    struct trust_key *key = arena_array(a, LIMIT_TRUST_KEYS, sizeof *key);
    struct span rest = text, line;
    size_t n = 0;

    if (!key)
        return why_set(w, "too-large", WHY_NO_OFFSET, clause, "no memory left for this");
    while (text_split(&rest, '\n', &line)) {
        struct span s = text_trim(line);
        size_t at = s.p ? (size_t)(s.p - text.p) : 0;

        if (s.n == 0 || !s.p || s.p[0] == '#')
            continue;
        if (n == LIMIT_TRUST_KEYS)
            return why_set(w, "too-large", at, clause, "more than %d keys", LIMIT_TRUST_KEYS);
        if (!read_line(s, at, &key[n], w))
            return false;
        for (size_t i = 0; i < n; i++)
            if (memcmp(key[i].key, key[n].key, NODE_PUBLIC_KEY) == 0)
                return why_set(w, "members", at, clause, "this key stands there already, as one of %.*s", 2,
                               (const char *)key[i].state.p);
        n++;
    }
    *out = (struct trust_keys){ n, key, LIMIT_TRUST_KEYS };
    return true;
}

static bool is_known(const struct trust_keys *keys, const struct act_statement *s)
{
    for (size_t i = 0; i < keys->n; i++)
        if (span_eq(keys->key[i].state, s->state) &&
            memcmp(keys->key[i].fingerprint, s->sha256, sizeof s->sha256) == 0)
            return true;
    return false;
}

static bool make_room(struct trust_keys *keys, struct arena *a)
{
    size_t room = keys->n < LIMIT_TRUST_KEYS ? LIMIT_TRUST_KEYS : LIMIT_KNOWN_KEYS;
    struct trust_key *more;

    if (keys->n < keys->room)
        return true;
    if (keys->n >= LIMIT_KNOWN_KEYS || !(more = arena_array(a, room, sizeof *more)))
        return false;
    if (keys->n)
        memcpy(more, keys->key, keys->n * sizeof *more);
    keys->key = more;
    keys->room = room;
    return true;
}

bool trust_keys_learn(struct trust_keys *keys, const struct trust_act *act, struct arena *a)
{
    size_t named = 0;
    bool any = false;

    for (size_t i = 0; i < keys->n; i++)
        named += span_eq(keys->key[i].named_by, act->member);
    for (size_t i = 0; i < act->n; i++) {
        const struct act_statement *s = &act->statement[i];

        if (!act_names_key(s->verb) || is_known(keys, s))
            continue;
        if (named++ >= LIMIT_NAMED_KEYS || !make_room(keys, a))
            break;
        keys->key[keys->n] =
            (struct trust_key){ .state = s->state, .name = s->name, .named_by = act->member };
        memcpy(keys->key[keys->n].key, s->key, NODE_PUBLIC_KEY);
        memcpy(keys->key[keys->n].fingerprint, s->sha256, 32);
        keys->n++;
        any = true;
    }
    return any;
}

void trust_keys_put(struct buffer *b, struct span state, struct span name, const uint8_t pub[NODE_PUBLIC_KEY])
{
    buf_put(b, state);
    buf_u8(b, ' ');
    node_vkey(name, pub, b);
    buf_u8(b, '\n');
}
