/* serai cyber preview, release, recall, copy, releases: what a running node does with objects for others. */
#ifndef SERAI_CLI_CYBER_RELEASE_H
#define SERAI_CLI_CYBER_RELEASE_H

int cyber_preview_command(int argc, char **argv);
int cyber_release_command(int argc, char **argv);
int cyber_recall_command(int argc, char **argv);
int cyber_copy_command(int argc, char **argv);
int cyber_releases_command(int argc, char **argv);
int cyber_recalls_command(int argc, char **argv);
int cyber_rule_command(int argc, char **argv);
/* cyber_life.c */
int cyber_indicator_command(int argc, char **argv);
int cyber_sighting_command(int argc, char **argv);

#endif
