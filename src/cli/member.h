/* serai member: a table of sub-commands, a file for each group of them. */
#ifndef SERAI_CLI_MEMBER_H
#define SERAI_CLI_MEMBER_H

#include "cli/trust_bloc.h"
#include "trust/roster.h"

int member_list_command(int argc, char **argv);
int member_show_command(int argc, char **argv);
/* member_card.c */
int member_card_command(int argc, char **argv);
/* member_keys.c */
int member_rotate_command(int argc, char **argv);
int member_lost_command(int argc, char **argv);
/* member_say.c */
int member_admit_command(int argc, char **argv);
int member_retire_command(int argc, char **argv);
int member_leave_command(int argc, char **argv);
int member_suspend_command(int argc, char **argv);
int member_resume_command(int argc, char **argv);

/* The roster as this node sees it; its findings are said. */
MUST_USE bool member_roster(struct bloc *b, struct roster *out);

/* One member for people, on one line. */
void member_put(const struct roster_member *m);

/* The card of a node that was just made. An exit code. */
int member_first_card(const char *folder);

/*
 * Signs the next card of the key at that place, when it would say something new: the keys and the address
 * that node.conf names. keep: the keys of the card before stay beside them. *news: a card came to be.
 */
MUST_USE bool member_make_card(struct bloc *b, size_t key, const struct signer *signer, bool keep, bool *news,
                               struct why *w);

/* CLI_POSITIVE: a person says yes to what was shown, or said --yes. */
int member_agreed(const struct bloc *b, bool yes);

#endif
