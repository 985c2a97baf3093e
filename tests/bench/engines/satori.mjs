// Draws photo cards with Satori and resvg: a card a line comes in, a picture a line goes out. Figures as in card.css.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../node/package.json", import.meta.url));
const { default: satori } = require("satori");
const { Resvg } = require("@resvg/resvg-js");

const assets = new URL("../../../assets/fonts/", import.meta.url);
const fonts = [["Regular", 400], ["Semibold", 600], ["Bold", 700]].map(([name, weight]) => (
  { name: "Source Sans 3", weight, data: readFileSync(new URL(`SourceSans3-${name}.otf`, assets)) }
));
const pictures = new Map();

function picture(file, type) {
  if (!pictures.has(file)) pictures.set(file, `data:image/${type};base64,${readFileSync(file, "base64")}`);
  return pictures.get(file);
}

const div = (style, ...children) => ({ type: "div", props: { style: { display: "flex", ...style }, children } });
const img = (src, width, height, style) => ({ type: "img", props: { src, width, height, style } });
const at = (left, top, width, height) => ({ position: "absolute", left, top, width, height });

// Satori cannot tell whether words fit: the size is reckoned from the number of letters and of lines.
function headline(title) {
  const sizes = [1, 2, 3, 4, 5].map((lines) => (
    Math.min(88, 257 / (0.66 + 1.1 * (lines - 1)), (600 * lines) / (0.54 * title.length))
  ));
  return Math.floor(Math.max(...sizes));
}

function tree(card) {
  const size = headline(card.title);
  return div(
    { ...at(0, 0, 1200, 630), fontFamily: "Source Sans 3", fontSize: 28, lineHeight: 1.28, color: "#faf9f6" },
    img(picture(card.photo, "jpeg"), 1200, 630, at(0, 0, 1200, 630)),
    div({ ...at(0, 0, 1200, 630), backgroundImage: "linear-gradient(90deg, rgba(18,48,58,.97) 23%, rgba(18,48,58,0) 100%)" }),
    div({ ...at(0, 0, 14, 630), backgroundColor: "#f0b84a" }),
    div(
      { ...at(72, 56, 600, 419), flexDirection: "column", justifyContent: "center" },
      div({ fontSize: 32, fontWeight: 600, lineHeight: 1.2, color: "#f0b84a" }, card.kicker),
      div(
        { margin: `${34.8 - 0.202 * size}px 0 ${32 - 0.238 * size}px`, fontSize: size, fontWeight: 700, lineHeight: 1.1,
          textWrap: "balance" },
        card.title,
      ),
      div({ fontSize: 36, fontWeight: 600, lineHeight: 1.25, color: "#bcd6d4" }, card.date),
    ),
    div({ ...at(72, 498, 600, 2), backgroundColor: "rgba(250,249,246,.16)" }),
    img(picture(card.logo, "png"), 84, 56, at(72, 534, 84, 56)),
    div(
      { ...at(180, 512, 500, 100), alignItems: "center", fontSize: 30, fontWeight: 600, lineHeight: 1.25, textWrap: "balance" },
      card.help,
    ),
  );
}

for await (const line of createInterface({ input: process.stdin })) {
  const card = JSON.parse(line);
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const svg = await satori(tree(card), { width: 1200, height: 630, fonts });
  const png = new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng();
  const { user, system } = process.cpuUsage(cpu);
  const spent = { cpu_ms: (user + system) / 1000, wall_ms: performance.now() - wall };
  console.log(JSON.stringify({ ...spent, png: png.toString("base64") }));
}
