#include "node/events.h"
#include "node/handlers.h"
#include "node/metrics.h"

#include <stdio.h>
#include <strings.h>

static const struct route table[] = {
    { "GET", "/v1/health", "getHealth", NULL, ROUTE_AT_ONCE, handle_health, true },
    { "GET", "/v1/ready", "getReady", NULL, ROUTE_WORKER, handle_ready, true },
    { "GET", "/v1/events", "getEvents", NULL, ROUTE_AT_ONCE, handle_events },
    { "GET", "/v1/node", "getNode", NULL, ROUTE_AT_ONCE, handle_node },
    { "POST", "/v1/check", "check", "application/json", ROUTE_BEGINS, handle_check },
    { "POST", "/v1/inspect", "inspect", "application/octet-stream", ROUTE_WORKER, handle_inspect },
    { "POST", "/v1/licence", "checkLicence", "application/json", ROUTE_WORKER, handle_licence },
    { "GET", "/v1/licence/pack", "getLicencePack", NULL, ROUTE_WORKER, handle_licence_pack, .packs = true },
    { "POST", "/v1/read", "readChip", "application/json", ROUTE_WORKER, handle_read },
    { "GET", "/v1/agreement", "getAgreement", NULL, ROUTE_AT_ONCE, handle_agreement, .packs = true },
    { "GET", "/v1/agreement/text", "getAgreementText", NULL, ROUTE_AT_ONCE, handle_agreement_text,
      .packs = true },
    { "GET", "/v1/agreement/bound", "getAgreementBound", NULL, ROUTE_WORKER, handle_agreement_bound,
      .packs = true },
    { "GET", "/v1/federation", "getFederation", NULL, ROUTE_WORKER, handle_federation },
    { "GET", "/v1/operator", "getOperator", NULL, ROUTE_WORKER, handle_operator, true },
    { "POST", "/v1/agreement/what-if", "tryAgreement", "application/json", ROUTE_WORKER, handle_what_if },
    { "GET", "/v1/trust", "getTrust", NULL, ROUTE_WORKER, handle_trust, .packs = true },
    { "GET", "/v1/words", "getWords", NULL, ROUTE_AT_ONCE, handle_words, .packs = true },
    { "GET", "/v1/trust/acts", "getTrustActs", NULL, ROUTE_WORKER, handle_trust_acts, .packs = true },
    { "POST", "/v1/licence/question", "askLicenceStatus", "application/json", ROUTE_WORKER,
      handle_licence_question },
    { "POST", "/v1/ask", "putQuestion", "application/octet-stream", ROUTE_WORKER, handle_ask, false,
      ROUTE_PUBLIC, LIMIT_ASK_LARGE, .waits = true },
    { "GET", "/v1/ask", "getAnswer", NULL, ROUTE_WORKER, handle_ask_answer },
    { "POST", "/v1/ask/reply", "replyLater", "application/octet-stream", ROUTE_WORKER, handle_ask_reply,
      false, ROUTE_PUBLIC, LIMIT_ASK_LARGE },
    { "GET", "/v1/cases", "getCases", NULL, ROUTE_WORKER, handle_cases },
    { "POST", "/v1/records", "publishRecords", "application/json", ROUTE_WORKER, handle_records,
      .tells = EVENTS_FEDERATION },
    { "GET", "/metrics", "getMetrics", NULL, ROUTE_WORKER, handle_metrics, true },
    { "POST", "/v1/offences", "notifyOffence", "application/json", ROUTE_WORKER, handle_offence,
      .tells = EVENTS_ROADSIDE },
    { "GET", "/v1/offences", "getOffences", NULL, ROUTE_WORKER, handle_offences },
    { "POST", "/v1/offences/answer", "answerOffence", "application/json", ROUTE_WORKER, handle_offence_answer,
      .tells = EVENTS_ROADSIDE },
    { "GET", "/v1/notices", "getNotices", NULL, ROUTE_WORKER, handle_notices },
    { "GET", "/v1/notices/kinds", "getNoticeKinds", NULL, ROUTE_WORKER, handle_notice_kinds, .packs = true },
    { "GET", "/v1/notices/drafts", "getNoticeDrafts", NULL, ROUTE_WORKER, handle_notice_drafts },
    { "GET", "/v1/notices/statistics", "getNoticeStatistics", NULL, ROUTE_WORKER, handle_notice_statistics },
    { "POST", "/v1/notices/check", "checkNotice", "application/json", ROUTE_WORKER, handle_notice_check },
    { "POST", "/v1/notices/draft", "draftNotice", "application/json", ROUTE_WORKER, handle_notice_draft,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/notices/sign", "signNotice", "application/json", ROUTE_WORKER, handle_notice_sign,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/notices/act", "actOnNotice", "application/json", ROUTE_WORKER, handle_notice_act,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/notices/show", "showNotice", "application/json", ROUTE_WORKER, handle_notice_show },
    { "POST", "/v1/redress/link", "linkRedress", "application/json", ROUTE_WORKER, handle_redress_link,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/redress/consult", "consultRedress", "application/json", ROUTE_WORKER,
      handle_redress_consult, .tells = EVENTS_NOTICES },
    { "POST", "/v1/redress/answer", "answerRedress", "application/json", ROUTE_WORKER, handle_redress_answer,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/redress/disclose", "discloseRedress", "application/json", ROUTE_WORKER,
      handle_redress_disclose, .tells = EVENTS_NOTICES },
    { "POST", "/v1/redress/restrict", "restrictRedress", "application/json", ROUTE_WORKER,
      handle_redress_restrict, .tells = EVENTS_NOTICES },
    { "POST", "/v1/notices/documents", "enterDocuments", "application/json", ROUTE_WORKER, handle_documents,
      .tells = EVENTS_NOTICES },
    { "POST", "/v1/notices/documents/look-up", "lookUpDocuments", "application/json", ROUTE_WORKER,
      handle_documents_look_up },
    { "POST", "/v1/notices/screen", "screenName", "application/json", ROUTE_WORKER, handle_screen },
    { "POST", "/v1/cyber/preview", "previewRelease", "application/json", ROUTE_WORKER, handle_cyber_preview },
    { "POST", "/v1/cyber/release", "releaseObjects", "application/json", ROUTE_WORKER, handle_cyber_release,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/recall", "recallObjects", "application/json", ROUTE_WORKER, handle_cyber_recall,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/copy", "copyObjects", "application/json", ROUTE_WORKER, handle_cyber_copy,
      .tells = EVENTS_CYBER },
    { "GET", "/v1/cyber/indicators", "getIndicators", NULL, ROUTE_WORKER, handle_cyber_indicators },
    { "GET", "/v1/cyber/indicator", "getIndicator", NULL, ROUTE_WORKER, handle_cyber_indicator },
    { "POST", "/v1/cyber/sightings", "addSightings", "application/json", ROUTE_WORKER, handle_cyber_sightings,
      .tells = EVENTS_CYBER },
    { "GET", "/v1/cyber/recalls", "getRecalls", NULL, ROUTE_WORKER, handle_cyber_recalls },
    { "GET", "/v1/cyber/rules", "getRules", NULL, ROUTE_WORKER, handle_cyber_rules },
    { "POST", "/v1/cyber/rules", "addRule", "application/json", ROUTE_WORKER, handle_cyber_rule_add,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/rule", "stepRule", "application/json", ROUTE_WORKER, handle_cyber_rule_step,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/rule-preview", "previewRule", "application/json", ROUTE_WORKER,
      handle_cyber_rule_preview },
    { "GET", "/v1/cyber/releases", "getReleases", NULL, ROUTE_WORKER, handle_cyber_releases },
    { "GET", "/v1/capabilities", "getCapabilities", NULL, ROUTE_WORKER, handle_capabilities },
    { "GET", "/v1/capabilities/matches", "getMatches", NULL, ROUTE_WORKER, handle_capability_matches },
    { "POST", "/v1/capabilities/offer", "offerCapability", "application/json", ROUTE_WORKER,
      handle_capability_offer, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/capabilities/request", "requestCapability", "application/json", ROUTE_WORKER,
      handle_capability_request, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/capabilities/reply", "replyCapability", "application/json", ROUTE_WORKER,
      handle_capability_reply, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/capabilities/accept", "acceptCapability", "application/json", ROUTE_WORKER,
      handle_capability_accept, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/capabilities/close", "closeCapability", "application/json", ROUTE_WORKER,
      handle_capability_close, .tells = EVENTS_COOPERATION },
    { "GET", "/v1/drills", "getDrills", NULL, ROUTE_WORKER, handle_drills },
    { "GET", "/v1/drills/report", "getDrillReport", NULL, ROUTE_WORKER, handle_drill_report },
    { "POST", "/v1/drills/check", "checkDrill", "application/json", ROUTE_WORKER, handle_drill_check },
    { "POST", "/v1/drills/start", "startDrill", "application/json", ROUTE_WORKER, handle_drill_start,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/drills/inject", "injectDrill", "application/json", ROUTE_WORKER, handle_drill_inject,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/drills/answer", "answerDrill", "application/json", ROUTE_WORKER, handle_drill_answer,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/drills/stop", "stopDrill", "application/json", ROUTE_WORKER, handle_drill_stop,
      .tells = EVENTS_COOPERATION },
    { "GET", "/v1/contacts", "getContacts", NULL, ROUTE_WORKER, handle_contacts },
    { "POST", "/v1/contacts/set", "setContact", "application/json", ROUTE_WORKER, handle_contact_set,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/contacts/withdraw", "withdrawContact", "application/json", ROUTE_WORKER,
      handle_contact_withdraw, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/contacts/test", "testContact", "application/json", ROUTE_WORKER, handle_contact_test,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/contacts/acknowledge", "acknowledgeContact", "application/json", ROUTE_WORKER,
      handle_contact_acknowledge, .tells = EVENTS_COOPERATION },
    { "GET", "/v1/cooperation/record", "getCooperationRecord", NULL, ROUTE_WORKER,
      handle_cooperation_record },
    { "GET", "/v1/maturity", "getMaturity", NULL, ROUTE_WORKER, handle_maturity },
    { "GET", "/v1/maturity/check", "checkMaturity", NULL, ROUTE_WORKER, handle_maturity_check },
    { "GET", "/v1/maturity/compare", "compareMaturity", NULL, ROUTE_WORKER, handle_maturity_compare },
    { "GET", "/v1/maturity/export", "exportMaturity", NULL, ROUTE_WORKER, handle_maturity_export },
    { "POST", "/v1/maturity/assess", "assessMaturity", "application/json", ROUTE_WORKER,
      handle_maturity_assess, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/maturity/publish", "publishMaturity", "application/json", ROUTE_WORKER,
      handle_maturity_publish, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/maturity/review", "reviewMaturity", "application/json", ROUTE_WORKER,
      handle_maturity_review, .tells = EVENTS_COOPERATION },
    { "GET", "/v1/playbooks", "getPlaybooks", NULL, ROUTE_WORKER, handle_playbooks },
    { "GET", "/v1/playbooks/text", "getPlaybook", NULL, ROUTE_WORKER, handle_playbook },
    { "POST", "/v1/playbooks/share", "sharePlaybook", "application/json", ROUTE_WORKER, handle_playbook_share,
      false, ROUTE_PUBLIC, 2 * LIMIT_COOPERATION, .tells = EVENTS_COOPERATION },
    { "POST", "/v1/playbooks/used", "usedPlaybook", "application/json", ROUTE_WORKER, handle_playbook_used,
      .tells = EVENTS_COOPERATION },
    { "POST", "/v1/playbooks/withdraw", "withdrawPlaybook", "application/json", ROUTE_WORKER,
      handle_playbook_withdraw, .tells = EVENTS_COOPERATION },
    { "GET", "/v1/playbooks/versions", "getPlaybookVersions", NULL, ROUTE_WORKER, handle_playbook_versions },
    { "POST", "/v1/playbooks/look", "lookAtPlaybook", "application/json", ROUTE_WORKER, handle_playbook_look,
      false, ROUTE_PUBLIC, 2 * LIMIT_CACAO },
    { "POST", "/v1/cooperation/preview", "previewCooperation", "application/json", ROUTE_WORKER,
      handle_cooperation_preview, false, ROUTE_PUBLIC, 2 * LIMIT_COOPERATION },
    { "GET", "/v1/lists", "getLists", NULL, ROUTE_WORKER, handle_lists },
    { "POST", "/match/{dataset}", "match", "application/json", ROUTE_WORKER, handle_match },
    { "GET", "/search/{dataset}", "search", NULL, ROUTE_WORKER, handle_search },
    { "GET", "/entities/{entity_id}", "fetchEntity", NULL, ROUTE_WORKER, handle_entity },
    { "GET", "/catalog", "getCatalog", NULL, ROUTE_WORKER, handle_catalog },
    { "GET", "/algorithms", "getAlgorithms", NULL, ROUTE_WORKER, handle_algorithms },
    { "GET", "/healthz", "getHealthz", NULL, ROUTE_AT_ONCE, handle_healthz, true },
    { "POST", "/v1/applications", "apply", "application/json", ROUTE_WORKER, handle_application,
      .tells = EVENTS_DESK },
    { "GET", "/v1/applications", "getApplications", NULL, ROUTE_WORKER, handle_applications },
    { "POST", "/v1/applications/follow", "followApplication", "application/json", ROUTE_WORKER,
      handle_application_follow, .paper = paper_application },
    { "POST", "/v1/applications/own-file", "ownApplicationFile", "application/json", ROUTE_WORKER,
      handle_application_own_file },
    { "POST", "/v1/applications/show", "showApplication", "application/json", ROUTE_WORKER,
      handle_application_show, .paper = paper_application },
    { "POST", "/v1/applications/file", "applicationFile", "application/json", ROUTE_WORKER,
      handle_application_file },
    { "POST", "/v1/applications/return", "returnApplication", "application/json", ROUTE_WORKER,
      handle_application_return, .tells = EVENTS_DESK },
    { "POST", "/v1/applications/decide", "decideApplication", "application/json", ROUTE_WORKER,
      handle_application_decide, .tells = EVENTS_DESK },
    { "POST", "/v1/applications/issue", "issuePermission", "application/json", ROUTE_WORKER,
      handle_application_issue, .tells = EVENTS_DESK },
    { "POST", "/v1/applications/extend", "extendPermission", "application/json", ROUTE_WORKER,
      handle_application_extend, .tells = EVENTS_DESK },
    { "GET", "/v1/consultations", "getConsultations", NULL, ROUTE_WORKER, handle_consultations },
    { "POST", "/v1/consultations/show", "showConsultation", "application/json", ROUTE_WORKER,
      handle_consultation },
    { "POST", "/v1/consultations/answer", "answerConsultation", "application/json", ROUTE_WORKER,
      handle_opinion, .tells = EVENTS_DESK },
    { "GET", "/v1/permissions", "getPermissions", NULL, ROUTE_WORKER, handle_permissions },
    { "POST", "/v1/permissions/revoke", "revokePermission", "application/json", ROUTE_WORKER,
      handle_permission_revoke, .tells = EVENTS_DESK },
    { "GET", "/v1/permissions/statistics", "getPermissionStatistics", NULL, ROUTE_WORKER,
      handle_permission_statistics },
    { "GET", "/v1/need", "getNeed", NULL, ROUTE_WORKER, handle_need, .paper = paper_need },
    { "GET", "/v1/stays/overdue", "getOverdue", NULL, ROUTE_WORKER, handle_stays_overdue },
    { "GET", "/v1/statistics/stays", "getStayStatistics", NULL, ROUTE_WORKER, handle_stay_statistics },
    { "GET", "/v1/statistics/queues", "getQueueStatistics", NULL, ROUTE_WORKER, handle_queue_statistics },
    { "POST", "/v1/stays", "lookUpStays", "application/json", ROUTE_WORKER, handle_stays },
    { "POST", "/v1/movements", "recordMovement", "application/json", ROUTE_WORKER, handle_movement },
    { "POST", "/v1/complaints", "fileComplaint", "application/json", ROUTE_WORKER, handle_complaint,
      .tells = EVENTS_COMPLAINTS, .paper = paper_complaint },
    { "GET", "/v1/complaints", "getComplaints", NULL, ROUTE_WORKER, handle_complaints },
    { "POST", "/v1/complaints/follow", "followComplaint", "application/json", ROUTE_WORKER,
      handle_complaint_follow, .paper = paper_complaint },
    { "POST", "/v1/complaints/appeal", "appealComplaint", "application/json", ROUTE_WORKER,
      handle_complaint_appeal, .tells = EVENTS_COMPLAINTS },
    { "POST", "/v1/complaints/step", "stepComplaint", "application/json", ROUTE_WORKER, handle_complaint_step,
      .tells = EVENTS_COMPLAINTS, .paper = paper_complaint },
    { "GET", "/v1/complaints/statistics", "getComplaintStatistics", NULL, ROUTE_WORKER,
      handle_complaint_statistics },
    { "POST", "/v1/manifests", "takeManifest", "application/octet-stream", ROUTE_WORKER, handle_manifest_put,
      false, ROUTE_PUBLIC, LIMIT_MANIFEST, .tells = EVENTS_MANIFESTS },
    { "GET", "/v1/manifests", "getManifests", NULL, ROUTE_WORKER, handle_manifests },
    { "GET", "/v1/manifests/{id}", "getManifest", NULL, ROUTE_WORKER, handle_manifest },
    { "GET", "/v1/manifests/{id}/results", "getManifestResults", NULL, ROUTE_WORKER,
      handle_manifest_results },
    { "POST", "/v1/manifests/{id}/erase", "eraseManifest", "application/json", ROUTE_WORKER,
      handle_manifest_erase, .tells = EVENTS_MANIFESTS },
    { "POST", "/v1/hits/list", "listHits", "application/json", ROUTE_WORKER, handle_hits },
    { "POST", "/v1/hits/show", "showHit", "application/json", ROUTE_WORKER, handle_hit_show },
    { "POST", "/v1/hits/close", "closeHit", "application/json", ROUTE_WORKER, handle_hit_close,
      .tells = EVENTS_HITS },
    { "POST", "/v1/hits/tasks", "listHitTasks", "application/json", ROUTE_WORKER, handle_hit_tasks },
    { "POST", "/v1/hits/task", "showHitTask", "application/json", ROUTE_WORKER, handle_hit_task },
    { "POST", "/v1/hits/answer", "answerHitTask", "application/json", ROUTE_WORKER, handle_hit_answer,
      .tells = EVENTS_HITS },
    { "POST", "/v1/hits/statistics", "getHitStatistics", "application/json", ROUTE_WORKER,
      handle_hit_statistics },
    { "GET", "/v1/posts", "getPosts", NULL, ROUTE_AT_ONCE, handle_posts, .packs = true },
    { "GET", "/v1/posts/{post}/waiting", "getWaiting", NULL, ROUTE_WORKER, handle_waiting },
    { "POST", "/v1/waiting", "countWaiting", "application/json", ROUTE_WORKER, handle_waiting_count,
      .tells = EVENTS_SLOTS },
    { "GET", "/v1/slots", "getSlots", NULL, ROUTE_WORKER, handle_slots },
    { "POST", "/v1/slots", "bookSlot", "application/json", ROUTE_WORKER, handle_slot_book,
      .tells = EVENTS_SLOTS },
    { "POST", "/v1/slots/show", "showSlot", "application/json", ROUTE_WORKER, handle_slot_show },
    { "POST", "/v1/slots/cancel", "cancelSlot", "application/json", ROUTE_WORKER, handle_slot_cancel,
      .tells = EVENTS_SLOTS },
    { "POST", "/v1/slots/change", "changeSlot", "application/json", ROUTE_WORKER, handle_slot_change,
      .tells = EVENTS_SLOTS },
    { "POST", "/v1/slots/check", "checkSlot", "application/json", ROUTE_WORKER, handle_slot_check,
      .tells = EVENTS_SLOTS },
    { "POST", "/v1/slots/release", "releaseSlot", "application/json", ROUTE_WORKER, handle_slot_release,
      .tells = EVENTS_SLOTS },
    { "GET", "/v1/slots/events", "getSlotEvents", NULL, ROUTE_WORKER, handle_slot_events },
    { "GET", "/v1/cyber/objects", "getObjects", NULL, ROUTE_WORKER, handle_cyber_objects },
    { "GET", "/v1/cyber/inbox", "getInbox", NULL, ROUTE_WORKER, handle_cyber_inbox },
    { "POST", "/v1/cyber/inbox", "markInbox", "application/json", ROUTE_WORKER, handle_cyber_inbox_mark,
      .tells = EVENTS_CYBER },
    { "GET", "/v1/cyber/alerts", "getAlerts", NULL, ROUTE_WORKER, handle_cyber_alerts },
    { "POST", "/v1/cyber/alerts", "reportAlerts", "application/json", ROUTE_WORKER, handle_cyber_alert_report,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/alerts/take", "takeAlert", "application/json", ROUTE_WORKER, handle_cyber_alert_take,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/alerts/close", "closeAlert", "application/json", ROUTE_WORKER,
      handle_cyber_alert_close, .tells = EVENTS_CYBER },
    { "POST", "/v1/cyber/alerts/opinion", "wordOpinion", "application/json", ROUTE_WORKER,
      handle_cyber_alert_opinion, .tells = EVENTS_CYBER },
    { "GET", "/v1/cyber/object", "getObject", NULL, ROUTE_WORKER, handle_cyber_object },
    { "POST", "/v1/exposure/assets", "takeAssets", "application/octet-stream", ROUTE_WORKER,
      handle_exposure_assets, false, ROUTE_PUBLIC, LIMIT_ASSETS, .tells = EVENTS_CYBER },
    { "POST", "/v1/exposure/advisories", "takeAdvisory", "application/octet-stream", ROUTE_WORKER,
      handle_exposure_advisory, false, ROUTE_PUBLIC, LIMIT_CSAF, .tells = EVENTS_CYBER },
    { "GET", "/v1/exposure/advisories", "getAdvisories", NULL, ROUTE_WORKER, handle_exposure_advisories },
    { "GET", "/v1/exposure/advisory", "getAdvisory", NULL, ROUTE_WORKER, handle_exposure_advisory_one },
    { "POST", "/v1/exposure/advisories/check", "checkAdvisory", "application/octet-stream", ROUTE_WORKER,
      handle_exposure_advisory_check, false, ROUTE_PUBLIC, LIMIT_CSAF },
    { "POST", "/v1/exposure/kev", "takeExploited", "application/octet-stream", ROUTE_WORKER,
      handle_exposure_kev, false, ROUTE_PUBLIC, LIMIT_CSAF, .tells = EVENTS_CYBER },
    { "POST", "/v1/exposure/match", "matchExposure", "application/json", ROUTE_WORKER, handle_exposure_match,
      .tells = EVENTS_CYBER },
    { "GET", "/v1/exposure", "getExposure", NULL, ROUTE_WORKER, handle_exposure_now },
    { "GET", "/v1/exposure/members", "getExposureMembers", NULL, ROUTE_WORKER, handle_exposure_members },
    { "POST", "/v1/exposure/publish", "publishExposure", "application/json", ROUTE_WORKER,
      handle_exposure_publish, .tells = EVENTS_CYBER },
    { "GET", "/v1/exposure/board", "getExposureBoard", NULL, ROUTE_WORKER, handle_exposure_board },
    { "POST", "/v1/exposure/detail", "showExposure", "application/json", ROUTE_WORKER,
      handle_exposure_detail },
    { "POST", "/v1/exposure/close", "closeExposure", "application/json", ROUTE_WORKER, handle_exposure_close,
      .tells = EVENTS_CYBER },
    { "POST", "/v1/exposure/erase", "eraseAssets", "application/json", ROUTE_WORKER, handle_exposure_erase,
      .tells = EVENTS_CYBER },
    { "GET", "/v1/cyber/quarantine", "getQuarantine", NULL, ROUTE_WORKER, handle_quarantine },
    { "GET", "/v1/slots/audit", "getSlotAudit", NULL, ROUTE_WORKER, handle_slot_audit },
    { "GET", "/v1/sign-in", "getSignIn", NULL, ROUTE_AT_ONCE, handle_sign_in, true },
    { "POST", "/v1/sign-in/link", "useLink", "application/json", ROUTE_WORKER, handle_sign_in_link },
    { "POST", "/v1/sign-in/certificate", "useCertificate", "application/json", ROUTE_WORKER,
      handle_sign_in_certificate },
    { "POST", "/v1/sign-out", "signOut", "application/json", ROUTE_WORKER, handle_sign_out },
    { "GET", "/v1/persons", "getPersons", NULL, ROUTE_WORKER, handle_persons },
    { "POST", "/v1/persons", "putPerson", "application/json", ROUTE_WORKER, handle_person_put },
    { "POST", "/v1/persons/remove", "removePerson", "application/json", ROUTE_WORKER, handle_person_remove },
    { "POST", "/v1/persons/link", "linkPerson", "application/json", ROUTE_WORKER, handle_person_link },
    { "POST", "/v1/persons/token", "makeToken", "application/json", ROUTE_WORKER, handle_person_token },
    { "POST", "/v1/persons/certificate", "addCertificate", "application/json", ROUTE_WORKER,
      handle_person_certificate },
    { "POST", "/v1/sign-in/passkey/begin", "beginSignInPasskey", "application/json", ROUTE_AT_ONCE,
      handle_passkey_sign_in_begin },
    { "POST", "/v1/sign-in/passkey/finish", "finishSignInPasskey", "application/json", ROUTE_WORKER,
      handle_passkey_sign_in_finish },
    { "GET", "/v1/sign-in/provider", "beginProvider", NULL, ROUTE_WORKER, handle_provider },
    { "GET", "/v1/sign-in/provider/back", "finishProvider", NULL, ROUTE_WORKER, handle_provider_back },
    { "GET", "/v1/passkeys", "getPasskeys", NULL, ROUTE_WORKER, handle_passkeys },
    { "POST", "/v1/passkeys/begin", "beginPasskey", "application/json", ROUTE_WORKER, handle_passkey_begin },
    { "POST", "/v1/passkeys/finish", "finishPasskey", "application/json", ROUTE_WORKER,
      handle_passkey_finish },
    { "POST", "/v1/passkeys/remove", "removePasskey", "application/json", ROUTE_WORKER,
      handle_passkey_remove },
    { "POST", "/v1/persons/provider", "addSubject", "application/json", ROUTE_WORKER,
      handle_person_provider },
    { "POST", "/v1/persons/drop", "dropCredential", "application/json", ROUTE_WORKER, handle_person_drop },
    { "GET", "/v1/persons/log", "getPersonLog", NULL, ROUTE_WORKER, handle_person_log },
    { "GET", "/openapi.json", "getInterface", NULL, ROUTE_AT_ONCE, handle_asset, true },
};

/* Of the members' port; doc/federation.md describes them. */
static const struct route members[] = {
    { "GET", "/card", "peerCard", NULL, ROUTE_AT_ONCE, handle_peer_card, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/acts", "peerActs", NULL, ROUTE_AT_ONCE, handle_trust_acts, true, ROUTE_MEMBERS,
      .edges = true },
    { "GET", "/logs", "peerLogs", NULL, ROUTE_WORKER, handle_peer_logs, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/log/*", "peerLog", NULL, ROUTE_AT_ONCE, handle_peer_log, true, ROUTE_MEMBERS, .edges = true },
    { "GET", "/forks", "peerForks", NULL, ROUTE_WORKER, handle_peer_forks, true, ROUTE_MEMBERS,
      .edges = true },
    { "GET", "/fork/*", "peerFork", NULL, ROUTE_WORKER, handle_peer_fork, true, ROUTE_MEMBERS,
      .edges = true },
    { "GET", "/witness/pending", "peerWitnessPending", NULL, ROUTE_WORKER, handle_peer_pending, false,
      ROUTE_MEMBERS },
    { "GET", "/witness/*", "peerWitnessed", NULL, ROUTE_WORKER, handle_peer_witnessed, true, ROUTE_MEMBERS },
    { "POST", "/witness/add-checkpoint", "peerWitness", "*", ROUTE_WORKER, handle_peer_witness, false,
      ROUTE_MEMBERS, LIMIT_CHECKPOINT },
    { "POST", "/ask", "peerAsk", ASK_CONTENT_TYPE, ROUTE_BEGINS, handle_peer_ask, false, ROUTE_MEMBERS,
      LIMIT_ASK_SIGNED, .waits = true },
    { "POST", "/answer", "peerAnswer", ASK_CONTENT_TYPE, ROUTE_WORKER, handle_peer_answer, false,
      ROUTE_MEMBERS, LIMIT_ASK_SIGNED },
    { "POST", "/grew", "peerGrew", "*", ROUTE_AT_ONCE, handle_peer_grew, true, ROUTE_MEMBERS, 64 },
    { "POST", "/witness/cosignature", "peerCosignature", "*", ROUTE_WORKER, handle_peer_cosignature, false,
      ROUTE_MEMBERS, LIMIT_CHECKPOINT },
};

enum { PUBLIC = sizeof table / sizeof *table, MEMBERS = sizeof members / sizeof *members };

static const struct route advisories = { "GET",        "/.well-known/csaf/*", NULL, NULL,
                                         ROUTE_WORKER, handle_advisory,       true };
static const struct route console = { "GET", "/*", NULL, NULL, ROUTE_AT_ONCE, handle_asset, true };

size_t route_count(void)
{
    return PUBLIC;
}

const struct route *route_at(size_t i)
{
    return &table[i];
}

_Static_assert(PUBLIC + MEMBERS + 3 <= METRIC_OPERATIONS, "a counter for each operation");

size_t route_place(const struct route *r)
{
    if (!r)
        return PUBLIC + MEMBERS + 1;
    if (r == &console || r == &advisories)
        return PUBLIC + MEMBERS;
    if (r->handle == handle_taxii)
        return PUBLIC + MEMBERS + 2;
    return r->port == ROUTE_MEMBERS ? PUBLIC + (size_t)(r - members) : (size_t)(r - table);
}

const char *route_place_word(size_t place)
{
    if (place < PUBLIC)
        return table[place].operation;
    if (place < PUBLIC + MEMBERS)
        return members[place - PUBLIC].operation;
    return place == PUBLIC + MEMBERS       ? "console"
           : place == PUBLIC + MEMBERS + 1 ? "none"
           : place == PUBLIC + MEMBERS + 2 ? "taxii"
                                           : NULL;
}

/* DNS rebinding: a page of a foreign name that resolves to this address sends its own name as Host. */
static bool host_is_ours(const struct node_config *config, const char *host)
{
    bool v6 = strchr(config->host, ':') != NULL;
    char own[96];
    size_t n;

    if (!host)
        return false;
    (void)snprintf(own, sizeof own, "%s%s%s:%u", v6 ? "[" : "", config->host, v6 ? "]" : "",
                   (unsigned)config->port);
    if (strcmp(host, own) == 0)
        return true;
    (void)snprintf(own, sizeof own, "localhost:%u", (unsigned)config->port);
    if (config_is_loopback(config->host) && strcmp(host, own) == 0)
        return true;
    for (size_t i = 0; i < config->hosts.n; i++) {
        n = strlen(config->hosts.item[i]);
        if (strncasecmp(host, config->hosts.item[i], n) == 0 && (host[n] == 0 || host[n] == ':'))
            return true;
    }
    return false;
}

/* A browser names the page's origin on every POST; a program sends none. */
static bool origin_is_ours(const struct node_config *config, const struct http_request *r)
{
    const char *scheme = config->tls_certificate ? "https://" : "http://";
    size_t n = strlen(scheme);

    if (r->fetch_site && strcmp(r->fetch_site, "same-origin") != 0 && strcmp(r->fetch_site, "none") != 0)
        return false;
    if (!r->origin)
        return true;
    return strncmp(r->origin, scheme, n) == 0 && r->host && strcmp(r->origin + n, r->host) == 0;
}

/* The media type without parameters, case ignored. */
static bool media_type_is(const char *header, const char *type)
{
    size_t n = strlen(type);

    return header && strncasecmp(header, type, n) == 0 &&
           (header[n] == 0 || header[n] == ';' || header[n] == ' ');
}

static bool method_fits(const char *route, const char *method)
{
    return strcmp(route, method) == 0 || (strcmp(route, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* "{…}" in a route stands for one piece of a path between slashes, of at least one character. */
static bool piece_fits(const char *route, const char *path)
{
    for (; *route && *path; path++) {
        if (*route == '{') {
            size_t n = strcspn(path, "/");

            if (n == 0)
                return false;
            route = strchr(route, '}') + 1;
            path += n - 1;
        } else if (*route++ != *path) {
            return false;
        }
    }
    return !*route && !*path;
}

/* That of the path and the method; else one of the path. *others: the path takes several methods. */
static const struct route *route_for(const struct node_view *v, const struct http_request *r, bool *others)
{
    const struct route *any = NULL;

    *others = false;
    for (size_t i = 0; i < route_count(); i++) {
        if (!piece_fits(table[i].path, r->path))
            continue;
        if (method_fits(table[i].method, r->method))
            return &table[i];
        *others = any != NULL;
        any = &table[i];
    }
    if (any)
        return any;
    if (advisory_path(v, r->path))
        return &advisories;
    return asset_find(v->assets, r->path) ? &console : NULL;
}

const struct route *route_find(const struct node_view *v, const struct http_request *r, struct arena *a,
                               struct http_answer *out)
{
    const struct node_config *config = v->o->config;
    bool others;
    const struct route *route = route_for(v, r, &others);

    if (r->ambiguous) {
        answer_refuse(out, 400, "framing", "The request names two hosts or two lengths of its body.", a);
    } else if (!host_is_ours(config, r->host)) {
        answer_refuse(out, 421, "host", "The Host header names a host that this node does not answer for.",
                      a);
    } else if (!route && taxii_takes(v, r)) {
        if (strcmp(r->method, "GET") == 0 || origin_is_ours(config, r))
            return taxii_route(v, r, a, out);
        answer_refuse(out, 403, "origin", "The request comes from a page that this node did not serve.", a);
    } else if (!route) {
        answer_refuse(out, 404, "not-found", "Nothing has this path.", a);
    } else if (!method_fits(route->method, r->method)) {
        answer_refuse(out, 405, "method", "This path does not take this method.", a);
        out->allow = others                              ? "GET, HEAD, POST"
                     : strcmp(route->method, "GET") == 0 ? "GET, HEAD"
                                                         : route->method;
    } else if (r->query_lost) {
        answer_refuse(out, 400, "query", "There are too many query parameters.", a);
    } else if (route->content_type && !origin_is_ours(config, r)) {
        answer_refuse(out, 403, "origin", "The request comes from a page that this node did not serve.", a);
    } else if (route->content_type && !media_type_is(r->content_type, route->content_type)) {
        answer_refuse(out, 415, "media-type", "The body is not of the type that this operation takes.", a);
    } else {
        return route;
    }
    return NULL;
}

/* "/log/…" covers what is below it. */
static bool path_fits(const char *route, const char *path)
{
    size_t n = strlen(route);

    return route[n - 1] == '*' ? strncmp(route, path, n - 1) == 0 : strcmp(route, path) == 0;
}

/* The first of the table whose path fits: the exact ones stand before those that cover them. */
const struct route *route_find_member(const struct http_request *r, struct arena *a, struct http_answer *out)
{
    const struct route *route = NULL, *any = NULL;

    for (size_t i = 0; i < MEMBERS && !route; i++) {
        if (!path_fits(members[i].path, r->path))
            continue;
        any = any ? any : &members[i];
        route = method_fits(members[i].method, r->method) ? &members[i] : NULL;
    }
    if (r->ambiguous) {
        answer_refuse(out, 400, "framing", "The request names two hosts or two lengths of its body.", a);
    } else if (!any) {
        answer_refuse(out, 404, "not-found", "Nothing has this path on the members' port.", a);
    } else if (!route) {
        answer_refuse(out, 405, "method", "This path does not take this method.", a);
        out->allow = any->content_type ? any->method : "GET, HEAD";
    } else if (r->n_query || r->query_lost) {
        answer_refuse(out, 400, "query", "Nothing on the members' port takes parameters.", a);
    } else if (r->edge && !route->edges) {
        answer_refuse(out, 403, "edge", "A node at a desk reads; it asks nothing and cosigns nothing.", a);
    } else {
        return route;
    }
    return NULL;
}
