/* What the files of services have in common. */
#ifndef SERAI_NODE_SERVICES_INTERNAL_H
#define SERAI_NODE_SERVICES_INTERNAL_H

#include "base/buffer.h"
#include "node/services.h"

/* What a service said; texts in the arena, as long as a header may be. */
struct service_said {
    struct span said, reason, subject, body;
};

/* The name and value of what it is told; how many of SERVICE_TOLD. Values are printable ASCII. */
enum { SERVICE_TOLD = 9, SERVICE_WORD = 200 };
struct service_told {
    const char *name, *value;
};
size_t service_tell(const struct ask_question *q, struct arena *a, struct service_told out[SERVICE_TOLD]);

/* Reasons of both: "service-unreachable", "service-timeout", "service-status" (it failed),
 * "service-too-large", "service-answer" (it cannot be understood). */
struct service_http;
struct service_http *service_http_new(const char *url);
void service_http_free(struct service_http *h); /* NULL allowed */
MUST_USE bool service_http_ask(struct service_http *h, const struct ask_question *q, struct arena *a,
                               struct service_said *out, struct why *w);
MUST_USE bool service_command_ask(const char *command, const struct ask_question *q, struct arena *a,
                                  struct service_said *out, struct why *w);

#endif
