// Time zones, as the browser knows them.

const clocks = new Map();

/** What clocks in a zone show; throws where there is no such zone. */
function clockOf(zone) {
  if (!clocks.has(zone)) {
    const numeric = Object.fromEntries(
      ["year", "month", "day", "hour", "minute", "second"].map((part) => [part, "numeric"]),
    );
    clocks.set(zone, new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric }));
  }
  return clocks.get(zone);
}

export const zones = {
  /** By how much clocks in the zone are ahead of UTC at a moment; nothing where there is no such zone. */
  offsetSeconds(zone, unixSeconds) {
    try {
      const parts = clockOf(zone).formatToParts(unixSeconds * 1000);
      const shown = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
      const { year, month, day, hour, minute, second } = shown;
      return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - unixSeconds;
    } catch {
      return undefined;
    }
  },
};

/** Offers the names of all zones for a field, and gives the one that the person is in. */
export function offerZones(field) {
  const names = Intl.supportedValuesOf?.("timeZone") ?? [];
  field.list.replaceChildren(...["UTC", ...names].map((name) => new Option(name, name)));
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
