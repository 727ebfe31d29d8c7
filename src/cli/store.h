#ifndef SERAI_CLI_STORE_H
#define SERAI_CLI_STORE_H

/* serai store status|check|expire|backup: argv[0] is "store". Exit code: 0 good, 1 a negative answer, 2 usage
 * or I/O. */
int cmd_store(int argc, char **argv);

#endif
