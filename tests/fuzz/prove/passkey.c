/*
 * What a browser and an authenticator say. First byte: even: a registration (client data, attestation
 * object); odd: a proof (client data, authenticator data, signature, the key that is held). Each part but the
 * last stands behind its length in two bytes. The whole is read by each reader too.
 */
#include "prove/passkey.h"

#include <stdlib.h>

#include "base/reader.h"
#include "prove/client_data.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const origins[] = { "https://serai.example" };
static const struct passkey_place place = { "serai.example", origins, 1, NULL, 0 };
static const struct span challenge = SPAN("cccccccccccccccccccccccccccccccc");

static void must(bool ok)
{
    if (!ok)
        abort();
}

static bool within(struct span part, struct span whole)
{
    return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

static void read_alone(struct span in, struct arena *a)
{
    struct authenticator_data d;
    struct authenticator_key k;
    struct attestation t;
    struct client_data c;

    if (authenticator_data_read(in, a, &d, NULL) && d.flags & AUTHENTICATOR_CREDENTIAL)
        must(within(d.id, in) && within(d.key, in) && d.id.n > 0 && d.model.n == AUTHENTICATOR_MODEL);
    if (attestation_read(in, a, &t, NULL))
        must(within(t.data, in) && within(t.statement, in) && within(t.format, in));
    if (authenticator_key_read(in, a, &k, NULL))
        must(k.n == 32 || k.n == 64 || k.n == AUTHENTICATOR_KEY_RAW);
    if (client_data_read(in, a, &c, NULL))
        must(c.type.p && c.origin.p && c.challenge.p);
}

static struct span part(struct reader *r)
{
    return rd_take(r, (size_t)rd_be(r, 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct reader r = rd_of(span_of(data, n));
    bool proof = rd_u8(&r) & 1;
    struct span client = part(&r), rest;
    struct passkey_said said;
    struct passkey_made made;
    struct passkey held = { SPAN("SPEC"), { NULL, 0 }, 5 };
    uint32_t counter = 0;
    struct arena a;

    arena_init(&a, 1 << 20);
    read_alone(span_of(data, n), &a);
    if (proof) {
        said = (struct passkey_said){ client, part(&r), part(&r) };
        held.key = span_sub(span_of(data, n), rd_offset(&r), n);
        if (rd_ok(&r) && passkey_prove(&place, &held, challenge, &said, &a, &counter, NULL))
            must(counter > held.counter);
    } else {
        rest = span_sub(span_of(data, n), rd_offset(&r), n);
        if (rd_ok(&r) && passkey_register(&place, challenge, client, rest, &a, &made, NULL))
            must(within(made.passkey.id, rest) && within(made.passkey.key, rest) && made.passkey.id.n > 0);
    }
    arena_free(&a);
    return 0;
}
