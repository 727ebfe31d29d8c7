/* Reading a chip: every way in, chips that lie about their files, and a field that is lost. */
#include "vectors.h"

#include "base/limits.h"
#include "card/read.h"
#include "crypto/node_key.h"
#include "simulated_document.h"

/* A simulated chip that can be taken off the reader and put back. */
struct lane {
    struct sim_document d;
    struct simulated_card chip;
    struct card card;
    struct access access;
    unsigned lose_at; /* the field is lost after so many commands more; 0: never */
    bool gone, stays_away;
    unsigned commands;
};

static bool lane_transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct lane *l = ctx;

    l->commands++;
    if (l->lose_at && --l->lose_at == 0)
        l->gone = true;
    if (l->gone)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "the document left the reader");
    return l->chip.card.transmit(l->chip.card.ctx, command, response, w);
}

static bool lane_reset(void *ctx, struct why *w)
{
    struct lane *l = ctx;

    if (l->stays_away)
        return why_set(w, "card", WHY_NO_OFFSET, NULL, "the document did not come back");
    l->gone = false;
    simulated_card_reset(&l->chip);
    return true;
}

static void set_up(struct lane *l, const struct sim_order *o)
{
    *l = (struct lane){ 0 };
    sim_document_make(o, &test_arena, 7, &l->d);
    sim_document_load(&l->d, 11, &l->chip);
    l->card = (struct card){
        .transmit = lane_transmit, .reset = lane_reset, .ctx = l, .extended = l->chip.card.extended
    };
    assert_true(access_from_mrz(span_str(l->d.mrz), 1700000000, &l->access, NULL));
}

static void tear_down(struct lane *l)
{
    simulated_card_free(&l->chip);
    sim_document_free(&l->d);
    arena_reset(&test_arena);
}

static struct sim_order plain(void)
{
    return (struct sim_order){ .ca_group = SIM_NO_GROUP, .ca_id = -1, .extended = true };
}

static struct span file_of(const struct lane *l, enum chip_file f)
{
    return f == CHIP_SOD
               ? sim_document_file(&l->d, 0x011d, false)
               : sim_document_file(&l->d, (uint16_t)(f == CHIP_COM ? 0x011e : 0x0100 + (unsigned)f), false);
}

static void assert_reads(struct reading *r, const struct lane *l, enum chip_file f)
{
    struct span want = file_of(l, f);
    struct buffer b;
    struct why w = { 0 };
    bool ok;

    assert_true(want.n > 0);
    buf_init(&b, LIMIT_CHIP_FILE);
    ok = reading_file(r, f, &b, &w);
    if (!ok)
        print_message("# %s: %s\n", w.reason, w.detail);
    assert_true(ok);
    assert_int_equal(b.n, want.n);
    assert_memory_equal(b.p, want.p, want.n);
    buf_free(&b);
}

static void every_way_in(void **state)
{
    static const struct {
        const char *what;
        bool bac, open, extended, can;
        struct sim_pace pace;
        size_t portrait;
        enum chip_way way;
    } cases[] = {
        { "BAC, short lengths", true, false, false, false, { 0 }, 3000, WAY_BAC },
        { "BAC, extended lengths", true, false, true, false, { 0 }, 20000, WAY_BAC },
        { "BAC, beyond 32 KiB, short lengths", true, false, false, false, { 0 }, 70000, WAY_BAC },
        { "PACE, beyond 64 KiB", true, false, true, false, { 1, SIM_AES128, 13 }, 90000, WAY_PACE },
        { "PACE, beyond 32 KiB, short lengths",
          false,
          false,
          false,
          false,
          { 1, SIM_AES256, 12 },
          40000,
          WAY_PACE },
        { "PACE with Triple DES", false, false, true, false, { 2, SIM_3DES, 13 }, 600, WAY_PACE },
        { "PACE with the card access number",
          false,
          false,
          true,
          true,
          { 1, SIM_AES192, 13 },
          600,
          WAY_PACE },
        { "PACE with chip authentication mapping",
          false,
          false,
          true,
          false,
          { 3, SIM_AES128, 13 },
          600,
          WAY_PACE },
        { "no access control", false, true, false, false, { 0 }, 40000, WAY_OPEN },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim_order o = plain();
        struct reading r;
        struct lane l;

        print_message("# %s\n", cases[i].what);
        o.bac = cases[i].bac;
        o.extended = cases[i].extended;
        o.portrait = cases[i].portrait;
        o.can = "123456";
        o.pace[0] = cases[i].pace;
        o.n_pace = cases[i].pace.mapping != 0;
        set_up(&l, &o);
        l.chip.open = cases[i].open;
        if (cases[i].can)
            assert_true(access_from_can(SPAN("123456"), &l.access, NULL));
        reading_init(&r, &l.card, &l.access, random_bytes);
        assert_reads(&r, &l, CHIP_SOD);
        assert_reads(&r, &l, CHIP_COM);
        assert_reads(&r, &l, (enum chip_file)1);
        assert_reads(&r, &l, (enum chip_file)2);
        assert_int_equal(r.way, cases[i].way);
        assert_int_equal(r.sessions, 1);
        assert_true((r.card_security.n != 0) == (cases[i].pace.mapping == 3));
        assert_true((r.protocol[0] != 0) == (cases[i].way == WAY_PACE));
        reading_free(&r);
        tear_down(&l);
    }
}

static void wrong_keys(void **state)
{
    static const struct {
        const char *what;
        bool bac, pace, can;
        const char *say;
    } cases[] = {
        { "BAC, lines of another document", true, false, false, "do not belong to this document" },
        { "PACE, lines of another document", true, true, false, "" },
        { "PACE, another card access number", true, true, true, "" },
        { "a card access number where there is BAC only", true, false, true, "machine-readable lines" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sim_order o = plain();
        struct reading r;
        struct lane l;
        struct why w = { 0 };
        struct buffer b;

        print_message("# %s\n", cases[i].what);
        o.bac = cases[i].bac;
        o.can = "123456";
        o.pace[0] = (struct sim_pace){ 1, SIM_AES128, 13 };
        o.n_pace = cases[i].pace;
        set_up(&l, &o);
        assert_true(cases[i].can ? access_from_can(SPAN("654321"), &l.access, NULL)
                                 : access_from_fields(SPAN("OTHER1"), SPAN("900101"), SPAN("350101"),
                                                      &l.access, NULL));
        reading_init(&r, &l.card, &l.access, random_bytes);
        buf_init(&b, LIMIT_CHIP_FILE);
        assert_false(reading_file(&r, CHIP_SOD, &b, &w));
        assert_string_equal(w.reason, "access");
        assert_non_null(strstr(w.detail, cases[i].say));
        assert_null(strstr(w.detail, "OTHER1"));
        assert_int_equal(b.n, 0);
        assert_int_equal(r.way, WAY_NONE);
        assert_int_equal(r.sessions, 1); /* not tried again and again: the chip slows down */
        buf_free(&b);
        reading_free(&r);
        tear_down(&l);
    }
}

/* Whenever the field is lost, the files come out whole, and what was read is not read again. */
static void lost_field(void **state)
{
    struct sim_order o = plain();
    struct lane l;
    unsigned whole;

    (void)state;
    o.bac = true;
    o.extended = false;
    o.portrait = 4000;
    for (unsigned n_pace = 0; n_pace < 2; n_pace++) {
        o.pace[0] = (struct sim_pace){ 1, SIM_AES128, 13 };
        o.n_pace = n_pace;
        set_up(&l, &o);
        whole = 0;
        for (unsigned at = 0; at == 0 || at <= whole; at++) {
            struct reading r;

            l.commands = 0;
            l.gone = false;
            l.lose_at = at;
            simulated_card_reset(&l.chip);
            reading_init(&r, &l.card, &l.access, random_bytes);
            assert_reads(&r, &l, CHIP_SOD);
            assert_reads(&r, &l, (enum chip_file)2);
            assert_int_equal(r.sessions, at ? 2 : 1);
            if (at == 0)
                whole = l.commands;
            assert_true(l.commands < 2 * whole + 20);
            if (at == whole) /* the last piece: opened again, and that piece */
                assert_true(l.commands < whole + 20);
            reading_free(&r);
        }
        tear_down(&l);
    }
}

static void gone_for_good(void **state)
{
    struct sim_order o = plain();
    struct lane l;
    struct reading r;
    struct buffer b;
    struct why w = { 0 };

    (void)state;
    o.bac = true;
    set_up(&l, &o);
    l.lose_at = 9;
    l.stays_away = true;
    reading_init(&r, &l.card, &l.access, random_bytes);
    buf_init(&b, LIMIT_CHIP_FILE);
    assert_false(reading_file(&r, (enum chip_file)2, &b, &w));
    assert_string_equal(w.reason, "card");
    assert_true(l.commands < 12);
    buf_free(&b);
    reading_free(&r);
    tear_down(&l);
}

/* Whatever a bad chip does, at whatever moment: what is returned is the file, or nothing. */
static void faults(void **state)
{
    struct sim_order o = plain();
    struct lane l;

    (void)state;
    o.bac = true;
    o.portrait = 600;
    o.pace[0] = (struct sim_pace){ 1, SIM_AES128, 13 };
    for (o.n_pace = 0; o.n_pace < 2; o.n_pace++) {
        set_up(&l, &o);
        for (int f = SIM_SOUND + 1; f < SIM_FAULTS; f++) {
            unsigned read = 0, failed = 0;

            if (f == SIM_SLOW)
                continue;
            for (unsigned after = 0; after < 24; after++) {
                struct span want;
                struct reading r;
                struct buffer b;
                struct why w = { 0 };

                simulated_card_reset(&l.chip);
                l.commands = l.chip.commands = 0;
                l.chip.extended = l.card.extended = after % 2;
                l.chip.fault = (enum sim_fault)f;
                l.chip.fault_after = after;
                want = file_of(&l, (enum chip_file)2);
                reading_init(&r, &l.card, &l.access, random_bytes);
                buf_init(&b, LIMIT_CHIP_FILE);
                if (reading_file(&r, (enum chip_file)2, &b, &w)) {
                    read++;
                    assert_true(span_eq(buf_span(&b), want));
                } else {
                    failed++;
                    assert_non_null(w.reason);
                    assert_true(w.detail[0] != 0);
                }
                assert_true(l.commands < 4000);
                buf_free(&b);
                reading_free(&r);
            }
            print_message("# %s%s: %u read, %u failed\n", sim_fault_name((enum sim_fault)f),
                          o.n_pace ? ", PACE" : ", BAC", read, failed);
        }
        tear_down(&l);
    }
}

/* A chip in the clear whose only file is as the test wants it. */
struct liar {
    struct card card;
    const char *head; /* hexadecimal: what the file begins with */
    size_t has;       /* bytes the file really has */
    size_t most;      /* bytes it gives at a time; 0: as many as asked */
    uint16_t past;    /* status word of reads that reach beyond the end */
    bool short_ids, doubles;
    unsigned commands, selects;
};

static bool liar_transmit(void *ctx, struct span command, struct buffer *response, struct why *w)
{
    struct liar *l = ctx;
    struct apdu c;
    size_t offset = 0, n;

    l->commands++;
    assert_true(apdu_parse(command, &c, w));
    if (c.ins == INS_GET_CHALLENGE) {
        buf_be(response, 0x6d00, 2);
        return true;
    }
    if (c.ins == INS_SELECT) {
        bool file = c.p1 == 2 && !span_eq(c.data, SPAN("\x01\x1c")) && !span_eq(c.data, SPAN("\x2f\x01"));

        l->selects += file;
        buf_be(response, c.p1 == 4 || file ? 0x9000 : 0x6a82, 2);
        return true;
    }
    if (c.ins == INS_READ_BINARY && c.p1 == 0x9e) { /* EF.COM, honest */
        buf_be(response, 0x60009000, 4);
        return true;
    }
    if (c.ins == INS_READ_BINARY && c.p1 & 0x80) {
        if (!l->short_ids || (c.p1 & 0x1f) == 0x1c) {
            buf_be(response, 0x6a82, 2);
            return true;
        }
        offset = c.p2;
    } else if (c.ins == INS_READ_BINARY) {
        offset = (size_t)c.p1 << 8 | c.p2;
    } else {
        assert_int_equal(c.ins, INS_READ_BINARY_ODD);
        assert_int_equal(c.data.n, 5);
        offset = (size_t)c.data.p[2] << 16 | (size_t)c.data.p[3] << 8 | c.data.p[4];
    }
    n = c.ins == INS_READ_BINARY ? c.le : c.le - 5;
    if (l->doubles)
        n *= 2;
    if (offset + n > l->has && l->past != 0x6282) {
        buf_be(response, l->past, 2);
        return true;
    }
    n = offset > l->has ? 0 : n < l->has - offset ? n : l->has - offset;
    if (l->most && n > l->most && offset)
        n = l->most;
    if (c.ins == INS_READ_BINARY_ODD) {
        buf_u8(response, 0x53);
        buf_be(response, n > 0x7f ? 0x8100 | n : n, n > 0x7f ? 2 : 1);
    }
    for (size_t i = 0; i < n; i++) {
        struct span head = from_hex(&test_arena, l->head);

        buf_u8(response, offset + i < head.n ? head.p[offset + i] : (uint8_t)(offset + i));
    }
    buf_be(response, 0x9000, 2);
    return true;
}

static void lying_files(void **state)
{
    static const struct {
        const char *what, *head;
        size_t has, most;
        uint16_t past;
        bool short_ids, doubles;
        size_t want; /* length read; 0: fails */
        const char *reason;
    } cases[] = {
        { "as it should be", "7781c8", 203, 0, 0x6282, true, false, 203, NULL },
        { "no short identifiers", "7781c8", 203, 0, 0x6282, false, false, 203, NULL },
        { "padded behind its end", "7781c8", 900, 0, 0x6282, true, false, 203, NULL },
        { "a few bytes at a time", "77820400", 1028, 40, 0x6282, true, false, 1028, NULL },
        { "refuses to read past its end", "7703010203", 5, 0, 0x6b00, true, false, 5, NULL },
        { "beyond 32 KiB", "77830186a0", 100005, 0, 0x6282, true, false, 100005, NULL },
        { "claims 4 GiB", "7784ffffffff", 100, 0, 0x6282, true, false, 0, "too-large" },
        { "claims 2 MiB", "7783200000", 100, 0, 0x6282, true, false, 0, "too-large" },
        { "an indefinite length", "7780", 100, 0, 0x6282, true, false, 0, "response" },
        { "a length of five bytes", "77850000000001", 100, 0, 0x6282, true, false, 0, "response" },
        { "a length cut off", "7784ffff", 4, 0, 0x6282, true, false, 0, "response" },
        { "shorter than it claims", "77820400", 500, 0, 0x6282, true, false, 0, "response" },
        { "empty", "", 0, 0, 0x6282, true, false, 0, "response" },
        { "another file", "61820400", 1028, 0, 0x6282, true, false, 0, "response" },
        { "more than asked for", "77820400", 1028, 0, 0x6282, true, true, 0, "response" },
        { "a byte at a time", "77830f0000", 983045, 1, 0x6282, true, false, 0, "too-large" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct liar l = { .head = cases[i].head,
                          .has = cases[i].has,
                          .most = cases[i].most,
                          .past = cases[i].past,
                          .short_ids = cases[i].short_ids,
                          .doubles = cases[i].doubles };
        struct access access;
        struct reading r;
        struct buffer b;
        struct why w = { 0 };
        bool ok;

        print_message("# %s\n", cases[i].what);
        l.card = (struct card){ .transmit = liar_transmit, .ctx = &l };
        assert_true(access_from_fields(SPAN("SPECIMEN"), SPAN("900101"), SPAN("350101"), &access, NULL));
        reading_init(&r, &l.card, &access, random_bytes);
        buf_init(&b, LIMIT_CHIP_FILE);
        ok = reading_file(&r, CHIP_SOD, &b, &w);
        if (cases[i].want) {
            assert_true(ok);
            assert_int_equal(b.n, cases[i].want);
            for (size_t j = 8; j < b.n; j++)
                assert_int_equal(b.p[j], (uint8_t)j);
        } else {
            assert_false(ok);
            assert_string_equal(w.reason, cases[i].reason);
        }
        assert_true(l.commands <= LIMIT_CHIP_COMMANDS);
        buf_free(&b);
        reading_free(&r);
        arena_reset(&test_arena);
    }
}

/* Another document was put down in the middle. */
static void changed_file(void **state)
{
    struct liar l = { .head = "778203e8aa", .has = 1004, .past = 0x6282, .short_ids = true };
    struct access access;
    struct reading r;
    struct buffer b;
    struct why w = { 0 };

    (void)state;
    l.card = (struct card){ .transmit = liar_transmit, .ctx = &l };
    assert_true(access_from_fields(SPAN("SPECIMEN"), SPAN("900101"), SPAN("350101"), &access, NULL));
    buf_init(&b, LIMIT_CHIP_FILE);
    buf_put(&b, SPAN("\x77\x82\x03\xe8\xbb and more"));
    reading_init(&r, &l.card, &access, random_bytes);
    assert_false(reading_file(&r, CHIP_SOD, &b, &w));
    assert_string_equal(w.reason, "changed");
    buf_free(&b);
    reading_free(&r);
}

static bool stop(void *ctx, enum chip_file f, size_t done, size_t total)
{
    (void)f;
    assert_true(done <= total);
    return --*(unsigned *)ctx > 0;
}

static void stopped(void **state)
{
    struct sim_order o = plain();
    struct lane l;
    struct reading r;
    struct buffer b;
    struct why w = { 0 };
    unsigned left = 3;

    (void)state;
    o.bac = true;
    o.extended = false;
    set_up(&l, &o);
    reading_init(&r, &l.card, &l.access, random_bytes);
    r.progress = stop;
    r.ctx = &left;
    buf_init(&b, LIMIT_CHIP_FILE);
    assert_false(reading_file(&r, (enum chip_file)2, &b, &w));
    assert_string_equal(w.reason, "stopped");
    buf_free(&b);
    reading_free(&r);
    tear_down(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_in),  cmocka_unit_test(wrong_keys), cmocka_unit_test(lost_field),
        cmocka_unit_test(gone_for_good), cmocka_unit_test(faults),     cmocka_unit_test(lying_files),
        cmocka_unit_test(changed_file),  cmocka_unit_test(stopped),
    };

    return cmocka_run_group_tests_name("read", tests, arena_setup, arena_teardown);
}
