/* A roadside check as a request to a running node. */
#ifndef SERAI_CLI_LICENCE_SEND_H
#define SERAI_CLI_LICENCE_SEND_H

#include "check/licence.h"

/* The JSON that licence_request_from_json reads (schema LicenceRequest). */
void licence_request_put(const struct licence_request *r, struct buffer *b);

#endif
