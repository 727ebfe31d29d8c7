/* serai mrz: machine-readable zones and the letters they are written in. */
#ifndef SERAI_CLI_MRZ_H
#define SERAI_CLI_MRZ_H

/* argv[0] is "mrz". Exit codes: 0 reads well, 1 misread, malformed or different, 2 usage or I/O. */
int cmd_mrz(int argc, char **argv);

#endif
