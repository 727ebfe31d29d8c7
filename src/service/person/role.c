#include "service/person/role.h"

#include <string.h>

#include "base/text.h"

static const char *const words[ROLES] = { "lane",       "roadside", "travel",   "notices",
                                          "complaints", "cert",     "operator", "auditor" };

const char *person_role_word(unsigned i)
{
    return words[i];
}

bool person_roles_read(struct span s, unsigned *out)
{
    unsigned roles = 0, i;

    while (s.n) {
        size_t n = 0;

        while (n < s.n && s.p[n] != ' ' && s.p[n] != ',')
            n++;
        for (i = 0; n && i < ROLES && !span_eq_str(span_sub(s, 0, n), words[i]); i++)
            ;
        if (n && i == ROLES)
            return false;
        roles |= n ? 1u << i : 0;
        s = span_sub(s, n < s.n ? n + 1 : n, s.n);
    }
    if (roles)
        *out = roles;
    return roles != 0;
}

/* By operation, as web/openapi.json names them; a test holds the two against each other. */
static const struct {
    unsigned roles;
    const char *operations;
} gates[] = {
    /* What programs watch, what every page needs, and what travellers do themselves. */
    { GATE_PUBLIC,
      "getHealth getReady getHealthz getInterface getNode getWords getNeed getPermissions apply "
      "followApplication "
      "ownApplicationFile fileComplaint followComplaint appealComplaint getPosts getWaiting getSlots "
      "bookSlot showSlot cancelSlot changeSlot getSlotEvents getSignIn useLink useCertificate signOut "
      "beginSignInPasskey finishSignInPasskey beginProvider finishProvider" },
    /* GET /metrics has its own list of who may. */
    { GATE_PUBLIC, "getMetrics" },
    { GATE_ANY, "getPasskeys beginPasskey finishPasskey removePasskey "
                "getAgreement getAgreementText getAgreementBound getTrust getTrustActs "
                "getFederation tryAgreement getEvents getStayStatistics" },
    { ROLE_LANE, "check inspect readChip countWaiting checkSlot releaseSlot recordMovement lookUpStays" },
    { ROLE_LANE | ROLE_AUDITOR, "getOverdue getSlotAudit" },
    { ROLE_ROADSIDE, "checkLicence getLicencePack askLicenceStatus notifyOffence answerOffence" },
    { ROLE_ROADSIDE | ROLE_AUDITOR, "getOffences" },
    { ROLE_TRAVEL, "getApplications showApplication applicationFile returnApplication decideApplication "
                   "issuePermission extendPermission getConsultations showConsultation answerConsultation "
                   "revokePermission" },
    { ROLE_TRAVEL | ROLE_LANE, "takeManifest getManifests getManifest getManifestResults eraseManifest" },
    { ROLE_TRAVEL | ROLE_AUDITOR, "getPermissionStatistics" },
    { ROLE_TRAVEL | ROLE_COMPLAINTS | ROLE_OPERATOR | ROLE_AUDITOR, "getQueueStatistics" },
    { ROLE_NOTICES,
      "getNotices getNoticeKinds getNoticeDrafts checkNotice draftNotice signNotice actOnNotice "
      "showNotice linkRedress consultRedress answerRedress discloseRedress restrictRedress "
      "enterDocuments lookUpDocuments screenName match search fetchEntity getCatalog "
      "getAlgorithms getLists listHits showHit closeHit listHitTasks showHitTask answerHitTask" },
    { ROLE_NOTICES | ROLE_AUDITOR, "getNoticeStatistics getHitStatistics" },
    { ROLE_COMPLAINTS, "getComplaints stepComplaint" },
    { ROLE_COMPLAINTS | ROLE_AUDITOR, "getComplaintStatistics" },
    { ROLE_CERT,
      "previewRelease releaseObjects recallObjects copyObjects getIndicators getIndicator addSightings "
      "getRecalls getRules addRule stepRule previewRule getReleases getCapabilities getMatches "
      "offerCapability requestCapability replyCapability acceptCapability closeCapability getDrills "
      "getDrillReport checkDrill startDrill injectDrill answerDrill stopDrill getContacts setContact "
      "withdrawContact testContact acknowledgeContact getMaturity checkMaturity compareMaturity "
      "exportMaturity assessMaturity publishMaturity reviewMaturity getPlaybooks getPlaybook "
      "sharePlaybook usedPlaybook withdrawPlaybook getPlaybookVersions lookAtPlaybook "
      "previewCooperation getObjects getInbox markInbox getAlerts reportAlerts takeAlert closeAlert "
      "wordOpinion getObject takeAssets takeAdvisory getAdvisories getAdvisory checkAdvisory "
      "takeExploited matchExposure getExposure getExposureMembers publishExposure getExposureBoard "
      "showExposure closeExposure eraseAssets getQuarantine" },
    { ROLE_CERT | ROLE_AUDITOR, "getCooperationRecord" },
    { ROLE_OPERATOR | ROLE_AUDITOR, "getOperator getPersons getPersonLog" },
    { ROLE_OPERATOR, "putPerson removePerson linkPerson makeToken addCertificate addSubject dropCredential "
                     "publishRecords putQuestion getAnswer replyLater" },
    { ROLE_OPERATOR | ROLE_AUDITOR, "getCases" },
};

unsigned person_gate(const char *operation)
{
    struct span rest, one;

    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++)
        for (rest = span_str(gates[i].operations); text_split(&rest, ' ', &one);)
            if (span_eq_str(one, operation))
                return gates[i].roles;
    return 0;
}
