/* The operations; the table in routes.c names them. Each fills out, whatever happens. */
#ifndef SERAI_NODE_HANDLERS_H
#define SERAI_NODE_HANDLERS_H

#include "node/routes.h"

/* Which HTTP status says what a failure of check/ means to the caller; check_handlers.c. */
unsigned check_status_of(const struct why *w);

typedef void route_handler(const struct node_view *v, const struct http_request *r, struct arena *a,
                           struct http_answer *out);

/* handlers.c: what the node is and knows */
route_handler handle_health, handle_ready, handle_node, handle_agreement, handle_agreement_text,
    handle_agreement_bound, handle_words;
/* check_handlers.c: the work */
route_handler handle_check, handle_inspect;
/* licence_handlers.c: driving licences at the roadside */
route_handler handle_licence, handle_licence_pack;
/* trust_report_handler.c: what it believes */
route_handler handle_trust;
/* federation_handlers.c: the other members, as this node knows them */
route_handler handle_federation;
/* sign_in_handlers.c: who is there, ways to sign in, persons */
route_handler handle_sign_in, handle_sign_in_link, handle_sign_in_certificate, handle_sign_out,
    handle_persons, handle_person_put, handle_person_remove, handle_person_link, handle_person_token,
    handle_person_certificate, handle_person_provider, handle_person_drop, handle_person_log;
/* passkey_handlers.c: signing in with a passkey, and one's own */
route_handler handle_passkey_sign_in_begin, handle_passkey_sign_in_finish, handle_passkeys,
    handle_passkey_begin, handle_passkey_finish, handle_passkey_remove;
/* provider_handlers.c: to the OpenID provider and back */
route_handler handle_provider, handle_provider_back;
/* operator_handlers.c: what an operator looks at; for the addresses of `metrics` */
route_handler handle_operator;
/* what_if_handlers.c: another version of the agreement tried on made-up travellers */
route_handler handle_what_if;
/* advisory_handlers.c: files below /.well-known/csaf/ and /.well-known/csaf-aggregator/ */
route_handler handle_advisory;
/* events_handler.c: a stream of what changes */
route_handler handle_events;
/* read_handlers.c: the reader of chips that stands here */
route_handler handle_read;
/* trust_handlers.c */
route_handler handle_trust_acts;
/* question_handlers.c: asking other members, and what was asked */
route_handler handle_licence_question, handle_cases;
/* ask_handlers.c: questions of any topic, for agencies' programs */
route_handler handle_ask, handle_ask_answer, handle_ask_reply;
/* record_handlers.c: what this member publishes */
route_handler handle_records;
/* notice_handlers.c: listed documents */
route_handler handle_documents, handle_documents_look_up;
/* hit_handlers.c: hits of names, and questions between members about them */
route_handler handle_hits, handle_hit_show, handle_hit_close, handle_hit_tasks, handle_hit_task,
    handle_hit_answer, handle_hit_statistics;
/* notices_handlers.c: notices of persons and objects, redress */
route_handler handle_notice_kinds, handle_notices, handle_notice_drafts, handle_notice_statistics,
    handle_notice_check, handle_notice_draft, handle_notice_sign, handle_notice_act, handle_notice_show,
    handle_redress_link, handle_redress_consult, handle_redress_answer, handle_redress_disclose,
    handle_redress_restrict;
/* exposure_handlers.c: assets by product, what they are exposed to */
route_handler handle_exposure_assets, handle_exposure_advisory, handle_exposure_kev, handle_exposure_match,
    handle_exposure_board, handle_exposure_now, handle_exposure_detail, handle_exposure_close,
    handle_exposure_erase, handle_exposure_advisories, handle_exposure_advisory_one,
    handle_exposure_advisory_check;
/* cyber_release_handlers.c: objects of the cyber service released to other members */
route_handler handle_cyber_preview, handle_cyber_release, handle_cyber_recall, handle_cyber_copy,
    handle_cyber_releases, handle_cyber_recalls, handle_cyber_rules, handle_cyber_rule_add,
    handle_cyber_rule_step, handle_cyber_rule_preview;
/* cooperation_handlers.c */
route_handler handle_capabilities, handle_capability_matches, handle_capability_offer,
    handle_capability_request, handle_capability_reply, handle_capability_accept, handle_capability_close,
    handle_cooperation_record, handle_playbooks, handle_playbook, handle_playbook_share, handle_playbook_used,
    handle_playbook_withdraw, handle_playbook_versions, handle_playbook_look, handle_cooperation_preview,
    handle_maturity, handle_maturity_check, handle_maturity_compare, handle_maturity_export,
    handle_maturity_assess, handle_maturity_publish, handle_maturity_review, handle_exposure_publish,
    handle_exposure_members, handle_drills, handle_drill_report, handle_drill_check, handle_drill_start,
    handle_drill_inject, handle_drill_answer, handle_drill_stop, handle_contacts, handle_contact_set,
    handle_contact_withdraw, handle_contact_test, handle_contact_acknowledge;
/* cyber_life_handlers.c: indicators of the register, sightings */
route_handler handle_cyber_indicators, handle_cyber_indicator, handle_cyber_sightings;
/* list_handlers.c: published lists, and names screened against them */
route_handler handle_screen, handle_lists;
/* match_handlers.c: the same in the shapes of OpenSanctions' yente */
route_handler handle_match, handle_search, handle_entity, handle_catalog, handle_algorithms, handle_healthz;
/* metrics_handler.c: what is watched */
route_handler handle_metrics;
/* offence_handlers.c: fines of drivers from elsewhere */
route_handler handle_offence, handle_offences, handle_offence_answer;
/* application_handlers.c: applications for permissions, what members are consulted about, permissions */
route_handler handle_application, handle_application_follow, handle_application_own_file, handle_applications,
    handle_application_show, handle_application_file, handle_application_return, handle_application_decide,
    handle_application_issue, handle_application_extend, handle_consultations, handle_consultation,
    handle_opinion, handle_permissions, handle_permission_revoke, handle_permission_statistics;
/* manifest_handlers.c: lists of travellers checked before they arrive */
route_handler handle_manifest_put, handle_manifests, handle_manifest, handle_manifest_results,
    handle_manifest_erase;
/* need_handlers.c: what a traveller needs */
route_handler handle_need;
/* stays_handlers.c: who is over, what was recorded, movements */
route_handler handle_stays_overdue, handle_stays, handle_movement;
route_handler handle_stay_statistics, handle_queue_statistics;
/* complaint_handlers.c: travellers complain, offices answer */
route_handler handle_complaint, handle_complaints, handle_complaint_follow, handle_complaint_appeal,
    handle_complaint_step, handle_complaint_statistics;
/* slot_handlers.c: slots of time at posts, waiting there */
route_handler handle_slots, handle_slot_book, handle_slot_show, handle_slot_cancel, handle_slot_change,
    handle_slot_check, handle_slot_release, handle_slot_events, handle_slot_audit, handle_posts,
    handle_waiting, handle_waiting_count;
/* peer_handlers.c: who this member is, and logs, for other members */
route_handler handle_peer_card, handle_peer_logs, handle_peer_log;
route_handler handle_peer_forks, handle_peer_fork;
/* peer_grew.c: a log of theirs grew */
route_handler handle_peer_grew;
/* peer_ask.c: questions of other members, and their late answers */
route_handler handle_peer_ask, handle_peer_answer;
/* peer_witness_handlers.c: cosignatures, given and taken */
route_handler handle_peer_pending, handle_peer_witnessed, handle_peer_witness, handle_peer_cosignature;
/* cyber_inbox_handlers.c: what is new for an officer, alerts */
route_handler handle_cyber_inbox, handle_cyber_inbox_mark, handle_cyber_alerts, handle_cyber_alert_report,
    handle_cyber_alert_take, handle_cyber_alert_close, handle_cyber_alert_opinion;

/* cyber_object_handlers.c: objects of the cyber service as a person of the CERT sees them */
route_handler handle_cyber_objects, handle_cyber_object;
/* quarantine_handlers.c: objects that were refused */
route_handler handle_quarantine;
/* taxii_handlers.c: TAXII 2.1, whose paths node.conf names: whether it answers this path, and how. */
route_handler handle_taxii;
bool taxii_takes(const struct node_view *v, const struct http_request *r);
/* Never NULL; out is filled when the headers alone are reason to refuse. */
const struct route *taxii_route(const struct node_view *v, const struct http_request *r, struct arena *a,
                                struct http_answer *out);
void taxii_refuse_early(unsigned status, const struct why *w, struct arena *a, struct http_answer *out);
/* handlers.c: a file of web/ */
route_handler handle_asset;

#endif
