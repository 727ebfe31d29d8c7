/* serai cyber preview, release, recall, copy, releases: what a running node does with objects for others. */
#ifndef SERAI_CLI_CYBER_RELEASE_H
#define SERAI_CLI_CYBER_RELEASE_H

#include "base/buffer.h"

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
/* JSON lines of serai cyber match --sightings as one request. False: too long. */
MUST_USE bool cyber_sighting_request(const char *officer, const char *tlp, struct span lines,
                                     struct buffer *b);
/* cyber_inbox.c */
int cyber_inbox_command(int argc, char **argv);
int cyber_alert_command(int argc, char **argv);

#endif
