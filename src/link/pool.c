/* Who can be called, the connections that are kept to them, and when nobody is tried. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/text.h"
#include "crypto/key.h"
#include "link/internal.h"

enum { LIFT_MS = 10 * 1000 }; /* between two times that a caller's own call ends our back-off */

int64_t link_real_ms(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t link_back_off(unsigned failures, uint32_t random)
{
    int64_t pause = LINK_BASE_MS, most = (int64_t)LIMIT_LINK_BACK_OFF_SECONDS * 1000;

    for (unsigned i = 1; i < failures && pause < most; i++)
        pause *= 2;
    if (pause > most)
        pause = most;
    return pause / 2 + (int64_t)((uint64_t)pause / 2 * random / UINT32_MAX);
}

static void once(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool is_pair(const struct links_options *o, struct why *w)
{
    uint8_t pin[TRANSPORT_PIN], mem[1024];
    struct private_key *key = NULL;
    struct digest d;
    struct buffer b;
    bool ok;

    if (!transport_pin(o->certificate, pin, w))
        return false;
    if (!private_key_load_any(o->key, &key, w))
        return false;
    buf_init_fixed(&b, mem, sizeof mem);
    private_key_spki(key, &b);
    digest_of(DIGEST_SHA256, buf_span(&b), &d);
    private_key_free(key);
    ok = buf_ok(&b) && memcmp(d.b, pin, sizeof pin) == 0;
    return ok || why_set(w, "transport", WHY_NO_OFFSET, NULL,
                         "the transport certificate and the transport key do not belong together");
}

bool links_new(const struct links_options *o, struct links **ret, struct why *w)
{
    static pthread_once_t started = PTHREAD_ONCE_INIT;
    struct link_handle *probe;
    pthread_condattr_t attr;
    struct links *l;

    (void)pthread_once(&started, once);
    if (!is_pair(o, w))
        return false;
    l = calloc(1, sizeof *l);
    if (!l)
        abort();
    l->o = *o;
    if (l->o.most == 0)
        l->o.most = LIMIT_LINK_CALLS;
    arena_init(&l->arena, 1 << 20);
    l->o.certificate = arena_copy(&l->arena, o->certificate);
    l->o.key = arena_copy(&l->arena, o->key);
    (void)pthread_mutex_init(&l->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    for (size_t i = 0; i < LIMIT_LINKS; i++)
        (void)pthread_cond_init(&l->place[i].freed, &attr);
    (void)pthread_condattr_destroy(&attr);
    if (l->o.key.n == 0 || l->o.certificate.n == 0 || !link_handle_new(l, &probe)) {
        links_free(l);
        return why_set(w, "link", WHY_NO_OFFSET, NULL, "the HTTP client cannot be set up");
    }
    link_handle_free(probe);
    *ret = l;
    return true;
}

static void drop_idle(struct link_place *p)
{
    struct link_handle *h, *next;

    for (h = p->idle; h; h = next) {
        next = h->next;
        link_handle_free(h);
    }
    p->idle = NULL;
}

void links_free(struct links *l)
{
    union {
        const uint8_t *in;
        void *out;
    } key;

    if (!l)
        return;
    for (size_t i = 0; i < LIMIT_LINKS; i++) {
        drop_idle(&l->place[i]);
        (void)pthread_cond_destroy(&l->place[i].freed);
    }
    (void)pthread_mutex_destroy(&l->lock);
    key.in = l->o.key.p;
    wipe(key.out, l->o.key.n);
    arena_free(&l->arena);
    free(l);
}

/* "https://" with a host, and a port that may be missing: nothing that would change a path put behind it. */
static bool address_fits(struct span s)
{
    if (!span_starts(s, SPAN("https://")) || s.n > LIMIT_LINK_ADDRESS || s.n < 9)
        return false;
    for (size_t i = 8; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !ascii_upper((char)s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            !strchr(".:-[]", s.p[i]))
            return false;
    return true;
}

static void pins_text(const struct link_peer *peer, char out[LINK_PINS_TEXT])
{
    struct buffer b;

    buf_init_fixed(&b, out, LINK_PINS_TEXT);
    for (size_t i = 0; i < peer->n_pins && i < LIMIT_LINK_PINS; i++) {
        buf_str(&b, i ? ";sha256//" : "sha256//");
        base64_put(&b, span_of(peer->pin[i], TRANSPORT_PIN), BASE64_STD);
    }
    (void)buf_cstr(&b);
}

static struct link_place *place_of(struct links *l, struct span member)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->place[i].set && span_eq_str(member, l->place[i].state.member))
            return &l->place[i];
    return NULL;
}

static struct link_place *new_place(struct links *l, struct span member)
{
    struct link_place *p = NULL;

    for (size_t i = 0; i < LIMIT_LINKS && !p; i++)
        if (!l->place[i].set && l->place[i].state.busy == 0)
            p = &l->place[i];
    if (!p || member.n == 0 || member.n >= sizeof p->state.member)
        return NULL;
    if ((size_t)(p - l->place) >= l->n)
        l->n = (size_t)(p - l->place) + 1;
    drop_idle(p);
    p->generation++;
    p->address[0] = p->pins[0] = 0;
    p->probing = false;
    p->lifted_ms = INT64_MIN / 2;
    p->state = (struct link_state){ .success_ms = -1, .failure_ms = -1, .heard_ms = -1, .next_ms = -1 };
    p->state.since_ms = l->o.clock_ms(l->o.ctx);
    memcpy(p->state.member, member.p, member.n);
    p->set = true;
    return p;
}

static void set_one(struct links *l, const struct link_peer *peer)
{
    struct link_place *p = place_of(l, peer->member);
    char pins[LINK_PINS_TEXT] = "", address[LIMIT_LINK_ADDRESS + 1] = "";

    if (!p)
        p = new_place(l, peer->member);
    if (!p)
        return;
    pins_text(peer, pins);
    if (address_fits(peer->address))
        memcpy(address, peer->address.p, peer->address.n);
    if (strcmp(pins, p->pins) == 0 && strcmp(address, p->address) == 0)
        return;
    memcpy(p->pins, pins, sizeof pins);
    memcpy(p->address, address, sizeof address);
    p->generation++;
    drop_idle(p);
    p->state.failures = 0;
    p->state.next_ms = -1;
    p->state.has_address = address[0] != 0;
}

static bool among(const struct link_peer *peer, size_t n, const char *member)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq_str(peer[i].member, member))
            return true;
    return false;
}

void links_set(struct links *l, const struct link_peer *peer, size_t n)
{
    (void)pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->n; i++)
        if (l->place[i].set && !among(peer, n, l->place[i].state.member)) {
            l->place[i].set = false;
            drop_idle(&l->place[i]);
        }
    for (size_t i = 0; i < n; i++)
        set_one(l, &peer[i]);
    (void)pthread_mutex_unlock(&l->lock);
}

static bool may_try(struct links *l, struct link_place *p, struct why *w)
{
    int64_t now = l->o.clock_ms(l->o.ctx);

    if (!p->address[0] || !p->pins[0])
        return why_set(w, "no-address", WHY_NO_OFFSET, NULL,
                       p->address[0] ? "no transport key of %s is known" : "%s has no address: it calls us",
                       p->state.member);
    if (p->state.failures == 0 || (!p->probing && now >= p->state.next_ms))
        return true;
    p->state.refused++;
    return why_set(w, "backing-off", WHY_NO_OFFSET, NULL, "%s did not answer (%s): %s", p->state.member,
                   p->state.reason ? p->state.reason : "no reason",
                   p->probing ? "it is being tried now" : "it is tried again soon");
}

/* Waits until fewer calls than the ceiling are under way; the place may be another member's then. */
static bool wait_free(struct links *l, struct span member, struct link_place **p, int64_t deadline,
                      struct why *w)
{
    const struct timespec until = { deadline / 1000, deadline % 1000 * 1000000 };

    while (*p && (*p)->state.busy >= l->o.most && !atomic_load(&l->cut))
        if (pthread_cond_timedwait(&(*p)->freed, &l->lock, &until) != 0)
            return why_set(w, "timeout", WHY_NO_OFFSET, NULL, "all %u connections to %.*s are busy",
                           l->o.most, (int)member.n, (const char *)member.p);
        else
            *p = place_of(l, member);
    return true;
}

static bool begin(struct links *l, struct span member, int64_t deadline, struct link_turn *t, struct why *w)
{
    struct link_place *p = place_of(l, member);

    if (!wait_free(l, member, &p, deadline, w))
        return false;
    if (atomic_load(&l->cut))
        return why_set(w, "unreachable", WHY_NO_OFFSET, NULL, "this node is being stopped");
    if (!p)
        return why_set(w, "no-member", WHY_NO_OFFSET, NULL, "no member that can be called has this name");
    if (!may_try(l, p, w))
        return false;
    p->probing = p->state.failures > 0;
    p->state.busy++;
    p->state.called = true;
    t->place = p;
    t->epoch = p->epoch;
    t->handle = p->idle;
    if (t->handle)
        p->idle = t->handle->next;
    (void)snprintf(t->url, sizeof t->url, "%s", p->address);
    memcpy(t->pins, p->pins, sizeof t->pins);
    if (t->handle)
        return true;
    if (!link_handle_new(l, &t->handle))
        abort(); /* it could be made before: no memory */
    t->handle->generation = p->generation;
    return true;
}

bool link_take(struct links *l, struct span member, int64_t deadline, struct link_turn *t, struct why *w)
{
    bool ok;

    (void)pthread_mutex_lock(&l->lock);
    ok = begin(l, member, deadline, t, w);
    (void)pthread_mutex_unlock(&l->lock);
    return ok;
}

static void settle(struct links *l, struct link_place *p, const struct link_turn *t,
                   const struct link_result *r)
{
    int64_t now = l->o.clock_ms(l->o.ctx);
    struct link_state *s = &p->state;
    uint32_t random;

    s->calls++;
    s->sent += r->sent;
    s->received += r->received;
    s->connections += (uint64_t)r->connects;
    if (r->ok != s->up || s->calls == 1)
        s->since_ms = now;
    s->up = r->ok;
    if (r->ok) {
        s->success_ms = now;
        s->date = r->date;
        s->failures = 0;
    }
    if (!r->reason)
        return;
    s->failed++;
    s->failure_ms = now;
    s->reason = r->reason;
    (void)snprintf(s->detail, sizeof s->detail, "%s", r->detail);
    if (r->ok || t->epoch != p->epoch)
        return;
    p->epoch++;
    l->o.random(&random, sizeof random);
    s->next_ms = now + link_back_off(++s->failures, random);
}

void link_give(struct links *l, struct link_turn *t, const struct link_result *r)
{
    struct link_place *p = t->place;
    struct link_handle *h = t->handle;
    bool same;

    (void)pthread_mutex_lock(&l->lock);
    same = p->set && h->generation == p->generation;
    p->state.busy--;
    if (same) {
        p->probing = false;
        settle(l, p, t, r);
    }
    if (same && r->ok) {
        h->next = p->idle;
        p->idle = h;
        h = NULL;
    }
    (void)pthread_cond_signal(&p->freed);
    (void)pthread_mutex_unlock(&l->lock);
    if (h != NULL)
        link_handle_free(h);
}

void link_heard(struct links *l, struct span member)
{
    struct link_place *p;
    int64_t now;

    (void)pthread_mutex_lock(&l->lock);
    p = place_of(l, member);
    if (p) {
        now = l->o.clock_ms(l->o.ctx);
        p->state.heard_ms = now;
        if (p->state.failures && now - p->lifted_ms >= LIFT_MS) {
            p->lifted_ms = now;
            p->state.next_ms = now;
        }
    }
    (void)pthread_mutex_unlock(&l->lock);
}

void links_cut(struct links *l)
{
    atomic_store(&l->cut, true);
    (void)pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->n; i++)
        (void)pthread_cond_broadcast(&l->place[i].freed);
    (void)pthread_mutex_unlock(&l->lock);
}

size_t links_state(struct links *l, struct link_state *out, size_t room)
{
    size_t n = 0;

    (void)pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < l->n && n < room; i++)
        if (l->place[i].set)
            out[n++] = l->place[i].state;
    (void)pthread_mutex_unlock(&l->lock);
    return n;
}
