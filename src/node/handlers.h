/* The operations; the table in routes.c names them. Each fills out, whatever happens. */
#ifndef SERAI_NODE_HANDLERS_H
#define SERAI_NODE_HANDLERS_H

#include "node/routes.h"

/* Which HTTP status says what a failure of check/ means to the caller; check_handlers.c. */
unsigned check_status_of(const struct why *w);

typedef void route_handler(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out);

/* handlers.c: what the node is and knows */
route_handler handle_health, handle_ready, handle_node, handle_agreement, handle_agreement_text, handle_words;
/* check_handlers.c: the work */
route_handler handle_check, handle_inspect;
/* licence_handlers.c: driving licences at the roadside */
route_handler handle_licence, handle_licence_pack;
/* trust_report_handler.c: what it believes */
route_handler handle_trust;
/* read_handlers.c: the reader of chips that stands here */
route_handler handle_read;
/* trust_handlers.c */
route_handler handle_trust_acts;
/* question_handlers.c: asking other members, and what was asked */
route_handler handle_licence_question, handle_cases;
/* record_handlers.c: what this member publishes */
route_handler handle_records;
/* metrics_handler.c: what is watched */
route_handler handle_metrics;
/* offence_handlers.c: fines of drivers from elsewhere */
route_handler handle_offence, handle_offences, handle_offence_answer;
/* peer_handlers.c: who this member is, and logs, for other members */
route_handler handle_peer_card, handle_peer_logs, handle_peer_log;
/* peer_ask.c: questions of other members, and their late answers */
route_handler handle_peer_ask, handle_peer_answer;
/* peer_witness_handlers.c: cosignatures, given and taken */
route_handler handle_peer_pending, handle_peer_witnessed, handle_peer_witness, handle_peer_cosignature;
/* handlers.c: a file of web/ */
route_handler handle_asset;

#endif
