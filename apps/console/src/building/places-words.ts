import { defineMessages } from "@vestibule/ui";

export const placesWords = defineMessages(
  {
    entrances: "Entrances",
    entrancesWhy:
      "One entrance is one door. Its short name stands in the policy and cannot be changed later.",
    noEntrance: "No entrance yet: name the first.",
    sticker: "Sticker's page",
    addEntrance: "Add an entrance",
    label: "Name",
    labelWhy: "As people call it: “Front door”.",
    kind: "Kind",
    ent: "Short name in the policy",
    entWhy: "Small letters, digits and hyphens: street, back-gate.",
    badEnt: "Small letters, digits and hyphens, at most 32.",
    units: "Units",
    unitsWhy:
      "Flats and shops by their label, no residents' names. They serve opt-outs and notices.",
    noUnit: "No unit yet: paste the list.",
    paste: "Paste the labels",
    pasteWhy: "One unit on a line; of a table, the first column counts. At most 2,000.",
    understood: (count: number) =>
      count === 0 ? "Nothing new in it." : `${count} new unit${count === 1 ? "" : "s"}.`,
    twice: (count: number) =>
      count === 0 ? "" : `${count} left out: empty, too long, or there already.`,
    addUnits: "Add the units",
    adding: (done: number, all: number) => `${done} of ${all} added`,
    optOut: (label: string) => `${label} takes no deliveries through Vestibule`,
    optedOut: "opted out",
    remove: (label: string) => `Remove ${label}`,
    reader: "Your role may not change this.",
    missing: "Enter this.",
  },
  {
    entrances: "Entradas",
    entrancesWhy:
      "Una entrada es una puerta. Su nombre corto está en la política y no se cambia después.",
    noEntrance: "Todavía no hay entradas: nombre la primera.",
    sticker: "Página de la etiqueta",
    addEntrance: "Añadir una entrada",
    label: "Nombre",
    labelWhy: "Como la llama la gente: «Puerta principal».",
    kind: "Clase",
    ent: "Nombre corto en la política",
    entWhy: "Minúsculas, cifras y guiones: calle, verja-trasera.",
    badEnt: "Minúsculas, cifras y guiones, 32 como máximo.",
    units: "Viviendas",
    unitsWhy:
      "Viviendas y locales por su etiqueta, sin nombres de residentes. Sirven para exclusiones y avisos.",
    noUnit: "Todavía no hay viviendas: pegue la lista.",
    paste: "Pegue las etiquetas",
    pasteWhy: "Una vivienda por línea; de una tabla cuenta la primera columna. 2.000 como máximo.",
    understood: (count) =>
      count === 0
        ? "No hay nada nuevo."
        : `${count} vivienda${count === 1 ? " nueva" : "s nuevas"}.`,
    twice: (count) =>
      count === 0 ? "" : `${count} sin usar: vacías, demasiado largas o ya presentes.`,
    addUnits: "Añadir las viviendas",
    adding: (done, all) => `${done} de ${all} añadidas`,
    optOut: (label) => `${label} no recibe entregas con Vestibule`,
    optedOut: "excluida",
    remove: (label) => `Quitar ${label}`,
    reader: "Su función no permite cambiar esto.",
    missing: "Escriba esto.",
  },
);
