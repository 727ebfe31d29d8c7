/* The JSON schemas of CSAF 2.0 as tables (wire/json_shape.h): documents, provider-metadata.json,
 * aggregator.json. */
#ifndef SERAI_CSAF_SCHEMA_H
#define SERAI_CSAF_SCHEMA_H

#include "wire/json_shape.h"

extern const struct shape csaf_document_shape, csaf_provider_shape, csaf_aggregator_shape;
/* Scores alone (6.1.8). */
extern const struct shape csaf_cvss_2_shape, csaf_cvss_3_shape;

#endif
