#include "trust/report_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "seal/conformance.h"
#include "seal/crl.h"
#include "seal/mdl_certificate.h"
#include "seal/name.h"
#include "trust/load.h"

enum { DAY = 86400 };

/* An anchor of the set under the State that its subject names. */
struct row {
    char state[STATE_TEXT];
    const struct anchor *a;
};

struct work {
    const struct trust_report *r;
    struct json_writer *j;
    struct row *row;
    size_t n;
};

const char *anchor_use_word(enum anchor_use use)
{
    return use == ANCHOR_ISSUER ? "issuer" : use == ANCHOR_SIGNER ? "signer" : "candidate";
}

bool anchor_origin_is_bloc(const struct anchor_origin *o)
{
    return strncmp(o->source, "bloc list", 9) == 0;
}

const char *anchor_why_word(const struct anchor *a)
{
    if (a->use == ANCHOR_CANDIDATE)
        return "certified";
    for (const struct anchor_origin *o = a->origin; o; o = o->next)
        if (anchor_origin_is_bloc(o))
            return "vouched";
    return "own-decision";
}

void anchor_purposes_put(struct json_writer *j, const char *key, unsigned purposes)
{
    jw_array(j, key);
    for (unsigned rest = purposes & FOR_ALL; rest; rest &= rest - 1)
        jw_str(j, NULL, purpose_word(rest));
    jw_array_end(j);
}

const char *anchor_key_word(const struct anchor *a, char out[24])
{
    if (!a->key)
        (void)snprintf(out, 24, "not supported");
    else if (public_key_kind(a->key) == KEY_RSA)
        (void)snprintf(out, 24, "RSA %zu", public_key_bits(a->key));
    else
        (void)snprintf(out, 24, "%s", curve_name(public_key_curve(a->key)));
    return out;
}

void report_put_time(struct json_writer *j, const char *key, unix_time t)
{
    char text[TIME_TEXT];

    if (t)
        jw_str(j, key, time_format(t, text));
    else
        jw_null(j, key);
}

static void put_name(struct json_writer *j, const char *key, struct span name)
{
    struct buffer b;

    buf_init(&b, 8192);
    name_put(&b, name);
    jw_text(j, key, buf_span(&b));
    buf_free(&b);
}

/* --- one certificate --- */

static void put_origins(struct json_writer *j, const struct anchor_origin *o, unix_time at)
{
    jw_array(j, "origins");
    for (; o; o = o->next) {
        jw_object(j, NULL);
        jw_str(j, "source", o->source);
        jw_str(j, "member", o->member);
        report_put_time(j, "at", o->at);
        anchor_purposes_put(j, "purposes", o->purposes);
        anchor_list_put(j, "list", o->list, at);
        jw_object_end(j);
    }
    jw_array_end(j);
}

/* What the members of the bloc say of it, whatever for. */
static void put_vouchers(const struct work *k, const uint8_t sha256[32])
{
    const struct trust_list *l = k->r->list;

    jw_array(k->j, "vouchers");
    for (size_t i = 0; l && i < l->n_entries; i++) {
        const struct trust_entry *e = &l->entry[i];

        for (size_t v = 0; memcmp(e->sha256, sha256, 32) == 0 && v < e->n_vouchers; v++) {
            jw_object(k->j, NULL);
            jw_str(k->j, "member", e->voucher[v].by->state);
            jw_str(k->j, "purpose", e->purpose);
            report_put_time(k->j, "at", e->voucher[v].at);
            jw_bool(k->j, "counts", e->voucher[v].counts);
            jw_bool(k->j, "withdrawn", e->voucher[v].withdrawn);
            jw_object_end(k->j);
        }
    }
    jw_array_end(k->j);
    jw_int(k->j, "needed", l ? l->rules.confirmations : 0);
}

static bool is_current(const struct anchor_crl *c, unix_time at)
{
    return c->crl->this_update <= at && c->crl->next_update >= at;
}

static void put_crl(const struct work *k, const struct anchor *a)
{
    struct anchor_crl c;

    if (!a || a->use != ANCHOR_ISSUER || !anchors_newest_crl(k->r->set, a, &c)) {
        jw_null(k->j, "crl");
        return;
    }
    jw_object(k->j, "crl");
    report_put_time(k->j, "this_update", c.crl->this_update);
    report_put_time(k->j, "next_update", c.crl->next_update);
    jw_bool(k->j, "current", is_current(&c, k->r->at));
    jw_object_end(k->j);
}

/* Against the profile of what it is believed for: those of licences have one of their own. */
static void find(const struct anchor *a, struct findings *f)
{
    struct why w = { .offset = WHY_NO_OFFSET };

    if (a->purposes != FOR_LICENCES)
        certificate_conformance(&a->cert,
                                a->use == ANCHOR_ISSUER ? CONFORMS_COUNTRY_SIGNER : CONFORMS_DOCUMENT_SIGNER,
                                PROFILE_LENIENT, WHY_NO_OFFSET, f);
    else if (!mdl_certificate_check_key(&a->cert, a->key, a->use == ANCHOR_ISSUER ? MDL_IACA : MDL_SIGNER,
                                        PROFILE_LENIENT, a->cert.der.p, f, &w))
        finding_add(f, FINDING_WARNING, w.reason, w.offset, w.clause, "%s", w.detail);
}

static void put_findings(struct json_writer *j, const struct anchor *a)
{
    struct findings f;

    findings_init(&f);
    find(a, &f);
    jw_array(j, "findings");
    for (size_t i = 0; i < f.n; i++) {
        jw_object(j, NULL);
        jw_str(j, "reason", f.item[i].why.reason);
        jw_str(j, "clause", f.item[i].why.clause);
        jw_str(j, "detail", f.item[i].why.detail);
        jw_str(j, "severity", severity_word(f.item[i].severity));
        jw_object_end(j);
    }
    jw_array_end(j);
}

static void put_certificate(const struct work *k, const struct certificate *c)
{
    put_name(k->j, "subject", c->subject);
    jw_text(k->j, "common_name", c->common_name);
    report_put_time(k->j, "not_before", c->not_before);
    report_put_time(k->j, "not_after", c->not_after);
    jw_int(k->j, "expires_in_days", (c->not_after - k->r->at) / DAY);
}

static void put_anchor(const struct work *k, const struct anchor *a)
{
    char key[24];

    jw_object(k->j, NULL);
    jw_hex(k->j, "sha256", span_of(a->sha256, 32));
    put_certificate(k, &a->cert);
    jw_str(k->j, "use", anchor_use_word(a->use));
    jw_str(k->j, "key", anchor_key_word(a, key));
    jw_bool(k->j, "believed", true);
    jw_str(k->j, "why", anchor_why_word(a));
    anchor_purposes_put(k->j, "purposes", a->purposes);
    anchor_types_put(k->j, "types", a);
    put_origins(k->j, a->origin, k->r->at);
    put_vouchers(k, a->sha256);
    put_crl(k, a);
    put_findings(k->j, a);
    jw_object_end(k->j);
}

/* Members speak of it, and it is not believed. */
static void put_entry(const struct work *k, const struct trust_entry *e)
{
    struct certificate c;
    bool read = e->der.n && certificate_parse(e->der, &c, NULL, NULL);

    jw_object(k->j, NULL);
    jw_hex(k->j, "sha256", span_of(e->sha256, 32));
    if (read) {
        put_certificate(k, &c);
    } else {
        jw_null(k->j, "subject");
        jw_null(k->j, "common_name");
        jw_null(k->j, "not_before");
        jw_null(k->j, "not_after");
        jw_null(k->j, "expires_in_days");
    }
    jw_str(k->j, "use", read && c.key_usage & KEY_USAGE_CERT_SIGN ? "issuer" : "signer");
    jw_null(k->j, "key");
    jw_bool(k->j, "believed", false);
    jw_str(k->j, "why", e->standing == ENTRY_WITHDRAWN ? "withdrawn" : "proposed");
    anchor_purposes_put(k->j, "purposes", purpose_of(span_str(e->purpose)));
    jw_null(k->j, "types");
    jw_array(k->j, "origins");
    jw_array_end(k->j);
    put_vouchers(k, e->sha256);
    jw_null(k->j, "crl");
    jw_array(k->j, "findings");
    jw_array_end(k->j);
    jw_object_end(k->j);
}

/* --- one State --- */

static int by_state(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    int c = strcmp(a->state, b->state);

    if (c == 0)
        c = (int)a->a->use - (int)b->a->use;
    if (c == 0) /* those that last longest first */
        c = a->a->cert.not_after < b->a->cert.not_after   ? 1
            : a->a->cert.not_after > b->a->cert.not_after ? -1
                                                          : 0;
    return c ? c : memcmp(a->a->sha256, b->a->sha256, 32);
}

static size_t first_row(const struct work *k, const char *state)
{
    size_t low = 0, high = k->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(k->row[mid].state, state) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool in_set(const struct work *k, const uint8_t sha256[32])
{
    struct digest d = { .n = 32 };

    memcpy(d.b, sha256, 32);
    return anchor_by_sha256(k->r->set, &d) != NULL;
}

struct tally {
    size_t issuers, signers, soon, licences;
    bool issuer_now, crl_now; /* of travel documents */
};

/* The rows of a State, from `at` on; returns where the next State begins. */
static size_t put_rows(const struct work *k, const char *state, size_t at, size_t most, struct tally *t)
{
    for (; at < k->n && strcmp(k->row[at].state, state) == 0; at++) {
        const struct anchor *a = k->row[at].a;
        struct anchor_crl crl;
        int64_t left = a->cert.not_after - k->r->at;

        t->soon += left >= 0 && left < (int64_t)REPORT_SOON_DAYS * DAY;
        if (a->use == ANCHOR_ISSUER) {
            bool travel = a->purposes != FOR_LICENCES;

            t->issuers++;
            t->licences += anchor_counts_at(a, FOR_LICENCES, k->r->at);
            t->issuer_now |= travel && a->key != NULL;
            t->crl_now |= travel && anchors_newest_crl(k->r->set, a, &crl) && is_current(&crl, k->r->at);
            put_anchor(k, a);
        } else if (t->signers++ < most) {
            put_anchor(k, a);
        }
    }
    return at;
}

static bool speaks_for_itself(const struct trust_list *l, const char *state)
{
    for (size_t i = 0; i < l->n_entries; i++)
        for (size_t v = 0; strcmp(l->entry[i].state, state) == 0 && v < l->entry[i].n_vouchers; v++)
            if (strcmp(l->entry[i].voucher[v].by->state, state) == 0 && l->entry[i].voucher[v].counts)
                return true;
    return false;
}

/* The key that counts, or else the last one. */
static const struct trust_member *member_of(const struct trust_list *l, const char *state)
{
    const struct trust_member *found = NULL;

    for (size_t i = 0; l && i < l->n_members; i++)
        if (strcmp(l->member[i].state, state) == 0 && (!found || found->standing != MEMBER_KEY_COUNTS))
            found = &l->member[i];
    return found;
}

static const char *standing_word(const struct trust_member *m)
{
    static const char *const word[] = { "none", "counts", "compromised", "forked" };

    return word[m ? m->standing : MEMBER_KEY_NONE];
}

static void put_member_fields(const struct work *k, const char *state)
{
    const struct trust_member *m = member_of(k->r->list, state);

    jw_str(k->j, "name", m ? m->name : NULL);
    jw_str(k->j, "key", standing_word(m));
    report_put_time(k->j, "since", m ? m->since : 0);
    jw_str(k->j, "reason", m ? m->reason : NULL);
    jw_int(k->j, "acts", m ? (int64_t)m->acts : 0);
    report_put_time(k->j, "latest", m ? m->latest : 0);
}

static void put_missing(const struct work *k, const char *state, bool member, const struct tally *t)
{
    const struct trust_member *m = member_of(k->r->list, state);

    jw_array(k->j, "missing");
    if (!t->issuer_now)
        jw_str(k->j, NULL, "country-signer");
    else if (!t->crl_now)
        jw_str(k->j, NULL, "current-crl");
    if (member && k->r->list && (!m || m->standing != MEMBER_KEY_COUNTS))
        jw_str(k->j, NULL, "node-key");
    if (member && k->r->list && !speaks_for_itself(k->r->list, state))
        jw_str(k->j, NULL, "own-vouch");
    jw_array_end(k->j);
}

static size_t put_state(const struct work *k, const char *state, bool member)
{
    size_t most = k->r->state ? SIZE_MAX : member ? REPORT_SIGNERS : 0, next;
    const struct trust_list *l = k->r->list;
    struct tally t = { 0 };

    jw_object(k->j, NULL);
    jw_str(k->j, "state", state);
    if (member)
        put_member_fields(k, state);
    jw_array(k->j, "anchors");
    next = put_rows(k, state, first_row(k, state), most, &t);
    for (size_t i = 0; l && i < l->n_entries; i++)
        if (strcmp(l->entry[i].state, state) == 0 && l->entry[i].standing != ENTRY_IN_FORCE &&
            !in_set(k, l->entry[i].sha256))
            put_entry(k, &l->entry[i]);
    jw_array_end(k->j);
    jw_int(k->j, "issuers", (int64_t)t.issuers);
    jw_int(k->j, "licence_authorities", (int64_t)t.licences);
    jw_int(k->j, "signers", (int64_t)t.signers);
    jw_int(k->j, "signers_listed", (int64_t)(t.signers < most ? t.signers : most));
    put_missing(k, state, member, &t);
    jw_int(k->j, "expires_soon", (int64_t)t.soon);
    jw_object_end(k->j);
    return next;
}

/* --- the whole --- */

static bool wanted(const struct trust_report *r, const char *state)
{
    return !r->state || strcmp(r->state, state) == 0;
}

static bool is_party(const struct trust_report *r, const char *state)
{
    for (size_t i = 0; i < r->parties; i++)
        if (span_eq_str(r->party[i], state))
            return true;
    return false;
}

static void put_name_or_null(struct json_writer *j, const char *key, struct span name)
{
    if (name.n)
        put_name(j, key, name);
    else
        jw_null(j, key);
}

static void put_waiting(const struct work *k)
{
    static const struct trust_waiting none;
    const struct trust_waiting *waiting = k->r->waiting ? k->r->waiting : &none;

    jw_array(k->j, "waiting");
    for (size_t i = 0; i < waiting->listed; i++) {
        const struct trust_waiting_item *o = &waiting->item[i];

        jw_object(k->j, NULL);
        jw_str(k->j, "kind",
               o->kind == TRUST_CERTIFICATE ? "certificate"
               : o->kind == TRUST_LIST      ? "master-list"
               : o->kind == TRUST_VICAL     ? "licence-list"
                                            : "revocation-list");
        jw_hex(k->j, "sha256", span_of(o->sha256, 32));
        put_name_or_null(k->j, "subject", o->subject);
        put_name_or_null(k->j, "issuer", o->issuer);
        jw_str(k->j, "source", o->source);
        report_put_time(k->j, "at", o->at);
        jw_object_end(k->j);
    }
    jw_array_end(k->j);
    jw_int(k->j, "waiting_count", (int64_t)waiting->count);
}

static void put_list(struct json_writer *j, const struct trust_list *l)
{
    jw_object(j, "rules");
    jw_int(j, "confirmations", l ? l->rules.confirmations : 0);
    jw_int(j, "reports", l ? l->rules.reports : 0);
    jw_object_end(j);
    if (!l) {
        jw_null(j, "list");
        return;
    }
    jw_object(j, "list");
    jw_int(j, "version", (int64_t)l->version);
    jw_hex(j, "digest", span_of(l->digest, 32));
    jw_object_end(j);
}

static void sort_rows(struct work *k)
{
    const struct anchor *a;

    k->row = calloc(anchor_set_count(k->r->set) + 1, sizeof *k->row);
    if (!k->row)
        abort();
    for (size_t i = 0; (a = anchor_at(k->r->set, i)) != NULL; i++) {
        k->row[k->n].a = a;
        trust_state_of(&a->cert, k->row[k->n].state);
        k->n += wanted(k->r, k->row[k->n].state);
    }
    qsort(k->row, k->n, sizeof *k->row, by_state);
}

void trust_report_put(const struct trust_report *r, struct buffer *out)
{
    struct json_writer j = json_to(out);
    struct work k = { .r = r, .j = &j };
    char state[STATE_TEXT];

    sort_rows(&k);
    jw_object(&j, NULL);
    jw_str(&j, "member", r->member);
    report_put_time(&j, "at", r->at);
    put_list(&j, r->list);
    jw_array(&j, "members");
    for (size_t i = 0; i < r->parties; i++) {
        (void)snprintf(state, sizeof state, "%.*s", (int)r->party[i].n, (const char *)r->party[i].p);
        if (wanted(r, state))
            (void)put_state(&k, state, true);
    }
    jw_array_end(&j);
    jw_array(&j, "others");
    for (size_t i = 0; i < k.n;) {
        memcpy(state, k.row[i].state, sizeof state);
        if (is_party(r, state))
            while (i < k.n && strcmp(k.row[i].state, state) == 0)
                i++;
        else
            i = put_state(&k, state, false);
    }
    jw_array_end(&j);
    report_put_lists(&j, r->set, r->at);
    put_waiting(&k);
    jw_object_end(&j);
    free(k.row);
}
