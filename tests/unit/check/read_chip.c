/* A chip read whole: which files come, what is said of those that do not, and what the verdict then rests on.
 */
#include "vectors.h"

#include "base/limits.h"
#include "check/read_chip.h"
#include "crypto/node_key.h"
#include "simulated_document.h"

enum { AT = 1767225600 };

struct lane {
    struct sim_document d;
    struct simulated_card chip;
    struct card card;
    struct access access;
    struct anchor_set *anchors;
    struct findings f;
    struct why w;
    unsigned lose_at;
    bool gone;
};

static bool transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct lane *l = ctx;

    l->gone = l->gone || (l->lose_at && --l->lose_at == 0);
    if (l->gone)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "the document left the reader");
    return l->chip.card.transmit(l->chip.card.ctx, command, response, w);
}

static bool reset(void *ctx, struct why *w)
{
    struct lane *l = ctx;

    (void)w;
    l->gone = false;
    simulated_card_reset(&l->chip);
    return true;
}

static void set_up(struct lane *l, const struct sim_order *o)
{
    *l = (struct lane){ 0 };
    sim_document_make(o, &test_arena, 7, &l->d);
    sim_document_load(&l->d, 11, &l->chip);
    l->card = (struct card){ .transmit = transmit, .reset = reset, .ctx = l, .extended = true };
    l->anchors = anchor_set_new();
    findings_init(&l->f);
    assert_true(access_from_mrz(span_str(l->d.mrz), AT, &l->access, NULL));
}

static void tear_down(struct lane *l)
{
    anchor_set_free(l->anchors);
    simulated_card_free(&l->chip);
    sim_document_free(&l->d);
    arena_reset(&test_arena);
}

static bool read_it(struct lane *l, uint32_t groups, struct chip_read *r)
{
    const struct chip_read_options opt = { .card = &l->card,
                                           .access = &l->access,
                                           .anchors = l->anchors,
                                           .at = AT,
                                           .random = random_bytes,
                                           .groups = groups };

    return chip_read(&opt, &test_arena, r, &l->f, &l->w);
}

static bool has(const struct chip_read *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->file[i].name, name) == 0)
            return true;
    return false;
}

static bool found(const struct lane *l, const char *reason)
{
    for (size_t i = 0; i < l->f.n; i++)
        if (strcmp(l->f.item[i].why.reason, reason) == 0)
            return true;
    return false;
}

static struct sim_order everything(void)
{
    return (struct sim_order){ .bac = true,
                               .pace = { { 1, SIM_AES128, 13 } },
                               .n_pace = 1,
                               .ca_group = 13,
                               .ca_cipher = SIM_AES128,
                               .ca_id = 1,
                               .aa = "P-256",
                               .portrait = 3000,
                               .extended = true };
}

static void whole(void **state)
{
    static const char *const names[] = { "EF_SOD.bin",  "EF_COM.bin", "EF_CardAccess.bin", "DG1.bin",
                                         "DG2.bin",     "DG14.bin",   "DG15.bin",          "AA.challenge",
                                         "AA.response", "CA.json" };
    const struct sim_order o = everything();
    struct chip_read r;
    struct buffer b;
    struct lane l;

    (void)state;
    set_up(&l, &o);
    assert_true(read_it(&l, 0, &r));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        print_message("# %s\n", names[i]);
        assert_true(has(&r, names[i]));
    }
    assert_int_equal(r.n, sizeof names / sizeof names[0]);
    assert_int_equal(r.way, WAY_PACE);
    assert_int_equal(r.listed, 1u << 1 | 1u << 2 | 1u << 14 | 1u << 15);
    assert_int_equal(r.read, r.listed);
    assert_int_equal(r.required, r.listed);
    assert_int_equal(l.f.n, 0);
    buf_init(&b, 1 << 16);
    chip_read_json(&r, &l.f, &b);
    assert_string_equal(
        buf_cstr(&b),
        "{\"access\":\"PACE\",\"protocol\":\"PACE-ECDH-GM-AES-CBC-CMAC-128\",\"sessions\":1,"
        "\"listed\":[\"dg1\",\"dg2\",\"dg14\",\"dg15\"],\"read\":[\"dg1\",\"dg2\",\"dg14\",\"dg15\"],"
        "\"findings\":[]}");
    buf_free(&b);
    tear_down(&l);
}

static void some_groups(void **state)
{
    const struct sim_order o = everything();
    struct chip_read r;
    struct lane l;

    (void)state;
    set_up(&l, &o);
    assert_true(read_it(&l, 1u << 1 | 1u << 3, &r));
    assert_true(has(&r, "DG1.bin") && has(&r, "EF_SOD.bin"));
    assert_false(has(&r, "DG2.bin") || has(&r, "DG14.bin") || has(&r, "DG15.bin") || has(&r, "AA.response"));
    assert_int_equal(r.required, 1u << 1);
    tear_down(&l);
}

/* Whichever command the field is lost at, the same files come. */
static void moved_document(void **state)
{
    const struct sim_order o = everything();
    struct chip_read whole, r;
    struct lane l;

    (void)state;
    set_up(&l, &o);
    assert_true(read_it(&l, 0, &whole));
    for (unsigned at = 1; at < 60; at += 3) {
        reset(&l, NULL);
        findings_init(&l.f);
        why_clear(&l.w);
        l.lose_at = at;
        if (!read_it(&l, 0, &r))
            print_message("# at %u: %s\n", at, l.w.detail);
        assert_null(l.w.reason);
        for (size_t i = 0; i < whole.n; i++)
            if (strstr(whole.file[i].name, ".bin"))
                assert_true(has(&r, whole.file[i].name));
        assert_int_equal(r.read, whole.read);
    }
    tear_down(&l);
}

/* EF.SOD lists them; the chip does not have, or does not show, them. */
static void missing_groups(void **state)
{
    const struct sim_order o = everything();
    struct chip_read r;
    struct lane l;

    (void)state;
    set_up(&l, &o);
    for (size_t i = 0; i < l.chip.n_files; i++)
        if (l.chip.file[i].id == 0x0102 && !l.chip.file[i].master)
            l.chip.file[i].id = 0x0109;
    assert_true(read_it(&l, 0, &r));
    assert_true(found(&l, "group-missing"));
    assert_false(has(&r, "DG2.bin"));
    assert_true(r.required & 1u << 2); /* so that the verdict is no more than undetermined */
    assert_false(r.read & 1u << 2);
    tear_down(&l);
}

static void no_document(void **state)
{
    const struct sim_order o = everything();
    struct chip_read r = { .n = 77 };
    struct lane l;

    (void)state;
    set_up(&l, &o);
    for (size_t i = 0; i < l.chip.n_files; i++)
        if (l.chip.file[i].id == 0x011d && !l.chip.file[i].master)
            l.chip.file[i].id = 0x0199;
    assert_false(read_it(&l, 0, &r));
    assert_string_equal(l.w.reason, "no-file");
    assert_int_equal(r.n, 77);
    tear_down(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole),          cmocka_unit_test(some_groups), cmocka_unit_test(moved_document),
        cmocka_unit_test(missing_groups), cmocka_unit_test(no_document),
    };

    return cmocka_run_group_tests_name("read-chip", tests, arena_setup, arena_teardown);
}
