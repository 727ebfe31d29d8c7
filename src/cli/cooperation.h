/* What the families capability and playbook share: options as the members of a request to a running node. */
#ifndef SERAI_CLI_COOPERATION_H
#define SERAI_CLI_COOPERATION_H

#include "base/arena.h"
#include "cli/cli.h"

enum cooperation_how { COOPERATION_GET, COOPERATION_POST };

struct cooperation_call {
    const char *command; /* "capability" */
    const char *path;    /* "/v1/capabilities/offer" */
    enum cooperation_how how;
    const char *file; /* the member that the argument's file becomes; NULL: no arguments are taken */
    /* Tells the answer otherwise than as it is, and how it ended; NULL: as it is. */
    int (*told)(struct span answer, bool as_json, struct arena *a);
    const char *text; /* the member of the answer that is printed without --json; NULL: all of it */
};

/* Every --name VALUE becomes a member of that name ("-" as "_"), but --url and --json. */
int cooperation_run(const struct cooperation_call *c, int argc, char **argv);

int cmd_capability(int argc, char **argv);
int cmd_maturity(int argc, char **argv);
int cmd_drill(int argc, char **argv);
int cmd_contacts(int argc, char **argv);
int cmd_playbook_node(int argc, char **argv); /* what of it is in serai-node */

#endif
