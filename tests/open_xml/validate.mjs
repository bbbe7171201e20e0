// Prints, as JSON, what Microsoft's Open XML SDK finds wrong in each file: {"path": ["fault", …]}.
import { readFile } from "node:fs/promises";
import validate, { getFileFormatFromName } from "@ooxml-tools/validate";

const faults = {};
for (const path of process.argv.slice(2)) {
  const found = await validate(await readFile(path), getFileFormatFromName(path), "Microsoft365");
  faults[path] = found.map((one) => `${one.path.partUri} ${one.path.xpath}: ${one.description}`);
}
console.log(JSON.stringify(faults));
process.exit(0);
