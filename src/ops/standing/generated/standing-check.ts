// @ts-nocheck
// Made by Ajv from what processes and drills keep in a data folder: npm test -- src/ops/configuration/schema-files.test.ts --rewrite
import type { MadeCheck } from '../../json/made-check.ts';

export const validate: MadeCheck = validateJson;

const schema6 = {"type":"object","properties":{"backup":{"$ref":"#/definitions/kind9"},"site":{"$ref":"#/definitions/kind14"},"wait":{"$ref":"#/definitions/kind15"},"drill":{"$ref":"#/definitions/kind23"}},"additionalProperties":false,"definitions":{"kind1":{"type":"integer","minimum":0,"maximum":9007199254740991},"kind2":{"type":"string","pattern":"^[^]{0,65536}$"},"kind3":{"type":"number","minimum":0},"kind4":{"type":"number"},"kind5":{"type":"string","pattern":"^[\\w -]{0,64}$"},"kind6":{"type":"object","required":["fromNumber","toNumber","seq","timeUs","stateHash","economicHash","snapshots","provedUs","restoreMs"],"properties":{"fromNumber":{"$ref":"#/definitions/kind1"},"toNumber":{"$ref":"#/definitions/kind1"},"seq":{"$ref":"#/definitions/kind1"},"timeUs":{"$ref":"#/definitions/kind1"},"stateHash":{"$ref":"#/definitions/kind2"},"economicHash":{"$ref":"#/definitions/kind2"},"snapshots":{"$ref":"#/definitions/kind1"},"provedUs":{"$ref":"#/definitions/kind1"},"restoreMs":{"$ref":"#/definitions/kind3"}}},"kind7":{"type":"object","required":["name","place","chain","seq","index","behindFrames","behindSeqs","behindSinceMs","levelMs","error","failingSinceMs","proofError","broken"],"properties":{"name":{"$ref":"#/definitions/kind2"},"place":{"$ref":"#/definitions/kind2"},"chain":{"$ref":"#/definitions/kind2"},"seq":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"},"behindFrames":{"$ref":"#/definitions/kind4"},"behindSeqs":{"$ref":"#/definitions/kind4"},"behindSinceMs":{"$ref":"#/definitions/kind3"},"levelMs":{"$ref":"#/definitions/kind3"},"error":{"$ref":"#/definitions/kind2"},"failingSinceMs":{"$ref":"#/definitions/kind3"},"breaker":{"$ref":"#/definitions/kind5"},"proof":{"$ref":"#/definitions/kind6"},"proofError":{"$ref":"#/definitions/kind2"},"broken":{"$ref":"#/definitions/kind2"}}},"kind8":{"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind7"}},"kind9":{"type":"object","required":["pid","startedTicks","startedMs","writtenMs","replicaId","targets"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"startedMs":{"$ref":"#/definitions/kind3"},"writtenMs":{"$ref":"#/definitions/kind3"},"replicaId":{"$ref":"#/definitions/kind1"},"targets":{"$ref":"#/definitions/kind8"}}},"kind10":{"type":"boolean"},"kind11":{"minimum":0,"maximum":9007199254740991,"type":["integer","null"]},"kind12":{"type":"object","required":["name","isReached","reachedMs","writes","epoch","appliedSeq","appliedTimeUs","behindSinceMs","behindBytes"],"properties":{"name":{"$ref":"#/definitions/kind2"},"isReached":{"$ref":"#/definitions/kind10"},"reachedMs":{"$ref":"#/definitions/kind3"},"writes":{"$ref":"#/definitions/kind10"},"epoch":{"$ref":"#/definitions/kind1"},"appliedSeq":{"$ref":"#/definitions/kind1"},"appliedTimeUs":{"$ref":"#/definitions/kind1"},"behindSinceMs":{"$ref":"#/definitions/kind3"},"behindBytes":{"$ref":"#/definitions/kind11"}}},"kind13":{"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind12"}},"kind14":{"type":"object","required":["pid","startedTicks","startedMs","writtenMs","site","isStandby","appliedSeq","appliedTimeUs","shippedSeq","shippedTimeUs","shippedMs","waitingBytes","levelMs","error","over"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"startedMs":{"$ref":"#/definitions/kind3"},"writtenMs":{"$ref":"#/definitions/kind3"},"site":{"$ref":"#/definitions/kind2"},"isStandby":{"$ref":"#/definitions/kind10"},"appliedSeq":{"$ref":"#/definitions/kind1"},"appliedTimeUs":{"$ref":"#/definitions/kind1"},"shippedSeq":{"$ref":"#/definitions/kind1"},"shippedTimeUs":{"$ref":"#/definitions/kind1"},"shippedMs":{"$ref":"#/definitions/kind3"},"waitingBytes":{"$ref":"#/definitions/kind1"},"levelMs":{"$ref":"#/definitions/kind3"},"error":{"$ref":"#/definitions/kind2"},"over":{"$ref":"#/definitions/kind2"},"otherWriter":{"$ref":"#/definitions/kind2"},"others":{"$ref":"#/definitions/kind13"},"writerSeq":{"$ref":"#/definitions/kind1"},"unshippedSinceMs":{"$ref":"#/definitions/kind3"},"writerSeenMs":{"$ref":"#/definitions/kind3"},"waitUntilMs":{"$ref":"#/definitions/kind3"}}},"kind15":{"type":"object","required":["untilMs"],"properties":{"untilMs":{"$ref":"#/definitions/kind3"}}},"kind16":{"type":"object","required":["step","ms"],"properties":{"step":{"$ref":"#/definitions/kind2"},"ms":{"$ref":"#/definitions/kind4"}}},"kind17":{"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind16"}},"kind18":{"type":"object","required":["place","seq","stateHash"],"properties":{"place":{"$ref":"#/definitions/kind2"},"seq":{"$ref":"#/definitions/kind1"},"stateHash":{"$ref":"#/definitions/kind2"}}},"kind19":{"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind18"}},"kind20":{"type":"object","properties":{"rtoSeconds":{"$ref":"#/definitions/kind4"},"rpoMilliseconds":{"$ref":"#/definitions/kind4"}}},"kind21":{"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind2"}},"kind22":{"type":"object","required":["pid","startedTicks"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"}}},"kind23":{"type":"object","required":["kind","startedMs","ok","failed","steps","hashes","objectives","missed"],"properties":{"kind":{"$ref":"#/definitions/kind5"},"startedMs":{"$ref":"#/definitions/kind3"},"ok":{"$ref":"#/definitions/kind10"},"failed":{"$ref":"#/definitions/kind2"},"steps":{"$ref":"#/definitions/kind17"},"rtoMs":{"$ref":"#/definitions/kind4"},"rpoSeqs":{"$ref":"#/definitions/kind4"},"rpoMs":{"$ref":"#/definitions/kind4"},"hashes":{"$ref":"#/definitions/kind19"},"objectives":{"$ref":"#/definitions/kind20"},"missed":{"$ref":"#/definitions/kind21"},"by":{"$ref":"#/definitions/kind22"}}}}};
const schema7 = {"type":"object","required":["pid","startedTicks","startedMs","writtenMs","replicaId","targets"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"startedMs":{"$ref":"#/definitions/kind3"},"writtenMs":{"$ref":"#/definitions/kind3"},"replicaId":{"$ref":"#/definitions/kind1"},"targets":{"$ref":"#/definitions/kind8"}}};
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

const schema10 = {"type":"number","minimum":0};

function validate27(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate27.errors = vErrors;
return errors === 0;
}

const schema11 = {"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind7"}};
const schema12 = {"type":"object","required":["name","place","chain","seq","index","behindFrames","behindSeqs","behindSinceMs","levelMs","error","failingSinceMs","proofError","broken"],"properties":{"name":{"$ref":"#/definitions/kind2"},"place":{"$ref":"#/definitions/kind2"},"chain":{"$ref":"#/definitions/kind2"},"seq":{"$ref":"#/definitions/kind1"},"index":{"$ref":"#/definitions/kind1"},"behindFrames":{"$ref":"#/definitions/kind4"},"behindSeqs":{"$ref":"#/definitions/kind4"},"behindSinceMs":{"$ref":"#/definitions/kind3"},"levelMs":{"$ref":"#/definitions/kind3"},"error":{"$ref":"#/definitions/kind2"},"failingSinceMs":{"$ref":"#/definitions/kind3"},"breaker":{"$ref":"#/definitions/kind5"},"proof":{"$ref":"#/definitions/kind6"},"proofError":{"$ref":"#/definitions/kind2"},"broken":{"$ref":"#/definitions/kind2"}}};
const schema13 = {"type":"number"};

function validate38(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate38.errors = vErrors;
return errors === 0;
}

const schema14 = {"type":"string","pattern":"^[\\w -]{0,64}$"};
const pattern1 = new RegExp("^[\\w -]{0,64}$", "u");

function validate45(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate45.errors = vErrors;
return errors === 0;
}

const schema15 = {"type":"object","required":["fromNumber","toNumber","seq","timeUs","stateHash","economicHash","snapshots","provedUs","restoreMs"],"properties":{"fromNumber":{"$ref":"#/definitions/kind1"},"toNumber":{"$ref":"#/definitions/kind1"},"seq":{"$ref":"#/definitions/kind1"},"timeUs":{"$ref":"#/definitions/kind1"},"stateHash":{"$ref":"#/definitions/kind2"},"economicHash":{"$ref":"#/definitions/kind2"},"snapshots":{"$ref":"#/definitions/kind1"},"provedUs":{"$ref":"#/definitions/kind1"},"restoreMs":{"$ref":"#/definitions/kind3"}}};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.fromNumber === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fromNumber"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.toNumber === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "toNumber"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.seq === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seq"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.timeUs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "timeUs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.stateHash === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stateHash"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.economicHash === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "economicHash"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.snapshots === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "snapshots"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.provedUs === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "provedUs"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.restoreMs === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "restoreMs"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.fromNumber !== undefined){
if(!(validate23(data.fromNumber, {instancePath:instancePath+"/fromNumber",parentData:data,parentDataProperty:"fromNumber",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.toNumber !== undefined){
if(!(validate23(data.toNumber, {instancePath:instancePath+"/toNumber",parentData:data,parentDataProperty:"toNumber",rootData}))){
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
if(data.stateHash !== undefined){
if(!(validate25(data.stateHash, {instancePath:instancePath+"/stateHash",parentData:data,parentDataProperty:"stateHash",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.economicHash !== undefined){
if(!(validate25(data.economicHash, {instancePath:instancePath+"/economicHash",parentData:data,parentDataProperty:"economicHash",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.snapshots !== undefined){
if(!(validate23(data.snapshots, {instancePath:instancePath+"/snapshots",parentData:data,parentDataProperty:"snapshots",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.provedUs !== undefined){
if(!(validate23(data.provedUs, {instancePath:instancePath+"/provedUs",parentData:data,parentDataProperty:"provedUs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.restoreMs !== undefined){
if(!(validate27(data.restoreMs, {instancePath:instancePath+"/restoreMs",parentData:data,parentDataProperty:"restoreMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate47.errors = vErrors;
return errors === 0;
}


function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.place === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "place"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.chain === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "chain"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.seq === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seq"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.index === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "index"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.behindFrames === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindFrames"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.behindSeqs === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindSeqs"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.behindSinceMs === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindSinceMs"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.levelMs === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "levelMs"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.error === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "error"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.failingSinceMs === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failingSinceMs"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.proofError === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "proofError"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.broken === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "broken"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.name !== undefined){
if(!(validate25(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.place !== undefined){
if(!(validate25(data.place, {instancePath:instancePath+"/place",parentData:data,parentDataProperty:"place",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.chain !== undefined){
if(!(validate25(data.chain, {instancePath:instancePath+"/chain",parentData:data,parentDataProperty:"chain",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.seq !== undefined){
if(!(validate23(data.seq, {instancePath:instancePath+"/seq",parentData:data,parentDataProperty:"seq",rootData}))){
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
if(data.behindFrames !== undefined){
if(!(validate38(data.behindFrames, {instancePath:instancePath+"/behindFrames",parentData:data,parentDataProperty:"behindFrames",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.behindSeqs !== undefined){
if(!(validate38(data.behindSeqs, {instancePath:instancePath+"/behindSeqs",parentData:data,parentDataProperty:"behindSeqs",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.behindSinceMs !== undefined){
if(!(validate27(data.behindSinceMs, {instancePath:instancePath+"/behindSinceMs",parentData:data,parentDataProperty:"behindSinceMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.levelMs !== undefined){
if(!(validate27(data.levelMs, {instancePath:instancePath+"/levelMs",parentData:data,parentDataProperty:"levelMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.error !== undefined){
if(!(validate25(data.error, {instancePath:instancePath+"/error",parentData:data,parentDataProperty:"error",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.failingSinceMs !== undefined){
if(!(validate27(data.failingSinceMs, {instancePath:instancePath+"/failingSinceMs",parentData:data,parentDataProperty:"failingSinceMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.breaker !== undefined){
if(!(validate45(data.breaker, {instancePath:instancePath+"/breaker",parentData:data,parentDataProperty:"breaker",rootData}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
}
if(data.proof !== undefined){
if(!(validate47(data.proof, {instancePath:instancePath+"/proof",parentData:data,parentDataProperty:"proof",rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
errors = vErrors.length;
}
}
if(data.proofError !== undefined){
if(!(validate25(data.proofError, {instancePath:instancePath+"/proofError",parentData:data,parentDataProperty:"proofError",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.broken !== undefined){
if(!(validate25(data.broken, {instancePath:instancePath+"/broken",parentData:data,parentDataProperty:"broken",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
}
else {
const err13 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
validate32.errors = vErrors;
return errors === 0;
}


function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4096){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4096}};
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
if(!(validate32(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
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
validate31.errors = vErrors;
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
if(data.startedMs === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "startedMs"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.writtenMs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "writtenMs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.replicaId === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "replicaId"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.targets === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "targets"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
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
if(data.startedMs !== undefined){
if(!(validate27(data.startedMs, {instancePath:instancePath+"/startedMs",parentData:data,parentDataProperty:"startedMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.writtenMs !== undefined){
if(!(validate27(data.writtenMs, {instancePath:instancePath+"/writtenMs",parentData:data,parentDataProperty:"writtenMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.replicaId !== undefined){
if(!(validate23(data.replicaId, {instancePath:instancePath+"/replicaId",parentData:data,parentDataProperty:"replicaId",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.targets !== undefined){
if(!(validate31(data.targets, {instancePath:instancePath+"/targets",parentData:data,parentDataProperty:"targets",rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
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
validate22.errors = vErrors;
return errors === 0;
}

const schema16 = {"type":"object","required":["pid","startedTicks","startedMs","writtenMs","site","isStandby","appliedSeq","appliedTimeUs","shippedSeq","shippedTimeUs","shippedMs","waitingBytes","levelMs","error","over"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"},"startedMs":{"$ref":"#/definitions/kind3"},"writtenMs":{"$ref":"#/definitions/kind3"},"site":{"$ref":"#/definitions/kind2"},"isStandby":{"$ref":"#/definitions/kind10"},"appliedSeq":{"$ref":"#/definitions/kind1"},"appliedTimeUs":{"$ref":"#/definitions/kind1"},"shippedSeq":{"$ref":"#/definitions/kind1"},"shippedTimeUs":{"$ref":"#/definitions/kind1"},"shippedMs":{"$ref":"#/definitions/kind3"},"waitingBytes":{"$ref":"#/definitions/kind1"},"levelMs":{"$ref":"#/definitions/kind3"},"error":{"$ref":"#/definitions/kind2"},"over":{"$ref":"#/definitions/kind2"},"otherWriter":{"$ref":"#/definitions/kind2"},"others":{"$ref":"#/definitions/kind13"},"writerSeq":{"$ref":"#/definitions/kind1"},"unshippedSinceMs":{"$ref":"#/definitions/kind3"},"writerSeenMs":{"$ref":"#/definitions/kind3"},"waitUntilMs":{"$ref":"#/definitions/kind3"}}};
const schema17 = {"type":"boolean"};

function validate69(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate69.errors = vErrors;
return errors === 0;
}

const schema18 = {"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind12"}};
const schema19 = {"type":"object","required":["name","isReached","reachedMs","writes","epoch","appliedSeq","appliedTimeUs","behindSinceMs","behindBytes"],"properties":{"name":{"$ref":"#/definitions/kind2"},"isReached":{"$ref":"#/definitions/kind10"},"reachedMs":{"$ref":"#/definitions/kind3"},"writes":{"$ref":"#/definitions/kind10"},"epoch":{"$ref":"#/definitions/kind1"},"appliedSeq":{"$ref":"#/definitions/kind1"},"appliedTimeUs":{"$ref":"#/definitions/kind1"},"behindSinceMs":{"$ref":"#/definitions/kind3"},"behindBytes":{"$ref":"#/definitions/kind11"}}};
const schema20 = {"minimum":0,"maximum":9007199254740991,"type":["integer","null"]};

function validate91(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if((!(((typeof data == "number") && (!(data % 1) && !isNaN(data))) && (isFinite(data)))) && (data !== null)){
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: schema20.type}};
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
validate91.errors = vErrors;
return errors === 0;
}


function validate82(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.isReached === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "isReached"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.reachedMs === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "reachedMs"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.writes === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "writes"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.epoch === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "epoch"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.appliedSeq === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedSeq"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.appliedTimeUs === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedTimeUs"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.behindSinceMs === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindSinceMs"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.behindBytes === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "behindBytes"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.name !== undefined){
if(!(validate25(data.name, {instancePath:instancePath+"/name",parentData:data,parentDataProperty:"name",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.isReached !== undefined){
if(!(validate69(data.isReached, {instancePath:instancePath+"/isReached",parentData:data,parentDataProperty:"isReached",rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
if(data.reachedMs !== undefined){
if(!(validate27(data.reachedMs, {instancePath:instancePath+"/reachedMs",parentData:data,parentDataProperty:"reachedMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.writes !== undefined){
if(!(validate69(data.writes, {instancePath:instancePath+"/writes",parentData:data,parentDataProperty:"writes",rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
if(data.epoch !== undefined){
if(!(validate23(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
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
if(data.appliedTimeUs !== undefined){
if(!(validate23(data.appliedTimeUs, {instancePath:instancePath+"/appliedTimeUs",parentData:data,parentDataProperty:"appliedTimeUs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.behindSinceMs !== undefined){
if(!(validate27(data.behindSinceMs, {instancePath:instancePath+"/behindSinceMs",parentData:data,parentDataProperty:"behindSinceMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.behindBytes !== undefined){
if(!(validate91(data.behindBytes, {instancePath:instancePath+"/behindBytes",parentData:data,parentDataProperty:"behindBytes",rootData}))){
vErrors = vErrors === null ? validate91.errors : vErrors.concat(validate91.errors);
errors = vErrors.length;
}
}
}
else {
const err9 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
validate82.errors = vErrors;
return errors === 0;
}


function validate81(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4096){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4096}};
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
if(!(validate82(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors);
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
validate81.errors = vErrors;
return errors === 0;
}


function validate63(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.startedMs === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "startedMs"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.writtenMs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "writtenMs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.site === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "site"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.isStandby === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "isStandby"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.appliedSeq === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedSeq"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.appliedTimeUs === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "appliedTimeUs"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.shippedSeq === undefined){
const err8 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shippedSeq"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data.shippedTimeUs === undefined){
const err9 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shippedTimeUs"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data.shippedMs === undefined){
const err10 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shippedMs"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data.waitingBytes === undefined){
const err11 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "waitingBytes"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data.levelMs === undefined){
const err12 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "levelMs"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(data.error === undefined){
const err13 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "error"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(data.over === undefined){
const err14 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "over"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
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
if(data.startedMs !== undefined){
if(!(validate27(data.startedMs, {instancePath:instancePath+"/startedMs",parentData:data,parentDataProperty:"startedMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.writtenMs !== undefined){
if(!(validate27(data.writtenMs, {instancePath:instancePath+"/writtenMs",parentData:data,parentDataProperty:"writtenMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate25(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.isStandby !== undefined){
if(!(validate69(data.isStandby, {instancePath:instancePath+"/isStandby",parentData:data,parentDataProperty:"isStandby",rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
if(data.appliedSeq !== undefined){
if(!(validate23(data.appliedSeq, {instancePath:instancePath+"/appliedSeq",parentData:data,parentDataProperty:"appliedSeq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.appliedTimeUs !== undefined){
if(!(validate23(data.appliedTimeUs, {instancePath:instancePath+"/appliedTimeUs",parentData:data,parentDataProperty:"appliedTimeUs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.shippedSeq !== undefined){
if(!(validate23(data.shippedSeq, {instancePath:instancePath+"/shippedSeq",parentData:data,parentDataProperty:"shippedSeq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.shippedTimeUs !== undefined){
if(!(validate23(data.shippedTimeUs, {instancePath:instancePath+"/shippedTimeUs",parentData:data,parentDataProperty:"shippedTimeUs",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.shippedMs !== undefined){
if(!(validate27(data.shippedMs, {instancePath:instancePath+"/shippedMs",parentData:data,parentDataProperty:"shippedMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.waitingBytes !== undefined){
if(!(validate23(data.waitingBytes, {instancePath:instancePath+"/waitingBytes",parentData:data,parentDataProperty:"waitingBytes",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.levelMs !== undefined){
if(!(validate27(data.levelMs, {instancePath:instancePath+"/levelMs",parentData:data,parentDataProperty:"levelMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.error !== undefined){
if(!(validate25(data.error, {instancePath:instancePath+"/error",parentData:data,parentDataProperty:"error",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.over !== undefined){
if(!(validate25(data.over, {instancePath:instancePath+"/over",parentData:data,parentDataProperty:"over",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.otherWriter !== undefined){
if(!(validate25(data.otherWriter, {instancePath:instancePath+"/otherWriter",parentData:data,parentDataProperty:"otherWriter",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.others !== undefined){
if(!(validate81(data.others, {instancePath:instancePath+"/others",parentData:data,parentDataProperty:"others",rootData}))){
vErrors = vErrors === null ? validate81.errors : vErrors.concat(validate81.errors);
errors = vErrors.length;
}
}
if(data.writerSeq !== undefined){
if(!(validate23(data.writerSeq, {instancePath:instancePath+"/writerSeq",parentData:data,parentDataProperty:"writerSeq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.unshippedSinceMs !== undefined){
if(!(validate27(data.unshippedSinceMs, {instancePath:instancePath+"/unshippedSinceMs",parentData:data,parentDataProperty:"unshippedSinceMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.writerSeenMs !== undefined){
if(!(validate27(data.writerSeenMs, {instancePath:instancePath+"/writerSeenMs",parentData:data,parentDataProperty:"writerSeenMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.waitUntilMs !== undefined){
if(!(validate27(data.waitUntilMs, {instancePath:instancePath+"/waitUntilMs",parentData:data,parentDataProperty:"waitUntilMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
}
else {
const err15 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
validate63.errors = vErrors;
return errors === 0;
}

const schema21 = {"type":"object","required":["untilMs"],"properties":{"untilMs":{"$ref":"#/definitions/kind3"}}};

function validate100(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.untilMs === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "untilMs"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.untilMs !== undefined){
if(!(validate27(data.untilMs, {instancePath:instancePath+"/untilMs",parentData:data,parentDataProperty:"untilMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
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
validate100.errors = vErrors;
return errors === 0;
}

const schema22 = {"type":"object","required":["kind","startedMs","ok","failed","steps","hashes","objectives","missed"],"properties":{"kind":{"$ref":"#/definitions/kind5"},"startedMs":{"$ref":"#/definitions/kind3"},"ok":{"$ref":"#/definitions/kind10"},"failed":{"$ref":"#/definitions/kind2"},"steps":{"$ref":"#/definitions/kind17"},"rtoMs":{"$ref":"#/definitions/kind4"},"rpoSeqs":{"$ref":"#/definitions/kind4"},"rpoMs":{"$ref":"#/definitions/kind4"},"hashes":{"$ref":"#/definitions/kind19"},"objectives":{"$ref":"#/definitions/kind20"},"missed":{"$ref":"#/definitions/kind21"},"by":{"$ref":"#/definitions/kind22"}}};
const schema23 = {"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind16"}};
const schema24 = {"type":"object","required":["step","ms"],"properties":{"step":{"$ref":"#/definitions/kind2"},"ms":{"$ref":"#/definitions/kind4"}}};

function validate109(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.step === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "step"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.ms === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ms"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.step !== undefined){
if(!(validate25(data.step, {instancePath:instancePath+"/step",parentData:data,parentDataProperty:"step",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.ms !== undefined){
if(!(validate38(data.ms, {instancePath:instancePath+"/ms",parentData:data,parentDataProperty:"ms",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
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
validate109.errors = vErrors;
return errors === 0;
}


function validate108(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4096){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4096}};
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
if(!(validate109(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate109.errors : vErrors.concat(validate109.errors);
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
validate108.errors = vErrors;
return errors === 0;
}

const schema25 = {"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind18"}};
const schema26 = {"type":"object","required":["place","seq","stateHash"],"properties":{"place":{"$ref":"#/definitions/kind2"},"seq":{"$ref":"#/definitions/kind1"},"stateHash":{"$ref":"#/definitions/kind2"}}};

function validate118(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.place === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "place"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.seq === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "seq"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.stateHash === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "stateHash"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.place !== undefined){
if(!(validate25(data.place, {instancePath:instancePath+"/place",parentData:data,parentDataProperty:"place",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.seq !== undefined){
if(!(validate23(data.seq, {instancePath:instancePath+"/seq",parentData:data,parentDataProperty:"seq",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.stateHash !== undefined){
if(!(validate25(data.stateHash, {instancePath:instancePath+"/stateHash",parentData:data,parentDataProperty:"stateHash",rootData}))){
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
validate118.errors = vErrors;
return errors === 0;
}


function validate117(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4096){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4096}};
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
if(!(validate118(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate118.errors : vErrors.concat(validate118.errors);
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
validate117.errors = vErrors;
return errors === 0;
}

const schema27 = {"type":"object","properties":{"rtoSeconds":{"$ref":"#/definitions/kind4"},"rpoMilliseconds":{"$ref":"#/definitions/kind4"}}};

function validate124(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.rtoSeconds !== undefined){
if(!(validate38(data.rtoSeconds, {instancePath:instancePath+"/rtoSeconds",parentData:data,parentDataProperty:"rtoSeconds",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.rpoMilliseconds !== undefined){
if(!(validate38(data.rpoMilliseconds, {instancePath:instancePath+"/rpoMilliseconds",parentData:data,parentDataProperty:"rpoMilliseconds",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
}
else {
const err0 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
validate124.errors = vErrors;
return errors === 0;
}

const schema28 = {"type":"array","minItems":0,"maxItems":4096,"items":{"$ref":"#/definitions/kind2"}};

function validate128(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
if(data.length > 4096){
const err0 = {instancePath,schemaPath:"#/maxItems",keyword:"maxItems",params:{limit: 4096}};
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
validate128.errors = vErrors;
return errors === 0;
}

const schema29 = {"type":"object","required":["pid","startedTicks"],"properties":{"pid":{"$ref":"#/definitions/kind1"},"startedTicks":{"$ref":"#/definitions/kind2"}}};

function validate131(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate131.errors = vErrors;
return errors === 0;
}


function validate103(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.startedMs === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "startedMs"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.ok === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ok"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.failed === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "failed"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.steps === undefined){
const err4 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "steps"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(data.hashes === undefined){
const err5 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "hashes"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data.objectives === undefined){
const err6 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "objectives"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data.missed === undefined){
const err7 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "missed"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data.kind !== undefined){
if(!(validate45(data.kind, {instancePath:instancePath+"/kind",parentData:data,parentDataProperty:"kind",rootData}))){
vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
errors = vErrors.length;
}
}
if(data.startedMs !== undefined){
if(!(validate27(data.startedMs, {instancePath:instancePath+"/startedMs",parentData:data,parentDataProperty:"startedMs",rootData}))){
vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
errors = vErrors.length;
}
}
if(data.ok !== undefined){
if(!(validate69(data.ok, {instancePath:instancePath+"/ok",parentData:data,parentDataProperty:"ok",rootData}))){
vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
errors = vErrors.length;
}
}
if(data.failed !== undefined){
if(!(validate25(data.failed, {instancePath:instancePath+"/failed",parentData:data,parentDataProperty:"failed",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.steps !== undefined){
if(!(validate108(data.steps, {instancePath:instancePath+"/steps",parentData:data,parentDataProperty:"steps",rootData}))){
vErrors = vErrors === null ? validate108.errors : vErrors.concat(validate108.errors);
errors = vErrors.length;
}
}
if(data.rtoMs !== undefined){
if(!(validate38(data.rtoMs, {instancePath:instancePath+"/rtoMs",parentData:data,parentDataProperty:"rtoMs",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.rpoSeqs !== undefined){
if(!(validate38(data.rpoSeqs, {instancePath:instancePath+"/rpoSeqs",parentData:data,parentDataProperty:"rpoSeqs",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.rpoMs !== undefined){
if(!(validate38(data.rpoMs, {instancePath:instancePath+"/rpoMs",parentData:data,parentDataProperty:"rpoMs",rootData}))){
vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
errors = vErrors.length;
}
}
if(data.hashes !== undefined){
if(!(validate117(data.hashes, {instancePath:instancePath+"/hashes",parentData:data,parentDataProperty:"hashes",rootData}))){
vErrors = vErrors === null ? validate117.errors : vErrors.concat(validate117.errors);
errors = vErrors.length;
}
}
if(data.objectives !== undefined){
if(!(validate124(data.objectives, {instancePath:instancePath+"/objectives",parentData:data,parentDataProperty:"objectives",rootData}))){
vErrors = vErrors === null ? validate124.errors : vErrors.concat(validate124.errors);
errors = vErrors.length;
}
}
if(data.missed !== undefined){
if(!(validate128(data.missed, {instancePath:instancePath+"/missed",parentData:data,parentDataProperty:"missed",rootData}))){
vErrors = vErrors === null ? validate128.errors : vErrors.concat(validate128.errors);
errors = vErrors.length;
}
}
if(data.by !== undefined){
if(!(validate131(data.by, {instancePath:instancePath+"/by",parentData:data,parentDataProperty:"by",rootData}))){
vErrors = vErrors === null ? validate131.errors : vErrors.concat(validate131.errors);
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
validate103.errors = vErrors;
return errors === 0;
}


function validateJson(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!((((key0 === "backup") || (key0 === "site")) || (key0 === "wait")) || (key0 === "drill"))){
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
if(data.backup !== undefined){
if(!(validate22(data.backup, {instancePath:instancePath+"/backup",parentData:data,parentDataProperty:"backup",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.site !== undefined){
if(!(validate63(data.site, {instancePath:instancePath+"/site",parentData:data,parentDataProperty:"site",rootData}))){
vErrors = vErrors === null ? validate63.errors : vErrors.concat(validate63.errors);
errors = vErrors.length;
}
}
if(data.wait !== undefined){
if(!(validate100(data.wait, {instancePath:instancePath+"/wait",parentData:data,parentDataProperty:"wait",rootData}))){
vErrors = vErrors === null ? validate100.errors : vErrors.concat(validate100.errors);
errors = vErrors.length;
}
}
if(data.drill !== undefined){
if(!(validate103(data.drill, {instancePath:instancePath+"/drill",parentData:data,parentDataProperty:"drill",rootData}))){
vErrors = vErrors === null ? validate103.errors : vErrors.concat(validate103.errors);
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
