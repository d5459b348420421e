// Judges OpenAPI documents by the meta-schema of their version, and every example by
// its schema. The meta-schema knows the dialect, so each Schema Object is judged as one
// of JSON Schema 2020-12, which OpenAPI's plain schema does not do.
//
//	node check.mjs openapi.json...
import { readFileSync } from "node:fs";
import { validate as validate31, registerSchema, unregisterSchema } from "@hyperjump/json-schema/openapi-3-1";
import { validate as validate32 } from "@hyperjump/json-schema/openapi-3-2";

let failed = 0;
let examples = 0;

function fail(file, where, errors) {
  failed++;
  console.error(`${file}: ${where}`);
  for (const e of (errors ?? []).slice(0, 5)) console.error(`  ${e.instanceLocation} ${e.absoluteKeywordLocation}`);
}

for (const file of process.argv.slice(2)) {
  const doc = JSON.parse(readFileSync(file, "utf8"));
  const version = doc.openapi.slice(0, 3);
  const validate = version === "3.2" ? validate32 : validate31;
  const judged = await validate(`https://spec.openapis.org/oas/${version}/schema-base`, doc, "BASIC");
  if (!judged.valid) fail(file, "breaks the meta-schema", judged.errors);

  // A schema is registered with the document's components beside it.
  const components = { schemas: doc.components?.schemas ?? {} };
  let count = 0;
  async function example(schema, value, where) {
    const id = `https://example.com/${version}/${count++}`;
    registerSchema({ ...schema, components }, id, `https://spec.openapis.org/oas/${version}/dialect${version === "3.1" ? "/base" : ""}`);
    const verdict = await validate(id, value, "BASIC");
    unregisterSchema(id);
    examples++;
    if (!verdict.valid) fail(file, `the example at ${where} breaks its schema`, verdict.errors);
  }
  async function walk(node, where) {
    if (node === null || typeof node !== "object") return;
    const schema = node.schema ?? (Array.isArray(node.examples) || node.default !== undefined ? node : undefined);
    if (schema && typeof schema === "object") {
      if (node.example !== undefined && node.schema) await example(schema, node.example, where);
      const named = Array.isArray(node.examples) ? node.examples : Object.values(node.examples ?? {}).map((e) => e.value);
      for (const value of named) await example(schema, value, where);
      if (node.default !== undefined && !node.schema) await example(schema, node.default, where + "/default");
    }
    for (const [name, child] of Object.entries(node)) {
      if (!["example", "examples", "default", "const", "enum"].includes(name)) await walk(child, `${where}/${name}`);
    }
  }
  await walk(doc, "#");
}
console.log(`${process.argv.length - 2} documents, ${examples} examples, ${failed} failures`);
process.exit(failed ? 1 : 0);
