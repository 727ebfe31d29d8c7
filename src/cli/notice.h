/* What the sub-commands of serai notice document share. */
#ifndef SERAI_CLI_NOTICE_H
#define SERAI_CLI_NOTICE_H

#include "cli/subcommand.h"
#include "service/notice/documents.h"

struct notice_options {
    const char *node, *url, *state, *kind, *status, *on, *to, *purpose, *officer, *progress_file;
    bool progress, json;
};

/* Where documents are entered: a node that runs, or the folder of one that does not. */
struct notice_target;
struct notice_done {
    uint64_t listed, withdrawn, unknown, erased;
};

int notice_document_command(int argc, char **argv);
int notice_propose_command(int argc, char **argv);
int notice_check_command(int argc, char **argv);
int notice_review_command(int argc, char **argv);
int notice_list_command(int argc, char **argv);
int notice_show_command(int argc, char **argv);
int notice_suspend_command(int argc, char **argv);
int notice_resume_command(int argc, char **argv);
int notice_withdraw_command(int argc, char **argv);
int notice_cancel_command(int argc, char **argv);
int notice_prolong_command(int argc, char **argv);
int notice_flag_command(int argc, char **argv);
int notice_unflag_command(int argc, char **argv);
int notice_statistics_command(int argc, char **argv);
int notice_compact_command(int argc, char **argv);
int notice_revoked_command(int argc, char **argv);
int notice_screen_command(int argc, char **argv);
int notice_document_enter(const struct notice_options *o, bool listed, int argc, char **argv);
int notice_document_import(const struct notice_options *o, int argc, char **argv);
int notice_document_look_up(const struct notice_options *o, int argc, char **argv);
int notice_document_statistics(const struct notice_options *o);

/* Says what is wrong by itself; NULL then. */
struct notice_target *notice_target_open(const struct notice_options *o);
void notice_target_close(struct notice_target *t); /* NULL allowed */
/* Adds to *done. n <= NOTICE_BATCH. */
enum { NOTICE_BATCH = 8192 };
MUST_USE bool notice_target_enter(struct notice_target *t, const struct document_entry *e, size_t n,
                                  bool listed, struct notice_done *done, struct why *w);

#endif
