/*
 * PACE and chip authentication of the terminal, per group, against the multiplications (powers) that each
 * cannot do without: generic mapping 5, integrated mapping 2 with prime fields paying the cofactor, chip
 * authentication 2. The chip's own time is left out: its answers are recorded in a first run and given again.
 */
#include "bench.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <stdio.h>
#include <stdlib.h>

#include "card/chip_authentication.h"
#include "card/pace.h"
#include "simulated_document.h"

enum { ANSWERS = 16 };

static void need(bool ok)
{
    if (!ok)
        abort();
}

static struct sim_random terminal;

static void repeatable(void *p, size_t n)
{
    sim_random(&terminal, p, n);
}

struct work {
    struct arena arena;
    struct sim_document d;
    struct simulated_card chip;
    struct card card;
    struct security_infos offered, dg14;
    struct pace_choice choice;
    struct chip_authentication_choice ca;
    struct access_key key;
    struct session session; /* before chip authentication */
    struct buffer answer[ANSWERS];
    size_t n, at;
    bool recording;

    unsigned group, multiplications;
    struct sim_group g;
    BIGNUM *scalar, *number;
    EC_POINT *point;
};

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct work *k = ctx;

    (void)w;
    if (k->recording) {
        need(k->n < ANSWERS);
        buf_init(&k->answer[k->n], 1 << 16);
        need(simulated_card_command(&k->chip, command, &k->answer[k->n]));
        k->n++;
    }
    buf_put(response, buf_span(&k->answer[k->recording ? k->n - 1 : k->at++]));
    return true;
}

static void forget(struct work *k)
{
    for (size_t i = 0; i < k->n; i++)
        buf_free(&k->answer[i]);
    k->n = k->at = 0;
}

static void pace_once(struct work *k, struct channel *ch)
{
    struct why w = { 0 };

    terminal.state = 1;
    k->at = 0;
    if (!pace(ch, &k->choice, &k->key, repeatable, NULL, &w)) {
        (void)fprintf(stderr, "%s: %s\n", w.reason, w.detail);
        abort();
    }
}

static void run_pace(void *ctx, size_t n)
{
    while (n--) {
        struct work *k = ctx;
        struct channel ch;

        channel_init(&ch, &k->card);
        pace_once(k, &ch);
        channel_free(&ch);
    }
}

static void ca_once(struct work *k)
{
    struct chip_proof proof;
    struct channel ch;
    struct why w = { 0 };

    channel_init(&ch, &k->card);
    ch.session = k->session;
    terminal.state = 2;
    k->at = 0;
    if (!chip_authentication(&ch, &k->ca, repeatable, &proof, &w)) {
        (void)fprintf(stderr, "%s: %s\n", w.reason, w.detail);
        abort();
    }
    channel_free(&ch);
}

static void run_ca(void *ctx, size_t n)
{
    while (n--)
        ca_once(ctx);
}

static void run_floor(void *ctx, size_t n)
{
    struct work *k = ctx;

    for (size_t i = 0; i < n * k->multiplications; i++) {
        if (k->g.curve)
            need(EC_POINT_mul(k->g.ec, k->point, NULL, k->g.base, k->scalar, k->g.bn) == 1);
        else
            need(BN_mod_exp(k->number, k->g.g, k->scalar, k->g.p, k->g.bn) == 1);
    }
}

static void open_work(struct work *k, unsigned group, unsigned mapping)
{
    struct sim_order o = { .pace = { { mapping, SIM_AES128, group } },
                           .n_pace = 1,
                           .ca_group = group,
                           .ca_cipher = SIM_AES128,
                           .ca_id = 1,
                           .portrait = 100,
                           .extended = true };
    struct sim_random r = { 4 };

    *k = (struct work){ .group = group };
    k->card = (struct card){ .transmit = transmit, .ctx = k, .extended = true };
    arena_init(&k->arena, 1 << 24);
    sim_document_make(&o, &k->arena, 1, &k->d);
    sim_document_load(&k->d, 2, &k->chip);
    need(security_infos_parse(sim_document_file(&k->d, 0x011c, true), &k->offered, NULL, NULL) &&
         security_infos_parse_dg14(sim_document_file(&k->d, 0x010e, false), &k->dg14, NULL, NULL) &&
         pace_choose(&k->offered, &k->choice, NULL) && chip_authentication_choose(&k->dg14, &k->ca, NULL) &&
         sim_group_open(&k->g, group));
    k->key = (struct access_key){ .kind = ACCESS_MRZ, .n = (uint8_t)strlen(k->d.mrz_information) };
    memcpy(k->key.text, k->d.mrz_information, k->key.n);
    k->scalar = sim_private(&k->g, &r);
    k->number = BN_new();
    k->point = k->g.curve ? EC_POINT_new(k->g.ec) : NULL;
}

static void close_work(struct work *k)
{
    forget(k);
    BN_free(k->scalar);
    BN_free(k->number);
    EC_POINT_free(k->point);
    sim_group_close(&k->g);
    simulated_card_free(&k->chip);
    sim_document_free(&k->d);
    arena_free(&k->arena);
}

static void measure(unsigned group, unsigned mapping)
{
    static const char *const mappings[] = { "", "generic", "integrated", "chip authentication" };
    struct work k;
    struct channel ch;
    char name[96], floor[96];

    open_work(&k, group, mapping);
    k.recording = true;
    channel_init(&ch, &k.card);
    pace_once(&k, &ch);
    k.recording = false;
    k.session = ch.session;
    k.multiplications = mapping == 2 ? 2 : 5;
    (void)snprintf(name, sizeof name, "PACE, %s mapping, group %u", mappings[mapping], group);
    (void)snprintf(floor, sizeof floor, "%u raw multiplications", k.multiplications);
    (void)bench_ratio(name, run_pace, &k, floor, run_floor, &k, 0.8);
    if (mapping == 1) {
        forget(&k);
        k.recording = true;
        ca_once(&k);
        k.recording = false;
        k.multiplications = 2;
        (void)snprintf(name, sizeof name, "chip authentication, group %u", group);
        (void)bench_ratio(name, run_ca, &k, "2 raw multiplications", run_floor, &k, 0.8);
    }
    channel_free(&ch);
    close_work(&k);
}

int main(int argc, char **argv)
{
    static const unsigned groups[] = { 0, 2, 12, 13, 15, 16, 17, 18 };

    bench_init(argc, argv);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        measure(groups[i], 1);
        measure(groups[i], 2);
    }
    measure(13, 3);
    return 0;
}
