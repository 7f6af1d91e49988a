import { clockText, parseDate } from "./calendar.ts";
import { mergeHours } from "./day-plan.ts";
import {
  type DayHours,
  type Holiday,
  minutesPerDay,
  type OpeningHours,
  weekdays,
} from "./schedule.ts";

type Locale = "en" | "es";

/** The words are ours, not Intl's, so that every engine shows a signer the same sentence. */
interface Words {
  readonly days: readonly string[];
  readonly months: readonly string[];
  readonly and: string;
  readonly everyDay: string;
  readonly allDay: string;
  readonly never: string;
  run(first: string, last: string): string;
  hours(from: string, to: string): string;
  nextDay(hours: string): string;
  date(day: number, month: string, year: number): string;
  closedOn(dates: string): string;
  openOn(date: string, hours: string): string;
  zone(tz: string): string;
}

const words: Readonly<Record<Locale, Words>> = {
  en: {
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: [
      ...["January", "February", "March", "April", "May", "June", "July"],
      ...["August", "September", "October", "November", "December"],
    ],
    and: " and ",
    everyDay: "Every day",
    allDay: "all day",
    never: "Never open.",
    run: (first, last) => `${first} to ${last}`,
    hours: (from, to) => `${from} to ${to}`,
    nextDay: (hours) => `${hours} the next day`,
    date: (day, month, year) => `${day} ${month} ${year}`,
    closedOn: (dates) => `Closed on ${dates}.`,
    openOn: (date, hours) => `On ${date} only ${hours}.`,
    zone: (tz) => `Times are those of ${tz}.`,
  },
  es: {
    days: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    months: [
      ...["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio"],
      ...["agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    ],
    and: " y ",
    everyDay: "Todos los días",
    allDay: "todo el día",
    never: "Nunca abierto.",
    run: (first, last) => `de ${first} a ${last}`,
    hours: (from, to) => `de ${from} a ${to}`,
    nextDay: (hours) => `${hours} del día siguiente`,
    date: (day, month, year) => `${day} de ${month} de ${year}`,
    closedOn: (dates) => `Cerrado el ${dates}.`,
    openOn: (date, hours) => `El ${date} solo ${hours}.`,
    zone: (tz) => `Las horas son las de ${tz}.`,
  },
};

/**
 * A building's hours in sentences: the weekly hours, one sentence for each group of days that share
 * them, then the holidays in order, then whose clock it is.
 */
export function describeSchedule(hours: OpeningHours, locale: Locale): readonly string[] {
  const said = words[locale];
  const weekly = describeWeek(hours, said);
  return [
    ...(weekly.length === 0 ? [said.never] : weekly),
    ...describeHolidays(hours.holidays, said),
    said.zone(hours.tz),
  ];
}

function describeWeek({ schedule }: OpeningHours, said: Words): readonly string[] {
  const groups = new Map<string, number[]>();
  for (const [index, weekday] of weekdays.entries()) {
    const own = schedule.filter(({ days }) => days.includes(weekday));
    if (own.length === 0) continue;
    const text = describeHours(own, said);
    const group = groups.get(text) ?? [];
    group.push(index);
    groups.set(text, group);
  }
  return [...groups].map(([text, days]) => `${capital(describeDays(days, said))}, ${text}.`);
}

/** Runs of three days and more become "Monday to Saturday". */
function describeDays(days: readonly number[], said: Words): string {
  if (days.length === weekdays.length) return said.everyDay;
  const names: string[] = [];
  let start = 0;
  while (start < days.length) {
    let end = start;
    while (days[end + 1] === (days[end] ?? 0) + 1) end += 1;
    const run = days.slice(start, end + 1).map((day) => said.days[day] ?? "");
    if (run.length >= 3) names.push(said.run(run[0] ?? "", run.at(-1) ?? ""));
    else names.push(...run);
    start = end + 1;
  }
  return list(names, said);
}

function describeHours(windows: readonly DayHours[], said: Words): string {
  return list(
    mergeHours(windows).map(({ from, to }) => {
      if (from === 0 && to === minutesPerDay) return said.allDay;
      if (to <= minutesPerDay) return said.hours(clockText(from), clockText(to));
      return said.nextDay(said.hours(clockText(from), clockText(to - minutesPerDay)));
    }),
    said,
  );
}

function describeHolidays(holidays: readonly Holiday[], said: Words): readonly string[] {
  const closed: string[] = [];
  const special: string[] = [];
  for (const holiday of holidays) {
    if (typeof holiday === "string") closed.push(describeDate(holiday, said));
    else if (holiday.hours.length === 0) closed.push(describeDate(holiday.date, said));
    else {
      const date = describeDate(holiday.date, said);
      special.push(said.openOn(date, describeHours(holiday.hours, said)));
    }
  }
  return closed.length === 0 ? special : [said.closedOn(list(closed, said)), ...special];
}

function describeDate(date: string, said: Words): string {
  if (parseDate(date) === undefined) return date;
  const [year = "", month = "", day = ""] = date.split("-");
  return said.date(Number(day), said.months[Number(month) - 1] ?? month, Number(year));
}

function list(items: readonly string[], said: Words): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")}${said.and}${last}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
