// Bundles script, style and icons into the server's folder of assets, each with a Brotli twin that is served as it is.
import { build, context } from "esbuild";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants } from "node:zlib";

const out = new URL("../src/Jaga.Server/wwwroot/assets/", import.meta.url);

// The icons that the pages use, from Tabler's outline set; a test compares this list with the pages.
const icons = (await readFile(new URL("src/icons.txt", import.meta.url), "utf8")).split("\n").filter(Boolean);

const options = {
  entryPoints: ["src/console.ts", "src/theme.ts", "src/console.css", "src/report.ts", "src/report.css"],
  outdir: out.pathname,
  bundle: true,
  minify: true,
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  legalComments: "none",
  loader: { ".svg": "dataurl" },
  logLevel: "warning",
};

async function sprite() {
  const symbols = await Promise.all(icons.map(async (name) => {
    const svg = await readFile(new URL(`node_modules/@tabler/icons/icons/outline/${name}.svg`, import.meta.url), "utf8");
    const shapes = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s+/g, " ").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
  }));
  await writeFile(new URL("icons.svg", out), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function notices() {
  const packages = ["@tabler/core", "@tabler/icons", "htmx.org"];
  const texts = await Promise.all(packages.map(async (name) => {
    const about = JSON.parse(await readFile(new URL(`node_modules/${name}/package.json`, import.meta.url), "utf8"));
    const file = (await readdir(new URL(`node_modules/${name}/`, import.meta.url))).find((f) => /^licen[cs]e/i.test(f));
    const licence = file ? await readFile(new URL(`node_modules/${name}/${file}`, import.meta.url), "utf8") : about.license;
    return `${name} ${about.version}\n\n${licence.trim()}\n`;
  }));
  await writeFile(new URL("licences.txt", out), texts.join("\n----\n\n"));
}

async function compress() {
  for (const name of (await readdir(out)).filter((f) => !f.endsWith(".br"))) {
    const plain = await readFile(new URL(name, out));
    await writeFile(new URL(`${name}.br`, out), brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
}

if (process.argv.includes("--watch")) {
  await mkdir(out, { recursive: true });
  await sprite();
  await (await context({ ...options, minify: false })).watch();
} else {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await build(options);
  await sprite();
  await copyFile(new URL("src/mark.svg", import.meta.url), new URL("mark.svg", out));
  await notices();
  await compress();
  console.log(`built ${(await readdir(out)).length} files`);
}
