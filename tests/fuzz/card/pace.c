/*
 * PACE against a chip that answers what the input says, and against a sound chip whose answers the input
 * spoils: it ends in a reason, or in a session whose keys the chip has too.
 *
 * Input: a byte for mode and protocol; then, answers: two bytes of length and the answer, again and again; or
 * spoilt: triples of command, place and what is changed there.
 */
#include <stdlib.h>

#include "base/reader.h"
#include "card/pace.h"
#include "simulated_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { SPOILT = 0x80, LONGEST = 70000 };

static struct sim_random terminal;

static void repeatable(void *p, size_t n)
{
    sim_random(&terminal, p, n);
}

static void need(bool ok)
{
    if (!ok)
        abort();
}

/* One document for all runs: the smallest groups, each mapping. */
static const struct sim_document *document(void)
{
    static const struct sim_order o = {
        .pace = { { 1, SIM_3DES, 8 },
                  { 2, SIM_AES128, 9 },
                  { 3, SIM_AES256, 12 },
                  { 1, SIM_AES192, 0 },
                  { 2, SIM_AES128, 0 } },
        .n_pace = 5,
        .ca_group = SIM_NO_GROUP,
        .portrait = 100,
        .extended = true,
    };
    static struct sim_document d;
    static struct arena a;

    if (d.n_files == 0) {
        arena_init(&a, 1 << 24);
        sim_document_make(&o, &a, 3, &d);
    }
    return &d;
}

struct chip {
    struct reader answers;
    struct simulated_card *sound; /* NULL: answers only */
    struct span changes;
    unsigned at;
};

static void spoil(struct buffer *b, struct span changes, unsigned command)
{
    for (size_t i = 0; i + 3 <= changes.n; i += 3)
        if (changes.p[i] == command && b->n)
            b->p[changes.p[i + 1] % b->n] ^= changes.p[i + 2];
}

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct chip *c = ctx;
    size_t size;

    c->at++;
    if (c->sound) {
        need(simulated_card_command(c->sound, command, response));
        spoil(response, c->changes, c->at);
        return true;
    }
    size = rd_u16(&c->answers);
    if (!rd_left(&c->answers) || !rd_ok(&c->answers))
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "gone");
    if (size > rd_left(&c->answers))
        size = rd_left(&c->answers);
    buf_put(response, rd_take(&c->answers, size));
    return true;
}

/* DES does not look at the lowest bit of a byte. */
static void same_key(const struct cipher_key *k, const uint8_t *chip)
{
    for (size_t i = 0; i < cipher_key_size(k->alg); i++)
        need(((k->b[i] ^ chip[i]) & (k->alg == CIPHER_3DES ? 0xfe : 0xff)) == 0);
}

static void run(const struct pace_choice *choice, struct chip *chip)
{
    const struct card card = { .transmit = transmit, .ctx = chip, .extended = true };
    struct access_key key = { .kind = ACCESS_MRZ };
    struct pace_proof proof;
    struct channel ch;
    struct why w = { 0 };
    bool ok;

    key.n = (uint8_t)strlen(document()->mrz_information);
    memcpy(key.text, document()->mrz_information, key.n);
    terminal.state = 1;
    channel_init(&ch, &card);
    ok = pace(&ch, choice, &key, repeatable, &proof, &w);
    need(ok == ch.session.alive && ok == (w.reason == NULL));
    if (ok) {
        need(chip->sound && chip->sound->session.alive);
        same_key(&ch.session.enc, chip->sound->session.enc);
        same_key(&ch.session.mac, chip->sound->session.mac);
    }
    channel_free(&ch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct sim_document *d = document();
    struct simulated_card sound;
    struct security_infos infos;
    struct pace_choice choice = { 0 };
    struct chip chip = { 0 };

    if (n == 0 || n > LONGEST)
        return 0;
    need(security_infos_parse(sim_document_file(d, 0x011c, true), &infos, NULL, NULL));
    choice.info = &infos.item[(data[0] & 0x7f) % infos.n];
    if (data[0] & SPOILT) {
        sim_document_load(d, 5, &sound);
        chip.sound = &sound;
        chip.changes = span_of(data + 1, n - 1);
        run(&choice, &chip);
        simulated_card_free(&sound);
    } else {
        chip.answers = rd_of(span_of(data + 1, n - 1));
        run(&choice, &chip);
    }
    return 0;
}
