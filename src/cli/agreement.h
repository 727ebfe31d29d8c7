#ifndef SERAI_CLI_AGREEMENT_H
#define SERAI_CLI_AGREEMENT_H

/* serai agreement check | show | decide; argv[0] is "agreement". Returns the exit code. */
int cmd_agreement(int argc, char **argv);

#endif
