// Reads a JSON list of sources, prints the list of what prettier makes of them without comments; "" for no program.
const { createRequire } = require("node:module");
const load = createRequire(require("node:path").join(process.argv[2], "index.js"));
const ts = load("typescript");
const prettier = load("prettier");
const printer = ts.createPrinter({ removeComments: true });

async function canonical(source) {
  for (const name of ["case.ts", "case.tsx"]) {
    const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, false);
    if (file.parseDiagnostics.length) continue;
    try {
      return await prettier.format(printer.printFile(file), { parser: "typescript", trailingComma: "none", objectWrap: "collapse" });
    } catch {
      continue;
    }
  }
  return "";
}

(async () => {
  const sources = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const made = [];
  for (const source of sources) made.push(await canonical(source));
  process.stdout.write(JSON.stringify(made));
})();
