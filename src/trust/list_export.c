#include "trust/list_export.h"

#include <stdlib.h>

#include "base/text.h"
#include "crypto/digest.h"
#include "trust/list_json.h"
#include "wire/jcs.h"

static const char clause[] = "doc/trust-list.md, The exported list";
static const char kind[] = "serai trust list 1";

enum { EXPORT_BYTES = 512 * 1024 * 1024 };

static void put_acts(struct json_writer *j, const struct trust_input *in, const struct trust_list *l)
{
    jw_array(j, "acts");
    for (size_t m = 0; m < l->n_members; m++)
        for (size_t i = 0; i < in->n_acts && l->member[m].name; i++)
            if (memcmp(in->keys.key[in->act[i].key].key, l->member[m].key, NODE_PUBLIC_KEY) == 0)
                jw_text(j, NULL, in->act[i].note);
    jw_array_end(j);
}

static int by_sha256(const void *a, const void *b)
{
    const struct trust_entry *x = *(const struct trust_entry *const *)a;
    const struct trust_entry *y = *(const struct trust_entry *const *)b;

    return memcmp(x->sha256, y->sha256, sizeof x->sha256);
}

/* Of entries of any standing, each once. */
static void put_certificates(struct json_writer *j, const struct trust_list *l, struct arena *scratch)
{
    const struct trust_entry **sorted = arena_array(scratch, l->n_entries + 1, sizeof *sorted);
    struct buffer text;

    buf_init(&text, 2 * LIMIT_CERTIFICATE);
    jw_array(j, "certificates");
    for (size_t i = 0; sorted && i < l->n_entries; i++)
        sorted[i] = &l->entry[i];
    if (sorted)
        qsort(sorted, l->n_entries, sizeof *sorted, by_sha256);
    else
        j->b->bad = true;
    for (size_t i = 0; sorted && i < l->n_entries; i++) {
        if (sorted[i]->der.n == 0 || (i && by_sha256(&sorted[i - 1], &sorted[i]) == 0))
            continue;
        buf_reset(&text);
        base64_put(&text, sorted[i]->der, BASE64_STD);
        jw_text(j, NULL, buf_span(&text));
    }
    jw_array_end(j);
    buf_free(&text);
}

/* Everything but acts and certificates: what is claimed. */
static void put_claims(struct json_writer *j, const struct trust_input *in, const struct trust_list *l)
{
    jw_str(j, "kind", kind);
    jw_text(j, "agreement", in->agreement);
    jw_int(j, "confirmations", l->rules.confirmations);
    jw_int(j, "reports", l->rules.reports);
    jw_int(j, "version", (int64_t)l->version);
    jw_hex(j, "digest", span_of(l->digest, sizeof l->digest));
    jw_array(j, "members");
    for (size_t i = 0; i < l->n_members; i++)
        trust_member_json(j, &l->member[i]);
    jw_array_end(j);
    jw_array(j, "entries");
    for (size_t i = 0; i < l->n_entries; i++)
        trust_entry_json(j, &l->entry[i]);
    jw_array_end(j);
}

void trust_export_json(const struct trust_input *in, const struct trust_list *l, struct arena *scratch,
                       struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    put_claims(&j, in, l);
    put_acts(&j, in, l);
    put_certificates(&j, l, scratch);
    jw_object_end(&j);
    buf_u8(out, '\n');
}

static bool read_notes(struct trust_export *x, struct arena *a, struct why *w)
{
    json_ref list = json_member(&x->json, JSON_ROOT, "acts");
    size_t n = json_count(&x->json, list);
    struct span *note = arena_array(a, n + 1, sizeof *note);

    if (!json_is(&x->json, list, JSON_KIND_ARRAY) || !note || n > LIMIT_ACTS)
        return why_set(w, "trust-list", json_offset(&x->json, list), clause,
                       "expected acts, a list of texts");
    for (json_ref v = json_first(&x->json, list); v != JSON_NONE; v = json_after(&x->json, list, v))
        if (!json_text_of(&x->json, v, a, &note[x->n_notes++]))
            return why_set(w, "trust-list", json_offset(&x->json, v), clause, "an act is a text");
    x->note = note;
    return true;
}

static bool read_certificate(struct trust_export *x, json_ref v, struct arena *a, struct trust_certificate *c)
{
    struct span text;
    struct buffer b;
    struct digest d;
    size_t bad_at;
    uint8_t *mem;

    if (!json_text_of(&x->json, v, a, &text) || text.n > 2 * LIMIT_CERTIFICATE ||
        !(mem = arena_alloc(a, text.n + 1)))
        return false;
    buf_init_fixed(&b, mem, text.n + 1);
    if (!base64_decode(text, BASE64_STD, &b, &bad_at) || !buf_ok(&b))
        return false;
    c->der = buf_span(&b);
    digest_of(DIGEST_SHA256, c->der, &d);
    memcpy(c->sha256, d.b, sizeof c->sha256);
    return true;
}

static bool read_certificates(struct trust_export *x, struct arena *a, struct why *w)
{
    json_ref list = json_member(&x->json, JSON_ROOT, "certificates");
    size_t n = json_count(&x->json, list);
    struct trust_certificate *c = arena_array(a, n + 1, sizeof *c);

    if (!json_is(&x->json, list, JSON_KIND_ARRAY) || !c || n > LIMIT_ANCHORS)
        return why_set(w, "trust-list", json_offset(&x->json, list), clause,
                       "expected certificates, a list of texts in Base64");
    for (json_ref v = json_first(&x->json, list); v != JSON_NONE; v = json_after(&x->json, list, v))
        if (!read_certificate(x, v, a, &c[x->n_certificates++]))
            return why_set(w, "trust-list", json_offset(&x->json, v), clause,
                           "a certificate is a text in Base64");
    x->certificate = c;
    return true;
}

bool trust_export_read(struct span file, struct arena *a, struct trust_export *out, struct why *w)
{
    struct trust_export x = { 0 };

    if (!json_parse(file, a, &x.json, w))
        return false;
    if (!json_text_is(&x.json, json_member(&x.json, JSON_ROOT, "kind"), kind))
        return why_set(w, "trust-list", 0, clause, "expected a member \"kind\": \"%s\"", kind);
    if (!json_text_of(&x.json, json_member(&x.json, JSON_ROOT, "agreement"), a, &x.agreement))
        return why_set(w, "trust-list", 0, clause, "expected the title of the agreement");
    if (!read_notes(&x, a, w) || !read_certificates(&x, a, w))
        return false;
    *out = x;
    return true;
}

/* Two values in canonical form. */
static bool same(const struct json *x, json_ref v, const struct json *y, json_ref u, struct arena *a)
{
    struct buffer one, two;
    bool equal;

    if (v == JSON_NONE || u == JSON_NONE)
        return v == u;
    buf_init(&one, EXPORT_BYTES);
    buf_init(&two, EXPORT_BYTES);
    equal = jcs_put(&one, x, v, a, NULL) && jcs_put(&two, y, u, a, NULL) &&
            span_eq(buf_span(&one), buf_span(&two));
    buf_free(&one);
    buf_free(&two);
    return equal;
}

struct comparing {
    const struct json *claimed, *given;
    struct arena *a;
    struct findings *f;
    size_t n;
};

static void differs(struct comparing *c, json_ref claimed, const char *what, struct span name)
{
    finding_add(c->f, FINDING_WARNING, "claim", json_offset(c->claimed, claimed), clause, "%s%.*s: %s", what,
                (int)(name.n < 90 ? name.n : 90), (const char *)name.p,
                claimed == JSON_NONE ? "the acts give it, and the file does not say it"
                                     : "the file says otherwise than its acts give");
    c->n++;
}

static struct span text_of(const struct json *j, json_ref obj, const char *name)
{
    json_ref v = json_member(j, obj, name);

    return json_is(j, v, JSON_KIND_STRING) ? span_sub(json_source(j, v), 1, json_source(j, v).n - 1)
                                           : (struct span){ 0 };
}

/* What tells items of a list apart: state, digest and purpose, or member and fingerprint. */
static bool names_same(const struct json *x, json_ref v, const struct json *y, json_ref u,
                       const char *const *names)
{
    for (; *names; names++)
        if (!span_eq(text_of(x, v, *names), text_of(y, u, *names)))
            return false;
    return true;
}

static json_ref find(const struct json *in, json_ref list, const struct json *like, json_ref item,
                     const char *const *names)
{
    for (json_ref v = json_first(in, list); v != JSON_NONE; v = json_after(in, list, v))
        if (names_same(in, v, like, item, names))
            return v;
    return JSON_NONE;
}

/* An honest file has the order of the list: the next item is tried first, and only so many are searched for.
 */
static void compare_lists(struct comparing *c, const char *list, const char *const *names)
{
    json_ref claimed = json_member(c->claimed, JSON_ROOT, list),
             real = json_member(c->given, JSON_ROOT, list);
    json_ref next = json_first(c->claimed, claimed);
    size_t matched = 0, searched = 0;

    for (json_ref v = json_first(c->given, real); v != JSON_NONE; v = json_after(c->given, real, v)) {
        json_ref u = next;

        if (c->n > FINDINGS_MAX || searched > FINDINGS_MAX)
            return;
        if (u == JSON_NONE || !names_same(c->claimed, u, c->given, v, names)) {
            u = find(c->claimed, claimed, c->given, v, names);
            searched++;
        }
        if (u == JSON_NONE || !same(c->claimed, u, c->given, v, c->a))
            differs(c, u, list[0] == 'm' ? "member " : "entry of ", text_of(c->given, v, names[0]));
        matched += u != JSON_NONE;
        next = u != JSON_NONE ? json_after(c->claimed, claimed, u) : next;
    }
    if (json_count(c->claimed, claimed) > matched) {
        finding_add(c->f, FINDING_WARNING, "claim", json_offset(c->claimed, claimed), clause,
                    "the file has %zu %s that its acts do not give",
                    json_count(c->claimed, claimed) - matched, list);
        c->n++;
    }
}

size_t trust_export_compare(const struct trust_export *x, const struct trust_input *in,
                            const struct trust_list *l, struct arena *a, struct findings *f)
{
    static const char *const plain[] = { "agreement", "confirmations", "reports", "version", "digest" };
    static const char *const member[] = { "member", "fingerprint", NULL };
    static const char *const entry[] = { "state", "sha256", "purpose", NULL };
    struct json real;
    struct comparing c = { &x->json, &real, a, f, 0 };
    struct json_writer j;
    struct buffer b;

    buf_init(&b, EXPORT_BYTES);
    j = json_to(&b);
    jw_object(&j, NULL);
    put_claims(&j, in, l);
    jw_object_end(&j);
    if (!buf_ok(&b) || !json_parse(buf_span(&b), a, &real, NULL)) {
        finding_add(f, FINDING_WARNING, "too-large", WHY_NO_OFFSET, clause,
                    "the list is too long to compare");
        buf_free(&b);
        return 1;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        json_ref v = json_member(&x->json, JSON_ROOT, plain[i]);

        if (!same(&x->json, v, &real, json_member(&real, JSON_ROOT, plain[i]), a))
            differs(&c, v, plain[i], (struct span){ 0 });
    }
    compare_lists(&c, "members", member);
    compare_lists(&c, "entries", entry);
    buf_free(&b);
    return c.n;
}
