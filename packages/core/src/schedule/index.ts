export { describeSchedule } from "./describe-schedule.ts";
export { isOpen, localDay, type Opening, searchDays } from "./is-open.ts";
export {
  type FieldRefused,
  type ParsedHolidays,
  type ParsedSchedule,
  parseHolidays,
  parseSchedule,
} from "./parse-schedule.ts";
export {
  type DayHours,
  type Holiday,
  holidaysMax,
  hoursPerHolidayMax,
  type OpeningHours,
  rulesMax,
  type Schedule,
  type ScheduleRule,
  type Weekday,
  weekdays,
} from "./schedule.ts";
export { isTimeZone } from "./zone.ts";
