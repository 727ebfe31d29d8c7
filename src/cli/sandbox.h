/* serai sandbox: several members' nodes on one machine, for trials and tests. */
#ifndef SERAI_CLI_SANDBOX_H
#define SERAI_CLI_SANDBOX_H

#include "cli/cli.h"

enum { SANDBOX_MEMBERS = 24, SANDBOX_PATH = 1024, SANDBOX_PEERS = 100, SANDBOX_PORT = 7500 };

/* Member i listens on base + i, and to the others on base + SANDBOX_PEERS + i; both on loopback. */
struct sandbox {
    const char *folder, *members; /* members NULL: all parties of the sample agreement */
    unsigned base;
    bool make_only, quiet;
    size_t n;
    char member[SANDBOX_MEMBERS][3];
};

/* FOLDER/XX for each member, joined; what is there already stays as it is. n and member are set. */
MUST_USE bool sandbox_make(struct sandbox *s, struct why *w);

/* A command of serai in a process of its own. */
MUST_USE bool sandbox_run(const char *const *argv, struct why *w);
/* Becomes serai itself, from serai-node; returns when it cannot. */
void sandbox_become_serai(char *const *argv);

#endif
