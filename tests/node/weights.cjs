// The weights that X's own library gives to the texts it reads as a JSON list from standard input.
const { default: text = require("twitter-text") } = require("twitter-text");
const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((one) => text.parseTweet(one).weightedLength)));
