/*
 * A chip read at a lane, whole: opened, EF.SOD, the data groups that it lists, chip authentication with DG14
 * and active authentication with DG15. Nothing is judged here: the files go to inspect_chip or into a check,
 * like those of a folder.
 */
#ifndef SERAI_CHECK_READ_CHIP_H
#define SERAI_CHECK_READ_CHIP_H

#include "card/read.h"
#include "check/inspect.h"

/* Data groups 3 and 4, fingerprints and irises, need extended access control: a chip shows them only to a
 * terminal that its state has certified. They are never asked for. */
#define CHIP_WITHHELD ((uint32_t)(1u << 3 | 1u << 4))

enum { CHIP_READ_FILES = 24 };

struct chip_read_options {
    const struct card *card;
    const struct access *access;
    const struct anchor_set *anchors; /* only to read what EF.SOD lists */
    unix_time at;
    random_fn random;
    uint32_t groups; /* bit n: DGn wanted; 0: all that EF.SOD lists */
    file_progress progress;
    void *ctx; /* of progress */
};

struct chip_read {
    size_t n;
    struct inspect_file file[CHIP_READ_FILES]; /* "EF_SOD.bin", "DG1.bin", "AA.challenge", "CA.json", … */
    enum chip_way way;
    char protocol[48]; /* of PACE; "" */
    unsigned sessions; /* it took */
    uint32_t listed;   /* by EF.SOD */
    uint32_t read;
    uint32_t
        required; /* those that a verdict can be asked to rest on: listed and wanted, without CHIP_WITHHELD */
};

/*
 * All memory is the arena's; *out is untouched on failure. Without EF.SOD, or without a data group that was
 * asked for and that the chip lost on the way, there is nothing to check and reading fails with the reasons
 * of reading_file; one that the chip does not have or show is a finding. Notes: "group-withheld", "no-com",
 * "pace-failed". Warnings: "group-missing", "chip-authentication", "active-authentication".
 */
MUST_USE bool chip_read(const struct chip_read_options *opt, struct arena *a, struct chip_read *out,
                        struct findings *f, struct why *w);

/* How it was read, as a JSON object (schema Reading). */
void chip_read_json(const struct chip_read *r, const struct findings *f, struct buffer *out);

#endif
