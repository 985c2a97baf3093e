// What ical.js reads in a file: UID, start, end, status, SEQUENCE of each event, times in UTC.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, file] = process.argv.slice(2);
const { default: ICAL } = await import(pathToFileURL(`${library}/dist/ical.js`));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const moment = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString().replace(".000Z", "+00:00"));
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  const status = component.getFirstPropertyValue("status");
  return [event.uid, moment(event.startDate), moment(event.endDate), status, event.sequence, event.summary];
});
console.log(JSON.stringify(events));
