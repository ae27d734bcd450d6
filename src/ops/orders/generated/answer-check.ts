// @ts-nocheck
// Made by Ajv from what control ports answer: npm test -- src/ops/configuration/schema-files.test.ts --rewrite
import type { MadeCheck } from '../../json/made-check.ts';

export const validate: MadeCheck = validateJson;

const schema6 = {"type":"object","properties":{"reply":{"$ref":"#/definitions/kind6"},"grant":{"$ref":"#/definitions/kind9"},"vouching":{"$ref":"#/definitions/kind12"},"leader":{"$ref":"#/definitions/kind13"},"holder":{"$ref":"#/definitions/kind14"}},"additionalProperties":false,"definitions":{"kind1":{"type":"boolean"},"kind2":{"type":"string","pattern":"^[^]{0,65536}$"},"kind3":{"type":"integer","minimum":0,"maximum":9007199254740991},"kind4":{"type":"number","minimum":0},"kind5":{"type":"object","required":["isGranted"],"properties":{"isGranted":{"$ref":"#/definitions/kind1"},"epoch":{"$ref":"#/definitions/kind3"},"lengthUs":{"$ref":"#/definitions/kind4"},"reason":{"$ref":"#/definitions/kind2"},"waitUs":{"$ref":"#/definitions/kind4"}}},"kind6":{"type":"object","properties":{"ok":{"$ref":"#/definitions/kind1"},"text":{"$ref":"#/definitions/kind2"},"error":{"$ref":"#/definitions/kind2"},"again":{"$ref":"#/definitions/kind1"},"isForLeader":{"$ref":"#/definitions/kind1"},"lease":{"$ref":"#/definitions/kind5"},"waitMs":{"$ref":"#/definitions/kind4"},"needsSecond":{"$ref":"#/definitions/kind1"},"plan":{"$ref":"#/definitions/kind2"},"hash":{"$ref":"#/definitions/kind2"}}},"kind7":{"type":"integer","minimum":1,"maximum":255},"kind8":{"type":"array","minItems":0,"maxItems":64,"items":{"$ref":"#/definitions/kind7"}},"kind9":{"type":"object","required":["isGranted","voters","holder"],"properties":{"isGranted":{"$ref":"#/definitions/kind1"},"voters":{"$ref":"#/definitions/kind8"},"holder":{"$ref":"#/definitions/kind2"}}},"kind10":{"type":"object","required":["id","fingerprint"],"properties":{"id":{"$ref":"#/definitions/kind3"},"fingerprint":{"$ref":"#/definitions/kind2"}}},"kind11":{"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind10"}},"kind12":{"type":"object","required":["members"],"properties":{"members":{"$ref":"#/definitions/kind11"}}},"kind13":{"type":"object","required":["ok","leaderId","term","ageMs"],"properties":{"ok":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind3"},"term":{"$ref":"#/definitions/kind3"},"ageMs":{"$ref":"#/definitions/kind4"}}},"kind14":{"type":"object","required":["replicaId","holds"],"properties":{"replicaId":{"$ref":"#/definitions/kind3"},"holds":{"$ref":"#/definitions/kind1"}}}}};
const schema7 = {"type":"object","properties":{"ok":{"$ref":"#/definitions/kind1"},"text":{"$ref":"#/definitions/kind2"},"error":{"$ref":"#/definitions/kind2"},"again":{"$ref":"#/definitions/kind1"},"isForLeader":{"$ref":"#/definitions/kind1"},"lease":{"$ref":"#/definitions/kind5"},"waitMs":{"$ref":"#/definitions/kind4"},"needsSecond":{"$ref":"#/definitions/kind1"},"plan":{"$ref":"#/definitions/kind2"},"hash":{"$ref":"#/definitions/kind2"}}};
const schema8 = {"type":"boolean"};

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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

const schema10 = {"type":"object","required":["isGranted"],"properties":{"isGranted":{"$ref":"#/definitions/kind1"},"epoch":{"$ref":"#/definitions/kind3"},"lengthUs":{"$ref":"#/definitions/kind4"},"reason":{"$ref":"#/definitions/kind2"},"waitUs":{"$ref":"#/definitions/kind4"}}};
const schema11 = {"type":"integer","minimum":0,"maximum":9007199254740991};

function validate32(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate32.errors = vErrors;
return errors === 0;
}

const schema12 = {"type":"number","minimum":0};

function validate34(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate34.errors = vErrors;
return errors === 0;
}


function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.isGranted === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "isGranted"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.isGranted !== undefined){
if(!(validate23(data.isGranted, {instancePath:instancePath+"/isGranted",parentData:data,parentDataProperty:"isGranted",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.epoch !== undefined){
if(!(validate32(data.epoch, {instancePath:instancePath+"/epoch",parentData:data,parentDataProperty:"epoch",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data.lengthUs !== undefined){
if(!(validate34(data.lengthUs, {instancePath:instancePath+"/lengthUs",parentData:data,parentDataProperty:"lengthUs",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.reason !== undefined){
if(!(validate25(data.reason, {instancePath:instancePath+"/reason",parentData:data,parentDataProperty:"reason",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.waitUs !== undefined){
if(!(validate34(data.waitUs, {instancePath:instancePath+"/waitUs",parentData:data,parentDataProperty:"waitUs",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
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
validate30.errors = vErrors;
return errors === 0;
}


function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.ok !== undefined){
if(!(validate23(data.ok, {instancePath:instancePath+"/ok",parentData:data,parentDataProperty:"ok",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.text !== undefined){
if(!(validate25(data.text, {instancePath:instancePath+"/text",parentData:data,parentDataProperty:"text",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.error !== undefined){
if(!(validate25(data.error, {instancePath:instancePath+"/error",parentData:data,parentDataProperty:"error",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.again !== undefined){
if(!(validate23(data.again, {instancePath:instancePath+"/again",parentData:data,parentDataProperty:"again",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.isForLeader !== undefined){
if(!(validate23(data.isForLeader, {instancePath:instancePath+"/isForLeader",parentData:data,parentDataProperty:"isForLeader",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.lease !== undefined){
if(!(validate30(data.lease, {instancePath:instancePath+"/lease",parentData:data,parentDataProperty:"lease",rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
if(data.waitMs !== undefined){
if(!(validate34(data.waitMs, {instancePath:instancePath+"/waitMs",parentData:data,parentDataProperty:"waitMs",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
errors = vErrors.length;
}
}
if(data.needsSecond !== undefined){
if(!(validate23(data.needsSecond, {instancePath:instancePath+"/needsSecond",parentData:data,parentDataProperty:"needsSecond",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.plan !== undefined){
if(!(validate25(data.plan, {instancePath:instancePath+"/plan",parentData:data,parentDataProperty:"plan",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
errors = vErrors.length;
}
}
if(data.hash !== undefined){
if(!(validate25(data.hash, {instancePath:instancePath+"/hash",parentData:data,parentDataProperty:"hash",rootData}))){
vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
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
validate22.errors = vErrors;
return errors === 0;
}

const schema13 = {"type":"object","required":["isGranted","voters","holder"],"properties":{"isGranted":{"$ref":"#/definitions/kind1"},"voters":{"$ref":"#/definitions/kind8"},"holder":{"$ref":"#/definitions/kind2"}}};
const schema14 = {"type":"array","minItems":0,"maxItems":64,"items":{"$ref":"#/definitions/kind7"}};
const schema15 = {"type":"integer","minimum":1,"maximum":255};

function validate47(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
validate47.errors = vErrors;
return errors === 0;
}


function validate46(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(!(validate47(data[i0], {instancePath:instancePath+"/" + i0,parentData:data,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate47.errors : vErrors.concat(validate47.errors);
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
validate46.errors = vErrors;
return errors === 0;
}


function validate44(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.isGranted === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "isGranted"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.voters === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "voters"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.holder === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "holder"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.isGranted !== undefined){
if(!(validate23(data.isGranted, {instancePath:instancePath+"/isGranted",parentData:data,parentDataProperty:"isGranted",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.voters !== undefined){
if(!(validate46(data.voters, {instancePath:instancePath+"/voters",parentData:data,parentDataProperty:"voters",rootData}))){
vErrors = vErrors === null ? validate46.errors : vErrors.concat(validate46.errors);
errors = vErrors.length;
}
}
if(data.holder !== undefined){
if(!(validate25(data.holder, {instancePath:instancePath+"/holder",parentData:data,parentDataProperty:"holder",rootData}))){
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
validate44.errors = vErrors;
return errors === 0;
}

const schema16 = {"type":"object","required":["members"],"properties":{"members":{"$ref":"#/definitions/kind11"}}};
const schema17 = {"type":"array","minItems":0,"maxItems":256,"items":{"$ref":"#/definitions/kind10"}};
const schema18 = {"type":"object","required":["id","fingerprint"],"properties":{"id":{"$ref":"#/definitions/kind3"},"fingerprint":{"$ref":"#/definitions/kind2"}}};

function validate54(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.fingerprint === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "fingerprint"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.id !== undefined){
if(!(validate32(data.id, {instancePath:instancePath+"/id",parentData:data,parentDataProperty:"id",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
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
const err2 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
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


function validate53(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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


function validate52(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.members !== undefined){
if(!(validate53(data.members, {instancePath:instancePath+"/members",parentData:data,parentDataProperty:"members",rootData}))){
vErrors = vErrors === null ? validate53.errors : vErrors.concat(validate53.errors);
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
validate52.errors = vErrors;
return errors === 0;
}

const schema19 = {"type":"object","required":["ok","leaderId","term","ageMs"],"properties":{"ok":{"$ref":"#/definitions/kind1"},"leaderId":{"$ref":"#/definitions/kind3"},"term":{"$ref":"#/definitions/kind3"},"ageMs":{"$ref":"#/definitions/kind4"}}};

function validate60(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.ok === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ok"}};
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
if(data.term === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "term"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.ageMs === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ageMs"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data.ok !== undefined){
if(!(validate23(data.ok, {instancePath:instancePath+"/ok",parentData:data,parentDataProperty:"ok",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.leaderId !== undefined){
if(!(validate32(data.leaderId, {instancePath:instancePath+"/leaderId",parentData:data,parentDataProperty:"leaderId",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data.term !== undefined){
if(!(validate32(data.term, {instancePath:instancePath+"/term",parentData:data,parentDataProperty:"term",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data.ageMs !== undefined){
if(!(validate34(data.ageMs, {instancePath:instancePath+"/ageMs",parentData:data,parentDataProperty:"ageMs",rootData}))){
vErrors = vErrors === null ? validate34.errors : vErrors.concat(validate34.errors);
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
validate60.errors = vErrors;
return errors === 0;
}

const schema20 = {"type":"object","required":["replicaId","holds"],"properties":{"replicaId":{"$ref":"#/definitions/kind3"},"holds":{"$ref":"#/definitions/kind1"}}};

function validate66(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
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
if(data.holds === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "holds"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.replicaId !== undefined){
if(!(validate32(data.replicaId, {instancePath:instancePath+"/replicaId",parentData:data,parentDataProperty:"replicaId",rootData}))){
vErrors = vErrors === null ? validate32.errors : vErrors.concat(validate32.errors);
errors = vErrors.length;
}
}
if(data.holds !== undefined){
if(!(validate23(data.holds, {instancePath:instancePath+"/holds",parentData:data,parentDataProperty:"holds",rootData}))){
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
validate66.errors = vErrors;
return errors === 0;
}


function validateJson(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
if(!(((((key0 === "reply") || (key0 === "grant")) || (key0 === "vouching")) || (key0 === "leader")) || (key0 === "holder"))){
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
if(data.reply !== undefined){
if(!(validate22(data.reply, {instancePath:instancePath+"/reply",parentData:data,parentDataProperty:"reply",rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
}
if(data.grant !== undefined){
if(!(validate44(data.grant, {instancePath:instancePath+"/grant",parentData:data,parentDataProperty:"grant",rootData}))){
vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
errors = vErrors.length;
}
}
if(data.vouching !== undefined){
if(!(validate52(data.vouching, {instancePath:instancePath+"/vouching",parentData:data,parentDataProperty:"vouching",rootData}))){
vErrors = vErrors === null ? validate52.errors : vErrors.concat(validate52.errors);
errors = vErrors.length;
}
}
if(data.leader !== undefined){
if(!(validate60(data.leader, {instancePath:instancePath+"/leader",parentData:data,parentDataProperty:"leader",rootData}))){
vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
errors = vErrors.length;
}
}
if(data.holder !== undefined){
if(!(validate66(data.holder, {instancePath:instancePath+"/holder",parentData:data,parentDataProperty:"holder",rootData}))){
vErrors = vErrors === null ? validate66.errors : vErrors.concat(validate66.errors);
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
