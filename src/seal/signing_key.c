#include "seal/signing_key.h"

#include "base/limits.h"
#include "crypto/token.h"
#include "files/durable.h"

static bool open_token(const char *uri, struct span name, enum note_key_type type,
                       const struct token_login *login, struct signing_key *out, struct why *w)
{
    out->token = token_key_open(uri, login, w);
    if (!out->token)
        return false;
    out->signer = *token_key_signer(out->token);
    note_key_of(name, type, out->signer.pub, &out->note);
    return true;
}

static bool open_file(const char *path, struct span name, enum note_key_type type, struct arena *a,
                      struct signing_key *out, struct why *w)
{
    struct span text;
    bool there, ok;

    if (!file_read(path, LIMIT_KEY_FILE, a, &text, &there, w))
        return false;
    if (!there)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "there is no key file %.150s", path);
    ok = note_signer_parse(text, &out->note, out->secret, w);
    if (ok && out->note.type != type)
        ok = why_set(w, "node-key", WHY_NO_OFFSET, NULL,
                     type == NOTE_KEY_COSIGNATURE ? "this is no key of a witness (type 0x04)"
                                                  : "this is the key of a witness, which signs nothing else");
    if (ok && name.n && !span_eq(out->note.name, name))
        ok = why_set(w, "node-key", WHY_NO_OFFSET, NULL, "the key is that of another name than %.*s",
                     (int)(name.n < 80 ? name.n : 80), (const char *)name.p);
    if (ok) {
        out->note.name = name.n ? name : arena_copy(a, out->note.name);
        signer_in_memory(out->secret, &out->signer);
    }
    wipe((uint8_t *)(uintptr_t)text.p, text.n);
    return ok;
}

bool signing_key_open(const char *place, struct span name, enum note_key_type type,
                      const struct token_login *login, struct arena *a, struct signing_key *out,
                      struct why *w)
{
    *out = (struct signing_key){ 0 };
    if (token_is_uri(place) ? open_token(place, name, type, login, out, w)
                            : open_file(place, name, type, a, out, w))
        return true;
    signing_key_close(out);
    return false;
}

void signing_key_close(struct signing_key *k)
{
    token_key_close(k->token);
    wipe(k, sizeof *k);
}
