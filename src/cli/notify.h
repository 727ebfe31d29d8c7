/* What a service tells systemd (sd_notify(3)), without its library. */
#ifndef SERAI_CLI_NOTIFY_H
#define SERAI_CLI_NOTIFY_H

/* A line such as "READY=1" to the socket that NOTIFY_SOCKET names; nothing when it names none. */
void cli_notify(const char *line);

#endif
