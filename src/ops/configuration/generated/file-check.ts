// @ts-nocheck
// Made by Ajv from the keys of lockstep.json: npm test -- src/ops/configuration/schema-files.test.ts --rewrite
import type { MadeCheck } from '../../json/made-check.ts';

export const validate: MadeCheck = validateJson;

const schema6 = {"type":"object","properties":{"clusterId":{"$ref":"#/definitions/kind1"},"dataFolder":{"$ref":"#/definitions/kind2"},"durability":{"$ref":"#/definitions/kind3"},"failover":{"$ref":"#/definitions/kind4"},"idle":{"$ref":"#/definitions/kind5"},"replicas":{"$ref":"#/definitions/kind16"},"replication":{"$ref":"#/definitions/kind20"},"timing":{"$ref":"#/definitions/kind26"},"journal":{"$ref":"#/definitions/kind28"},"snapshot":{"$ref":"#/definitions/kind30"},"limits":{"$ref":"#/definitions/kind35"},"gateway":{"$ref":"#/definitions/kind50"},"canary":{"$ref":"#/definitions/kind53"},"control":{"$ref":"#/definitions/kind58"},"backup":{"$ref":"#/definitions/kind77"},"notify":{"$ref":"#/definitions/kind92"},"availability":{"$ref":"#/definitions/kind99"},"objectives":{"$ref":"#/definitions/kind105"},"site":{"$ref":"#/definitions/kind111"},"sites":{"$ref":"#/definitions/kind117"},"dns":{"$ref":"#/definitions/kind122"},"vip":{"$ref":"#/definitions/kind129"},"keys":{"$ref":"#/definitions/kind131"},"$schema":{"$ref":"#/definitions/kind132"}},"additionalProperties":false,"definitions":{"kind1":{"type":"integer","minimum":1,"maximum":4294967295},"kind2":{"type":"string","pattern":"^[^\\0]{1,4096}$"},"kind3":{"enum":["disk","memory"]},"kind4":{"enum":["automatic","manual"]},"kind5":{"enum":["backoff","yield","spin"]},"kind6":{"type":"integer","minimum":1,"maximum":53},"kind7":{"enum":["replica","witness"]},"kind8":{"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,64}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind9":{"type":"integer","minimum":1,"maximum":65535},"kind10":{"type":"string","pattern":"^[0-9a-f]{64}$"},"kind11":{"type":"string","pattern":"^[!-~]{0,16}$"},"kind12":{"type":"string","pattern":"^[^\\0\\n -][^\\0\\n]{0,1023}$"},"kind13":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind12"}},"kind14":{"type":"integer","minimum":1,"maximum":600},"kind15":{"type":"object","properties":{"id":{"$ref":"#/definitions/kind6"},"role":{"$ref":"#/definitions/kind7"},"host":{"$ref":"#/definitions/kind8"},"udpPort":{"$ref":"#/definitions/kind9"},"tcpPort":{"$ref":"#/definitions/kind9"},"controlPort":{"$ref":"#/definitions/kind9"},"controlHost":{"$ref":"#/definitions/kind8"},"fingerprint":{"$ref":"#/definitions/kind10"},"site":{"$ref":"#/definitions/kind11"},"zone":{"$ref":"#/definitions/kind11"},"rack":{"$ref":"#/definitions/kind11"},"power":{"$ref":"#/definitions/kind11"},"switch":{"$ref":"#/definitions/kind11"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}},"additionalProperties":false},"kind16":{"type":"array","minItems":1,"maxItems":7,"items":{"$ref":"#/definitions/kind15"}},"kind17":{"enum":["unicast","multicast"]},"kind18":{"type":"string","pattern":"^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind19":{"type":"integer","minimum":1200,"maximum":57856},"kind20":{"type":"object","properties":{"mode":{"$ref":"#/definitions/kind17"},"group":{"$ref":"#/definitions/kind18"},"port":{"$ref":"#/definitions/kind9"},"interface":{"$ref":"#/definitions/kind18"},"datagramBytesMax":{"$ref":"#/definitions/kind19"}},"additionalProperties":false},"kind21":{"type":"integer","minimum":20,"maximum":60000},"kind22":{"type":"integer","minimum":6,"maximum":60000},"kind23":{"type":"integer","minimum":2,"maximum":10000},"kind24":{"type":"integer","minimum":0,"maximum":1000},"kind25":{"type":"integer","minimum":1000,"maximum":86400000},"kind26":{"type":"object","properties":{"electionTimeoutMs":{"$ref":"#/definitions/kind21"},"electionTimeoutMsMin":{"$ref":"#/definitions/kind22"},"heartbeatMs":{"$ref":"#/definitions/kind23"},"tetherDelayMs":{"$ref":"#/definitions/kind24"},"spareAfterMs":{"$ref":"#/definitions/kind25"}},"additionalProperties":false},"kind27":{"type":"integer","minimum":1,"maximum":1024},"kind28":{"type":"object","properties":{"segmentMegabytes":{"$ref":"#/definitions/kind27"}},"additionalProperties":false},"kind29":{"type":"integer","minimum":1,"maximum":1048576},"kind30":{"type":"object","properties":{"everyMegabytes":{"$ref":"#/definitions/kind29"}},"additionalProperties":false},"kind31":{"type":"integer","minimum":1,"maximum":256},"kind32":{"type":"integer","minimum":8,"maximum":1000},"kind33":{"type":"integer","minimum":10,"maximum":100},"kind34":{"type":"integer","minimum":10,"maximum":10000000},"kind35":{"type":"object","properties":{"ringMegabytes":{"$ref":"#/definitions/kind31"},"eventRingMegabytes":{"$ref":"#/definitions/kind27"},"connections":{"$ref":"#/definitions/kind32"},"memoryPercentMax":{"$ref":"#/definitions/kind33"},"cpuPercentMax":{"$ref":"#/definitions/kind33"},"lagFramesMax":{"$ref":"#/definitions/kind34"},"logMegabytes":{"$ref":"#/definitions/kind27"}},"additionalProperties":false},"kind36":{"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind37":{"type":"object","required":["certificateFile","keyFile"],"properties":{"certificateFile":{"$ref":"#/definitions/kind2"},"keyFile":{"$ref":"#/definitions/kind2"},"authoritiesFile":{"$ref":"#/definitions/kind2"}},"additionalProperties":false},"kind38":{"type":"boolean"},"kind39":{"type":"integer","minimum":100,"maximum":60000},"kind40":{"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$"},"kind41":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind40"}},"kind42":{"type":"integer","minimum":1,"maximum":1000000},"kind43":{"type":"object","properties":{"keyRequestsPerSecond":{"$ref":"#/definitions/kind42"},"keyRequestsBurst":{"$ref":"#/definitions/kind42"},"keyCancelsPerSecond":{"$ref":"#/definitions/kind42"},"keyCancelsBurst":{"$ref":"#/definitions/kind42"},"accountCommandsPerSecond":{"$ref":"#/definitions/kind42"},"accountCommandsBurst":{"$ref":"#/definitions/kind42"},"sourceRequestsPerSecond":{"$ref":"#/definitions/kind42"},"sourceRequestsBurst":{"$ref":"#/definitions/kind42"},"streamRequestsPerSecond":{"$ref":"#/definitions/kind42"},"streamRequestsBurst":{"$ref":"#/definitions/kind42"},"sameReadsPerSecondMax":{"$ref":"#/definitions/kind42"},"ordersInFlightMax":{"$ref":"#/definitions/kind42"},"cancelsInFlightMax":{"$ref":"#/definitions/kind42"},"queriesInFlightMax":{"$ref":"#/definitions/kind42"},"reportsInFlightMax":{"$ref":"#/definitions/kind42"},"delayMsMax":{"$ref":"#/definitions/kind42"},"streamsMax":{"$ref":"#/definitions/kind42"},"anonymousStreamsMax":{"$ref":"#/definitions/kind42"},"anonymousStreamsPerSourceMax":{"$ref":"#/definitions/kind42"}},"additionalProperties":false},"kind44":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,32}$"},"kind45":{"type":"string","pattern":"^(?:[0-9a-fA-F]{2}){16,64}$"},"kind46":{"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/definitions/kind1"}},"kind47":{"type":"string","pattern":"^.{1,64}$"},"kind48":{"type":"object","required":["keyId","secret","accountIds"],"properties":{"keyId":{"$ref":"#/definitions/kind44"},"secret":{"$ref":"#/definitions/kind45"},"accountIds":{"$ref":"#/definitions/kind46"},"name":{"$ref":"#/definitions/kind47"}},"additionalProperties":false},"kind49":{"type":"array","minItems":0,"maxItems":10000,"items":{"$ref":"#/definitions/kind48"}},"kind50":{"type":"object","properties":{"id":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind36"},"port":{"$ref":"#/definitions/kind9"},"operatorHost":{"$ref":"#/definitions/kind36"},"operatorPort":{"$ref":"#/definitions/kind9"},"tls":{"$ref":"#/definitions/kind37"},"operatorTls":{"$ref":"#/definitions/kind37"},"insecure":{"$ref":"#/definitions/kind38"},"timeWindowMs":{"$ref":"#/definitions/kind39"},"trustedProxies":{"$ref":"#/definitions/kind41"},"limits":{"$ref":"#/definitions/kind43"},"apiKeys":{"$ref":"#/definitions/kind49"}},"additionalProperties":false},"kind51":{"type":"integer","minimum":1,"maximum":255},"kind52":{"type":"integer","minimum":1,"maximum":60000},"kind53":{"type":"object","required":["watcher"],"properties":{"watcher":{"$ref":"#/definitions/kind51"},"everyMs":{"$ref":"#/definitions/kind39"},"lateMs":{"$ref":"#/definitions/kind52"},"silentMs":{"$ref":"#/definitions/kind39"}},"additionalProperties":false},"kind54":{"enum":["snapshot","lead","members","stop","market","loss"]},"kind55":{"type":"array","minItems":0,"maxItems":6,"items":{"$ref":"#/definitions/kind54"}},"kind56":{"type":"object","required":["id","name","rights"],"properties":{"id":{"$ref":"#/definitions/kind1"},"name":{"$ref":"#/definitions/kind47"},"rights":{"$ref":"#/definitions/kind55"}},"additionalProperties":false},"kind57":{"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind56"}},"kind58":{"type":"object","properties":{"tls":{"$ref":"#/definitions/kind37"},"insecure":{"$ref":"#/definitions/kind38"},"operators":{"$ref":"#/definitions/kind57"},"twoPersons":{"$ref":"#/definitions/kind38"},"operator":{"$ref":"#/definitions/kind1"}},"additionalProperties":false},"kind59":{"type":"integer","minimum":1,"maximum":7},"kind60":{"type":"integer","minimum":1,"maximum":3600},"kind61":{"type":"integer","minimum":1,"maximum":10080},"kind62":{"type":"integer","minimum":1,"maximum":8760},"kind63":{"type":"integer","minimum":5,"maximum":86400},"kind64":{"type":"string","pattern":"^[A-Za-z0-9-]{1,64}$"},"kind65":{"enum":["zstd","none"]},"kind66":{"type":"integer","minimum":1,"maximum":87600},"kind67":{"type":"integer","minimum":1,"maximum":10000},"kind68":{"type":"object","required":["name","folder"],"properties":{"name":{"$ref":"#/definitions/kind64"},"compression":{"$ref":"#/definitions/kind65"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind66"},"keepCount":{"$ref":"#/definitions/kind67"},"folder":{"$ref":"#/definitions/kind2"}},"additionalProperties":false},"kind69":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind68"}},"kind70":{"type":"string","pattern":"^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$"},"kind71":{"type":"string","pattern":"^[a-z0-9.-]{3,64}$"},"kind72":{"type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$"},"kind73":{"type":"string","pattern":"^[!-~]{1,128}$"},"kind74":{"type":"string","pattern":"^[!-~]{8,256}$"},"kind75":{"type":"object","required":["name","endpoint","bucket","accessKeyId","secretAccessKey"],"properties":{"name":{"$ref":"#/definitions/kind64"},"compression":{"$ref":"#/definitions/kind65"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind66"},"keepCount":{"$ref":"#/definitions/kind67"},"endpoint":{"$ref":"#/definitions/kind70"},"region":{"$ref":"#/definitions/kind64"},"bucket":{"$ref":"#/definitions/kind71"},"prefix":{"$ref":"#/definitions/kind72"},"accessKeyId":{"$ref":"#/definitions/kind73"},"secretAccessKey":{"$ref":"#/definitions/kind74"}},"additionalProperties":false},"kind76":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind75"}},"kind77":{"type":"object","properties":{"replica":{"$ref":"#/definitions/kind59"},"everySeconds":{"$ref":"#/definitions/kind60"},"snapshotMinutes":{"$ref":"#/definitions/kind61"},"verifyHours":{"$ref":"#/definitions/kind62"},"alarmSeconds":{"$ref":"#/definitions/kind63"},"port":{"$ref":"#/definitions/kind9"},"folders":{"$ref":"#/definitions/kind69"},"buckets":{"$ref":"#/definitions/kind76"}},"additionalProperties":false},"kind78":{"type":"string","pattern":"^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$"},"kind79":{"type":"string","pattern":"^[!-~]{16,256}$"},"kind80":{"enum":["json","slack"]},"kind81":{"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","failoverWithheld","diskFull","memoryShort","processorsBusy","commandParked","commandVoided","voidDecided","fenceRan","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","breakerOpen","addressFailing","hookFailing","noticesGivenUp"]},"kind82":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind81"}},"kind83":{"type":"object","required":["name","url"],"properties":{"name":{"$ref":"#/definitions/kind64"},"url":{"$ref":"#/definitions/kind78"},"secret":{"$ref":"#/definitions/kind79"},"format":{"$ref":"#/definitions/kind80"},"on":{"$ref":"#/definitions/kind82"},"timeoutMs":{"$ref":"#/definitions/kind39"},"authoritiesFile":{"$ref":"#/definitions/kind2"}},"additionalProperties":false},"kind84":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind83"}},"kind85":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind2"}},"kind86":{"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","failoverWithheld","diskFull","memoryShort","processorsBusy","commandParked","commandVoided","voidDecided","fenceRan","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","breakerOpen","addressFailing","hookFailing","noticesGivenUp","becomeLeader","becomeFollower"]},"kind87":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind86"}},"kind88":{"type":"integer","minimum":100,"maximum":600000},"kind89":{"type":"object","required":["name","run"],"properties":{"name":{"$ref":"#/definitions/kind64"},"run":{"$ref":"#/definitions/kind85"},"on":{"$ref":"#/definitions/kind87"},"timeoutMs":{"$ref":"#/definitions/kind88"}},"additionalProperties":false},"kind90":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind89"}},"kind91":{"type":"integer","minimum":1,"maximum":43200},"kind92":{"type":"object","properties":{"webhooks":{"$ref":"#/definitions/kind84"},"commands":{"$ref":"#/definitions/kind90"},"giveUpMinutes":{"$ref":"#/definitions/kind91"}},"additionalProperties":false},"kind93":{"enum":["99.9","99.95","99.99","99.995","99.999"]},"kind94":{"type":"integer","minimum":1,"maximum":1000},"kind95":{"type":"integer","minimum":0,"maximum":1000000},"kind96":{"type":"object","properties":{"process":{"$ref":"#/definitions/kind95"},"machine":{"$ref":"#/definitions/kind95"},"network":{"$ref":"#/definitions/kind95"},"disk":{"$ref":"#/definitions/kind95"},"power":{"$ref":"#/definitions/kind95"},"clock":{"$ref":"#/definitions/kind95"},"operator":{"$ref":"#/definitions/kind95"},"client":{"$ref":"#/definitions/kind95"}},"additionalProperties":false},"kind97":{"type":"integer","minimum":0,"maximum":525600},"kind98":{"type":"object","properties":{"process":{"$ref":"#/definitions/kind97"},"machine":{"$ref":"#/definitions/kind97"},"network":{"$ref":"#/definitions/kind97"},"disk":{"$ref":"#/definitions/kind97"},"power":{"$ref":"#/definitions/kind97"},"promotion":{"$ref":"#/definitions/kind97"}},"additionalProperties":false},"kind99":{"type":"object","properties":{"targetPercent":{"$ref":"#/definitions/kind93"},"gateways":{"$ref":"#/definitions/kind94"},"failuresInTenYears":{"$ref":"#/definitions/kind96"},"repairMinutes":{"$ref":"#/definitions/kind98"}},"additionalProperties":false},"kind100":{"type":"integer","minimum":0,"maximum":604800},"kind101":{"type":"integer","minimum":0,"maximum":604800000},"kind102":{"enum":["failover","restore","site-loss","switchover"]},"kind103":{"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind102"}},"kind104":{"type":"integer","minimum":1,"maximum":3650},"kind105":{"type":"object","properties":{"rtoSeconds":{"$ref":"#/definitions/kind100"},"rpoMilliseconds":{"$ref":"#/definitions/kind101"},"drills":{"$ref":"#/definitions/kind103"},"drillDays":{"$ref":"#/definitions/kind104"}},"additionalProperties":false},"kind106":{"type":"string","pattern":"^[A-Za-z0-9-]{1,32}$"},"kind107":{"type":"integer","minimum":1,"maximum":300},"kind108":{"type":"object","required":["witnessId","host","controlPort"],"properties":{"witnessId":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"controlPort":{"$ref":"#/definitions/kind9"},"seconds":{"$ref":"#/definitions/kind107"}},"additionalProperties":false},"kind109":{"type":"integer","minimum":0,"maximum":86400},"kind110":{"type":"integer","minimum":1,"maximum":86400},"kind111":{"type":"object","properties":{"name":{"$ref":"#/definitions/kind106"},"target":{"$ref":"#/definitions/kind106"},"everyMilliseconds":{"$ref":"#/definitions/kind21"},"lease":{"$ref":"#/definitions/kind108"},"lookSeconds":{"$ref":"#/definitions/kind109"},"alarmSeconds":{"$ref":"#/definitions/kind110"},"decideSeconds":{"$ref":"#/definitions/kind110"},"port":{"$ref":"#/definitions/kind9"},"openAfterSeconds":{"$ref":"#/definitions/kind109"}},"additionalProperties":false},"kind112":{"type":"object","properties":{"id":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"tcpPort":{"$ref":"#/definitions/kind9"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}},"additionalProperties":false},"kind113":{"type":"array","minItems":0,"maxItems":7,"items":{"$ref":"#/definitions/kind112"}},"kind114":{"type":"string","pattern":"^(?=.{1,96}$)https?:\\/\\/[!-~]+$"},"kind115":{"type":"array","minItems":0,"maxItems":3,"items":{"$ref":"#/definitions/kind114"}},"kind116":{"type":"object","required":["name"],"properties":{"name":{"$ref":"#/definitions/kind106"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"},"replicas":{"$ref":"#/definitions/kind113"},"gateways":{"$ref":"#/definitions/kind115"}},"additionalProperties":false},"kind117":{"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind116"}},"kind118":{"type":"string","pattern":"^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$"},"kind119":{"type":"string","pattern":"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$"},"kind120":{"type":"object","required":["address"],"properties":{"address":{"$ref":"#/definitions/kind118"},"port":{"$ref":"#/definitions/kind9"}},"additionalProperties":false},"kind121":{"type":"array","minItems":0,"maxItems":32,"items":{"$ref":"#/definitions/kind120"}},"kind122":{"type":"object","properties":{"server":{"$ref":"#/definitions/kind118"},"port":{"$ref":"#/definitions/kind9"},"zone":{"$ref":"#/definitions/kind119"},"keyFile":{"$ref":"#/definitions/kind2"},"metricsPort":{"$ref":"#/definitions/kind9"},"ttlSeconds":{"$ref":"#/definitions/kind60"},"leader":{"$ref":"#/definitions/kind119"},"address":{"$ref":"#/definitions/kind118"},"exchange":{"$ref":"#/definitions/kind119"},"gateways":{"$ref":"#/definitions/kind121"}},"additionalProperties":false},"kind123":{"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$"},"kind124":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind123"}},"kind125":{"enum":["leader","gateway"]},"kind126":{"type":"string","pattern":"^[!-.0-~]{1,15}$"},"kind127":{"type":"string","pattern":"^[A-Za-z0-9._-]{1,253}$"},"kind128":{"type":"integer","minimum":200,"maximum":60000},"kind129":{"type":"object","properties":{"addresses":{"$ref":"#/definitions/kind124"},"where":{"$ref":"#/definitions/kind125"},"device":{"$ref":"#/definitions/kind126"},"port":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind127"},"gateway":{"$ref":"#/definitions/kind38"},"gatewayWaitMs":{"$ref":"#/definitions/kind128"}},"additionalProperties":false},"kind130":{"type":"string","pattern":"^[0-9a-fA-F]{64}$"},"kind131":{"type":"object","properties":{"operator":{"$ref":"#/definitions/kind130"},"root":{"$ref":"#/definitions/kind130"}},"additionalProperties":false},"kind132":{"type":"string","pattern":"^.{1,4096}$"}}};
const func2 = Object.prototype.hasOwnProperty;
const schema7 = {"type":"integer","minimum":1,"maximum":4294967295};

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 4294967295 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 4294967295}};
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
validate22.errors = vErrors;
return errors === 0;
}

const schema8 = {"type":"string","pattern":"^[^\\0]{1,4096}$"};
const pattern0 = new RegExp("^[^\\0]{1,4096}$", "u");

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern0.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\0]{1,4096}$"}};
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
validate24.errors = vErrors;
return errors === 0;
}

const schema9 = {"enum":["disk","memory"]};

function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "disk") || (data === "memory"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema9.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}

const schema10 = {"enum":["automatic","manual"]};

function validate28(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "automatic") || (data === "manual"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema10.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate28.errors = vErrors;
return errors === 0;
}

const schema11 = {"enum":["backoff","yield","spin"]};

function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((data === "backoff") || (data === "yield")) || (data === "spin"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema11.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}

const schema12 = {"type":"array","minItems":1,"maxItems":7,"items":{"$ref":"#/definitions/kind15"}};
const schema13 = {"type":"object","properties":{"id":{"$ref":"#/definitions/kind6"},"role":{"$ref":"#/definitions/kind7"},"host":{"$ref":"#/definitions/kind8"},"udpPort":{"$ref":"#/definitions/kind9"},"tcpPort":{"$ref":"#/definitions/kind9"},"controlPort":{"$ref":"#/definitions/kind9"},"controlHost":{"$ref":"#/definitions/kind8"},"fingerprint":{"$ref":"#/definitions/kind10"},"site":{"$ref":"#/definitions/kind11"},"zone":{"$ref":"#/definitions/kind11"},"rack":{"$ref":"#/definitions/kind11"},"power":{"$ref":"#/definitions/kind11"},"switch":{"$ref":"#/definitions/kind11"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}},"additionalProperties":false};
const schema14 = {"type":"integer","minimum":1,"maximum":53};

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 53 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 53}};
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
validate34.errors = vErrors;
return errors === 0;
}

const schema15 = {"enum":["replica","witness"]};

function validate36(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "replica") || (data === "witness"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema15.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate36.errors = vErrors;
return errors === 0;
}

const schema16 = {"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,64}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"};
const pattern1 = new RegExp("^(?![\\d.]+$)[A-Za-z0-9._-]{1,64}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "u");

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern1.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?![\\d.]+$)[A-Za-z0-9._-]{1,64}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"}};
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
validate38.errors = vErrors;
return errors === 0;
}

const schema17 = {"type":"integer","minimum":1,"maximum":65535};

function validate40(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 65535 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
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
validate40.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"string","pattern":"^[0-9a-f]{64}$"};
const pattern2 = new RegExp("^[0-9a-f]{64}$", "u");

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern2.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-f]{64}$"}};
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
validate45.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"string","pattern":"^[!-~]{0,16}$"};
const pattern3 = new RegExp("^[!-~]{0,16}$", "u");

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern3.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[!-~]{0,16}$"}};
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
validate47.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind12"}};
const schema21 = {"type":"string","pattern":"^[^\\0\\n -][^\\0\\n]{0,1023}$"};
const pattern4 = new RegExp("^[^\\0\\n -][^\\0\\n]{0,1023}$", "u");

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern4.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[^\\0\\n -][^\\0\\n]{0,1023}$"}};
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
validate54.errors = vErrors;
return errors === 0;
}


function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 16){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 16}};
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
if(!(validate54(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate54.errors : vErrors.concat(validate54.errors);
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
validate53.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"integer","minimum":1,"maximum":600};

function validate57(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 600 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 600}};
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
validate57.errors = vErrors;
return errors === 0;
}


function validate33(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema13.properties, key0))){
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
if(data.id !== undefined){
if(!(validate34(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.role !== undefined){
if(!(validate36(data.role, {instancePath:instancePath+"/role",parentData:data,parentDataProperty:"role",rootData}))){
vErrors = vErrors === null ? validate36.errors : vErrors.concat(validate36.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate38(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.udpPort !== undefined){
if(!(validate40(data.udpPort, {instancePath:instancePath+"/udpPort",parentData:data,parentDataProperty:"udpPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.tcpPort !== undefined){
if(!(validate40(data.tcpPort, {instancePath:instancePath+"/tcpPort",parentData:data,parentDataProperty:"tcpPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.controlPort !== undefined){
if(!(validate40(data.controlPort, {instancePath:instancePath+"/controlPort",parentData:data,parentDataProperty:"controlPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.controlHost !== undefined){
if(!(validate38(data.controlHost, {instancePath:instancePath+"/controlHost",parentData:data,parentDataProperty:"controlHost",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.fingerprint !== undefined){
if(!(validate45(data.fingerprint, {instancePath:instancePath+"/fingerprint",parentData:data,parentDataProperty:"fingerprint",rootData}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate47(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.zone !== undefined){
if(!(validate47(data.zone, {instancePath:instancePath+"/zone",parentData:data,parentDataProperty:"zone",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.rack !== undefined){
if(!(validate47(data.rack, {instancePath:instancePath+"/rack",parentData:data,parentDataProperty:"rack",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate47(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.switch !== undefined){
if(!(validate47(data.switch, {instancePath:instancePath+"/switch",parentData:data,parentDataProperty:"switch",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.fence !== undefined){
if(!(validate53(data.fence, {instancePath:instancePath+"/fence",parentData:data,parentDataProperty:"fence",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.fenceSeconds !== undefined){
if(!(validate57(data.fenceSeconds, {instancePath:instancePath+"/fenceSeconds",parentData:data,parentDataProperty:"fenceSeconds",rootData}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
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
validate33.errors = vErrors;
return errors === 0;
}


function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 7){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 7}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate33(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate33.errors : vErrors.concat(validate33.errors);
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
validate32.errors = vErrors;
return errors === 0;
}

const schema23 = {"type":"object","properties":{"mode":{"$ref":"#/definitions/kind17"},"group":{"$ref":"#/definitions/kind18"},"port":{"$ref":"#/definitions/kind9"},"interface":{"$ref":"#/definitions/kind18"},"datagramBytesMax":{"$ref":"#/definitions/kind19"}},"additionalProperties":false};
const schema24 = {"enum":["unicast","multicast"]};

function validate62(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "unicast") || (data === "multicast"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema24.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate62.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"string","pattern":"^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"};
const pattern5 = new RegExp("^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "u");

function validate64(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern5.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"}};
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
validate64.errors = vErrors;
return errors === 0;
}

const schema26 = {"type":"integer","minimum":1200,"maximum":57856};

function validate68(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 57856 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 57856}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 1200 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1200}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate68.errors = vErrors;
return errors === 0;
}


function validate61(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "mode") || (key0 === "group")) || (key0 === "port")) || (key0 === "interface")) || (key0 === "datagramBytesMax"))){
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
if(data.mode !== undefined){
if(!(validate62(data.mode, {instancePath:instancePath+"/mode",parentData:data,parentDataProperty:"mode",rootData}))){
vErrors = vErrors === null ? validate62.errors : vErrors.concat(validate62.errors);
errors = vErrors.length;
}
}
if(data.group !== undefined){
if(!(validate64(data.group, {instancePath:instancePath+"/group",parentData:data,parentDataProperty:"group",rootData}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.interface !== undefined){
if(!(validate64(data.interface, {instancePath:instancePath+"/interface",parentData:data,parentDataProperty:"interface",rootData}))){
vErrors = vErrors === null ? validate64.errors : vErrors.concat(validate64.errors);
errors = vErrors.length;
}
}
if(data.datagramBytesMax !== undefined){
if(!(validate68(data.datagramBytesMax, {instancePath:instancePath+"/datagramBytesMax",parentData:data,parentDataProperty:"datagramBytesMax",rootData}))){
vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
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
validate61.errors = vErrors;
return errors === 0;
}

const schema27 = {"type":"object","properties":{"electionTimeoutMs":{"$ref":"#/definitions/kind21"},"electionTimeoutMsMin":{"$ref":"#/definitions/kind22"},"heartbeatMs":{"$ref":"#/definitions/kind23"},"tetherDelayMs":{"$ref":"#/definitions/kind24"},"spareAfterMs":{"$ref":"#/definitions/kind25"}},"additionalProperties":false};
const schema28 = {"type":"integer","minimum":20,"maximum":60000};

function validate72(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 60000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 20 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 20}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate72.errors = vErrors;
return errors === 0;
}

const schema29 = {"type":"integer","minimum":6,"maximum":60000};

function validate74(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 60000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 6 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 6}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate74.errors = vErrors;
return errors === 0;
}

const schema30 = {"type":"integer","minimum":2,"maximum":10000};

function validate76(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 10000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 2 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 2}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate76.errors = vErrors;
return errors === 0;
}

const schema31 = {"type":"integer","minimum":0,"maximum":1000};

function validate78(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
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
validate78.errors = vErrors;
return errors === 0;
}

const schema32 = {"type":"integer","minimum":1000,"maximum":86400000};

function validate80(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 86400000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 1000 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1000}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate80.errors = vErrors;
return errors === 0;
}


function validate71(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "electionTimeoutMs") || (key0 === "electionTimeoutMsMin")) || (key0 === "heartbeatMs")) || (key0 === "tetherDelayMs")) || (key0 === "spareAfterMs"))){
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
if(data.electionTimeoutMs !== undefined){
if(!(validate72(data.electionTimeoutMs, {instancePath:instancePath+"/electionTimeoutMs",parentData:data,parentDataProperty:"electionTimeoutMs",rootData}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
}
if(data.electionTimeoutMsMin !== undefined){
if(!(validate74(data.electionTimeoutMsMin, {instancePath:instancePath+"/electionTimeoutMsMin",parentData:data,parentDataProperty:"electionTimeoutMsMin",rootData}))){
vErrors = vErrors === null ? validate74.errors : vErrors.concat(validate74.errors);
errors = vErrors.length;
}
}
if(data.heartbeatMs !== undefined){
if(!(validate76(data.heartbeatMs, {instancePath:instancePath+"/heartbeatMs",parentData:data,parentDataProperty:"heartbeatMs",rootData}))){
vErrors = vErrors === null ? validate76.errors : vErrors.concat(validate76.errors);
errors = vErrors.length;
}
}
if(data.tetherDelayMs !== undefined){
if(!(validate78(data.tetherDelayMs, {instancePath:instancePath+"/tetherDelayMs",parentData:data,parentDataProperty:"tetherDelayMs",rootData}))){
vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
errors = vErrors.length;
}
}
if(data.spareAfterMs !== undefined){
if(!(validate80(data.spareAfterMs, {instancePath:instancePath+"/spareAfterMs",parentData:data,parentDataProperty:"spareAfterMs",rootData}))){
vErrors = vErrors === null ? validate80.errors : vErrors.concat(validate80.errors);
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
validate71.errors = vErrors;
return errors === 0;
}

const schema33 = {"type":"object","properties":{"segmentMegabytes":{"$ref":"#/definitions/kind27"}},"additionalProperties":false};
const schema34 = {"type":"integer","minimum":1,"maximum":1024};

function validate84(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1024 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1024}};
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
validate84.errors = vErrors;
return errors === 0;
}


function validate83(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "segmentMegabytes")){
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
if(data.segmentMegabytes !== undefined){
if(!(validate84(data.segmentMegabytes, {instancePath:instancePath+"/segmentMegabytes",parentData:data,parentDataProperty:"segmentMegabytes",rootData}))){
vErrors = vErrors === null ? validate84.errors : vErrors.concat(validate84.errors);
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
validate83.errors = vErrors;
return errors === 0;
}

const schema35 = {"type":"object","properties":{"everyMegabytes":{"$ref":"#/definitions/kind29"}},"additionalProperties":false};
const schema36 = {"type":"integer","minimum":1,"maximum":1048576};

function validate88(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1048576 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1048576}};
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
validate88.errors = vErrors;
return errors === 0;
}


function validate87(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(key0 === "everyMegabytes")){
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
if(data.everyMegabytes !== undefined){
if(!(validate88(data.everyMegabytes, {instancePath:instancePath+"/everyMegabytes",parentData:data,parentDataProperty:"everyMegabytes",rootData}))){
vErrors = vErrors === null ? validate88.errors : vErrors.concat(validate88.errors);
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
validate87.errors = vErrors;
return errors === 0;
}

const schema37 = {"type":"object","properties":{"ringMegabytes":{"$ref":"#/definitions/kind31"},"eventRingMegabytes":{"$ref":"#/definitions/kind27"},"connections":{"$ref":"#/definitions/kind32"},"memoryPercentMax":{"$ref":"#/definitions/kind33"},"cpuPercentMax":{"$ref":"#/definitions/kind33"},"lagFramesMax":{"$ref":"#/definitions/kind34"},"logMegabytes":{"$ref":"#/definitions/kind27"}},"additionalProperties":false};
const schema38 = {"type":"integer","minimum":1,"maximum":256};

function validate92(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 256 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 256}};
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
validate92.errors = vErrors;
return errors === 0;
}

const schema39 = {"type":"integer","minimum":8,"maximum":1000};

function validate95(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 8 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 8}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate95.errors = vErrors;
return errors === 0;
}

const schema40 = {"type":"integer","minimum":10,"maximum":100};

function validate97(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 100 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 10 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 10}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate97.errors = vErrors;
return errors === 0;
}

const schema41 = {"type":"integer","minimum":10,"maximum":10000000};

function validate100(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 10000000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 10 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 10}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate100.errors = vErrors;
return errors === 0;
}


function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "ringMegabytes") || (key0 === "eventRingMegabytes")) || (key0 === "connections")) || (key0 === "memoryPercentMax")) || (key0 === "cpuPercentMax")) || (key0 === "lagFramesMax")) || (key0 === "logMegabytes"))){
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
if(data.ringMegabytes !== undefined){
if(!(validate92(data.ringMegabytes, {instancePath:instancePath+"/ringMegabytes",parentData:data,parentDataProperty:"ringMegabytes",rootData}))){
vErrors = vErrors === null ? validate92.errors : vErrors.concat(validate92.errors);
errors = vErrors.length;
}
}
if(data.eventRingMegabytes !== undefined){
if(!(validate84(data.eventRingMegabytes, {instancePath:instancePath+"/eventRingMegabytes",parentData:data,parentDataProperty:"eventRingMegabytes",rootData}))){
vErrors = vErrors === null ? validate84.errors : vErrors.concat(validate84.errors);
errors = vErrors.length;
}
}
if(data.connections !== undefined){
if(!(validate95(data.connections, {instancePath:instancePath+"/connections",parentData:data,parentDataProperty:"connections",rootData}))){
vErrors = vErrors === null ? validate95.errors : vErrors.concat(validate95.errors);
errors = vErrors.length;
}
}
if(data.memoryPercentMax !== undefined){
if(!(validate97(data.memoryPercentMax, {instancePath:instancePath+"/memoryPercentMax",parentData:data,parentDataProperty:"memoryPercentMax",rootData}))){
vErrors = vErrors === null ? validate97.errors : vErrors.concat(validate97.errors);
errors = vErrors.length;
}
}
if(data.cpuPercentMax !== undefined){
if(!(validate97(data.cpuPercentMax, {instancePath:instancePath+"/cpuPercentMax",parentData:data,parentDataProperty:"cpuPercentMax",rootData}))){
vErrors = vErrors === null ? validate97.errors : vErrors.concat(validate97.errors);
errors = vErrors.length;
}
}
if(data.lagFramesMax !== undefined){
if(!(validate100(data.lagFramesMax, {instancePath:instancePath+"/lagFramesMax",parentData:data,parentDataProperty:"lagFramesMax",rootData}))){
vErrors = vErrors === null ? validate100.errors : vErrors.concat(validate100.errors);
errors = vErrors.length;
}
}
if(data.logMegabytes !== undefined){
if(!(validate84(data.logMegabytes, {instancePath:instancePath+"/logMegabytes",parentData:data,parentDataProperty:"logMegabytes",rootData}))){
vErrors = vErrors === null ? validate84.errors : vErrors.concat(validate84.errors);
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
validate91.errors = vErrors;
return errors === 0;
}

const schema42 = {"type":"object","properties":{"id":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind36"},"port":{"$ref":"#/definitions/kind9"},"operatorHost":{"$ref":"#/definitions/kind36"},"operatorPort":{"$ref":"#/definitions/kind9"},"tls":{"$ref":"#/definitions/kind37"},"operatorTls":{"$ref":"#/definitions/kind37"},"insecure":{"$ref":"#/definitions/kind38"},"timeWindowMs":{"$ref":"#/definitions/kind39"},"trustedProxies":{"$ref":"#/definitions/kind41"},"limits":{"$ref":"#/definitions/kind43"},"apiKeys":{"$ref":"#/definitions/kind49"}},"additionalProperties":false};
const schema43 = {"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"};
const pattern6 = new RegExp("^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "u");

function validate106(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern6.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"}};
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
validate106.errors = vErrors;
return errors === 0;
}

const schema44 = {"type":"object","required":["certificateFile","keyFile"],"properties":{"certificateFile":{"$ref":"#/definitions/kind2"},"keyFile":{"$ref":"#/definitions/kind2"},"authoritiesFile":{"$ref":"#/definitions/kind2"}},"additionalProperties":false};

function validate111(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.certificateFile === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "certificateFile"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.keyFile === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "keyFile"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "certificateFile") || (key0 === "keyFile")) || (key0 === "authoritiesFile"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.certificateFile !== undefined){
if(!(validate24(data.certificateFile, {instancePath:instancePath+"/certificateFile",parentData:data,parentDataProperty:"certificateFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.keyFile !== undefined){
if(!(validate24(data.keyFile, {instancePath:instancePath+"/keyFile",parentData:data,parentDataProperty:"keyFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.authoritiesFile !== undefined){
if(!(validate24(data.authoritiesFile, {instancePath:instancePath+"/authoritiesFile",parentData:data,parentDataProperty:"authoritiesFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
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
validate111.errors = vErrors;
return errors === 0;
}

const schema45 = {"type":"boolean"};

function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate117.errors = vErrors;
return errors === 0;
}

const schema46 = {"type":"integer","minimum":100,"maximum":60000};

function validate119(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 60000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 100 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate119.errors = vErrors;
return errors === 0;
}

const schema47 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind40"}};
const schema48 = {"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$"};
const pattern7 = new RegExp("^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$", "u");

function validate122(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern7.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$"}};
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
validate122.errors = vErrors;
return errors === 0;
}


function validate121(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 64){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 64}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate122(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
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
validate121.errors = vErrors;
return errors === 0;
}

const schema49 = {"type":"object","properties":{"keyRequestsPerSecond":{"$ref":"#/definitions/kind42"},"keyRequestsBurst":{"$ref":"#/definitions/kind42"},"keyCancelsPerSecond":{"$ref":"#/definitions/kind42"},"keyCancelsBurst":{"$ref":"#/definitions/kind42"},"accountCommandsPerSecond":{"$ref":"#/definitions/kind42"},"accountCommandsBurst":{"$ref":"#/definitions/kind42"},"sourceRequestsPerSecond":{"$ref":"#/definitions/kind42"},"sourceRequestsBurst":{"$ref":"#/definitions/kind42"},"streamRequestsPerSecond":{"$ref":"#/definitions/kind42"},"streamRequestsBurst":{"$ref":"#/definitions/kind42"},"sameReadsPerSecondMax":{"$ref":"#/definitions/kind42"},"ordersInFlightMax":{"$ref":"#/definitions/kind42"},"cancelsInFlightMax":{"$ref":"#/definitions/kind42"},"queriesInFlightMax":{"$ref":"#/definitions/kind42"},"reportsInFlightMax":{"$ref":"#/definitions/kind42"},"delayMsMax":{"$ref":"#/definitions/kind42"},"streamsMax":{"$ref":"#/definitions/kind42"},"anonymousStreamsMax":{"$ref":"#/definitions/kind42"},"anonymousStreamsPerSourceMax":{"$ref":"#/definitions/kind42"}},"additionalProperties":false};
const schema50 = {"type":"integer","minimum":1,"maximum":1000000};

function validate126(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1000000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
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
validate126.errors = vErrors;
return errors === 0;
}


function validate125(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema49.properties, key0))){
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
if(data.keyRequestsPerSecond !== undefined){
if(!(validate126(data.keyRequestsPerSecond, {instancePath:instancePath+"/keyRequestsPerSecond",parentData:data,parentDataProperty:"keyRequestsPerSecond",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.keyRequestsBurst !== undefined){
if(!(validate126(data.keyRequestsBurst, {instancePath:instancePath+"/keyRequestsBurst",parentData:data,parentDataProperty:"keyRequestsBurst",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.keyCancelsPerSecond !== undefined){
if(!(validate126(data.keyCancelsPerSecond, {instancePath:instancePath+"/keyCancelsPerSecond",parentData:data,parentDataProperty:"keyCancelsPerSecond",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.keyCancelsBurst !== undefined){
if(!(validate126(data.keyCancelsBurst, {instancePath:instancePath+"/keyCancelsBurst",parentData:data,parentDataProperty:"keyCancelsBurst",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.accountCommandsPerSecond !== undefined){
if(!(validate126(data.accountCommandsPerSecond, {instancePath:instancePath+"/accountCommandsPerSecond",parentData:data,parentDataProperty:"accountCommandsPerSecond",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.accountCommandsBurst !== undefined){
if(!(validate126(data.accountCommandsBurst, {instancePath:instancePath+"/accountCommandsBurst",parentData:data,parentDataProperty:"accountCommandsBurst",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.sourceRequestsPerSecond !== undefined){
if(!(validate126(data.sourceRequestsPerSecond, {instancePath:instancePath+"/sourceRequestsPerSecond",parentData:data,parentDataProperty:"sourceRequestsPerSecond",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.sourceRequestsBurst !== undefined){
if(!(validate126(data.sourceRequestsBurst, {instancePath:instancePath+"/sourceRequestsBurst",parentData:data,parentDataProperty:"sourceRequestsBurst",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.streamRequestsPerSecond !== undefined){
if(!(validate126(data.streamRequestsPerSecond, {instancePath:instancePath+"/streamRequestsPerSecond",parentData:data,parentDataProperty:"streamRequestsPerSecond",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.streamRequestsBurst !== undefined){
if(!(validate126(data.streamRequestsBurst, {instancePath:instancePath+"/streamRequestsBurst",parentData:data,parentDataProperty:"streamRequestsBurst",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.sameReadsPerSecondMax !== undefined){
if(!(validate126(data.sameReadsPerSecondMax, {instancePath:instancePath+"/sameReadsPerSecondMax",parentData:data,parentDataProperty:"sameReadsPerSecondMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.ordersInFlightMax !== undefined){
if(!(validate126(data.ordersInFlightMax, {instancePath:instancePath+"/ordersInFlightMax",parentData:data,parentDataProperty:"ordersInFlightMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.cancelsInFlightMax !== undefined){
if(!(validate126(data.cancelsInFlightMax, {instancePath:instancePath+"/cancelsInFlightMax",parentData:data,parentDataProperty:"cancelsInFlightMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.queriesInFlightMax !== undefined){
if(!(validate126(data.queriesInFlightMax, {instancePath:instancePath+"/queriesInFlightMax",parentData:data,parentDataProperty:"queriesInFlightMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.reportsInFlightMax !== undefined){
if(!(validate126(data.reportsInFlightMax, {instancePath:instancePath+"/reportsInFlightMax",parentData:data,parentDataProperty:"reportsInFlightMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.delayMsMax !== undefined){
if(!(validate126(data.delayMsMax, {instancePath:instancePath+"/delayMsMax",parentData:data,parentDataProperty:"delayMsMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.streamsMax !== undefined){
if(!(validate126(data.streamsMax, {instancePath:instancePath+"/streamsMax",parentData:data,parentDataProperty:"streamsMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.anonymousStreamsMax !== undefined){
if(!(validate126(data.anonymousStreamsMax, {instancePath:instancePath+"/anonymousStreamsMax",parentData:data,parentDataProperty:"anonymousStreamsMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
errors = vErrors.length;
}
}
if(data.anonymousStreamsPerSourceMax !== undefined){
if(!(validate126(data.anonymousStreamsPerSourceMax, {instancePath:instancePath+"/anonymousStreamsPerSourceMax",parentData:data,parentDataProperty:"anonymousStreamsPerSourceMax",rootData}))){
vErrors = vErrors === null ? validate126.errors : vErrors.concat(validate126.errors);
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
validate125.errors = vErrors;
return errors === 0;
}

const schema51 = {"type":"array","minItems":0,"maxItems":10000,"items":{"$ref":"#/definitions/kind48"}};
const schema52 = {"type":"object","required":["keyId","secret","accountIds"],"properties":{"keyId":{"$ref":"#/definitions/kind44"},"secret":{"$ref":"#/definitions/kind45"},"accountIds":{"$ref":"#/definitions/kind46"},"name":{"$ref":"#/definitions/kind47"}},"additionalProperties":false};
const schema53 = {"type":"string","pattern":"^[A-Za-z0-9_-]{1,32}$"};
const pattern8 = new RegExp("^[A-Za-z0-9_-]{1,32}$", "u");

function validate149(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern8.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9_-]{1,32}$"}};
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
validate149.errors = vErrors;
return errors === 0;
}

const schema54 = {"type":"string","pattern":"^(?:[0-9a-fA-F]{2}){16,64}$"};
const pattern9 = new RegExp("^(?:[0-9a-fA-F]{2}){16,64}$", "u");

function validate151(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern9.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:[0-9a-fA-F]{2}){16,64}$"}};
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
validate151.errors = vErrors;
return errors === 0;
}

const schema55 = {"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/definitions/kind1"}};

function validate153(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 1000){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 1000}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate22(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
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
validate153.errors = vErrors;
return errors === 0;
}

const schema56 = {"type":"string","pattern":"^.{1,64}$"};
const pattern10 = new RegExp("^.{1,64}$", "u");

function validate156(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern10.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^.{1,64}$"}};
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
validate156.errors = vErrors;
return errors === 0;
}


function validate148(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.keyId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "keyId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.secret === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "secret"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.accountIds === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "accountIds"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "keyId") || (key0 === "secret")) || (key0 === "accountIds")) || (key0 === "name"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.keyId !== undefined){
if(!(validate149(data.keyId, {instancePath:instancePath+"/keyId",parentData:data,parentDataProperty:"keyId",rootData}))){
vErrors = vErrors === null ? validate149.errors : vErrors.concat(validate149.errors);
errors = vErrors.length;
}
}
if(data.secret !== undefined){
if(!(validate151(data.secret, {instancePath:instancePath+"/secret",parentData:data,parentDataProperty:"secret",rootData}))){
vErrors = vErrors === null ? validate151.errors : vErrors.concat(validate151.errors);
errors = vErrors.length;
}
}
if(data.accountIds !== undefined){
if(!(validate153(data.accountIds, {instancePath:instancePath+"/accountIds",parentData:data,parentDataProperty:"accountIds",rootData}))){
vErrors = vErrors === null ? validate153.errors : vErrors.concat(validate153.errors);
errors = vErrors.length;
}
}
if(data.name !== undefined){
if(!(validate156(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate156.errors : vErrors.concat(validate156.errors);
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
validate148.errors = vErrors;
return errors === 0;
}


function validate147(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 10000){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 10000}};
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
if(!(validate148(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate148.errors : vErrors.concat(validate148.errors);
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
validate147.errors = vErrors;
return errors === 0;
}


function validate104(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema42.properties, key0))){
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
if(data.id !== undefined){
if(!(validate40(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate106(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate106.errors : vErrors.concat(validate106.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.operatorHost !== undefined){
if(!(validate106(data.operatorHost, {instancePath:instancePath+"/operatorHost",parentData:data,parentDataProperty:"operatorHost",rootData}))){
vErrors = vErrors === null ? validate106.errors : vErrors.concat(validate106.errors);
errors = vErrors.length;
}
}
if(data.operatorPort !== undefined){
if(!(validate40(data.operatorPort, {instancePath:instancePath+"/operatorPort",parentData:data,parentDataProperty:"operatorPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.tls !== undefined){
if(!(validate111(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate111.errors : vErrors.concat(validate111.errors);
errors = vErrors.length;
}
}
if(data.operatorTls !== undefined){
if(!(validate111(data.operatorTls, {instancePath:instancePath+"/operatorTls",parentData:data,parentDataProperty:"operatorTls",rootData}))){
vErrors = vErrors === null ? validate111.errors : vErrors.concat(validate111.errors);
errors = vErrors.length;
}
}
if(data.insecure !== undefined){
if(!(validate117(data.insecure, {instancePath:instancePath+"/insecure",parentData:data,parentDataProperty:"insecure",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.timeWindowMs !== undefined){
if(!(validate119(data.timeWindowMs, {instancePath:instancePath+"/timeWindowMs",parentData:data,parentDataProperty:"timeWindowMs",rootData}))){
vErrors = vErrors === null ? validate119.errors : vErrors.concat(validate119.errors);
errors = vErrors.length;
}
}
if(data.trustedProxies !== undefined){
if(!(validate121(data.trustedProxies, {instancePath:instancePath+"/trustedProxies",parentData:data,parentDataProperty:"trustedProxies",rootData}))){
vErrors = vErrors === null ? validate121.errors : vErrors.concat(validate121.errors);
errors = vErrors.length;
}
}
if(data.limits !== undefined){
if(!(validate125(data.limits, {instancePath:instancePath+"/limits",parentData:data,parentDataProperty:"limits",rootData}))){
vErrors = vErrors === null ? validate125.errors : vErrors.concat(validate125.errors);
errors = vErrors.length;
}
}
if(data.apiKeys !== undefined){
if(!(validate147(data.apiKeys, {instancePath:instancePath+"/apiKeys",parentData:data,parentDataProperty:"apiKeys",rootData}))){
vErrors = vErrors === null ? validate147.errors : vErrors.concat(validate147.errors);
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
validate104.errors = vErrors;
return errors === 0;
}

const schema57 = {"type":"object","required":["watcher"],"properties":{"watcher":{"$ref":"#/definitions/kind51"},"everyMs":{"$ref":"#/definitions/kind39"},"lateMs":{"$ref":"#/definitions/kind52"},"silentMs":{"$ref":"#/definitions/kind39"}},"additionalProperties":false};
const schema58 = {"type":"integer","minimum":1,"maximum":255};

function validate162(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate162.errors = vErrors;
return errors === 0;
}

const schema59 = {"type":"integer","minimum":1,"maximum":60000};

function validate165(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 60000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
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
validate165.errors = vErrors;
return errors === 0;
}


function validate161(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
for(const key0 in data){
if(!((((key0 === "watcher") || (key0 === "everyMs")) || (key0 === "lateMs")) || (key0 === "silentMs"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.watcher !== undefined){
if(!(validate162(data.watcher, {instancePath:instancePath+"/watcher",parentData:data,parentDataProperty:"watcher",rootData}))){
vErrors = vErrors === null ? validate162.errors : vErrors.concat(validate162.errors);
errors = vErrors.length;
}
}
if(data.everyMs !== undefined){
if(!(validate119(data.everyMs, {instancePath:instancePath+"/everyMs",parentData:data,parentDataProperty:"everyMs",rootData}))){
vErrors = vErrors === null ? validate119.errors : vErrors.concat(validate119.errors);
errors = vErrors.length;
}
}
if(data.lateMs !== undefined){
if(!(validate165(data.lateMs, {instancePath:instancePath+"/lateMs",parentData:data,parentDataProperty:"lateMs",rootData}))){
vErrors = vErrors === null ? validate165.errors : vErrors.concat(validate165.errors);
errors = vErrors.length;
}
}
if(data.silentMs !== undefined){
if(!(validate119(data.silentMs, {instancePath:instancePath+"/silentMs",parentData:data,parentDataProperty:"silentMs",rootData}))){
vErrors = vErrors === null ? validate119.errors : vErrors.concat(validate119.errors);
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
validate161.errors = vErrors;
return errors === 0;
}

const schema60 = {"type":"object","properties":{"tls":{"$ref":"#/definitions/kind37"},"insecure":{"$ref":"#/definitions/kind38"},"operators":{"$ref":"#/definitions/kind57"},"twoPersons":{"$ref":"#/definitions/kind38"},"operator":{"$ref":"#/definitions/kind1"}},"additionalProperties":false};
const schema61 = {"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind56"}};
const schema62 = {"type":"object","required":["id","name","rights"],"properties":{"id":{"$ref":"#/definitions/kind1"},"name":{"$ref":"#/definitions/kind47"},"rights":{"$ref":"#/definitions/kind55"}},"additionalProperties":false};
const schema63 = {"type":"array","minItems":0,"maxItems":6,"items":{"$ref":"#/definitions/kind54"}};
const schema64 = {"enum":["snapshot","lead","members","stop","market","loss"]};

function validate177(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((data === "snapshot") || (data === "lead")) || (data === "members")) || (data === "stop")) || (data === "market")) || (data === "loss"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema64.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate177.errors = vErrors;
return errors === 0;
}


function validate176(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 6){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 6}};
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
if(!(validate177(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate177.errors : vErrors.concat(validate177.errors);
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
validate176.errors = vErrors;
return errors === 0;
}


function validate173(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.name === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.rights === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "rights"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((key0 === "id") || (key0 === "name")) || (key0 === "rights"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.id !== undefined){
if(!(validate22(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.name !== undefined){
if(!(validate156(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate156.errors : vErrors.concat(validate156.errors);
errors = vErrors.length;
}
}
if(data.rights !== undefined){
if(!(validate176(data.rights, {instancePath:instancePath+"/rights",parentData:data,parentDataProperty:"rights",rootData}))){
vErrors = vErrors === null ? validate176.errors : vErrors.concat(validate176.errors);
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
validate173.errors = vErrors;
return errors === 0;
}


function validate172(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate173(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate173.errors : vErrors.concat(validate173.errors);
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
validate172.errors = vErrors;
return errors === 0;
}


function validate169(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "tls") || (key0 === "insecure")) || (key0 === "operators")) || (key0 === "twoPersons")) || (key0 === "operator"))){
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
if(data.tls !== undefined){
if(!(validate111(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate111.errors : vErrors.concat(validate111.errors);
errors = vErrors.length;
}
}
if(data.insecure !== undefined){
if(!(validate117(data.insecure, {instancePath:instancePath+"/insecure",parentData:data,parentDataProperty:"insecure",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.operators !== undefined){
if(!(validate172(data.operators, {instancePath:instancePath+"/operators",parentData:data,parentDataProperty:"operators",rootData}))){
vErrors = vErrors === null ? validate172.errors : vErrors.concat(validate172.errors);
errors = vErrors.length;
}
}
if(data.twoPersons !== undefined){
if(!(validate117(data.twoPersons, {instancePath:instancePath+"/twoPersons",parentData:data,parentDataProperty:"twoPersons",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.operator !== undefined){
if(!(validate22(data.operator, {instancePath:instancePath+"/operator",parentData:data,parentDataProperty:"operator",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
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
validate169.errors = vErrors;
return errors === 0;
}

const schema65 = {"type":"object","properties":{"replica":{"$ref":"#/definitions/kind59"},"everySeconds":{"$ref":"#/definitions/kind60"},"snapshotMinutes":{"$ref":"#/definitions/kind61"},"verifyHours":{"$ref":"#/definitions/kind62"},"alarmSeconds":{"$ref":"#/definitions/kind63"},"port":{"$ref":"#/definitions/kind9"},"folders":{"$ref":"#/definitions/kind69"},"buckets":{"$ref":"#/definitions/kind76"}},"additionalProperties":false};
const schema66 = {"type":"integer","minimum":1,"maximum":7};

function validate186(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 7 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 7}};
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
validate186.errors = vErrors;
return errors === 0;
}

const schema67 = {"type":"integer","minimum":1,"maximum":3600};

function validate188(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 3600 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3600}};
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
validate188.errors = vErrors;
return errors === 0;
}

const schema68 = {"type":"integer","minimum":1,"maximum":10080};

function validate190(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 10080 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10080}};
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
validate190.errors = vErrors;
return errors === 0;
}

const schema69 = {"type":"integer","minimum":1,"maximum":8760};

function validate192(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 8760 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 8760}};
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
validate192.errors = vErrors;
return errors === 0;
}

const schema70 = {"type":"integer","minimum":5,"maximum":86400};

function validate194(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 86400 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 5 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 5}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate194.errors = vErrors;
return errors === 0;
}

const schema71 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind68"}};
const schema72 = {"type":"object","required":["name","folder"],"properties":{"name":{"$ref":"#/definitions/kind64"},"compression":{"$ref":"#/definitions/kind65"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind66"},"keepCount":{"$ref":"#/definitions/kind67"},"folder":{"$ref":"#/definitions/kind2"}},"additionalProperties":false};
const schema73 = {"type":"string","pattern":"^[A-Za-z0-9-]{1,64}$"};
const pattern11 = new RegExp("^[A-Za-z0-9-]{1,64}$", "u");

function validate199(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern11.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9-]{1,64}$"}};
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
validate199.errors = vErrors;
return errors === 0;
}

const schema74 = {"enum":["zstd","none"]};

function validate201(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "zstd") || (data === "none"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema74.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate201.errors = vErrors;
return errors === 0;
}

const schema75 = {"type":"integer","minimum":1,"maximum":87600};

function validate204(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 87600 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 87600}};
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
validate204.errors = vErrors;
return errors === 0;
}

const schema76 = {"type":"integer","minimum":1,"maximum":10000};

function validate206(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 10000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 10000}};
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
validate206.errors = vErrors;
return errors === 0;
}


function validate198(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.folder === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "folder"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((((key0 === "name") || (key0 === "compression")) || (key0 === "keyFile")) || (key0 === "keepHours")) || (key0 === "keepCount")) || (key0 === "folder"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
if(!(validate199(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.compression !== undefined){
if(!(validate201(data.compression, {instancePath:instancePath+"/compression",parentData:data,parentDataProperty:"compression",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
errors = vErrors.length;
}
}
if(data.keyFile !== undefined){
if(!(validate24(data.keyFile, {instancePath:instancePath+"/keyFile",parentData:data,parentDataProperty:"keyFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.keepHours !== undefined){
if(!(validate204(data.keepHours, {instancePath:instancePath+"/keepHours",parentData:data,parentDataProperty:"keepHours",rootData}))){
vErrors = vErrors === null ? validate204.errors : vErrors.concat(validate204.errors);
errors = vErrors.length;
}
}
if(data.keepCount !== undefined){
if(!(validate206(data.keepCount, {instancePath:instancePath+"/keepCount",parentData:data,parentDataProperty:"keepCount",rootData}))){
vErrors = vErrors === null ? validate206.errors : vErrors.concat(validate206.errors);
errors = vErrors.length;
}
}
if(data.folder !== undefined){
if(!(validate24(data.folder, {instancePath:instancePath+"/folder",parentData:data,parentDataProperty:"folder",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
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
validate198.errors = vErrors;
return errors === 0;
}


function validate197(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate198(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate198.errors : vErrors.concat(validate198.errors);
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
validate197.errors = vErrors;
return errors === 0;
}

const schema77 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind75"}};
const schema78 = {"type":"object","required":["name","endpoint","bucket","accessKeyId","secretAccessKey"],"properties":{"name":{"$ref":"#/definitions/kind64"},"compression":{"$ref":"#/definitions/kind65"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind66"},"keepCount":{"$ref":"#/definitions/kind67"},"endpoint":{"$ref":"#/definitions/kind70"},"region":{"$ref":"#/definitions/kind64"},"bucket":{"$ref":"#/definitions/kind71"},"prefix":{"$ref":"#/definitions/kind72"},"accessKeyId":{"$ref":"#/definitions/kind73"},"secretAccessKey":{"$ref":"#/definitions/kind74"}},"additionalProperties":false};
const schema79 = {"type":"string","pattern":"^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$"};
const pattern12 = new RegExp("^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$", "u");

function validate218(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern12.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$"}};
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
validate218.errors = vErrors;
return errors === 0;
}

const schema80 = {"type":"string","pattern":"^[a-z0-9.-]{3,64}$"};
const pattern13 = new RegExp("^[a-z0-9.-]{3,64}$", "u");

function validate221(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern13.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9.-]{3,64}$"}};
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
validate221.errors = vErrors;
return errors === 0;
}

const schema81 = {"type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$"};
const pattern14 = new RegExp("^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$", "u");

function validate223(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern14.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$"}};
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
validate223.errors = vErrors;
return errors === 0;
}

const schema82 = {"type":"string","pattern":"^[!-~]{1,128}$"};
const pattern15 = new RegExp("^[!-~]{1,128}$", "u");

function validate225(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern15.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[!-~]{1,128}$"}};
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
validate225.errors = vErrors;
return errors === 0;
}

const schema83 = {"type":"string","pattern":"^[!-~]{8,256}$"};
const pattern16 = new RegExp("^[!-~]{8,256}$", "u");

function validate227(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern16.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[!-~]{8,256}$"}};
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
validate227.errors = vErrors;
return errors === 0;
}


function validate212(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.endpoint === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "endpoint"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.bucket === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "bucket"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.accessKeyId === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "accessKeyId"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.secretAccessKey === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "secretAccessKey"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
for(const key0 in data){
if(!(func2.call(schema78.properties, key0))){
const err5 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.name !== undefined){
if(!(validate199(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.compression !== undefined){
if(!(validate201(data.compression, {instancePath:instancePath+"/compression",parentData:data,parentDataProperty:"compression",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
errors = vErrors.length;
}
}
if(data.keyFile !== undefined){
if(!(validate24(data.keyFile, {instancePath:instancePath+"/keyFile",parentData:data,parentDataProperty:"keyFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.keepHours !== undefined){
if(!(validate204(data.keepHours, {instancePath:instancePath+"/keepHours",parentData:data,parentDataProperty:"keepHours",rootData}))){
vErrors = vErrors === null ? validate204.errors : vErrors.concat(validate204.errors);
errors = vErrors.length;
}
}
if(data.keepCount !== undefined){
if(!(validate206(data.keepCount, {instancePath:instancePath+"/keepCount",parentData:data,parentDataProperty:"keepCount",rootData}))){
vErrors = vErrors === null ? validate206.errors : vErrors.concat(validate206.errors);
errors = vErrors.length;
}
}
if(data.endpoint !== undefined){
if(!(validate218(data.endpoint, {instancePath:instancePath+"/endpoint",parentData:data,parentDataProperty:"endpoint",rootData}))){
vErrors = vErrors === null ? validate218.errors : vErrors.concat(validate218.errors);
errors = vErrors.length;
}
}
if(data.region !== undefined){
if(!(validate199(data.region, {instancePath:instancePath+"/region",parentData:data,parentDataProperty:"region",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.bucket !== undefined){
if(!(validate221(data.bucket, {instancePath:instancePath+"/bucket",parentData:data,parentDataProperty:"bucket",rootData}))){
vErrors = vErrors === null ? validate221.errors : vErrors.concat(validate221.errors);
errors = vErrors.length;
}
}
if(data.prefix !== undefined){
if(!(validate223(data.prefix, {instancePath:instancePath+"/prefix",parentData:data,parentDataProperty:"prefix",rootData}))){
vErrors = vErrors === null ? validate223.errors : vErrors.concat(validate223.errors);
errors = vErrors.length;
}
}
if(data.accessKeyId !== undefined){
if(!(validate225(data.accessKeyId, {instancePath:instancePath+"/accessKeyId",parentData:data,parentDataProperty:"accessKeyId",rootData}))){
vErrors = vErrors === null ? validate225.errors : vErrors.concat(validate225.errors);
errors = vErrors.length;
}
}
if(data.secretAccessKey !== undefined){
if(!(validate227(data.secretAccessKey, {instancePath:instancePath+"/secretAccessKey",parentData:data,parentDataProperty:"secretAccessKey",rootData}))){
vErrors = vErrors === null ? validate227.errors : vErrors.concat(validate227.errors);
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
validate212.errors = vErrors;
return errors === 0;
}


function validate211(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate212(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate212.errors : vErrors.concat(validate212.errors);
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
validate211.errors = vErrors;
return errors === 0;
}


function validate185(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((((key0 === "replica") || (key0 === "everySeconds")) || (key0 === "snapshotMinutes")) || (key0 === "verifyHours")) || (key0 === "alarmSeconds")) || (key0 === "port")) || (key0 === "folders")) || (key0 === "buckets"))){
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
if(data.replica !== undefined){
if(!(validate186(data.replica, {instancePath:instancePath+"/replica",parentData:data,parentDataProperty:"replica",rootData}))){
vErrors = vErrors === null ? validate186.errors : vErrors.concat(validate186.errors);
errors = vErrors.length;
}
}
if(data.everySeconds !== undefined){
if(!(validate188(data.everySeconds, {instancePath:instancePath+"/everySeconds",parentData:data,parentDataProperty:"everySeconds",rootData}))){
vErrors = vErrors === null ? validate188.errors : vErrors.concat(validate188.errors);
errors = vErrors.length;
}
}
if(data.snapshotMinutes !== undefined){
if(!(validate190(data.snapshotMinutes, {instancePath:instancePath+"/snapshotMinutes",parentData:data,parentDataProperty:"snapshotMinutes",rootData}))){
vErrors = vErrors === null ? validate190.errors : vErrors.concat(validate190.errors);
errors = vErrors.length;
}
}
if(data.verifyHours !== undefined){
if(!(validate192(data.verifyHours, {instancePath:instancePath+"/verifyHours",parentData:data,parentDataProperty:"verifyHours",rootData}))){
vErrors = vErrors === null ? validate192.errors : vErrors.concat(validate192.errors);
errors = vErrors.length;
}
}
if(data.alarmSeconds !== undefined){
if(!(validate194(data.alarmSeconds, {instancePath:instancePath+"/alarmSeconds",parentData:data,parentDataProperty:"alarmSeconds",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.folders !== undefined){
if(!(validate197(data.folders, {instancePath:instancePath+"/folders",parentData:data,parentDataProperty:"folders",rootData}))){
vErrors = vErrors === null ? validate197.errors : vErrors.concat(validate197.errors);
errors = vErrors.length;
}
}
if(data.buckets !== undefined){
if(!(validate211(data.buckets, {instancePath:instancePath+"/buckets",parentData:data,parentDataProperty:"buckets",rootData}))){
vErrors = vErrors === null ? validate211.errors : vErrors.concat(validate211.errors);
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
validate185.errors = vErrors;
return errors === 0;
}

const schema84 = {"type":"object","properties":{"webhooks":{"$ref":"#/definitions/kind84"},"commands":{"$ref":"#/definitions/kind90"},"giveUpMinutes":{"$ref":"#/definitions/kind91"}},"additionalProperties":false};
const schema85 = {"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind83"}};
const schema86 = {"type":"object","required":["name","url"],"properties":{"name":{"$ref":"#/definitions/kind64"},"url":{"$ref":"#/definitions/kind78"},"secret":{"$ref":"#/definitions/kind79"},"format":{"$ref":"#/definitions/kind80"},"on":{"$ref":"#/definitions/kind82"},"timeoutMs":{"$ref":"#/definitions/kind39"},"authoritiesFile":{"$ref":"#/definitions/kind2"}},"additionalProperties":false};
const schema87 = {"type":"string","pattern":"^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$"};
const pattern17 = new RegExp("^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$", "u");

function validate236(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern17.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$"}};
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
validate236.errors = vErrors;
return errors === 0;
}

const schema88 = {"type":"string","pattern":"^[!-~]{16,256}$"};
const pattern18 = new RegExp("^[!-~]{16,256}$", "u");

function validate238(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern18.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[!-~]{16,256}$"}};
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
validate238.errors = vErrors;
return errors === 0;
}

const schema89 = {"enum":["json","slack"]};

function validate240(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "json") || (data === "slack"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema89.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate240.errors = vErrors;
return errors === 0;
}

const schema90 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind81"}};
const schema91 = {"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","failoverWithheld","diskFull","memoryShort","processorsBusy","commandParked","commandVoided","voidDecided","fenceRan","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","breakerOpen","addressFailing","hookFailing","noticesGivenUp"]};

function validate243(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((((((((((((((((((((((((((((((((((((((data === "all") || (data === "fault")) || (data === "test")) || (data === "leaderChanged")) || (data === "membersChanged")) || (data === "spareGivenVote")) || (data === "modeChanged")) || (data === "quorumLost")) || (data === "commitsStalled")) || (data === "memberLost")) || (data === "memberRecovering")) || (data === "memberBehind")) || (data === "memberGray")) || (data === "failoverManual")) || (data === "failoverWithheld")) || (data === "diskFull")) || (data === "memoryShort")) || (data === "processorsBusy")) || (data === "commandParked")) || (data === "commandVoided")) || (data === "voidDecided")) || (data === "fenceRan")) || (data === "stateDiffers")) || (data === "stateDisputed")) || (data === "crashLoop")) || (data === "clockDiffers")) || (data === "certificateEnding")) || (data === "backupBehind")) || (data === "siteBehind")) || (data === "siteUndecided")) || (data === "drillOverdue")) || (data === "canaryWrong")) || (data === "canaryLate")) || (data === "canarySilent")) || (data === "canaryUnreached")) || (data === "breakerOpen")) || (data === "addressFailing")) || (data === "hookFailing")) || (data === "noticesGivenUp"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema91.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate243.errors = vErrors;
return errors === 0;
}


function validate242(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 64){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 64}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate243(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate243.errors : vErrors.concat(validate243.errors);
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
validate242.errors = vErrors;
return errors === 0;
}


function validate234(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.url === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "url"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "name") || (key0 === "url")) || (key0 === "secret")) || (key0 === "format")) || (key0 === "on")) || (key0 === "timeoutMs")) || (key0 === "authoritiesFile"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
if(!(validate199(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.url !== undefined){
if(!(validate236(data.url, {instancePath:instancePath+"/url",parentData:data,parentDataProperty:"url",rootData}))){
vErrors = vErrors === null ? validate236.errors : vErrors.concat(validate236.errors);
errors = vErrors.length;
}
}
if(data.secret !== undefined){
if(!(validate238(data.secret, {instancePath:instancePath+"/secret",parentData:data,parentDataProperty:"secret",rootData}))){
vErrors = vErrors === null ? validate238.errors : vErrors.concat(validate238.errors);
errors = vErrors.length;
}
}
if(data.format !== undefined){
if(!(validate240(data.format, {instancePath:instancePath+"/format",parentData:data,parentDataProperty:"format",rootData}))){
vErrors = vErrors === null ? validate240.errors : vErrors.concat(validate240.errors);
errors = vErrors.length;
}
}
if(data.on !== undefined){
if(!(validate242(data.on, {instancePath:instancePath+"/on",parentData:data,parentDataProperty:"on",rootData}))){
vErrors = vErrors === null ? validate242.errors : vErrors.concat(validate242.errors);
errors = vErrors.length;
}
}
if(data.timeoutMs !== undefined){
if(!(validate119(data.timeoutMs, {instancePath:instancePath+"/timeoutMs",parentData:data,parentDataProperty:"timeoutMs",rootData}))){
vErrors = vErrors === null ? validate119.errors : vErrors.concat(validate119.errors);
errors = vErrors.length;
}
}
if(data.authoritiesFile !== undefined){
if(!(validate24(data.authoritiesFile, {instancePath:instancePath+"/authoritiesFile",parentData:data,parentDataProperty:"authoritiesFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
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
validate234.errors = vErrors;
return errors === 0;
}


function validate233(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 16){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 16}};
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
if(!(validate234(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate234.errors : vErrors.concat(validate234.errors);
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
validate233.errors = vErrors;
return errors === 0;
}

const schema92 = {"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind89"}};
const schema93 = {"type":"object","required":["name","run"],"properties":{"name":{"$ref":"#/definitions/kind64"},"run":{"$ref":"#/definitions/kind85"},"on":{"$ref":"#/definitions/kind87"},"timeoutMs":{"$ref":"#/definitions/kind88"}},"additionalProperties":false};
const schema94 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind2"}};

function validate253(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 64){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 64}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate24(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
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
validate253.errors = vErrors;
return errors === 0;
}

const schema95 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind86"}};
const schema96 = {"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","failoverWithheld","diskFull","memoryShort","processorsBusy","commandParked","commandVoided","voidDecided","fenceRan","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","breakerOpen","addressFailing","hookFailing","noticesGivenUp","becomeLeader","becomeFollower"]};

function validate257(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((((((((((((((((((((((((((((((((((((((((data === "all") || (data === "fault")) || (data === "test")) || (data === "leaderChanged")) || (data === "membersChanged")) || (data === "spareGivenVote")) || (data === "modeChanged")) || (data === "quorumLost")) || (data === "commitsStalled")) || (data === "memberLost")) || (data === "memberRecovering")) || (data === "memberBehind")) || (data === "memberGray")) || (data === "failoverManual")) || (data === "failoverWithheld")) || (data === "diskFull")) || (data === "memoryShort")) || (data === "processorsBusy")) || (data === "commandParked")) || (data === "commandVoided")) || (data === "voidDecided")) || (data === "fenceRan")) || (data === "stateDiffers")) || (data === "stateDisputed")) || (data === "crashLoop")) || (data === "clockDiffers")) || (data === "certificateEnding")) || (data === "backupBehind")) || (data === "siteBehind")) || (data === "siteUndecided")) || (data === "drillOverdue")) || (data === "canaryWrong")) || (data === "canaryLate")) || (data === "canarySilent")) || (data === "canaryUnreached")) || (data === "breakerOpen")) || (data === "addressFailing")) || (data === "hookFailing")) || (data === "noticesGivenUp")) || (data === "becomeLeader")) || (data === "becomeFollower"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema96.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate257.errors = vErrors;
return errors === 0;
}


function validate256(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 64){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 64}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.length < 1){
const err1 = {instancePath,schemaPath:"#/minItems",keyword:"minItems",params:{limit: 1}};
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
if(!(validate257(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate257.errors : vErrors.concat(validate257.errors);
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
validate256.errors = vErrors;
return errors === 0;
}

const schema97 = {"type":"integer","minimum":100,"maximum":600000};

function validate260(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 600000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 600000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 100 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 100}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate260.errors = vErrors;
return errors === 0;
}


function validate251(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.run === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "run"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "name") || (key0 === "run")) || (key0 === "on")) || (key0 === "timeoutMs"))){
const err2 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.name !== undefined){
if(!(validate199(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.run !== undefined){
if(!(validate253(data.run, {instancePath:instancePath+"/run",parentData:data,parentDataProperty:"run",rootData}))){
vErrors = vErrors === null ? validate253.errors : vErrors.concat(validate253.errors);
errors = vErrors.length;
}
}
if(data.on !== undefined){
if(!(validate256(data.on, {instancePath:instancePath+"/on",parentData:data,parentDataProperty:"on",rootData}))){
vErrors = vErrors === null ? validate256.errors : vErrors.concat(validate256.errors);
errors = vErrors.length;
}
}
if(data.timeoutMs !== undefined){
if(!(validate260(data.timeoutMs, {instancePath:instancePath+"/timeoutMs",parentData:data,parentDataProperty:"timeoutMs",rootData}))){
vErrors = vErrors === null ? validate260.errors : vErrors.concat(validate260.errors);
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
validate251.errors = vErrors;
return errors === 0;
}


function validate250(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 16){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 16}};
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
if(!(validate251(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate251.errors : vErrors.concat(validate251.errors);
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
validate250.errors = vErrors;
return errors === 0;
}

const schema98 = {"type":"integer","minimum":1,"maximum":43200};

function validate264(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 43200 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 43200}};
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
validate264.errors = vErrors;
return errors === 0;
}


function validate232(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((key0 === "webhooks") || (key0 === "commands")) || (key0 === "giveUpMinutes"))){
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
if(data.webhooks !== undefined){
if(!(validate233(data.webhooks, {instancePath:instancePath+"/webhooks",parentData:data,parentDataProperty:"webhooks",rootData}))){
vErrors = vErrors === null ? validate233.errors : vErrors.concat(validate233.errors);
errors = vErrors.length;
}
}
if(data.commands !== undefined){
if(!(validate250(data.commands, {instancePath:instancePath+"/commands",parentData:data,parentDataProperty:"commands",rootData}))){
vErrors = vErrors === null ? validate250.errors : vErrors.concat(validate250.errors);
errors = vErrors.length;
}
}
if(data.giveUpMinutes !== undefined){
if(!(validate264(data.giveUpMinutes, {instancePath:instancePath+"/giveUpMinutes",parentData:data,parentDataProperty:"giveUpMinutes",rootData}))){
vErrors = vErrors === null ? validate264.errors : vErrors.concat(validate264.errors);
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
validate232.errors = vErrors;
return errors === 0;
}

const schema99 = {"type":"object","properties":{"targetPercent":{"$ref":"#/definitions/kind93"},"gateways":{"$ref":"#/definitions/kind94"},"failuresInTenYears":{"$ref":"#/definitions/kind96"},"repairMinutes":{"$ref":"#/definitions/kind98"}},"additionalProperties":false};
const schema100 = {"enum":["99.9","99.95","99.99","99.995","99.999"]};

function validate268(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((((data === "99.9") || (data === "99.95")) || (data === "99.99")) || (data === "99.995")) || (data === "99.999"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema100.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate268.errors = vErrors;
return errors === 0;
}

const schema101 = {"type":"integer","minimum":1,"maximum":1000};

function validate270(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000}};
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
validate270.errors = vErrors;
return errors === 0;
}

const schema102 = {"type":"object","properties":{"process":{"$ref":"#/definitions/kind95"},"machine":{"$ref":"#/definitions/kind95"},"network":{"$ref":"#/definitions/kind95"},"disk":{"$ref":"#/definitions/kind95"},"power":{"$ref":"#/definitions/kind95"},"clock":{"$ref":"#/definitions/kind95"},"operator":{"$ref":"#/definitions/kind95"},"client":{"$ref":"#/definitions/kind95"}},"additionalProperties":false};
const schema103 = {"type":"integer","minimum":0,"maximum":1000000};

function validate273(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 1000000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000}};
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
validate273.errors = vErrors;
return errors === 0;
}


function validate272(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((((key0 === "process") || (key0 === "machine")) || (key0 === "network")) || (key0 === "disk")) || (key0 === "power")) || (key0 === "clock")) || (key0 === "operator")) || (key0 === "client"))){
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
if(data.process !== undefined){
if(!(validate273(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.machine !== undefined){
if(!(validate273(data.machine, {instancePath:instancePath+"/machine",parentData:data,parentDataProperty:"machine",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.network !== undefined){
if(!(validate273(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.disk !== undefined){
if(!(validate273(data.disk, {instancePath:instancePath+"/disk",parentData:data,parentDataProperty:"disk",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate273(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.clock !== undefined){
if(!(validate273(data.clock, {instancePath:instancePath+"/clock",parentData:data,parentDataProperty:"clock",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.operator !== undefined){
if(!(validate273(data.operator, {instancePath:instancePath+"/operator",parentData:data,parentDataProperty:"operator",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
errors = vErrors.length;
}
}
if(data.client !== undefined){
if(!(validate273(data.client, {instancePath:instancePath+"/client",parentData:data,parentDataProperty:"client",rootData}))){
vErrors = vErrors === null ? validate273.errors : vErrors.concat(validate273.errors);
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
validate272.errors = vErrors;
return errors === 0;
}

const schema104 = {"type":"object","properties":{"process":{"$ref":"#/definitions/kind97"},"machine":{"$ref":"#/definitions/kind97"},"network":{"$ref":"#/definitions/kind97"},"disk":{"$ref":"#/definitions/kind97"},"power":{"$ref":"#/definitions/kind97"},"promotion":{"$ref":"#/definitions/kind97"}},"additionalProperties":false};
const schema105 = {"type":"integer","minimum":0,"maximum":525600};

function validate284(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 525600 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 525600}};
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
validate284.errors = vErrors;
return errors === 0;
}


function validate283(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "process") || (key0 === "machine")) || (key0 === "network")) || (key0 === "disk")) || (key0 === "power")) || (key0 === "promotion"))){
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
if(data.process !== undefined){
if(!(validate284(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
errors = vErrors.length;
}
}
if(data.machine !== undefined){
if(!(validate284(data.machine, {instancePath:instancePath+"/machine",parentData:data,parentDataProperty:"machine",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
errors = vErrors.length;
}
}
if(data.network !== undefined){
if(!(validate284(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
errors = vErrors.length;
}
}
if(data.disk !== undefined){
if(!(validate284(data.disk, {instancePath:instancePath+"/disk",parentData:data,parentDataProperty:"disk",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate284(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
errors = vErrors.length;
}
}
if(data.promotion !== undefined){
if(!(validate284(data.promotion, {instancePath:instancePath+"/promotion",parentData:data,parentDataProperty:"promotion",rootData}))){
vErrors = vErrors === null ? validate284.errors : vErrors.concat(validate284.errors);
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
validate283.errors = vErrors;
return errors === 0;
}


function validate267(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "targetPercent") || (key0 === "gateways")) || (key0 === "failuresInTenYears")) || (key0 === "repairMinutes"))){
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
if(data.targetPercent !== undefined){
if(!(validate268(data.targetPercent, {instancePath:instancePath+"/targetPercent",parentData:data,parentDataProperty:"targetPercent",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.gateways !== undefined){
if(!(validate270(data.gateways, {instancePath:instancePath+"/gateways",parentData:data,parentDataProperty:"gateways",rootData}))){
vErrors = vErrors === null ? validate270.errors : vErrors.concat(validate270.errors);
errors = vErrors.length;
}
}
if(data.failuresInTenYears !== undefined){
if(!(validate272(data.failuresInTenYears, {instancePath:instancePath+"/failuresInTenYears",parentData:data,parentDataProperty:"failuresInTenYears",rootData}))){
vErrors = vErrors === null ? validate272.errors : vErrors.concat(validate272.errors);
errors = vErrors.length;
}
}
if(data.repairMinutes !== undefined){
if(!(validate283(data.repairMinutes, {instancePath:instancePath+"/repairMinutes",parentData:data,parentDataProperty:"repairMinutes",rootData}))){
vErrors = vErrors === null ? validate283.errors : vErrors.concat(validate283.errors);
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
validate267.errors = vErrors;
return errors === 0;
}

const schema106 = {"type":"object","properties":{"rtoSeconds":{"$ref":"#/definitions/kind100"},"rpoMilliseconds":{"$ref":"#/definitions/kind101"},"drills":{"$ref":"#/definitions/kind103"},"drillDays":{"$ref":"#/definitions/kind104"}},"additionalProperties":false};
const schema107 = {"type":"integer","minimum":0,"maximum":604800};

function validate294(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 604800 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 604800}};
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
validate294.errors = vErrors;
return errors === 0;
}

const schema108 = {"type":"integer","minimum":0,"maximum":604800000};

function validate296(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 604800000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 604800000}};
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
validate296.errors = vErrors;
return errors === 0;
}

const schema109 = {"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind102"}};
const schema110 = {"enum":["failover","restore","site-loss","switchover"]};

function validate299(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((data === "failover") || (data === "restore")) || (data === "site-loss")) || (data === "switchover"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema110.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate299.errors = vErrors;
return errors === 0;
}


function validate298(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate299(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate299.errors : vErrors.concat(validate299.errors);
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
validate298.errors = vErrors;
return errors === 0;
}

const schema111 = {"type":"integer","minimum":1,"maximum":3650};

function validate302(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 3650 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 3650}};
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
validate302.errors = vErrors;
return errors === 0;
}


function validate293(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "rtoSeconds") || (key0 === "rpoMilliseconds")) || (key0 === "drills")) || (key0 === "drillDays"))){
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
if(data.rtoSeconds !== undefined){
if(!(validate294(data.rtoSeconds, {instancePath:instancePath+"/rtoSeconds",parentData:data,parentDataProperty:"rtoSeconds",rootData}))){
vErrors = vErrors === null ? validate294.errors : vErrors.concat(validate294.errors);
errors = vErrors.length;
}
}
if(data.rpoMilliseconds !== undefined){
if(!(validate296(data.rpoMilliseconds, {instancePath:instancePath+"/rpoMilliseconds",parentData:data,parentDataProperty:"rpoMilliseconds",rootData}))){
vErrors = vErrors === null ? validate296.errors : vErrors.concat(validate296.errors);
errors = vErrors.length;
}
}
if(data.drills !== undefined){
if(!(validate298(data.drills, {instancePath:instancePath+"/drills",parentData:data,parentDataProperty:"drills",rootData}))){
vErrors = vErrors === null ? validate298.errors : vErrors.concat(validate298.errors);
errors = vErrors.length;
}
}
if(data.drillDays !== undefined){
if(!(validate302(data.drillDays, {instancePath:instancePath+"/drillDays",parentData:data,parentDataProperty:"drillDays",rootData}))){
vErrors = vErrors === null ? validate302.errors : vErrors.concat(validate302.errors);
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
validate293.errors = vErrors;
return errors === 0;
}

const schema112 = {"type":"object","properties":{"name":{"$ref":"#/definitions/kind106"},"target":{"$ref":"#/definitions/kind106"},"everyMilliseconds":{"$ref":"#/definitions/kind21"},"lease":{"$ref":"#/definitions/kind108"},"lookSeconds":{"$ref":"#/definitions/kind109"},"alarmSeconds":{"$ref":"#/definitions/kind110"},"decideSeconds":{"$ref":"#/definitions/kind110"},"port":{"$ref":"#/definitions/kind9"},"openAfterSeconds":{"$ref":"#/definitions/kind109"}},"additionalProperties":false};
const schema113 = {"type":"string","pattern":"^[A-Za-z0-9-]{1,32}$"};
const pattern19 = new RegExp("^[A-Za-z0-9-]{1,32}$", "u");

function validate306(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern19.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9-]{1,32}$"}};
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
validate306.errors = vErrors;
return errors === 0;
}

const schema114 = {"type":"object","required":["witnessId","host","controlPort"],"properties":{"witnessId":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"controlPort":{"$ref":"#/definitions/kind9"},"seconds":{"$ref":"#/definitions/kind107"}},"additionalProperties":false};
const schema115 = {"type":"integer","minimum":1,"maximum":300};

function validate314(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 300 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 300}};
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
validate314.errors = vErrors;
return errors === 0;
}


function validate310(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.witnessId === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "witnessId"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.host === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "host"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.controlPort === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "controlPort"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!((((key0 === "witnessId") || (key0 === "host")) || (key0 === "controlPort")) || (key0 === "seconds"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.witnessId !== undefined){
if(!(validate34(data.witnessId, {instancePath:instancePath+"/witnessId",parentData:data,parentDataProperty:"witnessId",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate38(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.controlPort !== undefined){
if(!(validate40(data.controlPort, {instancePath:instancePath+"/controlPort",parentData:data,parentDataProperty:"controlPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.seconds !== undefined){
if(!(validate314(data.seconds, {instancePath:instancePath+"/seconds",parentData:data,parentDataProperty:"seconds",rootData}))){
vErrors = vErrors === null ? validate314.errors : vErrors.concat(validate314.errors);
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
validate310.errors = vErrors;
return errors === 0;
}

const schema116 = {"type":"integer","minimum":0,"maximum":86400};

function validate317(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 86400 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400}};
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
validate317.errors = vErrors;
return errors === 0;
}

const schema117 = {"type":"integer","minimum":1,"maximum":86400};

function validate319(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 86400 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 86400}};
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
validate319.errors = vErrors;
return errors === 0;
}


function validate305(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema112.properties, key0))){
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
if(data.name !== undefined){
if(!(validate306(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate306.errors : vErrors.concat(validate306.errors);
errors = vErrors.length;
}
}
if(data.target !== undefined){
if(!(validate306(data.target, {instancePath:instancePath+"/target",parentData:data,parentDataProperty:"target",rootData}))){
vErrors = vErrors === null ? validate306.errors : vErrors.concat(validate306.errors);
errors = vErrors.length;
}
}
if(data.everyMilliseconds !== undefined){
if(!(validate72(data.everyMilliseconds, {instancePath:instancePath+"/everyMilliseconds",parentData:data,parentDataProperty:"everyMilliseconds",rootData}))){
vErrors = vErrors === null ? validate72.errors : vErrors.concat(validate72.errors);
errors = vErrors.length;
}
}
if(data.lease !== undefined){
if(!(validate310(data.lease, {instancePath:instancePath+"/lease",parentData:data,parentDataProperty:"lease",rootData}))){
vErrors = vErrors === null ? validate310.errors : vErrors.concat(validate310.errors);
errors = vErrors.length;
}
}
if(data.lookSeconds !== undefined){
if(!(validate317(data.lookSeconds, {instancePath:instancePath+"/lookSeconds",parentData:data,parentDataProperty:"lookSeconds",rootData}))){
vErrors = vErrors === null ? validate317.errors : vErrors.concat(validate317.errors);
errors = vErrors.length;
}
}
if(data.alarmSeconds !== undefined){
if(!(validate319(data.alarmSeconds, {instancePath:instancePath+"/alarmSeconds",parentData:data,parentDataProperty:"alarmSeconds",rootData}))){
vErrors = vErrors === null ? validate319.errors : vErrors.concat(validate319.errors);
errors = vErrors.length;
}
}
if(data.decideSeconds !== undefined){
if(!(validate319(data.decideSeconds, {instancePath:instancePath+"/decideSeconds",parentData:data,parentDataProperty:"decideSeconds",rootData}))){
vErrors = vErrors === null ? validate319.errors : vErrors.concat(validate319.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.openAfterSeconds !== undefined){
if(!(validate317(data.openAfterSeconds, {instancePath:instancePath+"/openAfterSeconds",parentData:data,parentDataProperty:"openAfterSeconds",rootData}))){
vErrors = vErrors === null ? validate317.errors : vErrors.concat(validate317.errors);
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
validate305.errors = vErrors;
return errors === 0;
}

const schema118 = {"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind116"}};
const schema119 = {"type":"object","required":["name"],"properties":{"name":{"$ref":"#/definitions/kind106"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"},"replicas":{"$ref":"#/definitions/kind113"},"gateways":{"$ref":"#/definitions/kind115"}},"additionalProperties":false};
const schema120 = {"type":"array","minItems":0,"maxItems":7,"items":{"$ref":"#/definitions/kind112"}};
const schema121 = {"type":"object","properties":{"id":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"tcpPort":{"$ref":"#/definitions/kind9"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}},"additionalProperties":false};

function validate331(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "id") || (key0 === "host")) || (key0 === "tcpPort")) || (key0 === "fence")) || (key0 === "fenceSeconds"))){
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
if(data.id !== undefined){
if(!(validate34(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate38(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.tcpPort !== undefined){
if(!(validate40(data.tcpPort, {instancePath:instancePath+"/tcpPort",parentData:data,parentDataProperty:"tcpPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.fence !== undefined){
if(!(validate53(data.fence, {instancePath:instancePath+"/fence",parentData:data,parentDataProperty:"fence",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.fenceSeconds !== undefined){
if(!(validate57(data.fenceSeconds, {instancePath:instancePath+"/fenceSeconds",parentData:data,parentDataProperty:"fenceSeconds",rootData}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
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
validate331.errors = vErrors;
return errors === 0;
}


function validate330(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 7){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 7}};
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
if(!(validate331(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate331.errors : vErrors.concat(validate331.errors);
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
validate330.errors = vErrors;
return errors === 0;
}

const schema122 = {"type":"array","minItems":0,"maxItems":3,"items":{"$ref":"#/definitions/kind114"}};
const schema123 = {"type":"string","pattern":"^(?=.{1,96}$)https?:\\/\\/[!-~]+$"};
const pattern20 = new RegExp("^(?=.{1,96}$)https?:\\/\\/[!-~]+$", "u");

function validate340(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern20.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?=.{1,96}$)https?:\\/\\/[!-~]+$"}};
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
validate340.errors = vErrors;
return errors === 0;
}


function validate339(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 3){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 3}};
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
if(!(validate340(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate340.errors : vErrors.concat(validate340.errors);
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
validate339.errors = vErrors;
return errors === 0;
}


function validate326(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
for(const key0 in data){
if(!(((((key0 === "name") || (key0 === "fence")) || (key0 === "fenceSeconds")) || (key0 === "replicas")) || (key0 === "gateways"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.name !== undefined){
if(!(validate306(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate306.errors : vErrors.concat(validate306.errors);
errors = vErrors.length;
}
}
if(data.fence !== undefined){
if(!(validate53(data.fence, {instancePath:instancePath+"/fence",parentData:data,parentDataProperty:"fence",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
errors = vErrors.length;
}
}
if(data.fenceSeconds !== undefined){
if(!(validate57(data.fenceSeconds, {instancePath:instancePath+"/fenceSeconds",parentData:data,parentDataProperty:"fenceSeconds",rootData}))){
vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
errors = vErrors.length;
}
}
if(data.replicas !== undefined){
if(!(validate330(data.replicas, {instancePath:instancePath+"/replicas",parentData:data,parentDataProperty:"replicas",rootData}))){
vErrors = vErrors === null ? validate330.errors : vErrors.concat(validate330.errors);
errors = vErrors.length;
}
}
if(data.gateways !== undefined){
if(!(validate339(data.gateways, {instancePath:instancePath+"/gateways",parentData:data,parentDataProperty:"gateways",rootData}))){
vErrors = vErrors === null ? validate339.errors : vErrors.concat(validate339.errors);
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
validate326.errors = vErrors;
return errors === 0;
}


function validate325(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate326(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate326.errors : vErrors.concat(validate326.errors);
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
validate325.errors = vErrors;
return errors === 0;
}

const schema124 = {"type":"object","properties":{"server":{"$ref":"#/definitions/kind118"},"port":{"$ref":"#/definitions/kind9"},"zone":{"$ref":"#/definitions/kind119"},"keyFile":{"$ref":"#/definitions/kind2"},"metricsPort":{"$ref":"#/definitions/kind9"},"ttlSeconds":{"$ref":"#/definitions/kind60"},"leader":{"$ref":"#/definitions/kind119"},"address":{"$ref":"#/definitions/kind118"},"exchange":{"$ref":"#/definitions/kind119"},"gateways":{"$ref":"#/definitions/kind121"}},"additionalProperties":false};
const schema125 = {"type":"string","pattern":"^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$"};
const pattern21 = new RegExp("^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$", "u");

function validate346(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern21.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$"}};
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
validate346.errors = vErrors;
return errors === 0;
}

const schema126 = {"type":"string","pattern":"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$"};
const pattern22 = new RegExp("^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$", "u");

function validate349(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern22.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$"}};
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
validate349.errors = vErrors;
return errors === 0;
}

const schema127 = {"type":"array","minItems":0,"maxItems":32,"items":{"$ref":"#/definitions/kind120"}};
const schema128 = {"type":"object","required":["address"],"properties":{"address":{"$ref":"#/definitions/kind118"},"port":{"$ref":"#/definitions/kind9"}},"additionalProperties":false};

function validate358(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.address === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "address"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data){
if(!((key0 === "address") || (key0 === "port"))){
const err1 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.address !== undefined){
if(!(validate346(data.address, {instancePath:instancePath+"/address",parentData:data,parentDataProperty:"address",rootData}))){
vErrors = vErrors === null ? validate346.errors : vErrors.concat(validate346.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
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
validate358.errors = vErrors;
return errors === 0;
}


function validate357(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 32){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 32}};
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
if(!(validate358(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate358.errors : vErrors.concat(validate358.errors);
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
validate357.errors = vErrors;
return errors === 0;
}


function validate345(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema124.properties, key0))){
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
if(data.server !== undefined){
if(!(validate346(data.server, {instancePath:instancePath+"/server",parentData:data,parentDataProperty:"server",rootData}))){
vErrors = vErrors === null ? validate346.errors : vErrors.concat(validate346.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.zone !== undefined){
if(!(validate349(data.zone, {instancePath:instancePath+"/zone",parentData:data,parentDataProperty:"zone",rootData}))){
vErrors = vErrors === null ? validate349.errors : vErrors.concat(validate349.errors);
errors = vErrors.length;
}
}
if(data.keyFile !== undefined){
if(!(validate24(data.keyFile, {instancePath:instancePath+"/keyFile",parentData:data,parentDataProperty:"keyFile",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.metricsPort !== undefined){
if(!(validate40(data.metricsPort, {instancePath:instancePath+"/metricsPort",parentData:data,parentDataProperty:"metricsPort",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.ttlSeconds !== undefined){
if(!(validate188(data.ttlSeconds, {instancePath:instancePath+"/ttlSeconds",parentData:data,parentDataProperty:"ttlSeconds",rootData}))){
vErrors = vErrors === null ? validate188.errors : vErrors.concat(validate188.errors);
errors = vErrors.length;
}
}
if(data.leader !== undefined){
if(!(validate349(data.leader, {instancePath:instancePath+"/leader",parentData:data,parentDataProperty:"leader",rootData}))){
vErrors = vErrors === null ? validate349.errors : vErrors.concat(validate349.errors);
errors = vErrors.length;
}
}
if(data.address !== undefined){
if(!(validate346(data.address, {instancePath:instancePath+"/address",parentData:data,parentDataProperty:"address",rootData}))){
vErrors = vErrors === null ? validate346.errors : vErrors.concat(validate346.errors);
errors = vErrors.length;
}
}
if(data.exchange !== undefined){
if(!(validate349(data.exchange, {instancePath:instancePath+"/exchange",parentData:data,parentDataProperty:"exchange",rootData}))){
vErrors = vErrors === null ? validate349.errors : vErrors.concat(validate349.errors);
errors = vErrors.length;
}
}
if(data.gateways !== undefined){
if(!(validate357(data.gateways, {instancePath:instancePath+"/gateways",parentData:data,parentDataProperty:"gateways",rootData}))){
vErrors = vErrors === null ? validate357.errors : vErrors.concat(validate357.errors);
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
validate345.errors = vErrors;
return errors === 0;
}

const schema129 = {"type":"object","properties":{"addresses":{"$ref":"#/definitions/kind124"},"where":{"$ref":"#/definitions/kind125"},"device":{"$ref":"#/definitions/kind126"},"port":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind127"},"gateway":{"$ref":"#/definitions/kind38"},"gatewayWaitMs":{"$ref":"#/definitions/kind128"}},"additionalProperties":false};
const schema130 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind123"}};
const schema131 = {"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$"};
const pattern23 = new RegExp("^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$", "u");

function validate366(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern23.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$"}};
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
validate366.errors = vErrors;
return errors === 0;
}


function validate365(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate366(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate366.errors : vErrors.concat(validate366.errors);
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
validate365.errors = vErrors;
return errors === 0;
}

const schema132 = {"enum":["leader","gateway"]};

function validate369(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "leader") || (data === "gateway"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema132.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate369.errors = vErrors;
return errors === 0;
}

const schema133 = {"type":"string","pattern":"^[!-.0-~]{1,15}$"};
const pattern24 = new RegExp("^[!-.0-~]{1,15}$", "u");

function validate371(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern24.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[!-.0-~]{1,15}$"}};
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
validate371.errors = vErrors;
return errors === 0;
}

const schema134 = {"type":"string","pattern":"^[A-Za-z0-9._-]{1,253}$"};
const pattern25 = new RegExp("^[A-Za-z0-9._-]{1,253}$", "u");

function validate374(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern25.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9._-]{1,253}$"}};
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
validate374.errors = vErrors;
return errors === 0;
}

const schema135 = {"type":"integer","minimum":200,"maximum":60000};

function validate377(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data > 60000 || isNaN(data)){
const err1 = {instancePath,schemaPath:"#/maximum",keyword:"maximum",params:{comparison: "<=", limit: 60000}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data < 200 || isNaN(data)){
const err2 = {instancePath,schemaPath:"#/minimum",keyword:"minimum",params:{comparison: ">=", limit: 200}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
validate377.errors = vErrors;
return errors === 0;
}


function validate364(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((((key0 === "addresses") || (key0 === "where")) || (key0 === "device")) || (key0 === "port")) || (key0 === "host")) || (key0 === "gateway")) || (key0 === "gatewayWaitMs"))){
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
if(data.addresses !== undefined){
if(!(validate365(data.addresses, {instancePath:instancePath+"/addresses",parentData:data,parentDataProperty:"addresses",rootData}))){
vErrors = vErrors === null ? validate365.errors : vErrors.concat(validate365.errors);
errors = vErrors.length;
}
}
if(data.where !== undefined){
if(!(validate369(data.where, {instancePath:instancePath+"/where",parentData:data,parentDataProperty:"where",rootData}))){
vErrors = vErrors === null ? validate369.errors : vErrors.concat(validate369.errors);
errors = vErrors.length;
}
}
if(data.device !== undefined){
if(!(validate371(data.device, {instancePath:instancePath+"/device",parentData:data,parentDataProperty:"device",rootData}))){
vErrors = vErrors === null ? validate371.errors : vErrors.concat(validate371.errors);
errors = vErrors.length;
}
}
if(data.port !== undefined){
if(!(validate40(data.port, {instancePath:instancePath+"/port",parentData:data,parentDataProperty:"port",rootData}))){
vErrors = vErrors === null ? validate40.errors : vErrors.concat(validate40.errors);
errors = vErrors.length;
}
}
if(data.host !== undefined){
if(!(validate374(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate374.errors : vErrors.concat(validate374.errors);
errors = vErrors.length;
}
}
if(data.gateway !== undefined){
if(!(validate117(data.gateway, {instancePath:instancePath+"/gateway",parentData:data,parentDataProperty:"gateway",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.gatewayWaitMs !== undefined){
if(!(validate377(data.gatewayWaitMs, {instancePath:instancePath+"/gatewayWaitMs",parentData:data,parentDataProperty:"gatewayWaitMs",rootData}))){
vErrors = vErrors === null ? validate377.errors : vErrors.concat(validate377.errors);
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
validate364.errors = vErrors;
return errors === 0;
}

const schema136 = {"type":"object","properties":{"operator":{"$ref":"#/definitions/kind130"},"root":{"$ref":"#/definitions/kind130"}},"additionalProperties":false};
const schema137 = {"type":"string","pattern":"^[0-9a-fA-F]{64}$"};
const pattern26 = new RegExp("^[0-9a-fA-F]{64}$", "u");

function validate381(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern26.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^[0-9a-fA-F]{64}$"}};
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
validate381.errors = vErrors;
return errors === 0;
}


function validate380(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((key0 === "operator") || (key0 === "root"))){
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
if(data.operator !== undefined){
if(!(validate381(data.operator, {instancePath:instancePath+"/operator",parentData:data,parentDataProperty:"operator",rootData}))){
vErrors = vErrors === null ? validate381.errors : vErrors.concat(validate381.errors);
errors = vErrors.length;
}
}
if(data.root !== undefined){
if(!(validate381(data.root, {instancePath:instancePath+"/root",parentData:data,parentDataProperty:"root",rootData}))){
vErrors = vErrors === null ? validate381.errors : vErrors.concat(validate381.errors);
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
validate380.errors = vErrors;
return errors === 0;
}

const schema138 = {"type":"string","pattern":"^.{1,4096}$"};
const pattern27 = new RegExp("^.{1,4096}$", "u");

function validate385(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern27.test(data)){
const err0 = {instancePath,schemaPath:"#/pattern",keyword:"pattern",params:{pattern: "^.{1,4096}$"}};
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
validate385.errors = vErrors;
return errors === 0;
}


function validateJson(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema6.properties, key0))){
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
if(data.clusterId !== undefined){
if(!(validate22(data.clusterId, {instancePath:instancePath+"/clusterId",parentData:data,parentDataProperty:"clusterId",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.dataFolder !== undefined){
if(!(validate24(data.dataFolder, {instancePath:instancePath+"/dataFolder",parentData:data,parentDataProperty:"dataFolder",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.durability !== undefined){
if(!(validate26(data.durability, {instancePath:instancePath+"/durability",parentData:data,parentDataProperty:"durability",rootData}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
}
if(data.failover !== undefined){
if(!(validate28(data.failover, {instancePath:instancePath+"/failover",parentData:data,parentDataProperty:"failover",rootData}))){
vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
errors = vErrors.length;
}
}
if(data.idle !== undefined){
if(!(validate30(data.idle, {instancePath:instancePath+"/idle",parentData:data,parentDataProperty:"idle",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.replicas !== undefined){
if(!(validate32(data.replicas, {instancePath:instancePath+"/replicas",parentData:data,parentDataProperty:"replicas",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data.replication !== undefined){
if(!(validate61(data.replication, {instancePath:instancePath+"/replication",parentData:data,parentDataProperty:"replication",rootData}))){
vErrors = vErrors === null ? validate61.errors : vErrors.concat(validate61.errors);
errors = vErrors.length;
}
}
if(data.timing !== undefined){
if(!(validate71(data.timing, {instancePath:instancePath+"/timing",parentData:data,parentDataProperty:"timing",rootData}))){
vErrors = vErrors === null ? validate71.errors : vErrors.concat(validate71.errors);
errors = vErrors.length;
}
}
if(data.journal !== undefined){
if(!(validate83(data.journal, {instancePath:instancePath+"/journal",parentData:data,parentDataProperty:"journal",rootData}))){
vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
errors = vErrors.length;
}
}
if(data.snapshot !== undefined){
if(!(validate87(data.snapshot, {instancePath:instancePath+"/snapshot",parentData:data,parentDataProperty:"snapshot",rootData}))){
vErrors = vErrors === null ? validate87.errors : vErrors.concat(validate87.errors);
errors = vErrors.length;
}
}
if(data.limits !== undefined){
if(!(validate91(data.limits, {instancePath:instancePath+"/limits",parentData:data,parentDataProperty:"limits",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
if(data.gateway !== undefined){
if(!(validate104(data.gateway, {instancePath:instancePath+"/gateway",parentData:data,parentDataProperty:"gateway",rootData}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
errors = vErrors.length;
}
}
if(data.canary !== undefined){
if(!(validate161(data.canary, {instancePath:instancePath+"/canary",parentData:data,parentDataProperty:"canary",rootData}))){
vErrors = vErrors === null ? validate161.errors : vErrors.concat(validate161.errors);
errors = vErrors.length;
}
}
if(data.control !== undefined){
if(!(validate169(data.control, {instancePath:instancePath+"/control",parentData:data,parentDataProperty:"control",rootData}))){
vErrors = vErrors === null ? validate169.errors : vErrors.concat(validate169.errors);
errors = vErrors.length;
}
}
if(data.backup !== undefined){
if(!(validate185(data.backup, {instancePath:instancePath+"/backup",parentData:data,parentDataProperty:"backup",rootData}))){
vErrors = vErrors === null ? validate185.errors : vErrors.concat(validate185.errors);
errors = vErrors.length;
}
}
if(data.notify !== undefined){
if(!(validate232(data.notify, {instancePath:instancePath+"/notify",parentData:data,parentDataProperty:"notify",rootData}))){
vErrors = vErrors === null ? validate232.errors : vErrors.concat(validate232.errors);
errors = vErrors.length;
}
}
if(data.availability !== undefined){
if(!(validate267(data.availability, {instancePath:instancePath+"/availability",parentData:data,parentDataProperty:"availability",rootData}))){
vErrors = vErrors === null ? validate267.errors : vErrors.concat(validate267.errors);
errors = vErrors.length;
}
}
if(data.objectives !== undefined){
if(!(validate293(data.objectives, {instancePath:instancePath+"/objectives",parentData:data,parentDataProperty:"objectives",rootData}))){
vErrors = vErrors === null ? validate293.errors : vErrors.concat(validate293.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate305(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate305.errors : vErrors.concat(validate305.errors);
errors = vErrors.length;
}
}
if(data.sites !== undefined){
if(!(validate325(data.sites, {instancePath:instancePath+"/sites",parentData:data,parentDataProperty:"sites",rootData}))){
vErrors = vErrors === null ? validate325.errors : vErrors.concat(validate325.errors);
errors = vErrors.length;
}
}
if(data.dns !== undefined){
if(!(validate345(data.dns, {instancePath:instancePath+"/dns",parentData:data,parentDataProperty:"dns",rootData}))){
vErrors = vErrors === null ? validate345.errors : vErrors.concat(validate345.errors);
errors = vErrors.length;
}
}
if(data.vip !== undefined){
if(!(validate364(data.vip, {instancePath:instancePath+"/vip",parentData:data,parentDataProperty:"vip",rootData}))){
vErrors = vErrors === null ? validate364.errors : vErrors.concat(validate364.errors);
errors = vErrors.length;
}
}
if(data.keys !== undefined){
if(!(validate380(data.keys, {instancePath:instancePath+"/keys",parentData:data,parentDataProperty:"keys",rootData}))){
vErrors = vErrors === null ? validate380.errors : vErrors.concat(validate380.errors);
errors = vErrors.length;
}
}
if(data.$schema !== undefined){
if(!(validate385(data.$schema, {instancePath:instancePath+"/$schema",parentData:data,parentDataProperty:"$schema",rootData}))){
vErrors = vErrors === null ? validate385.errors : vErrors.concat(validate385.errors);
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
