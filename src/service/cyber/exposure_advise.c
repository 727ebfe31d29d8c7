/* What an advisory says, product by product. */
#include <stdlib.h>

#include "base/limits.h"
#include "service/cyber/exposure_internal.h"
#include "wire/json_shape.h"

enum { SCRATCH = 4096, NAME = 1200 };

/* The worst of the scores of a vulnerability (3.2.3.13), of whichever version of CVSS. */
static enum exposure_severity severity_of(const struct csaf *c, const struct csaf_vulnerability *v)
{
    static const char *const members[] = { "cvss_v3", "cvss_v2", "cvss_v4" };
    json_ref list = json_member(&c->j, v->at, "scores");
    double worst = -1, score;

    if (!json_is(&c->j, list, JSON_KIND_ARRAY))
        return SEVERITY_UNKNOWN;
    for (json_ref s = json_first(&c->j, list); s != JSON_NONE; s = json_after(&c->j, list, s))
        for (size_t i = 0; i < sizeof members / sizeof *members; i++)
            if (json_double(&c->j, json_member(&c->j, json_member(&c->j, s, members[i]), "baseScore"),
                            &score) &&
                score > worst)
                worst = score;
    return worst < 0    ? SEVERITY_UNKNOWN
           : worst == 0 ? SEVERITY_NONE
           : worst < 4  ? SEVERITY_LOW
           : worst < 7  ? SEVERITY_MEDIUM
           : worst < 9  ? SEVERITY_HIGH
                        : SEVERITY_CRITICAL;
}

/* Under which names a product is found, and which of its versions is meant. False: under none. */
static bool product_of(struct exposure *e, const struct csaf_product *p, struct statement *s)
{
    struct span version = p->version, cpe_version = { NULL, 0 };
    struct asset_cpe cpe;

    s->key[0] =
        p->vendor.n ? exposure_key_of(e, p->vendor, p->product.n ? p->product : p->family) : POOL_NONE;
    s->key[1] = POOL_NONE;
    if (asset_cpe_read(p->cpe, &cpe)) {
        s->key[1] = exposure_key_of(e, cpe.vendor, cpe.product);
        cpe_version = cpe.version;
    }
    s->key[2] = exposure_purl_key_of(e, p->purl);
    s->exact = !p->version_is_range && !span_starts(version, SPAN("vers:"));
    if (!version.n) {
        version = cpe_version.n ? cpe_version : asset_purl_version(p->purl);
        s->exact = true;
    }
    s->version = pool_put(&e->text, version, &e->full);
    return s->key[0] != POOL_NONE || s->key[1] != POOL_NONE || s->key[2] != POOL_NONE;
}

static uint32_t place_of(struct exposure *e, const struct csaf *c, json_ref at)
{
    uint8_t room[SCRATCH];
    struct buffer b;

    buf_init_fixed(&b, room, sizeof room);
    json_pointer(&c->j, at, &b);
    return pool_put(&e->text, buf_span(&b), &e->full);
}

static uint32_t vulnerability_id(struct exposure *e, const struct csaf *c, const struct csaf_vulnerability *v)
{
    uint8_t room[NAME];
    struct buffer b;

    if (v->cve.n)
        return pool_put(&e->text, v->cve, &e->full);
    buf_init_fixed(&b, room, sizeof room);
    buf_put(&b, span_sub(c->id, 0, 1000));
    buf_printf(&b, "#%u", (unsigned)(v - c->vulnerability));
    return pool_put(&e->text, buf_span(&b), &e->full);
}

static void add(struct advisory *a, const struct statement *s)
{
    a->item = pool_more(a->item, a->n, &a->cap, sizeof *a->item);
    a->item[a->n++] = *s;
}

static void read_standing(struct exposure *e, const struct csaf *c, const struct csaf_vulnerability *v,
                          const struct csaf_standing *at, struct statement *s, struct advisory *a)
{
    const struct csaf_product *p = at->product == CSAF_NONE ? NULL : &c->product[at->product];

    if (!p)
        return;
    s->status = (uint8_t)at->status;
    s->place = place_of(e, c, at->at);
    (void)v;
    if (product_of(e, p, s))
        add(a, s);
    if (p->part != CSAF_NONE && product_of(e, &c->product[p->part], s))
        add(a, s);
}

static void read_all(struct exposure *e, const struct csaf *c, struct advisory *a)
{
    for (uint32_t i = 0; i < c->vulnerability_count; i++) {
        const struct csaf_vulnerability *v = &c->vulnerability[i];
        struct statement s = { .cve = vulnerability_id(e, c, v), .severity = (uint8_t)severity_of(c, v) };

        for (uint32_t k = 0; k < v->standings; k++)
            read_standing(e, c, v, &c->standing[v->standing + k], &s, a);
    }
}

/* ---- among the others ---- */

static void unlink_one(struct exposure *e, uint32_t number, uint32_t key)
{
    struct under_key *u = exposure_under_known(e, key);
    uint32_t n = 0;

    for (uint32_t i = 0; u && i < u->n_said; i++)
        if (u->said[i].advisory != number)
            u->said[n++] = u->said[i];
    if (u)
        u->n_said = n;
}

static void link_one(struct exposure *e, uint32_t number, uint32_t item, uint32_t key)
{
    struct under_key *u = exposure_under(e, key);

    if (!u)
        return;
    u->said = pool_more(u->said, u->n_said, &u->cap_said, sizeof *u->said);
    u->said[u->n_said++] = (struct at_statement){ number, item };
}

static void replace(struct exposure *e, uint32_t number, const struct advisory *new)
{
    struct advisory old = e->advisory[number];

    for (uint32_t i = 0; i < old.n; i++)
        for (size_t k = 0; k < EXPOSURE_KEYS; k++)
            unlink_one(e, number, old.item[i].key[k]);
    e->advisory[number] = *new;
    for (uint32_t i = 0; i < new->n; i++)
        for (size_t k = 0; k < EXPOSURE_KEYS; k++)
            if (k != 1 || new->item[i].key[1] != new->item[i].key[0])
                link_one(e, number, i, new->item[i].key[k]);
    e->stamp++;
    for (uint32_t i = 0; i < old.n || i < new->n; i++)
        for (size_t k = 0; k < EXPOSURE_KEYS; k++) {
            if (i < old.n)
                exposure_judge_key(e, old.item[i].key[k]);
            if (i < new->n)
                exposure_judge_key(e, new->item[i].key[k]);
        }
    free(old.item);
}

static uint32_t number_of(struct exposure *e, uint32_t id)
{
    for (uint32_t i = 0; i < e->advisories; i++)
        if (e->advisory[i].id == id)
            return i;
    e->advisory = pool_more(e->advisory, e->advisories, &e->advisory_cap, sizeof *e->advisory);
    e->advisory[e->advisories] = (struct advisory){ .id = id, .date = POOL_NONE };
    return e->advisories++;
}

bool exposure_advise(struct exposure *e, const struct csaf *c, bool *taken, struct why *w)
{
    struct advisory a = { .n = 0 };
    uint8_t room[SCRATCH];
    struct buffer b;
    uint32_t number;
    unix_time date;

    if (!c->id.n || !csaf_time_parse(c->current_release, &date))
        return why_set(w, "csaf", WHY_NO_OFFSET, "CSAF 2.0 3.2.1.12",
                       "an advisory has an id and a date of release");
    buf_init_fixed(&b, room, sizeof room);
    buf_put(&b, span_sub(c->publisher_namespace, 0, 2000));
    buf_u8(&b, ' ');
    buf_put(&b, span_sub(c->id, 0, 2000));
    a.id = pool_put(&e->text, buf_span(&b), &e->full);
    a.name = pool_put(&e->text, c->id, &e->full);
    a.date = pool_put(&e->text, c->current_release, &e->full);
    if (!e->full) {
        number = number_of(e, a.id);
        *taken = e->advisory[number].date == POOL_NONE ||
                 csaf_time_cmp(c->current_release, pool_text(&e->text, e->advisory[number].date)) > 0;
        if (!*taken)
            return true;
        read_all(e, c, &a);
        if (!e->full) {
            replace(e, number, &a);
            return true;
        }
    }
    free(a.item);
    return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
}
