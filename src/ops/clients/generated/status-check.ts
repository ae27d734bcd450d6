// @ts-nocheck
// Made by Ajv from what replicas say of themselves: npm test -- src/ops/configuration/schema-files.test.ts --rewrite
import type { MadeCheck } from '../../json/made-check.ts';

export const validate: MadeCheck = validateJson;

const schema6 = {"type":"object","properties":{"status":{"$ref":"#/definitions/kind59"},"membership":{"$ref":"#/definitions/kind60"}},"additionalProperties":false,"definitions":{"kind1":{"type":"integer","minimum":0,"maximum":9007199254740991},"kind2":{"type":"string","pattern":"^[^]{0,65536}$"},"kind3":{"type":"object","required":["used","least","most"],"properties":{"used":{"$ref":"#/definitions/kind1"},"least":{"$ref":"#/definitions/kind1"},"most":{"$ref":"#/definitions/kind1"}}},"kind4":{"type":"number"},"kind5":{"type":"string","pattern":"^[\\w -]{0,64}$"},"kind6":{"type":"boolean"},"kind7":{"type":"object","required":["term","index"],"properties":{"term":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"}}},"kind8":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind7"}},"kind9":{"required":["epoch","index","term","seq","timeUs","terms"],"type":["object","null"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"},"term":{"$ref":"#/definitions/kind1"},"seq":{"$ref":"#/definitions/kind1"},"timeUs":{"$ref":"#/definitions/kind1"},"terms":{"$ref":"#/definitions/kind8"}}},"kind10":{"minimum":0,"maximum":9007199254740991,"type":["integer","null"]},"kind11":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind1"}},"kind12":{"type":"object","required":["id","role","votes","host","udpPort","tcpPort","controlPort","controlHost","preference","replaces","site","zone","rack","power","switch","release","fingerprint"],"properties":{"id":{"$ref":"#/definitions/kind1"},"role":{"$ref":"#/definitions/kind5"},"votes":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind2"},"udpPort":{"$ref":"#/definitions/kind1"},"tcpPort":{"$ref":"#/definitions/kind1"},"controlPort":{"$ref":"#/definitions/kind1"},"controlHost":{"$ref":"#/definitions/kind2"},"preference":{"$ref":"#/definitions/kind5"},"replaces":{"$ref":"#/definitions/kind1"},"site":{"$ref":"#/definitions/kind2"},"zone":{"$ref":"#/definitions/kind2"},"rack":{"$ref":"#/definitions/kind2"},"power":{"$ref":"#/definitions/kind2"},"switch":{"$ref":"#/definitions/kind2"},"release":{"$ref":"#/definitions/kind2"},"fingerprint":{"$ref":"#/definitions/kind2"}}},"kind13":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind12"}},"kind14":{"type":"object","required":["replicaId","role","replaces","expiresAtMs","key"],"properties":{"replicaId":{"$ref":"#/definitions/kind1"},"role":{"$ref":"#/definitions/kind5"},"replaces":{"$ref":"#/definitions/kind1"},"expiresAtMs":{"$ref":"#/definitions/kind4"},"key":{"$ref":"#/definitions/kind2"}}},"kind15":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind14"}},"kind16":{"type":"object","required":["replicaId","why"],"properties":{"replicaId":{"$ref":"#/definitions/kind1"},"why":{"$ref":"#/definitions/kind2"}}},"kind17":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind16"}},"kind18":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind2"}},"kind19":{},"kind20":{"type":"object","required":["clusterUuid","authorities","settings"],"properties":{"clusterUuid":{"$ref":"#/definitions/kind2"},"authorities":{"$ref":"#/definitions/kind18"},"settings":{"$ref":"#/definitions/kind19"}}},"kind21":{"type":"object","required":["memberId","behindFrames","behindBytes","silentUs","state"],"properties":{"memberId":{"$ref":"#/definitions/kind1"},"behindFrames":{"$ref":"#/definitions/kind4"},"behindBytes":{"$ref":"#/definitions/kind4"},"silentUs":{"$ref":"#/definitions/kind4"},"state":{"$ref":"#/definitions/kind5"}}},"kind22":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind21"}},"kind23":{"type":"object","maxProperties":65536,"additionalProperties":{"$ref":"#/definitions/kind4"}},"kind24":{"type":"object","required":["memberId","values","gray"],"properties":{"memberId":{"$ref":"#/definitions/kind1"},"values":{"$ref":"#/definitions/kind23"},"gray":{"$ref":"#/definitions/kind18"}}},"kind25":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind24"}},"kind26":{"type":"object","required":["term","leaderId","formerId","reason","gapUs","wallUs"],"properties":{"term":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind1"},"formerId":{"$ref":"#/definitions/kind1"},"reason":{"$ref":"#/definitions/kind2"},"gapUs":{"$ref":"#/definitions/kind4"},"wallUs":{"$ref":"#/definitions/kind4"}}},"kind27":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind26"}},"kind28":{"type":"object","required":["fromMs","toMs"],"properties":{"fromMs":{"$ref":"#/definitions/kind4"},"toMs":{"$ref":"#/definitions/kind4"}}},"kind29":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind28"}},"kind30":{"type":"object","required":["number","kind","leaderId","term","reason","wallUs","outcome","afterUs"],"properties":{"number":{"$ref":"#/definitions/kind1"},"kind":{"$ref":"#/definitions/kind5"},"leaderId":{"$ref":"#/definitions/kind1"},"term":{"$ref":"#/definitions/kind1"},"reason":{"$ref":"#/definitions/kind2"},"wallUs":{"$ref":"#/definitions/kind4"},"outcome":{"$ref":"#/definitions/kind5"},"afterUs":{"$ref":"#/definitions/kind4"}}},"kind31":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind30"}},"kind32":{"type":"object","required":["count","medianUs","p99Us","maxUs"],"properties":{"count":{"$ref":"#/definitions/kind1"},"medianUs":{"$ref":"#/definitions/kind4"},"p99Us":{"$ref":"#/definitions/kind4"},"maxUs":{"$ref":"#/definitions/kind4"}}},"kind33":{"type":"object","required":["scope","id","mode","reason","opensAtUs"],"properties":{"scope":{"$ref":"#/definitions/kind5"},"id":{"$ref":"#/definitions/kind1"},"mode":{"$ref":"#/definitions/kind2"},"reason":{"$ref":"#/definitions/kind2"},"opensAtUs":{"$ref":"#/definitions/kind4"}}},"kind34":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind33"}},"kind35":{"type":"object","required":["name","breaker","waiting","waitingSinceMs","delivered","failed","givenUp","error"],"properties":{"name":{"$ref":"#/definitions/kind2"},"breaker":{"$ref":"#/definitions/kind5"},"waiting":{"$ref":"#/definitions/kind1"},"waitingSinceMs":{"$ref":"#/definitions/kind4"},"delivered":{"$ref":"#/definitions/kind1"},"failed":{"$ref":"#/definitions/kind1"},"givenUp":{"$ref":"#/definitions/kind1"},"error":{"$ref":"#/definitions/kind2"}}},"kind36":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind35"}},"kind37":{"type":"string","pattern":"^[^]{0,8}$"},"kind38":{"type":"object","required":["count","hash"],"properties":{"count":{"$ref":"#/definitions/kind1"},"hash":{"$ref":"#/definitions/kind37"}}},"kind39":{"type":"object","required":["endsAtMs","revoked"],"properties":{"endsAtMs":{"$ref":"#/definitions/kind4"},"revoked":{"$ref":"#/definitions/kind38"}}},"kind40":{"type":"string","pattern":"^[^]{0,600}$"},"kind41":{"type":"number","minimum":0},"kind42":{"type":"object","required":["kind","text"],"properties":{"kind":{"$ref":"#/definitions/kind5"},"text":{"$ref":"#/definitions/kind40"}}},"kind43":{"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind42"}},"kind44":{"type":"object","required":["source","ageMs","conditions"],"properties":{"source":{"$ref":"#/definitions/kind40"},"ageMs":{"$ref":"#/definitions/kind41"},"breaker":{"$ref":"#/definitions/kind5"},"revoked":{"$ref":"#/definitions/kind38"},"conditions":{"$ref":"#/definitions/kind43"}}},"kind45":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind44"}},"kind46":{"type":"object","required":["epoch","leftMs","reason"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"leftMs":{"$ref":"#/definitions/kind4"},"reason":{"$ref":"#/definitions/kind2"}}},"kind47":{"required":["epoch","site","promisedEpoch","promisedSite","lengthUs","waitMs"],"type":["object","null"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"site":{"$ref":"#/definitions/kind1"},"promisedEpoch":{"$ref":"#/definitions/kind1"},"promisedSite":{"$ref":"#/definitions/kind1"},"lengthUs":{"$ref":"#/definitions/kind4"},"waitMs":{"$ref":"#/definitions/kind4"}}},"kind48":{"type":"object","required":["held","granted"],"properties":{"held":{"$ref":"#/definitions/kind46"},"granted":{"$ref":"#/definitions/kind47"}}},"kind49":{"type":"integer","minimum":1,"maximum":255},"kind50":{"type":"string","pattern":"^[^]{0,400}$"},"kind51":{"type":"object","required":["right","refused","unjudged","wrong","late","silent","crash"],"properties":{"right":{"$ref":"#/definitions/kind41"},"refused":{"$ref":"#/definitions/kind41"},"unjudged":{"$ref":"#/definitions/kind41"},"wrong":{"$ref":"#/definitions/kind41"},"late":{"$ref":"#/definitions/kind41"},"silent":{"$ref":"#/definitions/kind41"},"crash":{"$ref":"#/definitions/kind41"}}},"kind52":{"type":"object","required":["fault","agoMs","text"],"properties":{"fault":{"$ref":"#/definitions/kind5"},"agoMs":{"$ref":"#/definitions/kind41"},"text":{"$ref":"#/definitions/kind50"}}},"kind53":{"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind52"}},"kind54":{"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind41"}},"kind55":{"type":"object","required":["watcher","text","leaderId","rounds","p50Ms","maxMs","faults","unreached"],"properties":{"watcher":{"$ref":"#/definitions/kind49"},"result":{"$ref":"#/definitions/kind5"},"text":{"$ref":"#/definitions/kind50"},"leaderId":{"$ref":"#/definitions/kind41"},"rounds":{"$ref":"#/definitions/kind51"},"p50Ms":{"$ref":"#/definitions/kind41"},"maxMs":{"$ref":"#/definitions/kind41"},"faults":{"$ref":"#/definitions/kind53"},"unreached":{"$ref":"#/definitions/kind54"}}},"kind56":{"type":"object","required":["source","ageMs","report"],"properties":{"source":{"$ref":"#/definitions/kind2"},"ageMs":{"$ref":"#/definitions/kind1"},"report":{"$ref":"#/definitions/kind55"}}},"kind57":{"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind56"}},"kind58":{"type":"object","required":["leaderCommitIndex","lastLogTerm","appliedTimeUs","stampedSeq","snapshotIndex","founding","instance","epoch","writingSite","standby","siteEpoch","openingHeld","siteSeq","lastTimeUs","commitsStalled","parked","stateDisputed","diedOnSeq","stoppedBeforeSeq","snapshotsFailed","damagedRecords"],"properties":{"role":{"$ref":"#/definitions/kind4"},"term":{"$ref":"#/definitions/kind4"},"leaderId":{"$ref":"#/definitions/kind4"},"commitIndex":{"$ref":"#/definitions/kind4"},"leaderCommitIndex":{"$ref":"#/definitions/kind4"},"lastIndex":{"$ref":"#/definitions/kind4"},"lastLogTerm":{"$ref":"#/definitions/kind4"},"durableIndex":{"$ref":"#/definitions/kind4"},"firstIndex":{"$ref":"#/definitions/kind4"},"appliedIndex":{"$ref":"#/definitions/kind4"},"appliedSeq":{"$ref":"#/definitions/kind4"},"appliedTimeUs":{"$ref":"#/definitions/kind4"},"engineVersion":{"$ref":"#/definitions/kind4"},"stampedSeq":{"$ref":"#/definitions/kind4"},"serving":{"$ref":"#/definitions/kind4"},"recovering":{"$ref":"#/definitions/kind4"},"ringUsedPermille":{"$ref":"#/definitions/kind4"},"sessions":{"$ref":"#/definitions/kind4"},"connections":{"$ref":"#/definitions/kind4"},"snapshotIndex":{"$ref":"#/definitions/kind4"},"founders":{"$ref":"#/definitions/kind4"},"voters":{"$ref":"#/definitions/kind4"},"learners":{"$ref":"#/definitions/kind4"},"membersWithoutAddress":{"$ref":"#/definitions/kind4"},"peersRefused":{"$ref":"#/definitions/kind4"},"peersDiffering":{"$ref":"#/definitions/kind4"},"peersHeard":{"$ref":"#/definitions/kind4"},"founding":{"$ref":"#/definitions/kind4"},"instance":{"$ref":"#/definitions/kind4"},"epoch":{"$ref":"#/definitions/kind4"},"writingSite":{"$ref":"#/definitions/kind4"},"standby":{"$ref":"#/definitions/kind4"},"siteDoubt":{"$ref":"#/definitions/kind4"},"siteEpoch":{"$ref":"#/definitions/kind4"},"openingHeld":{"$ref":"#/definitions/kind4"},"siteSeq":{"$ref":"#/definitions/kind4"},"superseded":{"$ref":"#/definitions/kind4"},"lastTimeUs":{"$ref":"#/definitions/kind4"},"promotionUs":{"$ref":"#/definitions/kind4"},"diskFull":{"$ref":"#/definitions/kind4"},"diskStandsStill":{"$ref":"#/definitions/kind4"},"clockAheadUs":{"$ref":"#/definitions/kind4"},"commitsStalled":{"$ref":"#/definitions/kind4"},"parked":{"$ref":"#/definitions/kind4"},"stateDisputed":{"$ref":"#/definitions/kind4"},"diedOnSeq":{"$ref":"#/definitions/kind4"},"stoppedBeforeSeq":{"$ref":"#/definitions/kind4"},"commandsVoided":{"$ref":"#/definitions/kind4"},"ordersNotedUs":{"$ref":"#/definitions/kind4"},"coreThread":{"$ref":"#/definitions/kind4"},"nowUs":{"$ref":"#/definitions/kind4"},"snapshotsTaken":{"$ref":"#/definitions/kind4"},"snapshotsFetched":{"$ref":"#/definitions/kind4"},"snapshotsFailed":{"$ref":"#/definitions/kind4"},"snapshotsForged":{"$ref":"#/definitions/kind4"},"elections":{"$ref":"#/definitions/kind4"},"sparesGivenVote":{"$ref":"#/definitions/kind4"},"framesAppended":{"$ref":"#/definitions/kind4"},"commandsApplied":{"$ref":"#/definitions/kind4"},"eventsEmitted":{"$ref":"#/definitions/kind4"},"datagramsReceived":{"$ref":"#/definitions/kind4"},"datagramsSent":{"$ref":"#/definitions/kind4"},"datagramsWithoutKey":{"$ref":"#/definitions/kind4"},"datagramsStrangeSource":{"$ref":"#/definitions/kind4"},"datagramsUnknownKey":{"$ref":"#/definitions/kind4"},"datagramsRepeated":{"$ref":"#/definitions/kind4"},"datagramsForged":{"$ref":"#/definitions/kind4"},"datagramsBadCluster":{"$ref":"#/definitions/kind4"},"datagramsBadVersion":{"$ref":"#/definitions/kind4"},"datagramsOtherFoundation":{"$ref":"#/definitions/kind4"},"datagramsOtherInstance":{"$ref":"#/definitions/kind4"},"datagramsOtherAgreement":{"$ref":"#/definitions/kind4"},"datagramsMalformed":{"$ref":"#/definitions/kind4"},"framesBadChecksum":{"$ref":"#/definitions/kind4"},"framesResent":{"$ref":"#/definitions/kind4"},"messagesMalformed":{"$ref":"#/definitions/kind4"},"connectionsRefused":{"$ref":"#/definitions/kind4"},"attachesRefused":{"$ref":"#/definitions/kind4"},"linksMalformed":{"$ref":"#/definitions/kind4"},"linksForged":{"$ref":"#/definitions/kind4"},"linksOtherCluster":{"$ref":"#/definitions/kind4"},"linksNotCertified":{"$ref":"#/definitions/kind4"},"linksWrongParty":{"$ref":"#/definitions/kind4"},"linksRefused":{"$ref":"#/definitions/kind4"},"linksCut":{"$ref":"#/definitions/kind4"},"commandsRefused":{"$ref":"#/definitions/kind4"},"queries":{"$ref":"#/definitions/kind4"},"damagedRecords":{"$ref":"#/definitions/kind4"},"rebuilds":{"$ref":"#/definitions/kind4"},"grayHandOvers":{"$ref":"#/definitions/kind4"},"failoversWithheld":{"$ref":"#/definitions/kind4"},"failoversNeedless":{"$ref":"#/definitions/kind4"},"cycles":{"$ref":"#/definitions/kind4"},"busyCycles":{"$ref":"#/definitions/kind4"}}},"kind59":{"type":"object","required":["pid","startedTicks","clusterId","replicaId","version","configHash","uptimeSeconds","role","term","leaderId","serving","recovering","epoch","superseded","cut","commitIndex","appliedIndex","appliedSeq","lagFrames","lagFramesMax","lastIndex","durableIndex","unflushedFrames","diskFull","founders","voters","learners","members","tokens","placementWarnings","membersWithoutAddress","peersRefused","peersDiffering","counters"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"clusterId":{"$ref":"#/definitions/kind1"},"replicaId":{"$ref":"#/definitions/kind1"},"version":{"$ref":"#/definitions/kind2"},"engine":{"$ref":"#/definitions/kind3"},"wire":{"$ref":"#/definitions/kind3"},"configHash":{"$ref":"#/definitions/kind2"},"uptimeSeconds":{"$ref":"#/definitions/kind4"},"role":{"$ref":"#/definitions/kind5"},"term":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind1"},"serving":{"$ref":"#/definitions/kind6"},"recovering":{"$ref":"#/definitions/kind6"},"epoch":{"$ref":"#/definitions/kind1"},"superseded":{"$ref":"#/definitions/kind6"},"cut":{"$ref":"#/definitions/kind9"},"commitIndex":{"$ref":"#/definitions/kind1"},"appliedIndex":{"$ref":"#/definitions/kind1"},"appliedSeq":{"$ref":"#/definitions/kind1"},"lagFrames":{"$ref":"#/definitions/kind10"},"lagFramesMax":{"$ref":"#/definitions/kind1"},"lastIndex":{"$ref":"#/definitions/kind1"},"durableIndex":{"$ref":"#/definitions/kind1"},"unflushedFrames":{"$ref":"#/definitions/kind1"},"diskFull":{"$ref":"#/definitions/kind6"},"founders":{"$ref":"#/definitions/kind11"},"voters":{"$ref":"#/definitions/kind11"},"learners":{"$ref":"#/definitions/kind11"},"members":{"$ref":"#/definitions/kind13"},"tokens":{"$ref":"#/definitions/kind15"},"applicants":{"$ref":"#/definitions/kind17"},"joining":{"$ref":"#/definitions/kind20"},"placementWarnings":{"$ref":"#/definitions/kind18"},"membersWithoutAddress":{"$ref":"#/definitions/kind11"},"peersRefused":{"$ref":"#/definitions/kind11"},"peersDiffering":{"$ref":"#/definitions/kind11"},"wallMs":{"$ref":"#/definitions/kind4"},"hears":{"$ref":"#/definitions/kind11"},"progress":{"$ref":"#/definitions/kind22"},"conditions":{"$ref":"#/definitions/kind25"},"elections":{"$ref":"#/definitions/kind27"},"knewLeader":{"$ref":"#/definitions/kind29"},"wouldBe":{"$ref":"#/definitions/kind31"},"flushes":{"$ref":"#/definitions/kind32"},"stopped":{"$ref":"#/definitions/kind34"},"hooks":{"$ref":"#/definitions/kind36"},"identity":{"$ref":"#/definitions/kind39"},"sides":{"$ref":"#/definitions/kind45"},"lease":{"$ref":"#/definitions/kind48"},"canaries":{"$ref":"#/definitions/kind57"},"counters":{"$ref":"#/definitions/kind58"}}},"kind60":{"type":"object","required":["members"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"members":{"$ref":"#/definitions/kind13"}}}}};
const schema7 = {"type":"object","required":["pid","startedTicks","clusterId","replicaId","version","configHash","uptimeSeconds","role","term","leaderId","serving","recovering","epoch","superseded","cut","commitIndex","appliedIndex","appliedSeq","lagFrames","lagFramesMax","lastIndex","durableIndex","unflushedFrames","diskFull","founders","voters","learners","members","tokens","placementWarnings","membersWithoutAddress","peersRefused","peersDiffering","counters"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"clusterId":{"$ref":"#/definitions/kind1"},"replicaId":{"$ref":"#/definitions/kind1"},"version":{"$ref":"#/definitions/kind2"},"engine":{"$ref":"#/definitions/kind3"},"wire":{"$ref":"#/definitions/kind3"},"configHash":{"$ref":"#/definitions/kind2"},"uptimeSeconds":{"$ref":"#/definitions/kind4"},"role":{"$ref":"#/definitions/kind5"},"term":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind1"},"serving":{"$ref":"#/definitions/kind6"},"recovering":{"$ref":"#/definitions/kind6"},"epoch":{"$ref":"#/definitions/kind1"},"superseded":{"$ref":"#/definitions/kind6"},"cut":{"$ref":"#/definitions/kind9"},"commitIndex":{"$ref":"#/definitions/kind1"},"appliedIndex":{"$ref":"#/definitions/kind1"},"appliedSeq":{"$ref":"#/definitions/kind1"},"lagFrames":{"$ref":"#/definitions/kind10"},"lagFramesMax":{"$ref":"#/definitions/kind1"},"lastIndex":{"$ref":"#/definitions/kind1"},"durableIndex":{"$ref":"#/definitions/kind1"},"unflushedFrames":{"$ref":"#/definitions/kind1"},"diskFull":{"$ref":"#/definitions/kind6"},"founders":{"$ref":"#/definitions/kind11"},"voters":{"$ref":"#/definitions/kind11"},"learners":{"$ref":"#/definitions/kind11"},"members":{"$ref":"#/definitions/kind13"},"tokens":{"$ref":"#/definitions/kind15"},"applicants":{"$ref":"#/definitions/kind17"},"joining":{"$ref":"#/definitions/kind20"},"placementWarnings":{"$ref":"#/definitions/kind18"},"membersWithoutAddress":{"$ref":"#/definitions/kind11"},"peersRefused":{"$ref":"#/definitions/kind11"},"peersDiffering":{"$ref":"#/definitions/kind11"},"wallMs":{"$ref":"#/definitions/kind4"},"hears":{"$ref":"#/definitions/kind11"},"progress":{"$ref":"#/definitions/kind22"},"conditions":{"$ref":"#/definitions/kind25"},"elections":{"$ref":"#/definitions/kind27"},"knewLeader":{"$ref":"#/definitions/kind29"},"wouldBe":{"$ref":"#/definitions/kind31"},"flushes":{"$ref":"#/definitions/kind32"},"stopped":{"$ref":"#/definitions/kind34"},"hooks":{"$ref":"#/definitions/kind36"},"identity":{"$ref":"#/definitions/kind39"},"sides":{"$ref":"#/definitions/kind45"},"lease":{"$ref":"#/definitions/kind48"},"canaries":{"$ref":"#/definitions/kind57"},"counters":{"$ref":"#/definitions/kind58"}}};
const schema8 = {"type":"integer","minimum":0,"maximum":9007199254740991};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 0 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate23.errors = vErrors;
return errors === 0;
}

const schema9 = {"type":"string","pattern":"^[^]{0,65536}$"};
const pattern0 = new RegExp("^[^]{0,65536}$", "u");

function validate25(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern0.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^]{0,65536}$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate25.errors = vErrors;
return errors === 0;
}

const schema10 = {"type":"object","required":["used","least","most"],"properties":{"used":{"$ref":"#/definitions/kind1"},"least":{"$ref":"#/definitions/kind1"},"most":{"$ref":"#/definitions/kind1"}}};

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.used === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "used"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.least === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "least"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.most === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "most"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.used !== undefined){
if(!(validate23(data.used, {instancePath:instancePath+"/used",parentData:data,parentDataProperty:"used",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.least !== undefined){
if(!(validate23(data.least, {instancePath:instancePath+"/least",parentData:data,parentDataProperty:"least",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.most !== undefined){
if(!(validate23(data.most, {instancePath:instancePath+"/most",parentData:data,parentDataProperty:"most",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}

const schema11 = {"type":"number"};

function validate37(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((typeof data == "number") && (isFinite(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate37.errors = vErrors;
return errors === 0;
}

const schema12 = {"type":"string","pattern":"^[\\w -]{0,64}$"};
const pattern1 = new RegExp("^[\\w -]{0,64}$", "u");

function validate39(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern1.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[\\w -]{0,64}$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate39.errors = vErrors;
return errors === 0;
}

const schema13 = {"type":"boolean"};

function validate43(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data !== "boolean"){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate43.errors = vErrors;
return errors === 0;
}

const schema14 = {"required":["epoch","index","term","seq","timeUs","terms"],"type":["object","null"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"},"term":{"$ref":"#/definitions/kind1"},"seq":{"$ref":"#/definitions/kind1"},"timeUs":{"$ref":"#/definitions/kind1"},"terms":{"$ref":"#/definitions/kind8"}}};
const schema15 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind7"}};
const schema16 = {"type":"object","required":["term","index"],"properties":{"term":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"}}};

function validate55(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.term === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.index === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "index"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.term !== undefined){
if(!(validate23(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.index !== undefined){
if(!(validate23(data.index, {instancePath:instancePath+"/index",parentData:data,parentDataProperty:"index",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate55.errors = vErrors;
return errors === 0;
}


function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 8){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 8}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate55(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate54.errors = vErrors;
return errors === 0;
}


function validate48(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema14.type}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.epoch === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.index === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "index"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.term === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.seq === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seq"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.timeUs === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "timeUs"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.terms === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "terms"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.index !== undefined){
if(!(validate23(data.index, {instancePath:instancePath+"/index",parentData:data,parentDataProperty:"index",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.term !== undefined){
if(!(validate23(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.seq !== undefined){
if(!(validate23(data.seq, {instancePath:instancePath+"/seq",parentData:data,parentDataProperty:"seq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.timeUs !== undefined){
if(!(validate23(data.timeUs, {instancePath:instancePath+"/timeUs",parentData:data,parentDataProperty:"timeUs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.terms !== undefined){
if(!(validate54(data.terms, {instancePath:instancePath+"/terms",parentData:data,parentDataProperty:"terms",rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
errors = vErrors.length;
}
}
}
validate48.errors = vErrors;
return errors === 0;
}

const schema17 = {"minimum":0,"maximum":9007199254740991,"type":["integer","null"]};

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema17.type}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((typeof data == "number") && (isFinite(data))){
if(data > 9007199254740991 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 0 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate64.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind1"}};

function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate23(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate71.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind12"}};
const schema20 = {"type":"object","required":["id","role","votes","host","udpPort","tcpPort","controlPort","controlHost","preference","replaces","site","zone","rack","power","switch","release","fingerprint"],"properties":{"id":{"$ref":"#/definitions/kind1"},"role":{"$ref":"#/definitions/kind5"},"votes":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind2"},"udpPort":{"$ref":"#/definitions/kind1"},"tcpPort":{"$ref":"#/definitions/kind1"},"controlPort":{"$ref":"#/definitions/kind1"},"controlHost":{"$ref":"#/definitions/kind2"},"preference":{"$ref":"#/definitions/kind5"},"replaces":{"$ref":"#/definitions/kind1"},"site":{"$ref":"#/definitions/kind2"},"zone":{"$ref":"#/definitions/kind2"},"rack":{"$ref":"#/definitions/kind2"},"power":{"$ref":"#/definitions/kind2"},"switch":{"$ref":"#/definitions/kind2"},"release":{"$ref":"#/definitions/kind2"},"fingerprint":{"$ref":"#/definitions/kind2"}}};

function validate77(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.id === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.role === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "role"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.votes === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "votes"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.host === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "host"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.udpPort === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "udpPort"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.tcpPort === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "tcpPort"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.controlPort === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "controlPort"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.controlHost === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "controlHost"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.preference === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "preference"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.replaces === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replaces"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.site === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "site"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.zone === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "zone"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.rack === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rack"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.power === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "power"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data.switch === undefined){
const err14 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "switch"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data.release === undefined){
const err15 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "release"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data.fingerprint === undefined){
const err16 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fingerprint"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data.id !== undefined){
if(!(validate23(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.role !== undefined){
if(!(validate39(data.role, {instancePath:instancePath+"/role",parentData:data,parentDataProperty:"role",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.votes !== undefined){
if(!(validate43(data.votes, {instancePath:instancePath+"/votes",parentData:data,parentDataProperty:"votes",rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate25(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.udpPort !== undefined){
if(!(validate23(data.udpPort, {instancePath:instancePath+"/udpPort",parentData:data,parentDataProperty:"udpPort",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.tcpPort !== undefined){
if(!(validate23(data.tcpPort, {instancePath:instancePath+"/tcpPort",parentData:data,parentDataProperty:"tcpPort",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.controlPort !== undefined){
if(!(validate23(data.controlPort, {instancePath:instancePath+"/controlPort",parentData:data,parentDataProperty:"controlPort",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.controlHost !== undefined){
if(!(validate25(data.controlHost, {instancePath:instancePath+"/controlHost",parentData:data,parentDataProperty:"controlHost",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.preference !== undefined){
if(!(validate39(data.preference, {instancePath:instancePath+"/preference",parentData:data,parentDataProperty:"preference",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.replaces !== undefined){
if(!(validate23(data.replaces, {instancePath:instancePath+"/replaces",parentData:data,parentDataProperty:"replaces",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate25(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.zone !== undefined){
if(!(validate25(data.zone, {instancePath:instancePath+"/zone",parentData:data,parentDataProperty:"zone",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.rack !== undefined){
if(!(validate25(data.rack, {instancePath:instancePath+"/rack",parentData:data,parentDataProperty:"rack",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate25(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.switch !== undefined){
if(!(validate25(data.switch, {instancePath:instancePath+"/switch",parentData:data,parentDataProperty:"switch",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.release !== undefined){
if(!(validate25(data.release, {instancePath:instancePath+"/release",parentData:data,parentDataProperty:"release",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.fingerprint !== undefined){
if(!(validate25(data.fingerprint, {instancePath:instancePath+"/fingerprint",parentData:data,parentDataProperty:"fingerprint",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err17 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
validate77.errors = vErrors;
return errors === 0;
}


function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate77(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate77.errors : vErrors.concat(validate77.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate76.errors = vErrors;
return errors === 0;
}

const schema21 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind14"}};
const schema22 = {"type":"object","required":["replicaId","role","replaces","expiresAtMs","key"],"properties":{"replicaId":{"$ref":"#/definitions/kind1"},"role":{"$ref":"#/definitions/kind5"},"replaces":{"$ref":"#/definitions/kind1"},"expiresAtMs":{"$ref":"#/definitions/kind4"},"key":{"$ref":"#/definitions/kind2"}}};

function validate98(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.replicaId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replicaId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.role === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "role"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.replaces === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replaces"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.expiresAtMs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "expiresAtMs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.key === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "key"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.replicaId !== undefined){
if(!(validate23(data.replicaId, {instancePath:instancePath+"/replicaId",parentData:data,parentDataProperty:"replicaId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.role !== undefined){
if(!(validate39(data.role, {instancePath:instancePath+"/role",parentData:data,parentDataProperty:"role",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.replaces !== undefined){
if(!(validate23(data.replaces, {instancePath:instancePath+"/replaces",parentData:data,parentDataProperty:"replaces",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.expiresAtMs !== undefined){
if(!(validate37(data.expiresAtMs, {instancePath:instancePath+"/expiresAtMs",parentData:data,parentDataProperty:"expiresAtMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.key !== undefined){
if(!(validate25(data.key, {instancePath:instancePath+"/key",parentData:data,parentDataProperty:"key",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate98.errors = vErrors;
return errors === 0;
}


function validate97(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate98(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate98.errors : vErrors.concat(validate98.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate97.errors = vErrors;
return errors === 0;
}

const schema23 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind16"}};
const schema24 = {"type":"object","required":["replicaId","why"],"properties":{"replicaId":{"$ref":"#/definitions/kind1"},"why":{"$ref":"#/definitions/kind2"}}};

function validate107(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.replicaId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replicaId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.why === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "why"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.replicaId !== undefined){
if(!(validate23(data.replicaId, {instancePath:instancePath+"/replicaId",parentData:data,parentDataProperty:"replicaId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.why !== undefined){
if(!(validate25(data.why, {instancePath:instancePath+"/why",parentData:data,parentDataProperty:"why",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate107.errors = vErrors;
return errors === 0;
}


function validate106(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate107(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate107.errors : vErrors.concat(validate107.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate106.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"object","required":["clusterUuid","authorities","settings"],"properties":{"clusterUuid":{"$ref":"#/definitions/kind2"},"authorities":{"$ref":"#/definitions/kind18"},"settings":{"$ref":"#/definitions/kind19"}}};
const schema26 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind2"}};

function validate114(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate25(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate114.errors = vErrors;
return errors === 0;
}

const schema27 = {};

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
validate117.errors = null;
return true;
}


function validate112(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.clusterUuid === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "clusterUuid"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.authorities === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "authorities"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.settings === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "settings"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.clusterUuid !== undefined){
if(!(validate25(data.clusterUuid, {instancePath:instancePath+"/clusterUuid",parentData:data,parentDataProperty:"clusterUuid",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.authorities !== undefined){
if(!(validate114(data.authorities, {instancePath:instancePath+"/authorities",parentData:data,parentDataProperty:"authorities",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
if(data.settings !== undefined){
if(!(validate117(data.settings, {instancePath:instancePath+"/settings",parentData:data,parentDataProperty:"settings",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate112.errors = vErrors;
return errors === 0;
}

const schema28 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind21"}};
const schema29 = {"type":"object","required":["memberId","behindFrames","behindBytes","silentUs","state"],"properties":{"memberId":{"$ref":"#/definitions/kind1"},"behindFrames":{"$ref":"#/definitions/kind4"},"behindBytes":{"$ref":"#/definitions/kind4"},"silentUs":{"$ref":"#/definitions/kind4"},"state":{"$ref":"#/definitions/kind5"}}};

function validate127(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.memberId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "memberId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.behindFrames === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindFrames"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.behindBytes === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindBytes"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.silentUs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "silentUs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.state === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "state"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.memberId !== undefined){
if(!(validate23(data.memberId, {instancePath:instancePath+"/memberId",parentData:data,parentDataProperty:"memberId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.behindFrames !== undefined){
if(!(validate37(data.behindFrames, {instancePath:instancePath+"/behindFrames",parentData:data,parentDataProperty:"behindFrames",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.behindBytes !== undefined){
if(!(validate37(data.behindBytes, {instancePath:instancePath+"/behindBytes",parentData:data,parentDataProperty:"behindBytes",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.silentUs !== undefined){
if(!(validate37(data.silentUs, {instancePath:instancePath+"/silentUs",parentData:data,parentDataProperty:"silentUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.state !== undefined){
if(!(validate39(data.state, {instancePath:instancePath+"/state",parentData:data,parentDataProperty:"state",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate127.errors = vErrors;
return errors === 0;
}


function validate126(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate127(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate127.errors : vErrors.concat(validate127.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate126.errors = vErrors;
return errors === 0;
}

const schema30 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind24"}};
const schema31 = {"type":"object","required":["memberId","values","gray"],"properties":{"memberId":{"$ref":"#/definitions/kind1"},"values":{"$ref":"#/definitions/kind23"},"gray":{"$ref":"#/definitions/kind18"}}};
const schema32 = {"type":"object","maxProperties":65536,"additionalProperties":{"$ref":"#/definitions/kind4"}};

function validate138(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(Object.keys(data).length > 65536){
const err0 = {instancePath,schemaPath:"#/maxProperties",keyword:"maxProperties",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!(validate37(data[key0], {instancePath:instancePath+"/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),parentData:data,parentDataProperty:key0,rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate138.errors = vErrors;
return errors === 0;
}


function validate136(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.memberId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "memberId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.values === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "values"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.gray === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "gray"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.memberId !== undefined){
if(!(validate23(data.memberId, {instancePath:instancePath+"/memberId",parentData:data,parentDataProperty:"memberId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.values !== undefined){
if(!(validate138(data.values, {instancePath:instancePath+"/values",parentData:data,parentDataProperty:"values",rootData}))){
vErrors = vErrors === null ? validate138.errors : vErrors.concat(validate138.errors);
errors = vErrors.length;
}
}
if(data.gray !== undefined){
if(!(validate114(data.gray, {instancePath:instancePath+"/gray",parentData:data,parentDataProperty:"gray",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate136.errors = vErrors;
return errors === 0;
}


function validate135(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate136(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate136.errors : vErrors.concat(validate136.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate135.errors = vErrors;
return errors === 0;
}

const schema33 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind26"}};
const schema34 = {"type":"object","required":["term","leaderId","formerId","reason","gapUs","wallUs"],"properties":{"term":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind1"},"formerId":{"$ref":"#/definitions/kind1"},"reason":{"$ref":"#/definitions/kind2"},"gapUs":{"$ref":"#/definitions/kind4"},"wallUs":{"$ref":"#/definitions/kind4"}}};

function validate145(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.term === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.leaderId === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leaderId"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.formerId === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "formerId"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.reason === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.gapUs === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "gapUs"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.wallUs === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "wallUs"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.term !== undefined){
if(!(validate23(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate23(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.formerId !== undefined){
if(!(validate23(data.formerId, {instancePath:instancePath+"/formerId",parentData:data,parentDataProperty:"formerId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.reason !== undefined){
if(!(validate25(data.reason, {instancePath:instancePath+"/reason",parentData:data,parentDataProperty:"reason",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.gapUs !== undefined){
if(!(validate37(data.gapUs, {instancePath:instancePath+"/gapUs",parentData:data,parentDataProperty:"gapUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.wallUs !== undefined){
if(!(validate37(data.wallUs, {instancePath:instancePath+"/wallUs",parentData:data,parentDataProperty:"wallUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err6 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
validate145.errors = vErrors;
return errors === 0;
}


function validate144(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate145(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate145.errors : vErrors.concat(validate145.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate144.errors = vErrors;
return errors === 0;
}

const schema35 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind28"}};
const schema36 = {"type":"object","required":["fromMs","toMs"],"properties":{"fromMs":{"$ref":"#/definitions/kind4"},"toMs":{"$ref":"#/definitions/kind4"}}};

function validate155(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.fromMs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fromMs"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.toMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "toMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.fromMs !== undefined){
if(!(validate37(data.fromMs, {instancePath:instancePath+"/fromMs",parentData:data,parentDataProperty:"fromMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.toMs !== undefined){
if(!(validate37(data.toMs, {instancePath:instancePath+"/toMs",parentData:data,parentDataProperty:"toMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate155.errors = vErrors;
return errors === 0;
}


function validate154(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate155(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate155.errors : vErrors.concat(validate155.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate154.errors = vErrors;
return errors === 0;
}

const schema37 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind30"}};
const schema38 = {"type":"object","required":["number","kind","leaderId","term","reason","wallUs","outcome","afterUs"],"properties":{"number":{"$ref":"#/definitions/kind1"},"kind":{"$ref":"#/definitions/kind5"},"leaderId":{"$ref":"#/definitions/kind1"},"term":{"$ref":"#/definitions/kind1"},"reason":{"$ref":"#/definitions/kind2"},"wallUs":{"$ref":"#/definitions/kind4"},"outcome":{"$ref":"#/definitions/kind5"},"afterUs":{"$ref":"#/definitions/kind4"}}};

function validate161(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.number === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "number"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.leaderId === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leaderId"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.term === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.reason === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.wallUs === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "wallUs"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.outcome === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "outcome"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.afterUs === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "afterUs"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.number !== undefined){
if(!(validate23(data.number, {instancePath:instancePath+"/number",parentData:data,parentDataProperty:"number",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.kind !== undefined){
if(!(validate39(data.kind, {instancePath:instancePath+"/kind",parentData:data,parentDataProperty:"kind",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate23(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.term !== undefined){
if(!(validate23(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.reason !== undefined){
if(!(validate25(data.reason, {instancePath:instancePath+"/reason",parentData:data,parentDataProperty:"reason",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.wallUs !== undefined){
if(!(validate37(data.wallUs, {instancePath:instancePath+"/wallUs",parentData:data,parentDataProperty:"wallUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.outcome !== undefined){
if(!(validate39(data.outcome, {instancePath:instancePath+"/outcome",parentData:data,parentDataProperty:"outcome",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.afterUs !== undefined){
if(!(validate37(data.afterUs, {instancePath:instancePath+"/afterUs",parentData:data,parentDataProperty:"afterUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate161.errors = vErrors;
return errors === 0;
}


function validate160(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate161(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate161.errors : vErrors.concat(validate161.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate160.errors = vErrors;
return errors === 0;
}

const schema39 = {"type":"object","required":["count","medianUs","p99Us","maxUs"],"properties":{"count":{"$ref":"#/definitions/kind1"},"medianUs":{"$ref":"#/definitions/kind4"},"p99Us":{"$ref":"#/definitions/kind4"},"maxUs":{"$ref":"#/definitions/kind4"}}};

function validate172(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.count === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "count"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.medianUs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "medianUs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.p99Us === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "p99Us"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.maxUs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "maxUs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.count !== undefined){
if(!(validate23(data.count, {instancePath:instancePath+"/count",parentData:data,parentDataProperty:"count",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.medianUs !== undefined){
if(!(validate37(data.medianUs, {instancePath:instancePath+"/medianUs",parentData:data,parentDataProperty:"medianUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.p99Us !== undefined){
if(!(validate37(data.p99Us, {instancePath:instancePath+"/p99Us",parentData:data,parentDataProperty:"p99Us",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.maxUs !== undefined){
if(!(validate37(data.maxUs, {instancePath:instancePath+"/maxUs",parentData:data,parentDataProperty:"maxUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err4 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
validate172.errors = vErrors;
return errors === 0;
}

const schema40 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind33"}};
const schema41 = {"type":"object","required":["scope","id","mode","reason","opensAtUs"],"properties":{"scope":{"$ref":"#/definitions/kind5"},"id":{"$ref":"#/definitions/kind1"},"mode":{"$ref":"#/definitions/kind2"},"reason":{"$ref":"#/definitions/kind2"},"opensAtUs":{"$ref":"#/definitions/kind4"}}};

function validate179(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.scope === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "scope"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.id === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "id"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.mode === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "mode"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.reason === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.opensAtUs === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "opensAtUs"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.scope !== undefined){
if(!(validate39(data.scope, {instancePath:instancePath+"/scope",parentData:data,parentDataProperty:"scope",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.id !== undefined){
if(!(validate23(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.mode !== undefined){
if(!(validate25(data.mode, {instancePath:instancePath+"/mode",parentData:data,parentDataProperty:"mode",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.reason !== undefined){
if(!(validate25(data.reason, {instancePath:instancePath+"/reason",parentData:data,parentDataProperty:"reason",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.opensAtUs !== undefined){
if(!(validate37(data.opensAtUs, {instancePath:instancePath+"/opensAtUs",parentData:data,parentDataProperty:"opensAtUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err5 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
validate179.errors = vErrors;
return errors === 0;
}


function validate178(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate179(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate179.errors : vErrors.concat(validate179.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate178.errors = vErrors;
return errors === 0;
}

const schema42 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind35"}};
const schema43 = {"type":"object","required":["name","breaker","waiting","waitingSinceMs","delivered","failed","givenUp","error"],"properties":{"name":{"$ref":"#/definitions/kind2"},"breaker":{"$ref":"#/definitions/kind5"},"waiting":{"$ref":"#/definitions/kind1"},"waitingSinceMs":{"$ref":"#/definitions/kind4"},"delivered":{"$ref":"#/definitions/kind1"},"failed":{"$ref":"#/definitions/kind1"},"givenUp":{"$ref":"#/definitions/kind1"},"error":{"$ref":"#/definitions/kind2"}}};

function validate188(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.name === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.breaker === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "breaker"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.waiting === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waiting"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.waitingSinceMs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waitingSinceMs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.delivered === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "delivered"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.failed === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failed"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.givenUp === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "givenUp"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.error === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "error"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.name !== undefined){
if(!(validate25(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.breaker !== undefined){
if(!(validate39(data.breaker, {instancePath:instancePath+"/breaker",parentData:data,parentDataProperty:"breaker",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.waiting !== undefined){
if(!(validate23(data.waiting, {instancePath:instancePath+"/waiting",parentData:data,parentDataProperty:"waiting",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.waitingSinceMs !== undefined){
if(!(validate37(data.waitingSinceMs, {instancePath:instancePath+"/waitingSinceMs",parentData:data,parentDataProperty:"waitingSinceMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.delivered !== undefined){
if(!(validate23(data.delivered, {instancePath:instancePath+"/delivered",parentData:data,parentDataProperty:"delivered",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.failed !== undefined){
if(!(validate23(data.failed, {instancePath:instancePath+"/failed",parentData:data,parentDataProperty:"failed",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.givenUp !== undefined){
if(!(validate23(data.givenUp, {instancePath:instancePath+"/givenUp",parentData:data,parentDataProperty:"givenUp",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.error !== undefined){
if(!(validate25(data.error, {instancePath:instancePath+"/error",parentData:data,parentDataProperty:"error",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate188.errors = vErrors;
return errors === 0;
}


function validate187(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate188(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate188.errors : vErrors.concat(validate188.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate187.errors = vErrors;
return errors === 0;
}

const schema44 = {"type":"object","required":["endsAtMs","revoked"],"properties":{"endsAtMs":{"$ref":"#/definitions/kind4"},"revoked":{"$ref":"#/definitions/kind38"}}};
const schema45 = {"type":"object","required":["count","hash"],"properties":{"count":{"$ref":"#/definitions/kind1"},"hash":{"$ref":"#/definitions/kind37"}}};
const schema46 = {"type":"string","pattern":"^[^]{0,8}$"};
const pattern2 = new RegExp("^[^]{0,8}$", "u");

function validate203(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern2.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^]{0,8}$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate203.errors = vErrors;
return errors === 0;
}


function validate201(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.count === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "count"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.hash === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "hash"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.count !== undefined){
if(!(validate23(data.count, {instancePath:instancePath+"/count",parentData:data,parentDataProperty:"count",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.hash !== undefined){
if(!(validate203(data.hash, {instancePath:instancePath+"/hash",parentData:data,parentDataProperty:"hash",rootData}))){
vErrors = vErrors === null ? validate203.errors : vErrors.concat(validate203.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate201.errors = vErrors;
return errors === 0;
}


function validate199(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.endsAtMs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "endsAtMs"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.revoked === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "revoked"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.endsAtMs !== undefined){
if(!(validate37(data.endsAtMs, {instancePath:instancePath+"/endsAtMs",parentData:data,parentDataProperty:"endsAtMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.revoked !== undefined){
if(!(validate201(data.revoked, {instancePath:instancePath+"/revoked",parentData:data,parentDataProperty:"revoked",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate199.errors = vErrors;
return errors === 0;
}

const schema47 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind44"}};
const schema48 = {"type":"object","required":["source","ageMs","conditions"],"properties":{"source":{"$ref":"#/definitions/kind40"},"ageMs":{"$ref":"#/definitions/kind41"},"breaker":{"$ref":"#/definitions/kind5"},"revoked":{"$ref":"#/definitions/kind38"},"conditions":{"$ref":"#/definitions/kind43"}}};
const schema49 = {"type":"string","pattern":"^[^]{0,600}$"};
const pattern3 = new RegExp("^[^]{0,600}$", "u");

function validate209(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^]{0,600}$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate209.errors = vErrors;
return errors === 0;
}

const schema50 = {"type":"number","minimum":0};

function validate211(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((typeof data == "number") && (isFinite(data))){
if(data < 0 || isNaN(data)){
const err0 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate211.errors = vErrors;
return errors === 0;
}

const schema51 = {"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind42"}};
const schema52 = {"type":"object","required":["kind","text"],"properties":{"kind":{"$ref":"#/definitions/kind5"},"text":{"$ref":"#/definitions/kind40"}}};

function validate216(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.kind === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.text === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "text"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.kind !== undefined){
if(!(validate39(data.kind, {instancePath:instancePath+"/kind",parentData:data,parentDataProperty:"kind",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.text !== undefined){
if(!(validate209(data.text, {instancePath:instancePath+"/text",parentData:data,parentDataProperty:"text",rootData}))){
vErrors = vErrors === null ? validate209.errors : vErrors.concat(validate209.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate216.errors = vErrors;
return errors === 0;
}


function validate215(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate216(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate216.errors : vErrors.concat(validate216.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate215.errors = vErrors;
return errors === 0;
}


function validate208(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.source === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "source"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.ageMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ageMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.conditions === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "conditions"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.source !== undefined){
if(!(validate209(data.source, {instancePath:instancePath+"/source",parentData:data,parentDataProperty:"source",rootData}))){
vErrors = vErrors === null ? validate209.errors : vErrors.concat(validate209.errors);
errors = vErrors.length;
}
}
if(data.ageMs !== undefined){
if(!(validate211(data.ageMs, {instancePath:instancePath+"/ageMs",parentData:data,parentDataProperty:"ageMs",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.breaker !== undefined){
if(!(validate39(data.breaker, {instancePath:instancePath+"/breaker",parentData:data,parentDataProperty:"breaker",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.revoked !== undefined){
if(!(validate201(data.revoked, {instancePath:instancePath+"/revoked",parentData:data,parentDataProperty:"revoked",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
errors = vErrors.length;
}
}
if(data.conditions !== undefined){
if(!(validate215(data.conditions, {instancePath:instancePath+"/conditions",parentData:data,parentDataProperty:"conditions",rootData}))){
vErrors = vErrors === null ? validate215.errors : vErrors.concat(validate215.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate208.errors = vErrors;
return errors === 0;
}


function validate207(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate208(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate208.errors : vErrors.concat(validate208.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate207.errors = vErrors;
return errors === 0;
}

const schema53 = {"type":"object","required":["held","granted"],"properties":{"held":{"$ref":"#/definitions/kind46"},"granted":{"$ref":"#/definitions/kind47"}}};
const schema54 = {"type":"object","required":["epoch","leftMs","reason"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"leftMs":{"$ref":"#/definitions/kind4"},"reason":{"$ref":"#/definitions/kind2"}}};

function validate224(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.epoch === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.leftMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leftMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.reason === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reason"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.leftMs !== undefined){
if(!(validate37(data.leftMs, {instancePath:instancePath+"/leftMs",parentData:data,parentDataProperty:"leftMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.reason !== undefined){
if(!(validate25(data.reason, {instancePath:instancePath+"/reason",parentData:data,parentDataProperty:"reason",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate224.errors = vErrors;
return errors === 0;
}

const schema55 = {"required":["epoch","site","promisedEpoch","promisedSite","lengthUs","waitMs"],"type":["object","null"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"site":{"$ref":"#/definitions/kind1"},"promisedEpoch":{"$ref":"#/definitions/kind1"},"promisedSite":{"$ref":"#/definitions/kind1"},"lengthUs":{"$ref":"#/definitions/kind4"},"waitMs":{"$ref":"#/definitions/kind4"}}};

function validate229(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(data && typeof data == "object" && !Array.isArray(data))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema55.type}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.epoch === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.site === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "site"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.promisedEpoch === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "promisedEpoch"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.promisedSite === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "promisedSite"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.lengthUs === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lengthUs"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.waitMs === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waitMs"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate23(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.promisedEpoch !== undefined){
if(!(validate23(data.promisedEpoch, {instancePath:instancePath+"/promisedEpoch",parentData:data,parentDataProperty:"promisedEpoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.promisedSite !== undefined){
if(!(validate23(data.promisedSite, {instancePath:instancePath+"/promisedSite",parentData:data,parentDataProperty:"promisedSite",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.lengthUs !== undefined){
if(!(validate37(data.lengthUs, {instancePath:instancePath+"/lengthUs",parentData:data,parentDataProperty:"lengthUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.waitMs !== undefined){
if(!(validate37(data.waitMs, {instancePath:instancePath+"/waitMs",parentData:data,parentDataProperty:"waitMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
validate229.errors = vErrors;
return errors === 0;
}


function validate223(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.held === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "held"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.granted === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "granted"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.held !== undefined){
if(!(validate224(data.held, {instancePath:instancePath+"/held",parentData:data,parentDataProperty:"held",rootData}))){
vErrors = vErrors === null ? validate224.errors : vErrors.concat(validate224.errors);
errors = vErrors.length;
}
}
if(data.granted !== undefined){
if(!(validate229(data.granted, {instancePath:instancePath+"/granted",parentData:data,parentDataProperty:"granted",rootData}))){
vErrors = vErrors === null ? validate229.errors : vErrors.concat(validate229.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate223.errors = vErrors;
return errors === 0;
}

const schema56 = {"type":"array","minItems":0,"maxItems":65536,"items":{"$ref":"#/definitions/kind56"}};
const schema57 = {"type":"object","required":["source","ageMs","report"],"properties":{"source":{"$ref":"#/definitions/kind2"},"ageMs":{"$ref":"#/definitions/kind1"},"report":{"$ref":"#/definitions/kind55"}}};
const schema58 = {"type":"object","required":["watcher","text","leaderId","rounds","p50Ms","maxMs","faults","unreached"],"properties":{"watcher":{"$ref":"#/definitions/kind49"},"result":{"$ref":"#/definitions/kind5"},"text":{"$ref":"#/definitions/kind50"},"leaderId":{"$ref":"#/definitions/kind41"},"rounds":{"$ref":"#/definitions/kind51"},"p50Ms":{"$ref":"#/definitions/kind41"},"maxMs":{"$ref":"#/definitions/kind41"},"faults":{"$ref":"#/definitions/kind53"},"unreached":{"$ref":"#/definitions/kind54"}}};
const schema59 = {"type":"integer","minimum":1,"maximum":255};

function validate243(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((typeof data == "number") && (isFinite(data))){
if(data > 255 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 255}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 1 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate243.errors = vErrors;
return errors === 0;
}

const schema60 = {"type":"string","pattern":"^[^]{0,400}$"};
const pattern4 = new RegExp("^[^]{0,400}$", "u");

function validate246(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^]{0,400}$"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate246.errors = vErrors;
return errors === 0;
}

const schema61 = {"type":"object","required":["right","refused","unjudged","wrong","late","silent","crash"],"properties":{"right":{"$ref":"#/definitions/kind41"},"refused":{"$ref":"#/definitions/kind41"},"unjudged":{"$ref":"#/definitions/kind41"},"wrong":{"$ref":"#/definitions/kind41"},"late":{"$ref":"#/definitions/kind41"},"silent":{"$ref":"#/definitions/kind41"},"crash":{"$ref":"#/definitions/kind41"}}};

function validate249(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.right === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "right"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.refused === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "refused"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.unjudged === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "unjudged"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.wrong === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "wrong"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.late === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "late"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.silent === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "silent"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.crash === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "crash"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.right !== undefined){
if(!(validate211(data.right, {instancePath:instancePath+"/right",parentData:data,parentDataProperty:"right",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.refused !== undefined){
if(!(validate211(data.refused, {instancePath:instancePath+"/refused",parentData:data,parentDataProperty:"refused",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.unjudged !== undefined){
if(!(validate211(data.unjudged, {instancePath:instancePath+"/unjudged",parentData:data,parentDataProperty:"unjudged",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.wrong !== undefined){
if(!(validate211(data.wrong, {instancePath:instancePath+"/wrong",parentData:data,parentDataProperty:"wrong",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.late !== undefined){
if(!(validate211(data.late, {instancePath:instancePath+"/late",parentData:data,parentDataProperty:"late",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.silent !== undefined){
if(!(validate211(data.silent, {instancePath:instancePath+"/silent",parentData:data,parentDataProperty:"silent",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.crash !== undefined){
if(!(validate211(data.crash, {instancePath:instancePath+"/crash",parentData:data,parentDataProperty:"crash",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
}
else {
const err7 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
validate249.errors = vErrors;
return errors === 0;
}

const schema62 = {"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind52"}};
const schema63 = {"type":"object","required":["fault","agoMs","text"],"properties":{"fault":{"$ref":"#/definitions/kind5"},"agoMs":{"$ref":"#/definitions/kind41"},"text":{"$ref":"#/definitions/kind50"}}};

function validate261(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.fault === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fault"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.agoMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "agoMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.text === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "text"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.fault !== undefined){
if(!(validate39(data.fault, {instancePath:instancePath+"/fault",parentData:data,parentDataProperty:"fault",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.agoMs !== undefined){
if(!(validate211(data.agoMs, {instancePath:instancePath+"/agoMs",parentData:data,parentDataProperty:"agoMs",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.text !== undefined){
if(!(validate246(data.text, {instancePath:instancePath+"/text",parentData:data,parentDataProperty:"text",rootData}))){
vErrors = vErrors === null ? validate246.errors : vErrors.concat(validate246.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate261.errors = vErrors;
return errors === 0;
}


function validate260(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 256){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 256}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate261(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate261.errors : vErrors.concat(validate261.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate260.errors = vErrors;
return errors === 0;
}

const schema64 = {"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind41"}};

function validate267(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 256){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 256}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate211(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate267.errors = vErrors;
return errors === 0;
}


function validate242(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.watcher === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "watcher"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.text === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "text"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.leaderId === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leaderId"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.rounds === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rounds"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.p50Ms === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "p50Ms"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.maxMs === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "maxMs"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.faults === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "faults"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.unreached === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "unreached"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.watcher !== undefined){
if(!(validate243(data.watcher, {instancePath:instancePath+"/watcher",parentData:data,parentDataProperty:"watcher",rootData}))){
vErrors = vErrors === null ? validate243.errors : vErrors.concat(validate243.errors);
errors = vErrors.length;
}
}
if(data.result !== undefined){
if(!(validate39(data.result, {instancePath:instancePath+"/result",parentData:data,parentDataProperty:"result",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.text !== undefined){
if(!(validate246(data.text, {instancePath:instancePath+"/text",parentData:data,parentDataProperty:"text",rootData}))){
vErrors = vErrors === null ? validate246.errors : vErrors.concat(validate246.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate211(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.rounds !== undefined){
if(!(validate249(data.rounds, {instancePath:instancePath+"/rounds",parentData:data,parentDataProperty:"rounds",rootData}))){
vErrors = vErrors === null ? validate249.errors : vErrors.concat(validate249.errors);
errors = vErrors.length;
}
}
if(data.p50Ms !== undefined){
if(!(validate211(data.p50Ms, {instancePath:instancePath+"/p50Ms",parentData:data,parentDataProperty:"p50Ms",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.maxMs !== undefined){
if(!(validate211(data.maxMs, {instancePath:instancePath+"/maxMs",parentData:data,parentDataProperty:"maxMs",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
errors = vErrors.length;
}
}
if(data.faults !== undefined){
if(!(validate260(data.faults, {instancePath:instancePath+"/faults",parentData:data,parentDataProperty:"faults",rootData}))){
vErrors = vErrors === null ? validate260.errors : vErrors.concat(validate260.errors);
errors = vErrors.length;
}
}
if(data.unreached !== undefined){
if(!(validate267(data.unreached, {instancePath:instancePath+"/unreached",parentData:data,parentDataProperty:"unreached",rootData}))){
vErrors = vErrors === null ? validate267.errors : vErrors.concat(validate267.errors);
errors = vErrors.length;
}
}
}
else {
const err8 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
validate242.errors = vErrors;
return errors === 0;
}


function validate239(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.source === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "source"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.ageMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ageMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.report === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "report"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.source !== undefined){
if(!(validate25(data.source, {instancePath:instancePath+"/source",parentData:data,parentDataProperty:"source",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.ageMs !== undefined){
if(!(validate23(data.ageMs, {instancePath:instancePath+"/ageMs",parentData:data,parentDataProperty:"ageMs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.report !== undefined){
if(!(validate242(data.report, {instancePath:instancePath+"/report",parentData:data,parentDataProperty:"report",rootData}))){
vErrors = vErrors === null ? validate242.errors : vErrors.concat(validate242.errors);
errors = vErrors.length;
}
}
}
else {
const err3 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
validate239.errors = vErrors;
return errors === 0;
}


function validate238(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 65536){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 65536}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 0){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(validate239(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate239.errors : vErrors.concat(validate239.errors);
errors = vErrors.length;
}
}
}
else {
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
validate238.errors = vErrors;
return errors === 0;
}

const schema65 = {"type":"object","required":["leaderCommitIndex","lastLogTerm","appliedTimeUs","stampedSeq","snapshotIndex","founding","instance","epoch","writingSite","standby","siteEpoch","openingHeld","siteSeq","lastTimeUs","commitsStalled","parked","stateDisputed","diedOnSeq","stoppedBeforeSeq","snapshotsFailed","damagedRecords"],"properties":{"role":{"$ref":"#/definitions/kind4"},"term":{"$ref":"#/definitions/kind4"},"leaderId":{"$ref":"#/definitions/kind4"},"commitIndex":{"$ref":"#/definitions/kind4"},"leaderCommitIndex":{"$ref":"#/definitions/kind4"},"lastIndex":{"$ref":"#/definitions/kind4"},"lastLogTerm":{"$ref":"#/definitions/kind4"},"durableIndex":{"$ref":"#/definitions/kind4"},"firstIndex":{"$ref":"#/definitions/kind4"},"appliedIndex":{"$ref":"#/definitions/kind4"},"appliedSeq":{"$ref":"#/definitions/kind4"},"appliedTimeUs":{"$ref":"#/definitions/kind4"},"engineVersion":{"$ref":"#/definitions/kind4"},"stampedSeq":{"$ref":"#/definitions/kind4"},"serving":{"$ref":"#/definitions/kind4"},"recovering":{"$ref":"#/definitions/kind4"},"ringUsedPermille":{"$ref":"#/definitions/kind4"},"sessions":{"$ref":"#/definitions/kind4"},"connections":{"$ref":"#/definitions/kind4"},"snapshotIndex":{"$ref":"#/definitions/kind4"},"founders":{"$ref":"#/definitions/kind4"},"voters":{"$ref":"#/definitions/kind4"},"learners":{"$ref":"#/definitions/kind4"},"membersWithoutAddress":{"$ref":"#/definitions/kind4"},"peersRefused":{"$ref":"#/definitions/kind4"},"peersDiffering":{"$ref":"#/definitions/kind4"},"peersHeard":{"$ref":"#/definitions/kind4"},"founding":{"$ref":"#/definitions/kind4"},"instance":{"$ref":"#/definitions/kind4"},"epoch":{"$ref":"#/definitions/kind4"},"writingSite":{"$ref":"#/definitions/kind4"},"standby":{"$ref":"#/definitions/kind4"},"siteDoubt":{"$ref":"#/definitions/kind4"},"siteEpoch":{"$ref":"#/definitions/kind4"},"openingHeld":{"$ref":"#/definitions/kind4"},"siteSeq":{"$ref":"#/definitions/kind4"},"superseded":{"$ref":"#/definitions/kind4"},"lastTimeUs":{"$ref":"#/definitions/kind4"},"promotionUs":{"$ref":"#/definitions/kind4"},"diskFull":{"$ref":"#/definitions/kind4"},"diskStandsStill":{"$ref":"#/definitions/kind4"},"clockAheadUs":{"$ref":"#/definitions/kind4"},"commitsStalled":{"$ref":"#/definitions/kind4"},"parked":{"$ref":"#/definitions/kind4"},"stateDisputed":{"$ref":"#/definitions/kind4"},"diedOnSeq":{"$ref":"#/definitions/kind4"},"stoppedBeforeSeq":{"$ref":"#/definitions/kind4"},"commandsVoided":{"$ref":"#/definitions/kind4"},"ordersNotedUs":{"$ref":"#/definitions/kind4"},"coreThread":{"$ref":"#/definitions/kind4"},"nowUs":{"$ref":"#/definitions/kind4"},"snapshotsTaken":{"$ref":"#/definitions/kind4"},"snapshotsFetched":{"$ref":"#/definitions/kind4"},"snapshotsFailed":{"$ref":"#/definitions/kind4"},"snapshotsForged":{"$ref":"#/definitions/kind4"},"elections":{"$ref":"#/definitions/kind4"},"sparesGivenVote":{"$ref":"#/definitions/kind4"},"framesAppended":{"$ref":"#/definitions/kind4"},"commandsApplied":{"$ref":"#/definitions/kind4"},"eventsEmitted":{"$ref":"#/definitions/kind4"},"datagramsReceived":{"$ref":"#/definitions/kind4"},"datagramsSent":{"$ref":"#/definitions/kind4"},"datagramsWithoutKey":{"$ref":"#/definitions/kind4"},"datagramsStrangeSource":{"$ref":"#/definitions/kind4"},"datagramsUnknownKey":{"$ref":"#/definitions/kind4"},"datagramsRepeated":{"$ref":"#/definitions/kind4"},"datagramsForged":{"$ref":"#/definitions/kind4"},"datagramsBadCluster":{"$ref":"#/definitions/kind4"},"datagramsBadVersion":{"$ref":"#/definitions/kind4"},"datagramsOtherFoundation":{"$ref":"#/definitions/kind4"},"datagramsOtherInstance":{"$ref":"#/definitions/kind4"},"datagramsOtherAgreement":{"$ref":"#/definitions/kind4"},"datagramsMalformed":{"$ref":"#/definitions/kind4"},"framesBadChecksum":{"$ref":"#/definitions/kind4"},"framesResent":{"$ref":"#/definitions/kind4"},"messagesMalformed":{"$ref":"#/definitions/kind4"},"connectionsRefused":{"$ref":"#/definitions/kind4"},"attachesRefused":{"$ref":"#/definitions/kind4"},"linksMalformed":{"$ref":"#/definitions/kind4"},"linksForged":{"$ref":"#/definitions/kind4"},"linksOtherCluster":{"$ref":"#/definitions/kind4"},"linksNotCertified":{"$ref":"#/definitions/kind4"},"linksWrongParty":{"$ref":"#/definitions/kind4"},"linksRefused":{"$ref":"#/definitions/kind4"},"linksCut":{"$ref":"#/definitions/kind4"},"commandsRefused":{"$ref":"#/definitions/kind4"},"queries":{"$ref":"#/definitions/kind4"},"damagedRecords":{"$ref":"#/definitions/kind4"},"rebuilds":{"$ref":"#/definitions/kind4"},"grayHandOvers":{"$ref":"#/definitions/kind4"},"failoversWithheld":{"$ref":"#/definitions/kind4"},"failoversNeedless":{"$ref":"#/definitions/kind4"},"cycles":{"$ref":"#/definitions/kind4"},"busyCycles":{"$ref":"#/definitions/kind4"}}};

function validate273(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.leaderCommitIndex === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leaderCommitIndex"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.lastLogTerm === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lastLogTerm"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.appliedTimeUs === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedTimeUs"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.stampedSeq === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stampedSeq"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.snapshotIndex === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "snapshotIndex"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.founding === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "founding"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.instance === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "instance"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.epoch === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.writingSite === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "writingSite"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.standby === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "standby"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.siteEpoch === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "siteEpoch"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.openingHeld === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "openingHeld"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.siteSeq === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "siteSeq"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.lastTimeUs === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lastTimeUs"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data.commitsStalled === undefined){
const err14 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "commitsStalled"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data.parked === undefined){
const err15 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "parked"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data.stateDisputed === undefined){
const err16 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stateDisputed"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data.diedOnSeq === undefined){
const err17 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "diedOnSeq"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data.stoppedBeforeSeq === undefined){
const err18 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stoppedBeforeSeq"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data.snapshotsFailed === undefined){
const err19 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "snapshotsFailed"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data.damagedRecords === undefined){
const err20 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "damagedRecords"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data.role !== undefined){
if(!(validate37(data.role, {instancePath:instancePath+"/role",parentData:data,parentDataProperty:"role",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.term !== undefined){
if(!(validate37(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate37(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.commitIndex !== undefined){
if(!(validate37(data.commitIndex, {instancePath:instancePath+"/commitIndex",parentData:data,parentDataProperty:"commitIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.leaderCommitIndex !== undefined){
if(!(validate37(data.leaderCommitIndex, {instancePath:instancePath+"/leaderCommitIndex",parentData:data,parentDataProperty:"leaderCommitIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.lastIndex !== undefined){
if(!(validate37(data.lastIndex, {instancePath:instancePath+"/lastIndex",parentData:data,parentDataProperty:"lastIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.lastLogTerm !== undefined){
if(!(validate37(data.lastLogTerm, {instancePath:instancePath+"/lastLogTerm",parentData:data,parentDataProperty:"lastLogTerm",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.durableIndex !== undefined){
if(!(validate37(data.durableIndex, {instancePath:instancePath+"/durableIndex",parentData:data,parentDataProperty:"durableIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.firstIndex !== undefined){
if(!(validate37(data.firstIndex, {instancePath:instancePath+"/firstIndex",parentData:data,parentDataProperty:"firstIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.appliedIndex !== undefined){
if(!(validate37(data.appliedIndex, {instancePath:instancePath+"/appliedIndex",parentData:data,parentDataProperty:"appliedIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.appliedSeq !== undefined){
if(!(validate37(data.appliedSeq, {instancePath:instancePath+"/appliedSeq",parentData:data,parentDataProperty:"appliedSeq",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.appliedTimeUs !== undefined){
if(!(validate37(data.appliedTimeUs, {instancePath:instancePath+"/appliedTimeUs",parentData:data,parentDataProperty:"appliedTimeUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.engineVersion !== undefined){
if(!(validate37(data.engineVersion, {instancePath:instancePath+"/engineVersion",parentData:data,parentDataProperty:"engineVersion",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.stampedSeq !== undefined){
if(!(validate37(data.stampedSeq, {instancePath:instancePath+"/stampedSeq",parentData:data,parentDataProperty:"stampedSeq",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.serving !== undefined){
if(!(validate37(data.serving, {instancePath:instancePath+"/serving",parentData:data,parentDataProperty:"serving",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.recovering !== undefined){
if(!(validate37(data.recovering, {instancePath:instancePath+"/recovering",parentData:data,parentDataProperty:"recovering",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.ringUsedPermille !== undefined){
if(!(validate37(data.ringUsedPermille, {instancePath:instancePath+"/ringUsedPermille",parentData:data,parentDataProperty:"ringUsedPermille",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.sessions !== undefined){
if(!(validate37(data.sessions, {instancePath:instancePath+"/sessions",parentData:data,parentDataProperty:"sessions",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.connections !== undefined){
if(!(validate37(data.connections, {instancePath:instancePath+"/connections",parentData:data,parentDataProperty:"connections",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.snapshotIndex !== undefined){
if(!(validate37(data.snapshotIndex, {instancePath:instancePath+"/snapshotIndex",parentData:data,parentDataProperty:"snapshotIndex",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.founders !== undefined){
if(!(validate37(data.founders, {instancePath:instancePath+"/founders",parentData:data,parentDataProperty:"founders",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.voters !== undefined){
if(!(validate37(data.voters, {instancePath:instancePath+"/voters",parentData:data,parentDataProperty:"voters",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.learners !== undefined){
if(!(validate37(data.learners, {instancePath:instancePath+"/learners",parentData:data,parentDataProperty:"learners",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.membersWithoutAddress !== undefined){
if(!(validate37(data.membersWithoutAddress, {instancePath:instancePath+"/membersWithoutAddress",parentData:data,parentDataProperty:"membersWithoutAddress",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.peersRefused !== undefined){
if(!(validate37(data.peersRefused, {instancePath:instancePath+"/peersRefused",parentData:data,parentDataProperty:"peersRefused",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.peersDiffering !== undefined){
if(!(validate37(data.peersDiffering, {instancePath:instancePath+"/peersDiffering",parentData:data,parentDataProperty:"peersDiffering",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.peersHeard !== undefined){
if(!(validate37(data.peersHeard, {instancePath:instancePath+"/peersHeard",parentData:data,parentDataProperty:"peersHeard",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.founding !== undefined){
if(!(validate37(data.founding, {instancePath:instancePath+"/founding",parentData:data,parentDataProperty:"founding",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.instance !== undefined){
if(!(validate37(data.instance, {instancePath:instancePath+"/instance",parentData:data,parentDataProperty:"instance",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.epoch !== undefined){
if(!(validate37(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.writingSite !== undefined){
if(!(validate37(data.writingSite, {instancePath:instancePath+"/writingSite",parentData:data,parentDataProperty:"writingSite",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.standby !== undefined){
if(!(validate37(data.standby, {instancePath:instancePath+"/standby",parentData:data,parentDataProperty:"standby",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.siteDoubt !== undefined){
if(!(validate37(data.siteDoubt, {instancePath:instancePath+"/siteDoubt",parentData:data,parentDataProperty:"siteDoubt",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.siteEpoch !== undefined){
if(!(validate37(data.siteEpoch, {instancePath:instancePath+"/siteEpoch",parentData:data,parentDataProperty:"siteEpoch",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.openingHeld !== undefined){
if(!(validate37(data.openingHeld, {instancePath:instancePath+"/openingHeld",parentData:data,parentDataProperty:"openingHeld",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.siteSeq !== undefined){
if(!(validate37(data.siteSeq, {instancePath:instancePath+"/siteSeq",parentData:data,parentDataProperty:"siteSeq",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.superseded !== undefined){
if(!(validate37(data.superseded, {instancePath:instancePath+"/superseded",parentData:data,parentDataProperty:"superseded",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.lastTimeUs !== undefined){
if(!(validate37(data.lastTimeUs, {instancePath:instancePath+"/lastTimeUs",parentData:data,parentDataProperty:"lastTimeUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.promotionUs !== undefined){
if(!(validate37(data.promotionUs, {instancePath:instancePath+"/promotionUs",parentData:data,parentDataProperty:"promotionUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.diskFull !== undefined){
if(!(validate37(data.diskFull, {instancePath:instancePath+"/diskFull",parentData:data,parentDataProperty:"diskFull",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.diskStandsStill !== undefined){
if(!(validate37(data.diskStandsStill, {instancePath:instancePath+"/diskStandsStill",parentData:data,parentDataProperty:"diskStandsStill",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.clockAheadUs !== undefined){
if(!(validate37(data.clockAheadUs, {instancePath:instancePath+"/clockAheadUs",parentData:data,parentDataProperty:"clockAheadUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.commitsStalled !== undefined){
if(!(validate37(data.commitsStalled, {instancePath:instancePath+"/commitsStalled",parentData:data,parentDataProperty:"commitsStalled",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.parked !== undefined){
if(!(validate37(data.parked, {instancePath:instancePath+"/parked",parentData:data,parentDataProperty:"parked",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.stateDisputed !== undefined){
if(!(validate37(data.stateDisputed, {instancePath:instancePath+"/stateDisputed",parentData:data,parentDataProperty:"stateDisputed",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.diedOnSeq !== undefined){
if(!(validate37(data.diedOnSeq, {instancePath:instancePath+"/diedOnSeq",parentData:data,parentDataProperty:"diedOnSeq",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.stoppedBeforeSeq !== undefined){
if(!(validate37(data.stoppedBeforeSeq, {instancePath:instancePath+"/stoppedBeforeSeq",parentData:data,parentDataProperty:"stoppedBeforeSeq",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.commandsVoided !== undefined){
if(!(validate37(data.commandsVoided, {instancePath:instancePath+"/commandsVoided",parentData:data,parentDataProperty:"commandsVoided",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.ordersNotedUs !== undefined){
if(!(validate37(data.ordersNotedUs, {instancePath:instancePath+"/ordersNotedUs",parentData:data,parentDataProperty:"ordersNotedUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.coreThread !== undefined){
if(!(validate37(data.coreThread, {instancePath:instancePath+"/coreThread",parentData:data,parentDataProperty:"coreThread",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.nowUs !== undefined){
if(!(validate37(data.nowUs, {instancePath:instancePath+"/nowUs",parentData:data,parentDataProperty:"nowUs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.snapshotsTaken !== undefined){
if(!(validate37(data.snapshotsTaken, {instancePath:instancePath+"/snapshotsTaken",parentData:data,parentDataProperty:"snapshotsTaken",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.snapshotsFetched !== undefined){
if(!(validate37(data.snapshotsFetched, {instancePath:instancePath+"/snapshotsFetched",parentData:data,parentDataProperty:"snapshotsFetched",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.snapshotsFailed !== undefined){
if(!(validate37(data.snapshotsFailed, {instancePath:instancePath+"/snapshotsFailed",parentData:data,parentDataProperty:"snapshotsFailed",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.snapshotsForged !== undefined){
if(!(validate37(data.snapshotsForged, {instancePath:instancePath+"/snapshotsForged",parentData:data,parentDataProperty:"snapshotsForged",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.elections !== undefined){
if(!(validate37(data.elections, {instancePath:instancePath+"/elections",parentData:data,parentDataProperty:"elections",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.sparesGivenVote !== undefined){
if(!(validate37(data.sparesGivenVote, {instancePath:instancePath+"/sparesGivenVote",parentData:data,parentDataProperty:"sparesGivenVote",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.framesAppended !== undefined){
if(!(validate37(data.framesAppended, {instancePath:instancePath+"/framesAppended",parentData:data,parentDataProperty:"framesAppended",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.commandsApplied !== undefined){
if(!(validate37(data.commandsApplied, {instancePath:instancePath+"/commandsApplied",parentData:data,parentDataProperty:"commandsApplied",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.eventsEmitted !== undefined){
if(!(validate37(data.eventsEmitted, {instancePath:instancePath+"/eventsEmitted",parentData:data,parentDataProperty:"eventsEmitted",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsReceived !== undefined){
if(!(validate37(data.datagramsReceived, {instancePath:instancePath+"/datagramsReceived",parentData:data,parentDataProperty:"datagramsReceived",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsSent !== undefined){
if(!(validate37(data.datagramsSent, {instancePath:instancePath+"/datagramsSent",parentData:data,parentDataProperty:"datagramsSent",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsWithoutKey !== undefined){
if(!(validate37(data.datagramsWithoutKey, {instancePath:instancePath+"/datagramsWithoutKey",parentData:data,parentDataProperty:"datagramsWithoutKey",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsStrangeSource !== undefined){
if(!(validate37(data.datagramsStrangeSource, {instancePath:instancePath+"/datagramsStrangeSource",parentData:data,parentDataProperty:"datagramsStrangeSource",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsUnknownKey !== undefined){
if(!(validate37(data.datagramsUnknownKey, {instancePath:instancePath+"/datagramsUnknownKey",parentData:data,parentDataProperty:"datagramsUnknownKey",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsRepeated !== undefined){
if(!(validate37(data.datagramsRepeated, {instancePath:instancePath+"/datagramsRepeated",parentData:data,parentDataProperty:"datagramsRepeated",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsForged !== undefined){
if(!(validate37(data.datagramsForged, {instancePath:instancePath+"/datagramsForged",parentData:data,parentDataProperty:"datagramsForged",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsBadCluster !== undefined){
if(!(validate37(data.datagramsBadCluster, {instancePath:instancePath+"/datagramsBadCluster",parentData:data,parentDataProperty:"datagramsBadCluster",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsBadVersion !== undefined){
if(!(validate37(data.datagramsBadVersion, {instancePath:instancePath+"/datagramsBadVersion",parentData:data,parentDataProperty:"datagramsBadVersion",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsOtherFoundation !== undefined){
if(!(validate37(data.datagramsOtherFoundation, {instancePath:instancePath+"/datagramsOtherFoundation",parentData:data,parentDataProperty:"datagramsOtherFoundation",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsOtherInstance !== undefined){
if(!(validate37(data.datagramsOtherInstance, {instancePath:instancePath+"/datagramsOtherInstance",parentData:data,parentDataProperty:"datagramsOtherInstance",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsOtherAgreement !== undefined){
if(!(validate37(data.datagramsOtherAgreement, {instancePath:instancePath+"/datagramsOtherAgreement",parentData:data,parentDataProperty:"datagramsOtherAgreement",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.datagramsMalformed !== undefined){
if(!(validate37(data.datagramsMalformed, {instancePath:instancePath+"/datagramsMalformed",parentData:data,parentDataProperty:"datagramsMalformed",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.framesBadChecksum !== undefined){
if(!(validate37(data.framesBadChecksum, {instancePath:instancePath+"/framesBadChecksum",parentData:data,parentDataProperty:"framesBadChecksum",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.framesResent !== undefined){
if(!(validate37(data.framesResent, {instancePath:instancePath+"/framesResent",parentData:data,parentDataProperty:"framesResent",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.messagesMalformed !== undefined){
if(!(validate37(data.messagesMalformed, {instancePath:instancePath+"/messagesMalformed",parentData:data,parentDataProperty:"messagesMalformed",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.connectionsRefused !== undefined){
if(!(validate37(data.connectionsRefused, {instancePath:instancePath+"/connectionsRefused",parentData:data,parentDataProperty:"connectionsRefused",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.attachesRefused !== undefined){
if(!(validate37(data.attachesRefused, {instancePath:instancePath+"/attachesRefused",parentData:data,parentDataProperty:"attachesRefused",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksMalformed !== undefined){
if(!(validate37(data.linksMalformed, {instancePath:instancePath+"/linksMalformed",parentData:data,parentDataProperty:"linksMalformed",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksForged !== undefined){
if(!(validate37(data.linksForged, {instancePath:instancePath+"/linksForged",parentData:data,parentDataProperty:"linksForged",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksOtherCluster !== undefined){
if(!(validate37(data.linksOtherCluster, {instancePath:instancePath+"/linksOtherCluster",parentData:data,parentDataProperty:"linksOtherCluster",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksNotCertified !== undefined){
if(!(validate37(data.linksNotCertified, {instancePath:instancePath+"/linksNotCertified",parentData:data,parentDataProperty:"linksNotCertified",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksWrongParty !== undefined){
if(!(validate37(data.linksWrongParty, {instancePath:instancePath+"/linksWrongParty",parentData:data,parentDataProperty:"linksWrongParty",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksRefused !== undefined){
if(!(validate37(data.linksRefused, {instancePath:instancePath+"/linksRefused",parentData:data,parentDataProperty:"linksRefused",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.linksCut !== undefined){
if(!(validate37(data.linksCut, {instancePath:instancePath+"/linksCut",parentData:data,parentDataProperty:"linksCut",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.commandsRefused !== undefined){
if(!(validate37(data.commandsRefused, {instancePath:instancePath+"/commandsRefused",parentData:data,parentDataProperty:"commandsRefused",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.queries !== undefined){
if(!(validate37(data.queries, {instancePath:instancePath+"/queries",parentData:data,parentDataProperty:"queries",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.damagedRecords !== undefined){
if(!(validate37(data.damagedRecords, {instancePath:instancePath+"/damagedRecords",parentData:data,parentDataProperty:"damagedRecords",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.rebuilds !== undefined){
if(!(validate37(data.rebuilds, {instancePath:instancePath+"/rebuilds",parentData:data,parentDataProperty:"rebuilds",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.grayHandOvers !== undefined){
if(!(validate37(data.grayHandOvers, {instancePath:instancePath+"/grayHandOvers",parentData:data,parentDataProperty:"grayHandOvers",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.failoversWithheld !== undefined){
if(!(validate37(data.failoversWithheld, {instancePath:instancePath+"/failoversWithheld",parentData:data,parentDataProperty:"failoversWithheld",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.failoversNeedless !== undefined){
if(!(validate37(data.failoversNeedless, {instancePath:instancePath+"/failoversNeedless",parentData:data,parentDataProperty:"failoversNeedless",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.cycles !== undefined){
if(!(validate37(data.cycles, {instancePath:instancePath+"/cycles",parentData:data,parentDataProperty:"cycles",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.busyCycles !== undefined){
if(!(validate37(data.busyCycles, {instancePath:instancePath+"/busyCycles",parentData:data,parentDataProperty:"busyCycles",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
}
else {
const err21 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
validate273.errors = vErrors;
return errors === 0;
}


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.pid === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "pid"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.startedTicks === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "startedTicks"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.clusterId === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "clusterId"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.replicaId === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replicaId"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.version === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "version"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.configHash === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "configHash"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.uptimeSeconds === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "uptimeSeconds"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.role === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "role"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.term === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.leaderId === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "leaderId"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.serving === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "serving"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.recovering === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "recovering"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.epoch === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.superseded === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "superseded"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data.cut === undefined){
const err14 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "cut"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data.commitIndex === undefined){
const err15 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "commitIndex"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data.appliedIndex === undefined){
const err16 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedIndex"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data.appliedSeq === undefined){
const err17 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedSeq"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data.lagFrames === undefined){
const err18 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lagFrames"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data.lagFramesMax === undefined){
const err19 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lagFramesMax"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(data.lastIndex === undefined){
const err20 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "lastIndex"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data.durableIndex === undefined){
const err21 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "durableIndex"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
if(data.unflushedFrames === undefined){
const err22 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "unflushedFrames"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
if(data.diskFull === undefined){
const err23 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "diskFull"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
if(data.founders === undefined){
const err24 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "founders"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data.voters === undefined){
const err25 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "voters"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data.learners === undefined){
const err26 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "learners"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if(data.members === undefined){
const err27 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "members"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(data.tokens === undefined){
const err28 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "tokens"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
if(data.placementWarnings === undefined){
const err29 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "placementWarnings"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
if(data.membersWithoutAddress === undefined){
const err30 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "membersWithoutAddress"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data.peersRefused === undefined){
const err31 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "peersRefused"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data.peersDiffering === undefined){
const err32 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "peersDiffering"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data.counters === undefined){
const err33 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "counters"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(data.pid !== undefined){
if(!(validate23(data.pid, {instancePath:instancePath+"/pid",parentData:data,parentDataProperty:"pid",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.startedTicks !== undefined){
if(!(validate25(data.startedTicks, {instancePath:instancePath+"/startedTicks",parentData:data,parentDataProperty:"startedTicks",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.clusterId !== undefined){
if(!(validate23(data.clusterId, {instancePath:instancePath+"/clusterId",parentData:data,parentDataProperty:"clusterId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.replicaId !== undefined){
if(!(validate23(data.replicaId, {instancePath:instancePath+"/replicaId",parentData:data,parentDataProperty:"replicaId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.version !== undefined){
if(!(validate25(data.version, {instancePath:instancePath+"/version",parentData:data,parentDataProperty:"version",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.engine !== undefined){
if(!(validate30(data.engine, {instancePath:instancePath+"/engine",parentData:data,parentDataProperty:"engine",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.wire !== undefined){
if(!(validate30(data.wire, {instancePath:instancePath+"/wire",parentData:data,parentDataProperty:"wire",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.configHash !== undefined){
if(!(validate25(data.configHash, {instancePath:instancePath+"/configHash",parentData:data,parentDataProperty:"configHash",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.uptimeSeconds !== undefined){
if(!(validate37(data.uptimeSeconds, {instancePath:instancePath+"/uptimeSeconds",parentData:data,parentDataProperty:"uptimeSeconds",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.role !== undefined){
if(!(validate39(data.role, {instancePath:instancePath+"/role",parentData:data,parentDataProperty:"role",rootData}))){
vErrors = vErrors === null ? validate39.errors : vErrors.concat(validate39.errors);
errors = vErrors.length;
}
}
if(data.term !== undefined){
if(!(validate23(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate23(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.serving !== undefined){
if(!(validate43(data.serving, {instancePath:instancePath+"/serving",parentData:data,parentDataProperty:"serving",rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
if(data.recovering !== undefined){
if(!(validate43(data.recovering, {instancePath:instancePath+"/recovering",parentData:data,parentDataProperty:"recovering",rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.superseded !== undefined){
if(!(validate43(data.superseded, {instancePath:instancePath+"/superseded",parentData:data,parentDataProperty:"superseded",rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
if(data.cut !== undefined){
if(!(validate48(data.cut, {instancePath:instancePath+"/cut",parentData:data,parentDataProperty:"cut",rootData}))){
vErrors = vErrors === null ? validate48.errors : vErrors.concat(validate48.errors);
errors = vErrors.length;
}
}
if(data.commitIndex !== undefined){
if(!(validate23(data.commitIndex, {instancePath:instancePath+"/commitIndex",parentData:data,parentDataProperty:"commitIndex",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.appliedIndex !== undefined){
if(!(validate23(data.appliedIndex, {instancePath:instancePath+"/appliedIndex",parentData:data,parentDataProperty:"appliedIndex",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.appliedSeq !== undefined){
if(!(validate23(data.appliedSeq, {instancePath:instancePath+"/appliedSeq",parentData:data,parentDataProperty:"appliedSeq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.lagFrames !== undefined){
if(!(validate64(data.lagFrames, {instancePath:instancePath+"/lagFrames",parentData:data,parentDataProperty:"lagFrames",rootData}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
if(data.lagFramesMax !== undefined){
if(!(validate23(data.lagFramesMax, {instancePath:instancePath+"/lagFramesMax",parentData:data,parentDataProperty:"lagFramesMax",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.lastIndex !== undefined){
if(!(validate23(data.lastIndex, {instancePath:instancePath+"/lastIndex",parentData:data,parentDataProperty:"lastIndex",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.durableIndex !== undefined){
if(!(validate23(data.durableIndex, {instancePath:instancePath+"/durableIndex",parentData:data,parentDataProperty:"durableIndex",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.unflushedFrames !== undefined){
if(!(validate23(data.unflushedFrames, {instancePath:instancePath+"/unflushedFrames",parentData:data,parentDataProperty:"unflushedFrames",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.diskFull !== undefined){
if(!(validate43(data.diskFull, {instancePath:instancePath+"/diskFull",parentData:data,parentDataProperty:"diskFull",rootData}))){
vErrors = vErrors === null ? validate43.errors : vErrors.concat(validate43.errors);
errors = vErrors.length;
}
}
if(data.founders !== undefined){
if(!(validate71(data.founders, {instancePath:instancePath+"/founders",parentData:data,parentDataProperty:"founders",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.voters !== undefined){
if(!(validate71(data.voters, {instancePath:instancePath+"/voters",parentData:data,parentDataProperty:"voters",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.learners !== undefined){
if(!(validate71(data.learners, {instancePath:instancePath+"/learners",parentData:data,parentDataProperty:"learners",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.members !== undefined){
if(!(validate76(data.members, {instancePath:instancePath+"/members",parentData:data,parentDataProperty:"members",rootData}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
}
if(data.tokens !== undefined){
if(!(validate97(data.tokens, {instancePath:instancePath+"/tokens",parentData:data,parentDataProperty:"tokens",rootData}))){
vErrors = vErrors === null ? validate97.errors : vErrors.concat(validate97.errors);
errors = vErrors.length;
}
}
if(data.applicants !== undefined){
if(!(validate106(data.applicants, {instancePath:instancePath+"/applicants",parentData:data,parentDataProperty:"applicants",rootData}))){
vErrors = vErrors === null ? validate106.errors : vErrors.concat(validate106.errors);
errors = vErrors.length;
}
}
if(data.joining !== undefined){
if(!(validate112(data.joining, {instancePath:instancePath+"/joining",parentData:data,parentDataProperty:"joining",rootData}))){
vErrors = vErrors === null ? validate112.errors : vErrors.concat(validate112.errors);
errors = vErrors.length;
}
}
if(data.placementWarnings !== undefined){
if(!(validate114(data.placementWarnings, {instancePath:instancePath+"/placementWarnings",parentData:data,parentDataProperty:"placementWarnings",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
if(data.membersWithoutAddress !== undefined){
if(!(validate71(data.membersWithoutAddress, {instancePath:instancePath+"/membersWithoutAddress",parentData:data,parentDataProperty:"membersWithoutAddress",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.peersRefused !== undefined){
if(!(validate71(data.peersRefused, {instancePath:instancePath+"/peersRefused",parentData:data,parentDataProperty:"peersRefused",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.peersDiffering !== undefined){
if(!(validate71(data.peersDiffering, {instancePath:instancePath+"/peersDiffering",parentData:data,parentDataProperty:"peersDiffering",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.wallMs !== undefined){
if(!(validate37(data.wallMs, {instancePath:instancePath+"/wallMs",parentData:data,parentDataProperty:"wallMs",rootData}))){
vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
errors = vErrors.length;
}
}
if(data.hears !== undefined){
if(!(validate71(data.hears, {instancePath:instancePath+"/hears",parentData:data,parentDataProperty:"hears",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.progress !== undefined){
if(!(validate126(data.progress, {instancePath:instancePath+"/progress",parentData:data,parentDataProperty:"progress",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.conditions !== undefined){
if(!(validate135(data.conditions, {instancePath:instancePath+"/conditions",parentData:data,parentDataProperty:"conditions",rootData}))){
vErrors = vErrors === null ? validate135.errors : vErrors.concat(validate135.errors);
errors = vErrors.length;
}
}
if(data.elections !== undefined){
if(!(validate144(data.elections, {instancePath:instancePath+"/elections",parentData:data,parentDataProperty:"elections",rootData}))){
vErrors = vErrors === null ? validate144.errors : vErrors.concat(validate144.errors);
errors = vErrors.length;
}
}
if(data.knewLeader !== undefined){
if(!(validate154(data.knewLeader, {instancePath:instancePath+"/knewLeader",parentData:data,parentDataProperty:"knewLeader",rootData}))){
vErrors = vErrors === null ? validate154.errors : vErrors.concat(validate154.errors);
errors = vErrors.length;
}
}
if(data.wouldBe !== undefined){
if(!(validate160(data.wouldBe, {instancePath:instancePath+"/wouldBe",parentData:data,parentDataProperty:"wouldBe",rootData}))){
vErrors = vErrors === null ? validate160.errors : vErrors.concat(validate160.errors);
errors = vErrors.length;
}
}
if(data.flushes !== undefined){
if(!(validate172(data.flushes, {instancePath:instancePath+"/flushes",parentData:data,parentDataProperty:"flushes",rootData}))){
vErrors = vErrors === null ? validate172.errors : vErrors.concat(validate172.errors);
errors = vErrors.length;
}
}
if(data.stopped !== undefined){
if(!(validate178(data.stopped, {instancePath:instancePath+"/stopped",parentData:data,parentDataProperty:"stopped",rootData}))){
vErrors = vErrors === null ? validate178.errors : vErrors.concat(validate178.errors);
errors = vErrors.length;
}
}
if(data.hooks !== undefined){
if(!(validate187(data.hooks, {instancePath:instancePath+"/hooks",parentData:data,parentDataProperty:"hooks",rootData}))){
vErrors = vErrors === null ? validate187.errors : vErrors.concat(validate187.errors);
errors = vErrors.length;
}
}
if(data.identity !== undefined){
if(!(validate199(data.identity, {instancePath:instancePath+"/identity",parentData:data,parentDataProperty:"identity",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.sides !== undefined){
if(!(validate207(data.sides, {instancePath:instancePath+"/sides",parentData:data,parentDataProperty:"sides",rootData}))){
vErrors = vErrors === null ? validate207.errors : vErrors.concat(validate207.errors);
errors = vErrors.length;
}
}
if(data.lease !== undefined){
if(!(validate223(data.lease, {instancePath:instancePath+"/lease",parentData:data,parentDataProperty:"lease",rootData}))){
vErrors = vErrors === null ? validate223.errors : vErrors.concat(validate223.errors);
errors = vErrors.length;
}
}
if(data.canaries !== undefined){
if(!(validate238(data.canaries, {instancePath:instancePath+"/canaries",parentData:data,parentDataProperty:"canaries",rootData}))){
vErrors = vErrors === null ? validate238.errors : vErrors.concat(validate238.errors);
errors = vErrors.length;
}
}
if(data.counters !== undefined){
if(!(validate273(data.counters, {instancePath:instancePath+"/counters",parentData:data,parentDataProperty:"counters",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
}
else {
const err34 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
validate22.errors = vErrors;
return errors === 0;
}

const schema66 = {"type":"object","required":["members"],"properties":{"epoch":{"$ref":"#/definitions/kind1"},"members":{"$ref":"#/definitions/kind13"}}};

function validate370(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.members === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "members"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.members !== undefined){
if(!(validate76(data.members, {instancePath:instancePath+"/members",parentData:data,parentDataProperty:"members",rootData}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validate370.errors = vErrors;
return errors === 0;
}


function validateJson(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "status") || (key0 === "membership"))){
const err0 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.status !== undefined){
if(!(validate22(data.status, {instancePath:instancePath+"/status",parentData:data,parentDataProperty:"status",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.membership !== undefined){
if(!(validate370(data.membership, {instancePath:instancePath+"/membership",parentData:data,parentDataProperty:"membership",rootData}))){
vErrors = vErrors === null ? validate370.errors : vErrors.concat(validate370.errors);
errors = vErrors.length;
}
}
}
else {
const err1 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
validateJson.errors = vErrors;
return errors === 0;
}
