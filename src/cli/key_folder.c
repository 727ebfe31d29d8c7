#include "cli/key_folder.h"

static bool name_in_token(struct key_set *s, enum key_use u, struct why *w)
{
    if (!s->token)
        return true;
    s->uri[u] = key_object_uri(s->arena, s->token, s->name, u);
    return s->uri[u] || why_set(w, "token-uri", WHY_NO_OFFSET, "RFC 7512",
                                "the URI names the token alone: without object=, and not longer than needed");
}

static bool make_key(struct key_set *s, enum key_use u, struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY], secret[NODE_SECRET_KEY];

    if (!name_in_token(s, u, w))
        return false;
    if (s->inside) {
        if (!token_generate(s->uri[u], s->login, NULL, pub, w))
            return false;
    } else {
        node_key_from_seed(s->seed[u], pub, secret);
        wipe(secret, sizeof secret);
    }
    note_key_of(key_full_name(s->arena, s->name, u), key_uses[u].type, pub, &s->key[u]);
    return true;
}

bool key_set_make(struct key_set *s, unix_time now, struct why *w)
{
    buf_init(&s->certificate, TRANSPORT_PEM);
    buf_init(&s->transport_key, TRANSPORT_PEM);
    for (enum key_use u = KEY_NODE; u < KEY_TRANSPORT; u++)
        if (!make_key(s, u, w))
            return false;
    return transport_make(s->seed[KEY_TRANSPORT], span_str(s->name), now, &s->certificate, &s->transport_key,
                          w) &&
           transport_pin(buf_span(&s->certificate), s->pin, w);
}

static bool put_file(const char *folder, const char *name, struct span text, unsigned mode, struct why *w)
{
    char path[4096];

    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return why_set(w, "io", WHY_NO_OFFSET, NULL, "the path is too long");
    return key_write_new(path, text, mode, w);
}

static bool put_key_file(const struct key_set *s, enum key_use u, const char *folder, struct why *w)
{
    char name[32];
    struct buffer b;
    bool ok;

    buf_init(&b, 4096);
    note_signer_put(s->key[u].name, s->key[u].type, s->seed[u], &b);
    (void)snprintf(name, sizeof name, "%s.key", key_uses[u].word);
    ok = put_file(folder, name, buf_span(&b), 0600, w);
    wipe(b.p, b.n);
    buf_free(&b);
    return ok;
}

static bool put_vkeys(const struct key_set *s, const char *folder, struct why *w)
{
    struct buffer b;
    bool ok;

    buf_init(&b, 8192);
    for (enum key_use u = KEY_NODE; u < KEY_TRANSPORT; u++) {
        note_key_put(&s->key[u], &b);
        buf_u8(&b, '\n');
    }
    ok = put_file(folder, "vkeys", buf_span(&b), 0644, w);
    buf_free(&b);
    return ok;
}

bool key_set_write(const struct key_set *s, const char *folder, struct why *w)
{
    uint8_t pub[NODE_PUBLIC_KEY];

    for (enum key_use u = KEY_NODE; u < KEY_TRANSPORT; u++) {
        if (!s->token && !put_key_file(s, u, folder, w))
            return false;
        if (s->token && !s->inside && !token_generate(s->uri[u], s->login, s->seed[u], pub, w))
            return false;
    }
    return put_file(folder, "transport.key", buf_span(&s->transport_key), 0600, w) &&
           put_file(folder, "transport.crt", buf_span(&s->certificate), 0644, w) && put_vkeys(s, folder, w);
}

void key_set_wipe(struct key_set *s)
{
    wipe(s->seed, sizeof s->seed);
    if (s->transport_key.p)
        wipe(s->transport_key.p, s->transport_key.n);
    buf_free(&s->transport_key);
    buf_free(&s->certificate);
}

void key_set_describe(const struct key_set *s, struct buffer *out)
{
    char text[FINGERPRINT_TEXT];
    uint8_t fingerprint[32];

    for (enum key_use u = KEY_NODE; u < KEY_TRANSPORT; u++) {
        key_fingerprint(&s->key[u], fingerprint);
        buf_printf(out, _("%s key: %s\n  key          "), key_uses[u].word, gettext(key_uses[u].does));
        note_key_put(&s->key[u], out);
        buf_printf(out, _("\n  fingerprint  %s\n  stands in    %s%s\n\n"),
                   fingerprint_format(fingerprint, text), s->token ? s->uri[u] : key_uses[u].word,
                   s->token ? "" : ".key");
    }
    buf_printf(out,
               _("transport key: %s\n  pin          %s\n  stands in    transport.key and transport.crt\n\n"),
               gettext(key_uses[KEY_TRANSPORT].does), fingerprint_format(s->pin, text));
}

void key_set_settings(const struct key_set *s, struct buffer *out)
{
    for (enum key_use u = KEY_NODE; u < KEY_TRANSPORT; u++)
        buf_printf(out, "  %s = %s%s\n", key_uses[u].setting, s->token ? s->uri[u] : key_uses[u].word,
                   s->token ? "" : ".key");
    buf_str(out, "  transport-key = transport.key\n  transport-certificate = transport.crt\n");
}
