#include "check/read_chip.h"

#include <stdio.h>

#include "base/limits.h"
#include "card/chip_authentication.h"
#include "crypto/key.h"
#include "crypto/node_key.h"
#include "seal/chip.h"
#include "wire/json_write.h"
#include "wire/lds_files.h"

struct run {
    const struct chip_read_options *opt;
    struct arena *a;
    struct findings *f;
    struct reading r;
    struct chip_read out;
    size_t total;
};

static bool is(const struct why *w, const char *reason)
{
    return w->reason && strcmp(w->reason, reason) == 0;
}

static bool keep(struct run *k, const char *name, struct span bytes, struct why *w)
{
    struct span copy = arena_copy(k->a, bytes);
    char *own = arena_str(k->a, span_str(name));

    k->total += bytes.n;
    if ((bytes.n && !copy.p) || !own || k->out.n == CHIP_READ_FILES || k->total > LIMIT_CHIP)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "the chip holds more than %d bytes", LIMIT_CHIP);
    k->out.file[k->out.n++] = (struct inspect_file){ own, copy };
    return true;
}

static bool keep_file(struct run *k, enum chip_file f, struct span bytes, struct why *w)
{
    char name[32];

    (void)snprintf(name, sizeof name, "%s.bin", chip_file_name(f));
    if (strncmp(name, "EF.", 3) == 0)
        name[2] = '_';
    return keep(k, name, bytes, w);
}

static struct span kept(const struct run *k, const char *name)
{
    for (size_t i = 0; i < k->out.n; i++)
        if (strcmp(k->out.file[i].name, name) == 0)
            return k->out.file[i].bytes;
    return (struct span){ 0 };
}

/* *there: the chip has it and shows it. */
static bool read_one(struct run *k, enum chip_file f, bool *there, struct why *w)
{
    struct buffer b;
    struct why why = { 0 };
    bool ok;

    buf_init(&b, LIMIT_CHIP_FILE);
    *there = reading_file(&k->r, f, &b, &why);
    /* only an open chip can say that of a file; another card that was laid down says it of the application */
    ok = *there ? keep_file(k, f, buf_span(&b), w)
                : k->r.way != WAY_NONE && (is(&why, "no-file") || is(&why, "access"));
    if (!ok && w && !w->reason)
        *w = why;
    if (b.p)
        wipe(b.p, b.cap);
    buf_free(&b);
    return ok;
}

static uint32_t groups_of(struct run *k, struct span sod, struct span com)
{
    const struct chip_options opt = { .anchors = k->opt->anchors, .at = k->opt->at };
    struct chip *c = arena_alloc(k->a, sizeof *c);
    struct ef_com ef;
    uint32_t listed = 0;

    if (!c)
        return 0;
    (void)chip_verify(sod, NULL, 0, &opt, k->a, c, NULL);
    for (unsigned n = 1; n <= LDS_GROUPS; n++)
        if (c->hash[n].n)
            listed |= 1u << n;
    if (!listed && com.n && ef_com_parse(com, &ef, NULL, NULL))
        listed = ef.groups; /* EF.SOD cannot be read, and the verdict will say so */
    return listed;
}

static bool read_group(struct run *k, unsigned n, struct why *w)
{
    bool there;

    if (!(k->out.required & 1u << n))
        return true;
    if (!read_one(k, (enum chip_file)n, &there, w))
        return false;
    if (there)
        k->out.read |= 1u << n;
    else
        finding_add(k->f, FINDING_WARNING, "group-missing", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                    "EF.SOD lists DG%u, and the chip does not show it", n);
    return true;
}

static bool try_chip(struct run *k, const struct chip_authentication_choice *choice, struct chip_proof *proof,
                     struct why *w)
{
    return reading_open(&k->r, w) && chip_authentication(&k->r.ch, choice, k->opt->random, proof, w);
}

/*
 * A chip that cannot do what its DG14 announces is not the one that was issued, or is broken: said, and left
 * to the verdict. The channel is lost for good only when the card is gone.
 */
static bool authenticate_chip(struct run *k, struct why *w)
{
    struct span dg14 = kept(k, "DG14.bin");
    struct security_infos *infos = arena_alloc(k->a, sizeof *infos);
    struct chip_proof *proof = arena_alloc(k->a, sizeof *proof);
    struct chip_authentication_choice choice;
    struct why why = { 0 };
    struct buffer record;
    bool ok = true;

    if (!infos || !proof)
        return why_set(w, "too-large", WHY_NO_OFFSET, NULL, "no memory left for this");
    if (k->r.proof.data.n) {
        proof->mapped = true;
        proof->mapping = k->r.proof;
    }
    if (dg14.n && k->r.way != WAY_OPEN && security_infos_parse_dg14(dg14, infos, NULL, NULL) &&
        chip_authentication_choose(infos, &choice, &why)) {
        ok = try_chip(k, &choice, proof, &why);
        if (!ok && is(&why, "chip-authentication")) { /* before a chip is called a copy: once more */
            why_clear(&why);
            ok = try_chip(k, &choice, proof, &why);
        }
        if (!ok)
            finding_add(k->f, FINDING_WARNING, "chip-authentication", WHY_NO_OFFSET, "Doc 9303-11 6.2", "%s",
                        why.detail);
        ok = true;
    }
    if (proof->answered || proof->mapped) {
        buf_init(&record, LIMIT_CHIP_FILE);
        chip_proof_write(proof, &record);
        ok = keep(k, "CA.json", buf_span(&record), w);
        buf_free(&record);
    }
    wipe(proof, sizeof *proof);
    return ok;
}

/* Bytes of the signature that the key of DG15 makes; 0: not known. */
static size_t answer_bytes(struct span dg15)
{
    struct public_key *key;
    struct dg15 file;
    size_t n;

    if (!dg15_parse(dg15, &file, NULL) || !public_key_from_spki(file.key, &key, NULL))
        return 0;
    n = public_key_kind(key) == KEY_RSA ? (public_key_bits(key) + 7) / 8 : 2 * public_key_order_bytes(key);
    public_key_free(key);
    return n;
}

static bool authenticate_actively(struct run *k, struct why *w)
{
    struct span dg15 = kept(k, "DG15.bin");
    uint8_t challenge[ACTIVE_CHALLENGE];
    struct buffer response;
    struct why why = { 0 };
    bool ok;

    if (!dg15.n)
        return true;
    buf_init(&response, APDU_EXTENDED_LE);
    k->opt->random(challenge, sizeof challenge);
    if (!reading_open(&k->r, &why) ||
        !active_authentication(&k->r.ch, challenge, answer_bytes(dg15), &response, &why))
        finding_add(k->f, FINDING_WARNING, "active-authentication", WHY_NO_OFFSET, "Doc 9303-11 6.1", "%s",
                    why.detail);
    /* without an answer the challenge says that one was asked for */
    ok = keep(k, "AA.challenge", span_of(challenge, sizeof challenge), w) &&
         keep(k, "AA.response", buf_span(&response), w);
    buf_free(&response);
    return ok;
}

/* EF.SOD and EF.COM, and with them what else is to be read. */
static bool read_lists(struct run *k, struct why *w)
{
    bool there;

    if (!read_one(k, CHIP_SOD, &there, w))
        return false;
    if (!there)
        return why_set(w, "no-file", WHY_NO_OFFSET, "Doc 9303-10 4.6.2",
                       "the chip has no EF.SOD: nothing can be proven");
    if (!read_one(k, CHIP_COM, &there, w))
        return false;
    if (!there)
        finding_add(k->f, FINDING_NOTE, "no-com", WHY_NO_OFFSET, "Doc 9303-10 4.6.1",
                    "the chip does not show EF.COM");
    k->out.listed = groups_of(k, kept(k, "EF_SOD.bin"), kept(k, "EF_COM.bin"));
    k->out.required = k->out.listed & ~CHIP_WITHHELD;
    if (k->opt->groups)
        k->out.required &= k->opt->groups;
    if (k->out.listed & CHIP_WITHHELD & (k->opt->groups ? k->opt->groups : CHIP_WITHHELD))
        finding_add(k->f, FINDING_NOTE, "group-withheld", WHY_NO_OFFSET, "Doc 9303-11 7",
                    "fingerprints and irises (DG3, DG4) are not read: they need extended access control");
    return true;
}

/* The small ones first; chip authentication as soon as DG14 is there, so that what follows is read under its
 * keys. */
static bool read_all(struct run *k, struct why *w)
{
    static const uint8_t order[] = { 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16 };

    if (!read_lists(k, w) || !read_group(k, 14, w) || !authenticate_chip(k, w))
        return false;
    if (!read_group(k, 15, w) || !authenticate_actively(k, w))
        return false;
    for (size_t i = 0; i < sizeof order; i++)
        if (!read_group(k, order[i], w))
            return false;
    if (k->r.card_access.n && !keep_file(k, CHIP_CARD_ACCESS, buf_span(&k->r.card_access), w))
        return false;
    return k->r.card_security.n == 0 || keep_file(k, CHIP_CARD_SECURITY, buf_span(&k->r.card_security), w);
}

bool chip_read(const struct chip_read_options *opt, struct arena *a, struct chip_read *out,
               struct findings *f, struct why *w)
{
    struct run k = { .opt = opt, .a = a, .f = f };
    bool ok;

    reading_init(&k.r, opt->card, opt->access, opt->random);
    k.r.progress = opt->progress;
    k.r.ctx = opt->ctx;
    ok = read_all(&k, w);
    if (ok) {
        if (k.r.pace_failed.reason)
            finding_add(f, FINDING_NOTE, "pace-failed", WHY_NO_OFFSET, "Doc 9303-11 4.2",
                        "PACE is offered and was not possible, basic access control was used: %s",
                        k.r.pace_failed.detail);
        k.out.way = k.r.way;
        memcpy(k.out.protocol, k.r.protocol, sizeof k.out.protocol);
        k.out.sessions = k.r.sessions;
        *out = k.out;
    }
    reading_free(&k.r);
    return ok;
}

static void put_groups(struct json_writer *w, const char *key, uint32_t groups)
{
    char name[6];

    jw_array(w, key);
    for (unsigned n = 1; n <= LDS_GROUPS; n++) {
        if (!(groups & 1u << n))
            continue;
        (void)snprintf(name, sizeof name, "dg%u", n);
        jw_str(w, NULL, name);
    }
    jw_array_end(w);
}

void chip_read_json(const struct chip_read *r, const struct findings *f, struct buffer *out)
{
    struct json_writer w = json_to(out);

    jw_object(&w, NULL);
    jw_str(&w, "access", chip_way_word(r->way));
    jw_str(&w, "protocol", r->protocol[0] ? r->protocol : NULL);
    jw_int(&w, "sessions", r->sessions);
    put_groups(&w, "listed", r->listed);
    put_groups(&w, "read", r->read);
    jw_array(&w, "findings");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(&w, NULL);
        jw_str(&w, "severity", severity_word(f->item[i].severity));
        jw_str(&w, "reason", f->item[i].why.reason);
        jw_str(&w, "clause", f->item[i].why.clause);
        jw_str(&w, "detail", f->item[i].why.detail);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
}
