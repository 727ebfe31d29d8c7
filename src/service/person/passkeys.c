#include "service/person/passkeys.h"

#include "base/limits.h"
#include "base/text.h"
#include "crypto/cipher.h"
#include "crypto/digest.h"

enum { LABEL = 64, EVENTS = 1000, EVENTS_MEMORY = 16 << 20 };

void person_handle(const struct passkey_place *p, struct span person, uint8_t out[PERSON_HANDLE])
{
    const struct span part[] = { SPAN("serai passkey "), span_str(p->id), SPAN(" "), person };
    struct digest g;

    digest_parts(DIGEST_SHA256, part, sizeof part / sizeof *part, &g);
    memcpy(out, g.b, PERSON_HANDLE);
}

/* As the store has it: text. */
static struct span credential_id(struct span id, struct arena *a)
{
    size_t room = id.n / 3 * 4 + 8;
    uint8_t *mem = arena_alloc(a, room);
    struct buffer b;

    if (!mem)
        return (struct span){ NULL, 0 };
    buf_init_fixed(&b, mem, room);
    base64_put(&b, id, BASE64_URL);
    return buf_span(&b);
}

static bool label_good(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n <= LABEL && utf8_valid_to(s) == s.n;
}

static bool has_room(const struct person_desk *d, struct span person, struct arena *a, struct why *w)
{
    const struct credential_row *c;
    size_t n, passkeys = 0;

    if (!store_credentials(d->store, person, a, &c, &n, w))
        return false;
    for (size_t i = 0; i < n; i++)
        passkeys += span_eq_str(c[i].kind, "passkey");
    return passkeys < LIMIT_PASSKEYS ||
           why_set(w, "passkeys", WHY_NO_OFFSET, NULL, "A person has at most %d passkeys: remove one first.",
                   LIMIT_PASSKEYS);
}

bool person_passkey_add(const struct person_desk *d, struct span person, const struct passkey_made *made,
                        struct span label, struct why *w)
{
    struct credential_row c = { .kind = SPAN("passkey"),
                                .person = person,
                                .label = label.n ? label : SPAN(""),
                                .data = made->passkey.key,
                                .counter = made->passkey.counter,
                                .added = d->now };
    struct arena a;
    bool ok;

    if (made->passkey.id.n > LIMIT_PASSKEY_ID)
        return why_set(w, "passkey-id", WHY_NO_OFFSET, NULL, "The passkey's id is longer than %d bytes.",
                       LIMIT_PASSKEY_ID);
    if (!label_good(label))
        return why_set(w, "passkey-label", WHY_NO_OFFSET, NULL, "A name has at most %d bytes of text.",
                       LABEL);
    arena_init(&a, 1 << 20);
    c.id = credential_id(made->passkey.id, &a);
    ok = has_room(d, person, &a, w) && person_credential_put(d, &c, WAY_PASSKEY, w);
    arena_free(&a);
    return ok;
}

static bool refuse(const struct person_desk *d, struct span person, const struct why *why, struct why *w)
{
    bool copied = why->reason && strcmp(why->reason, "passkey-counter") == 0;

    if (!person_say(d, person, "refused", WAY_PASSKEY, w) ||
        (copied && !person_say(d, person, "copied", WAY_PASSKEY, w)))
        return false;
    return why_set(w, why->reason, why->offset, why->clause, "%s", why->detail);
}

static bool handle_fits(const struct passkey_place *p, const struct person_passkey_said *said,
                        struct span person)
{
    uint8_t own[PERSON_HANDLE];

    person_handle(p, person, own);
    return !said->handle.n || span_eq(said->handle, span_of(own, sizeof own));
}

bool person_passkey_prove(const struct person_desk *d, const struct passkey_place *p, struct span challenge,
                          const struct person_passkey_said *said, struct arena *a, struct span *person,
                          struct why *w)
{
    const struct span kind = SPAN("passkey");
    struct span id = said->id.n <= LIMIT_PASSKEY_ID ? credential_id(said->id, a) : SPAN("");
    struct why why = { .reason = NULL };
    struct credential_row c = { 0 };
    struct passkey held;
    bool found = false, used;
    uint32_t counter;

    if (id.n && !store_credential(d->store, kind, id, a, &found, &c, w))
        return false;
    if (!found || !handle_fits(p, said, c.person)) {
        (void)why_set(&why, "credential", WHY_NO_OFFSET, NULL, "This passkey is nobody's here.");
        return refuse(d, found ? c.person : SPAN(""), &why, w);
    }
    held = (struct passkey){ said->id, c.data, (uint32_t)c.counter };
    if (!passkey_prove(p, &held, challenge, &said->said, a, &counter, &why))
        return refuse(d, c.person, &why, w);
    if (!store_credential_use(d->store, kind, id, counter, d->now, &used, w))
        return false;
    if (!used) { /* another use of it came first */
        (void)why_set(&why, "passkey-counter", WHY_NO_OFFSET, "WebAuthn 7.2",
                      "the passkey's counter did not rise: somebody may have a copy of it");
        return refuse(d, c.person, &why, w);
    }
    *person = c.person;
    return true;
}

bool person_passkey_drop(const struct person_desk *d, struct span person, struct span credential,
                         struct span except, struct why *w)
{
    if (!store_credential_remove(d->store, person, SPAN("passkey"), credential, w) ||
        !person_say(d, person, "dropped", WAY_PASSKEY, w))
        return false;
    return person_sessions_close(d, person, except, w);
}

static void take_event(const struct person_event *e, struct arena *a, struct span *ids, size_t most,
                       size_t *n)
{
    bool passkey = span_eq_str(e->how, "passkey"), out = span_eq_str(e->event, "removed");
    size_t i = 0;

    while (i < *n && !span_eq(ids[i], e->person))
        i++;
    if (out || (passkey && span_eq_str(e->event, "dropped"))) {
        if (i < *n)
            ids[i] = ids[--*n];
    } else if (passkey && span_eq_str(e->event, "copied") && i == *n && i < most) {
        ids[(*n)++] = arena_copy(a, e->person);
    }
}

bool person_passkeys_copied(struct store *s, struct arena *a, struct span *ids, size_t most, size_t *n,
                            struct why *w)
{
    const struct person_event *e;
    int64_t after = 0;
    size_t got = EVENTS;
    bool ok = true;

    *n = 0;
    while (ok && got == EVENTS) {
        struct arena own;

        arena_init(&own, EVENTS_MEMORY);
        ok = store_person_events(s, after, EVENTS, &own, &e, &got, w);
        for (size_t i = 0; ok && i < got; i++)
            take_event(&e[i], a, ids, most, n);
        after = ok && got ? e[got - 1].seq : after;
        arena_free(&own);
    }
    return ok;
}
