/*
 * What every sub-command shares. The contract of the command line: exit 0 positive, 1 negative (refer,
 * forged, malformed, expired, revoked), 2 usage or input/output, 3 undetermined (no anchor, missing data).
 */
#ifndef SERAI_CLI_CLI_H
#define SERAI_CLI_CLI_H

#include <stdio.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/date.h"
#include "base/result.h"
#include "base/why.h"
#include "cli/words.h"
#include "seal/anchors.h"

enum { CLI_POSITIVE, CLI_NEGATIVE, CLI_USAGE, CLI_UNDETERMINED };

struct cli_command {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is "serai NAME" */
    const char *summary;               /* one line for the overview */
};

extern const struct cli_command cli_commands[]; /* ends with a NULL name */

int cmd_advisory(int argc, char **argv);
int cmd_advisory_node(int argc, char **argv); /* what of it is in serai-node */
int cmd_agreement(int argc, char **argv);
int cmd_backup(int argc, char **argv);
int cmd_barcode(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_completion(int argc, char **argv);
int cmd_cyber(int argc, char **argv);
int cmd_cyber_node(int argc, char **argv); /* what of it is in serai-node */
int cmd_doctor(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_inspect(int argc, char **argv);
int cmd_issue(int argc, char **argv);
int cmd_key(int argc, char **argv);
int cmd_licence(int argc, char **argv);
int cmd_licence_node(int argc, char **argv); /* what of it is in serai-node */
int cmd_join(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_member(int argc, char **argv);
int cmd_exposure(int argc, char **argv);
int cmd_manifest(int argc, char **argv);
int cmd_mrz(int argc, char **argv);
int cmd_names(int argc, char **argv);
int cmd_ask(int argc, char **argv);
int cmd_ask_node(int argc, char **argv); /* what of it is in serai-node */
int cmd_extract(int argc, char **argv);
int cmd_complaint(int argc, char **argv);
int cmd_hit(int argc, char **argv);
int cmd_person(int argc, char **argv);
int cmd_slot(int argc, char **argv);
int cmd_wait(int argc, char **argv);
int cmd_redress(int argc, char **argv);
int cmd_stays(int argc, char **argv);
int cmd_need(int argc, char **argv);
int cmd_note(int argc, char **argv);
int cmd_notice(int argc, char **argv);
int cmd_playbook(int argc, char **argv);
int cmd_permission(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_receipt(int argc, char **argv);
int cmd_receipt_node(int argc, char **argv); /* what of it is in serai-node */
int cmd_restore(int argc, char **argv);
int cmd_sandbox(int argc, char **argv);
int cmd_seal(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_stix(int argc, char **argv);
int cmd_store(int argc, char **argv);
int cmd_sync(int argc, char **argv);
int cmd_trust(int argc, char **argv);

/* Becomes serai-node, which stands beside this program or in the folder for such programs; argv[1] is the
 * command. Returns when it cannot: CLI_USAGE. */
int cli_companion(char **argv);

/* Prints the help text, which begins "usage: …": on stdout. */
int cli_help(const char *text);
/* One sentence about what is wrong with the command line, looked up here, and where the help is. Returns
 * CLI_USAGE. */
int cli_usage(const char *command, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* After getopt said what is wrong with an option: where the help is. Returns CLI_USAGE. */
int cli_bad_option(const char *command);
/* Text of strangers, such as a file name, for a terminal: control characters and what is no UTF-8 as "?". */
void cli_put(FILE *stream, const char *text);
/* The code for several files: input/output, then negative, then undetermined. */
int cli_gravest(int a, int b);
/* "serai COMMAND: what: detail (clause, byte N)" on stderr. */
void cli_why(const char *command, const char *what, const struct why *w);

/* The whole of a file, or of standard input for "-", into the arena; at most LIMIT_FILE bytes. */
MUST_USE bool cli_read(const char *path, struct arena *a, struct span *out, struct why *w);
/* The same into a buffer that this initializes; at most `most` bytes. The caller frees it after a success. */
MUST_USE bool cli_read_most(const char *path, size_t most, struct buffer *b, struct why *w);
/* Writes a file whole or not at all; "-" is standard output, devices and pipes are written to as
 * they are. mode as for open(2). */
MUST_USE bool cli_write(const char *path, struct span s, unsigned mode, struct why *w);

/*
 * The folder that holds web/, agreements/ and data/: SERAI_DATA in the environment, or PREFIX/share/serai
 * when this program is installed as PREFIX/bin/serai or PREFIX/libexec/serai-node, or where it was built for.
 */
const char *cli_data(void);

/* Time from --at, or the clock's when text is NULL. */
MUST_USE bool cli_time(const char *text, unix_time *out);
unix_time cli_now(void);

/* "lenient" or "strict". */
MUST_USE bool cli_profile(const char *text, enum profile *out);

/* Escape sequences when stream is a terminal and NO_COLOR is not set, else "". */
enum cli_style { STYLE_PLAIN, STYLE_GOOD, STYLE_BAD, STYLE_CARE, STYLE_DIM, STYLE_BOLD };
const char *cli_style(FILE *stream, enum cli_style s);

/* CLI_POSITIVE … CLI_UNDETERMINED. */
int cli_exit_of(enum result r);

#endif
