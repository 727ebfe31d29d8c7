/* Records of chip authentication, written by strangers, judged by a key of our own: never genuine unless they
 * are what a chip with that key said. Then the input as DG14, with a record that is sound for another. */
#include <stdlib.h>

#include "card/chip_authentication.h"
#include "simulated_document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void need(bool ok)
{
    if (!ok)
        abort();
}

static const struct sim_document *document(void)
{
    static const struct sim_order o = { .ca_group = 9, .ca_cipher = SIM_AES128, .ca_id = 1, .portrait = 100 };
    static struct sim_document d;
    static struct arena a;

    if (d.n_files == 0) {
        arena_init(&a, 1 << 24);
        sim_document_make(&o, &a, 3, &d);
    }
    return &d;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const struct chip_proof other = { .answered = true,
                                             .cipher = CIPHER_AES128,
                                             .private_key = { .n = 2, .b = { 1, 7 } },
                                             .response_bytes = 16,
                                             .response = { 0x99, 0x02, 0x90, 0x00, 0x8e, 0x08 } };
    struct security_infos infos;
    struct chip_authentication_choice choice;
    struct span key = { NULL, 0 };
    struct arena a;
    struct why w = { 0 };

    if (n > 1 << 16)
        return 0;
    arena_init(&a, 1 << 22);
    need(security_infos_parse_dg14(sim_document_file(document(), 0x010e, false), &infos, NULL, NULL));
    need(chip_authentication_replay(span_of(data, n), &infos, NULL, &a, &key, &w) != RESULT_GENUINE);
    need(w.reason != NULL && key.n == 0);
    if (security_infos_parse_dg14(span_of(data, n), &infos, NULL, NULL)) {
        if (chip_authentication_choose(&infos, &choice, NULL))
            need(choice.key != NULL);
        need(chip_proof_judge(&other, &infos, NULL, NULL, NULL) != RESULT_GENUINE);
    }
    arena_free(&a);
    return 0;
}
