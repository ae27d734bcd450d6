// @ts-nocheck
// Made by Ajv from the keys of lockstep.json: npm test -- src/ops/configuration/schema-files.test.ts --rewrite

export interface KeywordError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export const validate: {
  (json: unknown): boolean;
  readonly errors?: readonly KeywordError[] | null;
} = validateFile;

const schema6 = {"type":"object","additionalProperties":false,"properties":{"clusterId":{"$ref":"#/definitions/kind1"},"dataFolder":{"$ref":"#/definitions/kind2"},"durability":{"$ref":"#/definitions/kind3"},"failover":{"$ref":"#/definitions/kind4"},"idle":{"$ref":"#/definitions/kind5"},"replicas":{"$ref":"#/definitions/kind16"},"replication":{"$ref":"#/definitions/kind20"},"timing":{"$ref":"#/definitions/kind26"},"journal":{"$ref":"#/definitions/kind28"},"snapshot":{"$ref":"#/definitions/kind30"},"limits":{"$ref":"#/definitions/kind34"},"gateway":{"$ref":"#/definitions/kind49"},"canary":{"$ref":"#/definitions/kind52"},"control":{"$ref":"#/definitions/kind57"},"backup":{"$ref":"#/definitions/kind76"},"notify":{"$ref":"#/definitions/kind91"},"availability":{"$ref":"#/definitions/kind98"},"objectives":{"$ref":"#/definitions/kind104"},"site":{"$ref":"#/definitions/kind110"},"sites":{"$ref":"#/definitions/kind114"},"dns":{"$ref":"#/definitions/kind119"},"vip":{"$ref":"#/definitions/kind126"},"keys":{"$ref":"#/definitions/kind128"},"$schema":{"$ref":"#/definitions/kind129"}},"definitions":{"kind1":{"type":"integer","minimum":1,"maximum":4294967295},"kind2":{"type":"string","pattern":"^[^\\0]{1,4096}$"},"kind3":{"enum":["disk","memory"]},"kind4":{"enum":["automatic","manual"]},"kind5":{"enum":["backoff","yield","spin"]},"kind6":{"type":"integer","minimum":1,"maximum":53},"kind7":{"enum":["replica","witness"]},"kind8":{"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,64}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind9":{"type":"integer","minimum":1,"maximum":65535},"kind10":{"type":"string","pattern":"^[0-9a-f]{64}$"},"kind11":{"type":"string","pattern":"^[!-~]{0,16}$"},"kind12":{"type":"string","pattern":"^[^\\0\\n -][^\\0\\n]{0,1023}$"},"kind13":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind12"}},"kind14":{"type":"integer","minimum":1,"maximum":600},"kind15":{"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind6"},"role":{"$ref":"#/definitions/kind7"},"host":{"$ref":"#/definitions/kind8"},"udpPort":{"$ref":"#/definitions/kind9"},"tcpPort":{"$ref":"#/definitions/kind9"},"controlPort":{"$ref":"#/definitions/kind9"},"controlHost":{"$ref":"#/definitions/kind8"},"fingerprint":{"$ref":"#/definitions/kind10"},"site":{"$ref":"#/definitions/kind11"},"zone":{"$ref":"#/definitions/kind11"},"rack":{"$ref":"#/definitions/kind11"},"power":{"$ref":"#/definitions/kind11"},"switch":{"$ref":"#/definitions/kind11"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}}},"kind16":{"type":"array","minItems":1,"maxItems":7,"items":{"$ref":"#/definitions/kind15"}},"kind17":{"enum":["unicast","multicast"]},"kind18":{"type":"string","pattern":"^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind19":{"type":"integer","minimum":1200,"maximum":57856},"kind20":{"type":"object","additionalProperties":false,"properties":{"mode":{"$ref":"#/definitions/kind17"},"group":{"$ref":"#/definitions/kind18"},"port":{"$ref":"#/definitions/kind9"},"interface":{"$ref":"#/definitions/kind18"},"datagramBytesMax":{"$ref":"#/definitions/kind19"}}},"kind21":{"type":"integer","minimum":20,"maximum":60000},"kind22":{"type":"integer","minimum":6,"maximum":60000},"kind23":{"type":"integer","minimum":2,"maximum":10000},"kind24":{"type":"integer","minimum":0,"maximum":1000},"kind25":{"type":"integer","minimum":1000,"maximum":86400000},"kind26":{"type":"object","additionalProperties":false,"properties":{"electionTimeoutMs":{"$ref":"#/definitions/kind21"},"electionTimeoutMsMin":{"$ref":"#/definitions/kind22"},"heartbeatMs":{"$ref":"#/definitions/kind23"},"tetherDelayMs":{"$ref":"#/definitions/kind24"},"spareAfterMs":{"$ref":"#/definitions/kind25"}}},"kind27":{"type":"integer","minimum":1,"maximum":1024},"kind28":{"type":"object","additionalProperties":false,"properties":{"segmentMegabytes":{"$ref":"#/definitions/kind27"}}},"kind29":{"type":"integer","minimum":1,"maximum":1048576},"kind30":{"type":"object","additionalProperties":false,"properties":{"everyMegabytes":{"$ref":"#/definitions/kind29"}}},"kind31":{"type":"integer","minimum":1,"maximum":256},"kind32":{"type":"integer","minimum":8,"maximum":1000},"kind33":{"type":"integer","minimum":10,"maximum":100},"kind34":{"type":"object","additionalProperties":false,"properties":{"ringMegabytes":{"$ref":"#/definitions/kind31"},"eventRingMegabytes":{"$ref":"#/definitions/kind27"},"connections":{"$ref":"#/definitions/kind32"},"memoryPercentMax":{"$ref":"#/definitions/kind33"},"cpuPercentMax":{"$ref":"#/definitions/kind33"},"logMegabytes":{"$ref":"#/definitions/kind27"}}},"kind35":{"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"},"kind36":{"type":"object","required":["certificateFile","keyFile"],"additionalProperties":false,"properties":{"certificateFile":{"$ref":"#/definitions/kind2"},"keyFile":{"$ref":"#/definitions/kind2"},"authoritiesFile":{"$ref":"#/definitions/kind2"}}},"kind37":{"type":"boolean"},"kind38":{"type":"integer","minimum":100,"maximum":60000},"kind39":{"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$"},"kind40":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind39"}},"kind41":{"type":"integer","minimum":1,"maximum":1000000},"kind42":{"type":"object","additionalProperties":false,"properties":{"keyRequestsPerSecond":{"$ref":"#/definitions/kind41"},"keyRequestsBurst":{"$ref":"#/definitions/kind41"},"keyCancelsPerSecond":{"$ref":"#/definitions/kind41"},"keyCancelsBurst":{"$ref":"#/definitions/kind41"},"accountCommandsPerSecond":{"$ref":"#/definitions/kind41"},"accountCommandsBurst":{"$ref":"#/definitions/kind41"},"sourceRequestsPerSecond":{"$ref":"#/definitions/kind41"},"sourceRequestsBurst":{"$ref":"#/definitions/kind41"},"sameReadsPerSecondMax":{"$ref":"#/definitions/kind41"},"ordersInFlightMax":{"$ref":"#/definitions/kind41"},"cancelsInFlightMax":{"$ref":"#/definitions/kind41"},"queriesInFlightMax":{"$ref":"#/definitions/kind41"},"reportsInFlightMax":{"$ref":"#/definitions/kind41"},"delayMsMax":{"$ref":"#/definitions/kind41"},"streamsMax":{"$ref":"#/definitions/kind41"},"anonymousStreamsMax":{"$ref":"#/definitions/kind41"},"anonymousStreamsPerSourceMax":{"$ref":"#/definitions/kind41"}}},"kind43":{"type":"string","pattern":"^[A-Za-z0-9_-]{1,32}$"},"kind44":{"type":"string","pattern":"^(?:[0-9a-fA-F]{2}){16,64}$"},"kind45":{"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/definitions/kind1"}},"kind46":{"type":"string","pattern":"^.{1,64}$"},"kind47":{"type":"object","required":["keyId","secret","accountIds"],"additionalProperties":false,"properties":{"keyId":{"$ref":"#/definitions/kind43"},"secret":{"$ref":"#/definitions/kind44"},"accountIds":{"$ref":"#/definitions/kind45"},"name":{"$ref":"#/definitions/kind46"}}},"kind48":{"type":"array","minItems":0,"maxItems":10000,"items":{"$ref":"#/definitions/kind47"}},"kind49":{"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind35"},"port":{"$ref":"#/definitions/kind9"},"operatorHost":{"$ref":"#/definitions/kind35"},"operatorPort":{"$ref":"#/definitions/kind9"},"tls":{"$ref":"#/definitions/kind36"},"insecure":{"$ref":"#/definitions/kind37"},"timeWindowMs":{"$ref":"#/definitions/kind38"},"trustedProxies":{"$ref":"#/definitions/kind40"},"limits":{"$ref":"#/definitions/kind42"},"apiKeys":{"$ref":"#/definitions/kind48"}}},"kind50":{"type":"integer","minimum":1,"maximum":255},"kind51":{"type":"integer","minimum":1,"maximum":60000},"kind52":{"type":"object","required":["watcher"],"additionalProperties":false,"properties":{"watcher":{"$ref":"#/definitions/kind50"},"everyMs":{"$ref":"#/definitions/kind38"},"lateMs":{"$ref":"#/definitions/kind51"},"silentMs":{"$ref":"#/definitions/kind38"}}},"kind53":{"enum":["snapshot","lead","members","stop","market","loss"]},"kind54":{"type":"array","minItems":0,"maxItems":6,"items":{"$ref":"#/definitions/kind53"}},"kind55":{"type":"object","required":["id","name","rights"],"additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind1"},"name":{"$ref":"#/definitions/kind46"},"rights":{"$ref":"#/definitions/kind54"}}},"kind56":{"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind55"}},"kind57":{"type":"object","additionalProperties":false,"properties":{"tls":{"$ref":"#/definitions/kind36"},"insecure":{"$ref":"#/definitions/kind37"},"operators":{"$ref":"#/definitions/kind56"},"twoPersons":{"$ref":"#/definitions/kind37"},"operator":{"$ref":"#/definitions/kind1"}}},"kind58":{"type":"integer","minimum":1,"maximum":7},"kind59":{"type":"integer","minimum":1,"maximum":3600},"kind60":{"type":"integer","minimum":1,"maximum":10080},"kind61":{"type":"integer","minimum":1,"maximum":8760},"kind62":{"type":"integer","minimum":5,"maximum":86400},"kind63":{"type":"string","pattern":"^[A-Za-z0-9-]{1,64}$"},"kind64":{"enum":["zstd","none"]},"kind65":{"type":"integer","minimum":1,"maximum":87600},"kind66":{"type":"integer","minimum":1,"maximum":10000},"kind67":{"type":"object","required":["name","folder"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"compression":{"$ref":"#/definitions/kind64"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind65"},"keepCount":{"$ref":"#/definitions/kind66"},"folder":{"$ref":"#/definitions/kind2"}}},"kind68":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind67"}},"kind69":{"type":"string","pattern":"^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$"},"kind70":{"type":"string","pattern":"^[a-z0-9.-]{3,64}$"},"kind71":{"type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$"},"kind72":{"type":"string","pattern":"^[!-~]{1,128}$"},"kind73":{"type":"string","pattern":"^[!-~]{8,256}$"},"kind74":{"type":"object","required":["name","endpoint","bucket","accessKeyId","secretAccessKey"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"compression":{"$ref":"#/definitions/kind64"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind65"},"keepCount":{"$ref":"#/definitions/kind66"},"endpoint":{"$ref":"#/definitions/kind69"},"region":{"$ref":"#/definitions/kind63"},"bucket":{"$ref":"#/definitions/kind70"},"prefix":{"$ref":"#/definitions/kind71"},"accessKeyId":{"$ref":"#/definitions/kind72"},"secretAccessKey":{"$ref":"#/definitions/kind73"}}},"kind75":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind74"}},"kind76":{"type":"object","additionalProperties":false,"properties":{"replica":{"$ref":"#/definitions/kind58"},"everySeconds":{"$ref":"#/definitions/kind59"},"snapshotMinutes":{"$ref":"#/definitions/kind60"},"verifyHours":{"$ref":"#/definitions/kind61"},"alarmSeconds":{"$ref":"#/definitions/kind62"},"port":{"$ref":"#/definitions/kind9"},"folders":{"$ref":"#/definitions/kind68"},"buckets":{"$ref":"#/definitions/kind75"}}},"kind77":{"type":"string","pattern":"^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$"},"kind78":{"type":"string","pattern":"^[!-~]{16,256}$"},"kind79":{"enum":["json","slack"]},"kind80":{"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","diskFull","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","hookFailing","noticesGivenUp"]},"kind81":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind80"}},"kind82":{"type":"object","required":["name","url"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"url":{"$ref":"#/definitions/kind77"},"secret":{"$ref":"#/definitions/kind78"},"format":{"$ref":"#/definitions/kind79"},"on":{"$ref":"#/definitions/kind81"},"timeoutMs":{"$ref":"#/definitions/kind38"},"authoritiesFile":{"$ref":"#/definitions/kind2"}}},"kind83":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind82"}},"kind84":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind2"}},"kind85":{"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","diskFull","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","hookFailing","noticesGivenUp","becomeLeader","becomeFollower"]},"kind86":{"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind85"}},"kind87":{"type":"integer","minimum":100,"maximum":600000},"kind88":{"type":"object","required":["name","run"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"run":{"$ref":"#/definitions/kind84"},"on":{"$ref":"#/definitions/kind86"},"timeoutMs":{"$ref":"#/definitions/kind87"}}},"kind89":{"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind88"}},"kind90":{"type":"integer","minimum":1,"maximum":43200},"kind91":{"type":"object","additionalProperties":false,"properties":{"webhooks":{"$ref":"#/definitions/kind83"},"commands":{"$ref":"#/definitions/kind89"},"giveUpMinutes":{"$ref":"#/definitions/kind90"}}},"kind92":{"enum":["99.9","99.95","99.99","99.995","99.999"]},"kind93":{"type":"integer","minimum":1,"maximum":1000},"kind94":{"type":"integer","minimum":0,"maximum":1000000},"kind95":{"type":"object","additionalProperties":false,"properties":{"process":{"$ref":"#/definitions/kind94"},"machine":{"$ref":"#/definitions/kind94"},"network":{"$ref":"#/definitions/kind94"},"disk":{"$ref":"#/definitions/kind94"},"power":{"$ref":"#/definitions/kind94"},"clock":{"$ref":"#/definitions/kind94"},"operator":{"$ref":"#/definitions/kind94"},"client":{"$ref":"#/definitions/kind94"}}},"kind96":{"type":"integer","minimum":0,"maximum":525600},"kind97":{"type":"object","additionalProperties":false,"properties":{"process":{"$ref":"#/definitions/kind96"},"machine":{"$ref":"#/definitions/kind96"},"network":{"$ref":"#/definitions/kind96"},"disk":{"$ref":"#/definitions/kind96"},"power":{"$ref":"#/definitions/kind96"},"promotion":{"$ref":"#/definitions/kind96"}}},"kind98":{"type":"object","additionalProperties":false,"properties":{"targetPercent":{"$ref":"#/definitions/kind92"},"gateways":{"$ref":"#/definitions/kind93"},"failuresInTenYears":{"$ref":"#/definitions/kind95"},"repairMinutes":{"$ref":"#/definitions/kind97"}}},"kind99":{"type":"integer","minimum":0,"maximum":604800},"kind100":{"type":"integer","minimum":0,"maximum":604800000},"kind101":{"enum":["failover","restore","site-loss","switchover"]},"kind102":{"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind101"}},"kind103":{"type":"integer","minimum":1,"maximum":3650},"kind104":{"type":"object","additionalProperties":false,"properties":{"rtoSeconds":{"$ref":"#/definitions/kind99"},"rpoMilliseconds":{"$ref":"#/definitions/kind100"},"drills":{"$ref":"#/definitions/kind102"},"drillDays":{"$ref":"#/definitions/kind103"}}},"kind105":{"type":"string","pattern":"^[A-Za-z0-9-]{1,32}$"},"kind106":{"type":"integer","minimum":1,"maximum":300},"kind107":{"type":"object","required":["witnessId","host","controlPort"],"additionalProperties":false,"properties":{"witnessId":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"controlPort":{"$ref":"#/definitions/kind9"},"seconds":{"$ref":"#/definitions/kind106"}}},"kind108":{"type":"integer","minimum":1,"maximum":86400},"kind109":{"type":"integer","minimum":0,"maximum":86400},"kind110":{"type":"object","additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind105"},"target":{"$ref":"#/definitions/kind105"},"everyMilliseconds":{"$ref":"#/definitions/kind21"},"lease":{"$ref":"#/definitions/kind107"},"alarmSeconds":{"$ref":"#/definitions/kind108"},"decideSeconds":{"$ref":"#/definitions/kind108"},"port":{"$ref":"#/definitions/kind9"},"openAfterSeconds":{"$ref":"#/definitions/kind109"}}},"kind111":{"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"tcpPort":{"$ref":"#/definitions/kind9"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}}},"kind112":{"type":"array","minItems":0,"maxItems":7,"items":{"$ref":"#/definitions/kind111"}},"kind113":{"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind105"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"},"replicas":{"$ref":"#/definitions/kind112"}}},"kind114":{"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind113"}},"kind115":{"type":"string","pattern":"^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$"},"kind116":{"type":"string","pattern":"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$"},"kind117":{"type":"object","required":["address"],"additionalProperties":false,"properties":{"address":{"$ref":"#/definitions/kind115"},"port":{"$ref":"#/definitions/kind9"}}},"kind118":{"type":"array","minItems":0,"maxItems":32,"items":{"$ref":"#/definitions/kind117"}},"kind119":{"type":"object","additionalProperties":false,"properties":{"server":{"$ref":"#/definitions/kind115"},"port":{"$ref":"#/definitions/kind9"},"zone":{"$ref":"#/definitions/kind116"},"keyFile":{"$ref":"#/definitions/kind2"},"metricsPort":{"$ref":"#/definitions/kind9"},"ttlSeconds":{"$ref":"#/definitions/kind59"},"leader":{"$ref":"#/definitions/kind116"},"address":{"$ref":"#/definitions/kind115"},"exchange":{"$ref":"#/definitions/kind116"},"gateways":{"$ref":"#/definitions/kind118"}}},"kind120":{"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$"},"kind121":{"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind120"}},"kind122":{"enum":["leader","gateway"]},"kind123":{"type":"string","pattern":"^[!-.0-~]{1,15}$"},"kind124":{"type":"string","pattern":"^[A-Za-z0-9._-]{1,253}$"},"kind125":{"type":"integer","minimum":200,"maximum":60000},"kind126":{"type":"object","additionalProperties":false,"properties":{"addresses":{"$ref":"#/definitions/kind121"},"where":{"$ref":"#/definitions/kind122"},"device":{"$ref":"#/definitions/kind123"},"port":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind124"},"gateway":{"$ref":"#/definitions/kind37"},"gatewayWaitMs":{"$ref":"#/definitions/kind125"}}},"kind127":{"type":"string","pattern":"^[0-9a-fA-F]{64}$"},"kind128":{"type":"object","additionalProperties":false,"properties":{"operator":{"$ref":"#/definitions/kind127"},"root":{"$ref":"#/definitions/kind127"}}},"kind129":{"type":"string","pattern":"^.{1,4096}$"}}};
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
const schema13 = {"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind6"},"role":{"$ref":"#/definitions/kind7"},"host":{"$ref":"#/definitions/kind8"},"udpPort":{"$ref":"#/definitions/kind9"},"tcpPort":{"$ref":"#/definitions/kind9"},"controlPort":{"$ref":"#/definitions/kind9"},"controlHost":{"$ref":"#/definitions/kind8"},"fingerprint":{"$ref":"#/definitions/kind10"},"site":{"$ref":"#/definitions/kind11"},"zone":{"$ref":"#/definitions/kind11"},"rack":{"$ref":"#/definitions/kind11"},"power":{"$ref":"#/definitions/kind11"},"switch":{"$ref":"#/definitions/kind11"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}}};
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

const schema23 = {"type":"object","additionalProperties":false,"properties":{"mode":{"$ref":"#/definitions/kind17"},"group":{"$ref":"#/definitions/kind18"},"port":{"$ref":"#/definitions/kind9"},"interface":{"$ref":"#/definitions/kind18"},"datagramBytesMax":{"$ref":"#/definitions/kind19"}}};
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

const schema27 = {"type":"object","additionalProperties":false,"properties":{"electionTimeoutMs":{"$ref":"#/definitions/kind21"},"electionTimeoutMsMin":{"$ref":"#/definitions/kind22"},"heartbeatMs":{"$ref":"#/definitions/kind23"},"tetherDelayMs":{"$ref":"#/definitions/kind24"},"spareAfterMs":{"$ref":"#/definitions/kind25"}}};
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

const schema33 = {"type":"object","additionalProperties":false,"properties":{"segmentMegabytes":{"$ref":"#/definitions/kind27"}}};
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

const schema35 = {"type":"object","additionalProperties":false,"properties":{"everyMegabytes":{"$ref":"#/definitions/kind29"}}};
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

const schema37 = {"type":"object","additionalProperties":false,"properties":{"ringMegabytes":{"$ref":"#/definitions/kind31"},"eventRingMegabytes":{"$ref":"#/definitions/kind27"},"connections":{"$ref":"#/definitions/kind32"},"memoryPercentMax":{"$ref":"#/definitions/kind33"},"cpuPercentMax":{"$ref":"#/definitions/kind33"},"logMegabytes":{"$ref":"#/definitions/kind27"}}};
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


function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((key0 === "ringMegabytes") || (key0 === "eventRingMegabytes")) || (key0 === "connections")) || (key0 === "memoryPercentMax")) || (key0 === "cpuPercentMax")) || (key0 === "logMegabytes"))){
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

const schema41 = {"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind35"},"port":{"$ref":"#/definitions/kind9"},"operatorHost":{"$ref":"#/definitions/kind35"},"operatorPort":{"$ref":"#/definitions/kind9"},"tls":{"$ref":"#/definitions/kind36"},"insecure":{"$ref":"#/definitions/kind37"},"timeWindowMs":{"$ref":"#/definitions/kind38"},"trustedProxies":{"$ref":"#/definitions/kind40"},"limits":{"$ref":"#/definitions/kind42"},"apiKeys":{"$ref":"#/definitions/kind48"}}};
const schema42 = {"type":"string","pattern":"^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$"};
const pattern6 = new RegExp("^(?![\\d.]+$)[A-Za-z0-9._-]{1,253}$|^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}$", "u");

function validate104(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate104.errors = vErrors;
return errors === 0;
}

const schema43 = {"type":"object","required":["certificateFile","keyFile"],"additionalProperties":false,"properties":{"certificateFile":{"$ref":"#/definitions/kind2"},"keyFile":{"$ref":"#/definitions/kind2"},"authoritiesFile":{"$ref":"#/definitions/kind2"}}};

function validate109(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate109.errors = vErrors;
return errors === 0;
}

const schema44 = {"type":"boolean"};

function validate114(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate114.errors = vErrors;
return errors === 0;
}

const schema45 = {"type":"integer","minimum":100,"maximum":60000};

function validate116(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate116.errors = vErrors;
return errors === 0;
}

const schema46 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind39"}};
const schema47 = {"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$"};
const pattern7 = new RegExp("^[0-9A-Fa-f.:]{2,39}(\\/[0-9]{1,3})?$", "u");

function validate119(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate119.errors = vErrors;
return errors === 0;
}


function validate118(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate119(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate119.errors : vErrors.concat(validate119.errors);
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
validate118.errors = vErrors;
return errors === 0;
}

const schema48 = {"type":"object","additionalProperties":false,"properties":{"keyRequestsPerSecond":{"$ref":"#/definitions/kind41"},"keyRequestsBurst":{"$ref":"#/definitions/kind41"},"keyCancelsPerSecond":{"$ref":"#/definitions/kind41"},"keyCancelsBurst":{"$ref":"#/definitions/kind41"},"accountCommandsPerSecond":{"$ref":"#/definitions/kind41"},"accountCommandsBurst":{"$ref":"#/definitions/kind41"},"sourceRequestsPerSecond":{"$ref":"#/definitions/kind41"},"sourceRequestsBurst":{"$ref":"#/definitions/kind41"},"sameReadsPerSecondMax":{"$ref":"#/definitions/kind41"},"ordersInFlightMax":{"$ref":"#/definitions/kind41"},"cancelsInFlightMax":{"$ref":"#/definitions/kind41"},"queriesInFlightMax":{"$ref":"#/definitions/kind41"},"reportsInFlightMax":{"$ref":"#/definitions/kind41"},"delayMsMax":{"$ref":"#/definitions/kind41"},"streamsMax":{"$ref":"#/definitions/kind41"},"anonymousStreamsMax":{"$ref":"#/definitions/kind41"},"anonymousStreamsPerSourceMax":{"$ref":"#/definitions/kind41"}}};
const schema49 = {"type":"integer","minimum":1,"maximum":1000000};

function validate123(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate123.errors = vErrors;
return errors === 0;
}


function validate122(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema48.properties, key0))){
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
if(!(validate123(data.keyRequestsPerSecond, {instancePath:instancePath+"/keyRequestsPerSecond",parentData:data,parentDataProperty:"keyRequestsPerSecond",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.keyRequestsBurst !== undefined){
if(!(validate123(data.keyRequestsBurst, {instancePath:instancePath+"/keyRequestsBurst",parentData:data,parentDataProperty:"keyRequestsBurst",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.keyCancelsPerSecond !== undefined){
if(!(validate123(data.keyCancelsPerSecond, {instancePath:instancePath+"/keyCancelsPerSecond",parentData:data,parentDataProperty:"keyCancelsPerSecond",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.keyCancelsBurst !== undefined){
if(!(validate123(data.keyCancelsBurst, {instancePath:instancePath+"/keyCancelsBurst",parentData:data,parentDataProperty:"keyCancelsBurst",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.accountCommandsPerSecond !== undefined){
if(!(validate123(data.accountCommandsPerSecond, {instancePath:instancePath+"/accountCommandsPerSecond",parentData:data,parentDataProperty:"accountCommandsPerSecond",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.accountCommandsBurst !== undefined){
if(!(validate123(data.accountCommandsBurst, {instancePath:instancePath+"/accountCommandsBurst",parentData:data,parentDataProperty:"accountCommandsBurst",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.sourceRequestsPerSecond !== undefined){
if(!(validate123(data.sourceRequestsPerSecond, {instancePath:instancePath+"/sourceRequestsPerSecond",parentData:data,parentDataProperty:"sourceRequestsPerSecond",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.sourceRequestsBurst !== undefined){
if(!(validate123(data.sourceRequestsBurst, {instancePath:instancePath+"/sourceRequestsBurst",parentData:data,parentDataProperty:"sourceRequestsBurst",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.sameReadsPerSecondMax !== undefined){
if(!(validate123(data.sameReadsPerSecondMax, {instancePath:instancePath+"/sameReadsPerSecondMax",parentData:data,parentDataProperty:"sameReadsPerSecondMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.ordersInFlightMax !== undefined){
if(!(validate123(data.ordersInFlightMax, {instancePath:instancePath+"/ordersInFlightMax",parentData:data,parentDataProperty:"ordersInFlightMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.cancelsInFlightMax !== undefined){
if(!(validate123(data.cancelsInFlightMax, {instancePath:instancePath+"/cancelsInFlightMax",parentData:data,parentDataProperty:"cancelsInFlightMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.queriesInFlightMax !== undefined){
if(!(validate123(data.queriesInFlightMax, {instancePath:instancePath+"/queriesInFlightMax",parentData:data,parentDataProperty:"queriesInFlightMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.reportsInFlightMax !== undefined){
if(!(validate123(data.reportsInFlightMax, {instancePath:instancePath+"/reportsInFlightMax",parentData:data,parentDataProperty:"reportsInFlightMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.delayMsMax !== undefined){
if(!(validate123(data.delayMsMax, {instancePath:instancePath+"/delayMsMax",parentData:data,parentDataProperty:"delayMsMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.streamsMax !== undefined){
if(!(validate123(data.streamsMax, {instancePath:instancePath+"/streamsMax",parentData:data,parentDataProperty:"streamsMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.anonymousStreamsMax !== undefined){
if(!(validate123(data.anonymousStreamsMax, {instancePath:instancePath+"/anonymousStreamsMax",parentData:data,parentDataProperty:"anonymousStreamsMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
errors = vErrors.length;
}
}
if(data.anonymousStreamsPerSourceMax !== undefined){
if(!(validate123(data.anonymousStreamsPerSourceMax, {instancePath:instancePath+"/anonymousStreamsPerSourceMax",parentData:data,parentDataProperty:"anonymousStreamsPerSourceMax",rootData}))){
vErrors = vErrors === null ? validate123.errors : vErrors.concat(validate123.errors);
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
validate122.errors = vErrors;
return errors === 0;
}

const schema50 = {"type":"array","minItems":0,"maxItems":10000,"items":{"$ref":"#/definitions/kind47"}};
const schema51 = {"type":"object","required":["keyId","secret","accountIds"],"additionalProperties":false,"properties":{"keyId":{"$ref":"#/definitions/kind43"},"secret":{"$ref":"#/definitions/kind44"},"accountIds":{"$ref":"#/definitions/kind45"},"name":{"$ref":"#/definitions/kind46"}}};
const schema52 = {"type":"string","pattern":"^[A-Za-z0-9_-]{1,32}$"};
const pattern8 = new RegExp("^[A-Za-z0-9_-]{1,32}$", "u");

function validate144(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate144.errors = vErrors;
return errors === 0;
}

const schema53 = {"type":"string","pattern":"^(?:[0-9a-fA-F]{2}){16,64}$"};
const pattern9 = new RegExp("^(?:[0-9a-fA-F]{2}){16,64}$", "u");

function validate146(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate146.errors = vErrors;
return errors === 0;
}

const schema54 = {"type":"array","minItems":1,"maxItems":1000,"items":{"$ref":"#/definitions/kind1"}};

function validate148(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate148.errors = vErrors;
return errors === 0;
}

const schema55 = {"type":"string","pattern":"^.{1,64}$"};
const pattern10 = new RegExp("^.{1,64}$", "u");

function validate151(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate151.errors = vErrors;
return errors === 0;
}


function validate143(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate144(data.keyId, {instancePath:instancePath+"/keyId",parentData:data,parentDataProperty:"keyId",rootData}))){
vErrors = vErrors === null ? validate144.errors : vErrors.concat(validate144.errors);
errors = vErrors.length;
}
}
if(data.secret !== undefined){
if(!(validate146(data.secret, {instancePath:instancePath+"/secret",parentData:data,parentDataProperty:"secret",rootData}))){
vErrors = vErrors === null ? validate146.errors : vErrors.concat(validate146.errors);
errors = vErrors.length;
}
}
if(data.accountIds !== undefined){
if(!(validate148(data.accountIds, {instancePath:instancePath+"/accountIds",parentData:data,parentDataProperty:"accountIds",rootData}))){
vErrors = vErrors === null ? validate148.errors : vErrors.concat(validate148.errors);
errors = vErrors.length;
}
}
if(data.name !== undefined){
if(!(validate151(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate151.errors : vErrors.concat(validate151.errors);
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
validate143.errors = vErrors;
return errors === 0;
}


function validate142(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate143(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate143.errors : vErrors.concat(validate143.errors);
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
validate142.errors = vErrors;
return errors === 0;
}


function validate102(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema41.properties, key0))){
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
if(!(validate104(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
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
if(!(validate104(data.operatorHost, {instancePath:instancePath+"/operatorHost",parentData:data,parentDataProperty:"operatorHost",rootData}))){
vErrors = vErrors === null ? validate104.errors : vErrors.concat(validate104.errors);
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
if(!(validate109(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
errors = vErrors.length;
}
}
if(data.insecure !== undefined){
if(!(validate114(data.insecure, {instancePath:instancePath+"/insecure",parentData:data,parentDataProperty:"insecure",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
if(data.timeWindowMs !== undefined){
if(!(validate116(data.timeWindowMs, {instancePath:instancePath+"/timeWindowMs",parentData:data,parentDataProperty:"timeWindowMs",rootData}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
errors = vErrors.length;
}
}
if(data.trustedProxies !== undefined){
if(!(validate118(data.trustedProxies, {instancePath:instancePath+"/trustedProxies",parentData:data,parentDataProperty:"trustedProxies",rootData}))){
vErrors = vErrors === null ? validate118.errors : vErrors.concat(validate118.errors);
errors = vErrors.length;
}
}
if(data.limits !== undefined){
if(!(validate122(data.limits, {instancePath:instancePath+"/limits",parentData:data,parentDataProperty:"limits",rootData}))){
vErrors = vErrors === null ? validate122.errors : vErrors.concat(validate122.errors);
errors = vErrors.length;
}
}
if(data.apiKeys !== undefined){
if(!(validate142(data.apiKeys, {instancePath:instancePath+"/apiKeys",parentData:data,parentDataProperty:"apiKeys",rootData}))){
vErrors = vErrors === null ? validate142.errors : vErrors.concat(validate142.errors);
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
validate102.errors = vErrors;
return errors === 0;
}

const schema56 = {"type":"object","required":["watcher"],"additionalProperties":false,"properties":{"watcher":{"$ref":"#/definitions/kind50"},"everyMs":{"$ref":"#/definitions/kind38"},"lateMs":{"$ref":"#/definitions/kind51"},"silentMs":{"$ref":"#/definitions/kind38"}}};
const schema57 = {"type":"integer","minimum":1,"maximum":255};

function validate157(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate157.errors = vErrors;
return errors === 0;
}

const schema58 = {"type":"integer","minimum":1,"maximum":60000};

function validate160(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate160.errors = vErrors;
return errors === 0;
}


function validate156(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate157(data.watcher, {instancePath:instancePath+"/watcher",parentData:data,parentDataProperty:"watcher",rootData}))){
vErrors = vErrors === null ? validate157.errors : vErrors.concat(validate157.errors);
errors = vErrors.length;
}
}
if(data.everyMs !== undefined){
if(!(validate116(data.everyMs, {instancePath:instancePath+"/everyMs",parentData:data,parentDataProperty:"everyMs",rootData}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
errors = vErrors.length;
}
}
if(data.lateMs !== undefined){
if(!(validate160(data.lateMs, {instancePath:instancePath+"/lateMs",parentData:data,parentDataProperty:"lateMs",rootData}))){
vErrors = vErrors === null ? validate160.errors : vErrors.concat(validate160.errors);
errors = vErrors.length;
}
}
if(data.silentMs !== undefined){
if(!(validate116(data.silentMs, {instancePath:instancePath+"/silentMs",parentData:data,parentDataProperty:"silentMs",rootData}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
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
validate156.errors = vErrors;
return errors === 0;
}

const schema59 = {"type":"object","additionalProperties":false,"properties":{"tls":{"$ref":"#/definitions/kind36"},"insecure":{"$ref":"#/definitions/kind37"},"operators":{"$ref":"#/definitions/kind56"},"twoPersons":{"$ref":"#/definitions/kind37"},"operator":{"$ref":"#/definitions/kind1"}}};
const schema60 = {"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind55"}};
const schema61 = {"type":"object","required":["id","name","rights"],"additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind1"},"name":{"$ref":"#/definitions/kind46"},"rights":{"$ref":"#/definitions/kind54"}}};
const schema62 = {"type":"array","minItems":0,"maxItems":6,"items":{"$ref":"#/definitions/kind53"}};
const schema63 = {"enum":["snapshot","lead","members","stop","market","loss"]};

function validate172(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((data === "snapshot") || (data === "lead")) || (data === "members")) || (data === "stop")) || (data === "market")) || (data === "loss"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema63.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate172.errors = vErrors;
return errors === 0;
}


function validate171(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate172(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate172.errors : vErrors.concat(validate172.errors);
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
validate171.errors = vErrors;
return errors === 0;
}


function validate168(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate151(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate151.errors : vErrors.concat(validate151.errors);
errors = vErrors.length;
}
}
if(data.rights !== undefined){
if(!(validate171(data.rights, {instancePath:instancePath+"/rights",parentData:data,parentDataProperty:"rights",rootData}))){
vErrors = vErrors === null ? validate171.errors : vErrors.concat(validate171.errors);
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
validate168.errors = vErrors;
return errors === 0;
}


function validate167(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate168(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate168.errors : vErrors.concat(validate168.errors);
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
validate167.errors = vErrors;
return errors === 0;
}


function validate164(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate109(data.tls, {instancePath:instancePath+"/tls",parentData:data,parentDataProperty:"tls",rootData}))){
vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
errors = vErrors.length;
}
}
if(data.insecure !== undefined){
if(!(validate114(data.insecure, {instancePath:instancePath+"/insecure",parentData:data,parentDataProperty:"insecure",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
if(data.operators !== undefined){
if(!(validate167(data.operators, {instancePath:instancePath+"/operators",parentData:data,parentDataProperty:"operators",rootData}))){
vErrors = vErrors === null ? validate167.errors : vErrors.concat(validate167.errors);
errors = vErrors.length;
}
}
if(data.twoPersons !== undefined){
if(!(validate114(data.twoPersons, {instancePath:instancePath+"/twoPersons",parentData:data,parentDataProperty:"twoPersons",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
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
validate164.errors = vErrors;
return errors === 0;
}

const schema64 = {"type":"object","additionalProperties":false,"properties":{"replica":{"$ref":"#/definitions/kind58"},"everySeconds":{"$ref":"#/definitions/kind59"},"snapshotMinutes":{"$ref":"#/definitions/kind60"},"verifyHours":{"$ref":"#/definitions/kind61"},"alarmSeconds":{"$ref":"#/definitions/kind62"},"port":{"$ref":"#/definitions/kind9"},"folders":{"$ref":"#/definitions/kind68"},"buckets":{"$ref":"#/definitions/kind75"}}};
const schema65 = {"type":"integer","minimum":1,"maximum":7};

function validate181(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate181.errors = vErrors;
return errors === 0;
}

const schema66 = {"type":"integer","minimum":1,"maximum":3600};

function validate183(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate183.errors = vErrors;
return errors === 0;
}

const schema67 = {"type":"integer","minimum":1,"maximum":10080};

function validate185(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate185.errors = vErrors;
return errors === 0;
}

const schema68 = {"type":"integer","minimum":1,"maximum":8760};

function validate187(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate187.errors = vErrors;
return errors === 0;
}

const schema69 = {"type":"integer","minimum":5,"maximum":86400};

function validate189(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate189.errors = vErrors;
return errors === 0;
}

const schema70 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind67"}};
const schema71 = {"type":"object","required":["name","folder"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"compression":{"$ref":"#/definitions/kind64"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind65"},"keepCount":{"$ref":"#/definitions/kind66"},"folder":{"$ref":"#/definitions/kind2"}}};
const schema72 = {"type":"string","pattern":"^[A-Za-z0-9-]{1,64}$"};
const pattern11 = new RegExp("^[A-Za-z0-9-]{1,64}$", "u");

function validate194(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate194.errors = vErrors;
return errors === 0;
}

const schema73 = {"enum":["zstd","none"]};

function validate196(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "zstd") || (data === "none"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema73.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate196.errors = vErrors;
return errors === 0;
}

const schema74 = {"type":"integer","minimum":1,"maximum":87600};

function validate199(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate199.errors = vErrors;
return errors === 0;
}

const schema75 = {"type":"integer","minimum":1,"maximum":10000};

function validate201(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate201.errors = vErrors;
return errors === 0;
}


function validate193(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate194(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.compression !== undefined){
if(!(validate196(data.compression, {instancePath:instancePath+"/compression",parentData:data,parentDataProperty:"compression",rootData}))){
vErrors = vErrors === null ? validate196.errors : vErrors.concat(validate196.errors);
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
if(!(validate199(data.keepHours, {instancePath:instancePath+"/keepHours",parentData:data,parentDataProperty:"keepHours",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.keepCount !== undefined){
if(!(validate201(data.keepCount, {instancePath:instancePath+"/keepCount",parentData:data,parentDataProperty:"keepCount",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
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
validate193.errors = vErrors;
return errors === 0;
}


function validate192(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate193(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate193.errors : vErrors.concat(validate193.errors);
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
validate192.errors = vErrors;
return errors === 0;
}

const schema76 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind74"}};
const schema77 = {"type":"object","required":["name","endpoint","bucket","accessKeyId","secretAccessKey"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"compression":{"$ref":"#/definitions/kind64"},"keyFile":{"$ref":"#/definitions/kind2"},"keepHours":{"$ref":"#/definitions/kind65"},"keepCount":{"$ref":"#/definitions/kind66"},"endpoint":{"$ref":"#/definitions/kind69"},"region":{"$ref":"#/definitions/kind63"},"bucket":{"$ref":"#/definitions/kind70"},"prefix":{"$ref":"#/definitions/kind71"},"accessKeyId":{"$ref":"#/definitions/kind72"},"secretAccessKey":{"$ref":"#/definitions/kind73"}}};
const schema78 = {"type":"string","pattern":"^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$"};
const pattern12 = new RegExp("^https?:\\/\\/[A-Za-z0-9.:[\\]-]{1,253}\\/?$", "u");

function validate213(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate213.errors = vErrors;
return errors === 0;
}

const schema79 = {"type":"string","pattern":"^[a-z0-9.-]{3,64}$"};
const pattern13 = new RegExp("^[a-z0-9.-]{3,64}$", "u");

function validate216(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate216.errors = vErrors;
return errors === 0;
}

const schema80 = {"type":"string","pattern":"^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$"};
const pattern14 = new RegExp("^(?:[A-Za-z0-9._-]{1,64}\\/){1,8}$", "u");

function validate218(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate218.errors = vErrors;
return errors === 0;
}

const schema81 = {"type":"string","pattern":"^[!-~]{1,128}$"};
const pattern15 = new RegExp("^[!-~]{1,128}$", "u");

function validate220(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate220.errors = vErrors;
return errors === 0;
}

const schema82 = {"type":"string","pattern":"^[!-~]{8,256}$"};
const pattern16 = new RegExp("^[!-~]{8,256}$", "u");

function validate222(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate222.errors = vErrors;
return errors === 0;
}


function validate207(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(func2.call(schema77.properties, key0))){
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
if(!(validate194(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.compression !== undefined){
if(!(validate196(data.compression, {instancePath:instancePath+"/compression",parentData:data,parentDataProperty:"compression",rootData}))){
vErrors = vErrors === null ? validate196.errors : vErrors.concat(validate196.errors);
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
if(!(validate199(data.keepHours, {instancePath:instancePath+"/keepHours",parentData:data,parentDataProperty:"keepHours",rootData}))){
vErrors = vErrors === null ? validate199.errors : vErrors.concat(validate199.errors);
errors = vErrors.length;
}
}
if(data.keepCount !== undefined){
if(!(validate201(data.keepCount, {instancePath:instancePath+"/keepCount",parentData:data,parentDataProperty:"keepCount",rootData}))){
vErrors = vErrors === null ? validate201.errors : vErrors.concat(validate201.errors);
errors = vErrors.length;
}
}
if(data.endpoint !== undefined){
if(!(validate213(data.endpoint, {instancePath:instancePath+"/endpoint",parentData:data,parentDataProperty:"endpoint",rootData}))){
vErrors = vErrors === null ? validate213.errors : vErrors.concat(validate213.errors);
errors = vErrors.length;
}
}
if(data.region !== undefined){
if(!(validate194(data.region, {instancePath:instancePath+"/region",parentData:data,parentDataProperty:"region",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.bucket !== undefined){
if(!(validate216(data.bucket, {instancePath:instancePath+"/bucket",parentData:data,parentDataProperty:"bucket",rootData}))){
vErrors = vErrors === null ? validate216.errors : vErrors.concat(validate216.errors);
errors = vErrors.length;
}
}
if(data.prefix !== undefined){
if(!(validate218(data.prefix, {instancePath:instancePath+"/prefix",parentData:data,parentDataProperty:"prefix",rootData}))){
vErrors = vErrors === null ? validate218.errors : vErrors.concat(validate218.errors);
errors = vErrors.length;
}
}
if(data.accessKeyId !== undefined){
if(!(validate220(data.accessKeyId, {instancePath:instancePath+"/accessKeyId",parentData:data,parentDataProperty:"accessKeyId",rootData}))){
vErrors = vErrors === null ? validate220.errors : vErrors.concat(validate220.errors);
errors = vErrors.length;
}
}
if(data.secretAccessKey !== undefined){
if(!(validate222(data.secretAccessKey, {instancePath:instancePath+"/secretAccessKey",parentData:data,parentDataProperty:"secretAccessKey",rootData}))){
vErrors = vErrors === null ? validate222.errors : vErrors.concat(validate222.errors);
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
validate207.errors = vErrors;
return errors === 0;
}


function validate206(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate207(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate207.errors : vErrors.concat(validate207.errors);
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
validate206.errors = vErrors;
return errors === 0;
}


function validate180(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate181(data.replica, {instancePath:instancePath+"/replica",parentData:data,parentDataProperty:"replica",rootData}))){
vErrors = vErrors === null ? validate181.errors : vErrors.concat(validate181.errors);
errors = vErrors.length;
}
}
if(data.everySeconds !== undefined){
if(!(validate183(data.everySeconds, {instancePath:instancePath+"/everySeconds",parentData:data,parentDataProperty:"everySeconds",rootData}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
}
if(data.snapshotMinutes !== undefined){
if(!(validate185(data.snapshotMinutes, {instancePath:instancePath+"/snapshotMinutes",parentData:data,parentDataProperty:"snapshotMinutes",rootData}))){
vErrors = vErrors === null ? validate185.errors : vErrors.concat(validate185.errors);
errors = vErrors.length;
}
}
if(data.verifyHours !== undefined){
if(!(validate187(data.verifyHours, {instancePath:instancePath+"/verifyHours",parentData:data,parentDataProperty:"verifyHours",rootData}))){
vErrors = vErrors === null ? validate187.errors : vErrors.concat(validate187.errors);
errors = vErrors.length;
}
}
if(data.alarmSeconds !== undefined){
if(!(validate189(data.alarmSeconds, {instancePath:instancePath+"/alarmSeconds",parentData:data,parentDataProperty:"alarmSeconds",rootData}))){
vErrors = vErrors === null ? validate189.errors : vErrors.concat(validate189.errors);
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
if(!(validate192(data.folders, {instancePath:instancePath+"/folders",parentData:data,parentDataProperty:"folders",rootData}))){
vErrors = vErrors === null ? validate192.errors : vErrors.concat(validate192.errors);
errors = vErrors.length;
}
}
if(data.buckets !== undefined){
if(!(validate206(data.buckets, {instancePath:instancePath+"/buckets",parentData:data,parentDataProperty:"buckets",rootData}))){
vErrors = vErrors === null ? validate206.errors : vErrors.concat(validate206.errors);
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
validate180.errors = vErrors;
return errors === 0;
}

const schema83 = {"type":"object","additionalProperties":false,"properties":{"webhooks":{"$ref":"#/definitions/kind83"},"commands":{"$ref":"#/definitions/kind89"},"giveUpMinutes":{"$ref":"#/definitions/kind90"}}};
const schema84 = {"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind82"}};
const schema85 = {"type":"object","required":["name","url"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"url":{"$ref":"#/definitions/kind77"},"secret":{"$ref":"#/definitions/kind78"},"format":{"$ref":"#/definitions/kind79"},"on":{"$ref":"#/definitions/kind81"},"timeoutMs":{"$ref":"#/definitions/kind38"},"authoritiesFile":{"$ref":"#/definitions/kind2"}}};
const schema86 = {"type":"string","pattern":"^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$"};
const pattern17 = new RegExp("^https?:\\/\\/[^\\s/@]{1,253}(?:\\/[^\\s]{0,1024})?$", "u");

function validate231(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate231.errors = vErrors;
return errors === 0;
}

const schema87 = {"type":"string","pattern":"^[!-~]{16,256}$"};
const pattern18 = new RegExp("^[!-~]{16,256}$", "u");

function validate233(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate233.errors = vErrors;
return errors === 0;
}

const schema88 = {"enum":["json","slack"]};

function validate235(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "json") || (data === "slack"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema88.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate235.errors = vErrors;
return errors === 0;
}

const schema89 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind80"}};
const schema90 = {"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","diskFull","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","hookFailing","noticesGivenUp"]};

function validate238(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((((((((((((((((((((((((((data === "all") || (data === "fault")) || (data === "test")) || (data === "leaderChanged")) || (data === "membersChanged")) || (data === "spareGivenVote")) || (data === "modeChanged")) || (data === "quorumLost")) || (data === "commitsStalled")) || (data === "memberLost")) || (data === "memberRecovering")) || (data === "memberBehind")) || (data === "memberGray")) || (data === "failoverManual")) || (data === "diskFull")) || (data === "stateDiffers")) || (data === "stateDisputed")) || (data === "crashLoop")) || (data === "clockDiffers")) || (data === "certificateEnding")) || (data === "backupBehind")) || (data === "siteBehind")) || (data === "siteUndecided")) || (data === "drillOverdue")) || (data === "canaryWrong")) || (data === "canaryLate")) || (data === "canarySilent")) || (data === "canaryUnreached")) || (data === "hookFailing")) || (data === "noticesGivenUp"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema90.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate238.errors = vErrors;
return errors === 0;
}


function validate237(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate238(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate238.errors : vErrors.concat(validate238.errors);
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
validate237.errors = vErrors;
return errors === 0;
}


function validate229(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate194(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.url !== undefined){
if(!(validate231(data.url, {instancePath:instancePath+"/url",parentData:data,parentDataProperty:"url",rootData}))){
vErrors = vErrors === null ? validate231.errors : vErrors.concat(validate231.errors);
errors = vErrors.length;
}
}
if(data.secret !== undefined){
if(!(validate233(data.secret, {instancePath:instancePath+"/secret",parentData:data,parentDataProperty:"secret",rootData}))){
vErrors = vErrors === null ? validate233.errors : vErrors.concat(validate233.errors);
errors = vErrors.length;
}
}
if(data.format !== undefined){
if(!(validate235(data.format, {instancePath:instancePath+"/format",parentData:data,parentDataProperty:"format",rootData}))){
vErrors = vErrors === null ? validate235.errors : vErrors.concat(validate235.errors);
errors = vErrors.length;
}
}
if(data.on !== undefined){
if(!(validate237(data.on, {instancePath:instancePath+"/on",parentData:data,parentDataProperty:"on",rootData}))){
vErrors = vErrors === null ? validate237.errors : vErrors.concat(validate237.errors);
errors = vErrors.length;
}
}
if(data.timeoutMs !== undefined){
if(!(validate116(data.timeoutMs, {instancePath:instancePath+"/timeoutMs",parentData:data,parentDataProperty:"timeoutMs",rootData}))){
vErrors = vErrors === null ? validate116.errors : vErrors.concat(validate116.errors);
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
validate229.errors = vErrors;
return errors === 0;
}


function validate228(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate229(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate229.errors : vErrors.concat(validate229.errors);
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
validate228.errors = vErrors;
return errors === 0;
}

const schema91 = {"type":"array","minItems":0,"maxItems":16,"items":{"$ref":"#/definitions/kind88"}};
const schema92 = {"type":"object","required":["name","run"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind63"},"run":{"$ref":"#/definitions/kind84"},"on":{"$ref":"#/definitions/kind86"},"timeoutMs":{"$ref":"#/definitions/kind87"}}};
const schema93 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind2"}};

function validate248(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate248.errors = vErrors;
return errors === 0;
}

const schema94 = {"type":"array","minItems":1,"maxItems":64,"items":{"$ref":"#/definitions/kind85"}};
const schema95 = {"enum":["all","fault","test","leaderChanged","membersChanged","spareGivenVote","modeChanged","quorumLost","commitsStalled","memberLost","memberRecovering","memberBehind","memberGray","failoverManual","diskFull","stateDiffers","stateDisputed","crashLoop","clockDiffers","certificateEnding","backupBehind","siteBehind","siteUndecided","drillOverdue","canaryWrong","canaryLate","canarySilent","canaryUnreached","hookFailing","noticesGivenUp","becomeLeader","becomeFollower"]};

function validate252(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((((((((((((((((((((((((((((((data === "all") || (data === "fault")) || (data === "test")) || (data === "leaderChanged")) || (data === "membersChanged")) || (data === "spareGivenVote")) || (data === "modeChanged")) || (data === "quorumLost")) || (data === "commitsStalled")) || (data === "memberLost")) || (data === "memberRecovering")) || (data === "memberBehind")) || (data === "memberGray")) || (data === "failoverManual")) || (data === "diskFull")) || (data === "stateDiffers")) || (data === "stateDisputed")) || (data === "crashLoop")) || (data === "clockDiffers")) || (data === "certificateEnding")) || (data === "backupBehind")) || (data === "siteBehind")) || (data === "siteUndecided")) || (data === "drillOverdue")) || (data === "canaryWrong")) || (data === "canaryLate")) || (data === "canarySilent")) || (data === "canaryUnreached")) || (data === "hookFailing")) || (data === "noticesGivenUp")) || (data === "becomeLeader")) || (data === "becomeFollower"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema95.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate252.errors = vErrors;
return errors === 0;
}


function validate251(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate252(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate252.errors : vErrors.concat(validate252.errors);
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
validate251.errors = vErrors;
return errors === 0;
}

const schema96 = {"type":"integer","minimum":100,"maximum":600000};

function validate255(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate255.errors = vErrors;
return errors === 0;
}


function validate246(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate194(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate194.errors : vErrors.concat(validate194.errors);
errors = vErrors.length;
}
}
if(data.run !== undefined){
if(!(validate248(data.run, {instancePath:instancePath+"/run",parentData:data,parentDataProperty:"run",rootData}))){
vErrors = vErrors === null ? validate248.errors : vErrors.concat(validate248.errors);
errors = vErrors.length;
}
}
if(data.on !== undefined){
if(!(validate251(data.on, {instancePath:instancePath+"/on",parentData:data,parentDataProperty:"on",rootData}))){
vErrors = vErrors === null ? validate251.errors : vErrors.concat(validate251.errors);
errors = vErrors.length;
}
}
if(data.timeoutMs !== undefined){
if(!(validate255(data.timeoutMs, {instancePath:instancePath+"/timeoutMs",parentData:data,parentDataProperty:"timeoutMs",rootData}))){
vErrors = vErrors === null ? validate255.errors : vErrors.concat(validate255.errors);
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
validate246.errors = vErrors;
return errors === 0;
}


function validate245(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate246(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate246.errors : vErrors.concat(validate246.errors);
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
validate245.errors = vErrors;
return errors === 0;
}

const schema97 = {"type":"integer","minimum":1,"maximum":43200};

function validate259(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate259.errors = vErrors;
return errors === 0;
}


function validate227(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate228(data.webhooks, {instancePath:instancePath+"/webhooks",parentData:data,parentDataProperty:"webhooks",rootData}))){
vErrors = vErrors === null ? validate228.errors : vErrors.concat(validate228.errors);
errors = vErrors.length;
}
}
if(data.commands !== undefined){
if(!(validate245(data.commands, {instancePath:instancePath+"/commands",parentData:data,parentDataProperty:"commands",rootData}))){
vErrors = vErrors === null ? validate245.errors : vErrors.concat(validate245.errors);
errors = vErrors.length;
}
}
if(data.giveUpMinutes !== undefined){
if(!(validate259(data.giveUpMinutes, {instancePath:instancePath+"/giveUpMinutes",parentData:data,parentDataProperty:"giveUpMinutes",rootData}))){
vErrors = vErrors === null ? validate259.errors : vErrors.concat(validate259.errors);
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
validate227.errors = vErrors;
return errors === 0;
}

const schema98 = {"type":"object","additionalProperties":false,"properties":{"targetPercent":{"$ref":"#/definitions/kind92"},"gateways":{"$ref":"#/definitions/kind93"},"failuresInTenYears":{"$ref":"#/definitions/kind95"},"repairMinutes":{"$ref":"#/definitions/kind97"}}};
const schema99 = {"enum":["99.9","99.95","99.99","99.995","99.999"]};

function validate263(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(((((data === "99.9") || (data === "99.95")) || (data === "99.99")) || (data === "99.995")) || (data === "99.999"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema99.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate263.errors = vErrors;
return errors === 0;
}

const schema100 = {"type":"integer","minimum":1,"maximum":1000};

function validate265(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate265.errors = vErrors;
return errors === 0;
}

const schema101 = {"type":"object","additionalProperties":false,"properties":{"process":{"$ref":"#/definitions/kind94"},"machine":{"$ref":"#/definitions/kind94"},"network":{"$ref":"#/definitions/kind94"},"disk":{"$ref":"#/definitions/kind94"},"power":{"$ref":"#/definitions/kind94"},"clock":{"$ref":"#/definitions/kind94"},"operator":{"$ref":"#/definitions/kind94"},"client":{"$ref":"#/definitions/kind94"}}};
const schema102 = {"type":"integer","minimum":0,"maximum":1000000};

function validate268(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate268.errors = vErrors;
return errors === 0;
}


function validate267(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate268(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.machine !== undefined){
if(!(validate268(data.machine, {instancePath:instancePath+"/machine",parentData:data,parentDataProperty:"machine",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.network !== undefined){
if(!(validate268(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.disk !== undefined){
if(!(validate268(data.disk, {instancePath:instancePath+"/disk",parentData:data,parentDataProperty:"disk",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate268(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.clock !== undefined){
if(!(validate268(data.clock, {instancePath:instancePath+"/clock",parentData:data,parentDataProperty:"clock",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.operator !== undefined){
if(!(validate268(data.operator, {instancePath:instancePath+"/operator",parentData:data,parentDataProperty:"operator",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
errors = vErrors.length;
}
}
if(data.client !== undefined){
if(!(validate268(data.client, {instancePath:instancePath+"/client",parentData:data,parentDataProperty:"client",rootData}))){
vErrors = vErrors === null ? validate268.errors : vErrors.concat(validate268.errors);
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

const schema103 = {"type":"object","additionalProperties":false,"properties":{"process":{"$ref":"#/definitions/kind96"},"machine":{"$ref":"#/definitions/kind96"},"network":{"$ref":"#/definitions/kind96"},"disk":{"$ref":"#/definitions/kind96"},"power":{"$ref":"#/definitions/kind96"},"promotion":{"$ref":"#/definitions/kind96"}}};
const schema104 = {"type":"integer","minimum":0,"maximum":525600};

function validate279(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate279.errors = vErrors;
return errors === 0;
}


function validate278(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate279(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
errors = vErrors.length;
}
}
if(data.machine !== undefined){
if(!(validate279(data.machine, {instancePath:instancePath+"/machine",parentData:data,parentDataProperty:"machine",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
errors = vErrors.length;
}
}
if(data.network !== undefined){
if(!(validate279(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
errors = vErrors.length;
}
}
if(data.disk !== undefined){
if(!(validate279(data.disk, {instancePath:instancePath+"/disk",parentData:data,parentDataProperty:"disk",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
errors = vErrors.length;
}
}
if(data.power !== undefined){
if(!(validate279(data.power, {instancePath:instancePath+"/power",parentData:data,parentDataProperty:"power",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
errors = vErrors.length;
}
}
if(data.promotion !== undefined){
if(!(validate279(data.promotion, {instancePath:instancePath+"/promotion",parentData:data,parentDataProperty:"promotion",rootData}))){
vErrors = vErrors === null ? validate279.errors : vErrors.concat(validate279.errors);
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
validate278.errors = vErrors;
return errors === 0;
}


function validate262(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate263(data.targetPercent, {instancePath:instancePath+"/targetPercent",parentData:data,parentDataProperty:"targetPercent",rootData}))){
vErrors = vErrors === null ? validate263.errors : vErrors.concat(validate263.errors);
errors = vErrors.length;
}
}
if(data.gateways !== undefined){
if(!(validate265(data.gateways, {instancePath:instancePath+"/gateways",parentData:data,parentDataProperty:"gateways",rootData}))){
vErrors = vErrors === null ? validate265.errors : vErrors.concat(validate265.errors);
errors = vErrors.length;
}
}
if(data.failuresInTenYears !== undefined){
if(!(validate267(data.failuresInTenYears, {instancePath:instancePath+"/failuresInTenYears",parentData:data,parentDataProperty:"failuresInTenYears",rootData}))){
vErrors = vErrors === null ? validate267.errors : vErrors.concat(validate267.errors);
errors = vErrors.length;
}
}
if(data.repairMinutes !== undefined){
if(!(validate278(data.repairMinutes, {instancePath:instancePath+"/repairMinutes",parentData:data,parentDataProperty:"repairMinutes",rootData}))){
vErrors = vErrors === null ? validate278.errors : vErrors.concat(validate278.errors);
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
validate262.errors = vErrors;
return errors === 0;
}

const schema105 = {"type":"object","additionalProperties":false,"properties":{"rtoSeconds":{"$ref":"#/definitions/kind99"},"rpoMilliseconds":{"$ref":"#/definitions/kind100"},"drills":{"$ref":"#/definitions/kind102"},"drillDays":{"$ref":"#/definitions/kind103"}}};
const schema106 = {"type":"integer","minimum":0,"maximum":604800};

function validate289(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate289.errors = vErrors;
return errors === 0;
}

const schema107 = {"type":"integer","minimum":0,"maximum":604800000};

function validate291(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate291.errors = vErrors;
return errors === 0;
}

const schema108 = {"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind101"}};
const schema109 = {"enum":["failover","restore","site-loss","switchover"]};

function validate294(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((((data === "failover") || (data === "restore")) || (data === "site-loss")) || (data === "switchover"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema109.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate294.errors = vErrors;
return errors === 0;
}


function validate293(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate294(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate294.errors : vErrors.concat(validate294.errors);
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
validate293.errors = vErrors;
return errors === 0;
}

const schema110 = {"type":"integer","minimum":1,"maximum":3650};

function validate297(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate297.errors = vErrors;
return errors === 0;
}


function validate288(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate289(data.rtoSeconds, {instancePath:instancePath+"/rtoSeconds",parentData:data,parentDataProperty:"rtoSeconds",rootData}))){
vErrors = vErrors === null ? validate289.errors : vErrors.concat(validate289.errors);
errors = vErrors.length;
}
}
if(data.rpoMilliseconds !== undefined){
if(!(validate291(data.rpoMilliseconds, {instancePath:instancePath+"/rpoMilliseconds",parentData:data,parentDataProperty:"rpoMilliseconds",rootData}))){
vErrors = vErrors === null ? validate291.errors : vErrors.concat(validate291.errors);
errors = vErrors.length;
}
}
if(data.drills !== undefined){
if(!(validate293(data.drills, {instancePath:instancePath+"/drills",parentData:data,parentDataProperty:"drills",rootData}))){
vErrors = vErrors === null ? validate293.errors : vErrors.concat(validate293.errors);
errors = vErrors.length;
}
}
if(data.drillDays !== undefined){
if(!(validate297(data.drillDays, {instancePath:instancePath+"/drillDays",parentData:data,parentDataProperty:"drillDays",rootData}))){
vErrors = vErrors === null ? validate297.errors : vErrors.concat(validate297.errors);
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
validate288.errors = vErrors;
return errors === 0;
}

const schema111 = {"type":"object","additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind105"},"target":{"$ref":"#/definitions/kind105"},"everyMilliseconds":{"$ref":"#/definitions/kind21"},"lease":{"$ref":"#/definitions/kind107"},"alarmSeconds":{"$ref":"#/definitions/kind108"},"decideSeconds":{"$ref":"#/definitions/kind108"},"port":{"$ref":"#/definitions/kind9"},"openAfterSeconds":{"$ref":"#/definitions/kind109"}}};
const schema112 = {"type":"string","pattern":"^[A-Za-z0-9-]{1,32}$"};
const pattern19 = new RegExp("^[A-Za-z0-9-]{1,32}$", "u");

function validate301(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate301.errors = vErrors;
return errors === 0;
}

const schema113 = {"type":"object","required":["witnessId","host","controlPort"],"additionalProperties":false,"properties":{"witnessId":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"controlPort":{"$ref":"#/definitions/kind9"},"seconds":{"$ref":"#/definitions/kind106"}}};
const schema114 = {"type":"integer","minimum":1,"maximum":300};

function validate309(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate309.errors = vErrors;
return errors === 0;
}


function validate305(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate309(data.seconds, {instancePath:instancePath+"/seconds",parentData:data,parentDataProperty:"seconds",rootData}))){
vErrors = vErrors === null ? validate309.errors : vErrors.concat(validate309.errors);
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
validate305.errors = vErrors;
return errors === 0;
}

const schema115 = {"type":"integer","minimum":1,"maximum":86400};

function validate312(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate312.errors = vErrors;
return errors === 0;
}

const schema116 = {"type":"integer","minimum":0,"maximum":86400};

function validate316(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate316.errors = vErrors;
return errors === 0;
}


function validate300(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((((((key0 === "name") || (key0 === "target")) || (key0 === "everyMilliseconds")) || (key0 === "lease")) || (key0 === "alarmSeconds")) || (key0 === "decideSeconds")) || (key0 === "port")) || (key0 === "openAfterSeconds"))){
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
if(!(validate301(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate301.errors : vErrors.concat(validate301.errors);
errors = vErrors.length;
}
}
if(data.target !== undefined){
if(!(validate301(data.target, {instancePath:instancePath+"/target",parentData:data,parentDataProperty:"target",rootData}))){
vErrors = vErrors === null ? validate301.errors : vErrors.concat(validate301.errors);
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
if(!(validate305(data.lease, {instancePath:instancePath+"/lease",parentData:data,parentDataProperty:"lease",rootData}))){
vErrors = vErrors === null ? validate305.errors : vErrors.concat(validate305.errors);
errors = vErrors.length;
}
}
if(data.alarmSeconds !== undefined){
if(!(validate312(data.alarmSeconds, {instancePath:instancePath+"/alarmSeconds",parentData:data,parentDataProperty:"alarmSeconds",rootData}))){
vErrors = vErrors === null ? validate312.errors : vErrors.concat(validate312.errors);
errors = vErrors.length;
}
}
if(data.decideSeconds !== undefined){
if(!(validate312(data.decideSeconds, {instancePath:instancePath+"/decideSeconds",parentData:data,parentDataProperty:"decideSeconds",rootData}))){
vErrors = vErrors === null ? validate312.errors : vErrors.concat(validate312.errors);
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
if(!(validate316(data.openAfterSeconds, {instancePath:instancePath+"/openAfterSeconds",parentData:data,parentDataProperty:"openAfterSeconds",rootData}))){
vErrors = vErrors === null ? validate316.errors : vErrors.concat(validate316.errors);
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
validate300.errors = vErrors;
return errors === 0;
}

const schema117 = {"type":"array","minItems":0,"maxItems":4,"items":{"$ref":"#/definitions/kind113"}};
const schema118 = {"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"$ref":"#/definitions/kind105"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"},"replicas":{"$ref":"#/definitions/kind112"}}};
const schema119 = {"type":"array","minItems":0,"maxItems":7,"items":{"$ref":"#/definitions/kind111"}};
const schema120 = {"type":"object","additionalProperties":false,"properties":{"id":{"$ref":"#/definitions/kind6"},"host":{"$ref":"#/definitions/kind8"},"tcpPort":{"$ref":"#/definitions/kind9"},"fence":{"$ref":"#/definitions/kind13"},"fenceSeconds":{"$ref":"#/definitions/kind14"}}};

function validate325(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate325.errors = vErrors;
return errors === 0;
}


function validate324(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate325(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate325.errors : vErrors.concat(validate325.errors);
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
validate324.errors = vErrors;
return errors === 0;
}


function validate320(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!((((key0 === "name") || (key0 === "fence")) || (key0 === "fenceSeconds")) || (key0 === "replicas"))){
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
if(!(validate301(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate301.errors : vErrors.concat(validate301.errors);
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
if(!(validate324(data.replicas, {instancePath:instancePath+"/replicas",parentData:data,parentDataProperty:"replicas",rootData}))){
vErrors = vErrors === null ? validate324.errors : vErrors.concat(validate324.errors);
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
validate320.errors = vErrors;
return errors === 0;
}


function validate319(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate320(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate320.errors : vErrors.concat(validate320.errors);
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
validate319.errors = vErrors;
return errors === 0;
}

const schema121 = {"type":"object","additionalProperties":false,"properties":{"server":{"$ref":"#/definitions/kind115"},"port":{"$ref":"#/definitions/kind9"},"zone":{"$ref":"#/definitions/kind116"},"keyFile":{"$ref":"#/definitions/kind2"},"metricsPort":{"$ref":"#/definitions/kind9"},"ttlSeconds":{"$ref":"#/definitions/kind59"},"leader":{"$ref":"#/definitions/kind116"},"address":{"$ref":"#/definitions/kind115"},"exchange":{"$ref":"#/definitions/kind116"},"gateways":{"$ref":"#/definitions/kind118"}}};
const schema122 = {"type":"string","pattern":"^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$"};
const pattern20 = new RegExp("^(?:(?:\\d{1,3}\\.){3}\\d{1,3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]{1,38})$", "u");

function validate336(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern20.test(data)){
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
validate336.errors = vErrors;
return errors === 0;
}

const schema123 = {"type":"string","pattern":"^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$"};
const pattern21 = new RegExp("^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.){1,10}[A-Za-z0-9-]{1,63}\\.?$", "u");

function validate339(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern21.test(data)){
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
validate339.errors = vErrors;
return errors === 0;
}

const schema124 = {"type":"array","minItems":0,"maxItems":32,"items":{"$ref":"#/definitions/kind117"}};
const schema125 = {"type":"object","required":["address"],"additionalProperties":false,"properties":{"address":{"$ref":"#/definitions/kind115"},"port":{"$ref":"#/definitions/kind9"}}};

function validate348(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate336(data.address, {instancePath:instancePath+"/address",parentData:data,parentDataProperty:"address",rootData}))){
vErrors = vErrors === null ? validate336.errors : vErrors.concat(validate336.errors);
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
validate348.errors = vErrors;
return errors === 0;
}


function validate347(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate348(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate348.errors : vErrors.concat(validate348.errors);
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
validate347.errors = vErrors;
return errors === 0;
}


function validate335(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(func2.call(schema121.properties, key0))){
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
if(!(validate336(data.server, {instancePath:instancePath+"/server",parentData:data,parentDataProperty:"server",rootData}))){
vErrors = vErrors === null ? validate336.errors : vErrors.concat(validate336.errors);
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
if(!(validate339(data.zone, {instancePath:instancePath+"/zone",parentData:data,parentDataProperty:"zone",rootData}))){
vErrors = vErrors === null ? validate339.errors : vErrors.concat(validate339.errors);
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
if(!(validate183(data.ttlSeconds, {instancePath:instancePath+"/ttlSeconds",parentData:data,parentDataProperty:"ttlSeconds",rootData}))){
vErrors = vErrors === null ? validate183.errors : vErrors.concat(validate183.errors);
errors = vErrors.length;
}
}
if(data.leader !== undefined){
if(!(validate339(data.leader, {instancePath:instancePath+"/leader",parentData:data,parentDataProperty:"leader",rootData}))){
vErrors = vErrors === null ? validate339.errors : vErrors.concat(validate339.errors);
errors = vErrors.length;
}
}
if(data.address !== undefined){
if(!(validate336(data.address, {instancePath:instancePath+"/address",parentData:data,parentDataProperty:"address",rootData}))){
vErrors = vErrors === null ? validate336.errors : vErrors.concat(validate336.errors);
errors = vErrors.length;
}
}
if(data.exchange !== undefined){
if(!(validate339(data.exchange, {instancePath:instancePath+"/exchange",parentData:data,parentDataProperty:"exchange",rootData}))){
vErrors = vErrors === null ? validate339.errors : vErrors.concat(validate339.errors);
errors = vErrors.length;
}
}
if(data.gateways !== undefined){
if(!(validate347(data.gateways, {instancePath:instancePath+"/gateways",parentData:data,parentDataProperty:"gateways",rootData}))){
vErrors = vErrors === null ? validate347.errors : vErrors.concat(validate347.errors);
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
validate335.errors = vErrors;
return errors === 0;
}

const schema126 = {"type":"object","additionalProperties":false,"properties":{"addresses":{"$ref":"#/definitions/kind121"},"where":{"$ref":"#/definitions/kind122"},"device":{"$ref":"#/definitions/kind123"},"port":{"$ref":"#/definitions/kind9"},"host":{"$ref":"#/definitions/kind124"},"gateway":{"$ref":"#/definitions/kind37"},"gatewayWaitMs":{"$ref":"#/definitions/kind125"}}};
const schema127 = {"type":"array","minItems":0,"maxItems":8,"items":{"$ref":"#/definitions/kind120"}};
const schema128 = {"type":"string","pattern":"^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$"};
const pattern22 = new RegExp("^[0-9A-Fa-f.:]{2,39}\\/[0-9]{1,3}$", "u");

function validate356(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern22.test(data)){
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
validate356.errors = vErrors;
return errors === 0;
}


function validate355(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate356(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate356.errors : vErrors.concat(validate356.errors);
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
validate355.errors = vErrors;
return errors === 0;
}

const schema129 = {"enum":["leader","gateway"]};

function validate359(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!((data === "leader") || (data === "gateway"))){
const err0 = {instancePath,schemaPath:"#/enum",keyword:"enum",params:{allowedValues: schema129.enum}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate359.errors = vErrors;
return errors === 0;
}

const schema130 = {"type":"string","pattern":"^[!-.0-~]{1,15}$"};
const pattern23 = new RegExp("^[!-.0-~]{1,15}$", "u");

function validate361(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern23.test(data)){
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
validate361.errors = vErrors;
return errors === 0;
}

const schema131 = {"type":"string","pattern":"^[A-Za-z0-9._-]{1,253}$"};
const pattern24 = new RegExp("^[A-Za-z0-9._-]{1,253}$", "u");

function validate364(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern24.test(data)){
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
validate364.errors = vErrors;
return errors === 0;
}

const schema132 = {"type":"integer","minimum":200,"maximum":60000};

function validate367(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate367.errors = vErrors;
return errors === 0;
}


function validate354(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate355(data.addresses, {instancePath:instancePath+"/addresses",parentData:data,parentDataProperty:"addresses",rootData}))){
vErrors = vErrors === null ? validate355.errors : vErrors.concat(validate355.errors);
errors = vErrors.length;
}
}
if(data.where !== undefined){
if(!(validate359(data.where, {instancePath:instancePath+"/where",parentData:data,parentDataProperty:"where",rootData}))){
vErrors = vErrors === null ? validate359.errors : vErrors.concat(validate359.errors);
errors = vErrors.length;
}
}
if(data.device !== undefined){
if(!(validate361(data.device, {instancePath:instancePath+"/device",parentData:data,parentDataProperty:"device",rootData}))){
vErrors = vErrors === null ? validate361.errors : vErrors.concat(validate361.errors);
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
if(!(validate364(data.host, {instancePath:instancePath+"/host",parentData:data,parentDataProperty:"host",rootData}))){
vErrors = vErrors === null ? validate364.errors : vErrors.concat(validate364.errors);
errors = vErrors.length;
}
}
if(data.gateway !== undefined){
if(!(validate114(data.gateway, {instancePath:instancePath+"/gateway",parentData:data,parentDataProperty:"gateway",rootData}))){
vErrors = vErrors === null ? validate114.errors : vErrors.concat(validate114.errors);
errors = vErrors.length;
}
}
if(data.gatewayWaitMs !== undefined){
if(!(validate367(data.gatewayWaitMs, {instancePath:instancePath+"/gatewayWaitMs",parentData:data,parentDataProperty:"gatewayWaitMs",rootData}))){
vErrors = vErrors === null ? validate367.errors : vErrors.concat(validate367.errors);
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
validate354.errors = vErrors;
return errors === 0;
}

const schema133 = {"type":"object","additionalProperties":false,"properties":{"operator":{"$ref":"#/definitions/kind127"},"root":{"$ref":"#/definitions/kind127"}}};
const schema134 = {"type":"string","pattern":"^[0-9a-fA-F]{64}$"};
const pattern25 = new RegExp("^[0-9a-fA-F]{64}$", "u");

function validate371(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern25.test(data)){
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
validate371.errors = vErrors;
return errors === 0;
}


function validate370(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate371(data.operator, {instancePath:instancePath+"/operator",parentData:data,parentDataProperty:"operator",rootData}))){
vErrors = vErrors === null ? validate371.errors : vErrors.concat(validate371.errors);
errors = vErrors.length;
}
}
if(data.root !== undefined){
if(!(validate371(data.root, {instancePath:instancePath+"/root",parentData:data,parentDataProperty:"root",rootData}))){
vErrors = vErrors === null ? validate371.errors : vErrors.concat(validate371.errors);
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

const schema135 = {"type":"string","pattern":"^.{1,4096}$"};
const pattern26 = new RegExp("^.{1,4096}$", "u");

function validate375(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(typeof data === "string"){
if(!pattern26.test(data)){
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
validate375.errors = vErrors;
return errors === 0;
}


function validateFile(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate102(data.gateway, {instancePath:instancePath+"/gateway",parentData:data,parentDataProperty:"gateway",rootData}))){
vErrors = vErrors === null ? validate102.errors : vErrors.concat(validate102.errors);
errors = vErrors.length;
}
}
if(data.canary !== undefined){
if(!(validate156(data.canary, {instancePath:instancePath+"/canary",parentData:data,parentDataProperty:"canary",rootData}))){
vErrors = vErrors === null ? validate156.errors : vErrors.concat(validate156.errors);
errors = vErrors.length;
}
}
if(data.control !== undefined){
if(!(validate164(data.control, {instancePath:instancePath+"/control",parentData:data,parentDataProperty:"control",rootData}))){
vErrors = vErrors === null ? validate164.errors : vErrors.concat(validate164.errors);
errors = vErrors.length;
}
}
if(data.backup !== undefined){
if(!(validate180(data.backup, {instancePath:instancePath+"/backup",parentData:data,parentDataProperty:"backup",rootData}))){
vErrors = vErrors === null ? validate180.errors : vErrors.concat(validate180.errors);
errors = vErrors.length;
}
}
if(data.notify !== undefined){
if(!(validate227(data.notify, {instancePath:instancePath+"/notify",parentData:data,parentDataProperty:"notify",rootData}))){
vErrors = vErrors === null ? validate227.errors : vErrors.concat(validate227.errors);
errors = vErrors.length;
}
}
if(data.availability !== undefined){
if(!(validate262(data.availability, {instancePath:instancePath+"/availability",parentData:data,parentDataProperty:"availability",rootData}))){
vErrors = vErrors === null ? validate262.errors : vErrors.concat(validate262.errors);
errors = vErrors.length;
}
}
if(data.objectives !== undefined){
if(!(validate288(data.objectives, {instancePath:instancePath+"/objectives",parentData:data,parentDataProperty:"objectives",rootData}))){
vErrors = vErrors === null ? validate288.errors : vErrors.concat(validate288.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate300(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate300.errors : vErrors.concat(validate300.errors);
errors = vErrors.length;
}
}
if(data.sites !== undefined){
if(!(validate319(data.sites, {instancePath:instancePath+"/sites",parentData:data,parentDataProperty:"sites",rootData}))){
vErrors = vErrors === null ? validate319.errors : vErrors.concat(validate319.errors);
errors = vErrors.length;
}
}
if(data.dns !== undefined){
if(!(validate335(data.dns, {instancePath:instancePath+"/dns",parentData:data,parentDataProperty:"dns",rootData}))){
vErrors = vErrors === null ? validate335.errors : vErrors.concat(validate335.errors);
errors = vErrors.length;
}
}
if(data.vip !== undefined){
if(!(validate354(data.vip, {instancePath:instancePath+"/vip",parentData:data,parentDataProperty:"vip",rootData}))){
vErrors = vErrors === null ? validate354.errors : vErrors.concat(validate354.errors);
errors = vErrors.length;
}
}
if(data.keys !== undefined){
if(!(validate370(data.keys, {instancePath:instancePath+"/keys",parentData:data,parentDataProperty:"keys",rootData}))){
vErrors = vErrors === null ? validate370.errors : vErrors.concat(validate370.errors);
errors = vErrors.length;
}
}
if(data.$schema !== undefined){
if(!(validate375(data.$schema, {instancePath:instancePath+"/$schema",parentData:data,parentDataProperty:"$schema",rootData}))){
vErrors = vErrors === null ? validate375.errors : vErrors.concat(validate375.errors);
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
validateFile.errors = vErrors;
return errors === 0;
}
