/* Lists at rest: sealed, opened, counted. */
#include <stdio.h>

#include "check/manifest_internal.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/node_key.h"

static void key_of(const struct store *s, struct span reference, const char *what, struct traveller_key *key)
{
    store_subject_key(s, SPAN("manifest seal"), reference, span_str(what), key);
}

struct span manifest_seal(const struct store *s, struct span reference, const char *what, struct span plain,
                          struct arena *a)
{
    uint8_t *out = arena_alloc(a, GCM_IV + plain.n + GCM_TAG);
    struct traveller_key key;

    if (!out)
        return (struct span){ NULL, 0 };
    key_of(s, reference, what, &key);
    random_bytes(out, GCM_IV);
    gcm_seal(key.b, out, plain, out + GCM_IV);
    return span_of(out, GCM_IV + plain.n + GCM_TAG);
}

bool manifest_unseal(const struct store *s, struct span reference, const char *what, struct span sealed,
                     struct arena *a, struct span *out, struct why *w)
{
    struct traveller_key key;
    uint8_t *plain;

    if (sealed.n < GCM_IV + GCM_TAG)
        return why_set(w, "sealed", WHY_NO_OFFSET, NULL, "what was sealed is cut");
    plain = arena_alloc(a, sealed.n);
    if (!plain)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    key_of(s, reference, what, &key);
    if (!gcm_open(key.b, sealed.p, span_sub(sealed, GCM_IV, sealed.n), plain))
        return why_set(
            w, "sealed", WHY_NO_OFFSET, NULL,
            "what was sealed does not open: it was changed, or the key of this store is another one");
    *out = span_of(plain, sealed.n - GCM_IV - GCM_TAG);
    return true;
}

const char *manifest_part_word(enum manifest_part_kind kind, int64_t part, char out[PART_WORD])
{
    (void)snprintf(out, PART_WORD, "%s %lld", kind == PART_LIST ? "list" : "results", (long long)part);
    return out;
}

bool manifest_part(const struct check_context *c, struct span reference, enum manifest_part_kind kind,
                   int64_t part, bool *found, struct arena *a, struct span *plain, struct why *w)
{
    char word[PART_WORD];
    struct span sealed;

    return store_manifest_part(c->store, reference, kind, part, found, a, &sealed, w) &&
           (!*found ||
            manifest_unseal(c->store, reference, manifest_part_word(kind, part, word), sealed, a, plain, w));
}

/* ---- counts ---- */

enum { CODES = 256 };

struct counts {
    size_t persons, admit, refer, mend, duplicates, look_alikes, listed, screened, not_screened;
    size_t missing[FACTS_N];
    size_t n_codes;
    struct {
        char word[40];
        size_t n;
    } code[CODES];
};

static void count_code(struct counts *k, struct span word)
{
    size_t i = 0;

    while (i < k->n_codes && !span_eq_str(word, k->code[i].word))
        i++;
    if (i == CODES || word.n >= sizeof k->code[i].word)
        return;
    if (i == k->n_codes) {
        memcpy(k->code[i].word, word.p, word.n);
        k->n_codes++;
    }
    k->code[i].n++;
}

/* A code counts once for a person, however many articles say it. */
static void count_reasons(struct counts *k, const struct result_reader *r, const struct manifest_result *o)
{
    for (size_t i = 0; i < o->n_reasons; i++) {
        const struct result_reason *x = &r->reason[o->reason[i]];
        bool before = x->for_admission;

        for (size_t j = 0; j < i && !before; j++)
            before = span_eq(r->reason[o->reason[j]].code, x->code) && !r->reason[o->reason[j]].for_admission;
        if (!before)
            count_code(k, x->code);
    }
}

static void count(struct counts *k, const struct manifest_person *p, const struct result_reader *r,
                  const struct manifest_result *o)
{
    k->persons++;
    k->admit += result_is(p, o, RESULTS_ADMIT);
    k->refer += result_is(p, o, RESULTS_REFER);
    k->mend += result_is(p, o, RESULTS_MEND);
    k->duplicates += result_is(p, o, RESULTS_DUPLICATE);
    k->look_alikes += result_is(p, o, RESULTS_LIKE);
    k->listed += o->notes >> NOTE_LISTED & 1;
    k->screened += o->screened.asked;
    k->not_screened += o->notes >> NOTE_NOT_SCREENED & 1;
    for (size_t i = 0; i < o->n_missing; i++)
        k->missing[o->missing[i]]++;
    for (int i = 0; i < MANIFEST_NOTES; i++)
        if (o->notes >> i & 1)
            count_code(k, span_str(manifest_note_word((enum manifest_note)i)));
    if (o->outcome != OUTCOME_ADMIT)
        count_reasons(k, r, o);
}

static bool count_part(const struct check_context *c, struct span reference, int64_t part, struct counts *k,
                       struct arena *a, struct why *w)
{
    struct span list = { NULL, 0 }, results = { NULL, 0 };
    struct result_reader r;
    struct manifest_result o;
    struct manifest_person p;
    struct reader persons;
    bool found = false;

    if (!manifest_part(c, reference, PART_LIST, part, &found, a, &list, w) ||
        (found && !manifest_part(c, reference, PART_RESULTS, part, &found, a, &results, w)))
        return false;
    if (!found)
        return why_set(w, "manifest-parts", WHY_NO_OFFSET, NULL, "a part is not there");
    if (!result_open(results, a, &r, w))
        return false;
    persons = rd_of(list);
    while (result_next(&r, &o) && manifest_unpack(&persons, &p))
        count(k, &p, &r, &o);
    return true;
}

static void put_counts(const struct counts *k, size_t limited, struct buffer *out)
{
    struct json_writer j = json_to(out);

    jw_object(&j, NULL);
    jw_int(&j, "persons", (int64_t)k->persons);
    jw_int(&j, "admit", (int64_t)k->admit);
    jw_int(&j, "refer", (int64_t)k->refer);
    jw_int(&j, "mend", (int64_t)k->mend);
    jw_int(&j, "duplicates", (int64_t)k->duplicates);
    jw_int(&j, "look_alikes", (int64_t)k->look_alikes);
    jw_int(&j, "listed", (int64_t)k->listed);
    jw_int(&j, "screened", (int64_t)k->screened);
    jw_int(&j, "not_screened", (int64_t)k->not_screened);
    jw_int(&j, "limited", (int64_t)limited);
    jw_object(&j, "reasons");
    for (size_t i = 0; i < k->n_codes; i++)
        jw_int(&j, k->code[i].word, (int64_t)k->code[i].n);
    jw_object_end(&j);
    jw_object(&j, "missing");
    for (unsigned i = 0; i < FACTS_N; i++)
        if (k->missing[i])
            jw_int(&j, fact_name((enum fact)i), (int64_t)k->missing[i]);
    jw_object_end(&j);
    jw_object_end(&j);
}

bool manifest_summary(const struct check_context *c, struct span reference, int64_t parts, size_t limited,
                      struct buffer *out, struct why *w)
{
    struct counts *k;
    struct arena room, a;
    bool ok = true;

    arena_init(&room, 1 << 20);
    arena_init(&a, 16 << 20);
    k = arena_alloc(&room, sizeof *k);
    for (int64_t i = 0; k && i < parts && ok; i++) {
        arena_reset(&a);
        ok = count_part(c, reference, i, k, &a, w);
    }
    if (k && ok)
        put_counts(k, limited, out);
    arena_free(&a);
    arena_free(&room);
    return ok &&
           ((k && buf_ok(out)) || why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the summary is too long"));
}
