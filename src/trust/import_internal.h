/* What the files of the import share. */
#ifndef SERAI_TRUST_IMPORT_INTERNAL_H
#define SERAI_TRUST_IMPORT_INTERNAL_H

#include "base/limits.h"
#include "seal/certificate.h"
#include "seal/master_list.h"
#include "trust/import.h"

/* The newest list known of a State. */
struct newest {
    char country[4];
    unix_time at;
};

struct import_run {
    struct trust_log *log;
    struct anchor_set *set;
    const struct trust_import_options *o;
    struct trust_import_counts *counts;
    const char *file;
    struct trust_source *source;
    bool ldif;
    size_t line; /* in LDIF */
    struct arena arena;
    struct newest newest[256];
    size_t n_newest;
    bool stopped; /* the disk */
    struct why *w;
};

/* import_report.c: what is refused, noted and kept. */
void import_refuse_named(struct import_run *k, struct span subject, const struct why *w);
void import_refuse(void *ctx, const struct why *w); /* ctx: the run */
void import_note(struct import_run *k, const char *reason, const char *clause, const char *text);
/* True when anything was written. */
bool import_keep(struct import_run *k, enum trust_kind kind, struct span der, enum anchor_standing standing,
                 const uint8_t *proved_by, size_t *count);
struct anchor_origin import_origin(const struct import_run *k, bool in_list);

/* One thing out of a file: import_certificate.c (revocation lists too), import_list.c, import_vical.c. */
void import_certificate(struct import_run *k, struct span der);
void import_crl(struct import_run *k, struct span der);
void import_list(struct import_run *k, struct span der);
void import_vical(struct import_run *k, struct span file);

/* Before the first list: how new those are that the log holds. */
void import_remember_lists(struct import_run *k);
/* The certificates of a list that counts. */
void import_believe_list(struct import_run *k, const struct master_list *l, const struct anchor_origin *from);

/* import_settle.c: what waited for what has come, after the last file. */
bool import_settle(struct import_run *k);

#endif
