/* Sub-commands of serai stays that stand in files of their own. */
#ifndef SERAI_CLI_STAYS_H
#define SERAI_CLI_STAYS_H

int stays_count_command(int argc, char **argv);
int stays_waiting_command(int argc, char **argv);

#endif
