/* serai permission: each sub-command is one operation of node/permit.h, on a node's folder or by a running
 * node. */
#ifndef SERAI_CLI_PERMISSION_H
#define SERAI_CLI_PERMISSION_H

#include "cli/subcommand.h"
#include "node/permit.h"

int permission_apply_command(int argc, char **argv);
int permission_list_command(int argc, char **argv);
int permission_show_command(int argc, char **argv);
int permission_consult_command(int argc, char **argv);
int permission_decide_command(int argc, char **argv);
int permission_issue_command(int argc, char **argv);
int permission_extend_command(int argc, char **argv);
int permission_revoke_command(int argc, char **argv);
int permission_statistics_command(int argc, char **argv);

/* An option whose value goes into the request: "--name V" as member "name". */
struct permission_option {
    const char *name;
    bool number;
};

enum { PERMISSION_OPTIONS = 16 };

struct permission_call {
    const char *command; /* "permission show" */
    const char *path;    /* of the interface */
    bool asked;          /* GET; else POST */
    permit_op *op;
    const struct permission_option *option; /* ended by a NULL name */
    const char *node, *url, *at, *out, *pdf, *language;
    bool json;
    const char *value[PERMISSION_OPTIONS]; /* of option */
    struct span body;                      /* instead of the options: the request as it is */
    struct arena arena;
};

/* Reads options; false with the exit code in *code. Arguments beyond the options: argv[optind…]. */
MUST_USE bool permission_options(struct permission_call *c, int argc, char **argv, int *code);
const char *permission_value(const struct permission_call *c, const char *name);
/* Does it. *answer: JSON, also of an answer that says what is missing; then *status is 422. False: the exit
 * code, after saying why. */
MUST_USE bool permission_call(struct permission_call *c, struct span *answer, unsigned *status, int *code);
/* Calls, and writes what was issued to OUT.seal, OUT.pdf and OUT.png; the exit code. */
int permission_hand_out(struct permission_call *c);
void permission_call_end(struct permission_call *c);

/* For people: members of an object, as "name: value" in lines. */
void permission_print(const struct json *j, json_ref object, const char *const *names);

#endif
