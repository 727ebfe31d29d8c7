/* What the files of a list that is checked beforehand share: manifest_*.c alone. */
#ifndef SERAI_CHECK_MANIFEST_INTERNAL_H
#define SERAI_CHECK_MANIFEST_INTERNAL_H

#include "base/reader.h"
#include "check/manifest.h"

/* By c->hits, which is there. False: not known now. */
MUST_USE bool manifest_screen_lane(const struct check_context *c, const struct manifest_person *p,
                                   unix_time now, struct arena *a, struct manifest_screened *out,
                                   struct why *w);

void manifest_check_words(const struct agreement *g, struct manifest_person *p);

/* ---- at rest: AES-256-GCM under a key of each part, derived from the store's secret ---- */

/* what: "head", or of a part, so that none can stand in another's place. NULL past the arena's ceiling. */
struct span manifest_seal(const struct store *s, struct span reference, const char *what, struct span plain,
                          struct arena *a);
MUST_USE bool manifest_unseal(const struct store *s, struct span reference, const char *what,
                              struct span sealed, struct arena *a, struct span *out, struct why *w);
enum { PART_WORD = 32 };
const char *manifest_part_word(enum manifest_part_kind kind, int64_t part, char out[PART_WORD]);
/* One part, opened. found false: not there. */
MUST_USE bool manifest_part(const struct check_context *c, struct span reference,
                            enum manifest_part_kind kind, int64_t part, bool *found, struct arena *a,
                            struct span *plain, struct why *w);

/* ---- results as bytes ---- */

enum { RESULT_REASONS = 16, RESULT_TABLE = 8192 };

/* The reasons of one part, each once. */
struct result_table {
    struct buffer bytes; /* of all entries */
    size_t n;
    uint32_t at[RESULT_TABLE];
    uint16_t place[2 * RESULT_TABLE]; /* 1 + number, by hash */
};

struct result_reason {
    struct span code, article, clause, text;
    uint64_t facts;
    bool for_admission;
};

struct manifest_result {
    enum outcome outcome;
    uint32_t notes;
    struct manifest_screened screened;
    struct date on, last_day;
    bool stay_limited;
    int days_used, days_left;
    struct span article;
    size_t n_missing;
    uint8_t missing[VERDICT_MISSING];
    size_t n_reasons;
    uint16_t reason[RESULT_REASONS];
    size_t n_links;
    struct manifest_link link[ALIKE_LINKS];
};

void result_table_init(struct result_table *t);
void result_table_free(struct result_table *t);
void result_table_reset(struct result_table *t);
/* One person's, behind what stands in out. */
void result_put(const struct manifest_verdict *v, const struct manifest_link *link, size_t n_links,
                struct result_table *t, struct buffer *out);
/* The whole part: reasons, then persons. */
void result_part(const struct result_table *t, struct span persons, struct buffer *out);

struct result_reader {
    struct reader r;
    size_t n;
    const struct result_reason *reason;
};
MUST_USE bool result_open(struct span part, struct arena *a, struct result_reader *out, struct why *w);
MUST_USE bool result_next(struct result_reader *r, struct manifest_result *out);

/* A look at the list, a result beside it: whether it belongs to what is asked for. */
enum result_kind {
    RESULTS_ALL,
    RESULTS_ADMIT,
    RESULTS_REFER,
    RESULTS_MEND,
    RESULTS_DUPLICATE,
    RESULTS_LIKE,
    RESULTS_NOTED
};
bool result_is(const struct manifest_person *p, const struct manifest_result *r, enum result_kind k);
MUST_USE bool result_kind_of(struct span word, enum result_kind *out);

/* The page around results: counts of all parts. */
MUST_USE bool manifest_summary(const struct check_context *c, struct span reference, int64_t parts,
                               size_t limited, struct buffer *out, struct why *w);

#endif
