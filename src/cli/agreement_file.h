/* What the sub-commands of serai agreement share: reading a text, telling its faults, writing whole output.
 */
#ifndef SERAI_CLI_AGREEMENT_FILE_H
#define SERAI_CLI_AGREEMENT_FILE_H

#include "agreement/agreement.h"
#include "cli/cli.h"
#include "wire/json_write.h"

enum { AGREEMENT_OUTPUT = 64 * 1024 * 1024, AGREEMENT_ARTICLES = 1024 };

int agreement_check_command(int argc, char **argv);
int agreement_show_command(int argc, char **argv);
int agreement_coverage_command(int argc, char **argv);
int agreement_decide_command(int argc, char **argv);
int agreement_diff_command(int argc, char **argv);
int agreement_lsp_command(int argc, char **argv);
int agreement_explain_command(int argc, char **argv);
int agreement_what_if_command(int argc, char **argv);
int agreement_format_command(int argc, char **argv);
/* agreement_sign.c, agreement_bound.c */
int agreement_sign_command(int argc, char **argv);
int agreement_ratify_command(int argc, char **argv);
int agreement_accede_command(int argc, char **argv);
int agreement_reserve_command(int argc, char **argv);
int agreement_object_command(int argc, char **argv);
int agreement_oppose_command(int argc, char **argv);
int agreement_lift_command(int argc, char **argv);
int agreement_suspend_command(int argc, char **argv);
int agreement_resume_command(int argc, char **argv);
int agreement_withdraw_command(int argc, char **argv);
int agreement_amend_command(int argc, char **argv);
int agreement_keep_command(int argc, char **argv);
int agreement_bound_command(int argc, char **argv);
int agreement_redecide_command(int argc, char **argv);

/* The text as it stands, at most LIMIT_AGREEMENT bytes; the caller frees b after a success. False when told.
 */
MUST_USE bool agreement_file_read(const char *path, struct buffer *b);

/*
 * CLI_POSITIVE with *ret set; CLI_NEGATIVE: the text has faults; CLI_USAGE: it cannot be read. Faults are
 * printed on stderr unless quiet. Free *ret with agreement_free.
 */
int agreement_file_load(const char *path, bool quiet, struct agreement **ret,
                        struct agreement_faults *faults);

/* FILE:LINE:COLUMN: fault: …, one a line, on stderr. */
void agreement_file_faults(const char *path, const struct agreement_faults *f);
/* The members "faults" and "faults_lost" of an object under way. */
void agreement_json_faults(struct json_writer *w, const struct agreement_faults *f);

/* Writes b to standard output and frees it; rc, or CLI_USAGE when not all could be written. */
int agreement_put(struct buffer *b, int rc);

/* The one FILE after the options; NULL when told what is wrong. */
const char *agreement_one_file(int argc, char **argv);

#endif
