/* Keeps the links as the roster has the members. */
#include <stdlib.h>

#include "node/federation.h"

enum { ROSTER_MEMORY = 1024 * 1024 };

struct links_state {
    bool set;
    uint8_t digest[32]; /* of the roster that is in force */
};

static struct link_peer peer_of(const struct roster_member *m)
{
    struct link_peer p = { .member = m->state, .address = m->address };

    for (size_t i = 0; i < m->n_transport && p.n_pins < LIMIT_LINK_PINS; i++)
        memcpy(p.pin[p.n_pins++], m->transport[i], TRANSPORT_PIN);
    return p;
}

/* An edge calls its member's own node, and nobody else; that one may have another address for it. */
static bool is_called(const struct node_config *c, struct span own, const struct roster_member *m)
{
    return roster_counts(m) && span_eq(m->state, own) == (c->sync_from != NULL);
}

static bool links_step(void *state, const struct federation_step *s, unsigned *again, struct why *w)
{
    struct links_state *l = state;
    const struct roster *r = s->roster;
    struct link_peer *peer;
    size_t n = 0;

    (void)again;
    if (!r)
        return why_set(w, "roster", WHY_NO_OFFSET, NULL, "no roster of the members is known");
    if (l->set && memcmp(l->digest, r->digest, sizeof l->digest) == 0)
        return true;
    peer = arena_array(s->arena, r->n + 1, sizeof *peer);
    for (size_t i = 0; peer && i < r->n; i++)
        if (is_called(s->f->config, s->f->member, &r->member[i]))
            peer[n++] = peer_of(&r->member[i]);
    if (n && s->f->config->sync_from && s->f->config->sync_from[2])
        peer[0].address = span_str(s->f->config->sync_from);
    links_set(s->f->links, peer, n);
    memcpy(l->digest, r->digest, sizeof l->digest);
    l->set = true;
    return true;
}

/* Before any other part makes its first step: it finds the members there. */
static bool links_open(struct federation *f, void **state, struct why *w)
{
    struct beliefs *b = keeper_take(f->o.keeper);
    struct federation_step s = { .f = f, .beliefs = b, .roster = b->roster };
    unsigned again = 0;
    struct arena a;
    bool ok;

    *state = calloc(1, sizeof(struct links_state));
    if (!*state)
        abort();
    arena_init(&a, ROSTER_MEMORY);
    s.arena = &a;
    ok = !s.roster || links_step(*state, &s, &again, w);
    arena_free(&a);
    keeper_give(f->o.keeper, b);
    return ok;
}

const struct federation_part links_part = {
    .name = "links", .seconds = 1, .open = links_open, .step = links_step, .close = free
};
